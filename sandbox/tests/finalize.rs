//! From specimen pictures to the verdict, over HTTP: what the sandbox reports is what is printed in the picture.

mod support;

use std::io::Cursor;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use kyc_sandbox::app::Config;
use kyc_sandbox::models::Models;
use kyc_specimen::document;
use kyc_specimen::person::Person;
use kyc_specimen::scene::{self, Pose};
use serde_json::{Value, json};
use support::{Http, Server};

/// A photo's size, landscape.
const PHOTO: (u32, u32) = (1920, 1080);

/// A server with both models, unless there are none to be had.
fn server() -> Option<Server> {
    let folder = std::env::var_os("KYC_MODELS_DIR").map_or_else(|| target().join("models"), PathBuf::from);
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets");
    let find = |name: &str| [folder.join(name), assets.join(name)].into_iter().find(|file| file.is_file());
    let models = Models::load_files(find("mrz.kycm").as_deref(), find("face.kycm").as_deref()).unwrap();
    if let Some(missing) = models.missing() {
        println!("skipped: no model `{missing}` in {}", folder.display());
        return None;
    }
    Some(Server::with(Config::default(), models))
}

/// The target folder: `CARGO_TARGET_TMPDIR` is its `tmp`.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

fn jpeg(picture: RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

fn photo_of(page: &RgbImage) -> Vec<u8> {
    jpeg(scene::with_document(PHOTO, page, &Pose::default()))
}

/// Frames of a face, each with a dot of its own, as a camera's noise would make them differ.
fn faces(seed: u8) -> Vec<Vec<u8>> {
    let face = scene::with_face((640, 480));
    let frame = |i: u8| {
        let mut frame = face.clone();
        for x in 0..16 {
            frame.put_pixel(x, 0, Rgb([seed.wrapping_mul(16), i * 60, 128]));
        }
        jpeg(frame)
    };
    (0..3).map(frame).collect()
}

struct Verified {
    answer: Value,
    session: Value,
    document: Value,
}

impl Verified {
    fn failed(&self) -> Vec<&str> {
        let checks = self.session["history"].as_array().unwrap().iter().filter(|e| e["event"] == "check");
        checks.filter(|c| c["passed"] == false).map(|c| c["check"].as_str().unwrap()).collect()
    }
}

fn run(server: &Server, kind: &str, front: &[u8], back: Option<&[u8]>, frames: &[Vec<u8>]) -> Verified {
    let (http, id) = server.session_of(kind);
    let upload = |route: &str, image: &[u8]| {
        let parts: [(&str, &[u8]); 4] =
            [("session_id", id.as_bytes()), ("latitude", b"43.2"), ("longitude", b"76.9"), ("image", image)];
        http.multipart(route, &parts).ok();
    };
    upload("/idv/sdk/document/front/add", front);
    if let Some(back) = back {
        upload("/idv/sdk/document/back/add", back);
    }
    let images: Vec<_> = frames.iter().map(|f| STANDARD.encode(f)).collect();
    let process = json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9, "images": images });
    http.json("/idv/sdk/liveness/session/process", process).ok();
    finalize(&http, &id)
}

fn finalize(http: &Http, id: &str) -> Verified {
    let body = json!({ "session_id": id });
    let answer = http.json("/idv/sdk/finalize", body.clone()).ok();
    let session = http.json("/idv/session/read", body.clone()).ok();
    assert_eq!(session["status_e"], "complete");
    // Again: the same answer, and nothing more in the history.
    assert_eq!(http.json("/idv/sdk/finalize", body.clone()).ok(), answer);
    assert_eq!(http.json("/idv/session/read", body.clone()).ok(), session);
    http.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": false })).refused(
        409,
        "session_complete",
        None,
    );
    let document = http.json("/idv/document/read", body);
    Verified { answer, session, document: if document.status == 200 { document.json() } else { Value::Null } }
}

