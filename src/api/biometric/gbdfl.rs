//! GBDFL, the State Database of Individuals: what it says of a person by IIN, once a Face2Face session made of a
//! Liveness and an E-Document session represents that person (`POST /api/v1/backend/gbdfl/`, JSON in and out).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::access::AccessError;
use crate::api::kyc::enums::open_enum;

/// The operation's path.
pub const PATH: &str = "/api/v1/backend/gbdfl/";

/// For how long the verifications hold: "within 3 hours".
pub const VERIFICATION_LIFE_MS: i64 = 3 * 3_600_000;

/// Code of the technology *Liveness Short*, as in the document's sample.
pub const LIVENESS: &str = "LDSH";
/// Code of the technology *E-Document*.
pub const E_DOCUMENT: &str = "ED";

/// Body of the request.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GbdflRequest {
    /// The organization's key.
    pub api_key: String,
    /// The subject's IIN, 12 digits.
    pub iin: String,
    /// The Face2Face session.
    pub face2face_backend_session_id: String,
}

// The key and the IIN stay out of logs.
impl fmt::Debug for GbdflRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GbdflRequest")
            .field("face2face_backend_session_id", &self.face2face_backend_session_id)
            .finish_non_exhaustive()
    }
}

open_enum! {
    /// How far the request for information is.
    GbdflStatus {
        /// The subject has not agreed yet.
        Unapproved = "UNAPPROVED",
        /// The answer is still to come.
        Pending = "PENDING",
        /// The information is there.
        Valid = "VALID",
        /// The government service gave no valid token.
        Invalid = "INVALID",
        /// The government service's token has expired.
        Timeout = "TIMEOUT",
        /// The registry has no such subject.
        NotFound = "NOT_FOUND",
        /// It failed; `failure_reason` says why.
        Failed = "FAILED",
        /// The government service took the request and answered with an error.
        ErrorAccepted = "ERROR_ACCEPTED",
    }
}

open_enum! {
    /// Who is at fault.
    FailureType {
        /// What the caller brought.
        Client = "CLIENT",
        /// The service.
        ServiceError = "SERVICE_ERROR",
    }
}

/// The documented details of a failure.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FailureDetail {
    /// Liveness or E-Document are over three hours old.
    VerificationsExpired,
    /// The government service's token is invalid.
    Invalid,
    /// The government service's token has expired.
    Timeout,
    /// Nothing is known of the subject.
    NotFound,
    /// The government service failed.
    Failed,
    /// The faces are not of one person.
    Face2FaceFailed,
    /// Liveness was negative.
    LivenessFailed,
    /// The E-Document was refused, for this reason.
    EDocumentInvalid(String),
    /// The Face2Face session lacks these technologies, by code.
    TechnologyMissing(Vec<String>),
    /// The Face2Face session was not made from sessions.
    SourcesMissing,
    /// The Face2Face session has no result.
    ResultMissing,
    /// The service cannot be reached.
    Unreachable,
    /// Another one.
    Other(String),
}

const E_DOCUMENT_PREFIX: &str = "EDocument validation error: ";
const TECHNOLOGY_PREFIX: &str = "Required technology in Face2Face result missing: ";

impl FailureDetail {
    /// Who is at fault.
    pub fn kind(&self) -> FailureType {
        match self {
            Self::Unreachable => FailureType::ServiceError,
            _ => FailureType::Client,
        }
    }
}

impl fmt::Display for FailureDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::VerificationsExpired => "The required verifications for GBDFL are expired",
            Self::Invalid => "INVALID",
            Self::Timeout => "TIMEOUT",
            Self::NotFound => "NOT_FOUND",
            Self::Failed => "FAILED",
            Self::Face2FaceFailed => "Face2Face failed",
            Self::LivenessFailed => "Liveness failed",
            Self::EDocumentInvalid(why) => return write!(f, "{E_DOCUMENT_PREFIX}{why}"),
            Self::TechnologyMissing(codes) => return write!(f, "{TECHNOLOGY_PREFIX}{}", codes.join(", ")),
            Self::SourcesMissing => "Face2Face source sessions are missing",
            Self::ResultMissing => "GBDFL Face2Face result missing",
            Self::Unreachable => "Can`t connect to GBDFL service",
            Self::Other(text) => text,
        })
    }
}

