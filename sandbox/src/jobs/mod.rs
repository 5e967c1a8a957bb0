//! Work that fills a core or runs without a caller.

pub mod background;
pub mod bodies;
pub mod body_permit;
pub mod single_flight;
pub mod workers;
