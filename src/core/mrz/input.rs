//! Lenient input: normalises lines from people and readers to MRZ symbols. Only unambiguous characters are changed; any
//! other is rejected by name.

use crate::error::CoreError;

use super::format::Format;

/// Longest text accepted, bytes over all lines: several times the 90 symbols of the longest MRZ, so that hostile input
/// is cheap.
const MAX_BYTES: usize = 4096;

/// Normalises lines to capitals, digits and fillers, and determines the format by their number, lengths and document
/// code.
///
/// Also accepts lower case, white space anywhere, empty lines, lines joined by line breaks or directly (by total
/// length), and the variants `‹`, `＜` (one filler), `«` and `≪` (two).
///
/// # Errors
/// [`CoreError::NotAnMrz`] naming the first character or the line lengths that do not fit.
pub(super) fn lines(lines: &[impl AsRef<str>]) -> Result<(Format, Vec<Vec<u8>>), CoreError> {
    let bytes = lines.iter().fold(0_usize, |sum, line| sum.saturating_add(line.as_ref().len()));
    if bytes > MAX_BYTES {
        return Err(invalid(format!("{bytes} bytes of text; the longest MRZ has 90 symbols")));
    }
    let mut symbols = Vec::new();
    for line in lines.iter().flat_map(|line| line.as_ref().lines()) {
        let line = symbols_of(line)?;
        if !line.is_empty() {
            symbols.push(line);
        }
    }
    if let [joined] = symbols.as_slice() {
        if joined.len() == SWISS_LENGTH && starts_like(joined.get(9..).unwrap_or_default(), b"F") {
            return Ok((Format::SwissDl, split(joined, Format::SwissDl)));
        }
        let parts = match joined.len() {
            72 => 36,
            88 => 44,
            90 => 30,
            other => other.max(1),
        };
        symbols = joined.chunks(parts).map(<[u8]>::to_vec).collect();
    }
    let lengths: Vec<_> = symbols.iter().map(Vec::len).collect();
    let format = match lengths.as_slice() {
        [30, 30, 30] => Format::Td1,
        [9, 30, 30] => Format::SwissDl,
        [36, 36] if starts_like(&symbols[0], b"V") => Format::MrvB,
        [36, 36] if starts_like(&symbols[0], b"IDFRA") => Format::FrenchId,
        [36, 36] => Format::Td2,
        [44, 44] if starts_like(&symbols[0], b"V") => Format::MrvA,
        [44, 44] => Format::Td3,
        [30] if starts_like(&symbols[0], b"D") => match symbols[0].get(2..5).unwrap_or_default() {
            b"FRA" => Format::FrenchDl,
            b"NLD" => Format::DutchDl,
            _ => Format::OtherDl,
        },
        _ => {
            return Err(invalid(format!(
                "lines of {lengths:?} symbols; expected 3 lines of 30, 2 of 36, \
                 2 of 44, 9 and 30 and 30, or 1 of 30 that \
                 starts with D"
            )));
        }
    };
    Ok((format, symbols))
}

/// Symbols of a Swiss driving licence, over its three lines.
const SWISS_LENGTH: usize = 69;

/// Splits joined lines.
fn split(joined: &[u8], format: Format) -> Vec<Vec<u8>> {
    let mut rest = joined;
    let mut lines = Vec::new();
    for &length in format.line_lengths() {
        let (line, after) = rest.split_at(length.min(rest.len()));
        lines.push(line.to_vec());
        rest = after;
    }
    lines
}

fn symbols_of(line: &str) -> Result<Vec<u8>, CoreError> {
    let mut symbols = Vec::with_capacity(line.len());
    for character in line.chars() {
        match character {
            'A'..='Z' | '0'..='9' | '<' => symbols.push(character as u8),
            'a'..='z' => symbols.push(character.to_ascii_uppercase() as u8),
            '‹' | '＜' => symbols.push(b'<'),
            '«' | '≪' => symbols.extend(b"<<"),
            '\u{feff}' => {}
            _ if character.is_whitespace() => {}
            _ => {
                return Err(invalid(format!(
                    "U+{:04X} at position {}: an MRZ has only A–Z, 0–9 and <",
                    u32::from(character),
                    symbols.len() + 1
                )));
            }
        }
    }
    Ok(symbols)
}

/// Returns whether a line starts with letters; confusable digits count as the letters.
fn starts_like(line: &[u8], letters: &[u8]) -> bool {
    line.iter()
        .zip(letters)
        .all(|(&symbol, &letter)| symbol == letter || super::confusables::confusable_letter(symbol) == Some(letter))
}

fn invalid(reason: String) -> CoreError {
    CoreError::NotAnMrz { reason }
}
