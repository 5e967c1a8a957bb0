//! The most probable reading of a whole zone under the grammar of its format.
//!
//! Each character has a distribution over the symbols; which sequences are likely is known from the standard: the kind of every
//! field, identifiers separated by one and two fillers and followed by nothing but fillers, months and days that exist, codes
//! of states, check digits. All of it is taken as costs, not as laws, so that what the picture says clearly is reported as it is
//! printed even where it breaks a rule. The search is exact (Viterbi over the characters; the state is what the rules have
//! still to remember: sums of open check digits modulo 10, and the place within a name or a date), and the same pass adds up all
//! readings, so that the best one's share of them, its posterior, is known as well.

use super::align::{Slot, argmax};
use super::check_digit::WEIGHTS;
use super::correct::as_letter;
use super::countries;
use super::format::{CharKind, FieldName, Format, Span};
use super::recognise::ALPHABET;
use crate::numeric::larger;

const SYMBOLS: usize = ALPHABET.len();
const FILLER: usize = 36;
const ZERO: usize = 26;

// Costs in nats: minus the logarithms of how often, about, each happens in what is printed; the rarer it is, the more the picture
// must insist on it.
/// A symbol of another kind than its field's.
const MISFIT: f32 = 6.0;
/// A check digit that does not hold: one printed document in about fifty.
const FAILED_CHECK: f32 = 4.0;
/// A filler in place of a check digit over what is not all fillers.
const OPEN_CHECK: f32 = 2.0;
/// Letters after the fillers that end a name, or none where it begins.
const BROKEN_NAME: f32 = 5.0;
/// A filler between the symbols of a number.
const BROKEN_NUMBER: f32 = 3.0;
/// A month or day that does not exist, or is not known.
const BROKEN_DATE: f32 = 3.0;
/// O and I in numbers: rare, for they look like 0 and 1 (Doc 9303-3 section 4.6 warns of it), and most issuers leave them out.
/// In OCR-B, I has serifs that 1 has not, while O and 0 differ in width alone.
const LIKE_ZERO: f32 = 4.0;
const LIKE_ONE: f32 = 0.8;
/// A second letter of the document's code, where most have a filler; on cards `D` is as common.
const SUBTYPE: f32 = 2.5;
/// A state's code that is not of Doc 9303-3 section 5.
const UNKNOWN_STATE: f32 = 4.0;
/// How much likelier the holder is of the issuing state than of any other.
const SAME_STATE: f32 = 2.0;
/// Symbols so much less probable than the best are left out of the search.
const HOPELESS: f32 = 10.0;
/// Beginnings so much less probable than the best are not gone on with: no rule gives back as much.
const LOST: f32 = 24.0;

/// Most check digits whose sums are open at one place.
const REGISTERS: usize = 2;
/// Places within a name or a date that are told apart.
const PLACES: usize = 7;
const STATES: usize = PLACES * 100;

/// The best reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// Lines of symbols.
    pub lines: Vec<Vec<u8>>,
    /// Share of this reading among all, 0–1.
    pub posterior: f32,
    /// Log-probability of the reading with all costs, nats.
    pub score: f32,
    /// Symbols of another kind than their field's.
    pub misfits: usize,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    state: u16,
    /// The best way here, and all ways together.
    best: f32,
    all: f32,
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
    adds: Vec<(usize, u32, bool)>,
    /// The register that this character is the check digit of.
    checks: Option<usize>,
}

