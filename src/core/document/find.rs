//! The outline: hypotheses of four lines, scored by the edges along their sides and by the proportions of known documents,
//! then fitted again to sub-pixel edge points.

use super::lines::{Edges, Line};
use super::{DocumentQuad, DocumentSize};
use crate::core::frame::Frame;
use crate::core::geometry::{Point, Quad};

/// Pixels on the longer side at which lines are sought.
const WORKING_SIDE: usize = 400;
/// Lines that hypotheses are made of.
const LINES: usize = 30;
/// Places along a side at which an edge is asked for.
const SAMPLES: usize = 32;
/// Farthest that an edge may be from a hypothesis' side, working pixels.
const REACH: i32 = 2;
/// Smallest share of the frame that a document takes.
const MIN_AREA: f32 = 0.06;
/// Least share of each side, and of all sides together, that edges must bear out.
const MIN_SIDE: f32 = 0.34;
const MIN_MEAN: f32 = 0.58;

/// The document in a frame, if one is there.
pub fn find_document(frame: &Frame<'_>) -> Option<DocumentQuad> {
    let edges = Edges::of(frame, WORKING_SIDE);
    if edges.width < 40 || edges.height < 40 {
        return None;
    }
    let lines = edges.lines(LINES);
    let mut best: Option<(f32, Hypothesis)> = None;
    let pairs = parallel_pairs(&lines, &edges);
    for (i, first) in pairs.iter().enumerate() {
        for second in &pairs[i + 1..] {
            let Some(hypothesis) = Hypothesis::of(first, second, &edges) else { continue };
            // The most that any support can give: skip what cannot win.
            let bound = hypothesis.prior;
            if best.as_ref().is_some_and(|b| b.0 >= bound) {
                continue;
            }
            let Some(score) = hypothesis.score(&edges) else { continue };
            if best.as_ref().is_none_or(|b| score > b.0) {
                best = Some((score, hypothesis));
            }
        }
    }
    let (score, hypothesis) = best?;
    let fitted = fit(&hypothesis, &edges).unwrap_or(hypothesis.corners);
    let quad = Quad(long_side_first(fitted).map(|p| {
        // Working pixels are squares of the frame's: their centres lie half a square in.
        Point::new((p.x + 0.5) * edges.step, (p.y + 0.5) * edges.step)
    }));
    let margin = 0.01 * frame.width().min(frame.height()) as f32;
    let inside = |p: &Point| {
        p.x >= margin && p.y >= margin && p.x <= frame.width() as f32 - margin && p.y <= frame.height() as f32 - margin
    };
    Some(DocumentQuad {
        quad,
        confidence: score.clamp(0.0, 1.0),
        size: hypothesis.size,
        fully_inside: quad.0.iter().all(inside),
    })
}

/// Two lines that may be opposite sides.
struct Pair {
    a: Line,
    b: Line,
    angle: f32,
}

fn parallel_pairs(lines: &[Line], edges: &Edges) -> Vec<Pair> {
    let shorter = edges.width.min(edges.height) as f32;
    let (cx, cy) = (edges.width as f32 / 2.0, edges.height as f32 / 2.0);
    let mut pairs = Vec::new();
    for (i, a) in lines.iter().enumerate() {
        for b in &lines[i + 1..] {
            let dot = a.cos * b.cos + a.sin * b.sin;
            // Within 25° of parallel.
            if dot.abs() < 0.906 {
                continue;
            }
            // Distances from the middle, measured along one direction.
            let from_middle = |l: &Line| l.rho - (cx * l.cos + cy * l.sin);
            let apart = (from_middle(a) - from_middle(b) * dot.signum()).abs();
            if apart < 0.2 * shorter {
                continue;
            }
            pairs.push(Pair { a: *a, b: *b, angle: a.sin.atan2(a.cos) });
        }
    }
    pairs
}

struct Hypothesis {
    /// Clockwise from the top left as seen.
    corners: [Point; 4],
    size: DocumentSize,
    /// What proportions, size and shape give, 0–1: the score is this times the support by edges.
    prior: f32,
}

