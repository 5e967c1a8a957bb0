//! Assigns the columns of a line's distribution to characters: as many as the format has, at a regular pitch.
//!
//! The MRZ has a fixed pitch (Doc 9303-3 section 4.2), so the first character, the pitch and its change along the line
//! (perspective, page curvature) determine all positions. Dynamic programming over the recogniser's columns finds them:
//! symbols at the characters, blanks between them, equal distances, nothing before and after. A character that is not
//! visible (glare, a hole) still gets its position; the grammar decides what it may be.

use std::ops::RangeInclusive;

use super::recognise::{ALPHABET, BLANK, LineDistribution};
use crate::numeric::{fit_quadratic, fold_max, max_f32, sort_by_key};

/// Number of symbols of [`ALPHABET`].
pub(super) const SYMBOLS: usize = ALPHABET.len();
/// Maximum cost of a character at a column without a symbol, nats.
const MAX_UNSEEN_COST: f32 = 4.0;
/// Maximum cost of two characters without a blank between them, nats.
const MAX_JOINED_COST: f32 = 2.0;
/// Cost of an unused symbol between two characters, nats.
const SKIPPED_SYMBOL_COST: f32 = 4.0;
/// Maximum cost of a symbol outside the line, nats per column.
const MAX_OUTSIDE_COST: f32 = 3.0;
/// Relative deviation of a distance from the pitch that costs half a nat: in the first pass, and after the fit.
const INITIAL_PITCH_TOLERANCE: f32 = 0.20;
const FITTED_PITCH_TOLERANCE: f32 = 0.10;

/// Gaps within this share of their median refine the pitch.
const PITCH_OUTLIER: f32 = 0.25;
/// Plausible pitches, columns: the recogniser cannot separate closer characters, and the line image has no wider ones.
const PITCH_RANGE: RangeInclusive<f32> = 2.0..=16.0;
/// Fitted pitches at the ends of a line, relative to the measured one.
const FITTED_PITCH_RATIO: RangeInclusive<f32> = 0.5..=2.0;
/// Distances of neighbours that are searched, relative to the pitch, and their maximum, columns.
const GAP_RATIO: (f32, f32) = (0.6, 1.4);
const MAX_GAP: f32 = 24.0;
/// Distance within which an unused symbol belongs to a character, relative to the pitch.
const OWN_SYMBOL_RATIO: f32 = 0.4;
/// Minimum log-probability that a column shows a symbol for it to take part in the fit, nats.
const MIN_FITTED_LOG_PROB: f32 = -1.0;
/// Minimum summed probability of symbols around a column for a centroid.
const MIN_CENTROID_MASS: f64 = 0.1;
/// Maximum probability that a character is visible, so that every symbol stays possible.
const MAX_VISIBILITY: f32 = 0.9999;

/// Fewest characters from which the pitch is estimated; the shortest line of any format has nine.
const MIN_CHARACTERS: usize = 6;

/// Natural logarithms of the probabilities of the [`ALPHABET`] symbols at one character; the probabilities sum to 1.
pub type SymbolLogProbs = [f32; SYMBOLS];

/// A line whose characters have positions.
#[derive(Debug, Clone, PartialEq)]
pub struct AlignedLine {
    /// Log-probabilities of each character's symbols.
    pub log_probs: Vec<SymbolLogProbs>,
    /// Column of each character.
    pub columns: Vec<f32>,
    /// Column as a function of the character's index: value, slope and half the curvature at index 0.
    pub fit: [f32; 3],
    /// Cost of this alignment, nats, ≥ 0; lower is better.
    pub cost: f32,
}

impl AlignedLine {
    /// Returns the distance from character `i` to the next, in columns.
    pub fn pitch(&self, i: f32) -> f32 {
        self.fit[1] + 2.0 * self.fit[2] * i
    }

    /// Returns the most probable symbol of each character, without the grammar.
    pub fn text(&self) -> String {
        self.log_probs.iter().map(|probs| char::from(ALPHABET[argmax(probs)])).collect()
    }
}

/// Normalises log-probabilities so that the probabilities sum to 1.
pub(super) fn normalise(probs: &mut SymbolLogProbs) {
    let max = fold_max(probs);
    let total = max + probs.iter().map(|log| (log - max).exp()).sum::<f32>().ln();
    probs.iter_mut().for_each(|log| *log -= total);
}

