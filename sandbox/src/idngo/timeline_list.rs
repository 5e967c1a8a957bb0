//! *Retrieve applicant activity log*.

use axum::Json;
use axum::extract::State;
use kyc_capture::api::idngo::timeline::TimelineReply;

use super::call::Signed;
use super::complete_review;
use super::context::{Idngo, run};
use super::refusal::Refusal;
use crate::store::idngo::records;

/// *Retrieve applicant activity log*
///
/// # Errors
/// Those of a signed request; `applicant_not_found`.
pub async fn list(State(ctx): State<Idngo>, call: Signed) -> Result<Json<TimelineReply>, Refusal> {
    let applicant = complete_review::read(&ctx, &call.client.client_id, &call.path("applicantId")).await?;
    let applicant_id = applicant.applicant_id.clone();
    let items = run(&ctx, move |c| Ok(records::events(c, &applicant.applicant_id)?)).await?;
    Ok(Json(TimelineReply { applicant_id, items }))
}
