//! Webhooks over HTTP: made, listed with statistics, deleted; and delivered to a receiver of the test's own.

use std::time::Duration;

use crate::support::evidence::passport_evidence;
use crate::support::program::Kept;
use crate::support::receiver::{self, Received, Receiver};
use crate::support::verified::{Visit, identity_of, visit};
use crate::support::{CLIENT, Http, OTHER_CLIENT, Server};
use kyc_sandbox::clock::day_of;
use kyc_sandbox::config::Config;
use kyc_sandbox::http::limits::Rate;
use kyc_sandbox::models::Models;
use kyc_sandbox::store::authentication;
use kyc_sandbox::store::webhooks::ATTEMPTS;
use kyc_sandbox::store::{ida, sessions};
use kyc_sandbox::verification;
use serde_json::{Value, json};

const CREATE: &str = "/webhook/create";
const LIST: &str = "/webhook/list";
const DELETE: &str = "/webhook/delete";

#[track_caller]
fn wait(done: impl Fn() -> bool, what: &str) {
    receiver::wait(done, Duration::from_secs(60), what);
}

/// By the secret of the address that it went to.
#[track_caller]
fn assert_signed(one: &Received, list: &Value) {
    let secret = match one.path.as_str() {
        "/hook" => &list["webhooks"][0]["secret"],
        _ => &list["statistics"]["session_webhook_secret"],
    };
    assert!(one.is_signed_by(secret.as_str().unwrap()), "{one:?}");
}

fn config() -> Config {
    Config {
        webhook_allow_private: true,
        background_every: Duration::from_millis(20),
        webhook_retry_ms: 60_000,
        // Tests ask again and again whether something has come.
        rate: Rate { burst: 100_000, per_second: 10_000 },
        ..Config::default()
    }
}

fn server() -> Server {
    Server::with(config(), Models::default())
}

fn create(http: &Http, body: Value) -> String {
    http.json("/idv/session/create", body).ok()["session_id"].as_str().unwrap().to_owned()
}

fn decide(server: &Server, id: &str, today_ms: i64) {
    let (wanted, now_ms) = (id.to_owned(), server.app.clock.now_ms());
    let decided = server.app.store.run_blocking(move |c| {
        let session = sessions::read(c, &wanted, CLIENT)?;
        let policy = verification::finalize::policy_of(c, &session, now_ms)?;
        let today = day_of(today_ms).unwrap();
        let outcome = verification::decide::decide(passport_evidence(), &"passport".into(), today, &policy);
        sessions::complete(c, &session, None, &outcome, None, &[], now_ms)
    });
    decided.unwrap();
}

/// Waits until no delivery is under way: its attempt is noted, and the next one has its time.
#[track_caller]
fn settled(server: &Server) {
    let sql = "SELECT 1 FROM delivery WHERE leased_ms IS NOT NULL";
    wait(|| !server.app.store.run_blocking(|c| Ok(c.exists(sql, &[])?)).unwrap(), "deliveries under way");
}

fn types(received: &[Received]) -> Vec<String> {
    let mut types: Vec<_> = received.iter().map(|r| r.event()["type"].as_str().unwrap().to_owned()).collect();
    types.sort();
    types
}

