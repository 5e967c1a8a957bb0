//! Fairness of webhooks: what one client's receiver does not answer holds up no one else's events.

use std::time::Duration;

use kyc_sandbox::config::Config;
use kyc_sandbox::http::limits::Rate;
use kyc_sandbox::models::Models;
use kyc_sandbox::store::receivers::{FAILURES, FIRST_PAUSE_MS, PER_CLIENT, PER_QUEUE};
use serde_json::json;

use crate::support::receiver::{self, Receiver, SilentReceiver};
use crate::support::{Http, OTHER_CLIENT, Server};

#[track_caller]
fn wait(done: impl Fn() -> bool, what: &str) {
    receiver::wait(done, Duration::from_secs(60), what);
}

fn server() -> Server {
    let config = Config {
        webhook_allow_private: true,
        background_every: Duration::from_millis(20),
        webhook_retry_ms: 1_000,
        rate: Rate { burst: 100_000, per_second: 10_000 },
        ..Config::default()
    };
    Server::with(config, Models::default())
}

/// An event for an address.
fn tell(http: &Http, url: &str) {
    let id = http.json("/idv/session/create", json!({ "webhook_url": url })).ok()["session_id"].clone();
    http.json("/idv/session/delete", json!({ "session_id": id })).ok();
}

fn other(server: &Server) -> Http {
    server.backend().header("authorization", &format!("Bearer {}", server.token_of(OTHER_CLIENT)))
}

#[test]
fn a_receiver_that_answers_nothing_delays_no_other_client() {
    let server = server();
    let (http, other) = (server.backend(), other(&server));
    // One receiver with many events, and many receivers with one each.
    let silent = SilentReceiver::start();
    let many: Vec<_> = (0..2 * PER_CLIENT).map(|_| SilentReceiver::start()).collect();
    for _ in 0..40 {
        tell(&http, &silent.url);
    }
    wait(|| silent.count() > 0, "an attempt");
    many.iter().for_each(|one| tell(&http, &one.url));
    let good = Receiver::start(vec!["200 OK"]);
    for _ in 0..10 {
        tell(&other, &good.url);
    }
    good.wait_for(10);
    // They came between: not after the events that were there first.
    let attempts = silent.count() + many.iter().map(SilentReceiver::count).sum::<usize>();
    assert!(attempts < 40, "{attempts}");
    assert!(silent.count() <= PER_QUEUE + FAILURES as usize, "{}", silent.count());
    // The client's own other receivers are not held up for ever either.
    let own = Receiver::start(vec!["200 OK"]);
    tell(&http, &own.url);
    own.wait_for(1);
}

#[test]
fn a_receiver_that_fails_is_paused_and_tried_again() {
    let server = server();
    let http = server.backend();
    let good = Receiver::start(vec!["200 OK"]);
    let failures = FAILURES as usize;
    let mut statuses = vec!["503 Down"; failures + 1];
    statuses.push("200 OK");
    let bad = Receiver::start(statuses);
    const EVENTS: usize = 20;
    for _ in 0..EVENTS {
        tell(&http, &bad.url);
    }
    let is_idle = || {
        let sql = "SELECT 1 FROM delivery WHERE leased_ms IS NOT NULL";
        !server.app.store.run_blocking(|c| Ok(c.exists(sql, &[])?)).unwrap()
    };
    wait(|| bad.all().len() == failures && is_idle(), "the failures that pause it");
    // Rounds go on without it: another receiver of the same client gets its event.
    for event in 1..=3 {
        tell(&http, &good.url);
        good.wait_for(event);
    }
    wait(is_idle, "the end of the deliveries");
    assert_eq!(bad.all().len(), failures, "a pause is kept");
    // One delivery tries it.
    server.app.clock.advance_ms(FIRST_PAUSE_MS);
    wait(|| bad.all().len() == failures + 1 && is_idle(), "the trial");
    tell(&http, &good.url);
    good.wait_for(4);
    assert_eq!(bad.all().len(), failures + 1, "the next pause is kept");
    server.app.clock.advance_ms(2 * FIRST_PAUSE_MS);
    let statistics = || server.backend().json("/webhook/list", json!({})).ok()["statistics"]["deliveries"].clone();
    wait(|| statistics()["delivered"] == EVENTS + 4, "all of them");
    assert_eq!(statistics()["failed"], 0);
}
