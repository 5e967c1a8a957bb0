//! The operations of the group *Identity*: what is known of a person over all of a client's verified sessions.

use serde::{Deserialize, Serialize};

use super::enums::{CheckStatus, DataSource, DocumentType, Gender, StorageFileType};
use super::lists::{Counts, OneOrMany};
use crate::api::json::{JsonObject, null_as_default};

/// Body of *list identities*; every field is optional, and every filter must be met.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentityListRequest {
    /// Of one of these clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<OneOrMany>,
    /// Made by one of these users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<OneOrMany>,
    /// Words of a name or of a document's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_term: Option<String>,
    /// How many at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<u32>,
    /// How many to pass over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<u32>,
    /// Made at this moment or later: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<String>,
    /// Made at this moment or earlier: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<String>,
    /// Every entry is in the `metadata` of one of the identity's sessions with an equal value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<JsonObject>,
}

/// Reply of *list identities*: the newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentityListReply {
    /// A page of them.
    #[serde(default, deserialize_with = "null_as_default")]
    pub identities: Vec<Identity>,
    /// How many there are.
    #[serde(default, deserialize_with = "null_as_default")]
    pub meta_counts: Counts,
}

/// An identity: the data of its newest verified session. Unknown fields are null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Identity {
    /// The identity.
    pub identity_id: String,
    /// RFC 3339, as all other `_at` fields.
    #[serde(default)]
    pub created_at: Option<String>,
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
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub birth_date: Option<String>,
    /// Sex, from the document.
    #[serde(default, deserialize_with = "null_as_default")]
    pub gender_e: Gender,
    /// Street.
    #[serde(default)]
    pub street: Option<String>,
    /// City.
    #[serde(default)]
    pub city: Option<String>,
    /// State of the address.
    #[serde(default)]
    pub state: Option<String>,
    /// Postal code.
    #[serde(default)]
    pub postal_code: Option<String>,
    /// Whether the front of a document is stored.
    #[serde(default, deserialize_with = "null_as_default")]
    pub document_front_given: bool,
    /// When it was stored.
    #[serde(default)]
    pub document_front_given_at: Option<String>,
    /// Whether a session verified it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub verified: bool,
    /// When it did last.
    #[serde(default)]
    pub verified_at: Option<String>,
    /// Whether liveness was found.
    #[serde(default, deserialize_with = "null_as_default")]
    pub liveness_detected: bool,
    /// When it was found.
    #[serde(default)]
    pub liveness_detected_at: Option<String>,
    /// Outcome of the sanction list.
    #[serde(default, deserialize_with = "null_as_default")]
    pub ofac_status_e: CheckStatus,
    /// When it was searched.
    #[serde(default)]
    pub ofac_detected_at: Option<String>,
    /// Outcome of the licence register.
    #[serde(default, deserialize_with = "null_as_default")]
    pub dmv_status_e: CheckStatus,
    /// When it was asked.
    #[serde(default)]
    pub dmv_detected_at: Option<String>,
    /// 0–100.
    #[serde(default, deserialize_with = "null_as_default")]
    pub score: f64,
}

/// Body of *read identities*: by one id, by several, by metadata, or by all of them at once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentityReadRequest {
    /// One identity, or several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_id: Option<OneOrMany>,
    /// Several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_ids: Option<Vec<String>>,
    /// Every entry is in the `metadata` of one of the identity's sessions with an equal value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<JsonObject>,
}

/// Reply of *read identities*.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentityReadReply {
    /// All that were found, in the order in which they were asked for.
    #[serde(default, deserialize_with = "null_as_default")]
    pub identities: Vec<Identity>,
    /// Where one id was asked for, its identity, the fields standing beside `identities`.
    #[serde(flatten)]
    pub identity: Option<Identity>,
}

/// Body of *anonymize identity*; the reply is [`super::Empty`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentityAnonymizeRequest {
    /// The identity.
    pub identity_id: String,
}

/// Body of *get identity status for sdk*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentityStatusRequest {
    /// The identity.
    pub identity_id: String,
}

/// Reply of *get identity status for sdk*. A verdict is not to be guessed from a missing field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentityStatusReply {
    /// Whether the identity is verified.
    pub verified: bool,
}

/// Body of *read completed identity document*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentityDocumentReadRequest {
    /// The identity.
    pub identity_id: String,
    /// Which of its documents.
    pub document_type_e: DocumentType,
}

/// Reply of *read completed identity document*: the newest of that type. What it does not say is null.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentityDocumentReadReply {
    /// The document.
    #[serde(default, deserialize_with = "null_as_default")]
    pub document_id: String,
    /// Which document it is.
    #[serde(default, deserialize_with = "null_as_default")]
    pub document_type_e: DocumentType,
    /// Where the fields come from.
    #[serde(default, deserialize_with = "null_as_default")]
    pub document_data_source_e: DataSource,
    /// Document number.
    #[serde(default)]
    pub document_number: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub issue_date: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub expiration_date: Option<String>,
    /// A second number, as a personal number in the optional data.
    #[serde(default)]
    pub ref_number: Option<String>,
    /// Issuing state, three letters as in Doc 9303-3 section 5.
    #[serde(default)]
    pub issuing_country: Option<String>,
    /// Issuing part of a federation.
    #[serde(default)]
    pub issuing_state: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub birth_date: Option<String>,
    /// Sex.
    #[serde(default, deserialize_with = "null_as_default")]
    pub gender_e: Gender,
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
    /// Street.
    #[serde(default)]
    pub street: Option<String>,
    /// City.
    #[serde(default)]
    pub city: Option<String>,
    /// State of the address.
    #[serde(default)]
    pub state: Option<String>,
    /// Postal code.
    #[serde(default)]
    pub postal_code: Option<String>,
    /// Height, as printed.
    #[serde(default)]
    pub height: Option<String>,
    /// Weight, as printed.
    #[serde(default)]
    pub weight: Option<String>,
    /// Colour of the eyes, as printed.
    #[serde(default)]
    pub eye_color: Option<String>,
    /// Colour of the hair, as printed.
    #[serde(default)]
    pub hair_color: Option<String>,
}

/// Body of *read identity image*. The reply is the file itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentityImageReadRequest {
    /// The identity.
    pub identity_id: String,
    /// Which image.
    pub storage_file_type_e: StorageFileType,
}
