//! The signature of an IDnGO request: what was signed is accepted, and nothing else.

use kyc_capture::api::idngo::signing::{signature, verify};

use super::{Bytes, Target, no_repair};

pub(super) const TARGET: Target = Target {
    name: "signature",
    weight: 12,
    max_len: 600,
    keep_len: 300,
    words: &[b"1690000000", b"GET", b"POST", b"/resources/applicants/-/levels", b"\n", b"\0", b"PK", b"{}", b"?a=b&c"],
    seeds,
    repair: no_repair,
    execute,
};

fn seeds() -> Vec<Vec<u8>> {
    let parts: [&[u8]; 6] = [b"a secret key", b"1690000000", b"POST", b"/resources/x?a=b", b"{\"a\":1}", b"00ff"];
    let mut input = vec![0, 3];
    for part in parts {
        input.push(part.len() as u8);
        input.extend_from_slice(part);
    }
    vec![input]
}

fn execute(input: &[u8]) {
    let mut bytes = Bytes::new(input);
    let (which, bit) = (bytes.byte(), bytes.byte());
    let key = bytes.run();
    let (timestamp, method, target) = (bytes.text(), bytes.text(), bytes.text());
    let body = bytes.run();
    let given = bytes.text();
    let right = signature(key, &timestamp, &method, &target, body);
    assert!(right.len() == 64 && right.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
    assert!(verify(key, &timestamp, &method, &target, body, &right));
    assert_eq!(verify(key, &timestamp, &method, &target, body, &given), given == right);
    // One change makes it wrong, wherever it is.
    let flip = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        let at = usize::from(bit) % bytes.len().max(1);
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << (bit % 7);
        }
        bytes
    };
    let text = |text: &str| String::from_utf8(flip(text.as_bytes())).unwrap_or_else(|_| format!("{text}x"));
    let wrong = match which % 4 {
        0 => {
            // A key is padded with zeros to the block, so only a changed bit counts.
            let other = flip(key);
            key.len() <= 64 && other != key && verify(&other, &timestamp, &method, &target, body, &right)
        }
        1 => {
            let other = text(&target);
            other != target && verify(key, &timestamp, &method, &other, body, &right)
        }
        2 => {
            let other = flip(body);
            other != body && verify(key, &timestamp, &method, &target, &other, &right)
        }
        _ => verify(key, &timestamp, &method, &target, body, &text(&right)),
    };
    assert!(!wrong, "a changed request has the same signature");
}
