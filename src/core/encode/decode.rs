//! Decodes image files.

use std::io::Cursor;

use image::codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, Limits, RgbaImage};

use super::container::{strip_jpeg, strip_png, strip_webp};
use super::jpeg_data;
use super::pixels::{Image, on_white};
use crate::error::CoreError;
use crate::frame::check_size;
use crate::limits::MAX_PIXELS;

/// Maximum allocation of a decoder, bytes: the pixels as RGBA twice over, because decoders use formats of their own.
const MAX_ALLOC: u64 = MAX_PIXELS * 8;

/// Maximum number of scans in a JPEG: each visits all blocks, whatever its few bytes hold. Progressive files of common
/// encoders have about 10.
const MAX_SCANS: usize = 100;

/// Maximum number of pixels of a JPEG for [`decode_scaled`]: above [`MAX_PIXELS`] its width and height are halved.
const MAX_JPEG_PIXELS: u64 = 100_000_000;

/// Decodes a JPEG, PNG or WebP file, applies its EXIF orientation (1–8) and composes transparency on white. Checks
/// the size in the header before decoding, and keeps colour profiles and text from the decoders: memory grows with
/// the pixels and the file alone. A JPEG that lacks only its end marker is decoded.
///
/// # Errors
/// [`CoreError::UnknownImageFormat`], [`CoreError::ImageTooLarge`], [`CoreError::CorruptImage`].
pub fn decode(bytes: &[u8]) -> Result<Image, CoreError> {
    decode_up_to(bytes, MAX_PIXELS)
}

/// [`decode`], and also JPEGs of 40 to 100 megapixels, which come out at half their width and height.
///
/// # Errors
/// As [`decode`].
pub fn decode_scaled(bytes: &[u8]) -> Result<Image, CoreError> {
    decode_up_to(bytes, MAX_JPEG_PIXELS)
}

fn decode_up_to(bytes: &[u8], max_jpeg_pixels: u64) -> Result<Image, CoreError> {
    let image = if is_jpeg(bytes) {
        let mut file = strip_jpeg(bytes);
        match check_jpeg_end(bytes) {
            // Decoders take the end of the file for the end of the data only after a marker.
            Err(error) if error == truncated() && jpeg_data::is_complete(bytes) => {
                file.to_mut().extend_from_slice(&[0xff, 0xd9]);
            }
            checked => checked?,
        }
        read_jpeg(JpegDecoder::new(Cursor::new(file)), max_jpeg_pixels)
    } else if is_png(bytes) {
        check_png_size(bytes)?;
        read(PngDecoder::with_limits(Cursor::new(strip_png(bytes)), limits()))
    } else if bytes.len() >= 12 && bytes.starts_with(b"RIFF") && &bytes[8..12] == b"WEBP" {
        read(WebPDecoder::new(Cursor::new(strip_webp(bytes)?)))
    } else {
        Err(CoreError::UnknownImageFormat)
    }?;
    let (width, height) = image.dimensions();
    Ok(Image { data: image.into_raw(), width, height })
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

fn read(decoder: Result<impl ImageDecoder, ImageError>) -> Result<RgbaImage, CoreError> {
    let mut decoder = decoder.map_err(corrupt)?;
    let (width, height) = decoder.dimensions();
    check_size(u64::from(width), u64::from(height))?;
    decoder.set_limits(limits()).map_err(corrupt)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    // To RGBA before turning: 16-bit samples need twice the memory.
    Ok(upright(DynamicImage::from_decoder(decoder).map_err(corrupt)?.into_rgba8(), orientation))
}

/// Decodes a JPEG of at most `max` pixels; halves what has more than the core takes.
fn read_jpeg(decoder: Result<impl ImageDecoder, ImageError>, max: u64) -> Result<RgbaImage, CoreError> {
    let mut decoder = decoder.map_err(corrupt)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels <= MAX_PIXELS || pixels > max {
        return read(Ok(decoder));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let whole = DynamicImage::from_decoder(decoder).map_err(corrupt)?.into_rgb8();
    let halved = RgbaImage::from_fn((width / 2).max(1), (height / 2).max(1), |x, y| {
        let at = |dx: u32, dy: u32| whole.get_pixel((2 * x + dx).min(width - 1), (2 * y + dy).min(height - 1)).0;
        let four = [at(0, 0), at(1, 0), at(0, 1), at(1, 1)];
        let mean = |channel: usize| (four.iter().map(|p| u16::from(p[channel])).sum::<u16>() + 2) / 4;
        image::Rgba([mean(0) as u8, mean(1) as u8, mean(2) as u8, u8::MAX])
    });
    drop(whole);
    check_size(u64::from(halved.width()), u64::from(halved.height()))?;
    Ok(upright(halved, orientation))
}

fn upright(image: RgbaImage, orientation: Orientation) -> RgbaImage {
    let mut image = DynamicImage::from(image);
    image.apply_orientation(orientation);
    let mut image = image.into_rgba8();
    // What is behind transparent pixels is arbitrary, often black.
    for pixel in image.pixels_mut().filter(|pixel| pixel.0[3] < u8::MAX) {
        let [red, green, blue] = on_white(pixel.0);
        pixel.0 = [red, green, blue, u8::MAX];
    }
    image
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    limits
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
/// Rejects more than [`MAX_SCANS`] scans.
fn check_jpeg_end(bytes: &[u8]) -> Result<(), CoreError> {
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
                    return check_scans(bytes.get(at..).unwrap_or_default());
                }
            }
            (None, _) | (_, None) => return Err(truncated()),
            _ => return Err(CoreError::CorruptImage { reason: "the JPEG has no marker where one is required".into() }),
        }
    }
}

/// Checks what follows the first scan header: at most [`MAX_SCANS`] scans, and the end of the image.
fn check_scans(data: &[u8]) -> Result<(), CoreError> {
    let mut scans = 1;
    for pair in data.windows(2).filter(|pair| pair[0] == 0xff) {
        match pair[1] {
            0xd9 => return Ok(()),
            0xda => scans += 1,
            _ => {}
        }
        if scans > MAX_SCANS {
            return Err(CoreError::CorruptImage { reason: format!("the JPEG has more than {MAX_SCANS} scans") });
        }
    }
    Err(truncated())
}

fn truncated() -> CoreError {
    CoreError::CorruptImage { reason: "the JPEG ends before its end marker: it is truncated".into() }
}
