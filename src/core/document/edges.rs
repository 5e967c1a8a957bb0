//! Edges of the downsampled image: the gradient of the strongest of three channels, and its local maxima.

use crate::frame::{Frame, PixelFormat};
use crate::numeric::max_f32;

/// An edge is so many times the median gradient, but between these bounds (grey levels of 0–255 a pixel).
const OVER_MEDIAN: f32 = 2.2;
const FLOOR: (f32, f32) = (1.2, 6.0);
/// Cosine of the angle by which an edge may be turned against a line that it lies on: 14°.
const ALIGNED: f32 = 0.97;

/// An edge pixel: a local maximum of the gradient magnitude along the gradient (non-maximum suppression).
#[derive(Debug, Clone, Copy)]
pub(super) struct EdgePixel {
    pub x: u16,
    pub y: u16,
    /// Direction of the gradient, from dark to light.
    pub gx: f32,
    pub gy: f32,
    pub magnitude: f32,
}

/// The gradients of a downsampled image.
pub(super) struct Edges {
    pub width: usize,
    pub height: usize,
    /// Pixels of the frame for each pixel here.
    pub step: f32,
    /// Gradients below this are noise.
    pub floor: f32,
    gx: Vec<f32>,
    gy: Vec<f32>,
    magnitude: Vec<f32>,
}

/// Weights of the outer and of the middle rows of the Scharr operator, normalised.
const SCHARR: (f32, f32) = (3.0 / 32.0, 10.0 / 32.0);

/// Fraction of the noise floor from which an edge near a known line counts.
const REFINED_FLOOR: f32 = 0.8;

impl Edges {
    /// Edges of a frame brought down to about `wanted` pixels on its longer side, which is at most 8 times the shorter
    /// one.
    pub(super) fn of(frame: &Frame<'_>, wanted: usize) -> Self {
        let (planes, width, height, step) = small_planes(frame, wanted);
        let n = width * height;
        let (mut gx, mut gy) = (vec![0f32; n], vec![0f32; n]);
        let mut magnitude = vec![0f32; n];
        let mut across = vec![0f32; n];
        let mut smooth = vec![0f32; n];
        for plane in &planes {
            binomial(plane, &mut across, &mut smooth, width, height);
            for y in 1..height.saturating_sub(1) {
                let row = y * width;
                let (up, here, down) =
                    (&smooth[row - width..row], &smooth[row..row + width], &smooth[row + width..row + 2 * width]);
                let (out_x, out_y) = (&mut gx[row..row + width], &mut gy[row..row + width]);
                let out_m = &mut magnitude[row..row + width];
                for x in 1..width - 1 {
                    // Scharr's weights: the direction is what counts here.
                    let (side, centre) = SCHARR;
                    let h = side * (up[x + 1] - up[x - 1] + down[x + 1] - down[x - 1])
                        + centre * (here[x + 1] - here[x - 1]);
                    let v = side * (down[x - 1] - up[x - 1] + down[x + 1] - up[x + 1]) + centre * (down[x] - up[x]);
                    let m = h * h + v * v;
                    let stronger = m > out_m[x];
                    out_x[x] = if stronger { h } else { out_x[x] };
                    out_y[x] = if stronger { v } else { out_y[x] };
                    out_m[x] = if stronger { m } else { out_m[x] };
                }
            }
        }
        for m in &mut magnitude {
            *m = m.sqrt();
        }
        let floor = (median(&magnitude) * OVER_MEDIAN).clamp(FLOOR.0, FLOOR.1);
        Self { width, height, step, floor, gx, gy, magnitude }
    }

    /// Returns the edge pixels.
    pub(super) fn edge_pixels(&self) -> Vec<EdgePixel> {
        let (w, h) = (self.width, self.height);
        let mut edge_pixels = Vec::with_capacity(w * h / 8);
        for y in 2..h.saturating_sub(2) {
            for x in 2..w.saturating_sub(2) {
                let i = y * w + x;
                let m = self.magnitude[i];
                if m < self.floor {
                    continue;
                }
                let (gx, gy) = (self.gx[i], self.gy[i]);
                // Neighbours along the gradient, between the two pixels that it points to.
                let (a, b) = (gx.abs(), gy.abs());
                let (straight, slant, share) = {
                    let (sx, sy) =
                        (if gx > 0.0 { 1isize } else { -1 }, if gy > 0.0 { w as isize } else { -(w as isize) });
                    if a > b { (sx, sx + sy, b / a) } else { (sy, sx + sy, a / max_f32(b, 1e-9)) }
                };
                let at = |sign: isize| {
                    let p = self.magnitude[(i as isize + sign * straight) as usize];
                    p + (self.magnitude[(i as isize + sign * slant) as usize] - p) * share
                };
                if m >= at(1) && m > at(-1) {
                    edge_pixels.push(EdgePixel { x: x as u16, y: y as u16, gx: gx / m, gy: gy / m, magnitude: m });
                }
            }
        }
        edge_pixels
    }

