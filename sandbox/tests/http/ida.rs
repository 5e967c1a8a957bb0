//! Sessions that authenticate a known identity: what a backend and a browser may do with them, and the verdict, over
//! HTTP.

use crate::support::verified::{Visit, backend_of, frames_of, identity_of, visit};
use crate::support::{CLIENT, Http, OTHER_CLIENT, Server, huge_png, jpeg};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::Rgb;
use kyc_sandbox::config::Config;
use kyc_sandbox::models::Models;
use kyc_specimen::document;
use kyc_specimen::encode;
use kyc_specimen::person::{Person, Portrait};
use kyc_specimen::scene::{self, Pose};
use serde_json::{Value, json};

const CREATE: &str = "/ida/session/create";
const READ: &str = "/ida/session/read";
const LIST: &str = "/ida/session/list";
const DELETE: &str = "/ida/session/delete";
const LOCATION: &str = "/ida/session/location/read";
const DOWNLOAD: &str = "/ida/document/download";
const SDK_READ: &str = "/ida/sdk/session/read";
const METADATA: &str = "/ida/sdk/metadata/update";
const GENERATE: &str = "/ida/sdk/liveness/session/generate";
const PROCESS: &str = "/ida/sdk/liveness/session/process";
const FINALIZE: &str = "/ida/sdk/finalize";

/// A person who is known, by a session that was verified.
fn known(server: &Server, seed: u8) -> String {
    identity_of(server, CLIENT, &visit(server, &Visit { seed, ..Visit::default() })).expect("an identity")
}

fn create(http: &Http, identity: &str) -> String {
    http.json(CREATE, json!({ "identity_id": identity })).ok()["session_id"].as_str().unwrap().to_owned()
}

fn by_id(id: &str) -> Value {
    json!({ "session_id": id })
}

fn liveness(id: &str, frames: &[Vec<u8>]) -> Value {
    let images: Vec<_> = frames.iter().map(|frame| STANDARD.encode(frame)).collect();
    json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9, "images": images })
}

#[test]
fn a_session_is_made_for_a_verified_identity_alone() {
    let server = Server::start();
    let http = server.backend();
    let identity = known(&server, 1);
    let other = identity_of(
        &server,
        OTHER_CLIENT,
        &visit(&server, &Visit { seed: 2, client: OTHER_CLIENT, ..Visit::default() }),
    );
    let table = [
        (json!({}), 400, "field_missing", Some("identity_id")),
        (json!({ "identity_id": "" }), 400, "field_missing", Some("identity_id")),
        (json!({ "identity_id": [identity] }), 400, "invalid_request", Some("identity_id")),
        (json!({ "identity_id": "unknown" }), 404, "not_found", Some("identity_id")),
        (json!({ "identity_id": other }), 404, "not_found", Some("identity_id")),
        (json!({ "identity_id": identity, "liveness_mode": "loud" }), 400, "invalid_request", Some("liveness_mode")),
        (json!({ "identity_id": identity, "webhook_url": 7 }), 400, "invalid_request", Some("webhook_url")),
        (json!({ "identity_id": identity, "metadata": "x" }), 400, "invalid_request", Some("metadata")),
        (json!({ "identity_id": identity, "settings": [] }), 400, "invalid_request", Some("settings")),
    ];
    for (body, status, code, field) in table {
        http.json(CREATE, body).refused(status, code, field);
    }
    let body = json!({
        "identity_id": identity, "webhook_url": "https://integrator.example/hook", "liveness_mode": "passive_active",
        "metadata": { "order": 7, "user_id": "u1" }, "settings": { "active_steps": 2 },
    });
    let id = http.json(CREATE, body).ok()["session_id"].as_str().unwrap().to_owned();
    let read = http.json(READ, by_id(&id)).ok();
    let expected = json!({
        "session_id": id, "user_id": "u1", "client_id": CLIENT, "idv_weights_id": null, "status_e": "in_progress",
        "created_at": read["created_at"], "completed_at": null, "identity_id": identity,
        "first_name": "ANNA", "middle_name": "MARIA", "last_name": "ERIKSSON", "suffix_name": null,
        "liveness_detected": false, "liveness_detected_at": null, "selfie_given": false, "selfie_given_at": null,
        "authenticated": false, "metadata": { "order": 7, "user_id": "u1" },
        "webhook_url": "https://integrator.example/hook", "settings": { "active_steps": 2 },
        "history": [{ "at": read["created_at"], "event": "session_created" }],
    });
    assert_eq!(read, expected);
    let sdk = http.json(SDK_READ, by_id(&id)).ok();
    assert_eq!(sdk["sdk_metadata"], json!({ "liveness_mode": "passive_active", "active_steps": 2 }));
}

