//! What sees: the readers and finders whose weights are loaded by the step that needs them.

use super::zone;
use crate::core::document::{DocumentQuad, DocumentSize};
use crate::core::error::CoreError;
use crate::core::face::{Face, FaceDetector};
use crate::core::frame::Frame;
use crate::core::geometry::{Quad, Rect};
use crate::core::mrz::recognise::Recogniser;
use crate::core::mrz::{Date, MrzDocument};
use crate::core::session::Model;

/// A zone as a frame shows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Zone {
    pub document: MrzDocument,
    /// The lines, in the frame's pixels.
    pub quads: Vec<Quad>,
}

/// The detectors that are there.
#[derive(Default)]
pub(super) struct Detectors {
    mrz: Option<Recogniser>,
    face: Option<FaceDetector>,
}

impl Detectors {
    pub(super) fn load(&mut self, model: Model, bytes: &[u8]) -> Result<(), CoreError> {
        match model {
            Model::Mrz => self.mrz = Some(Recogniser::from_bytes(bytes)?),
            Model::Face => self.face = Some(FaceDetector::from_bytes(bytes)?),
        }
        Ok(())
    }

    /// The zone of a document in a frame; `None` without one, or without the reader. Where no outline is known, the document
    /// is taken to fill the frame, as in a scan.
    pub(super) fn read_zone(&self, frame: &Frame<'_>, document: Option<&DocumentQuad>, today: Date) -> Option<Zone> {
        let recogniser = self.mrz.as_ref()?;
        if let Some(document) = document {
            return zone::read(frame, &document.quad, document.size, recogniser, today);
        }
        let (width, height) = (frame.width() as f32, frame.height() as f32);
        let whole = Quad::from_rect(Rect { x: 0.0, y: 0.0, width, height });
        [DocumentSize::Id3, DocumentSize::Id1]
            .into_iter()
            .find_map(|size| zone::read(frame, &whole, size, recogniser, today))
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
