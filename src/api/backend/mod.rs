//! Clients for a backend, without I/O: what is sent, when it is sent again, what a reply says. A driver adds the
//! network: [`native`] with reqwest for Rust programs, `kyc-capture/backend` with `fetch` for Node, Deno and workers.
//!
//! - [`call`]: one request, ready to go: address, body, and whether it may be repeated.
//! - [`kyc`], [`persons`], [`gbdfl`], [`mrz`], [`idngo`]: the calls of each document, by name and by type.
//! - [`token`]: the OAuth 2.0 access token of KYC, cached and renewed early.
//! - [`rejection`]: errors, with the documented texts if there are any.
//!
//! Attempts and waits are those of [`RetryState`](super::retry::RetryState); the documented rate limits those of
//! [`RateLimiter`](super::rate_limit::RateLimiter).
//!
//! Keys and secrets are in no error and in no `Debug` form. None of this is in a browser's module: the feature
//! `backend` is off there.

pub mod call;
pub mod gbdfl;
pub mod idngo;
pub mod kyc;
pub mod mrz;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub mod native;
pub mod persons;
pub mod rejection;
pub mod token;

pub use call::Call;
pub use rejection::{ApiRejection, BackendError};
