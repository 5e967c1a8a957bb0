//! Decodes the most probable text of an MRZ under the grammar of its format.
//!
//! Each character has a distribution over the symbols; the standard defines which sequences are likely: the character
//! class of every field, identifiers separated by one or two fillers and followed by fillers only, months and days that
//! exist, state codes, check digits. All of it is a cost, not a constraint, so that text which the image shows clearly
//! is reported as printed even if it violates a rule. The search is a Viterbi search over the characters with a beam;
//! its state is what the rules have to remember: the sums of open check digits modulo 10, and the position within a
//! name or a date. The same pass sums over all texts (forward algorithm), which gives the posterior of the best.

use super::align::{SymbolLogProbs, argmax};
use super::check_digit::WEIGHTS;
use super::confusables::{are_confusable, confusable_letter};
use super::countries;
use super::format::{CharKind, FieldName, Format, Span};
use super::recognise::ALPHABET;
use crate::numeric::max_f32;

const SYMBOLS: usize = ALPHABET.len();
const FILLER: usize = 36;
const ZERO: usize = 26;

/// Costs of the grammar, nats: about the negative logarithm of how often each event occurs in printed documents.
#[derive(Debug, Clone, PartialEq)]
pub struct GrammarCosts {
    /// A symbol outside the character class of its field.
    pub char_class_mismatch: f32,
    /// An invalid check digit: about one printed document in fifty.
    pub invalid_check_digit: f32,
    /// A filler in place of the check digit of a field that is not empty.
    pub missing_check_digit: f32,
    /// Letters after the fillers that end a name, or a name that starts with a filler.
    pub invalid_name: f32,
    /// A filler between the symbols of a number.
    pub invalid_number: f32,
    /// A month or day that does not exist or is unknown.
    pub invalid_date: f32,
    /// O in a number: rare, because it resembles 0 (Doc 9303-3 section 4.6) and most issuers avoid it. In OCR-B, O
    /// and 0 differ in width alone.
    pub o_in_number: f32,
    /// I in a number: in OCR-B, I has serifs and 1 has none.
    pub i_in_number: f32,
    /// A second letter of the document code, which is mostly a filler; on cards `D` is as common.
    pub document_subtype: f32,
    /// A state code that Doc 9303-3 section 5 does not list.
    pub unknown_state: f32,
    /// How much less probable than the best symbol of the image a symbol may be: 4.6 is 99 % against 1 %. The rules
    /// only choose between symbols that the image leaves open; in fields that a check digit covers and in states, which
    /// come from a list, also between symbols that look alike.
    pub tolerance: f32,
    /// The same in other fields, unless the two look alike: 2.2 is 90 % against 10 %. Nothing would show that the
    /// choice is wrong.
    pub unchecked_tolerance: f32,
    /// How much more likely the nationality equals the issuing state than any other.
    pub same_state_gain: f32,
    /// Symbols this much less probable than the best are not searched.
    pub symbol_prune: f32,
    /// Prefixes this much less probable than the best are pruned: no rule recovers as much.
    pub beam_width: f32,
}

impl GrammarCosts {
    /// Default costs.
    pub const DEFAULT: Self = Self {
        char_class_mismatch: 6.0,
        invalid_check_digit: 4.0,
        missing_check_digit: 2.0,
        invalid_name: 5.0,
        invalid_number: 3.0,
        invalid_date: 3.0,
        o_in_number: 4.0,
        i_in_number: 0.8,
        document_subtype: 2.5,
        unknown_state: 4.0,
        tolerance: 4.6,
        unchecked_tolerance: 2.2,
        same_state_gain: 2.0,
        symbol_prune: 10.0,
        beam_width: 24.0,
    };
}

