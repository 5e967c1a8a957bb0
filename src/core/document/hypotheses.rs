//! Hypotheses of outlines: four lines, scored by the edges along them, by what a rectangle of known proportions looks
//! like before a camera, and by where the sides end.

use super::edges::Edges;
use super::lines::{Line, LineSupport};
use super::outline::DocumentSize;
use crate::geometry::{Point, Quad};
use crate::numeric::sort_by_key;

/// The parameters of the search for quadrilaterals. Fractions are of the frame or of a side, costs are of the score
/// (0–1).
struct QuadSearchParams {
    /// Smallest share of the frame that a document takes.
    min_area: f32,
    /// Least share of each side, and of all sides together, that edges must bear out.
    min_side: f32,
    min_mean: f32,
    /// The same where one side is outside the frame, for the other three.
    min_side_truncated: f32,
    min_mean_truncated: f32,
    /// Maximum confidence of an outline with one side outside the frame.
    truncated_prior: f32,
    /// Fraction of a side's length beyond its ends where the edge should not continue, and the cost if it does.
    edge_overshoot: f32,
    edge_overshoot_cost: f32,
    /// Cost of 0, 1 or 2 sides whose polarity differs: a document is lighter than its background on all sides, or
    /// darker.
    polarity_mismatch_cost: [f32; 3],
    /// Maximum by which the score of an outer outline may be lower than that of a nested one.
    nested: f32,
    nested_small: f32,
    nested_bar: f32,
    /// Number of hypotheses that are kept for the final choice.
    kept: usize,
    /// Fraction of a side that is ignored at either end: rounded corners have no edge there.
    corner: f32,
    /// Focal length as a share of the frame's longer side: phones' main lenses have 0.75–1.2.
    focal: f32,
    /// Minimum cosine of the angle between opposite sides: 25°, or 40° if one of them is a border of the frame.
    min_parallel_cos: f32,
    min_parallel_cos_border: f32,
    /// Minimum distance of opposite sides, as a fraction of half the shorter side of the frame.
    min_side_distance: f32,
    /// Maximum cosine of the angle between adjacent sides: 58° to 122°.
    max_adjacent_cos: f32,
    /// Distance by which a corner may be outside the frame, as a fraction of half its longer side.
    frame_slack: f32,
    /// Maximum cosine of the angle between adjacent sides in space.
    max_skew: f32,
    /// Factors of the prior for the worst proportions, skew and area, the deviations at which they have fallen to 0.61
    /// of the way (logarithm of the aspect ratio; cosine), and the area, as a share of the frame, from which it is
    /// full.
    worst_proportions: f32,
    proportions_sigma: f32,
    worst_skew: f32,
    skew_sigma: f32,
    worst_area: f32,
    full_area: f32,
    /// Weight of the mean support of the sides; the rest is that of the least supported one.
    mean_weight: f32,
    /// Share of the area of a complete outline from which a nested truncated one is compared with it.
    min_truncated_share: f32,
    /// Prior by which an outer outline may be worse, and from which it is clearly better.
    prior_tolerance: f32,
    clearly_better: f32,
    /// Distance below which two corners are the same, working pixels.
    shared_corner: f32,
    /// Range of the aspect ratio of a truncated document: the minimum, and the excess over ID-1.
    min_truncated_aspect: f32,
    max_aspect_excess: f32,
    /// Maximum error of the proportions, as a logarithm.
    max_proportions_error: f32,
}

const PARAMS: QuadSearchParams = QuadSearchParams {
    min_area: 0.035,
    min_side: 0.34,
    min_mean: 0.58,
    min_side_truncated: 0.5,
    min_mean_truncated: 0.72,
    truncated_prior: 0.76,
    edge_overshoot: 0.2,
    edge_overshoot_cost: 0.3,
    polarity_mismatch_cost: [0.0, 0.03, 0.15],
    nested: 0.05,
    nested_small: 0.14,
    nested_bar: 0.10,
    kept: 40,
    corner: 0.05,
    focal: 0.95,
    min_parallel_cos: 0.906,
    min_parallel_cos_border: 0.766,
    min_side_distance: 0.28,
    max_adjacent_cos: 0.53,
    frame_slack: 0.03,
    max_skew: 0.35,
    worst_proportions: 0.62,
    proportions_sigma: 0.10,
    worst_skew: 0.6,
    skew_sigma: 0.10,
    worst_area: 0.92,
    full_area: 0.3,
    mean_weight: 0.7,
    min_truncated_share: 0.4,
    prior_tolerance: 0.02,
    clearly_better: 0.05,
    shared_corner: 6.0,
    min_truncated_aspect: 0.3,
    max_aspect_excess: 1.05,
    max_proportions_error: 0.45,
};

