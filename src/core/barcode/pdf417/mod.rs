//! PDF417 (ISO/IEC 15438): locating a symbol, symbol characters, error correction, and data compaction.

pub mod compaction;
pub mod error_correction;
mod locate;
mod patterns;
mod profile;
mod read;
pub mod symbols;
mod votes;

pub use read::{Barcode, Pdf417Reader, Search};
