//! Operations of the group *IDV* that a backend calls: making a session and reading what came of it.

use serde::{Deserialize, Serialize};

use super::enums::{CheckStatus, DataSource, DocumentType, Gender, LivenessMode, SessionStatus, TestWord};
use crate::api::json::{JsonObject, null_as_default};

/// Body of *session create*; every field is optional.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionCreateRequest {
    /// A free JSON object of the integrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<JsonObject>,
    /// How liveness is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveness_mode: Option<LivenessMode>,
    /// Where to tell that the session ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<String>,
    /// A free JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<JsonObject>,
}

/// Reply of *session create*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionCreateReply {
    /// The new session.
    pub session_id: String,
}

/// Body of *session read*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionReadRequest {
    /// The session.
    pub session_id: String,
}

/// Reply of *session read*: everything that is known of a session. What is not known yet is null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionReadReply {
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
    /// When consent was recorded.
    #[serde(default)]
    pub consented_at: Option<String>,
    /// Whether the front image is stored.
    #[serde(default, deserialize_with = "null_as_default")]
    pub document_front_given: bool,
    /// When it was stored.
    #[serde(default)]
    pub document_front_given_at: Option<String>,
    /// Whether the back image is stored.
    #[serde(default, deserialize_with = "null_as_default")]
    pub document_back_given: bool,
    /// When it was stored.
    #[serde(default)]
    pub document_back_given_at: Option<String>,
    /// Whether liveness was found.
    #[serde(default, deserialize_with = "null_as_default")]
    pub liveness_detected: bool,
    /// When it was found.
    #[serde(default)]
    pub liveness_detected_at: Option<String>,
    /// Whether a selfie is stored.
    #[serde(default, deserialize_with = "null_as_default")]
    pub selfie_given: bool,
    /// When it was stored.
    #[serde(default)]
    pub selfie_given_at: Option<String>,
    /// Outcome of the licence register.
    #[serde(default, deserialize_with = "null_as_default")]
    pub dmv_status_e: CheckStatus,
    /// When it was asked.
    #[serde(default)]
    pub dmv_detected_at: Option<String>,
    /// Outcome of the sanction list.
    #[serde(default, deserialize_with = "null_as_default")]
    pub ofac_status_e: CheckStatus,
    /// When it was searched.
    #[serde(default)]
    pub ofac_detected_at: Option<String>,
    /// The verdict.
    #[serde(default, deserialize_with = "null_as_default")]
    pub verified: bool,
    /// When it was reached.
    #[serde(default)]
    pub verified_at: Option<String>,
    /// Share of the weighted checks that passed, as the server counts it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub score: f64,
    /// The identity made of it.
    #[serde(default)]
    pub identity_id: Option<String>,
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

/// Body of *document read*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentReadRequest {
    /// The session.
    pub session_id: String,
}

/// Reply of *document read*: the fields of the document. What the document does not say is null.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentReadReply {
    /// The session.
    pub session_id: String,
    /// The document.
    #[serde(default, deserialize_with = "null_as_default")]
    pub document_id: String,
    /// Which document it is.
    #[serde(default, deserialize_with = "null_as_default")]
    pub type_e: DocumentType,
    /// Where the fields come from.
    #[serde(default, deserialize_with = "null_as_default")]
    pub data_source_e: DataSource,
    /// Document number.
    #[serde(default)]
    pub document_number: Option<String>,
    /// A second number, as a personal number in the optional data.
    #[serde(default)]
    pub ref_number: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub issued_at: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub expires_at: Option<String>,
    /// Issuing state, three letters as in Doc 9303-3 section 5.
    #[serde(default)]
    pub issuing_country: Option<String>,
    /// Issuing part of a federation.
    #[serde(default)]
    pub issuing_state: Option<String>,
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
    pub name_suffix: Option<String>,
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
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub birth_date: Option<String>,
    /// Sex.
    #[serde(default, deserialize_with = "null_as_default")]
    pub gender_e: Gender,
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
    /// Vehicle classes.
    #[serde(default)]
    pub class: Option<String>,
    /// Restrictions.
    #[serde(default)]
    pub restrictions: Option<String>,
}

