//! Why a text is refused, and what deviates from the standard in one that is read.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::CoreError;

/// Most bytes that a PDF417 symbol holds are 1,108 in its densest mode for bytes (ISO/IEC 15438); text is denser.
pub const MAX_TEXT: usize = 2_710;

/// Text that is no AAMVA barcode at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AamvaError {
    /// More bytes than any barcode holds.
    TooLong {
        /// Bytes given.
        length: usize,
    },
    /// Neither `ANSI ` nor `AAMVA` where the file type stands.
    NoFileType,
    /// The six digits of the issuer do not follow the file type.
    NoIssuer,
    /// No subfile of a licence or card (`DL`, `ID`, `EN`) has an element.
    NoSubfile,
}

impl AamvaError {
    /// Stable, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "aamva_too_long",
            Self::NoFileType => "aamva_no_file_type",
            Self::NoIssuer => "aamva_no_issuer",
            Self::NoSubfile => "aamva_no_subfile",
        }
    }
}

impl fmt::Display for AamvaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length } => write!(f, "{length} bytes, a barcode holds at most {MAX_TEXT}"),
            Self::NoFileType => f.write_str("no AAMVA barcode: neither `ANSI ` nor `AAMVA` stands near its beginning"),
            Self::NoIssuer => f.write_str("the issuer's six digits must follow the file type"),
            Self::NoSubfile => {
                f.write_str("there is no element of a licence or card: a subfile DL, ID or EN was expected")
            }
        }
    }
}

impl std::error::Error for AamvaError {}

impl From<AamvaError> for CoreError {
    fn from(error: AamvaError) -> Self {
        Self::NotAamva { reason: error.to_string() }
    }
}

/// What deviates from the standard, and how it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Which kind.
    pub code: ProblemCode,
    /// The element (`DBB`) or subfile (`ZM`) that it is about; empty for the header.
    pub element: String,
}

/// Kinds of deviations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProblemCode {
    /// The control characters before the file type are not `@`, line feed, record separator, carriage return.
    HeaderPrefix,
    /// The header is cut short, or a number in it is none.
    HeaderMalformed,
    /// An issuer that the list does not have.
    IssuerUnknown,
    /// A subfile does not begin or end where the header says; it was found by its content.
    SubfileMisplaced,
    /// The header names a subfile that is not there.
    SubfileMissing,
    /// A piece of text that is no element: it does not begin with three capitals or digits.
    ElementMalformed,
    /// The same element twice with different values; the first counts.
    ElementRepeated,
    /// An element that every card must have (annex D, mandatory elements) is absent or empty.
    ElementMissing,
    /// A day that does not exist in either order.
    DateInvalid,
    /// A date in the order of another version or country.
    DateOrder,
    /// A value that is none of those that the standard has.
    ValueUnknown,
}
