//! The document types that a person may present.

use crate::codes::codes;
use crate::side::Side;

codes! {
    /// A type of identity document.
    DocumentType {
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

impl DocumentType {
    /// What is offered unless the integrator says otherwise. A passport card is issued by one state only.
    pub const OFFERED: &'static [Self] = &[Self::Passport, Self::IdentificationCard, Self::DriverLicense];

    /// Returns whether the back is captured too.
    pub fn has_back(self) -> bool {
        self != Self::Passport
    }

    /// Returns the side that must carry a machine-readable zone (MRZ), or `None` if the type need not have one.
    pub fn mrz_side(self) -> Option<Side> {
        match self {
            Self::Passport => Some(Side::Front),
            Self::IdentificationCard | Self::PassportCard => Some(Side::Back),
            Self::DriverLicense => None,
        }
    }
}
