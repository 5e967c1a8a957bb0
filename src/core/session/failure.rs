//! Failures of the flow, and their recovery actions.

use super::event::{CameraFailure, LocationFailure, Operation};
use super::view::{FlowError, Recovery};
use crate::codes::codes;
use crate::error::CoreError;
use crate::limits::MAX_PIXELS;
use crate::model_asset::ModelAsset;

codes! {
    /// The flow's own failures. Those of a request carry the request's code, those of an image [`CoreError::code`].
    FlowCode {
        /// The person does not consent.
        ConsentDeclined = "consent_declined",
        /// The person or a policy refused the location.
        LocationDenied = "location_denied",
        /// The device does not know where it is.
        LocationUnavailable = "location_unavailable",
        /// The location took too long.
        LocationTimeout = "location_timeout",
        /// The location is not one.
        LocationInvalid = "location_invalid",
        /// The person or a policy refused the camera.
        CameraDenied = "camera_denied",
        /// There is no camera.
        CameraMissing = "camera_missing",
        /// Another program holds the camera.
        CameraBusy = "camera_busy",
        /// The page is not served over HTTPS or from localhost.
        InsecureContext = "insecure_context",
        /// The browser has no camera interface.
        CameraUnsupported = "camera_unsupported",
        /// The camera does not open for another reason.
        CameraFailed = "camera_failed",
        /// The camera was open and is gone.
        CameraLost = "camera_lost",
        /// A model asset that this step cannot do without is not to be had.
        ModelFailed = "model_failed",
        /// Another provider than this project is to do liveness, and the page has no component of it.
        LivenessProviderUnsupported = "liveness_provider_unsupported",
        /// Another provider's component failed.
        LivenessProviderFailed = "liveness_provider_failed",
        /// The movements that were asked for were not seen in time.
        ChallengeFailed = "challenge_failed",
        /// No face in an image that must have one.
        FaceNotFound = "face_not_found",
        /// The back is expected, and the image shows the front again.
        SameSide = "same_side",
        /// The server and this flow do not agree on what is done.
        FlowConflict = "flow_conflict",
        /// Given up.
        Cancelled = "cancelled",
    }
}

codes! {
    /// Why an image file could not be decoded outside of the core.
    FileFailure {
        /// More pixels than [`MAX_PIXELS`].
        TooLarge = "image_too_large",
        /// Truncated or corrupt.
        Corrupt = "image_corrupt",
        /// A format without a decoder.
        UnknownFormat = "image_unknown_format",
    }
}

impl FileFailure {
    /// Returns the failure of that code; a code of another kind means that nothing decodes the file.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.iter().copied().find(|failure| failure.as_str() == code).unwrap_or(Self::UnknownFormat)
    }

    fn message(self) -> String {
        match self {
            Self::TooLarge => format!("the image has more than {} megapixels", MAX_PIXELS / 1_000_000),
            Self::Corrupt => "the file is truncated or corrupt".into(),
            Self::UnknownFormat => "the file is not an image of a known format".into(),
        }
    }
}

/// How a failed request is to be taken: decided by who knows the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// No network, or none of use; it may come back.
    Network,
    /// Another failure that may pass.
    Transient,
    /// The server rejects the image or a value in it.
    Image,
    /// The server holds that something else comes first, or is done already.
    Conflict,
    /// The session or the right to it is gone.
    Session,
    /// Cancelled on purpose.
    Cancelled,
    /// A failure that trying again does not help.
    Permanent,
}

/// Why a request failed for good, retries included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFailure {
    /// The stable code.
    pub code: &'static str,
    /// For the developer; names no person and no secret.
    pub message: String,
    /// How to take it.
    pub kind: FailureKind,
}

/// What failed, kept so that it can be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailureSource {
    Consent,
    Location,
    Camera,
    Model(ModelAsset),
    Provider,
    Request(Operation, FailureKind),
    Closed,
}

impl FlowError {
    fn new(code: FlowCode, message: &str, recovery: &[Recovery]) -> Self {
        Self {
            code: code.as_str(),
            message: message.to_owned(),
            retryable: recovery.contains(&Recovery::Retry),
            recovery: recovery.to_vec(),
        }
    }

