//! A located line as the strip that the recogniser was trained on.

use crate::core::frame::LumaImage;
use crate::core::geometry::Point;

use super::locate::TextLine;
use super::recognise::{MAX_STRIP_WIDTH, STRIP_CAP_HEIGHT, STRIP_HEIGHT, STRIP_X_SCALE};

/// Pieces of a line whose height is measured on their own, so that a slope or a bend is followed.
const PIECES: usize = 7;
/// Background that is left before and after the text, as a multiple of the cap height (a character's pitch is 1.06).
const MARGIN_CAPS: f32 = 1.5;

/// The middle of a line's capitals along its length, and their height.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    line: TextLine,
    /// Offset of the middle from the straight line, px of the image, down positive, at the centres of the pieces.
    offsets: [f32; PIECES],
    /// Height of the capitals, px of the image.
    pub cap_height: f32,
}

/// Measures where the capitals of a line really are.
pub fn measure(image: &LumaImage, line: &TextLine) -> Baseline {
    let mut fitted = Baseline { line: *line, offsets: [0.0; PIECES], cap_height: line.cap_height };
    // Twice: the second time around what the first has found.
    for _ in 0..2 {
        fitted = refined(image, &fitted);
    }
    fitted
}

fn refined(image: &LumaImage, before: &Baseline) -> Baseline {
    let cap = before.cap_height;
    let length = before.line.length();
    // Profiles across the line, at four samples a cap height... at least, and one a pixel.
    let step = (cap / 16.0).max(0.25);
    let reach = (1.15 * cap / step).ceil() as i32;
    let rows = (2 * reach + 1) as usize;
    let mut profiles = vec![vec![0f32; rows]; PIECES];
    for (piece, profile) in profiles.iter_mut().enumerate() {
        let samples = ((length / PIECES as f32) / (cap / 8.0).max(0.5)).ceil().max(4.0) as usize;
        for k in 0..samples {
            let t = (piece as f32 + (k as f32 + 0.5) / samples as f32) / PIECES as f32;
            let column: Vec<f32> = (-reach..=reach).map(|r| before.at(image, t, r as f32 * step)).collect();
            // How dark against the lightest of this column: shades fall out.
            let light = column.iter().copied().fold(0.0, f32::max);
            for (p, v) in profile.iter_mut().zip(&column) {
                *p += light - v;
            }
        }
    }
    let mut offsets = [0f32; PIECES];
    let mut heights = Vec::new();
    let mut total = vec![0f32; rows];
    for (piece, profile) in profiles.iter().enumerate() {
        match span(profile) {
            Some((top, bottom)) => {
                offsets[piece] = ((top + bottom) / 2.0 - reach as f32) * step;
                heights.push((bottom - top) * step);
            }
            None => offsets[piece] = f32::NAN,
        }
        for (t, p) in total.iter_mut().zip(profile) {
            *t += p;
        }
    }
    heights.sort_by(f32::total_cmp);
    let cap_height = match heights.get(heights.len() / 2) {
        Some(&h) => h.clamp(0.6 * cap, 1.5 * cap),
        None => cap,
    };
    // A parabola through the pieces: single pieces (fillers only are low and of half height) must not pull the line.
    let smooth = parabola(&offsets);
    let mut out = before.clone();
    out.cap_height = cap_height;
    for (piece, offset) in out.offsets.iter_mut().enumerate() {
        *offset += smooth(piece as f32).clamp(-0.6 * cap, 0.6 * cap);
    }
    out
}

/// Where a profile is above half of its strongest part, around its centre of mass, in rows.
fn span(profile: &[f32]) -> Option<(f32, f32)> {
    let floor = profile.iter().copied().fold(f32::MAX, f32::min);
    let mut sorted: Vec<f32> = profile.iter().map(|v| v - floor).collect();
    let values = sorted.clone();
    sorted.sort_by(f32::total_cmp);
    let high = sorted[sorted.len() * 4 / 5];
    if high <= 1e-3 {
        return None;
    }
    let limit = 0.45 * high;
    // The run of rows above the limit that holds the middle, or is nearest to it.
    let middle = values.len() as i32 / 2;
    let start = (0..values.len() as i32)
        .flat_map(|d| [middle - d, middle + d])
        .find(|&i| i >= 0 && (i as usize) < values.len() && values[i as usize] > limit)? as usize;
    let mut top = start;
    while top > 0 && values[top - 1] > limit {
        top -= 1;
    }
    let mut bottom = start;
    while bottom + 1 < values.len() && values[bottom + 1] > limit {
        bottom += 1;
    }
    Some((top as f32 - 0.5, bottom as f32 + 0.5))
}

