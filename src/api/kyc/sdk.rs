//! The nine operations of the group *IDV SDK*: what a browser may call, with `X-Client-Id` and a bearer token.

use serde::{Deserialize, Serialize};

use super::enums::{DocumentType, LivenessProvider};
use crate::api::json::{JsonObject, is_absent, null_as_default};

/// Body of *sdk session read*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SdkSessionReadRequest {
    /// The session.
    pub session_id: String,
}

/// Reply of *sdk session read*: what is done already.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SdkSessionReadReply {
    /// The session.
    pub session_id: String,
    /// The client that it belongs to.
    #[serde(default, deserialize_with = "null_as_default")]
    pub client_id: String,
    /// Which document was declared.
    #[serde(default, deserialize_with = "null_as_default")]
    pub document_type_e: DocumentType,
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
    /// Who does liveness.
    #[serde(default, deserialize_with = "null_as_default")]
    pub liveness_provider_e: LivenessProvider,
    /// What was sent by *sdk metadata update*.
    #[serde(default, deserialize_with = "null_as_default")]
    pub sdk_metadata: JsonObject,
    /// Settings of the session.
    #[serde(default, deserialize_with = "null_as_default")]
    pub settings: JsonObject,
}

/// Body of *sdk add identity consent*; the reply is [`super::Empty`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SdkConsentAddRequest {
    /// The session.
    pub session_id: String,
    /// Whether the person consents.
    pub consented: bool,
}

/// Body of *sdk metadata update*; the reply is [`super::Empty`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SdkMetadataUpdateRequest {
    /// The session.
    pub session_id: String,
    /// A free JSON object.
    pub sdk_metadata: JsonObject,
}

/// Body of *sdk document type update*; the reply is [`super::Empty`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SdkDocumentTypeUpdateRequest {
    /// The session.
    pub session_id: String,
    /// The document that will be shown.
    pub document_type_e: DocumentType,
}

/// Names of the fields of *sdk document front image add* and *back image add* (`multipart/form-data`).
pub mod document_image_fields {
    /// The session.
    pub const SESSION_ID: &str = "session_id";
    /// Degrees north, as a non-empty string.
    pub const LATITUDE: &str = "latitude";
    /// Degrees east, as a non-empty string.
    pub const LONGITUDE: &str = "longitude";
    /// The image, with a file name and a content type.
    pub const IMAGE: &str = "image";
}

/// Body of *sdk document front image add* and *sdk document back image add*, written as `multipart/form-data`; the
/// reply is [`super::Empty`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdkDocumentImageAddRequest {
    /// The session.
    pub session_id: String,
    /// Degrees north, as a non-empty string; an empty one is not sent.
    pub latitude: String,
    /// Degrees east, as a non-empty string; an empty one is not sent.
    pub longitude: String,
    /// The image file.
    pub image: Vec<u8>,
    /// Its media type, as `image/jpeg`.
    pub mime: String,
}

/// Body of *sdk liveness session generate*.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SdkLivenessGenerateRequest {
    /// The session.
    pub session_id: String,
    /// Degrees north, −90 to 90.
    #[serde(skip_serializing_if = "is_absent")]
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    #[serde(skip_serializing_if = "is_absent")]
    pub longitude: f64,
}

/// Body of *sdk liveness session process*.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SdkLivenessProcessRequest {
    /// The session.
    pub session_id: String,
    /// Degrees north, −90 to 90.
    #[serde(skip_serializing_if = "is_absent")]
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    #[serde(skip_serializing_if = "is_absent")]
    pub longitude: f64,
    /// Frames as base64 (RFC 4648 section 4, padded) of image files. Passive liveness: the best first. With movements:
    /// the person looking straight ahead, a frame for each movement in the order asked for, and looking straight ahead
    /// again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<Vec<String>>,
    /// The token of *sdk liveness session generate*, so that frames belong to what was asked for. Not in the text: a
    /// server that does not know it passes it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Reply of *sdk liveness session generate* and *process*.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SdkLivenessReply {
    /// Names the liveness session to the liveness provider.
    #[serde(default, deserialize_with = "null_as_default")]
    pub token: String,
}

/// Body of *sdk idv finalization*.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SdkFinalizeRequest {
    /// The session.
    pub session_id: String,
    /// A free JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<JsonObject>,
}

/// Reply of *sdk idv finalization*. Both are required: a verdict is not to be guessed from a missing field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SdkFinalizeReply {
    /// Whether the identity is verified.
    pub verified: bool,
    /// Whether the name is on a sanction list.
    pub on_sanction_list: bool,
}
