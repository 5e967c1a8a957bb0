//! What can go wrong with what the outside hands to the core. Every variant carries a stable [`CoreError::code`].

use std::fmt;

/// An input that the core refuses, naming what is wrong and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CoreError {
    /// Width or height is zero.
    EmptyImage,
    /// More pixels than [`crate::frame::MAX_PIXELS`].
    ImageTooLarge {
        /// Pixels per row.
        width: u64,
        /// Rows.
        height: u64,
    },
    /// A pixel buffer whose length is not what its width, height and format ask for.
    WrongBufferLength {
        /// Bytes that the sizes ask for.
        expected: usize,
        /// Bytes given.
        actual: usize,
    },
    /// The bytes are of no image format that is read here (JPEG, PNG, WebP; in a browser whatever it decodes).
    UnknownImageFormat,
    /// The bytes start as an image but cannot be decoded: truncated or corrupt.
    CorruptImage {
        /// The decoder's words.
        reason: String,
    },
    /// No JPEG of at most `budget` bytes exists within the allowed quality and size.
    BudgetTooSmall {
        /// Bytes allowed.
        budget: usize,
        /// Bytes of the smallest encoding tried.
        smallest: usize,
    },
    /// An option outside its documented range.
    InvalidOption {
        /// The option's name, as documented.
        name: &'static str,
        /// What would be right.
        expected: &'static str,
    },
    /// A model asset that is not of the expected kind, version or shape.
    InvalidModel {
        /// What does not fit.
        reason: String,
    },
    /// A model asset that this call needs was not loaded.
    ModelMissing {
        /// The asset's name: `mrz` or `face`.
        model: &'static str,
    },
    /// Text that is not of an AAMVA barcode.
    NotAamva {
        /// What does not fit.
        reason: String,
    },
    /// Text that is not a machine-readable zone of any known format.
    NotAnMrz {
        /// What does not fit.
        reason: String,
    },
}

impl CoreError {
    /// The stable code of this error, the same in Rust, JavaScript and the sandbox.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyImage => "image_empty",
            Self::ImageTooLarge { .. } => "image_too_large",
            Self::WrongBufferLength { .. } => "image_wrong_length",
            Self::UnknownImageFormat => "image_unknown_format",
            Self::CorruptImage { .. } => "image_corrupt",
            Self::BudgetTooSmall { .. } => "image_budget_too_small",
            Self::InvalidOption { .. } => "invalid_option",
            Self::InvalidModel { .. } => "model_invalid",
            Self::ModelMissing { .. } => "model_missing",
            Self::NotAamva { .. } => "aamva_invalid",
            Self::NotAnMrz { .. } => "mrz_invalid",
        }
    }
}

impl fmt::Display for CoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyImage => write!(f, "the image has no pixels: width and height must be at least 1"),
            Self::ImageTooLarge { width, height } => write!(
                f,
                "the image of {width}x{height} pixels is larger than the limit of {} megapixels",
                crate::frame::MAX_PIXELS / 1_000_000
            ),
            Self::WrongBufferLength { expected, actual } => {
                write!(f, "the pixel buffer has {actual} bytes where its width, height and format ask for {expected}")
            }
            Self::UnknownImageFormat => write!(f, "the file is not an image of a known format: JPEG, PNG or WebP"),
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
