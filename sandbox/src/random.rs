//! Secrets and identifiers, from the operating system's generator; and the only form in which secrets are stored.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The operating system gives no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no random bytes")]
pub struct NoEntropy;

/// SHA-256 of something: the stored form of secrets and tokens, and the identity of an image.
pub type Hash = [u8; 32];

/// A secret of 256 random bits, in base64url (43 characters).
///
/// # Errors
/// Returns an error if the system's random generator fails.
pub fn secret() -> Result<String, NoEntropy> {
    let mut bytes = [0u8; 32];
    fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// An organization's key: 86 characters; documented ones have 47 or more.
///
/// # Errors
/// Returns an error if the system's random generator fails.
pub fn api_key() -> Result<String, NoEntropy> {
    Ok(format!("{}{}", secret()?, secret()?))
}

/// A random UUID (RFC 9562 version 4).
///
/// # Errors
/// Returns an error if the system's random generator fails.
pub fn uuid() -> Result<String, NoEntropy> {
    let mut b = [0u8; 16];
    fill(&mut b)?;
    Ok(uuid::Builder::from_random_bytes(b).into_uuid().to_string())
}

/// A UUID made of a name and its kind, always the same (RFC 9562 version 8).
pub fn uuid_of(kind: &str, name: &str) -> String {
    let mut b = [0u8; 16];
    b.copy_from_slice(&hash(format!("{kind}:{name}").as_bytes())[..16]);
    uuid::Builder::from_custom_bytes(b).into_uuid().to_string()
}

/// So many capital letters.
///
/// # Errors
/// Returns an error if the system's random generator fails.
pub fn letters(count: usize) -> Result<String, NoEntropy> {
    text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", count)
}

/// So many letters and digits: 16 of them are 95 random bits.
///
/// # Errors
/// Returns an error if the system's random generator fails.
pub fn token(count: usize) -> Result<String, NoEntropy> {
    text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", count)
}

/// An identifier of 24 hexadecimal digits: seconds since 1970, then 64 random bits.
///
/// # Errors
/// Returns an error if the system's random generator fails.
pub fn object_id(now_ms: i64) -> Result<String, NoEntropy> {
    let mut bytes = [0u8; 8];
    fill(&mut bytes)?;
    let seconds = u32::try_from(now_ms / 1_000).unwrap_or(u32::MAX);
    Ok(format!("{seconds:08x}{:016x}", u64::from_be_bytes(bytes)))
}

/// An identifier of decimal digits, from 53 random bits.
///
/// # Errors
/// Returns an error if the system's random generator fails.
pub fn number() -> Result<String, NoEntropy> {
    let mut bytes = [0u8; 8];
    fill(&mut bytes)?;
    Ok((u64::from_be_bytes(bytes) >> 11).to_string())
}

/// Characters of `alphabet` (at most 128 of them), each equally likely.
fn text(alphabet: &[u8], count: usize) -> Result<String, NoEntropy> {
    let fair = (256 / alphabet.len()) * alphabet.len();
    let mut text = String::with_capacity(count);
    while text.len() < count {
        let mut bytes = [0u8; 32];
        fill(&mut bytes)?;
        let fits = bytes.iter().map(|b| usize::from(*b)).filter(|b| *b < fair);
        text.extend(fits.take(count - text.len()).map(|b| char::from(alphabet[b % alphabet.len()])));
    }
    Ok(text)
}

/// SHA-256. Enough for secrets of 256 random bits, which no one can guess at any speed; it would not be for passwords.
pub fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// Whether two hashes are the same, in a time that does not depend on where they differ.
pub fn same(a: &Hash, b: &Hash) -> bool {
    a.ct_eq(b).into()
}

/// A key of 256 random bits.
///
/// # Errors
/// Returns an error if the system's random generator fails.
pub fn key() -> Result<[u8; 32], NoEntropy> {
    let mut bytes = [0u8; 32];
    fill(&mut bytes)?;
    Ok(bytes)
}

fn fill(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    getrandom::fill(bytes).map_err(|_| NoEntropy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_compared_whole() {
        let hash = hash(b"a");
        assert!(same(&hash, &hash));
        for at in [0, 15, 31] {
            let mut other = hash;
            other[at] ^= 0x80;
            assert!(!same(&hash, &other));
        }
    }

    #[test]
    fn makes_distinct_values_of_the_documented_shape() {
        let (a, b) = (secret().unwrap(), secret().unwrap());
        assert_eq!(a.len(), 43);
        assert_ne!(a, b);
        let id = uuid().unwrap();
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4");
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"));
        assert_eq!(letters(14).unwrap().len(), 14);
        assert!(token(100).unwrap().bytes().all(|b| b.is_ascii_alphanumeric()));
        assert_eq!(&object_id(1_592_409_938_000).unwrap()[..8], "5eea3f52");
        assert!(number().unwrap().bytes().all(|b| b.is_ascii_digit()));
    }
}