/// Returns the index of the maximum.
pub(super) fn argmax(values: &[f32]) -> usize {
    let mut best = 0;
    for (i, v) in values.iter().enumerate() {
        if *v > values[best] {
            best = i;
        }
    }
    best
}

/// Per-column costs of a line, computed once for all lengths.
pub struct Aligner<'a> {
    line: &'a LineDistribution,
    /// Log-probability that a column shows a symbol, at least `-MAX_UNSEEN_COST`.
    symbol_log_prob: Vec<f32>,
    /// Log-probability that a column shows a blank, at least `-MAX_JOINED_COST`.
    blank: Vec<f32>,
    /// Cumulative cost of columns outside the line.
    outside_cost: Vec<f32>,
    /// Cumulative cost of unused symbols between characters.
    skipped_cost: Vec<f32>,
    pitch: f32,
}

impl<'a> Aligner<'a> {
    /// Computes the costs of a line, or returns `None` if it has too few characters or no plausible pitch.
    pub fn new(line: &'a LineDistribution) -> Option<Self> {
        let read = line.greedy();
        if read.len() < MIN_CHARACTERS {
            return None;
        }
        let mut gaps: Vec<usize> = read.windows(2).map(|w| w[1].column - w[0].column).collect();
        sort_by_key(&mut gaps, |gap| *gap as f32);
        // Gaps are whole columns, so the mean of the gaps near the median refines it.
        let median = gaps[gaps.len() / 2] as f32;
        let near: Vec<f32> =
            gaps.iter().map(|&g| g as f32).filter(|g| (g - median).abs() <= PITCH_OUTLIER * median).collect();
        let pitch = near.iter().sum::<f32>() / near.len().max(1) as f32;
        if !PITCH_RANGE.contains(&pitch) {
            return None;
        }
        let blank: Vec<f32> = (0..line.columns).map(|t| line.column(t)[BLANK]).collect();
        let symbol_log_prob = blank.iter().map(|b| (1.0 - b.exp()).max(1e-6).ln().max(-MAX_UNSEEN_COST)).collect();
        let mut outside_cost = vec![0.0];
        for b in &blank {
            outside_cost.push(outside_cost.last().copied().unwrap_or(0.0) + max_f32(*b, -MAX_OUTSIDE_COST));
        }
        let blank = blank.into_iter().map(|b| max_f32(b, -MAX_JOINED_COST)).collect();
        let mut skipped_cost = vec![0.0; line.columns + 1];
        for symbol in &read {
            skipped_cost[symbol.column + 1] += SKIPPED_SYMBOL_COST * symbol.confidence;
        }
        for i in 1..skipped_cost.len() {
            skipped_cost[i] += skipped_cost[i - 1];
        }
        Some(Self { line, symbol_log_prob, blank, outside_cost, skipped_cost, pitch })
    }

    /// Returns the best alignment of `length` characters, or `None` if the line is too short for them.
    pub fn align(&self, length: usize) -> Option<AlignedLine> {
        let even = [0.0, self.pitch, 0.0];
        let (places, _) = self.best_columns(length, &even, INITIAL_PITCH_TOLERANCE)?;
        let fit = self.fit_columns(&places)?;
        // A fit to few characters can be far off: its pitch is bounded.
        let pitch = |i: f32| fit[1] + 2.0 * fit[2] * i;
        let ends = [pitch(0.0), pitch(length as f32)];
        if ends.iter().any(|p| !FITTED_PITCH_RATIO.contains(&(p / self.pitch))) {
            return None;
        }
        let (places, score) = self.best_columns(length, &fit, FITTED_PITCH_TOLERANCE)?;
        let fit = self.fit_columns(&places)?;
        let log_probs = places.iter().map(|&place| self.symbol_log_probs(place)).collect();
        Some(AlignedLine {
            log_probs,
            columns: places.iter().map(|&p| p as f32).collect(),
            fit,
            cost: (-score).max(0.0),
        })
    }

