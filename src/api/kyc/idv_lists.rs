//! Operations of the group *IDV* by which a backend looks after its sessions: finding, locating, downloading, removing.

use serde::{Deserialize, Serialize};

use super::enums::{CheckStatus, DocumentType, Gender, SessionStatus, StorageFileType};
use super::idv::{DocumentReadReply, SessionReadReply};
use super::lists::{Counts, OneOrMany, StatusCounts, nullable};
use crate::api::json::{JsonObject, null_as_default};

/// Body of *session list*; every field is optional, and every filter must be met.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionListRequest {
    /// How many at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<u32>,
    /// How many to pass over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<u32>,
    /// Words of a name or of a document's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_term: Option<String>,
    /// Made at this moment or later: RFC 3339, or a day in UTC.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-nullable" = true)))]
    pub start_date: Option<Option<String>>,
    /// Made at this moment or earlier: RFC 3339, or a day in UTC, to its end.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-nullable" = true)))]
    pub end_date: Option<Option<String>>,
    /// Every entry is in the session's `metadata` with an equal value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<JsonObject>,
    /// Of one of these identities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_id: Option<OneOrMany>,
    /// Standing there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<SessionStatus>,
    /// Of one of these clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<OneOrMany>,
    /// Made by one of these users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<OneOrMany>,
}

/// Reply of *session list*: the newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionListReply {
    /// A page of them.
    #[serde(default, deserialize_with = "null_as_default")]
    pub sessions: Vec<SessionSummary>,
    /// How many there are.
    #[serde(default, deserialize_with = "null_as_default")]
    pub meta_counts: StatusCounts,
}

/// A session in a list: *session read* without its history, settings and webhook. The text does not show the list's
/// items; these are the fields of *session read*.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionSummary {
    /// The session.
    pub session_id: String,
    /// The user who made it.
    #[serde(default)]
    pub user_id: Option<String>,
    /// The client that it belongs to.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The weights that decided it.
    #[serde(default)]
    pub idv_weights_id: Option<String>,
    /// Its status.
    #[serde(default, deserialize_with = "null_as_default")]
    pub status_e: SessionStatus,
    /// Which document was declared.
    #[serde(default, deserialize_with = "null_as_default")]
    pub document_type_e: DocumentType,
    /// RFC 3339, as all other `_at` fields.
    #[serde(default)]
    pub created_at: Option<String>,
    /// When it was finalized.
    #[serde(default)]
    pub completed_at: Option<String>,
    /// Given name, from the document.
    #[serde(default)]
    pub first_name: Option<String>,
    /// Further given names.
    #[serde(default)]
    pub middle_name: Option<String>,
    /// Family name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// Suffix, as `JR`.
    #[serde(default)]
    pub suffix_name: Option<String>,
    /// Sex, from the document.
    #[serde(default, deserialize_with = "null_as_default")]
    pub gender_e: Gender,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub birth_date: Option<String>,
    /// Whether consent is recorded.
    #[serde(default, deserialize_with = "null_as_default")]
    pub consented: bool,
    /// Whether the front image is stored.
    #[serde(default, deserialize_with = "null_as_default")]
    pub document_front_given: bool,
    /// Whether the back image is stored.
    #[serde(default, deserialize_with = "null_as_default")]
    pub document_back_given: bool,
    /// Whether liveness was found.
    #[serde(default, deserialize_with = "null_as_default")]
    pub liveness_detected: bool,
    /// Whether a selfie is stored.
    #[serde(default, deserialize_with = "null_as_default")]
    pub selfie_given: bool,
    /// Outcome of the licence register.
    #[serde(default, deserialize_with = "null_as_default")]
    pub dmv_status_e: CheckStatus,
    /// Outcome of the sanction list.
    #[serde(default, deserialize_with = "null_as_default")]
    pub ofac_status_e: CheckStatus,
    /// Whether everything held.
    #[serde(default, deserialize_with = "null_as_default")]
    pub verified: bool,
    /// When it was verified.
    #[serde(default)]
    pub verified_at: Option<String>,
    /// 0–100.
    #[serde(default, deserialize_with = "null_as_default")]
    pub score: f64,
    /// The identity that it was joined to.
    #[serde(default)]
    pub identity_id: Option<String>,
    /// The integrator's own map.
    #[serde(default, deserialize_with = "null_as_default")]
    pub metadata: JsonObject,
}

