//! OCR confusables, corrected if the field's character class leaves one choice: a letter in a field of digits, or a
//! digit in a field of letters. Fields that allow both (document numbers, optional data) are not corrected, nor is any
//! position without a check digit (names, states, document codes): nothing would tell a wrong correction. Nor is a
//! placeholder, such as `ZZZZZZ` for a date.

use serde::{Deserialize, Serialize};

use super::format::{CharKind, FieldName, Format};

/// A corrected symbol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MrzCorrection"))]
#[serde(rename_all = "camelCase")]
pub struct Correction {
    /// Line, from 0.
    pub line: usize,
    /// Column, from 0.
    pub column: usize,
    /// Symbol of the input.
    pub from: char,
    /// Symbol of the result.
    pub to: char,
    /// Field that contains it.
    pub field: FieldName,
}

/// Corrects confusables in place and returns each correction. The lines must have the lengths of the format.
pub(super) fn apply(format: Format, lines: &mut [Vec<u8>]) -> Vec<Correction> {
    let mut corrections = Vec::new();
    for field in format.fields() {
        let Some(line) = lines.get_mut(field.span.line) else { continue };
        if line.get(field.span.start..field.span.end).is_some_and(is_placeholder) {
            continue;
        }
        for column in field.span.start..field.span.end {
            let Some(symbol) = line.get_mut(column) else { continue };
            if field.kind.allows(*symbol) || !is_checked(format, field.span.line, column) {
                continue;
            }
            let reading = match field.kind {
                CharKind::Letter | CharKind::Alpha => confusable_letter(*symbol),
                CharKind::Digit | CharKind::DigitOrFiller | CharKind::CheckDigit | CharKind::OptionalCheckDigit => {
                    confusable_digit(*symbol)
                }
                CharKind::Alnum | CharKind::Sex | CharKind::Filler => None,
            };
            if let Some(reading) = reading {
                corrections.push(Correction {
                    line: field.span.line,
                    column,
                    from: char::from(*symbol),
                    to: char::from(reading),
                    field: field.name,
                });
                *symbol = reading;
            }
        }
    }
    corrections
}

/// Returns whether a check digit covers a position, or the position is one.
pub(super) fn is_checked(format: Format, line: usize, column: usize) -> bool {
    format.check_rules().iter().any(|rule| {
        (rule.line, rule.column) == (line, column)
            || rule.covers.iter().any(|span| span.line == line && (span.start..span.end).contains(&column))
    })
}

/// Returns whether a field consists of one letter, or of fillers, as on specimens.
pub(super) fn is_placeholder(symbols: &[u8]) -> bool {
    let [first, rest @ ..] = symbols else { return false };
    !rest.is_empty() && !first.is_ascii_digit() && rest.iter().all(|symbol| symbol == first)
}

/// Returns whether two symbols are a letter and a digit that resemble each other in OCR-B.
pub(super) fn are_confusable(a: u8, b: u8) -> bool {
    confusable_letter(a) == Some(b) || confusable_letter(b) == Some(a)
}

/// Returns the letter that is confused with a digit in OCR-B.
pub(super) const fn confusable_letter(symbol: u8) -> Option<u8> {
    match symbol {
        b'0' => Some(b'O'),
        b'1' => Some(b'I'),
        b'2' => Some(b'Z'),
        b'5' => Some(b'S'),
        b'6' => Some(b'G'),
        b'8' => Some(b'B'),
        _ => None,
    }
}

/// Returns the digit that is confused with a letter in OCR-B.
const fn confusable_digit(symbol: u8) -> Option<u8> {
    match symbol {
        b'O' | b'Q' | b'D' => Some(b'0'),
        b'I' | b'L' => Some(b'1'),
        b'Z' => Some(b'2'),
        b'S' => Some(b'5'),
        b'G' => Some(b'6'),
        b'B' => Some(b'8'),
        _ => None,
    }
}
