//! What the page must do.

use serde::Serialize;

use super::camera::Facing;
use super::outcome::Outcome;
use super::report::CaptureReport;
use super::request::Operation;
use super::view::View;
use crate::model_asset::ModelAsset;
use crate::side::Side;

/// An effect: what the worker or the page must do.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Effect {
    /// Send a request; its result is returned under `id`.
    Request {
        /// Identifies the request.
        id: u32,
        /// The operation.
        operation: Operation,
    },
    /// Get an access token, then send these requests again.
    Token {
        /// The waiting requests.
        requests: Vec<u32>,
    },
    /// Open a camera.
    CameraOpen {
        /// The direction that it faces.
        facing: Facing,
    },
    /// Close the camera.
    CameraClose,
    /// Load a model asset.
    LoadModel {
        /// The asset.
        model: ModelAsset,
    },
    /// Get the location of the device.
    Locate,
    /// Start another provider's liveness component.
    LivenessProvider {
        /// Its name in the session.
        provider: String,
        /// The token from *liveness session generate*, for the component.
        token: String,
    },
    /// An image was captured.
    Captured {
        /// The captured side.
        side: Side,
        /// Raw value, score and threshold of every check.
        report: CaptureReport,
    },
    /// The flow is complete.
    Complete {
        /// The verdict.
        result: Outcome,
    },
}

/// The result of an event: the new view, and the effects to run in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Update {
    /// The new view.
    pub view: View,
    /// The effects, in order.
    pub effects: Vec<Effect>,
}