impl From<SessionReadReply> for SessionSummary {
    fn from(s: SessionReadReply) -> Self {
        Self {
            session_id: s.session_id,
            user_id: s.user_id,
            client_id: s.client_id,
            idv_weights_id: s.idv_weights_id,
            status_e: s.status_e,
            document_type_e: s.document_type_e,
            created_at: s.created_at,
            completed_at: s.completed_at,
            first_name: s.first_name,
            middle_name: s.middle_name,
            last_name: s.last_name,
            suffix_name: s.suffix_name,
            gender_e: s.gender_e,
            birth_date: s.birth_date,
            consented: s.consented,
            document_front_given: s.document_front_given,
            document_back_given: s.document_back_given,
            liveness_detected: s.liveness_detected,
            selfie_given: s.selfie_given,
            dmv_status_e: s.dmv_status_e,
            ofac_status_e: s.ofac_status_e,
            verified: s.verified,
            verified_at: s.verified_at,
            score: s.score,
            identity_id: s.identity_id,
            metadata: s.metadata,
        }
    }
}

/// Body of *session delete*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionDeleteRequest {
    /// The session.
    pub session_id: String,
}

/// Body of *session anonymize*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionAnonymizeRequest {
    /// The session.
    pub session_id: String,
}

super::enums::open_enum! {
    /// `location_capture_type_e`: the capture whose place is asked for.
    LocationCaptureType {
        /// None in particular: there is no such capture.
        Unknown = "unknown",
        /// The front of the document.
        FrontDocImageCapture = "front_doc_image_capture",
        /// Its back.
        BackDocImageCapture = "back_doc_image_capture",
        /// The selfie.
        SelfieImageCapture = "selfie_image_capture",
    }
}

/// Body of *session location read*, of IDV and of IDA.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LocationReadRequest {
    /// The session.
    pub session_id: String,
    /// Which capture.
    pub location_capture_type_e: LocationCaptureType,
}

/// Reply of *session location read*: the location of the IP address, and the one that the device reported.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LocationReadReply {
    /// The address that the capture was sent from.
    #[serde(default)]
    pub ip_address: Option<String>,
    /// Degrees north.
    #[serde(default)]
    pub ip_latitude: Option<f64>,
    /// Degrees east.
    #[serde(default)]
    pub ip_longitude: Option<f64>,
    /// Country.
    #[serde(default)]
    pub ip_country: Option<String>,
    /// Region.
    #[serde(default)]
    pub ip_region: Option<String>,
    /// City.
    #[serde(default)]
    pub ip_city: Option<String>,
    /// Both coordinates, as the device sent them, with a comma between.
    #[serde(default)]
    pub device_location: Option<String>,
    /// Degrees north.
    #[serde(default)]
    pub device_latitude: Option<f64>,
    /// Degrees east.
    #[serde(default)]
    pub device_longitude: Option<f64>,
    /// Name of the country.
    #[serde(default)]
    pub device_country_name: Option<String>,
    /// ISO 3166-1.
    #[serde(default)]
    pub device_country_code: Option<String>,
    /// Either administrative area.
    #[serde(default)]
    pub device_admin_area: Option<String>,
    /// Second administrative area.
    #[serde(default)]
    pub device_sub_admin_area: Option<String>,
    /// Locality.
    #[serde(default)]
    pub device_locality: Option<String>,
}

/// Body of *document list*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentListRequest {
    /// How many at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<u32>,
    /// How many to pass over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<u32>,
    /// The session.
    pub session_id: String,
}

/// Reply of *document list*. The text does not show the list's items; these are the fields of *document read*.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentListReply {
    /// A page of them.
    #[serde(default, deserialize_with = "null_as_default")]
    pub documents: Vec<DocumentReadReply>,
    /// How many there are.
    #[serde(default, deserialize_with = "null_as_default")]
    pub meta_counts: Counts,
}

/// Body of *document download*. The reply is the file itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentDownloadRequest {
    /// The session.
    pub session_id: String,
    /// Which file.
    pub storage_file_type_e: StorageFileType,
}
