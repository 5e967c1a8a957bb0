//! The image in a request: base64, with or without a `data:` prefix; a JPEG or PNG that can be decoded.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_capture::api::biometric::persons::PersonsError;
use kyc_capture::core::encode::decode;

use super::refusal::{Refusal, about};
use crate::biometric::context::Biometric;
use crate::http::requests::IMAGE_LIMIT;

/// The bytes of the image.
///
/// # Errors
/// *Invalid image format*, *File extension is not allowed*.
pub(super) async fn read(ctx: &Biometric, text: String) -> Result<Vec<u8>, Refusal> {
    let read = ctx
        .workers
        .run_short(move || {
            Ok(bytes_of(&text).and_then(|bytes| match decode(&bytes) {
                Ok(_) => Ok(bytes),
                Err(_) => Err(PersonsError::InvalidImage),
            }))
        })
        .await?;
    read.map_err(|error| about(error, "image_b64"))
}

fn bytes_of(text: &str) -> Result<Vec<u8>, PersonsError> {
    let encoded = match text.strip_prefix("data:") {
        None => text,
        Some(rest) => {
            let (kind, encoded) = rest.split_once(";base64,").ok_or(PersonsError::InvalidImage)?;
            match kind {
                "image/jpeg" | "image/jpg" | "image/png" => encoded,
                _ => return Err(PersonsError::ExtensionNotAllowed),
            }
        }
    };
    if encoded.len() / 4 * 3 > IMAGE_LIMIT {
        return Err(PersonsError::InvalidImage);
    }
    let bytes = STANDARD.decode(encoded).map_err(|_| PersonsError::InvalidImage)?;
    match () {
        () if bytes.starts_with(b"\xff\xd8\xff") || bytes.starts_with(b"\x89PNG\r\n\x1a\n") => Ok(bytes),
        () if is_another_kind(&bytes) => Err(PersonsError::ExtensionNotAllowed),
        () => Err(PersonsError::InvalidImage),
    }
}

/// Whether the bytes begin as a file of a kind that is well known, and not taken.
fn is_another_kind(bytes: &[u8]) -> bool {
    let begins = |with: &[u8]| bytes.starts_with(with);
    let is = |name: &[u8], at: usize| bytes.get(at..at + name.len()) == Some(name);
    begins(b"GIF8")
        || begins(b"BM")
        || begins(b"%PDF")
        || begins(b"II*\0")
        || begins(b"MM\0*")
        || (begins(b"RIFF") && is(b"WEBP", 8))
        || is(b"ftyp", 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_kinds_apart() {
        let png = STANDARD.encode(b"\x89PNG\r\n\x1a\n....");
        let table = [
            (png.clone(), None),
            (format!("data:image/png;base64,{png}"), None),
            (format!("data:image/gif;base64,{png}"), Some(PersonsError::ExtensionNotAllowed)),
            (format!("data:image/png,{png}"), Some(PersonsError::InvalidImage)),
            (STANDARD.encode(b"GIF89a"), Some(PersonsError::ExtensionNotAllowed)),
            (STANDARD.encode(b"RIFF....WEBPVP8 "), Some(PersonsError::ExtensionNotAllowed)),
            (STANDARD.encode(b"hello"), Some(PersonsError::InvalidImage)),
            ("...".into(), Some(PersonsError::InvalidImage)),
            (String::new(), Some(PersonsError::InvalidImage)),
        ];
        for (text, expected) in table {
            assert_eq!(bytes_of(&text).err(), expected, "{text}");
        }
    }
}