#[test]
fn webhooks_are_made_listed_and_deleted() {
    let server = Server::start();
    let http = server.backend();
    for (name, url) in [("results", "https://shop.example/results"), ("audit", "https://audit.example:8443/kyc?a=b")] {
        assert_eq!(http.json(CREATE, json!({ "client_id": CLIENT, "name": name, "url": url })).ok(), json!({}));
        server.app.clock.advance_ms(1_000);
    }
    let list = http.json(LIST, json!({})).ok();
    let hooks = list["webhooks"].as_array().unwrap();
    assert_eq!((&hooks[0]["name"], &hooks[1]["url"]), (&json!("audit"), &json!("https://shop.example/results")));
    let secrets: Vec<_> = hooks.iter().map(|hook| hook["secret"].as_str().unwrap()).collect();
    assert!(secrets.iter().all(|s| s.starts_with("whsec_")) && secrets[0] != secrets[1]);
    let none = json!({
        "pending": 0, "delivered": 0, "failed": 0, "attempts": 0, "last_delivered_at": null, "last_error": null,
    });
    assert_eq!((&hooks[0]["statistics"], &list["statistics"]["deliveries"]), (&none, &none));
    assert_eq!(list["statistics"]["total"], 2);
    let own = list["statistics"]["session_webhook_secret"].clone();
    assert!(own.as_str().is_some_and(|s| s.starts_with("whsec_")));
    assert_eq!(http.json(LIST, json!({})).ok()["statistics"]["session_webhook_secret"], own, "it stays");

    let found = http.json(LIST, json!({ "search_term": "AUDIT.example", "client_id": CLIENT })).ok();
    assert_eq!((found["webhooks"].as_array().unwrap().len(), &found["statistics"]["total"]), (1, &json!(1)));
    let page = http.json(LIST, json!({ "take": 1, "skip": 1 })).ok();
    assert_eq!((&page["webhooks"][0]["name"], &page["statistics"]["total"]), (&json!("results"), &json!(2)));

    let other = http.header("authorization", &format!("Bearer {}", server.token_of(OTHER_CLIENT)));
    assert_eq!(other.json(LIST, json!({})).ok()["webhooks"], json!([]));
    let id = hooks[0]["id"].clone();
    other.json(DELETE, json!({ "id": id })).refused(404, "not_found", None);
    assert_eq!(http.json(DELETE, json!({ "id": id })).ok(), json!({}));
    http.json(DELETE, json!({ "id": id })).refused(404, "not_found", None);
    assert_eq!(http.json(LIST, json!({})).ok()["statistics"]["total"], 1);
}

/// Not even a server that may call addresses inside calls these.
const NO_ADDRESSES: [&str; 5] =
    ["string", "/hook", "ftp://shop.example/", "https://user:word@shop.example/", "javascript:alert(1)"];

/// Addresses inside of this network, and one in the open without TLS.
const INSIDE: [&str; 9] = [
    "http://shop.example/",
    "http://127.0.0.1:9/",
    "https://127.0.0.1/",
    "https://localhost:8443/",
    "https://10.0.0.1/",
    "https://192.168.1.1/hook",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
];

#[test]
fn the_address_of_a_session_is_looked_at_when_it_is_made() {
    for allow_private in [false, true] {
        let config = Config { webhook_allow_private: allow_private, ..Config::default() };
        let server = Server::with(config, Models::default());
        let http = server.backend();
        let identity = identity_of(&server, CLIENT, &visit(&server, &Visit::default())).unwrap();
        let made = |url: &Value| {
            let idv = http.json("/idv/session/create", json!({ "webhook_url": url }));
            let ida = http.json("/ida/session/create", json!({ "webhook_url": url, "identity_id": identity }));
            [idv, ida]
        };
        let refused = |url: &str| {
            for reply in made(&json!(url)) {
                reply.refused(422, "field_invalid", Some("webhook_url"));
            }
        };
        NO_ADDRESSES.into_iter().for_each(refused);
        refused("");
        for url in INSIDE {
            if allow_private { made(&json!(url)).iter().for_each(|reply| drop(reply.ok())) } else { refused(url) }
        }
        for url in [json!("https://shop.example/hook"), Value::Null] {
            made(&url).iter().for_each(|reply| drop(reply.ok()));
        }
        made(&json!(7)).iter().for_each(|reply| reply.refused(400, "invalid_request", Some("webhook_url")));
    }
}

