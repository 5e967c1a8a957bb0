//! Decodes files to pixels ([`decode`]) and encodes pixels to files ([`encode`]): cropped, upright, within a byte
//! budget, without metadata.
//!
//! Every file is encoded from pixels, so EXIF, GPS position, comments and colour profiles never pass through.

mod container;
mod decode;
mod jpeg_data;
mod pixels;
mod png;
mod resize;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::error::CoreError;
use crate::frame::{Frame, PixelFormat};
use crate::geometry::{Quad, Rect};

pub use decode::{check_file, decode, decode_scaled};
pub use pixels::Image;
use pixels::on_white;
pub use resize::{downscale, warp};

/// Minimum shorter side to which a byte budget may scale an image, px: below it neither an MRZ nor a face is usable.
const MIN_SIDE: usize = 240;

/// Scale factor of each step when the lowest quality does not fit the budget.
const SHRINK_FACTOR: f32 = 0.85;

/// Output file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum OutputFormat {
    /// JPEG, 4:2:0.
    #[default]
    Jpeg,
    /// PNG, RGBA.
    Png,
}

impl OutputFormat {
    /// Returns the media type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// Options of [`encode`]. All sizes in pixels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CoreEncodeOptions"))]
#[serde(rename_all = "camelCase", default)]
pub struct EncodeOptions {
    /// File format.
    pub format: OutputFormat,
    /// Part of the image to keep, pixels; it must overlap the image.
    pub crop: Option<Rect>,
    /// Corners of a document to rectify, pixels, clockwise from the top left. Excludes `crop`.
    pub quad: Option<Quad>,
    /// Maximum width, pixels, at least 1. Default: unlimited.
    pub max_width: Option<u32>,
    /// Maximum height, pixels, at least 1. Default: unlimited.
    pub max_height: Option<u32>,
    /// Maximum of width and height, pixels, at least 1. Default: unlimited.
    pub max_side: Option<u32>,
    /// Maximum number of pixels, at least 1. Default: unlimited.
    pub max_pixels: Option<u32>,
    /// JPEG quality.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 100)))]
    pub quality: u8,
    /// Minimum JPEG quality under `maxBytes`; not above `quality`.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 100)))]
    pub min_quality: u8,
    /// Maximum file size, bytes: lowers first the quality, then the size. Default: unlimited.
    pub max_bytes: Option<usize>,
}

impl Default for EncodeOptions {
    /// JPEG of quality 85, at least 50 within a budget, at full size.
    fn default() -> Self {
        Self {
            format: OutputFormat::Jpeg,
            crop: None,
            quad: None,
            max_width: None,
            max_height: None,
            max_side: None,
            max_pixels: None,
            quality: 85,
            min_quality: 50,
            max_bytes: None,
        }
    }
}

/// A file encoded by [`encode`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// Content of the file.
    pub bytes: Vec<u8>,
    /// File format.
    pub format: OutputFormat,
    /// Pixels per row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// JPEG quality used; 100 for PNG.
    pub quality: u8,
}

impl Encoded {
    /// Returns the bytes as Base64 (RFC 4648 section 4, padded).
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.bytes)
    }

    /// Returns the file as a `data:` URL (RFC 2397).
    pub fn to_data_url(&self) -> String {
        format!("data:{};base64,{}", self.format.mime(), self.to_base64())
    }
}

/// Crops, scales and encodes a frame.
///
/// # Errors
/// [`CoreError::InvalidOption`] for an option out of range, [`CoreError::BudgetTooSmall`] if not even the smallest
/// allowed encoding fits `max_bytes`.
pub fn encode(frame: &Frame<'_>, options: &EncodeOptions) -> Result<Encoded, CoreError> {
    options.check()?;
    let mut image = crop(frame, options)?;
    let scale = options.scale_for(image.width, image.height);
    if scale < 1.0 {
        image = scaled(&image, scale);
    }
    loop {
        let smallest = match fit_budget(&image, options)? {
            Ok(encoded) => return Ok(encoded),
            Err(smallest) => smallest,
        };
        let shorter = image.width.min(image.height) as usize;
        if shorter <= MIN_SIDE {
            return Err(CoreError::BudgetTooSmall { budget: options.max_bytes.unwrap_or(0), smallest });
        }
        image = scaled(&image, SHRINK_FACTOR.max(MIN_SIDE as f32 / shorter as f32));
    }
}

impl EncodeOptions {
    fn check(&self) -> Result<(), CoreError> {
        let invalid = |name, expected| Err(CoreError::InvalidOption { name, expected });
        if !(1..=100).contains(&self.quality) {
            return invalid("quality", "a whole number from 1 to 100");
        }
        if self.min_quality == 0 || self.min_quality > self.quality {
            return invalid("minQuality", "a whole number from 1 to `quality`");
        }
        if self.crop.is_some() && self.quad.is_some() {
            return invalid("crop", "either `crop` or `quad`, not both");
        }
        let limits = [
            ("maxWidth", self.max_width),
            ("maxHeight", self.max_height),
            ("maxSide", self.max_side),
            ("maxPixels", self.max_pixels),
        ];
        for (name, value) in limits {
            if value == Some(0) {
                return invalid(name, "a whole number of at least 1");
            }
        }
        if self.max_bytes == Some(0) {
            return invalid("maxBytes", "a whole number of at least 1");
        }
        Ok(())
    }

