//! PDF417 (ISO/IEC 15438): symbol characters, error correction, and what the codewords say.

pub mod compaction;
pub mod error_correction;
mod patterns;
pub mod symbols;
