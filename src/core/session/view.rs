//! The view: everything that a user interface renders, in one value.

use serde::Serialize;

use super::camera::Facing;
use super::flow_error::FlowError;
use super::frame_view::Overlay;
use super::outcome::Outcome;
use super::report::ReviewDocument;
use super::step::{Phase, Step};
use crate::document_type::DocumentType;
use crate::guide::Guide;
use crate::liveness::challenge::ChallengeView;
use crate::side::Side;
use crate::warning::Warning;

/// A captured image that the person must confirm or retake.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Review {
    /// The captured side.
    pub side: Side,
    /// The data that was read from it.
    pub document: Option<ReviewDocument>,
    /// What the person should check.
    pub warnings: Vec<Warning>,
}

/// The progress of sending, in requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Completed requests.
    pub done: u32,
    /// All requests.
    pub total: u32,
}

/// The current state of the flow, for a user interface.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// The step.
    pub step: Step,
    /// The phase of the step.
    pub phase: Phase,
    /// The steps of this flow in order, for a progress display.
    pub steps: Vec<Step>,
    /// The document type, once chosen.
    pub document_type: Option<DocumentType>,
    /// The document types to choose from.
    pub document_types: Vec<DocumentType>,
    /// The camera of this step.
    pub facing: Option<Facing>,
    /// The position for the document or face, once the size of the frames is known.
    pub guide: Option<Guide>,
    /// The hint for a better frame: the text of a [`crate::guidance::GuidanceCode`].
    pub guidance: Option<&'static str>,
    /// What is detected in the newest frame.
    pub overlay: Option<Overlay>,
    /// The requested movement, in active liveness.
    pub challenge: Option<ChallengeView>,
    /// Whether [`super::Event::SkipActiveLiveness`] would capture frames without movements instead.
    pub passive_available: bool,
    /// The colour that the page displays around the video, as `#rrggbb`.
    pub flash: Option<String>,
    /// Whether [`super::Event::CaptureNow`] would capture an image.
    pub manual_available: bool,
    /// Whether a file is accepted instead of a frame.
    pub upload_available: bool,
    /// The captured image that the person must confirm or retake.
    pub review: Option<Review>,
    /// The progress of sending.
    pub progress: Option<Progress>,
    /// The failure and its recovery actions.
    pub error: Option<FlowError>,
    /// The verdict.
    pub result: Option<Outcome>,
}