#[test]
fn a_browser_goes_through_it_with_its_own_token() {
    let server = Server::start();
    let backend = server.backend();
    let identity = known(&server, 1);
    let (id, another) = (create(&backend, &identity), create(&backend, &identity));
    let form = format!(
        "grant_type=client_credentials&client_id={CLIENT}&client_secret=a+secret+with+spaces+%26+signs\
         &scope=session:{id}"
    );
    let token = crate::support::http(&server.url).form("/oauth2/token", &form).ok()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let http = backend.header("authorization", &format!("Bearer {token}"));

    let fresh = http.json(SDK_READ, by_id(&id)).ok();
    let expected = json!({
        "session_id": id, "identity_id": identity, "user_id": null, "client_id": CLIENT, "status_e": "in_progress",
        "first_name": "ANNA", "middle_name": "MARIA", "last_name": "ERIKSSON", "suffix_name": null,
        "liveness_detected": false, "liveness_detected_at": null, "selfie_given": false, "selfie_given_at": null,
        "authenticated": false, "liveness_provider_e": "kyc-capture", "sdk_metadata": {},
    });
    assert_eq!(fresh, expected);
    http.json(FINALIZE, by_id(&id)).refused(409, "step_conflict", Some("liveness"));
    http.json(DOWNLOAD, by_id(&id)).refused(403, "forbidden", None);
    let place = json!({ "session_id": id, "latitude": -1, "longitude": 179.5 });
    assert!(http.json(GENERATE, place).ok()["token"].as_str().is_some_and(|token| !token.is_empty()));
    let frames = frames_of(4);
    assert!(http.json(PROCESS, liveness(&id, &frames)).ok()["token"].as_str().is_some_and(|token| !token.is_empty()));
    // Once more, as after a lost reply.
    http.json(PROCESS, liveness(&id, &frames)).ok();
    let metadata = json!({ "session_id": id, "sdk_metadata": { "version": "0.1.0", "steps": [1, null] } });
    assert_eq!(http.json(METADATA, metadata).ok(), json!({}));
    let given = http.json(SDK_READ, by_id(&id)).ok();
    assert_eq!((&given["selfie_given"], &given["liveness_detected"]), (&json!(true), &json!(true)));
    assert!(given["selfie_given_at"].as_str().is_some_and(|at| at.ends_with('Z')));
    assert_eq!(given["sdk_metadata"], json!({ "version": "0.1.0", "steps": [1, null] }));
    // Without models the server does not guess.
    http.json(FINALIZE, by_id(&id)).refused(503, "unavailable", None);
    assert_eq!(http.json(SDK_READ, by_id(&id)).ok()["status_e"], "in_progress");

    // The token speaks for this session, for nothing else.
    http.json(SDK_READ, by_id(&another)).refused(403, "forbidden", Some("session_id"));
    for route in [CREATE, READ, LIST, DELETE, LOCATION] {
        let body = json!({ "session_id": id, "identity_id": identity, "location_capture_type_e": "unknown" });
        http.json(route, body).refused(403, "forbidden", None);
    }
    http.without("x-client-id").json(SDK_READ, by_id(&id)).refused(400, "field_missing", Some("X-Client-Id"));
    let named = http.header("x-client-id", OTHER_CLIENT);
    named.json(SDK_READ, by_id(&id)).refused(403, "forbidden", Some("X-Client-Id"));
    http.without("authorization").json(SDK_READ, by_id(&id)).refused(401, "unauthorized", None);
    // A session of IDA is none of IDV, and the other way round.
    backend.json("/idv/sdk/session/read", by_id(&id)).refused(404, "session_not_found", Some("session_id"));
    let (_, idv) = server.session();
    backend.json(SDK_READ, by_id(&idv)).refused(404, "session_not_found", Some("session_id"));

    // What the backend sees of it.
    let read = backend.json(READ, by_id(&id)).ok();
    assert_eq!((&read["selfie_given"], &read["liveness_detected"]), (&json!(true), &json!(false)), "not checked yet");
    let events: Vec<_> = read["history"].as_array().unwrap().iter().map(|e| e["event"].as_str().unwrap()).collect();
    let stored = "liveness_images_stored";
    assert_eq!(events, ["session_created", "liveness_session_generated", stored, stored]);
    let photo = backend.json(DOWNLOAD, by_id(&id));
    assert_eq!((photo.status, photo.header("content-type")), (200, Some("image/jpeg")));
    assert!(photo.body == frames[0]);
    let place = |kind: &str| backend.json(LOCATION, json!({ "session_id": id, "location_capture_type_e": kind }));
    let selfie = place("selfie_image_capture").ok();
    assert_eq!((&selfie["device_latitude"], &selfie["device_longitude"]), (&json!(43.2), &json!(76.9)));
    assert_eq!((&selfie["device_location"], &selfie["ip_address"]), (&json!("43.2,76.9"), &json!("127.0.0.1")));
    for kind in ["front_doc_image_capture", "back_doc_image_capture", "unknown"] {
        place(kind).refused(404, "not_found", None);
    }
    place("moon").refused(400, "invalid_request", Some("location_capture_type_e"));

    // The token ends with its session.
    backend.json(DELETE, by_id(&id)).ok();
    http.json(SDK_READ, by_id(&id)).refused(401, "unauthorized", None);
}

