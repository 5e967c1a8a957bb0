//! The calls of IDnGO: [`IdngoRequest`] with what a driver needs to know of it. Each attempt has
//! its own signature, since it includes the time.

use serde::Deserialize;

use super::call::{Call, CallInvalid, Credentials, Secret, argument, checked};
use crate::api::errors::ApiErrorCode;
use crate::api::http::BaseUrl;
use crate::api::idngo::applicant::{Applicant, ApplicantInfo, SimilarApplicantsReply};
use crate::api::idngo::checks::{ChecksReply, LivenessCheck, SimilarCheck, TinCheck};
use crate::api::idngo::enums::{Presence, ReportType};
use crate::api::idngo::levels::{LevelsReply, StatusEmailReply, WebSdkLinkReply};
use crate::api::idngo::requests::{IdngoRequest, WebSdkLinkOptions};
use crate::api::idngo::timeline::TimelineReply;
use crate::api::idngo::{IdngoOperation, signing};
use crate::api::retry::Idempotency;

/// The app token and the secret key.
#[derive(Debug, Clone)]
pub struct IdngoKeys {
    /// `X-App-Token`.
    pub app_token: Secret,
    /// The key of the signature.
    pub secret_key: Secret,
}

/// A request as a call.
pub fn call(request: IdngoRequest) -> Call {
    let operation = request.operation;
    // An e-mail is sent once, an archive imported once; a report is not asked for while another is made.
    let idempotency = match operation {
        IdngoOperation::StatusEmail | IdngoOperation::ApplicantImport | IdngoOperation::Report => {
            Idempotency::NonIdempotent
        }
        IdngoOperation::SimilarCheck
        | IdngoOperation::TinCheck
        | IdngoOperation::WebSdkLink
        | IdngoOperation::Timeline
        | IdngoOperation::Levels
        | IdngoOperation::InfoPatch
        | IdngoOperation::LivenessCheck
        | IdngoOperation::LivenessVideo
        | IdngoOperation::SimilarByTextAndFace
        | IdngoOperation::SimilarByText
        | IdngoOperation::Presence => Idempotency::Idempotent,
    };
    Call {
        content_type: request.content_type.map(str::to_owned),
        body: request.body,
        per_10_s: operation.rate_limit(),
        credentials: Credentials::Signature,
        ..Call::bare(operation.name(), operation.method(), request.target, idempotency)
    }
}

