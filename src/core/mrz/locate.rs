//! Locates MRZ candidates: two or three long text lines, parallel, of equal length, one below the other.
//!
//! Works on several levels of an image pyramid, because the blob detector expects one glyph size: a line is found at
//! the levels where its capitals are 6 to 10 px high, and parts of it where they are larger.

use std::ops::RangeInclusive;

use crate::frame::LumaImage;
use crate::geometry::Point;
use crate::numeric::sort_by_key;

use super::locate_blobs::{Blob, JOIN_RADIUS, MomentsBox, blobs};
use super::pyramid::{Level, pyramid};
use super::text_line::TextLine;
use super::trace_line::{cap_height, regularity, trace_text_line};

/// Parameters of MRZ localisation.
#[derive(Debug, Clone, PartialEq)]
pub struct LocateParams {
    /// Minimum length of a seed box, multiples of its thickness: about six characters.
    pub min_seed_slenderness: f32,
    /// Maximum number of seed boxes per level, longest first.
    pub max_seeds: usize,
    /// Cap heights of seed boxes, px of the level: whole lines have 6 to 10, parts of larger lines more.
    pub seed_cap_heights: RangeInclusive<f32>,
    /// Minimum share of a seed box that is ink, 0–1.
    pub min_seed_fill: f32,
    /// Minimum length of a line, cap heights: TD1 has 31.
    pub min_line_slenderness: f32,
    /// Minimum regularity of a line, −1 to 1 (measured: MRZ lines have 0.5 to 0.9, even if small or blurred; other
    /// typefaces 0 to 0.4).
    pub min_line_regularity: f32,
    /// Minimum mean regularity of the lines of a candidate, −1 to 1.
    pub min_mean_regularity: f32,
    /// Minimum regularity of a line that is a candidate alone, −1 to 1.
    pub min_single_line_regularity: f32,
    /// Maximum number of candidates per level, best first.
    pub max_candidates_per_level: usize,
    /// Maximum distance across the lines of two candidates that count as one, cap heights; twice as much along them.
    pub max_duplicate_distance: f32,
    /// Maximum relative difference of their lengths.
    pub max_duplicate_length_difference: f32,
    /// Score of a candidate of one line, 0–1.
    pub single_line_score: f32,
    /// Factor on the score of three matching lines.
    pub triple_gain: f32,
    /// Minimum ratio of the smaller to the larger line spacing of three lines.
    pub min_spacing_ratio: f32,
    /// Minimum cosine of the angle between adjacent lines.
    pub min_pair_cosine: f32,
    /// Minimum ratio of the shorter to the longer of adjacent lines.
    pub min_length_ratio: f32,
    /// Minimum ratio of the smaller to the larger cap height of adjacent lines.
    pub min_cap_height_ratio: f32,
    /// Line spacing, cap heights: 1.76 in TD1 (6 lines per inch), 2.65 in TD3 (4 per inch); cap heights are measured
    /// roughly.
    pub line_spacing: RangeInclusive<f32>,
    /// Maximum offset along adjacent lines, relative to their length.
    pub max_shift: f32,
    /// Maximum distance of a seed from the middle of a line that contains it, cap heights.
    pub max_seed_offset: f32,
    /// Length from which the score of a pair is not reduced, cap heights.
    pub full_slenderness: f32,
}

impl LocateParams {
    /// Default parameters.
    pub const DEFAULT: Self = Self {
        min_seed_slenderness: 3.6,
        max_seeds: 24,
        seed_cap_heights: 3.5..=18.0,
        min_seed_fill: 0.45,
        min_line_slenderness: 17.0,
        min_line_regularity: 0.22,
        min_mean_regularity: 0.40,
        min_single_line_regularity: 0.36,
        max_candidates_per_level: 6,
        max_duplicate_distance: 0.5,
        max_duplicate_length_difference: 0.06,
        single_line_score: 0.4,
        triple_gain: 1.3,
        min_spacing_ratio: 0.75,
        min_pair_cosine: 0.99,
        min_length_ratio: 0.72,
        min_cap_height_ratio: 0.55,
        line_spacing: 1.2..=4.6,
        max_shift: 0.14,
        max_seed_offset: 0.6,
        full_slenderness: 30.0,
    };
}

impl Default for LocateParams {
    /// Returns [`Self::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Parameters in use.
const PARAMS: LocateParams = LocateParams::DEFAULT;

/// One to three lines that may be an MRZ or a part of one, from top to bottom of the image.
#[derive(Debug, Clone, PartialEq)]
pub struct MrzCandidate {
    /// Lines, px of the image.
    pub lines: Vec<TextLine>,
    /// Score, 0–1: how similar, evenly spaced and long the lines are.
    pub score: f32,
    /// Level of the pyramid, from 0 for the coarsest.
    pub level: usize,
}

/// Returns the candidates level by level, from coarse to fine, at most [`LocateParams::max_candidates_per_level`] of
/// each, best first, without duplicates. Each level is computed on demand.
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

/// Returns the candidates of one level, px of the image.
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
        if kept.len() < PARAMS.max_candidates_per_level && !kept.iter().any(|k| is_same_candidate(k, &candidate)) {
            kept.push(candidate);
        }
    }
    kept
}

