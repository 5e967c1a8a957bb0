//! What is told of a capture: every check with its raw value and threshold, and nothing that names a person.

use serde::Serialize;

use super::event::codes;
use super::view::Side;
use crate::inspect::checks::DocumentCheck;
use crate::liveness::challenge::ChallengeReport;
use crate::liveness::signals::Signal;
use crate::mrz::Format;

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

/// One check of a capture.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// The check's name, which is that of its threshold.
    pub name: &'static str,
    /// The raw value, in the check's own unit.
    pub value: f32,
    /// The value normalised by the threshold: 0 at the worst, 0.5 at the threshold, 1 at the best.
    pub score: f32,
    /// What the value is held against.
    pub threshold: f32,
    /// Whether the value is on the right side of the threshold.
    pub passed: bool,
}

/// What is told of a capture. No pixels, no text of the document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptureReport {
    /// Of what.
    pub side: Side,
    /// How it came about.
    pub source: CaptureSource,
    /// Pixels per row of the picture that is sent.
    pub width: u32,
    /// Its rows.
    pub height: u32,
    /// Its bytes (of all pictures, in liveness).
    pub bytes: u32,
    /// Pictures that are sent.
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
    LivenessWay {
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

/// What is told of a liveness capture. No pixels.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LivenessReport {
    /// How the frames came about.
    pub way: LivenessWay,
    /// The movements that were proven, in the order in which they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<ChallengeReport>,
    /// How many persons were before the camera, one after the other: the frames are of the last.
    pub persons_seen: u32,
    /// Signs of the simplest attacks; none is certified presentation attack detection.
    pub signals: Vec<Signal>,
}

codes! {
    /// What the person is told of a still before it is sent. It warns and does not block.
    Warning {
        /// The document's date of expiry has passed.
        DocumentExpired = "document_expired",
        /// No document was found in the picture.
        DocumentNotFound = "document_not_found",
        /// This side has a machine-readable zone, and it could not be read.
        MrzNotRead = "mrz_not_read",
        /// The zone was read, and a check digit does not fit.
        MrzCheckFailed = "mrz_check_failed",
        /// The other side is wanted.
        WrongSide = "wrong_side",
        /// Another kind of document is wanted.
        WrongDocument = "wrong_document",
        /// Not sharp.
        Blurred = "blurred",
        /// A reflection covers part of it.
        Glare = "glare",
        /// Too dark.
        TooDark = "too_dark",
        /// Too bright.
        TooBright = "too_bright",
        /// Fewer pixels than reading wants.
        LowResolution = "low_resolution",
        /// Fingers cover a part of it.
        FingersInTheWay = "fingers_in_the_way",
        /// Front and back are of two documents.
        SidesDisagree = "sides_disagree",
        /// The barcode on it could not be read.
        BarcodeNotRead = "barcode_not_read",
        /// No portrait was found where one belongs.
        FaceNotFound = "face_not_found",
    }
}

/// What was read from a still, for the person to compare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewDocument {
    /// Format of the zone; absent for a barcode.
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