fn assert_printed(found: &Verified, person: &Person) {
    let (first, middle) =
        person.given_names.split_once(' ').map_or((person.given_names.as_str(), None), |(f, m)| (f, Some(m)));
    let d = &found.document;
    assert_eq!(d["document_number"], person.document_number.as_str(), "{d}");
    assert_eq!(d["last_name"], person.surname.as_str(), "{d}");
    assert_eq!(d["first_name"], first, "{d}");
    assert_eq!(d["middle_name"].as_str(), middle, "{d}");
    assert_eq!(d["birth_date"], person.birth.iso(), "{d}");
    assert_eq!(d["expires_at"], person.expiry.iso(), "{d}");
    assert_eq!(d["issuing_country"], "UTO", "{d}");
    assert_eq!((&d["gender_e"], &d["data_source_e"]), (&json!("female"), &json!("mrz")));
    assert_eq!(found.session["last_name"], d["last_name"]);
    assert_eq!(found.session["birth_date"], d["birth_date"]);
}

#[test]
fn a_passport_is_verified_with_what_is_printed_in_it() {
    let Some(server) = server() else { return };
    let person = Person::invented(1, false);
    let found = run(&server, "passport", &photo_of(&document::passport(&person)), None, &faces(1));
    assert_printed(&found, &person);
    assert_eq!(found.failed(), Vec::<&str>::new(), "{}", found.session);
    assert_eq!(found.answer, json!({ "verified": true, "on_sanction_list": false }));
    assert_eq!((&found.session["verified"], &found.session["ofac_status_e"]), (&json!(true), &json!("clear")));
    assert_eq!(found.session["liveness_detected"], true);
    assert_eq!(found.document["type_e"], "passport");
    assert!(found.session["score"].as_f64().is_some_and(|s| s > 50.0 && s <= 100.0));
}

#[test]
fn a_card_is_verified_from_both_sides() {
    let Some(server) = server() else { return };
    let person = Person::invented(2, false);
    let (front, back) = (photo_of(&document::card_front(&person)), photo_of(&document::card_back(&person)));
    let found = run(&server, "identification_card", &front, Some(&back), &faces(1));
    assert_printed(&found, &person);
    assert_eq!(found.failed(), Vec::<&str>::new(), "{}", found.session);
    assert_eq!(found.answer["verified"], true);
}

struct Case<'a> {
    name: &'static str,
    kind: &'static str,
    front: &'a Vec<u8>,
    back: Option<&'a Vec<u8>>,
    frames: Vec<Vec<u8>>,
    /// The one check that must fail.
    failed: &'static str,
}

#[test]
fn what_is_wrong_is_found_and_not_verified() {
    let Some(server) = server() else { return };
    let good = Person::invented(3, false);
    let passport = photo_of(&document::passport(&good));
    let expired = photo_of(&document::passport(&Person::invented(4, true)));
    let listed =
        Person { surname: "BLACKTHORNE".into(), given_names: "OBADIAH MORDECAI".into(), ..Person::invented(5, false) };
    let listed = photo_of(&document::passport(&listed));
    let table = jpeg(scene::empty(PHOTO));
    let mut one_without = faces(2);
    one_without[1] = jpeg(scene::empty((640, 480)));
    let back = photo_of(&document::card_back(&good));

    let case = |name, kind, front, back, frames, failed| Case { name, kind, front, back, frames, failed };
    let cases = [
        case("expired", "passport", &expired, None, faces(3), "not_expired"),
        case("listed", "passport", &listed, None, faces(4), "not_sanctioned"),
        case("another type", "identification_card", &passport, Some(&passport), faces(5), "document_type"),
        case("a frame without a face", "passport", &passport, None, one_without, "liveness_faces"),
        case("a front without a portrait", "identification_card", &table, Some(&back), faces(6), "document_portrait"),
    ];
    for Case { name, kind, front, back, frames, failed } in cases {
        let found = run(&server, kind, front, back.map(Vec::as_slice), &frames);
        assert_eq!(found.failed(), [failed], "{name}: {}", found.session);
        assert_eq!(found.answer, json!({ "verified": false, "on_sanction_list": name == "listed" }), "{name}");
        assert_eq!(found.session["ofac_status_e"], if name == "listed" { "match" } else { "clear" }, "{name}");
    }
    let nothing = run(&server, "passport", &table, None, &faces(7));
    assert_eq!(nothing.answer, json!({ "verified": false, "on_sanction_list": false }));
    assert!(nothing.document.is_null());
    assert_eq!(nothing.session["ofac_status_e"], "unknown", "nobody was screened");
}
