//! Documents whose MRZ is legible and wrong: misprints, specimens and bad forgeries. They are drawn and photographed as
//! those of [`crate::mrz_set`], under the same degradations; every one is determined by its index.

use std::ops::Range;

use crate::mrz_lines::{MrzFormat, check_digit};
use crate::mrz_set::{self, Sample};
use crate::rng::Rng;

const SEED: u64 = 0x5EED_0BAD_0000_0003;

/// Indices of the documents start here, beyond those of the MRZ test set.
const FIRST: usize = 10_000;

/// What is wrong with the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Misprint {
    /// One to four check digits.
    CheckDigits,
    /// Every check digit is `0`, as on many specimens.
    ZeroCheckDigits,
    /// Digits among the letters of a name.
    DigitInName,
    /// Days and months that do not exist.
    Dates,
    /// Number and dates of a specimen: rows of one letter.
    Letters,
    /// Nothing but document code, states and names is printed.
    Fillers,
}

impl Misprint {
    /// Every kind, in the order in which it occurs.
    pub const ALL: [Self; 6] =
        [Self::CheckDigits, Self::ZeroCheckDigits, Self::DigitInName, Self::Dates, Self::Letters, Self::Fillers];

    /// Returns the name for reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CheckDigits => "check digits",
            Self::ZeroCheckDigits => "zeros as check digits",
            Self::DigitInName => "digits in a name",
            Self::Dates => "impossible dates",
            Self::Letters => "letters for data",
            Self::Fillers => "fillers for data",
        }
    }
}

impl Misprint {
    /// Returns whether documents of a format, by its name, have this misprint: national formats have no specimens with
    /// placeholders, and Swiss licences no check digits.
    pub fn occurs_in(self, format: &str) -> bool {
        match self {
            Self::CheckDigits | Self::ZeroCheckDigits => format != MrzFormat::SwissDl.name(),
            Self::DigitInName | Self::Dates => true,
            Self::Letters | Self::Fillers => {
                use MrzFormat::{MrvA, MrvB, Td1, Td2, Td3};
                [Td1, Td2, Td3, MrvA, MrvB].into_iter().any(|icao| icao.name() == format)
            }
        }
    }
}

/// A misprinted document.
#[derive(Debug, Clone)]
pub struct Misprinted {
    /// The photographed document, with its lines as printed.
    pub sample: Sample,
    /// Line and column, from 0, of each check digit that does not hold.
    pub wrong: Vec<(usize, usize)>,
}

/// Document `index` with a misprint.
pub fn document(index: usize, misprint: Misprint) -> Misprinted {
    let mut wrong = Vec::new();
    let sample = mrz_set::document_with(FIRST + index, |format, lines| {
        let mut rng = Rng::new(SEED, index as u64);
        spoil(&mut rng, format, lines, misprint, 1 + index % 4);
        wrong = wrong_check_digits(format, lines);
    });
    Misprinted { sample, wrong }
}

/// Page `index` with other text of OCR-B, in lines of the same lengths, in the place of the MRZ: sentences, sentences
/// with fillers for spaces and a document code in front, rows of digits, random symbols, numbers in groups.
pub fn other_text(index: usize) -> Sample {
    let mut rng = Rng::new(SEED ^ 0xFF, index as u64);
    mrz_set::document_with(2 * FIRST + index, |_, lines| {
        for line in lines.iter_mut() {
            let mut text = String::new();
            while text.len() < line.len() {
                match index % 5 {
                    0 => text += &format!("{} ", rng.pick(&WORDS)),
                    1 => text += &format!("{}<", rng.pick(&WORDS)),
                    2 => text.push(digit(rng.below(10) as u32)),
                    3 => text.push(char::from(rng.pick(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))),
                    _ => text += &format!("{:04}{}", rng.below(10_000), rng.pick(&[' ', '<', 'K'])),
                }
            }
            text.truncate(line.len());
            *line = text;
        }
        if index % 5 == 1 {
            put(lines, 0, 0..2, rng.pick(&["P<", "V<", "I<"]));
        }
    })
}

const WORDS: [&str; 18] = [
    "PLEASE",
    "RETURN",
    "THIS",
    "DOCUMENT",
    "TO",
    "THE",
    "ISSUING",
    "OFFICE",
    "PASSENGER",
    "VALID",
    "IDENTITY",
    "CARD",
    "OF",
    "ARCADIA",
    "VISITOR",
    "AREA",
    "CONTROL",
    "PIECE",
];

