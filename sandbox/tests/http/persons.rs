//! The four operations of Persons, over HTTP: photos, aliases, and every documented refusal.

use crate::support::{Http, Reply, Server, http, huge_png, jpeg, small_image};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::ImageFormat;
use kyc_capture::api::biometric::persons::{AliasType, Person, PersonsError, PersonsErrorReply, PhotoType};
use kyc_sandbox::store::organizations::{self, MRZ, PERSONS, Subscription};
use serde_json::{Value, json};

const KEY: &str = "an-api-key-of-an-organization-as-long-as-real-ones";
const OTHER_KEY: &str = "another-api-key-of-an-organization-as-long-as-those";
const NOBODYS_KEY: &str = "a-key-that-is-as-long-as-real-ones-and-is-no-ones-at-all";
const CREATE: &str = "/api/v1/backend/persons/";
const DAY_MS: i64 = 86_400_000;

fn server() -> Server {
    let server = Server::start();
    server
        .app
        .store
        .run_blocking(|c| {
            for (name, key) in [("bank", KEY), ("shop", OTHER_KEY)] {
                organizations::add(c, name, key, 0)?;
                organizations::allow(c, name, PERSONS)?;
            }
            Ok(())
        })
        .unwrap();
    for name in ["bank", "shop"] {
        subscribe(&server, name, Some((-DAY_MS, DAY_MS, 100)));
    }
    server
}

/// A subscription from and to so many milliseconds from now, of so many persons.
fn subscribe(server: &Server, name: &str, subscription: Option<(i64, i64, u32)>) {
    let now_ms = server.app.clock.now_ms();
    let subscription = subscription.map(|(from, to, max_attempts)| Subscription {
        starts_ms: now_ms + from,
        ends_ms: now_ms + to,
        max_attempts,
    });
    server.app.store.run_blocking(|c| organizations::subscribe(c, name, PERSONS, subscription.as_ref())).unwrap();
}

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn body(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = json!({ "api_key": KEY, "image_b64": base64(&jpeg(1)), "photo_type": "other", "is_verified": true });
    change(&mut body);
    body
}

fn person(reply: &Reply) -> Person {
    serde_json::from_value(reply.ok()).unwrap()
}

#[track_caller]
fn refused(reply: &Reply, error: PersonsError, field: Option<&str>) -> PersonsErrorReply {
    assert_eq!(reply.status, error.status(), "{}", reply.text());
    let body: PersonsErrorReply = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(
        (body.error.message.as_str(), body.error.code.as_str(), body.error.field.as_deref(), body.status_code),
        (error.text(), error.code(), field, error.status())
    );
    body
}

fn created(http: &Http, aliases: Value) -> Person {
    person(&http.json(CREATE, body(|b| b["aliases"] = aliases)))
}

#[test]
fn a_person_is_made_with_photo_aliases_and_system_id() {
    let server = server();
    let http = http(&server.url);
    let aliases = json!([{ "value": "+77071234567", "type": "phone" },
                         { "value": "123456789012", "type": "personal_number" }]);
    let image = format!("data:image/png;base64,{}", base64(&small_image(2, ImageFormat::Png)));
    let reply = http.json(CREATE, body(|b| (b["aliases"], b["image_b64"]) = (aliases, image.into())));
    let value = reply.ok();
    // As the document shows it, field by field.
    let keys = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let sorted = |mut names: Vec<&'static str>| {
        names.sort_unstable();
        names
    };
    assert_eq!(
        keys(&value),
        sorted(vec!["id", "organization", "is_verified", "created_at", "updated_at", "aliases", "photos"])
    );
    assert_eq!(keys(&value["aliases"][0]), sorted(vec!["id", "value", "type"]));
    assert_eq!(keys(&value["photos"][0]), sorted(vec!["id", "type", "is_default", "is_uploaded", "created_at"]));
    let person = person(&reply);
    assert!(person.is_verified);
    assert_eq!((person.created_at.len(), person.organization.len()), ("2024-01-15T10:30:00Z".len(), 36));
    let kinds: Vec<_> = person.aliases.iter().map(|a| (a.kind.as_str(), a.value.as_str())).collect();
    assert_eq!(
        kinds,
        [("system_id", person.id.as_str()), ("phone", "+77071234567"), ("personal_number", "123456789012")]
    );
    let [photo] = person.photos.as_slice() else { panic!("{person:?}") };
    assert_eq!((photo.kind.clone(), photo.is_default, photo.is_uploaded), (PhotoType::Other, true, true));
    // The same organization is the same UUID.
    assert_eq!(created(&http, json!([])).organization, person.organization);
}

