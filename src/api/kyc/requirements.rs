//! Wire types of *get requirements* and *update requirements*: which fields of a document must have been read.

use serde::{Deserialize, Serialize};

use super::enums::DocumentType;
use crate::api::json::null_as_default;

/// Query of *get requirements*; what is absent is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequirementsQuery {
    /// The client; the caller's own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The kind of document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub type_e: Option<DocumentType>,
    /// Where the fields come from, as in *document read*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_source_e: Option<String>,
}

/// Reply of *get requirements*.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequirementsReply {
    /// One for each client, user, type and data source that was set.
    #[serde(default, deserialize_with = "null_as_default")]
    pub requirements: Vec<Requirements>,
}

/// Defines the fields that can be required: name on the wire, and the name of the field that it is about.
macro_rules! requirements {
    ($($(#[$doc:meta])* $name:ident = $field:literal,)+) => {
        /// Body of *update requirements*, and an entry of [`RequirementsReply`].
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub struct Requirements {
            /// The client that they are for; the caller's own where absent.
            #[serde(default)]
            pub client_id: Option<String>,
            /// The user that they are for; all users of the client where absent.
            #[serde(default)]
            pub user_id: Option<String>,
            /// The kind of document.
            pub type_e: DocumentType,
            /// Where the fields come from: `mrz`, `barcode`, or `unknown` for wherever.
            pub data_source_e: String,
            $($(#[$doc])* pub $name: bool,)+
        }

        impl Requirements {
            /// The fields that can be required, in the order of the text.
            pub const FIELDS: &'static [&'static str] = &[$($field),+];

            /// The fields that are required.
            pub fn required(&self) -> Vec<&'static str> {
                [$((self.$name, $field)),+].into_iter().filter(|(on, _)| *on).map(|(_, field)| field).collect()
            }

            /// Requires exactly those of [`Self::FIELDS`] that `is_required` holds for.
            pub fn set_required(&mut self, is_required: impl Fn(&str) -> bool) {
                $(self.$name = is_required($field);)+
            }
        }
    };
}

requirements! {
    /// Document number.
    document_number_required = "document_number",
    /// Reference number.
    ref_number_required = "ref_number",
    /// Date of issue.
    issue_at_required = "issued_at",
    /// Date of expiry.
    expires_at_required = "expires_at",
    /// Issuing country.
    issuing_country_required = "issuing_country",
    /// Issuing part of a federation.
    issuing_state_required = "issuing_state",
    /// Given name.
    first_name_required = "first_name",
    /// Further given names.
    middle_name_required = "middle_name",
    /// Family name.
    last_name_required = "last_name",
    /// Suffix of the name.
    name_suffix_required = "name_suffix",
    /// Street.
    street_required = "street",
    /// City.
    city_required = "city",
    /// State of the address.
    state_required = "state",
    /// Postal code.
    postal_code_required = "postal_code",
    /// Date of birth.
    birth_date_required = "birth_date",
    /// Sex.
    gender_required = "gender_e",
    /// Height.
    height_required = "height",
    /// Weight.
    weight_required = "weight",
    /// Colour of the eyes.
    eye_color_required = "eye_color",
    /// Colour of the hair.
    hair_color_required = "hair_color",
    /// Vehicle classes.
    class_required = "class",
    /// Notes on a licence that the other fields do not hold (endorsements).
    mentions_required = "mentions",
    /// Restrictions.
    restrictions_required = "restrictions",
    /// The barcode as it was read.
    raw_barcode_required = "raw_barcode",
    /// A face on the document that can be compared.
    face_encoding_required = "face_encoding",
}
