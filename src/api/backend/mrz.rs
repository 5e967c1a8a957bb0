//! The call of MRZ. An image counts as an attempt, so the call is repeated only if the server surely did nothing.

use super::call::{Call, CallInvalid, Secret, checked};
use crate::api::biometric::mrz::{MrzRetrieveReply, PATH, fields};
use crate::api::errors::ApiErrorCode;
use crate::api::multipart::Multipart;
use crate::api::retry::Idempotency;

/// Requests the lines of an image; `random` is for the boundary between the parts.
pub fn retrieve(key: &Secret, image: &[u8], random: impl FnMut() -> u32) -> Call {
    let (name, mime) =
        if image.starts_with(b"\x89PNG") { ("image.png", "image/png") } else { ("image.jpg", "image/jpeg") };
    let body = Multipart::new(random).text(fields::API_KEY, key.expose()).file(fields::IMAGE, name, mime, image);
    Call::multipart("mrz_retrieve", PATH.to_owned(), body, Idempotency::NonIdempotent)
}

/// Returns the call of an operation by name, with an image.
///
/// # Errors
/// [`CallInvalid`]
pub fn by_name(
    key: &Secret,
    name: &str,
    file: Option<&[u8]>,
    random: impl FnMut() -> u32,
) -> Result<Call, CallInvalid> {
    match name {
        "mrz_retrieve" => Ok(retrieve(key, file.ok_or(CallInvalid::FileMissing)?, random)),
        _ => Err(CallInvalid::UnknownOperation),
    }
}

/// The reply to a call by name, checked and as JSON.
///
/// # Errors
/// The code where it is not as documented.
pub fn reply_by_name(body: &[u8]) -> Result<String, ApiErrorCode> {
    checked::<MrzRetrieveReply>(body)
}
