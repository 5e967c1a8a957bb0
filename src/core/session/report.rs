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

/// The report of a capture. Contains no pixels and no text of the document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptureReport {
    /// The captured side.
    pub side: Side,
    /// The source of the image.
    pub source: CaptureSource,
    /// Width of the uploaded image in pixels.
    pub width: u32,
    /// Height of the uploaded image in pixels.
    pub height: u32,
    /// Size of the uploaded image in bytes (of all images, in liveness).
    pub bytes: u32,
    /// Number of uploaded images.
    pub images: u32,
    /// Milliseconds from the opening of the camera to the capture; absent for a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed_ms: Option<u32>,
    /// For an automatic capture of a document, milliseconds from the first frame that showed the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible_ms: Option<u32>,
    /// Every quality check.
    pub checks: Vec<Check>,
    /// The codes of the warnings.
    pub warnings: Vec<Warning>,
    /// For a document, the checks of its data and pixels: codes, results and raw values, no data.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub document_checks: Vec<DocumentCheck>,
    /// For a face, the report of the liveness capture.
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

/// The report of a liveness capture. Contains no pixels.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LivenessReport {
    /// The source of the frames.
    pub mode: LivenessCaptureMode,
    /// The proven movements, in the requested order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<ChallengeReport>,
    /// Number of persons who were in front of the camera, one after the other. The frames show the last one.
    pub persons_seen: u32,
    /// PAD signals of the simplest attacks; not certified presentation attack detection.
    pub signals: Vec<Signal>,
}

/// The data that was read from an image, for the person to compare with the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewDocument {
    /// Format of the MRZ; absent for a barcode.
    pub format: Option<Format>,
    /// Document number.
    pub document_number: String,
    /// Primary identifier: family name.
    pub primary: String,
    /// Secondary identifier: given names.
    pub secondary: String,
    /// `YYYY-MM-DD`, unknown parts as `XX`.
    pub birth_date: Option<String>,
    /// `YYYY-MM-DD`, unknown parts as `XX`.
    pub expiry_date: Option<String>,
}
