//! What the page reports.

use std::fmt;

use serde::de::{Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::camera::CameraFailure;
use super::location::LocationFailure;
use crate::document_type::DocumentType;
use crate::model_asset::ModelAsset;

/// An event on the page, for the core.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "FlowEvent", tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")
)]
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
        latitude: f64,
        /// Degrees east, −180 to 180.
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
        label: Option<String>,
        /// Whether the camera's description of itself matches the request and its frames.
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
        message: String,
    },
    /// The page provides no access token.
    TokenFailed {
        /// The message for developers.
        message: String,
    },
    /// The browser reports that the network is absent.
    Offline,
    /// The browser reports that the network is back.
    Online,
    /// The person or the page cancels the flow.
    Cancel,
}

/// The fields of all events. The derived code of an internally tagged enum, which buffers the fields and has a visitor
/// for each variant, takes 28 kB of the module more.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    r#type: String,
    document_type: Option<DocumentType>,
    latitude: Option<Degrees>,
    longitude: Option<Degrees>,
    code: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    label: Option<String>,
    consistent: Option<bool>,
    model: Option<ModelAsset>,
    #[serde(default)]
    message: String,
}

/// Every `type` of an event.
const TYPES: &[&str] = &[
    "start",
    "consent_given",
    "consent_declined",
    "document_type_chosen",
    "location",
    "location_failed",
    "camera_opened",
    "camera_failed",
    "camera_lost",
    "capture_now",
    "skip_active_liveness",
    "provider_done",
    "provider_failed",
    "confirm",
    "retake",
    "retry",
    "cancel_upload",
    "skip_location",
    "hand_off",
    "follow",
    "take_back",
    "change_document_type",
    "use_camera",
    "model_loaded",
    "model_failed",
    "token_failed",
    "offline",
    "online",
    "cancel",
];

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Fields::deserialize(deserializer)?.event()
    }
}

impl Fields {
    fn event<E: Error>(self) -> Result<Event, E> {
        let message = self.message;
        Ok(match self.r#type.as_str() {
            "start" => Event::Start,
            "consent_given" => Event::ConsentGiven,
            "consent_declined" => Event::ConsentDeclined,
            "document_type_chosen" => {
                Event::DocumentTypeChosen { document_type: required(self.document_type, "documentType")? }
            }
            "location" => Event::Location {
                latitude: self.latitude.map_or(f64::NAN, |degrees| degrees.0),
                longitude: self.longitude.map_or(f64::NAN, |degrees| degrees.0),
            },
            "location_failed" => Event::LocationFailed { code: code(self.code)? },
            "camera_opened" => Event::CameraOpened {
                width: required(self.width, "width")?,
                height: required(self.height, "height")?,
                label: self.label,
                consistent: self.consistent,
            },
            "camera_failed" => Event::CameraFailed { code: code(self.code)? },
            "camera_lost" => Event::CameraLost,
            "capture_now" => Event::CaptureNow,
            "skip_active_liveness" => Event::SkipActiveLiveness,
            "provider_done" => Event::ProviderDone,
            "provider_failed" => Event::ProviderFailed { message },
            "confirm" => Event::Confirm,
            "retake" => Event::Retake,
            "retry" => Event::Retry,
            "cancel_upload" => Event::CancelUpload,
            "skip_location" => Event::SkipLocation,
            "hand_off" => Event::HandOff,
            "follow" => Event::Follow,
            "take_back" => Event::TakeBack,
            "change_document_type" => Event::ChangeDocumentType,
            "use_camera" => Event::UseCamera,
            "model_loaded" => Event::ModelLoaded { model: required(self.model, "model")? },
            "model_failed" => Event::ModelFailed { model: required(self.model, "model")?, message },
            "token_failed" => Event::TokenFailed { message },
            "offline" => Event::Offline,
            "online" => Event::Online,
            "cancel" => Event::Cancel,
            other => return Err(E::unknown_variant(other, TYPES)),
        })
    }
}

fn required<T, E: Error>(field: Option<T>, name: &'static str) -> Result<T, E> {
    field.ok_or_else(|| E::missing_field(name))
}

fn code<T: for<'a> Deserialize<'a>, E: Error>(code: Option<String>) -> Result<T, E> {
    let code = required(code, "code")?;
    T::deserialize(code.as_str().into_deserializer())
}

/// A coordinate. Anything but a number becomes NaN, to which the flow responds with
/// [`super::FlowCode::LocationInvalid`]: a page with a malformed location gets a failure that it can retry, and the
/// step does not wait for ever.
struct Degrees(f64);

impl<'de> Deserialize<'de> for Degrees {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Anything;

        impl<'de> Visitor<'de> for Anything {
            type Value = Degrees;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("degrees")
            }

            fn visit_f64<E>(self, value: f64) -> Result<Degrees, E> {
                Ok(Degrees(value))
            }

            #[expect(clippy::cast_precision_loss, reason = "no coordinate is that large")]
            fn visit_u64<E>(self, value: u64) -> Result<Degrees, E> {
                Ok(Degrees(value as f64))
            }

            #[expect(clippy::cast_precision_loss, reason = "no coordinate is that large")]
            fn visit_i64<E>(self, value: i64) -> Result<Degrees, E> {
                Ok(Degrees(value as f64))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Degrees, E> {
                Ok(Degrees(f64::NAN))
            }

            fn visit_str<E>(self, _: &str) -> Result<Degrees, E> {
                Ok(Degrees(f64::NAN))
            }

            fn visit_unit<E>(self) -> Result<Degrees, E> {
                Ok(Degrees(f64::NAN))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Degrees, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Degrees(f64::NAN))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Degrees, A::Error> {
                while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Degrees(f64::NAN))
            }
        }

        deserializer.deserialize_any(Anything)
    }
}
