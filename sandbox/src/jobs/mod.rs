//! Work that fills a core.

pub mod bodies;
pub mod body_permit;
pub mod single_flight;
pub mod workers;
