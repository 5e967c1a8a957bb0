//! Reading: locate → rectify → recognise → decode → one document, or nothing.
//!
//! The rule throughout: what is printed is reported. A reading whose check digits fail is returned as read, with the failing
//! ones named; the grammar and the check digits only choose between symbols that the picture leaves nearly equal.

use serde::Serialize;

use crate::core::error::CoreError;
use crate::core::frame::{Frame, LumaImage};
use crate::core::geometry::{Quad, Rect};

use super::check_digit;
use super::decode::{DecodedLine, argmax, decode};
use super::format::{CharKind, Format, field_kinds};
use super::locate::{MrzZone, TextLine, locate};
use super::recognise::{ALPHABET, COLUMN_STRIDE, LineDistribution, Recogniser, STRIP_PITCH};
use super::rectify::{self, Baseline};
use super::{Date, MrzDocument, parse};

/// A symbol that the field's kind allows is taken in place of one that it does not where it is at most this much less
/// probable, nats (a factor of 55: O for 0, I for 1 and their like are nearer than that, others are not).
const GRAMMAR_MARGIN: f32 = 4.0;
/// A symbol is changed for a check digit's sake only where the two are nearly equal: at most this many nats apart.
const CHECK_MARGIN: f32 = 2.5;
/// Most that the length of a line may cost, nats a line, for a reading at all.
const MAX_COST: f32 = 9.0;
/// Least mean probability of the symbols of a reading (measured: zones are above 0.85, other text below 0.7).
const MIN_CONFIDENCE: f32 = 0.80;
/// Least mean probability where no check digit at all holds.
const MIN_UNCHECKED_CONFIDENCE: f32 = 0.93;
/// Mean probability above which a zone need not be tried upside down.
const SURE_OF_DIRECTION: f32 = 0.93;
/// Most symbols that may be of another kind than their field asks for.
const MAX_MISFITS: usize = 3;

/// A machine-readable zone, read from pixels.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MrzReading {
    /// The format.
    pub format: Format,
    /// The lines as printed.
    pub lines: Vec<String>,
    /// Mean probability of the symbols, 0–1.
    pub confidence: f32,
    /// Probability of each symbol, line by line, 0–1.
    pub char_confidence: Vec<Vec<f32>>,
    /// Corners around each line's capitals, in the frame's pixels, in reading order (top left first as read).
    pub quads: Vec<Quad>,
    /// The lines, parsed and checked.
    pub document: MrzDocument,
}

/// Reads zones from frames; holds the recogniser.
#[derive(Debug, Clone)]
pub struct MrzReader {
    recogniser: Recogniser,
}

