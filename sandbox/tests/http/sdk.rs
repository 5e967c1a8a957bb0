//! The IDV SDK operations, and what a backend reads of them: every rule, over HTTP.

use crate::support::{Http, Server, huge_png, jpeg, multipart_body, small_image};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::ImageFormat;
use kyc_sandbox::config::Config;
use kyc_sandbox::models::Models;
use serde_json::{Value, json};

const FRONT: &str = "/idv/sdk/document/front/add";
const BACK: &str = "/idv/sdk/document/back/add";
const PROCESS: &str = "/idv/sdk/liveness/session/process";
const GENERATE: &str = "/idv/sdk/liveness/session/generate";
const READ: &str = "/idv/sdk/session/read";

fn upload(http: &Http, route: &str, id: &str, image: &[u8]) -> crate::support::Reply {
    http.multipart(
        route,
        &[("session_id", id.as_bytes()), ("latitude", b"43.2"), ("longitude", b"76.9"), ("image", image)],
    )
}

fn frames(numbers: &[u8]) -> Vec<String> {
    numbers.iter().map(|n| STANDARD.encode(jpeg(*n))).collect()
}

fn liveness(id: &str, images: Vec<String>) -> Value {
    json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9, "images": images })
}

#[test]
fn a_session_tells_what_is_done() {
    let server = Server::start();
    let (http, id) = server.session();
    let read = || http.json(READ, json!({ "session_id": id })).ok();

    let fresh = read();
    assert_eq!(fresh["session_id"], id);
    assert_eq!(fresh["client_id"], crate::support::CLIENT);
    assert_eq!(fresh["document_type_e"], "unknown");
    assert_eq!(fresh["liveness_provider_e"], "kyc-capture");
    for flag in ["consented", "document_front_given", "document_back_given", "liveness_detected", "selfie_given"] {
        assert_eq!(fresh[flag], false, "{flag}");
    }

    let done = http.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
    assert_eq!(done, json!({}));
    let kind = json!({ "session_id": id, "document_type_e": "identification_card" });
    assert_eq!(http.json("/idv/sdk/document/type/update", kind).ok(), json!({}));
    assert_eq!(upload(&http, FRONT, &id, &jpeg(1)).ok(), json!({}));
    assert_eq!(upload(&http, BACK, &id, &small_image(2, ImageFormat::Png)).ok(), json!({}));
    let place = json!({ "session_id": id, "latitude": -1, "longitude": 179.5 });
    assert!(http.json(GENERATE, place).ok()["token"].as_str().is_some_and(|t| !t.is_empty()));
    assert!(http.json(PROCESS, liveness(&id, frames(&[3, 4]))).ok()["token"].as_str().is_some_and(|t| !t.is_empty()));
    let metadata = json!({ "session_id": id, "sdk_metadata": { "version": "0.1.0", "steps": [1, null] } });
    assert_eq!(http.json("/idv/sdk/metadata/update", metadata).ok(), json!({}));

    let full = read();
    assert_eq!(full["document_type_e"], "identification_card");
    assert_eq!(full["sdk_metadata"], json!({ "version": "0.1.0", "steps": [1, null] }));
    for flag in ["consented", "document_front_given", "document_back_given", "liveness_detected", "selfie_given"] {
        assert_eq!(full[flag], true, "{flag}");
    }

    let backend = http.json("/idv/session/read", json!({ "session_id": id })).ok();
    assert_eq!(backend["status_e"], "in_progress");
    assert_eq!(backend["verified"], false);
    assert_eq!(backend["liveness_detected"], false, "the frames are not checked yet");
    assert!(backend["consented_at"].as_str().is_some_and(|t| t.ends_with('Z')), "{backend}");
    let events: Vec<_> = backend["history"].as_array().unwrap().iter().map(|e| e["event"].as_str().unwrap()).collect();
    assert_eq!(
        events,
        [
            "session_created",
            "consent_given",
            "document_type_chosen",
            "document_front_stored",
            "document_back_stored",
            "liveness_session_generated",
            "liveness_images_stored"
        ]
    );
    http.json("/idv/document/read", json!({ "session_id": id })).refused(404, "not_found", None);
}

#[test]
fn a_session_keeps_what_it_was_created_with() {
    let server = Server::start();
    let http = server.backend();
    let create = json!({ "metadata": { "order": 7 }, "liveness_mode": "passive_active",
                         "webhook_url": "https://integrator.example/hook", "settings": { "a": true } });
    let id = http.json("/idv/session/create", create).ok()["session_id"].clone();
    let session = http.json("/idv/session/read", json!({ "session_id": id })).ok();
    assert_eq!(session["metadata"], json!({ "order": 7 }));
    assert_eq!(session["settings"], json!({ "a": true }));
    assert_eq!(session["webhook_url"], "https://integrator.example/hook");
    http.json("/idv/session/create", json!({ "liveness_mode": "asleep" })).refused(
        400,
        "invalid_request",
        Some("liveness_mode"),
    );
    http.json("/idv/session/create", json!({ "metadata": [] })).refused(400, "invalid_request", Some("metadata"));
}

