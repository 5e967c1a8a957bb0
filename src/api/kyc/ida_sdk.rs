//! What a browser may call of *IDA*, the authentication of a known identity: the four operations of the group *IDA SDK*
//! and the *session read* of *IDA* that takes `X-Client-Id`.

use serde::{Deserialize, Serialize};

use super::enums::{LivenessProvider, SessionStatus};
use crate::api::json::{JsonObject, is_absent, null_as_default};

/// Body of *session read* of IDA, with `X-Client-Id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSdkSessionReadRequest {
    /// The session.
    pub session_id: String,
}

/// Reply of *session read* of IDA, with `X-Client-Id`. What is not known is null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSdkSessionReadReply {
    /// The session.
    pub session_id: String,
    /// The identity that is to be authenticated.
    #[serde(default)]
    pub identity_id: Option<String>,
    /// The user who made the session.
    #[serde(default)]
    pub user_id: Option<String>,
    /// The client that it belongs to.
    #[serde(default)]
    pub client_id: Option<String>,
    /// Its status.
    #[serde(default, deserialize_with = "null_as_default")]
    pub status_e: SessionStatus,
    /// Given name of the identity.
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
    /// When it was found: RFC 3339, as all other `_at` fields.
    #[serde(default)]
    pub liveness_detected_at: Option<String>,
    /// Whether images of the person are stored.
    #[serde(default, deserialize_with = "null_as_default")]
    pub selfie_given: bool,
    /// When they were stored.
    #[serde(default)]
    pub selfie_given_at: Option<String>,
    /// The verdict; a server may leave it out, or say `null`, until there is one.
    #[serde(default)]
    pub authenticated: Option<bool>,
    /// Who does liveness.
    #[serde(default, deserialize_with = "null_as_default")]
    pub liveness_provider_e: LivenessProvider,
    /// What was sent by *sdk metadata update*.
    #[serde(default, deserialize_with = "null_as_default")]
    pub sdk_metadata: JsonObject,
}

/// Body of *sdk metadata update* of IDA; the reply is [`super::Empty`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSdkMetadataUpdateRequest {
    /// The session.
    pub session_id: String,
    /// A free JSON object.
    pub sdk_metadata: JsonObject,
}

/// Body of *sdk liveness session generate* of IDA.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSdkLivenessGenerateRequest {
    /// The session.
    pub session_id: String,
    /// Degrees north, −90 to 90.
    #[serde(skip_serializing_if = "is_absent")]
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    #[serde(skip_serializing_if = "is_absent")]
    pub longitude: f64,
}

/// Body of *sdk liveness session process* of IDA.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSdkLivenessProcessRequest {
    /// The session.
    pub session_id: String,
    /// Degrees north, −90 to 90.
    #[serde(skip_serializing_if = "is_absent")]
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    #[serde(skip_serializing_if = "is_absent")]
    pub longitude: f64,
    /// Frames as base64 (RFC 4648 section 4, padded) of image files, in the order of
    /// [`super::sdk::SdkLivenessProcessRequest::images`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<Vec<String>>,
    /// As [`super::sdk::SdkLivenessProcessRequest::token`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Reply of *sdk liveness session generate* and *process* of IDA.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSdkLivenessReply {
    /// Names the liveness session to the liveness provider.
    #[serde(default, deserialize_with = "null_as_default")]
    pub token: String,
}

/// Body of *identity authentication finalize*. The reply is [`super::Empty`]: the verdict is read by *session read*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdaSdkFinalizeRequest {
    /// The session.
    pub session_id: String,
}