    fn scale_for(&self, width: u32, height: u32) -> f32 {
        let (w, h) = (width as f32, height as f32);
        // A JPEG side has 16 bits.
        let side = if self.format == OutputFormat::Jpeg { 65_535.0 } else { f32::MAX };
        let mut scale = 1f32.min(side / w).min(side / h);
        if let Some(max) = self.max_width {
            scale = scale.min(max as f32 / w);
        }
        if let Some(max) = self.max_height {
            scale = scale.min(max as f32 / h);
        }
        if let Some(max) = self.max_side {
            scale = scale.min(max as f32 / w.max(h));
        }
        if let Some(max) = self.max_pixels {
            scale = scale.min((max as f32 / (w * h)).sqrt());
        }
        scale
    }
}

/// Returns the selected part of the frame, as RGBA.
fn crop(frame: &Frame<'_>, options: &EncodeOptions) -> Result<Image, CoreError> {
    if let Some(quad) = options.quad {
        return warp(frame, &quad, None).ok_or(CoreError::InvalidOption {
            name: "quad",
            expected: "four corners of a convex quadrilateral of at least 8 pixels a side, in the order top left, top \
                       right, bottom right, bottom left",
        });
    }
    let (width, height) = (frame.width(), frame.height());
    let (x0, y0, x1, y1) = match options.crop {
        None => (0, 0, width, height),
        Some(r) => {
            let finite = [r.x, r.y, r.width, r.height].iter().all(|v| v.is_finite());
            let edge = |v: f32, max: usize| v.round().clamp(0.0, max as f32) as usize;
            let cut = (edge(r.x, width), edge(r.y, height), edge(r.x + r.width, width), edge(r.y + r.height, height));
            if !finite || cut.0 >= cut.2 || cut.1 >= cut.3 {
                return Err(CoreError::InvalidOption { name: "crop", expected: "a rectangle that overlaps the image" });
            }
            cut
        }
    };
    let bytes = frame.format().bytes_per_pixel();
    let mut data = Vec::with_capacity((x1 - x0) * (y1 - y0) * 4);
    for y in y0..y1 {
        let row = &frame.data()[(y * width + x0) * bytes..(y * width + x1) * bytes];
        match frame.format() {
            PixelFormat::Rgba => data.extend_from_slice(row),
            PixelFormat::Luma => data.extend(row.iter().flat_map(|&v| [v, v, v, 255])),
        }
    }
    Ok(Image { data, width: (x1 - x0) as u32, height: (y1 - y0) as u32 })
}

fn scaled(image: &Image, scale: f32) -> Image {
    let size = |v: u32| ((v as f32 * scale).floor() as u32).max(1);
    downscale(image, size(image.width), size(image.height))
}

/// Returns the file of the best quality that fits, or the size in bytes of the smallest one tried.
fn fit_budget(image: &Image, options: &EncodeOptions) -> Result<Result<Encoded, usize>, CoreError> {
    let encoded =
        |bytes, quality| Encoded { bytes, format: options.format, width: image.width, height: image.height, quality };
    let budget = options.max_bytes.unwrap_or(usize::MAX);
    if options.format == OutputFormat::Png {
        let bytes = png::encode(image);
        return Ok(if bytes.len() <= budget { Ok(encoded(bytes, 100)) } else { Err(bytes.len()) });
    }
    let rgb = flatten_on_white(image);
    let first = jpeg(&rgb, image, options.quality)?;
    if first.len() <= budget {
        return Ok(Ok(encoded(first, options.quality)));
    }
    let lowest = jpeg(&rgb, image, options.min_quality)?;
    if lowest.len() > budget {
        return Ok(Err(lowest.len()));
    }
    // Size grows with quality: binary search between a quality that fits (`low`) and one that does not (`high`).
    let (mut low, mut high, mut best) = (options.min_quality, options.quality, lowest);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let bytes = jpeg(&rgb, image, middle)?;
        if bytes.len() <= budget {
            (low, best) = (middle, bytes);
        } else {
            high = middle;
        }
    }
    Ok(Ok(encoded(best, low)))
}

fn jpeg(rgb: &[u8], image: &Image, quality: u8) -> Result<Vec<u8>, CoreError> {
    let mut out = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut out, quality);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
    encoder
        .encode(rgb, image.width as u16, image.height as u16, jpeg_encoder::ColorType::Rgb)
        .map_err(|e| CoreError::CorruptImage { reason: e.to_string() })?;
    Ok(out)
}

/// Converts to RGB on white: JPEG has no transparency.
fn flatten_on_white(image: &Image) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(image.data.len() / 4 * 3);
    for &p in image.data.as_chunks::<4>().0 {
        rgb.extend(on_white(p));
    }
    rgb
}

#[cfg(test)]
mod tests;
