//! Conversions between pixels of a frame and fractions of its width and height.

use super::target::Target;
use crate::frame::Frame;
use crate::geometry::{Point, Quad, Rect};
use crate::guide::{Guide, guide};
use crate::session::{SharePoint, ShareRect};

/// The guide of a target in the frame's pixels.
pub(super) fn guide_rect(target: Target, frame: &Frame<'_>) -> Rect {
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    let Guide { x, y, width: w, height: h, .. } =
        guide(target.side, target.kind, frame.width() as u32, frame.height() as u32);
    Rect { x: x * width, y: y * height, width: w * width, height: h * height }
}

pub(super) fn relative_point(p: Point, frame: &Frame<'_>) -> SharePoint {
    SharePoint { x: p.x / frame.width() as f32, y: p.y / frame.height() as f32 }
}

pub(super) fn relative_quad(quad: &Quad, frame: &Frame<'_>) -> [SharePoint; 4] {
    quad.0.map(|p| relative_point(p, frame))
}

pub(super) fn relative_rect(r: Rect, frame: &Frame<'_>) -> ShareRect {
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    ShareRect { x: r.x / width, y: r.y / height, width: r.width / width, height: r.height / height }
}
