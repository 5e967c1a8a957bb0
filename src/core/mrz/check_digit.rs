//! The check digit of Doc 9303-3 section 4.9: weights 7, 3, 1, modulo 10.

/// The weights of neighbouring symbols, over and over.
pub const WEIGHTS: [u32; 3] = [7, 3, 1];

/// The number that a symbol stands for: digits themselves, `A`–`Z` 10–35, the filler 0. `None` for anything else.
pub const fn value(symbol: u8) -> Option<u32> {
    match symbol {
        b'0'..=b'9' => Some((symbol - b'0') as u32),
        b'A'..=b'Z' => Some((symbol - b'A') as u32 + 10),
        b'<' => Some(0),
        _ => None,
    }
}

/// The check digit, `b'0'`–`b'9'`, over symbols of the machine-readable zone, or `None` when one of them is not such a
/// symbol. Nothing at all has the check digit `0`, like fields that hold fillers only.
///
/// ```
/// assert_eq!(kyc_capture::core::mrz::check_digit::compute(b"520727"), Some(b'3'));
/// ```
pub fn compute(symbols: &[u8]) -> Option<u8> {
    compute_iter(symbols.iter().copied())
}

/// [`compute`] over symbols that do not lie in one piece, as those of a composite check digit.
pub fn compute_iter(symbols: impl IntoIterator<Item = u8>) -> Option<u8> {
    let mut sum = 0;
    for (symbol, weight) in symbols.into_iter().zip(WEIGHTS.into_iter().cycle()) {
        sum = (sum + value(symbol)? * weight) % 10;
    }
    Some(b'0' + sum as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard() {
        // Doc 9303-3 appendix A, and the specimens of Doc 9303-4 and -5.
        for (symbols, digit) in
            [("520727", b'3'), ("AB2134<<<", b'5'), ("L898902C3", b'6'), ("740812", b'2'), ("", b'0'), ("<<<<<<", b'0')]
        {
            assert_eq!(compute(symbols.as_bytes()), Some(digit), "{symbols}");
        }
    }

    #[test]
    fn only_symbols_of_the_zone_have_a_value() {
        for symbol in [b'a', b' ', b'-', 0, 0xff] {
            assert_eq!(compute(&[b'1', symbol]), None);
        }
    }

    #[test]
    fn every_single_wrong_digit_is_noticed() {
        let line = *b"120415";
        let right = compute(&line);
        for position in 0..line.len() {
            for digit in b'0'..=b'9' {
                let mut wrong = line;
                wrong[position] = digit;
                assert_eq!(compute(&wrong) == right, wrong == line, "digit {digit} at {position}");
            }
        }
    }
}