impl MrzReader {
    /// A reader from the bytes of `mrz.kycm`.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CoreError> {
        Ok(Self { recogniser: Recogniser::from_bytes(bytes)? })
    }

    /// The zone in a frame, at any rotation; `None` where none is there, or none can be read.
    pub fn read(&self, frame: &Frame<'_>, today: Date) -> Option<MrzReading> {
        self.read_luma(&frame.to_luma(), today)
    }

    /// The zone in a part of a frame, as the bounds of a document's outline: less to look through. Cut at the frame's borders.
    pub fn read_in(&self, frame: &Frame<'_>, part: Rect, today: Date) -> Option<MrzReading> {
        let edge = |v: f32, max: usize| if v.is_finite() { v.clamp(0.0, max as f32) as usize } else { 0 };
        let (x0, y0) = (edge(part.x, frame.width()), edge(part.y, frame.height()));
        let (x1, y1) = (edge(part.x + part.width, frame.width()), edge(part.y + part.height, frame.height()));
        if x1 < x0 + 32 || y1 < y0 + 16 {
            return None;
        }
        let luma = frame.to_luma();
        let rows = luma.data.chunks_exact(luma.width).take(y1).skip(y0);
        let cut =
            LumaImage { data: rows.flat_map(|row| &row[x0..x1]).copied().collect(), width: x1 - x0, height: y1 - y0 };
        let mut reading = self.read_luma(&cut, today)?;
        for p in reading.quads.iter_mut().flat_map(|q| &mut q.0) {
            (p.x, p.y) = (p.x + x0 as f32, p.y + y0 as f32);
        }
        Some(reading)
    }

    fn read_luma(&self, luma: &LumaImage, today: Date) -> Option<MrzReading> {
        let mut best: Option<Candidate> = None;
        let mut seen = Vec::new();
        for zone in locate(luma) {
            let Some(candidate) = self.read_zone(luma, &zone, &mut seen) else { continue };
            if best.as_ref().is_none_or(|b| candidate.rank() > b.rank()) {
                best = Some(candidate);
            }
            // A reading with every check digit right, and sure of itself, cannot be bettered.
            if best.as_ref().is_some_and(|b| b.checks.1 > 0 && b.checks.0 == b.checks.1 && b.confidence > 0.95) {
                break;
            }
        }
        best?.reading(today)
    }

    fn read_zone(&self, luma: &LumaImage, zone: &MrzZone, seen: &mut Vec<(TextLine, SeenLine)>) -> Option<Candidate> {
        let upright: Vec<TextLine> = zone.lines.clone();
        let turned: Vec<TextLine> = zone.lines.iter().rev().map(TextLine::turned).collect();
        let mut best: Option<Candidate> = None;
        for lines in [upright, turned] {
            let lines: Vec<SeenLine> = lines.iter().map(|l| self.line(luma, l, seen)).collect();
            for format in Format::ALL {
                if format.line_lengths().len() != lines.len() || format.line_lengths().len() < 2 {
                    continue;
                }
                let Some(candidate) = Candidate::of(format, &lines) else { continue };
                if best.as_ref().is_none_or(|b| candidate.rank() > b.rank()) {
                    best = Some(candidate);
                }
            }
            // What reads this well one way round does not read at all the other way round.
            if best.as_ref().is_some_and(|b| b.confidence > SURE_OF_DIRECTION) {
                break;
            }
        }
        best
    }

    /// A line's distribution; lines belong to several zones and are read once.
    fn line(&self, luma: &LumaImage, line: &TextLine, seen: &mut Vec<(TextLine, SeenLine)>) -> SeenLine {
        if let Some((_, known)) = seen.iter().find(|(l, _)| l == line) {
            return known.clone();
        }
        let mut baseline = rectify::measure(luma, line);
        let mut distribution = self.recogniser.recognise(&baseline.strip(luma, 1.0));
        // The pitch as read, from the first to the last symbol: where it is off, the strip is made again.
        let read = distribution.greedy();
        if let (Some(first), Some(last)) = (read.first(), read.last())
            && read.len() >= 20
        {
            let pitch = ((last.column - first.column) * COLUMN_STRIDE) as f32 / (read.len() - 1) as f32;
            let stretch = STRIP_PITCH / pitch.max(1.0);
            if !(0.94..=1.06).contains(&stretch) && (0.4..=2.5).contains(&stretch) {
                // In OCR-B a pitch tells the height of the capitals as well, better than rows of fillers do.
                let implied = baseline.cap_height / stretch;
                let mut again = baseline.clone();
                again.cap_height = baseline.cap_height.clamp(0.85 * implied, 1.15 * implied);
                let stretch = stretch * again.cap_height / baseline.cap_height;
                let second = self.recogniser.recognise(&again.strip(luma, stretch));
                if mean_best(&second) > mean_best(&distribution) {
                    (baseline, distribution) = (again, second);
                }
            }
        }
        let out = SeenLine { baseline, distribution };
        seen.push((*line, out.clone()));
        out
    }
}

/// Mean log-probability of the best class of each column: how sure the recogniser is of the strip.
fn mean_best(line: &LineDistribution) -> f32 {
    let sum: f32 = (0..line.columns).map(|t| line.column(t).iter().copied().fold(f32::MIN, f32::max)).sum();
    sum / line.columns.max(1) as f32
}

#[derive(Debug, Clone)]
struct SeenLine {
    baseline: Baseline,
    distribution: LineDistribution,
}

/// A zone read as one format.
#[derive(Debug, Clone)]
struct Candidate {
    format: Format,
    lines: Vec<Vec<u8>>,
    distributions: Vec<Vec<[f32; 37]>>,
    quads: Vec<Quad>,
    confidence: f32,
    cost: f32,
    misfits: usize,
    /// Check digits that hold, and all.
    checks: (usize, usize),
}

