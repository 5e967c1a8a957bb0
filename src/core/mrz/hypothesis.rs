//! What a picture tells of a zone: a format, and for each of its characters what it may be. From it comes the reading, where
//! it is enough for one; of several pictures it is added up ([`super::fuse`]).

use crate::date::Date;
use crate::geometry::Quad;
use crate::numeric::fold_max;

use super::align::SymbolLogProbs;
use super::check_digit;
use super::format::{CharKind, CheckRule, Format, field_kinds};
use super::grammar::{self, DecodedMrz};
use super::parse::parse;
use super::reading::MrzReading;
use super::recognise::ALPHABET;

/// Least mean probability of the symbols of a reading.
const MIN_CONFIDENCE: f32 = 0.70;
/// Least mean probability where no check digit at all holds.
const MIN_UNCHECKED_CONFIDENCE: f32 = 0.93;
/// Least share of the reading among all that the picture leaves open.
const MIN_POSTERIOR: f32 = 0.80;
/// Fewest digits: two dates with their check digits have fourteen, of which some may be unknown.
const MIN_DIGITS: usize = 8;
/// Least mean probability, and most that the characters' places may cost (nats a line), for anything like a zone (measured: what
/// is none costs 20 to 60; so do zones with other text beyond their ends, which are sure of themselves).
const MIN_CANDIDATE_CONFIDENCE: f32 = 0.6;
const MAX_CANDIDATE_COST: f32 = 30.0;
/// Least mean probability of the likeliest symbols for a look at what they might mean.
const MIN_MEAN_MAX_PROB: f32 = 0.5;
/// Most symbols that may be of another kind than their field asks for.
const MAX_CHAR_CLASS_MISMATCHES: usize = 3;

/// What is known of a zone.
#[derive(Debug, Clone, PartialEq)]
pub struct MrzHypothesis {
    /// The format that fits best.
    pub format: Format,
    /// For each line and character, log-probabilities of the symbols.
    pub log_probs: Vec<Vec<SymbolLogProbs>>,
    /// Corners around each line's capitals, in the frame's pixels.
    pub quads: Vec<Quad>,
    /// How badly the characters stand at an even pitch, nats a line.
    pub cost: f32,
    /// Mean probability of the symbols of the best reading, 0–1.
    pub confidence: f32,
    /// Check digits that hold in the best reading, and all that are printed.
    pub check_digits: (usize, usize),
    decoded: DecodedMrz,
    /// Share of the format among those of as many and as long lines, 0–1.
    format_share: f32,
}

impl MrzHypothesis {
    /// The evidence with its best reading; `None` where the slots are not those of the format, cannot be of it, or tell next to
    /// nothing.
    #[inline(never)]
    pub fn new(format: Format, log_probs: Vec<Vec<SymbolLogProbs>>, quads: Vec<Quad>, cost: f32) -> Option<Self> {
        let (sum, n) =
            log_probs.iter().flatten().fold((0.0, 0usize), |s, probs| (s.0 + fold_max(probs).exp(), s.1 + 1));
        if sum < MIN_MEAN_MAX_PROB * n as f32 {
            return None;
        }
        let decoded = grammar::decode_constrained(format, &log_probs)?;
        let mut hypothesis =
            Self { format, log_probs, quads, cost, confidence: 0.0, check_digits: (0, 0), decoded, format_share: 1.0 };
        let valid: Vec<bool> = format.check_rules().iter().filter_map(|r| hypothesis.check_digit_is_valid(r)).collect();
        hypothesis.check_digits = (valid.iter().filter(|&&h| h).count(), valid.len());
        let (sum, n) = hypothesis.probabilities().iter().flatten().fold((0.0, 0usize), |s, p| (s.0 + p, s.1 + 1));
        hypothesis.confidence = sum / n.max(1) as f32;
        if hypothesis.is_candidate() {
            let rivals = Format::ALL.into_iter().filter(|f| *f != format && f.line_lengths() == format.line_lengths());
            let rivals = rivals.filter_map(|f| grammar::decode_constrained(f, &hypothesis.log_probs));
            hypothesis.format_share =
                1.0 / (1.0 + rivals.map(|s| (s.score - hypothesis.decoded.score).exp()).sum::<f32>());
        }
        Some(hypothesis)
    }

