//! Identity of a rendered head: proportions, colours and hair, from a seed.

use crate::rng::Rng;

/// Hair style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hair {
    /// Close to the head.
    Short,
    /// With a fringe over the forehead.
    Fringe,
    /// To the shoulders.
    Long,
    /// Shaved.
    None,
}

/// Proportions (1 is average) and colours (linear light).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Identity {
    /// Width of the head.
    pub width: f32,
    /// Width of the jaw.
    pub jaw: f32,
    /// Length from the eyes to the chin.
    pub length: f32,
    /// Protrusion of the nose.
    pub nose: f32,
    /// Width of the nose.
    pub nose_width: f32,
    /// Distance of an eye from the centre, millimetres.
    pub eye: f32,
    /// Opening of the eyes.
    pub lids: f32,
    /// Thickness of the lips.
    pub lips: f32,
    /// Thickness of the brows.
    pub brows: f32,
    /// Height of the hair line over the eyes, millimetres.
    pub hair_line: f32,
    /// Hair style.
    pub hair: Hair,
    /// Skin colour.
    pub skin: [f32; 3],
    /// Colour of hair and brows.
    pub hair_colour: [f32; 3],
    /// Colour of the iris.
    pub iris: [f32; 3],
    /// Colour of the clothes.
    pub clothes: [f32; 3],
    /// 0 none – 1 a dense beard of few days.
    pub stubble: f32,
    /// 0 none – 1 many.
    pub freckles: f32,
    /// Wears glasses.
    pub glasses: bool,
    /// Seed of the fine texture.
    pub seed: u64,
}

/// From light to dark, linear.
const SKINS: [[f32; 3]; 6] = [
    [0.70, 0.45, 0.35],
    [0.62, 0.39, 0.28],
    [0.52, 0.31, 0.21],
    [0.40, 0.225, 0.14],
    [0.27, 0.145, 0.09],
    [0.17, 0.09, 0.058],
];

const HAIRS: [[f32; 3]; 6] = [
    [0.012, 0.010, 0.009],
    [0.030, 0.018, 0.011],
    [0.075, 0.040, 0.020],
    [0.26, 0.165, 0.075],
    [0.16, 0.055, 0.022],
    [0.30, 0.29, 0.28],
];

const IRISES: [[f32; 3]; 4] = [[0.05, 0.024, 0.011], [0.11, 0.065, 0.03], [0.10, 0.14, 0.18], [0.08, 0.12, 0.075]];

const CLOTHES: [[f32; 3]; 5] =
    [[0.05, 0.07, 0.14], [0.40, 0.40, 0.42], [0.025, 0.025, 0.027], [0.18, 0.03, 0.03], [0.05, 0.12, 0.07]];

impl Identity {
    /// Returns the identity of a seed.
    pub fn from_seed(seed: u64) -> Self {
        let mut rng = Rng::new(0x4EAD, seed);
        let tone = rng.below(SKINS.len());
        let shade = rng.range(0.92, 1.08);
        // Dark skin has dark hair, unless it is grey.
        let hair_colour = if tone >= 3 { HAIRS[rng.pick(&[0, 0, 0, 1, 5])] } else { HAIRS[rng.below(HAIRS.len())] };
        let iris = if tone >= 3 { IRISES[0] } else { rng.pick(&IRISES) };
        let near = |rng: &mut Rng, by: f32| 1.0 + by * (rng.normal() * 0.5).clamp(-1.0, 1.0);
        Self {
            width: near(&mut rng, 0.05),
            jaw: near(&mut rng, 0.08),
            length: near(&mut rng, 0.06),
            nose: near(&mut rng, 0.15),
            nose_width: near(&mut rng, 0.18),
            eye: 31.5 * near(&mut rng, 0.06),
            lids: near(&mut rng, 0.15),
            lips: near(&mut rng, 0.3),
            brows: near(&mut rng, 0.35),
            hair_line: 60.0 * near(&mut rng, 0.12),
            hair: rng.pick(&[Hair::Short, Hair::Short, Hair::Fringe, Hair::Long, Hair::Long, Hair::None]),
            skin: SKINS[tone].map(|c| c * shade),
            hair_colour,
            iris,
            clothes: rng.pick(&CLOTHES),
            stubble: if rng.chance(0.3) { rng.range(0.2, 0.8) } else { 0.0 },
            freckles: if rng.chance(0.3) && tone < 3 { rng.range(0.3, 1.0) } else { 0.0 },
            glasses: rng.chance(0.2),
            seed: rng.bits(),
        }
    }
}
