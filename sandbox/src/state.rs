//! The state of the application.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::State;

use crate::clock::Clock;
use crate::config::Config;
use crate::http::faults::Faults;
use crate::http::limits::Limiter;
use crate::jobs::work::{Verdicts, Workers};
use crate::models::Models;
use crate::store::Store;
use crate::{idngo, verification};

/// The state that every handler sees. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

/// What [`App`] points to.
#[derive(Debug)]
pub struct Inner {
    /// What the operator chose.
    pub config: Config,
    /// What is kept.
    pub store: Store,
    /// The models that were found at start.
    pub models: Arc<Models>,
    /// The time.
    pub clock: Clock,
    /// Requests per client.
    pub limiter: Limiter,
    /// Faults that a test ordered.
    pub faults: Faults,
    /// The places for work that fills a core or much memory.
    pub workers: Workers,
    /// Verdicts of IDV that are being made.
    pub idv_verdicts: Verdicts<verification::Outcome>,
    /// Verdicts of IDA that are being made.
    pub ida_verdicts: Verdicts<verification::authenticate::Outcome>,
    /// Reports that are being made.
    pub idngo_reports: idngo::report::InProgress,
    /// When this process began to serve.
    pub started_ms: i64,
}

impl App {
    /// The state over an open store.
    pub fn new(config: Config, store: Store, models: Models) -> Self {
        let clock = Clock::default();
        Self(Arc::new(Inner {
            limiter: Limiter::new(config.rate),
            started_ms: clock.now_ms(),
            workers: Workers::default(),
            idv_verdicts: Verdicts::default(),
            ida_verdicts: Verdicts::default(),
            faults: Faults::default(),
            idngo_reports: idngo::report::InProgress::default(),
            models: Arc::new(models),
            config,
            store,
            clock,
        }))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// Handlers that only need the state.
pub type AppState = State<App>;
