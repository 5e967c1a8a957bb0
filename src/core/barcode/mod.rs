//! Document barcodes: PDF417 symbols, and AAMVA content.

pub mod aamva;
pub mod pdf417;
