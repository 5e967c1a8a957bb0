//! What is usable without a capture: reading, finding faces, encoding.

use js_sys::{Array, Object, Reflect, Uint8Array, Uint8ClampedArray};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::convert::{bytes, day, frame, from_js, from_js_or_default, input, to_js};
use super::error::{core_error, option_error};
use crate::core::assess::assess;
use crate::core::barcode::aamva;
use crate::core::document::find_document;
use crate::core::encode::{Image, check_file, encode};
use crate::core::inspect::{BarcodeReading, SideAnalysis};
use crate::core::model_asset::ModelAsset;
use crate::core::mrz;
use crate::core::side::Side;
use crate::core::tools;
use crate::options::{AssessOptions, EncodedAs, InspectOptions, parse_encode};

/// Parses the lines of a machine-readable zone; `today` is `YYYY-MM-DD`, for centuries.
///
/// # Errors
/// `mrz_invalid`, `invalid_option`.
#[wasm_bindgen]
pub fn parse_mrz(
    #[wasm_bindgen(unchecked_param_type = "string[]")] lines: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "string")] today: JsValue,
) -> Result<JsValue, JsValue> {
    let lines: Vec<String> = from_js("lines", &lines)?;
    let today = day(from_js_or_default("today", &today)?)?;
    let document = mrz::parse(&lines, today).map_err(|error| core_error(&error))?;
    to_js(&document)
}

/// Converts a reading, with its bytes as a `Uint8Array`.
fn barcode_reading(barcode: &BarcodeReading) -> Result<JsValue, JsValue> {
    let value = to_js(barcode)?;
    Reflect::set(&value, &"bytes".into(), &Uint8Array::from(barcode.bytes.as_slice()))?;
    Ok(value)
}

/// Parses the text of an AAMVA barcode.
///
/// # Errors
/// `aamva_invalid`.
#[wasm_bindgen]
pub fn parse_aamva(#[wasm_bindgen(unchecked_param_type = "string")] text: JsValue) -> Result<JsValue, JsValue> {
    let text: String = from_js("text", &text)?;
    to_js(&aamva::parse(&text).map_err(|error| core_error(&error.into()))?)
}

/// Refuses a file that a lenient decoder would take: a JPEG that is cut off, a PNG beyond the limit of 40 megapixels.
///
/// # Errors
/// `image_corrupt`, `image_too_large`.
#[wasm_bindgen]
pub fn check_image_file(#[wasm_bindgen(unchecked_param_type = "Uint8Array")] file: JsValue) -> Result<(), JsValue> {
    check_file(&bytes("file", &file)?).map_err(|error| core_error(&error))
}

