//! A self-hosted server of the documented KYC API, on the same core and the same wire types as the client: for
//! development and tests, without an account anywhere.
//!
//! A request passes, top down: [`server`] (socket) → [`router`] (routes, log, time limit) → [`http`] (authentication,
//! bodies, limits) → a handler of one protocol ([`kyc`], [`biometric`], [`idngo`], [`demo`]) → [`store`]. Finalization
//! goes on to [`verification`], which reads the stored images with the core's [`models`] and screens the name
//! ([`screening`]); [`jobs`] bounds what fills a core. [`background`] does what no request asks for.

pub mod background;
pub mod biometric;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod error;
pub mod http;
pub mod idngo;
pub mod jobs;
pub mod kyc;
pub mod models;
pub mod openapi;
pub mod random;
pub mod router;
pub mod screening;
pub mod seed;
pub mod server;
pub mod state;
pub mod store;
pub mod verification;
