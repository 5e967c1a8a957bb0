//! The most probable reading of a whole zone under the grammar of its format.
//!
//! Each character has a distribution over the symbols; which sequences are likely is known from the standard: the kind of every
//! field, identifiers separated by one and two fillers and followed by nothing but fillers, months and days that exist, codes
//! of states, check digits. All of it is taken as costs, not as laws, so that what the picture says clearly is reported as it is
//! printed even where it breaks a rule. The search is exact (Viterbi over the characters; the state is what the rules have
//! still to remember: sums of open check digits modulo 10, and the place within a name or a date), and the same pass adds up all
//! readings, so that the best one's share of them, its posterior, is known as well.

use super::align::{SymbolLogProbs, argmax};
use super::check_digit::WEIGHTS;
use super::confusables::confusable_letter;
use super::countries;
use super::format::{CharKind, FieldName, Format, Span};
use super::recognise::ALPHABET;
use crate::numeric::max_f32;

const SYMBOLS: usize = ALPHABET.len();
const FILLER: usize = 36;
const ZERO: usize = 26;

// Costs in nats: minus the logarithms of how often, about, each happens in what is printed; the rarer it is, the more the picture
// must insist on it.
/// A symbol of another kind than its field's.
const CHAR_CLASS_MISMATCH_COST: f32 = 6.0;
/// A check digit that does not hold: one printed document in about fifty.
const INVALID_CHECK_DIGIT_COST: f32 = 4.0;
/// A filler in place of a check digit over what is not all fillers.
const MISSING_CHECK_DIGIT_COST: f32 = 2.0;
/// Letters after the fillers that end a name, or none where it begins.
const INVALID_NAME_COST: f32 = 5.0;
/// A filler between the symbols of a number.
const INVALID_NUMBER_COST: f32 = 3.0;
/// A month or day that does not exist, or is not known.
const INVALID_DATE_COST: f32 = 3.0;
/// O and I in numbers: rare, for they look like 0 and 1 (Doc 9303-3 section 4.6 warns of it), and most issuers leave them out.
/// In OCR-B, I has serifs that 1 has not, while O and 0 differ in width alone.
const O_IN_NUMBER_COST: f32 = 4.0;
const I_IN_NUMBER_COST: f32 = 0.8;
/// A second letter of the document's code, where most have a filler; on cards `D` is as common.
const DOCUMENT_SUBTYPE_COST: f32 = 2.5;
/// A state's code that is not of Doc 9303-3 section 5.
const UNKNOWN_STATE_COST: f32 = 4.0;
/// How much likelier the holder is of the issuing state than of any other.
const SAME_STATE_GAIN: f32 = 2.0;
/// Symbols so much less probable than the best are left out of the search.
const SYMBOL_PRUNE_NATS: f32 = 10.0;
/// Beginnings so much less probable than the best are not gone on with: no rule gives back as much.
const BEAM_WIDTH_NATS: f32 = 24.0;

/// Most check digits whose sums are open at one place.
const ACCUMULATORS: usize = 2;
/// Places within a name or a date that are told apart.
const FIELD_STATES: usize = 7;
const STATES: usize = FIELD_STATES * 100;

/// The best reading.
#[derive(Debug, Clone, PartialEq)]
pub struct DecodedMrz {
    /// Lines of symbols.
    pub lines: Vec<Vec<u8>>,
    /// Share of this reading among all, 0–1.
    pub posterior: f32,
    /// Log-probability of the reading with all costs, nats.
    pub score: f32,
    /// Symbols of another kind than their field's.
    pub char_class_mismatches: usize,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    state: u16,
    /// The best way here, and all ways together.
    viterbi: f32,
    forward: f32,
    from: u32,
    symbol: u8,
}

/// What the rules say of one character.
struct Position {
    line: usize,
    column: usize,
    kind: CharKind,
    field: FieldName,
    /// Characters of the field before this one.
    offset: usize,
    /// Registers that this character is added to, with its weight, and whether it is the first.
    checksum_terms: Vec<(usize, u32, bool)>,
    /// The register that this character is the check digit of.
    checked_accumulator: Option<usize>,
}

