//! What one image says about an MRZ: a format, and the symbol probabilities of every character. It yields a reading if
//! it is accepted; several are fused by [`super::fuse`].

use crate::date::Date;
use crate::geometry::Quad;
use crate::numeric::fold_max;

use super::align::{SymbolLogProbs, argmax};
use super::check_digit;
use super::confusables;
use super::format::{CharKind, CheckRule, FieldName, Format, Span, field_kinds};
use super::grammar::{self, DecodedMrz};
use super::legibility;
use super::mrz_document::{InferredChar, MrzDocument};
use super::parse::parse;
use super::reading::MrzReading;
use super::recognise::ALPHABET;

/// Minimum mean symbol probability of a reading, 0–1.
const MIN_CONFIDENCE: f32 = 0.70;
/// The same if no check digit is valid.
const MIN_UNCHECKED_CONFIDENCE: f32 = 0.93;
/// Minimum posterior of a reading, 0–1.
const MIN_POSTERIOR: f32 = 0.80;
/// Minimum number of digits: two dates and their check digits have fourteen, some of which may be unknown.
const MIN_DIGITS: usize = 8;
/// Minimum mean symbol probability (0–1) and maximum alignment cost (nats per line) of a candidate (measured: other
/// text costs 20 to 60, and so do MRZ lines with other text beyond their ends, whose symbols are certain).
const MIN_CANDIDATE_CONFIDENCE: f32 = 0.6;
const MAX_CANDIDATE_COST: f32 = 30.0;
/// Minimum mean symbol probability and posterior, 0–1, of a reading that no further frame can improve.
const CONCLUSIVE_CONFIDENCE: f32 = 0.95;
const CONCLUSIVE_POSTERIOR: f32 = 0.8;
/// Minimum mean probability of the most probable symbols, below which nothing is decoded, 0–1.
const MIN_MEAN_MAX_PROB: f32 = 0.5;
/// Maximum number of symbols outside the character class of their field.
const MAX_CHAR_CLASS_MISMATCHES: usize = 3;

/// Minimum mean symbol probability of an MRZ that is legible by its pixels and its layout alone (measured: other text
/// whose layout fits reaches 0.80).
const MIN_LEGIBLE_CONFIDENCE: f32 = 0.95;
/// Probability from which the image shows a symbol, and how many symbols of such an MRZ it need not show.
const MIN_SEEN_PROBABILITY: f32 = 0.5;
const MAX_DOUBTFUL: usize = 2;
/// Minimum evidence of its layout, nats: less than listed states and a sex give an MRZ with nothing else but names
/// (measured: other text in clear OCR-B has less than −8).
const MIN_LAYOUT_EVIDENCE: f32 = 8.0;

/// A possible MRZ with its best reading.
#[derive(Debug, Clone, PartialEq)]
pub struct MrzHypothesis {
    /// Format that fits best.
    pub format: Format,
    /// Log-probabilities of the symbols, `[line][character][symbol]`.
    pub log_probs: Vec<Vec<SymbolLogProbs>>,
    /// Corners around each line's capitals, in the frame's pixels.
    pub quads: Vec<Quad>,
    /// Alignment cost, nats per line; lower is better.
    pub cost: f32,
    /// Mean symbol probability of the best reading, 0–1.
    pub confidence: f32,
    /// Valid check digits of the best reading, and all that are printed.
    pub check_digits: (usize, usize),
    decoded: DecodedMrz,
    /// Probability of the format among those with the same line lengths, 0–1.
    format_share: f32,
}

/// Returns whether the issuing state uses a format. The formats of one line differ in their states; the check digit of
/// a Dutch licence alone is too little evidence.
fn has_state_of(format: Format, decoded: &DecodedMrz) -> bool {
    let is_dutch = decoded.lines.first().is_some_and(|line| line.starts_with(b"D1NLD"));
    match format {
        Format::DutchDl => is_dutch,
        Format::FrenchDl => !is_dutch,
        _ => true,
    }
}

