//! Reading of an MRZ: lines, probabilities and the parsed document.

use serde::Serialize;

use crate::geometry::Quad;

use super::format::Format;
use super::parse::MrzDocument;

/// An MRZ, read from an image as printed, whatever its check digits.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MrzReading {
    /// Format.
    pub format: Format,
    /// Lines as printed.
    pub lines: Vec<String>,
    /// Mean symbol probability, 0–1.
    pub confidence: f32,
    /// Posterior probability of this text, 0–1.
    pub posterior: f32,
    /// Probability of each symbol, line by line, 0–1.
    pub char_confidence: Vec<Vec<f32>>,
    /// Corners around each line's capitals, px of the frame, in reading order (top left first as read).
    pub quads: Vec<Quad>,
    /// The parsed and checked document.
    pub document: MrzDocument,
}