/// The headers of the signature of a call that is sent now.
pub fn signed_headers(keys: &IdngoKeys, base: &BaseUrl, call: &Call, now_ms: f64) -> [(&'static str, String); 3] {
    #[expect(clippy::cast_possible_truncation, reason = "saturates outside the range of times")]
    let timestamp = ((now_ms / 1000.0) as i64).to_string();
    let target = format!("{}{}", base.path(), call.target);
    let key = keys.secret_key.expose().as_bytes();
    let signature = signing::signature(key, &timestamp, call.method.as_str(), &target, &call.body);
    [
        (signing::TOKEN_HEADER, keys.app_token.expose().to_owned()),
        (signing::TIMESTAMP_HEADER, timestamp),
        (signing::SIGNATURE_HEADER, signature),
    ]
}

/// A call by name, of JSON, and of an archive where there is one.
///
/// # Errors
/// [`CallInvalid`]
pub fn by_name(name: &str, json: &str, file: Option<&[u8]>) -> Result<Call, CallInvalid> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Of {
        applicant_id: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Link {
        level_name: String,
        external_user_id: Option<String>,
        external_action_id: Option<String>,
        locale: Option<String>,
        ttl_in_secs: Option<u32>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Report {
        applicant_id: String,
        report: String,
        lang: Option<String>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Patch {
        applicant_id: String,
        info: ApplicantInfo,
        #[serde(default)]
        unset_fields: Vec<String>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Video {
        applicant_id: String,
        check_id: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Status {
        applicant_id: String,
        status: String,
    }
    let operation = IdngoOperation::from_name(name).ok_or(CallInvalid::UnknownOperation)?;
    let of = || argument::<Of>(json).map(|of| of.applicant_id);
    let invalid = |field: &str| CallInvalid::Argument(Some(field.to_owned()));
    Ok(call(match operation {
        IdngoOperation::SimilarCheck => IdngoRequest::similar_check(&of()?),
        IdngoOperation::TinCheck => IdngoRequest::tin_check(&of()?),
        IdngoOperation::LivenessCheck => IdngoRequest::liveness_check(&of()?),
        IdngoOperation::StatusEmail => IdngoRequest::status_email(&of()?),
        IdngoOperation::Timeline => IdngoRequest::timeline(&of()?),
        IdngoOperation::Levels => IdngoRequest::levels(),
        IdngoOperation::SimilarByTextAndFace => IdngoRequest::similar_by_text_and_face(&of()?),
        IdngoOperation::SimilarByText => IdngoRequest::similar_by_text(&of()?),
        IdngoOperation::WebSdkLink => {
            let link: Link = argument(json)?;
            let options = WebSdkLinkOptions {
                external_user_id: link.external_user_id.as_deref(),
                external_action_id: link.external_action_id.as_deref(),
                locale: link.locale.as_deref(),
                ttl_in_secs: link.ttl_in_secs,
            };
            IdngoRequest::websdk_link(&link.level_name, &options)
        }
        IdngoOperation::Report => {
            let report: Report = argument(json)?;
            let kind = ReportType::parse(&report.report).ok_or_else(|| invalid("report"))?;
            IdngoRequest::report(&report.applicant_id, kind, report.lang.as_deref().unwrap_or("en"))
        }
        IdngoOperation::InfoPatch => {
            let patch: Patch = argument(json)?;
            let unset: Vec<&str> = patch.unset_fields.iter().map(String::as_str).collect();
            IdngoRequest::info_patch(&patch.applicant_id, &patch.info, &unset)
        }
        IdngoOperation::LivenessVideo => {
            let video: Video = argument(json)?;
            IdngoRequest::liveness_video(&video.applicant_id, &video.check_id)
        }
        IdngoOperation::ApplicantImport => {
            IdngoRequest::applicant_import(file.ok_or(CallInvalid::FileMissing)?.to_vec())
        }
        IdngoOperation::Presence => {
            let status: Status = argument(json)?;
            let presence = Presence::parse(&status.status).ok_or_else(|| invalid("status"))?;
            IdngoRequest::presence(&status.applicant_id, presence)
        }
    }))
}

/// The reply to a call by name, checked and as JSON. The report and the video are no JSON.
///
/// # Errors
/// The code where it is not as documented.
pub fn reply_by_name(name: &str, body: &[u8]) -> Result<String, ApiErrorCode> {
    match IdngoOperation::from_name(name).ok_or(ApiErrorCode::ReplyInvalid)? {
        IdngoOperation::SimilarCheck => checked::<ChecksReply<SimilarCheck>>(body),
        IdngoOperation::TinCheck => checked::<ChecksReply<TinCheck>>(body),
        IdngoOperation::LivenessCheck => checked::<ChecksReply<LivenessCheck>>(body),
        IdngoOperation::WebSdkLink => checked::<WebSdkLinkReply>(body),
        IdngoOperation::StatusEmail => checked::<StatusEmailReply>(body),
        IdngoOperation::Timeline => checked::<TimelineReply>(body),
        IdngoOperation::Levels => checked::<LevelsReply>(body),
        IdngoOperation::InfoPatch => checked::<ApplicantInfo>(body),
        IdngoOperation::SimilarByTextAndFace | IdngoOperation::SimilarByText => checked::<SimilarApplicantsReply>(body),
        IdngoOperation::ApplicantImport | IdngoOperation::Presence => checked::<Applicant>(body),
        IdngoOperation::Report | IdngoOperation::LivenessVideo => Err(ApiErrorCode::ReplyInvalid),
    }
}