/// The best reading of the lines of a format. `None` where the lines are not as many and as long as the format has, or the
/// document's first symbol is hopeless.
pub fn settle(format: Format, lines: &[Vec<Slot>]) -> Option<Settled> {
    let lengths = format.line_lengths();
    if lines.len() != lengths.len() || lines.iter().zip(lengths).any(|(line, &length)| line.len() != length) {
        return None;
    }
    let mut lines = lines.to_vec();
    let positions = positions(format)?;
    distrust_look_alikes(&positions, &mut lines);
    prefer_states(format, &mut lines);
    let mut layers: Vec<Vec<Node>> = vec![vec![Node { state: 0, best: 0.0, all: 0.0, from: 0, symbol: 0 }]];
    let mut at = vec![u32::MAX; STATES];
    for position in &positions {
        let symbols = candidates(format, position, &lines[position.line][position.column]);
        if symbols.is_empty() {
            return None;
        }
        let before = layers.last()?;
        let mut next: Vec<Node> = Vec::with_capacity(before.len() * 2);
        for (from, node) in before.iter().enumerate() {
            for &(symbol, price) in &symbols {
                let (state, cost) = step(position, node.state, symbol);
                let (best, all) = (node.best + price - cost, node.all + price - cost);
                let slot = &mut at[usize::from(state)];
                if *slot == u32::MAX {
                    *slot = next.len() as u32;
                    next.push(Node { state, best, all, from: from as u32, symbol: symbol as u8 });
                    continue;
                }
                let known = &mut next[*slot as usize];
                known.all = added(known.all, all);
                if best > known.best {
                    *known = Node { best, from: from as u32, symbol: symbol as u8, ..*known };
                }
            }
        }
        for node in &next {
            at[usize::from(node.state)] = u32::MAX;
        }
        let most = next.iter().fold(f32::NEG_INFINITY, |most, node| larger(most, node.best));
        next.retain(|node| node.best > most - LOST);
        layers.push(next);
    }
    let last = layers.last()?;
    let (mut index, best) = last.iter().enumerate().max_by(|a, b| a.1.best.total_cmp(&b.1.best))?;
    let score = best.best;
    let most = last.iter().fold(f32::NEG_INFINITY, |m, n| m.max(n.all));
    let all = most + last.iter().map(|n| (n.all - most).exp()).sum::<f32>().ln();
    let mut read: Vec<Vec<u8>> = lengths.iter().map(|&length| vec![b'<'; length]).collect();
    let mut misfits = 0;
    for (position, layer) in positions.iter().zip(&layers[1..]).rev() {
        let node = layer[index];
        let symbol = ALPHABET[usize::from(node.symbol)];
        misfits += usize::from(!position.kind.allows(symbol));
        read[position.line][position.column] = symbol;
        index = node.from as usize;
    }
    Some(Settled { lines: read, posterior: (score - all).exp().min(1.0), score, misfits })
}

/// The logarithm of the sum of what two logarithms stand for.
fn added(a: f32, b: f32) -> f32 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    // Beyond this the sum differs from the larger one by less than its last place.
    if high - low > 17.0 { high } else { high + (low - high).exp().ln_1p() }
}

/// The symbols worth trying at a place, with their log-probabilities and what the kind of the field takes off.
#[inline(never)]
fn candidates(format: Format, position: &Position, slot: &Slot) -> Vec<(usize, f32)> {
    // The first symbol of the document's code tells the format.
    let first = position.field == FieldName::DocumentCode && position.offset == 0 && position.kind == CharKind::Letter;
    // Where no digit covers them, nothing is said of them.
    let numeric =
        matches!(position.field, FieldName::DocumentNumber | FieldName::OptionalData | FieldName::OptionalData2)
            && !position.adds.is_empty();
    let second = position.field == FieldName::DocumentCode && position.column == 1;
    let subtype = second && !matches!(format, Format::SwissDl | Format::FrenchDl);
    let cards = subtype && matches!(format, Format::Td1 | Format::Td2 | Format::FrenchId);
    let priced = |symbol: usize| {
        let misfit = if position.kind.allows(ALPHABET[symbol]) { 0.0 } else { MISFIT };
        let like = match ALPHABET[symbol] {
            b'O' if numeric => LIKE_ZERO,
            b'I' if numeric => LIKE_ONE,
            b'D' if cards => 0.0,
            b'A'..=b'Z' if subtype => SUBTYPE,
            _ => 0.0,
        };
        slot[symbol] - misfit - like
    };
    let allowed = |&symbol: &usize| !first || format.first_symbols().contains(&ALPHABET[symbol]);
    let all: Vec<(usize, f32)> = (0..SYMBOLS).filter(allowed).map(|s| (s, priced(s))).collect();
    let most = all.iter().fold(f32::NEG_INFINITY, |m, s| m.max(s.1));
    if first && most < slot[argmax(slot)] - HOPELESS {
        return Vec::new();
    }
    all.into_iter().filter(|s| s.1 >= most - HOPELESS).collect()
}

