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

/// A captured image that waits for `confirm` or `retake`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Review {
    /// What it shows.
    pub side: Side,
    /// The data read from it; `null` without any.
    pub document: Option<ReviewDocument>,
    /// What the person should check.
    pub warnings: Vec<Warning>,
    /// Whether taking the image again is the better choice: it does not show the expected side, or not so that it can
    /// be read.
    pub retake_advised: bool,
}

/// Progress of sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Progress {
    /// Completed requests.
    pub done: u32,
    /// All requests.
    pub total: u32,
}

/// The complete state of the flow, from which a user interface is drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// The step.
    pub step: Step,
    /// The phase of the step.
    pub phase: Phase,
    /// All steps of this flow, in order.
    pub steps: Vec<Step>,
    /// The chosen document type.
    pub document_type: Option<DocumentType>,
    /// The offered document types.
    pub document_types: Vec<DocumentType>,
    /// The direction of the camera that the step uses.
    pub facing: Option<Facing>,
    /// The region for the document or the face.
    pub guide: Option<Guide>,
    /// The current hint.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::guidance::GuidanceCode>"))]
    pub guidance: Option<&'static str>,
    /// Detections in the newest frame.
    pub overlay: Option<Overlay>,
    /// Active liveness, during its movements.
    pub challenge: Option<ChallengeView>,
    /// Whether `skipActiveLiveness()` has an effect now.
    pub passive_available: bool,
    /// The colour to show around the preview, as `#rrggbb`.
    pub flash: Option<String>,
    /// Whether `skipLocation()` has an effect now.
    pub location_skippable: bool,
    /// Whether `captureNow()` has an effect now.
    pub manual_available: bool,
    /// Whether `upload()` has an effect now.
    pub upload_available: bool,
    /// The captured image under review, in phase `review` and while it is sent.
    pub review: Option<Review>,
    /// Progress of sending, in step `sending`.
    pub progress: Option<Progress>,
    /// The failure, in phase `failed`.
    pub error: Option<FlowError>,
    /// The outcome, in step `result`.
    pub result: Option<Outcome>,
}