    /// Returns the best columns whose distances follow the slope of `fit`, and their score (nats, ≤ 0).
    fn best_columns(&self, length: usize, fit: &[f32; 3], tolerance: f32) -> Option<(Vec<usize>, f32)> {
        let columns = self.line.columns;
        if length < 2 || columns < length {
            return None;
        }
        let mut score: Vec<f32> =
            (0..columns).map(|c| self.symbol_log_prob[c] + self.outside_cost[c.saturating_sub(2)]).collect();
        let mut from = vec![0u8; columns * length];
        let mut next = vec![f32::NEG_INFINITY; columns];
        let pitch_to = |i: usize| fit[1] + fit[2] * (2 * i - 1) as f32;
        let min_gap_at = |pitch: f32| (pitch * GAP_RATIO.0).floor().max(1.0) as usize;
        let nearest = min_gap_at(pitch_to(1).min(pitch_to(length - 1)));
        for i in 1..length {
            let pitch = pitch_to(i);
            let (min_gap, max_gap) = (min_gap_at(pitch), (pitch * GAP_RATIO.1).ceil().min(MAX_GAP) as usize);
            let narrow = 1.0 / (2.0 * tolerance * tolerance * pitch * pitch);
            // A symbol this far from both characters belongs to neither.
            let near = (OWN_SYMBOL_RATIO * pitch).round().max(1.0) as usize;
            let costs: Vec<f32> = (min_gap..=max_gap).map(|d| narrow * (d as f32 - pitch).powi(2)).collect();
            next.fill(f32::NEG_INFINITY);
            // Leaves room for the remaining characters.
            for c in i * min_gap..columns.saturating_sub((length - 1 - i) * nearest) {
                // The most probable blank between the two, as the distance grows.
                let (mut best, mut best_distance, mut gap) = (f32::NEG_INFINITY, 0, -MAX_JOINED_COST);
                for d in 1..=max_gap.min(c) {
                    if d > 1 {
                        gap = max_f32(gap, self.blank[c - d + 1]);
                    }
                    if d >= min_gap {
                        let skipped = if d > 2 * near {
                            self.skipped_cost[c - near + 1] - self.skipped_cost[c - d + near]
                        } else {
                            0.0
                        };
                        let value = score[c - d] + gap - skipped - costs[d - min_gap];
                        if value > best {
                            (best, best_distance) = (value, d);
                        }
                    }
                }
                next[c] = best + self.symbol_log_prob[c];
                from[i * columns + c] = best_distance as u8;
            }
            std::mem::swap(&mut score, &mut next);
        }
        let after = |c: usize| self.outside_cost[columns] - self.outside_cost[(c + 3).min(columns)];
        let mut last = 0;
        for c in 0..columns {
            if score[c] + after(c) > score[last] + after(last) {
                last = c;
            }
        }
        let total = score[last] + after(last);
        if !total.is_finite() {
            return None;
        }
        let mut places = vec![last; length];
        for i in (1..length).rev() {
            places[i - 1] = places[i] - usize::from(from[i * columns + places[i]]);
        }
        Some((places, total))
    }

    /// Fits a parabola to the columns that show a symbol; drops the worst fifth once.
    fn fit_columns(&self, places: &[usize]) -> Option<[f32; 3]> {
        let mut points: Vec<(f64, f64)> = places
            .iter()
            .enumerate()
            .filter(|(_, c)| self.symbol_log_prob[**c] > MIN_FITTED_LOG_PROB)
            .map(|(i, &c)| (i as f64, self.centre(c)))
            .collect();
        let mut fit = None;
        for round in 0..2 {
            if points.len() < MIN_CHARACTERS {
                return fit;
            }
            let f = fit_quadratic(&points);
            fit = Some([f[0] as f32, f[1] as f32, f[2] as f32]);
            if round == 0 {
                let error = |p: &(f64, f64)| (f[0] + f[1] * p.0 + f[2] * p.0 * p.0 - p.1).abs();
                sort_by_key(&mut points, |p| error(p) as f32);
                points.truncate(points.len() * 4 / 5);
            }
        }
        fit
    }

    /// Returns the centroid of the symbol around a column.
    fn centre(&self, column: usize) -> f64 {
        let (mut mass, mut moment) = (0.0, 0.0);
        for c in column.saturating_sub(2)..=(column + 2).min(self.line.columns - 1) {
            let seen = f64::from(1.0 - self.line.column(c)[BLANK].exp());
            mass += seen;
            moment += seen * c as f64;
        }
        if mass > MIN_CENTROID_MASS { moment / mass } else { column as f64 }
    }

