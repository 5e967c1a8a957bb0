//! PDF417 (ISO/IEC 15438): from codewords to what they say.

pub mod compaction;
pub mod error_correction;
