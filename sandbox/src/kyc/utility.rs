//! The utility operations: what the server is, and how it is. Open to everyone; they name no person and no session.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use kyc_capture::api::kyc::backend_routes::BackendOperation;
use kyc_capture::api::kyc::routes::{Operation, Routed};
use kyc_capture::api::kyc::utility::{
    EnvironmentMetrics, HealthReply, HealthzReply, LiveReply, MetricsReply, PingReply, ReadyReply, RootReply,
    StatusReply, SystemMetrics, VersionReply,
};
use serde_json::{Map, Value, json};

use crate::clock::{Clock, SECOND_MS, iso8601};
use crate::http::static_files::{StaticFiles, start_page};
use crate::models::Models;
use crate::store::error::StoreError;
use crate::store::{Store, webhooks};

const SERVICE: &str = "kyc-sandbox";
const ENVIRONMENT: &str = "sandbox";
/// The version of the documented API.
const VERSION: &str = kyc_capture::api::kyc::API_VERSION;
/// The version of this program.
const PROGRAM_VERSION: &str = env!("CARGO_PKG_VERSION");
/// Where the operations are described.
const DOCUMENTATION: &str = "/docs";

/// Requests that this process has answered.
static ANSWERED: AtomicU64 = AtomicU64::new(0);

/// Counts a request that was answered.
pub fn count_answer() {
    ANSWERED.fetch_add(1, Ordering::Relaxed);
}

/// How long the database may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// Free bytes below which the server does not call itself ready: the largest request, several times over.
const DISK_FREE: u64 = 256 << 20;

/// What the utility operations need.
#[derive(Debug, Clone)]
pub struct Utility {
    /// The store, whose health is reported.
    pub store: Store,
    /// Time.
    pub clock: Clock,
    /// The models found at start.
    pub models: Arc<Models>,
    /// The demo page, for browsers.
    pub static_files: StaticFiles,
    /// When this process began to serve, in milliseconds since 1970.
    pub started_ms: i64,
}

/// The routes of this group.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Utility: FromRef<S>,
{
    Router::new()
        .route("/", get(root))
        .route("/ping", get(ping))
        .route("/status", get(status))
        .route("/metrics", get(metrics))
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .route("/healthz", get(healthz))
        .route("/health", get(health))
        .route("/version", get(version))
}

/// *Root endpoint*; the demo page for a browser, where one is served.
async fn root(State(ctx): State<Utility>, headers: HeaderMap) -> Response {
    if let Some(page) = start_page(&ctx.static_files, &headers).await {
        return page;
    }
    Json(RootReply {
        service: SERVICE.to_owned(),
        description: "A self-hosted server of the documented KYC API, for development and tests".to_owned(),
        version: VERSION.to_owned(),
        program_version: Some(PROGRAM_VERSION.to_owned()),
        environment: ENVIRONMENT.to_owned(),
        timestamp: timestamp(&ctx),
        documentation: DOCUMENTATION.to_owned(),
        health: BackendOperation::UtilityHealth.default_path().to_owned(),
        status: BackendOperation::UtilityStatus.default_path().to_owned(),
    })
    .into_response()
}

/// *Ping*
async fn ping(State(ctx): State<Utility>) -> Json<PingReply> {
    Json(PingReply { pong: true, timestamp: timestamp(&ctx) })
}

/// *API status*: the operations that this server answers.
async fn status(State(ctx): State<Utility>) -> Json<StatusReply> {
    fn of(operations: &[impl Routed]) -> impl Iterator<Item = (String, Value)> {
        operations.iter().map(|o| (o.name().to_owned(), format!("{} {}", o.method().as_str(), o.default_path()).into()))
    }
    let endpoints: Map<String, Value> = of(Operation::ALL).chain(of(BackendOperation::ALL)).collect();
    Json(StatusReply {
        service: SERVICE.to_owned(),
        version: VERSION.to_owned(),
        program_version: Some(PROGRAM_VERSION.to_owned()),
        environment: ENVIRONMENT.to_owned(),
        timestamp: timestamp(&ctx),
        uptime: uptime_s(&ctx),
        endpoints,
    })
}

