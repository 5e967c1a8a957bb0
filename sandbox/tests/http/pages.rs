//! Pages, the package, the utility operations, the demo's endpoints, and faults on order.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use crate::support::{Server, http};
use kyc_sandbox::config::Config;
use kyc_sandbox::models::Models;
use serde_json::json;

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) {
        let file = self.0.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn pages_come_with_a_strict_policy_and_nothing_else_comes() {
    let folder = Folder::new("pages");
    folder.write("secret.txt", "outside");
    folder.write("www/index.html", "<!doctype html><title>demo</title>");
    folder.write("www/app.js", "export {}");
    folder.write("www/.hidden", "hidden");
    folder.write("pkg/index.js", "export {}");
    folder.write("pkg/wasm/kyc_capture_bg.wasm", "\0asm");
    folder.write("pkg/models/face.kycm", "model");
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.0.join("secret.txt"), folder.0.join("www/link.txt")).unwrap();
    let config = Config {
        www: Some(folder.0.join("www")),
        pkg: Some(folder.0.join("pkg")),
        trusted_types: true,
        ..Config::default()
    };
    let server = Server::with(config, Models::default());
    let caller = http(&server.url);

    let page = caller.header("accept", "text/html,*/*").get("/");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let info = caller.get("/").ok();
    assert_eq!(info["service"], "kyc-sandbox");

    let table = [
        ("/index.html", "text/html; charset=utf-8"),
        ("/app.js", "text/javascript; charset=utf-8"),
        ("/pkg/index.js", "text/javascript; charset=utf-8"),
        ("/pkg/wasm/kyc_capture_bg.wasm", "application/wasm"),
        ("/pkg/models/face.kycm", "application/octet-stream"),
    ];
    for (path, mime) in table {
        let reply = caller.get(path);
        assert_eq!((reply.status, reply.header("content-type")), (200, Some(mime)), "{path}");
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "), "{policy}");
        assert!(policy.ends_with("; require-trusted-types-for 'script'"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("cache-control"), Some("no-cache"));
        assert!(reply.header("permissions-policy").is_some_and(|v| v.contains("camera=(self)")));

        let tag = reply.header("etag").unwrap();
        let again = caller.header("if-none-match", tag).get(path);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(caller.header("if-none-match", "\"other\"").get(path).status, 200);
    }
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/pkg/../../secret.txt",
        "/pkg/%2e%2e/secret.txt",
        "/pkg//index.js",
        "/.hidden",
        "/link.txt",
        "/app.js/",
        "/missing.js",
        "/app.js%00.html",
    ] {
        let reply = raw_get(&server.url, path);
        assert!(reply.starts_with("HTTP/1.1 404") || reply.starts_with("HTTP/1.1 400"), "{path}: {reply}");
        assert!(!reply.contains("outside") && !reply.contains("hidden\n"), "{path}");
    }
    let plain = Server::with(Config { www: Some(folder.0.join("www")), ..Config::default() }, Models::default());
    let policy = http(&plain.url).get("/app.js");
    assert!(policy.header("content-security-policy").is_some_and(|p| p.ends_with("frame-ancestors 'none'")));
}

/// A request whose path no client library has tidied.
fn raw_get(url: &str, path: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    String::from_utf8_lossy(&reply).into_owned()
}

#[test]
fn the_utility_operations_tell_the_truth() {
    let server = Server::start();
    let caller = http(&server.url);
    assert_eq!(caller.get("/ping").ok()["pong"], true);
    let status = caller.get("/status").ok();
    assert_eq!(status["endpoints"]["sdk_finalize"], "POST /idv/sdk/finalize");
    assert_eq!(caller.get("/health/live").ok()["status"], "alive");
    assert_eq!(caller.get("/health/ready").ok()["checks"]["database"], "ok");
    assert_eq!(caller.get("/version").ok()["program_version"], env!("CARGO_PKG_VERSION"));
    // This server was started without models.
    assert_eq!(caller.get("/healthz").ok()["status"], "degraded");
    let health = caller.get("/health").ok();
    assert_eq!((&health["status"], &health["checks"]["models"]), (&json!("degraded"), &json!("missing")));
    assert!(health["error"].as_str().is_some_and(|e| e.contains("mrz") && e.contains("face")), "{health}");
    assert!(health["timestamp"].as_str().is_some_and(|t| t.ends_with('Z')));
}

