//! Images from outside: decoded before they are believed. The core detects the format from the first bytes and checks
//! the size in the header before it reserves memory for pixels.

use kyc_capture::core::encode::decode;
use kyc_capture::core::error::CoreError;

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::http::errors::ApiError;

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

/// An image that is answered, exactly as it came, with the media type that its first bytes indicate.
pub fn file(bytes: Vec<u8>) -> Response {
    let media_type = match bytes.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        _ => "image/jpeg",
    };
    ([(CONTENT_TYPE, media_type)], bytes).into_response()
}