/// The state after a symbol, and what the rules take for it.
fn step(position: &Position, state: u16, symbol: usize) -> (u16, f32) {
    let place = usize::from(state) % PLACES;
    let sums = usize::from(state) / PLACES;
    let mut registers = [sums % 10, sums / 10];
    let mut cost = 0.0;
    if let Some(register) = position.checks {
        let sum = std::mem::take(&mut registers[register]);
        cost += match symbol {
            FILLER if position.kind == CharKind::OptionalCheckDigit => {
                if sum == 0 {
                    0.0
                } else {
                    OPEN_CHECK
                }
            }
            _ if symbol == ZERO + sum => 0.0,
            _ => FAILED_CHECK,
        };
    }
    let value = match symbol {
        FILLER => 0,
        digit if digit >= ZERO => digit - ZERO,
        letter => letter + 10,
    };
    for &(register, weight, first) in &position.adds {
        let sum = if first { 0 } else { registers[register] };
        registers[register] = (sum + value * weight as usize) % 10;
    }
    let (place, broken) = match position.field {
        FieldName::Names | FieldName::PrimaryName => name_step(if position.offset == 0 { 0 } else { place }, symbol),
        FieldName::BirthDate | FieldName::ExpiryDate => date_step(position.offset, place, symbol),
        FieldName::DocumentNumber => {
            let ended = position.offset > 0 && place == 1;
            let filler = symbol == FILLER;
            (usize::from(ended || filler), if ended && !filler { BROKEN_NUMBER } else { 0.0 })
        }
        _ => (0, 0.0),
    };
    ((place + PLACES * (registers[0] + 10 * registers[1])) as u16, cost + broken)
}

/// Identifiers: letters, with single fillers between words, two before the second identifier, and nothing but fillers in the end.
fn name_step(place: usize, symbol: usize) -> (usize, f32) {
    // 0 nothing yet, 1 first identifier, 2 a filler in it, 3 two fillers, 4 second identifier, 5 a filler in it, 6 the end.
    let filler = symbol == FILLER;
    match (place, filler) {
        (0, true) => (2, BROKEN_NAME),
        (0..=2, false) => (1, 0.0),
        (3..=5, false) => (4, 0.0),
        (_, false) => (4, BROKEN_NAME),
        (1, true) => (2, 0.0),
        (2, true) => (3, 0.0),
        (4, true) => (5, 0.0),
        (_, true) => (6, 0.0),
    }
}

/// `YYMMDD`: months 01–12, days 01–31, or fillers.
fn date_step(offset: usize, place: usize, symbol: usize) -> (usize, f32) {
    // The place is one more than the digit before, 5 for a filler, 0 where nothing follows from it.
    const UNKNOWN: usize = 5;
    let digit = symbol.checked_sub(ZERO).filter(|&d| d < 10);
    let tens = |most: usize| match digit {
        Some(d) if d <= most => (d + 1, 0.0),
        Some(_) => (0, BROKEN_DATE),
        None => (UNKNOWN, BROKEN_DATE),
    };
    let ones = |last: usize, most: usize| match (place, digit) {
        (UNKNOWN, None) | (0, _) => (0, 0.0),
        (1, Some(0)) | (UNKNOWN, Some(_)) | (_, None) => (0, BROKEN_DATE),
        (tens, Some(d)) if tens == last && d > most => (0, BROKEN_DATE),
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
            positions.push(Position { line, column, kind, field: field.name, offset, adds: Vec::new(), checks: None });
        }
    }
    // A register is taken from a rule's first character to its digit.
    let mut taken_until = [0usize; REGISTERS];
    let index_of = |line: usize, column: usize| format.line_lengths()[..line].iter().sum::<usize>() + column;
    for rule in format.check_rules() {
        let covered = rule.covers.iter().flat_map(|s| (s.start..s.end).map(move |c| (s.line, c)));
        let covered: Vec<usize> = covered.map(|(line, column)| index_of(line, column)).collect();
        let digit = index_of(rule.line, rule.column);
        let first = *covered.first()?;
        // The last rule is the composite: it runs beside all others.
        let register = if rule.name == FieldName::CompositeCheckDigit { 1 } else { 0 };
        if register == 0 && first < taken_until[0] {
            return None;
        }
        taken_until[register] = digit;
        for (i, &at) in covered.iter().enumerate() {
            positions[at].adds.push((register, WEIGHTS[i % 3], i == 0));
        }
        positions[digit].checks = Some(register);
    }
    Some(positions)
}

