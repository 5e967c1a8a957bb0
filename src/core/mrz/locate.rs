//! Where a machine-readable zone may be: two or three long bars of text, parallel, equally long, one below the other.
//!
//! Works at several levels of an image pyramid, since the blobs that make bars are sought at one size of glyphs: a line of
//! the zone is found at the levels where its capitals are 6 to 10 pixels high, pieces of it also where they are larger.

use crate::frame::LumaImage;
use crate::geometry::Point;
use crate::numeric::sort_by_key;

use super::locate_blobs::{Blob, JOIN_RADIUS, MomentsBox, blobs};
use super::pyramid::{Level, pyramid};
use super::text_line::TextLine;
use super::trace_line::{cap_height, regularity, trace_text_line};

/// Shortest bar that a line is grown from, as a multiple of its thickness: about six characters.
const MIN_SLENDERNESS: f32 = 3.6;
/// Longest bars that lines are grown from, at each level.
const MAX_SEEDS: usize = 24;
/// Heights of capitals that bars may have, px of the level: whole lines have 6 to 10, pieces of larger ones are found too.
const SEED_CAPS: std::ops::RangeInclusive<f32> = 3.5..=18.0;
/// Shortest line that may be a line of a zone, as a multiple of the cap height: TD1 has 31.
const MIN_LINE_SLENDERNESS: f32 = 17.0;

/// Least regularity of a line, and of the lines of a zone on average (measured: lines of zones have 0.5 to 0.9, also small
/// and blurred ones; text of other faces 0 to 0.4).
const MIN_LINE_REGULARITY: f32 = 0.22;
const MIN_MEAN_REGULARITY: f32 = 0.40;
/// Least regularity of a line that is offered alone.
const MIN_SINGLE_LINE_REGULARITY: f32 = 0.36;

/// Zones that are offered at each level, best first.
const MAX_CANDIDATES_PER_LEVEL: usize = 6;

/// One to three lines that may be a zone or a part of one, from top to bottom as seen.
#[derive(Debug, Clone, PartialEq)]
pub struct MrzCandidate {
    /// The lines.
    pub lines: Vec<TextLine>,
    /// 0–1: how alike the lines are, how evenly spaced and how long.
    pub score: f32,
    /// The level at which it was found, from 0 for the coarsest.
    pub level: usize,
}

/// What may be a zone, level by level from the coarsest to the finest, at most six of each, best first; none is offered
/// twice. The work of a level is done when it is asked for.
pub fn locate(image: &LumaImage) -> impl Iterator<Item = MrzCandidate> {
    let mut kept: Vec<MrzCandidate> = Vec::new();
    pyramid(image).into_iter().enumerate().flat_map(move |(number, level)| {
        let mut new = candidates_at(&level);
        new.retain(|candidate| !kept.iter().any(|k| is_same_candidate(k, candidate)));
        new.iter_mut().for_each(|candidate| candidate.level = number);
        kept.extend(new.iter().cloned());
        new
    })
}

/// The zones of one level, in the image's pixels.
fn candidates_at(level: &Level) -> Vec<MrzCandidate> {
    let mut candidates = candidates_from_lines(&find_lines(&level.image));
    for candidate in &mut candidates {
        equalise_lengths(&mut candidate.lines);
        for line in &mut candidate.lines {
            let back = |p: Point| Point::new((p.x + 0.5) * level.scale - 0.5, (p.y + 0.5) * level.scale - 0.5);
            let cap_height = line.cap_height * level.scale;
            let sagitta = line.sagitta * level.scale;
            *line = TextLine { start: back(line.start), end: back(line.end), sagitta, cap_height };
        }
    }
    let mut kept: Vec<MrzCandidate> = Vec::new();
    for candidate in candidates {
        if kept.len() < MAX_CANDIDATES_PER_LEVEL && !kept.iter().any(|k| is_same_candidate(k, &candidate)) {
            kept.push(candidate);
        }
    }
    kept
}

/// Whether two zones are of the same lines.
fn is_same_candidate(a: &MrzCandidate, b: &MrzCandidate) -> bool {
    a.lines.len() == b.lines.len()
        && a.lines.iter().zip(&b.lines).all(|(a, b)| {
            let near = 0.5 * a.cap_height.max(b.cap_height);
            let (along, across) = a.offset(b);
            across.abs() < near && along.abs() < 2.0 * near && (a.length() - b.length()).abs() < 0.06 * a.length()
        })
}

/// A line with how evenly its ink repeats.
#[derive(Debug, Clone, Copy)]
struct FoundLine {
    line: TextLine,
    regularity: f32,
}