impl MrzHypothesis {
    /// Decodes log-probabilities. `None` if their shape is not the format's, if they cannot be of the format, or if
    /// they are close to uniform.
    #[inline(never)]
    pub fn new(format: Format, log_probs: Vec<Vec<SymbolLogProbs>>, quads: Vec<Quad>, cost: f32) -> Option<Self> {
        let (sum, n) =
            log_probs.iter().flatten().fold((0.0, 0usize), |s, probs| (s.0 + fold_max(probs).exp(), s.1 + 1));
        if sum < MIN_MEAN_MAX_PROB * n as f32 {
            return None;
        }
        let decoded = grammar::decode_constrained(format, &log_probs).filter(|d| has_state_of(format, d))?;
        let mut hypothesis =
            Self { format, log_probs, quads, cost, confidence: 0.0, check_digits: (0, 0), decoded, format_share: 1.0 };
        let valid: Vec<bool> = format.check_rules().iter().filter_map(|r| hypothesis.check_digit_is_valid(r)).collect();
        hypothesis.check_digits = (valid.iter().filter(|&&h| h).count(), valid.len());
        let (sum, n) = hypothesis.probabilities().iter().flatten().fold((0.0, 0usize), |s, p| (s.0 + p, s.1 + 1));
        hypothesis.confidence = sum / n.max(1) as f32;
        if hypothesis.is_candidate() {
            let rivals = Format::decoded().filter(|f| *f != format && f.line_lengths() == format.line_lengths());
            let decode = |f| grammar::decode_constrained(f, &hypothesis.log_probs).filter(|d| has_state_of(f, d));
            let rivals = rivals.filter_map(decode);
            hypothesis.format_share =
                1.0 / (1.0 + rivals.map(|s| (s.score - hypothesis.decoded.score).exp()).sum::<f32>());
        }
        Some(hypothesis)
    }

    /// Returns the posterior of the best reading over all texts of this format and its rivals, 0–1.
    pub fn posterior(&self) -> f32 {
        self.decoded.posterior * self.format_share
    }

    /// Returns the lines of the best reading, accepted or not.
    pub fn lines(&self) -> Vec<String> {
        self.decoded.lines.iter().map(|l| l.iter().map(|&b| char::from(b)).collect()).collect()
    }

    /// Returns the parsed reading, or `None` if the hypothesis is not accepted.
    pub fn reading(&self, today: Date) -> Option<MrzReading> {
        if self.is_accepted() { self.parsed(today) } else { None }
    }

    /// Returns what is printed: the parsed reading, also if only the pixels speak for it and not the check digits.
    /// `None` if the hypothesis is neither accepted nor legible.
    pub fn report(&self, today: Date) -> Option<MrzReading> {
        if self.is_accepted() || self.is_legible() { self.parsed(today) } else { None }
    }

    fn parsed(&self, today: Date) -> Option<MrzReading> {
        let lines = self.lines();
        let mut document = parse(&lines, today).ok()?;
        let chip_key_confidence = self.chip_key_confidence(&document);
        if let Some(key) = &mut document.chip_key {
            key.confidence = Some(chip_key_confidence);
        }
        document.set_inferred(self.inferred(&document));
        Some(MrzReading {
            // The parser distinguishes passports from visas of the same lengths.
            format: document.format,
            confidence: self.confidence,
            posterior: self.posterior(),
            char_confidence: self.probabilities(),
            quads: self.quads.clone(),
            document,
            lines,
        })
    }

    /// Returns the characters of the document that are not the most probable ones of the image.
    fn inferred(&self, document: &MrzDocument) -> Vec<InferredChar> {
        let mut inferred = Vec::new();
        for field in document.format.fields() {
            let Span { line, start, end } = field.span;
            for column in start..end {
                let chosen = document.lines.get(line).and_then(|symbols| symbols.as_bytes().get(column));
                let probs = self.log_probs.get(line).and_then(|probs| probs.get(column));
                let (Some(&chosen), Some(probs)) = (chosen, probs) else { continue };
                let seen = ALPHABET[argmax(probs)];
                if seen == chosen {
                    continue;
                }
                let decides_format = field.name == FieldName::DocumentCode && column == 0;
                inferred.push(InferredChar {
                    field: field.name,
                    line,
                    column,
                    seen: char::from(seen),
                    seen_confidence: probability(probs, seen),
                    chosen: char::from(chosen),
                    chosen_confidence: probability(probs, chosen),
                    checked: decides_format || confusables::is_checked(document.format, line, column),
                });
            }
        }
        inferred
    }