/// Where a field takes digits alone and the picture shows a letter that looks like one (or the other way round), the two look alike
/// in this very print. Where the same pair is open, the symbol that was seen wrongly counts less by as much as it was believed there.
fn distrust_look_alikes(positions: &[Position], lines: &mut [Vec<Slot>]) {
    for digit in ZERO..FILLER {
        let Some(letter) = as_letter(ALPHABET[digit]).map(|l| usize::from(l - b'A')) else { continue };
        // How much the letter was believed where the digit stands, and the digit where the letter stands.
        let (mut letter_wrongly, mut digit_wrongly) = (0.0f32, 0.0f32);
        let mut open = Vec::new();
        for position in positions {
            let slot = &lines[position.line][position.column];
            let (believed, allows) = (argmax(slot), |s: usize| position.kind.allows(ALPHABET[s]));
            match (allows(letter), allows(digit)) {
                (true, true) => open.push((position.line, position.column)),
                (false, true) if believed == letter => letter_wrongly = letter_wrongly.max(slot[letter] - slot[digit]),
                (true, false) if believed == digit => digit_wrongly = digit_wrongly.max(slot[digit] - slot[letter]),
                _ => {}
            }
        }
        for (line, column) in open {
            let slot = &mut lines[line][column];
            // The two keep together what they have.
            let (l, d) = (slot[letter] - letter_wrongly, slot[digit] - digit_wrongly);
            let lost = added(slot[letter], slot[digit]) - added(l, d);
            (slot[letter], slot[digit]) = (l + lost, d + lost);
        }
    }
}