    /// Returns the symbol probabilities around a column; as far as it shows a blank, uniform.
    fn symbol_log_probs(&self, place: usize) -> SymbolLogProbs {
        let mut mass = [0.0f32; SYMBOLS];
        let mut seen = 0.0f32;
        for c in place.saturating_sub(1)..=(place + 1).min(self.line.columns - 1) {
            let column = self.line.column(c);
            seen = max_f32(seen, 1.0 - column[BLANK].exp());
            for (m, log) in mass.iter_mut().zip(column) {
                *m += log.exp();
            }
        }
        let sum = mass.iter().sum::<f32>().max(1e-9);
        let seen = seen.clamp(0.0, MAX_VISIBILITY);
        mass.map(|m| (m / sum * seen + (1.0 - seen) / SYMBOLS as f32).ln())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mrz::recognise::CLASSES;

    /// Columns that each show the symbol of `path` with probability `p` (`-` is the blank).
    fn along(path: &str, p: f32) -> LineDistribution {
        let rest = ((1.0 - p) / (CLASSES - 1) as f32).ln();
        let mut log_probabilities = Vec::new();
        for symbol in path.bytes() {
            let best = ALPHABET.iter().position(|&s| s == symbol).unwrap_or(BLANK);
            log_probabilities.extend((0..CLASSES).map(|class| if class == best { p.ln() } else { rest }));
        }
        LineDistribution { columns: path.len(), log_probabilities }
    }

    /// A line of six columns per character.
    fn line(text: &str) -> String {
        format!("------{}-----", text.chars().map(|c| format!("--{c}{c}--")).collect::<String>())
    }

    const TEXT: &str = "L898902C36UTO7408122F120415";

    #[test]
    fn aligns_to_the_requested_length() {
        let line = along(&line(TEXT), 0.97);
        let aligner = Aligner::new(&line).unwrap();
        let exact = aligner.align(TEXT.len()).unwrap();
        assert_eq!(exact.text(), TEXT);
        assert!((exact.pitch(3.0) - 6.0).abs() < 0.05, "{exact:?}");
        // One character more or less is possible, at a cost.
        for other in [TEXT.len() - 1, TEXT.len() + 1] {
            let aligned = aligner.align(other).unwrap();
            assert!(aligned.cost > exact.cost + 3.0, "{other}: {} against {}", aligned.cost, exact.cost);
        }
        assert_eq!(aligner.align(200), None);
    }

    #[test]
    fn positions_characters_that_are_not_visible() {
        // Two characters are missing, as under glare.
        let mut path = line(TEXT).into_bytes();
        for c in &mut path[6 + 6 * 4..6 + 6 * 6] {
            *c = b'-';
        }
        let line = along(std::str::from_utf8(&path).unwrap(), 0.97);
        let aligned = Aligner::new(&line).unwrap().align(TEXT.len()).unwrap();
        let text = aligned.text();
        assert_eq!((&text[..4], &text[6..]), (&TEXT[..4], &TEXT[6..]));
        // Its symbol stays undecided.
        assert!(aligned.log_probs[4].iter().all(|log| log.exp() < 0.5));
    }

    #[test]
    fn follows_a_changing_pitch() {
        let mut path = String::from("----");
        for (i, c) in TEXT.chars().enumerate() {
            let pitch = 5 + i * 4 / TEXT.len();
            path += &format!("--{c}{c}{}", "-".repeat(pitch - 4));
        }
        let line = along(&(path + "----"), 0.97);
        let aligned = Aligner::new(&line).unwrap().align(TEXT.len()).unwrap();
        assert_eq!(aligned.text(), TEXT);
        assert!(aligned.pitch(25.0) > aligned.pitch(2.0) + 1.0, "{:?}", aligned.fit);
    }

    #[test]
    fn rejects_lines_with_too_few_characters() {
        assert!(Aligner::new(&along("----A--B---", 0.9)).is_none());
        assert!(Aligner::new(&LineDistribution { columns: 0, log_probabilities: Vec::new() }).is_none());
    }
}
