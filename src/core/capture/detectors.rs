//! The detectors, whose weights are loaded by the step that needs them.

use std::cell::OnceCell;

use crate::barcode::pdf417::Pdf417Reader;
use crate::document::DocumentQuad;
use crate::error::CoreError;
use crate::face::{Face, FaceDetector};
use crate::frame::Frame;
use crate::geometry::Rect;
use crate::inspect::{self, BarcodeReading};
use crate::liveness::track::{FaceTracker, TrackedFaces};
use crate::model_asset::ModelAsset;
use crate::mrz::{MrzHypothesis, MrzReader};

/// The detectors that are loaded.
#[derive(Default)]
pub(super) struct Detectors {
    mrz: Option<MrzReader>,
    face: Option<FaceDetector>,
    barcode: OnceCell<Pdf417Reader>,
}

impl Detectors {
    pub(super) fn load(&mut self, model: ModelAsset, bytes: &[u8]) -> Result<(), CoreError> {
        match model {
            ModelAsset::Mrz => self.mrz = Some(MrzReader::from_bytes(bytes)?),
            ModelAsset::Face => self.face = Some(FaceDetector::from_bytes(bytes)?),
        }
        Ok(())
    }

    /// Takes a finder of faces.
    pub(super) fn take_face(&mut self, detector: FaceDetector) {
        self.face = Some(detector);
    }

    /// Detects the MRZ in the outline, or in the whole frame without one. Returns `None` without an MRZ or without the
    /// model.
    pub(super) fn detect_mrz(&self, frame: &Frame<'_>, document: Option<&DocumentQuad>) -> Option<MrzHypothesis> {
        let reader = self.mrz.as_ref()?;
        match document {
            Some(document) => reader.detect_in_roi(frame, document.quad.bounds()),
            None => reader.detect(frame),
        }
    }

    /// The barcode in a frame.
    pub(super) fn barcode(&self, frame: &Frame<'_>, document: Option<&DocumentQuad>) -> Option<BarcodeReading> {
        inspect::read_barcode(self.barcode.get_or_init(Pdf417Reader::new), frame, &|| document.copied())
    }

    /// Finds the holder's portrait in a single image at any rotation; `None` without the detector.
    pub(super) fn portrait(&self, frame: &Frame<'_>, document: Option<&DocumentQuad>) -> Option<Face> {
        let detector = self.face.as_ref()?;
        let part = document.map_or(frame.bounds(), |d| d.quad.bounds());
        inspect::find_portrait(detector, frame, part)
            .or_else(|| inspect::find_rotated_portrait(detector, frame, document?))
    }

    /// What a frame of a stream shows of the person; nothing without the finder.
    pub(super) fn follow(&self, tracker: &mut FaceTracker, frame: &Frame<'_>, now_ms: f64) -> TrackedFaces {
        self.face.as_ref().map(|detector| tracker.push(frame, detector, now_ms)).unwrap_or_default()
    }

    /// Whether a portrait is in a part of a frame, by one run of the network; `None` without the detector.
    pub(super) fn shows_face(&self, frame: &Frame<'_>, part: Rect) -> Option<bool> {
        Some(!self.face.as_ref()?.find_in(frame, part).is_empty())
    }

    /// Whether MRZs can be read.
    pub(super) fn reads_mrz(&self) -> bool {
        self.mrz.is_some()
    }

    /// Whether faces can be found.
    pub(super) fn finds_faces(&self) -> bool {
        self.face.is_some()
    }

    /// The faces in a frame, best first; none without the finder.
    pub(super) fn faces(&self, frame: &Frame<'_>) -> Vec<Face> {
        self.face.as_ref().map(|detector| detector.detect(frame)).unwrap_or_default()
    }
}
