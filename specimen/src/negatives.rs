//! Pictures without a machine-readable zone: text of all sorts, cards' fronts, surfaces, codes, keyboards, faces. The same
//! index gives the same picture always.

use std::f32::consts::TAU;

use image::RgbImage;

use crate::degrade;
use crate::document::portrait;
use crate::holders;
use crate::mrz_lines::Zone;
use crate::page::{self, Page};
use crate::rng::{Rng, smooth, wave};
use crate::sheets;
use crate::surfaces::Surface;
use crate::view::{Pose, View};

/// How many negatives the set has.
pub const NEGATIVES: usize = 1000;

const SEED: u64 = 0x5EED_0E6A_0000_0002;

/// What a picture without a zone shows.
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
    /// The side of a card that has no zone.
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
    /// All.
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

    /// In words.
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

    /// What negative `index` shows.
    pub const fn of(index: usize) -> Self {
        Self::ALL[index % Self::ALL.len()]
    }
}

/// Negative `index` of the set, 0 to [`NEGATIVES`] − 1.
pub fn negative(index: usize) -> RgbImage {
    let mut rng = Rng::new(SEED, index as u64);
    let size = rng.pick(&[(1280, 720), (1280, 720), (960, 1280), (1280, 960), (640, 480)]);
    let mut picture = match Subject::of(index) {
        Subject::WoodAndCloth => rng.pick(&[Surface::Wood, Surface::Cloth]).picture(&mut rng, size),
        Subject::Wall => rng.pick(&[Surface::Brick, Surface::Stone, Surface::Plain]).picture(&mut rng, size),
        Subject::Stripes => stripes(&mut rng, size),
        Subject::Noise => noise(&mut rng, size),
        subject => {
            let page = sheet(&mut rng, subject);
            on_a_table(&mut rng, subject, &page, size)
        }
    };
    camera(&mut rng, &mut picture);
    picture
}

fn sheet(rng: &mut Rng, subject: Subject) -> Page {
    match subject {
        Subject::Columns => sheets::columns(rng),
        Subject::Capitals => sheets::capitals(rng),
        Subject::Digits => sheets::digits(rng),
        Subject::Table => sheets::table(rng),
        Subject::SourceCode => sheets::source_code(rng),
        Subject::OcrText => sheets::ocr_text(rng),
        Subject::Receipt => sheets::receipt(rng),
        Subject::Arrows => sheets::arrows(rng),
        Subject::Form => sheets::form(rng),
        Subject::Barcode => sheets::barcode(rng),
        Subject::StackedCode => sheets::stacked_code(rng),
        Subject::Keyboard => sheets::keyboard(rng),
        Subject::Ruler => sheets::ruler(rng),
        Subject::CardFront => {
            let zone = rng.pick(&[Zone::Td1, Zone::Td1, Zone::Td2, Zone::FrenchDl]);
            let holder = holders::holder(rng, zone);
            page::draw_front(rng, zone, &holder, 12.0)
        }
        Subject::Face => {
            let image = portrait();
            let image = if rng.chance(0.5) { image::imageops::flip_horizontal(&image) } else { image };
            let size_mm = (image.width() as f32 / 4.0, image.height() as f32 / 4.0);
            Page {
                image,
                px_per_mm: 4.0,
                size_mm,
                zone_mm: [20.0, 5.0, size_mm.0 - 20.0, size_mm.1 * 0.7],
                corner_mm: 0.0,
            }
        }
        Subject::Text | Subject::WoodAndCloth | Subject::Wall | Subject::Stripes | Subject::Noise => sheets::text(rng),
    }
}

/// A sheet before the camera: whole, or a part of it that fills the picture.
fn on_a_table(rng: &mut Rng, subject: Subject, page: &Page, size: (u32, u32)) -> RgbImage {
    let (w, h) = page.size_mm;
    let upright = rng.chance(0.5) || subject == Subject::Face;
    let cropped = rng.chance(0.7) && subject != Subject::CardFront || subject == Subject::Face;
    let part = if subject == Subject::Face {
        page.zone_mm
    } else {
        let (pw, ph) = (w * rng.range(0.35, 0.8), h * rng.range(0.2, 0.5));
        let (x, y) = (rng.range(4.0, w - pw), rng.range(4.0, h - ph));
        [x, y, x + pw - 4.0, y + ph - 4.0]
    };
    let pose = Pose {
        rotation_deg: if upright { rng.range(-14.0, 14.0) } else { rng.range(0.0, 360.0) },
        off_axis_deg: rng.range(0.0, 35.0),
        lean_deg: rng.range(0.0, 360.0),
        bend_mm: if rng.chance(0.2) { rng.range(1.0, 8.0) } else { 0.0 },
        px_per_mm: rng.range(5.0, 14.0),
        cropped,
    };
    let view = View::new(rng, size, page.size_mm, part, &pose);
    let background = rng.pick(&Surface::TABLES).picture(rng, size);
    let shadow = (rng.range(-1.5, 1.5), rng.range(0.2, 2.0));
    view.take(page, background, shadow)
}

/// Light, and sometimes a fault of lens, sensor or file.
fn camera(rng: &mut Rng, picture: &mut RgbImage) {
    degrade::exposure(rng, picture);
    let (w, h) = (picture.width() as f32, picture.height() as f32);
    let at = (rng.range(0.2, 0.8) * w, rng.range(0.2, 0.8) * h);
    match rng.below(10) {
        0 => degrade::over_expose(picture, at, w * rng.range(0.1, 0.4), rng.range(1.5, 3.5)),
        1 => {
            let (width, veil) = (w * rng.range(0.03, 0.15), rng.range(0.3, 1.0));
            degrade::glare(rng, picture, at, width, veil);
        }
        2 => {
            let (soft, light) = (rng.range(2.0, 200.0), rng.range(0.2, 0.6));
            degrade::shadow(rng, picture, at, soft, light);
        }
        3 => degrade::defocus(picture, rng.range(0.6, 3.5)),
        4 => degrade::motion(picture, rng.range(1.5, 9.0), rng.range(0.0, 180.0)),
        5 => {
            let (light, sigma) = (rng.range(0.25, 0.6), rng.range(4.0, 16.0));
            degrade::sensor_noise(rng, picture, light, sigma, true);
        }
        6 => {
            let quality = 25 + rng.below(45) as u8;
            *picture = degrade::jpeg(std::mem::take(picture), quality);
        }
        _ => {}
    }
    let sigma = rng.range(0.5, 2.5);
    degrade::sensor_noise(rng, picture, 1.0, sigma, true);
}

fn stripes(rng: &mut Rng, size: (u32, u32)) -> RgbImage {
    let (sin, cos) = rng.range(0.0, 6.3).sin_cos();
    let (pitch, duty) = (rng.range(3.0, 40.0), rng.range(-0.6, 0.6));
    let bow = rng.range(0.0, 12.0);
    // Across the stripes: none, or gaps that make rows of blocks, as text does from far.
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
    fn the_same_index_gives_the_same_picture_of_every_subject() {
        for index in 0..Subject::ALL.len() {
            let picture = negative(index);
            assert!(picture.width() >= 640 && picture.height() >= 480);
            let first = picture.get_pixel(0, 0);
            assert!(picture.pixels().any(|p| p != first), "{:?} is empty", Subject::of(index));
        }
        assert!(negative(6) == negative(6));
        assert!(negative(6) != negative(26));
    }
}
