//! Images from outside: decoded before they are believed. The core tells the format by the first bytes and checks the
//! size in the header before it reserves memory for pixels.

use kyc_capture::core::encode::decode;
use kyc_capture::core::error::CoreError;

use crate::errors::ApiError;

/// Decodes an image once, to be sure that it can be.
///
/// # Errors
/// 415 where the bytes are no image, 422 with the reason where they begin as one and cannot be decoded.
pub fn check(field: &str, bytes: &[u8]) -> Result<(), ApiError> {
    decode(bytes).map(drop).map_err(|e| match e {
        CoreError::UnknownImageFormat => ApiError::not_an_image(field),
        other => ApiError::bad_image(field, &other),
    })
}
