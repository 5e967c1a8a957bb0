//! Tokens: how they are given, what they allow, when they end.

use crate::support::{CLIENT, OTHER_CLIENT, Server, http};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_sandbox::config::Config;
use kyc_sandbox::http::limits::Rate;
use kyc_sandbox::models::Models;
use kyc_sandbox::store::clients;
use serde_json::json;

const ENCODED_SECRET: &str = "a+secret+with+spaces+%26+signs";
const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn the_token_endpoint_answers_as_rfc_6749_says() {
    let server = Server::start();
    let (_, session) = server.session();
    let good = format!("client_id={CLIENT}&client_secret={ENCODED_SECRET}");
    let table = [
        (format!("grant_type=client_credentials&{good}"), 200, ""),
        (format!("grant_type=client_credentials&scope=session:{session}&{good}"), 200, ""),
        (format!("grant_type=client_credentials&client_id={CLIENT}&client_secret=wrong"), 401, "invalid_client"),
        (
            format!("grant_type=client_credentials&client_id=unknown&client_secret={ENCODED_SECRET}"),
            401,
            "invalid_client",
        ),
        (format!("grant_type=client_credentials&client_id={CLIENT}"), 401, "invalid_client"),
        ("grant_type=client_credentials".to_owned(), 401, "invalid_client"),
        (good.clone(), 400, "invalid_request"),
        (format!("grant_type=password&{good}"), 400, "unsupported_grant_type"),
        (format!("grant_type=client_credentials&scope=everything&{good}"), 400, "invalid_scope"),
        (format!("grant_type=client_credentials&scope=session:none&{good}"), 400, "invalid_scope"),
        (format!("grant_type=client_credentials&{good}&client_id={CLIENT}"), 400, "invalid_request"),
        (format!("grant_type=%zz&{good}"), 400, "invalid_request"),
    ];
    for (body, status, error) in table {
        let reply = http(&server.url).form("/oauth2/token", &body);
        assert_eq!(reply.status, status, "{body}: {}", reply.text());
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{body}");
        let json = reply.json();
        if status == 200 {
            assert_eq!(json["token_type"], "Bearer");
            assert!(json["access_token"].as_str().is_some_and(|t| t.len() >= 43), "{json}");
            assert!(json["expires_in"].as_u64().is_some_and(|s| s > 0), "{json}");
        } else {
            assert_eq!(json["error"], error, "{body}");
            assert!(json["error_description"].is_string());
        }
    }
    let wrong_type = http(&server.url).post("/oauth2/token", "application/json", b"{}".to_vec());
    assert_eq!((wrong_type.status, wrong_type.json()["error"].as_str()), (400, Some("invalid_request")));
}

#[test]
fn a_client_revokes_its_tokens_as_rfc_7009_says() {
    let server = Server::start();
    let (token, other) = (server.token_of(CLIENT), server.token_of(OTHER_CLIENT));
    let alive = |token: &str| {
        let reply = http(&server.url).header("authorization", &format!("Bearer {token}"));
        reply.json("/idv/session/list", json!({})).status == 200
    };
    let credentials = format!("client_id={CLIENT}&client_secret={ENCODED_SECRET}");
    let revoke = |form: &str| http(&server.url).form("/oauth2/revoke", form);
    // Another client's token is left as it is, which the reply does not show.
    for unknown in ["never-issued", &other] {
        assert_eq!(revoke(&format!("token={unknown}&{credentials}")).status, 200);
    }
    assert!(alive(&token) && alive(&other));
    let reply = revoke(&format!("token={token}&token_type_hint=access_token&{credentials}"));
    assert_eq!((reply.status, reply.header("cache-control")), (200, Some("no-store")));
    assert!(!alive(&token) && alive(&other));
    assert_eq!(revoke(&format!("token={token}&{credentials}")).status, 200, "it is revoked");
    for (form, status, error) in [
        (credentials.clone(), 400, "invalid_request"),
        (format!("token={other}&client_id={CLIENT}&client_secret=wrong"), 401, "invalid_client"),
        (format!("token={other}"), 401, "invalid_client"),
    ] {
        let reply = revoke(&form);
        assert_eq!((reply.status, reply.json()["error"].as_str()), (status, Some(error)), "{form}");
    }
    assert!(alive(&other));
}

#[test]
fn a_new_secret_revokes_the_tokens_of_the_old_one() {
    let server = Server::start();
    let (token, other) = (server.token_of(CLIENT), server.token_of(OTHER_CLIENT));
    let list = |token: &str| {
        http(&server.url).header("authorization", &format!("Bearer {token}")).json("/idv/session/list", json!({}))
    };
    list(&token).ok();
    server.app.store.run_blocking(|c| clients::renew(c, CLIENT, "another secret", 0)).unwrap();
    list(&token).refused(401, "unauthorized", None);
    list(&other).ok();
}

