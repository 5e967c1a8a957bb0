//! Weights: read, updated as versions, and used in the decision, over HTTP.

use crate::support::evidence::passport_evidence;
use crate::support::{CLIENT, Http, OTHER_CLIENT, Server};
use kyc_sandbox::clock::day_of;
use kyc_sandbox::store::sessions;
use kyc_sandbox::verification;
use kyc_sandbox::verification::weights::DEFAULT;
use serde_json::{Value, json};

const WEIGHTS: &str = "/idv/weights";

fn defaults() -> Value {
    DEFAULT
        .named()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn with(changes: &[(&str, f64)]) -> Value {
    let mut body = defaults();
    for (name, value) in changes {
        body[*name] = json!(value);
    }
    body
}

#[test]
fn the_defaults_stand_until_something_is_set() {
    let server = Server::start();
    let http = server.backend();
    let mut expected = defaults();
    expected["client_id"] = json!(CLIENT);
    expected["user_id"] = Value::Null;
    assert_eq!(http.get(WEIGHTS).ok(), expected);
    assert_eq!(http.get(&format!("{WEIGHTS}?client_id={CLIENT}&user_id=anna")).ok(), expected);

    assert_eq!(http.json(WEIGHTS, with(&[("age_weight", 2.5)])).ok(), json!({}));
    assert_eq!(http.get(WEIGHTS).ok()["age_weight"], 2.5);
    let mut own = with(&[("age_weight", 7.0)]);
    own["user_id"] = json!("anna");
    own["client_id"] = json!(CLIENT);
    http.json(WEIGHTS, own).ok();
    assert_eq!(http.get(WEIGHTS).ok()["age_weight"], 2.5);
    let anna = http.get(&format!("{WEIGHTS}?user_id=anna")).ok();
    assert_eq!((&anna["age_weight"], &anna["user_id"]), (&json!(7.0), &json!("anna")));
}

#[test]
fn every_number_is_required_and_has_its_range() {
    let server = Server::start();
    let http = server.backend();
    for (name, _) in DEFAULT.named() {
        let mut without = defaults();
        without.as_object_mut().unwrap().remove(name);
        http.json(WEIGHTS, without).refused(400, "field_missing", Some(name));
        let mut word = defaults();
        word[name] = json!("high");
        http.json(WEIGHTS, word).refused(400, "invalid_request", Some(name));
        for outside in [-0.1, 1_000.5] {
            http.json(WEIGHTS, with(&[(name, outside)])).refused(422, "field_invalid", Some(name));
        }
    }
    assert_eq!(http.get(WEIGHTS).ok()["idv_session_tolerance"], DEFAULT.idv_session_tolerance, "nothing was set");
    let mut other = defaults();
    other["client_id"] = json!(OTHER_CLIENT);
    http.json(WEIGHTS, other.clone()).refused(403, "forbidden", Some("client_id"));
    http.get(&format!("{WEIGHTS}?client_id={OTHER_CLIENT}")).refused(403, "forbidden", Some("client_id"));
    http.get(&format!("{WEIGHTS}?user_id=a&user_id=b")).refused(400, "invalid_request", None);
    other["client_id"] = Value::Null;
    other["user_id"] = json!("u".repeat(257));
    http.json(WEIGHTS, other).refused(422, "field_invalid", Some("user_id"));
    http.without("authorization").get(WEIGHTS).refused(401, "unauthorized", None);
    http.post(WEIGHTS, "text/plain", vec![]).refused(415, "unsupported_media_type", None);
    http.get(&format!("{WEIGHTS}/550e8400-e29b-41d4-a716-446655440000")).refused(404, "not_found", None);
}

/// Decides the session on evidence of a good passport, as finalization does after analysing the images.
fn decide(server: &Server, http: &Http) -> Value {
    let (_, id) = server.session_of("passport");
    let now_ms = server.app.clock.now_ms();
    let wanted = id.clone();
    server
        .app
        .store
        .run_blocking(move |c| {
            let session = sessions::read(c, &wanted, CLIENT)?;
            let policy = verification::finalize::policy_of(c, &session, now_ms)?;
            let today = day_of(now_ms).unwrap();
            let outcome = verification::decide::decide(passport_evidence(), &session.document_type, today, &policy);
            sessions::complete(c, &session, None, &outcome, policy.weights_id.as_deref(), &[], now_ms)
        })
        .unwrap();
    http.json("/idv/session/read", json!({ "session_id": id })).ok()
}

#[test]
fn a_session_names_the_version_that_decided_it_and_versions_do_not_change() {
    let server = Server::start();
    let http = server.backend();
    let first = decide(&server, &http);
    assert_eq!(first["verified"], true, "{first}");
    let score = first["score"].as_f64().unwrap();

    http.json(WEIGHTS, with(&[("idv_session_tolerance", 99.9), ("image_manipulation_weight", 20.0)])).ok();
    let second = decide(&server, &http);
    assert_eq!(second["verified"], false, "{second}");
    assert_ne!(second["score"].as_f64().unwrap(), score, "the weights weigh");
    let history = second["history"].as_array().unwrap();
    let failed: Vec<_> =
        history.iter().filter(|e| e["passed"] == false).map(|e| e["check"].as_str().unwrap()).collect();
    assert_eq!(failed, ["session_score"]);
    let measured = history.iter().find(|e| e["measure"] == "image_manipulation").unwrap();
    assert_eq!(measured["weight"], 20.0);

    let [old, new] = [&first, &second].map(|s| s["idv_weights_id"].as_str().unwrap().to_owned());
    assert_ne!(old, new);
    let by_id = |id: &str| http.get(&format!("{WEIGHTS}/{id}"));
    assert_eq!(by_id(&old).ok()["idv_session_tolerance"], DEFAULT.idv_session_tolerance);
    assert_eq!(by_id(&new).ok()["idv_session_tolerance"], 99.9);
    // The first stays as it was decided.
    let again = http.json("/idv/session/read", json!({ "session_id": first["session_id"] })).ok();
    assert_eq!(again, first);

    let other = server.token_of(OTHER_CLIENT);
    let other = http.header("authorization", &format!("Bearer {other}"));
    other.get(&format!("{WEIGHTS}/{old}")).refused(404, "not_found", None);
    assert_eq!(other.get(WEIGHTS).ok()["idv_session_tolerance"], DEFAULT.idv_session_tolerance);
}