#[test]
fn the_better_photo_that_wants_to_be_the_default_is() {
    let server = server();
    let http = http(&server.url);
    let id = created(&http, json!([])).id;
    // Type, whether it wants to be the default, type of the default afterwards.
    let table = [
        ("live", false, "other"),
        ("live", true, "live"),
        ("other", true, "live"),
        ("live", true, "live"),
        ("scan", true, "scan"),
        ("digital", false, "scan"),
        ("digital", true, "digital"),
        ("scan", true, "digital"),
    ];
    for (i, (kind, wanted, default)) in table.into_iter().enumerate() {
        let body = json!({ "api_key": KEY, "image_b64": base64(&jpeg(7)), "photo_type": kind, "is_default": wanted });
        let person = person(&http.json(&format!("{CREATE}{id}/photo/"), body));
        assert_eq!(person.photos.len(), i + 2);
        let defaults: Vec<_> = person.photos.iter().filter(|p| p.is_default).map(|p| p.kind.as_str()).collect();
        assert_eq!(defaults, [default], "{kind} {wanted}");
    }
}

#[test]
fn the_status_of_a_person_changes() {
    let server = server();
    let http = http(&server.url);
    let made = created(&http, json!([]));
    server.app.clock.advance_ms(5_000);
    let update = json!({ "api_key": KEY, "is_verified": false });
    let changed = person(&http.json(&format!("{CREATE}{}/update", made.id), update));
    assert!(!changed.is_verified);
    assert!(changed.updated_at > made.updated_at);
    assert_eq!((changed.created_at, changed.aliases, changed.photos), (made.created_at, made.aliases, made.photos));
}

#[test]
fn an_alias_is_unique_in_its_organization() {
    let server = server();
    let http = http(&server.url);
    let first = created(&http, json!([{ "value": "+77071234567", "type": "phone" }]));
    let second = created(&http, json!([{ "value": "AB1234567", "type": "document_number" }]));
    let add = |key: &str, id: &str, value: &str, kind: &str| {
        http.json(&format!("{CREATE}{id}/alias/"), json!({ "api_key": key, "value": value, "type": kind }))
    };
    let with_alias = person(&add(KEY, &first.id, "customer 7", "custom"));
    assert_eq!(with_alias.aliases.last().unwrap().kind, AliasType::Custom);
    // Taken by another, by the person itself, and under another type.
    for (id, value, kind, holder) in [
        (&second.id, "+77071234567", "phone", &first.id),
        (&first.id, "customer 7", "custom", &first.id),
        (&first.id, "AB1234567", "custom", &second.id),
        (&first.id, second.id.as_str(), "custom", &second.id),
    ] {
        let reply = refused(&add(KEY, id, value, kind), PersonsError::AliasExists, None);
        let conflicts: Vec<_> = reply.conflicts.iter().map(|c| (c.value.as_str(), &c.person_id)).collect();
        assert_eq!(conflicts, [(value, holder)]);
    }
    // All conflicts of a new person are listed, and nothing is left of it.
    let aliases = json!([{ "value": "+77071234567", "type": "phone" }, { "value": "new", "type": "custom" },
                         { "value": "AB1234567", "type": "document_number" }]);
    let reply = refused(&http.json(CREATE, body(|b| b["aliases"] = aliases)), PersonsError::AliasExists, None);
    assert_eq!(reply.conflicts.len(), 2);
    created(&http, json!([{ "value": "new", "type": "custom" }]));
    // Another organization has its own.
    let other = body(|b| {
        b["api_key"] = OTHER_KEY.into();
        b["aliases"] = json!([{ "value": "+77071234567", "type": "phone" }]);
    });
    let other = person(&http.json(CREATE, other));
    assert_ne!(other.organization, first.organization);
    refused(&add(KEY, &other.id, "x", "custom"), PersonsError::PersonNotFound, None);
}

#[test]
fn the_only_default_photo_stays() {
    let server = server();
    let http = http(&server.url);
    let made = created(&http, json!([]));
    let delete = |photo: &str| {
        let path = format!("/sandbox/persons/{}/photo/{photo}/delete", made.id);
        http.json(&path, json!({ "api_key": KEY }))
    };
    refused(&delete(&made.photos[0].id), PersonsError::DefaultPhoto, None);
    let photo = json!({ "api_key": KEY, "image_b64": base64(&jpeg(2)), "photo_type": "live", "is_default": false });
    let two = person(&http.json(&format!("{CREATE}{}/photo/", made.id), photo));
    let left = person(&delete(&made.photos[0].id));
    assert_eq!((left.photos.len(), &left.photos[0].id), (1, &two.photos[1].id));
    assert!(left.photos[0].is_default);
    refused(&delete("none"), PersonsError::PersonNotFound, None);
}

