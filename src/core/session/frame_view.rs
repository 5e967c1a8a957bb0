//! What the newest frame shows, in shares of its width and height.

use serde::Serialize;

use crate::guidance::GuidanceCode;
use crate::liveness::challenge::ChallengeView;

/// A point as 0–1 shares of the frame's width and height.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SharePoint {
    /// Distance from the left edge.
    pub x: f32,
    /// Distance from the top edge.
    pub y: f32,
}

/// An axis-aligned rectangle as 0–1 shares of the frame's width and height.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
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

/// What is detected in the newest frame.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Overlay {
    /// The document's corners: top left, top right, bottom right, bottom left.
    pub quad: Option<[SharePoint; 4]>,
    /// The lines of the MRZ, each with four corners in the same order.
    pub mrz: Vec<[SharePoint; 4]>,
    /// The face.
    pub face: Option<ShareRect>,
    /// The largest reflection on the document, if it exceeds the threshold.
    pub glare: Option<ShareRect>,
    /// Sharpness of the document as a multiple of the check's threshold, comparable between cameras. Absent without a
    /// document, or if the document is too small to measure.
    pub sharpness: Option<f32>,
    /// Elapsed share of the wait before an automatic capture, 0–1.
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