impl Default for GrammarCosts {
    /// Returns [`Self::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Costs in use.
const COSTS: GrammarCosts = GrammarCosts::DEFAULT;

/// Check digits that are open at the same time, at most.
const ACCUMULATORS: usize = 2;
/// States within a name or a date.
const FIELD_STATES: usize = 7;
const STATES: usize = FIELD_STATES * 100;

/// The decoded text.
#[derive(Debug, Clone, PartialEq)]
pub struct DecodedMrz {
    /// Lines of MRZ symbols.
    pub lines: Vec<Vec<u8>>,
    /// Posterior probability of this text, 0–1.
    pub posterior: f32,
    /// Log-probability of the text including all costs, nats.
    pub score: f32,
    /// Symbols outside the character class of their field.
    pub char_class_mismatches: usize,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    state: u16,
    /// Log-probability of the best path to this state, and of all paths together, nats.
    viterbi: f32,
    forward: f32,
    from: u32,
    symbol: u8,
}

/// The rules for one character.
struct Position {
    line: usize,
    column: usize,
    kind: CharKind,
    field: FieldName,
    /// Characters of the field before this one.
    offset: usize,
    /// Checksum terms of this character: accumulator, weight, and whether it starts the sum.
    checksum_terms: Vec<(usize, u32, bool)>,
    /// Accumulator whose check digit this character is.
    checked_accumulator: Option<usize>,
}

/// Decodes the lines of a format. `None` if their number or lengths do not match the format, or if the first symbol of
/// the document code cannot be one of the format.
pub fn decode_constrained(format: Format, lines: &[Vec<SymbolLogProbs>]) -> Option<DecodedMrz> {
    let lengths = format.line_lengths();
    if lines.len() != lengths.len() || lines.iter().zip(lengths).any(|(line, &length)| line.len() != length) {
        return None;
    }
    let image = lines;
    let mut lines = lines.to_vec();
    let positions = positions(format)?;
    discount_confusables(&positions, &mut lines);
    apply_country_prior(format, &mut lines);
    let mut layers: Vec<Vec<Node>> = vec![vec![Node { state: 0, viterbi: 0.0, forward: 0.0, from: 0, symbol: 0 }]];
    let mut state_index = vec![u32::MAX; STATES];
    for position in &positions {
        let (line, column) = (position.line, position.column);
        let symbols = candidates(format, position, &lines[line][column], &image[line][column]);
        if symbols.iter().all(|candidate| !candidate.is_open) {
            return None;
        }
        let before = layers.last()?;
        let mut next: Vec<Node> = Vec::with_capacity(before.len() * 2);
        for (from, node) in before.iter().enumerate() {
            for &Candidate { symbol, log_prob, is_open } in &symbols {
                let (state, cost) = transition(position, node.state, symbol);
                let viterbi = if is_open { node.viterbi + log_prob - cost } else { f32::NEG_INFINITY };
                let forward = node.forward + log_prob - cost;
                let entry = &mut state_index[usize::from(state)];
                if *entry == u32::MAX {
                    *entry = next.len() as u32;
                    next.push(Node { state, viterbi, forward, from: from as u32, symbol: symbol as u8 });
                    continue;
                }
                let known = &mut next[*entry as usize];
                known.forward = log_sum_exp(known.forward, forward);
                if viterbi > known.viterbi {
                    *known = Node { viterbi, from: from as u32, symbol: symbol as u8, ..*known };
                }
            }
        }
        for node in &next {
            state_index[usize::from(node.state)] = u32::MAX;
        }
        let max = next.iter().fold(f32::NEG_INFINITY, |max, node| max_f32(max, node.viterbi));
        next.retain(|node| node.forward > max - COSTS.beam_width);
        layers.push(next);
    }
    let last = layers.last()?;
    let (mut index, best) = last.iter().enumerate().max_by(|a, b| a.1.viterbi.total_cmp(&b.1.viterbi))?;
    let score = best.viterbi;
    let max = last.iter().fold(f32::NEG_INFINITY, |m, n| m.max(n.forward));
    let all = max + last.iter().map(|n| (n.forward - max).exp()).sum::<f32>().ln();
    let mut read: Vec<Vec<u8>> = lengths.iter().map(|&length| vec![b'<'; length]).collect();
    let mut char_class_mismatches = 0;
    for (position, layer) in positions.iter().zip(&layers[1..]).rev() {
        let node = layer[index];
        let symbol = ALPHABET[usize::from(node.symbol)];
        char_class_mismatches += usize::from(!position.kind.allows(symbol));
        read[position.line][position.column] = symbol;
        index = node.from as usize;
    }
    Some(DecodedMrz { lines: read, posterior: (score - all).exp().min(1.0), score, char_class_mismatches })
}

/// Returns `ln(exp(a) + exp(b))`.
fn log_sum_exp(a: f32, b: f32) -> f32 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    /// Difference in nats beyond which the sum equals the larger one in `f32`.
    const NEGLIGIBLE: f32 = 17.0;
    if high - low > NEGLIGIBLE { high } else { high + (low - high).exp().ln_1p() }
}

