//! The parts that finalization needs.

use std::sync::Arc;

use crate::clock::Clock;
use crate::jobs::single_flight::SingleFlight;
use crate::jobs::workers::Workers;
use crate::models::Models;
use crate::store::{Store, authentication, outcome};

/// What finalization needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Verifier {
    /// Records.
    pub store: Store,
    /// Time.
    pub clock: Clock,
    /// The models found at start.
    pub models: Arc<Models>,
    /// Permits for long work.
    pub workers: Workers,
    /// IDV finalizations in flight, by session.
    pub idv: SingleFlight<outcome::Outcome>,
    /// IDA finalizations in flight, by session.
    pub ida: SingleFlight<authentication::Outcome>,
}

impl Verifier {
    /// Creates one with nothing in flight.
    pub fn new(store: Store, clock: Clock, models: Arc<Models>, workers: Workers) -> Self {
        Self {
            idv: SingleFlight::new(workers.clone()),
            ida: SingleFlight::new(workers.clone()),
            store,
            clock,
            models,
            workers,
        }
    }
}
