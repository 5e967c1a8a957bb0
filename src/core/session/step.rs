//! The steps of the flow and the phases of a step.

use crate::codes::codes;
use crate::side::Side;

codes! {
    /// A step of the flow, in order.
    Step {
        /// The session is being read.
        Starting = "starting",
        /// The person is asked to consent.
        Consent = "consent",
        /// The person chooses a document.
        DocumentType = "document_type",
        /// The front of the document, or a passport's data page.
        DocumentFront = "document_front",
        /// The back of the document.
        DocumentBack = "document_back",
        /// The person's face.
        Liveness = "liveness",
        /// The frames, the metadata and the request for the verdict are being sent.
        Sending = "sending",
        /// The verdict.
        Result = "result",
    }
}

impl Step {
    /// Returns the side that this step captures, or `None` if it captures nothing.
    pub(super) fn side(self) -> Option<Side> {
        match self {
            Self::DocumentFront => Some(Side::Front),
            Self::DocumentBack => Some(Side::Back),
            Self::Liveness => Some(Side::Liveness),
            Self::Starting | Self::Consent | Self::DocumentType | Self::Sending | Self::Result => None,
        }
    }
}

codes! {
    /// The phase of a step.
    Phase {
        /// Waits for the person.
        Idle = "idle",
        /// Waits for the device's location.
        WaitingLocation = "waiting_location",
        /// Waits for the camera.
        CameraOpening = "camera_opening",
        /// Receives frames.
        Capturing = "capturing",
        /// Waits for the person to confirm or retake the captured image.
        Review = "review",
        /// Waits for another provider's liveness component.
        Provider = "provider",
        /// Another device continues; the page sends [`super::Event::Follow`] every few seconds.
        HandedOff = "handed_off",
        /// Waits for the reply to a request.
        Uploading = "uploading",
        /// Something failed; [`View::error`](super::View::error) has the cause and the recovery actions.
        Failed = "failed",
        /// The flow is complete.
        Done = "done",
    }
}