impl Hypothesis {
    fn of(first: &Pair, second: &Pair, edges: &Edges) -> Option<Self> {
        // Between 62° and 118°.
        if (first.angle - second.angle).cos().abs() > 0.47 {
            return None;
        }
        let corners = clockwise([
            intersection(&first.a, &second.a)?,
            intersection(&first.a, &second.b)?,
            intersection(&first.b, &second.b)?,
            intersection(&first.b, &second.a)?,
        ])?;
        let (w, h) = (edges.width as f32, edges.height as f32);
        let slack = 0.04 * w.max(h);
        if corners.iter().any(|p| p.x < -slack || p.y < -slack || p.x > w + slack || p.y > h + slack) {
            return None;
        }
        let quad = Quad(corners);
        let area = quad.area() / (w * h);
        if area < MIN_AREA {
            return None;
        }
        let side = |i: usize| corners[i].distance(corners[(i + 1) % 4]);
        let (top, right, bottom, left) = (side(0), side(1), side(2), side(3));
        let uneven = (top / bottom).max(bottom / top).max((right / left).max(left / right));
        if uneven.is_nan() || uneven >= 1.7 {
            return None;
        }
        let (long, short) = {
            let (a, b) = ((top + bottom) / 2.0, (right + left) / 2.0);
            (a.max(b), a.min(b))
        };
        let aspect = long / short;
        // ID-1 1.586; TD2 1.419 and ID-3 1.420: by perspective a side shrinks by up to a fifth.
        let off = |known: f32| (aspect / known).ln().abs();
        let (size, off) =
            if off(1.586) < off(1.42) { (DocumentSize::Id1, off(1.586)) } else { (DocumentSize::Id3, off(1.42)) };
        if off > 0.34 {
            return None;
        }
        let proportions = (-(off / 0.16) * (off / 0.16) / 2.0).exp();
        let even = 1.0 - (uneven - 1.0) * 0.35;
        // Of nested outlines (the card, its photo frame) the outer one is the document.
        let large = 0.80 + 0.20 * (area / 0.35).min(1.0);
        Some(Self { corners, size, prior: (0.55 + 0.45 * proportions) * even * large })
    }

    /// The prior times the share of the outline that edges bear out; `None` below the minima.
    fn score(&self, edges: &Edges) -> Option<f32> {
        let mut sum = 0.0;
        let mut least = 1f32;
        for i in 0..4 {
            let support = support(self.corners[i], self.corners[(i + 1) % 4], edges);
            if support < MIN_SIDE {
                return None;
            }
            least = least.min(support);
            sum += support;
        }
        let mean = sum / 4.0;
        (mean >= MIN_MEAN).then_some(self.prior * (0.7 * mean + 0.3 * least))
    }
}

/// Share of a side along which an edge runs, all of it in one polarity: a document is lighter than its background along a
/// whole side, or darker, while print and texture alternate.
fn support(from: Point, to: Point, edges: &Edges) -> f32 {
    let line = line_through(from, to);
    let (mut lighter, mut darker) = (0, 0);
    for k in 0..SAMPLES {
        // Rounded corners have no edge on the line: 4 % are left out at either end.
        let p = from.lerp(to, 0.04 + 0.92 * (k as f32 + 0.5) / SAMPLES as f32);
        match edges.near(p.x, p.y, &line, REACH) {
            Some((_, sign)) if sign > 0.0 => lighter += 1,
            Some(_) => darker += 1,
            None => {}
        }
    }
    lighter.max(darker) as f32 / SAMPLES as f32
}

