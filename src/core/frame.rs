//! Pixels: borrowed and checked ([`Frame`]), or owned luma ([`LumaImage`]).

use std::ops::Range;

use crate::error::CoreError;
use crate::geometry::Rect;
use crate::simd::F32x4;

/// Most pixels that an image may have once decoded: 40 megapixels (160 MB as RGBA), which holds any phone's still.
pub const MAX_PIXELS: u64 = 40_000_000;

/// How the bytes of a [`Frame`] are laid out; rows follow each other without padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PixelFormat {
    /// 4 bytes a pixel: red, green, blue, alpha.
    Rgba,
    /// 1 byte a pixel: luma, full range 0–255.
    Luma,
}

impl PixelFormat {
    /// Bytes of one pixel.
    pub fn bytes_per_pixel(self) -> usize {
        match self {
            Self::Rgba => 4,
            Self::Luma => 1,
        }
    }
}

/// Borrowed pixels whose sizes are known to be right.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    data: &'a [u8],
    width: usize,
    height: usize,
    format: PixelFormat,
}

impl<'a> Frame<'a> {
    /// A frame over `data`, which must have exactly `width * height * format.bytes_per_pixel()` bytes.
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

    /// [`Frame::new`] for RGBA.
    pub fn rgba(data: &'a [u8], width: u32, height: u32) -> Result<Self, CoreError> {
        Self::new(data, width, height, PixelFormat::Rgba)
    }

    /// [`Frame::new`] for luma.
    pub fn luma(data: &'a [u8], width: u32, height: u32) -> Result<Self, CoreError> {
        Self::new(data, width, height, PixelFormat::Luma)
    }

    /// Pixels per row, at least 1.
    pub fn width(&self) -> usize {
        self.width
    }

    /// All of it, in its own pixels.
    pub fn bounds(&self) -> Rect {
        Rect { x: 0.0, y: 0.0, width: self.width as f32, height: self.height as f32 }
    }

    /// Rows, at least 1.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Layout of [`Frame::data`].
    pub fn format(&self) -> PixelFormat {
        self.format
    }

    /// The bytes, row by row.
    pub fn data(&self) -> &'a [u8] {
        self.data
    }

    /// Red, green, blue and alpha of a pixel inside the frame, 0–255.
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

    /// The same between the pixels (bilinear), in pixel-centre coordinates (the centre of the top-left pixel is 0, 0), clamped at the
    /// borders.
    #[inline(always)]
    pub(crate) fn sample(&self, x: f32, y: f32) -> F32x4 {
        let x = x.clamp(0.0, (self.width - 1) as f32);
        let y = y.clamp(0.0, (self.height - 1) as f32);
        // To a signed integer: WebAssembly has no instruction for an unsigned one that is as fast.
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

    /// The luma plane (BT.601 weights, full range).
    pub fn to_luma(&self) -> LumaImage {
        self.luma_within(0..self.width, 0..self.height)
    }

    /// The luma plane of some columns and rows, which must lie inside.
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

/// Fails unless an image of this size is one that the core accepts. Call it on a file's header, before decoding.
pub fn check_size(width: u64, height: u64) -> Result<(), CoreError> {
    if width == 0 || height == 0 {
        return Err(CoreError::EmptyImage);
    }
    match width.checked_mul(height) {
        Some(pixels) if pixels <= MAX_PIXELS => Ok(()),
        _ => Err(CoreError::ImageTooLarge { width, height }),
    }
}

/// Owned luma, one byte a pixel, rows without padding: `data.len() == width * height`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LumaImage {
    /// Luma, full range, row by row.
    pub data: Vec<u8>,
    /// Pixels per row.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl LumaImage {
    /// An image of one value.
    pub fn filled(width: usize, height: usize, value: u8) -> Self {
        Self { data: vec![value; width * height], width, height }
    }

    /// Luma at a pixel inside the image.
    #[inline]
    pub fn get(&self, x: usize, y: usize) -> u8 {
        self.data[y * self.width + x]
    }

    /// Luma of the pixel nearest to a place in pixel-centre coordinates, clamped at the borders.
    #[inline]
    pub fn nearest(&self, x: f32, y: f32) -> u8 {
        // Casts saturate: what lies above or to the left is 0.
        self.get(((x + 0.5) as usize).min(self.width - 1), ((y + 0.5) as usize).min(self.height - 1))
    }

    /// Bilinear sample in pixel-centre coordinates (the centre of the top-left pixel is 0, 0), clamped at the borders.
    #[inline]
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, (self.width - 1) as f32);
        let y = y.clamp(0.0, (self.height - 1) as f32);
        // At the last column and row the sample is taken just before it, so that there always is a next one.
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
    fn refuses_what_does_not_fit() {
        assert_eq!(Frame::rgba(&[], 0, 5).unwrap_err(), CoreError::EmptyImage);
        assert_eq!(Frame::rgba(&[0; 15], 2, 2).unwrap_err(), CoreError::WrongBufferLength { expected: 16, actual: 15 });
        assert_eq!(Frame::luma(&[], 10_000, 10_000).unwrap_err().code(), "image_too_large");
        assert_eq!(check_size(u64::MAX, 2).unwrap_err().code(), "image_too_large");
    }

    #[test]
    fn luma_keeps_grey_as_it_is() {
        let grey: Vec<u8> = (0..=255u8).flat_map(|v| [v, v, v, 255]).collect();
        let luma = Frame::rgba(&grey, 256, 1).unwrap().to_luma();
        assert_eq!(luma.data, (0..=255u8).collect::<Vec<_>>());
    }

    #[test]
    fn samples_between_pixels() {
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
