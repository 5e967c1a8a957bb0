//! The outline: hypotheses of four lines, of which the best is fitted again to sub-pixel edge points.

use super::edges::{Crest, Edges};
use super::fit::fit;
use super::hypotheses::{Hypothesis, Search};
use super::lines::{Seen, lines};
use super::outline::DocumentQuad;
use crate::frame::Frame;
use crate::geometry::{Point, Quad};
use crate::numeric::sort_by_key;

/// Pixels on the longer side at which lines are sought.
const WORKING_SIDE: usize = 400;
/// Lines that hypotheses are made of.
const LINES: usize = 80;
/// Outlines with a lower score are none.
const MIN_SCORE: f32 = 0.52;
/// Documents show something: share of their parts that is expected to have an edge in it, so many times the floor.
const CONTENT: f32 = 0.3;
const STRONG: f32 = 1.5;
/// What it costs where there is nothing, and where moreover a side is not seen.
const EMPTY_COST: f32 = 0.4;
const EMPTY_COST_CUT: f32 = 0.8;

/// The document in a frame, if one is there.
pub fn find_document(frame: &Frame<'_>) -> Option<DocumentQuad> {
    let (longer, shorter) = (frame.width().max(frame.height()), frame.width().min(frame.height()));
    if shorter < 40 || longer > 8 * shorter {
        return None;
    }
    let edges = Edges::of(frame, WORKING_SIDE);
    let crests = edges.crests();
    let seen = lines(&edges, &crests, LINES);
    let hypothesis = best(&seen, &edges, &Content::of(&edges, &crests))?;
    if hypothesis.score < MIN_SCORE {
        return None;
    }
    let fitted = fit(&hypothesis.corners, &hypothesis.signs, &edges).unwrap_or(hypothesis.corners);
    let (hw, hh) = (edges.width as f32 / 2.0, edges.height as f32 / 2.0);
    let quad = Quad(long_side_first(fitted).map(|p| {
        // Working pixels are squares of the frame's: their centres lie half a square in.
        Point::new((p.x + hw + 0.5) * edges.step, (p.y + hh + 0.5) * edges.step)
    }));
    let margin = 0.01 * frame.width().min(frame.height()) as f32;
    let inside = |p: &Point| {
        p.x >= margin && p.y >= margin && p.x <= frame.width() as f32 - margin && p.y <= frame.height() as f32 - margin
    };
    Some(DocumentQuad {
        quad,
        confidence: hypothesis.score.clamp(0.0, 1.0),
        size: hypothesis.size,
        fully_inside: !hypothesis.cut && quad.0.iter().all(inside),
    })
}

/// The best outline; of outlines within each other the outer one, within reason.
fn best(seen: &[Seen], edges: &Edges, content: &Content) -> Option<Hypothesis> {
    let mut kept = Search::of(seen, edges).run();
    for hypothesis in &mut kept {
        let cost = if hypothesis.cut { EMPTY_COST_CUT } else { EMPTY_COST };
        hypothesis.score *= 1.0 - cost * (1.0 - content.share_in(&hypothesis.corners) / CONTENT).max(0.0);
    }
    sort_by_key(&mut kept, |h| -h.score);
    let first = kept.first()?.clone();
    let outer = kept
        .iter()
        .filter(|h| h.holds(&first) && h.seen_score() > first.seen_score() - h.allowance(&first))
        .max_by(|a, b| a.area.total_cmp(&b.area));
    Some(outer.cloned().unwrap_or(first))
}

/// Where edges are: how many in each cell of pixels.
struct Content {
    across: usize,
    sums: Vec<u32>,
    middle: (f32, f32),
}

impl Content {
    /// Pixels of a cell's side.
    const CELL: usize = 4;

    fn of(edges: &Edges, crests: &[Crest]) -> Self {
        let (across, down) = (edges.width / Self::CELL + 2, edges.height / Self::CELL + 2);
        let mut sums = vec![0u32; across * down];
        for crest in crests.iter().filter(|c| c.magnitude > STRONG * edges.floor) {
            sums[(usize::from(crest.y) / Self::CELL) * across + usize::from(crest.x) / Self::CELL] += 1;
        }
        Self { across, sums, middle: (edges.width as f32 / 2.0, edges.height as f32 / 2.0) }
    }

    /// Share of 12 by 8 places of an outline, away from its sides, at which there is an edge.
    fn share_in(&self, c: &[Point; 4]) -> f32 {
        let mut with = 0;
        for j in 0..8 {
            for i in 0..12 {
                let (u, v) = (0.08 + 0.84 * (i as f32 + 0.5) / 12.0, 0.08 + 0.84 * (j as f32 + 0.5) / 8.0);
                let p = c[0].lerp(c[1], u).lerp(c[3].lerp(c[2], u), v);
                let (x, y) = ((p.x + self.middle.0).max(0.0) as usize, (p.y + self.middle.1).max(0.0) as usize);
                let at = (y / Self::CELL) * self.across + (x / Self::CELL).min(self.across - 1);
                with += usize::from(self.sums.get(at).is_some_and(|&n| n > 0));
            }
        }
        with as f32 / 96.0
    }
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