/// Misprints lines that are right but for their check digits.
fn spoil(rng: &mut Rng, format: MrzFormat, lines: &mut [String], misprint: Misprint, digits: usize) {
    let layout = layout(format);
    // A number that continues in the optional data has another check digit: shorter numbers are enough here.
    for check in &layout.checks {
        if check.number && symbols(lines, &check.covers).ends_with(|c| c != '<') && at(lines, check.digit) == '<' {
            set(lines, check.digit, '0');
        }
    }
    match misprint {
        Misprint::CheckDigits => {}
        Misprint::ZeroCheckDigits => layout.checks.iter().for_each(|check| set(lines, check.digit, '0')),
        Misprint::DigitInName => {
            for _ in 0..=rng.below(2) {
                let name: Vec<usize> =
                    layout.names.1.clone().filter(|&c| at(lines, (layout.names.0, c)).is_ascii_uppercase()).collect();
                if !name.is_empty() {
                    set(lines, (layout.names.0, rng.pick(&name)), rng.pick(&['2', '3', '4', '7', '9']));
                }
            }
        }
        Misprint::Dates => {
            let date = rng.pick(&["000000", "999999", "801399", "993031"]);
            layout.dates.iter().for_each(|(line, columns)| put(lines, *line, columns.clone(), date));
        }
        Misprint::Letters => {
            let letter = rng.pick(&["X", "A", "Z"]);
            for (line, columns) in layout.dates.iter().chain(&layout.number) {
                put(lines, *line, columns.clone(), &letter.repeat(columns.len()));
            }
        }
        Misprint::Fillers => {
            for (line, columns) in layout.dates.iter().chain(&layout.number).chain(&layout.optional) {
                put(lines, *line, columns.clone(), &"<".repeat(columns.len()));
            }
            layout.checks.iter().for_each(|check| set(lines, check.digit, '<'));
        }
    }
    if matches!(misprint, Misprint::ZeroCheckDigits | Misprint::Fillers) {
        return;
    }
    // All but the chosen check digits hold over what is printed, the composite last.
    let mut open: Vec<usize> = (0..layout.checks.len()).filter(|&i| at(lines, layout.checks[i].digit) != '<').collect();
    let mut chosen = Vec::new();
    while misprint == Misprint::CheckDigits && chosen.len() < digits && !open.is_empty() {
        chosen.push(open.swap_remove(rng.below(open.len())));
    }
    for (i, check) in layout.checks.iter().enumerate() {
        if at(lines, check.digit) == '<' {
            continue;
        }
        let right = check_digit(&symbols(lines, &check.covers));
        let off = if chosen.contains(&i) { 1 + rng.below(9) as u32 } else { 0 };
        set(lines, check.digit, digit(right.to_digit(10).unwrap_or(0) + off));
    }
}

/// Returns the places of the check digits that do not hold. A filler is right for an empty date and empty optional data
/// (Doc 9303-4 section 4.2.2), not for a number or the composite.
fn wrong_check_digits(format: MrzFormat, lines: &[String]) -> Vec<(usize, usize)> {
    let holds = |check: &Check| {
        let (covered, printed) = (symbols(lines, &check.covers), at(lines, check.digit));
        let may_be_empty = !check.number && check.covers.len() == 1;
        printed == check_digit(&covered) || (printed == '<' && may_be_empty && covered.bytes().all(|c| c == b'<'))
    };
    layout(format).checks.iter().filter(|check| !holds(check)).map(|check| check.digit).collect()
}

type Columns = (usize, Range<usize>);

struct Check {
    covers: Vec<Columns>,
    digit: (usize, usize),
    number: bool,
}

/// Fields of a format, written independently of the parser.
struct Layout {
    checks: Vec<Check>,
    number: Option<Columns>,
    dates: Vec<Columns>,
    optional: Vec<Columns>,
    names: Columns,
}

