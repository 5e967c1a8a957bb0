//! What is usable without a capture: reading, finding faces, encoding.

use js_sys::{Object, Reflect, Uint8Array, Uint8ClampedArray};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::convert::{day, frame, from_js, model, to_js};
use super::error::{core_error, invalid_option};
use crate::core::encode::{EncodeOptions, decode, encode};
use crate::core::error::CoreError;
use crate::core::face::FaceDetector;
use crate::core::mrz::{self, MrzReader};
use crate::core::session::Model;

/// Parses the lines of a machine-readable zone; `today` is `YYYY-MM-DD`, for centuries.
///
/// # Errors
/// `mrz_invalid`, `invalid_option`.
#[wasm_bindgen]
pub fn parse_mrz(lines: Vec<String>, today: Option<String>) -> Result<JsValue, JsValue> {
    let document = mrz::parse(&lines, day(today.as_deref())?).map_err(|error| core_error(&error))?;
    to_js(&document)
}

/// How the bytes of an encoded image are handed over.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum HandOver {
    #[default]
    Bytes,
    Base64,
    DataUrl,
}

/// What JavaScript asks of an encoded image beside [`EncodeOptions`].
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct HandOverOptions {
    r#as: HandOver,
    /// Longest side of the result, pixels.
    max_side: Option<u32>,
}

/// Reading, finding faces and encoding, with the models that they need.
#[wasm_bindgen]
#[derive(Default)]
pub struct Tools {
    face: Option<FaceDetector>,
    zones: Option<MrzReader>,
}

#[wasm_bindgen]
impl Tools {
    /// Tools without models.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a model asset: `mrz` or `face`.
    ///
    /// # Errors
    /// `model_invalid`, `invalid_option`.
    pub fn load_model(&mut self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        match model(name)? {
            Model::Mrz => self.zones = Some(MrzReader::from_bytes(bytes).map_err(|error| core_error(&error))?),
            Model::Face => self.face = Some(FaceDetector::from_bytes(bytes).map_err(|error| core_error(&error))?),
        }
        Ok(())
    }

    /// Whether a model asset is there.
    ///
    /// # Errors
    /// `invalid_option`.
    pub fn has_model(&self, name: &str) -> Result<bool, JsValue> {
        Ok(match model(name)? {
            Model::Mrz => self.zones.is_some(),
            Model::Face => self.face.is_some(),
        })
    }

    /// The machine-readable zone in RGBA pixels, or `null`: format, lines, confidence, posterior, charConfidence, quads, document.
    ///
    /// # Errors
    /// `model_missing`, `image_empty`, `image_wrong_length`, `invalid_option`.
    pub fn read_mrz(&self, data: &[u8], width: u32, height: u32, today: Option<String>) -> Result<JsValue, JsValue> {
        let frame = frame(data, width, height)?;
        let today = day(today.as_deref())?;
        let missing = CoreError::ModelMissing { model: "mrz" };
        match self.zones.as_ref().ok_or_else(|| core_error(&missing))?.read(&frame, today) {
            Some(zone) => to_js(&zone),
            None => Ok(JsValue::NULL),
        }
    }

    /// The faces in RGBA pixels, best first: box, score, six keypoints, yaw, pitch, roll.
    ///
    /// # Errors
    /// `model_missing`, `image_empty`, `image_wrong_length`.
    pub fn detect_faces(&self, data: &[u8], width: u32, height: u32) -> Result<JsValue, JsValue> {
        let frame = frame(data, width, height)?;
        let missing = CoreError::ModelMissing { model: "face" };
        to_js(&self.face.as_ref().ok_or_else(|| core_error(&missing))?.detect(&frame))
    }

    /// Decodes a JPEG, PNG or WebP file, upright: `{ data, width, height }` in RGBA.
    ///
    /// # Errors
    /// `image_unknown_format`, `image_corrupt`, `image_too_large`.
    pub fn decode_image(&self, bytes: &[u8]) -> Result<JsValue, JsValue> {
        let image = decode(bytes).map_err(|error| core_error(&error))?;
        object(&[
            ("data", Uint8ClampedArray::from(image.data.as_slice()).into()),
            ("width", image.width.into()),
            ("height", image.height.into()),
        ])
    }

    /// Encodes RGBA pixels: `{ bytes, mime, width, height, quality }`.
    ///
    /// # Errors
    /// `image_empty`, `image_wrong_length`, `invalid_option`, `image_budget_too_small`.
    pub fn encode_image(&self, data: &[u8], width: u32, height: u32, options: JsValue) -> Result<JsValue, JsValue> {
        let frame = frame(data, width, height)?;
        let given = if options.is_undefined() || options.is_null() { Object::new().into() } else { options };
        if !given.is_object() {
            return Err(invalid_option("options", "an object"));
        }
        let hand_over: HandOverOptions = from_js("options", &given)?;
        let mut options: EncodeOptions = from_js("options", &given)?;
        if let Some(side) = hand_over.max_side {
            options.max_width = Some(options.max_width.map_or(side, |width| width.min(side)));
            options.max_height = Some(options.max_height.map_or(side, |height| height.min(side)));
        }
        let encoded = encode(&frame, &options).map_err(|error| core_error(&error))?;
        let bytes = match hand_over.r#as {
            HandOver::Bytes => Uint8Array::from(encoded.bytes.as_slice()).into(),
            HandOver::Base64 => encoded.to_base64().into(),
            HandOver::DataUrl => encoded.to_data_url().into(),
        };
        object(&[
            ("bytes", bytes),
            ("mime", encoded.format.mime().into()),
            ("width", encoded.width.into()),
            ("height", encoded.height.into()),
            ("quality", encoded.quality.into()),
        ])
    }
}

fn object(fields: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &JsValue::from_str(name), value)?;
    }
    Ok(object.into())
}