#[test]
fn nothing_goes_before_consent() {
    let server = Server::start();
    let (http, id) = server.session();
    let refused = |http: &Http| {
        let calls = [
            ("/idv/sdk/metadata/update", json!({ "session_id": id, "sdk_metadata": {} })),
            ("/idv/sdk/document/type/update", json!({ "session_id": id, "document_type_e": "passport" })),
            (GENERATE, json!({ "session_id": id, "latitude": 1, "longitude": 2 })),
            (PROCESS, liveness(&id, frames(&[1]))),
            ("/idv/sdk/finalize", json!({ "session_id": id })),
        ];
        for (route, body) in calls {
            http.json(route, body).refused(403, "consent_required", None);
        }
        for route in [FRONT, BACK] {
            upload(http, route, &id, &jpeg(1)).refused(403, "consent_required", None);
        }
    };
    refused(&http);
    http.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": false })).ok();
    refused(&http);
    http.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
    http.json("/idv/sdk/document/type/update", json!({ "session_id": id, "document_type_e": "passport" })).ok();
    // Consent can be taken back.
    http.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": false })).ok();
    refused(&http);
}

#[test]
fn fields_are_required_and_typed() {
    let server = Server::start();
    let (http, id) = server.session_of("identification_card");
    let s = id.as_str();
    let table = [
        (READ, json!({}), 400, "field_missing", "session_id"),
        (READ, json!({ "session_id": "" }), 400, "field_missing", "session_id"),
        (READ, json!({ "session_id": 5 }), 400, "invalid_request", "session_id"),
        (READ, json!({ "session_id": "no-such-session" }), 404, "session_not_found", "session_id"),
        ("/idv/session/read", json!({}), 400, "field_missing", "session_id"),
        ("/idv/session/read", json!({ "session_id": "x" }), 404, "session_not_found", "session_id"),
        ("/idv/document/read", json!({}), 400, "field_missing", "session_id"),
        ("/idv/document/read", json!({ "session_id": "x" }), 404, "session_not_found", "session_id"),
        ("/idv/session/test/read", json!({}), 400, "field_missing", "session_id"),
        ("/idv/session/test/read", json!({ "session_id": "x" }), 404, "session_not_found", "session_id"),
        ("/idv/sdk/consent/add", json!({ "session_id": s }), 400, "field_missing", "consented"),
        ("/idv/sdk/consent/add", json!({ "session_id": s, "consented": "yes" }), 400, "invalid_request", "consented"),
        ("/idv/sdk/metadata/update", json!({ "session_id": s }), 400, "field_missing", "sdk_metadata"),
        (
            "/idv/sdk/metadata/update",
            json!({ "session_id": s, "sdk_metadata": 1 }),
            400,
            "invalid_request",
            "sdk_metadata",
        ),
        ("/idv/sdk/document/type/update", json!({ "session_id": s }), 400, "field_missing", "document_type_e"),
        (
            "/idv/sdk/document/type/update",
            json!({ "session_id": s, "document_type_e": "library_card" }),
            400,
            "invalid_request",
            "document_type_e",
        ),
        (GENERATE, json!({ "session_id": s, "longitude": 1 }), 400, "field_missing", "latitude"),
        (GENERATE, json!({ "session_id": s, "latitude": 1 }), 400, "field_missing", "longitude"),
        (GENERATE, json!({ "session_id": s, "latitude": "1", "longitude": 1 }), 400, "invalid_request", "latitude"),
        (GENERATE, json!({ "session_id": s, "latitude": 91, "longitude": 1 }), 422, "field_invalid", "latitude"),
        (GENERATE, json!({ "session_id": s, "latitude": 1, "longitude": -181 }), 422, "field_invalid", "longitude"),
        (PROCESS, json!({ "session_id": s, "latitude": 1, "longitude": null }), 400, "invalid_request", "longitude"),
        (PROCESS, json!({ "session_id": s, "latitude": 1, "longitude": 1 }), 400, "field_missing", "images"),
        (PROCESS, liveness(s, vec![]), 400, "field_missing", "images"),
        (PROCESS, liveness(s, vec!["***".into()]), 400, "invalid_request", "images[0]"),
        (PROCESS, liveness(s, vec![STANDARD.encode("text")]), 415, "unsupported_media_type", "images[0]"),
        (PROCESS, liveness(s, vec![STANDARD.encode(huge_png())]), 422, "image_invalid", "images[0]"),
        (PROCESS, liveness(s, frames(&[9; 17])), 422, "field_invalid", "images"),
        ("/idv/sdk/finalize", json!({}), 400, "field_missing", "session_id"),
        ("/idv/sdk/finalize", json!({ "session_id": s, "settings": [] }), 400, "invalid_request", "settings"),
    ];
    for (route, body, status, code, field) in table {
        http.json(route, body).refused(status, code, Some(field));
    }
    for (content_type, status) in [("text/plain", 415), ("", 415), ("application/json", 400)] {
        let code = if status == 415 { "unsupported_media_type" } else { "invalid_request" };
        http.post(READ, content_type, b"{\"session_id\": ".to_vec()).refused(status, code, None);
    }
    http.post(READ, "application/json; charset=utf-8", format!("{{\"session_id\":\"{id}\"}}").into_bytes()).ok();
}

