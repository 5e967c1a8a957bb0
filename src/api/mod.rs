//! The documented protocols: wire types, routes, errors, and the client over a transport.

pub mod kyc;