#[test]
fn what_is_not_as_documented_is_refused() {
    let server = Server::start();
    let http = server.backend();
    let good = json!({ "name": "n", "url": "https://shop.example/" });
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        http.json(CREATE, body)
    };
    for name in ["name", "url"] {
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove(name);
        http.json(CREATE, without).refused(400, "field_missing", Some(name));
        with(name, json!("")).refused(400, "field_missing", Some(name));
        with(name, json!(7)).refused(400, "invalid_request", Some(name));
    }
    with("name", json!("n".repeat(257))).refused(422, "field_invalid", Some("name"));
    for url in NO_ADDRESSES.iter().chain(&INSIDE) {
        with("url", json!(url)).refused(422, "field_invalid", Some("url"));
    }
    with("client_id", json!(OTHER_CLIENT)).refused(403, "forbidden", Some("client_id"));
    http.json(LIST, json!({ "client_id": OTHER_CLIENT })).refused(403, "forbidden", Some("client_id"));
    http.json(LIST, json!({ "take": 501 })).refused(422, "field_invalid", Some("take"));
    http.json(LIST, json!({ "skip": "x" })).refused(400, "invalid_request", Some("skip"));
    http.json(DELETE, json!({})).refused(400, "field_missing", Some("id"));
    http.json(DELETE, json!({ "id": "" })).refused(400, "field_missing", Some("id"));
    for route in [CREATE, LIST, DELETE] {
        http.without("authorization").json(route, json!({})).refused(401, "unauthorized", None);
        http.post(route, "text/plain", vec![]).refused(415, "unsupported_media_type", None);
    }
}

#[test]
fn events_are_delivered_signed_to_the_webhooks_and_to_the_sessions_own_address() {
    let server = server();
    let http = server.backend();
    let receiver = Receiver::start(vec!["204 No Content"]);
    http.json(CREATE, json!({ "name": "results", "url": format!("{}/hook", receiver.url) })).ok();
    let own = create(&http, json!({ "webhook_url": format!("{}/own", receiver.url) }));
    decide(&server, &own, server.app.clock.now_ms());
    let received = receiver.wait_for(4);
    assert_eq!(types(&received), ["session.completed", "session.completed", "session.verified", "session.verified"]);
    let list = http.json(LIST, json!({})).ok();
    for one in &received {
        assert_signed(one, &list);
        let event = one.event();
        assert_eq!(event["id"], one.header("webhook-id"));
        let data = json!({ "session_id": own, "session_type": "idv", "client_id": CLIENT, "status_e": "complete",
                           "verified": true });
        assert_eq!(event["data"], data);
        assert!(!one.body.contains("ERIKSSON") && !one.body.contains("L898902C3"), "an event has no name");
    }
    wait(|| http.json(LIST, json!({})).ok()["statistics"]["deliveries"]["delivered"] == 4, "statistics");
    let statistics = http.json(LIST, json!({})).ok();
    assert_eq!(statistics["webhooks"][0]["statistics"]["delivered"], 2, "{statistics}");
    assert!(statistics["webhooks"][0]["statistics"]["last_delivered_at"].is_string());

    // Not verified, expired, anonymized, deleted; an address that is registered twice gets one delivery.
    let same = json!({ "webhook_url": format!("{}/hook", receiver.url) });
    let refused = create(&http, same.clone());
    decide(&server, &refused, 4_102_444_800_000 + 3_155_760_000_000);
    let expired = create(&http, same.clone());
    http.json("/idv/session/anonymize", json!({ "session_id": refused })).ok();
    http.json("/idv/session/delete", json!({ "session_id": own })).ok();
    receiver.wait_for(9);
    settled(&server);
    server.app.clock.advance_ms(server.app.config.session_life_ms);
    // Completed, not verified, anonymized, expired; deleted at both addresses of the first session.
    let received = receiver.wait_for(10);
    let expected = [
        "session.anonymized",
        "session.completed",
        "session.deleted",
        "session.deleted",
        "session.expired",
        "session.not_verified",
    ];
    assert_eq!(types(&received[4..]), expected);
    let of = |wanted: &str| received.iter().map(Received::event).find(|e| e["type"] == wanted).unwrap()["data"].clone();
    assert_eq!(
        (&of("session.expired")["session_id"], &of("session.expired")["status_e"]),
        (&json!(expired), &json!("expired"))
    );
    assert_eq!(of("session.expired")["verified"], Value::Null);
    assert_eq!(of("session.not_verified")["verified"], false);
    let history = server.backend().json("/idv/session/read", json!({ "session_id": expired })).ok()["history"].clone();
    assert_eq!(history.as_array().unwrap().last().unwrap()["event"], "session_expired");
    // Other clients hear nothing.
    let other = server.backend().header("authorization", &format!("Bearer {}", server.token_of(OTHER_CLIENT)));
    assert_eq!(other.json(LIST, json!({})).ok()["statistics"]["deliveries"]["attempts"], 0);
}

