//! PDF417 codewords: decoding to bytes, and error correction.

use kyc_capture::core::barcode::pdf417::compaction::message;
use kyc_capture::core::barcode::pdf417::error_correction::{MAX_CODEWORDS, MODULUS, correct};

use super::{Target, no_repair};

pub(super) const TARGET: Target = Target {
    name: "pdf417",
    weight: 20,
    max_len: 2 * MAX_CODEWORDS + 8,
    keep_len: 400,
    // Latches and shifts, little endian.
    words: &[
        b"\x84\x03",
        b"\x85\x03",
        b"\x86\x03",
        b"\x91\x03",
        b"\x9c\x03",
        b"\x9d\x03",
        b"\x9e\x03",
        b"\x9f\x03",
        b"\xa0\x03",
        b"\x9b\x03",
        b"\x9a\x03",
        b"\x83\x03",
    ],
    seeds,
    repair: no_repair,
    execute,
};

fn seeds() -> Vec<Vec<u8>> {
    let modes: [&[u16]; 8] = [
        &[0, 1, 2, 863, 29 * 30 + 28, 27, 27 * 30 + 28],
        &[901, 1, 2, 3, 4, 5, 6],
        &[924, 1, 2, 3, 4, 5, 899, 899, 899, 899, 899],
        &[902, 1, 624, 434, 632, 282, 200],
        &[913, 65, 30, 60],
        &[927, 26, 901, 100, 200],
        &[926, 1, 2, 925, 3, 40],
        &[928, 111, 100, 0, 923, 0, 17, 923, 3, 1, 922],
    ];
    let mut out = Vec::new();
    for mode in modes {
        for kind in 0..3_u8 {
            let mut input = vec![kind, 8];
            input.extend(mode.iter().flat_map(|codeword| codeword.to_le_bytes()));
            out.push(input);
        }
    }
    out
}

fn execute(input: &[u8]) {
    let [kind, level, rest @ ..] = input else { return };
    let codewords: Vec<u16> = rest.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
    match kind % 3 {
        0 => decode(&codewords),
        1 => corrects_what_it_promises(&codewords, *level),
        _ => correct_anything(codewords, *level),
    }
}

/// A codeword carries at most 44 digits in 15, two characters of text, or 6 bytes in 5.
fn decode(codewords: &[u16]) {
    let in_range: Vec<u16> = codewords.iter().map(|c| c % 1024).collect();
    match message(&in_range) {
        Ok(message) => {
            assert!(message.bytes.len() <= 3 * in_range.len() + 3, "{} bytes", message.bytes.len());
            assert!(message.character_sets.iter().all(|(at, _)| *at <= message.bytes.len()));
            assert!(message.text().chars().count() <= message.bytes.len());
        }
        // The number of codewords where one more is required.
        Err(malformed) => assert!(malformed.at <= in_range.len(), "{malformed:?}"),
    }
}

/// Encodes data, damages as many codewords as can be corrected, and wants them back.
fn corrects_what_it_promises(codewords: &[u16], level: u8) {
    let correction = 1 << (1 + usize::from(level) % 6);
    let (damage, data) = codewords.split_at(codewords.len().min(usize::from(level / 8)));
    let data: Vec<u32> = data.iter().take(200).map(|c| u32::from(*c) % MODULUS).collect();
    if data.is_empty() {
        return;
    }
    let sent = encoded(&data, correction);
    let mut received = sent.clone();
    let mut budget = correction.saturating_sub(2);
    let (mut erased, mut hit) = (Vec::new(), Vec::new());
    for damage in damage {
        let place = usize::from(*damage) % received.len();
        let cost = if damage % 5 == 0 { 1 } else { 2 };
        if hit.contains(&place) || cost > budget {
            continue;
        }
        budget -= cost;
        hit.push(place);
        if cost == 1 {
            erased.push(place);
        }
        received[place] = (received[place] + 1 + damage % 900) % MODULUS as u16;
    }
    let changed = correct(&mut received, &erased, correction).expect("so few errors can be corrected");
    assert_eq!(received, sent);
    assert!(changed <= hit.len(), "{changed} of {}", hit.len());
}

/// The codewords with `correction` more, so that the polynomial is divisible by (x − 3)(x − 3²)…
fn encoded(data: &[u32], correction: usize) -> Vec<u16> {
    let mut generator = vec![0_u32; correction + 1];
    generator[0] = 1;
    let mut root = 1;
    for degree in 1..=correction {
        root = root * 3 % MODULUS;
        for i in (1..=degree).rev() {
            generator[i] = (generator[i] + (MODULUS - root) * generator[i - 1]) % MODULUS;
        }
    }
    let mut rest = data.to_vec();
    rest.resize(data.len() + correction, 0);
    for i in 0..data.len() {
        let factor = rest[i];
        for (k, coefficient) in generator.iter().enumerate() {
            rest[i + k] = (rest[i + k] + MODULUS * MODULUS - factor * coefficient % MODULUS) % MODULUS;
        }
    }
    let check = rest[data.len()..].iter().map(|c| (MODULUS - c) % MODULUS);
    data.iter().copied().chain(check).map(|c| c as u16).collect()
}

/// Any codewords: refused without a change, or corrected to what needs no correction.
fn correct_anything(mut codewords: Vec<u16>, level: u8) {
    let before = codewords.clone();
    let correction = usize::from(level) * 2;
    let erased: Vec<usize> = before.iter().take(usize::from(level % 7)).map(|c| usize::from(*c)).collect();
    match correct(&mut codewords, &erased, correction) {
        Err(_) => assert_eq!(codewords, before, "refused codewords are unchanged"),
        Ok(changed) => {
            let differing = before.iter().zip(&codewords).filter(|(a, b)| a != b).count();
            assert!(differing <= changed.max(erased.len()), "{differing} changed, {changed} counted");
            let corrected = codewords.clone();
            assert_eq!(correct(&mut codewords, &[], correction), Ok(0), "what was corrected is right");
            assert_eq!(codewords, corrected);
        }
    }
}
