//! The outline: hypotheses of four lines, of which the best is fitted again to sub-pixel edge points.

use super::edges::{EdgePixel, Edges};
use super::fit::fit;
use super::hypotheses::{Hypothesis, QuadSearch};
use super::lines::{LineSupport, lines};
use super::outline::DocumentQuad;
use crate::frame::Frame;
use crate::geometry::{Point, Quad};
use crate::numeric::sort_by_key;

/// The parameters of the choice of an outline.
struct OutlineParams {
    /// Longer side of the working image, pixels.
    working_side: usize,
    /// Number of lines from which hypotheses are built.
    lines: usize,
    /// Minimum score of an outline, 0–1.
    min_score: f32,
    /// Minimum fraction of the sampled positions of an outline at which there is an edge, 0–1. An edge counts from
    /// `STRONG` times the noise floor.
    min_edge_density: f32,
    strong: f32,
    /// Positions along and across at which the density is sampled, and the border that is left out, as a share of a
    /// side.
    density_grid: (usize, usize),
    density_border: f32,
    /// Distance from the frame's border within which a corner is not inside, as a share of the frame's shorter side.
    border: f32,
    /// Factor by which an outline without content loses, if all sides are visible, and if one side is outside the
    /// frame.
    empty_cost: f32,
    empty_cost_truncated: f32,
}

const PARAMS: OutlineParams = OutlineParams {
    working_side: 400,
    lines: 80,
    min_score: 0.52,
    min_edge_density: 0.3,
    strong: 1.5,
    density_grid: (12, 8),
    density_border: 0.08,
    border: 0.01,
    empty_cost: 0.4,
    empty_cost_truncated: 0.8,
};

/// Finds the outline of the document in a frame, or returns `None` if there is none. Frames with a side below 40
/// pixels, or with an aspect ratio above 8, have none.
pub fn find_document(frame: &Frame<'_>) -> Option<DocumentQuad> {
    let (longer, shorter) = (frame.width().max(frame.height()), frame.width().min(frame.height()));
    if shorter < 40 || longer > 8 * shorter {
        return None;
    }
    let edges = Edges::of(frame, PARAMS.working_side);
    let edge_pixels = edges.edge_pixels();
    let line_supports = lines(&edges, &edge_pixels, PARAMS.lines);
    let hypothesis = best(&line_supports, &edges, &EdgeDensity::of(&edges, &edge_pixels))?;
    if hypothesis.score < PARAMS.min_score {
        return None;
    }
    let fitted = fit(&hypothesis.corners, &hypothesis.signs, &edges).unwrap_or(hypothesis.corners);
    let (hw, hh) = (edges.width as f32 / 2.0, edges.height as f32 / 2.0);
    let quad = Quad(long_side_first(fitted).map(|p| {
        // Working pixels are squares of the frame's: their centres lie half a square in.
        Point::new((p.x + hw + 0.5) * edges.step, (p.y + hh + 0.5) * edges.step)
    }));
    let margin = PARAMS.border * frame.width().min(frame.height()) as f32;
    let inside = |p: &Point| {
        p.x >= margin && p.y >= margin && p.x <= frame.width() as f32 - margin && p.y <= frame.height() as f32 - margin
    };
    Some(DocumentQuad {
        quad,
        confidence: hypothesis.score.clamp(0.0, 1.0),
        size: hypothesis.size,
        fully_inside: !hypothesis.truncated && quad.0.iter().all(inside),
    })
}

/// Returns the best outline. Of nested outlines it prefers the outer one, unless its score is lower by more than the
/// nesting margin.
fn best(line_supports: &[LineSupport], edges: &Edges, edge_density: &EdgeDensity) -> Option<Hypothesis> {
    let mut kept = QuadSearch::of(line_supports, edges).run();
    for hypothesis in &mut kept {
        let cost = if hypothesis.truncated { PARAMS.empty_cost_truncated } else { PARAMS.empty_cost };
        hypothesis.score *=
            1.0 - cost * (1.0 - edge_density.share_in(&hypothesis.corners) / PARAMS.min_edge_density).max(0.0);
    }
    sort_by_key(&mut kept, |h| -h.score);
    let first = kept.first()?.clone();
    let outer = kept
        .iter()
        .filter(|h| h.encloses(&first) && h.visible_score() > first.visible_score() - h.nesting_margin(&first))
        .max_by(|a, b| a.area.total_cmp(&b.area));
    Some(outer.cloned().unwrap_or(first))
}

/// The number of edge pixels in each cell of the working image.
struct EdgeDensity {
    across: usize,
    sums: Vec<u32>,
    middle: (f32, f32),
}

impl EdgeDensity {
    /// Pixels of a cell's side.
    const CELL: usize = 4;

    fn of(edges: &Edges, edge_pixels: &[EdgePixel]) -> Self {
        let (across, down) = (edges.width / Self::CELL + 2, edges.height / Self::CELL + 2);
        let mut sums = vec![0u32; across * down];
        for edge_pixel in edge_pixels.iter().filter(|c| c.magnitude > PARAMS.strong * edges.floor) {
            sums[(usize::from(edge_pixel.y) / Self::CELL) * across + usize::from(edge_pixel.x) / Self::CELL] += 1;
        }
        Self { across, sums, middle: (edges.width as f32 / 2.0, edges.height as f32 / 2.0) }
    }

    /// Returns the fraction of 12 × 8 positions inside an outline that have an edge.
    fn share_in(&self, c: &[Point; 4]) -> f32 {
        let mut with = 0;
        let (columns, rows) = PARAMS.density_grid;
        let place = |i: usize, n: usize| {
            PARAMS.density_border + (1.0 - 2.0 * PARAMS.density_border) * (i as f32 + 0.5) / n as f32
        };
        for j in 0..rows {
            for i in 0..columns {
                let (u, v) = (place(i, columns), place(j, rows));
                let p = c[0].lerp(c[1], u).lerp(c[3].lerp(c[2], u), v);
                let (x, y) = ((p.x + self.middle.0).max(0.0) as usize, (p.y + self.middle.1).max(0.0) as usize);
                let at = (y / Self::CELL) * self.across + (x / Self::CELL).min(self.across - 1);
                with += usize::from(self.sums.get(at).is_some_and(|&n| n > 0));
            }
        }
        with as f32 / (columns * rows) as f32
    }
}

/// Orders the corners so that the first side is a long one. A portrait-oriented document starts at its bottom left.
fn long_side_first(mut c: [Point; 4]) -> [Point; 4] {
    let across = c[0].distance(c[1]) + c[2].distance(c[3]);
    let down = c[1].distance(c[2]) + c[3].distance(c[0]);
    if down > across {
        c.rotate_right(1);
    }
    c
}