impl Candidate {
    fn of(format: Format, lines: &[SeenLine]) -> Option<Self> {
        let decoded: Vec<DecodedLine> = lines
            .iter()
            .zip(format.line_lengths())
            .map(|(line, &length)| decode(&line.distribution, length))
            .collect::<Option<_>>()?;
        let cost = decoded.iter().map(|d| d.cost).sum::<f32>() / decoded.len() as f32;
        if cost > MAX_COST {
            return None;
        }
        let distributions: Vec<_> = decoded.into_iter().map(|d| d.symbols).collect();
        let quads = lines.iter().map(|l| l.baseline.quad()).collect();
        let candidate = Self::from_distributions(format, distributions, quads, cost)?;
        candidate.is_acceptable().then_some(candidate)
    }

    /// Chooses the symbols of every position.
    fn from_distributions(
        format: Format,
        distributions: Vec<Vec<[f32; 37]>>,
        quads: Vec<Quad>,
        cost: f32,
    ) -> Option<Self> {
        let mut lines: Vec<Vec<u8>> = Vec::new();
        let mut misfits = 0;
        for (i, line) in distributions.iter().enumerate() {
            let kinds = field_kinds(format, i)?;
            if kinds.len() != line.len() {
                return None;
            }
            let mut symbols = Vec::with_capacity(line.len());
            for (position, (alternatives, kind)) in line.iter().zip(kinds).enumerate() {
                let allowed = |symbol: u8| {
                    // The first symbol of a document tells its format.
                    if (i, position) == (0, 0) { format.first_symbols().contains(&symbol) } else { kind.allows(symbol) }
                };
                let (symbol, fits) = choose(alternatives, allowed);
                misfits += usize::from(!fits);
                symbols.push(symbol);
            }
            if i == 0 && !format.first_symbols().contains(&symbols[0]) {
                return None;
            }
            lines.push(symbols);
        }
        let mut candidate =
            Self { format, lines, distributions, quads, confidence: 0.0, cost, misfits, checks: (0, 0) };
        candidate.settle_checks();
        candidate.checks = candidate.count_checks();
        let (sum, n) = candidate.probabilities().iter().flatten().fold((0.0, 0usize), |s, p| (s.0 + p, s.1 + 1));
        candidate.confidence = sum / n.max(1) as f32;
        Some(candidate)
    }

    /// Where a check digit fails and changing one doubtful symbol into its near equal mends it, that symbol is changed. A
    /// change must leave no more failing than before.
    fn settle_checks(&mut self) {
        for rule in self.format.check_rules() {
            if self.settle_zeros(rule) {
                continue;
            }
            let (before, all) = self.count_checks();
            if before == all || self.rule_holds(rule) != Some(false) {
                continue;
            }
            let mut doubtful = Vec::new();
            let digit = super::format::Span { line: rule.line, start: rule.column, end: rule.column + 1 };
            for span in rule.covers.iter().chain(std::iter::once(&digit)) {
                for column in span.start..span.end {
                    let Some(kind) = field_kinds(self.format, span.line).and_then(|k| k.get(column)) else { continue };
                    let alternatives = &self.distributions[span.line][column];
                    let now = self.lines[span.line][column];
                    let at =
                        |symbol: u8| ALPHABET.iter().position(|&s| s == symbol).map_or(f32::MIN, |i| alternatives[i]);
                    for (i, &symbol) in ALPHABET.iter().enumerate() {
                        let margin = at(now) - alternatives[i];
                        if symbol != now && kind.allows(symbol) && margin <= CHECK_MARGIN {
                            doubtful.push((margin, span.line, column, symbol));
                        }
                    }
                }
            }
            doubtful.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (_, line, column, symbol) in doubtful {
                let old = std::mem::replace(&mut self.lines[line][column], symbol);
                if self.rule_holds(rule) == Some(true) && self.count_checks().0 > before {
                    break;
                }
                self.lines[line][column] = old;
            }
        }
    }

