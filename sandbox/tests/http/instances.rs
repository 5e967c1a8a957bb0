//! Two processes on one database, behind a balancer that sends each request to the other one: nothing of a flow is
//! lost, and nothing is known to one alone.

use std::process::Command;

use crate::support::program::{Kept, PROGRAM, Program};
use crate::support::{Http, http, jpeg};
use serde_json::{Value, json};

fn callers(programs: &[Program; 2], token: &str) -> [Http; 2] {
    programs
        .each_ref()
        .map(|p| http(&p.url).header("authorization", &format!("Bearer {token}")).header("x-client-id", "shop"))
}

#[test]
fn a_flow_may_go_to_either_process_at_each_step() {
    let kept = Kept::new();
    let programs = [Program::start(&kept, &[]), Program::start(&kept, &[])];
    let made = Command::new(PROGRAM).args(["--add-client", "shop"]).args(kept.arguments()).output().unwrap();
    let text = String::from_utf8(made.stdout).unwrap();
    let secret = text.lines().find_map(|l| l.strip_prefix("client secret: ")).unwrap();

    // A token of one is known to the other.
    let form = format!("grant_type=client_credentials&client_id=shop&client_secret={secret}");
    let token = |of: &Program, form: &str| -> String {
        http(&of.url).form("/oauth2/token", form).ok()["access_token"].as_str().unwrap().to_owned()
    };
    let backend = callers(&programs, &token(&programs[0], &form));
    let id = backend[1].json("/idv/session/create", json!({})).ok()["session_id"].as_str().unwrap().to_owned();
    let bound = token(&programs[0], &format!("{form}&scope=session:{id}"));
    let page = callers(&programs, &bound);

    page[1].json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
    page[0]
        .json("/idv/sdk/document/type/update", json!({ "session_id": id, "document_type_e": "driver_license" }))
        .ok();
    let upload = |at: usize, side: &str, image: &[u8]| {
        let parts: [(&str, &[u8]); 4] =
            [("session_id", id.as_bytes()), ("latitude", b"1"), ("longitude", b"2"), ("image", image)];
        page[at].multipart(&format!("/idv/sdk/document/{side}/add"), &parts).ok();
    };
    upload(1, "front", &jpeg(1));
    upload(0, "back", &jpeg(2));
    let read = |at: usize| -> Value { backend[at].json("/idv/session/read", json!({ "session_id": id })).ok() };
    let (first, second) = (read(0), read(1));
    assert_eq!(first, second);
    assert_eq!((&first["document_front_given"], &first["document_back_given"]), (&json!(true), &json!(true)));
    let events: Vec<_> = first["history"].as_array().unwrap().iter().map(|e| e["event"].as_str().unwrap()).collect();
    assert_eq!(
        events,
        ["session_created", "consent_given", "document_type_chosen", "document_front_stored", "document_back_stored"]
    );

    // Withdrawn at one, refused by the other at once.
    page[0].json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": false })).ok();
    let metadata = json!({ "session_id": id, "sdk_metadata": {} });
    assert_eq!(page[1].json("/idv/sdk/metadata/update", metadata).status, 403);

    // A process that ends takes nothing with it.
    let [one, other] = programs;
    one.kill();
    http(&other.url)
        .header("authorization", &format!("Bearer {bound}"))
        .header("x-client-id", "shop")
        .json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true }))
        .ok();
}

#[test]
fn both_may_write_at_once() {
    let kept = Kept::new();
    let programs = [Program::start(&kept, &["--demo"]), Program::start(&kept, &["--demo"])];
    let made: Vec<(Value, usize)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|i| {
                let url = &programs[i % 2].url;
                scope.spawn(move || (0..10).map(|_| (http(url).post("/demo/session", "", vec![]).ok(), i)).collect())
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|_| Vec::new())).collect()
    });
    assert_eq!(made.len(), 80);
    for (started, by) in made {
        // Each is read by the process that did not make it.
        let other = &programs[(by + 1) % 2].url;
        http(other).json("/demo/session/read", json!({ "sessionId": started["sessionId"] })).ok();
    }
}