/// The outline through sub-pixel edge points: a line fitted to each side (least squares, far points dropped twice).
fn fit(hypothesis: &Hypothesis, edges: &Edges) -> Option<[Point; 4]> {
    let mut sides = Vec::with_capacity(4);
    for i in 0..4 {
        let (from, to) = (hypothesis.corners[i], hypothesis.corners[(i + 1) % 4]);
        let line = line_through(from, to);
        let count = (from.distance(to) / 1.5) as usize;
        let mut points: Vec<(f32, f32)> = (0..count)
            .filter_map(|k| {
                let t = 0.05 + 0.90 * (k as f32 + 0.5) / count as f32;
                let p = from.lerp(to, t);
                edges.near(p.x, p.y, &line, REACH + 1).map(|(distance, _)| (t, distance))
            })
            .collect();
        let mut bent = (0.0, 0.0);
        for limit in [f32::MAX, 1.2, 0.7] {
            points.retain(|(t, d)| (d - (bent.0 + bent.1 * t)).abs() <= limit);
            bent = least_squares(&points)?;
        }
        let moved = |p: Point, t: f32| {
            let d = bent.0 + bent.1 * t;
            Point::new(p.x + line.cos * d, p.y + line.sin * d)
        };
        sides.push(line_through(moved(from, 0.0), moved(to, 1.0)));
    }
    let mut corners = [Point::default(); 4];
    for (i, corner) in corners.iter_mut().enumerate() {
        *corner = intersection(&sides[(i + 3) % 4], &sides[i])?;
        if corner.distance(hypothesis.corners[i]) > 8.0 {
            return None;
        }
    }
    Some(corners)
}

/// Offset and slope of distances over places.
fn least_squares(points: &[(f32, f32)]) -> Option<(f32, f32)> {
    let n = points.len() as f32;
    if points.len() < 6 {
        return None;
    }
    let (sx, sy) = points.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
    let (mx, my) = (sx / n, sy / n);
    let (mut xx, mut xy) = (0.0, 0.0);
    for (x, y) in points {
        xx += (x - mx) * (x - mx);
        xy += (x - mx) * (y - my);
    }
    let slope = if xx > 1e-6 { xy / xx } else { 0.0 };
    Some((my - slope * mx, slope))
}

fn line_through(a: Point, b: Point) -> Line {
    let length = a.distance(b).max(1e-6);
    let (cos, sin) = (-(b.y - a.y) / length, (b.x - a.x) / length);
    Line { cos, sin, rho: a.x * cos + a.y * sin, votes: 0.0 }
}

fn intersection(a: &Line, b: &Line) -> Option<Point> {
    let det = a.cos * b.sin - a.sin * b.cos;
    if det.abs() < 0.2 {
        return None;
    }
    Some(Point::new((a.rho * b.sin - a.sin * b.rho) / det, (a.cos * b.rho - a.rho * b.cos) / det))
}

/// Corners clockwise as seen, from the one nearest to the top left; `None` where they cross.
fn clockwise(corners: [Point; 4]) -> Option<[Point; 4]> {
    let signed: f32 =
        (0..4).map(|i| corners[i].x * corners[(i + 1) % 4].y - corners[(i + 1) % 4].x * corners[i].y).sum();
    let mut c = corners;
    if signed < 0.0 {
        c.reverse();
    }
    let turns = |i: usize| {
        let (a, b, d) = (c[i], c[(i + 1) % 4], c[(i + 2) % 4]);
        (b.x - a.x) * (d.y - b.y) - (b.y - a.y) * (d.x - b.x)
    };
    if !(0..4).all(|i| turns(i) > 0.0) {
        return None;
    }
    let first = (0..4).min_by(|&a, &b| (c[a].x + c[a].y).total_cmp(&(c[b].x + c[b].y)))?;
    c.rotate_left(first);
    Some(c)
}

/// Where the document stands upright, it is taken to be turned to the right: its first side is the left one as seen, from the
/// bottom up.
fn long_side_first(mut c: [Point; 4]) -> [Point; 4] {
    let across = c[0].distance(c[1]) + c[2].distance(c[3]);
    let down = c[1].distance(c[2]) + c[3].distance(c[0]);
    if down > across {
        c.rotate_right(1);
    }
    c
}
