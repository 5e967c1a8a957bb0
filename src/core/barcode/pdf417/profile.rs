//! Edges between dark and light elements along a scan line, with subpixel precision.

use crate::frame::LumaImage;
use crate::geometry::Point;

/// Samples per pixel of small modules, and of modules of at least [`LARGE_MODULE`].
const DENSITY: f32 = 2.0;
const LARGE_MODULE_DENSITY: f32 = 1.0;
/// Module width above which one sample per pixel is enough, px.
const LARGE_MODULE: f32 = 2.6;
/// Share of each neighbour, one module away, that is taken off the samples of small modules.
const SHARPENING: f32 = 0.4;
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
    /// Measures the profile between two points, of elements with the given module width, px. `sharpen`: modules below
    /// [`LARGE_MODULE`] are sharpened.
    pub(super) fn measure(image: &LumaImage, from: Point, to: Point, module: f32, sharpen: bool) -> Self {
        let length = from.distance(to);
        let count = (length * if module < LARGE_MODULE { DENSITY } else { LARGE_MODULE_DENSITY }) as usize;
        if count < 8 {
            return Self::default();
        }
        let luma: Vec<f32> = (0..=count)
            .map(|i| {
                let t = i as f32 / count as f32;
                image.sample(from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t)
            })
            .collect();
        let pixels = length / count as f32;
        if module >= LARGE_MODULE || !sharpen {
            return Self::from_samples(&luma, pixels);
        }
        // Blur lowers the contrast of narrow elements and moves their edges. A module away, the neighbours' share is
        // taken off, within the range around: wide elements do not get two peaks.
        let reach = ((module / pixels) as usize).max(1);
        let ranges = ranges(&luma);
        let at = |i: usize| luma[i.min(count)];
        let sharp: Vec<f32> = (0..=count)
            .map(|i| {
                let (low, high) = ranges[i / CONTRAST_BLOCK];
                let sharp = luma[i] + SHARPENING * (2.0 * luma[i] - at(i.saturating_sub(reach)) - at(i + reach));
                sharp.max(low).min(high)
            })
            .collect();
        Self::from_samples(&sharp, pixels)
    }

    /// Measures a whole row (`upright`) or column. The borders of the image are edges, so that a symbol may touch them.
    pub(super) fn along_pixels(image: &LumaImage, line: usize, upright: bool) -> Self {
        let (start, step, count) =
            if upright { (line * image.width, 1, image.width) } else { (line, image.width, image.height) };
        let pixels = image.data.get(start..).unwrap_or_default();
        let luma: Vec<f32> = pixels.iter().step_by(step).take(count).map(|&v| f32::from(v)).collect();
        if luma.is_empty() {
            return Self::default();
        }
        let mut profile = Self::from_samples(&luma, 1.0);
        if !profile.edges.is_empty() {
            profile.edges.insert(0, -0.5);
            profile.edges.push(luma.len() as f32 - 0.5);
            profile.first_dark = !profile.first_dark;
        }
        profile
    }

    fn from_samples(luma: &[f32], pixels: f32) -> Self {
        let ranges = ranges(luma);
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
        let mut least = MIN_CONTRAST;
        for (i, &v) in luma.iter().enumerate() {
            if i.is_multiple_of(CONTRAST_BLOCK) {
                let (low, high) = ranges[i / CONTRAST_BLOCK];
                least = ((high - low) * MIN_CONTRAST_RATIO).max(MIN_CONTRAST);
            }
            if v > high.0 {
                high = (v, i);
            }
            if v < low.0 {
                low = (v, i);
            }
            if rising != Some(false) && v < high.0 - least {
                if let Some(valley) = before.filter(|_| rising.is_some()) {
                    crossing(valley, high);
                }
                (before, low, rising) = (Some(high), (v, i), Some(false));
            } else if rising != Some(true) && v > low.0 + least {
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

    /// Returns the element whose bar starts nearest to a position.
    pub(super) fn nearest_bar(&self, at: f32) -> Option<usize> {
        let next = self.edges.partition_point(|edge| *edge < at);
        (next.saturating_sub(2)..(next + 2).min(self.len())).filter(|&e| self.is_dark(e)).min_by(|&x, &y| {
            let off = |e: usize| (self.edges[e] - at).abs();
            off(x).total_cmp(&off(y))
        })
    }

    /// Returns the widths of `N` consecutive elements, px; `None` if there are fewer.
    pub(super) fn widths<const N: usize>(&self, element: usize) -> Option<[f32; N]> {
        let edges = self.edges.get(element..element + N + 1)?;
        Some(std::array::from_fn(|i| edges[i + 1] - edges[i]))
    }
}

/// Returns the range around each block of samples, luma levels.
fn ranges(luma: &[f32]) -> Vec<(f32, f32)> {
    let range = |values: &[f32]| {
        values.iter().fold((f32::MAX, f32::MIN), |s, &v| (if v < s.0 { v } else { s.0 }, if v > s.1 { v } else { s.1 }))
    };
    let blocks: Vec<(f32, f32)> = luma.chunks(CONTRAST_BLOCK).map(range).collect();
    (0..blocks.len())
        .map(|block| {
            let around = &blocks[block.saturating_sub(1)..(block + 2).min(blocks.len())];
            around.iter().fold((f32::MAX, f32::MIN), |s, b| (s.0.min(b.0), s.1.max(b.1)))
        })
        .collect()
}