    /// Returns the probability that the symbols of the chip's key and their check digits are read right, 0–1.
    fn chip_key_confidence(&self, document: &MrzDocument) -> f32 {
        const KEY: [FieldName; 6] = [
            FieldName::DocumentNumber,
            FieldName::DocumentNumberCheckDigit,
            FieldName::BirthDate,
            FieldName::BirthDateCheckDigit,
            FieldName::ExpiryDate,
            FieldName::ExpiryDateCheckDigit,
        ];
        let probabilities = self.probabilities();
        let of = |line: usize, columns: std::ops::Range<usize>| -> f32 {
            probabilities.get(line).and_then(|line| line.get(columns)).unwrap_or_default().iter().product()
        };
        let fields: f32 =
            KEY.into_iter().filter_map(|name| self.format.span(name)).map(|s| of(s.line, s.start..s.end)).product();
        // A number of more than nine symbols continues in the optional data, where its check digit follows.
        let digit = document.check_digits.iter().find(|digit| digit.field == FieldName::DocumentNumberCheckDigit);
        let optional = self.format.span(FieldName::OptionalData);
        let continued = digit.zip(optional).filter(|(d, o)| d.line == o.line && (o.start..o.end).contains(&d.column));
        fields * continued.map_or(1.0, |(digit, optional)| of(digit.line, optional.start..digit.column + 1))
    }

    /// Returns whether the best reading can be trusted.
    pub fn is_accepted(&self) -> bool {
        // Single lines occur in any text, so all their check digits must be valid.
        if self.log_probs.len() == 1 && self.check_digits.0 < self.check_digits.1 {
            return false;
        }
        let unchecked = self.check_digits.0 == 0;
        let min = if unchecked { MIN_UNCHECKED_CONFIDENCE } else { MIN_CONFIDENCE };
        (!unchecked || self.shows_document_code())
            && self.decoded.char_class_mismatches <= MAX_CHAR_CLASS_MISMATCHES
            && self.digits() >= MIN_DIGITS
            && self.confidence >= min
            && self.posterior() >= MIN_POSTERIOR
    }

    /// Returns whether the pixels and the layout alone show a text of this format: almost every symbol is certain, and
    /// letters, digits and fillers are where the format has them. Check digits may all be invalid, as on specimens,
    /// misprints and forgeries.
    pub fn is_legible(&self) -> bool {
        let doubtful = || self.probabilities().iter().flatten().filter(|&&p| p < MIN_SEEN_PROBABILITY).count();
        self.confidence >= MIN_LEGIBLE_CONFIDENCE
            && self.shows_document_code()
            && doubtful() <= MAX_DOUBTFUL
            && legibility::layout_evidence(self.format, &self.decoded.lines) >= MIN_LAYOUT_EVIDENCE
    }

    /// Returns whether the image shows the first symbol of the document code, which decides the format.
    fn shows_document_code(&self) -> bool {
        let chosen = self.format.span(FieldName::DocumentCode).and_then(|span| {
            let probs = self.log_probs.get(span.line)?.get(span.start)?;
            Some(probability(probs, *self.decoded.lines.get(span.line)?.get(span.start)?))
        });
        chosen.is_some_and(|p| p >= MIN_SEEN_PROBABILITY)
    }

    /// Returns whether this may be an MRZ, accepted or not.
    pub fn is_candidate(&self) -> bool {
        self.is_accepted() || (self.cost <= MAX_CANDIDATE_COST && self.confidence >= MIN_CANDIDATE_CONFIDENCE)
    }

    fn digits(&self) -> usize {
        self.decoded.lines.iter().flatten().filter(|symbol| symbol.is_ascii_digit()).count()
    }

    /// Returns whether the image cannot give a better reading.
    pub fn is_conclusive(&self) -> bool {
        self.check_digits.1 > 0
            && self.check_digits.0 == self.check_digits.1
            && self.confidence > CONCLUSIVE_CONFIDENCE
            && self.posterior() > CONCLUSIVE_POSTERIOR
    }

    /// Returns whether this is preferable to another hypothesis of the same image.
    pub fn is_better_than(&self, other: &Self) -> bool {
        let key = |e: &Self| {
            let accepted = e.is_accepted();
            (accepted, accepted || e.is_legible(), e.rank())
        };
        key(self).partial_cmp(&key(other)).is_some_and(std::cmp::Ordering::is_gt)
    }

    /// Mean log-probability per character, with the costs of alignment and rules, nats. Comparable within one image
    /// only.
    fn rank(&self) -> f32 {
        let lines = self.log_probs.len() as f32;
        let characters: usize = self.log_probs.iter().map(Vec::len).sum();
        (self.decoded.score - lines * self.cost) / characters.max(1) as f32
    }