/// *System metrics*: what the process and its machine use, as the system reports it.
async fn metrics(State(ctx): State<Utility>) -> Json<MetricsReply> {
    let began = Instant::now();
    let pending =
        tokio::time::timeout(ANSWER_TIMEOUT, ctx.store.read(webhooks::pending)).await.ok().and_then(Result::ok);
    let database_ms = pending.map(|_| began.elapsed().as_secs_f64() * 1_000.0);
    let process = tokio::task::spawn_blocking(Process::look).await.unwrap_or_default();
    let disk = Disk::of_all(&ctx).unwrap_or_default();
    Json(MetricsReply {
        timestamp: timestamp(&ctx),
        system: SystemMetrics {
            uptime: Some(uptime_s(&ctx)),
            cpus: std::thread::available_parallelism().ok().map(|n| n.get() as u64),
            load_average_1m: process.load,
            cpu_seconds: process.cpu_seconds,
            memory_resident_bytes: process.resident,
            memory_peak_bytes: process.peak,
            threads: process.threads,
            disk_free_bytes: disk.map(|disk| disk.free),
            disk_total_bytes: disk.map(|disk| disk.total),
            database_ms,
            requests: Some(ANSWERED.load(Ordering::Relaxed)),
            webhooks_pending: pending,
        },
        environment: EnvironmentMetrics {
            name: ENVIRONMENT.to_owned(),
            version: VERSION.to_owned(),
            program_version: Some(PROGRAM_VERSION.to_owned()),
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
        },
    })
}

/// *Liveness probe*
async fn live(State(ctx): State<Utility>) -> Json<LiveReply> {
    Json(LiveReply { status: "alive".to_owned(), timestamp: timestamp(&ctx), uptime: uptime_s(&ctx) })
}

/// *Readiness probe*: 503 while the database does not take anything, the place of images does not answer, or a disk is
/// full.
async fn ready(State(ctx): State<Utility>) -> Response {
    let checks = checks(&ctx).await;
    let (status, word) = match checks.serves() {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not_ready"),
    };
    let reply = ReadyReply { status: word.to_owned(), timestamp: timestamp(&ctx), checks: checks.words() };
    (status, Json(reply)).into_response()
}

/// *Simple health check*
async fn healthz(State(ctx): State<Utility>) -> Response {
    let checks = checks(&ctx).await;
    let reply = HealthzReply { status: checks.word().to_owned(), timestamp: timestamp(&ctx) };
    (checks.status(), Json(reply)).into_response()
}

/// *Health check*: `degraded` while a model is missing, since finalization then answers 503.
async fn health(State(ctx): State<Utility>) -> Response {
    let checks = checks(&ctx).await;
    let mut details = Map::new();
    details.insert("models".to_owned(), json!(ctx.models.describe()));
    details.insert("disk_free_bytes".to_owned(), json!(checks.disk.map(|disk| disk.free)));
    let reply = HealthReply {
        status: checks.word().to_owned(),
        timestamp: timestamp(&ctx),
        uptime: uptime_s(&ctx),
        version: VERSION.to_owned(),
        program_version: Some(PROGRAM_VERSION.to_owned()),
        environment: ENVIRONMENT.to_owned(),
        checks: checks.words(),
        details,
        error: checks.error(),
    };
    (checks.status(), Json(reply)).into_response()
}

/// *Get API version*
async fn version() -> Json<VersionReply> {
    Json(VersionReply { version: VERSION.to_owned(), program_version: Some(PROGRAM_VERSION.to_owned()) })
}

/// Where the data is kept.
#[derive(Debug, Clone, Copy)]
struct Disk {
    free: u64,
    total: u64,
}

impl Disk {
    /// That of the folders with the least space; `None` inside where there is no folder, outside where one cannot be
    /// examined.
    fn of_all(ctx: &Utility) -> Option<Option<Self>> {
        let all: Option<Vec<Self>> = ctx.store.folders().map(Self::of).collect();
        all.map(|all| all.into_iter().min_by_key(|disk| disk.free))
    }

    fn of(folder: &Path) -> Option<Self> {
        let stats = rustix::fs::statvfs(folder).ok()?;
        Some(Self {
            free: stats.f_bavail.checked_mul(stats.f_frsize)?,
            total: stats.f_blocks.checked_mul(stats.f_frsize)?,
        })
    }
}

/// What Linux reports of this process; nothing elsewhere.
#[derive(Debug, Clone, Copy, Default)]
struct Process {
    load: Option<f64>,
    cpu_seconds: Option<f64>,
    resident: Option<u64>,
    peak: Option<u64>,
    threads: Option<u64>,
}

