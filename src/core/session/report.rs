//! The report of a capture: every check with its raw value and threshold, without personal data.

use serde::Serialize;

use crate::check::Check;
use crate::codes::codes;
use crate::inspect::checks::DocumentCheck;
use crate::liveness::challenge::ChallengeReport;
use crate::liveness::signals::Signal;
use crate::mrz::Format;
use crate::side::Side;
use crate::warning::Warning;

codes! {
    /// The source of a captured image.
    CaptureSource {
        /// The automatic capture took a frame that passed the checks.
        Automatic = "automatic",
        /// The person pressed the button.
        Manual = "manual",
        /// The person chose a file.
        File = "file",
    }
}

/// How an image was captured, and its quality. Contains no personal data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CaptureReport {
    /// What the image shows.
    pub side: Side,
    /// What triggered the capture.
    pub source: CaptureSource,
    /// Width of the encoded image, pixels.
    pub width: u32,
    /// Height of the encoded image, pixels.
    pub height: u32,
    /// Size of the encoded image, bytes; of all images, in liveness.
    pub bytes: u32,
    /// Images that are sent.
    pub images: u32,
    /// Time from the opening of the camera to the capture, ms; absent for a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed_ms: Option<u32>,
    /// For an automatic capture of a document: time since the first frame that showed the document, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible_ms: Option<u32>,
    /// Every check with its raw value, score and threshold.
    pub checks: Vec<Check>,
    /// Warnings about the image.
    pub warnings: Vec<Warning>,
    /// For a document: checks of its data and image. Quotes no data.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub document_checks: Vec<DocumentCheck>,
    /// For a face: how the frames were captured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveness: Option<LivenessReport>,
}

codes! {
    /// The source of liveness frames.
    LivenessCaptureMode {
        /// The best frames of a short stream.
        Passive = "passive",
        /// Frames that prove movements, in order.
        PassiveActive = "passive_active",
        /// Frames without movements, because the person skipped the requested ones.
        PassiveFallback = "passive_fallback",
        /// A file that the person chose.
        File = "file",
    }
}

/// How liveness frames were captured. None of the signals is certified PAD.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LivenessReport {
    /// How: `passive_fallback` if the person skipped the movements.
    pub mode: LivenessCaptureMode,
    /// The verified movements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<ChallengeReport>,
    /// Persons seen one after the other; the frames show the last one.
    pub persons_seen: u32,
    /// PAD (presentation attack detection) signals.
    pub signals: Vec<Signal>,
}

/// The data read from a captured image, for the person to compare. Dates are `YYYY-MM-DD`, unknown parts `XX`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReviewDocument {
    /// Format of the MRZ; `null` if a barcode was read.
    pub format: Option<Format>,
    /// Document number.
    pub document_number: String,
    /// Primary identifier (Doc 9303): the surname.
    pub primary: String,
    /// Secondary identifier (Doc 9303): the given names.
    pub secondary: String,
    /// Date of birth.
    pub birth_date: Option<String>,
    /// Date of expiry.
    pub expiry_date: Option<String>,
}
