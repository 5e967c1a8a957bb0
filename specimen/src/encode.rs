//! Pixels and files of images, compiled with this crate's optimisation: tests are not optimised.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};

/// RGBA bytes, row by row, opaque.
pub fn rgba(image: &RgbImage) -> Vec<u8> {
    let mut bytes = vec![255; image.as_raw().len() / 3 * 4];
    for (to, from) in bytes.chunks_exact_mut(4).zip(image.as_raw().chunks_exact(3)) {
        to[..3].copy_from_slice(from);
    }
    bytes
}

/// Makes every value lighter, as a lamp that flickers does.
pub fn lighten(values: &mut [u8], by: u8) {
    values.iter_mut().for_each(|value| *value = value.saturating_add(by));
}

/// A JPEG file, of the encoder's default quality.
pub fn jpeg(image: &RgbImage) -> Vec<u8> {
    file(image, ImageFormat::Jpeg)
}

/// A PNG file.
pub fn png(image: &RgbImage) -> Vec<u8> {
    file(image, ImageFormat::Png)
}

/// A file of this format.
pub fn file(image: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(image.clone())
        .write_to(&mut bytes, format)
        .expect("an image of this size can be written to memory");
    bytes.into_inner()
}
