//! What enters the flow from the page, and what leaves it as a wish to the page.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::report::CaptureReport;
use super::view::{Facing, Outcome, View};
use crate::codes::codes;
use crate::document_type::DocumentType;
use crate::model_asset::ModelAsset;
use crate::side::Side;

/// Something that happened on the page.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Event {
    /// The page is ready: read the session.
    Start,
    /// The person consents.
    ConsentGiven,
    /// The person does not consent; nothing is sent.
    ConsentDeclined,
    /// The person says which document will be shown.
    DocumentTypeChosen {
        /// The document.
        document_type: DocumentType,
    },
    /// Where the device is.
    Location {
        /// Degrees north, −90 to 90.
        #[serde(default = "not_a_number", deserialize_with = "number_or_nan")]
        latitude: f64,
        /// Degrees east, −180 to 180.
        #[serde(default = "not_a_number", deserialize_with = "number_or_nan")]
        longitude: f64,
    },
    /// The device does not say where it is.
    LocationFailed {
        /// Why.
        code: LocationFailure,
    },
    /// Frames will follow.
    CameraOpened {
        /// Pixels per row of the video.
        width: u32,
        /// Rows of the video.
        height: u32,
        /// The camera's name, as the browser reports it.
        #[serde(default)]
        label: Option<String>,
        /// Whether what the camera says of itself fits what was asked for and what came.
        #[serde(default)]
        consistent: Option<bool>,
    },
    /// There will be no frames.
    CameraFailed {
        /// Why.
        code: CameraFailure,
    },
    /// The camera was open and is gone.
    CameraLost,
    /// The person pressed the button: take what is there.
    CaptureNow,
    /// The person cannot do the movements, or does not want to: take frames without them.
    SkipActiveLiveness,
    /// Another provider's component has done liveness.
    ProviderDone,
    /// Another provider's component failed, or was given up.
    ProviderFailed {
        /// For the developer.
        #[serde(default)]
        message: String,
    },
    /// The still is good: send it.
    Confirm,
    /// Take another.
    Retake,
    /// Try again what failed.
    Retry,
    /// Back to the choice of document.
    ChangeDocumentType,
    /// Open the camera (again), where an upload was offered.
    UseCamera,
    /// A model asset was loaded.
    ModelLoaded {
        /// Which.
        model: ModelAsset,
    },
    /// A model asset cannot be had.
    ModelFailed {
        /// Which.
        model: ModelAsset,
        /// For the developer.
        #[serde(default)]
        message: String,
    },
    /// The page gave no access token.
    TokenFailed {
        /// For the developer.
        #[serde(default)]
        message: String,
    },
    /// The browser says that there is no network.
    Offline,
    /// The browser says that the network is back.
    Online,
    /// The person or the page gives up.
    Cancel,
}

fn not_a_number() -> f64 {
    f64::NAN
}

/// Reads a coordinate. What is no number becomes NaN, which the flow answers with [`super::FlowCode::LocationInvalid`]:
/// a page whose location is malformed sees a failure that it can retry, and no step waits for ever.
fn number_or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Coordinate {
        Number(f64),
        Other(IgnoredAny),
    }
    Ok(match Coordinate::deserialize(deserializer)? {
        Coordinate::Number(degrees) => degrees,
        Coordinate::Other(IgnoredAny) => f64::NAN,
    })
}

codes! {
    /// Why the device does not say where it is.
    LocationFailure {
        /// The person or a policy refused.
        Denied = "location_denied",
        /// The device does not know.
        Unavailable = "location_unavailable",
        /// It took too long.
        Timeout = "location_timeout",
    }
}

codes! {
    /// Why a camera does not open.
    CameraFailure {
        /// The person or a policy refused.
        Denied = "camera_denied",
        /// There is none.
        Missing = "camera_missing",
        /// Another program holds it.
        Busy = "camera_busy",
        /// The page is not served over HTTPS or from localhost.
        InsecureContext = "insecure_context",
        /// The browser has no camera interface, as some in-app browsers.
        Unsupported = "camera_unsupported",
        /// Anything else.
        Failed = "camera_failed",
    }
}

codes! {
    /// A request of the flow, in the flow's own terms.
    Operation {
        /// What is done already?
        ReadSession = "read_session",
        /// ServerState the consent.
        AddConsent = "add_consent",
        /// ServerState how the captures were made.
        UpdateMetadata = "update_metadata",
        /// ServerState which document will be shown.
        SetDocumentType = "set_document_type",
        /// Send the front image.
        AddFront = "add_front",
        /// Send the back image.
        AddBack = "add_back",
        /// Open a liveness session.
        GenerateLiveness = "generate_liveness",
        /// Send the liveness frames.
        ProcessLiveness = "process_liveness",
        /// Ask for the verdict.
        Finalize = "finalize",
    }
}

/// What the page is asked to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Effect {
    /// Send a request; its outcome comes back under `id`.
    Request {
        /// Names the request.
        id: u32,
        /// What it asks.
        operation: Operation,
    },
    /// Get an access token, then send these requests again.
    Token {
        /// Requests that wait.
        requests: Vec<u32>,
    },
    /// Open a camera.
    CameraOpen {
        /// Which way it looks.
        facing: Facing,
    },
    /// Close the camera.
    CameraClose,
    /// Load a model asset.
    LoadModel {
        /// Which.
        model: ModelAsset,
    },
    /// Ask the device where it is.
    Locate,
    /// Let another provider's component do liveness.
    LivenessProvider {
        /// Its name, as the session has it.
        provider: String,
        /// Of *liveness session generate*, for the component.
        token: String,
    },
    /// A still was taken.
    Captured {
        /// Of what.
        side: Side,
        /// Raw value, score and threshold of every check.
        report: CaptureReport,
    },
    /// The flow is over.
    Complete {
        /// The verdict.
        result: Outcome,
    },
}

/// What every step of the flow answers: how things stand, and what to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Update {
    /// How things stand.
    pub view: View,
    /// What to do, in this order.
    pub effects: Vec<Effect>,
}
