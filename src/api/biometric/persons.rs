//! Persons: profiles of people with photos and aliases, kept by an organization's backend
//! (`POST /api/v1/backend/persons/…`, JSON in and out, the organization's key in the body).
//!
//! The document shows the reply of *create* alone; the other three answer the same person. Of a refusal it gives status
//! and text; the shape around them is [`ErrorReply`](crate::api::errors::ErrorReply)'s, with the conflicts beside it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::access::AccessError;
use crate::api::errors::ErrorBody;
use crate::api::kyc::enums::open_enum;

/// Path of *create a person*.
pub const CREATE_PATH: &str = "/api/v1/backend/persons/";
/// Path of *update a person*; `{person_id}` is the person's.
pub const UPDATE_PATH: &str = "/api/v1/backend/persons/{person_id}/update";
/// Path of *add a photo*.
pub const PHOTO_PATH: &str = "/api/v1/backend/persons/{person_id}/photo/";
/// Path of *add an alias*.
pub const ALIAS_PATH: &str = "/api/v1/backend/persons/{person_id}/alias/";

open_enum! {
    /// Where a photo is from.
    PhotoType {
        /// From the chip of a document.
        Digital = "digital",
        /// The portrait of a document that was scanned.
        Scan = "scan",
        /// The best frame of a liveness check.
        Live = "live",
        /// Uploaded by hand, or anything else.
        Other = "other",
    }
}

impl PhotoType {
    /// The documented priority, 1 to 4: 1 is best. A type that is not documented has none.
    pub fn priority(&self) -> Option<u8> {
        match self {
            Self::Digital => Some(1),
            Self::Scan => Some(2),
            Self::Live => Some(3),
            Self::Other => Some(4),
            Self::Unlisted(_) => None,
        }
    }
}

open_enum! {
    /// What an alias is.
    AliasType {
        /// The person's UUID: made by the server alone, and never changed.
        SystemId = "system_id",
        /// A phone number, as `+77071234567`.
        Phone = "phone",
        /// An IIN: 12 digits.
        PersonalNumber = "personal_number",
        /// The number of a passport or card.
        DocumentNumber = "document_number",
        /// Any other identifier.
        Custom = "custom",
    }
}

impl AliasType {
    /// Whether `value` has the documented form of this type: `+` and 7 to 15 digits for a phone (E.164), 12 digits for
    /// an IIN, 1 to 256 characters for the others.
    pub fn accepts(&self, value: &str) -> bool {
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        match self {
            Self::Phone => value.strip_prefix('+').is_some_and(|rest| (7..=15).contains(&rest.len()) && digits(rest)),
            Self::PersonalNumber => value.len() == 12 && digits(value),
            Self::SystemId | Self::DocumentNumber | Self::Custom | Self::Unlisted(_) => {
                !value.trim().is_empty() && value.chars().count() <= 256
            }
        }
    }
}

/// An alias to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewAlias {
    /// The number or identifier.
    pub value: String,
    /// What it is; not `system_id`.
    #[serde(rename = "type")]
    pub kind: AliasType,
}

/// Body of *create a person*.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonCreateRequest {
    /// The organization's key.
    pub api_key: String,
    /// A JPEG or PNG in base64, as it is or as `data:image/jpeg;base64,…`.
    pub image_b64: String,
    /// Where the photo is from.
    pub photo_type: PhotoType,
    /// Whether the person is verified.
    pub is_verified: bool,
    /// Aliases to begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aliases: Option<Vec<NewAlias>>,
}

/// Body of *update a person*.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonUpdateRequest {
    /// The organization's key.
    pub api_key: String,
    /// Whether the person is verified.
    pub is_verified: bool,
}

/// Body of *add a photo*.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PhotoAddRequest {
    /// The organization's key.
    pub api_key: String,
    /// As in [`PersonCreateRequest`].
    pub image_b64: String,
    /// Where the photo is from.
    pub photo_type: PhotoType,
    /// Whether it is to be the person's default photo; it becomes so only where its type is of higher priority than
    /// that of the present one.
    pub is_default: bool,
}

/// Body of *add an alias*.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AliasAddRequest {
    /// The organization's key.
    pub api_key: String,
    /// The number or identifier.
    pub value: String,
    /// What it is; not `system_id`.
    #[serde(rename = "type")]
    pub kind: AliasType,
}

/// An alias of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Alias {
    /// Its UUID.
    pub id: String,
    /// The number or identifier.
    pub value: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: AliasType,
}

/// A photo of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Photo {
    /// Its UUID.
    pub id: String,
    /// Where it is from.
    #[serde(rename = "type")]
    pub kind: PhotoType,
    /// Whether it is the person's default photo: exactly one is.
    pub is_default: bool,
    /// Whether the image is stored.
    pub is_uploaded: bool,
    /// When it was added, RFC 3339.
    pub created_at: String,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Person {
    /// Its UUID, which is the value of its `system_id` as well.
    pub id: String,
    /// The organization's UUID.
    pub organization: String,
    /// Whether the person is verified.
    pub is_verified: bool,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
    /// Aliases, in the order in which they came; `system_id` is the first.
    #[serde(default)]
    pub aliases: Vec<Alias>,
    /// Photos, in the order in which they came.
    #[serde(default)]
    pub photos: Vec<Photo>,
}

// The key and the image stay out of logs.
macro_rules! quiet_debug {
    ($($request:ident { $($field:ident),* })+) => {
        $(impl fmt::Debug for $request {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($request))$(.field(stringify!($field), &self.$field))*.finish_non_exhaustive()
            }
        })+
    };
}

quiet_debug! {
    PersonCreateRequest { photo_type, is_verified }
    PersonUpdateRequest { is_verified }
    PhotoAddRequest { photo_type, is_default }
    AliasAddRequest { kind }
}