#[test]
fn repeated_names_are_refused_everywhere() {
    let server = Server::start();
    let (http, id) = server.session_of("passport");
    let table = [
        ("/idv/session/create", r#"{"metadata":{"a":1,"a":2}}"#.to_owned()),
        ("/idv/session/create", r#"{"unknown":1,"unknown":1}"#.to_owned()),
        ("/idv/session/read", format!(r#"{{"session_id":"{id}","session_id":"{id}"}}"#)),
        ("/idv/sdk/metadata/update", format!(r#"{{"session_id":"{id}","sdk_metadata":{{"b":[{{"c":1,"c":1}}]}}}}"#)),
    ];
    for (route, body) in table {
        let reply = http.post(route, "application/json", body.clone().into_bytes());
        assert_eq!((reply.status, &reply.json()["error"]["code"]), (400, &json!("invalid_request")), "{route} {body}");
    }
    // A name may come again in another object.
    let body = json!({ "session_id": id, "sdk_metadata": { "a": { "a": 1 }, "b": [{ "a": 1 }, { "a": 2 }] } });
    http.json("/idv/sdk/metadata/update", body).ok();
    // Nesting has a limit.
    let deep = format!(r#"{{"session_id":"{id}","sdk_metadata":{{}},"x":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    let reply = http.post("/idv/sdk/metadata/update", "application/json", deep.into_bytes());
    assert_eq!(reply.status, 400, "{}", reply.text());
}

#[test]
fn uploads_are_checked_part_by_part() {
    let server = Server::start();
    let (http, id) = server.session_of("identification_card");
    let image = jpeg(1);
    let whole: Vec<(&str, &[u8])> =
        vec![("session_id", id.as_bytes()), ("latitude", b"1.5"), ("longitude", b"2"), ("image", &image)];
    for route in [FRONT, BACK] {
        for missing in ["session_id", "latitude", "longitude", "image"] {
            let without: Vec<_> = whole.iter().copied().filter(|(n, _)| *n != missing).collect();
            http.multipart(route, &without).refused(400, "field_missing", Some(missing));
            let empty: Vec<_> = whole.iter().map(|(n, v)| (*n, if *n == missing { &b""[..] } else { *v })).collect();
            http.multipart(route, &empty).refused(400, "field_missing", Some(missing));
        }
        let mut twice = whole.clone();
        twice.push(("latitude", b"3"));
        http.multipart(route, &twice).refused(400, "invalid_request", Some("latitude"));
        http.json(route, json!({ "session_id": id })).refused(415, "unsupported_media_type", None);
        http.post(route, "multipart/form-data", vec![]).refused(400, "invalid_request", None);
        let mut cut = multipart_body(&whole);
        cut.truncate(cut.len() / 2);
        http.post(route, "multipart/form-data; boundary=XyZ", cut).refused(400, "invalid_request", None);

        upload(&http, route, "no-such-session", &image).refused(404, "session_not_found", Some("session_id"));
        upload(&http, route, &id, b"%PDF-1.7 not an image").refused(415, "unsupported_media_type", Some("image"));
        upload(&http, route, &id, b"GIF89a not one that is read").refused(415, "unsupported_media_type", Some("image"));
        upload(&http, route, &id, &huge_png()).refused(422, "image_invalid", Some("image"));
        upload(&http, route, &id, &image[..image.len() / 2]).refused(422, "image_invalid", Some("image"));
        let mut large = image.clone();
        large.resize(kyc_sandbox::http::requests::IMAGE_LIMIT + 1, 0);
        upload(&http, route, &id, &large).refused(413, "payload_too_large", None);
        upload(&http, route, &id, &small_image(7, ImageFormat::WebP)).ok();
    }
    let session = http.json(READ, json!({ "session_id": id })).ok();
    assert_eq!((&session["document_front_given"], &session["document_back_given"]), (&json!(true), &json!(true)));
}

#[test]
fn the_session_forbids_what_does_not_fit_its_state() {
    let server = Server::start();
    let (http, id) = server.session();
    http.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
    let finalize = || http.json("/idv/sdk/finalize", json!({ "session_id": id }));
    let choose = |kind: &str| {
        http.json("/idv/sdk/document/type/update", json!({ "session_id": id, "document_type_e": kind })).ok();
    };

    upload(&http, FRONT, &id, &jpeg(1)).refused(409, "step_conflict", Some("document_type_e"));
    finalize().refused(409, "step_conflict", Some("document_type_e"));
    choose("passport");
    upload(&http, BACK, &id, &jpeg(1)).refused(409, "step_conflict", Some("document_type_e"));
    finalize().refused(409, "step_conflict", Some("document_front"));
    upload(&http, FRONT, &id, &jpeg(1)).ok();
    finalize().refused(409, "step_conflict", Some("liveness"));

    // Another document: the image of the first one is deleted.
    choose("passport_card");
    assert_eq!(http.json(READ, json!({ "session_id": id })).ok()["document_front_given"], false);
    upload(&http, FRONT, &id, &jpeg(1)).ok();
    finalize().refused(409, "step_conflict", Some("document_back"));
    upload(&http, BACK, &id, &jpeg(2)).ok();
    // Said again, nothing changes.
    choose("passport_card");
    http.json(PROCESS, liveness(&id, frames(&[3, 4]))).ok();
    // Without models the server does not guess.
    finalize().refused(503, "unavailable", None);
    assert_eq!(http.json("/idv/session/read", json!({ "session_id": id })).ok()["status_e"], "in_progress");
}

#[test]
fn a_session_ends_after_its_life() {
    let server = Server::start();
    let (_, id) = server.session_of("passport");
    server.app.clock.advance_ms(server.app.config.session_life_ms);
    let http = server.backend();
    upload(&http, FRONT, &id, &jpeg(1)).refused(409, "session_expired", None);
    for (route, body) in [
        ("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })),
        ("/idv/sdk/document/type/update", json!({ "session_id": id, "document_type_e": "passport" })),
        ("/idv/sdk/metadata/update", json!({ "session_id": id, "sdk_metadata": {} })),
        (PROCESS, liveness(&id, frames(&[1]))),
        ("/idv/sdk/finalize", json!({ "session_id": id })),
    ] {
        http.json(route, body).refused(409, "session_expired", None);
    }
    assert_eq!(http.json("/idv/session/read", json!({ "session_id": id })).ok()["status_e"], "expired");
}

#[test]
fn liveness_images_do_not_come_twice() {
    let server = Server::start();
    let (http, id) = server.session_of("passport");
    http.json(PROCESS, liveness(&id, frames(&[1, 2, 1]))).refused(422, "field_invalid", Some("images"));
    http.json(PROCESS, liveness(&id, frames(&[1, 2, 3]))).ok();
    // The same call again, as after a lost reply.
    http.json(PROCESS, liveness(&id, frames(&[1, 2, 3]))).ok();
    let (http, other) = server.session_of("passport");
    http.json(PROCESS, liveness(&other, frames(&[7, 2]))).refused(422, "field_invalid", Some("images"));
    http.json(PROCESS, liveness(&other, frames(&[7, 8]))).ok();

    let server = Server::with(Config { replays_allowed: true, ..Config::default() }, Models::default());
    for _ in 0..2 {
        let (http, id) = server.session_of("passport");
        http.json(PROCESS, liveness(&id, frames(&[1, 2]))).ok();
    }
}

#[test]
fn bodies_have_limits() {
    let server = Server::start();
    let (http, id) = server.session_of("passport");
    let long = "x".repeat(kyc_sandbox::http::requests::JSON_LIMIT);
    http.json("/idv/sdk/metadata/update", json!({ "session_id": id, "sdk_metadata": { "long": long } })).refused(
        413,
        "payload_too_large",
        None,
    );
    let frame = "A".repeat(kyc_sandbox::http::requests::LIVENESS_IMAGE_LIMIT / 3 * 4 + 8);
    http.json(PROCESS, liveness(&id, vec![frame])).refused(413, "payload_too_large", None);
}

#[test]
fn other_addresses_and_methods_are_refused_in_the_same_shape() {
    let server = Server::start();
    let http = crate::support::http(&server.url);
    http.get("/idv/sdk/finalize").refused(405, "method_not_allowed", None);
    http.get("/no/such/page").refused(404, "not_found", None);
    http.json("/idv/session/nothing", json!({})).refused(404, "not_found", None);
    http.json("/demo/session", json!({})).refused(404, "not_found", None);
    http.json("/__faults", json!({})).refused(404, "not_found", None);
}
