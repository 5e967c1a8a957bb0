//! Images without an MRZ: text of all kinds, card fronts, surfaces, codes, keyboards, faces. Every image is determined
//! by its index.

use std::f32::consts::TAU;

use image::RgbImage;

use crate::backgrounds::Surface;
use crate::degrade;
use crate::document::portrait;
use crate::mrz_lines::MrzFormat;
use crate::negative_pages;
use crate::page::{self, Page};
use crate::page_camera::{PageCamera, PagePose};
use crate::rng::{Rng, smooth, wave};
use crate::synthetic_holders;

/// Number of negatives in the set.
pub const NEGATIVES: usize = 1000;

const SEED: u64 = 0x5EED_0E6A_0000_0002;

/// Subject of an image without an MRZ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Running text.
    Text,
    /// Text in two columns.
    Columns,
    /// Headlines and lists in capitals.
    Capitals,
    /// Columns of digits.
    Digits,
    /// A ruled table with words and numbers.
    Table,
    /// Source code, with its angle brackets.
    SourceCode,
    /// Payment slips and numbers in OCR-B.
    OcrText,
    /// A till's receipt.
    Receipt,
    /// Rows of arrows and angle brackets as ornaments.
    Arrows,
    /// An empty form.
    Form,
    /// The side of a card that has no MRZ.
    CardFront,
    /// Bars with digits.
    Barcode,
    /// Stacked bars, as PDF417.
    StackedCode,
    /// Keys of a keyboard.
    Keyboard,
    /// A ruler.
    Ruler,
    /// A face.
    Face,
    /// Wood or cloth.
    WoodAndCloth,
    /// Brick, stone or a plain wall.
    Wall,
    /// Stripes.
    Stripes,
    /// Noise of a sensor in the dark, or blotches.
    Noise,
}

impl Subject {
    /// Every subject.
    pub const ALL: [Self; 20] = [
        Self::Text,
        Self::Columns,
        Self::Capitals,
        Self::Digits,
        Self::Table,
        Self::SourceCode,
        Self::OcrText,
        Self::Receipt,
        Self::Arrows,
        Self::Form,
        Self::CardFront,
        Self::Barcode,
        Self::StackedCode,
        Self::Keyboard,
        Self::Ruler,
        Self::Face,
        Self::WoodAndCloth,
        Self::Wall,
        Self::Stripes,
        Self::Noise,
    ];

    /// Returns the subject's name for reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Columns => "columns",
            Self::Capitals => "capitals",
            Self::Digits => "digits",
            Self::Table => "table of data",
            Self::SourceCode => "source code",
            Self::OcrText => "OCR-B text",
            Self::Receipt => "receipt",
            Self::Arrows => "arrows",
            Self::Form => "empty form",
            Self::CardFront => "card front",
            Self::Barcode => "barcode",
            Self::StackedCode => "stacked code",
            Self::Keyboard => "keyboard",
            Self::Ruler => "ruler",
            Self::Face => "face",
            Self::WoodAndCloth => "wood and cloth",
            Self::Wall => "wall",
            Self::Stripes => "stripes",
            Self::Noise => "noise",
        }
    }

    /// Returns the subject of negative `index`.
    pub const fn from_index(index: usize) -> Self {
        Self::ALL[index % Self::ALL.len()]
    }
}

/// Renders negative `index` of the set, 0 to [`NEGATIVES`] − 1.
pub fn negative(index: usize) -> RgbImage {
    let mut rng = Rng::new(SEED, index as u64);
    let size = rng.pick(&[(1280, 720), (1280, 720), (960, 1280), (1280, 960), (640, 480)]);
    let mut image = match Subject::from_index(index) {
        Subject::WoodAndCloth => rng.pick(&[Surface::Wood, Surface::Cloth]).render(&mut rng, size),
        Subject::Wall => rng.pick(&[Surface::Brick, Surface::Stone, Surface::Plain]).render(&mut rng, size),
        Subject::Stripes => stripes(&mut rng, size),
        Subject::Noise => noise(&mut rng, size),
        subject => {
            let page = sheet(&mut rng, subject);
            on_a_table(&mut rng, subject, &page, size)
        }
    };
    camera(&mut rng, &mut image);
    image
}

fn sheet(rng: &mut Rng, subject: Subject) -> Page {
    match subject {
        Subject::Columns => negative_pages::columns(rng),
        Subject::Capitals => negative_pages::capitals(rng),
        Subject::Digits => negative_pages::digits(rng),
        Subject::Table => negative_pages::table(rng),
        Subject::SourceCode => negative_pages::source_code(rng),
        Subject::OcrText => negative_pages::ocr_text(rng),
        Subject::Receipt => negative_pages::receipt(rng),
        Subject::Arrows => negative_pages::arrows(rng),
        Subject::Form => negative_pages::form(rng),
        Subject::Barcode => negative_pages::barcode(rng),
        Subject::StackedCode => negative_pages::stacked_code(rng),
        Subject::Keyboard => negative_pages::keyboard(rng),
        Subject::Ruler => negative_pages::ruler(rng),
        Subject::CardFront => {
            let format = rng.pick(&[MrzFormat::Td1, MrzFormat::Td1, MrzFormat::Td2, MrzFormat::FrenchDl]);
            let holder = synthetic_holders::generate(rng, format);
            page::draw_front(rng, format, &holder, 12.0)
        }
        Subject::Face => {
            let image = portrait();
            let image = if rng.chance(0.5) { image::imageops::flip_horizontal(&image) } else { image };
            let size_mm = (image.width() as f32 / 4.0, image.height() as f32 / 4.0);
            Page {
                image,
                px_per_mm: 4.0,
                size_mm,
                mrz_mm: [20.0, 5.0, size_mm.0 - 20.0, size_mm.1 * 0.7],
                corner_mm: 0.0,
            }
        }
        Subject::Text | Subject::WoodAndCloth | Subject::Wall | Subject::Stripes | Subject::Noise => {
            negative_pages::text(rng)
        }
    }
}

