//! What the page reports.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::camera::CameraFailure;
use super::location::LocationFailure;
use crate::document_type::DocumentType;
use crate::model_asset::ModelAsset;

/// An event on the page, for the core.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "FlowEvent"))]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Event {
    /// The page is ready: read the session.
    Start,
    /// The person consents.
    ConsentGiven,
    /// The person does not consent; nothing is sent.
    ConsentDeclined,
    /// The person chooses a document type.
    DocumentTypeChosen {
        /// The document type.
        document_type: DocumentType,
    },
    /// The device reports its location, which may come while the camera is open.
    Location {
        /// Degrees north, −90 to 90.
        #[serde(default = "not_a_number", deserialize_with = "number_or_nan")]
        #[cfg_attr(feature = "schema", schemars(!default))]
        latitude: f64,
        /// Degrees east, −180 to 180.
        #[serde(default = "not_a_number", deserialize_with = "number_or_nan")]
        #[cfg_attr(feature = "schema", schemars(!default))]
        longitude: f64,
    },
    /// The device reports no location.
    LocationFailed {
        /// The reason.
        code: LocationFailure,
    },
    /// The camera is open; frames follow.
    CameraOpened {
        /// Width of the video in pixels.
        width: u32,
        /// Height of the video in pixels.
        height: u32,
        /// The label of the camera, as the browser reports it.
        #[serde(default)]
        label: Option<String>,
        /// Whether the camera's description of itself matches the request and its frames.
        #[serde(default)]
        consistent: Option<bool>,
    },
    /// The camera does not open.
    CameraFailed {
        /// The reason.
        code: CameraFailure,
    },
    /// The camera was open and is disconnected.
    CameraLost,
    /// The person presses the button: capture the best frame so far.
    CaptureNow,
    /// The person cannot or does not want to perform the movements: capture frames without them.
    SkipActiveLiveness,
    /// Another provider's component has completed liveness.
    ProviderDone,
    /// Another provider's component failed or was cancelled.
    ProviderFailed {
        /// The message for developers.
        #[serde(default)]
        #[cfg_attr(feature = "schema", schemars(!default))]
        message: String,
    },
    /// The person accepts the captured image: upload it.
    Confirm,
    /// The person rejects the captured image: capture another.
    Retake,
    /// Retry what failed.
    Retry,
    /// Return from the upload that runs to the review of its image.
    CancelUpload,
    /// Continue without the location, where the policy prefers one.
    SkipLocation,
    /// The person continues on another device: follow the session until it is complete.
    HandOff,
    /// Read the session that another device continues again.
    Follow,
    /// Continue on this device after all.
    TakeBack,
    /// Return to the choice of the document type.
    ChangeDocumentType,
    /// Open the camera (again), when an upload was offered.
    UseCamera,
    /// A model asset is loaded.
    ModelLoaded {
        /// The asset.
        model: ModelAsset,
    },
    /// A model asset could not be loaded.
    ModelFailed {
        /// The asset.
        model: ModelAsset,
        /// The message for developers.
        #[serde(default)]
        #[cfg_attr(feature = "schema", schemars(!default))]
        message: String,
    },
    /// The page provides no access token.
    TokenFailed {
        /// The message for developers.
        #[serde(default)]
        #[cfg_attr(feature = "schema", schemars(!default))]
        message: String,
    },
    /// The browser reports that the network is absent.
    Offline,
    /// The browser reports that the network is back.
    Online,
    /// The person or the page cancels the flow.
    Cancel,
}

fn not_a_number() -> f64 {
    f64::NAN
}

/// Reads a coordinate. Anything but a number becomes NaN, to which the flow responds with
/// [`super::FlowCode::LocationInvalid`]: a page with a malformed location gets a failure that it can retry, and the
/// step does not wait for ever.
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