/// Reading, finding faces and encoding, with the models that they need.
#[wasm_bindgen]
#[derive(Default)]
pub struct Tools(tools::Tools);

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
    pub fn load_model(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "string")] name: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] asset: JsValue,
    ) -> Result<(), JsValue> {
        let model: ModelAsset = from_js("model", &name)?;
        self.0.load_model(model, &bytes("asset", &asset)?).map_err(|error| core_error(&error))
    }

    /// Whether a model asset is there.
    ///
    /// # Errors
    /// `invalid_option`.
    pub fn has_model(&self, #[wasm_bindgen(unchecked_param_type = "string")] name: JsValue) -> Result<bool, JsValue> {
        Ok(self.0.has_model(from_js("model", &name)?))
    }

    /// The machine-readable zone in RGBA pixels, or `null`: format, lines, confidence, posterior, charConfidence,
    /// quads, document.
    ///
    /// # Errors
    /// `model_missing`, `image_empty`, `image_wrong_length`, `invalid_option`.
    pub fn read_mrz(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] data: JsValue,
        width: f64,
        height: f64,
        #[wasm_bindgen(unchecked_optional_param_type = "string")] today: JsValue,
    ) -> Result<JsValue, JsValue> {
        let data = bytes("data", &data)?;
        let frame = frame(&data, width, height)?;
        let today = day(from_js_or_default("today", &today)?)?;
        or_null(self.0.read_mrz(&frame, today).map_err(|error| core_error(&error))?)
    }

    /// The document in RGBA pixels, or `null`: quad, confidence, size, fullyInside.
    ///
    /// # Errors
    /// `image_empty`, `image_wrong_length`.
    pub fn find_document(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] data: JsValue,
        width: f64,
        height: f64,
    ) -> Result<JsValue, JsValue> {
        let data = bytes("data", &data)?;
        or_null(find_document(&frame(&data, width, height)?))
    }

    /// What a capture would say of RGBA pixels, by outline and quality alone: document, guidance, checks.
    ///
    /// # Errors
    /// `image_empty`, `image_wrong_length`, `invalid_option`.
    pub fn assess_document(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] data: JsValue,
        width: f64,
        height: f64,
        options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let data = bytes("data", &data)?;
        let frame = frame(&data, width, height)?;
        let options: AssessOptions = from_js_or_default("options", &options)?;
        to_js(&assess(&frame, options.document_type, &options.thresholds))
    }

    /// The PDF417 barcode in RGBA pixels, or `null`: text, bytes, quad, corrected, correction, document.
    ///
    /// # Errors
    /// `image_empty`, `image_wrong_length`.
    pub fn read_barcode(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] data: JsValue,
        width: f64,
        height: f64,
    ) -> Result<JsValue, JsValue> {
        let data = bytes("data", &data)?;
        match self.0.read_barcode(&frame(&data, width, height)?) {
            Some(barcode) => barcode_reading(&barcode),
            None => Ok(JsValue::NULL),
        }
    }

    /// All PDF417 barcodes in RGBA pixels, each as [`Tools::read_barcode`].
    ///
    /// # Errors
    /// `image_empty`, `image_wrong_length`.
    pub fn read_barcodes(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] data: JsValue,
        width: f64,
        height: f64,
    ) -> Result<JsValue, JsValue> {
        let data = bytes("data", &data)?;
        let all = Array::new();
        for barcode in self.0.read_barcodes(&frame(&data, width, height)?) {
            all.push(&barcode_reading(&barcode)?);
        }
        Ok(all.into())
    }

    /// Analyses one side of a document and keeps the result for [`Tools::check_sides`], as `front` or as the back:
    /// document, rectified, mrz, barcode, portrait, recaptureSignals.
    ///
    /// # Errors
    /// `model_missing`, `image_empty`, `image_wrong_length`, `invalid_option`.
    pub fn inspect_side(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] data: JsValue,
        width: f64,
        height: f64,
        front: bool,
        options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let data = bytes("data", &data)?;
        let frame = frame(&data, width, height)?;
        let options: InspectOptions = from_js_or_default("options", &options)?;
        let today = day(options.today)?;
        let which = if front { Side::Front } else { Side::Back };
        side(self.0.inspect_side(&frame, which, today).map_err(|error| core_error(&error))?)
    }

    /// Returns every check of the analysed sides and drops them.
    ///
    /// # Errors
    /// `invalid_option`.
    pub fn check_sides(&mut self, options: JsValue) -> Result<JsValue, JsValue> {
        let options: InspectOptions = from_js_or_default("options", &options)?;
        let today = day(options.today)?;
        to_js(&self.0.check_sides(options.document_type, today))
    }

    /// The faces in RGBA pixels, best first: box, score, six keypoints, yaw, pitch, roll.
    ///
    /// # Errors
    /// `model_missing`, `image_empty`, `image_wrong_length`.
    pub fn detect_faces(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] data: JsValue,
        width: f64,
        height: f64,
    ) -> Result<JsValue, JsValue> {
        let data = bytes("data", &data)?;
        to_js(&self.0.detect_faces(&frame(&data, width, height)?).map_err(|error| core_error(&error))?)
    }

    /// Returns how suitable an image is for recognising the largest face in it; `undefined` without one.
    ///
    /// # Errors
    /// `model_missing`, `image_empty`, `image_wrong_length`.
    pub fn face_quality(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] data: JsValue,
        width: f64,
        height: f64,
    ) -> Result<JsValue, JsValue> {
        let data = bytes("data", &data)?;
        let quality = self.0.face_quality(&frame(&data, width, height)?).map_err(|error| core_error(&error))?;
        quality.map_or(Ok(JsValue::UNDEFINED), |quality| to_js(&quality))
    }

    /// What a capture would say of the next frame of a stream, RGBA pixels: guidance, face, checks. `at_ms` is when it
    /// was taken; without it, or where it lies before the last frame's, a new stream begins.
    ///
    /// # Errors
    /// `model_missing`, `image_empty`, `image_wrong_length`.
    pub fn assess_face(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] data: JsValue,
        width: f64,
        height: f64,
        at_ms: Option<f64>,
    ) -> Result<JsValue, JsValue> {
        let data = bytes("data", &data)?;
        to_js(&self.0.assess_face(&frame(&data, width, height)?, at_ms).map_err(|error| core_error(&error))?)
    }

    /// Encodes RGBA pixels: `{ bytes, mime, width, height, quality }`.
    ///
    /// # Errors
    /// `image_empty`, `image_wrong_length`, `invalid_option`, `image_budget_too_small`.
    pub fn encode_image(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] data: JsValue,
        width: f64,
        height: f64,
        options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let data = bytes("data", &data)?;
        let frame = frame(&data, width, height)?;
        let (options, returned) = parse_encode(input(&options)).map_err(|error| option_error(&error))?;
        let encoded = encode(&frame, &options).map_err(|error| core_error(&error))?;
        let returned = match returned {
            EncodedAs::Bytes => Uint8Array::from(encoded.bytes.as_slice()).into(),
            EncodedAs::Base64 => encoded.to_base64().into(),
            EncodedAs::DataUrl => encoded.to_data_url().into(),
        };
        object(&[
            ("bytes", returned),
            ("mime", encoded.format.mime().into()),
            ("width", encoded.width.into()),
            ("height", encoded.height.into()),
            ("quality", encoded.quality.into()),
        ])
    }
}

