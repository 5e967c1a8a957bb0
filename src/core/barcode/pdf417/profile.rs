//! Edges between dark and light elements along a scan line, with subpixel precision.

use crate::frame::LumaImage;
use crate::geometry::Point;

/// Samples per pixel.
const DENSITY: f32 = 2.0;
/// Minimum contrast between a bar and a space: luma levels, and relative to the local range.
const MIN_CONTRAST: f32 = 10.0;
const MIN_CONTRAST_RATIO: f32 = 0.12;
/// Block in which the local range is measured, samples.
const CONTRAST_BLOCK: usize = 48;

/// Alternating dark and light elements along a line.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Profile {
    /// Starts of the elements, px from the start of the line; the last entry is the end of the last element.
    pub edges: Vec<f32>,
    /// Whether the first element is dark.
    pub first_dark: bool,
}

impl Profile {
    /// Measures the profile between two points.
    pub(super) fn measure(image: &LumaImage, from: Point, to: Point) -> Self {
        let length = from.distance(to);
        let count = (length * DENSITY) as usize;
        if count < 8 {
            return Self::default();
        }
        if let Some(profile) = Self::along_pixels(image, from, to) {
            return profile;
        }
        let luma: Vec<f32> = (0..=count)
            .map(|i| {
                let t = i as f32 / count as f32;
                image.sample(from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t)
            })
            .collect();
        let pixels = length / count as f32;
        Self::from_samples(&luma, pixels)
    }

    /// Measures a full row or column without interpolation, the most frequent case.
    fn along_pixels(image: &LumaImage, from: Point, to: Point) -> Option<Self> {
        let (w, h) = (image.width, image.height);
        let luma: Vec<f32> = if from.y == to.y && from.x == 0.0 && to.x == (w - 1) as f32 && from.y.fract() == 0.0 {
            image.data.get(from.y as usize * w..)?.get(..w)?.iter().map(|&v| f32::from(v)).collect()
        } else if from.x == to.x && from.y == 0.0 && to.y == (h - 1) as f32 && from.x.fract() == 0.0 {
            image.data.get(from.x as usize..)?.iter().step_by(w).map(|&v| f32::from(v)).collect()
        } else {
            return None;
        };
        Some(Self::from_samples(&luma, 1.0))
    }

    fn from_samples(luma: &[f32], pixels: f32) -> Self {
        let min_contrast = contrasts(luma);
        // Alternating maxima and minima: a maximum is confirmed once the luma has fallen below it by the minimum
        // contrast, and vice versa.
        let (mut high, mut low) = ((luma[0], 0), (luma[0], 0));
        let mut rising: Option<bool> = None;
        let mut before: Option<(f32, usize)> = None;
        let mut edges = Vec::new();
        let mut first_dark = None;
        let mut crossing = |a: (f32, usize), b: (f32, usize)| {
            let middle = (a.0 + b.0) / 2.0;
            let falls = a.0 > b.0;
            let at = (a.1..b.1).find(|&i| if falls { luma[i + 1] < middle } else { luma[i + 1] > middle });
            if let Some(i) = at {
                let step = luma[i + 1] - luma[i];
                let part = if step.abs() > 1e-3 { ((middle - luma[i]) / step).clamp(0.0, 1.0) } else { 0.5 };
                first_dark.get_or_insert(falls);
                edges.push((i as f32 + part) * pixels);
            }
        };
        for (i, &v) in luma.iter().enumerate() {
            if v > high.0 {
                high = (v, i);
            }
            if v < low.0 {
                low = (v, i);
            }
            if rising != Some(false) && v < high.0 - min_contrast[i] {
                if let Some(valley) = before.filter(|_| rising.is_some()) {
                    crossing(valley, high);
                }
                (before, low, rising) = (Some(high), (v, i), Some(false));
            } else if rising != Some(true) && v > low.0 + min_contrast[i] {
                if let Some(peak) = before.filter(|_| rising.is_some()) {
                    crossing(peak, low);
                }
                (before, high, rising) = (Some(low), (v, i), Some(true));
            }
        }
        // The last extremum has an edge too.
        if let (Some(before), Some(rising)) = (before, rising) {
            crossing(before, if rising { high } else { low });
        }
        Self { edges, first_dark: first_dark.unwrap_or(false) }
    }

    /// Returns the number of elements.
    pub(super) fn len(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// Returns whether an element is dark.
    pub(super) fn is_dark(&self, element: usize) -> bool {
        element.is_multiple_of(2) == self.first_dark
    }

    /// Returns the widths of `N` consecutive elements, px; `None` if there are fewer.
    pub(super) fn widths<const N: usize>(&self, element: usize) -> Option<[f32; N]> {
        let edges = self.edges.get(element..element + N + 1)?;
        Some(std::array::from_fn(|i| edges[i + 1] - edges[i]))
    }
}

/// Returns the minimum contrast of an edge at each sample, luma levels.
fn contrasts(luma: &[f32]) -> Vec<f32> {
    let blocks: Vec<(f32, f32)> = luma
        .chunks(CONTRAST_BLOCK)
        .map(|chunk| {
            chunk
                .iter()
                .fold((f32::MAX, f32::MIN), |s, &v| (if v < s.0 { v } else { s.0 }, if v > s.1 { v } else { s.1 }))
        })
        .collect();
    (0..luma.len())
        .map(|i| {
            let block = i / CONTRAST_BLOCK;
            let around = &blocks[block.saturating_sub(1)..(block + 2).min(blocks.len())];
            let (low, high) = around.iter().fold((f32::MAX, f32::MIN), |s, b| (s.0.min(b.0), s.1.max(b.1)));
            ((high - low) * MIN_CONTRAST_RATIO).max(MIN_CONTRAST)
        })
        .collect()
}
