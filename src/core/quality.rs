//! Image quality of a region of a frame: sharpness, reflections, exposure, contrast.

use serde::Serialize;

use crate::frame::{Frame, LumaImage, PixelFormat};
use crate::geometry::Rect;

/// Pixels per row at which everything is measured, so that values do not depend on the camera.
const MEASURED_WIDTH: usize = 640;

/// Luma from which a pixel is over-exposed (ISO/IEC 29794-5: 247–255).
pub(crate) const BRIGHT: u8 = 247;
/// Luma up to which a pixel is under-exposed (ISO/IEC 29794-5: 0–25).
const DARK: u8 = 25;
/// Luma from which a pixel may be a mirror-like reflection: white paper in a well exposed frame stays below.
const GLARE_LUMA: u8 = 250;
/// Largest difference of a reflection's colour channels: light sources are nearly white.
const GLARE_CHROMA: u32 = 24;

/// Raw values.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Quality {
    /// 0–1: the strongest percent of the Laplacian, over the contrast. About 0.5 and more for printed text in focus.
    pub sharpness: f32,
    /// Mean luma, 0–255.
    pub mean_luma: f32,
    /// Share of under-exposed pixels (0–25), 0–1.
    pub dark_share: f32,
    /// Share of over-exposed pixels (247–255), 0–1.
    pub bright_share: f32,
    /// 2nd to 98th percentile of luma, 0–255.
    pub contrast: f32,
    /// Reflections.
    pub glare: Glare,
}

/// Bright, colourless blobs.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Glare {
    /// Share of the measured part that is covered, 0–1.
    pub share: f32,
    /// Share that the largest blob covers, 0–1.
    pub largest: f32,
    /// The largest blob, in the frame's pixels.
    pub bounds: Option<Rect>,
}

/// Measures the part of a frame (cut at the frame's borders; the whole frame where nothing is left).
pub fn measure(frame: &Frame<'_>, part: Rect) -> Quality {
    let downsampled = Downsampled::new(frame, part);
    let total = downsampled.luma.data.len() as f32;
    let mut histogram = [0u32; 256];
    for &v in &downsampled.luma.data {
        histogram[usize::from(v)] += 1;
    }
    let share = |values: &[u32]| values.iter().sum::<u32>() as f32 / total;
    let percentile = |p: f32| {
        let mut left = (p * total) as u32;
        let found = histogram.iter().position(|&n| {
            let here = n > left;
            left = left.saturating_sub(n);
            here
        });
        found.unwrap_or(255) as f32
    };
    let contrast = (percentile(1.0 - CONTRAST_TAIL) - percentile(CONTRAST_TAIL)).max(0.0);
    Quality {
        sharpness: sharpness_of(&downsampled.luma, contrast),
        mean_luma: histogram.iter().enumerate().map(|(v, &n)| v as f32 * n as f32).sum::<f32>() / total,
        dark_share: share(&histogram[..=usize::from(DARK)]),
        bright_share: share(&histogram[usize::from(BRIGHT)..]),
        contrast,
        glare: glare(&downsampled),
    }
}

/// Share of the pixels below and above the levels whose difference is the contrast.
const CONTRAST_TAIL: f32 = 0.02;

/// Contrast, in levels of luma, below which a region has no sharpness: noise alone.
const MIN_CONTRAST: f32 = 8.0;

