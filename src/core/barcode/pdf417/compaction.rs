//! Decodes data codewords to bytes (ISO/IEC 15438, data compaction): text, byte and numeric modes, shifts and latches,
//! extended channel interpretations.

/// Latches and shifts.
const TEXT_LATCH: u16 = 900;
const BYTE_LATCH: u16 = 901;
const NUMERIC_LATCH: u16 = 902;
const BYTE_SHIFT: u16 = 913;
const BYTE_LATCH_SIX: u16 = 924;
/// Extended channel interpretations (ECI): user-defined, general purpose, character sets.
const ECI_USER: u16 = 925;
const ECI_GENERAL: u16 = 926;
const ECI_CHARACTER_SET: u16 = 927;
/// Macro PDF417: a control block begins, no data follow.
const MACRO: u16 = 928;
const MACRO_FIELD: u16 = 923;
const MACRO_END: u16 = 922;
/// Reader initialisation: the message configures a scanner. Allowed as the first codeword.
const INITIALISATION: u16 = 921;
/// Maximum codewords of a numeric group.
const NUMERIC_GROUP: usize = 15;

/// The message of a symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Encoded bytes.
    pub bytes: Vec<u8>,
    /// Byte offset at which a character set starts, and its ECI number (3 is ISO 8859-1, 26 is UTF-8); empty if none is
    /// declared.
    pub character_sets: Vec<(usize, u32)>,
    /// Whether the symbol is a part of a larger message (Macro PDF417).
    pub is_part: bool,
}

/// A codeword that is invalid at its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedMessage {
    /// Index of the codeword, from 0.
    pub at: usize,
}

impl Message {
    /// Returns the message as text, each part by its declared character set: ISO 8859-1, -5 and -15, Windows-1251,
    /// ASCII, UTF-8 and UTF-16BE (AIM ECI). Bytes of other sets that are not ASCII, and invalid ones, become U+FFFD.
    /// Without a declaration: UTF-8 if valid, otherwise ISO 8859-1.
    pub fn text(&self) -> String {
        let declared = |at: usize| self.character_sets.get(at).map(|set| set.0);
        let part =
            |from: usize, to: Option<usize>| self.bytes.get(from..to.unwrap_or(self.bytes.len())).unwrap_or_default();
        let mut text = undeclared(part(0, declared(0)));
        for (i, (start, eci)) in self.character_sets.iter().enumerate() {
            decode(part(*start, declared(i + 1)), *eci, &mut text);
        }
        text
    }
}

/// Decodes bytes without a declared character set.
fn undeclared(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().map(|&b| char::from(b)).collect(), str::to_owned)
}

/// Decodes bytes of a character set (AIM ECI assignments), and appends them.
fn decode(bytes: &[u8], eci: u32, text: &mut String) {
    const UNKNOWN: char = char::REPLACEMENT_CHARACTER;
    match eci {
        26 => text.push_str(&String::from_utf8_lossy(bytes)),
        25 => {
            let units = bytes.chunks(2).map(|pair| match pair {
                [high, low] => u16::from_be_bytes([*high, *low]),
                _ => 0xFFFD,
            });
            text.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(UNKNOWN)));
        }
        _ => text.extend(bytes.iter().map(|&byte| {
            let cyrillic = |first: u32, start: u8| char::from_u32(first + u32::from(byte - start)).unwrap_or(UNKNOWN);
            match (eci, byte) {
                (_, 0..=0x7F) => char::from(byte),
                (7, 0xF0) => '№',
                (7, 0xFD) => '§',
                (17, 0xA4) => '€',
                (17, 0xA6) => 'Š',
                (17, 0xA8) => 'š',
                (17, 0xB4) => 'Ž',
                (17, 0xB8) => 'ž',
                (17, 0xBC) => 'Œ',
                (17, 0xBD) => 'œ',
                (17, 0xBE) => 'Ÿ',
                (1 | 3 | 17, _) | (7, 0x80..=0xA0 | 0xAD) => char::from(byte),
                (7, _) => cyrillic(0x401, 0xA1),
                (22, 0xC0..) => cyrillic(0x410, 0xC0),
                (22, 0xA8) => 'Ё',
                (22, 0xB8) => 'ё',
                (22, 0xB9) => '№',
                _ => UNKNOWN,
            }
        })),
    }
}

