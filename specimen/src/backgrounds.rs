//! Procedural backgrounds: the surfaces that documents lie on.

use image::{Rgb, RgbImage};

use crate::canvas::{Canvas, Face};
use crate::rng::{Rng, hash2, smooth, wave};

/// A kind of surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// Grain of a table.
    Wood,
    /// Woven threads.
    Cloth,
    /// A sheet of printed text.
    Print,
    /// One colour, unevenly lit.
    Plain,
    /// A wall.
    Brick,
    /// Speckled stone.
    Stone,
}

impl Surface {
    /// Surfaces that documents lie on.
    pub const TABLES: [Self; 5] = [Self::Wood, Self::Cloth, Self::Print, Self::Plain, Self::Stone];

    /// Renders the surface.
    pub fn render(self, rng: &mut Rng, size: (u32, u32)) -> RgbImage {
        match self {
            Self::Wood => wood(rng, size),
            Self::Cloth => cloth(rng, size),
            Self::Print => print(rng, size),
            Self::Plain => plain(rng, size),
            Self::Brick => brick(rng, size),
            Self::Stone => stone(rng, size),
        }
    }
}

fn shade(size: (u32, u32), colour: [f32; 3], mut light: impl FnMut(f32, f32) -> f32) -> RgbImage {
    RgbImage::from_fn(size.0, size.1, |x, y| {
        let light = light(x as f32, y as f32);
        Rgb(colour.map(|c| (c * light).clamp(0.0, 255.0) as u8))
    })
}

fn wood(rng: &mut Rng, size: (u32, u32)) -> RgbImage {
    let colour = rng.pick(&[[150.0, 112.0, 82.0], [104.0, 78.0, 58.0], [196.0, 164.0, 126.0], [84.0, 58.0, 44.0]]);
    let (scale, phase, seed) = (rng.range(0.025, 0.07), rng.range(0.0, 50.0), rng.bits());
    let upright = rng.chance(0.4);
    shade(size, colour, |x, y| {
        let (u, v) = if upright { (y, x) } else { (x, y) };
        let t = (v + 22.0 * wave(u * 0.0035 + phase) + 8.0 * wave(u * 0.009)) * scale + phase;
        let grain = 0.5 + 0.5 * wave(t * 3.1 + 1.6 * wave(t * 1.2));
        let fibre = smooth(u * 0.02, v * 0.9, seed);
        0.68 + 0.16 * grain + 0.18 * fibre
    })
}

fn cloth(rng: &mut Rng, size: (u32, u32)) -> RgbImage {
    let colour = [rng.range(60.0, 210.0), rng.range(60.0, 210.0), rng.range(60.0, 210.0)];
    let (thread, seed) = (rng.range(2.6, 7.0), rng.bits());
    let check = rng.range(30.0, 120.0);
    let checked = rng.chance(0.4);
    shade(size, colour, |x, y| {
        let (a, b) = ((x * 0.98 + y * 0.17) / thread, (y * 0.98 - x * 0.17) / thread);
        let over = (a.floor() as i32 + b.floor() as i32) & 1 == 0;
        let round = |v: f32| 1.0 - (2.0 * (v - v.floor()) - 1.0).powi(2);
        let weave = if over { round(a) } else { round(b) };
        let square = if checked && wave(a * thread / check) * wave(b * thread / check) > 0.0 { 0.18 } else { 0.0 };
        0.55 + 0.28 * weave + 0.12 * hash2(a as i32, b as i32, seed) + square
    })
}

fn stone(rng: &mut Rng, size: (u32, u32)) -> RgbImage {
    let level = rng.range(80.0, 200.0);
    let (seed, size_1) = (rng.bits(), rng.range(0.05, 0.2));
    shade(size, [level, level * 0.97, level * 0.93], |x, y| {
        let vein = 1.0 - (smooth(x * 0.006, y * 0.006, seed) - 0.5).abs() * 6.0;
        0.75 + 0.3 * smooth(x * size_1, y * size_1, seed + 1)
            + 0.12 * vein.max(0.0)
            + 0.08 * smooth(x * 0.5, y * 0.5, seed + 2)
    })
}

fn plain(rng: &mut Rng, size: (u32, u32)) -> RgbImage {
    let base = rng.range(30.0, 235.0);
    let colour = [base, (base + rng.range(-20.0, 20.0)).max(5.0), (base + rng.range(-30.0, 30.0)).max(5.0)];
    let (seed, tilt) = (rng.bits(), rng.range(-0.2, 0.2));
    shade(size, colour, |x, y| 0.9 + tilt * (x / size.0 as f32 - 0.5) + 0.1 * smooth(x * 0.004, y * 0.004, seed))
}

fn brick(rng: &mut Rng, size: (u32, u32)) -> RgbImage {
    let (w, h, seed) = (rng.range(60.0, 190.0), rng.range(24.0, 64.0), rng.bits());
    let colour = rng.pick(&[[176.0, 92.0, 70.0], [150.0, 140.0, 130.0], [208.0, 190.0, 170.0]]);
    shade(size, colour, |x, y| {
        let row = (y / h).floor();
        let shifted = x / w + row * 0.5;
        let (dx, dy) = ((shifted - shifted.floor()) * w, y - row * h);
        if dx < 4.0 || dy < 4.0 {
            return 0.62 + 0.1 * smooth(x * 0.3, y * 0.3, seed);
        }
        0.75 + 0.3 * hash2(shifted.floor() as i32, row as i32, seed) + 0.15 * smooth(x * 0.2, y * 0.2, seed + 1)
    })
}

/// A sheet of random text.
fn print(rng: &mut Rng, size: (u32, u32)) -> RgbImage {
    let mut c = Canvas::new(size.0 as f32, size.1 as f32, 1.0, Rgb([238, 236, 230]));
    let cap = rng.range(9.0, 15.0);
    let mut y = 14.0;
    while y < size.1 as f32 + cap {
        if !rng.chance(0.1) {
            let length = 26 + rng.below(70);
            let text = sentence(rng, length);
            c.text(Face::Sans, &text, rng.range(10.0, 24.0), y, cap, Rgb([52, 50, 50]));
        }
        y += cap * 1.9;
    }
    c.image
}

/// Returns random words, at least `length` characters.
pub fn sentence(rng: &mut Rng, length: usize) -> String {
    const WORDS: [&str; 40] = [
        "the", "of", "and", "every", "paper", "river", "in", "which", "a", "long", "garden", "with", "under",
        "mountain", "wrote", "letter", "seven", "people", "by", "water", "morning", "is", "carried", "through", "old",
        "street", "to", "market", "window", "that", "from", "village", "their", "colour", "without", "number",
        "between", "winter", "no", "journey",
    ];
    let mut text = String::new();
    while text.len() < length {
        text.push_str(rng.pick(&WORDS));
        text.push_str(if rng.chance(0.1) { ", " } else { " " });
    }
    text
}