/// The 99th percentile of the absolute Laplacian (4-neighbour) over twice the contrast: a step edge one pixel wide
/// gives 0.5 to 1, one that is blurred over `n` pixels about `1 / n` of it.
pub(crate) fn sharpness_of(luma: &LumaImage, contrast: f32) -> f32 {
    let (w, h) = (luma.width, luma.height);
    if w < 3 || h < 3 || contrast < MIN_CONTRAST {
        return 0.0;
    }
    let mut histogram = [0u32; 1024];
    for y in 1..h - 1 {
        let row = |y: usize| &luma.data[y * w..(y + 1) * w];
        let (above, here, below) = (row(y - 1), row(y), row(y + 1));
        for x in 1..w - 1 {
            let around = i32::from(above[x]) + i32::from(below[x]) + i32::from(here[x - 1]) + i32::from(here[x + 1]);
            histogram[(around - 4 * i32::from(here[x])).unsigned_abs().min(1023) as usize] += 1;
        }
    }
    let mut left = ((w - 2) * (h - 2)) as u32 / 100;
    let strong = histogram.iter().rposition(|&n| {
        let here = n > left;
        left = left.saturating_sub(n);
        here
    });
    (strong.unwrap_or(0) as f32 / contrast / 2.0).min(1.0)
}

/// The part at [`MEASURED_WIDTH`] or below, and the places that may be reflections.
struct Downsampled {
    luma: LumaImage,
    glare: Vec<bool>,
    origin: (f32, f32),
    step: f32,
}

impl Downsampled {
    fn new(frame: &Frame<'_>, part: Rect) -> Self {
        let (fw, fh) = (frame.width(), frame.height());
        let edge = |v: f32, max: usize| if v.is_finite() { v.clamp(0.0, max as f32) as usize } else { 0 };
        let (mut x0, mut y0) = (edge(part.x, fw), edge(part.y, fh));
        let (mut x1, mut y1) = (edge(part.x + part.width, fw), edge(part.y + part.height, fh));
        if x1 < x0 + 3 || y1 < y0 + 3 {
            (x0, y0, x1, y1) = (0, 0, fw, fh);
        }
        // A whole number of source pixels for each measured one: the mean of a square, and no resampling of edges.
        let step = (x1 - x0).max(y1 - y0).div_ceil(MEASURED_WIDTH).max(1);
        let (w, h) = (((x1 - x0) / step).max(1), ((y1 - y0) / step).max(1));
        let mut luma = LumaImage::filled(w, h, 0);
        let mut glare = vec![false; w * h];
        let area = (step * step) as u32;
        for y in 0..h {
            for x in 0..w {
                let mut sum = [0u32; 3];
                for sy in 0..step {
                    for sx in 0..step {
                        let at = (y0 + y * step + sy).min(fh - 1) * fw + (x0 + x * step + sx).min(fw - 1);
                        match frame.format() {
                            PixelFormat::Rgba => {
                                for (s, &v) in sum.iter_mut().zip(&frame.data()[at * 4..at * 4 + 3]) {
                                    *s += u32::from(v);
                                }
                            }
                            PixelFormat::Luma => sum.iter_mut().for_each(|s| *s += u32::from(frame.data()[at])),
                        }
                    }
                }
                let [r, g, b] = sum.map(|s| s / area);
                let v = ((r * 77 + g * 150 + b * 29 + 128) >> 8) as u8;
                luma.data[y * w + x] = v;
                glare[y * w + x] = v >= GLARE_LUMA && r.max(g).max(b) - r.min(g).min(b) <= GLARE_CHROMA;
            }
        }
        Self { luma, glare, origin: (x0 as f32, y0 as f32), step: step as f32 }
    }
}