#[test]
fn a_delivery_is_tried_again_and_given_up_in_the_end() {
    let server = server();
    let http = server.backend();
    let receiver = Receiver::start(vec!["500 Oops", "302 Found", "200 OK"]);
    let id = create(&http, json!({ "webhook_url": receiver.url }));
    http.json("/idv/session/delete", json!({ "session_id": id })).ok();
    // With a token of its own: the clock goes far.
    let counts = || server.backend().json(LIST, json!({})).ok()["statistics"]["deliveries"].clone();
    let waits = |server: &Server, count: usize, reason: &str| {
        receiver.wait_for(count);
        wait(|| counts()["last_error"] == reason, reason);
        settled(server);
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(receiver.all().len(), count, "not before its time");
        server.app.clock.advance_ms(60_000 * 4i64.pow(count as u32));
    };
    waits(&server, 1, "status 500");
    waits(&server, 2, "redirect");
    let received = receiver.wait_for(3);
    wait(|| counts()["delivered"] == 1, "success");
    assert_eq!((&counts()["attempts"], &counts()["pending"]), (&json!(3), &json!(0)));
    let ids: std::collections::HashSet<_> = received.iter().map(|r| r.header("webhook-id").to_owned()).collect();
    assert_eq!(ids.len(), 1, "one delivery, by which a receiver knows it again");
    assert!(received.iter().all(|r| r.path == "/"), "redirects are not followed");

    let receiver = Receiver::start(vec!["503 Down"]);
    let http = server.backend();
    let id = create(&http, json!({ "webhook_url": receiver.url }));
    http.json("/idv/session/delete", json!({ "session_id": id })).ok();
    for attempt in 1..=ATTEMPTS as usize {
        receiver.wait_for(attempt);
        wait(|| counts()["attempts"] == 3 + attempt, "the attempt");
        settled(&server);
        server.app.clock.advance_ms(6 * 3_600_000);
    }
    wait(|| counts()["failed"] == 1, "giving up");
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(receiver.all().len(), ATTEMPTS as usize);
}

#[test]
fn addresses_inside_are_not_called() {
    let kept = Kept::new();
    let receiver = Receiver::start(vec!["200 OK"]);
    let port = receiver.url.rsplit(':').next().unwrap().to_owned();
    // Those of a server that was let call them, and has not come to it; one by a name that leads inside.
    let name = inside_by_name();
    let hosts = ["127.0.0.1", "localhost", "[::1]", "2130706433", "[::ffff:127.0.0.1]"];
    let addresses: Vec<_> = hosts.iter().map(|host| format!("http://{host}:{port}/")).collect();
    let addresses: Vec<_> = addresses.into_iter().chain(name.map(|name| format!("https://{name}:{port}/"))).collect();
    let idle = Config { background_every: Duration::from_secs(3_600), ..config() };
    let earlier = Server::over(kept.store(), idle, Models::default());
    // Its one round at the start is over.
    std::thread::sleep(Duration::from_millis(1_000));
    let http = earlier.backend();
    for url in &addresses {
        let id = create(&http, json!({ "webhook_url": url }));
        http.json("/idv/session/delete", json!({ "session_id": id })).ok();
    }
    drop(earlier);
    let closed = Config { webhook_allow_private: false, ..config() };
    let server = Server::over(kept.store(), closed, Models::default());
    let http = server.backend();
    let counts = || http.json(LIST, json!({})).ok()["statistics"]["deliveries"].clone();
    wait(|| counts()["attempts"].as_u64() >= Some(addresses.len() as u64), "attempts");
    wait(|| counts()["last_error"] == "address refused", "the reason");
    std::thread::sleep(Duration::from_millis(200));
    assert!(receiver.all().is_empty() && counts()["delivered"] == 0);
    // What stays inside by itself is given up; a name may come to stand outside.
    wait(|| counts()["failed"] == hosts.len(), "giving up");
    assert_eq!(counts()["pending"], addresses.len() - hosts.len());
}

