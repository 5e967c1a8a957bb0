//! The application: its state, and its routes as a function of the state, so that it can be called without a socket.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method as HttpMethod};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use kyc_capture::api::kyc::backend_routes::BackendOperation;
use kyc_capture::api::kyc::routes::{Method, Operation};

use crate::clock::{Clock, SECOND_MS};
use crate::errors::ApiError;
use crate::faults::{self, Faults};
use crate::limiter::{Limiter, Rate};
use crate::models::Models;
use crate::store::{Store, audit};
use crate::work::{Room, Verdicts, Workers};
use crate::{
    auth, background, cors, demo, gbdfl, ida, ida_sdk, identity, idngo, idv, idv_lists, idv_sdk, idv_settings, mrz,
    operations, persons, static_files, utility, verify, webhooks,
};

/// What the operator chooses.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of the demo page.
    pub www: Option<PathBuf>,
    /// The folder of the built package, served under `/pkg/`.
    pub pkg: Option<PathBuf>,
    /// The client in whose name `/demo/…` answers; without it there is no such route.
    pub demo_client_id: Option<String>,
    /// Whether tests may order faults.
    pub faults: bool,
    /// Whether a liveness image may come again in another session: for tests whose camera is a looping video.
    pub replays_allowed: bool,
    /// Other origins whose pages may call.
    pub allowed_origins: Vec<HeaderValue>,
    /// Whether static pages forbid script text that is no `TrustedScript`.
    pub trusted_types: bool,
    /// Whether a proxy stands before the server, whose `X-Forwarded-For` tells the address of a caller.
    pub trust_proxy: bool,
    /// Whether webhooks may have addresses inside of the server's own network.
    pub webhook_allow_private: bool,
    /// Time from the first attempt at a delivery to the second; the later ones wait longer.
    pub webhook_retry_ms: i64,
    /// How often the server looks for what is to be done unasked.
    pub background_every: Duration,
    /// Requests per client.
    pub rate: Rate,
    /// How long a request may take, its body included; then it is answered with 503.
    pub request_timeout: Duration,
    /// How long a caller waits for a verdict, or for room; then it is answered with 503 and `Retry-After`. Shorter than clients
    /// wait: 20 s in a browser.
    pub patience: Duration,
    /// Life of an unfinished session.
    pub session_life_ms: i64,
    /// Life of a backend's token.
    pub client_token_life_ms: i64,
    /// Life of a browser's token, bound to one session.
    pub session_token_life_ms: i64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            www: None,
            pkg: None,
            demo_client_id: None,
            faults: false,
            replays_allowed: false,
            allowed_origins: Vec::new(),
            trusted_types: false,
            trust_proxy: false,
            webhook_allow_private: false,
            webhook_retry_ms: 5 * SECOND_MS,
            background_every: background::EVERY,
            // One person's whole flow is about 15 requests; a page that polls once a second stays far below.
            rate: Rate { burst: 300, per_second: 50 },
            request_timeout: Duration::from_secs(120),
            patience: Duration::from_secs(15),
            session_life_ms: 24 * 3_600 * SECOND_MS,
            client_token_life_ms: 3_600 * SECOND_MS,
            session_token_life_ms: 900 * SECOND_MS,
        }
    }
}

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
    pub idv_verdicts: Verdicts<verify::Outcome>,
    /// Verdicts of IDA that are being made.
    pub ida_verdicts: Verdicts<verify::authenticate::Outcome>,
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

/// All routes of this state.
pub fn router(app: App) -> Router {
    let mut router = utility::routes()
        .route(kyc_capture::api::biometric::mrz::PATH, post(mrz::retrieve))
        .merge(persons::routes())
        .merge(gbdfl::routes())
        .merge(idngo::routes());
    for operation in Operation::ALL {
        if let Some(handler) = handler_of(*operation) {
            debug_assert_eq!(operation.method(), Method::Post);
            router = router.route(operation.default_path(), handler);
        }
    }
    for operation in BackendOperation::ALL {
        if let Some(handler) = backend_handler_of(*operation) {
            router = router.route(operation.default_path(), handler);
        }
    }
    router = router.merge(operations::routes());
    if app.config.demo_client_id.is_some() {
        router = router
            .route("/demo/session", post(demo::session))
            .route("/demo/token", post(demo::token))
            .route("/demo/session/read", post(demo::session_read))
            .route("/demo/ida/session", post(demo::ida_session))
            .route("/demo/ida/session/read", post(demo::ida_session_read));
    }
    if app.config.pkg.is_some() {
        router = router.route("/pkg/{*path}", get(static_files::package));
    }
    router = router
        .fallback(static_files::page)
        .method_not_allowed_fallback(|| async { ApiError::method_not_allowed() })
        .layer(middleware::from_fn(common_headers));
    if app.config.faults {
        router = router
            .route("/__faults", post(faults::order))
            .layer(middleware::from_fn_with_state(app.clone(), faults::strike));
    }
    router
        .layer(middleware::from_fn_with_state(app.clone(), cors::answer))
        .layer(middleware::from_fn_with_state(app.clone(), in_time))
        .layer(middleware::from_fn(log))
        .with_state(app)
}

