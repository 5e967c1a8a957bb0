//! What the newest frame shows, in shares of its width and height.

use serde::Serialize;

use crate::guidance::GuidanceCode;
use crate::liveness::challenge::ChallengeView;

/// A point, in shares of the frame, 0–1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SharePoint {
    /// From the left edge.
    pub x: f32,
    /// From the top edge.
    pub y: f32,
}

/// An axis-aligned rectangle, in shares of the frame, 0–1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareRect {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// Detections in the newest frame, in shares of the frame, 0–1.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Overlay {
    /// The document's corners: top left, top right, bottom right, bottom left; `null` without a document.
    pub quad: Option<[SharePoint; 4]>,
    /// The lines of the MRZ, each with four corners in the same order.
    pub mrz: Vec<[SharePoint; 4]>,
    /// The face; `null` without one.
    pub face: Option<ShareRect>,
    /// The largest reflection on the document, if it exceeds the threshold.
    pub glare: Option<ShareRect>,
    /// Sharpness of the document as a multiple of its threshold, comparable between cameras; `null` without a document,
    /// or if it is too small to be measured.
    pub sharpness: Option<f32>,
    /// Progress towards the automatic capture, 0–1.
    pub capture_progress: f32,
}

/// What the newest frame shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrameView {
    /// The hint for a better frame.
    pub guidance: Option<GuidanceCode>,
    /// What is detected.
    pub overlay: Overlay,
    /// The requested movement.
    pub challenge: Option<ChallengeView>,
    /// The last challenge was not completed in time.
    pub challenge_failed: bool,
    /// The colour to display, RGB.
    pub flash: Option<[u8; 3]>,
}
