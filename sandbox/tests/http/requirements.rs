//! Requirements: read, updated, and used: a document without a required field is not verified, and the history names
//! it.

use crate::support::evidence::passport_evidence;
use crate::support::{CLIENT, OTHER_CLIENT, Server};
use kyc_capture::api::kyc::requirements::Requirements;
use kyc_sandbox::clock::day_of;
use kyc_sandbox::store::sessions;
use kyc_sandbox::verification;
use serde_json::{Value, json};

const REQUIREMENTS: &str = "/idv/requirements";

fn body(type_e: &str, source: &str, fields: &[&str]) -> Value {
    let mut requirements = Requirements::default();
    requirements.set_required(|field| fields.contains(&field));
    let mut body = serde_json::to_value(requirements).unwrap();
    body["type_e"] = json!(type_e);
    body["data_source_e"] = json!(source);
    body
}

#[test]
fn what_is_set_is_read_by_type_source_and_user() {
    let server = Server::start();
    let http = server.backend();
    assert_eq!(http.get(REQUIREMENTS).ok(), json!({ "requirements": [] }));
    let passport = body("passport", "mrz", &["first_name", "street"]);
    assert_eq!(http.json(REQUIREMENTS, passport.clone()).ok(), json!({}));
    let mut licence = body("driver_license", "barcode", &["class"]);
    licence["user_id"] = json!("anna");
    licence["client_id"] = json!(CLIENT);
    http.json(REQUIREMENTS, licence.clone()).ok();

    let mut expected = passport;
    expected["client_id"] = json!(CLIENT);
    let of = |query: &str| http.get(&format!("{REQUIREMENTS}{query}")).ok()["requirements"].clone();
    assert_eq!(of("?type_e=passport"), json!([expected]));
    assert_eq!(of("?data_source_e=barcode&user_id=anna"), json!([licence]));
    assert_eq!(of("?type_e=passport&data_source_e=barcode"), json!([]));
    assert_eq!(of(&format!("?client_id={CLIENT}")), json!([expected, licence]));

    // Set again: in place of what was.
    http.json(REQUIREMENTS, body("passport", "mrz", &[])).ok();
    assert_eq!(of("?type_e=passport")[0]["first_name_required"], false);

    let other = http.header("authorization", &format!("Bearer {}", server.token_of(OTHER_CLIENT)));
    assert_eq!(other.get(REQUIREMENTS).ok(), json!({ "requirements": [] }));
}

#[test]
fn what_is_not_as_documented_is_refused() {
    let server = Server::start();
    let http = server.backend();
    let good = body("passport", "mrz", &[]);
    for (name, _) in good.as_object().unwrap().iter().filter(|(_, value)| !value.is_null()) {
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove(name);
        http.json(REQUIREMENTS, without).refused(400, "field_missing", Some(name));
    }
    let changed = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        http.json(REQUIREMENTS, body)
    };
    changed("street_required", json!("yes")).refused(400, "invalid_request", Some("street_required"));
    changed("type_e", json!("visa")).refused(400, "invalid_request", Some("type_e"));
    changed("data_source_e", json!("hearsay")).refused(422, "field_invalid", Some("data_source_e"));
    changed("client_id", json!(OTHER_CLIENT)).refused(403, "forbidden", Some("client_id"));
    changed("user_id", json!("u".repeat(257))).refused(422, "field_invalid", Some("user_id"));
    http.get(&format!("{REQUIREMENTS}?type_e=visa")).refused(400, "invalid_request", Some("type_e"));
    http.get(&format!("{REQUIREMENTS}?client_id={OTHER_CLIENT}")).refused(403, "forbidden", Some("client_id"));
    http.without("authorization").get(REQUIREMENTS).refused(401, "unauthorized", None);
    http.post(REQUIREMENTS, "text/plain", vec![]).refused(415, "unsupported_media_type", None);
}

#[test]
fn a_document_without_a_required_field_is_not_verified() {
    let server = Server::start();
    let http = server.backend();
    let read = |user: Option<&str>| {
        let metadata = user.map_or(json!({}), |user| json!({ "user_id": user }));
        let id = http.json("/idv/session/create", json!({ "metadata": metadata })).ok()["session_id"].clone();
        let wanted = id.as_str().unwrap().to_owned();
        let now_ms = server.app.clock.now_ms();
        let decided = server.app.store.run_blocking(move |c| {
            sessions::set_consent(c, &wanted, true, now_ms)?;
            let session = sessions::read(c, &wanted, CLIENT)?;
            sessions::set_document_type(c, &session, &"passport".into(), now_ms)?;
            let session = sessions::read(c, &wanted, CLIENT)?;
            let policy = verification::finalize::policy_of(c, &session, now_ms)?;
            let today = day_of(now_ms).unwrap();
            let outcome = verification::decide::decide(passport_evidence(), &session.document_type, today, &policy);
            sessions::complete(c, &session, None, &outcome, policy.weights_id.as_deref(), &[], now_ms)
        });
        decided.unwrap();
        http.json("/idv/session/read", json!({ "session_id": id })).ok()
    };
    assert_eq!(read(None)["verified"], true);

    // What a licence needs is asked of no passport.
    http.json(REQUIREMENTS, body("driver_license", "unknown", &["class"])).ok();
    http.json(REQUIREMENTS, body("passport", "barcode", &["street"])).ok();
    http.json(REQUIREMENTS, body("passport", "mrz", &["first_name", "face_encoding"])).ok();
    assert_eq!(read(None)["verified"], true);

    http.json(REQUIREMENTS, body("unknown", "unknown", &["street", "raw_barcode", "last_name"])).ok();
    let refused = read(None);
    assert_eq!(refused["verified"], false);
    let history = refused["history"].as_array().unwrap();
    let check = history.iter().find(|e| e["check"] == "required_fields").unwrap();
    assert_eq!((&check["passed"], &check["fields"]), (&json!(false), &json!(["raw_barcode", "street"])));

    // A user's own requirements replace those set for all.
    let mut own = body("unknown", "unknown", &["birth_date"]);
    own["user_id"] = json!("anna");
    http.json(REQUIREMENTS, own).ok();
    let anna = read(Some("anna"));
    assert_eq!((&anna["verified"], &anna["user_id"]), (&json!(true), &json!("anna")));
    assert_eq!(read(Some("ben"))["verified"], false);
}