#[test]
fn the_demo_hands_out_sessions_and_bound_tokens() {
    let config = Config { demo_client_id: Some(crate::support::CLIENT.into()), ..Config::default() };
    let server = Server::with(config, Models::default());
    let caller = http(&server.url);
    let started = caller.json("/demo/session", json!({ "livenessMode": "passive" })).ok();
    assert_eq!(started["clientId"], crate::support::CLIENT);
    let id = started["sessionId"].as_str().unwrap();
    let renewed = caller.json("/demo/token", json!({ "sessionId": id })).ok();
    for (reply, token) in [(&started, &started["accessToken"]), (&renewed, &renewed["accessToken"])] {
        assert!(reply["expiresIn"].as_u64().is_some_and(|s| s > 0));
        let browser = caller
            .header("authorization", &format!("Bearer {}", token.as_str().unwrap()))
            .header("x-client-id", crate::support::CLIENT);
        browser.json("/idv/sdk/session/read", json!({ "session_id": id })).ok();
        browser.json("/idv/session/read", json!({ "session_id": id })).refused(403, "forbidden", None);
    }
    let read = caller.json("/demo/session/read", json!({ "sessionId": id })).ok();
    assert_eq!(read["session"]["session_id"], id);
    assert!(read["document"].is_null());

    caller.json("/demo/token", json!({})).refused(400, "field_missing", Some("sessionId"));
    caller.json("/demo/token", json!({ "sessionId": "x" })).refused(404, "session_not_found", Some("session_id"));
    caller.json("/demo/session", json!({ "livenessMode": 3 })).refused(400, "invalid_request", Some("livenessMode"));
    caller.post("/demo/session", "", vec![]).ok();
}

#[test]
fn faults_happen_on_order_and_then_stop() {
    let server = Server::with(Config { faults: true, ..Config::default() }, Models::default());
    let (caller, id) = server.session();
    const ROUTE: &str = "/idv/sdk/session/read";
    let order = |fault: &str, times: u32| {
        caller.json("/__faults", json!({ "route": ROUTE, "fault": fault, "times": times, "retryAfter": 3 })).ok();
    };
    let read = || {
        let body = json!({ "session_id": id }).to_string().into_bytes();
        caller.try_send("POST", ROUTE, Some(("application/json", body)))
    };
    order("unavailable", 2);
    for _ in 0..2 {
        read().unwrap().refused(503, "unavailable", None);
        assert_eq!(caller.get("/ping").status, 200, "other routes are not touched");
    }
    read().unwrap().ok();
    order("too_many_requests", 1);
    let wait = read().unwrap();
    wait.refused(429, "rate_limited", None);
    assert_eq!(wait.header("retry-after"), Some("3"));
    order("unauthorized", 1);
    read().unwrap().refused(401, "token_expired", None);
    order("html", 1);
    let page = read().unwrap();
    assert!(page.header("content-type").is_some_and(|t| t.starts_with("text/html")) && page.text().starts_with('<'));
    for fault in ["drop", "drop_reply"] {
        order(fault, 1);
        assert!(read().is_err(), "{fault} cuts the line");
        read().unwrap().ok();
    }
    order("unavailable", 5);
    order("unavailable", 0);
    read().unwrap().ok();
    caller.json("/__faults", json!({ "route": ROUTE, "fault": "fire" })).refused(400, "invalid_request", Some("fault"));
    caller.json("/__faults", json!({ "fault": "drop" })).refused(400, "field_missing", Some("route"));
}

#[test]
fn a_cut_reply_does_not_undo_the_work() {
    let server = Server::with(Config { faults: true, ..Config::default() }, Models::default());
    let (caller, id) = server.session();
    let route = "/idv/sdk/consent/add";
    caller.json("/__faults", json!({ "route": route, "fault": "drop_reply" })).ok();
    let body = json!({ "session_id": id, "consented": true }).to_string().into_bytes();
    assert!(caller.try_send("POST", route, Some(("application/json", body))).is_err());
    assert_eq!(caller.json("/idv/sdk/session/read", json!({ "session_id": id })).ok()["consented"], true);
}

#[test]
fn only_pages_of_named_origins_may_call() {
    let origin = "http://localhost:3000";
    let config = Config { allowed_origins: vec![origin.parse().unwrap()], ..Config::default() };
    let server = Server::with(config, Models::default());
    let (caller, id) = server.session();
    let ask = |origin: &str| {
        let asking = http(&server.url).header("origin", origin).header("access-control-request-method", "POST");
        asking.try_send("OPTIONS", "/idv/sdk/session/read", None).unwrap()
    };
    let allowed = ask(origin);
    assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (204, Some(origin)));
    let headers = allowed.header("access-control-allow-headers").unwrap();
    assert!(["authorization", "content-type", "x-client-id"].iter().all(|h| headers.contains(h)), "{headers}");
    assert_eq!(ask("http://evil.example").header("access-control-allow-origin"), None);

    let read =
        |origin: &str| caller.header("origin", origin).json("/idv/sdk/session/read", json!({ "session_id": id }));
    let mine = read(origin);
    assert_eq!(mine.header("access-control-allow-origin"), Some(origin));
    assert_eq!(mine.header("vary"), Some("origin"));
    assert!(mine.header("access-control-expose-headers").is_some_and(|h| h.contains("retry-after")));
    assert_eq!(read("http://evil.example").header("access-control-allow-origin"), None);
}
