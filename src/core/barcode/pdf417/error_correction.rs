//! Reed–Solomon error correction over GF(929) (ISO/IEC 15438): an error at an unknown position costs two correction
//! codewords, an erasure at a known position one.

/// Codewords are 0–928, the integers modulo this prime.
pub const MODULUS: u32 = 929;
/// A primitive element of the field; the code's roots are its powers from the first on.
const GENERATOR: u32 = 3;
/// Maximum codewords of a symbol, including correction.
pub const MAX_CODEWORDS: usize = 928;
/// Correction codewords reserved for error detection, as the standard requires; otherwise a wrong symbol might pass.
const DETECTION_CODEWORDS: usize = 2;

/// There are more errors than can be corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyErrors;

/// Corrects codewords in place and returns how many changed. The last `correction` codewords are the correction
/// codewords; `erased` are the positions that could not be read, with any value.
///
/// # Errors
/// [`TooManyErrors`], with the codewords unchanged; also for an invalid position or number of codewords.
pub fn correct(codewords: &mut [u16], erased: &[usize], correction: usize) -> Result<usize, TooManyErrors> {
    let count = codewords.len();
    let impossible = count > MAX_CODEWORDS
        || correction >= count
        || erased.len() > correction.saturating_sub(DETECTION_CODEWORDS)
        || erased.iter().any(|&place| place >= count)
        || codewords.iter().enumerate().any(|(i, &c)| u32::from(c) >= MODULUS && !erased.contains(&i));
    if impossible {
        return Err(TooManyErrors);
    }
    let mut received: Vec<u32> = codewords.iter().map(|&c| u32::from(c)).collect();
    let mut places: Vec<usize> = erased.to_vec();
    crate::numeric::sort_by_key(&mut places, |place| *place as f32);
    places.dedup();
    // Values out of range are accepted at erased positions only.
    places.iter().for_each(|&place| received[place] = 0);
    let syndromes = syndromes(&received, correction);
    if syndromes.iter().all(|&s| s == 0) {
        return Ok(store(codewords, &received));
    }
    // (1 − X x) for each erasure; X is the generator's power at its position.
    let at = |place: usize| power(GENERATOR, (count - 1 - place) as u32);
    let erasures = places.iter().fold(vec![1], |product, &place| multiplied(&product, &[1, minus(at(place))]));
    let mut modified = multiplied(&erasures, &syndromes);
    modified.truncate(correction);
    let (errors, evaluator) = euclid(modified, correction, places.len()).ok_or(TooManyErrors)?;
    let locator = multiplied(&errors, &erasures);
    let degree = locator.len() - 1;
    if 2 * (errors.len() - 1) + places.len() > correction.saturating_sub(DETECTION_CODEWORDS) {
        return Err(TooManyErrors);
    }
    let slope: Vec<u32> = (1..locator.len()).map(|i| locator[i] * (i as u32 % MODULUS) % MODULUS).collect();
    let mut found = 0;
    for (place, value) in received.iter_mut().enumerate() {
        let root = inverse(at(place));
        if evaluated(&locator, root) != 0 {
            continue;
        }
        let below = evaluated(&slope, root);
        if below == 0 {
            return Err(TooManyErrors);
        }
        // Forney: the error is −Ω(1/X) / Λ'(1/X).
        let error = minus(evaluated(&evaluator, root) * inverse(below) % MODULUS);
        *value = (*value + MODULUS - error) % MODULUS;
        found += 1;
    }
    if found != degree || self::syndromes(&received, correction).iter().any(|&s| s != 0) {
        return Err(TooManyErrors);
    }
    Ok(store(codewords, &received))
}

fn store(codewords: &mut [u16], corrected: &[u32]) -> usize {
    let mut changed = 0;
    for (codeword, &value) in codewords.iter_mut().zip(corrected) {
        changed += usize::from(u32::from(*codeword) != value);
        *codeword = value as u16;
    }
    changed
}

/// Evaluates the received polynomial at the code's roots, in ascending order.
fn syndromes(received: &[u32], correction: usize) -> Vec<u32> {
    let mut root = 1;
    let at_root = |_| {
        root = root * GENERATOR % MODULUS;
        received.iter().fold(0, |sum, &c| (sum * root + c) % MODULUS)
    };
    (0..correction).map(at_root).collect()
}

/// Computes the error locator and evaluator from the syndromes (Sugiyama); `None` if there is none of sufficiently low
/// degree.
fn euclid(syndromes: Vec<u32>, correction: usize, erasures: usize) -> Option<(Vec<u32>, Vec<u32>)> {
    let mut before = vec![0; correction + 1];
    before[correction] = 1;
    let mut rest = trimmed(syndromes);
    let (mut factor_before, mut factor) = (vec![0], vec![1]);
    while 2 * (rest.len() - 1) >= correction + erasures && rest != [0] {
        let (quotient, remainder) = divided(&before, &rest)?;
        let next = subtracted(&factor_before, &multiplied(&quotient, &factor));
        (before, rest) = (rest, remainder);
        (factor_before, factor) = (factor, next);
    }
    let scale = inverse(*factor.first().filter(|&&c| c != 0)?);
    let scaled = |p: &[u32]| p.iter().map(|c| c * scale % MODULUS).collect::<Vec<_>>();
    Some((trimmed(scaled(&factor)), scaled(&rest)))
}

// Polynomials are coefficients in ascending order, at least one.

