//! The parts that the handlers of the biometric protocols need.

use std::sync::Arc;

use crate::clock::Clock;
use crate::http::limits::Limiter;
use crate::jobs::workers::Workers;
use crate::models::Models;
use crate::store::Store;

/// What the biometric operations need.
#[derive(Debug, Clone)]
pub struct Biometric {
    /// Records.
    pub store: Store,
    /// Time.
    pub clock: Clock,
    /// Requests per organization.
    pub limiter: Limiter,
    /// The models found at start.
    pub models: Arc<Models>,
    /// Permits for decoding and recognition.
    pub workers: Workers,
}
