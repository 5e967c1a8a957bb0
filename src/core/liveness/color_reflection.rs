//! The colour reflection challenge: the page shows colours in sequence, and the light of the screen is measured on the
//! face.
//!
//! Off by default. Each colour stays for [`HOLD_MS`], which is below the three flashes per second of WCAG 2.2, 2.3.1.

use super::patch::FaceAxes;
use super::signals::{Signal, SignalName};
use crate::face::Face;
use crate::frame::{Frame, PixelFormat};

/// How long each colour stays, ms.
pub const HOLD_MS: f64 = 700.0;

/// What passes between a colour's first showing and the frames that see it: the screen, the camera's exposure and its
/// buffers.
const LAG_MS: f64 = 250.0;

/// Colours that are shown: red, green and blue, each bright enough to light a face and soft enough to look at.
const COLOURS: [[u8; 3]; 3] = [[255, 70, 70], [70, 255, 70], [80, 80, 255]];

/// Colours in one challenge.
const COLOURS_PER_CHALLENGE: usize = 4;

/// Samples per axis of the middle of the face, the side of that region as a share of the face's, and the share of it
/// that lies above the centre.
const GRID: usize = 24;
const REGION: f32 = 0.6;
const ABOVE_CENTRE: f32 = 0.4;

/// Value of a channel from which it has lost its colour.
const SATURATED: u8 = 250;

/// Minimum mean of the sum of the three channels; a darker face has no colour.
const MIN_SUM: f32 = 30.0;

/// Minimum change of a colour's share of the light on the face that differs from noise.
const MIN_CHANGE: f32 = 0.004;

/// A flash challenge under way.
#[derive(Debug, Clone)]
pub struct ColorReflectionChallenge {
    order: Vec<usize>,
    since_ms: Option<f64>,
    /// Sums of the colour shares on the face for each shown colour, and how many frames.
    sums: Vec<([f32; 3], u32)>,
}

impl ColorReflectionChallenge {
    /// Colours in an order that follows from the token; none twice in a row.
    pub fn new(token: &str) -> Self {
        let mut state = token.bytes().fold(7u32, |h, b| h.wrapping_mul(0x0100_0193) ^ u32::from(b));
        let mut order: Vec<usize> = Vec::with_capacity(COLOURS_PER_CHALLENGE);
        while order.len() < COLOURS_PER_CHALLENGE {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let next = (state >> 16) as usize % COLOURS.len();
            if order.last() != Some(&next) {
                order.push(next);
            }
        }
        Self { order, since_ms: None, sums: vec![([0.0; 3], 0); COLOURS_PER_CHALLENGE] }
    }

    /// The first colour is shown from now on.
    pub fn begin(&mut self, now_ms: f64) {
        self.since_ms = Some(now_ms);
    }

    /// The colour to show at `now_ms`; `None` where all were shown.
    pub fn colour(&self, now_ms: f64) -> Option<[u8; 3]> {
        let at = self.since_ms.map_or(0.0, |since| (now_ms - since) / HOLD_MS);
        self.order.get(at.max(0.0) as usize).map(|i| COLOURS[*i])
    }

    /// Processes a frame and its face. Returns whether all colours were shown.
    pub fn push(&mut self, frame: &Frame<'_>, face: Option<&Face>, now_ms: f64) -> bool {
        let since = *self.since_ms.get_or_insert(now_ms);
        let at = ((now_ms - since) / HOLD_MS).max(0.0);
        let slot = at as usize;
        if slot < COLOURS_PER_CHALLENGE
            && (now_ms - since) - slot as f64 * HOLD_MS >= LAG_MS
            && let Some(shares) = face.and_then(|face| light_chromaticity(frame, face))
        {
            let (sum, n) = &mut self.sums[slot];
            for (sum, share) in sum.iter_mut().zip(shares) {
                *sum += share;
            }
            *n += 1;
        }
        slot >= COLOURS_PER_CHALLENGE
    }

