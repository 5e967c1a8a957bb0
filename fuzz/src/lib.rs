//! Fuzzing of every parser of hostile input, on stable Rust.
//!
//! A [`Target`] reads bytes, calls what it tests and asserts what must hold for each input: round trips, bounds on
//! output and memory, typed errors. [`engine`] mutates inputs ([`mutate`]), keeps those that reach code that no earlier
//! input reached ([`coverage`]), and keeps what fails. [`memory`] counts allocations.
//!
//! `cargo xtask fuzz` compiles all this with edge counters; without them, as in the bounded run of the
//! tests, the engine mutates the corpus blindly.

#![allow(clippy::cast_possible_truncation, reason = "inputs are made of random bits: what is cut off is meant to be")]

pub mod corpus;
pub mod coverage;
pub mod engine;
pub mod memory;
pub mod mutate;
pub mod report;
pub mod rng;
pub mod targets;

pub use engine::{Finding, Options, Run, run};
pub use targets::Target;
