//! Pixel buffers: borrowed and validated ([`Frame`]), or owned luma ([`LumaImage`]).

use std::ops::Range;

use crate::error::CoreError;
use crate::geometry::Rect;
use crate::limits::MAX_PIXELS;
use crate::simd::F32x4;

/// The layout of the bytes of a [`Frame`]. Rows have no padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PixelFormat {
    /// 4 bytes per pixel: red, green, blue, alpha.
    Rgba,
    /// 1 byte per pixel: luma, full range 0–255.
    Luma,
}

impl PixelFormat {
    /// Returns the number of bytes per pixel.
    pub fn bytes_per_pixel(self) -> usize {
        match self {
            Self::Rgba => 4,
            Self::Luma => 1,
        }
    }
}

/// Borrowed pixels with validated dimensions.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    data: &'a [u8],
    width: usize,
    height: usize,
    format: PixelFormat,
}

impl<'a> Frame<'a> {
    /// Creates a frame over `data` of exactly `width * height * format.bytes_per_pixel()` bytes.
    ///
    /// # Errors
    /// [`CoreError::EmptyImage`], [`CoreError::ImageTooLarge`] or [`CoreError::WrongBufferLength`].
    pub fn new(data: &'a [u8], width: u32, height: u32, format: PixelFormat) -> Result<Self, CoreError> {
        check_size(u64::from(width), u64::from(height))?;
        let (width, height) = (width as usize, height as usize);
        let expected = width * height * format.bytes_per_pixel();
        if data.len() != expected {
            return Err(CoreError::WrongBufferLength { expected, actual: data.len() });
        }
        Ok(Self { data, width, height, format })
    }

    /// Creates a frame over RGBA pixels.
    ///
    /// # Errors
    /// As [`Frame::new`].
    pub fn rgba(data: &'a [u8], width: u32, height: u32) -> Result<Self, CoreError> {
        Self::new(data, width, height, PixelFormat::Rgba)
    }

    /// Creates a frame over luma pixels.
    ///
    /// # Errors
    /// As [`Frame::new`].
    pub fn luma(data: &'a [u8], width: u32, height: u32) -> Result<Self, CoreError> {
        Self::new(data, width, height, PixelFormat::Luma)
    }

    /// Returns the number of pixels per row, at least 1.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Returns the rectangle of the whole frame, in pixels.
    pub fn bounds(&self) -> Rect {
        Rect { x: 0.0, y: 0.0, width: self.width as f32, height: self.height as f32 }
    }

    /// Returns the number of rows, at least 1.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Returns the layout of [`Frame::data`].
    pub fn format(&self) -> PixelFormat {
        self.format
    }

    /// Returns the bytes, row by row.
    pub fn data(&self) -> &'a [u8] {
        self.data
    }

    /// Returns red, green, blue and alpha of a pixel inside the frame, 0–255.
    #[inline(always)]
    pub(crate) fn colour(&self, x: usize, y: usize) -> F32x4 {
        let at = y * self.width + x;
        F32x4::from_u8(match self.format {
            PixelFormat::Rgba => self.data.as_chunks::<4>().0[at],
            PixelFormat::Luma => {
                let luma = self.data[at];
                [luma, luma, luma, u8::MAX]
            }
        })
    }

    /// Samples red, green, blue and alpha bilinearly at pixel-centre coordinates (the centre of the top-left pixel is
    /// 0, 0), clamped at the borders.
    #[inline(always)]
    pub(crate) fn sample(&self, x: f32, y: f32) -> F32x4 {
        let x = x.clamp(0.0, (self.width - 1) as f32);
        let y = y.clamp(0.0, (self.height - 1) as f32);
        // The cast goes through a signed integer: WebAssembly has no equally fast instruction for unsigned integers.
        let (x0, y0) = (x as i32 as usize, y as i32 as usize);
        let (x1, y1) = ((x0 + 1).min(self.width - 1), (y0 + 1).min(self.height - 1));
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let (top, bottom) = (y0 * self.width, y1 * self.width);
        let corners = [
            (top + x0, (1.0 - fx) * (1.0 - fy)),
            (top + x1, fx * (1.0 - fy)),
            (bottom + x0, (1.0 - fx) * fy),
            (bottom + x1, fx * fy),
        ];
        match self.format {
            PixelFormat::Rgba => {
                let pixels = self.data.as_chunks::<4>().0;
                corners.into_iter().fold(F32x4::splat(0.0), |sum, (at, share)| {
                    sum.add_product(F32x4::from_u8(pixels[at]), F32x4::splat(share))
                })
            }
            PixelFormat::Luma => {
                let luma = corners.into_iter().fold(0.0, |sum, (at, share)| sum + f32::from(self.data[at]) * share);
                F32x4::new([luma, luma, luma, 255.0])
            }
        }
    }

    /// Converts to luma (BT.601 weights, full range).
    pub fn to_luma(&self) -> LumaImage {
        self.luma_within(0..self.width, 0..self.height)
    }

    /// Converts a region to luma. The columns and rows must lie inside the frame.
    pub(crate) fn luma_within(&self, columns: Range<usize>, rows: Range<usize>) -> LumaImage {
        let (width, height) = (columns.len(), rows.len());
        let mut data = Vec::with_capacity(width * height);
        for row in rows {
            let bytes = self.format.bytes_per_pixel();
            let row = &self.data[(row * self.width + columns.start) * bytes..(row * self.width + columns.end) * bytes];
            match self.format {
                PixelFormat::Luma => data.extend_from_slice(row),
                PixelFormat::Rgba => data.extend(row.as_chunks::<4>().0.iter().map(|&[red, green, blue, _]| {
                    ((u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29 + 128) >> 8) as u8
                })),
            }
        }
        LumaImage { data, width, height }
    }
}