/// The candidate lines, including the four borders of the frame, and which of them can be sides of one outline.
pub(super) struct QuadSearch<'a> {
    lines: Vec<(Line, Option<&'a LineSupport>)>,
    /// For each line, those that may be opposite, and those that meet it in the frame, as bits.
    opposite: Vec<u128>,
    meeting: Vec<u128>,
    half: (f32, f32),
}

/// A line as a side between two others.
#[derive(Clone, Copy)]
struct Segment {
    line: usize,
    /// Where it meets the two.
    ends: [Point; 2],
    /// Share of it that edges bear out; `None` for a border.
    support: Option<f32>,
    /// The edge is of the line's own sign.
    same: bool,
    /// Shares of the ways beyond its ends on which the edge goes on.
    overshoot: f32,
}

impl<'a> QuadSearch<'a> {
    pub(super) fn of(line_supports: &'a [LineSupport], edges: &Edges) -> Self {
        let (hw, hh) = (edges.width as f32 / 2.0, edges.height as f32 / 2.0);
        let mut lines: Vec<_> = line_supports.iter().map(|s| (s.line, Some(s))).collect();
        for (cos, sin, rho) in [(1.0, 0.0, hw - 1.0), (-1.0, 0.0, hw), (0.0, 1.0, hh - 1.0), (0.0, -1.0, hh)] {
            lines.push((Line { cos, sin, rho }, None));
        }
        let mut search = Self { opposite: vec![0; lines.len()], meeting: vec![0; lines.len()], lines, half: (hw, hh) };
        for i in 0..search.lines.len() {
            for k in i + 1..search.lines.len() {
                let ((a, support_a), (b, support_b)) = (search.lines[i], search.lines[k]);
                let borders = usize::from(support_a.is_none()) + usize::from(support_b.is_none());
                if borders == 2 {
                    continue;
                }
                let dot = a.cos * b.cos + a.sin * b.sin;
                let apart = (a.rho - b.rho * dot.signum()).abs();
                if dot.abs() > if borders == 1 { PARAMS.min_parallel_cos_border } else { PARAMS.min_parallel_cos }
                    && apart >= PARAMS.min_side_distance * hw.min(hh)
                {
                    search.opposite[i] |= 1 << k;
                    search.opposite[k] |= 1 << i;
                }
                if dot.abs() < PARAMS.max_adjacent_cos && a.meets(&b).is_some_and(|p| search.in_frame(p)) {
                    search.meeting[i] |= 1 << k;
                    search.meeting[k] |= 1 << i;
                }
            }
        }
        search
    }

    fn in_frame(&self, p: Point) -> bool {
        let slack = PARAMS.frame_slack * self.half.0.max(self.half.1);
        p.x.abs() <= self.half.0 + slack && p.y.abs() <= self.half.1 + slack
    }

    /// `line` between `a` and `b`, if enough of it is borne out.
    fn segment(&self, line: usize, a: usize, b: usize) -> Option<Segment> {
        let (own, line_support) = self.lines[line];
        let ends = [own.meets(&self.lines[a].0)?, own.meets(&self.lines[b].0)?];
        let Some(line_support) = line_support else {
            return Some(Segment { line, ends, support: None, same: true, overshoot: 0.0 });
        };
        let (from, to) = (own.along(ends[0]), own.along(ends[1]));
        let length = to - from;
        let (support, same) = line_support.support(from + PARAMS.corner * length, to - PARAMS.corner * length);
        if support < PARAMS.min_side {
            return None;
        }
        let (beyond, gap) = (PARAMS.edge_overshoot * length, 4.0 * length.signum());
        let overshoot = line_support.support(from - gap - beyond, from - gap).0
            + line_support.support(to + gap, to + gap + beyond).0;
        Some(Segment { line, ends, support: Some(support), same, overshoot })
    }

    /// Returns the best outlines of both kinds: with all sides visible, and with one side outside the frame. Each kind
    /// has its own list, so that neither displaces the other.
    pub(super) fn run(&self) -> Vec<Hypothesis> {
        let mut best: [Vec<Hypothesis>; 2] = Default::default();
        let mut bars = [0.0; 2];
        let mut across = Vec::new();
        for a in 0..self.lines.len() {
            for b in bits(self.opposite[a] & !((2 << a) - 1)) {
                across.clear();
                // Of the two pairs of an outline, the one with the first of all lines is taken first.
                let meeting = self.meeting[a] & self.meeting[b] & !((2u128 << a) - 1);
                across.extend(bits(meeting).filter_map(|line| self.segment(line, a, b)));
                for (i, c) in across.iter().enumerate() {
                    for d in &across[i + 1..] {
                        if self.opposite[c.line] >> d.line & 1 == 0 {
                            continue;
                        }
                        let Some(found) = self.outline(a, b, c, d, bars) else { continue };
                        let kind = usize::from(found.truncated);
                        let list = &mut best[kind];
                        list.push(found);
                        if list.len() >= 2 * PARAMS.kept {
                            sort_by_key(list, |h| -h.score);
                            list.truncate(PARAMS.kept);
                            bars[kind] = list[PARAMS.kept - 1].score;
                        }
                    }
                }
            }
        }
        best.concat()
    }

