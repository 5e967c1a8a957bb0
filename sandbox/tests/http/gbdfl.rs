//! GBDFL over HTTP: every status, every reason of failure and every refusal of the document.

use crate::support::{Http, Reply, Server, http};
use kyc_capture::api::biometric::access::AccessError;
use kyc_capture::api::biometric::gbdfl::{FailureDetail, FailureType, GbdflError, GbdflReply, GbdflStatus, PATH};
use kyc_sandbox::store::organizations::{self, GBDFL, MRZ, Subscription};
use serde_json::{Value, json};

const KEY: &str = "an-api-key-of-an-organization-as-long-as-real-ones";
const OTHER_KEY: &str = "another-api-key-of-an-organization-as-long-as-those";
const DAY_MS: i64 = 86_400_000;
/// The document's sample.
const KNOWN: &str = "950215301234";

fn server() -> Server {
    let server = Server::start();
    server
        .app
        .store
        .run_blocking(|c| {
            organizations::add(c, "bank", KEY, 0)?;
            organizations::allow(c, "bank", GBDFL)?;
            organizations::add(c, "shop", OTHER_KEY, 0)?;
            organizations::allow(c, "shop", MRZ)
        })
        .unwrap();
    subscribe(&server, Some((-DAY_MS, DAY_MS, 100)));
    server
}

fn subscribe(server: &Server, subscription: Option<(i64, i64, u32)>) {
    let now_ms = server.app.clock.now_ms();
    let subscription = subscription.map(|(from, to, max_attempts)| Subscription {
        starts_ms: now_ms + from,
        ends_ms: now_ms + to,
        max_attempts,
    });
    server.app.store.run_blocking(|c| organizations::subscribe(c, "bank", GBDFL, subscription.as_ref())).unwrap();
}

fn made(http: &Http, path: &str, mut body: Value) -> String {
    body["api_key"] = KEY.into();
    http.json(path, body).ok()["backend_session_id"].as_str().unwrap().to_owned()
}

fn source(http: &Http, technology: &str, status: &str) -> String {
    made(http, "/sandbox/gbdfl/source", json!({ "technology": technology, "status": status }))
}

fn face2face(http: &Http, body: Value) -> String {
    made(http, "/sandbox/gbdfl/face2face", body)
}

fn ask(http: &Http, iin: &str, face2face: &str) -> Reply {
    http.json(PATH, json!({ "api_key": KEY, "iin": iin, "face2face_backend_session_id": face2face }))
}

fn answer(http: &Http, iin: &str, face2face: &str) -> GbdflReply {
    serde_json::from_value(ask(http, iin, face2face).ok()).unwrap()
}

#[track_caller]
fn refused(reply: &Reply, error: GbdflError) {
    reply.refused(error.status(), error.code(), None);
    assert_eq!(reply.json()["error"]["message"], error.text());
}

#[test]
fn a_subject_is_told_in_full() {
    let server = server();
    let http = http(&server.url);
    let session = face2face(&http, json!({}));
    let value = ask(&http, KNOWN, &session).ok();
    let keys = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        keys(&value),
        ["backend_session_id", "face2face_result", "failure_reason", "iin", "result", "result_json", "status"]
    );
    assert!(value["failure_reason"].is_null());
    let compared = &value["face2face_result"];
    assert_eq!((&compared["prediction"], &compared["prediction_percent"]), (&json!("0.987214"), &json!("98.7")));
    assert_eq!(compared["source_session_1"]["technology"], json!({ "name": "Liveness Short", "code": "LDSH" }));
    assert_eq!(compared["source_session_2"]["technology"], json!({ "name": "E-Document", "code": "ED" }));
    assert_eq!(compared["source_session_1"]["status"], "COMPLETED");
    let subject = &value["result_json"];
    assert_eq!((&subject["surname"], &subject["birth_date"]), (&json!("Нурланов"), &json!("1995-02-15")));
    assert_eq!(subject["documents"].as_array().unwrap().len(), 2);
    assert_eq!((&value["status"], &value["result"]), (&json!("VALID"), &json!(true)));
}

#[test]
fn every_status_has_a_subject() {
    let server = server();
    let http = http(&server.url);
    let session = face2face(&http, json!({}));
    let table = [
        (KNOWN, GbdflStatus::Valid, None),
        ("030704650021", GbdflStatus::Valid, None),
        ("480229300031", GbdflStatus::Valid, None),
        ("900101300101", GbdflStatus::Unapproved, None),
        ("900101300102", GbdflStatus::Pending, None),
        ("900101300103", GbdflStatus::Invalid, Some(FailureDetail::Invalid)),
        ("900101300104", GbdflStatus::Timeout, Some(FailureDetail::Timeout)),
        ("900101300105", GbdflStatus::Failed, Some(FailureDetail::Failed)),
        ("900101300109", GbdflStatus::ErrorAccepted, Some(FailureDetail::Failed)),
        ("900101300107", GbdflStatus::Failed, Some(FailureDetail::Unreachable)),
        ("000000000000", GbdflStatus::NotFound, Some(FailureDetail::NotFound)),
    ];
    for (iin, status, failure) in table {
        let reply = answer(&http, iin, &session);
        assert_eq!((&reply.status, reply.iin.as_str()), (&status, iin));
        assert_eq!(
            (reply.result, reply.result_json.is_some()),
            (status == GbdflStatus::Valid, status == GbdflStatus::Valid)
        );
        let kind = reply.failure_reason.as_ref().map(|reason| reason.kind.clone());
        let expected = failure.as_ref().map(|f| match f {
            FailureDetail::Unreachable => FailureType::ServiceError,
            _ => FailureType::Client,
        });
        assert_eq!(kind, expected, "{iin}");
        assert_eq!(reply.failure_reason.map(|reason| reason.detail), failure, "{iin}");
    }
}

