//! The outline of a document and its nominal size.

use serde::Serialize;

use crate::geometry::Quad;

/// Millimetres per inch.
pub(crate) const MM_PER_INCH: f32 = 25.4;

/// The sizes of Doc 9303-3 section 2 (ISO/IEC 7810).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// A detected document.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "FoundDocument"))]
#[serde(rename_all = "camelCase")]
pub struct DocumentQuad {
    /// Corners, pixels, clockwise from the top left; the first two lie on a longer side, so a document in portrait
    /// orientation starts at its bottom left.
    pub quad: Quad,
    /// Support by edges and fit of the aspect ratio, 0–1.
    pub confidence: f32,
    /// By aspect ratio. TD2 and ID-3 have the same one; the more common is reported.
    pub size: DocumentSize,
    /// Whether every corner is inside the image, by a margin of 1 % of the image's size.
    pub fully_inside: bool,
}

impl DocumentQuad {
    /// Resolution of the image on the document, dots per inch (mean of both directions).
    pub fn dpi(&self) -> f32 {
        let (w, h) = self.size.millimetres();
        let p = &self.quad.0;
        let across = (p[0].distance(p[1]) + p[3].distance(p[2])) / 2.0;
        let down = (p[0].distance(p[3]) + p[1].distance(p[2])) / 2.0;
        (across / w + down / h) / 2.0 * MM_PER_INCH
    }
}