impl From<&str> for FailureDetail {
    fn from(text: &str) -> Self {
        match text {
            "The required verifications for GBDFL are expired" => Self::VerificationsExpired,
            "INVALID" => Self::Invalid,
            "TIMEOUT" => Self::Timeout,
            "NOT_FOUND" => Self::NotFound,
            "FAILED" => Self::Failed,
            "Face2Face failed" => Self::Face2FaceFailed,
            "Liveness failed" => Self::LivenessFailed,
            "Face2Face source sessions are missing" => Self::SourcesMissing,
            "GBDFL Face2Face result missing" => Self::ResultMissing,
            "Can`t connect to GBDFL service" => Self::Unreachable,
            _ => match (text.strip_prefix(E_DOCUMENT_PREFIX), text.strip_prefix(TECHNOLOGY_PREFIX)) {
                (Some(why), _) => Self::EDocumentInvalid(why.to_owned()),
                (None, Some(codes)) => Self::TechnologyMissing(codes.split(", ").map(str::to_owned).collect()),
                (None, None) => Self::Other(text.to_owned()),
            },
        }
    }
}

impl Serialize for FailureDetail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FailureDetail {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from(String::deserialize(deserializer)?.as_str()))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for FailureDetail {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FailureDetail".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "What happened: a documented detail or another text.",
        })
    }
}

/// Why there is no information.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FailureReason {
    /// Who is at fault.
    #[serde(rename = "type")]
    pub kind: FailureType,
    /// What happened.
    pub detail: FailureDetail,
}

impl From<FailureDetail> for FailureReason {
    fn from(detail: FailureDetail) -> Self {
        Self { kind: detail.kind(), detail }
    }
}

/// A technology by name and code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Technology {
    /// As `Liveness Short`.
    pub name: String,
    /// As [`LIVENESS`].
    pub code: String,
}

/// A session from which a Face2Face session took a face.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceSession {
    /// Its UUID.
    pub id: String,
    /// What was done in it.
    pub technology: Technology,
    /// As `COMPLETED`, `CREATED`, `FAILED`.
    pub status: String,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

/// What the Face2Face session came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Face2FaceResult {
    /// How alike the faces are, 0 to 1, as text.
    pub prediction: String,
    /// The same in percent, as text.
    pub prediction_percent: String,
    /// The Face2Face session.
    pub backend_session_id: String,
    /// Whether they are of one person.
    pub result: bool,
    /// The first source; null where there is none.
    pub source_session_1: Option<SourceSession>,
    /// The second source; null where there is none.
    pub source_session_2: Option<SourceSession>,
}

/// A place of birth.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BirthPlace {
    /// Country.
    pub country: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// District.
    pub district: Option<String>,
    /// City.
    pub city: Option<String>,
}

/// A document of the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubjectDocument {
    /// As `ПАСПОРТ`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its number.
    pub number: String,
    /// `YYYY-MM-DD`.
    pub issue_date: Option<String>,
    /// `YYYY-MM-DD`.
    pub expiry_date: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// As `ДОКУМЕНТ ДЕЙСТВИТЕЛЕН`.
    pub status: Option<String>,
}

/// Where the subject is registered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RegistrationAddress {
    /// Country.
    pub country: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// District.
    pub district: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Street.
    pub street: Option<String>,
    /// Building.
    pub building: Option<String>,
    /// Flat.
    pub flat: Option<String>,
    /// Since when, `YYYY-MM-DD`.
    pub begin_date: Option<String>,
}

/// What the registry says of a subject.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Subject {
    /// The IIN.
    pub iin: String,
    /// Family name.
    pub surname: Option<String>,
    /// Given name.
    pub name: Option<String>,
    /// Patronymic.
    pub patronymic: Option<String>,
    /// `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// As `Мужской`, `Женский`.
    pub gender: Option<String>,
    /// Nationality (ethnic group).
    pub nationality: Option<String>,
    /// Citizenship.
    pub citizenship: Option<String>,
    /// As `Нормальный`.
    pub life_status: Option<String>,
    /// Place of birth.
    pub birth_place: Option<BirthPlace>,
    /// Documents.
    #[serde(default)]
    pub documents: Vec<SubjectDocument>,
    /// Registered address.
    pub registration_address: Option<RegistrationAddress>,
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("documents", &self.documents.len()).finish_non_exhaustive()
    }
}

