//! Clients for a backend, without I/O: what is sent, when it is sent again, what a reply says. A driver adds the network:
//! [`native`] with reqwest for Rust programs, `kyc-capture/backend` with `fetch` for Node, Deno and workers.
//!
//! - [`call`]: one request, ready to go: address, body, and whether it may be repeated.
//! - [`kyc`], [`persons`], [`gbdfl`], [`mrz`], [`idngo`]: the calls of each document, by name and by type.
//! - [`flight`]: what comes after each attempt; [`RetryPolicy`](super::retry::RetryPolicy) says how long to wait.
//! - [`token`]: the OAuth 2 token of KYC, kept and renewed early. [`pace`]: the documented rate limits.
//! - [`refusal`]: errors, with the documented texts where there are any.
//!
//! Keys and secrets are in no error and in no `Debug` form. None of this is in a browser's module: the feature `backend` is
//! off there.

pub mod call;
pub mod flight;
pub mod gbdfl;
pub mod idngo;
pub mod kyc;
pub mod mrz;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub mod native;
pub mod pace;
pub mod persons;
pub mod refusal;
pub mod token;

pub use call::{Call, Repeat, Verb};
pub use refusal::{BackendError, Refusal};
