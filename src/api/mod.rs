//! The documented protocols: wire types, routes, errors, and the client over a transport.
//!
//! - [`kyc`]: what is said: the requests and replies of KYC API 2.10.15 and the table of its routes. The client, the
//!   bindings and the sandbox use these same types.
//! - [`errors`]: what can go wrong: one closed set of codes, shared by client and server.

pub mod errors;
pub mod kyc;
