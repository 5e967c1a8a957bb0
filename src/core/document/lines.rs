//! Straight edges of a picture: gradients on the strongest of three channels, then a Hough transform in which every edge
//! point votes only for directions that its own gradient allows.

use crate::core::frame::{Frame, PixelFormat};

/// Directions of the transform over 180°.
const ANGLES: usize = 180;
/// How far from its gradient's direction a point votes, in steps of a degree.
const SPREAD: i32 = 3;
/// Gradients below this (of 0–255 a pixel) are noise.
const MIN_GRADIENT: f32 = 5.0;
/// Votes of one point are bounded, so that a faint side of a light document on a light table is not drowned by print.
const VOTE_CAP: f32 = 24.0;

/// The line `x cos(angle) + y sin(angle) = rho`, in the small picture's pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    pub cos: f32,
    pub sin: f32,
    pub rho: f32,
    pub votes: f32,
}

/// A small picture's edges.
pub struct Edges {
    pub width: usize,
    pub height: usize,
    /// Pixels of the frame for each pixel here.
    pub step: f32,
    /// Gradient of the strongest channel, right and down.
    gx: Vec<f32>,
    gy: Vec<f32>,
    magnitude: Vec<f32>,
    /// Local maxima across the edge.
    ridge: Vec<bool>,
}

impl Edges {
    /// Edges of a frame brought down to about `wanted` pixels on its longer side.
    pub fn of(frame: &Frame<'_>, wanted: usize) -> Self {
        let (planes, width, height, step) = small_planes(frame, wanted);
        let n = width * height;
        let (mut gx, mut gy, mut magnitude) = (vec![0f32; n], vec![0f32; n], vec![0f32; n]);
        for plane in &planes {
            let plane = smooth(plane, width, height);
            for y in 1..height.saturating_sub(1) {
                for x in 1..width - 1 {
                    let at = |dx: usize, dy: usize| plane[(y + dy - 1) * width + x + dx - 1];
                    // Scharr's weights: the direction is what counts here.
                    let h = (3.0 * (at(2, 0) - at(0, 0)) + 10.0 * (at(2, 1) - at(0, 1)) + 3.0 * (at(2, 2) - at(0, 2)))
                        / 32.0;
                    let v = (3.0 * (at(0, 2) - at(0, 0)) + 10.0 * (at(1, 2) - at(1, 0)) + 3.0 * (at(2, 2) - at(2, 0)))
                        / 32.0;
                    let m = h.hypot(v);
                    let i = y * width + x;
                    if m > magnitude[i] {
                        (gx[i], gy[i], magnitude[i]) = (h, v, m);
                    }
                }
            }
        }
        let mut edges = Self { width, height, step, gx, gy, magnitude, ridge: vec![false; n] };
        edges.mark_ridges();
        edges
    }

    fn mark_ridges(&mut self) {
        let (w, h) = (self.width, self.height);
        for y in 2..h.saturating_sub(2) {
            for x in 2..w.saturating_sub(2) {
                let i = y * w + x;
                let m = self.magnitude[i];
                if m < MIN_GRADIENT {
                    continue;
                }
                let (ux, uy) = (self.gx[i] / m, self.gy[i] / m);
                let at = |s: f32| self.magnitude_at(x as f32 + ux * s, y as f32 + uy * s);
                self.ridge[i] = m >= at(1.0) && m > at(-1.0);
            }
        }
    }