    /// Returns the mean change of the fraction of the shown colour between the time when it is shown and the time of
    /// the others. `None` if too few frames were measured.
    pub fn signal(&self) -> Option<Signal> {
        let means: Vec<(usize, [f32; 3])> = self
            .order
            .iter()
            .zip(&self.sums)
            .filter(|(_, (_, n))| *n >= 2)
            .map(|(colour, (sum, n))| (*colour, sum.map(|s| s / *n as f32)))
            .collect();
        let mut changes = Vec::new();
        for (colour, mean) in &means {
            let others: Vec<f32> = means.iter().filter(|(c, _)| c != colour).map(|(_, m)| m[*colour]).collect();
            if !others.is_empty() {
                changes.push(mean[*colour] - others.iter().sum::<f32>() / others.len() as f32);
            }
        }
        if changes.len() < COLOURS_PER_CHALLENGE - 1 {
            return None;
        }
        let value = changes.iter().sum::<f32>() / changes.len() as f32;
        Some(Signal {
            name: SignalName::ColourFlash,
            score: (value / (4.0 * MIN_CHANGE)).clamp(0.0, 1.0),
            value,
            reason: "mean growth of a colour's share of the light on the face \
            while the page shows it; full from 0.016 on",
        })
    }
}

/// Shares of red, green and blue in the light on the middle of the face; `None` without colours or light.
fn light_chromaticity(frame: &Frame<'_>, face: &Face) -> Option<[f32; 3]> {
    if frame.format() == PixelFormat::Luma {
        return None;
    }
    let side = face.bounds.width.max(face.bounds.height);
    let axes = FaceAxes::new(face, face.bounds.centre());
    let mut sum = [0f32; 3];
    let place = |i: usize, from: f32| (i as f32 / (GRID - 1) as f32 - from) * REGION * side;
    for y in 0..GRID {
        for x in 0..GRID {
            let p = axes.frame_position(place(x, 0.5), place(y, ABOVE_CENTRE));
            let inside = p.x >= 0.0 && p.y >= 0.0 && p.x < frame.width() as f32 && p.y < frame.height() as f32;
            if inside {
                let at = (p.y as usize * frame.width() + p.x as usize) * 4;
                let rgb = &frame.data()[at..at + 3];
                // What is lighter than the sensor holds has lost its colour.
                if rgb.iter().all(|v| *v < SATURATED) {
                    sum.iter_mut().zip(rgb).for_each(|(s, v)| *s += f32::from(*v));
                }
            }
        }
    }
    let all: f32 = sum.iter().sum();
    (all > (GRID * GRID) as f32 * MIN_SUM).then(|| sum.map(|s| s / all))
}

#[cfg(test)]
mod tests {
    use super::super::patch::tests::face_at;
    use super::*;

    /// Plays a challenge before a scene that reflects this share of the shown colour.
    fn played(reflects: f32) -> Option<Signal> {
        let face = face_at(80.0, 60.0, 40.0, 0.0);
        let mut flash = ColorReflectionChallenge::new("a token");
        let mut shown = std::collections::HashSet::new();
        for i in 0..200u32 {
            let now = f64::from(i) * 33.0;
            let colour = flash.colour(now).unwrap_or([0; 3]);
            shown.insert(colour);
            let noise = (i % 3) as f32;
            let pixel = std::array::from_fn::<u8, 3, _>(|c| {
                ([120.0, 100.0, 90.0][c] + noise + reflects * f32::from(colour[c])) as u8
            });
            let rgba: Vec<u8> = (0..160 * 120).flat_map(|_| [pixel[0], pixel[1], pixel[2], 255]).collect();
            if flash.push(&Frame::rgba(&rgba, 160, 120).unwrap(), Some(&face), now) {
                assert!((2_700.0..2_900.0).contains(&now), "{now}");
                assert!(shown.len() >= 2);
                return flash.signal();
            }
        }
        panic!("the challenge has no end");
    }

    #[test]
    fn distinguishes_lit_faces_from_recordings() {
        let lit = played(0.08).unwrap();
        assert!(lit.score > 0.9, "{lit:?}");
        let recorded = played(0.0).unwrap();
        assert!(recorded.score < 0.1, "{recorded:?}");
    }

    #[test]
    fn order_follows_from_the_token() {
        let orders: std::collections::HashSet<Vec<usize>> =
            (0..60).map(|i| ColorReflectionChallenge::new(&i.to_string()).order).collect();
        assert!(orders.len() > 10);
        assert!(orders.iter().all(|order| order.windows(2).all(|w| w[0] != w[1])));
        assert_eq!(ColorReflectionChallenge::new("x").signal(), None);
    }
}