/// Codes of states are known: where the best reading of one is none of them, and one of them is nearly as good, that is preferred.
#[inline(never)]
fn prefer_states(format: Format, lines: &mut [Vec<Slot>]) {
    let mut issuing: Option<[usize; 3]> = None;
    for name in [FieldName::IssuingState, FieldName::Nationality] {
        let Some(span) = format.span(name).filter(|s| s.end - s.start == 3) else { continue };
        let slots = &mut lines[span.line][span.start..span.end];
        let best: [usize; 3] = std::array::from_fn(|i| argmax(&slots[i]));
        let of = |code: &[usize; 3], slots: &[Slot]| (0..3).map(|i| slots[i][code[i]]).sum::<f32>();
        let top = of(&best, slots);
        let chosen = countries::codes()
            .map(|code| {
                let code = symbols_of(code);
                let same = if issuing == Some(code) { SAME_STATE } else { 0.0 };
                (code, of(&code, slots) + same)
            })
            .max_by(|a, b| a.1.total_cmp(&b.1));
        let Some((code, value)) = chosen else { continue };
        if value >= top - UNKNOWN_STATE {
            for (slot, symbol) in slots.iter_mut().zip(code) {
                for (i, log) in slot.iter_mut().enumerate() {
                    if i != symbol {
                        *log -= UNKNOWN_STATE;
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
fn symbols_of(code: &str) -> [usize; 3] {
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
    fn slots(text: &str, p: f32) -> Vec<Slot> {
        let rest = ((1.0 - p) / (SYMBOLS - 1) as f32).ln();
        let one = |c: u8| {
            let mut slot = [rest; SYMBOLS];
            slot[ALPHABET.iter().position(|&s| s == c).unwrap()] = p.ln();
            slot
        };
        text.bytes().map(one).collect()
    }

    /// Makes another symbol `factor` times as probable as the one that is shown.
    fn doubt(slot: &mut Slot, symbol: u8, factor: f32) {
        slot[ALPHABET.iter().position(|&s| s == symbol).unwrap()] = slot[argmax(slot)] + factor.ln();
    }

    fn text(settled: &Settled) -> Vec<String> {
        settled.lines.iter().map(|l| String::from_utf8(l.clone()).unwrap()).collect()
    }

    const TD3: [&str; 2] =
        ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
    const TD1: [&str; 3] =
        ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];

    #[test]
    fn every_format_has_registers_enough() {
        for format in Format::ALL {
            let positions = positions(format).expect("two registers are enough");
            assert_eq!(positions.iter().filter(|p| p.checks.is_some()).count(), format.check_rules().len());
        }
    }

    #[test]
    fn what_is_clear_is_read_as_it_is_printed() {
        for (format, lines) in [(Format::Td3, &TD3[..]), (Format::Td1, &TD1[..])] {
            let settled = settle(format, &lines.iter().map(|l| slots(l, 0.98)).collect::<Vec<_>>()).unwrap();
            assert_eq!(text(&settled), lines);
            assert!(settled.posterior > 0.5, "{}", settled.posterior);
            assert_eq!(settled.misfits, 0);
        }
    }

    #[test]
    fn a_check_digit_decides_what_the_picture_leaves_open() {
        let mut lines: Vec<Vec<Slot>> = TD3.iter().map(|l| slots(l, 0.98)).collect();
        // 8 is seen as B a little sooner, and a 1 of the date of birth as 7.
        doubt(&mut lines[1][1], b'B', 2.0);
        doubt(&mut lines[1][17], b'7', 2.0);
        assert_eq!(text(&settle(Format::Td3, &lines).unwrap()), TD3);
    }

    #[test]
    fn a_wrong_check_digit_that_is_clear_stays() {
        let printed = [TD3[0], "L898902C37UTO7408122F1204159ZE184226B<<<<<10"];
        let lines: Vec<Vec<Slot>> = printed.iter().map(|l| slots(l, 0.9995)).collect();
        assert_eq!(text(&settle(Format::Td3, &lines).unwrap()), printed);
    }

    #[test]
    fn optional_data_without_a_check_digit_is_not_corrected() {
        // A visa's optional data, which no digit covers: O and I stay where they are likelier.
        let visa = ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZOI84226B<<<<<<"];
        let mut lines: Vec<Vec<Slot>> = visa.iter().map(|l| slots(l, 0.9)).collect();
        doubt(&mut lines[1][30], b'0', 0.9);
        doubt(&mut lines[1][31], b'1', 0.9);
        assert_eq!(text(&settle(Format::MrvA, &lines).unwrap()), visa);
    }

    #[test]
    fn what_looks_alike_in_one_place_is_not_trusted_in_another() {
        // A face whose zeros look like O. Two of them in one number keep its check digit.
        let seen = [TD3[0], "LO9O902C36UTO74O8122F12O4159ZE184226B<<<<<1O"];
        let printed = [TD3[0], "L090902C36UTO7408122F1204159ZE184226B<<<<<10"];
        let clear: Vec<Vec<Slot>> = seen.iter().map(|l| slots(l, 0.99)).collect();
        assert_eq!(text(&settle(Format::Td3, &clear).unwrap()), printed);
        // Where the dates are seen as digits, so are the letters as letters.
        let sure = [TD3[0], "LO9O902C36UTO7408122F1204159ZE184226B<<<<<10"];
        let clear: Vec<Vec<Slot>> = sure.iter().map(|l| slots(l, 0.9999)).collect();
        assert_eq!(text(&settle(Format::Td3, &clear).unwrap()), sure);
    }

    #[test]
    fn names_end_in_fillers_and_states_exist() {
        let mut lines: Vec<Vec<Slot>> = TD3.iter().map(|l| slots(l, 0.98)).collect();
        // Garbage at the end of the name line, half believed; and a state that is none.
        doubt(&mut lines[0][42], b'J', 5.0);
        doubt(&mut lines[0][43], b'T', 5.0);
        doubt(&mut lines[0][4], b'D', 3.0);
        assert_eq!(text(&settle(Format::Td3, &lines).unwrap()), TD3);
    }

    #[test]
    fn the_posterior_tells_what_is_open() {
        let mut lines: Vec<Vec<Slot>> = TD3.iter().map(|l| slots(l, 0.999)).collect();
        let clear = settle(Format::Td3, &lines).unwrap().posterior;
        // In a name nothing but the picture decides.
        doubt(&mut lines[0][6], b'K', 0.8);
        let open = settle(Format::Td3, &lines).unwrap();
        assert_eq!(text(&open), TD3);
        assert!(clear > 0.9 && (0.45..0.6).contains(&open.posterior), "{clear}, {}", open.posterior);
    }

    #[test]
    fn other_shapes_are_refused() {
        let lines: Vec<Vec<Slot>> = TD3.iter().map(|l| slots(l, 0.98)).collect();
        assert_eq!(settle(Format::Td1, &lines), None);
        assert_eq!(settle(Format::Td3, &lines[..1]), None);
        // A passport is no visa.
        let lines: Vec<Vec<Slot>> = TD3.iter().map(|l| slots(l, 0.99999)).collect();
        assert_eq!(settle(Format::MrvA, &lines), None);
    }
}