/// The best reading of the lines of a format. `None` where the lines are not as many and as long as the format has, or the
/// document's first symbol is hopeless.
pub fn decode_constrained(format: Format, lines: &[Vec<SymbolLogProbs>]) -> Option<DecodedMrz> {
    let lengths = format.line_lengths();
    if lines.len() != lengths.len() || lines.iter().zip(lengths).any(|(line, &length)| line.len() != length) {
        return None;
    }
    let mut lines = lines.to_vec();
    let positions = positions(format)?;
    discount_confusables(&positions, &mut lines);
    apply_country_prior(format, &mut lines);
    let mut layers: Vec<Vec<Node>> = vec![vec![Node { state: 0, viterbi: 0.0, forward: 0.0, from: 0, symbol: 0 }]];
    let mut state_index = vec![u32::MAX; STATES];
    for position in &positions {
        let symbols = candidates(format, position, &lines[position.line][position.column]);
        if symbols.is_empty() {
            return None;
        }
        let before = layers.last()?;
        let mut next: Vec<Node> = Vec::with_capacity(before.len() * 2);
        for (from, node) in before.iter().enumerate() {
            for &(symbol, log_prob) in &symbols {
                let (state, cost) = transition(position, node.state, symbol);
                let (viterbi, forward) = (node.viterbi + log_prob - cost, node.forward + log_prob - cost);
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
        next.retain(|node| node.viterbi > max - BEAM_WIDTH_NATS);
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

/// The logarithm of the sum of what two logarithms stand for.
fn log_sum_exp(a: f32, b: f32) -> f32 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    // Beyond this the sum differs from the larger one by less than its last place.
    if high - low > 17.0 { high } else { high + (low - high).exp().ln_1p() }
}

/// The symbols worth trying at a place, with their log-probabilities and what the kind of the field takes off.
#[inline(never)]
fn candidates(format: Format, position: &Position, probs: &SymbolLogProbs) -> Vec<(usize, f32)> {
    // The first symbol of the document's code tells the format.
    let first = position.field == FieldName::DocumentCode && position.offset == 0 && position.kind == CharKind::Letter;
    // Where no digit covers them, nothing is said of them.
    let numeric =
        matches!(position.field, FieldName::DocumentNumber | FieldName::OptionalData | FieldName::OptionalData2)
            && !position.checksum_terms.is_empty();
    let second = position.field == FieldName::DocumentCode && position.column == 1;
    let subtype = second && !matches!(format, Format::SwissDl | Format::FrenchDl);
    let cards = subtype && matches!(format, Format::Td1 | Format::Td2 | Format::FrenchId);
    let penalised = |symbol: usize| {
        let mismatch = if position.kind.allows(ALPHABET[symbol]) { 0.0 } else { CHAR_CLASS_MISMATCH_COST };
        let confusable = match ALPHABET[symbol] {
            b'O' if numeric => O_IN_NUMBER_COST,
            b'I' if numeric => I_IN_NUMBER_COST,
            b'D' if cards => 0.0,
            b'A'..=b'Z' if subtype => DOCUMENT_SUBTYPE_COST,
            _ => 0.0,
        };
        probs[symbol] - mismatch - confusable
    };
    let allowed = |&symbol: &usize| !first || format.first_symbols().contains(&ALPHABET[symbol]);
    let all: Vec<(usize, f32)> = (0..SYMBOLS).filter(allowed).map(|s| (s, penalised(s))).collect();
    let max = all.iter().fold(f32::NEG_INFINITY, |m, s| m.max(s.1));
    if first && max < probs[argmax(probs)] - SYMBOL_PRUNE_NATS {
        return Vec::new();
    }
    all.into_iter().filter(|s| s.1 >= max - SYMBOL_PRUNE_NATS).collect()
}

/// The state after a symbol, and what the rules take for it.
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
                    MISSING_CHECK_DIGIT_COST
                }
            }
            _ if symbol == ZERO + sum => 0.0,
            _ => INVALID_CHECK_DIGIT_COST,
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
            (usize::from(ended || filler), if ended && !filler { INVALID_NUMBER_COST } else { 0.0 })
        }
        _ => (0, 0.0),
    };
    ((field_state + FIELD_STATES * (accumulators[0] + 10 * accumulators[1])) as u16, cost + invalid)
}

/// Identifiers: letters, with single fillers between words, two before the second identifier, and nothing but fillers in the end.
fn name_transition(field_state: usize, symbol: usize) -> (usize, f32) {
    // 0 nothing yet, 1 first identifier, 2 a filler in it, 3 two fillers, 4 second identifier, 5 a filler in it, 6 the end.
    let filler = symbol == FILLER;
    match (field_state, filler) {
        (0, true) => (2, INVALID_NAME_COST),
        (0..=2, false) => (1, 0.0),
        (3..=5, false) => (4, 0.0),
        (_, false) => (4, INVALID_NAME_COST),
        (1, true) => (2, 0.0),
        (2, true) => (3, 0.0),
        (4, true) => (5, 0.0),
        (_, true) => (6, 0.0),
    }
}

