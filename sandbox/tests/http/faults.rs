//! The program killed in the middle of many uploads, and of many finalizations: nothing that was answered is lost, and
//! nothing is there by half, and every event is delivered. `KYC_FAULT_RUN` says how many finalizations.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use crate::support::flow::{Flow, PLACE, Shown, to_wait};
use crate::support::program::{Kept, PROGRAM, Program};
use crate::support::receiver::{self, Receiver};
use crate::support::{Http, http, jpeg};
use kyc_sandbox::store::blob_store::Folder;
use kyc_sandbox::store::images::{self, Kind};
use serde_json::{Value, json};

fn client_of(kept: &Kept) -> String {
    let made = Command::new(PROGRAM).args(["--add-client", "shop"]).args(kept.arguments()).output().unwrap();
    let text = String::from_utf8(made.stdout).unwrap();
    text.lines().find_map(|l| l.strip_prefix("client secret: ")).unwrap().to_owned()
}

fn events(session: &Value, name: &str) -> usize {
    session["history"].as_array().unwrap().iter().filter(|e| e["event"] == name).count()
}

#[test]
fn killed_in_the_middle_of_uploads() {
    const SESSIONS: u8 = 20;
    const UPLOADS_EACH: u8 = 10;
    let kept = Kept::new();
    let folder = kept.folder.join("images");
    let arguments = ["--rate", "100000", "--images", folder.to_str().unwrap()];
    let program = Program::start(&kept, &arguments);
    let secret = client_of(&kept);
    let photo = |session: u8, upload: u8| {
        let mut bytes = jpeg(session);
        // After a JPEG's end anything may stand.
        bytes.extend_from_slice(&[session, upload]);
        bytes
    };
    let flows: Vec<Flow> = (0..SESSIONS)
        .map(|_| {
            let flow = Flow::begin(&program.url, "shop", &secret);
            flow.page.json("/idv/sdk/consent/add", json!({ "session_id": flow.id, "consented": true })).ok();
            let declared = json!({ "session_id": flow.id, "document_type_e": "passport" });
            flow.page.json("/idv/sdk/document/type/update", declared).ok();
            flow
        })
        .collect();

    let answered = AtomicUsize::new(0);
    let half = usize::from(SESSIONS) * usize::from(UPLOADS_EACH) / 2;
    // How many uploads of each session were answered; the next one was under way.
    let stored: Vec<u8> = std::thread::scope(|scope| {
        let threads: Vec<_> = flows
            .iter()
            .zip(0u8..)
            .map(|(flow, session)| {
                let (answered, photo) = (&answered, &photo);
                scope.spawn(move || {
                    for upload in 0..UPLOADS_EACH {
                        let image = photo(session, upload);
                        let parts: [(&str, &[u8]); 4] = [
                            ("session_id", flow.id.as_bytes()),
                            ("latitude", PLACE.0.as_bytes()),
                            ("longitude", PLACE.1.as_bytes()),
                            ("image", &image),
                        ];
                        let body = crate::support::multipart_body(&parts);
                        let body = Some(("multipart/form-data; boundary=XyZ", body));
                        match flow.page.try_send("POST", "/idv/sdk/document/front/add", body) {
                            Ok(reply) => assert_eq!(reply.status, 200, "{}", reply.text()),
                            Err(_) => return upload,
                        }
                        answered.fetch_add(1, Ordering::SeqCst);
                    }
                    UPLOADS_EACH
                })
            })
            .collect();
        while answered.load(Ordering::SeqCst) < half {
            std::thread::yield_now();
        }
        program.kill();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let in_all: usize = stored.iter().map(|n| usize::from(*n)).sum();
    assert!(in_all < usize::from(SESSIONS) * usize::from(UPLOADS_EACH), "killed too late to tell");
    println!("killed after {in_all} of {} uploads were answered", u16::from(SESSIONS) * u16::from(UPLOADS_EACH));

    let program = Program::start(&kept, &arguments);
    let store = kept.store().keep_content_in(Arc::new(Folder::open(&folder).unwrap())).unwrap();
    for ((flow, session), answered) in flows.iter().zip(0u8..).zip(&stored) {
        let seen = flow.backend.at(&program.url).json("/idv/session/read", json!({ "session_id": flow.id })).ok();
        let counted = events(&seen, "document_front_stored");
        assert!(counted == usize::from(*answered) || counted == usize::from(*answered) + 1, "{counted}, {answered}");
        let images = store.run_blocking(|c| images::read(c, &flow.id, Kind::Front)).unwrap();
        let expected: Vec<_> = counted.checked_sub(1).map(|last| photo(session, last as u8)).into_iter().collect();
        assert!(images == expected, "the image is the last one of the history, whole");
        assert_eq!(seen["document_front_given"], counted > 0);
    }
    // And it goes on.
    let parts: [(&str, &[u8]); 4] =
        [("session_id", flows[0].id.as_bytes()), ("latitude", b"1"), ("longitude", b"2"), ("image", &photo(0, 255))];
    flows[0].page.at(&program.url).multipart("/idv/sdk/document/front/add", &parts).ok();
}

/// Kills while finalizations are made; then the last of them are made in peace.
const KILLS: usize = 3;

#[test]
fn killed_in_the_middle_of_finalizations() {
    if let Some(missing) = crate::support::models().missing() {
        println!("skipped: no model `{missing}` (cargo xtask models makes it)");
        return;
    }
    let count: usize = std::env::var("KYC_FAULT_RUN").map_or(16, |n| n.parse().unwrap());
    let kept = Kept::new();
    let models = crate::support::models_folder();
    let models = models.to_str().unwrap();
    let arguments = ["--models", models, "--allow-replays", "--rate", "100000", "--webhook-allow-private"];
    let receiver = Receiver::start(vec!["204 No Content"]);
    let mut program = Program::start(&kept, &arguments);
    let secret = client_of(&kept);
    let shown = Shown::new();
    let flows: Vec<Flow> = (0..count)
        .map(|_| {
            let mut flow = Flow::begin(&program.url, "shop", &secret);
            flow.give(&shown);
            flow
        })
        .collect();
    let hook = json!({ "name": "results", "url": format!("{}/", receiver.url) });
    flows[0].backend.json("/webhook/create", hook).ok();

    let mut answers: Vec<Option<Value>> = vec![None; count];
    let mut seen_complete = vec![false; count];
    for kill in 1..=KILLS + 1 {
        // All that have no answer yet, at once.
        let open: Vec<usize> = (0..count).filter(|i| answers[*i].is_none()).collect();
        let answered = AtomicUsize::new(0);
        let last = kill > KILLS;
        let enough = if last { open.len() } else { (count / (KILLS + 1)).max(1).min(open.len() - 1) };
        let together = Barrier::new(open.len());
        let finalize = |i: usize, page: Http| {
            together.wait();
            loop {
                let reply = crate::support::flow::finalize(&page, &flows[i].id).ok()?;
                if let Some(wait) = to_wait(&reply) {
                    std::thread::sleep(wait);
                    continue;
                }
                let answer = reply.ok();
                answered.fetch_add(1, Ordering::SeqCst);
                return Some(answer);
            }
        };
        let found: Vec<_> = std::thread::scope(|scope| {
            let mut threads = Vec::new();
            for i in &open {
                let (page, finalize) = (flows[*i].page.at(&program.url), &finalize);
                threads.push((*i, scope.spawn(move || finalize(*i, page))));
            }
            while answered.load(Ordering::SeqCst) < enough {
                std::thread::sleep(Duration::from_millis(5));
            }
            if !last {
                program.end();
            }
            threads.into_iter().map(|(i, thread)| (i, thread.join().unwrap())).collect()
        });
        for (i, answer) in found {
            answers[i] = answer;
        }
        let answered = answers.iter().flatten().count();
        if last {
            assert_eq!(answered, count, "after the last kill everything is finalized");
            break;
        }
        assert!(answered < count, "killed too late to tell");

        program = Program::start(&kept, &arguments);
        let mut stored = 0;
        for (i, flow) in flows.iter().enumerate() {
            let body = json!({ "session_id": flow.id });
            let backend = flow.backend.at(&program.url);
            let seen = backend.json("/idv/session/read", body.clone()).ok();
            let ended = events(&seen, "finalized_verified") + events(&seen, "finalized_not_verified");
            if seen["status_e"] == "complete" {
                stored += 1;
                seen_complete[i] = true;
                assert_eq!(ended, 1);
                assert!(events(&seen, "check") > 0, "{seen}");
                backend.json("/idv/document/read", body).ok();
            } else {
                assert!(answers[i].is_none() && !seen_complete[i], "an answer was lost");
                assert_eq!((ended, events(&seen, "check"), &seen["verified"]), (0, 0, &json!(false)));
                backend.json("/idv/document/read", body).refused(404, "not_found", None);
            }
            if let Some(answer) = &answers[i] {
                assert_eq!(seen["verified"], answer["verified"]);
            }
        }
        println!("kill {kill}: {answered} of {count} finalizations were answered; {stored} had been stored, whole");
    }

    let mut deliveries = 0;
    for (flow, answer) in flows.iter().zip(&answers) {
        let seen = flow.backend.at(&program.url).json("/idv/session/read", json!({ "session_id": flow.id })).ok();
        assert_eq!((&seen["status_e"], &seen["verified"]), (&json!("complete"), &answer.as_ref().unwrap()["verified"]));
        let verdict = if seen["verified"] == true { "session.verified" } else { "session.not_verified" };
        for kind in ["session.completed", verdict] {
            let ids = delivered_ids(&receiver, &flow.id, kind);
            deliveries += ids.len();
            let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
            assert_eq!(distinct.len(), 1, "one event, however often it is delivered");
        }
    }
    println!(
        "{count} finalizations, {KILLS} kills: each stored once; {} events, delivered {deliveries} times",
        2 * count
    );
    assert_eq!(http(&program.url).get("/health/live").status, 200);
}

/// Returns the ids of a session's deliveries of this event, after waiting for the first.
#[track_caller]
fn delivered_ids(receiver: &Receiver, session: &str, kind: &str) -> Vec<String> {
    let of_it = || -> Vec<String> {
        let all = receiver.all().into_iter().map(|one| one.event());
        let of_it = all.filter(|event| event["data"]["session_id"] == session && event["type"] == kind);
        of_it.map(|event| event["id"].as_str().unwrap().to_owned()).collect()
    };
    // What was under way at a kill is leased for a minute.
    receiver::wait(|| !of_it().is_empty(), Duration::from_secs(180), kind);
    of_it()
}