    fn magnitude_at(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, (self.width - 2) as f32);
        let y = y.clamp(0.0, (self.height - 2) as f32);
        let (x0, y0) = (x as usize, y as usize);
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let m = |x: usize, y: usize| self.magnitude[y * self.width + x];
        let top = m(x0, y0) + (m(x0 + 1, y0) - m(x0, y0)) * fx;
        let bottom = m(x0, y0 + 1) + (m(x0 + 1, y0 + 1) - m(x0, y0 + 1)) * fx;
        top + (bottom - top) * fy
    }

    /// The strongest edge within `reach` pixels of a place along the normal of a line, whose own direction agrees with the
    /// line within about 12°: its signed distance from the place, and the sign of the gradient along the normal.
    pub fn near(&self, x: f32, y: f32, line: &Line, reach: i32) -> Option<(f32, f32)> {
        let mut best: Option<(f32, f32, f32)> = None;
        for s in -reach..=reach {
            let (px, py) = (x + line.cos * s as f32, y + line.sin * s as f32);
            let (ix, iy) = (px.round(), py.round());
            if ix < 2.0 || iy < 2.0 || ix >= (self.width - 2) as f32 || iy >= (self.height - 2) as f32 {
                continue;
            }
            let i = iy as usize * self.width + ix as usize;
            let m = self.magnitude[i];
            if m < MIN_GRADIENT {
                continue;
            }
            let along = (self.gx[i] * line.cos + self.gy[i] * line.sin) / m;
            if along.abs() > 0.975 && best.is_none_or(|b| m > b.0) {
                let (before, after) =
                    (self.magnitude_at(px - line.cos, py - line.sin), self.magnitude_at(px + line.cos, py + line.sin));
                let here = self.magnitude_at(px, py);
                let curve = before - 2.0 * here + after;
                let shift = if curve < -1e-3 { ((before - after) / (2.0 * curve)).clamp(-1.0, 1.0) } else { 0.0 };
                best = Some((m, s as f32 + shift, along.signum()));
            }
        }
        best.map(|(_, distance, sign)| (distance, sign))
    }

    /// The strongest lines, at most `most`.
    pub fn lines(&self, most: usize) -> Vec<Line> {
        let diagonal = (self.width as f32).hypot(self.height as f32);
        let rhos = 2 * diagonal.ceil() as usize + 3;
        let middle = (rhos / 2) as f32;
        let directions: Vec<(f32, f32)> = (0..ANGLES)
            .map(|a| (a as f32 * std::f32::consts::PI / ANGLES as f32).sin_cos())
            .map(|(s, c)| (c, s))
            .collect();
        let mut votes = vec![0f32; ANGLES * rhos];
        for y in 0..self.height {
            for x in 0..self.width {
                let i = y * self.width + x;
                if !self.ridge[i] {
                    continue;
                }
                let weight = self.magnitude[i].min(VOTE_CAP);
                let direction = self.gy[i].atan2(self.gx[i]).rem_euclid(std::f32::consts::PI);
                let centre = (direction / std::f32::consts::PI * ANGLES as f32).round() as i32;
                for d in -SPREAD..=SPREAD {
                    let a = (centre + d).rem_euclid(ANGLES as i32) as usize;
                    let (cos, sin) = directions[a];
                    let rho = x as f32 * cos + y as f32 * sin + middle;
                    let below = rho.floor();
                    let share = rho - below;
                    let cell = a * rhos + below as usize;
                    votes[cell] += weight * (1.0 - share);
                    votes[cell + 1] += weight * share;
                }
            }
        }
        let mut peaks = Vec::new();
        for a in 0..ANGLES {
            for r in 2..rhos - 2 {
                let v = votes[a * rhos + r];
                if v < VOTE_CAP * 8.0 {
                    continue;
                }
                let is_peak = (-2i32..=2).all(|da| {
                    let wrapped = a as i32 + da;
                    let turned = !(0..ANGLES as i32).contains(&wrapped);
                    let b = wrapped.rem_euclid(ANGLES as i32) as usize;
                    (-2i32..=2).all(|dr| {
                        // Beyond 180° the same line has the opposite distance.
                        let s = if turned { rhos as i32 - 1 - (r as i32 + dr) } else { r as i32 + dr };
                        let other = votes.get(b * rhos + s.max(0) as usize).copied().unwrap_or(0.0);
                        v > other || (v == other && (da, dr) <= (0, 0)) || (da == 0 && dr == 0)
                    })
                });
                if is_peak {
                    let (cos, sin) = directions[a];
                    peaks.push(Line { cos, sin, rho: r as f32 - middle, votes: v });
                }
            }
        }
        peaks.sort_by(|a, b| b.votes.total_cmp(&a.votes));
        peaks.truncate(most);
        peaks
    }
}

/// The frame's channels as means of squares, 0–255, and the size of a square.
fn small_planes(frame: &Frame<'_>, wanted: usize) -> (Vec<Vec<f32>>, usize, usize, f32) {
    let step = (frame.width().max(frame.height()) / wanted).max(1);
    let (w, h) = ((frame.width() / step).max(1), (frame.height() / step).max(1));
    let channels = match frame.format() {
        PixelFormat::Rgba => 3,
        PixelFormat::Luma => 1,
    };
    let bytes = frame.format().bytes_per_pixel();
    let mut planes = vec![vec![0f32; w * h]; channels];
    let share = 1.0 / (step * step) as f32;
    let mut sums = [0u32; 3];
    for y in 0..h {
        for x in 0..w {
            sums.fill(0);
            for sy in 0..step {
                let from = ((y * step + sy) * frame.width() + x * step) * bytes;
                for p in frame.data()[from..from + step * bytes].chunks_exact(bytes) {
                    for (s, &v) in sums[..channels].iter_mut().zip(p) {
                        *s += u32::from(v);
                    }
                }
            }
            for (plane, &s) in planes.iter_mut().zip(&sums) {
                plane[y * w + x] = s as f32 * share;
            }
        }
    }
    (planes, w, h, step as f32)
}

/// A 3×3 binomial.
fn smooth(plane: &[f32], w: usize, h: usize) -> Vec<f32> {
    let mut across = plane.to_vec();
    for y in 0..h {
        for x in 1..w.saturating_sub(1) {
            let i = y * w + x;
            across[i] = (plane[i - 1] + 2.0 * plane[i] + plane[i + 1]) / 4.0;
        }
    }
    let mut out = across.clone();
    for y in 1..h.saturating_sub(1) {
        for x in 0..w {
            let i = y * w + x;
            out[i] = (across[i - w] + 2.0 * across[i] + across[i + w]) / 4.0;
        }
    }
    out
}