/// A value, or `null` for none.
fn or_null<T: Serialize>(value: Option<T>) -> Result<JsValue, JsValue> {
    value.map_or(Ok(JsValue::NULL), |value| to_js(&value))
}

/// A side as JavaScript receives it: images as pixels.
fn side(reading: &SideAnalysis) -> Result<JsValue, JsValue> {
    let optional = |value: Option<Result<JsValue, JsValue>>| value.unwrap_or(Ok(JsValue::NULL));
    let rectified = reading.rectified.as_ref().map(|r| {
        let value = pixels(&r.image)?;
        for (name, field) in [
            ("dpi", r.dpi.into()),
            ("size", to_js(&r.size)?),
            ("quad", to_js(&r.quad)?),
            ("turn", to_js(&r.orientation_source)?),
        ] {
            Reflect::set(&value, &JsValue::from_str(name), &field)?;
        }
        Ok(value)
    });
    let portrait = reading.portrait.as_ref().map(|p| {
        let value = pixels(&p.image)?;
        Reflect::set(&value, &"face".into(), &to_js(&p.face)?)?;
        Ok(value)
    });
    object(&[
        ("document", to_js(&reading.document)?),
        ("rectified", optional(rectified)?),
        ("mrz", to_js(&reading.mrz)?),
        ("barcode", to_js(&reading.barcode)?),
        ("portrait", optional(portrait)?),
        ("recaptureSignals", to_js(&reading.recapture_signals)?),
    ])
}

fn pixels(image: &Image) -> Result<JsValue, JsValue> {
    object(&[
        ("data", Uint8ClampedArray::from(image.data.as_slice()).into()),
        ("width", image.width.into()),
        ("height", image.height.into()),
    ])
}

fn object(fields: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &JsValue::from_str(name), value)?;
    }
    Ok(object.into())
}
