//! Sessions looked after by a backend, over HTTP: found, located, anonymized and deleted for good.

use crate::support::evidence::passport_evidence;
use crate::support::{CLIENT, Http, OTHER_CLIENT, Server, jpeg};
use kyc_capture::api::kyc::enums::DocumentType;
use kyc_sandbox::clock::day_of;
use kyc_sandbox::config::Config;
use kyc_sandbox::models::Models;
use kyc_sandbox::store::sessions;
use kyc_sandbox::verification;
use serde_json::{Value, json};

const LIST: &str = "/idv/session/list";
const DELETE: &str = "/idv/session/delete";
const ANONYMIZE: &str = "/idv/session/anonymize";
const LOCATION: &str = "/idv/session/location/read";
const READ: &str = "/idv/session/read";

fn create(http: &Http, body: Value) -> String {
    http.json("/idv/session/create", body).ok()["session_id"].as_str().unwrap().to_owned()
}

/// Decides the session on evidence of a good passport, as finalization does after analysing the images.
fn decide(server: &Server, id: &str, last_name: &str) {
    let (wanted, last_name, now_ms) = (id.to_owned(), last_name.to_owned(), server.app.clock.now_ms());
    let decided = server.app.store.run_blocking(move |c| {
        sessions::set_consent(c, &wanted, true, now_ms)?;
        let session = sessions::read(c, &wanted, CLIENT)?;
        if session.document_type == DocumentType::Unknown {
            sessions::set_document_type(c, &session, &DocumentType::Passport, now_ms)?;
        }
        let session = sessions::read(c, &wanted, CLIENT)?;
        let policy = verification::finalize::policy_of(c, &session, now_ms)?;
        let mut evidence = passport_evidence();
        evidence.document.as_mut().unwrap().last_name = Some(last_name);
        let outcome = verification::decide::decide(evidence, &session.document_type, day_of(now_ms).unwrap(), &policy);
        sessions::complete(c, &session, None, &outcome, policy.weights_id.as_deref(), &[], now_ms)
    });
    decided.unwrap();
}

fn ids(reply: &Value) -> Vec<&str> {
    reply["sessions"].as_array().unwrap().iter().map(|s| s["session_id"].as_str().unwrap()).collect()
}

