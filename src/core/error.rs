//! Errors of the core: a closed set with stable codes.

use std::fmt;

use crate::codes::codes;
use crate::limits::MAX_PIXELS;

/// An error on input that the core rejects. The fields name the cause and, if there is one, the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CoreError {
    /// Width or height is zero.
    EmptyImage,
    /// More pixels than [`MAX_PIXELS`].
    ImageTooLarge {
        /// Pixels per row.
        width: u64,
        /// Rows.
        height: u64,
    },
    /// The length of a pixel buffer does not match its width, height and format.
    WrongBufferLength {
        /// Bytes for this width, height and format.
        expected: usize,
        /// Bytes in the buffer.
        actual: usize,
    },
    /// The image format is unknown (known are JPEG, PNG and WebP, in a browser every format that it decodes).
    UnknownImageFormat,
    /// The bytes start as an image but cannot be decoded: truncated or corrupt.
    CorruptImage {
        /// The decoder's message.
        reason: String,
    },
    /// No JPEG encoding of at most `budget` bytes exists within the allowed quality and size.
    BudgetTooSmall {
        /// Bytes allowed.
        budget: usize,
        /// Bytes of the smallest encoding that was tried.
        smallest: usize,
    },
    /// An option is outside its documented range.
    InvalidOption {
        /// The documented name of the option.
        name: &'static str,
        /// The expected value or range.
        expected: &'static str,
    },
    /// A model asset does not have the expected kind, version or shape.
    InvalidModel {
        /// The cause.
        reason: String,
    },
    /// A model asset that this call needs is not loaded.
    ModelMissing {
        /// The name of the asset: `mrz` or `face`.
        model: &'static str,
    },
    /// The text is not the content of an AAMVA barcode.
    NotAamva {
        /// The cause.
        reason: String,
    },
    /// The text is not an MRZ of a known format.
    NotAnMrz {
        /// The cause.
        reason: String,
    },
}

impl CoreError {
    /// Returns the stable code of this error, the same in Rust, JavaScript and the sandbox.
    pub fn code(&self) -> &'static str {
        self.kind().as_str()
    }

    fn kind(&self) -> CoreErrorCode {
        match self {
            Self::EmptyImage => CoreErrorCode::EmptyImage,
            Self::ImageTooLarge { .. } => CoreErrorCode::ImageTooLarge,
            Self::WrongBufferLength { .. } => CoreErrorCode::WrongBufferLength,
            Self::UnknownImageFormat => CoreErrorCode::UnknownImageFormat,
            Self::CorruptImage { .. } => CoreErrorCode::CorruptImage,
            Self::BudgetTooSmall { .. } => CoreErrorCode::BudgetTooSmall,
            Self::InvalidOption { .. } => CoreErrorCode::InvalidOption,
            Self::InvalidModel { .. } => CoreErrorCode::InvalidModel,
            Self::ModelMissing { .. } => CoreErrorCode::ModelMissing,
            Self::NotAamva { .. } => CoreErrorCode::NotAamva,
            Self::NotAnMrz { .. } => CoreErrorCode::NotAnMrz,
        }
    }
}

codes! {
    /// Failures of the core: invalid input.
    CoreErrorCode {
        /// The image has no pixels.
        EmptyImage = "image_empty",
        /// The image has more than 40 megapixels.
        ImageTooLarge = "image_too_large",
        /// The length of the pixel buffer does not match width, height and format.
        WrongBufferLength = "image_wrong_length",
        /// The file is not an image of a known format.
        UnknownImageFormat = "image_unknown_format",
        /// The image file is truncated or corrupt.
        CorruptImage = "image_corrupt",
        /// No encoding of the image is as small as `maxBytes`.
        BudgetTooSmall = "image_budget_too_small",
        /// An option is unknown, of another type or out of range.
        InvalidOption = "invalid_option",
        /// The model asset is of another kind, version or shape.
        InvalidModel = "model_invalid",
        /// The call needs a model asset that is not loaded.
        ModelMissing = "model_missing",
        /// The lines are not an MRZ of a known format.
        NotAnMrz = "mrz_invalid",
        /// The text does not follow AAMVA.
        NotAamva = "aamva_invalid",
    }
}

impl fmt::Display for CoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyImage => write!(f, "the image has no pixels: width and height must be at least 1"),
            Self::ImageTooLarge { width, height } => write!(
                f,
                "the image of {width}x{height} pixels is larger than the limit of {} megapixels",
                MAX_PIXELS / 1_000_000
            ),
            Self::WrongBufferLength { expected, actual } => {
                write!(f, "the pixel buffer has {actual} bytes where its width, height and format ask for {expected}")
            }
            Self::UnknownImageFormat => f.write_str(
                "the file is not a JPEG, PNG or WebP image: convert it (GIF, BMP, TIFF, AVIF and HEIC are not read)",
            ),
            Self::CorruptImage { reason } => write!(f, "the image cannot be decoded: {reason}"),
            Self::BudgetTooSmall { budget, smallest } => {
                write!(f, "the image does not fit into {budget} bytes: the smallest allowed encoding has {smallest}")
            }
            Self::InvalidOption { name, expected } => write!(f, "option `{name}` is invalid: expected {expected}"),
            Self::InvalidModel { reason } => write!(f, "the model asset is invalid: {reason}"),
            Self::ModelMissing { model } => write!(f, "the model asset `{model}` is not loaded"),
            Self::NotAamva { reason } => write!(f, "not an AAMVA barcode: {reason}"),
            Self::NotAnMrz { reason } => write!(f, "not a machine-readable zone: {reason}"),
        }
    }
}

impl std::error::Error for CoreError {}
