//! Integration tests of the crate, on the host: one binary, so that it links once.
//!
//! `cargo test --test native MODULE` runs one module. The tests of the JavaScript bindings are `tests/web*.rs`.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test's own numbers; a panic is a failed test"
)]
#![cfg(not(target_arch = "wasm32"))]

mod support;

mod aamva;
mod documents;
mod face;
#[cfg(feature = "backend")]
mod face_match;
mod flow;
mod head_pose;
mod inspect;
mod listener;
mod liveness;
mod mrz_documents;
mod mrz_images;
mod mrz_misprints;
mod mrz_set;
mod mrz_stream;
mod mrz_vectors;
mod pdf417;
mod pdf417_placement;
mod streams;
#[cfg(feature = "backend")]
mod wire_backend;
mod wire_types;
