//! The types and statuses of each operation, beside what [`super::document`] reports of it.

use kyc_capture::api::biometric::gbdfl::{GbdflReply, GbdflRequest};
use kyc_capture::api::biometric::mrz::MrzRetrieveReply;
use kyc_capture::api::biometric::persons::{
    AliasAddRequest, Person, PersonCreateRequest, PersonUpdateRequest, PersonsErrorReply, PhotoAddRequest,
};
use kyc_capture::api::errors::ErrorReply;
use kyc_capture::api::idngo::applicant::{Applicant, ApplicantInfo, SimilarApplicantsReply};
use kyc_capture::api::idngo::checks::{ChecksReply, LivenessCheck, SimilarCheck, TinCheck};
use kyc_capture::api::idngo::levels::{LevelsReply, StatusEmailReply, WebSdkLinkReply};
use kyc_capture::api::idngo::timeline::TimelineReply;
use kyc_capture::api::kyc::Empty;
use kyc_capture::api::kyc::ida::*;
use kyc_capture::api::kyc::ida_sdk::*;
use kyc_capture::api::kyc::identity::*;
use kyc_capture::api::kyc::idv::*;
use kyc_capture::api::kyc::idv_lists::*;
use kyc_capture::api::kyc::oauth::{TokenErrorReply, TokenReply, TokenRequest};
use kyc_capture::api::kyc::requirements::{Requirements, RequirementsReply};
use kyc_capture::api::kyc::sdk::*;
use kyc_capture::api::kyc::utility::*;
use kyc_capture::api::kyc::webhook::*;
use kyc_capture::api::kyc::weights::{WeightsReply, WeightsUpdateRequest};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::document::{TOKEN, VENDOR_SPECS, VendorSpec};

/// Writes the schema of a type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// An operation that is answered.
pub struct OperationSpec {
    /// Its name in [`VENDOR_SPECS`].
    pub id: &'static str,
    /// The type of a JSON or form body; other bodies are as documented.
    pub request: Option<SchemaOf>,
    /// What a success brings.
    pub reply: Reply,
    /// The type of a refusal.
    pub refusal: SchemaOf,
    /// The statuses of refusals.
    pub refusals: &'static [u16],
}

/// The body of a success.
pub enum Reply {
    /// JSON of this type.
    Json(SchemaOf),
    /// A file of one of these media types.
    File(&'static [&'static str]),
}

/// Images as they were stored.
pub const IMAGES: &[&str] = &["image/jpeg", "image/png", "image/webp"];

pub(super) fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.root_schema_for::<T>()
}

/// Answered to everybody, without a body.
const OPEN: &[u16] = &[];
/// A backend's call without a body.
const READ: &[u16] = &[400, 401, 403, 422, 429];
/// The same, of something that is named.
const READ_NAMED: &[u16] = &[400, 401, 403, 404, 429];
/// A backend's call with a JSON body that names nothing.
const BACKEND: &[u16] = &[400, 401, 403, 413, 415, 422, 429];
/// A backend's call that names a session or another thing.
const NAMED: &[u16] = &[400, 401, 403, 404, 409, 413, 415, 422, 429];
/// A browser's call that reads.
const SDK_READ: &[u16] = &[400, 401, 403, 404, 413, 415, 429];
/// A browser's call that changes its session.
const SDK: &[u16] = &[400, 401, 403, 404, 409, 413, 415, 429];
/// A browser's call that sends images.
const SDK_IMAGES: &[u16] = &[400, 401, 403, 404, 409, 413, 415, 422, 429];

/// A call that judges what was sent, with models that the server may lack.
const FINALIZE: &[u16] = &[400, 401, 403, 404, 409, 413, 415, 422, 429, 503];

const fn json<Q: JsonSchema, A: JsonSchema>(id: &'static str, refusals: &'static [u16]) -> OperationSpec {
    OperationSpec { id, request: Some(of::<Q>), reply: Reply::Json(of::<A>), refusal: of::<ErrorReply>, refusals }
}

const fn bodiless<A: JsonSchema>(id: &'static str, refusals: &'static [u16]) -> OperationSpec {
    OperationSpec { id, request: None, reply: Reply::Json(of::<A>), refusal: of::<ErrorReply>, refusals }
}

/// A probe: its body is the same where it is not well.
const fn probe<A: JsonSchema>(id: &'static str) -> OperationSpec {
    OperationSpec { id, request: None, reply: Reply::Json(of::<A>), refusal: of::<A>, refusals: &[503] }
}

