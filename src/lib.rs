//! Identity document and liveness capture in the browser.
//!
//! - [`core`]: the pure part: reading, checking, choosing, encoding, and the onboarding flow as a state machine. No
//!   clock, no I/O, no JavaScript.
//! - [`api`]: the documented protocols: wire types, routes, and the client.
//! - `options`: what a page may set, parsed into types with errors that name the option (feature `bindings`).
//! - `wasm`: bindings for JavaScript (only on `wasm32`): conversions, no logic.

pub mod api;
#[cfg(feature = "bindings")]
pub mod options;
#[cfg(all(target_arch = "wasm32", feature = "bindings"))]
pub mod wasm;

pub use kyc_core as core;
