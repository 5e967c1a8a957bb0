//! The program killed in the middle of many uploads, and of many finalizations: nothing that was answered is lost, and
//! nothing is there by half. `KYC_FAULT_RUN` says how many finalizations.

mod support;

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use kyc_sandbox::store::blob_store::Folder;
use kyc_sandbox::store::images::{self, Kind};
use serde_json::{Value, json};
use support::flow::{Flow, PLACE, Shown};
use support::program::{Kept, PROGRAM, Program};
use support::{http, jpeg};

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
    let picture = |session: u8, upload: u8| {
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
                let (answered, picture) = (&answered, &picture);
                scope.spawn(move || {
                    for upload in 0..UPLOADS_EACH {
                        let image = picture(session, upload);
                        let parts: [(&str, &[u8]); 4] = [
                            ("session_id", flow.id.as_bytes()),
                            ("latitude", PLACE.0.as_bytes()),
                            ("longitude", PLACE.1.as_bytes()),
                            ("image", &image),
                        ];
                        let body = support::multipart_body(&parts);
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
        let expected: Vec<_> = counted.checked_sub(1).map(|last| picture(session, last as u8)).into_iter().collect();
        assert!(images == expected, "the image is the last one of the history, whole");
        assert_eq!(seen["document_front_given"], counted > 0);
    }
    // And it goes on.
    let parts: [(&str, &[u8]); 4] =
        [("session_id", flows[0].id.as_bytes()), ("latitude", b"1"), ("longitude", b"2"), ("image", &picture(0, 255))];
    flows[0].page.at(&program.url).multipart("/idv/sdk/document/front/add", &parts).ok();
}

#[test]
fn killed_in_the_middle_of_finalizations() {
    if let Some(missing) = support::models().missing() {
        println!("skipped: no model `{missing}` (cargo xtask models makes it)");
        return;
    }
    let count: usize = std::env::var("KYC_FAULT_RUN").map_or(16, |n| n.parse().unwrap());
    let kept = Kept::new();
    let models = support::models_folder();
    let arguments =
        ["--models", models.to_str().unwrap(), "--allow-replays", "--rate", "100000", "--request-timeout", "1800"];
    let program = Program::start(&kept, &arguments);
    let secret = client_of(&kept);
    let shown = Shown::new();
    let flows: Vec<Flow> = (0..count)
        .map(|_| {
            let mut flow = Flow::begin(&program.url, "shop", &secret);
            flow.give(&shown);
            flow
        })
        .collect();

    let answered = AtomicUsize::new(0);
    let together = Barrier::new(count);
    let answers: Vec<Option<Value>> = std::thread::scope(|scope| {
        let finalize = |flow: &Flow| {
            together.wait();
            let body = json!({ "session_id": flow.id }).to_string().into_bytes();
            let reply = flow.page.try_send("POST", "/idv/sdk/finalize", Some(("application/json", body))).ok()?;
            let answer = reply.ok();
            answered.fetch_add(1, Ordering::SeqCst);
            Some(answer)
        };
        let threads: Vec<_> = flows.iter().map(|flow| scope.spawn(move || finalize(flow))).collect();
        while answered.load(Ordering::SeqCst) < count / 4 {
            std::thread::yield_now();
        }
        program.kill();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let in_all = answers.iter().flatten().count();
    assert!(in_all < count, "killed too late to tell");

    let program = Program::start(&kept, &arguments);
    let mut complete = 0;
    let mut again = 0;
    for (flow, answer) in flows.iter().zip(&answers) {
        let body = json!({ "session_id": flow.id });
        let backend = flow.backend.at(&program.url);
        let seen = backend.json("/idv/session/read", body.clone()).ok();
        let ended = events(&seen, "finalized_verified") + events(&seen, "finalized_not_verified");
        match seen["status_e"].as_str().unwrap() {
            "complete" => {
                complete += 1;
                assert_eq!(ended, 1);
                assert!(events(&seen, "check") > 0, "{seen}");
                backend.json("/idv/document/read", body).ok();
            }
            _ => {
                assert!(answer.is_none(), "an answer was lost");
                assert_eq!((ended, events(&seen, "check"), &seen["verified"]), (0, 0, &json!(false)));
                backend.json("/idv/document/read", body.clone()).refused(404, "not_found", None);
                if again < 2 {
                    again += 1;
                    let page = flow.page.at(&program.url);
                    assert!(page.json("/idv/sdk/finalize", body).ok()["verified"].is_boolean());
                }
            }
        }
        if let Some(answer) = answer {
            assert_eq!(seen["verified"], answer["verified"]);
        }
    }
    println!("killed after {in_all} of {count} finalizations were answered; {complete} had been stored");
    assert_eq!(http(&program.url).get("/health/live").status, 200);
}