/// The handler of an operation: exhaustive, so that a new operation in the shared table is noticed here.
fn handler_of(operation: Operation) -> Option<MethodRouter<App>> {
    Some(match operation {
        Operation::SdkMetadataUpdate => post(idv_sdk::metadata_update),
        Operation::SdkLivenessGenerate => post(idv_sdk::liveness_generate),
        Operation::SdkLivenessProcess => post(idv_sdk::liveness_process),
        Operation::SdkSessionRead => post(idv_sdk::session_read),
        Operation::SdkConsentAdd => post(idv_sdk::consent_add),
        Operation::SdkDocumentTypeUpdate => post(idv_sdk::document_type_update),
        Operation::SdkDocumentFrontAdd => post(idv_sdk::document_front_add),
        Operation::SdkDocumentBackAdd => post(idv_sdk::document_back_add),
        Operation::SdkFinalize => post(idv_sdk::finalize),
        Operation::IdvSessionCreate => post(idv::session_create),
        Operation::IdvSessionRead => post(idv::session_read),
        Operation::IdvDocumentRead => post(idv::document_read),
        Operation::IdvSessionTestRead => post(idv::session_test_read),
        Operation::Oauth2Token => post(auth::token_endpoint),
        Operation::IdaSdkSessionRead => post(ida_sdk::session_read),
        Operation::IdaSdkMetadataUpdate => post(ida_sdk::metadata_update),
        Operation::IdaSdkLivenessGenerate => post(ida_sdk::liveness_generate),
        Operation::IdaSdkLivenessProcess => post(ida_sdk::liveness_process),
        Operation::IdaSdkFinalize => post(ida_sdk::finalize),
        // Part of the utility routes.
        Operation::UtilityHealthz | Operation::UtilityVersion => return None,
    })
}

/// The same of the operations that only a backend calls.
fn backend_handler_of(operation: BackendOperation) -> Option<MethodRouter<App>> {
    use BackendOperation as Backend;
    Some(match operation {
        Backend::IdvRequirementsGet => get(idv_settings::requirements_get),
        Backend::IdvRequirementsUpdate => post(idv_settings::requirements_update),
        Backend::IdvWeightsGet => get(idv_settings::weights_get),
        Backend::IdvWeightsUpdate => post(idv_settings::weights_update),
        Backend::IdvWeightsGetById => get(idv_settings::weights_get_by_id),
        Backend::IdvSessionList => post(idv_lists::session_list),
        Backend::IdvSessionDelete => post(idv_lists::session_delete),
        Backend::IdvSessionAnonymize => post(idv_lists::session_anonymize),
        Backend::IdvSessionLocationRead => post(idv_lists::location_read),
        Backend::IdvDocumentList => post(idv_lists::document_list),
        Backend::IdvDocumentDownload => post(idv_lists::document_download),
        Backend::WebhookCreate => post(webhooks::create),
        Backend::WebhookList => post(webhooks::list),
        Backend::WebhookDelete => post(webhooks::delete),
        Backend::IdaSessionCreate => post(ida::session_create),
        Backend::IdaSessionRead => post(ida::session_read),
        Backend::IdaSessionList => post(ida::session_list),
        Backend::IdaSessionDelete => post(ida::session_delete),
        Backend::IdaSessionLocationRead => post(ida::location_read),
        Backend::IdaDocumentDownload => post(ida::document_download),
        Backend::IdentityList => post(identity::list),
        Backend::IdentityRead => post(identity::read),
        Backend::IdentityAnonymize => post(identity::anonymize),
        Backend::IdentitySdkStatus => post(identity::sdk_status),
        Backend::IdentityDocumentRead => post(identity::document_read),
        Backend::IdentityImageRead => post(identity::image_read),
        // Part of the utility routes.
        Backend::UtilityRoot
        | Backend::UtilityPing
        | Backend::UtilityStatus
        | Backend::UtilityMetrics
        | Backend::UtilityLive
        | Backend::UtilityReady
        | Backend::UtilityHealth => return None,
    })
}

/// Replies are not to be guessed at or kept, unless a handler says otherwise.
async fn common_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A request that takes too long is given up, and gets no more room for its body than there is.
async fn in_time(State(app): State<App>, mut request: Request, next: Next) -> Response {
    // Held until the reply has been made.
    let room = Room::of(&app);
    request.extensions_mut().insert(room.clone());
    let limit = app.config.request_timeout;
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.unwrap_or_else(|_| ApiError::timed_out(limit.as_secs()).into_response())
}

/// One line per request: method, route template, status, milliseconds. Never an address with its values, never a body.
async fn log(method: HttpMethod, path: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let action = format!("{method} {}", path.as_ref().map_or("(page)", MatchedPath::as_str));
    let response = audit::during(audit::Request::new(action), next.run(request)).await;
    let route = path.as_ref().map_or("(page)", MatchedPath::as_str);
    utility::count_answer();
    eprintln!("{method} {route} {} {} ms", response.status().as_u16(), began.elapsed().as_millis());
    response
}

/// Handlers that only need the state.
pub type AppState = State<App>;