fn trimmed(mut polynomial: Vec<u32>) -> Vec<u32> {
    while polynomial.len() > 1 && polynomial.last() == Some(&0) {
        polynomial.pop();
    }
    if polynomial.is_empty() { vec![0] } else { polynomial }
}

fn multiplied(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut product = vec![0; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            product[i + j] = (product[i + j] + x * y) % MODULUS;
        }
    }
    trimmed(product)
}

fn subtracted(a: &[u32], b: &[u32]) -> Vec<u32> {
    let of = |p: &[u32], i: usize| p.get(i).copied().unwrap_or(0);
    trimmed((0..a.len().max(b.len())).map(|i| (of(a, i) + MODULUS - of(b, i)) % MODULUS).collect())
}

fn divided(a: &[u32], b: &[u32]) -> Option<(Vec<u32>, Vec<u32>)> {
    let lead = inverse(*b.last().filter(|&&c| c != 0)?);
    let mut rest = a.to_vec();
    let mut quotient = vec![0; (a.len() + 1).saturating_sub(b.len()).max(1)];
    for shift in (0..(a.len() + 1).saturating_sub(b.len())).rev() {
        let factor = rest[shift + b.len() - 1] * lead % MODULUS;
        quotient[shift] = factor;
        for (i, c) in b.iter().enumerate() {
            rest[shift + i] = (rest[shift + i] + MODULUS - factor * c % MODULUS) % MODULUS;
        }
    }
    Some((trimmed(quotient), trimmed(rest)))
}

fn evaluated(polynomial: &[u32], x: u32) -> u32 {
    polynomial.iter().rev().fold(0, |sum, c| (sum * x + c) % MODULUS)
}

fn minus(a: u32) -> u32 {
    (MODULUS - a) % MODULUS
}

fn power(mut base: u32, mut exponent: u32) -> u32 {
    let mut product = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            product = product * base % MODULUS;
        }
        base = base * base % MODULUS;
        exponent >>= 1;
    }
    product
}

/// Returns the inverse of a non-zero element.
fn inverse(a: u32) -> u32 {
    power(a, MODULUS - 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Encodes data: appends the remainder of a division by the product of (x − root).
    fn encoded(data: &[u16], correction: usize) -> Vec<u16> {
        let mut generator = vec![1];
        for i in 1..=correction {
            generator = multiplied(&generator, &[minus(power(GENERATOR, i as u32)), 1]);
        }
        let mut shifted = vec![0; correction];
        shifted.extend(data.iter().rev().map(|&c| u32::from(c)));
        let (_, rest) = divided(&trimmed(shifted), &generator).unwrap();
        let mut out = data.to_vec();
        out.extend((0..correction).rev().map(|i| minus(rest.get(i).copied().unwrap_or(0)) as u16));
        out
    }

    fn numbers(seed: u32) -> impl FnMut(u32) -> u32 {
        let mut state = seed.wrapping_mul(2_654_435_761) | 1;
        move |below| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state % below
        }
    }

    #[test]
    fn encodes_the_standards_example() {
        // ISO/IEC 15438 and its encoders: "PDF417" at level 1.
        let word = encoded(&[5, 453, 178, 121, 239], 4);
        assert_eq!(word[5..], [452, 327, 657, 619]);
    }

    #[test]
    fn corrects_errors_and_erasures_up_to_the_limit() {
        for seed in 0..120 {
            let mut next = numbers(seed + 1);
            let correction = [4, 8, 16, 32, 64][next(5) as usize] as usize;
            let data: Vec<u16> = (0..5 + next(60)).map(|_| next(929) as u16).collect();
            let word = encoded(&data, correction);
            let erasures = next(correction as u32 - 1) as usize;
            let errors = (correction - DETECTION_CODEWORDS - erasures) / 2;
            let mut places: Vec<usize> = (0..word.len()).collect();
            for i in 0..places.len() {
                places.swap(i, i + next((word.len() - i) as u32) as usize);
            }
            let (erased, wrong) = (&places[..erasures], &places[erasures..(erasures + errors).min(word.len())]);
            let mut damaged = word.clone();
            erased.iter().for_each(|&p| damaged[p] = 999);
            wrong.iter().for_each(|&p| damaged[p] = ((u32::from(damaged[p]) + 1 + next(927)) % 929) as u16);
            let changed = correct(&mut damaged, erased, correction);
            assert_eq!(damaged, word, "seed {seed}: {erasures} erased, {errors} wrong of {correction}");
            assert_eq!(changed, Ok(erased.len() + wrong.len()), "seed {seed}");
        }
    }

    #[test]
    fn rejects_too_many_errors_and_leaves_codewords_unchanged() {
        let word = encoded(&[7, 1, 2, 3, 4, 5, 6], 8);
        let mut damaged = word.clone();
        for (place, codeword) in damaged.iter_mut().enumerate().take(9) {
            *codeword = (*codeword + 300 + 7 * place as u16) % 929;
        }
        let before = damaged.clone();
        assert_eq!(correct(&mut damaged, &[], 8), Err(TooManyErrors));
        assert_eq!(damaged, before);
        for (codewords, erased, correction) in
            [(&mut [1u16, 2][..], &[][..], 2), (&mut [1, 2, 3], &[3], 2), (&mut [929, 2, 3], &[], 2), (&mut [], &[], 0)]
        {
            assert_eq!(correct(codewords, erased, correction), Err(TooManyErrors));
        }
    }
}
