//! Runs the checks of an applicant (similar applicants, taxpayer's number, face liveness) and records them.

use kyc_capture::api::idngo::checks::{DuplicateApplicantHit, ExtractedAddress};
use kyc_capture::api::idngo::enums::{Answer, CheckType};
use serde_json::Value;

use super::similar::{self, Hit};
use super::tin;
use crate::http::errors::ApiError;
use crate::random;
use crate::store::db::Connection;
use crate::store::idngo::applicants::Applicant;
use crate::store::idngo::records::{self, Check};

/// Searches for similar applicants and writes down what was found.
///
/// # Errors
/// 500.
pub fn run_similar(c: &Connection, applicant: &Applicant, now_ms: i64) -> Result<Vec<Hit>, ApiError> {
    let hits = similar::find(c, applicant, true)?;
    note_similar(c, applicant, &hits, now_ms)?;
    Ok(hits)
}

/// Writes down what a search for similar applicants found.
///
/// # Errors
/// 500.
pub fn note_similar(c: &Connection, applicant: &Applicant, hits: &[Hit], now_ms: i64) -> Result<(), ApiError> {
    let found: Vec<DuplicateApplicantHit> = hits
        .iter()
        .map(|hit| DuplicateApplicantHit {
            applicant_id: Some(hit.applicant.applicant_id.clone()),
            matched_fields: hit.matched_fields.clone(),
            types: hit.types.clone(),
        })
        .collect();
    note(c, applicant, CheckType::SimilarSearch, similar::answer(hits), &found, now_ms)
}

/// Asks for the applicant's number, where there is one.
///
/// # Errors
/// 500.
pub fn run_tin(c: &Connection, applicant: &Applicant, now_ms: i64) -> Result<(), ApiError> {
    let Some((answer, addresses)) = tin::check(&applicant.info, &applicant.kind) else { return Ok(()) };
    let addresses: Vec<ExtractedAddress> = addresses;
    note(c, applicant, CheckType::Tin, answer, &addresses, now_ms)
}

fn note<T: serde::Serialize>(
    c: &Connection,
    applicant: &Applicant,
    kind: CheckType,
    answer: Answer,
    found: &T,
    now_ms: i64,
) -> Result<(), ApiError> {
    let found = serde_json::to_value(found).map_err(|_| ApiError::internal("a check has no JSON text"))?;
    let check = Check { check_id: random::uuid()?, kind, answer, found, created_ms: now_ms };
    Ok(records::add_check(c, &applicant.applicant_id, &check)?)
}

/// Writes down a liveness check of that id.
///
/// # Errors
/// 500.
pub fn note_liveness(
    c: &Connection,
    applicant: &Applicant,
    check_id: &str,
    answer: Answer,
    now_ms: i64,
) -> Result<(), ApiError> {
    let kind = CheckType::FaceLiveliness;
    let check = Check { check_id: check_id.to_owned(), kind, answer, found: Value::Null, created_ms: now_ms };
    Ok(records::add_check(c, &applicant.applicant_id, &check)?)
}
