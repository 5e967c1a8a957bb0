//! *Latest checks*: similar applicants, taxpayer's number, face liveness; and running them.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kyc_capture::api::idngo::checks::{
    ChecksReply, DuplicateApplicantHit, ExtractedAddress, LivenessCheck, SimilarCheck, SimilarSearchInfo, TinCheck,
};
use kyc_capture::api::idngo::enums::{Answer, CheckType};
use kyc_capture::api::idngo::{IdngoError, dates};
use serde_json::Value;

use super::call::Signed;
use super::context::run;
use super::refusal::Refusal;
use super::similar::{self, Hit};
use super::{settle, tin};
use crate::http::errors::ApiError;
use crate::idngo::context::Idngo;
use crate::random;
use crate::store::db::Connection;
use crate::store::idngo::applicants::Applicant;
use crate::store::idngo::records::{self, Check};

/// The three *retrieve … check result*, told apart by `type`; an empty list where none was run.
///
/// # Errors
/// Those of a signed request; `applicant_not_found`, `parameter_missing`, `parameter_invalid`.
pub async fn latest(State(ctx): State<Idngo>, call: Signed) -> Result<Response, Refusal> {
    let kind = CheckType::from(call.required("type")?);
    if !kind.is_listed() {
        return Err(Refusal::about(IdngoError::ParameterInvalid, "type"));
    }
    let applicant_id = call.required("applicantId")?.to_owned();
    let applicant = settle::read(&ctx, &call.client.client_id, &applicant_id).await?;
    let check = {
        let kind = kind.clone();
        run(&ctx, move |c| Ok(records::latest_check(c, &applicant.applicant_id, &kind)?)).await?
    };
    Ok(match kind {
        CheckType::SimilarSearch => reply(check, |check, answer, created_at| SimilarCheck {
            answer,
            created_at,
            similar_search_info: Some(SimilarSearchInfo {
                answer: Some(check.answer),
                duplicate_applicant_hits: serde_json::from_value(check.found).unwrap_or_default(),
            }),
        }),
        CheckType::Tin => reply(check, |check, answer, created_at| TinCheck {
            answer,
            created_at,
            extracted_doc: serde_json::from_value(check.found).ok(),
        }),
        CheckType::FaceLiveliness | CheckType::Unlisted(_) => reply(check, |check, answer, created_at| LivenessCheck {
            answer,
            check_type: Some(check.kind),
            created_at,
            id: Some(check.check_id),
        }),
    })
}

fn reply<T: serde::Serialize>(
    check: Option<Check>,
    of: impl FnOnce(Check, Option<Answer>, Option<String>) -> T,
) -> Response {
    let checks = check
        .map(|check| {
            let (answer, created_at) = (Some(check.answer.clone()), Some(dates::write(check.created_ms)));
            of(check, answer, created_at)
        })
        .into_iter()
        .collect();
    Json(ChecksReply { checks }).into_response()
}

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
    records::add_check(c, &applicant.applicant_id, &check)
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
    records::add_check(c, &applicant.applicant_id, &check)
}
