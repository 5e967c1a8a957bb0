//! The state of the flow: everything that a user interface draws from, in one value.

use serde::Serialize;

use super::report::ReviewDocument;
use crate::codes::codes;
use crate::document_type::DocumentType;
use crate::guide::Guide;
use crate::liveness::challenge::ChallengeView;
use crate::side::Side;
use crate::warning::Warning;

codes! {
    /// The steps, in the order in which they come.
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

codes! {
    /// Phase of a step.
    Phase {
        /// It waits for the person.
        Idle = "idle",
        /// It waits for the device's location.
        WaitingLocation = "waiting_location",
        /// It waits for the camera.
        CameraOpening = "camera_opening",
        /// Frames are coming.
        Capturing = "capturing",
        /// A still waits for the person's word.
        Review = "review",
        /// Another provider's component does liveness.
        Provider = "provider",
        /// A request is under way.
        Uploading = "uploading",
        /// Something failed; [`View::error`] says what, and what can be done.
        Failed = "failed",
        /// It is over.
        Done = "done",
    }
}

codes! {
    /// How liveness is done: `liveness_mode` of a session.
    LivenessMode {
        /// The best frames of a short stream.
        Passive = "passive",
        /// Frames that prove up to four movements.
        PassiveActive = "passive_active",
    }
}

codes! {
    /// Which way a camera looks.
    Facing {
        /// Away from the person.
        Environment = "environment",
        /// At the person.
        User = "user",
    }
}

/// A point as 0–1 shares of the frame's width and height.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SharePoint {
    /// From the left.
    pub x: f32,
    /// From the top.
    pub y: f32,
}

/// An upright rectangle as 0–1 shares of the frame's width and height.
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

/// What is seen in the newest frame.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Overlay {
    /// The document's corners: top left, top right, bottom right, bottom left.
    pub quad: Option<[SharePoint; 4]>,
    /// The lines of the machine-readable zone, each with four corners in the same order.
    pub mrz: Vec<[SharePoint; 4]>,
    /// The face.
    pub face: Option<ShareRect>,
    /// The largest reflection on the document, where it is too large.
    pub glare: Option<ShareRect>,
    /// Sharpness of the document as a multiple of what the check wants; absent without a document, or where it is too
    /// small to tell. Comparable between cameras.
    pub sharpness: Option<f32>,
    /// How much of the wait before an automatic still has passed, 0–1.
    pub capture_progress: f32,
}

/// A still that waits for the person's word.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Review {
    /// Of what.
    pub side: Side,
    /// What was read from it.
    pub document: Option<ReviewDocument>,
    /// What the person should look at.
    pub warnings: Vec<Warning>,
}

/// How far sending has come, in requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Requests done.
    pub done: u32,
    /// Requests in all.
    pub total: u32,
}

codes! {
    /// What a flow is for.
    FlowKind {
        /// Identity verification: consent, a document, the person.
        Idv = "idv",
        /// Identity authentication: the person alone, compared with a known identity.
        Ida = "ida",
    }
}

/// The verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Outcome {
    /// Of [`FlowKind::Idv`].
    Verification {
        /// Whether the identity is verified.
        verified: bool,
        /// Whether the name is on a sanction list.
        on_sanction_list: bool,
    },
    /// Of [`FlowKind::Ida`].
    Authentication {
        /// Whether the person is the identity's.
        authenticated: bool,
    },
}

codes! {
    /// A recovery action after a failure.
    Recovery {
        /// [`super::Event::Retry`].
        Retry = "retry",
        /// Give a file instead of the camera.
        Upload = "upload",
        /// [`super::Event::Retake`].
        Retake = "retake",
        /// Change the browser's or device's permission, then try again.
        Settings = "settings",
        /// Start again, with a new session.
        Restart = "restart",
        /// Nothing that the person could do.
        None = "none",
    }
}

/// What failed, and what can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlowError {
    /// The stable code: one of [`super::FlowCode`], of the core's errors, or of those of a request.
    pub code: &'static str,
    /// For the developer, in English. Names no person and no secret.
    pub message: String,
    /// Whether trying again may help.
    pub retryable: bool,
    /// Recovery actions, best first.
    pub recovery: Vec<Recovery>,
}

/// The state of the flow.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// The step.
    pub step: Step,
    /// Phase of the step.
    pub phase: Phase,
    /// The steps of this flow in order, for a progress display.
    pub steps: Vec<Step>,
    /// The document, once chosen.
    pub document_type: Option<DocumentType>,
    /// Documents to choose from.
    pub document_types: Vec<DocumentType>,
    /// Which camera this step uses.
    pub facing: Option<Facing>,
    /// Where the document or face belongs, once the frame's sizes are known.
    pub guide: Option<Guide>,
    /// What the person should do for a better frame: the text of a [`crate::guidance::GuidanceCode`].
    pub guidance: Option<&'static str>,
    /// What is seen in the newest frame.
    pub overlay: Option<Overlay>,
    /// The movement that is asked for, in active liveness.
    pub challenge: Option<ChallengeView>,
    /// Whether [`super::Event::SkipActiveLiveness`] would take frames without movements instead.
    pub passive_available: bool,
    /// The colour that the page shows around the preview, as `#rrggbb`.
    pub flash: Option<String>,
    /// Whether [`super::Event::CaptureNow`] would take a still.
    pub manual_available: bool,
    /// Whether a file would be taken instead.
    pub upload_available: bool,
    /// The still that waits for the person's word.
    pub review: Option<Review>,
    /// How far sending has come.
    pub progress: Option<Progress>,
    /// What failed.
    pub error: Option<FlowError>,
    /// The verdict.
    pub result: Option<Outcome>,
}
