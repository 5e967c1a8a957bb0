//! What is usable without a capture: reading, finding faces, encoding.

use js_sys::{Object, Reflect, Uint8Array, Uint8ClampedArray};
use wasm_bindgen::prelude::*;

use super::convert::{bytes, day, frame, from_js, from_js_or_default, input, to_js};
use super::error::{core_error, option_error};
use crate::core::assess::assess;
use crate::core::barcode::aamva;
use crate::core::barcode::pdf417::Pdf417Reader;
use crate::core::capture::FaceStream;
use crate::core::document::find_document;
use crate::core::encode::{Image, check_file, encode};
use crate::core::error::CoreError;
use crate::core::face::FaceDetector;
use crate::core::inspect::checks::{Sides, check};
use crate::core::inspect::{self, Detectors, SideAnalysis};
use crate::core::liveness::FaceQuality;
use crate::core::model_asset::ModelAsset;
use crate::core::mrz::{self, MrzReader};
use crate::core::numeric::sort_by_key;
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
pub struct Tools {
    face: Option<FaceDetector>,
    zones: Option<MrzReader>,
    barcodes: Option<Pdf417Reader>,
    stream: Option<(FaceStream, f64)>,
    sides: [Option<SideAnalysis>; 2],
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
    pub fn load_model(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "string")] name: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] asset: JsValue,
    ) -> Result<(), JsValue> {
        let model: ModelAsset = from_js("model", &name)?;
        let asset = bytes("asset", &asset)?;
        match model {
            ModelAsset::Mrz => self.zones = Some(MrzReader::from_bytes(&asset).map_err(|error| core_error(&error))?),
            ModelAsset::Face => self.face = Some(FaceDetector::from_bytes(&asset).map_err(|error| core_error(&error))?),
        }
        Ok(())
    }

    /// Whether a model asset is there.
    ///
    /// # Errors
    /// `invalid_option`.
    pub fn has_model(&self, #[wasm_bindgen(unchecked_param_type = "string")] name: JsValue) -> Result<bool, JsValue> {
        let model: ModelAsset = from_js("model", &name)?;
        Ok(match model {
            ModelAsset::Mrz => self.zones.is_some(),
            ModelAsset::Face => self.face.is_some(),
        })
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
        let missing = CoreError::ModelMissing { model: "mrz" };
        match self.zones.as_ref().ok_or_else(|| core_error(&missing))?.read(&frame, today) {
            Some(zone) => to_js(&zone),
            None => Ok(JsValue::NULL),
        }
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
        match find_document(&frame(&data, width, height)?) {
            Some(document) => to_js(&document),
            None => Ok(JsValue::NULL),
        }
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
        let frame = frame(&data, width, height)?;
        let document = find_document(&frame);
        let reader = self.barcodes.get_or_insert_with(Pdf417Reader::new);
        match inspect::read_barcode(reader, &frame, document.as_ref()) {
            Some(barcode) => {
                let value = to_js(&barcode)?;
                Reflect::set(&value, &"bytes".into(), &Uint8Array::from(barcode.bytes.as_slice()))?;
                Ok(value)
            }
            None => Ok(JsValue::NULL),
        }
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
        self.barcodes.get_or_insert_with(Pdf417Reader::new);
        let readers = Detectors { mrz: self.zones.as_ref(), face: self.face.as_ref(), barcode: self.barcodes.as_ref() };
        for (model, there) in [("mrz", readers.mrz.is_some()), ("face", readers.face.is_some())] {
            if !there {
                return Err(core_error(&CoreError::ModelMissing { model }));
            }
        }
        let reading = inspect::analyse_side(&frame, &readers, today);
        let value = side(&reading)?;
        self.sides[usize::from(!front)] = Some(reading);
        Ok(value)
    }

    /// Returns every check of the analysed sides and drops them.
    ///
    /// # Errors
    /// `invalid_option`.
    pub fn check_sides(&mut self, options: JsValue) -> Result<JsValue, JsValue> {
        let options: InspectOptions = from_js_or_default("options", &options)?;
        let today = day(options.today)?;
        let [front, back] = std::mem::take(&mut self.sides);
        let sides = Sides { front: front.as_ref(), back: back.as_ref() };
        to_js(&check(sides, options.document_type, today, true))
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
        let frame = frame(&data, width, height)?;
        let missing = CoreError::ModelMissing { model: "face" };
        to_js(&self.face.as_ref().ok_or_else(|| core_error(&missing))?.detect(&frame))
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
        let frame = frame(&data, width, height)?;
        let missing = CoreError::ModelMissing { model: "face" };
        let mut faces = self.face.as_ref().ok_or_else(|| core_error(&missing))?.detect(&frame);
        sort_by_key(&mut faces, |face| -face.bounds.area());
        match FaceQuality::measure(&frame, &faces, None) {
            Some(quality) => to_js(&quality),
            None => Ok(JsValue::UNDEFINED),
        }
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
        let frame = frame(&data, width, height)?;
        let missing = CoreError::ModelMissing { model: "face" };
        let detector = self.face.as_ref().ok_or_else(|| core_error(&missing))?;
        let at = at_ms.filter(|at| at.is_finite());
        let goes_on = |last: f64| at.is_some_and(|at| at >= last);
        let mut stream = match self.stream.take() {
            Some((stream, last)) if goes_on(last) => stream,
            _ => FaceStream::new(detector.clone()),
        };
        let at = at.unwrap_or(0.0);
        let assessment = to_js(&stream.push(&frame, at));
        self.stream = Some((stream, at));
        assessment
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
