//! Straight edges: a Hough transform in which every edge pixel votes only for directions that its own gradient allows,
//! those from dark to light apart from those from light to dark; and of each line, where along it the edge runs.

use super::edges::{EdgePixel, Edges};
use crate::geometry::Point;
use crate::numeric::sort_by_key;

/// The parameters of the line search.
struct LineSearchParams {
    /// Directions of the transform over 360°: the polarity of an edge is part of its direction.
    angles: usize,
    /// Angular range of the votes of a pixel around its gradient, degrees.
    spread: i32,
    /// Maximum vote of a pixel, as a multiple of the noise floor, so that print does not outweigh a faint side.
    vote_cap: f32,
    /// Minimum votes of a line, in pixels of a faint edge.
    min_votes: f32,
    /// Sampling distance of a profile, pixels.
    stride: f32,
    /// Maximum distance of an edge from a line, pixels.
    reach: i32,
}

const PARAMS: LineSearchParams =
    LineSearchParams { angles: 360, spread: 3, vote_cap: 3.0, min_votes: 18.0, stride: 2.0, reach: 2 };

/// The line `x cos + y sin = rho`, in pixels from the image centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub cos: f32,
    pub sin: f32,
    pub rho: f32,
}

/// Minimum sine of the angle between two lines that meet: 12°.
const MIN_CROSSING_SINE: f32 = 0.2;

/// Second coefficient of the approximated arctangent, degrees: exact to 0.3° (Rajan and others 2006, "Efficient
/// approximations for the arctangent function").
const ARCTANGENT_DEG: f32 = 15.64;

impl Line {
    /// Through two places, its normal to the left of the way from one to the other as seen.
    pub(super) fn through(a: Point, b: Point) -> Self {
        let length = a.distance(b).max(1e-6);
        let (cos, sin) = (-(b.y - a.y) / length, (b.x - a.x) / length);
        Self { cos, sin, rho: a.x * cos + a.y * sin }
    }

    /// Where two lines meet; `None` where they are nearly parallel.
    pub(super) fn meets(&self, other: &Self) -> Option<Point> {
        let det = self.cos * other.sin - self.sin * other.cos;
        if det.abs() < MIN_CROSSING_SINE {
            return None;
        }
        Some(Point::new(
            (self.rho * other.sin - self.sin * other.rho) / det,
            (self.cos * other.rho - self.rho * other.cos) / det,
        ))
    }

    /// How far along the line a place is, from the foot of the middle.
    pub(super) fn along(&self, p: Point) -> f32 {
        p.y * self.cos - p.x * self.sin
    }
}

/// A line with the positions at which an edge lies on it.
pub(super) struct LineSupport {
    pub line: Line,
    /// Edges of the line's own sign, and of the other, before each place.
    same: Vec<u16>,
    other: Vec<u16>,
    /// Place of the first entry, along the line.
    from: f32,
}

impl LineSupport {
    fn of(line: Line, edges: &Edges) -> Self {
        let (hw, hh) = (edges.width as f32 / 2.0, edges.height as f32 / 2.0);
        let reach = hw.hypot(hh);
        let count = (2.0 * reach / PARAMS.stride) as usize;
        let (mut same, mut other) = (Vec::with_capacity(count + 1), Vec::with_capacity(count + 1));
        same.push(0);
        other.push(0);
        let (mut a, mut b) = (0, 0);
        for k in 0..count {
            let t = (k as f32 + 0.5) * PARAMS.stride - reach;
            let (x, y) = (line.cos * line.rho - line.sin * t + hw, line.sin * line.rho + line.cos * t + hh);
            if x > 0.0 && y > 0.0 && x < 2.0 * hw && y < 2.0 * hh {
                match edges.sign_near(x, y, (line.cos, line.sin), PARAMS.reach) {
                    1 => a += 1,
                    -1 => b += 1,
                    _ => {}
                }
            }
            same.push(a);
            other.push(b);
        }
        Self { line, same, other, from: -reach }
    }

