//! Errors of the flow and their recovery actions.

use serde::Serialize;

use super::camera::CameraFailure;
use super::capture_result::ImageRejection;
use super::location::LocationFailure;
use super::request::{FailureKind, Operation, RequestFailure};
use crate::codes::codes;

codes! {
    /// The codes of the flow's own failures. Others are those of requests and [`crate::error::CoreError::code`].
    FlowCode {
        /// The person does not consent.
        ConsentDeclined = "consent_declined",
        /// The person or a policy denied access to the location.
        LocationDenied = "location_denied",
        /// The device cannot determine its location.
        LocationUnavailable = "location_unavailable",
        /// The location took too long.
        LocationTimeout = "location_timeout",
        /// The coordinates are out of range or not numbers.
        LocationInvalid = "location_invalid",
        /// The person or a policy denied access to the camera.
        CameraDenied = "camera_denied",
        /// There is no camera.
        CameraMissing = "camera_missing",
        /// Another program uses the camera.
        CameraBusy = "camera_busy",
        /// The page is not served over HTTPS or from localhost.
        InsecureContext = "insecure_context",
        /// The browser has no camera interface.
        CameraUnsupported = "camera_unsupported",
        /// The browser answers canvas reads with noise.
        CanvasBlocked = "canvas_blocked",
        /// The camera does not open for another reason.
        CameraFailed = "camera_failed",
        /// The camera was open and is disconnected.
        CameraLost = "camera_lost",
        /// A model asset that this step requires could not be loaded.
        ModelFailed = "model_failed",
        /// The session requires another liveness provider, and the page has no component for it.
        LivenessProviderUnsupported = "liveness_provider_unsupported",
        /// Another provider's component failed.
        LivenessProviderFailed = "liveness_provider_failed",
        /// The requested movements were not detected in time.
        ChallengeFailed = "challenge_failed",
        /// The page could not read the chosen file.
        FileUnreadable = "file_unreadable",
        /// The chosen file is HEIC, which this browser does not decode.
        ImageHeic = "image_heic",
        /// The chosen file is a PDF.
        ImagePdf = "image_pdf",
        /// An image that must show a face shows none.
        FaceNotFound = "face_not_found",
        /// The back is expected, and the image shows the front again.
        SameSide = "same_side",
        /// The server and this flow disagree about what is done.
        FlowConflict = "flow_conflict",
        /// The flow was cancelled.
        Cancelled = "cancelled",
    }
}

codes! {
    /// A recovery action after a failure.
    Recovery {
        /// Send [`super::Event::Retry`].
        Retry = "retry",
        /// Upload a file instead of using the camera.
        Upload = "upload",
        /// Send [`super::Event::Retake`].
        Retake = "retake",
        /// Send [`super::Event::SkipLocation`].
        Skip = "skip",
        /// Change the permission in the browser or device, then retry.
        Settings = "settings",
        /// Start again with a new session.
        Restart = "restart",
        /// The person can do nothing.
        None = "none",
    }
}

/// A failure of the flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlowError {
    /// The stable code.
    #[cfg_attr(feature = "schema", schemars(extend("x-typescript" = "FlowErrorCode")))]
    pub code: &'static str,
    /// For developers, in English. Contains no personal data and no secret.
    pub message: String,
    /// Whether the same action may succeed later.
    pub retryable: bool,
    /// Recovery actions, best first.
    pub recovery: Vec<Recovery>,
}

impl FlowError {
    fn new(code: FlowCode, message: &str, recovery: &[Recovery]) -> Self {
        Self::from_parts(code.as_str(), message.to_owned(), recovery)
    }

    fn from_parts(code: &'static str, message: String, recovery: &[Recovery]) -> Self {
        Self { code, message, retryable: recovery.contains(&Recovery::Retry), recovery: recovery.to_vec() }
    }

    pub(super) fn consent_declined() -> Self {
        Self::new(FlowCode::ConsentDeclined, "the person did not consent", &[Recovery::Retry])
    }

    pub(super) fn location(failure: LocationFailure) -> Self {
        use Recovery::{Retry, Settings};
        let (code, message, recovery) = match failure {
            LocationFailure::Denied => {
                (FlowCode::LocationDenied, "access to the location is denied", &[Settings, Retry])
            }
            LocationFailure::Unavailable => {
                (FlowCode::LocationUnavailable, "the device cannot determine its location", &[Retry, Settings])
            }
            LocationFailure::Timeout => (FlowCode::LocationTimeout, "the location took too long", &[Retry, Settings]),
        };
        Self::new(code, message, recovery)
    }