#[test]
fn what_is_not_right_is_refused() {
    let server = Server::start();
    let http = server.backend();
    let identity = known(&server, 1);
    let id = create(&http, &identity);
    let s = id.as_str();
    let frames = |count: u8| (0..count).map(|n| jpeg(100 + n)).collect::<Vec<_>>();
    let table = [
        (READ, json!({}), 400, "field_missing", "session_id"),
        (READ, by_id(""), 400, "field_missing", "session_id"),
        (READ, by_id("none"), 404, "session_not_found", "session_id"),
        (DELETE, json!({}), 400, "field_missing", "session_id"),
        (DELETE, by_id("none"), 404, "session_not_found", "session_id"),
        (DOWNLOAD, by_id("none"), 404, "session_not_found", "session_id"),
        (LOCATION, by_id(s), 400, "field_missing", "location_capture_type_e"),
        (
            LOCATION,
            json!({ "session_id": "none", "location_capture_type_e": "selfie_image_capture" }),
            404,
            "session_not_found",
            "session_id",
        ),
        (LIST, json!({ "take": 501 }), 422, "field_invalid", "take"),
        (LIST, json!({ "status": "done" }), 400, "invalid_request", "status"),
        (LIST, json!({ "verified": "yes" }), 400, "invalid_request", "verified"),
        (LIST, json!({ "start_date": "soon" }), 422, "field_invalid", "start_date"),
        (LIST, json!({ "end_date": 7 }), 400, "invalid_request", "end_date"),
        (SDK_READ, json!({}), 400, "field_missing", "session_id"),
        (SDK_READ, by_id(""), 400, "field_missing", "session_id"),
        (SDK_READ, by_id("none"), 404, "session_not_found", "session_id"),
        (METADATA, by_id(s), 400, "field_missing", "sdk_metadata"),
        (METADATA, json!({ "session_id": s, "sdk_metadata": 1 }), 400, "invalid_request", "sdk_metadata"),
        (GENERATE, json!({ "session_id": s, "longitude": 1 }), 400, "field_missing", "latitude"),
        (GENERATE, json!({ "session_id": s, "latitude": 1 }), 400, "field_missing", "longitude"),
        (GENERATE, json!({ "session_id": s, "latitude": 91, "longitude": 1 }), 422, "field_invalid", "latitude"),
        (GENERATE, json!({ "session_id": s, "latitude": 1, "longitude": -181 }), 422, "field_invalid", "longitude"),
        (PROCESS, json!({ "session_id": s, "latitude": 1, "longitude": 1 }), 400, "field_missing", "images"),
        (PROCESS, liveness(s, &[]), 400, "field_missing", "images"),
        (PROCESS, liveness(s, &[b"text".to_vec()]), 415, "unsupported_media_type", "images[0]"),
        (PROCESS, liveness(s, &[huge_png()]), 422, "image_invalid", "images[0]"),
        (PROCESS, liveness(s, &frames(17)), 422, "field_invalid", "images"),
        (PROCESS, liveness(s, &[jpeg(100), jpeg(100)]), 422, "field_invalid", "images"),
        // The same images from which the identity was created.
        (PROCESS, liveness(s, &frames_of(1)), 422, "field_invalid", "images"),
        (FINALIZE, json!({}), 400, "field_missing", "session_id"),
    ];
    for (route, body, status, code, field) in table {
        http.json(route, body).refused(status, code, Some(field));
    }
    http.json(DOWNLOAD, by_id(s)).refused(404, "not_found", None);
    let selfie = json!({ "session_id": s, "location_capture_type_e": "selfie_image_capture" });
    http.json(LOCATION, selfie).refused(404, "not_found", None);
    // Another session, IDA or IDV, refuses the images of this one.
    http.json(PROCESS, liveness(s, &frames(2))).ok();
    let other = create(&http, &identity);
    http.json(PROCESS, liveness(&other, &frames(1))).refused(422, "field_invalid", Some("images"));
    let (_, idv) = server.session_of("passport");
    let again = liveness(&idv, &frames(1));
    http.json("/idv/sdk/liveness/session/process", again).refused(422, "field_invalid", Some("images"));
    // Another client sees none of it.
    let stranger = backend_of(&server, OTHER_CLIENT);
    for route in [READ, DELETE, DOWNLOAD, SDK_READ, FINALIZE] {
        stranger.json(route, by_id(s)).refused(404, "session_not_found", Some("session_id"));
    }
    assert_eq!(stranger.json(LIST, json!({})).ok()["sessions"], json!([]));
    // After its life it takes nothing.
    server.app.clock.advance_ms(server.app.config.session_life_ms);
    let http = server.backend();
    for (route, body) in [
        (METADATA, json!({ "session_id": s, "sdk_metadata": {} })),
        (GENERATE, json!({ "session_id": s, "latitude": 1, "longitude": 1 })),
        (PROCESS, liveness(s, &frames(3))),
        (FINALIZE, by_id(s)),
    ] {
        http.json(route, body).refused(409, "session_expired", None);
    }
    assert_eq!(http.json(READ, by_id(s)).ok()["status_e"], "expired");
}