    /// In OCR-B, O and 0 differ little, and in numbers runs of zeros are common while O is rare (Doc 9303-3 section 4.6 warns
    /// of it): all doubtful letters O of what a check digit covers are taken as zeros where the digit then holds. It does so even where
    /// the digit held before: one reading in ten does by chance.
    fn settle_zeros(&mut self, rule: &super::format::CheckRule) -> bool {
        let before = self.lines.clone();
        let (o, zero) = (b'O' - b'A', 26);
        for span in rule.covers {
            for column in span.start..span.end {
                let Some(kind) = field_kinds(self.format, span.line).and_then(|k| k.get(column)) else { continue };
                let alternatives = &self.distributions[span.line][column];
                let doubtful = alternatives[usize::from(o)] - alternatives[zero] <= GRAMMAR_MARGIN;
                let symbol = &mut self.lines[span.line][column];
                if *symbol == b'O' && doubtful && kind.allows(b'0') {
                    *symbol = b'0';
                }
            }
        }
        let mended = self.rule_holds(rule) == Some(true);
        if !mended {
            self.lines = before;
        }
        mended
    }

    /// Whether a check digit holds; `None` where it is a filler that may be one.
    fn rule_holds(&self, rule: &super::format::CheckRule) -> Option<bool> {
        let symbol = self.lines[rule.line][rule.column];
        let covered = rule.covers.iter().flat_map(|s| self.lines[s.line][s.start..s.end].iter().copied());
        let optional =
            field_kinds(self.format, rule.line).and_then(|k| k.get(rule.column)) == Some(&CharKind::OptionalCheckDigit);
        if symbol == b'<' && optional {
            return None;
        }
        check_digit::compute_iter(covered).map(|digit| digit == symbol)
    }

    fn count_checks(&self) -> (usize, usize) {
        let held: Vec<bool> = self.format.check_rules().iter().filter_map(|r| self.rule_holds(r)).collect();
        (held.iter().filter(|&&h| h).count(), held.len())
    }

    fn probabilities(&self) -> Vec<Vec<f32>> {
        self.lines
            .iter()
            .zip(&self.distributions)
            .map(|(line, alternatives)| {
                line.iter()
                    .zip(alternatives)
                    .map(|(&symbol, a)| ALPHABET.iter().position(|&s| s == symbol).map_or(0.0, |i| a[i].exp().min(1.0)))
                    .collect()
            })
            .collect()
    }

    fn is_acceptable(&self) -> bool {
        let least = if self.checks.0 == 0 { MIN_UNCHECKED_CONFIDENCE } else { MIN_CONFIDENCE };
        self.misfits <= MAX_MISFITS && self.confidence >= least
    }

    /// Greater is better.
    fn rank(&self) -> f32 {
        let checks = if self.checks.1 == 0 { 0.0 } else { self.checks.0 as f32 / self.checks.1 as f32 };
        self.confidence + 0.5 * checks - 0.03 * self.cost - 0.05 * self.misfits as f32
    }

    fn reading(self, today: Date) -> Option<MrzReading> {
        let lines: Vec<String> = self.lines.iter().map(|l| l.iter().map(|&b| char::from(b)).collect()).collect();
        let document = parse(&lines, today).ok()?;
        Some(MrzReading {
            // Passports and visas of equal lengths are told apart by the parser.
            format: document.format,
            confidence: self.confidence,
            char_confidence: self.probabilities(),
            quads: self.quads,
            document,
            lines,
        })
    }
}

/// The most probable symbol, or the most probable that fits where that is nearly as probable; and whether it fits.
fn choose(alternatives: &[f32; 37], allowed: impl Fn(u8) -> bool) -> (u8, bool) {
    let best = argmax(alternatives);
    if allowed(ALPHABET[best]) {
        return (ALPHABET[best], true);
    }
    let fitting = (0..ALPHABET.len())
        .filter(|&i| allowed(ALPHABET[i]))
        .max_by(|&a, &b| alternatives[a].total_cmp(&alternatives[b]));
    match fitting {
        Some(i) if alternatives[best] - alternatives[i] <= GRAMMAR_MARGIN => (ALPHABET[i], true),
        _ => (ALPHABET[best], false),
    }
}
