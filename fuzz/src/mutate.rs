//! Mutations of an input: of bits, bytes, numbers, runs and words, and splices of two inputs.

use crate::rng::Rng;

/// Numbers at the edges of their types.
const EDGES: [u32; 12] = [0, 1, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0xffff_ffff];

/// Changes `input` in one to eight places. `other` is another input of the corpus, `words` what the format knows.
/// The result has at most `limit` bytes.
pub fn mutate(rng: &mut Rng, input: &mut Vec<u8>, other: &[u8], words: &[&[u8]], limit: usize) {
    let rounds = 1 << rng.below(4);
    for _ in 0..rounds {
        change(rng, input, other, words);
    }
    input.truncate(limit);
}

fn change(rng: &mut Rng, input: &mut Vec<u8>, other: &[u8], words: &[&[u8]]) {
    let at = rng.below(input.len());
    let place = rng.below(input.len() + 1);
    match rng.below(16) {
        0 | 1 => with(input, at, |b| *b ^= 1 << (at as u32 % 8)),
        2 | 3 => {
            let value = rng.byte();
            with(input, at, |b| *b = value);
        }
        4 => {
            let step = 1 + rng.byte() % 35;
            let down = rng.one_in(2);
            with(input, at, |b| *b = if down { b.wrapping_sub(step) } else { b.wrapping_add(step) });
        }
        // Text stays text of its kind.
        5 | 6 => {
            let (digit, letter) = (b'0' + rng.byte() % 10, rng.byte() % 26);
            with(input, at, |b| {
                *b = match *b {
                    b'0'..=b'9' => digit,
                    b'A'..=b'Z' => b'A' + letter,
                    b'a'..=b'z' => b'a' + letter,
                    other => other ^ digit,
                }
            });
        }
        7 => {
            let value = rng.byte();
            let count = 1 + rng.below(8);
            input.splice(place..place, std::iter::repeat_n(value, count));
        }
        8 => {
            let count = (1 + rng.below(16)).min(input.len() - at.min(input.len()));
            drop(input.drain(at..at + count));
        }
        9 => {
            let part = range(rng, input.len());
            let copy = input[part].to_vec();
            input.splice(place..place, copy);
        }
        10 => {
            let part = range(rng, other.len());
            overwrite(input, place, &other[part]);
        }
        11 => {
            let part = range(rng, other.len());
            input.splice(place..place, other[part].iter().copied());
        }
        12 => {
            if let Some(word) = rng.pick(words) {
                overwrite(input, place, word);
            }
        }
        13 => {
            if let Some(word) = rng.pick(words) {
                input.splice(place..place, word.iter().copied());
            }
        }
        14 => {
            let number = EDGES[rng.below(EDGES.len())];
            let bytes = if rng.one_in(2) { number.to_le_bytes() } else { number.to_be_bytes() };
            let size = 1 << rng.below(3);
            let from = if rng.one_in(2) { 0 } else { 4 - size };
            overwrite(input, place, &bytes[from..from + size]);
        }
        _ => {
            // Two runs change places.
            let (a, b) = (range(rng, input.len()), rng.below(input.len() + 1));
            let moved: Vec<u8> = input.drain(a).collect();
            let b = b.min(input.len());
            input.splice(b..b, moved);
        }
    }
}

fn with(input: &mut [u8], at: usize, change: impl FnOnce(&mut u8)) {
    if let Some(byte) = input.get_mut(at) {
        change(byte);
    }
}

fn overwrite(input: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = (at + bytes.len()).min(input.len());
    input.splice(at..end, bytes.iter().copied());
}

/// A run of at most 64 bytes, mostly short.
fn range(rng: &mut Rng, length: usize) -> std::ops::Range<usize> {
    let start = rng.below(length);
    let most = if rng.one_in(8) { 64 } else { 8 };
    start..(start + 1 + rng.below(most)).min(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutation_keeps_the_limit_and_takes_empty_inputs() {
        let mut rng = Rng::new(1);
        for start in [&b""[..], b"a", &[7; 100]] {
            let mut input = start.to_vec();
            for _ in 0..20_000 {
                mutate(&mut rng, &mut input, start, &[b"word", b""], 120);
                assert!(input.len() <= 120);
            }
        }
    }
}