/// Renders a page on a table: all of it, or a part that fills the image.
fn on_a_table(rng: &mut Rng, subject: Subject, page: &Page, size: (u32, u32)) -> RgbImage {
    let (w, h) = page.size_mm;
    let upright = rng.chance(0.5) || subject == Subject::Face;
    let cropped = rng.chance(0.7) && subject != Subject::CardFront || subject == Subject::Face;
    let part = if subject == Subject::Face {
        page.mrz_mm
    } else {
        let (pw, ph) = (w * rng.range(0.35, 0.8), h * rng.range(0.2, 0.5));
        let (x, y) = (rng.range(4.0, w - pw), rng.range(4.0, h - ph));
        [x, y, x + pw - 4.0, y + ph - 4.0]
    };
    let pose = PagePose {
        rotation_deg: if upright { rng.range(-14.0, 14.0) } else { rng.range(0.0, 360.0) },
        off_axis_deg: rng.range(0.0, 35.0),
        lean_deg: rng.range(0.0, 360.0),
        bend_mm: if rng.chance(0.2) { rng.range(1.0, 8.0) } else { 0.0 },
        px_per_mm: rng.range(5.0, 14.0),
        cropped,
    };
    let page_camera = PageCamera::new(rng, size, page.size_mm, part, &pose);
    let background = rng.pick(&Surface::TABLES).render(rng, size);
    let shadow = (rng.range(-1.5, 1.5), rng.range(0.2, 2.0));
    page_camera.render(page, background, shadow)
}

/// Applies exposure and, sometimes, a fault of lens, sensor or encoder.
fn camera(rng: &mut Rng, image: &mut RgbImage) {
    degrade::exposure(rng, image);
    let (w, h) = (image.width() as f32, image.height() as f32);
    let at = (rng.range(0.2, 0.8) * w, rng.range(0.2, 0.8) * h);
    match rng.below(10) {
        0 => degrade::over_expose(image, at, w * rng.range(0.1, 0.4), rng.range(1.5, 3.5)),
        1 => {
            let (width, veil) = (w * rng.range(0.03, 0.15), rng.range(0.3, 1.0));
            degrade::glare(rng, image, at, width, veil);
        }
        2 => {
            let (soft, light) = (rng.range(2.0, 200.0), rng.range(0.2, 0.6));
            degrade::shadow(rng, image, at, soft, light);
        }
        3 => degrade::defocus(image, rng.range(0.6, 3.5)),
        4 => degrade::motion(image, rng.range(1.5, 9.0), rng.range(0.0, 180.0)),
        5 => {
            let (light, sigma) = (rng.range(0.25, 0.6), rng.range(4.0, 16.0));
            degrade::sensor_noise(rng, image, light, sigma, true);
        }
        6 => {
            let quality = 25 + rng.below(45) as u8;
            *image = degrade::jpeg(std::mem::take(image), quality);
        }
        _ => {}
    }
    let sigma = rng.range(0.5, 2.5);
    degrade::sensor_noise(rng, image, 1.0, sigma, true);
}

fn stripes(rng: &mut Rng, size: (u32, u32)) -> RgbImage {
    let (sin, cos) = rng.range(0.0, 6.3).sin_cos();
    let (pitch, duty) = (rng.range(3.0, 40.0), rng.range(-0.6, 0.6));
    let bow = rng.range(0.0, 12.0);
    // Gaps across the stripes make rows of blocks, which look like distant text.
    let gap = if rng.chance(0.5) { pitch * rng.range(0.4, 3.0) } else { 0.0 };
    let (dark, bright) = (rng.range(20.0, 110.0), rng.range(140.0, 250.0));
    RgbImage::from_fn(size.0, size.1, |x, y| {
        let (x, y) = (x as f32, y as f32);
        let (along, across) = (x * cos + y * sin, y * cos - x * sin + bow * wave(x * 0.006));
        let row = ((wave(across * TAU / pitch) - duty) * pitch * 0.3).clamp(-1.0, 1.0);
        let block = if gap > 0.0 { (wave(along * TAU / gap) * gap * 0.3 + 0.6).clamp(-1.0, 1.0) } else { 1.0 };
        let ink = row.min(block) * 0.5 + 0.5;
        image::Rgb([(bright + (dark - bright) * ink) as u8; 3])
    })
}

fn noise(rng: &mut Rng, size: (u32, u32)) -> RgbImage {
    let (grain, stretch) = (rng.range(0.05, 0.9), rng.range(0.3, 3.0));
    let (level, swing, seed) = (rng.range(20.0, 180.0), rng.range(10.0, 140.0), rng.bits());
    RgbImage::from_fn(size.0, size.1, |x, y| {
        let v = smooth(x as f32 * grain, y as f32 * grain * stretch, seed);
        image::Rgb([(level + swing * (v - 0.3)).clamp(0.0, 255.0) as u8; 3])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_index_same_image_for_every_subject() {
        for index in 0..Subject::ALL.len() {
            let image = negative(index);
            assert!(image.width() >= 640 && image.height() >= 480);
            let first = image.get_pixel(0, 0);
            assert!(image.pixels().any(|p| p != first), "{:?} is empty", Subject::from_index(index));
        }
        assert!(negative(6) == negative(6));
        assert!(negative(6) != negative(26));
    }
}
