//! Reading, checking and measuring single images, with the models that this needs: what a page or a host uses without a
//! capture.

use crate::barcode::pdf417::Pdf417Reader;
use crate::capture::{FaceAssessment, FaceStream};
use crate::date::Date;
use crate::document::find_document;
use crate::document_type::DocumentType;
use crate::error::CoreError;
use crate::face::{Face, FaceDetector};
use crate::frame::Frame;
use crate::inspect::checks::{DocumentCheck, Sides, check};
use crate::inspect::{self, BarcodeReading, Detectors, SideAnalysis};
use crate::liveness::FaceQuality;
use crate::model_asset::ModelAsset;
use crate::mrz::{MrzReader, MrzReading};
use crate::numeric::sort_by_key;
use crate::side::Side;

/// The readers and detectors of a host, and what they keep between calls: the analysed sides until they are checked,
/// and the stream of faces that is assessed.
#[derive(Default)]
pub struct Tools {
    face: Option<FaceDetector>,
    mrz: Option<MrzReader>,
    barcode: Option<Pdf417Reader>,
    stream: Option<AssessedStream>,
    front: Option<SideAnalysis>,
    back: Option<SideAnalysis>,
}

/// A stream of faces and the time of its last frame, milliseconds.
struct AssessedStream {
    stream: FaceStream,
    last_ms: f64,
}

impl Tools {
    /// Loads the weights of a model.
    ///
    /// # Errors
    /// `model_invalid`.
    pub fn load_model(&mut self, model: ModelAsset, weights: &[u8]) -> Result<(), CoreError> {
        match model {
            ModelAsset::Mrz => self.mrz = Some(MrzReader::from_bytes(weights)?),
            ModelAsset::Face => self.face = Some(FaceDetector::from_bytes(weights)?),
        }
        Ok(())
    }

    /// Returns whether a model is loaded.
    pub fn has_model(&self, model: ModelAsset) -> bool {
        match model {
            ModelAsset::Mrz => self.mrz.is_some(),
            ModelAsset::Face => self.face.is_some(),
        }
    }

    /// Reads the MRZ of an image; `None` without one. `today`: for centuries.
    ///
    /// # Errors
    /// `model_missing`.
    pub fn read_mrz(&self, frame: &Frame<'_>, today: Date) -> Result<Option<MrzReading>, CoreError> {
        Ok(self.mrz.as_ref().ok_or(missing(ModelAsset::Mrz))?.read(frame, today))
    }

    /// Reads the PDF417 symbol of an image; `None` without one.
    pub fn read_barcode(&mut self, frame: &Frame<'_>) -> Option<BarcodeReading> {
        let reader = self.barcode.get_or_insert_with(Pdf417Reader::new);
        inspect::read_barcode(reader, frame, &|| find_document(frame))
    }

    /// Reads all PDF417 symbols of an image, at most 32.
    pub fn read_barcodes(&mut self, frame: &Frame<'_>) -> Vec<BarcodeReading> {
        let reader = self.barcode.get_or_insert_with(Pdf417Reader::new);
        reader.read_all(&frame.to_luma()).into_iter().map(BarcodeReading::from).collect()
    }

    /// Analyses the front or the back of a document, and keeps the result for [`Self::check_sides`].
    ///
    /// # Errors
    /// `model_missing`.
    pub fn inspect_side(&mut self, frame: &Frame<'_>, side: Side, today: Date) -> Result<&SideAnalysis, CoreError> {
        let detectors = Detectors {
            mrz: Some(self.mrz.as_ref().ok_or(missing(ModelAsset::Mrz))?),
            face: Some(self.face.as_ref().ok_or(missing(ModelAsset::Face))?),
            barcode: Some(self.barcode.get_or_insert_with(Pdf417Reader::new)),
        };
        let analysis = inspect::analyse_side(frame, &detectors, today);
        let kept = if side == Side::Back { &mut self.back } else { &mut self.front };
        Ok(kept.insert(analysis))
    }

    /// Returns every check of the analysed sides and drops them.
    pub fn check_sides(&mut self, document_type: Option<DocumentType>, today: Date) -> Vec<DocumentCheck> {
        let (front, back) = (self.front.take(), self.back.take());
        check(Sides { front: front.as_ref(), back: back.as_ref() }, document_type, today, true)
    }

    /// Detects the faces of an image, the best first.
    ///
    /// # Errors
    /// `model_missing`.
    pub fn detect_faces(&self, frame: &Frame<'_>) -> Result<Vec<Face>, CoreError> {
        Ok(self.face_detector()?.detect(frame))
    }

    /// Measures the quality of the largest face of an image; `None` without one.
    ///
    /// # Errors
    /// `model_missing`.
    pub fn face_quality(&self, frame: &Frame<'_>) -> Result<Option<FaceQuality>, CoreError> {
        let mut faces = self.face_detector()?.detect(frame);
        sort_by_key(&mut faces, |face| -face.bounds.area());
        Ok(FaceQuality::measure(frame, &faces, None))
    }

    /// Assesses the next frame of a stream of faces, as a capture would. `at_ms`: when it was taken; without it, or if
    /// it lies before the last frame's, a new stream begins.
    ///
    /// # Errors
    /// `model_missing`.
    pub fn assess_face(&mut self, frame: &Frame<'_>, at_ms: Option<f64>) -> Result<FaceAssessment, CoreError> {
        let at_ms = at_ms.filter(|at| at.is_finite());
        let continued = self.stream.take().filter(|known| at_ms.is_some_and(|at| at >= known.last_ms));
        let mut stream = match continued {
            Some(known) => known.stream,
            None => FaceStream::new(self.face_detector()?.clone()),
        };
        let last_ms = at_ms.unwrap_or(0.0);
        let assessment = stream.push(frame, last_ms);
        self.stream = Some(AssessedStream { stream, last_ms });
        Ok(assessment)
    }

    fn face_detector(&self) -> Result<&FaceDetector, CoreError> {
        self.face.as_ref().ok_or(missing(ModelAsset::Face))
    }
}

fn missing(model: ModelAsset) -> CoreError {
    CoreError::ModelMissing { model: model.as_str() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_model_that_is_missing() {
        let mut tools = Tools::default();
        let pixels = vec![200; 64 * 48 * 4];
        let frame = Frame::rgba(&pixels, 64, 48).unwrap();
        let today = Date::new(2026, 1, 1).unwrap();
        assert_eq!(tools.read_mrz(&frame, today), Err(CoreError::ModelMissing { model: "mrz" }));
        assert_eq!(tools.detect_faces(&frame), Err(CoreError::ModelMissing { model: "face" }));
        assert_eq!(tools.face_quality(&frame), Err(CoreError::ModelMissing { model: "face" }));
        assert!(tools.inspect_side(&frame, Side::Front, today).is_err());
        assert!(tools.assess_face(&frame, Some(1.0)).is_err());
        assert_eq!(tools.read_barcode(&frame), None);
        assert!(!tools.has_model(ModelAsset::Mrz) && !tools.has_model(ModelAsset::Face));
        assert!(tools.load_model(ModelAsset::Mrz, b"no weights").is_err());
    }
}
