//! *Similar applicants*, by text and by face.

use axum::Json;
use axum::extract::State;
use kyc_capture::api::idngo::applicant::{SimilarApplicant, SimilarApplicantsReply};
use kyc_capture::api::idngo::{IdngoError, IdngoOperation};

use super::call::Signed;
use super::context::{Idngo, run};
use super::refusal::Refusal;
use super::similar::find;
use super::{applicants as shared, checks, complete_review};

/// *Retrieve similar applicants*, by data alone.
///
/// # Errors
/// Those of a signed request; `applicant_not_found`, `rate_limited`.
pub async fn by_text(State(ctx): State<Idngo>, call: Signed) -> Result<Json<SimilarApplicantsReply>, Refusal> {
    call.limit(&ctx, IdngoOperation::SimilarByText).await?;
    search(ctx, call, false).await
}

/// *Retrieve similar applicants*, by data and face.
///
/// # Errors
/// Those of a signed request; `applicant_not_found`, `rate_limited`, `face_search_unavailable` without the model.
pub async fn by_text_and_face(State(ctx): State<Idngo>, call: Signed) -> Result<Json<SimilarApplicantsReply>, Refusal> {
    call.limit(&ctx, IdngoOperation::SimilarByTextAndFace).await?;
    search(ctx, call, true).await
}

async fn search(ctx: Idngo, call: Signed, with_face: bool) -> Result<Json<SimilarApplicantsReply>, Refusal> {
    let applicant = complete_review::read(&ctx, &call.client.client_id, &call.path("applicantId")).await?;
    if with_face && !ctx.models.encodes_faces() {
        return Err(IdngoError::FaceSearchUnavailable.into());
    }
    let now_ms = ctx.clock.now_ms();
    let similar_applicants = run(&ctx, move |c| {
        let hits = find(c, &applicant, with_face)?;
        checks::note_similar(c, &applicant, &hits, now_ms)?;
        hits.into_iter()
            .map(|hit| {
                Ok(SimilarApplicant {
                    blacklisted: hit.applicant.blacklisted,
                    applicant: shared::reply(c, &hit.applicant)?,
                    matched_fields: hit.matched_fields,
                    exact_match: hit.exact,
                    types: hit.types,
                })
            })
            .collect::<Result<Vec<_>, Refusal>>()
    })
    .await?;
    let total_cnt = similar_applicants.len() as u64;
    Ok(Json(SimilarApplicantsReply { similar_applicants, total_cnt }))
}