fn layout(format: MrzFormat) -> Layout {
    let check = |covers: &[Columns], digit: (usize, usize)| Check { covers: covers.to_vec(), digit, number: false };
    let number = |covers: Columns, digit: (usize, usize)| Check { covers: vec![covers], digit, number: true };
    let two_lines = |length: usize, last: Vec<Check>, optional: Range<usize>| Layout {
        checks: [number((1, 0..9), (1, 9)), check(&[(1, 13..19)], (1, 19)), check(&[(1, 21..27)], (1, 27))]
            .into_iter()
            .chain(last)
            .collect(),
        number: Some((1, 0..9)),
        dates: vec![(1, 13..19), (1, 21..27)],
        optional: vec![(1, optional)],
        names: (0, 5..length),
    };
    match format {
        MrzFormat::Td3 => {
            let personal = check(&[(1, 28..42)], (1, 42));
            let composite = check(&[(1, 0..10), (1, 13..20), (1, 21..43)], (1, 43));
            two_lines(44, vec![personal, composite], 28..42)
        }
        MrzFormat::Td2 => two_lines(36, vec![check(&[(1, 0..10), (1, 13..20), (1, 21..35)], (1, 35))], 28..35),
        MrzFormat::MrvA => two_lines(44, Vec::new(), 28..44),
        MrzFormat::MrvB => two_lines(36, Vec::new(), 28..36),
        MrzFormat::Td1 => Layout {
            checks: vec![
                number((0, 5..14), (0, 14)),
                check(&[(1, 0..6)], (1, 6)),
                check(&[(1, 8..14)], (1, 14)),
                check(&[(0, 5..30), (1, 0..7), (1, 8..15), (1, 18..29)], (1, 29)),
            ],
            number: Some((0, 5..14)),
            dates: vec![(1, 0..6), (1, 8..14)],
            optional: vec![(0, 15..30), (1, 18..29)],
            names: (2, 0..30),
        },
        MrzFormat::FrenchId => Layout {
            checks: vec![
                number((1, 0..12), (1, 12)),
                check(&[(1, 27..33)], (1, 33)),
                check(&[(0, 0..36), (1, 0..35)], (1, 35)),
            ],
            number: Some((1, 4..12)),
            dates: vec![(1, 27..33)],
            optional: vec![(0, 30..36)],
            names: (0, 5..30),
        },
        MrzFormat::FrenchDl => Layout {
            checks: vec![number((0, 0..14), (0, 14)), check(&[(0, 0..29)], (0, 29))],
            number: Some((0, 5..14)),
            dates: vec![(0, 15..21)],
            optional: Vec::new(),
            names: (0, 21..29),
        },
        MrzFormat::SwissDl => Layout {
            checks: Vec::new(),
            number: Some((1, 5..17)),
            dates: vec![(1, 19..25)],
            optional: Vec::new(),
            names: (2, 0..30),
        },
    }
}

fn symbols(lines: &[String], covers: &[Columns]) -> String {
    covers.iter().map(|(line, columns)| &lines[*line][columns.clone()]).collect()
}

fn at(lines: &[String], (line, column): (usize, usize)) -> char {
    char::from(lines[line].as_bytes()[column])
}

fn set(lines: &mut [String], (line, column): (usize, usize), symbol: char) {
    put(lines, line, column..column + 1, symbol.encode_utf8(&mut [0; 4]));
}

fn put(lines: &mut [String], line: usize, columns: Range<usize>, text: &str) {
    lines[line].replace_range(columns, text);
}

fn digit(value: u32) -> char {
    char::from(b'0' + (value % 10) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn td3() -> Vec<String> {
        ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
            .map(Into::into)
            .into()
    }

    #[test]
    fn exactly_the_chosen_check_digits_are_wrong() {
        assert_eq!(wrong_check_digits(MrzFormat::Td3, &td3()), []);
        for seed in 0..200 {
            for digits in 1..=4 {
                let mut lines = td3();
                spoil(&mut Rng::new(1, seed), MrzFormat::Td3, &mut lines, Misprint::CheckDigits, digits);
                assert_eq!(wrong_check_digits(MrzFormat::Td3, &lines).len(), digits, "{lines:?}");
                assert_eq!(lines[0], td3()[0]);
            }
        }
    }

    #[test]
    fn lines_keep_their_lengths() {
        for misprint in Misprint::ALL {
            for seed in 0..50 {
                let mut lines = td3();
                spoil(&mut Rng::new(2, seed), MrzFormat::Td3, &mut lines, misprint, 2);
                assert!(lines.iter().all(|line| line.len() == 44) && lines != td3(), "{misprint:?} {lines:?}");
            }
        }
    }
}
