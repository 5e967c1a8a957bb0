//! Lenient input: what people and readers hand over as lines, brought to the symbols of the zone. Only what has a single
//! meaning is changed; everything else is refused by name.

use crate::error::CoreError;

use super::format::Format;

/// Longest text taken, in bytes over all lines: several times the 90 symbols of the longest zone, so that hostile input
/// costs nothing.
const MAX_BYTES: usize = 4096;

/// Brings lines to capitals, digits and fillers, and finds the format by their number, their lengths and the document
/// code.
///
/// Accepted beside exact lines: small letters, white space anywhere, empty lines, lines joined by line breaks or without any (by
/// total length), and the look-alikes `‹`, `＜` (one filler), `«` and `≪` (two).
pub(super) fn lines(lines: &[impl AsRef<str>]) -> Result<(Format, Vec<Vec<u8>>), CoreError> {
    let bytes = lines.iter().fold(0_usize, |sum, line| sum.saturating_add(line.as_ref().len()));
    if bytes > MAX_BYTES {
        return Err(refused(format!("{bytes} bytes of text; the longest zone has 90 symbols")));
    }
    let mut symbols = Vec::new();
    for line in lines.iter().flat_map(|line| line.as_ref().lines()) {
        let line = symbols_of(line)?;
        if !line.is_empty() {
            symbols.push(line);
        }
    }
    if let [joined] = symbols.as_slice() {
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
        [30] if starts_like(&symbols[0], b"D") => Format::FrenchDl,
        _ => {
            return Err(refused(format!(
                "lines of {lengths:?} symbols; expected 3 lines of 30, 2 of 36, 2 of 44, 9 and 30 and 30, or 1 of 30 that \
                 starts with D"
            )));
        }
    };
    Ok((format, symbols))
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
                return Err(refused(format!(
                    "U+{:04X} at position {}: only A–Z, 0–9 and < occur in a zone",
                    u32::from(character),
                    symbols.len() + 1
                )));
            }
        }
    }
    Ok(symbols)
}

/// Whether a line starts with letters, where digits that look like them count as well.
fn starts_like(line: &[u8], letters: &[u8]) -> bool {
    line.iter()
        .zip(letters)
        .all(|(&symbol, &letter)| symbol == letter || super::confusables::confusable_letter(symbol) == Some(letter))
}

fn refused(reason: String) -> CoreError {
    CoreError::NotAnMrz { reason }
}
