//! See the crate's ARCHITECTURE.md.

pub mod recognise;