/// `YYMMDD`: months 01–12, days 01–31, or fillers.
fn date_transition(offset: usize, field_state: usize, symbol: usize) -> (usize, f32) {
    // The place is one more than the digit before, 5 for a filler, 0 where nothing follows from it.
    const UNKNOWN: usize = 5;
    let digit = symbol.checked_sub(ZERO).filter(|&d| d < 10);
    let tens = |max: usize| match digit {
        Some(d) if d <= max => (d + 1, 0.0),
        Some(_) => (0, INVALID_DATE_COST),
        None => (UNKNOWN, INVALID_DATE_COST),
    };
    let ones = |last: usize, max: usize| match (field_state, digit) {
        (UNKNOWN, None) | (0, _) => (0, 0.0),
        (1, Some(0)) | (UNKNOWN, Some(_)) | (_, None) => (0, INVALID_DATE_COST),
        (tens, Some(d)) if tens == last && d > max => (0, INVALID_DATE_COST),
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

/// The characters of a format in the order of reading, with the sums that each belongs to.
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
    // A register is taken from a rule's first character to its digit.
    let mut taken_until = [0usize; ACCUMULATORS];
    let index_of = |line: usize, column: usize| format.line_lengths()[..line].iter().sum::<usize>() + column;
    for rule in format.check_rules() {
        let covered = rule.covers.iter().flat_map(|s| (s.start..s.end).map(move |c| (s.line, c)));
        let covered: Vec<usize> = covered.map(|(line, column)| index_of(line, column)).collect();
        let digit = index_of(rule.line, rule.column);
        let first = *covered.first()?;
        // The last rule is the composite: it runs beside all others.
        let accumulator = if rule.name == FieldName::CompositeCheckDigit { 1 } else { 0 };
        if accumulator == 0 && first < taken_until[0] {
            return None;
        }
        taken_until[accumulator] = digit;
        for (i, &state_index) in covered.iter().enumerate() {
            positions[state_index].checksum_terms.push((accumulator, WEIGHTS[i % 3], i == 0));
        }
        positions[digit].checked_accumulator = Some(accumulator);
    }
    Some(positions)
}

/// Where a field takes digits alone and the picture shows a letter that looks like one (or the other way round), the two look alike
/// in this very print. Where the same pair is open, the symbol that was seen wrongly counts less by as much as it was believed there.
fn discount_confusables(positions: &[Position], lines: &mut [Vec<SymbolLogProbs>]) {
    for digit in ZERO..FILLER {
        let Some(letter) = confusable_letter(ALPHABET[digit]).map(|l| usize::from(l - b'A')) else { continue };
        // How much the letter was believed where the digit stands, and the digit where the letter stands.
        let (mut letter_excess, mut digit_excess) = (0.0f32, 0.0f32);
        let mut open = Vec::new();
        for position in positions {
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
            // The two keep together what they have.
            let (l, d) = (probs[letter] - letter_excess, probs[digit] - digit_excess);
            let excess = log_sum_exp(probs[letter], probs[digit]) - log_sum_exp(l, d);
            (probs[letter], probs[digit]) = (l + excess, d + excess);
        }
    }
}

/// Codes of states are known: where the best reading of one is none of them, and one of them is nearly as good, that is preferred.
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
                let same = if issuing == Some(code) { SAME_STATE_GAIN } else { 0.0 };
                (code, of(&code, log_probs) + same)
            })
            .max_by(|a, b| a.1.total_cmp(&b.1));
        let Some((code, value)) = chosen else { continue };
        if value >= top - UNKNOWN_STATE_COST {
            for (probs, symbol) in log_probs.iter_mut().zip(code) {
                for (i, log) in probs.iter_mut().enumerate() {
                    if i != symbol {
                        *log -= UNKNOWN_STATE_COST;
                    }
                }
            }
            if name == FieldName::IssuingState {
                issuing = Some(code);
            }
        }
    }
}

