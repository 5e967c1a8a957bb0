//! The MRZ operation, over HTTP: images are read, and every documented error is provoked.

use std::path::Path;

use crate::support::{Reply, Server, http, huge_png, small_image};
use image::ImageFormat;
use kyc_capture::api::biometric::mrz::{MrzError, MrzRetrieveReply, PATH, SessionStatus};
use kyc_sandbox::config::Config;
use kyc_sandbox::models::Models;
use kyc_sandbox::store::organizations::{self, MRZ, Subscription};
use kyc_specimen::encode::png;
use kyc_specimen::person::Person;
use kyc_specimen::scene::{self, Pose};
use kyc_specimen::{document, mrz_lines};

const KEY: &str = "an-api-key-of-an-organization-as-long-as-real-ones";
const DAY_MS: i64 = 86_400_000;

fn server(with_reader: bool) -> Server {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets");
    let models = Models::load(with_reader.then_some(assets.as_path())).unwrap();
    let server = Server::with(Config::default(), models);
    server
        .app
        .store
        .run_blocking(|c| {
            organizations::add(c, "bank", KEY, 0)?;
            organizations::allow(c, "bank", MRZ)
        })
        .unwrap();
    subscribe(&server, Some((-DAY_MS, DAY_MS, 100)));
    server
}

/// A subscription from and to so many milliseconds from now.
fn subscribe(server: &Server, subscription: Option<(i64, i64, u32)>) {
    let now_ms = server.app.clock.now_ms();
    let subscription = subscription.map(|(from, to, max_attempts)| Subscription {
        starts_ms: now_ms + from,
        ends_ms: now_ms + to,
        max_attempts,
    });
    server.app.store.run_blocking(|c| organizations::subscribe(c, "bank", MRZ, subscription.as_ref())).unwrap();
}

fn card() -> (Vec<u8>, Vec<String>) {
    let person = Person::invented(7, false);
    let scene = scene::with_document((1280, 720), &document::card_back(&person), &Pose::default());
    (png(&scene), mrz_lines::td1(&person).to_vec())
}

fn retrieve(server: &Server, image: &[u8]) -> Reply {
    http(&server.url).multipart(PATH, &[("api_key", KEY.as_bytes()), ("image", image)])
}

fn refused(reply: &Reply, error: MrzError) {
    assert_eq!(reply.status, error.status(), "{}", reply.text());
    let body = reply.json();
    assert_eq!((&body["error"]["message"], &body["error"]["code"]), (&error.text().into(), &error.code().into()));
    assert_eq!(MrzError::from_reply(reply.status, body["error"]["message"].as_str().unwrap()), Some(error));
}

#[test]
fn reads_the_lines_of_a_card() {
    let server = server(true);
    let (image, lines) = card();
    let reply = retrieve(&server, &image);
    assert_eq!(reply.status, 200, "{}", reply.text());
    let body = reply.json();
    assert_eq!(body["backend_session"], body["backend_session_id"]);
    assert!(body["failure_reason"].is_null());
    let reply: MrzRetrieveReply = serde_json::from_value(body).unwrap();
    assert_eq!((reply.status, reply.result), (SessionStatus::Received, true));
    assert_eq!(reply.mrz_string.unwrap(), lines.join("\n"));
    assert_eq!(reply.backend_session_id.len(), 36);
}

#[test]
fn what_shows_no_zone_is_422() {
    let server = server(true);
    let (image, _) = card();
    let nothing = [
        small_image(1, ImageFormat::Png),
        png(&scene::empty((640, 480))),
        b"<!doctype html><title>Sign in</title>".to_vec(),
        image[..image.len() / 2].to_vec(),
        huge_png(),
    ];
    for image in nothing {
        refused(&retrieve(&server, &image), MrzError::Unreadable);
    }
}

#[test]
fn subscriptions_are_held_to() {
    let server = server(true);
    let (image, _) = card();
    subscribe(&server, None);
    refused(&retrieve(&server, &image), MrzError::NoSubscription);
    subscribe(&server, Some((-2 * DAY_MS, -DAY_MS, 100)));
    refused(&retrieve(&server, &image), MrzError::NoSubscriptionForTechnology);
    subscribe(&server, Some((DAY_MS, 2 * DAY_MS, 100)));
    refused(&retrieve(&server, &image), MrzError::SubscriptionNotStarted);
    server.app.clock.advance_ms(DAY_MS + 1000);
    assert_eq!(retrieve(&server, &image).status, 200);
    // Two attempts: one that fails counts as well.
    subscribe(&server, Some((-1, DAY_MS, 2)));
    server.app.clock.advance_ms(10);
    assert_eq!(retrieve(&server, &image).status, 200);
    refused(&retrieve(&server, b"no image"), MrzError::Unreadable);
    refused(&retrieve(&server, &image), MrzError::AttemptsExceeded);
}

#[test]
fn a_technology_must_be_open_to_the_organization() {
    let server = server(true);
    server.app.store.run_blocking(|c| organizations::add(c, "shop", "the-key-of-another-organization", 0)).unwrap();
    let reply =
        http(&server.url).multipart(PATH, &[("api_key", b"the-key-of-another-organization"), ("image", &card().0)]);
    refused(&reply, MrzError::NoAccess);
}

#[test]
fn without_weights_it_is_not_available() {
    refused(&retrieve(&server(false), &card().0), MrzError::Unavailable);
}

#[test]
fn other_requests_are_told_what_is_wrong() {
    let server = server(true);
    let http = http(&server.url);
    let code = |reply: Reply| (reply.status, reply.json()["error"]["field"].as_str().unwrap_or_default().to_owned());
    assert_eq!(code(http.multipart(PATH, &[("image", b"x")])), (400, "api_key".into()));
    assert_eq!(code(http.multipart(PATH, &[("api_key", KEY.as_bytes())])), (400, "image".into()));
    assert_eq!(code(http.multipart(PATH, &[("api_key", b"unknown"), ("image", b"x")])), (401, "api_key".into()));
    let twice: [(&str, &[u8]); 3] = [("api_key", b"a"), ("api_key", b"b"), ("image", b"x")];
    assert_eq!(code(http.multipart(PATH, &twice)), (400, "api_key".into()));
    assert_eq!(http.json(PATH, serde_json::json!({ "api_key": KEY })).status, 415);
    assert_eq!(http.get(PATH).status, 405);
    let large = vec![0; 13 << 20];
    assert_eq!(http.multipart(PATH, &[("api_key", KEY.as_bytes()), ("image", &large)]).status, 413);
}