/// A value that another person has already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AliasConflict {
    /// The value that was to be added.
    pub value: String,
    /// The person who has it.
    pub person_id: String,
}

/// The body of a refusal: the common shape, and the conflicts of an alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonsErrorReply {
    /// What is wrong; `message` is the documented text.
    pub error: ErrorBody,
    /// The HTTP status.
    #[serde(rename = "statusCode")]
    pub status_code: u16,
    /// With [`PersonsError::AliasExists`]: every value that is taken, and by whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<AliasConflict>,
}

/// Defines the refusals: status, documented text, code.
macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident = $status:literal, $text:literal, $code:literal;)+) => {
        /// The documented refusals.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum PersonsError {
            $($(#[$doc])* $variant,)+
        }

        impl PersonsError {
            /// All of them, in the document's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The documented HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// The documented text.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// A stable code, which the document does not have.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

refusals! {
    /// The key is missing, or is no key.
    InvalidApiKey = 400, "Invalid API key", "invalid_api_key";
    /// No such person, or one of another organization.
    PersonNotFound = 400, "Person not found", "person_not_found";
    /// No base64, or no image.
    InvalidImage = 400, "Invalid image format", "invalid_image_format";
    /// The type is not digital, scan, live or other.
    InvalidPhotoType = 400, "Invalid photo type", "invalid_photo_type";
    /// The type is not phone, personal_number, document_number or custom.
    InvalidAliasType = 400, "Invalid alias type", "invalid_alias_type";
    /// `system_id` is made by the server.
    SystemIdAlias = 400, "Cannot create system_id alias", "cannot_create_system_id";
    /// A value that the organization has already.
    AliasExists = 400, "Alias already exists", "alias_exists";
    /// As many persons as the subscription has.
    LimitExceeded = 400, "Person limit exceeded", "person_limit_exceeded";
    /// The only default photo stays.
    DefaultPhoto = 400, "Cannot delete default photo", "cannot_delete_default_photo";
    /// The technology is not open to the organization.
    NoAccess = 400, "Client does not have access to Persons technology", "no_access_to_technology";
    /// The subscription begins later.
    SubscriptionNotStarted = 400, "Subscription has not started", "subscription_not_started";
    /// No subscription for the technology that is active or still to come.
    NoSubscriptionForTechnology = 400, "No active or future subscription for technology",
        "no_subscription_for_technology";
    /// No subscription at all.
    NoSubscription = 400, "Client does not have subscription", "no_subscription";
    /// An image in another format than JPEG or PNG.
    ExtensionNotAllowed = 400, "File extension is not allowed", "file_extension_not_allowed";
    /// No organization has the key.
    OrganizationNotFound = 404, "Organization not found", "organization_not_found";
    /// A field is missing, or is not of its form; `field` names it.
    Validation = 422, "Validation error", "validation_error";
    /// The server's own fault.
    Internal = 500, "Internal server error", "internal_server_error";
}

impl PersonsError {
    /// The refusal with this status and text.
    pub fn from_reply(status: u16, text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|e| e.status() == status && e.text() == text)
    }
}

impl From<AccessError> for PersonsError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotStarted => Self::SubscriptionNotStarted,
            AccessError::NoneForTechnology => Self::NoSubscriptionForTechnology,
            AccessError::None => Self::NoSubscription,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_sample_is_read() {
        let sample = r#"{"id": "550e8400-e29b-41d4-a716-446655440000",
            "organization": "550e8400-e29b-41d4-a716-446655440001",
            "is_verified": true, "created_at": "2024-01-15T10:30:00Z", "updated_at": "2024-01-15T10:30:00Z",
            "aliases": [{"id": "550e8400-e29b-41d4-a716-446655440002", "value": "550e8400-e29b-41d4-a716-446655440000",
                         "type": "system_id"},
                        {"id": "550e8400-e29b-41d4-a716-446655440003", "value": "+77071234567", "type": "phone"}],
            "photos": [{"id": "550e8400-e29b-41d4-a716-446655440005", "type": "other", "is_default": true,
                        "is_uploaded": true, "created_at": "2024-01-15T10:30:00Z", "another": 1}]}"#;
        let person: Person = serde_json::from_str(sample).unwrap();
        assert_eq!(
            (person.aliases[1].kind.clone(), person.photos[0].kind.clone()),
            (AliasType::Phone, PhotoType::Other)
        );
        let written = serde_json::to_value(&person).unwrap();
        assert_eq!(
            (&written["aliases"][0]["type"], &written["photos"][0]["type"]),
            (&"system_id".into(), &"other".into())
        );
    }

    #[test]
    fn aliases_have_a_form() {
        let table = [
            (AliasType::Phone, "+77071234567", true),
            (AliasType::Phone, "77071234567", false),
            (AliasType::Phone, "+7707123456x", false),
            (AliasType::PersonalNumber, "123456789012", true),
            (AliasType::PersonalNumber, "12345678901", false),
            (AliasType::DocumentNumber, "AB 12", true),
            (AliasType::Custom, "", false),
            (AliasType::Custom, " ", false),
        ];
        for (kind, value, fits) in table {
            assert_eq!(kind.accepts(value), fits, "{kind:?} {value}");
        }
    }

    #[test]
    fn refusals_are_told_apart_and_keys_are_not_shown() {
        for error in PersonsError::ALL {
            assert_eq!(PersonsError::from_reply(error.status(), error.text()), Some(*error));
        }
        let request = PersonUpdateRequest { api_key: "hush".into(), is_verified: true };
        assert!(!format!("{request:?}").contains("hush"));
    }
}