/// Decodes the data codewords of a symbol: those between the length and the error correction codewords.
///
/// # Errors
/// [`MalformedMessage`] if no encoder produces such codewords.
pub fn message(codewords: &[u16]) -> Result<Message, MalformedMessage> {
    let mut out = Message { bytes: Vec::new(), character_sets: Vec::new(), is_part: false };
    let mut at = 0;
    let mut mode = TEXT_LATCH;
    let mut text = TextState::default();
    while at < codewords.len() {
        let codeword = codewords[at];
        match codeword {
            0..=899 => {
                let run = codewords[at..].iter().take_while(|&&c| c < 900).count();
                let group = &codewords[at..at + run];
                match mode {
                    BYTE_LATCH | BYTE_LATCH_SIX => bytes_of(group, mode == BYTE_LATCH_SIX, &mut out.bytes),
                    NUMERIC_LATCH => numbers_of(group, &mut out.bytes).map_err(|i| MalformedMessage { at: at + i })?,
                    _ => group.iter().for_each(|&c| text.take(c, &mut out.bytes)),
                }
                at += run;
            }
            TEXT_LATCH | BYTE_LATCH | BYTE_LATCH_SIX | NUMERIC_LATCH => {
                // A latch to text mode always starts with capitals.
                text = TextState::default();
                mode = codeword;
                at += 1;
            }
            BYTE_SHIFT => {
                let byte = codewords.get(at + 1).and_then(|&c| u8::try_from(c).ok());
                out.bytes.push(byte.ok_or(MalformedMessage { at: at + 1 })?);
                at += 2;
            }
            ECI_CHARACTER_SET | ECI_GENERAL | ECI_USER => {
                let number = |i: usize| {
                    let value = codewords.get(at + i).filter(|&&c| c < 900).copied();
                    value.map(u32::from).ok_or(MalformedMessage { at: at + i })
                };
                let (eci, length) = match codeword {
                    ECI_CHARACTER_SET => (number(1)?, 2),
                    ECI_GENERAL => (900 * (number(1)? + 1) + number(2)?, 3),
                    _ => (810_900 + number(1)?, 2),
                };
                out.character_sets.push((out.bytes.len(), eci));
                at += length;
            }
            INITIALISATION if at == 0 => at += 1,
            MACRO | MACRO_FIELD | MACRO_END => {
                out.is_part = true;
                break;
            }
            _ => return Err(MalformedMessage { at }),
        }
    }
    Ok(out)
}

/// Submodes of text mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Set {
    #[default]
    Upper,
    Lower,
    Mixed,
    Punctuation,
}

#[derive(Debug, Default)]
struct TextState {
    set: Set,
    /// Submode of the next character only.
    shifted: Option<Set>,
}

const MIXED: &[u8; 25] = b"0123456789&\r\t,:#-.$/+%*=^";
const PUNCTUATION: &[u8; 29] = b";<>@[\\]_`~!\r\t,:\n-.$/\"|*()?{}'";

impl TextState {
    /// Decodes two characters.
    fn take(&mut self, codeword: u16, out: &mut Vec<u8>) {
        self.value(codeword / 30, out);
        self.value(codeword % 30, out);
    }

    fn value(&mut self, value: u16, out: &mut Vec<u8>) {
        let set = self.shifted.take().unwrap_or(self.set);
        let index = usize::from(value);
        match (set, value) {
            (Set::Upper, 0..=25) => out.push(b'A' + value as u8),
            (Set::Lower, 0..=25) => out.push(b'a' + value as u8),
            (Set::Mixed, 0..=24) => out.push(MIXED[index]),
            (Set::Punctuation, 0..=28) => out.push(PUNCTUATION[index]),
            (Set::Punctuation, _) => self.set = Set::Upper,
            (_, 26) => out.push(b' '),
            (Set::Mixed, 25) => self.set = Set::Punctuation,
            (Set::Lower, 27) => self.shifted = Some(Set::Upper),
            (_, 27) => self.set = Set::Lower,
            (Set::Mixed, 28) => self.set = Set::Upper,
            (_, 28) => self.set = Set::Mixed,
            _ => self.shifted = Some(Set::Punctuation),
        }
    }
}

/// Decodes five codewords to six bytes, and each remaining codeword to one byte. If the number of bytes is not a
/// multiple of six, the last group may remain.
fn bytes_of(codewords: &[u16], sixes: bool, out: &mut Vec<u8>) {
    let groups = if sixes { codewords.len() / 5 } else { codewords.len().saturating_sub(1) / 5 };
    let (whole, rest) = codewords.split_at(5 * groups);
    for group in whole.chunks_exact(5) {
        let value = group.iter().fold(0u64, |value, &c| value * 900 + u64::from(c));
        out.extend_from_slice(&value.to_be_bytes()[2..]);
    }
    out.extend(rest.iter().map(|&c| c as u8));
}