    /// Offers to continue without a location.
    pub(super) fn with_skip(mut self) -> Self {
        self.recovery.insert(0, Recovery::Skip);
        self
    }

    pub(super) fn location_invalid() -> Self {
        let message = "latitude must be within -90 to 90 and longitude within -180 to 180";
        Self::new(FlowCode::LocationInvalid, message, &[Recovery::Retry])
    }

    pub(super) fn camera(failure: CameraFailure) -> Self {
        use Recovery::{Retry, Settings, Upload};
        let (code, message, recovery): (_, _, &[_]) = match failure {
            CameraFailure::Denied => {
                (FlowCode::CameraDenied, "access to the camera is denied", &[Upload, Settings, Retry])
            }
            CameraFailure::Missing => (FlowCode::CameraMissing, "there is no camera", &[Upload, Retry]),
            CameraFailure::Busy => (FlowCode::CameraBusy, "another program uses the camera", &[Retry, Upload]),
            CameraFailure::InsecureContext => {
                (FlowCode::InsecureContext, "a camera needs HTTPS or localhost", &[Upload])
            }
            CameraFailure::Unsupported => {
                (FlowCode::CameraUnsupported, "this browser has no camera interface", &[Upload])
            }
            CameraFailure::CanvasBlocked => {
                (FlowCode::CanvasBlocked, "canvas reads return noise in this browser", &[Settings, Retry, Upload])
            }
            CameraFailure::Failed => (FlowCode::CameraFailed, "the camera did not start", &[Retry, Upload]),
        };
        Self::new(code, message, recovery)
    }

    pub(super) fn camera_lost() -> Self {
        Self::new(FlowCode::CameraLost, "the camera was disconnected", &[Recovery::Retry, Recovery::Upload])
    }

    pub(super) fn model_failed() -> Self {
        Self::new(FlowCode::ModelFailed, "a model asset could not be loaded", &[Recovery::Retry])
    }

    pub(super) fn provider_unsupported() -> Self {
        let message = "the session requires another liveness provider";
        Self::new(FlowCode::LivenessProviderUnsupported, message, &[Recovery::None])
    }

    pub(super) fn provider_failed(message: &str) -> Self {
        let message = if message.is_empty() { "the liveness component failed" } else { message };
        Self::new(FlowCode::LivenessProviderFailed, message, &[Recovery::Retry])
    }

    pub(super) fn challenge_failed() -> Self {
        let message = "the requested movements were not detected in time";
        Self::new(FlowCode::ChallengeFailed, message, &[Recovery::Retry])
    }

    pub(super) fn conflict() -> Self {
        let message = "the server and this flow disagree about what is done";
        Self::new(FlowCode::FlowConflict, message, &[Recovery::Restart])
    }

    pub(super) fn cancelled() -> Self {
        Self::new(FlowCode::Cancelled, "the flow was cancelled", &[Recovery::Restart])
    }

    /// Returns the error for a rejected image: the recovery is another image.
    pub(super) fn rejection(rejection: &ImageRejection) -> Self {
        use Recovery::{Retake, Upload};
        match rejection {
            ImageRejection::Unreadable(error) => Self::from_parts(error.code(), error.to_string(), &[Upload, Retake]),
            ImageRejection::Undecodable(failure) => {
                Self::from_parts(failure.as_str(), failure.message(), &[Upload, Retake])
            }
            ImageRejection::NoFace => {
                Self::new(FlowCode::FaceNotFound, "no face was found in the image", &[Retake, Upload])
            }
            ImageRejection::SameSide => {
                let message = "the image shows the side that is captured already";
                Self::new(FlowCode::SameSide, message, &[Retake, Upload])
            }
        }
    }

    pub(super) fn request(operation: Operation, failure: &RequestFailure) -> Self {
        use Recovery::{Restart, Retake, Retry, Upload};
        let recovery: &[Recovery] = match failure.kind {
            FailureKind::Network | FailureKind::Transient if operation.uploads_images() => &[Retry, Retake],
            FailureKind::Network | FailureKind::Transient | FailureKind::Cancelled => &[Retry],
            FailureKind::Image if operation.uploads_images() => &[Retake, Upload],
            FailureKind::Conflict | FailureKind::Session => &[Restart],
            FailureKind::Image | FailureKind::Permanent => &[Recovery::None],
        };
        Self::from_parts(failure.code, failure.message.clone(), recovery)
    }
}