/// A symbol to search at a position.
struct Candidate {
    symbol: usize,
    /// Log-probability less the cost of the character class.
    log_prob: f32,
    /// Whether the image leaves it open. Any other counts for the posterior and is not chosen.
    is_open: bool,
}

/// Returns the symbols to search at a position. `image` has the log-probabilities before any rule.
#[inline(never)]
fn candidates(format: Format, position: &Position, probs: &SymbolLogProbs, image: &SymbolLogProbs) -> Vec<Candidate> {
    // The first symbol of the document code identifies the format.
    let first = position.field == FieldName::DocumentCode && position.offset == 0 && position.kind == CharKind::Letter;
    // No prior if no check digit covers them.
    let numeric =
        matches!(position.field, FieldName::DocumentNumber | FieldName::OptionalData | FieldName::OptionalData2)
            && !position.checksum_terms.is_empty();
    let second = position.field == FieldName::DocumentCode && position.column == 1;
    let subtype = second && !matches!(format, Format::SwissDl | Format::FrenchDl | Format::DutchDl);
    let cards = subtype && matches!(format, Format::Td1 | Format::Td2 | Format::FrenchId);
    let penalised = |symbol: usize| {
        let mismatch = if position.kind.allows(ALPHABET[symbol]) { 0.0 } else { COSTS.char_class_mismatch };
        let confusable = match ALPHABET[symbol] {
            b'O' if numeric => COSTS.o_in_number,
            b'I' if numeric => COSTS.i_in_number,
            b'D' if cards => 0.0,
            b'R' if first => COSTS.document_subtype,
            b'A'..=b'Z' | b'0'..=b'9' if subtype => COSTS.document_subtype,
            _ => 0.0,
        };
        probs[symbol] - mismatch - confusable
    };
    let verifiable = first
        || !position.checksum_terms.is_empty()
        || position.checked_accumulator.is_some()
        || matches!(position.field, FieldName::IssuingState | FieldName::Nationality);
    let seen = argmax(image);
    let is_open = |symbol: usize| {
        let tolerance = match (verifiable, are_confusable(ALPHABET[seen], ALPHABET[symbol])) {
            (true, true) => f32::INFINITY,
            (true, false) | (false, true) => COSTS.tolerance,
            (false, false) => COSTS.unchecked_tolerance,
        };
        image[symbol] >= image[seen] - tolerance
    };
    let allowed = |&symbol: &usize| !first || format.first_symbols().contains(&ALPHABET[symbol]);
    let all = (0..SYMBOLS).filter(allowed);
    let all: Vec<Candidate> =
        all.map(|symbol| Candidate { symbol, log_prob: penalised(symbol), is_open: is_open(symbol) }).collect();
    // What is searched is relative to the best that may be chosen.
    let open = all.iter().filter(|candidate| candidate.is_open);
    let max = open.fold(f32::NEG_INFINITY, |max, candidate| max_f32(max, candidate.log_prob));
    all.into_iter().filter(|candidate| candidate.log_prob >= max - COSTS.symbol_prune).collect()
}

