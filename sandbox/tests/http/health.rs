//! The utility operations: what they say of database and disk is true.

use crate::support::program::Kept;
use crate::support::{Server, admin, http};
use kyc_capture::api::kyc::backend_routes::BackendOperation;
use kyc_capture::api::kyc::routes::Operation;
use kyc_sandbox::config::Config;
use kyc_sandbox::models::Models;
use kyc_sandbox::store::FILE_NAME;
use serde_json::{Value, json};

#[test]
fn the_service_names_its_versions() {
    let server = Server::start();
    let http = http(&server.url);
    let root = http.get("/").ok();
    for name in ["service", "description", "version", "environment", "timestamp", "documentation", "health", "status"] {
        assert!(root[name].as_str().is_some_and(|text| !text.is_empty()), "{name}: {root}");
    }
    for name in ["documentation", "health", "status"] {
        assert_eq!(http.get(root[name].as_str().unwrap()).status, 200, "{name}");
    }
    assert_eq!(http.get("/ping").ok()["pong"], true);
    let status = http.get("/status").ok();
    let versions = json!({ "version": "2.10.15", "program_version": env!("CARGO_PKG_VERSION") });
    assert_eq!(http.get("/version").ok(), versions);
    for reply in [&root, &status, &http.get("/health").json(), &http.get("/metrics").ok()["environment"]] {
        for name in ["version", "program_version"] {
            assert_eq!(reply[name], versions[name], "{reply}");
        }
    }
    let endpoints = status["endpoints"].as_object().unwrap();
    assert_eq!(endpoints.len(), Operation::ALL.len() + BackendOperation::ALL.len());
    assert_eq!(endpoints["webhook_list"], "POST /webhook/list");
    assert!(status["uptime"].is_number());
}

#[test]
fn every_operation_of_the_table_is_answered() {
    let server = Server::start();
    let http = http(&server.url);
    let backend = BackendOperation::ALL.iter().map(|o| (o.method().as_str(), o.default_path()));
    let browser = Operation::ALL.iter().map(|o| (o.method().as_str(), o.default_path()));
    for (method, path) in browser.chain(backend) {
        let body = (method == "POST").then(|| ("application/json", b"{}".to_vec()));
        let reply = http.try_send(method, path, body).unwrap();
        assert!(![404, 405].contains(&reply.status), "{method} {path}: {}", reply.status);
    }
}

#[test]
fn metrics_are_the_systems_own() {
    let kept = Kept::new();
    let server = Server::over(kept.store(), Config::default(), Models::default());
    let metrics = http(&server.url).get("/metrics").ok();
    let system = &metrics["system"];
    assert!(metrics["timestamp"].is_string() && metrics["environment"]["version"].is_string());
    let number = |name: &str| system[name].as_f64().unwrap_or_else(|| panic!("{name}: {system}"));
    assert!(number("cpus") >= 1.0 && number("database_ms") >= 0.0 && number("webhooks_pending") == 0.0);
    match kept.schema() {
        // PostgreSQL's disk is its own.
        Some(_) => assert!(system["disk_free_bytes"].is_null() && system["disk_total_bytes"].is_null(), "{system}"),
        None => assert!(number("disk_free_bytes") <= number("disk_total_bytes")),
    }
    #[cfg(target_os = "linux")]
    {
        assert!(number("memory_resident_bytes") > 1_000_000.0);
        assert!(number("memory_peak_bytes") >= number("memory_resident_bytes") && number("threads") >= 2.0);
        assert!(number("cpu_seconds") >= 0.0);
    }
    let later = http(&server.url).get("/metrics").ok();
    assert!(later["system"]["requests"].as_u64() > system["requests"].as_u64());
}

#[test]
fn a_server_without_models_is_degraded_and_ready() {
    let server = Server::start();
    let http = http(&server.url);
    let health = http.get("/health").ok();
    assert_eq!((&health["status"], &health["checks"]["models"]), (&json!("degraded"), &json!("missing")));
    assert!(health["error"].as_str().is_some_and(|error| error.contains("model")));
    assert_eq!(health["checks"]["database"], "ok");
    assert_eq!(http.get("/health/ready").ok()["status"], "ready");
    assert_eq!(http.get("/health/live").ok()["status"], "alive");
    assert_eq!(http.get("/healthz").ok()["status"], "degraded");
}

#[test]
fn a_database_that_refuses_is_told() {
    let kept = Kept::new();
    let server = Server::over(kept.store(), Config::default(), Models::default());
    let http = http(&server.url);
    let checks = |reply: &Value| reply["checks"].clone();
    assert_eq!(checks(&http.get("/health/ready").ok())["database"], "ok");
    let disk = if kept.schema().is_some() { "none" } else { "ok" };
    assert_eq!(checks(&http.get("/health/ready").ok())["disk"], disk);

    let other = Holder::of(&kept);
    for (path, word) in [("/health/ready", "not_ready"), ("/health", "unhealthy"), ("/healthz", "unhealthy")] {
        let reply = http.get(path);
        assert_eq!((reply.status, &reply.json()["status"]), (503, &json!(word)), "{path}");
    }
    let health = http.get("/health").json();
    assert_eq!(health["checks"]["database"], "failed");
    assert!(health["error"].as_str().is_some_and(|error| error.contains("database")), "{health}");
    // The process itself lives.
    assert_eq!(http.get("/health/live").ok()["status"], "alive");
    assert_eq!(http.get("/ping").ok()["pong"], true);

    drop(other);
    let mut ready = http.get("/health/ready");
    for _ in 0..100 {
        if ready.status == 200 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
        ready = http.get("/health/ready");
    }
    assert_eq!(ready.ok()["status"], "ready", "it serves again");
}

/// Another process, which holds the database and does not let go until it is dropped.
enum Holder {
    Sqlite(rusqlite::Connection),
    Postgres(postgres::Client),
}

impl Holder {
    fn of(kept: &Kept) -> Self {
        match kept.schema() {
            None => {
                let file = rusqlite::Connection::open(kept.folder.join(FILE_NAME)).unwrap();
                file.execute_batch("BEGIN EXCLUSIVE").unwrap();
                Self::Sqlite(file)
            }
            Some(schema) => {
                let mut client = admin(&schema.url());
                client.batch_execute("BEGIN; SELECT pg_advisory_xact_lock(hashtext(current_schema()))").unwrap();
                Self::Postgres(client)
            }
        }
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        match self {
            Self::Sqlite(file) => file.execute_batch("ROLLBACK").unwrap(),
            Self::Postgres(client) => client.batch_execute("ROLLBACK").unwrap(),
        }
    }
}
