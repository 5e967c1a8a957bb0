//! Encoding of the images that are sent.

use crate::encode::{EncodeOptions, Encoded, encode};
use crate::error::CoreError;
use crate::frame::Frame;
use crate::geometry::{Quad, Rect};

/// Maximum side of a document image, pixels: 400 dpi and more for a passport page that fills it.
const DOCUMENT_MAX_SIDE: u32 = 2400;

/// Maximum bytes of a document image.
const DOCUMENT_MAX_BYTES: usize = 1_500_000;

/// Margin around the outline, as a fraction of its longer side, so that an inexact outline cuts off no text.
const MARGIN: f32 = 0.06;

/// Maximum side of a face image, pixels.
const FACE_MAX_SIDE: u32 = 1280;

/// Maximum bytes of a face image; several are sent in one request.
const FACE_MAX_BYTES: usize = 400_000;

/// Size and quality of an image that is encoded again for a slow line or a server that takes no larger one: maximum
/// side in pixels and maximum bytes, by level from 1. The smallest document shows a passport page at 260 dpi, the
/// smallest face 640 pixels: below that neither an MRZ nor a face is reliable.
const SMALLER_DOCUMENTS: [(u32, usize); 3] = [(2000, 600_000), (1600, 300_000), (1300, 160_000)];
const SMALLER_FACES: [(u32, usize); 3] = [(960, 120_000), (800, 70_000), (640, 45_000)];

/// The number of levels of [`encode_smaller`].
const SMALLER_LEVELS: usize = SMALLER_DOCUMENTS.len();

/// Encodes an image again at a level from 1 to [`SMALLER_LEVELS`]; a higher one is taken as the last.
pub(super) fn encode_smaller(frame: &Frame<'_>, is_face: bool, level: usize) -> Result<Encoded, CoreError> {
    let levels = if is_face { SMALLER_FACES } else { SMALLER_DOCUMENTS };
    let (side, bytes) = levels[level.clamp(1, SMALLER_LEVELS) - 1];
    let options = EncodeOptions {
        max_side: Some(side),
        quality: 82,
        min_quality: 60,
        max_bytes: Some(bytes),
        ..EncodeOptions::default()
    };
    encode(frame, &options)
}

/// Encodes a document image, cropped to its outline if it is known.
pub(super) fn encode_document(frame: &Frame<'_>, outline: Option<&Quad>) -> Result<Encoded, CoreError> {
    let crop = outline.map(|quad| {
        let r = quad.bounds();
        let margin = r.width.max(r.height) * MARGIN;
        let (x0, y0) = ((r.x - margin).max(0.0), (r.y - margin).max(0.0));
        let x1 = (r.x + r.width + margin).min(frame.width() as f32);
        let y1 = (r.y + r.height + margin).min(frame.height() as f32);
        Rect { x: x0, y: y0, width: (x1 - x0).max(1.0), height: (y1 - y0).max(1.0) }
    });
    let options = EncodeOptions {
        crop,
        max_width: Some(DOCUMENT_MAX_SIDE),
        max_height: Some(DOCUMENT_MAX_SIDE),
        quality: 90,
        max_bytes: Some(DOCUMENT_MAX_BYTES),
        ..EncodeOptions::default()
    };
    encode(frame, &options)
}

/// Encodes a face image of at most `budget` bytes: the whole frame, which liveness requires.
pub(super) fn encode_face(frame: &Frame<'_>, budget: usize) -> Result<Encoded, CoreError> {
    let options = EncodeOptions {
        max_width: Some(FACE_MAX_SIDE),
        max_height: Some(FACE_MAX_SIDE),
        quality: 88,
        max_bytes: Some(FACE_MAX_BYTES.min(budget)),
        ..EncodeOptions::default()
    };
    encode(frame, &options)
}