/// Indices of a code's symbols, filled up to three.
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

    /// Slots that show each symbol with probability `p`, the rest evenly.
    fn log_probs(text: &str, p: f32) -> Vec<SymbolLogProbs> {
        let rest = ((1.0 - p) / (SYMBOLS - 1) as f32).ln();
        let one = |c: u8| {
            let mut probs = [rest; SYMBOLS];
            probs[ALPHABET.iter().position(|&s| s == c).unwrap()] = p.ln();
            probs
        };
        text.bytes().map(one).collect()
    }

    /// Makes another symbol `factor` times as probable as the one that is shown.
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
    fn every_format_has_registers_enough() {
        for format in Format::ALL {
            let positions = positions(format).expect("two registers are enough");
            assert_eq!(
                positions.iter().filter(|p| p.checked_accumulator.is_some()).count(),
                format.check_rules().len()
            );
        }
    }

    #[test]
    fn what_is_clear_is_read_as_it_is_printed() {
        for (format, lines) in [(Format::Td3, &TD3[..]), (Format::Td1, &TD1[..])] {
            let decoded =
                decode_constrained(format, &lines.iter().map(|l| log_probs(l, 0.98)).collect::<Vec<_>>()).unwrap();
            assert_eq!(text(&decoded), lines);
            assert!(decoded.posterior > 0.5, "{}", decoded.posterior);
            assert_eq!(decoded.char_class_mismatches, 0);
        }
    }

    #[test]
    fn a_check_digit_decides_what_the_picture_leaves_open() {
        let mut lines: Vec<Vec<SymbolLogProbs>> = TD3.iter().map(|l| log_probs(l, 0.98)).collect();
        // 8 is seen as B a little sooner, and a 1 of the date of birth as 7.
        doubt(&mut lines[1][1], b'B', 2.0);
        doubt(&mut lines[1][17], b'7', 2.0);
        assert_eq!(text(&decode_constrained(Format::Td3, &lines).unwrap()), TD3);
    }

    #[test]
    fn a_wrong_check_digit_that_is_clear_stays() {
        let printed = [TD3[0], "L898902C37UTO7408122F1204159ZE184226B<<<<<10"];
        let lines: Vec<Vec<SymbolLogProbs>> = printed.iter().map(|l| log_probs(l, 0.9995)).collect();
        assert_eq!(text(&decode_constrained(Format::Td3, &lines).unwrap()), printed);
    }

    #[test]
    fn optional_data_without_a_check_digit_is_not_corrected() {
        // A visa's optional data, which no digit covers: O and I stay where they are likelier.
        let visa = ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZOI84226B<<<<<<"];
        let mut lines: Vec<Vec<SymbolLogProbs>> = visa.iter().map(|l| log_probs(l, 0.9)).collect();
        doubt(&mut lines[1][30], b'0', 0.9);
        doubt(&mut lines[1][31], b'1', 0.9);
        assert_eq!(text(&decode_constrained(Format::MrvA, &lines).unwrap()), visa);
    }

    #[test]
    fn what_looks_alike_in_one_place_is_not_trusted_in_another() {
        // A face whose zeros look like O. Two of them in one number keep its check digit.
        let seen = [TD3[0], "LO9O902C36UTO74O8122F12O4159ZE184226B<<<<<1O"];
        let printed = [TD3[0], "L090902C36UTO7408122F1204159ZE184226B<<<<<10"];
        let clear: Vec<Vec<SymbolLogProbs>> = seen.iter().map(|l| log_probs(l, 0.99)).collect();
        assert_eq!(text(&decode_constrained(Format::Td3, &clear).unwrap()), printed);
        // Where the dates are seen as digits, so are the letters as letters.
        let sure = [TD3[0], "LO9O902C36UTO7408122F1204159ZE184226B<<<<<10"];
        let clear: Vec<Vec<SymbolLogProbs>> = sure.iter().map(|l| log_probs(l, 0.9999)).collect();
        assert_eq!(text(&decode_constrained(Format::Td3, &clear).unwrap()), sure);
    }

    #[test]
    fn names_end_in_fillers_and_states_exist() {
        let mut lines: Vec<Vec<SymbolLogProbs>> = TD3.iter().map(|l| log_probs(l, 0.98)).collect();
        // Garbage at the end of the name line, half believed; and a state that is none.
        doubt(&mut lines[0][42], b'J', 5.0);
        doubt(&mut lines[0][43], b'T', 5.0);
        doubt(&mut lines[0][4], b'D', 3.0);
        assert_eq!(text(&decode_constrained(Format::Td3, &lines).unwrap()), TD3);
    }

    #[test]
    fn the_posterior_tells_what_is_open() {
        let mut lines: Vec<Vec<SymbolLogProbs>> = TD3.iter().map(|l| log_probs(l, 0.999)).collect();
        let clear = decode_constrained(Format::Td3, &lines).unwrap().posterior;
        // In a name nothing but the picture decides.
        doubt(&mut lines[0][6], b'K', 0.8);
        let open = decode_constrained(Format::Td3, &lines).unwrap();
        assert_eq!(text(&open), TD3);
        assert!(clear > 0.9 && (0.45..0.6).contains(&open.posterior), "{clear}, {}", open.posterior);
    }

    #[test]
    fn other_shapes_are_refused() {
        let lines: Vec<Vec<SymbolLogProbs>> = TD3.iter().map(|l| log_probs(l, 0.98)).collect();
        assert_eq!(decode_constrained(Format::Td1, &lines), None);
        assert_eq!(decode_constrained(Format::Td3, &lines[..1]), None);
        // A passport is no visa.
        let lines: Vec<Vec<SymbolLogProbs>> = TD3.iter().map(|l| log_probs(l, 0.99999)).collect();
        assert_eq!(decode_constrained(Format::MrvA, &lines), None);
    }
}
