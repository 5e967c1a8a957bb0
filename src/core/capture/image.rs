//! From the chosen pixels to the file that is sent.

use crate::encode::{EncodeOptions, Encoded, encode};
use crate::error::CoreError;
use crate::frame::Frame;
use crate::geometry::{Quad, Rect};

/// Longest side of a document's picture, pixels: 400 dpi and more for a passport's data page that fills it.
const DOCUMENT_MAX_SIDE: u32 = 2400;

/// Most bytes of a document's picture.
const DOCUMENT_MAX_BYTES: usize = 1_500_000;

/// What is left around a document's outline, as a share of its longer side: an outline that is off by a little must not
/// cost a line of text.
const MARGIN: f32 = 0.06;

/// Longest side of a face's picture, pixels.
const FACE_MAX_SIDE: u32 = 1280;

/// Most bytes of a face's picture; several go in one request.
const FACE_MAX_BYTES: usize = 400_000;

/// A document's picture: its surroundings cut off where its outline is known.
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

/// A face's picture of at most so many bytes: the whole frame, which liveness looks at.
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
