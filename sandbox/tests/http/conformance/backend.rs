//! Persons, GBDFL and MRZ: what an organization's backend calls with its key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_sandbox::params;
use kyc_sandbox::store::organizations::{self, GBDFL, MRZ, PERSONS, Subscription};
use kyc_specimen::person::Person;
use kyc_specimen::{document, encode, scene};
use serde_json::{Value, json};

use super::suite::Suite;
use crate::support::{Http, Reply, Server, http, jpeg};

const KEY: &str = "an-api-key-of-an-organization-as-long-as-real-ones";
const SHUT_KEY: &str = "another-api-key-of-an-organization-as-long-as-those";
const BARE_KEY: &str = "an-api-key-of-an-organization-without-subscriptions";
const NOBODYS_KEY: &str = "a-key-that-is-as-long-as-real-ones-and-is-no-ones-at-all";
const DAY_MS: i64 = 86_400_000;

pub(super) fn run(suite: &mut Suite) {
    let server = suite.server;
    let opened = server.app.store.run_blocking(|c| {
        organizations::add(c, "bank", KEY, 0)?;
        [PERSONS, GBDFL, MRZ].iter().try_for_each(|technology| organizations::allow(c, "bank", technology))?;
        organizations::add(c, "bare", BARE_KEY, 0)?;
        [PERSONS, GBDFL, MRZ].iter().try_for_each(|technology| organizations::allow(c, "bare", technology))?;
        organizations::add(c, "shut", SHUT_KEY, 0)
    });
    opened.unwrap();
    for technology in [PERSONS, GBDFL, MRZ] {
        subscribe(server, technology, Some((-DAY_MS, DAY_MS, 100)));
    }
    persons(suite);
    gbdfl(suite);
    mrz(suite);
}

/// A subscription from and to so many milliseconds from now, and how often.
fn subscribe(server: &Server, technology: &str, subscription: Option<(i64, i64, u32)>) {
    let now_ms = server.app.clock.now_ms();
    let subscription = subscription.map(|(from, to, max_attempts)| Subscription {
        starts_ms: now_ms + from,
        ends_ms: now_ms + to,
        max_attempts,
    });
    server.app.store.run_blocking(|c| organizations::subscribe(c, "bank", technology, subscription.as_ref())).unwrap();
}

/// The refusals that all technologies share, by what `ask` with a key brings.
fn access(suite: &mut Suite, id: &str, technology: &str, name: &str, ask: &dyn Fn(&str) -> Reply) {
    let none = format!("Client does not have access to {name} technology");
    suite.refused(id, 400, Some(&none), &ask(SHUT_KEY));
    suite.refused(id, 400, Some("Client does not have subscription"), &ask(BARE_KEY));
    for (subscription, text) in [
        (Some((-2 * DAY_MS, -DAY_MS, 100)), "No active or future subscription for technology"),
        (Some((DAY_MS, 2 * DAY_MS, 100)), "Subscription has not started"),
    ] {
        subscribe(suite.server, technology, subscription);
        suite.refused(id, 400, Some(text), &ask(KEY));
    }
    subscribe(suite.server, technology, Some((-DAY_MS, DAY_MS, 100)));
}

