//! Active liveness over HTTP, by a rendered head that does what it is asked: the verdict, and what the frames are
//! stored as.

use crate::support::{Http, Server};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{Rgb, RgbImage};
use kyc_capture::core::liveness::steps::{ActiveStep, derive_challenge};
use kyc_sandbox::config::Config;
use kyc_specimen::document;
use kyc_specimen::encode::jpeg;
use kyc_specimen::head::stream::{perform, person, with_tremor};
use kyc_specimen::head::{HeadScene, render};
use kyc_specimen::person::{Person, Portrait};
use kyc_specimen::scene::{self, Pose};
use serde_json::{Value, json};

const GENERATE: &str = "/idv/sdk/liveness/session/generate";
const PROCESS: &str = "/idv/sdk/liveness/session/process";
const DOWNLOAD: &str = "/idv/document/download";

/// Whose head it is, and whose portrait is on the passport.
const WHO: u64 = 4;

/// Moments of one stream, milliseconds apart.
const APART_MS: f64 = 1_300.0;

fn frame(scene: &HeadScene) -> Vec<u8> {
    let seen = render(scene, 640, 480);
    jpeg(&RgbImage::from_fn(640, 480, |x, y| {
        let at = (y * 640 + x) as usize * 4;
        Rgb([seen.rgba[at], seen.rgba[at + 1], seen.rgba[at + 2]])
    }))
}

/// The frames of a person who does these movements: straight, each movement, straight. `stream`: another one for each
/// number.
fn moving(who: u64, steps: &[ActiveStep], stream: u64) -> Vec<Vec<u8>> {
    let all = [None].into_iter().chain(steps.iter().copied().map(Some)).chain([None]);
    all.enumerate()
        .map(|(i, step)| {
            let now = with_tremor(&person(who), stream, i as f64 * APART_MS);
            frame(&step.map_or(now.clone(), |step| perform(&now, step, 1.0, 1.0)))
        })
        .collect()
}

/// A session of active liveness up to the frames: its caller, its id and the token of its liveness session.
fn begun(server: &Server, steps: u64, portrait: Portrait) -> (Http, String, String) {
    let http = server.backend();
    let create = json!({ "liveness_mode": "passive_active", "settings": { "active_steps": steps } });
    let id = http.json("/idv/session/create", create).ok()["session_id"].as_str().unwrap().to_owned();
    http.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
    http.json("/idv/sdk/document/type/update", json!({ "session_id": id, "document_type_e": "passport" })).ok();
    let passport = Person { portrait, ..Person::invented(1, false) };
    let front = jpeg(&scene::with_document((1920, 1080), &document::passport(&passport), &Pose::default()));
    let parts: [(&str, &[u8]); 4] =
        [("session_id", id.as_bytes()), ("latitude", b"43.2"), ("longitude", b"76.9"), ("image", &front)];
    http.multipart("/idv/sdk/document/front/add", &parts).ok();
    let opened = http.json(GENERATE, json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9 })).ok();
    (http, id, opened["token"].as_str().unwrap().to_owned())
}

fn process(id: &str, frames: &[Vec<u8>], token: &str) -> Value {
    let images: Vec<_> = frames.iter().map(|frame| STANDARD.encode(frame)).collect();
    json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9, "images": images, "token": token })
}

/// Goes through a session of IDA in which two movements are asked for. `does`: what the person makes of them.
fn signs_in(http: &Http, identity: &str, stream: u64, does: impl Fn(Vec<ActiveStep>) -> Vec<ActiveStep>) -> Value {
    let create = json!({
        "identity_id": identity, "liveness_mode": "passive_active", "settings": { "active_steps": 2 },
    });
    let id = http.json("/ida/session/create", create).ok()["session_id"].as_str().unwrap().to_owned();
    let place = json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9 });
    let opened = http.json("/ida/sdk/liveness/session/generate", place).ok();
    let token = opened["token"].as_str().unwrap();
    let frames = moving(WHO, &does(derive_challenge(token, 0, 2)), stream);
    http.json("/ida/sdk/liveness/session/process", process(&id, &frames, token)).ok();
    http.json_when_free("/ida/sdk/finalize", &json!({ "session_id": id })).ok();
    http.json("/ida/session/read", json!({ "session_id": id })).ok()
}