#[test]
fn lists_are_filtered_paged_and_counted() {
    let server = Server::start();
    let http = server.backend();
    let anna = known(&server, 1);
    let bermet = |e: &mut kyc_sandbox::verification::decide::Evidence| {
        let document = e.document.as_mut().unwrap();
        (document.first_name, document.last_name) = (Some("BERMET".into()), Some("OSMONOVA".into()));
        document.document_number = Some("AN1234567".into());
    };
    let bermet = visit(&server, &Visit { seed: 2, evidence: Box::new(bermet), ..Visit::default() });
    let bermet = identity_of(&server, CLIENT, &bermet).unwrap();
    let first = http.json(CREATE, json!({ "identity_id": anna, "metadata": { "order": 1, "user_id": "u1" } })).ok();
    let first = first["session_id"].as_str().unwrap().to_owned();
    server.app.clock.advance_ms(server.app.config.session_life_ms);
    let http = server.backend();
    let noon = kyc_sandbox::clock::iso8601(server.app.clock.now_ms());
    server.app.clock.advance_ms(1);
    let second = create(&http, &bermet);
    let table = [
        (json!({}), vec![&second, &first], (1, 1)),
        (json!({ "take": 1 }), vec![&second], (1, 1)),
        (json!({ "take": 1, "skip": 1 }), vec![&first], (1, 1)),
        (json!({ "identity_id": anna }), vec![&first], (0, 1)),
        (json!({ "identity_id": ["unknown", bermet] }), vec![&second], (1, 0)),
        (json!({ "client_id": [OTHER_CLIENT] }), vec![], (0, 0)),
        (json!({ "client_id": CLIENT, "user_id": [] }), vec![&second, &first], (1, 1)),
        (json!({ "user_id": "u1" }), vec![&first], (0, 1)),
        (json!({ "search_term": "osmon berm" }), vec![&second], (1, 0)),
        (json!({ "search_term": "" }), vec![&second, &first], (1, 1)),
        (json!({ "verified": true }), vec![], (0, 0)),
        (json!({ "verified": false }), vec![&second, &first], (1, 1)),
        (json!({ "status": "expired" }), vec![&first], (1, 1)),
        (json!({ "status": "in_progress" }), vec![&second], (1, 1)),
        (json!({ "status": "unknown" }), vec![], (1, 1)),
        (json!({ "start_date": noon, "end_date": null }), vec![&second], (1, 0)),
        (json!({ "start_date": null, "end_date": noon }), vec![&first], (0, 1)),
        (json!({ "metadata": { "order": 1 } }), vec![&first], (0, 1)),
        (json!({ "metadata": { "order": 2 } }), vec![], (0, 0)),
    ];
    for (filter, expected, (open, expired)) in table {
        let list = http.json(LIST, filter.clone()).ok();
        let ids: Vec<_> =
            list["sessions"].as_array().unwrap().iter().map(|s| s["session_id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{filter}");
        let counts = &list["meta_counts"];
        assert_eq!((&counts["in_progress"], &counts["expired"]), (&json!(open), &json!(expired)), "{filter}");
        let total = if filter.get("take").is_some() { 2 } else { expected.len() };
        assert_eq!(counts["total"], total, "{filter}");
    }
    let entry = http.json(LIST, json!({ "identity_id": anna })).ok()["sessions"][0].clone();
    assert_eq!((&entry["last_name"], &entry["authenticated"]), (&json!("ERIKSSON"), &json!(false)));
}

#[test]
fn what_is_removed_is_gone() {
    let server = Server::start();
    let http = server.backend();
    let identity = known(&server, 1);
    let (deleted, anonymized) = (create(&http, &identity), create(&http, &identity));
    http.json(PROCESS, liveness(&deleted, &frames_of(2))).ok();
    http.json(PROCESS, liveness(&anonymized, &frames_of(3))).ok();
    let stored = |file: Vec<u8>| {
        let is = move |c: &kyc_sandbox::store::db::Connection| {
            use kyc_sandbox::params;
            Ok(c.exists("SELECT 1 FROM blob WHERE bytes = ?1", params![file])?)
        };
        server.app.store.run_blocking(is).unwrap()
    };
    let (of_deleted, of_anonymized) = (frames_of(2)[0].clone(), frames_of(3)[0].clone());
    assert!(stored(of_deleted.clone()) && stored(of_anonymized.clone()));
    assert_eq!(http.json(DELETE, by_id(&deleted)).ok(), json!({}));
    assert!(!stored(of_deleted) && stored(of_anonymized.clone()));
    http.json(READ, by_id(&deleted)).refused(404, "session_not_found", Some("session_id"));
    http.json(DELETE, by_id(&deleted)).refused(404, "session_not_found", Some("session_id"));

    http.json("/identity/anonymize", json!({ "identity_id": identity })).ok();
    assert!(!stored(of_anonymized));
    let left = http.json(READ, by_id(&anonymized)).ok();
    assert_eq!(
        (&left["last_name"], &left["selfie_given"], &left["status_e"]),
        (&Value::Null, &json!(false), &json!("expired"))
    );
    http.json(FINALIZE, by_id(&anonymized)).refused(409, "session_expired", None);
}

/// A server with the models, unless there are none to be had.
fn with_models() -> Option<Server> {
    crate::support::server_with_models(Config { demo_client_id: Some(CLIENT.to_owned()), ..Config::default() })
}

/// Frames of a person, each with a row of its own, as a camera's noise would make them differ.
fn person(portrait: Portrait, seed: u8) -> Vec<Vec<u8>> {
    let face = scene::with_face_of(portrait, (640, 480));
    (0..3)
        .map(|i| {
            let mut frame = face.clone();
            // Another moment, another light: no two frames of a camera are one.
            frame.pixels_mut().for_each(|p| p.0 = p.0.map(|v| v.saturating_sub(seed * 2 + i)));
            (0..16).for_each(|x| frame.put_pixel(x, 0, Rgb([seed.wrapping_mul(16), i * 60, 128])));
            encode::jpeg(&frame)
        })
        .collect()
}

/// Goes through a session of IDV with a passport, to its verdict.
fn enrol(server: &Server, passport: &Person, portrait: Portrait, seed: u8) -> Value {
    let (http, id) = server.session_of("passport");
    let front = encode::jpeg(&scene::with_document((1920, 1080), &document::passport(passport), &Pose::default()));
    let parts: [(&str, &[u8]); 4] =
        [("session_id", id.as_bytes()), ("latitude", b"43.2"), ("longitude", b"76.9"), ("image", &front)];
    http.multipart("/idv/sdk/document/front/add", &parts).ok();
    http.json("/idv/sdk/liveness/session/process", liveness(&id, &person(portrait, seed))).ok();
    http.json_when_free("/idv/sdk/finalize", &by_id(&id)).ok();
    http.json("/idv/session/read", by_id(&id)).ok()
}

#[test]
fn the_same_person_is_authenticated_and_another_is_not() {
    let Some(server) = with_models() else { return };
    let http = server.backend();
    http.json("/demo/ida/session", json!({})).refused(404, "not_found", Some("identity_id"));
    let passport = Person::invented(1, false);
    let enrolled = enrol(&server, &passport, Portrait::Astronaut, 1);
    assert_eq!(enrolled["verified"], true, "{}", enrolled["history"]);
    let identity = enrolled["identity_id"].as_str().expect("an identity").to_owned();
    let mut one_without = person(Portrait::Astronaut, 3);
    one_without[1] = encode::jpeg(&scene::empty((640, 480)));
    let table = [
        ("the person", person(Portrait::Astronaut, 2), true, true),
        ("a frame without a face", one_without, false, false),
        ("another person", person(Portrait::Officer, 4), true, false),
    ];
    for (name, frames, live, authenticated) in table {
        let id = create(&http, &identity);
        http.json(PROCESS, liveness(&id, &frames)).ok();
        assert_eq!(http.json_when_free(FINALIZE, &by_id(&id)).ok(), json!({}), "{name}");
        let read = http.json(READ, by_id(&id)).ok();
        assert_eq!((&read["status_e"], &read["authenticated"]), (&json!("complete"), &json!(authenticated)), "{read}");
        assert_eq!(read["liveness_detected"], live, "{name}");
        assert_eq!(read["liveness_detected_at"].is_string(), live, "{name}");
        assert!(read["idv_weights_id"].is_string() && read["completed_at"].is_string());
        let check = |kind: &str| {
            read["history"].as_array().unwrap().iter().find(|e| e["check"] == kind).cloned().unwrap_or_default()
        };
        assert_eq!(check("liveness_faces")["passed"], live, "{name}");
        assert_eq!(check("same_person")["passed"], name != "another person", "{name}: {}", check("same_person"));
        let sdk = http.json(SDK_READ, by_id(&id)).ok();
        assert_eq!((&sdk["status_e"], &sdk["authenticated"]), (&json!("complete"), &json!(authenticated)), "{name}");
        // Again: nothing happens; and nothing is taken any more.
        assert_eq!(http.json_when_free(FINALIZE, &by_id(&id)).ok(), json!({}));
        assert_eq!(http.json(READ, by_id(&id)).ok(), read);
        let late = json!({ "session_id": id, "sdk_metadata": {} });
        http.json(METADATA, late).refused(409, "session_complete", None);
        let listed = http.json(LIST, json!({ "verified": authenticated, "status": "complete" })).ok();
        assert!(listed["sessions"].as_array().unwrap().iter().any(|s| s["session_id"] == id), "{name}");
    }

    // The client's own tolerance counts.
    let mut weights = http.get("/idv/weights").ok();
    weights["verified_account_face_encoding_tolerance"] = json!(0.0);
    http.json("/idv/weights", weights).ok();
    let id = create(&http, &identity);
    http.json(PROCESS, liveness(&id, &person(Portrait::Astronaut, 5))).ok();
    http.json_when_free(FINALIZE, &by_id(&id)).ok();
    assert_eq!(http.json(READ, by_id(&id)).ok()["authenticated"], false);

    // The demo's own backend: the newest identity.
    let started = http.post("/demo/ida/session", "", vec![]).ok();
    let id = started["sessionId"].as_str().unwrap();
    let page = crate::support::http(&server.url)
        .header("authorization", &format!("Bearer {}", started["accessToken"].as_str().unwrap()))
        .header("x-client-id", CLIENT);
    assert_eq!(page.json(SDK_READ, by_id(id)).ok()["identity_id"], identity.as_str());
    let read = http.json("/demo/ida/session/read", json!({ "sessionId": id })).ok();
    assert_eq!(read["status_e"], "in_progress");
    http.json("/demo/token", json!({ "sessionId": id })).ok();
    http.json("/demo/ida/session", json!({ "identityId": "unknown" })).refused(404, "not_found", Some("identity_id"));
}

#[test]
fn who_comes_with_another_document_is_recognised_by_the_face() {
    let Some(server) = with_models() else { return };
    let passport = Person::invented(1, false);
    let renewed = Person { document_number: "X7654321".into(), ..passport.clone() };
    let first = enrol(&server, &passport, Portrait::Astronaut, 1);
    let again = enrol(&server, &renewed, Portrait::Astronaut, 2);
    assert_eq!((&first["verified"], &again["verified"]), (&json!(true), &json!(true)), "{}", again["history"]);
    assert!(first["identity_id"].is_string());
    assert_eq!(first["identity_id"], again["identity_id"]);
}

#[test]
fn without_the_model_that_compares_nobody_is_authenticated() {
    let server = Server::with(Config::default(), Models::default());
    let http = server.backend();
    let id = create(&http, &known(&server, 1));
    http.json(PROCESS, liveness(&id, &frames_of(2))).ok();
    http.json(FINALIZE, by_id(&id)).refused(503, "unavailable", None);
    assert_eq!(http.json(READ, by_id(&id)).ok()["authenticated"], false);
    // The images of the identity were deleted with its session.
    let identity = http.json(READ, by_id(&id)).ok()["identity_id"].clone();
    let gone = move |c: &kyc_sandbox::store::db::Connection| {
        use kyc_sandbox::params;
        let identity = identity.as_str().unwrap_or_default().to_owned();
        Ok(c.execute("DELETE FROM session WHERE identity_id = ?1", params![identity])?)
    };
    assert_eq!(server.app.store.run_blocking(gone).unwrap(), 1);
    http.json(FINALIZE, by_id(&id)).refused(409, "step_conflict", Some("identity_id"));
}
