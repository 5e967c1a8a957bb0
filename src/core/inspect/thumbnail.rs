//! A thumbnail of a side, to recognise the same side in another image.

use crate::frame::{Frame, PixelFormat};
use crate::geometry::Quad;
use crate::thresholds::RecaptureThresholds;

/// 32 × 20 mean lumas, normalised to mean 0 and length 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Thumbnail(Vec<f32>);

const SIZE: (usize, usize) = (32, 20);
/// Samples of a cell, each way.
const SAMPLES_PER_CELL: usize = 3;

/// Weights of red, green and blue in the luma (ITU-R BT.601).
const LUMA: [f32; 3] = [0.3, 0.59, 0.11];

impl Thumbnail {
    /// Of a document whose outline begins with a longer side.
    pub fn from_frame(frame: &Frame<'_>, quad: &Quad) -> Self {
        let q = &quad.0;
        let bytes = frame.format().bytes_per_pixel();
        let luma = |x: usize, y: usize| {
            let p = &frame.data()[(y * frame.width() + x) * bytes..];
            match frame.format() {
                PixelFormat::Luma => f32::from(p[0]),
                PixelFormat::Rgba => LUMA.iter().zip(p).map(|(weight, v)| weight * f32::from(*v)).sum(),
            }
        };
        let mut cells = vec![0f32; SIZE.0 * SIZE.1];
        for (at, cell) in cells.iter_mut().enumerate() {
            for k in 0..SAMPLES_PER_CELL * SAMPLES_PER_CELL {
                let share = |cell: usize, k: usize, of: usize| {
                    (cell as f32 + (k as f32 + 0.5) / SAMPLES_PER_CELL as f32) / of as f32
                };
                let (u, v) = (
                    share(at % SIZE.0, k % SAMPLES_PER_CELL, SIZE.0),
                    share(at / SIZE.0, k / SAMPLES_PER_CELL, SIZE.1),
                );
                let p = q[0].lerp(q[1], u).lerp(q[3].lerp(q[2], u), v);
                let x = p.x.clamp(0.0, (frame.width() - 1) as f32) as usize;
                let y = p.y.clamp(0.0, (frame.height() - 1) as f32) as usize;
                *cell += luma(x, y);
            }
        }
        let mean = cells.iter().sum::<f32>() / cells.len() as f32;
        let length = cells.iter().map(|c| (c - mean).powi(2)).sum::<f32>().sqrt().max(1e-6);
        cells.iter_mut().for_each(|c| *c = (*c - mean) / length);
        Self(cells)
    }

    /// Returns whether both thumbnails show the same side of one document.
    pub fn shows_same_side(&self, other: &Self) -> bool {
        self.normalised_cross_correlation(other) >= RecaptureThresholds::DEFAULT.same_side_min_correlation
    }

    /// Returns the normalised cross-correlation, −1 to 1, in the better of two orientations 180° apart.
    pub fn normalised_cross_correlation(&self, other: &Self) -> f32 {
        let straight: f32 = self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum();
        let turned: f32 = self.0.iter().zip(other.0.iter().rev()).map(|(a, b)| a * b).sum();
        straight.max(turned)
    }
}
