//! The stored images that a verdict was made of.

use serde::{Deserialize, Serialize};

use super::images::Kind;
use crate::random;

/// A stored image that was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedImage {
    /// `front`, `back` or `liveness`.
    pub kind: String,
    /// Its index among the images of that kind, from 0.
    pub position: usize,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

impl JudgedImage {
    /// Returns the entries for the images of one kind, in the order in which they are stored.
    pub fn list<'a>(kind: Kind, files: impl IntoIterator<Item = &'a [u8]>) -> Vec<Self> {
        let image = |(position, file)| Self {
            kind: kind.name().to_owned(),
            position,
            sha256: random::hash(file).iter().map(|byte| format!("{byte:02x}")).collect(),
        };
        files.into_iter().enumerate().map(image).collect()
    }
}
