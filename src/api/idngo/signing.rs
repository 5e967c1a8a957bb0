//! The signature of a request: lowercase hex HMAC-SHA256 (RFC 2104, FIPS 180-4) with the secret key over
//! timestamp + METHOD + path with query + raw body.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The app token.
pub const TOKEN_HEADER: &str = "X-App-Token";
/// When the request was signed: Unix seconds.
pub const TIMESTAMP_HEADER: &str = "X-App-Access-Ts";
/// The signature.
pub const SIGNATURE_HEADER: &str = "X-App-Access-Sig";

/// The signature of a request: 64 lowercase hexadecimal digits. `target` is the path with its query as it is in the
/// request line, any prefix of the deployment included.
pub fn signature(secret_key: &[u8], timestamp: &str, method: &str, target: &str, body: &[u8]) -> String {
    let bytes = mac(secret_key, timestamp, method, target, body).finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether `signature` is that of the request; compared in constant time.
pub fn verify(secret_key: &[u8], timestamp: &str, method: &str, target: &str, body: &[u8], signature: &str) -> bool {
    let Some(bytes) = from_hex(signature) else { return false };
    mac(secret_key, timestamp, method, target, body).verify_slice(&bytes).is_ok()
}

fn mac(secret_key: &[u8], timestamp: &str, method: &str, target: &str, body: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of every length.
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(secret_key).unwrap_or_else(|_| unreachable!("any length fits"));
    for part in [timestamp.as_bytes(), method.as_bytes(), target.as_bytes(), body] {
        mac.update(part);
    }
    mac
}

/// 32 bytes of 64 lowercase hexadecimal digits.
fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let text: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `printf '%s' MESSAGE | openssl dgst -sha256 -hmac KEY`.
    const VECTORS: [(&str, &str, &str, &str, &str, &str); 5] = [
        (
            "a secret key",
            "1690000000",
            "GET",
            "/resources/applicants/-/levels",
            "",
            "9201c329612aec51862303939ab29a9e070b194f8bbf6fa6c9115917fad5c96e",
        ),
        (
            "a secret key",
            "1690000000",
            "GET",
            "/resources/checks/latest?type=SIMILAR_SEARCH&applicantId=5eea3f5204f940217bcbc03d",
            "",
            "03b699ac2765147b7d099420e783540b936021e3beb3d456846d5e73e92d5bfc",
        ),
        (
            "s3cr3t",
            "1690000000",
            "PATCH",
            "/resources/applicants/5b76df770a975a1404cbcb60/info?unsetFields=dob,tin",
            "{\"firstName\":\"Айгүл\"}",
            "ea4f8fa3e1f994875d59f45b5cf911e627a967c59ff011f2a743c36eaabec602",
        ),
        (
            "a key of more than the sixty-four bytes of one block of SHA-256, which is hashed before it is used",
            "1",
            "POST",
            "/resources/applicants/-/applicantImport",
            "PK",
            "66e932bc99453a72c83f6bdba17b9e893e6dd1392b0167138eded7926f8e3f79",
        ),
        (
            "k",
            "1690000000",
            "POST",
            "/resources/sdkIntegrations/levels/basic-kyc-level/websdkLink?externalUserId=a%20b&ttlInSecs=60",
            "",
            "7f2391ef55e1355a19f963f3983f4ad82d3366910bf0eff0046e0c5cb474a176",
        ),
    ];

    #[test]
    fn signs_as_openssl_does() {
        for (key, timestamp, method, target, body, expected) in VECTORS {
            let key = key.as_bytes();
            assert_eq!(signature(key, timestamp, method, target, body.as_bytes()), expected, "{target}");
            assert!(verify(key, timestamp, method, target, body.as_bytes(), expected));
        }
    }

    #[test]
    fn every_part_is_signed() {
        let (key, timestamp, method, target, body, expected) = VECTORS[2];
        let body = body.as_bytes();
        assert!(!verify(b"another", timestamp, method, target, body, expected));
        assert!(!verify(key.as_bytes(), "1690000001", method, target, body, expected));
        assert!(!verify(key.as_bytes(), timestamp, "POST", target, body, expected));
        assert!(!verify(key.as_bytes(), timestamp, method, "/resources", body, expected));
        assert!(!verify(key.as_bytes(), timestamp, method, target, b"{}", expected));
        for signature in ["", "00", &expected.to_uppercase(), &expected[1..], &format!("{expected}0")] {
            assert!(!verify(key.as_bytes(), timestamp, method, target, body, signature), "{signature}");
        }
    }
}
