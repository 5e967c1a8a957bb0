//! The subject of a capture.

use crate::document_type::DocumentType;
use crate::side::Side;

/// What a capture expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Which side.
    pub side: Side,
    /// Of which document, where it is known.
    pub kind: Option<DocumentType>,
}