    /// Returns whether a check digit is valid; `None` if it is a permitted filler.
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
        let lines = self.decoded.lines.iter().zip(&self.log_probs);
        lines
            .map(|(line, log_probs)| {
                line.iter().zip(log_probs).map(|(&symbol, probs)| probability(probs, symbol)).collect()
            })
            .collect()
    }
}

/// Returns the probability of a symbol, 0–1.
fn probability(probs: &SymbolLogProbs, symbol: u8) -> f32 {
    ALPHABET.iter().position(|&s| s == symbol).map_or(0.0, |i| probs[i].exp().min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TD3: [&str; 2] =
        ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];

    /// The document read from characters that show `lines` clearly, except that a character shows `seen` with
    /// probability 0.55 and `printed` with 0.44.
    fn read(format: Format, lines: &[&str], doubts: &[(usize, usize, u8, u8)]) -> MrzDocument {
        let index = |symbol: u8| ALPHABET.iter().position(|&s| s == symbol).expect("an MRZ symbol");
        let clear = |symbol: u8| {
            let mut probs = [(0.001_f32 / 36.0).ln(); ALPHABET.len()];
            probs[index(symbol)] = 0.999_f32.ln();
            probs
        };
        let mut log_probs: Vec<Vec<SymbolLogProbs>> =
            lines.iter().map(|line| line.bytes().map(clear).collect()).collect();
        for &(line, column, seen, printed) in doubts {
            let probs = &mut log_probs[line][column];
            *probs = [(0.01_f32 / 35.0).ln(); ALPHABET.len()];
            (probs[index(seen)], probs[index(printed)]) = (0.55_f32.ln(), 0.44_f32.ln());
        }
        let today = Date::new(2026, 11, 29).expect("a date");
        let hypothesis = MrzHypothesis::new(format, log_probs, Vec::new(), 0.0).expect("a hypothesis");
        hypothesis.reading(today).expect("a reading").document
    }

    #[test]
    fn a_clear_document_is_valid_without_inferred_characters() {
        let document = read(Format::Td3, &TD3, &[]);
        assert!(document.valid && !document.valid_if_inferred && document.inferred.is_empty(), "{document:?}");
    }

    #[test]
    fn a_character_that_a_check_digit_chose_makes_the_document_valid_only_if_it_is_right() {
        // A 1 of the date of birth that looks like a 7.
        let document = read(Format::Td3, &TD3, &[(1, 17, b'7', b'1')]);
        assert_eq!(document.lines, TD3);
        assert!(!document.valid && document.valid_if_inferred && document.is_consistent());
        let [inferred] = &document.inferred[..] else { panic!("{:?}", document.inferred) };
        assert_eq!((inferred.field, inferred.line, inferred.column), (FieldName::BirthDate, 1, 17));
        assert_eq!((inferred.seen, inferred.chosen, inferred.checked), ('7', '1', true));
        assert!((inferred.seen_confidence - 0.55).abs() < 0.01 && (inferred.chosen_confidence - 0.44).abs() < 0.01);
    }

    #[test]
    fn an_inferred_character_of_a_name_is_reported_and_leaves_the_document_valid() {
        let document = read(Format::Td3, &TD3, &[(0, 7, b'1', b'I')]);
        assert_eq!(document.names.primary, "ERIKSSON");
        assert!(document.valid && !document.valid_if_inferred);
        let inferred: Vec<_> = document.inferred.iter().map(|c| (c.field, c.seen, c.chosen, c.checked)).collect();
        assert_eq!(inferred, [(FieldName::Names, '1', 'I', false)]);
    }

    #[test]
    fn two_zeros_of_a_number_that_look_like_o_are_inferred() {
        // O twice under weights 7 and 3 is invisible to the check digit.
        let lines = [TD3[0], "L89002C372UTO7408122F1204159ZE184226B<<<<<18"];
        let document = read(Format::Td3, &lines, &[(1, 3, b'O', b'0'), (1, 4, b'O', b'0')]);
        assert!(!document.valid && document.valid_if_inferred);
        assert!(document.inferred.iter().all(|c| c.checked && (c.seen, c.chosen) == ('O', '0')), "{document:?}");
    }

    #[test]
    fn an_inferred_first_symbol_of_the_document_code_decides_the_validity() {
        let lines = ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"];
        let document = read(Format::MrvA, &lines, &[(0, 0, b'P', b'V')]);
        assert!(document.format == Format::MrvA && !document.valid && document.valid_if_inferred, "{document:?}");
    }
}