/// The name of this machine, where that leads inside.
fn inside_by_name() -> Option<String> {
    use std::net::ToSocketAddrs;
    let name = std::fs::read_to_string("/etc/hostname").ok()?.trim().to_owned();
    let mut found = (name.as_str(), 443).to_socket_addrs().ok()?;
    let inside = found.all(|address| !kyc_sandbox::kyc::webhooks::address::is_public(address.ip()));
    (inside && name != "localhost").then_some(name)
}

#[test]
fn what_is_deleted_waits_for_nothing() {
    let server = server();
    let http = server.backend();
    let receiver = Receiver::start(vec!["500 Oops"]);
    http.json(CREATE, json!({ "name": "n", "url": receiver.url })).ok();
    let id = create(&http, json!({}));
    http.json("/idv/session/delete", json!({ "session_id": id })).ok();
    receiver.wait_for(1);
    let hook = http.json(LIST, json!({})).ok()["webhooks"][0]["id"].clone();
    http.json(DELETE, json!({ "id": hook })).ok();
    let counts = http.json(LIST, json!({})).ok()["statistics"]["deliveries"].clone();
    assert_eq!((&counts["pending"], &counts["failed"]), (&json!(0), &json!(1)));
    server.app.clock.advance_ms(3_600_000);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(receiver.all().len(), 1);
}

#[test]
fn deliveries_outlive_a_restart_and_two_instances_share_them() {
    let kept = Kept::new();
    let receiver = Receiver::start(vec!["200 OK"]);
    // The first instance does not come to deliver anything.
    let idle = Config { background_every: Duration::from_secs(3_600), ..config() };
    let first = Server::over(kept.store(), idle, Models::default());
    // Its one round at the start is over.
    std::thread::sleep(Duration::from_millis(1_500));
    let http = first.backend();
    for _ in 0..20 {
        let id = create(&http, json!({ "webhook_url": receiver.url }));
        http.json("/idv/session/delete", json!({ "session_id": id })).ok();
    }
    assert!(receiver.all().is_empty());
    drop(first);
    let two = [(); 2].map(|()| Server::over(kept.store(), config(), Models::default()));
    let http = two[0].backend();
    wait(|| http.json(LIST, json!({})).ok()["statistics"]["deliveries"]["delivered"] == 20, "all of them");
    let mut ids: Vec<_> = receiver.all().iter().map(|r| r.header("webhook-id").to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), receiver.all().len()), (20, 20), "each once");
}