impl Process {
    fn look() -> Self {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let status = read("/proc/self/status");
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        Self {
            load: read("/proc/loadavg").split_whitespace().next().and_then(|load| load.parse().ok()),
            cpu_seconds: cpu_seconds(&read("/proc/self/stat")),
            resident: number("VmRSS").map(|kib| kib * 1_024),
            peak: number("VmHWM").map(|kib| kib * 1_024),
            threads: number("Threads"),
        }
    }
}

/// Fields 14 and 15 of proc(5)'s `stat`, in ticks of a hundredth of a second; the name before them may hold anything.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some((ticks(11)? + ticks(12)?) as f64 / 100.0)
}

struct Checks {
    database: bool,
    /// Where the data is kept; none for a database in memory or elsewhere.
    disk: Option<Disk>,
    /// Whether there is a folder whose disk cannot be examined.
    disk_unknown: bool,
    /// Whether the place of images answers, where that is not the database.
    images: Option<bool>,
    missing_models: Option<String>,
}

async fn checks(ctx: &Utility) -> Checks {
    // A transaction that may write: a database that can only be read is of no use.
    let asked = ctx.store.run(|c| Ok::<_, StoreError>(c.query_row("SELECT 1", &[], |_| Ok(()))?));
    let database = matches!(tokio::time::timeout(ANSWER_TIMEOUT, asked).await, Ok(Ok(())));
    let images = ctx.store.content_answers(ANSWER_TIMEOUT).await;
    let disk = Disk::of_all(ctx);
    Checks {
        database,
        disk: disk.flatten(),
        disk_unknown: disk.is_none(),
        images,
        missing_models: ctx.models.missing(),
    }
}

impl Checks {
    fn disk_serves(&self) -> bool {
        !self.disk_unknown && self.disk.is_none_or(|disk| disk.free >= DISK_FREE)
    }

    fn serves(&self) -> bool {
        self.database && self.disk_serves() && self.images != Some(false)
    }

    fn status(&self) -> StatusCode {
        if self.serves() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
    }

    fn word(&self) -> &'static str {
        match (self.serves(), &self.missing_models) {
            (true, None) => "healthy",
            (true, Some(_)) => "degraded",
            (false, _) => "unhealthy",
        }
    }

    fn words(&self) -> BTreeMap<String, String> {
        let disk = match (self.disk_serves(), self.disk) {
            (true, Some(_)) => "ok",
            (true, None) => "none",
            (false, _) => "failed",
        };
        let models = if self.missing_models.is_none() { "ok" } else { "missing" };
        let database = if self.database { "ok" } else { "failed" };
        let images = match self.images {
            None => "none",
            Some(true) => "ok",
            Some(false) => "failed",
        };
        [("database", database), ("disk", disk), ("images", images), ("models", models)]
            .map(|(name, word)| (name.to_owned(), word.to_owned()))
            .into()
    }

    fn error(&self) -> Option<String> {
        let mut wrong = Vec::new();
        if !self.database {
            wrong.push("the database does not answer".to_owned());
        }
        if self.images == Some(false) {
            wrong.push("the place of the images does not answer".to_owned());
        }
        if !self.disk_serves() {
            wrong.push(format!("the disk has less than {DISK_FREE} bytes free"));
        }
        wrong.extend(
            self.missing_models.as_ref().map(|missing| format!("finalization answers 503: no model `{missing}`")),
        );
        (!wrong.is_empty()).then(|| wrong.join("; "))
    }
}

fn timestamp(ctx: &Utility) -> String {
    iso8601(ctx.clock.now_ms())
}

fn uptime_s(ctx: &Utility) -> f64 {
    ((ctx.clock.now_ms() - ctx.started_ms) / SECOND_MS) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processors_time_is_read() {
        let stat = "7 (a ) name) S 1 7 7 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 9 0 5 6 7";
        assert_eq!(cpu_seconds(stat), Some(3.0));
        assert_eq!(cpu_seconds(""), None);
    }

    #[test]
    fn a_full_disk_is_no_place_to_serve_from() {
        let of = |free: u64| Checks {
            database: true,
            disk: Some(Disk { free, total: 1 << 40 }),
            disk_unknown: false,
            images: None,
            missing_models: None,
        };
        assert!(of(DISK_FREE).serves() && of(DISK_FREE).error().is_none());
        let full = of(DISK_FREE - 1);
        assert_eq!(
            (full.status(), full.word(), full.words()["disk"].as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "unhealthy", "failed")
        );
        assert!(full.error().is_some_and(|error| error.contains("disk")));
        let unknown = Checks { disk: None, disk_unknown: true, ..of(0) };
        assert!(!unknown.serves());
    }
}
