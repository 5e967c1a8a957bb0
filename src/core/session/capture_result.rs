//! The result of a capture: an image without its pixels, or the reason why it is rejected.

use super::report::{CaptureReport, ReviewDocument};
use crate::codes::codes;
use crate::error::CoreError;

/// A captured image, without its pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Capture {
    /// The data that was read from it.
    pub document: Option<ReviewDocument>,
    /// Its source and quality.
    pub report: CaptureReport,
}

/// The reason why an image is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageRejection {
    /// The core rejects the image.
    Unreadable(CoreError),
    /// The file could not be decoded.
    Undecodable(FileFailure),
    /// It shows no face, but must show one.
    NoFace,
    /// It shows the side that is captured already.
    SameSide,
}

impl From<CoreError> for ImageRejection {
    fn from(error: CoreError) -> Self {
        Self::Unreadable(error)
    }
}

codes! {
    /// The reason why an image file could not be decoded outside of the core.
    FileFailure {
        /// It has more pixels than the host decodes.
        TooLarge = "image_too_large",
        /// It is truncated or corrupt.
        Corrupt = "image_corrupt",
        /// The page could not read it, as a placeholder of a file that is stored online.
        Unreadable = "file_unreadable",
        /// It is HEIC, for which the browser has no decoder.
        Heic = "image_heic",
        /// It is a PDF.
        Pdf = "image_pdf",
        /// No decoder knows its format.
        UnknownFormat = "image_unknown_format",
    }
}

impl FileFailure {
    /// Returns the failure with this code, or [`FileFailure::UnknownFormat`] for any other code: no decoder reads the
    /// file.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.iter().copied().find(|failure| failure.as_str() == code).unwrap_or(Self::UnknownFormat)
    }

    pub(super) fn message(self) -> String {
        match self {
            Self::TooLarge => "the image has too many pixels to be decoded".into(),
            Self::Corrupt => "the file is truncated or corrupt".into(),
            Self::Unreadable => "the page could not read the file".into(),
            Self::Heic => "the browser has no decoder for HEIC".into(),
            Self::Pdf => "the file is a PDF, not an image".into(),
            Self::UnknownFormat => "the file is not an image of a known format".into(),
        }
    }
}
