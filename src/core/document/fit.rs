//! The outline through sub-pixel edge points.

use super::edges::Edges;
use super::lines::Line;
use crate::geometry::Point;

/// Maximum distance of an edge from the initial line, working pixels.
const REACH: i32 = 3;

/// Distance between edge points along a side, working pixels, and the fraction of a side that is ignored at either end.
const SPACING: f32 = 1.5;
const CORNER: f32 = 0.05;

/// Maximum distance of a point from the line of the round before, working pixels.
const LIMITS: [f32; 3] = [f32::MAX, 1.2, 0.7];

/// Maximum displacement of a corner, working pixels, and minimum points of a side.
const MAX_CORNER_SHIFT: f32 = 8.0;
const MIN_POINTS: usize = 6;

/// A line fitted to each side (least squares, far points dropped twice); corners in pixels from the image centre,
/// clockwise. A side without sign is left as it is. `None` where too few points are found, or a corner moves by more
/// than 8 pixels.
pub(super) fn fit(corners: &[Point; 4], signs: &[f32; 4], edges: &Edges) -> Option<[Point; 4]> {
    let (hw, hh) = (edges.width as f32 / 2.0, edges.height as f32 / 2.0);
    let mut sides = Vec::with_capacity(4);
    for i in 0..4 {
        let (from, to) = (corners[i], corners[(i + 1) % 4]);
        let line = Line::through(from, to);
        if signs[i] == 0.0 {
            sides.push(line);
            continue;
        }
        let count = (from.distance(to) / SPACING) as usize;
        let mut points: Vec<(f32, f32)> = (0..count)
            .filter_map(|k| {
                let t = CORNER + (1.0 - 2.0 * CORNER) * (k as f32 + 0.5) / count as f32;
                let p = from.lerp(to, t);
                let normal = (line.cos, line.sin);
                edges.offset_near(p.x + hw, p.y + hh, normal, signs[i], REACH).map(|distance| (t, distance))
            })
            .collect();
        let mut bent = (0.0, 0.0);
        for limit in LIMITS {
            points.retain(|(t, d)| (d - (bent.0 + bent.1 * t)).abs() <= limit);
            bent = least_squares(&points)?;
        }
        let moved = |p: Point, t: f32| {
            let d = bent.0 + bent.1 * t;
            Point::new(p.x + line.cos * d, p.y + line.sin * d)
        };
        sides.push(Line::through(moved(from, 0.0), moved(to, 1.0)));
    }
    let mut fitted = [Point::default(); 4];
    for (i, corner) in fitted.iter_mut().enumerate() {
        *corner = sides[(i + 3) % 4].meets(&sides[i])?;
        if corner.distance(corners[i]) > MAX_CORNER_SHIFT {
            return None;
        }
    }
    Some(fitted)
}

/// Offset and slope of distances over places.
fn least_squares(points: &[(f32, f32)]) -> Option<(f32, f32)> {
    let n = points.len() as f32;
    if points.len() < MIN_POINTS {
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
