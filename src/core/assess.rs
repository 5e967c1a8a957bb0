//! Assessment of a single document image, for pages with a capture flow of their own.

use serde::Serialize;

use crate::analyse::{DocumentMetrics, ExpectedSide, guide_dpi};
use crate::check::Check;
use crate::document::{DocumentQuad, DocumentSize};
use crate::document_type::DocumentType;
use crate::frame::Frame;
use crate::geometry::Rect;
use crate::guidance;
use crate::guide::{GuideShape, guide};
use crate::side::Side;
use crate::thresholds::DocumentThresholds;

/// The quality of a document image.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    /// The detected document.
    pub document: Option<DocumentQuad>,
    /// Hint for a better image; `capturing` if there is nothing to improve.
    #[cfg_attr(feature = "schema", schemars(with = "crate::guidance::GuidanceCode"))]
    pub guidance: &'static str,
    /// Every check with its raw value, score and threshold.
    pub checks: Vec<Check>,
}

/// Assesses a single frame for a document of this kind: what is in the guide, and the image quality. Motion cannot be
/// measured in one frame and is left out.
pub fn assess(frame: &Frame<'_>, kind: Option<DocumentType>, thresholds: &DocumentThresholds) -> Assessment {
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    let g = guide(Side::Front, kind, frame.width() as u32, frame.height() as u32);
    let guide = Rect { x: g.x * width, y: g.y * height, width: g.width * width, height: g.height * height };
    let size = if g.shape == GuideShape::Passport { DocumentSize::Id3 } else { DocumentSize::Id1 };
    let thresholds = &thresholds.within_reach(guide_dpi(guide, size.millimetres().0));
    let metrics = DocumentMetrics::measure(frame, guide, None, thresholds);
    let mut checks = metrics.checks(thresholds, ExpectedSide::default());
    checks.retain(|check| !check.name.needs_other_images());
    let guidance = guidance::document(&metrics, ExpectedSide::default(), thresholds).as_str();
    Assessment { document: metrics.document, guidance, checks }
}
