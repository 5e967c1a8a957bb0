//! *Latest checks*: similar applicants, taxpayer's number, face liveness.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kyc_capture::api::idngo::checks::{ChecksReply, LivenessCheck, SimilarCheck, SimilarSearchInfo, TinCheck};
use kyc_capture::api::idngo::enums::{Answer, CheckType};
use kyc_capture::api::idngo::{IdngoError, dates};

use super::call::Signed;
use super::complete_review;
use super::context::{Idngo, run};
use super::refusal::Refusal;
use crate::store::idngo::records::{self, Check};

/// The three *retrieve … check result*, distinguished by `type`; an empty list where none was run.
///
/// # Errors
/// Those of a signed request; `applicant_not_found`, `parameter_missing`, `parameter_invalid`.
pub async fn latest(State(ctx): State<Idngo>, call: Signed) -> Result<Response, Refusal> {
    let kind = CheckType::from(call.required("type")?);
    if !kind.is_listed() {
        return Err(Refusal::about(IdngoError::ParameterInvalid, "type"));
    }
    let applicant_id = call.required("applicantId")?.to_owned();
    let applicant = complete_review::read(&ctx, &call.client.client_id, &applicant_id).await?;
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
