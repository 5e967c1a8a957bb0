//! The report of a capture: every check with its raw value and threshold, and nothing that names a person.

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
    /// How a still came about.
    CaptureSource {
        /// The frame was good enough.
        Automatic = "automatic",
        /// The person pressed the button.
        Manual = "manual",
        /// The person chose a file.
        File = "file",
    }
}

/// The report of a capture. No pixels, no text of the document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptureReport {
    /// Of what.
    pub side: Side,
    /// How it came about.
    pub source: CaptureSource,
    /// Width of the image that is sent, pixels.
    pub width: u32,
    /// Its rows.
    pub height: u32,
    /// Its bytes (of all images, in liveness).
    pub bytes: u32,
    /// Number of images that are sent.
    pub images: u32,
    /// Milliseconds from the opening of the camera to the still; absent for a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed_ms: Option<u32>,
    /// Of an automatic still of a document, milliseconds from the first frame that showed the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible_ms: Option<u32>,
    /// Every check.
    pub checks: Vec<Check>,
    /// Codes of what was warned of.
    pub warnings: Vec<Warning>,
    /// Of a document, what its data and pixels were checked for: codes, results and raw values, no data.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub document_checks: Vec<DocumentCheck>,
    /// Of a face, how the frames came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveness: Option<LivenessReport>,
}

codes! {
    /// How liveness frames came about.
    LivenessCaptureMode {
        /// The best frames of a short stream.
        Passive = "passive",
        /// Frames that prove movements, in order.
        PassiveActive = "passive_active",
        /// Movements were asked for, and the person could not do them.
        PassiveFallback = "passive_fallback",
        /// A file that the person chose.
        File = "file",
    }
}

/// The report of a liveness capture. No pixels.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LivenessReport {
    /// How the frames came about.
    pub mode: LivenessCaptureMode,
    /// The movements that were proven, in the order in which they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<ChallengeReport>,
    /// How many persons were before the camera, one after the other: the frames are of the last.
    pub persons_seen: u32,
    /// Signs of the simplest attacks; none is certified presentation attack detection.
    pub signals: Vec<Signal>,
}

/// What was read from a still, for the person to compare.
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
