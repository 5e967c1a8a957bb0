//! Images from outside: looked at before they are decoded, decoded before they are believed.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use kyc_capture::core::error::CoreError;
use kyc_capture::core::frame::MAX_PIXELS;

use crate::errors::ApiError;

/// Decodes an image once, to be sure that it can be: its format is told by its first bytes, and the size in its header
/// is checked before memory is reserved for the pixels.
///
/// # Errors
/// 415 where the bytes are no image, 422 with the reason where they begin as one and cannot be decoded.
pub fn check(field: &str, bytes: &[u8]) -> Result<(), ApiError> {
    pixels(bytes).map(drop).map_err(|e| match e {
        CoreError::UnknownImageFormat => ApiError::not_an_image(field),
        other => ApiError::bad_image(field, &other),
    })
}

fn pixels(bytes: &[u8]) -> Result<DynamicImage, CoreError> {
    let format = image::guess_format(bytes).map_err(|_| CoreError::UnknownImageFormat)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(CoreError::UnknownImageFormat);
    }
    let corrupt = |e: image::ImageError| CoreError::CorruptImage { reason: e.to_string() };
    let reader = || ImageReader::with_format(Cursor::new(bytes), format);
    let (width, height) = reader().into_dimensions().map_err(corrupt)?;
    let (width, height) = (u64::from(width), u64::from(height));
    if width.saturating_mul(height) > MAX_PIXELS {
        return Err(CoreError::ImageTooLarge { width, height });
    }
    let mut reader = reader();
    let mut limits = Limits::default();
    // Eight bytes hold a pixel of every format, four channels of 16 bits included.
    limits.max_alloc = Some(MAX_PIXELS * 8);
    reader.limits(limits);
    reader.decode().map_err(corrupt)
}
