//! Enumerations of the wire. Each is open: a value that the text does not list is kept, not refused, since a server may
//! be newer than this client.

/// Defines an open enumeration: the listed names, and `Unlisted` for every other. The first is the default.
macro_rules! open_enum {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A value that the text does not list, as it came.
            Unlisted(String),
        }

        impl $name {
            /// The listed values, in the order of the text.
            pub const LISTED: &'static [&'static str] = &[$($text),+];

            /// Returns the value as it is on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unlisted(text) => text,
                }
            }

            /// Whether the text lists this value.
            pub fn is_listed(&self) -> bool {
                !matches!(self, Self::Unlisted(_))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    other => Self::Unlisted(other.to_owned()),
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::from(Self::LISTED[0])
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        // A request takes the listed values alone; in a reply another may come.
        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let description = concat!($($doc),*).trim();
                if generator.contract().is_deserialize() {
                    schemars::json_schema!({ "type": "string", "description": description, "enum": Self::LISTED })
                } else {
                    schemars::json_schema!({ "type": "string", "description": description, "examples": Self::LISTED })
                }
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from(<String as ::serde::Deserialize>::deserialize(deserializer)?.as_str()))
            }
        }
    };
}

#[cfg(feature = "backend")]
pub(crate) use open_enum;

open_enum! {
    /// `document_type_e`, `type_e`: which document a person shows.
    DocumentType {
        /// Not chosen yet.
        Unknown = "unknown",
        /// A driving licence: front and back.
        DriverLicense = "driver_license",
        /// A national identity card: front and back.
        IdentificationCard = "identification_card",
        /// A passport booklet: its data page alone.
        Passport = "passport",
        /// A passport card: front and back.
        PassportCard = "passport_card",
    }
}

open_enum! {
    /// `status_e` of a session.
    SessionStatus {
        /// Not known.
        Unknown = "unknown",
        /// Waiting for the person.
        InProgress = "in_progress",
        /// Finalized.
        Complete = "complete",
        /// Blocked for a while.
        TemporarilyBlocked = "temporarily_blocked",
        /// Finalized, subject to review.
        TemporarilyComplete = "temporarily_complete",
        /// No longer usable.
        Expired = "expired",
    }
}

open_enum! {
    /// `liveness_mode` of a session.
    LivenessMode {
        /// Still frames only.
        Passive = "passive",
        /// Still frames, then up to four movements asked of the person.
        PassiveActive = "passive_active",
    }
}

open_enum! {
    /// `liveness_provider_e`: who does liveness. The text's sample is `azure`; `kyc-capture` is this project's own
    /// capture.
    LivenessProvider {
        /// This project: frames go as `images` to *liveness session process*.
        KycCapture = "kyc-capture",
        /// Another component, which takes the `token` of *liveness session generate*.
        Azure = "azure",
    }
}

open_enum! {
    /// `gender_e`. The text lists `unknown` alone; the other names are this project's, from Doc 9303-3 section 4.1.
    Gender {
        /// Not known, or not stated.
        Unknown = "unknown",
        /// Male.
        Male = "male",
        /// Female.
        Female = "female",
    }
}

open_enum! {
    /// `dmv_status_e`, `ofac_status_e`. The text lists `unknown` alone; the other names are this project's.
    CheckStatus {
        /// Not checked.
        Unknown = "unknown",
        /// Checked, nothing found.
        Clear = "clear",
        /// Checked, something found.
        Match = "match",
    }
}

open_enum! {
    /// `data_source_e`: where a document's fields come from. The text lists `unknown` alone; the other names are this
    /// project's.
    DataSource {
        /// Not known.
        Unknown = "unknown",
        /// The machine-readable zone in the stored image.
        Mrz = "mrz",
        /// The PDF417 barcode in the stored image, after AAMVA.
        Barcode = "barcode",
    }
}

open_enum! {
    /// How a test of *session test read* ended. The text says `string` alone; the names are this project's.
    TestWord {
        /// Not tested.
        Unknown = "unknown",
        /// As it should be.
        Passed = "passed",
        /// Not as it should be.
        Failed = "failed",
        /// Somebody should look.
        Suspicious = "suspicious",
    }
}

open_enum! {
    /// `storage_file_type_e`: what a stored image shows.
    StorageFileType {
        /// Not known.
        Unknown = "unknown",
        /// Driving licence, front.
        DriverLicenseFront = "driver_license_front",
        /// Driving licence, back.
        DriverLicenseBack = "driver_license_back",
        /// Identity card, front.
        StateIdCardFront = "state_id_card_front",
        /// Identity card, back.
        StateIdCardBack = "state_id_card_back",
        /// Passport, data page.
        PassportFront = "passport_front",
        /// Passport card, front.
        PassportCardFront = "passport_card_front",
        /// Passport card, back.
        PassportCardBack = "passport_card_back",
        /// A selfie.
        Selfie = "selfie",
        /// A frame of passive liveness.
        LivenessPassive = "liveness_passive",
        /// Either movement.
        LivenessActiveStep1 = "liveness_active_step_1",
        /// Second movement.
        LivenessActiveStep2 = "liveness_active_step_2",
        /// Third movement.
        LivenessActiveStep3 = "liveness_active_step_3",
        /// Fourth movement.
        LivenessActiveStep4 = "liveness_active_step_4",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_values_go_round_and_others_are_kept() {
        for text in DocumentType::LISTED {
            let json = format!("\"{text}\"");
            let value: DocumentType = serde_json::from_str(&json).unwrap();
            assert!(value.is_listed(), "{text}");
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
        }
        let value: DocumentType = serde_json::from_str("\"residence_permit\"").unwrap();
        assert_eq!(value, DocumentType::Unlisted("residence_permit".into()));
        assert_eq!(serde_json::to_string(&value).unwrap(), "\"residence_permit\"");
        assert_eq!(DocumentType::default(), DocumentType::Unknown);
        assert_eq!(LivenessMode::default(), LivenessMode::Passive);
        assert!(serde_json::from_str::<DocumentType>("7").is_err());
    }
}