    /// Share of the best reading among all that the evidence leaves open, in this format and the others, 0–1.
    pub fn posterior(&self) -> f32 {
        self.decoded.posterior * self.format_share
    }

    /// The lines of the best reading, be it good enough or not.
    pub fn lines(&self) -> Vec<String> {
        self.decoded.lines.iter().map(|l| l.iter().map(|&b| char::from(b)).collect()).collect()
    }

    /// The reading, where the evidence is enough for one.
    pub fn reading(&self, today: Date) -> Option<MrzReading> {
        if !self.is_accepted() {
            return None;
        }
        let lines = self.lines();
        let document = parse(&lines, today).ok()?;
        Some(MrzReading {
            // Passports and visas of equal lengths are told apart by the parser.
            format: document.format,
            confidence: self.confidence,
            posterior: self.posterior(),
            char_confidence: self.probabilities(),
            quads: self.quads.clone(),
            document,
            lines,
        })
    }

    /// Whether the best reading may be believed.
    pub fn is_accepted(&self) -> bool {
        // A single line may be a line of anything: its check digits must hold.
        if self.log_probs.len() == 1 && self.check_digits.0 < self.check_digits.1 {
            return false;
        }
        let min = if self.check_digits.0 == 0 { MIN_UNCHECKED_CONFIDENCE } else { MIN_CONFIDENCE };
        self.decoded.char_class_mismatches <= MAX_CHAR_CLASS_MISMATCHES
            && self.digits() >= MIN_DIGITS
            && self.confidence >= min
            && self.posterior() >= MIN_POSTERIOR
    }

    /// Whether it may be a zone at all, be it enough to be read or not.
    pub fn is_candidate(&self) -> bool {
        self.is_accepted() || (self.cost <= MAX_CANDIDATE_COST && self.confidence >= MIN_CANDIDATE_CONFIDENCE)
    }

    fn digits(&self) -> usize {
        self.decoded.lines.iter().flatten().filter(|symbol| symbol.is_ascii_digit()).count()
    }

    /// Whether nothing better can be expected of the picture.
    pub fn is_conclusive(&self) -> bool {
        self.check_digits.1 > 0
            && self.check_digits.0 == self.check_digits.1
            && self.confidence > 0.95
            && self.posterior() > 0.8
    }

    /// Whether this is to be preferred, of two findings in one picture.
    pub fn is_better_than(&self, other: &Self) -> bool {
        let key = |e: &Self| (e.is_accepted(), e.rank());
        key(self).partial_cmp(&key(other)).is_some_and(std::cmp::Ordering::is_gt)
    }

    /// Greater is better, between readings of one picture: how probable each character is on average, places and rules
    /// included.
    fn rank(&self) -> f32 {
        let lines = self.log_probs.len() as f32;
        let characters: usize = self.log_probs.iter().map(Vec::len).sum();
        (self.decoded.score - lines * self.cost) / characters.max(1) as f32
    }

    /// Whether a check digit holds; `None` where it is a filler that may be one.
    fn check_digit_is_valid(&self, rule: &CheckRule) -> Option<bool> {
        let lines = &self.decoded.lines;
        let symbol = lines[rule.line][rule.column];
        let covered = rule.covers.iter().flat_map(|s| lines[s.line][s.start..s.end].iter().copied());
        let optional =
            field_kinds(self.format, rule.line).and_then(|k| k.get(rule.column)) == Some(&CharKind::OptionalCheckDigit);
        if symbol == b'<' && optional {
            return None;
        }
        check_digit::compute_iter(covered).map(|digit| digit == symbol)
    }

    fn probabilities(&self) -> Vec<Vec<f32>> {
        let of = |probs: &SymbolLogProbs, symbol: u8| {
            ALPHABET.iter().position(|&s| s == symbol).map_or(0.0, |i| probs[i].exp().min(1.0))
        };
        let lines = self.decoded.lines.iter().zip(&self.log_probs);
        lines
            .map(|(line, log_probs)| line.iter().zip(log_probs).map(|(&symbol, probs)| of(probs, symbol)).collect())
            .collect()
    }
}
