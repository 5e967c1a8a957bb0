//! Document detection: the outline ([`find_document`]), the rectified image ([`rectify`]), and the automatic capture
//! ([`trigger`]).

mod edges;
mod find;
mod finger_occlusion;
mod fit;
mod hypotheses;
mod lines;
mod outline;
pub mod track;
pub mod trigger;

use crate::encode::{Image, warp};
use crate::frame::Frame;
use crate::geometry::Quad;

pub use find::find_document;
pub use finger_occlusion::finger_occlusion_ratio;
pub(crate) use outline::MM_PER_INCH;
pub use outline::{DocumentQuad, DocumentSize};

/// Rectifies the document to its true aspect ratio at the resolution of the frame. Returns `None` if the outline is
/// not convex or smaller than 8 pixels.
pub fn rectify(frame: &Frame<'_>, quad: &Quad, size: DocumentSize) -> Option<Image> {
    let (w, h) = size.millimetres();
    let p = &quad.0;
    let across = p[0].distance(p[1]).max(p[3].distance(p[2])) / w;
    let down = p[0].distance(p[3]).max(p[1].distance(p[2])) / h;
    let px_per_mm = across.max(down);
    warp(frame, quad, Some(((w * px_per_mm).round() as u32, (h * px_per_mm).round() as u32)))
}
