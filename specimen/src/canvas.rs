//! Drawing on an RGB canvas whose unit is the millimetre.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use image::{Rgb, RgbImage};

/// Typefaces of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// OCR-B, for the MRZ.
    OcrB,
    /// Labels and data.
    Sans,
    /// Titles.
    Bold,
}

impl Face {
    fn font(self) -> FontRef<'static> {
        let bytes: &'static [u8] = match self {
            Self::OcrB => include_bytes!("../assets/OCRB.otf"),
            Self::Sans => include_bytes!("../assets/DejaVuSans.subset.ttf"),
            Self::Bold => include_bytes!("../assets/DejaVuSans-Bold.subset.ttf"),
        };
        FontRef::try_from_slice(bytes).expect("the bundled fonts are valid: PROVENANCE.md lists their hashes")
    }
}

/// A page in millimetres at a given resolution.
pub struct Canvas {
    /// The pixels.
    pub image: RgbImage,
    px_per_mm: f32,
}

impl Canvas {
    /// Creates a page of one colour.
    pub fn new(width_mm: f32, height_mm: f32, px_per_mm: f32, colour: Rgb<u8>) -> Self {
        let size = |mm: f32| (mm * px_per_mm).round() as u32;
        Self { image: RgbImage::from_pixel(size(width_mm), size(height_mm), colour), px_per_mm }
    }

    /// Returns the resolution in pixels per millimetre.
    pub fn px_per_mm(&self) -> f32 {
        self.px_per_mm
    }

    /// Sets every pixel from its position in millimetres and its current colour.
    pub fn shade(&mut self, mut f: impl FnMut(f32, f32, Rgb<u8>) -> Rgb<u8>) {
        let scale = 1.0 / self.px_per_mm;
        for (x, y, p) in self.image.enumerate_pixels_mut() {
            *p = f((x as f32 + 0.5) * scale, (y as f32 + 0.5) * scale, *p);
        }
    }

    /// Fills a rectangle; `alpha` 0–1.
    pub fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, colour: Rgb<u8>, alpha: f32) {
        let px = |mm: f32| (mm * self.px_per_mm).round().max(0.0) as u32;
        for py in px(y)..px(y + height).min(self.image.height()) {
            for pxx in px(x)..px(x + width).min(self.image.width()) {
                blend(self.image.get_pixel_mut(pxx, py), colour, alpha);
            }
        }
    }

    /// Draws a line of text with its baseline at `y` and a cap height of `cap_mm`; returns its width in millimetres.
    pub fn text(&mut self, face: Face, text: &str, x: f32, y: f32, cap_mm: f32, colour: Rgb<u8>) -> f32 {
        let font = face.font();
        let scale = self.scale_for(&font, cap_mm);
        let mut pen = x * self.px_per_mm;
        for c in text.chars() {
            let glyph = font.glyph_id(c);
            self.glyph(&font, scale, c, pen, y * self.px_per_mm, colour);
            pen += font.as_scaled(scale).h_advance(glyph);
        }
        pen / self.px_per_mm - x
    }

    /// Draws a line of OCR-B at a fixed pitch: each character is centred in its cell of `pitch_mm`.
    pub fn monospaced(&mut self, text: &str, x: f32, y: f32, cap_mm: f32, pitch_mm: f32, colour: Rgb<u8>) {
        self.monospaced_in((Face::OcrB, 1.0), text, (x, y), cap_mm, pitch_mm, colour);
    }

    /// Draws a line at a fixed pitch in any typeface, scaled horizontally by `squeeze`: each character is centred in
    /// its cell of `pitch_mm`, the first cell begins at `at.0`, the baseline is `at.1`.
    pub fn monospaced_in(
        &mut self,
        (face, squeeze): (Face, f32),
        text: &str,
        at: (f32, f32),
        cap_mm: f32,
        pitch_mm: f32,
        colour: Rgb<u8>,
    ) {
        let font = face.font();
        let mut scale = self.scale_for(&font, cap_mm);
        scale.x *= squeeze;
        for (i, c) in text.chars().enumerate() {
            let advance = font.as_scaled(scale).h_advance(font.glyph_id(c));
            let cell = (at.0 + i as f32 * pitch_mm) * self.px_per_mm;
            let pen = cell + (pitch_mm * self.px_per_mm - advance) / 2.0;
            self.glyph(&font, scale, c, pen, at.1 * self.px_per_mm, colour);
        }
    }

    /// Draws an image scaled into a rectangle (Catmull–Rom).
    pub fn draw_image(&mut self, image: &RgbImage, x: f32, y: f32, width: f32, height: f32) {
        let px = |mm: f32| (mm * self.px_per_mm).round() as u32;
        let scaled = image::imageops::resize(image, px(width), px(height), image::imageops::FilterType::CatmullRom);
        image::imageops::overlay(&mut self.image, &scaled, i64::from(px(x)), i64::from(px(y)));
    }

    fn scale_for(&self, font: &FontRef<'_>, cap_mm: f32) -> PxScale {
        let probe = PxScale::from(1000.0);
        let capital = font.glyph_id('H').with_scale_and_position(probe, point(0.0, 0.0));
        let height = font.outline_glyph(capital).map_or(700.0, |o| o.px_bounds().height());
        PxScale::from(1000.0 * cap_mm * self.px_per_mm / height)
    }

    fn glyph(&mut self, font: &FontRef<'_>, scale: PxScale, c: char, x: f32, y: f32, colour: Rgb<u8>) {
        let glyph = font.glyph_id(c).with_scale_and_position(scale, point(x, y));
        let Some(outline) = font.outline_glyph(glyph) else { return };
        let bounds = outline.px_bounds();
        let (width, height) = (i64::from(self.image.width()), i64::from(self.image.height()));
        outline.draw(|gx, gy, cover| {
            let (px, py) = (bounds.min.x as i64 + i64::from(gx), bounds.min.y as i64 + i64::from(gy));
            if (0..width).contains(&px) && (0..height).contains(&py) {
                blend(self.image.get_pixel_mut(px as u32, py as u32), colour, cover);
            }
        });
    }
}

/// Blends a colour over a pixel.
pub fn blend(pixel: &mut Rgb<u8>, colour: Rgb<u8>, alpha: f32) {
    let alpha = alpha.clamp(0.0, 1.0);
    for (p, c) in pixel.0.iter_mut().zip(colour.0) {
        *p = (f32::from(*p) * (1.0 - alpha) + f32::from(c) * alpha + 0.5) as u8;
    }
}