/// A stored image.
const fn image<Q: JsonSchema>(id: &'static str) -> OperationSpec {
    OperationSpec { id, request: Some(of::<Q>), reply: Reply::File(IMAGES), refusal: of::<ErrorReply>, refusals: NAMED }
}

/// A signed call without a body, of something that is named.
const SIGNED: &[u16] = &[400, 401, 404, 413, 429];

/// A file that IDnGO makes.
const fn file(id: &'static str, kinds: &'static [&'static str]) -> OperationSpec {
    OperationSpec { id, request: None, reply: Reply::File(kinds), refusal: of::<ErrorReply>, refusals: SIGNED }
}

/// An operation of IDnGO.
const fn idngo<A: JsonSchema>(id: &'static str, refusals: &'static [u16]) -> OperationSpec {
    OperationSpec { id, request: None, reply: Reply::Json(of::<A>), refusal: of::<ErrorReply>, refusals }
}

/// An operation of Persons: all have the same refusals.
const fn persons<Q: JsonSchema>(id: &'static str) -> OperationSpec {
    OperationSpec {
        id,
        request: Some(of::<Q>),
        reply: Reply::Json(of::<Person>),
        refusal: of::<PersonsErrorReply>,
        refusals: &[400, 404, 413, 415, 422, 429, 500],
    }
}

/// All of them.
pub const OPERATION_SPECS: &[OperationSpec] = &[
    OperationSpec {
        id: "oauth2_token",
        request: Some(of::<TokenRequest>),
        reply: Reply::Json(of::<TokenReply>),
        refusal: of::<TokenErrorReply>,
        refusals: &[400, 401, 429],
    },
    bodiless::<RootReply>("utility_root", OPEN),
    bodiless::<PingReply>("utility_ping", OPEN),
    bodiless::<StatusReply>("utility_status", OPEN),
    bodiless::<MetricsReply>("utility_metrics", OPEN),
    bodiless::<LiveReply>("utility_liveness_probe", OPEN),
    probe::<ReadyReply>("utility_readiness_probe"),
    probe::<HealthzReply>("utility_simple_health"),
    probe::<HealthReply>("utility_health"),
    bodiless::<VersionReply>("utility_version", OPEN),
    json::<SdkMetadataUpdateRequest, Empty>("sdk_metadata_update", SDK),
    json::<SdkLivenessGenerateRequest, SdkLivenessReply>("sdk_liveness_session_generate", SDK_IMAGES),
    json::<SdkLivenessProcessRequest, SdkLivenessReply>("sdk_liveness_session_process", SDK_IMAGES),
    json::<SdkSessionReadRequest, SdkSessionReadReply>("sdk_session_read", SDK_READ),
    json::<SdkConsentAddRequest, Empty>("sdk_consent_add", SDK),
    json::<SdkDocumentTypeUpdateRequest, Empty>("sdk_document_type_update", SDK),
    bodiless::<Empty>("sdk_document_front_add", SDK_IMAGES),
    bodiless::<Empty>("sdk_document_back_add", SDK_IMAGES),
    json::<SdkFinalizeRequest, SdkFinalizeReply>("sdk_finalize", FINALIZE),
    json::<LocationReadRequest, LocationReadReply>("idv_session_location_read", NAMED),
    json::<SessionAnonymizeRequest, Empty>("idv_session_anonymize", NAMED),
    json::<SessionDeleteRequest, Empty>("idv_session_delete", NAMED),
    json::<SessionCreateRequest, SessionCreateReply>("idv_session_create", BACKEND),
    json::<SessionListRequest, SessionListReply>("idv_session_list", BACKEND),
    json::<SessionReadRequest, SessionReadReply>("idv_session_read", NAMED),
    json::<DocumentReadRequest, DocumentReadReply>("idv_document_read", NAMED),
    json::<DocumentListRequest, DocumentListReply>("idv_document_list", NAMED),
    image::<DocumentDownloadRequest>("idv_document_download"),
    json::<SessionTestReadRequest, SessionTestReadReply>("idv_session_test_read", NAMED),
    bodiless::<RequirementsReply>("idv_requirements_get", READ),
    json::<Requirements, Empty>("idv_requirements_update", BACKEND),
    bodiless::<WeightsReply>("idv_weights_get", READ),
    json::<WeightsUpdateRequest, Empty>("idv_weights_update", BACKEND),
    bodiless::<WeightsReply>("idv_weights_get_by_id", READ_NAMED),
    json::<LocationReadRequest, LocationReadReply>("ida_session_location_read", NAMED),
    json::<IdaSessionDeleteRequest, Empty>("ida_session_delete", NAMED),
    json::<IdaSessionCreateRequest, IdaSessionCreateReply>("ida_session_create", NAMED),
    json::<IdaSessionListRequest, IdaSessionListReply>("ida_session_list", BACKEND),
    json::<IdaSessionReadRequest, IdaSessionReadReply>("ida_session_read", NAMED),
    image::<IdaDocumentDownloadRequest>("ida_document_download"),
    json::<IdaSdkSessionReadRequest, IdaSdkSessionReadReply>("ida_sdk_session_read", SDK_READ),
    json::<IdaSdkMetadataUpdateRequest, Empty>("ida_sdk_metadata_update", SDK),
    json::<IdaSdkLivenessGenerateRequest, IdaSdkLivenessReply>("ida_sdk_liveness_session_generate", SDK_IMAGES),
    json::<IdaSdkLivenessProcessRequest, IdaSdkLivenessReply>("ida_sdk_liveness_session_process", SDK_IMAGES),
    json::<IdaSdkFinalizeRequest, Empty>("ida_sdk_finalize", FINALIZE),
    json::<IdentityListRequest, IdentityListReply>("identity_list", BACKEND),
    json::<IdentityAnonymizeRequest, Empty>("identity_anonymize", NAMED),
    json::<IdentityReadRequest, IdentityReadReply>("identity_read", NAMED),
    json::<IdentityStatusRequest, IdentityStatusReply>("identity_sdk_status", NAMED),
    json::<IdentityDocumentReadRequest, IdentityDocumentReadReply>("identity_document_read", NAMED),
    image::<IdentityImageReadRequest>("identity_image_read"),
    json::<WebhookCreateRequest, Empty>("webhook_create", BACKEND),
    json::<WebhookListRequest, WebhookListReply>("webhook_list", BACKEND),
    json::<WebhookDeleteRequest, Empty>("webhook_delete", NAMED),
    persons::<PersonCreateRequest>("persons_create"),
    persons::<PersonUpdateRequest>("persons_update"),
    persons::<PhotoAddRequest>("persons_photo_add"),
    persons::<AliasAddRequest>("persons_alias_add"),
    json::<GbdflRequest, GbdflReply>("gbdfl", &[400, 404, 413, 415, 422, 429]),
    bodiless::<MrzRetrieveReply>("mrz_retrieve", &[400, 401, 413, 415, 422, 429, 503]),
    idngo::<ChecksReply<SimilarCheck>>("idngo_check_similar", SIGNED),
    idngo::<ChecksReply<TinCheck>>("idngo_check_tin", SIGNED),
    idngo::<WebSdkLinkReply>("idngo_websdk_link", SIGNED),
    idngo::<StatusEmailReply>("idngo_status_email", SIGNED),
    idngo::<TimelineReply>("idngo_timeline", SIGNED),
    file("idngo_report", &["application/pdf"]),
    idngo::<LevelsReply>("idngo_levels", SIGNED),
    json::<ApplicantInfo, ApplicantInfo>("idngo_info_update", &[400, 401, 404, 413, 415, 429]),
    idngo::<ChecksReply<LivenessCheck>>("idngo_check_liveness", SIGNED),
    file("idngo_liveness_video", &["video/webm", "video/mp4", "video/quicktime"]),
    idngo::<SimilarApplicantsReply>("idngo_similar_text_face", &[400, 401, 404, 413, 429, 503]),
    idngo::<SimilarApplicantsReply>("idngo_similar_text", SIGNED),
    idngo::<Applicant>("idngo_import", &[400, 401, 404, 409, 413, 415, 422, 429]),
    idngo::<Applicant>("idngo_presence", &[400, 401, 404, 409, 413, 429]),
];

/// What the texts say of an answered operation.
///
/// # Panics
/// Where the table names an operation that no text has, which a test excludes.
pub fn vendor_spec(served: &OperationSpec) -> &'static VendorSpec {
    if served.id == TOKEN.id {
        return &TOKEN;
    }
    VENDOR_SPECS.iter().find(|d| d.id == served.id).expect("a test compares both tables")
}
