//! Random interleavings of all operations of a session, from several callers at once: whatever happens, what can be
//! downloaded is byte for byte what the verdict's recorded hashes say. `KYC_INTERLEAVINGS` sets how many sessions.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_sandbox::config::Config;
use kyc_sandbox::store::db::params;
use kyc_specimen::person::Portrait;
use serde_json::{Value, json};

use crate::finalizing::{Subject, faces, hash, passport};
use crate::support::receiver::wait;
use crate::support::{Http, Reply, Server};

/// Callers at once, and steps of each.
const CALLERS: u64 = 3;
const STEPS: u8 = 6;

/// A small generator of pseudo-random numbers (SplitMix64), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

fn runs() -> u64 {
    std::env::var("KYC_INTERLEAVINGS").ok().and_then(|n| n.parse().ok()).unwrap_or(4)
}

fn server() -> Option<Server> {
    // Verdicts of several sessions at once wait for each other.
    let queue_timeout = Duration::from_secs(100);
    crate::support::server_with_models(Config { replays_allowed: true, queue_timeout, ..Config::default() })
}

/// Whether an answer is one that a caller may get while others work on the same session.
#[track_caller]
fn check(run: u64, what: &str, reply: &Reply) {
    assert!([200, 403, 404, 409, 422, 503].contains(&reply.status), "run {run}, {what}: {}", reply.text());
}

/// Runs `step` for each caller and step at once; `erasing`: whether erasing is among what a step may choose.
fn at_once(run: u64, step: impl Fn(&mut Random, u8, bool) -> (&'static str, Reply) + Sync) {
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let step = &step;
            scope.spawn(move || {
                let mut random = Random(run * 31 + caller);
                for number in 0..STEPS {
                    // Most sessions are not erased: there is more to see.
                    let (what, reply) = step(&mut random, number, run % 4 == 3 && caller == 0);
                    check(run, what, &reply);
                }
            });
        }
    });
}

/// The number of contents that are stored.
fn contents(server: &Server) -> i64 {
    let count = "SELECT count(*) FROM blob";
    server.app.store.run_blocking(|c| Ok(c.query_row(count, params![], |row| row.get(0))?)).unwrap()
}

fn is_complete(session: &Value) -> bool {
    session["status_e"] == "complete"
}

#[test]
fn whatever_interleaves_the_verdict_is_of_what_is_kept() {
    let Some(server) = server() else { return };
    let fronts = [passport(71, Portrait::Astronaut), passport(72, Portrait::Officer)];
    let (mut completed, mut erased) = (0, 0);
    for run in 0..runs() {
        let before = contents(&server);
        let subject = Subject::new(&server);
        subject.front(&fronts[0]).ok();
        subject.liveness(&faces(Portrait::Astronaut, 10)).ok();
        at_once(run, |random, step, erasing| match random.below(if erasing { 16 } else { 14 }) {
            0 => ("front", subject.front(&fronts[random.below(2) as usize])),
            1 => ("liveness", subject.liveness(&faces(Portrait::Astronaut, 11 + step))),
            2 => ("liveness of another", subject.liveness(&faces(Portrait::Officer, 21 + step))),
            3 => ("type", subject.document_type(["passport", "passport_card"][random.below(2) as usize])),
            4 => ("consent", subject.consent(random.below(3) > 0)),
            5 => ("consent", subject.consent(true)),
            6 => ("metadata", subject.call("/idv/sdk/metadata/update", json!({ "sdk_metadata": { "step": step } }))),
            7 => {
                let place = json!({ "latitude": 43.2, "longitude": 76.9 });
                ("generate", subject.call("/idv/sdk/liveness/session/generate", place))
            }
            8 => ("back", {
                let parts: [(&str, &[u8]); 4] = [
                    ("session_id", subject.id.as_bytes()),
                    ("latitude", b"43.2"),
                    ("longitude", b"76.9"),
                    ("image", &fronts[1]),
                ];
                subject.http.multipart("/idv/sdk/document/back/add", &parts)
            }),
            9 => ("download", subject.download("passport_front")),
            10 => ("read", subject.call("/idv/sdk/session/read", json!({}))),
            14 => ("anonymize", subject.call("/idv/session/anonymize", json!({}))),
            15 => ("delete", subject.call("/idv/session/delete", json!({}))),
            _ => ("finalize", subject.finalize()),
        });
        let settled = || subject.finalize().header("retry-after").is_none();
        wait(settled, Duration::from_secs(120), "the last finalization ends");
        let reply = subject.call("/idv/session/read", json!({}));
        let session = if reply.status == 200 { reply.json() } else { json!({ "history": [] }) };
        let history = session["history"].as_array().unwrap();
        if reply.status == 404 || history.iter().any(|entry| entry["event"] == "session_anonymized") {
            erased += 1;
            assert_eq!(contents(&server), before, "run {run}: {session}");
            continue;
        }
        if !is_complete(&session) {
            continue;
        }
        completed += 1;
        assert_eq!(session["consented"], true, "run {run}: {session}");
        let judged = subject.judged();
        let front = subject.download(match session["document_type_e"].as_str() {
            Some("passport_card") => "passport_card_front",
            _ => "passport_front",
        });
        assert_eq!(Some(&hash(&front.body)), judged.get(&("front".to_owned(), 0)), "run {run}: {session}");
        let selfie = hash(&subject.download("selfie").body);
        assert!(judged.values().any(|kept| *kept == selfie), "run {run}: {session}");
    }
    println!("{completed} of {} sessions came to a verdict, {erased} were erased", runs());
}

