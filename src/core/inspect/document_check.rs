//! The checks of a document's data and images: codes, results and thresholds.

use serde::Serialize;

use crate::codes::codes;
use crate::thresholds::RecaptureThresholds;
use crate::warning::Warning;

codes! {
    /// A check of a document.
    CheckCode {
        /// The date of expiry is today or later.
        NotExpired = "not_expired",
        /// The date of issue is today or earlier.
        IssueDateNotFuture = "issue_date_not_future",
        /// The holder's age is 0 to 130 years.
        Age = "age",
        /// Dates of birth, issue and expiry follow each other.
        DateOrder = "date_order",
        /// The issuing state is a code of Doc 9303-3, section 5, or the issuer is on the AAMVA list of issuers.
        IssuingState = "issuing_state",
        /// The document number has the format that the issuing state uses.
        NumberFormat = "number_format",
        /// Every check digit of the MRZ is valid (Doc 9303-3, section 4.9).
        MrzCheckDigits = "mrz_check_digits",
        /// The data of the barcode are complete and valid by the AAMVA standard, and its issuer is the jurisdiction of
        /// the address. Deviations that issuers print do not fail it.
        BarcodeConsistency = "barcode_consistency",
        /// The personal number (IIN of Kazakhstan, PIN of Kyrgyzstan) is valid by its own rules.
        PersonalNumber = "personal_number",
        /// The date of birth and the sex in the personal number equal those of the MRZ.
        PersonalNumberHolder = "personal_number_holder",
        /// The document is of the declared type.
        DeclaredType = "declared_type",
        /// The two images show different sides.
        DifferentSides = "different_sides",
        /// The document numbers of MRZ and barcode, or of both sides, are equal.
        DocumentNumberCrosscheck = "document_number_crosscheck",
        /// The names are equal.
        NameCrosscheck = "name_crosscheck",
        /// The dates of birth and the sexes are equal.
        HolderCrosscheck = "holder_crosscheck",
        /// The front shows a portrait.
        Portrait = "portrait",
        /// The document is completely inside the image.
        FullyInFrame = "fully_in_frame",
        /// Heuristic: the document has more than one hue, which a greyscale copy has not.
        NotGreyscaleCopy = "not_greyscale_copy",
        /// Heuristic: the image has no pixel grid of a screen and no moiré.
        Screen = "screen",
        /// Heuristic: the file was neither cropped after JPEG compression nor compressed strongly.
        JpegArtifacts = "jpeg_artifacts",
    }
}

impl CheckCode {
    /// Returns whether the check is a heuristic, which ends as [`CheckResult::Suspicious`] and never as
    /// [`CheckResult::Failed`].
    pub fn is_heuristic(self) -> bool {
        matches!(self, Self::NotGreyscaleCopy | Self::Screen | Self::JpegArtifacts)
    }

    /// Returns whether a genuine document always passes the check. Number formats are known from specimens only, and
    /// heuristics have false positives.
    pub fn is_mandatory(self) -> bool {
        !self.is_heuristic() && self != Self::NumberFormat
    }

    /// Returns the threshold of a heuristic, in the unit of its signal in [`crate::recapture::RecaptureSignals`].
    pub fn threshold(self) -> Option<f32> {
        let limits = RecaptureThresholds::DEFAULT;
        match self {
            Self::NotGreyscaleCopy => Some(limits.min_chromaticity_std_dev),
            Self::Screen => Some(limits.max_moire_peak_ratio),
            Self::JpegArtifacts => Some(limits.max_jpeg_blockiness),
            _ => None,
        }
    }

    /// Returns the warning that the person sees if the check fails.
    pub fn warning(self) -> Option<Warning> {
        match self {
            Self::NotExpired => Some(Warning::DocumentExpired),
            Self::DocumentNumberCrosscheck | Self::NameCrosscheck | Self::HolderCrosscheck => {
                Some(Warning::SidesDisagree)
            }
            _ => None,
        }
    }
}

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// The document conforms.
    Passed,
    /// The document does not conform.
    Failed,
    /// A heuristic asks for a review by a person.
    Suspicious,
    /// The data that the check needs is not available.
    NotApplicable,
}

/// A check with its result.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DocumentCheck {
    /// The check.
    pub code: CheckCode,
    /// The result.
    pub result: CheckResult,
    /// The reason, in English. It contains no data of the document.
    pub reason: String,
    /// The raw value of a heuristic; `None` for other checks.
    pub value: Option<f32>,
    /// The threshold of a heuristic; `None` for other checks.
    pub threshold: Option<f32>,
}
