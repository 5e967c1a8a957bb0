//! What sees: the readers and finders whose weights are loaded by the step that needs them.

use crate::core::error::CoreError;
use crate::core::face::{Face, FaceDetector};
use crate::core::frame::Frame;
use crate::core::geometry::{Quad, Rect};
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
    face: Option<FaceDetector>,
}

impl Detectors {
    pub(super) fn load(&mut self, model: Model, bytes: &[u8]) -> Result<(), CoreError> {
        match model {
            Model::Mrz => {}
            Model::Face => self.face = Some(FaceDetector::from_bytes(bytes)?),
        }
        Ok(())
    }

    /// The zone in a frame; `None` without one, or without the reader.
    pub(super) fn read_zone(&self, _frame: &Frame<'_>, _today: Date) -> Option<Zone> {
        None
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