/// An authentication of a known person.
struct Authentication {
    http: Http,
    id: String,
    identity: Value,
}

impl Authentication {
    fn call(&self, route: &str, mut body: Value) -> Reply {
        body["session_id"] = self.id.clone().into();
        self.http.json(route, body)
    }

    fn process(&self, frames: &[Vec<u8>]) -> Reply {
        let images: Vec<_> = frames.iter().map(|frame| STANDARD.encode(frame)).collect();
        let body = json!({ "latitude": 43.2, "longitude": 76.9, "images": images });
        self.call("/ida/sdk/liveness/session/process", body)
    }
}

#[test]
fn whatever_interleaves_an_authentication_is_of_what_is_kept() {
    let Some(server) = server() else { return };
    let mut completed = 0;
    for run in 0..runs() {
        let owner = Subject::new(&server);
        owner.front(&passport(73 + run, Portrait::Astronaut)).ok();
        owner.liveness(&faces(Portrait::Astronaut, 40)).ok();
        assert_eq!(owner.finalize().ok()["verified"], true);
        let identity = owner.read()["identity_id"].clone();
        let created = owner.http.json("/ida/session/create", json!({ "identity_id": identity })).ok();
        let id = created["session_id"].as_str().unwrap().to_owned();
        let subject = Authentication { http: owner.http.clone(), id, identity };
        subject.process(&faces(Portrait::Astronaut, 41)).ok();
        at_once(run, |random, step, erasing| match random.below(if erasing { 10 } else { 8 }) {
            0 => ("liveness", subject.process(&faces(Portrait::Astronaut, 51 + step))),
            1 => ("liveness of another", subject.process(&faces(Portrait::Officer, 61 + step))),
            2 => ("metadata", subject.call("/ida/sdk/metadata/update", json!({ "sdk_metadata": { "step": step } }))),
            3 => {
                let place = json!({ "latitude": 43.2, "longitude": 76.9 });
                ("generate", subject.call("/ida/sdk/liveness/session/generate", place))
            }
            4 => ("download", subject.call("/ida/document/download", json!({}))),
            5 => ("read", subject.call("/ida/sdk/session/read", json!({}))),
            8 => ("delete", subject.call("/ida/session/delete", json!({}))),
            9 => {
                let identity = json!({ "identity_id": subject.identity });
                ("anonymize", subject.http.json("/identity/anonymize", identity))
            }
            _ => ("finalize", subject.call("/ida/sdk/finalize", json!({}))),
        });
        let settled = || subject.call("/ida/sdk/finalize", json!({})).header("retry-after").is_none();
        wait(settled, Duration::from_secs(120), "the last finalization ends");
        let reply = subject.call("/ida/session/read", json!({}));
        let selfie = subject.call("/ida/document/download", json!({}));
        let session = if reply.status == 200 { reply.json() } else { json!({}) };
        if !is_complete(&session) || selfie.status != 200 {
            continue;
        }
        completed += 1;
        let history = session["history"].as_array().unwrap().iter();
        let judged: BTreeSet<&str> = history
            .filter(|entry| entry["event"] == "judged_image")
            .filter_map(|entry| entry["sha256"].as_str())
            .collect();
        assert!(judged.contains(hash(&selfie.body).as_str()), "run {run}: {session}");
        // The images of the other person authenticate no one.
        let others: BTreeSet<String> =
            (0..STEPS).flat_map(|step| faces(Portrait::Officer, 61 + step)).map(|frame| hash(&frame)).collect();
        if judged.iter().any(|hash| others.contains(*hash)) {
            assert_eq!(session["authenticated"], false, "run {run}: {session}");
        }
    }
    println!("{completed} of {} authentications came to a verdict", runs());
}
