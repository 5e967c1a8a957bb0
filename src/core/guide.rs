//! The guide: the outline in the camera image that the document or the face fills.

use serde::Serialize;

use crate::codes::codes;
use crate::document_type::DocumentType;
use crate::side::Side;

codes! {
    /// The outline that the person fills.
    GuideShape {
        /// ID-1: a card.
        Card = "card",
        /// ID-3: a passport's data page.
        Passport = "passport",
        /// A face.
        Oval = "oval",
    }
}

/// The region for the document or the face, in shares of the frame, 0–1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Guide {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// Its outline: a card (ID-1), a passport's data page (ID-3), or an oval for a face.
    pub shape: GuideShape,
}

/// Where a document or a face belongs in a frame of that size: as large as leaves a margin of 5 % on each side
/// (document) or an oval of 3:4 at 70 % of the height (face).
pub fn guide(side: Side, kind: Option<DocumentType>, frame_width: u32, frame_height: u32) -> Guide {
    let (frame_width, frame_height) = (frame_width.max(1) as f32, frame_height.max(1) as f32);
    // ISO/IEC 7810: ID-1 is 85.60 × 53.98 mm, ID-3 (a passport's data page) 125 × 88 mm.
    let (shape, aspect, share) = match (side, kind) {
        (Side::Liveness, _) => (GuideShape::Oval, 0.75, 0.70),
        (_, Some(DocumentType::Passport)) => (GuideShape::Passport, 125.0 / 88.0, 0.90),
        _ => (GuideShape::Card, 85.60 / 53.98, 0.90),
    };
    let height = (frame_height * share).min(frame_width * share / aspect);
    let width = height * aspect;
    let (width, height) = (width / frame_width, height / frame_height);
    Guide { x: (1.0 - width) / 2.0, y: (1.0 - height) / 2.0, width, height, shape }
}