/// The reply; every status comes with HTTP 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GbdflReply {
    /// This request's session.
    pub backend_session_id: String,
    /// Why there is no information; null where nothing failed.
    pub failure_reason: Option<FailureReason>,
    /// What the Face2Face session came to; null where it has no result.
    pub face2face_result: Option<Face2FaceResult>,
    /// The IIN that was asked for.
    pub iin: String,
    /// The information; null unless the status is `VALID`.
    pub result_json: Option<Subject>,
    /// How far it is.
    pub status: GbdflStatus,
    /// Whether the information is there.
    pub result: bool,
}

/// The documented refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GbdflError {
    /// The technology is not paid for.
    Access(AccessError),
    /// The technology is not open to the organization.
    NoAccess,
    /// No such Face2Face session, or one of another organization.
    Face2FaceNotFound,
    /// No organization has the key.
    OrganizationNotFound,
}

impl GbdflError {
    /// All of them, in the document's order.
    pub const ALL: [Self; 6] = [
        Self::Access(AccessError::NotStarted),
        Self::Access(AccessError::NoneForTechnology),
        Self::Access(AccessError::None),
        Self::NoAccess,
        Self::Face2FaceNotFound,
        Self::OrganizationNotFound,
    ];

    /// The documented HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::Access(error) => error.status(),
            Self::NoAccess => 400,
            Self::Face2FaceNotFound | Self::OrganizationNotFound => 404,
        }
    }

    /// The documented text.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Access(error) => error.text(),
            Self::NoAccess => "Client does not have access to GBDFL technology",
            Self::Face2FaceNotFound => "Face2Face backend session not found",
            Self::OrganizationNotFound => "Organization not found",
        }
    }

    /// A stable code, which the document does not have.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Access(error) => error.code(),
            Self::NoAccess => "no_access_to_technology",
            Self::Face2FaceNotFound => "face2face_not_found",
            Self::OrganizationNotFound => "organization_not_found",
        }
    }

    /// The refusal with this status and text.
    pub fn from_reply(status: u16, text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.status() == status && e.text() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_read_as_they_are_written() {
        let all = [
            FailureDetail::VerificationsExpired,
            FailureDetail::Invalid,
            FailureDetail::Timeout,
            FailureDetail::NotFound,
            FailureDetail::Failed,
            FailureDetail::Face2FaceFailed,
            FailureDetail::LivenessFailed,
            FailureDetail::EDocumentInvalid("FAILED".into()),
            FailureDetail::TechnologyMissing(vec![LIVENESS.into(), E_DOCUMENT.into()]),
            FailureDetail::SourcesMissing,
            FailureDetail::ResultMissing,
            FailureDetail::Unreachable,
            FailureDetail::Other("something new".into()),
        ];
        for detail in all {
            assert_eq!(FailureDetail::from(detail.to_string().as_str()), detail);
        }
        assert_eq!(
            FailureDetail::TechnologyMissing(vec!["LDSH".into(), "ED".into()]).to_string(),
            "Required technology in Face2Face result missing: LDSH, ED"
        );
    }

    #[test]
    fn refusals_are_told_apart() {
        for error in GbdflError::ALL {
            assert_eq!(GbdflError::from_reply(error.status(), error.text()), Some(error));
        }
    }

    #[test]
    fn a_new_status_and_absent_objects_are_no_error() {
        let reply: GbdflReply = serde_json::from_str(
            r#"{"backend_session_id": "a", "failure_reason": {"type": "CLIENT", "detail": "Liveness failed"},
                "face2face_result": null, "iin": "950215301234", "result_json": null,
                "status": "QUEUED", "result": false}"#,
        )
        .unwrap();
        assert_eq!(reply.status, GbdflStatus::Unlisted("QUEUED".into()));
        assert_eq!(reply.failure_reason.unwrap().detail, FailureDetail::LivenessFailed);
    }
}