    pub(super) fn consent_declined() -> Self {
        Self::new(FlowCode::ConsentDeclined, "the person did not consent", &[Recovery::Retry])
    }

    pub(super) fn location(failure: LocationFailure) -> Self {
        use Recovery::{Retry, Settings};
        match failure {
            LocationFailure::Denied => {
                Self::new(FlowCode::LocationDenied, "access to the location is denied", &[Settings, Retry])
            }
            LocationFailure::Unavailable => {
                Self::new(FlowCode::LocationUnavailable, "the device does not know where it is", &[Retry, Settings])
            }
            LocationFailure::Timeout => {
                Self::new(FlowCode::LocationTimeout, "the location took too long", &[Retry, Settings])
            }
        }
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
                (FlowCode::CameraUnsupported, "this browser gives pages no camera", &[Upload])
            }
            CameraFailure::Failed => (FlowCode::CameraFailed, "the camera did not start", &[Retry, Upload]),
        };
        Self::new(code, message, recovery)
    }

    pub(super) fn camera_lost() -> Self {
        Self::new(FlowCode::CameraLost, "the camera was lost", &[Recovery::Retry, Recovery::Upload])
    }

    pub(super) fn model_failed() -> Self {
        Self::new(FlowCode::ModelFailed, "a model asset could not be loaded", &[Recovery::Retry])
    }

    pub(super) fn provider_unsupported() -> Self {
        let message = "the session asks for another liveness provider";
        Self::new(FlowCode::LivenessProviderUnsupported, message, &[Recovery::None])
    }

    pub(super) fn provider_failed(message: &str) -> Self {
        let message = if message.is_empty() { "the liveness component failed" } else { message };
        Self::new(FlowCode::LivenessProviderFailed, message, &[Recovery::Retry])
    }

    pub(super) fn challenge_failed() -> Self {
        let message = "the movements that were asked for were not seen in time";
        Self::new(FlowCode::ChallengeFailed, message, &[Recovery::Retry])
    }

    pub(super) fn face_not_found() -> Self {
        let message = "no face was found in the image";
        Self::new(FlowCode::FaceNotFound, message, &[Recovery::Retake, Recovery::Upload])
    }

    pub(super) fn same_side() -> Self {
        let message = "the image shows the side that was taken before";
        Self::new(FlowCode::SameSide, message, &[Recovery::Retake, Recovery::Upload])
    }

    pub(super) fn conflict() -> Self {
        let message = "the server and this flow do not agree on what is done";
        Self::new(FlowCode::FlowConflict, message, &[Recovery::Restart])
    }

    pub(super) fn cancelled() -> Self {
        Self::new(FlowCode::Cancelled, "given up", &[Recovery::Restart])
    }

    /// An image that the core rejects: another may be better.
    pub(super) fn image(error: &CoreError) -> Self {
        Self {
            code: error.code(),
            message: error.to_string(),
            retryable: false,
            recovery: vec![Recovery::Upload, Recovery::Retake],
        }
    }

    /// An image file that could not be decoded: another may be.
    pub(super) fn file(failure: FileFailure) -> Self {
        let recovery = vec![Recovery::Upload, Recovery::Retake];
        Self { code: failure.as_str(), message: failure.message(), retryable: false, recovery }
    }

    pub(super) fn request(operation: Operation, failure: &RequestFailure) -> Self {
        use Recovery::{Restart, Retake, Retry, Upload};
        let sends_image = matches!(operation, Operation::AddFront | Operation::AddBack | Operation::ProcessLiveness);
        let recovery: &[Recovery] = match failure.kind {
            FailureKind::Network | FailureKind::Transient if sends_image => &[Retry, Retake],
            FailureKind::Network | FailureKind::Transient | FailureKind::Cancelled => &[Retry],
            FailureKind::Image if sends_image => &[Retake, Upload],
            FailureKind::Conflict | FailureKind::Session => &[Restart],
            FailureKind::Image | FailureKind::Permanent => &[Recovery::None],
        };
        Self {
            code: failure.code,
            message: failure.message.clone(),
            retryable: recovery.contains(&Retry),
            recovery: recovery.to_vec(),
        }
    }
}
