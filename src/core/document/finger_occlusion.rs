//! Fingers over the sides of a document: skin on both sides of the outline.

use crate::frame::{Frame, PixelFormat};
use crate::geometry::{Point, Quad};

/// The parameters of the detection of fingers.
struct FingerOcclusionParams {
    /// Sample positions along each side.
    places: usize,
    /// Distance of the samples inside and outside the outline, as a fraction of the shorter side.
    aside: f32,
    /// Maximum difference between the colours inside and outside, 0–255 for each channel.
    same: i32,
    /// Minimum consecutive positions of a finger.
    min_run: usize,
    /// Half the side of the square whose mean is compared, pixels: the shorter side divided by this.
    sides_per_reach: f32,
    /// Fraction of a side that is ignored at either end.
    border: f32,
}

const PARAMS: FingerOcclusionParams =
    FingerOcclusionParams { places: 48, aside: 0.03, same: 30, min_run: 3, sides_per_reach: 120.0, border: 0.03 };

/// Returns the fraction of the outline that fingers cover, 0–1; 0 for a greyscale frame.
pub fn finger_occlusion_ratio(frame: &Frame<'_>, quad: &Quad) -> f32 {
    if frame.format() == PixelFormat::Luma {
        return 0.0;
    }
    let q = &quad.0;
    let middle = q[0].lerp(q[2], 0.5);
    let shorter = (0..4).map(|i| q[i].distance(q[(i + 1) % 4])).fold(f32::MAX, f32::min);
    let (step, reach) = (PARAMS.aside * shorter, (shorter / PARAMS.sides_per_reach).max(1.0) as i32);
    let mut covered = 0;
    for i in 0..4 {
        let (a, b) = (q[i], q[(i + 1) % 4]);
        let length = a.distance(b).max(1e-6);
        let mut normal = Point::new(-(b.y - a.y) / length, (b.x - a.x) / length);
        if (middle.x - a.x) * normal.x + (middle.y - a.y) * normal.y < 0.0 {
            normal = Point::new(-normal.x, -normal.y);
        }
        let mut run = 0;
        for k in 0..PARAMS.places {
            let p = a.lerp(b, PARAMS.border + (1.0 - 2.0 * PARAMS.border) * (k as f32 + 0.5) / PARAMS.places as f32);
            let at = |s: f32| mean(frame, Point::new(p.x + normal.x * s, p.y + normal.y * s), reach);
            let finger = match (at(step), at(-step)) {
                (Some(within), Some(without)) => {
                    is_skin(within) && is_skin(without) && (0..3).all(|c| (within[c] - without[c]).abs() <= PARAMS.same)
                }
                _ => false,
            };
            if finger {
                run += 1;
            }
            if !finger || k + 1 == PARAMS.places {
                covered += if run >= PARAMS.min_run { run } else { 0 };
                run = 0;
            }
        }
    }
    covered as f32 / (4 * PARAMS.places) as f32
}

/// Skin of every tone has about the same hue: Cr 138–178 and Cb 80–125 (Chai and Ngan 1999, "Face segmentation using
/// skin-color map", a little narrower, for wood is near).
fn is_skin([r, g, b]: [i32; 3]) -> bool {
    let cb = 128 + (-43 * r - 85 * g + 128 * b) / 256;
    let cr = 128 + (128 * r - 107 * g - 21 * b) / 256;
    r > 45 && (138..=178).contains(&cr) && (80..=125).contains(&cb)
}

fn mean(frame: &Frame<'_>, p: Point, reach: i32) -> Option<[i32; 3]> {
    let (w, h) = (frame.width() as i32, frame.height() as i32);
    let (x, y) = (p.x as i32, p.y as i32);
    if x < reach || y < reach || x >= w - reach || y >= h - reach {
        return None;
    }
    let mut sum = [0i32; 3];
    for py in y - reach..=y + reach {
        for px in x - reach..=x + reach {
            let at = (py * w + px) as usize * 4;
            for (s, &v) in sum.iter_mut().zip(&frame.data()[at..at + 3]) {
                *s += i32::from(v);
            }
        }
    }
    let n = (2 * reach + 1) * (2 * reach + 1);
    Some(sum.map(|s| s / n))
}