#[test]
fn the_face2face_session_must_hold() {
    let server = server();
    let http = http(&server.url);
    let source = |technology: &str, status: &str| source(&http, technology, status);
    let (liveness, document) = (source("LDSH", "COMPLETED"), source("ED", "COMPLETED"));
    let of = |sources: &[&str]| face2face(&http, json!({ "source_sessions": sources }));
    let missing = |codes: &[&str]| FailureDetail::TechnologyMissing(codes.iter().map(|c| (*c).to_owned()).collect());
    let table = [
        (face2face(&http, json!({ "prediction": null })), FailureDetail::ResultMissing),
        (of(&[]), FailureDetail::SourcesMissing),
        (of(&[&liveness]), missing(&["ED"])),
        (of(&[&source("OCR", "COMPLETED"), &document]), missing(&["LDSH"])),
        (of(&[&source("OCR", "COMPLETED")]), missing(&["LDSH", "ED"])),
        (of(&[&source("LDSH", "FAILED"), &document]), FailureDetail::LivenessFailed),
        (of(&[&liveness, &source("ED", "FAILED")]), FailureDetail::EDocumentInvalid("FAILED".into())),
        (face2face(&http, json!({ "prediction": 0.31 })), FailureDetail::Face2FaceFailed),
    ];
    for (session, failure) in table {
        let reply = answer(&http, KNOWN, &session);
        assert_eq!((reply.status, reply.result, reply.result_json), (GbdflStatus::Failed, false, None));
        let reason = reply.failure_reason.unwrap();
        assert_eq!((reason.kind, reason.detail), (FailureType::Client, failure));
    }
    // Their order does not count.
    assert_eq!(answer(&http, KNOWN, &of(&[&document, &liveness])).status, GbdflStatus::Valid);
}

#[test]
fn verifications_hold_for_three_hours() {
    let server = server();
    let http = http(&server.url);
    let expired = |session: &str| {
        answer(&http, KNOWN, session).failure_reason.map(|r| r.detail) == Some(FailureDetail::VerificationsExpired)
    };
    let session = face2face(&http, json!({}));
    server.app.clock.advance_ms(3 * 3_600_000 - 60_000);
    assert!(!expired(&session));
    server.app.clock.advance_ms(61_000);
    assert!(expired(&session));
    // One that is old is enough, whenever the faces were compared.
    let old = made(&http, "/sandbox/gbdfl/source", json!({ "technology": "ED", "age_s": 10_801 }));
    let new = source(&http, "LDSH", "COMPLETED");
    assert!(expired(&face2face(&http, json!({ "source_sessions": [new, old] }))));
}

#[test]
fn refusals_are_the_documented_ones() {
    let server = server();
    let http = http(&server.url);
    let session = face2face(&http, json!({}));
    refused(&ask(&http, KNOWN, "550e8400-e29b-41d4-a716-446655440000"), GbdflError::Face2FaceNotFound);
    let with_key =
        |key: &str| http.json(PATH, json!({ "api_key": key, "iin": KNOWN, "face2face_backend_session_id": session }));
    refused(&with_key("unknown"), GbdflError::OrganizationNotFound);
    refused(&with_key(OTHER_KEY), GbdflError::NoAccess);
    with_key("").refused(400, "field_missing", Some("api_key"));
    ask(&http, "95021530123", &session).refused(422, "field_invalid", Some("iin"));
    http.json(PATH, json!({ "api_key": KEY })).refused(400, "field_missing", Some("iin"));
    subscribe(&server, None);
    refused(&with_key(KEY), GbdflError::Access(AccessError::None));
    subscribe(&server, Some((-2 * DAY_MS, -DAY_MS, 100)));
    refused(&with_key(KEY), GbdflError::Access(AccessError::NoneForTechnology));
    subscribe(&server, Some((DAY_MS, 2 * DAY_MS, 100)));
    refused(&with_key(KEY), GbdflError::Access(AccessError::NotStarted));
    subscribe(&server, Some((-1, DAY_MS, 1)));
    assert_eq!(with_key(KEY).status, 200);
    refused(&with_key(KEY), GbdflError::Access(AccessError::NoneForTechnology));
}

#[test]
fn sessions_are_made_of_the_organizations_own() {
    let server = server();
    let http = http(&server.url);
    let make = |body: Value| http.json("/sandbox/gbdfl/face2face", body);
    make(json!({ "api_key": KEY, "source_sessions": ["none"] })).refused(422, "field_invalid", Some("source_sessions"));
    make(json!({ "api_key": KEY, "prediction": 1.5 })).refused(422, "field_invalid", Some("prediction"));
    make(json!({ "api_key": "unknown" })).refused(404, "organization_not_found", None);
    let source = source(&http, "LDSH", "COMPLETED");
    make(json!({ "api_key": OTHER_KEY, "source_sessions": [source] })).refused(
        422,
        "field_invalid",
        Some("source_sessions"),
    );
    let theirs = make(json!({ "api_key": OTHER_KEY })).ok()["backend_session_id"].as_str().unwrap().to_owned();
    refused(&ask(&http, KNOWN, &theirs), GbdflError::Face2FaceNotFound);
}
