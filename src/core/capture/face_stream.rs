//! A stream of a face, judged frame by frame as a capture judges it, for pages that have their own camera.

use serde::Serialize;

use super::pipeline::Pipeline;
use crate::check::Check;
use crate::face::{Face, FaceDetector};
use crate::frame::Frame;
use crate::guidance::GuidanceCode;
use crate::liveness::LivenessPlan;
use crate::thresholds::Thresholds;

/// The quality of a frame of a face.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FaceAssessment {
    /// Hint for a better frame; `capturing` if there is nothing to improve.
    #[cfg_attr(feature = "schema", schemars(with = "crate::guidance::GuidanceCode"))]
    pub guidance: &'static str,
    /// The tracked face.
    pub face: Option<Face>,
    /// Every check with its raw value, score and threshold; empty without a face.
    pub checks: Vec<Check>,
}

/// A passive capture that is forbidden over.
pub struct FaceStream(Pipeline);

impl FaceStream {
    /// A stream that begins.
    pub fn new(detector: FaceDetector) -> Self {
        let mut thresholds = Thresholds::default();
        thresholds.liveness.window_ms = f64::INFINITY;
        let mut pipeline = Pipeline::new(thresholds);
        pipeline.set_face_detector(detector);
        pipeline.begin_liveness(LivenessPlan::default());
        Self(pipeline)
    }

    /// Takes the next frame. `now_ms`: any clock's milliseconds that do not run backwards.
    pub fn push(&mut self, frame: &Frame<'_>, now_ms: f64) -> FaceAssessment {
        let outcome = self.0.push(frame, now_ms);
        let newest =
            self.0.face_capture().filter(|_| outcome.view.overlay.face.is_some()).and_then(|capture| capture.newest());
        let (face, checks) = newest.map_or((None, Vec::new()), |(face, checks)| (Some(face), checks.to_vec()));
        FaceAssessment { guidance: outcome.view.guidance.unwrap_or(GuidanceCode::Capturing).as_str(), face, checks }
    }
}
