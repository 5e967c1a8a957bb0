//! The sandbox over real HTTP, on SQLite or, with `KYC_TEST_DATABASE_URL`, on PostgreSQL. One binary, so that it links
//! once.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test's own numbers; a panic is a failed test"
)]

mod auth;
mod bodies;
mod client;
mod clients;
mod conformance;
mod documents;
mod faults;
mod finalize;
mod finalizing;
mod gbdfl;
mod health;
mod ida;
mod identity;
mod idngo;
mod idngo_flow;
mod images;
mod instances;
mod interleavings;
mod lists;
mod liveness;
mod load;
mod mrz;
mod operations;
mod pages;
mod persons;
mod postgres;
mod privacy;
mod refusals;
mod removal;
mod requirements;
mod restart;
mod rules;
mod sdk;
mod seed;
mod sessions;
mod storage;
mod torture;
mod webhook_turns;
mod webhooks;
mod weights;

mod support;
