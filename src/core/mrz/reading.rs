//! The reading of a machine-readable zone: lines with their probabilities, and the parsed document.

use serde::Serialize;

use crate::geometry::Quad;

use super::format::Format;
use super::parse::MrzDocument;

/// A machine-readable zone, read from pixels.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MrzReading {
    /// The format.
    pub format: Format,
    /// The lines as printed.
    pub lines: Vec<String>,
    /// Mean probability of the symbols, 0–1.
    pub confidence: f32,
    /// Probability of this very reading among all that the picture leaves open, 0–1.
    pub posterior: f32,
    /// Probability of each symbol, line by line, 0–1.
    pub char_confidence: Vec<Vec<f32>>,
    /// Corners around each line's capitals, in the frame's pixels, in reading order (top left first as read).
    pub quads: Vec<Quad>,
    /// The lines, parsed and checked.
    pub document: MrzDocument,
}