/// Returns the state after a symbol, and the cost of the rules.
fn transition(position: &Position, state: u16, symbol: usize) -> (u16, f32) {
    let field_state = usize::from(state) % FIELD_STATES;
    let sums = usize::from(state) / FIELD_STATES;
    let mut accumulators = [sums % 10, sums / 10];
    let mut cost = 0.0;
    if let Some(accumulator) = position.checked_accumulator {
        let sum = std::mem::take(&mut accumulators[accumulator]);
        cost += match symbol {
            FILLER if position.kind == CharKind::OptionalCheckDigit => {
                if sum == 0 {
                    0.0
                } else {
                    COSTS.missing_check_digit
                }
            }
            _ if symbol == ZERO + sum => 0.0,
            _ => COSTS.invalid_check_digit,
        };
    }
    let value = match symbol {
        FILLER => 0,
        digit if digit >= ZERO => digit - ZERO,
        letter => letter + 10,
    };
    for &(accumulator, weight, first) in &position.checksum_terms {
        let sum = if first { 0 } else { accumulators[accumulator] };
        accumulators[accumulator] = (sum + value * weight as usize) % 10;
    }
    let (field_state, invalid) = match position.field {
        FieldName::Names | FieldName::PrimaryName => {
            name_transition(if position.offset == 0 { 0 } else { field_state }, symbol)
        }
        FieldName::BirthDate | FieldName::ExpiryDate => date_transition(position.offset, field_state, symbol),
        FieldName::DocumentNumber => {
            let ended = position.offset > 0 && field_state == 1;
            let filler = symbol == FILLER;
            (usize::from(ended || filler), if ended && !filler { COSTS.invalid_number } else { 0.0 })
        }
        _ => (0, 0.0),
    };
    ((field_state + FIELD_STATES * (accumulators[0] + 10 * accumulators[1])) as u16, cost + invalid)
}

/// Identifiers: letters, single fillers between words, two before the secondary identifier, and fillers only at the
/// end.
fn name_transition(field_state: usize, symbol: usize) -> (usize, f32) {
    // 0 start, 1 primary identifier, 2 a filler in it, 3 two fillers, 4 secondary identifier, 5 a filler in it, 6 the
    // end.
    let filler = symbol == FILLER;
    match (field_state, filler) {
        (0, true) => (2, COSTS.invalid_name),
        (0..=2, false) => (1, 0.0),
        (3..=5, false) => (4, 0.0),
        (_, false) => (4, COSTS.invalid_name),
        (1, true) => (2, 0.0),
        (2, true) => (3, 0.0),
        (4, true) => (5, 0.0),
        (_, true) => (6, 0.0),
    }
}

/// `YYMMDD`: months 01–12, days 01–31, or fillers.
fn date_transition(offset: usize, field_state: usize, symbol: usize) -> (usize, f32) {
    // The state is 1 plus the previous digit, 5 after a filler, 0 if nothing follows from it.
    const UNKNOWN: usize = 5;
    let digit = symbol.checked_sub(ZERO).filter(|&d| d < 10);
    let tens = |max: usize| match digit {
        Some(d) if d <= max => (d + 1, 0.0),
        Some(_) => (0, COSTS.invalid_date),
        None => (UNKNOWN, COSTS.invalid_date),
    };
    let ones = |last: usize, max: usize| match (field_state, digit) {
        (UNKNOWN, None) | (0, _) => (0, 0.0),
        (1, Some(0)) | (UNKNOWN, Some(_)) | (_, None) => (0, COSTS.invalid_date),
        (tens, Some(d)) if tens == last && d > max => (0, COSTS.invalid_date),
        _ => (0, 0.0),
    };
    match offset {
        2 => tens(1),
        3 => ones(2, 2),
        4 => tens(3),
        5 => ones(4, 1),
        _ => (0, 0.0),
    }
}

/// Returns the characters of a format in reading order, with the sums that each belongs to.
fn positions(format: Format) -> Option<Vec<Position>> {
    let mut positions = Vec::new();
    for field in format.fields() {
        let Span { line, start, end } = field.span;
        for column in start..end {
            let (kind, offset) = (field.kind, column - start);
            positions.push(Position {
                line,
                column,
                kind,
                field: field.name,
                offset,
                checksum_terms: Vec::new(),
                checked_accumulator: None,
            });
        }
    }
    // An accumulator is in use from a rule's first character to its check digit.
    let mut taken_until = [0usize; ACCUMULATORS];
    let index_of = |line: usize, column: usize| format.line_lengths()[..line].iter().sum::<usize>() + column;
    for rule in format.check_rules() {
        let covered = rule.covers.iter().flat_map(|s| (s.start..s.end).map(move |c| (s.line, c)));
        let covered: Vec<usize> = covered.map(|(line, column)| index_of(line, column)).collect();
        let digit = index_of(rule.line, rule.column);
        let first = *covered.first()?;
        // The last rule is the composite; its sum runs in parallel to all others.
        let accumulator = if rule.name == FieldName::CompositeCheckDigit { 1 } else { 0 };
        if accumulator == 0 && first < taken_until[0] {
            return None;
        }
        taken_until[accumulator] = digit;
        for (i, &position) in covered.iter().enumerate() {
            positions[position].checksum_terms.push((accumulator, WEIGHTS[i % 3], i == 0));
        }
        positions[digit].checked_accumulator = Some(accumulator);
    }
    Some(positions)
}