/// Lines of a level: each long bar is a seed, which is followed in both directions as far as its text goes.
fn find_lines(level: &LumaImage) -> Vec<FoundLine> {
    let mut boxes: Vec<MomentsBox> = blobs(level)
        .iter()
        .map(Blob::moments_box)
        .filter(|moments_box| {
            let cap = moments_box.thickness - 2.0 * JOIN_RADIUS as f32;
            moments_box.length >= MIN_SLENDERNESS * moments_box.thickness
                && SEED_CAPS.contains(&cap)
                && moments_box.fill > 0.45
        })
        .collect();
    sort_by_key(&mut boxes, |moments_box| -moments_box.length);
    boxes.truncate(MAX_SEEDS);
    let mut lines: Vec<FoundLine> = Vec::new();
    for moments_box in &boxes {
        let seed = line_from_box(moments_box);
        // A piece of a line that is known already.
        if lines.iter().any(|l| contains(&l.line, seed.start.lerp(seed.end, 0.5))) {
            continue;
        }
        let Some(mut line) = trace_text_line(level, &seed) else { continue };
        if line.length() < 0.5 * MIN_LINE_SLENDERNESS * line.cap_height {
            continue;
        }
        line.cap_height = cap_height(level, &line);
        if line.length() < MIN_LINE_SLENDERNESS * line.cap_height {
            continue;
        }
        let regularity = regularity(level, &line);
        if regularity >= MIN_LINE_REGULARITY {
            lines.push(FoundLine { line, regularity });
        }
    }
    lines
}

/// Whether a point lies on a line's capitals.
fn contains(line: &TextLine, p: Point) -> bool {
    let (along, down) = line.beside(p);
    let length = line.length().max(1.0);
    let t = along / length;
    (down - 4.0 * line.sagitta * t * (1.0 - t)).abs() < 0.6 * line.cap_height
        && along > -line.cap_height
        && along < length + line.cap_height
}

fn line_from_box(moments_box: &MomentsBox) -> TextLine {
    // From left to right; a line that stands upright is taken from top to bottom.
    let mut d = moments_box.direction;
    if d.x < -1e-3 || (d.x.abs() <= 1e-3 && d.y < 0.0) {
        d = Point::new(-d.x, -d.y);
    }
    let half = moments_box.length / 2.0 - JOIN_RADIUS as f32;
    let c = moments_box.centre;
    TextLine {
        start: Point::new(c.x - d.x * half, c.y - d.y * half),
        end: Point::new(c.x + d.x * half, c.y + d.y * half),
        sagitta: 0.0,
        cap_height: (moments_box.thickness - 2.0 * JOIN_RADIUS as f32).max(1.0),
    }
}

/// Pairs and triples of lines that lie like those of a zone, and lines that are like those of one.
fn candidates_from_lines(found: &[FoundLine]) -> Vec<MrzCandidate> {
    let mut candidates = Vec::new();
    let mut offer = |lines: &[&FoundLine], score: f32| {
        let regularity = lines.iter().map(|l| l.regularity).sum::<f32>() / lines.len() as f32;
        let min = if lines.len() == 1 { MIN_SINGLE_LINE_REGULARITY } else { MIN_MEAN_REGULARITY };
        if regularity >= min {
            let score = score * (0.5 + regularity).min(1.0);
            candidates.push(MrzCandidate { lines: lines.iter().map(|l| l.line).collect(), score, level: 0 });
        }
    };
    for a in found {
        // A line alone: its neighbours may be too faint, or touch something.
        offer(&[a], 0.4);
        for b in found {
            let Some(first) = line_pair_score(&a.line, &b.line) else { continue };
            offer(&[a, b], first);
            for c in found {
                let Some(second) = line_pair_score(&b.line, &c.line) else { continue };
                let (ab, bc) = (a.line.offset(&b.line).1, b.line.offset(&c.line).1);
                let even = (ab / bc).min(bc / ab);
                if even > 0.75 {
                    // Three that fit are more telling than two.
                    offer(&[a, b, c], (first * second).sqrt() * even.sqrt() * 1.3);
                }
            }
        }
    }
    sort_by_key(&mut candidates, |candidate| -candidate.score);
    candidates
}

/// Lines of a zone are equally long: where one begins earlier or ends later than its neighbours, they are made as long.
fn equalise_lengths(lines: &mut [TextLine]) {
    let Some(first) = lines.first().copied() else { return };
    let d = first.direction();
    let along = |p: Point| (p.x - first.start.x) * d.x + (p.y - first.start.y) * d.y;
    let start = lines.iter().map(|l| along(l.start)).fold(f32::MAX, f32::min);
    let end = lines.iter().map(|l| along(l.end)).fold(f32::MIN, f32::max);
    for line in lines {
        *line = line.extended(along(line.start) - start, end - along(line.end));
    }
}

/// How well `b` fits as the line below `a`, 0–1.
fn line_pair_score(a: &TextLine, b: &TextLine) -> Option<f32> {
    let (da, db) = (a.direction(), b.direction());
    let cos = da.x * db.x + da.y * db.y;
    let length = a.length().min(b.length()) / a.length().max(b.length());
    let cap = a.cap_height.min(b.cap_height) / a.cap_height.max(b.cap_height);
    if cos < 0.99 || length < 0.72 || cap < 0.55 {
        return None;
    }
    let mean_cap = (a.cap_height + b.cap_height) / 2.0;
    let (along, across) = a.offset(b);
    let gap = across / mean_cap;
    // Lines are 1.76 cap heights apart in TD1 (6 an inch) and 2.65 in TD3 (4 an inch); caps are measured roughly.
    if !(1.2..=4.6).contains(&gap) {
        return None;
    }
    let shift = along.abs() / a.length();
    if shift > 0.14 {
        return None;
    }
    let slender = ((a.length() + b.length()) / 2.0 / mean_cap / 30.0).min(1.0);
    Some(length * cap.sqrt() * (1.0 - 2.0 * shift) * slender)
}
