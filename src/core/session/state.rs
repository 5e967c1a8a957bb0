//! The states of the machine, each with the data that exists only in it.

use super::capture_result::Capture;
use super::flow_error::FlowError;
use super::frame_view::FrameView;
use super::outcome::Outcome;
use super::request::{FailureKind, Operation};
use super::step::Phase;
use crate::model_asset::ModelAsset;

/// The state within a step.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// Waits for the person.
    Idle,
    /// Waits for the device's location, with the confirmed image that is sent with it.
    WaitingLocation(Option<Capture>),
    /// Waits for the camera.
    CameraOpening,
    /// Receives frames.
    Capturing(LiveVideo),
    /// Waits for the person to confirm or retake this image.
    Review(Capture),
    /// Waits for another provider's liveness component.
    Provider,
    /// Another device continues.
    Following,
    /// Waits for the reply to a request.
    Uploading(PendingRequest),
    /// Something failed.
    Failed(Failure),
    /// The flow is complete.
    Done(Outcome),
}

/// The video of an open camera.
#[derive(Debug, Clone)]
pub(super) struct LiveVideo {
    /// The time at which the camera opened, in milliseconds.
    pub opened_ms: f64,
    /// Width and height in pixels.
    pub frame_size: (u32, u32),
    /// The newest frame.
    pub frame: Option<FrameView>,
}

/// A request that was sent and has no reply yet.
#[derive(Debug, Clone)]
pub(super) struct PendingRequest {
    pub id: u32,
    pub operation: Operation,
    /// The transport waits for an access token from the page.
    pub awaits_token: bool,
    /// The image that waits for its upload to succeed.
    pub capture: Option<Capture>,
}

/// A failure with what a recovery action needs.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub source: FailureSource,
    pub error: FlowError,
    /// The image whose upload failed; a retry uploads it again.
    pub capture: Option<Capture>,
}

/// What failed; determines what a retry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailureSource {
    Consent,
    Location,
    /// The camera, or an image from it or from a file.
    Camera,
    Model(ModelAsset),
    Provider,
    Request(Operation, FailureKind),
    /// The flow has ended without a verdict.
    Closed,
}

impl State {
    /// Returns the phase for the user interface.
    pub(super) fn phase(&self) -> Phase {
        match self {
            Self::Idle => Phase::Idle,
            Self::WaitingLocation(_) => Phase::WaitingLocation,
            Self::CameraOpening => Phase::CameraOpening,
            Self::Capturing(_) => Phase::Capturing,
            Self::Review(_) => Phase::Review,
            Self::Provider => Phase::Provider,
            Self::Following => Phase::HandedOff,
            Self::Uploading(_) => Phase::Uploading,
            Self::Failed(_) => Phase::Failed,
            Self::Done(_) => Phase::Done,
        }
    }

    /// Returns whether the camera is open or opening.
    pub(super) fn uses_camera(&self) -> bool {
        matches!(self, Self::CameraOpening | Self::Capturing(_))
    }

    /// Returns the captured image that is not uploaded yet.
    pub(super) fn capture(&self) -> Option<&Capture> {
        match self {
            Self::Review(capture) => Some(capture),
            Self::Uploading(request) => request.capture.as_ref(),
            Self::Failed(failure) => failure.capture.as_ref(),
            Self::WaitingLocation(capture) => capture.as_ref(),
            Self::Idle
            | Self::CameraOpening
            | Self::Capturing(_)
            | Self::Provider
            | Self::Following
            | Self::Done(_) => None,
        }
    }

    /// Returns the pending request.
    pub(super) fn pending(&self) -> Option<&PendingRequest> {
        match self {
            Self::Uploading(request) => Some(request),
            _ => None,
        }
    }

    /// Returns the failure.
    pub(super) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// Returns what failed.
    pub(super) fn failure_source(&self) -> Option<FailureSource> {
        self.failure().map(|failure| failure.source)
    }
}