#[test]
fn sessions_are_found_by_every_filter() {
    let server = Server::start();
    let http = server.backend();
    let mut made = Vec::new();
    for i in 0..5 {
        let metadata = json!({ "order": i, "shop": { "city": "Almaty" }, "user_id": format!("user-{}", i % 2) });
        made.push(create(&http, json!({ "metadata": metadata })));
        server.app.clock.advance_ms(1_000);
    }
    decide(&server, &made[0], "ŌNDERSSON");
    decide(&server, &made[1], "ERIKSSON");
    let newest_first: Vec<&str> = made.iter().rev().map(String::as_str).collect();

    let all = http.json(LIST, json!({})).ok();
    assert_eq!(ids(&all), newest_first);
    let counts = json!({
        "total": 5, "unknown": 0, "in_progress": 3, "complete": 2, "temporarily_blocked": 0, "temporarily_complete": 0,
        "expired": 0,
    });
    assert_eq!(all["meta_counts"], counts);
    let first = &all["sessions"][4];
    assert_eq!((&first["last_name"], &first["verified"]), (&json!("ŌNDERSSON"), &json!(true)));
    assert!(first.get("history").is_none() && first["idv_weights_id"].is_string(), "{first}");

    let page = http.json(LIST, json!({ "take": 2, "skip": 1 })).ok();
    assert_eq!((ids(&page), &page["meta_counts"]["total"]), (newest_first[1..3].to_vec(), &json!(5)));
    assert_eq!(http.json(LIST, json!({ "take": 0 })).ok()["sessions"], json!([]));
    assert_eq!(http.json(LIST, json!({ "skip": 100 })).ok()["sessions"], json!([]));

    let found = |body: Value| -> Vec<usize> {
        let reply = http.json(LIST, body).ok();
        let mut numbers: Vec<_> =
            ids(&reply).iter().map(|id| made.iter().position(|other| other == id).unwrap()).collect();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(found(json!({ "search_term": "eriksson" })), [1]);
    assert_eq!(found(json!({ "search_term": " anna ōnders " })), [0], "of words in any order, in any case");
    assert_eq!(found(json!({ "search_term": "l898902c3" })), [0, 1], "by the number");
    assert_eq!(found(json!({ "search_term": "100%" })), Vec::<usize>::new());
    assert_eq!(found(json!({ "search_term": "" })).len(), 5);
    assert_eq!(found(json!({ "status": "complete" })), [0, 1]);
    assert_eq!(found(json!({ "status": "in_progress", "user_id": "user-0" })), [2, 4]);
    assert_eq!(found(json!({ "user_id": ["user-1", "unknown"] })), [1, 3]);
    assert_eq!(found(json!({ "user_id": [] })).len(), 5, "an empty filter is none");
    assert_eq!(found(json!({ "metadata": { "order": 3 } })), [3]);
    assert_eq!(found(json!({ "metadata": { "shop": { "city": "Almaty" }, "order": 2 } })), [2]);
    assert_eq!(found(json!({ "metadata": { "order": "3" } })), Vec::<usize>::new());
    assert_eq!(found(json!({ "client_id": CLIENT })).len(), 5);
    assert_eq!(found(json!({ "client_id": [OTHER_CLIENT] })), Vec::<usize>::new());
    assert_eq!(found(json!({ "identity_id": "no-such-identity" })), Vec::<usize>::new());
    let second = all["sessions"][3]["created_at"].clone();
    assert_eq!(found(json!({ "start_date": second, "end_date": null })), [1, 2, 3, 4]);
    assert_eq!(found(json!({ "start_date": null, "end_date": second })), [0, 1]);
    assert_eq!(found(json!({ "end_date": "2020-01-01" })), Vec::<usize>::new());
    // Counts by status are those of the other filters.
    let counted = http.json(LIST, json!({ "status": "complete", "user_id": "user-0" })).ok();
    assert_eq!((&counted["meta_counts"]["total"], &counted["meta_counts"]["in_progress"]), (&json!(1), &json!(2)));

    let other = http.header("authorization", &format!("Bearer {}", server.token_of(OTHER_CLIENT)));
    assert_eq!(other.json(LIST, json!({})).ok()["sessions"], json!([]), "a client sees only its own");
    other.json(LIST, json!({ "client_id": CLIENT })).ok()["sessions"].as_array().unwrap().is_empty();
}

#[test]
fn lists_refuse_what_is_not_as_documented() {
    let server = Server::start();
    let http = server.backend();
    let table = [
        (json!({ "take": -1 }), 400, "invalid_request", "take"),
        (json!({ "skip": "ten" }), 400, "invalid_request", "skip"),
        (json!({ "take": 501 }), 422, "field_invalid", "take"),
        (json!({ "status": "asleep" }), 400, "invalid_request", "status"),
        (json!({ "user_id": 7 }), 400, "invalid_request", "user_id"),
        (json!({ "client_id": [7] }), 400, "invalid_request", "client_id[0]"),
        (json!({ "metadata": [] }), 400, "invalid_request", "metadata"),
        (json!({ "start_date": "soon" }), 422, "field_invalid", "start_date"),
        (json!({ "end_date": "2026-02-30" }), 422, "field_invalid", "end_date"),
    ];
    for (body, status, code, field) in table {
        http.json(LIST, body).refused(status, code, Some(field));
    }
    http.without("authorization").json(LIST, json!({})).refused(401, "unauthorized", None);
    http.post(LIST, "text/plain", vec![]).refused(415, "unsupported_media_type", None);
    for route in [DELETE, ANONYMIZE] {
        http.json(route, json!({})).refused(400, "field_missing", Some("session_id"));
        http.json(route, json!({ "session_id": "" })).refused(400, "field_missing", Some("session_id"));
        http.json(route, json!({ "session_id": "none" })).refused(404, "session_not_found", Some("session_id"));
        http.without("authorization").json(route, json!({ "session_id": "none" })).refused(401, "unauthorized", None);
    }
}

#[test]
fn each_capture_tells_where_it_was_taken() {
    let server = Server::with(Config { trust_proxy: true, ..Config::default() }, Models::default());
    let (http, id) = server.session_of("identification_card");
    let read = |capture: &str| http.json(LOCATION, json!({ "session_id": id, "location_capture_type_e": capture }));
    read("front_doc_image_capture").refused(404, "not_found", None);
    read("unknown").refused(404, "not_found", None);
    read("hat_capture").refused(400, "invalid_request", Some("location_capture_type_e"));

    let proxied = http.header("x-forwarded-for", "192.0.2.1, 203.0.113.7");
    let upload = |http: &Http, route: &str, latitude: &str, image: &[u8]| {
        let parts: [(&str, &[u8]); 4] = [
            ("session_id", id.as_bytes()),
            ("latitude", latitude.as_bytes()),
            ("longitude", b"76.9"),
            ("image", image),
        ];
        http.multipart(route, &parts).ok();
    };
    upload(&http, "/idv/sdk/document/front/add", "43.2", &jpeg(1));
    upload(&proxied, "/idv/sdk/document/back/add", "somewhere", &jpeg(2));
    let selfie = json!({ "session_id": id, "latitude": -1.5, "longitude": 2,
                         "images": [base64::Engine::encode(&base64::engine::general_purpose::STANDARD, jpeg(3))] });
    proxied.json("/idv/sdk/liveness/session/process", selfie).ok();

    let front = read("front_doc_image_capture").ok();
    let expected = json!({
        "ip_address": "127.0.0.1", "ip_latitude": null, "ip_longitude": null, "ip_country": null, "ip_region": null,
        "ip_city": null, "device_location": "43.2,76.9", "device_latitude": 43.2, "device_longitude": 76.9,
        "device_country_name": null, "device_country_code": null, "device_admin_area": null,
        "device_sub_admin_area": null, "device_locality": null,
    });
    assert_eq!(front, expected);
    let back = read("back_doc_image_capture").ok();
    assert_eq!((&back["ip_address"], &back["device_latitude"]), (&json!("203.0.113.7"), &Value::Null));
    assert_eq!(back["device_location"], "somewhere,76.9");
    let selfie = read("selfie_image_capture").ok();
    assert_eq!((&selfie["ip_address"], &selfie["device_latitude"]), (&json!("203.0.113.7"), &json!(-1.5)));

    let other = http.header("authorization", &format!("Bearer {}", server.token_of(OTHER_CLIENT)));
    other.json(LOCATION, json!({ "session_id": id, "location_capture_type_e": "front_doc_image_capture" })).refused(
        404,
        "session_not_found",
        Some("session_id"),
    );
    http.json(LOCATION, json!({ "session_id": id })).refused(400, "field_missing", Some("location_capture_type_e"));
    http.without("authorization").json(LOCATION, json!({})).refused(401, "unauthorized", None);
}

#[test]
fn without_a_proxy_nobody_may_say_where_he_is() {
    let server = Server::start();
    let (http, id) = server.session_of("passport");
    let parts: [(&str, &[u8]); 4] =
        [("session_id", id.as_bytes()), ("latitude", b"1"), ("longitude", b"2"), ("image", &jpeg(1))];
    http.header("x-forwarded-for", "203.0.113.7").multipart("/idv/sdk/document/front/add", &parts).ok();
    let read = json!({ "session_id": id, "location_capture_type_e": "front_doc_image_capture" });
    assert_eq!(http.json(LOCATION, read).ok()["ip_address"], "127.0.0.1");
}

#[test]
fn a_deleted_session_is_gone_and_its_browser_is_out() {
    let server = Server::start();
    let (http, id) = server.session_of("passport");
    let form = format!(
        "grant_type=client_credentials&client_id={CLIENT}&client_secret=a+secret+with+spaces+%26+signs\
         &scope=session:{id}"
    );
    let token = crate::support::http(&server.url).form("/oauth2/token", &form).ok()["access_token"].clone();
    let browser = http.header("authorization", &format!("Bearer {}", token.as_str().unwrap()));
    browser.json("/idv/sdk/session/read", json!({ "session_id": id })).ok();
    browser.json(DELETE, json!({ "session_id": id })).refused(403, "forbidden", None);
    let other = http.header("authorization", &format!("Bearer {}", server.token_of(OTHER_CLIENT)));
    for route in [DELETE, ANONYMIZE] {
        other.json(route, json!({ "session_id": id })).refused(404, "session_not_found", Some("session_id"));
    }
    http.json(DELETE, json!({ "session_id": id })).ok();
    for route in [READ, DELETE, ANONYMIZE, "/idv/sdk/session/read", "/idv/document/read"] {
        http.json(route, json!({ "session_id": id })).refused(404, "session_not_found", Some("session_id"));
    }
    browser.json("/idv/sdk/session/read", json!({ "session_id": id })).refused(401, "unauthorized", None);
    assert_eq!(http.json(LIST, json!({})).ok()["sessions"], json!([]));
}

#[test]
fn an_anonymized_session_keeps_its_course_and_its_verdict() {
    let server = Server::start();
    let http = server.backend();
    let id = create(&http, json!({ "metadata": { "user_id": "anna", "a": 1 }, "settings": { "b": 2 } }));
    decide(&server, &id, "ERIKSSON");
    let before = http.json(READ, json!({ "session_id": id })).ok();
    assert_eq!((&before["last_name"], &before["user_id"]), (&json!("ERIKSSON"), &json!("anna")));
    for _ in 0..2 {
        assert_eq!(http.json(ANONYMIZE, json!({ "session_id": id })).ok(), json!({}));
    }
    let after = http.json(READ, json!({ "session_id": id })).ok();
    for name in ["first_name", "middle_name", "last_name", "birth_date", "user_id", "identity_id", "webhook_url"] {
        assert!(after[name].is_null(), "{name}: {after}");
    }
    for name in ["metadata", "settings"] {
        assert_eq!(after[name], json!({}), "{name}");
    }
    for name in ["verified", "score", "status_e", "completed_at", "idv_weights_id", "ofac_status_e", "created_at"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    let events = |session: &Value| -> Vec<String> {
        let history = session["history"].as_array().unwrap();
        history.iter().map(|e| e["event"].as_str().unwrap().to_owned()).collect()
    };
    let mut expected = events(&before);
    let after_events = events(&after);
    let position = after_events.iter().position(|event| event == "session_anonymized").unwrap();
    expected.insert(position, "session_anonymized".to_owned());
    assert_eq!(after_events, expected);
    http.json("/idv/document/read", json!({ "session_id": id })).refused(404, "not_found", None);
    assert_eq!(http.json(LIST, json!({ "search_term": "eriksson" })).ok()["sessions"], json!([]));

    // One that is open takes no changes any more.
    let open = create(&http, json!({}));
    http.json(ANONYMIZE, json!({ "session_id": open })).ok();
    http.json("/idv/sdk/consent/add", json!({ "session_id": open, "consented": true })).refused(
        409,
        "session_expired",
        None,
    );
    assert_eq!(http.json(READ, json!({ "session_id": open })).ok()["status_e"], "expired");
}