/// Discounts confusable pairs. A field of digits in which the image shows the similar letter (or the other way round)
/// proves that this print confuses the two; fields that allow both then trust the wrongly seen symbol less, by as much
/// as it was favoured there. A field in which no symbol is of its class is no proof: specimens have `ZZZZZZ` for a
/// date.
fn discount_confusables(positions: &[Position], lines: &mut [Vec<SymbolLogProbs>]) {
    for digit in ZERO..FILLER {
        let Some(letter) = confusable_letter(ALPHABET[digit]).map(|l| usize::from(l - b'A')) else { continue };
        // By how much the letter was favoured in fields of digits, and the digit in fields of letters.
        let (mut letter_excess, mut digit_excess) = (0.0f32, 0.0f32);
        let mut open = Vec::new();
        for position in proving(positions, lines) {
            let probs = &lines[position.line][position.column];
            let (best, allows) = (argmax(probs), |s: usize| position.kind.allows(ALPHABET[s]));
            match (allows(letter), allows(digit)) {
                (true, true) => open.push((position.line, position.column)),
                (false, true) if best == letter => letter_excess = letter_excess.max(probs[letter] - probs[digit]),
                (true, false) if best == digit => digit_excess = digit_excess.max(probs[digit] - probs[letter]),
                _ => {}
            }
        }
        for (line, column) in open {
            let probs = &mut lines[line][column];
            // The pair keeps its total probability.
            let (l, d) = (probs[letter] - letter_excess, probs[digit] - digit_excess);
            let excess = log_sum_exp(probs[letter], probs[digit]) - log_sum_exp(l, d);
            (probs[letter], probs[digit]) = (l + excess, d + excess);
        }
    }
}

/// Returns the positions of the fields in which a symbol is of their class, or of which there is one only.
fn proving<'a>(
    positions: &'a [Position],
    lines: &'a [Vec<SymbolLogProbs>],
) -> impl Iterator<Item = &'a Position> + use<'a> {
    let shows = |p: &Position| p.kind.allows(ALPHABET[argmax(&lines[p.line][p.column])]);
    let fields = positions.chunk_by(|_, next| next.offset > 0);
    fields.filter(move |field| field.len() == 1 || field.iter().any(shows)).flatten()
}

/// Applies the prior of state codes: prefers a listed code if it is nearly as probable as the best unlisted one.
#[inline(never)]
fn apply_country_prior(format: Format, lines: &mut [Vec<SymbolLogProbs>]) {
    let mut issuing: Option<[usize; 3]> = None;
    for name in [FieldName::IssuingState, FieldName::Nationality] {
        let Some(span) = format.span(name).filter(|s| s.end - s.start == 3) else { continue };
        let log_probs = &mut lines[span.line][span.start..span.end];
        let best: [usize; 3] = std::array::from_fn(|i| argmax(&log_probs[i]));
        let of = |code: &[usize; 3], log_probs: &[SymbolLogProbs]| (0..3).map(|i| log_probs[i][code[i]]).sum::<f32>();
        let top = of(&best, log_probs);
        let chosen = countries::codes()
            .map(|code| {
                let code = symbol_indices(code);
                let same = if issuing == Some(code) { COSTS.same_state_gain } else { 0.0 };
                (code, of(&code, log_probs) + same)
            })
            .max_by(|a, b| a.1.total_cmp(&b.1));
        let Some((code, value)) = chosen else { continue };
        if value >= top - COSTS.unknown_state {
            for (probs, symbol) in log_probs.iter_mut().zip(code) {
                for (i, log) in probs.iter_mut().enumerate() {
                    if i != symbol {
                        *log -= COSTS.unknown_state;
                    }
                }
            }
            if name == FieldName::IssuingState {
                issuing = Some(code);
            }
        }
    }
}

