//! Errors for texts that are not read, and conformance issues of those that are.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::CoreError;

/// Maximum length of a text, bytes: a PDF417 symbol has at most 1,108 bytes in byte mode (ISO/IEC 15438); text mode is
/// denser.
pub const MAX_TEXT: usize = 2_710;

/// The text is not an AAMVA barcode.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AamvaError {
    /// More bytes than any barcode has.
    TooLong {
        /// Bytes given.
        length: usize,
    },
    /// Neither `ANSI ` nor `AAMVA` at the position of the file type.
    NoFileType,
    /// The six digits of the issuer do not follow the file type.
    NoIssuer,
    /// No subfile of a licence or card (`DL`, `ID`, `EN`) with an element.
    NoSubfile,
    /// The line feeds between the elements are lost, so that no value has an end.
    NoSeparators,
}

impl AamvaError {
    /// Returns the stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "aamva_too_long",
            Self::NoFileType => "aamva_no_file_type",
            Self::NoIssuer => "aamva_no_issuer",
            Self::NoSubfile => "aamva_no_subfile",
            Self::NoSeparators => "aamva_no_separators",
        }
    }
}

impl fmt::Display for AamvaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length } => write!(f, "{length} bytes; a barcode has at most {MAX_TEXT}"),
            Self::NoFileType => f.write_str("neither `ANSI ` nor `AAMVA` occurs near the beginning"),
            Self::NoIssuer => f.write_str("the issuer's six digits must follow the file type"),
            Self::NoSubfile => f.write_str("no element of a licence or card; expected a subfile DL, ID or EN"),
            Self::NoSeparators => {
                f.write_str("the line feeds between the elements are lost; the scanner must keep them")
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

/// A conformance issue. The text is read regardless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AamvaProblem"))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Kind of issue.
    pub code: ProblemCode,
    /// Element (`DBB`) or subfile (`ZM`) concerned; empty for the header.
    pub element: String,
    /// Whether the data can be trusted regardless.
    pub severity: Severity,
}

/// What a conformance issue means for the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AamvaSeverity"))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Issuers print it: order, offsets, spelling, an issuer that the list does not have. The data are complete.
    Info,
    /// Data are missing, contradict each other or are invalid.
    Error,
}

impl Problem {
    /// Creates an issue with the severity of its kind.
    pub(super) fn new(code: ProblemCode, element: &str) -> Self {
        let severity = match code {
            ProblemCode::ElementRepeated | ProblemCode::ElementMissing | ProblemCode::DateInvalid => Severity::Error,
            // An unknown sex is a holder that cannot be compared; other values only describe.
            ProblemCode::ValueUnknown if element == "DBC" => Severity::Error,
            _ => Severity::Info,
        };
        Self { code, element: element.to_owned(), severity }
    }
}

/// Kinds of conformance issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AamvaProblemCode"))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProblemCode {
    /// The control characters before the file type are not `@`, line feed, record separator, carriage return.
    HeaderPrefix,
    /// The header is truncated, or contains a malformed number.
    HeaderMalformed,
    /// The issuer is not in the list.
    IssuerUnknown,
    /// A subfile does not begin or end at the header's offsets; it was found by its content.
    SubfileMisplaced,
    /// A subfile of the header is missing.
    SubfileMissing,
    /// A line is not an element: it does not start with three capitals or digits.
    ElementMalformed,
    /// An element occurs twice with different values; the first is used.
    ElementRepeated,
    /// A mandatory element (annex D) is missing or empty.
    ElementMissing,
    /// A date does not exist in either order.
    DateInvalid,
    /// A date has the order of another version or country.
    DateOrder,
    /// A value is not one of the standard's, and is not read.
    ValueUnknown,
    /// A value is spelled otherwise than in the standard, and is read.
    ValueSpelling,
}
