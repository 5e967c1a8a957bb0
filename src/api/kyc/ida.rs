//! Operations of the group *IDA* that a backend calls: making sessions that authenticate a known identity, and reading
//! what came of them. Their *session location read* has the bodies of that of IDV:
//! [`super::idv_lists::LocationReadRequest`] and [`super::idv_lists::LocationReadReply`].

use serde::{Deserialize, Serialize};

use super::enums::{LivenessMode, SessionStatus};
use super::lists::{OneOrMany, StatusCounts, nullable};
use crate::api::json::{JsonObject, null_as_default};

/// Body of *identity authentication session create*.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSessionCreateRequest {
    /// The identity that the person claims to be.
    pub identity_id: String,
    /// Where to tell that the session ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<String>,
    /// How liveness is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveness_mode: Option<LivenessMode>,
    /// A free JSON object of the integrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<JsonObject>,
    /// A free JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<JsonObject>,
}

/// Reply of *identity authentication session create*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSessionCreateReply {
    /// The new session.
    pub session_id: String,
}

/// Body of *session read* of IDA.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSessionReadRequest {
    /// The session.
    pub session_id: String,
}

/// Reply of *session read* of IDA. What is not known is null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSessionReadReply {
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
    /// RFC 3339, as all other `_at` fields.
    #[serde(default)]
    pub created_at: Option<String>,
    /// When it was finalized.
    #[serde(default)]
    pub completed_at: Option<String>,
    /// The identity that is to be authenticated.
    #[serde(default)]
    pub identity_id: Option<String>,
    /// Given name.
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
    /// Whether liveness was found.
    #[serde(default, deserialize_with = "null_as_default")]
    pub liveness_detected: bool,
    /// When it was found.
    #[serde(default)]
    pub liveness_detected_at: Option<String>,
    /// Whether images of the person are stored.
    #[serde(default, deserialize_with = "null_as_default")]
    pub selfie_given: bool,
    /// When they were stored.
    #[serde(default)]
    pub selfie_given_at: Option<String>,
    /// Whether the person is the identity's; false until that is decided.
    #[serde(default, deserialize_with = "null_as_default")]
    pub authenticated: bool,
    /// As given to *session create*.
    #[serde(default, deserialize_with = "null_as_default")]
    pub metadata: JsonObject,
    /// As given to *session create*.
    #[serde(default)]
    pub webhook_url: Option<String>,
    /// As given to *session create*.
    #[serde(default, deserialize_with = "null_as_default")]
    pub settings: JsonObject,
    /// What happened, oldest first. The text does not say of what shape an entry is.
    #[serde(default, deserialize_with = "null_as_default")]
    pub history: Vec<serde_json::Value>,
}

/// Body of *session list* of IDA; every field is optional, and every filter must be met.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSessionListRequest {
    /// How many at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<u32>,
    /// How many to pass over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<u32>,
    /// Of one of these identities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_id: Option<OneOrMany>,
    /// Of one of these clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<OneOrMany>,
    /// Made by one of these users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<OneOrMany>,
    /// Words of the identity's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_term: Option<String>,
    /// Whether the person was authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    /// Standing there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<SessionStatus>,
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
}

/// Reply of *session list* of IDA: the newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSessionListReply {
    /// A page of them.
    #[serde(default, deserialize_with = "null_as_default")]
    pub sessions: Vec<IdaSessionSummary>,
    /// How many there are.
    #[serde(default, deserialize_with = "null_as_default")]
    pub meta_counts: StatusCounts,
}

/// A session in a list: *session read* without its history, settings and webhook. The text does not show the list's
/// items; these are the fields of *session read*.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSessionSummary {
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
    /// RFC 3339, as all other `_at` fields.
    #[serde(default)]
    pub created_at: Option<String>,
    /// When it was finalized.
    #[serde(default)]
    pub completed_at: Option<String>,
    /// The identity that is to be authenticated.
    #[serde(default)]
    pub identity_id: Option<String>,
    /// Given name.
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
    /// Whether liveness was found.
    #[serde(default, deserialize_with = "null_as_default")]
    pub liveness_detected: bool,
    /// When it was found.
    #[serde(default)]
    pub liveness_detected_at: Option<String>,
    /// Whether images of the person are stored.
    #[serde(default, deserialize_with = "null_as_default")]
    pub selfie_given: bool,
    /// When they were stored.
    #[serde(default)]
    pub selfie_given_at: Option<String>,
    /// Whether the person is the identity's; false until that is decided.
    #[serde(default, deserialize_with = "null_as_default")]
    pub authenticated: bool,
    /// As given to *session create*.
    #[serde(default, deserialize_with = "null_as_default")]
    pub metadata: JsonObject,
}

impl From<IdaSessionReadReply> for IdaSessionSummary {
    fn from(s: IdaSessionReadReply) -> Self {
        Self {
            session_id: s.session_id,
            user_id: s.user_id,
            client_id: s.client_id,
            idv_weights_id: s.idv_weights_id,
            status_e: s.status_e,
            created_at: s.created_at,
            completed_at: s.completed_at,
            identity_id: s.identity_id,
            first_name: s.first_name,
            middle_name: s.middle_name,
            last_name: s.last_name,
            suffix_name: s.suffix_name,
            liveness_detected: s.liveness_detected,
            liveness_detected_at: s.liveness_detected_at,
            selfie_given: s.selfie_given,
            selfie_given_at: s.selfie_given_at,
            authenticated: s.authenticated,
            metadata: s.metadata,
        }
    }
}

/// Body of *session delete* of IDA; the reply is [`super::Empty`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSessionDeleteRequest {
    /// The session.
    pub session_id: String,
}

/// Body of *download ida document*. The reply is the file itself: the best photo of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaDocumentDownloadRequest {
    /// The session.
    pub session_id: String,
}