    /// Whether an edge along a line with this normal is within `reach` pixels of a place: +1 where it gets lighter
    /// along the normal, −1 where darker, 0 without.
    pub(super) fn sign_near(&self, x: f32, y: f32, normal: (f32, f32), reach: i32) -> i8 {
        let mut best = (self.floor, 0i8);
        for s in -reach..=reach {
            let (px, py) = (x + normal.0 * s as f32, y + normal.1 * s as f32);
            // Not rounded by `round`, which calls a function in WebAssembly.
            let (ix, iy) = ((px + 0.5) as i32, (py + 0.5) as i32);
            if ix < 1 || iy < 1 || ix >= self.width as i32 - 1 || iy >= self.height as i32 - 1 {
                continue;
            }
            let i = iy as usize * self.width + ix as usize;
            let m = self.magnitude[i];
            if m < best.0 {
                continue;
            }
            let along = self.gx[i] * normal.0 + self.gy[i] * normal.1;
            if along.abs() > ALIGNED * m {
                best = (m, if along > 0.0 { 1 } else { -1 });
            }
        }
        best.1
    }

    /// Where across a line with this normal the strongest edge of a sign lies, within `reach` pixels of a place: its
    /// signed distance, to a fraction of a pixel.
    pub(super) fn offset_near(&self, x: f32, y: f32, normal: (f32, f32), sign: f32, reach: i32) -> Option<f32> {
        let strength = |s: f32| {
            let (px, py) = (x + normal.0 * s, y + normal.1 * s);
            if px < 1.0 || py < 1.0 || px >= (self.width - 2) as f32 || py >= (self.height - 2) as f32 {
                return 0.0;
            }
            let (x0, y0) = (px as usize, py as usize);
            let (fx, fy) = (px - x0 as f32, py - y0 as f32);
            let i = y0 * self.width + x0;
            let along = |i: usize| (self.gx[i] * normal.0 + self.gy[i] * normal.1) * sign;
            let top = along(i) + (along(i + 1) - along(i)) * fx;
            let bottom = along(i + self.width) + (along(i + self.width + 1) - along(i + self.width)) * fx;
            top + (bottom - top) * fy
        };
        let mut best = (self.floor * REFINED_FLOOR, None);
        for s in -reach..=reach {
            let here = strength(s as f32);
            if here > best.0 {
                best = (here, Some(s as f32));
            }
        }
        let s = best.1?;
        let (before, after) = (strength(s - 1.0), strength(s + 1.0));
        let curve = before - 2.0 * best.0 + after;
        let shift = if curve < -1e-3 { ((before - after) / (2.0 * curve)).clamp(-1.0, 1.0) } else { 0.0 };
        Some(s + shift)
    }
}

/// The median of magnitudes, from a histogram of every third.
fn median(values: &[f32]) -> f32 {
    const SCALE: f32 = 8.0;
    let mut counts = [0u32; 256];
    for v in values.iter().step_by(3) {
        counts[((v * SCALE) as usize).min(255)] += 1;
    }
    let half = counts.iter().sum::<u32>() / 2;
    let mut sum = 0;
    counts
        .iter()
        .position(|&n| {
            sum += n;
            sum > half
        })
        .unwrap_or(0) as f32
        / SCALE
}

/// The frame's channels as means of squares, 0–255, and the size of a square.
fn small_planes(frame: &Frame<'_>, wanted: usize) -> (Vec<Vec<f32>>, usize, usize, f32) {
    let longer = frame.width().max(frame.height());
    let step = ((longer + wanted / 2) / wanted).max(1);
    let (w, h) = ((frame.width() / step).max(1), (frame.height() / step).max(1));
    let channels = match frame.format() {
        PixelFormat::Rgba => 3,
        PixelFormat::Luma => 1,
    };
    let bytes = frame.format().bytes_per_pixel();
    let mut planes = vec![vec![0f32; w * h]; channels];
    let share = 1.0 / (step * step) as f32;
    // Columns of bytes first, which goes many at a time; then the pixels of each square.
    let mut columns = vec![0u16; w * step * bytes];
    for y in 0..h {
        columns.fill(0);
        for sy in 0..step {
            let row = &frame.data()[(y * step + sy) * frame.width() * bytes..][..w * step * bytes];
            for (sum, &v) in columns.iter_mut().zip(row) {
                *sum += u16::from(v);
            }
        }
        for (k, plane) in planes.iter_mut().enumerate() {
            for (p, square) in plane[y * w..][..w].iter_mut().zip(columns.chunks_exact(step * bytes)) {
                let sum: u32 = square.iter().skip(k).step_by(bytes).map(|&v| u32::from(v)).sum();
                *p = sum as f32 * share;
            }
        }
    }
    (planes, w, h, step as f32)
}

/// A 3×3 binomial into `out`, by way of `across`.
fn binomial(plane: &[f32], across: &mut [f32], out: &mut [f32], w: usize, h: usize) {
    for (from, to) in plane.chunks_exact(w).zip(across.chunks_exact_mut(w)) {
        to[0] = from[0];
        to[w - 1] = from[w - 1];
        for (t, f) in to[1..].iter_mut().zip(from.windows(3)) {
            *t = (f[0] + 2.0 * f[1] + f[2]) / 4.0;
        }
    }
    out[..w].copy_from_slice(&across[..w]);
    out[(h - 1) * w..].copy_from_slice(&across[(h - 1) * w..]);
    for y in 1..h.saturating_sub(1) {
        let (up, rest) = across[(y - 1) * w..].split_at(w);
        let (here, down) = rest.split_at(w);
        for (((t, u), c), d) in out[y * w..][..w].iter_mut().zip(up).zip(here).zip(down) {
            *t = (u + 2.0 * c + d) / 4.0;
        }
    }
}