/// Returns the symbol indices of a code, padded with fillers to three.
fn symbol_indices(code: &str) -> [usize; 3] {
    let mut out = [FILLER; 3];
    for (o, c) in out.iter_mut().zip(code.bytes()) {
        *o = usize::from(c.wrapping_sub(b'A')).min(25);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Characters that show each symbol with probability `p`, the others uniformly.
    fn log_probs(text: &str, p: f32) -> Vec<SymbolLogProbs> {
        let rest = ((1.0 - p) / (SYMBOLS - 1) as f32).ln();
        let one = |c: u8| {
            let mut probs = [rest; SYMBOLS];
            probs[ALPHABET.iter().position(|&s| s == c).unwrap()] = p.ln();
            probs
        };
        text.bytes().map(one).collect()
    }

    /// Makes another symbol `factor` times as probable as the best.
    fn doubt(probs: &mut SymbolLogProbs, symbol: u8, factor: f32) {
        probs[ALPHABET.iter().position(|&s| s == symbol).unwrap()] = probs[argmax(probs)] + factor.ln();
    }

    fn text(decoded: &DecodedMrz) -> Vec<String> {
        decoded.lines.iter().map(|l| String::from_utf8(l.clone()).unwrap()).collect()
    }

    const TD3: [&str; 2] =
        ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
    const TD1: [&str; 3] =
        ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];

    #[test]
    fn every_format_fits_the_accumulators() {
        for format in Format::ALL {
            let positions = positions(format).expect("two registers are enough");
            assert_eq!(
                positions.iter().filter(|p| p.checked_accumulator.is_some()).count(),
                format.check_rules().len()
            );
        }
    }

    #[test]
    fn reads_clear_text_as_printed() {
        for (format, lines) in [(Format::Td3, &TD3[..]), (Format::Td1, &TD1[..])] {
            let decoded =
                decode_constrained(format, &lines.iter().map(|l| log_probs(l, 0.98)).collect::<Vec<_>>()).unwrap();
            assert_eq!(text(&decoded), lines);
            assert!(decoded.posterior > 0.5, "{}", decoded.posterior);
            assert_eq!(decoded.char_class_mismatches, 0);
        }
    }

    #[test]
    fn check_digit_resolves_ambiguous_symbols() {
        let mut lines: Vec<Vec<SymbolLogProbs>> = TD3.iter().map(|l| log_probs(l, 0.98)).collect();
        // 8 is slightly more likely a B, and a 1 of the date of birth a 7.
        doubt(&mut lines[1][1], b'B', 2.0);
        doubt(&mut lines[1][17], b'7', 2.0);
        assert_eq!(text(&decode_constrained(Format::Td3, &lines).unwrap()), TD3);
    }

    #[test]
    fn keeps_a_clearly_printed_invalid_check_digit() {
        let printed = [TD3[0], "L898902C37UTO7408122F1204159ZE184226B<<<<<10"];
        let lines: Vec<Vec<SymbolLogProbs>> = printed.iter().map(|l| log_probs(l, 0.9995)).collect();
        assert_eq!(text(&decode_constrained(Format::Td3, &lines).unwrap()), printed);
    }

    #[test]
    fn keeps_optional_data_without_a_check_digit() {
        // A visa's optional data has no check digit: O and I stay if they are more likely.
        let visa = ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZOI84226B<<<<<<"];
        let mut lines: Vec<Vec<SymbolLogProbs>> = visa.iter().map(|l| log_probs(l, 0.9)).collect();
        doubt(&mut lines[1][30], b'0', 0.9);
        doubt(&mut lines[1][31], b'1', 0.9);
        assert_eq!(text(&decode_constrained(Format::MrvA, &lines).unwrap()), visa);
    }

    #[test]
    fn discounts_confusables_seen_in_other_fields() {
        // A typeface whose zeros look like O. Two of them in one number preserve its check digit.
        let seen = [TD3[0], "LO9O902C36UTO74O8122F12O4159ZE184226B<<<<<1O"];
        let printed = [TD3[0], "L090902C36UTO7408122F1204159ZE184226B<<<<<10"];
        let clear: Vec<Vec<SymbolLogProbs>> = seen.iter().map(|l| log_probs(l, 0.99)).collect();
        assert_eq!(text(&decode_constrained(Format::Td3, &clear).unwrap()), printed);
        // If dates show digits, letters are trusted as letters.
        let sure = [TD3[0], "LO9O902C36UTO7408122F1204159ZE184226B<<<<<10"];
        let clear: Vec<Vec<SymbolLogProbs>> = sure.iter().map(|l| log_probs(l, 0.9999)).collect();
        assert_eq!(text(&decode_constrained(Format::Td3, &clear).unwrap()), sure);
    }

    #[test]
    fn placeholders_do_not_discount_letters() {
        // A specimen with Z for number and dates proves nothing about 2.
        let specimen = [TD3[0], "ZZZZZZZZZ5UTOZZZZZZ0FZZZZZZ0<<<<<<<<<<<<<<<0"];
        let clear: Vec<Vec<SymbolLogProbs>> = specimen.iter().map(|l| log_probs(l, 0.9999)).collect();
        assert_eq!(text(&decode_constrained(Format::Td3, &clear).unwrap()), specimen);
    }

    #[test]
    fn prefers_trailing_fillers_and_listed_states() {
        let mut lines: Vec<Vec<SymbolLogProbs>> = TD3.iter().map(|l| log_probs(l, 0.98)).collect();
        // Noise at the end of the name line, half probable, and an unlisted state code.
        doubt(&mut lines[0][42], b'J', 5.0);
        doubt(&mut lines[0][43], b'T', 5.0);
        doubt(&mut lines[0][4], b'D', 3.0);
        assert_eq!(text(&decode_constrained(Format::Td3, &lines).unwrap()), TD3);
    }

    #[test]
    fn fields_without_a_check_digit_are_read_as_seen() {
        // Digits in names, a digit as second symbol of the document code, a sex that does not exist: the image shows
        // each at 99.5 %, and what the rules prefer at 0.3 %.
        let seen = ["P1UTOERIKSS0N<<ANNA<MARIA<<<<<<<<<<<<<<<<<4<", "L898902C36UTO7408122N1204159ZE184226B<<<<<10"];
        let preferred = [(0, 1, b'I'), (0, 11, b'O'), (0, 42, b'<'), (1, 20, b'M')];
        let mut lines: Vec<Vec<SymbolLogProbs>> = seen.iter().map(|l| log_probs(l, 0.995)).collect();
        for (line, column, symbol) in preferred {
            doubt(&mut lines[line][column], symbol, 0.003);
        }
        assert_eq!(text(&decode_constrained(Format::Td3, &lines).unwrap()), seen);
        // What the image leaves about equal, the rules decide; both symbols of the document code are possible.
        for (line, column, symbol) in preferred {
            doubt(&mut lines[line][column], symbol, 0.5);
        }
        let decoded = text(&decode_constrained(Format::Td3, &lines).unwrap());
        assert_eq!(
            decoded,
            ["P1UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122M1204159ZE184226B<<<<<10"]
        );
    }

    #[test]
    fn posterior_reflects_ambiguity() {
        let mut lines: Vec<Vec<SymbolLogProbs>> = TD3.iter().map(|l| log_probs(l, 0.999)).collect();
        let clear = decode_constrained(Format::Td3, &lines).unwrap().posterior;
        // In a name only the image decides.
        doubt(&mut lines[0][6], b'K', 0.8);
        let open = decode_constrained(Format::Td3, &lines).unwrap();
        assert_eq!(text(&open), TD3);
        assert!(clear > 0.9 && (0.45..0.6).contains(&open.posterior), "{clear}, {}", open.posterior);
    }

    #[test]
    fn rejects_lines_of_other_shapes() {
        let lines: Vec<Vec<SymbolLogProbs>> = TD3.iter().map(|l| log_probs(l, 0.98)).collect();
        assert_eq!(decode_constrained(Format::Td1, &lines), None);
        assert_eq!(decode_constrained(Format::Td3, &lines[..1]), None);
        // A passport is not a visa.
        let lines: Vec<Vec<SymbolLogProbs>> = TD3.iter().map(|l| log_probs(l, 0.99999)).collect();
        assert_eq!(decode_constrained(Format::MrvA, &lines), None);
    }
}
