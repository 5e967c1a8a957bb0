//! The part of the flow that owns pixels: frames and files in; stills, their reports and their encoded pictures out.

use std::rc::Rc;

use crate::core::encode::{EncodeOptions, Encoded, Image, decode, encode};
use crate::core::error::CoreError;
use crate::core::frame::{Frame, PixelFormat};
use crate::core::session::{Capture, CaptureReport, CaptureSource, DocumentType, FrameView, Model, Side};

/// Longest side of a document's picture, pixels: 300 dpi and more for a passport's data page that fills it.
const DOCUMENT_MAX_SIDE: u32 = 2400;

/// Most bytes of a document's picture.
const DOCUMENT_MAX_BYTES: usize = 1_500_000;

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

/// Detectors, the frames that matter, and the pictures made of them.
#[derive(Default)]
pub struct Pipeline {
    target: Option<Target>,
    latest: Option<Image>,
    pictures: [Vec<Rc<[u8]>>; 3],
}

impl Pipeline {
    /// A pipeline.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a model asset.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`].
    pub fn load_model(&mut self, _model: Model, _bytes: &[u8]) -> Result<(), CoreError> {
        Ok(())
    }

    /// Begins a capture: what was kept of an earlier one of the same side is let go.
    pub fn begin(&mut self, target: Target) {
        self.target = Some(target);
        self.latest = None;
        self.pictures[slot(target.side)].clear();
    }

    /// Takes a camera frame.
    pub fn push(&mut self, frame: &Frame<'_>, _now_ms: f64) -> Seen {
        if frame.format() == PixelFormat::Rgba {
            keep(&mut self.latest, frame);
        }
        Seen { view: FrameView::default(), capture: None }
    }

    /// Takes the newest frame as it is; `None` where there is none.
    pub fn capture_now(&mut self, _now_ms: f64) -> Option<Capture> {
        let target = self.target?;
        let image = self.latest.take()?;
        let capture = self.make(&image, target, CaptureSource::Manual).ok();
        self.latest = Some(image);
        capture
    }

    /// Takes an image file.
    ///
    /// # Errors
    /// What is wrong with the file; `Ok(None)` where it lacks the face that it must have.
    pub fn load_file(&mut self, bytes: &[u8], target: Target, _now_ms: f64) -> Result<Option<Capture>, CoreError> {
        let image = decode(bytes)?;
        if target.side == Side::Liveness {
            return Ok(None);
        }
        self.make(&image, target, CaptureSource::File).map(Some)
    }

    /// Encoded pictures of a side (JPEG), best first.
    pub fn pictures(&self, side: Side) -> &[Rc<[u8]>] {
        &self.pictures[slot(side)]
    }

    /// Lets the pictures of a side go.
    pub fn forget(&mut self, side: Side) {
        self.pictures[slot(side)].clear();
    }

    fn make(&mut self, image: &Image, target: Target, source: CaptureSource) -> Result<Capture, CoreError> {
        let encoded = document_picture(&image.frame()?)?;
        let report = CaptureReport {
            side: target.side,
            source,
            width: encoded.width,
            height: encoded.height,
            bytes: encoded.bytes.len() as u32,
            images: 1,
            elapsed_ms: None,
            checks: Vec::new(),
            warnings: Vec::new(),
        };
        self.pictures[slot(target.side)] = vec![encoded.bytes.into()];
        Ok(Capture { document: None, report })
    }
}

fn slot(side: Side) -> usize {
    match side {
        Side::Front => 0,
        Side::Back => 1,
        Side::Liveness => 2,
    }
}

/// Copies a frame into a buffer that is used again and again.
fn keep(slot: &mut Option<Image>, frame: &Frame<'_>) {
    let image = slot.get_or_insert_with(|| Image { data: Vec::new(), width: 0, height: 0 });
    image.data.clear();
    image.data.extend_from_slice(frame.data());
    (image.width, image.height) = (frame.width() as u32, frame.height() as u32);
}

fn document_picture(frame: &Frame<'_>) -> Result<Encoded, CoreError> {
    let options = EncodeOptions {
        max_width: Some(DOCUMENT_MAX_SIDE),
        max_height: Some(DOCUMENT_MAX_SIDE),
        quality: 90,
        max_bytes: Some(DOCUMENT_MAX_BYTES),
        ..EncodeOptions::default()
    };
    encode(frame, &options)
}