/// Sends the frames and asks for the verdict.
fn ended(http: &Http, id: &str, frames: &[Vec<u8>], token: &str) -> Value {
    http.json(PROCESS, process(id, frames, token)).ok();
    http.json_when_free("/idv/sdk/finalize", &json!({ "session_id": id })).ok();
    http.json("/idv/session/read", json!({ "session_id": id })).ok()
}

fn check(session: &Value, kind: &str) -> Value {
    session["history"].as_array().unwrap().iter().find(|e| e["check"] == kind).cloned().unwrap_or_default()
}

#[test]
fn who_does_what_is_asked_is_verified_and_the_frames_have_their_names() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    let (http, id, token) = begun(&server, 3, Portrait::Head(WHO));
    let steps = derive_challenge(&token, 0, 3);
    let frames = moving(WHO, &steps, 1);
    let session = ended(&http, &id, &frames, &token);
    assert_eq!(session["verified"], true, "{steps:?}: {}", session["history"]);
    assert_eq!(check(&session, "liveness_movements")["passed"], true);
    let download = |kind: &str| http.json(DOWNLOAD, json!({ "session_id": id, "storage_file_type_e": kind }));
    for (kind, frame) in [
        ("selfie", 0),
        ("liveness_passive", 0),
        ("liveness_active_step_1", 1),
        ("liveness_active_step_2", 2),
        ("liveness_active_step_3", 3),
    ] {
        assert!(download(kind).body == frames[frame], "{kind} is frame {frame}");
    }
    download("liveness_active_step_4").refused(404, "not_found", None);
    // The identity that came of it is known by the same movements, in the order of another token.
    let identity = session["identity_id"].as_str().expect("an identity");
    let known = signs_in(&http, identity, 11, |asked| asked);
    assert_eq!((&known["authenticated"], &check(&known, "liveness_movements")["passed"]), (&json!(true), &json!(true)));
    let unmoved = signs_in(&http, identity, 12, |asked| vec![asked[0], asked[0]]);
    assert_eq!(unmoved["authenticated"], false);
    assert_eq!(check(&unmoved, "liveness_movements")["passed"], false, "{unmoved}");
    assert_eq!(check(&unmoved, "same_person")["passed"], true);

    // Frames of one session serve no other.
    let (http, other, token) = begun(&server, 3, Portrait::Head(WHO));
    http.json(PROCESS, process(&other, &frames, &token)).refused(422, "field_invalid", Some("images"));
}

#[test]
fn movements_that_were_not_asked_for_are_none() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    let others = |asked: &[Vec<ActiveStep>]| -> Vec<ActiveStep> {
        let first: Vec<_> = asked.iter().map(|draw| draw[0]).collect();
        let turn = ActiveStep::ALL.iter().find(|step| step.is_turn() && !first.contains(step));
        vec![*turn.unwrap_or(&ActiveStep::Blink), asked[0][1]]
    };
    type Frames = Box<dyn Fn(&[Vec<ActiveStep>]) -> Vec<Vec<u8>>>;
    let table: [(&str, Frames); 3] = [
        ("other movements", Box::new(move |draws| moving(WHO, &others(draws), 2))),
        // The same image three times, as of a print that does not move.
        ("none", Box::new(|_| (0..4).map(|i| frame(&with_tremor(&person(WHO), 3, f64::from(i) * APART_MS))).collect())),
        ("one frame too few", Box::new(|draws| moving(WHO, &draws[0][..1], 4))),
    ];
    for (name, frames) in table {
        let (http, id, token) = begun(&server, 2, Portrait::Head(WHO));
        let draws: Vec<_> = (0..3).map(|attempt| derive_challenge(&token, attempt, 2)).collect();
        let session = ended(&http, &id, &frames(&draws), &token);
        let movements = check(&session, "liveness_movements");
        assert_eq!((&session["verified"], &movements["passed"]), (&json!(false), &json!(false)), "{name}: {movements}");
        let step = json!({ "session_id": id, "storage_file_type_e": "liveness_active_step_1" });
        http.json(DOWNLOAD, step).refused(404, "not_found", None);
    }
}

#[test]
fn another_person_who_moves_as_asked_is_not_the_holder() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    let (http, id, token) = begun(&server, 2, Portrait::Astronaut);
    let session = ended(&http, &id, &moving(WHO, &derive_challenge(&token, 0, 2), 5), &token);
    assert_eq!(session["verified"], false);
    assert_eq!(check(&session, "liveness_movements")["passed"], true);
    assert_eq!(check(&session, "same_person")["passed"], false, "{}", check(&session, "same_person"));
}