#[test]
fn the_client_may_name_itself_by_http_basic() {
    let server = Server::start();
    let basic = |id: &str, secret: &str| {
        let value = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        http(&server.url).header("authorization", &value)
    };
    let grant = "grant_type=client_credentials";
    assert_eq!(basic(CLIENT, ENCODED_SECRET).form("/oauth2/token", grant).status, 200);

    let wrong = basic(CLIENT, "wrong").form("/oauth2/token", grant);
    assert_eq!((wrong.status, wrong.json()["error"].as_str()), (401, Some("invalid_client")));
    assert!(wrong.header("www-authenticate").is_some_and(|v| v.starts_with("Basic ")));

    let twice = format!("{grant}&client_id={CLIENT}&client_secret={ENCODED_SECRET}");
    let twice = basic(CLIENT, ENCODED_SECRET).form("/oauth2/token", &twice);
    assert_eq!((twice.status, twice.json()["error"].as_str()), (400, Some("invalid_request")));
}

#[test]
fn every_operation_needs_a_token_and_its_client() {
    let server = Server::start();
    let (caller, id) = server.session();
    let sdk = [
        "/idv/sdk/metadata/update",
        "/idv/sdk/liveness/session/generate",
        "/idv/sdk/liveness/session/process",
        "/idv/sdk/session/read",
        "/idv/sdk/consent/add",
        "/idv/sdk/document/type/update",
        "/idv/sdk/document/front/add",
        "/idv/sdk/document/back/add",
        "/idv/sdk/finalize",
    ];
    let backend = ["/idv/session/create", "/idv/session/read", "/idv/document/read", "/idv/session/test/read"];
    let body = json!({ "session_id": id });
    for route in sdk.iter().chain(&backend) {
        let none = caller.without("authorization").json(route, body.clone());
        none.refused(401, "unauthorized", None);
        assert_eq!(none.header("www-authenticate"), Some("Bearer realm=\"kyc\""), "{route}");

        let wrong = caller.header("authorization", "Bearer made-up").json(route, body.clone());
        wrong.refused(401, "unauthorized", None);
        assert!(wrong.header("www-authenticate").is_some_and(|v| v.contains("invalid_token")), "{route}");

        caller.header("authorization", "Basic abc").json(route, body.clone()).refused(401, "unauthorized", None);
    }
    for route in sdk {
        caller.without("x-client-id").json(route, body.clone()).refused(400, "field_missing", Some("X-Client-Id"));
        let other = caller.header("x-client-id", OTHER_CLIENT).json(route, body.clone());
        other.refused(403, "forbidden", Some("X-Client-Id"));
    }
    for route in &backend[1..] {
        assert_ne!(caller.without("x-client-id").json(route, body.clone()).status, 400, "{route} needs no X-Client-Id");
    }
}

#[test]
fn a_bound_token_speaks_for_its_session_alone() {
    let server = Server::start();
    let (backend, id) = server.session();
    let other = backend.json("/idv/session/create", json!({})).ok()["session_id"].clone();
    let form =
        format!("grant_type=client_credentials&client_id={CLIENT}&client_secret={ENCODED_SECRET}&scope=session:{id}");
    let token = http(&server.url).post("/oauth2/token", FORM, form.into_bytes()).ok()["access_token"].clone();
    let browser = backend.header("authorization", &format!("Bearer {}", token.as_str().unwrap()));

    browser.json("/idv/sdk/session/read", json!({ "session_id": id })).ok();
    browser.json("/idv/sdk/session/read", json!({ "session_id": other })).refused(403, "forbidden", Some("session_id"));
    for route in ["/idv/session/create", "/idv/session/read", "/idv/document/read", "/idv/session/test/read"] {
        browser.json(route, json!({ "session_id": id })).refused(403, "forbidden", None);
    }
}

#[test]
fn another_clients_session_is_not_there() {
    let server = Server::start();
    let (backend, id) = server.session();
    let other = backend
        .header("authorization", &format!("Bearer {}", server.token_of(OTHER_CLIENT)))
        .header("x-client-id", OTHER_CLIENT);
    for route in ["/idv/session/read", "/idv/document/read", "/idv/session/test/read", "/idv/sdk/session/read"] {
        other.json(route, json!({ "session_id": id })).refused(404, "session_not_found", Some("session_id"));
    }
}

#[test]
fn tokens_end() {
    let server = Server::start();
    let (caller, id) = server.session();
    caller.json("/idv/sdk/session/read", json!({ "session_id": id })).ok();
    server.app.clock.advance_ms(server.app.config.client_token_life_ms);
    let ended = caller.json("/idv/sdk/session/read", json!({ "session_id": id }));
    ended.refused(401, "token_expired", None);
    assert!(ended.header("www-authenticate").is_some_and(|v| v.contains("invalid_token")));
    server.backend().json("/idv/sdk/session/read", json!({ "session_id": id })).ok();
}

#[test]
fn a_client_in_a_loop_is_told_to_wait() {
    let config = Config { rate: Rate { burst: 5, per_second: 1 }, ..Config::default() };
    let server = Server::with(config, Models::default());
    let (caller, id) = server.session();
    let body = json!({ "session_id": id });
    let refused = (0..20)
        .map(|_| caller.json("/idv/sdk/session/read", body.clone()))
        .find(|reply| reply.status != 200)
        .expect("more than the burst");
    refused.refused(429, "rate_limited", None);
    let wait_s: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!(wait_s >= 1);
    // Health is asked by machines that may not be locked out.
    assert_eq!(http(&server.url).get("/healthz").status, 200);
    server.app.clock.advance_ms(wait_s * 1_000);
    caller.json("/idv/sdk/session/read", body).ok();
}
