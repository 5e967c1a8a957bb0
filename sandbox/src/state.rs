//! The whole state. Only the router and what is above it name it; below, each room takes its own parts.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRef;

use crate::biometric::context::Biometric;
use crate::clock::Clock;
use crate::config::Config;
use crate::demo::handoffs::Handoffs;
use crate::demo::sessions::Demo;
use crate::http::auth::Auth;
use crate::http::client_addr::TrustProxy;
use crate::http::cors::Cors;
use crate::http::faults::Faults;
use crate::http::limits::Limiter;
use crate::http::static_files::StaticFiles;
use crate::idngo::context::Idngo;
use crate::idngo::report_slots::ReportSlots;
use crate::jobs::workers::Workers;
use crate::kyc::context::{Backend, Sdk};
use crate::kyc::utility::Utility;
use crate::kyc::webhooks::delivery;
use crate::models::Models;
use crate::openapi::page::Specimens;
use crate::store::Store;
use crate::verification::verifier::Verifier;

/// The state of the application. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

/// What [`App`] points to.
#[derive(Debug)]
pub struct Inner {
    /// What the operator chose.
    pub config: Config,
    /// Records.
    pub store: Store,
    /// The models found at start.
    pub models: Arc<Models>,
    /// Time.
    pub clock: Clock,
    /// Requests per client.
    pub limiter: Limiter,
    /// Faults that a test scheduled.
    pub faults: Faults,
    /// Permits for work that fills a core or much memory.
    pub workers: Workers,
    /// Finalization.
    pub verifier: Verifier,
    /// Codes by which a phone continues a session of the demo.
    pub handoffs: Handoffs,
    /// IDnGO reports in progress.
    pub report_slots: ReportSlots,
    static_files: StaticFiles,
    allowed_origins: Arc<[axum::http::HeaderValue]>,
    /// When this process began to serve, in milliseconds since 1970.
    pub started_ms: i64,
}

impl App {
    /// Creates the state over an open store.
    pub fn new(config: Config, store: Store, models: Models) -> Self {
        let (clock, models) = (Clock::default(), Arc::new(models));
        let workers = Workers::new(config.queue_timeout);
        Self(Arc::new(Inner {
            limiter: Limiter::new(config.rate),
            started_ms: clock.now_ms(),
            verifier: Verifier::new(store.clone(), clock.clone(), Arc::clone(&models), workers.clone()),
            faults: Faults::default(),
            handoffs: Handoffs::default(),
            report_slots: ReportSlots::default(),
            static_files: StaticFiles {
                www: config.www.as_deref().map(Arc::from),
                pkg: config.pkg.as_deref().map(Arc::from),
                trusted_types: config.trusted_types,
            },
            allowed_origins: config.allowed_origins.as_slice().into(),
            workers,
            models,
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

impl FromRef<App> for Auth {
    fn from_ref(app: &App) -> Self {
        Self {
            store: app.store.clone(),
            clock: app.clock.clone(),
            limiter: app.limiter.clone(),
            client_token_life_ms: app.config.client_token_life_ms,
            session_token_life_ms: app.config.session_token_life_ms,
        }
    }
}

impl FromRef<App> for Cors {
    fn from_ref(app: &App) -> Self {
        Self { store: app.store.clone(), allowed_origins: Arc::clone(&app.allowed_origins) }
    }
}

impl FromRef<App> for Faults {
    fn from_ref(app: &App) -> Self {
        app.faults.clone()
    }
}

impl FromRef<App> for StaticFiles {
    fn from_ref(app: &App) -> Self {
        app.static_files.clone()
    }
}

impl FromRef<App> for Backend {
    fn from_ref(app: &App) -> Self {
        Self {
            store: app.store.clone(),
            clock: app.clock.clone(),
            auth: Auth::from_ref(app),
            session_life_ms: app.config.session_life_ms,
            webhook_allow_private: app.config.webhook_allow_private,
        }
    }
}

impl FromRef<App> for Sdk {
    fn from_ref(app: &App) -> Self {
        Self {
            store: app.store.clone(),
            clock: app.clock.clone(),
            auth: Auth::from_ref(app),
            workers: app.workers.clone(),
            verifier: app.verifier.clone(),
            trust_proxy: TrustProxy(app.config.trust_proxy),
            replays_allowed: app.config.replays_allowed,
        }
    }
}

impl FromRef<App> for Utility {
    fn from_ref(app: &App) -> Self {
        Self {
            store: app.store.clone(),
            clock: app.clock.clone(),
            models: Arc::clone(&app.models),
            static_files: StaticFiles::from_ref(app),
            started_ms: app.started_ms,
        }
    }
}

impl FromRef<App> for Biometric {
    fn from_ref(app: &App) -> Self {
        Self {
            store: app.store.clone(),
            clock: app.clock.clone(),
            limiter: app.limiter.clone(),
            models: Arc::clone(&app.models),
            workers: app.workers.clone(),
        }
    }
}

impl FromRef<App> for Idngo {
    fn from_ref(app: &App) -> Self {
        Self {
            store: app.store.clone(),
            clock: app.clock.clone(),
            limiter: app.limiter.clone(),
            models: Arc::clone(&app.models),
            workers: app.workers.clone(),
            report_slots: app.report_slots.clone(),
            trust_proxy: TrustProxy(app.config.trust_proxy),
            auth: Auth::from_ref(app),
            backend: Backend::from_ref(app),
            static_files: StaticFiles::from_ref(app),
        }
    }
}

impl FromRef<App> for Specimens {
    fn from_ref(app: &App) -> Self {
        Self { limiter: app.limiter.clone(), clock: app.clock.clone(), workers: app.workers.clone() }
    }
}

impl FromRef<App> for Demo {
    fn from_ref(app: &App) -> Self {
        Self {
            backend: Backend::from_ref(app),
            limiter: app.limiter.clone(),
            handoffs: app.handoffs.clone(),
            client_id: app.config.demo_client_id.clone(),
        }
    }
}

impl FromRef<App> for delivery::Parts {
    fn from_ref(app: &App) -> Self {
        Self {
            store: app.store.clone(),
            clock: app.clock.clone(),
            allow_private: app.config.webhook_allow_private,
            retry_ms: app.config.webhook_retry_ms,
        }
    }
}