#[test]
fn sessions_of_ida_are_told_as_those_of_idv() {
    let server = server();
    let http = server.backend();
    let identity = identity_of(&server, CLIENT, &visit(&server, &Visit::default())).unwrap();
    let receiver = Receiver::start(vec!["200 OK"]);
    http.json(CREATE, json!({ "name": "results", "url": format!("{}/hook", receiver.url) })).ok();
    let create = || {
        let body = json!({ "identity_id": identity, "webhook_url": format!("{}/own", receiver.url) });
        http.json("/ida/session/create", body).ok()["session_id"].as_str().unwrap().to_owned()
    };
    let decide = |id: &str, authenticated: bool| {
        let now_ms = server.app.clock.now_ms();
        let outcome = authentication::Outcome { authenticated, checks: Vec::new(), judged: Vec::new() };
        let decided = server.app.store.run_blocking(|c| {
            let session = ida::read(c, id, CLIENT)?;
            ida::complete(c, &session, &outcome, None, now_ms)
        });
        decided.unwrap();
    };
    let [passed, failed, deleted, anonymized, expired] = [(); 5].map(|()| create());
    decide(&passed, true);
    decide(&passed, true);
    decide(&failed, false);
    http.json("/ida/session/delete", json!({ "session_id": deleted })).ok();
    // Each event at both addresses; a second decision is none.
    receiver.wait_for(10);
    settled(&server);
    server.app.clock.advance_ms(server.app.config.session_life_ms);
    receiver.wait_for(14);
    settled(&server);
    let http = server.backend();
    let open = {
        let body = json!({ "identity_id": identity, "webhook_url": format!("{}/own", receiver.url) });
        http.json("/ida/session/create", body).ok()["session_id"].as_str().unwrap().to_owned()
    };
    for _ in 0..2 {
        http.json("/identity/anonymize", json!({ "identity_id": identity })).ok();
    }
    // The four that are left and the new one at both addresses, and the identity's session of IDV at the webhook.
    let received = receiver.wait_for(14 + 2 * 5 + 1);
    settled(&server);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(receiver.all().len(), received.len(), "nothing is delivered twice");

    let list = http.json(LIST, json!({})).ok();
    for one in &received {
        assert_signed(one, &list);
        assert!(!one.body.contains("ERIKSSON") && !one.body.contains("anna"), "an event has no name");
    }
    let told = |id: &str, path: &str| -> Vec<(String, String, Value)> {
        let of = received.iter().filter(|one| one.path == path).map(Received::event);
        let of = of.filter(|event| event["data"]["session_id"] == id && event["data"]["session_type"] == "ida");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut told: Vec<_> =
            of.map(|e| (text(&e["type"]), text(&e["data"]["status_e"]), e["data"]["verified"].clone())).collect();
        told.sort_by(|a, b| a.0.cmp(&b.0));
        told
    };
    let event = |name: &str, status: &str, verified: Value| (format!("session.{name}"), status.to_owned(), verified);
    let (yes, no, none) = (json!(true), json!(false), Value::Null);
    let table = [
        (
            &passed,
            vec![
                event("anonymized", "complete", yes.clone()),
                event("completed", "complete", yes.clone()),
                event("verified", "complete", yes),
            ],
        ),
        (
            &failed,
            vec![
                event("anonymized", "complete", no.clone()),
                event("completed", "complete", no.clone()),
                event("not_verified", "complete", no),
            ],
        ),
        (&deleted, vec![event("deleted", "in_progress", none.clone())]),
        (&expired, vec![event("anonymized", "expired", none.clone()), event("expired", "expired", none.clone())]),
        (&anonymized, vec![event("anonymized", "expired", none.clone()), event("expired", "expired", none.clone())]),
        (&open, vec![event("anonymized", "expired", none)]),
    ];
    for (id, expected) in table {
        for path in ["/hook", "/own"] {
            assert_eq!(told(id, path), expected, "{path}");
        }
    }
    let total = received.len() as u64;
    wait(|| http.json(LIST, json!({})).ok()["statistics"]["deliveries"]["delivered"] == total, "statistics");
    let list = http.json(LIST, json!({})).ok();
    assert_eq!(list["webhooks"][0]["statistics"]["delivered"], (total - 1) / 2 + 1, "{list}");
    assert_eq!(list["statistics"]["deliveries"]["pending"], 0);
    // The addresses of sessions, which may name a person, are not kept.
    let kept = "SELECT 1 FROM delivery WHERE url LIKE '%/own'
        UNION ALL SELECT 1 FROM ida_session WHERE webhook_url IS NOT NULL";
    assert!(!server.app.store.run_blocking(|c| Ok(c.exists(kept, &[])?)).unwrap());
}
