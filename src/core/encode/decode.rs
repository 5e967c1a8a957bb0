//! Decodes image files.

use std::io::Cursor;

use image::codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::{DynamicImage, ImageDecoder, ImageError, Limits};

use super::pixels::Image;
use crate::error::CoreError;
use crate::frame::check_size;
use crate::limits::MAX_PIXELS;

/// Maximum allocation of a decoder, bytes: the pixels as RGBA twice over, because decoders use formats of their own.
const MAX_ALLOC: u64 = MAX_PIXELS * 8;

/// Decodes a JPEG, PNG or WebP file and applies its EXIF orientation (1–8). Checks the size in the header before
/// decoding.
///
/// # Errors
/// [`CoreError::UnknownImageFormat`], [`CoreError::ImageTooLarge`], [`CoreError::CorruptImage`].
pub fn decode(bytes: &[u8]) -> Result<Image, CoreError> {
    check_file(bytes)?;
    let source = Cursor::new(bytes);
    let image = if is_jpeg(bytes) {
        read(JpegDecoder::new(source))
    } else if is_png(bytes) {
        read(PngDecoder::new(source))
    } else if bytes.len() >= 12 && bytes.starts_with(b"RIFF") && &bytes[8..12] == b"WEBP" {
        read(WebPDecoder::new(source))
    } else {
        Err(CoreError::UnknownImageFormat)
    }?;
    let rgba = image.into_rgba8();
    let (width, height) = rgba.dimensions();
    Ok(Image { data: rgba.into_raw(), width, height })
}

/// Rejects files that lenient decoders accept: a truncated JPEG, and a PNG above the size limit. Accepts any other
/// format.
///
/// # Errors
/// [`CoreError::ImageTooLarge`], [`CoreError::CorruptImage`].
pub fn check_file(bytes: &[u8]) -> Result<(), CoreError> {
    if is_jpeg(bytes) {
        return check_jpeg_end(bytes);
    }
    if is_png(bytes) {
        return check_png_size(bytes);
    }
    Ok(())
}

fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xd8, 0xff])
}

fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
}

fn read(decoder: Result<impl ImageDecoder, ImageError>) -> Result<DynamicImage, CoreError> {
    let mut decoder = decoder.map_err(corrupt)?;
    let (width, height) = decoder.dimensions();
    check_size(u64::from(width), u64::from(height))?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    decoder.set_limits(limits).map_err(corrupt)?;
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(corrupt)?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn corrupt(error: ImageError) -> CoreError {
    CoreError::CorruptImage { reason: error.to_string() }
}

/// Checks the size in the first chunk: a decoder that rejects a giant image for its memory does not report its size.
fn check_png_size(bytes: &[u8]) -> Result<(), CoreError> {
    match bytes.get(16..24) {
        Some(b) => {
            let number = |b: &[u8]| u64::from(u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
            check_size(number(&b[..4]), number(&b[4..]))
        }
        None => Err(CoreError::CorruptImage { reason: "the PNG is truncated within its header".into() }),
    }
}

/// Rejects a JPEG that ends early, which most decoders fill with grey. After the first scan header, `FF D9` can only be
/// the end of the image (ITU-T T.81, B.1.1: data bytes `FF` are followed by `00`).
fn check_jpeg_end(bytes: &[u8]) -> Result<(), CoreError> {
    let truncated =
        || CoreError::CorruptImage { reason: "the JPEG ends before its end marker: it is truncated".into() };
    let mut at = 2;
    loop {
        match (bytes.get(at), bytes.get(at + 1)) {
            // Fill bytes may precede a marker.
            (Some(0xff), Some(0xff)) => at += 1,
            (Some(0xff), Some(&marker)) => {
                if marker == 0xd9 {
                    return Err(CoreError::CorruptImage { reason: "the JPEG has no image data".into() });
                }
                let length = match bytes.get(at + 2..at + 4) {
                    Some(b) => usize::from(u16::from_be_bytes([b[0], b[1]])),
                    None => return Err(truncated()),
                };
                at += 2 + length;
                if marker == 0xda {
                    let rest = bytes.get(at..).unwrap_or_default();
                    return if rest.windows(2).any(|w| w == [0xff, 0xd9]) { Ok(()) } else { Err(truncated()) };
                }
            }
            (None, _) | (_, None) => return Err(truncated()),
            _ => return Err(CoreError::CorruptImage { reason: "the JPEG has no marker where one is required".into() }),
        }
    }
}