    /// The outline of two sides across and the two lines between which they are; `None` where it is none, or its score
    /// cannot be above the bar of its kind.
    fn outline(&self, a: usize, b: usize, c: &Segment, d: &Segment, bars: [f32; 2]) -> Option<Hypothesis> {
        let borders = [a, b, c.line, d.line].iter().filter(|&&i| self.lines[i].1.is_none()).count();
        if borders > 1 {
            return None;
        }
        let truncated = borders == 1;
        let (corners, order) = clockwise([c.ends[0], c.ends[1], d.ends[1], d.ends[0]], [2, 1, 3, 0])?;
        let (hw, hh) = self.half;
        let area = Quad(corners).area() / (4.0 * hw * hh);
        if area < PARAMS.min_area {
            return None;
        }
        let (aspect, skew) = aspect_and_skew(&corners, PARAMS.focal * 2.0 * hw.max(hh))?;
        if skew.abs() > PARAMS.max_skew {
            return None;
        }
        let line_of = |k: usize| [a, b, c.line, d.line][k];
        let truncated_along = order.iter().position(|&k| self.lines[line_of(k)].1.is_none()).map(|i| i % 2 == 1);
        let (size, off) = proportions(aspect, truncated_along)?;
        let bell = |v: f32, sigma: f32| (-(v / sigma) * (v / sigma) / 2.0).exp();
        let least = |worst: f32, best: f32| worst + (1.0 - worst) * best;
        let prior = least(PARAMS.worst_proportions, bell(off, PARAMS.proportions_sigma))
            * least(PARAMS.worst_skew, bell(skew, PARAMS.skew_sigma))
            * least(PARAMS.worst_area, (area / PARAMS.full_area).min(1.0))
            * if truncated { PARAMS.truncated_prior } else { 1.0 };
        let bar = bars[usize::from(truncated)];
        if prior <= bar {
            return None;
        }
        let segments = [self.segment(a, c.line, d.line)?, self.segment(b, c.line, d.line)?, *c, *d];
        let (mut sum, mut least, mut overshoot) = (0.0, 1f32, 0.0);
        let mut signs = [0.0; 4];
        let (min_side, min_mean) = if truncated {
            (PARAMS.min_side_truncated, PARAMS.min_mean_truncated)
        } else {
            (PARAMS.min_side, PARAMS.min_mean)
        };
        for (i, sign) in signs.iter_mut().enumerate() {
            let segment = &segments[order[i]];
            let Some(support) = segment.support else { continue };
            if support < min_side {
                return None;
            }
            least = least.min(support);
            sum += support;
            overshoot += segment.overshoot;
            let line = &self.lines[segment.line].0;
            let side = Line::through(corners[i], corners[(i + 1) % 4]);
            let agrees = side.cos * line.cos + side.sin * line.sin;
            *sign = agrees.signum() * if segment.same { 1.0 } else { -1.0 };
        }
        let shown = 4 - borders;
        let mean = sum / shown as f32;
        if mean < min_mean {
            return None;
        }
        let lighter = signs.iter().filter(|&&s| s > 0.0).count();
        let polarity_mismatch = PARAMS.polarity_mismatch_cost[lighter.min(shown - lighter)];
        let score =
            prior * (PARAMS.mean_weight * mean + (1.0 - PARAMS.mean_weight) * least) * (1.0 - polarity_mismatch)
                - PARAMS.edge_overshoot_cost * overshoot / (2.0 * shown as f32);
        (score > bar).then_some(Hypothesis { corners, signs, size, truncated, area, prior, score })
    }
}

/// The places of the bits that are set.
fn bits(mut set: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = set.trailing_zeros();
        set &= set.wrapping_sub(1);
        (lowest < 128).then_some(lowest as usize)
    })
}

#[derive(Debug, Clone)]
pub(super) struct Hypothesis {
    /// Corners clockwise from the top left, pixels from the image centre.
    pub corners: [Point; 4],
    /// Polarity of each side: +1 if the image gets lighter to the left of the side, −1 if darker, 0 if the side is not
    /// visible.
    pub signs: [f32; 4],
    pub size: DocumentSize,
    /// One side is the frame's border.
    pub truncated: bool,
    /// Share of the frame.
    pub area: f32,
    /// What shape and size give, 0–1.
    pub prior: f32,
    pub score: f32,
}

impl Hypothesis {
    /// Returns the score without the penalty of a truncated side.
    pub(super) fn visible_score(&self) -> f32 {
        if self.truncated { self.score / PARAMS.truncated_prior } else { self.score }
    }