#[test]
fn keys_and_subscriptions_are_held_to() {
    let server = server();
    let http = http(&server.url);
    let with_key = |key: Value| http.json(CREATE, body(|b| b["api_key"] = key));
    for key in [
        Value::Null,
        json!(""),
        json!(7),
        json!("short"),
        json!("key with spaces as long as the real ones are, nearly"),
    ] {
        refused(&with_key(key), PersonsError::InvalidApiKey, Some("api_key"));
    }
    refused(&with_key(NOBODYS_KEY.into()), PersonsError::OrganizationNotFound, None);
    let create = || http.json(CREATE, body(|_| ()));
    subscribe(&server, "bank", None);
    refused(&create(), PersonsError::NoSubscription, None);
    subscribe(&server, "bank", Some((-2 * DAY_MS, -DAY_MS, 100)));
    refused(&create(), PersonsError::NoSubscriptionForTechnology, None);
    subscribe(&server, "bank", Some((DAY_MS, 2 * DAY_MS, 100)));
    refused(&create(), PersonsError::SubscriptionNotStarted, None);
    subscribe(&server, "bank", Some((-DAY_MS, DAY_MS, 2)));
    created(&http, json!([]));
    created(&http, json!([]));
    refused(&create(), PersonsError::LimitExceeded, None);
    server
        .app
        .store
        .run_blocking(|c| {
            organizations::add(c, "reader", NOBODYS_KEY, 0)?;
            organizations::allow(c, "reader", MRZ)
        })
        .unwrap();
    refused(&with_key(NOBODYS_KEY.into()), PersonsError::NoAccess, None);
}

#[test]
fn validates_fields_and_images() {
    let server = server();
    let http = http(&server.url);
    let with = |name: &str, value: Value| http.json(CREATE, body(|b| b[name] = value));
    let without = |name: &str| http.json(CREATE, body(|b| drop(b.as_object_mut().unwrap().remove(name))));
    for name in ["image_b64", "photo_type", "is_verified"] {
        refused(&without(name), PersonsError::Validation, Some(name));
    }
    refused(&with("is_verified", json!("yes")), PersonsError::Validation, Some("is_verified"));
    refused(&with("aliases", json!([{ "value": "x" }])), PersonsError::Validation, Some("aliases[0].type"));
    refused(&with("photo_type", json!("passport")), PersonsError::InvalidPhotoType, Some("photo_type"));
    let alias = |value: &str, kind: &str| with("aliases", json!([{ "value": value, "type": kind }]));
    refused(&alias("x", "email"), PersonsError::InvalidAliasType, Some("aliases[0].type"));
    refused(&alias("x", "system_id"), PersonsError::SystemIdAlias, Some("aliases[0].type"));
    for (value, kind) in [("8707", "phone"), ("12345", "personal_number"), ("", "custom")] {
        refused(&alias(value, kind), PersonsError::Validation, Some("aliases[0].value"));
    }
    let twice = json!([{ "value": "x", "type": "custom" }, { "value": "x", "type": "document_number" }]);
    refused(&with("aliases", twice), PersonsError::Validation, Some("aliases[1].value"));
    let cut = &jpeg(1)[..200];
    for image in ["no base64!".to_owned(), base64(b"hello"), base64(cut), base64(&huge_png()), String::new()] {
        refused(&with("image_b64", image.into()), PersonsError::InvalidImage, Some("image_b64"));
    }
    let webp = base64(&small_image(1, ImageFormat::WebP));
    let labelled = format!("data:image/gif;base64,{}", base64(&jpeg(1)));
    for image in [webp, labelled] {
        refused(&with("image_b64", image.into()), PersonsError::ExtensionNotAllowed, Some("image_b64"));
    }
    refused(&http.post(CREATE, "application/json", b"{".to_vec()), PersonsError::Validation, None);
    refused(&http.post(CREATE, "application/json", b"[]".to_vec()), PersonsError::Validation, None);
    assert_eq!(http.form(CREATE, "a=b").status, 415);
    assert_eq!(http.get(CREATE).status, 405);
    assert_eq!(http.post(CREATE, "application/json", vec![b' '; 17 << 20]).status, 413);
    // None of them made a person, and none of these is one.
    for path in ["update", "photo/", "alias/"] {
        let all = json!({ "api_key": KEY, "is_verified": true, "image_b64": base64(&jpeg(1)), "photo_type": "live",
                          "is_default": true, "value": "x", "type": "custom" });
        let reply = http.json(&format!("{CREATE}550e8400-e29b-41d4-a716-446655440000/{path}"), all);
        refused(&reply, PersonsError::PersonNotFound, None);
    }
}

#[test]
fn the_servers_own_fault_is_told_as_documented() {
    let server = server();
    server
        .app
        .store
        .run_blocking(|c| Ok(c.execute("DROP TABLE person_alias", kyc_sandbox::store::db::params![])?))
        .unwrap();
    refused(&http(&server.url).json(CREATE, body(|_| ())), PersonsError::Internal, None);
}
