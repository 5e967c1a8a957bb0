//! The outline of a document and its nominal size.

use serde::Serialize;

use crate::geometry::Quad;

/// The sizes of Doc 9303-3 section 2 (ISO/IEC 7810).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum DocumentSize {
    /// 85.6 mm by 53.98 mm: cards (TD1), driving licences.
    #[serde(rename = "ID1")]
    Id1,
    /// 105 mm by 74 mm.
    #[serde(rename = "TD2")]
    Td2,
    /// 125 mm by 88 mm: a passport's data page (TD3).
    #[serde(rename = "ID3")]
    Id3,
}

impl DocumentSize {
    /// Width and height, millimetres.
    pub fn millimetres(self) -> (f32, f32) {
        match self {
            Self::Id1 => (85.6, 53.98),
            Self::Td2 => (105.0, 74.0),
            Self::Id3 => (125.0, 88.0),
        }
    }
}

/// An outline.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentQuad {
    /// Corners, in the frame's pixels, from the corner at the top left clockwise; the longer sides are the first and
    /// the third, so that a document in portrait orientation starts at its bottom left as seen.
    pub quad: Quad,
    /// 0–1: how much of the outline is borne out by edges, and how well its proportions fit.
    pub confidence: f32,
    /// The size whose proportions fit best. TD2 and ID-3 have the same proportions and cannot be distinguished by them:
    /// ID-3 is named, being the common one.
    pub size: DocumentSize,
    /// No corner lies outside the frame, or within a hundredth of it.
    pub fully_inside: bool,
}

impl DocumentQuad {
    /// Resolution of the image on the document, dots per inch (mean of both directions).
    pub fn dpi(&self) -> f32 {
        let (w, h) = self.size.millimetres();
        let p = &self.quad.0;
        let across = (p[0].distance(p[1]) + p[3].distance(p[2])) / 2.0;
        let down = (p[0].distance(p[3]) + p[1].distance(p[2])) / 2.0;
        (across / w + down / h) / 2.0 * 25.4
    }
}