/// Body of *session test read*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionTestReadRequest {
    /// The session.
    pub session_id: String,
}

/// Reply of *session test read*: what was tested, and how it ended. What was not tested is null.
///
/// The text does not say which words the strings are; this project's are those of [`TestWord`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionTestReadReply {
    /// Whether traces of a copy, a screen or an edited file are in the image of the front.
    #[serde(default)]
    pub doc_front_image_manipulation: Option<TestWord>,
    /// Whether the image of the front shows an identity document.
    #[serde(default)]
    pub doc_front_is_identity_document: Option<TestWord>,
    /// Whether the image of the front is known from elsewhere.
    #[serde(default)]
    pub doc_front_online_duplication: Option<TestWord>,
    /// Whether words as `SPECIMEN` stand on the front.
    #[serde(default)]
    pub doc_front_suspicious_words: Option<TestWord>,
    /// Whether traces of a copy, a screen or an edited file are in the image of the back.
    #[serde(default)]
    pub doc_back_image_manipulation: Option<TestWord>,
    /// Whether the image of the back shows an identity document.
    #[serde(default)]
    pub doc_back_is_identity_document: Option<TestWord>,
    /// Whether the image of the back is known from elsewhere.
    #[serde(default)]
    pub doc_back_online_duplication: Option<TestWord>,
    /// Whether words as `SPECIMEN` stand on the back.
    #[serde(default)]
    pub doc_back_suspicious_words: Option<TestWord>,
    /// Whether the document number is the one in the register.
    #[serde(default)]
    pub dmv_document_number_match: Option<bool>,
    /// Whether the date of expiry is the one in the register.
    #[serde(default)]
    pub dmv_document_expiration_match: Option<bool>,
    /// Whether the date of issue is the one in the register.
    #[serde(default)]
    pub dmv_document_issue_match: Option<bool>,
    /// Whether the kind of document is the one in the register.
    #[serde(default)]
    pub dmv_document_category_match: Option<bool>,
    /// Whether the date of birth is the one in the register.
    #[serde(default)]
    pub dmv_birth_date_match: Option<bool>,
    /// Whether the sex is the one in the register.
    #[serde(default)]
    pub dmv_sex_match: Option<bool>,
    /// Whether the colour of the eyes is the one in the register.
    #[serde(default)]
    pub dmv_eye_color_match: Option<bool>,
    /// Whether the height is the one in the register.
    #[serde(default)]
    pub dmv_height_match: Option<bool>,
    /// Whether the weight is the one in the register.
    #[serde(default)]
    pub dmv_weight_match: Option<bool>,
    /// Whether the first name is the one in the register.
    #[serde(default)]
    pub dmv_first_name_match: Option<bool>,
    /// Whether the middle names are those in the register.
    #[serde(default)]
    pub dmv_middle_name_match: Option<bool>,
    /// Whether the family name is the one in the register.
    #[serde(default)]
    pub dmv_last_name_match: Option<bool>,
    /// Whether the suffix of the name is the one in the register.
    #[serde(default)]
    pub dmv_suffix_name_match: Option<bool>,
    /// Whether the street is the one in the register.
    #[serde(default)]
    pub dmv_street_match: Option<bool>,
    /// Whether the city is the one in the register.
    #[serde(default)]
    pub dmv_city_match: Option<bool>,
    /// Whether the state of the address is the one in the register.
    #[serde(default)]
    pub dmv_state_match: Option<bool>,
    /// Whether the postal code is the one in the register.
    #[serde(default)]
    pub dmv_postal_code_match: Option<bool>,
    /// Whether all places of the document tell the same number.
    #[serde(default)]
    pub document_number_crosscheck: Option<bool>,
    /// Whether they tell the same name.
    #[serde(default)]
    pub name_crosscheck: Option<bool>,
    /// Whether they tell the same address.
    #[serde(default)]
    pub address_crosscheck: Option<bool>,
}