/// Blobs of reflecting places (4-connected).
fn glare(downsampled: &Downsampled) -> Glare {
    let (w, h) = (downsampled.luma.width, downsampled.luma.height);
    let total = (w * h) as f32;
    let mut open = downsampled.glare.clone();
    let (mut all, mut largest, mut bounds) = (0usize, 0usize, None);
    let mut stack = Vec::new();
    for start in 0..open.len() {
        if !open[start] {
            continue;
        }
        open[start] = false;
        stack.push(start);
        let (mut n, mut x0, mut y0, mut x1, mut y1) = (0usize, w, h, 0, 0);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % w, at / w);
            n += 1;
            (x0, y0, x1, y1) = (x0.min(x), y0.min(y), x1.max(x), y1.max(y));
            let neighbours =
                [(x > 0, at.wrapping_sub(1)), (x + 1 < w, at + 1), (y > 0, at.wrapping_sub(w)), (y + 1 < h, at + w)];
            for (there, next) in neighbours {
                if there && open[next] {
                    open[next] = false;
                    stack.push(next);
                }
            }
        }
        all += n;
        if n > largest {
            largest = n;
            bounds = Some(Rect {
                x: downsampled.origin.0 + x0 as f32 * downsampled.step,
                y: downsampled.origin.1 + y0 as f32 * downsampled.step,
                width: (x1 - x0 + 1) as f32 * downsampled.step,
                height: (y1 - y0 + 1) as f32 * downsampled.step,
            });
        }
    }
    Glare { share: all as f32 / total, largest: largest as f32 / total, bounds }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Rect = Rect { x: 0.0, y: 0.0, width: 1e6, height: 1e6 };

    /// Vertical bars, 12 pixels wide, blurred by a box of `2 blur + 1` pixels.
    fn bars(blur: usize) -> Vec<u8> {
        let w = 640;
        let line: Vec<f32> = (0..w).map(|x| if (x / 12) % 2 == 0 { 40.0 } else { 210.0 }).collect();
        let row: Vec<u8> = (0..w)
            .map(|x: usize| {
                let part = &line[x.saturating_sub(blur)..(x + blur + 1).min(w)];
                (part.iter().sum::<f32>() / part.len() as f32) as u8
            })
            .collect();
        row.repeat(120)
    }

    #[test]
    fn sharpness_falls_with_blur_and_not_with_light() {
        let of = |pixels: &[u8]| measure(&Frame::luma(pixels, 640, 120).unwrap(), ALL).sharpness;
        let values: Vec<f32> = [0, 1, 2, 4].into_iter().map(|blur| of(&bars(blur))).collect();
        assert!(values.windows(2).all(|v| v[1] < v[0] * 0.8), "{values:?}");
        assert!(values[0] > 0.45 && values[3] < 0.15, "{values:?}");
        let dim: Vec<u8> = bars(0).iter().map(|v| v / 3).collect();
        assert!((of(&dim) - values[0]).abs() < 0.05);
        assert_eq!(of(&vec![90; 640 * 120]), 0.0);
    }

    #[test]
    fn finds_a_reflection_and_where_it_is() {
        let mut rgba: Vec<u8> = [150, 140, 130, 255].repeat(200 * 100);
        for y in 20..40 {
            for x in 50..90 {
                rgba[(y * 200 + x) * 4..][..3].copy_from_slice(&[255, 254, 252]);
            }
        }
        let q = measure(&Frame::rgba(&rgba, 200, 100).unwrap(), ALL);
        assert!((q.glare.largest - 0.04).abs() < 1e-4, "{:?}", q.glare);
        assert_eq!(q.glare.bounds, Some(Rect { x: 50.0, y: 20.0, width: 40.0, height: 20.0 }));
        // Yellow is a colour, not a reflection.
        let yellow: Vec<u8> = [255, 255, 150, 255].repeat(200 * 100);
        assert_eq!(measure(&Frame::rgba(&yellow, 200, 100).unwrap(), ALL).glare.share, 0.0);
    }

    #[test]
    fn exposure() {
        let half: Vec<u8> = (0..100 * 100).map(|i| if i < 5000 { 10 } else { 250 }).collect();
        let q = measure(&Frame::luma(&half, 100, 100).unwrap(), ALL);
        assert_eq!((q.dark_share, q.bright_share, q.mean_luma), (0.5, 0.5, 130.0));
        assert_eq!(q.contrast, 240.0);
        // A part outside the frame, or no part at all, measures the frame.
        let nowhere = Rect { x: f32::NAN, y: 1e9, width: -4.0, height: 0.0 };
        assert_eq!(measure(&Frame::luma(&half, 100, 100).unwrap(), nowhere).mean_luma, 130.0);
    }
}
