//! The check digit of Doc 9303-3 section 4.9: weights 7, 3, 1, modulo 10.

/// Weights of consecutive symbols, repeated.
pub const WEIGHTS: [u32; 3] = [7, 3, 1];

/// Returns the value of a symbol (Doc 9303-3 section 4.9): digits themselves, `A`–`Z` 10–35, the filler 0; `None` for
/// any other byte.
pub const fn value(symbol: u8) -> Option<u32> {
    match symbol {
        b'0'..=b'9' => Some((symbol - b'0') as u32),
        b'A'..=b'Z' => Some((symbol - b'A') as u32 + 10),
        b'<' => Some(0),
        _ => None,
    }
}

/// Computes the check digit, `b'0'`–`b'9'`, of MRZ symbols; `None` if a byte is not an MRZ symbol. No symbols at all,
/// and fillers only, have the check digit `0`.
///
/// ```
/// assert_eq!(kyc_core::mrz::check_digit::compute(b"520727"), Some(b'3'));
/// ```
pub fn compute(symbols: &[u8]) -> Option<u8> {
    compute_iter(symbols.iter().copied())
}

/// Computes the check digit of symbols that are not contiguous, such as those of a composite check digit.
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
    fn matches_the_examples_of_doc_9303() {
        // Doc 9303-3 appendix A, and the specimens of Doc 9303-4 and -5.
        for (symbols, digit) in
            [("520727", b'3'), ("AB2134<<<", b'5'), ("L898902C3", b'6'), ("740812", b'2'), ("", b'0'), ("<<<<<<", b'0')]
        {
            assert_eq!(compute(symbols.as_bytes()), Some(digit), "{symbols}");
        }
    }

    #[test]
    fn rejects_bytes_that_are_not_mrz_symbols() {
        for symbol in [b'a', b' ', b'-', 0, 0xff] {
            assert_eq!(compute(&[b'1', symbol]), None);
        }
    }

    #[test]
    fn detects_every_single_digit_error() {
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
