//! Capitals of the letters that documents print in Latin and Cyrillic. The standard library's tables of every script
//! take 9 kB of the compressed module.

/// Returns the capital of a letter of the blocks Basic Latin, Latin-1, Latin Extended-A and -B up to U+021B, and
/// Cyrillic; of ß its capital ẞ. Returns any other character as it is.
pub(crate) fn capital(letter: char) -> char {
    let code = u32::from(letter);
    let shifted = |down| char::from_u32(code - down).unwrap_or(letter);
    let odd = code % 2 == 1;
    match code {
        // a–z, à–þ without ÷, а–я; ѐ–џ.
        0x61..=0x7a | 0xe0..=0xf6 | 0xf8..=0xfe | 0x430..=0x44f => shifted(0x20),
        0x450..=0x45f => shifted(0x50),
        // Dotless i and the long s.
        0x131 => 'I',
        0x17f => 'S',
        0xff => 'Ÿ',
        0xdf => 'ẞ',
        // Pairs, capitals even.
        0x101..=0x12f | 0x133..=0x137 | 0x14b..=0x177 | 0x1df..=0x1ef | 0x1f9..=0x21b if odd => shifted(1),
        0x461..=0x481 | 0x48b..=0x4bf | 0x4d1..=0x52f if odd => shifted(1),
        // Pairs, capitals odd.
        0x13a..=0x148 | 0x17a..=0x17e | 0x1ce..=0x1dc | 0x4c2..=0x4ce if !odd => shifted(1),
        0x4cf => shifted(0xf),
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the letter is in one of the blocks, or its capital is.
    fn is_covered(letter: char) -> bool {
        matches!(letter, '\0'..='\u{17f}' | '\u{1cd}'..='\u{1ef}' | '\u{1f8}'..='\u{21b}' | '\u{400}'..='\u{52f}')
    }

    #[test]
    fn capitals_are_those_of_unicode() {
        for letter in ('\0'..=char::MAX).filter(|&c| is_covered(c) && !"ßµŉǰ\u{1dd}".contains(c)) {
            let capital = capital(letter);
            assert_eq!(vec![capital], letter.to_uppercase().collect::<Vec<_>>(), "{letter} U+{:04X}", letter as u32);
        }
        assert_eq!("ßŉ語\u{301}".chars().map(capital).collect::<String>(), "ẞŉ語\u{301}");
    }
}
