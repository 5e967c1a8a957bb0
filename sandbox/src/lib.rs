//! A self-hosted server of the documented KYC API on the same core and the same wire types as the client: for
//! development and tests, without an account anywhere.
//!
//! A request passes, top down: [`server`] (sockets) → [`app`] (routes, log, faults) → [`requests`] (bodies, parsed or
//! refused) and [`auth`] (who calls, and for which session) → [`idv_sdk`], [`idv`], [`demo`], [`utility`] (the
//! operations) → [`store`] (what is kept). Finalization goes on to [`verify`], which reads the stored [`images`] with the
//! core's own [`models`] and screens the name against [`names`].

pub mod app;
pub mod auth;
pub mod background;
pub mod cli;
pub mod clock;
pub mod cors;
pub mod demo;
pub mod errors;
pub mod faults;
pub mod gbdfl;
pub mod ida;
pub mod ida_sdk;
pub mod identity;
pub mod idngo;
pub mod idv;
pub mod idv_lists;
pub mod idv_sdk;
pub mod idv_settings;
pub mod images;
pub mod limiter;
pub mod lists;
pub mod models;
pub mod mrz;
pub mod names;
pub mod operations;
pub mod peer;
pub mod persons;
pub mod random;
pub mod requests;
pub mod seed;
pub mod server;
pub mod static_files;
pub mod store;
pub mod utility;
pub mod verify;
pub mod webhooks;
pub mod work;
