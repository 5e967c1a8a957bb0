//! What sees: the readers and finders whose weights are loaded by the step that needs them.

use crate::core::document::DocumentQuad;
use crate::core::error::CoreError;
use crate::core::face::{Face, FaceDetector};
use crate::core::frame::Frame;
use crate::core::geometry::Rect;
use crate::core::mrz::{Evidence, MrzReader};
use crate::core::session::Model;

/// The detectors that are there.
#[derive(Default)]
pub(super) struct Detectors {
    mrz: Option<MrzReader>,
    face: Option<FaceDetector>,
}

impl Detectors {
    pub(super) fn load(&mut self, model: Model, bytes: &[u8]) -> Result<(), CoreError> {
        match model {
            Model::Mrz => self.mrz = Some(MrzReader::from_bytes(bytes)?),
            Model::Face => self.face = Some(FaceDetector::from_bytes(bytes)?),
        }
        Ok(())
    }

    /// What a frame tells of a document's zone; `None` without a sign of one, or without the reader. Where no outline is known,
    /// it is looked for in the whole frame.
    pub(super) fn look_for_zone(&self, frame: &Frame<'_>, document: Option<&DocumentQuad>) -> Option<Evidence> {
        let reader = self.mrz.as_ref()?;
        match document {
            Some(document) => reader.look_in(frame, document.quad.bounds()),
            None => reader.look(frame),
        }
    }

    /// The faces in a part of a frame, best first; none without the finder.
    pub(super) fn faces(&self, frame: &Frame<'_>, part: Option<Rect>) -> Vec<Face> {
        match (&self.face, part) {
            (Some(detector), Some(part)) => detector.detect_in(frame, part),
            (Some(detector), None) => detector.detect(frame),
            (None, _) => Vec::new(),
        }
    }
}