    /// Returns whether the other outline is nested in this one.
    pub(super) fn encloses(&self, other: &Self) -> bool {
        let inside = |p: &Point| {
            (0..4).all(|i| {
                let (a, b) = (self.corners[i], self.corners[(i + 1) % 4]);
                let length = a.distance(b).max(1e-6);
                ((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)) / length > -3.0
            })
        };
        other.area < self.area && other.corners.iter().all(inside)
    }

    /// Returns by how much the score may be lower than that of a nested outline: a portrait on a card is a rectangle
    /// too.
    pub(super) fn nesting_margin(&self, inner: &Self) -> f32 {
        let share = inner.area / self.area;
        let shared =
            self.corners.iter().filter(|c| inner.corners.iter().any(|d| c.distance(*d) < PARAMS.shared_corner)).count();
        let whole = |h: &Self| if h.truncated { h.prior / PARAMS.truncated_prior } else { h.prior };
        let better = whole(self) - whole(inner);
        if self.truncated != inner.truncated && (inner.truncated || share > PARAMS.min_truncated_share) {
            return -1.0;
        }
        if better < -PARAMS.prior_tolerance {
            return 0.0;
        }
        match share {
            // Two pages of an open booklet have the proportions of one.
            0.35..0.65 if shared >= 2 => -PARAMS.nested,
            // A shadow along one side is not of the document.
            0.93.. => 0.0,
            // A coloured bar is.
            0.65.. if better > PARAMS.clearly_better || shared >= 2 => PARAMS.nested_bar,
            0.45.. => PARAMS.nested,
            _ => PARAMS.nested_small,
        }
    }
}

/// Returns the aspect ratio and the cosine of the angle between two sides of the rectangle in space, for a camera of
/// this focal length with a centred principal point (Zhang and He 2007, "Whiteboard scanning and image enhancement",
/// section 3).
fn aspect_and_skew(c: &[Point; 4], focal: f32) -> Option<(f32, f32)> {
    let m = |p: Point| [p.x / focal, p.y / focal, 1.0];
    let cross =
        |a: [f32; 3], b: [f32; 3]| [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    let dot = |a: [f32; 3], b: [f32; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let [tl, tr, br, bl] = c.map(m);
    let diagonal = cross(tl, br);
    let (k2, k3) = (dot(diagonal, bl) / dot(cross(tr, br), bl), dot(diagonal, tr) / dot(cross(bl, br), tr));
    let edge = |k: f32, v: [f32; 3]| [k * v[0] - tl[0], k * v[1] - tl[1], k * v[2] - tl[2]];
    let (across, down) = (edge(k2, tr), edge(k3, bl));
    let (w, h) = (dot(across, across).sqrt(), dot(down, down).sqrt());
    let (aspect, skew) = (w / h, dot(across, down) / (w * h));
    (aspect.is_finite() && skew.is_finite() && aspect > 0.0).then_some((aspect, skew))
}

/// Returns the size whose aspect ratio fits best, with the logarithmic error. If the frame truncates the document,
/// `truncated_along` names the truncated direction, and any shorter length fits.
fn proportions(aspect: f32, truncated_along: Option<bool>) -> Option<(DocumentSize, f32)> {
    // ID-1 1.586; TD2 1.419 and ID-3 1.420.
    const ID1: f32 = 1.586;
    const ID3: f32 = 1.42;
    if let Some(down_is_truncated) = truncated_along {
        // The truncated direction divided by the complete one.
        let truncated = if down_is_truncated { aspect } else { 1.0 / aspect };
        if !(PARAMS.min_truncated_aspect..=ID1 * PARAMS.max_aspect_excess).contains(&truncated) {
            return None;
        }
        return Some((if truncated > ID3 { DocumentSize::Id1 } else { DocumentSize::Id3 }, 0.0));
    }
    let long = aspect.max(1.0 / aspect);
    let off = |known: f32| (long / known).ln();
    let (size, off) =
        if off(ID1).abs() < off(ID3).abs() { (DocumentSize::Id1, off(ID1)) } else { (DocumentSize::Id3, off(ID3)) };
    (off.abs() < PARAMS.max_proportions_error).then_some((size, off))
}

/// Orders corners clockwise from the one nearest to the top left, each with the side that starts there. Returns `None`
/// if the sides intersect.
fn clockwise<T: Copy>(corners: [Point; 4], sides: [T; 4]) -> Option<([Point; 4], [T; 4])> {
    let signed: f32 =
        (0..4).map(|i| corners[i].x * corners[(i + 1) % 4].y - corners[(i + 1) % 4].x * corners[i].y).sum();
    let (mut c, mut s) = (corners, sides);
    if signed < 0.0 {
        c.reverse();
        s = [sides[2], sides[1], sides[0], sides[3]];
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
    s.rotate_left(first);
    Some((c, s))
}