/// Least squares of degree two over the pieces that have a value; twice, the farthest value dropped in between.
fn parabola(values: &[f32; PIECES]) -> impl Fn(f32) -> f32 {
    let mut points: Vec<(f64, f64)> =
        values.iter().enumerate().filter(|(_, v)| v.is_finite()).map(|(i, &v)| (i as f64, f64::from(v))).collect();
    let mut fit = [0.0f64; 3];
    for round in 0..2 {
        if points.len() < 3 {
            break;
        }
        fit = quadratic(&points);
        if round == 0 && points.len() > 4 {
            let error = |p: &(f64, f64)| (fit[0] + fit[1] * p.0 + fit[2] * p.0 * p.0 - p.1).abs();
            if let Some((worst, _)) = points.iter().enumerate().max_by(|a, b| error(a.1).total_cmp(&error(b.1))) {
                points.remove(worst);
            }
        }
    }
    move |x| (fit[0] + fit[1] * f64::from(x) + fit[2] * f64::from(x) * f64::from(x)) as f32
}

fn quadratic(points: &[(f64, f64)]) -> [f64; 3] {
    let mut m = [[0.0f64; 4]; 3];
    for &(x, y) in points {
        let powers = [1.0, x, x * x];
        for (row, p) in m.iter_mut().zip(powers) {
            for (cell, q) in row.iter_mut().zip(powers) {
                *cell += p * q;
            }
            row[3] += p * y;
        }
    }
    for c in 0..3 {
        let pivot = m[c];
        if pivot[c].abs() < 1e-9 {
            return [0.0; 3];
        }
        for (r, row) in m.iter_mut().enumerate() {
            if r != c {
                let factor = row[c] / pivot[c];
                for (v, p) in row.iter_mut().zip(pivot) {
                    *v -= factor * p;
                }
            }
        }
    }
    [m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2]]
}

impl Baseline {
    /// Luma at share `t` along the line, `down` pixels below its middle.
    fn at(&self, image: &LumaImage, t: f32, down: f32) -> f32 {
        let p = self.point(t, down);
        image.sample(p.x, p.y)
    }

    fn point(&self, t: f32, down: f32) -> Point {
        let d = self.line.direction();
        let p = self.line.start.lerp(self.line.end, t);
        let place = (t * PIECES as f32 - 0.5).clamp(0.0, (PIECES - 1) as f32);
        let low = (place as usize).min(PIECES - 2);
        let offset = self.offsets[low] + (self.offsets[low + 1] - self.offsets[low]) * (place - low as f32);
        // Beyond the ends the slope goes on.
        let beyond = t * PIECES as f32 - 0.5 - place;
        let slope = self.offsets[low + 1] - self.offsets[low];
        let down = down + offset + beyond * slope;
        Point::new(p.x - d.y * down, p.y + d.x * down)
    }

    /// The strip, with x scaled by `stretch` on top of what the cap height asks for.
    pub fn strip(&self, image: &LumaImage, stretch: f32) -> LumaImage {
        let length = self.line.length().max(1.0);
        let per_strip_px = self.cap_height / STRIP_CAP_HEIGHT;
        let x_step = per_strip_px / (STRIP_X_SCALE * stretch);
        let margin = MARGIN_CAPS * self.cap_height;
        let width = (((length + 2.0 * margin) / x_step).round() as usize).clamp(8, MAX_STRIP_WIDTH);
        let x_step = (length + 2.0 * margin) / width as f32;
        // Several samples a strip pixel where the image is denser, or thin strokes would be missed.
        let dense_y = per_strip_px.ceil().clamp(1.0, 6.0) as usize;
        let dense_x = x_step.ceil().clamp(1.0, 6.0) as usize;
        let mut data = Vec::with_capacity(width * STRIP_HEIGHT);
        for y in 0..STRIP_HEIGHT {
            for x in 0..width {
                let mut sum = 0.0;
                for sy in 0..dense_y {
                    let row = y as f32 + (sy as f32 + 0.5) / dense_y as f32 - STRIP_HEIGHT as f32 / 2.0;
                    for sx in 0..dense_x {
                        let along = (x as f32 + (sx as f32 + 0.5) / dense_x as f32) * x_step - margin;
                        sum += self.at(image, along / length, row * per_strip_px);
                    }
                }
                data.push((sum / (dense_x * dense_y) as f32).round() as u8);
            }
        }
        LumaImage { data, width, height: STRIP_HEIGHT }
    }

    /// The corners around the capitals, in the image's pixels.
    pub fn quad(&self) -> crate::core::geometry::Quad {
        let half = self.cap_height / 2.0;
        crate::core::geometry::Quad([
            self.point(0.0, -half),
            self.point(1.0, -half),
            self.point(1.0, half),
            self.point(0.0, half),
        ])
    }
}