/// Returns whether two candidates have the same lines.
fn is_same_candidate(a: &MrzCandidate, b: &MrzCandidate) -> bool {
    a.lines.len() == b.lines.len()
        && a.lines.iter().zip(&b.lines).all(|(a, b)| {
            let near = PARAMS.max_duplicate_distance * a.cap_height.max(b.cap_height);
            let (along, across) = a.offset(b);
            across.abs() < near
                && along.abs() < 2.0 * near
                && (a.length() - b.length()).abs() < PARAMS.max_duplicate_length_difference * a.length()
        })
}

/// A line and its regularity.
#[derive(Debug, Clone, Copy)]
struct FoundLine {
    line: TextLine,
    regularity: f32,
}

/// Finds the lines of a level: each long box is a seed, traced in both directions to the ends of its text.
fn find_lines(level: &LumaImage) -> Vec<FoundLine> {
    let mut boxes: Vec<MomentsBox> = blobs(level)
        .iter()
        .map(Blob::moments_box)
        .filter(|moments_box| {
            let cap = moments_box.thickness - 2.0 * JOIN_RADIUS as f32;
            moments_box.length >= PARAMS.min_seed_slenderness * moments_box.thickness
                && PARAMS.seed_cap_heights.contains(&cap)
                && moments_box.fill > PARAMS.min_seed_fill
        })
        .collect();
    sort_by_key(&mut boxes, |moments_box| -moments_box.length);
    boxes.truncate(PARAMS.max_seeds);
    let mut lines: Vec<FoundLine> = Vec::new();
    for moments_box in &boxes {
        let seed = line_from_box(moments_box);
        // The seed is part of a known line.
        if lines.iter().any(|l| contains(&l.line, seed.start.lerp(seed.end, 0.5))) {
            continue;
        }
        let Some(mut line) = trace_text_line(level, &seed) else { continue };
        if line.length() < 0.5 * PARAMS.min_line_slenderness * line.cap_height {
            continue;
        }
        line.cap_height = cap_height(level, &line);
        if line.length() < PARAMS.min_line_slenderness * line.cap_height {
            continue;
        }
        let regularity = regularity(level, &line);
        if regularity >= PARAMS.min_line_regularity {
            lines.push(FoundLine { line, regularity });
        }
    }
    lines
}

/// Returns whether a point lies on the capitals of a line.
fn contains(line: &TextLine, p: Point) -> bool {
    let (along, down) = line.beside(p);
    let length = line.length().max(1.0);
    let t = along / length;
    (down - 4.0 * line.sagitta * t * (1.0 - t)).abs() < PARAMS.max_seed_offset * line.cap_height
        && along > -line.cap_height
        && along < length + line.cap_height
}

fn line_from_box(moments_box: &MomentsBox) -> TextLine {
    // From left to right; a vertical line from top to bottom.
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

/// Returns pairs and triples of lines in the geometry of an MRZ, and single lines.
fn candidates_from_lines(found: &[FoundLine]) -> Vec<MrzCandidate> {
    let mut candidates = Vec::new();
    let mut offer = |lines: &[&FoundLine], score: f32| {
        let regularity = lines.iter().map(|l| l.regularity).sum::<f32>() / lines.len() as f32;
        let min = if lines.len() == 1 { PARAMS.min_single_line_regularity } else { PARAMS.min_mean_regularity };
        if regularity >= min {
            let score = score * (0.5 + regularity).min(1.0);
            candidates.push(MrzCandidate { lines: lines.iter().map(|l| l.line).collect(), score, level: 0 });
        }
    };
    for a in found {
        // A single line: its neighbours may be too faint or touch something.
        offer(&[a], PARAMS.single_line_score);
        for b in found {
            let Some(first) = line_pair_score(&a.line, &b.line) else { continue };
            offer(&[a, b], first);
            for c in found {
                let Some(second) = line_pair_score(&b.line, &c.line) else { continue };
                let (ab, bc) = (a.line.offset(&b.line).1, b.line.offset(&c.line).1);
                let even = (ab / bc).min(bc / ab);
                if even > PARAMS.min_spacing_ratio {
                    // Three matching lines are stronger evidence than two.
                    offer(&[a, b, c], (first * second).sqrt() * even.sqrt() * PARAMS.triple_gain);
                }
            }
        }
    }
    sort_by_key(&mut candidates, |candidate| -candidate.score);
    candidates
}

/// Extends lines to the earliest start and the latest end, because the lines of an MRZ have equal lengths.
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

/// Scores `b` as the line below `a`, 0–1; `None` if it cannot be.
fn line_pair_score(a: &TextLine, b: &TextLine) -> Option<f32> {
    let (da, db) = (a.direction(), b.direction());
    let cos = da.x * db.x + da.y * db.y;
    let length = a.length().min(b.length()) / a.length().max(b.length());
    let cap = a.cap_height.min(b.cap_height) / a.cap_height.max(b.cap_height);
    if cos < PARAMS.min_pair_cosine || length < PARAMS.min_length_ratio || cap < PARAMS.min_cap_height_ratio {
        return None;
    }
    let mean_cap = (a.cap_height + b.cap_height) / 2.0;
    let (along, across) = a.offset(b);
    let gap = across / mean_cap;
    if !PARAMS.line_spacing.contains(&gap) {
        return None;
    }
    let shift = along.abs() / a.length();
    if shift > PARAMS.max_shift {
        return None;
    }
    let slender = ((a.length() + b.length()) / 2.0 / mean_cap / PARAMS.full_slenderness).min(1.0);
    Some(length * cap.sqrt() * (1.0 - 2.0 * shift) * slender)
}