    /// Share of the way between two places on which an edge of one sign runs, and whether it is the line's own sign.
    pub(super) fn support(&self, from: f32, to: f32) -> (f32, bool) {
        let (a, b) = self.entries(from, to);
        if b <= a {
            return (0.0, true);
        }
        let n = (b - a) as f32;
        let (same, other) = (f32::from(self.same[b] - self.same[a]), f32::from(self.other[b] - self.other[a]));
        if same >= other { (same / n, true) } else { (other / n, false) }
    }

    fn entries(&self, from: f32, to: f32) -> (usize, usize) {
        let entry = |t: f32| (((t - self.from) / PARAMS.stride).max(0.0) as usize).min(self.same.len() - 1);
        (entry(from.min(to)), entry(from.max(to)))
    }
}

/// Returns the strongest lines, at most `most`.
pub(super) fn lines(edges: &Edges, edge_pixels: &[EdgePixel], most: usize) -> Vec<LineSupport> {
    let diagonal = (edges.width as f32).hypot(edges.height as f32);
    let rhos = diagonal.ceil() as usize + 5;
    let middle = (rhos / 2) as f32;
    let directions: Vec<(f32, f32)> =
        (0..PARAMS.angles).map(|a| (a as f32).to_radians().sin_cos()).map(|(s, c)| (c, s)).collect();
    let mut votes = vec![0f32; PARAMS.angles * rhos];
    let (hw, hh) = (edges.width as f32 / 2.0, edges.height as f32 / 2.0);
    for edge_pixel in edge_pixels {
        let weight = (edge_pixel.magnitude / edges.floor).min(PARAMS.vote_cap);
        let centre = degrees(edge_pixel.gx, edge_pixel.gy);
        let (x, y) = (f32::from(edge_pixel.x) - hw, f32::from(edge_pixel.y) - hh);
        for d in -PARAMS.spread..=PARAMS.spread {
            let a = (centre + d + PARAMS.angles as i32) as usize % PARAMS.angles;
            let (cos, sin) = directions[a];
            let rho = x * cos + y * sin + middle;
            let below = rho as usize;
            let share = rho - below as f32;
            let cell = a * rhos + below;
            votes[cell] += weight * (1.0 - share);
            votes[cell + 1] += weight * share;
        }
    }
    let mut peaks: Vec<(f32, Line)> = Vec::new();
    for a in 0..PARAMS.angles {
        for r in 2..rhos - 2 {
            let v = votes[a * rhos + r];
            if v < PARAMS.min_votes {
                continue;
            }
            let is_peak = (-2i32..=2).all(|da| {
                let row = (a as i32 + da).rem_euclid(PARAMS.angles as i32) as usize * rhos + r;
                votes[row - 2..=row + 2]
                    .iter()
                    .enumerate()
                    .all(|(k, &other)| v > other || (v == other && (da, k) <= (0, 2)))
            });
            if is_peak {
                let (cos, sin) = directions[a];
                peaks.push((v, Line { cos, sin, rho: r as f32 - middle }));
            }
        }
    }
    sort_by_key(&mut peaks, |peak| -peak.0);
    peaks.truncate(most);
    peaks.into_iter().map(|(_, line)| LineSupport::of(line, edges)).collect()
}

/// The direction of a unit vector in whole degrees, 0–359.
fn degrees(x: f32, y: f32) -> i32 {
    let (a, b) = (x.abs(), y.abs());
    let low = a.min(b) / a.max(b).max(1e-9);
    let turn = low * (45.0 + ARCTANGENT_DEG * (1.0 - low));
    let first = if b > a { 90.0 - turn } else { turn };
    let half = if x < 0.0 { 180.0 - first } else { first };
    let whole = if y < 0.0 { 360.0 - half } else { half };
    (whole + 0.5) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_right_to_a_degree() {
        for a in 0..720 {
            let (sin, cos) = (a as f32 / 2.0).to_radians().sin_cos();
            let off = (degrees(cos, sin) as f32 - a as f32 / 2.0 + 180.0).rem_euclid(360.0) - 180.0;
            assert!(off.abs() <= 1.0, "{a}: {off}");
        }
    }
}