/// Checks the dimensions of an image. Call it on the header of a file, before decoding.
///
/// # Errors
/// [`CoreError::EmptyImage`] or [`CoreError::ImageTooLarge`].
pub fn check_size(width: u64, height: u64) -> Result<(), CoreError> {
    if width == 0 || height == 0 {
        return Err(CoreError::EmptyImage);
    }
    match width.checked_mul(height) {
        Some(pixels) if pixels <= MAX_PIXELS => Ok(()),
        _ => Err(CoreError::ImageTooLarge { width, height }),
    }
}

/// Owned luma, one byte per pixel, rows without padding: `data.len() == width * height`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LumaImage {
    /// Luma values, full range, row by row.
    pub data: Vec<u8>,
    /// Pixels per row.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl LumaImage {
    /// Creates an image in which each pixel has the given value.
    pub fn filled(width: usize, height: usize, value: u8) -> Self {
        Self { data: vec![value; width * height], width, height }
    }

    /// Returns the luma of a pixel inside the image.
    #[inline]
    pub fn get(&self, x: usize, y: usize) -> u8 {
        self.data[y * self.width + x]
    }

    /// Returns the luma of the pixel nearest to a point in pixel-centre coordinates, clamped at the borders.
    #[inline]
    pub fn nearest(&self, x: f32, y: f32) -> u8 {
        // Casts saturate: negative coordinates become 0.
        self.get(((x + 0.5) as usize).min(self.width - 1), ((y + 0.5) as usize).min(self.height - 1))
    }

    /// Samples bilinearly at pixel-centre coordinates (the centre of the top-left pixel is 0, 0), clamped at the
    /// borders.
    #[inline]
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, (self.width - 1) as f32);
        let y = y.clamp(0.0, (self.height - 1) as f32);
        // At the last column and row, interpolate from the one before it, so that a next one always exists.
        let (x0, y0) =
            ((x as usize).min(self.width.saturating_sub(2)), (y as usize).min(self.height.saturating_sub(2)));
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let right = usize::from(self.width > 1);
        let row = |y: usize| {
            let at = y * self.width + x0;
            let pair = &self.data[at..=at + right];
            let (a, b) = (f32::from(pair[0]), f32::from(pair[right]));
            a + (b - a) * fx
        };
        let (top, bottom) = (row(y0), row((y0 + 1).min(self.height - 1)));
        top + (bottom - top) * fy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_invalid_dimensions() {
        assert_eq!(Frame::rgba(&[], 0, 5).unwrap_err(), CoreError::EmptyImage);
        assert_eq!(Frame::rgba(&[0; 15], 2, 2).unwrap_err(), CoreError::WrongBufferLength { expected: 16, actual: 15 });
        assert_eq!(Frame::luma(&[], 10_000, 10_000).unwrap_err().code(), "image_too_large");
        assert_eq!(check_size(u64::MAX, 2).unwrap_err().code(), "image_too_large");
    }

    #[test]
    fn to_luma_preserves_grey_levels() {
        let grey: Vec<u8> = (0..=255u8).flat_map(|v| [v, v, v, 255]).collect();
        let luma = Frame::rgba(&grey, 256, 1).unwrap().to_luma();
        assert_eq!(luma.data, (0..=255u8).collect::<Vec<_>>());
    }

    #[test]
    fn samples_bilinearly() {
        let image = LumaImage { data: vec![0, 100, 200, 100], width: 2, height: 2 };
        assert_eq!(image.sample(0.5, 0.0), 50.0);
        assert_eq!(image.sample(0.5, 0.5), 100.0);
        assert_eq!(image.sample(-3.0, 9.0), 200.0);
        let grey = Frame::luma(&image.data, 2, 2).unwrap();
        assert_eq!(grey.sample(0.5, 0.5).to_array(), [100.0, 100.0, 100.0, 255.0]);
        assert_eq!(grey.sample(-3.0, 9.0).to_array()[0], 200.0);
        let colours = [0, 10, 20, 255, 100, 50, 20, 255];
        assert_eq!(Frame::rgba(&colours, 2, 1).unwrap().sample(0.25, 0.0).to_array(), [25.0, 20.0, 20.0, 255.0]);
    }
}
