//! What `--demo` and `--seed` add: sessions for the demo page, and synthetic records.

pub mod seed;
pub mod sessions;
