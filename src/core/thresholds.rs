//! See the crate's ARCHITECTURE.md.