fn persons(suite: &mut Suite) {
    let plain = http(&suite.server.url);
    suite.http = plain.clone();
    let image = STANDARD.encode(jpeg(1));
    let create = json!({
        "api_key": KEY, "image_b64": format!("data:image/jpeg;base64,{image}"),
        "photo_type": "other", "is_verified": true,
        "aliases": [{ "value": "+77071234567", "type": "phone" },
            { "value": "123456789012", "type": "personal_number" }],
    });
    let person = suite.json("persons_create", create.clone());
    let at = |what: &str| format!("/api/v1/backend/persons/{}/{what}", person["id"].as_str().unwrap_or_default());
    let (update, photo, alias) = (at("update"), at("photo/"), at("alias/"));
    let bodies: [(&str, &str, Value); 4] = [
        (
            "persons_create",
            "/api/v1/backend/persons/",
            json!({ "api_key": KEY, "image_b64": image, "photo_type": "other", "is_verified": true }),
        ),
        ("persons_update", &update, json!({ "api_key": KEY, "is_verified": false })),
        (
            "persons_photo_add",
            &photo,
            json!({ "api_key": KEY, "image_b64": image, "photo_type": "digital", "is_default": true }),
        ),
        ("persons_alias_add", &alias, json!({ "api_key": KEY, "value": "AB1234567", "type": "document_number" })),
    ];
    for (id, path, body) in &bodies[1..] {
        suite.json_at(id, path, body.clone());
    }

    let with = |body: &Value, changes: &[(&str, Value)]| {
        let mut body = body.clone();
        for (field, value) in changes {
            body[*field] = value.clone();
        }
        body
    };
    for (id, path, body) in &bodies {
        let ask = |changes: &[(&str, Value)]| plain.json(path, with(body, changes));
        suite.refused(id, 400, Some("Invalid API key"), &ask(&[("api_key", json!(""))]));
        suite.refused(id, 404, Some("Organization not found"), &ask(&[("api_key", json!(NOBODYS_KEY))]));
        let flag = if body.get("is_verified").is_some() { "is_verified" } else { "is_default" };
        let field = if *id == "persons_alias_add" { "value" } else { flag };
        suite.refused(id, 422, Some("Validation error"), &ask(&[(field, json!(7))]));
        access(suite, id, PERSONS, "Persons", &|key| ask(&[("api_key", json!(key))]));
        if path.contains(person["id"].as_str().unwrap_or("?")) {
            let elsewhere = path.replace(person["id"].as_str().unwrap_or("?"), "550e8400-e29b-41d4-a716-446655440000");
            suite.refused(id, 400, Some("Person not found"), &plain.json(&elsewhere, body.clone()));
        }
        if body.get("image_b64").is_some() {
            suite.refused(id, 400, Some("Invalid image format"), &ask(&[("image_b64", json!("..."))]));
            suite.refused(id, 400, Some("Invalid photo type"), &ask(&[("photo_type", json!("painted"))]));
            let gif = STANDARD.encode(b"GIF89a");
            suite.refused(id, 400, Some("File extension is not allowed"), &ask(&[("image_b64", json!(gif))]));
        }
    }
    for (id, path, body) in [&bodies[0], &bodies[3]] {
        let ask = |value: &str, kind: &str| match *id {
            "persons_create" => plain.json(path, with(body, &[("aliases", json!([{ "value": value, "type": kind }]))])),
            _ => plain.json(path, with(body, &[("value", json!(value)), ("type", json!(kind))])),
        };
        suite.refused(id, 400, Some("Invalid alias type"), &ask("x", "nickname"));
        suite.refused(id, 400, Some("Cannot create system_id alias"), &ask("x", "system_id"));
        suite.refused(id, 400, Some("Alias already exists"), &ask("+77071234567", "phone"));
    }
    // The sandbox's own operation: the texts have the refusal, and no operation that it belongs to.
    let alone = plain.json(bodies[0].1, bodies[0].2.clone()).json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let path = format!("/sandbox/persons/{}/photo/{}/delete", text(&alone["id"]), text(&alone["photos"][0]["id"]));
    let kept = plain.json(&path, json!({ "api_key": KEY }));
    suite.refused("persons_photo_add", 400, Some("Cannot delete default photo"), &kept);
    subscribe(suite.server, PERSONS, Some((-DAY_MS, DAY_MS, 1)));
    let (id, path, body) = &bodies[0];
    suite.refused(id, 400, Some("Person limit exceeded"), &plain.json(path, body.clone()));
    subscribe(suite.server, PERSONS, Some((-DAY_MS, DAY_MS, 100)));
    broken(suite, &bodies);
}

/// A server whose tables are gone answers with the documented error.
fn broken(suite: &mut Suite, bodies: &[(&str, &str, Value)]) {
    let server = Server::start();
    let dropped = server.app.store.run_blocking(|c| {
        organizations::add(c, "bank", KEY, 0)?;
        organizations::allow(c, "bank", PERSONS)?;
        c.execute("DROP TABLE subscription", params![])?;
        Ok(())
    });
    dropped.unwrap();
    for (id, path, body) in bodies {
        suite.refused(id, 500, Some("Internal server error"), &http(&server.url).json(path, body.clone()));
    }
}

