//! *Update applicant data* and *deactivate applicant*.

use axum::Json;
use axum::extract::State;
use kyc_capture::api::idngo::IdngoError;
use kyc_capture::api::idngo::applicant::{Applicant as Reply, ApplicantInfo};
use kyc_capture::api::idngo::enums::Presence;
use serde_json::{Map, Value};

use super::applicants::*;
use super::call::Signed;
use super::context::{Idngo, run, today};
use super::refusal::Refusal;
use super::timeline::{self, Subject};
use super::{checks, complete_review, similar};
use crate::http::json_object;
use crate::http::requests::media_type;
use crate::store::idngo::applicants;

/// *Update applicant data*: what the body has is set, what `unsetFields` names is reset, all else stays.
///
/// # Errors
/// Those of a signed request; `applicant_not_found`, `body_invalid`, `content_type_wrong`, `field_unknown`,
/// `parameter_invalid`.
pub async fn info_patch(State(ctx): State<Idngo>, call: Signed) -> Result<Json<ApplicantInfo>, Refusal> {
    if media_type(&call.headers) != "application/json" {
        return Err(IdngoError::ContentTypeWrong.into());
    }
    let body = json_object::parse(&call.body).ok_or(IdngoError::BodyInvalid)?;
    let unset = unset_fields(call.query("unsetFields")?.unwrap_or_default(), &body)?;
    let patch = parse_info(body.clone(), "", today(&ctx)?)?;
    let applicant = complete_review::read(&ctx, &call.client.client_id, &call.path("applicantId")).await?;
    let (client_id, applicant_id) = (applicant.client_id, applicant.applicant_id);
    let now_ms = ctx.clock.now_ms();
    let info = run(&ctx, move |c| {
        let mut applicant = read(c, &client_id, &applicant_id)?;
        let before = applicant.info.clone();
        let mut fields = as_map(&applicant.info)?;
        unset.iter().for_each(|name| drop(fields.remove(name.as_str())));
        fields.extend(as_map(&patch)?.into_iter().filter(|(name, _)| body.contains_key(name)));
        applicant.info = serde_json::from_value(Value::Object(fields))
            .map_err(|_| crate::http::errors::ApiError::internal("an applicant's data cannot be put together"))?;
        romanise(&mut applicant.info);
        applicants::update(c, &applicant, &similar::keys(&applicant.info))?;
        let item = timeline::item(&applicant, "user:changed:info", Subject::Backend, Some(&call.origin));
        timeline::write(c, &applicant, now_ms, item)?;
        if body.contains_key("tin") {
            checks::run_tin(c, &applicant, now_ms)?;
        }
        if applicant.info != before {
            checks::run_similar(c, &applicant, now_ms)?;
        }
        Ok(applicant.info)
    })
    .await?;
    Ok(Json(info))
}

/// The fields that a request resets; none may be set by the same request.
fn unset_fields(list: &str, body: &Map<String, Value>) -> Result<Vec<String>, Refusal> {
    let names: Vec<String> = list.split(',').map(|name| name.trim().to_owned()).filter(|n| !n.is_empty()).collect();
    for name in &names {
        if !ApplicantInfo::FIELDS.contains(&name.as_str()) {
            return Err(Refusal::about(IdngoError::FieldUnknown, "unsetFields"));
        }
        if body.contains_key(name) {
            return Err(Refusal::about(IdngoError::ParameterInvalid, name));
        }
    }
    Ok(names)
}

/// *Deactivate applicant*, or activate it again. Saying what already is changes nothing.
///
/// # Errors
/// Those of a signed request; `applicant_not_found`, `parameter_invalid`, `under_review`.
pub async fn presence(State(ctx): State<Idngo>, call: Signed) -> Result<Json<Reply>, Refusal> {
    let presence =
        Presence::parse(&call.path("status")).ok_or_else(|| Refusal::about(IdngoError::ParameterInvalid, "status"))?;
    let applicant = complete_review::read(&ctx, &call.client.client_id, &call.path("applicantId")).await?;
    let now_ms = ctx.clock.now_ms();
    let reply = run(&ctx, move |c| {
        let mut applicant = read(c, &call.client.client_id, &applicant.applicant_id)?;
        let deleted = presence == Presence::Deactivated;
        if applicant.deleted != deleted {
            if deleted && applicant.review.is_under_review() {
                return Err(IdngoError::UnderReview.into());
            }
            applicant.deleted = deleted;
            applicants::update(c, &applicant, &similar::keys(&applicant.info))?;
            let activity = if deleted { "user:deactivated:applicant" } else { "user:activated:applicant" };
            let item = timeline::item(&applicant, activity, Subject::Backend, Some(&call.origin));
            timeline::write(c, &applicant, now_ms, item)?;
        }
        let mut reply = reply(c, &applicant)?;
        reply.deleted = Some(applicant.deleted);
        Ok(reply)
    })
    .await?;
    Ok(Json(reply))
}
