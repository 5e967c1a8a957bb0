//! Barcodes of documents, and what stands in them.

pub mod aamva;
pub mod pdf417;
