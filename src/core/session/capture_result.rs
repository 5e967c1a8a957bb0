//! The result of a capture: an image without its pixels, or the reason why it is rejected.

use super::report::{CaptureReport, ReviewDocument};
use crate::codes::codes;
use crate::error::CoreError;
use crate::limits::MAX_PIXELS;

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
        /// It has more pixels than [`MAX_PIXELS`].
        TooLarge = "image_too_large",
        /// It is truncated or corrupt.
        Corrupt = "image_corrupt",
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
            Self::TooLarge => format!("the image has more than {} megapixels", MAX_PIXELS / 1_000_000),
            Self::Corrupt => "the file is truncated or corrupt".into(),
            Self::UnknownFormat => "the file is not an image of a known format".into(),
        }
    }
}
