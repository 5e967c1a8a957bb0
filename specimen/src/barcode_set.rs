//! The barcode test set: photographed backs of synthetic driving licences in four classes of difficulty. The encoded
//! text is known. Every image is determined by its index.

use image::imageops::{FilterType, overlay, resize};
use image::{Rgb, RgbImage};
use kyc_core::geometry::Point;

use crate::degrade;
use crate::document::licence_text;
use crate::pdf417;
use crate::person::Person;
use crate::rng::Rng;
use crate::scene::{Pose, with_document};

/// Number of images in the set, the same for each class.
pub const IMAGES: usize = 120;

const SEED: u64 = 0x5EED_0417_0000_0004;

/// Class of difficulty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Difficulty {
    /// The card fills the image, in focus.
    Easy,
    /// Farther away and tilted, some noise.
    Medium,
    /// Modules of 1.6 to 2.2 px, blurred, turned by up to 25°.
    Hard,
    /// Beyond: modules of 1.3 to 1.7 px, or a scratch, a reflection or a finger over the symbol.
    Extreme,
}

impl Difficulty {
    /// Every class.
    pub const ALL: [Self; 4] = [Self::Easy, Self::Medium, Self::Hard, Self::Extreme];

    /// Returns the name for reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Medium => "medium",
            Self::Hard => "hard",
            Self::Extreme => "extreme",
        }
    }
}

/// An image of the set.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Image of the camera.
    pub image: RgbImage,
    /// Text of the barcode.
    pub text: String,
    /// Class of difficulty.
    pub difficulty: Difficulty,
}

/// Renders image `index`, 0 to [`IMAGES`] − 1.
pub fn sample(index: usize) -> Sample {
    let mut rng = Rng::new(SEED, index as u64);
    let rng = &mut rng;
    let difficulty = Difficulty::ALL[index % 4];
    let text = licence_text(&Person::invented(rng.bits(), false));
    let (columns, level) = (10 + rng.below(7), 3 + rng.below(3) as u32);
    let symbol = pdf417::render(text.as_bytes(), columns, level, 3, 9 + rng.below(4) as u32);
    // The card is drawn at 12 px per millimetre; the symbol is 74 mm wide.
    let wide = 74 * 12;
    let high = (wide * symbol.height() / symbol.width()).min(400);
    let symbol = resize(&symbol, wide, high, FilterType::Triangle);
    let mut card = RgbImage::from_pixel(1027, 648, Rgb([226, 230, 235]));
    overlay(&mut card, &symbol, 70, 150);
    let modules = 17.0 * (columns as f32 + 4.0) + 1.0;
    let (module_px, turn, tilt) = match difficulty {
        Difficulty::Easy => (f32::MAX, rng.range(-5.0, 5.0), rng.range(0.0, 0.03)),
        Difficulty::Medium => (rng.range(2.2, 3.0), rng.range(-14.0, 14.0), rng.range(0.0, 0.10)),
        Difficulty::Hard => (rng.range(1.6, 2.2), rng.range(-25.0, 25.0), rng.range(0.0, 0.14)),
        Difficulty::Extreme => (rng.range(1.3, 1.7), rng.range(-12.0, 12.0), rng.range(0.0, 0.08)),
    };
    let spoiled = difficulty == Difficulty::Extreme && rng.chance(0.5);
    let module_px = if spoiled { 2.4 } else { module_px };
    let size = (1920u32, 1080u32);
    let share = (module_px * modules / 0.865 / size.0 as f32).min(0.92);
    let half = rng.chance(0.15) && share < 0.5;
    let pose = Pose {
        width_share: share,
        rotation_deg: turn
            + if half {
                90.0
            } else if rng.chance(0.2) {
                180.0
            } else {
                0.0
            },
        tilt,
        offset: Point::new(0.0, 0.0),
    };
    let mut image = with_document(size, &card, &pose);
    let (blur, sigma) = match difficulty {
        Difficulty::Easy => (0.4, 1.5),
        Difficulty::Medium => (rng.range(0.5, 0.9), rng.range(2.0, 4.0)),
        Difficulty::Hard => (rng.range(0.5, 0.9), rng.range(2.0, 6.0)),
        Difficulty::Extreme => (rng.range(0.4, 0.7), rng.range(2.0, 6.0)),
    };
    if spoiled {
        let at = (rng.range(0.38, 0.62) * size.0 as f32, rng.range(0.42, 0.56) * size.1 as f32);
        if rng.chance(0.5) {
            let width = rng.range(20.0, 60.0);
            degrade::glare(rng, &mut image, at, width, 0.95);
        } else {
            scratch(rng, &mut image, at);
        }
    }
    degrade::defocus(&mut image, blur);
    degrade::exposure(rng, &mut image);
    degrade::sensor_noise(rng, &mut image, 1.0, sigma, false);
    if difficulty != Difficulty::Easy {
        let quality = 65 + rng.below(25) as u8;
        image = degrade::jpeg(image, quality);
    }
    Sample { image, text, difficulty }
}

/// Draws a dark line, a few pixels thick.
fn scratch(rng: &mut Rng, image: &mut RgbImage, at: (f32, f32)) {
    let (sin, cos) = rng.range(0.2, 2.9).sin_cos();
    let (thick, colour) = (rng.range(3.0, 9.0), [rng.below(90) as u8; 3]);
    for (x, y, p) in image.enumerate_pixels_mut() {
        if ((x as f32 - at.0) * sin - (y as f32 - at.1) * cos).abs() < thick {
            *p = Rgb(colour);
        }
    }
}
