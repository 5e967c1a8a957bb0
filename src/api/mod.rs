//! The documented protocols: wire types, routes, errors, and the client over a transport.
//!
//! - [`kyc`]: what is said: the requests and replies of KYC API 2.10.15 and the table of its routes. The client, the
//!   bindings and the sandbox use these same types.
//! - [`biometric`]: the same for the backend operations that have documents of their own.
//! - `idngo`: the same of IDnGO (feature `backend`).
//! - `backend`: clients for a backend (feature `backend`).
//! - [`errors`]: what can go wrong: one closed set of codes, shared by client and server.
//! - [`client`]: how it is said: token, retries, time limit, cancelling; over a [`transport`], which is all that
//!   differs between a browser and a test.

#[cfg(feature = "backend")]
pub mod backend;
pub mod biometric;
pub mod client;
pub mod errors;
#[cfg(all(target_arch = "wasm32", feature = "bindings"))]
pub mod gloo;
pub mod http;
#[cfg(feature = "backend")]
pub mod idngo;
pub mod json;
pub mod kyc;
pub mod multipart;
pub mod race;
pub mod rate_limit;
pub mod retry;
pub mod transport;