/// Decodes up to fifteen codewords as a number of base 900, whose decimal digits follow a leading 1. The error is the
/// index of the group.
fn numbers_of(codewords: &[u16], out: &mut Vec<u8>) -> Result<(), usize> {
    for (i, group) in codewords.chunks(NUMERIC_GROUP).enumerate() {
        // Decimal digits, least significant first.
        let mut digits: Vec<u8> = Vec::with_capacity(45);
        for &codeword in group {
            let mut carry = u32::from(codeword);
            for digit in &mut digits {
                carry += u32::from(*digit) * 900;
                *digit = (carry % 10) as u8;
                carry /= 10;
            }
            while carry > 0 {
                digits.push((carry % 10) as u8);
                carry /= 10;
            }
        }
        if digits.pop() != Some(1) {
            return Err(i * NUMERIC_GROUP);
        }
        out.extend(digits.iter().rev().map(|d| b'0' + d));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(codewords: &[u16]) -> String {
        message(codewords).unwrap().text()
    }

    #[test]
    fn decodes_known_examples() {
        assert_eq!(text(&[453, 178, 121, 239]), "PDF417");
        assert_eq!(text(&[924, 163, 238, 432, 766, 244]), "alcool");
        assert_eq!(text(&[902, 1, 624, 434, 632, 282, 200]), "000213298174000");
    }

    #[test]
    fn shifts_apply_to_one_character_and_latches_until_the_next() {
        // a, shift to capitals, B, c, punctuation shift, ";", d, latch to mixed, 5, latch to punctuation, "?", latch to
        // capitals, E.
        let values = [27, 0, 27, 1, 2, 29, 0, 3, 28, 5, 25, 25, 29, 4];
        let codewords: Vec<u16> = values.chunks(2).map(|v| v[0] * 30 + v[1]).collect();
        assert_eq!(text(&codewords), "aBc;d5?E");
        // A byte within lower case; the latch to text mode returns to capitals.
        assert_eq!(text(&[27 * 30, 913, 233, 30 + 2, 900, 30 + 2]), "aébcBC");
    }

    #[test]
    fn decodes_byte_counts_that_are_not_multiples_of_six() {
        // One byte, then six and two.
        assert_eq!(message(&[901, 255]).unwrap().bytes, [255]);
        assert_eq!(message(&[901, 163, 238, 432, 766, 244, 1, 2]).unwrap().bytes, b"alcool\x01\x02");
        // Five remaining codewords are five bytes.
        assert_eq!(message(&[901, 97, 98, 99, 100, 101]).unwrap().bytes, b"abcde");
    }

    #[test]
    fn reports_character_sets() {
        let named = message(&[927, 26, 901, 195, 169]).unwrap();
        assert_eq!((named.text().as_str(), &named.character_sets[..]), ("é", &[(0, 26)][..]));
        assert_eq!(text(&[927, 3, 901, 195, 169]), "Ã©");
    }

    #[test]
    fn each_part_has_its_own_character_set() {
        // ISO 8859-1 "é", UTF-8 "é", ISO 8859-5 "Я", Windows-1251 "Яё", UTF-16BE "é€".
        let mixed = [927, 3, 901, 233, 927, 26, 901, 195, 169, 927, 7, 901, 207, 927, 22, 901, 223, 184];
        assert_eq!(text(&mixed), "ééЯЯё");
        assert_eq!(text(&[927, 25, 901, 0, 233, 0x20, 0xAC]), "é€");
        assert_eq!(text(&[927, 17, 901, 164]), "€");
        // No declaration before the first: UTF-8 if valid.
        assert_eq!(text(&[901, 195, 169, 927, 3, 901, 233]), "éé");
        // An unknown set and invalid bytes are never read as another set.
        assert_eq!(text(&[927, 20, 901, 65, 130]), "A\u{FFFD}");
        assert_eq!(text(&[927, 26, 901, 65, 233]), "A\u{FFFD}");
        assert_eq!(text(&[927, 25, 901, 0, 65, 0]), "A\u{FFFD}");
    }

    #[test]
    fn reads_messages_that_initialise_a_reader() {
        assert_eq!(text(&[921, 453, 178, 121, 239]), "PDF417");
    }

    #[test]
    fn rejects_malformed_codewords() {
        assert_eq!(message(&[902, 800]), Err(MalformedMessage { at: 1 }));
        assert_eq!(message(&[913]), Err(MalformedMessage { at: 1 }));
        assert_eq!(message(&[1, 927]), Err(MalformedMessage { at: 2 }));
        assert_eq!(message(&[1, 921]), Err(MalformedMessage { at: 1 }));
        assert!(message(&[453, 928, 111]).unwrap().is_part);
        assert_eq!(text(&[]), "");
    }
}
