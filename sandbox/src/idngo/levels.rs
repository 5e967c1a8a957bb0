//! *levels*, and those that a new client gets.

use axum::Json;
use axum::extract::State;
use kyc_capture::api::idngo::applicant::{DocSet, RequiredIdDocs};
use kyc_capture::api::idngo::dates;
use kyc_capture::api::idngo::enums::{
    ActionType, ApplicantType, CaptureMode, IdDocSetType, IdDocSubType, IdDocType, LevelType, UploaderMode,
    VideoRequired,
};
use kyc_capture::api::idngo::levels::{ApplicantInsightSettings, Level, LevelsReply};

use super::call::Signed;
use super::context::run;
use super::refusal::Refusal;
use crate::idngo::context::Idngo;
use crate::random::{self, NoEntropy};
use crate::store::idngo;

/// A person with a document and a face, decided by the server.
pub const BASIC: &str = "basic-kyc-level";
/// The same, decided by a person: until then the applicant is under review.
pub const MANUAL: &str = "manual-kyc-level";
/// The face again, for an action of an applicant.
pub const ACTION: &str = "face-enrollment-action";
/// A legal entity, by its representative's document.
pub const COMPANY: &str = "basic-kyb-level";

/// *Retrieve list of available verification levels*
///
/// # Errors
/// Those of a signed request.
pub async fn list(State(ctx): State<Idngo>, call: Signed) -> Result<Json<LevelsReply>, Refusal> {
    let items = run(&ctx, move |c| Ok(idngo::levels(c, &call.client.client_id)?)).await?;
    let total_items = items.len() as u64;
    Ok(Json(LevelsReply { items, total_items }))
}

/// The levels of a new client, and whether a person decides.
///
/// # Errors
/// 500 without random bytes.
pub fn standard(now_ms: i64) -> Result<Vec<(Level, bool)>, NoEntropy> {
    let identity = || DocSet {
        id_doc_set_type: IdDocSetType::Identity,
        types: Some(vec![IdDocType::IdCard, IdDocType::Drivers, IdDocType::Passport, IdDocType::ResidencePermit]),
        sub_types: Some(vec![IdDocSubType::FrontSide, IdDocSubType::BackSide]),
        video_required: Some(VideoRequired::Docapture),
        capture_mode: Some(CaptureMode::ManualAndAuto),
        uploader_mode: Some(UploaderMode::Fallback),
        ..DocSet::default()
    };
    let selfie = || DocSet {
        id_doc_set_type: IdDocSetType::Selfie,
        types: Some(vec![IdDocType::Selfie]),
        video_required: Some(VideoRequired::PassiveLiveness),
        ..DocSet::default()
    };
    let level = |name: &str, desc: &str, doc_sets: Vec<DocSet>| -> Result<Level, NoEntropy> {
        Ok(Level {
            id: random::object_id(now_ms)?,
            name: name.to_owned(),
            desc: Some(desc.to_owned()),
            required_id_docs: RequiredIdDocs { doc_sets, ..RequiredIdDocs::default() },
            websdk_flow_id: Some(random::object_id(now_ms)?),
            msdk_flow_id: Some(random::object_id(now_ms)?),
            created_at: Some(dates::write(now_ms)),
            created_by: Some("Service".to_owned()),
            modified_at: Some(dates::write(now_ms)),
            use_custom_watch_list_check_settings: Some(false),
            use_custom_id_doc_settings: Some(false),
            applicant_insight_settings: Some(ApplicantInsightSettings::default()),
            ..Level::default()
        })
    };
    let mut action = level(ACTION, "The face again, for an action of an applicant", vec![selfie()])?;
    (action.kind, action.action_type) = (LevelType::Actions, Some(ActionType::FaceEnrollment));
    let mut company = level(COMPANY, "A legal entity, by its representative", vec![identity(), selfie()])?;
    company.applicant_type = ApplicantType::Company;
    Ok(vec![
        (level(BASIC, "Document and face, decided at once", vec![identity(), selfie()])?, false),
        (level(MANUAL, "Document and face, decided by a person", vec![identity(), selfie()])?, true),
        (action, false),
        (company, false),
    ])
}
