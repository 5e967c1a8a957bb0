//! The capture pipeline: detectors, the capture in progress, and the images kept of each side.

use std::rc::Rc;

use super::assessment;
use super::detectors::Detectors;
use super::document::DocumentCapture;
use super::face::{self, FaceCapture};
use super::image;
use super::still::{Still, utc_date};
use super::target::Target;
use crate::error::CoreError;
use crate::face::FaceDetector;
use crate::frame::Frame;
use crate::inspect::SideAnalysis;
use crate::liveness::LivenessPlan;
use crate::liveness::signals::CameraInfo;
use crate::model_asset::ModelAsset;
use crate::session::{Capture, CaptureSource, FrameView, ImageRejection};
use crate::side::Side;
use crate::thresholds::Thresholds;

/// The result of a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameOutcome {
    /// For the person.
    pub view: FrameView,
    /// A still, where the frame was the last that it took.
    pub capture: Option<Capture>,
}

/// The capture in progress.
enum Running {
    Nothing,
    Document(Box<DocumentCapture>),
    Face(Box<FaceCapture>),
}

/// Detectors, the best frames, and the images encoded from them.
pub struct Pipeline {
    thresholds: Thresholds,
    detectors: Detectors,
    running: Running,
    encoded_images: [Vec<Rc<[u8]>>; 3],
    /// The analysis of the front, to compare the back with.
    front: Option<Rc<SideAnalysis>>,
    /// Captures started of each side since its images were dropped.
    attempts: [u32; 3],
}

impl Pipeline {
    /// A pipeline that decides by these thresholds.
    pub fn new(thresholds: Thresholds) -> Self {
        Self {
            thresholds,
            detectors: Detectors::default(),
            running: Running::Nothing,
            encoded_images: Default::default(),
            front: None,
            attempts: [0; 3],
        }
    }

    /// Sets the face detector.
    pub(super) fn set_face_detector(&mut self, detector: FaceDetector) {
        self.detectors.take_face(detector);
    }

    /// The face capture in progress.
    pub(super) fn face_capture(&self) -> Option<&FaceCapture> {
        match &self.running {
            Running::Face(capture) => Some(capture),
            Running::Nothing | Running::Document(_) => None,
        }
    }

    /// Takes a model asset.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`].
    pub fn load_model(&mut self, model: ModelAsset, bytes: &[u8]) -> Result<(), CoreError> {
        self.detectors.load(model, bytes)
    }

    /// Begins a capture: what was kept of an earlier one of the same side is let go.
    pub fn begin(&mut self, target: Target) {
        self.encoded_images[slot(target.side)].clear();
        let attempt = self.attempts[slot(target.side)];
        self.attempts[slot(target.side)] = attempt.saturating_add(1);
        self.running = match target.side {
            Side::Front | Side::Back => {
                Running::Document(Box::new(DocumentCapture::new(target, self.before(target.side), attempt)))
            }
            Side::Liveness => Running::Face(Box::new(FaceCapture::new(LivenessPlan::default(), &self.thresholds))),
        };
    }

    /// Begins a capture of the person's face by a plan.
    pub fn begin_liveness(&mut self, plan: LivenessPlan) {
        self.encoded_images[slot(Side::Liveness)].clear();
        self.running = Running::Face(Box::new(FaceCapture::new(plan, &self.thresholds)));
    }

    /// Takes what the page knows of the camera that was opened.
    pub fn set_camera(&mut self, camera: CameraInfo) {
        if let Running::Face(capture) = &mut self.running {
            capture.set_camera(camera);
        }
    }

    /// Takes a camera frame. `now_ms`: milliseconds since 1970-01-01 UTC.
    pub fn push(&mut self, frame: &Frame<'_>, now_ms: f64) -> FrameOutcome {
        let (view, taken) = match &mut self.running {
            Running::Nothing => (FrameView::default(), None),
            Running::Document(capture) => capture.push(frame, now_ms, &self.detectors, &self.thresholds),
            Running::Face(capture) => capture.push(frame, now_ms, &self.detectors, &self.thresholds),
        };
        FrameOutcome { view, capture: taken.map(|taken| self.keep(taken)) }
    }

    /// Takes the newest frame as it is; `None` where there is none, or no face where there must be one.
    pub fn capture_now(&mut self, now_ms: f64) -> Option<Result<Capture, ImageRejection>> {
        let taken = match &mut self.running {
            Running::Nothing => None,
            Running::Document(capture) => capture.capture_manually(now_ms, &self.detectors, &self.thresholds),
            Running::Face(capture) => capture.capture_manually().map(Ok),
        }?;
        Some(taken.map(|taken| self.keep(taken)))
    }

    /// Takes an image file that the person chose.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn load_image(&mut self, frame: &Frame<'_>, target: Target, now_ms: f64) -> Result<Capture, ImageRejection> {
        let taken = match target.side {
            Side::Front | Side::Back => {
                let before = self.before(target.side);
                assessment::assess(
                    frame,
                    target,
                    CaptureSource::File,
                    utc_date(now_ms),
                    before.as_deref(),
                    &self.detectors,
                    &self.thresholds,
                )?
            }
            Side::Liveness => {
                face::assess_file(frame, &self.detectors, &self.thresholds)?.ok_or(ImageRejection::NoFace)?
            }
        };
        Ok(self.keep(taken))
    }

    /// The side that was taken before this one.
    fn before(&self, side: Side) -> Option<Rc<SideAnalysis>> {
        self.front.clone().filter(|_| side == Side::Back)
    }

    /// Returns the encoded images of a side (JPEG), best first.
    pub fn encoded_images(&self, side: Side) -> &[Rc<[u8]>] {
        &self.encoded_images[slot(side)]
    }

    /// Replaces an encoded image by a smaller one of these pixels. Returns the width and height of the new image, or
    /// `None` if it would not be smaller, or there is no such image.
    ///
    /// # Errors
    /// As [`crate::encode::encode`].
    pub fn replace_by_smaller(
        &mut self,
        side: Side,
        index: usize,
        frame: &Frame<'_>,
        level: usize,
    ) -> Result<Option<(u32, u32)>, CoreError> {
        let Some(slot) = self.encoded_images[slot(side)].get_mut(index) else { return Ok(None) };
        let smaller = image::encode_smaller(frame, side == Side::Liveness, level)?;
        if smaller.bytes.len() >= slot.len() {
            return Ok(None);
        }
        *slot = smaller.bytes.into();
        Ok(Some((smaller.width, smaller.height)))
    }

    /// Drops the encoded images of a side.
    pub fn forget(&mut self, side: Side) {
        self.encoded_images[slot(side)].clear();
        self.attempts[slot(side)] = 0;
    }

    /// Keeps the encoded images of a still and ends the capture: its frames are freed.
    fn keep(&mut self, taken: Still) -> Capture {
        let side = taken.capture.report.side;
        self.encoded_images[slot(side)] = taken.encoded_images;
        if side == Side::Front {
            self.front = taken.side.map(Rc::new);
        }
        self.running = Running::Nothing;
        taken.capture
    }
}

fn slot(side: Side) -> usize {
    match side {
        Side::Front => 0,
        Side::Back => 1,
        Side::Liveness => 2,
    }
}
