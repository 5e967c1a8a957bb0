//! Wire types of *get weights*, *update weights* and *get weights by id*: how much each measurement counts, and what it
//! has to reach.
//!
//! The text names the numbers only. Their units are this project's: a weight is 0 or more, of any scale (0: not
//! counted); a tolerance is the least value that passes, from 0 to 1, but for `idv_session_tolerance` (0 to 100, the
//! unit of `score`) and `direction_tolerance` (degrees, 0 to 90).

use serde::{Deserialize, Serialize};

/// Defines the numbers once, for the values, the request and the reply.
macro_rules! weights {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// The numbers of one version of the weights.
        #[derive(Debug, Clone, Copy, PartialEq)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub struct WeightValues {
            $($(#[$doc])* pub $name: f64,)+
        }

        impl WeightValues {
            /// Every number with its name on the wire, in the order of the text.
            pub fn named(&self) -> Vec<(&'static str, f64)> {
                vec![$((stringify!($name), self.$name)),+]
            }

            /// The values that `value_of` gives for each name; `None` where it has none for one of them.
            pub fn from_named(mut value_of: impl FnMut(&str) -> Option<f64>) -> Option<Self> {
                Some(Self { $($name: value_of(stringify!($name))?,)+ })
            }
        }

        /// Body of *update weights*: every number is required.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub struct WeightsUpdateRequest {
            /// The client that they are for; the caller's own where absent.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub client_id: Option<String>,
            /// The user that they are for; all users of the client where absent.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub user_id: Option<String>,
            $($(#[$doc])* pub $name: f64,)+
        }

        impl WeightsUpdateRequest {
            /// The request that sets `values`.
            pub fn new(client_id: Option<String>, user_id: Option<String>, values: &WeightValues) -> Self {
                Self { client_id, user_id, $($name: values.$name,)+ }
            }

            /// The numbers.
            pub fn values(&self) -> WeightValues {
                WeightValues { $($name: self.$name,)+ }
            }
        }

        /// Reply of *get weights* and *get weights by id*.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub struct WeightsReply {
            /// The client that they are for.
            #[serde(default)]
            pub client_id: Option<String>,
            /// The user that they are for; null where for all users of the client.
            #[serde(default)]
            pub user_id: Option<String>,
            $($(#[$doc])* pub $name: f64,)+
        }

        impl WeightsReply {
            /// Returns the reply with `values`.
            pub fn new(client_id: Option<String>, user_id: Option<String>, values: &WeightValues) -> Self {
                Self { client_id, user_id, $($name: values.$name,)+ }
            }

            /// The numbers.
            pub fn values(&self) -> WeightValues {
                WeightValues { $($name: self.$name,)+ }
            }
        }
    };
}

weights! {
    /// Least similarity of the live face and the document's portrait.
    onboarding_face_encoding_tolerance,
    /// Least similarity of a live face and the one of a verified identity.
    verified_account_face_encoding_tolerance,
    /// Least agreement of the places of a driving licence that tell the same.
    driver_license_fuzzy_match_tolerance,
    /// Weight of that agreement.
    driver_license_fuzzy_match_weight,
    /// The same of an identity card.
    state_id_fuzzy_match_tolerance,
    /// Weight of that agreement.
    state_id_fuzzy_match_weight,
    /// The same of a passport.
    passport_fuzzy_match_tolerance,
    /// Weight of that agreement.
    passport_fuzzy_match_weight,
    /// The same of a passport card.
    passport_card_fuzzy_match_tolerance,
    /// Weight of that agreement.
    passport_card_fuzzy_match_weight,
    /// Least similarity of two words of a name at which a name meets one on the sanction list.
    ofac_fuzzy_match_tolerance,
    /// Weight of the sanction list.
    ofac_fuzzy_match_weight,
    /// Weight of words as `SPECIMEN`.
    suspicious_words_weight,
    /// Weight of traces of a copy, a screen or an edited file.
    image_manipulation_weight,
    /// Weight of images that are known from elsewhere.
    online_duplication_weight,
    /// Weight of whether the images show an identity document.
    is_identity_document_weight,
    /// Least share to which a barcode is as AAMVA has it.
    aamva_match_tolerance,
    /// Weight of that share.
    aamva_match_weight,
    /// Least score of a session that is verified, 0 to 100.
    idv_session_tolerance,
    /// Least score of liveness.
    minimum_liveness_tolerance,
    /// Least score of passive liveness at which active steps may be skipped.
    passive_active_skip_tolerance,
    /// Least probability at which a sex seen in a face counts.
    gender_probability_tolerance,
    /// Weight of the sex seen in a face.
    gender_weight,
    /// Least probability at which an expression counts.
    expression_tolerance,
    /// Years that an age seen in a face may differ.
    age_tolerance,
    /// Weight of the age seen in a face.
    age_weight,
    /// Degrees that a head may miss the direction that was asked for, 0 to 90.
    direction_tolerance,
}

/// Query of *get weights*.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WeightsQuery {
    /// The client; the caller's own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}