fn gbdfl(suite: &mut Suite) {
    const PATH: &str = "/api/v1/backend/gbdfl/";
    /// The document's sample.
    const KNOWN: &str = "950215301234";
    let plain = http(&suite.server.url);
    let made = |path: &str, mut body: Value| {
        body["api_key"] = KEY.into();
        plain.json(path, body).json()["backend_session_id"].as_str().unwrap_or_default().to_owned()
    };
    let face2face = |body: Value| made("/sandbox/gbdfl/face2face", body);
    let source = |technology: &str, status: &str| {
        made("/sandbox/gbdfl/source", json!({ "technology": technology, "status": status }))
    };
    let body =
        |iin: &str, session: &str| json!({ "api_key": KEY, "iin": iin, "face2face_backend_session_id": session });
    let session = face2face(json!({}));
    suite.json("gbdfl", body(KNOWN, &session));
    for iin in ["900101300103", "900101300104", "000000000000", "900101300105", "900101300107"] {
        let reply = suite.json("gbdfl", body(iin, &session));
        let (kind, detail) = match iin {
            "900101300103" => ("CLIENT", "INVALID"),
            "900101300104" => ("CLIENT", "TIMEOUT"),
            "000000000000" => ("CLIENT", "NOT_FOUND"),
            "900101300105" => ("CLIENT", "FAILED"),
            _ => ("SERVICE_ERROR", "Can`t connect to GBDFL service"),
        };
        suite.reason("gbdfl", kind, detail, &reply["failure_reason"]);
    }
    let (liveness, edocument) = (source("LDSH", "COMPLETED"), source("ED", "COMPLETED"));
    let of = |sources: &[&str]| face2face(json!({ "source_sessions": sources }));
    let old = made("/sandbox/gbdfl/source", json!({ "technology": "ED", "age_s": 10_801 }));
    let table = [
        (of(&[&liveness, &old]), "The required verifications for GBDFL are expired"),
        (face2face(json!({ "prediction": 0.31 })), "Face2Face failed"),
        (of(&[&source("LDSH", "FAILED"), &edocument]), "Liveness failed"),
        (of(&[&liveness, &source("ED", "FAILED")]), "EDocument validation error:"),
        (of(&[&source("OCR", "COMPLETED")]), "Required technology in Face2Face result missing: tech_code, tech_code"),
        (of(&[]), "Face2Face source sessions are missing"),
        (face2face(json!({ "prediction": null })), "GBDFL Face2Face result missing"),
    ];
    for (session, detail) in table {
        let reply = suite.json("gbdfl", body(KNOWN, &session));
        suite.reason("gbdfl", "CLIENT", detail, &reply["failure_reason"]);
    }
    let ask = |key: &str, session: &str| {
        plain.json(PATH, json!({ "api_key": key, "iin": KNOWN, "face2face_backend_session_id": session }))
    };
    let unknown = ask(KEY, "550e8400-e29b-41d4-a716-446655440000");
    suite.refused("gbdfl", 404, Some("Face2Face backend session not found"), &unknown);
    suite.refused("gbdfl", 404, Some("Organization not found"), &ask(NOBODYS_KEY, &session));
    access(suite, "gbdfl", GBDFL, "GBDFL", &|key| ask(key, &session));
}

fn mrz(suite: &mut Suite) {
    let photo =
        |page: &image::RgbImage| encode::jpeg(&scene::with_document((1280, 960), page, &scene::Pose::default()));
    let image = photo(&document::card_back(&Person::invented(7, false)));
    suite.multipart("mrz_retrieve", &[("api_key", KEY.as_bytes()), ("image", &image)]);
    let send = |http: &Http, key: &str, image: &[u8]| {
        http.multipart("/api/v1/backend/mrz/retrieve/", &[("api_key", key.as_bytes()), ("image", image)])
    };
    let plain = http(&suite.server.url);
    suite.refused("mrz_retrieve", 422, Some("Error while parsing MRZ"), &send(&plain, KEY, &jpeg(1)));
    access(suite, "mrz_retrieve", MRZ, "MRZ", &|key| send(&plain, key, &image));
    subscribe(suite.server, MRZ, Some((-DAY_MS, DAY_MS, 1)));
    suite.refused("mrz_retrieve", 400, Some("MRZ max attempts exceeded"), &send(&plain, KEY, &image));
    // A server without the reader's model.
    let server = Server::start();
    let opened = server.app.store.run_blocking(|c| {
        organizations::add(c, "bank", KEY, 0)?;
        organizations::allow(c, "bank", MRZ)
    });
    opened.unwrap();
    subscribe(&server, MRZ, Some((-DAY_MS, DAY_MS, 100)));
    let unavailable = send(&http(&server.url), KEY, &image);
    suite.refused("mrz_retrieve", 503, Some("MRZ service not available now"), &unavailable);
}
