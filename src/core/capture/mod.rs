//! The part of the flow that owns pixels: frames and files in; stills, their reports and their encoded pictures out.
//!
//! A frame comes in once. [`document`] and [`face`] measure it, the gate decides whether it is the best so far, and only a
//! best frame is copied. The pictures are encoded here, so that pixels never leave.

mod detectors;
mod document;
mod face;
mod face_stream;
mod judge;
mod picture;

pub use face_stream::{FaceAssessment, FaceStream};

use std::rc::Rc;

use crate::document_type::DocumentType;
use crate::encode::Image;
use crate::error::CoreError;
use crate::frame::{Frame, PixelFormat};
use crate::geometry::{Point, Quad, Rect};
use crate::guide::{Guide, guide};
use crate::liveness::LivenessPlan;
use crate::liveness::signals::CameraFacts;
use crate::model_asset::ModelAsset;
use crate::mrz::Date;
use crate::session::{Capture, CaptureSource, FrameView, Refusal, SharePoint, ShareRect};
use crate::side::Side;
use crate::thresholds::Thresholds;

use detectors::Detectors;
use document::DocumentCapture;
use face::FaceCapture;
use judge::KeptSide;

/// What is to be captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Which side.
    pub side: Side,
    /// Of which document, where it is known.
    pub kind: Option<DocumentType>,
}

/// What a frame brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// For the person.
    pub view: FrameView,
    /// A still, where the frame was the last that it took.
    pub capture: Option<Capture>,
}

/// A still with its encoded pictures, best first.
struct Taken {
    capture: Capture,
    pictures: Vec<Rc<[u8]>>,
    side: Option<KeptSide>,
}

/// What is under way.
enum Running {
    Nothing,
    Document(Box<DocumentCapture>),
    Face(Box<FaceCapture>),
}

/// Detectors, the frames that matter, and the pictures made of them.
pub struct Pipeline {
    thresholds: Thresholds,
    detectors: Detectors,
    running: Running,
    pictures: [Vec<Rc<[u8]>>; 3],
    /// What the front showed, for the back to be held against.
    front: Option<Rc<KeptSide>>,
    /// Captures that were begun of each side since its picture was let go.
    attempts: [u32; 3],
}

impl Pipeline {
    /// A pipeline that decides by these thresholds.
    pub fn new(thresholds: Thresholds) -> Self {
        Self {
            thresholds,
            detectors: Detectors::default(),
            running: Running::Nothing,
            pictures: Default::default(),
            front: None,
            attempts: [0; 3],
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
        self.pictures[slot(target.side)].clear();
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
        self.pictures[slot(Side::Liveness)].clear();
        self.running = Running::Face(Box::new(FaceCapture::new(plan, &self.thresholds)));
    }

    /// Takes what the page knows of the camera that was opened.
    pub fn set_camera(&mut self, camera: CameraFacts) {
        if let Running::Face(capture) = &mut self.running {
            capture.set_camera(camera);
        }
    }

    /// Takes a camera frame. `now_ms`: milliseconds since 1970-01-01 UTC.
    pub fn push(&mut self, frame: &Frame<'_>, now_ms: f64) -> Seen {
        let (view, taken) = match &mut self.running {
            Running::Nothing => (FrameView::default(), None),
            Running::Document(capture) => capture.push(frame, now_ms, &self.detectors, &self.thresholds),
            Running::Face(capture) => capture.push(frame, now_ms, &self.detectors, &self.thresholds),
        };
        Seen { view, capture: taken.map(|taken| self.keep(taken)) }
    }

    /// Takes the newest frame as it is; `None` where there is none, or no face where there must be one.
    pub fn capture_now(&mut self, now_ms: f64) -> Option<Result<Capture, Refusal>> {
        let taken = match &mut self.running {
            Running::Nothing => None,
            Running::Document(capture) => capture.take_now(now_ms, &self.detectors, &self.thresholds),
            Running::Face(capture) => capture.take_now().map(Ok),
        }?;
        Some(taken.map(|taken| self.keep(taken)))
    }

    /// Takes a picture that somebody chose.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn load_image(&mut self, frame: &Frame<'_>, target: Target, now_ms: f64) -> Result<Capture, Refusal> {
        let taken = match target.side {
            Side::Front | Side::Back => {
                let before = self.before(target.side);
                judge::judge(
                    frame,
                    target,
                    CaptureSource::File,
                    day(now_ms),
                    before.as_deref(),
                    &self.detectors,
                    &self.thresholds,
                )?
            }
            Side::Liveness => face::judge_file(frame, &self.detectors, &self.thresholds)?.ok_or(Refusal::NoFace)?,
        };
        Ok(self.keep(taken))
    }

    /// The side that was taken before this one.
    fn before(&self, side: Side) -> Option<Rc<KeptSide>> {
        self.front.clone().filter(|_| side == Side::Back)
    }

    /// Encoded pictures of a side (JPEG), best first.
    pub fn pictures(&self, side: Side) -> &[Rc<[u8]>] {
        &self.pictures[slot(side)]
    }

    /// Lets the pictures of a side go.
    pub fn forget(&mut self, side: Side) {
        self.pictures[slot(side)].clear();
        self.attempts[slot(side)] = 0;
    }

    /// Keeps the pictures of a still and ends the capture: its frames are freed.
    fn keep(&mut self, taken: Taken) -> Capture {
        let side = taken.capture.report.side;
        self.pictures[slot(side)] = taken.pictures;
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

/// The day of a moment. Where a clock says nothing sensible it is 1970, by which nothing has expired.
fn day(now_ms: f64) -> Date {
    const EPOCH: (u16, u8, u8) = (1970, 1, 1);
    Date::from_unix_seconds((now_ms / 1000.0) as i64)
        .or_else(|| Date::new(EPOCH.0, EPOCH.1, EPOCH.2))
        .expect("the first of January 1970 is a day")
}

/// Copies a frame into a buffer that is used again and again.
fn copy_into(slot: &mut Option<Image>, frame: &Frame<'_>) {
    let image = slot.get_or_insert_with(|| Image { data: Vec::new(), width: 0, height: 0 });
    image.data.clear();
    match frame.format() {
        PixelFormat::Rgba => image.data.extend_from_slice(frame.data()),
        PixelFormat::Luma => image.data.extend(frame.data().iter().flat_map(|v| [*v, *v, *v, 255])),
    }
    (image.width, image.height) = (frame.width() as u32, frame.height() as u32);
}

/// The guide of a target in the frame's pixels.
fn guide_px(target: Target, frame: &Frame<'_>) -> Rect {
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    let Guide { x, y, width: w, height: h, .. } =
        guide(target.side, target.kind, frame.width() as u32, frame.height() as u32);
    Rect { x: x * width, y: y * height, width: w * width, height: h * height }
}

fn share_point(p: Point, frame: &Frame<'_>) -> SharePoint {
    SharePoint { x: p.x / frame.width() as f32, y: p.y / frame.height() as f32 }
}

fn share_quad(quad: &Quad, frame: &Frame<'_>) -> [SharePoint; 4] {
    quad.0.map(|p| share_point(p, frame))
}

fn share_rect(r: Rect, frame: &Frame<'_>) -> ShareRect {
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    ShareRect { x: r.x / width, y: r.y / height, width: r.width / width, height: r.height / height }
}
