//! What `--demo` adds: sessions for the demo page.

pub mod handoffs;
pub mod sessions;
