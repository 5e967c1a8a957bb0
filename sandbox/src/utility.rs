//! The utility operations: what the server is, and how it is. Open to everyone; they name no person and no session.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use kyc_capture::api::kyc::routes::Operation;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::clock::{SECOND_MS, iso8601};
use crate::static_files;

const SERVICE: &str = "kyc-sandbox";
const ENVIRONMENT: &str = "sandbox";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The routes of this group.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(root))
        .route("/ping", get(ping))
        .route("/status", get(status))
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .route("/healthz", get(healthz))
        .route("/health", get(health))
        .route("/version", get(version))
}

/// *Root endpoint*; the demo page for a browser, where one is served.
async fn root(State(app): State<App>, headers: HeaderMap) -> Response {
    if let Some(page) = static_files::start_page(&app, &headers).await {
        return page;
    }
    Json(json!({
        "service": SERVICE,
        "description": "A self-hosted server of the documented KYC API, for development and tests",
        "version": VERSION,
        "environment": ENVIRONMENT,
        "timestamp": timestamp(&app),
        "health": "/health",
        "status": "/status",
    }))
    .into_response()
}

/// *Ping*
async fn ping(State(app): State<App>) -> Json<Value> {
    Json(json!({ "pong": true, "timestamp": timestamp(&app) }))
}

/// *API status*: the operations that this server answers.
async fn status(State(app): State<App>) -> Json<Value> {
    let endpoints: Map<String, Value> = Operation::ALL
        .iter()
        .map(|o| (o.name().to_owned(), format!("{} {}", o.method().as_str(), o.default_path()).into()))
        .collect();
    Json(json!({
        "service": SERVICE,
        "version": VERSION,
        "environment": ENVIRONMENT,
        "timestamp": timestamp(&app),
        "uptime": uptime_s(&app),
        "endpoints": endpoints,
    }))
}

/// *Liveness probe*
async fn live(State(app): State<App>) -> Json<Value> {
    Json(json!({ "status": "alive", "timestamp": timestamp(&app), "uptime": uptime_s(&app) }))
}

/// *Readiness probe*: 503 while the database does not answer.
async fn ready(State(app): State<App>) -> Response {
    let checks = checks(&app).await;
    let (status, word) = match checks.database {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not_ready"),
    };
    (status, Json(json!({ "status": word, "timestamp": timestamp(&app), "checks": checks.json() }))).into_response()
}

/// *Simple health check*
async fn healthz(State(app): State<App>) -> Response {
    let checks = checks(&app).await;
    (checks.status(), Json(json!({ "status": checks.word(), "timestamp": timestamp(&app) }))).into_response()
}

/// *Health check*: `degraded` while a model is missing, since finalization then answers 503.
async fn health(State(app): State<App>) -> Response {
    let checks = checks(&app).await;
    let mut body = json!({
        "status": checks.word(),
        "timestamp": timestamp(&app),
        "uptime": uptime_s(&app),
        "version": VERSION,
        "environment": ENVIRONMENT,
        "checks": checks.json(),
        "details": { "models": app.models.describe() },
    });
    if let Some(error) = checks.error() {
        body["error"] = error.into();
    }
    (checks.status(), Json(body)).into_response()
}

/// *Get API version*
async fn version() -> Json<Value> {
    Json(json!({ "version": VERSION }))
}

struct Checks {
    database: bool,
    missing_models: Option<String>,
}

async fn checks(app: &App) -> Checks {
    let database = app.store.read(|c| Ok(c.query_row("SELECT 1", &[], |_| Ok(()))?)).await.is_ok();
    Checks { database, missing_models: app.models.missing() }
}

impl Checks {
    fn status(&self) -> StatusCode {
        if self.database { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
    }

    fn word(&self) -> &'static str {
        match (self.database, &self.missing_models) {
            (true, None) => "healthy",
            (true, Some(_)) => "degraded",
            (false, _) => "unhealthy",
        }
    }

    fn json(&self) -> Value {
        json!({
            "database": if self.database { "ok" } else { "failed" },
            "models": if self.missing_models.is_none() { "ok" } else { "missing" },
        })
    }

    fn error(&self) -> Option<String> {
        match (self.database, &self.missing_models) {
            (true, None) => None,
            (true, Some(missing)) => Some(format!("finalization answers 503: no model `{missing}`")),
            (false, _) => Some("the database does not answer".to_owned()),
        }
    }
}

fn timestamp(app: &App) -> String {
    iso8601(app.clock.now_ms())
}

fn uptime_s(app: &App) -> i64 {
    (app.clock.now_ms() - app.started_ms) / SECOND_MS
}
