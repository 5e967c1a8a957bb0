//! From specimen images to the verdict, over HTTP: the sandbox reports what is printed in the image.

use crate::support::{Http, OTHER_CLIENT, Server};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{Rgb, RgbImage};
use kyc_sandbox::config::Config;
use kyc_sandbox::store::images::{self, Kind};
use kyc_sandbox::store::rectified::{self, Rectified};
use kyc_specimen::encode::{jpeg, png};
use kyc_specimen::person::{Person, Portrait};
use kyc_specimen::scene::{self, Pose};
use kyc_specimen::{degrade, document};
use serde_json::{Value, json};

/// A photo's size, landscape.
const PHOTO: (u32, u32) = (1920, 1080);

fn photo_of(page: &RgbImage) -> Vec<u8> {
    jpeg(&scene::with_document(PHOTO, page, &Pose::default()))
}

/// Frames of a face, each with a dot of its own, as a camera's noise would make them differ.
fn faces(seed: u8) -> Vec<Vec<u8>> {
    faces_of(Portrait::Astronaut, seed)
}

fn faces_of(portrait: Portrait, seed: u8) -> Vec<Vec<u8>> {
    let face = scene::with_face_of(portrait, (640, 480));
    let frame = |i: u8| {
        let mut frame = face.clone();
        for x in 0..16 {
            frame.put_pixel(x, 0, Rgb([seed.wrapping_mul(16), i * 60, 128]));
        }
        jpeg(&frame)
    };
    (0..3).map(frame).collect()
}

struct Verified {
    id: String,
    answer: Value,
    session: Value,
    document: Value,
}

impl Verified {
    fn failed(&self) -> Vec<&str> {
        let checks = self.session["history"].as_array().unwrap().iter().filter(|e| e["event"] == "check");
        checks.filter(|c| c["passed"] == false).map(|c| c["check"].as_str().unwrap()).collect()
    }

    /// How a check of the core ended.
    fn rule(&self, code: &str) -> &str {
        let history = self.session["history"].as_array().unwrap();
        let entry = history.iter().find(|e| e["event"] == "document_check" && e["code"] == code).unwrap();
        assert!(entry["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{entry}");
        entry["result"].as_str().unwrap()
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
    let answer = http.json_when_free("/idv/sdk/finalize", &body).ok();
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
    Verified {
        id: id.to_owned(),
        answer,
        session,
        document: if document.status == 200 { document.json() } else { Value::Null },
    }
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
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
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
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    let person = Person::invented(2, false);
    let (front, back) = (photo_of(&document::card_front(&person)), photo_of(&document::card_back(&person)));
    let found = run(&server, "identification_card", &front, Some(&back), &faces(1));
    assert_printed(&found, &person);
    assert_eq!(found.failed(), Vec::<&str>::new(), "{}", found.session);
    assert_eq!(found.answer["verified"], true);
}

#[test]
fn the_person_before_the_camera_is_the_one_on_the_document() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    let passport =
        |seed, portrait| photo_of(&document::passport(&Person { portrait, ..Person::invented(seed, false) }));
    let same_person = |found: &Verified| {
        let history = found.session["history"].as_array().unwrap();
        history.iter().find(|e| e["check"] == "same_person").cloned().unwrap()
    };
    let (astronaut, officer) = (Portrait::Astronaut, Portrait::Officer);
    for (seed, printed, live) in [(10, astronaut, astronaut), (11, officer, officer)] {
        let found = run(&server, "passport", &passport(seed, printed), None, &faces_of(live, seed as u8));
        let check = same_person(&found);
        assert_eq!(found.failed(), Vec::<&str>::new(), "{}", found.session);
        assert!(check["portrait_distance"].as_f64().is_some_and(|d| (0.01..0.5).contains(&d)), "{check}");
        assert!(check["frames_distance"].as_f64().is_some_and(|d| d < 0.2), "{check}");
    }
    for (seed, printed, live) in [(12, officer, astronaut), (13, astronaut, officer)] {
        let found = run(&server, "passport", &passport(seed, printed), None, &faces_of(live, seed as u8));
        let check = same_person(&found);
        assert_eq!(found.failed(), ["same_person"], "{}", found.session);
        assert_eq!(found.answer["verified"], false);
        assert!(check["portrait_distance"].as_f64().is_some_and(|d| d > 0.6), "{check}");
        assert!(check["frames_distance"].as_f64().is_some_and(|d| d < 0.2), "{check}");
    }
    // Somebody else in the middle of the stream.
    let mut frames = faces_of(astronaut, 14);
    frames[1] = faces_of(officer, 14).remove(1);
    let found = run(&server, "passport", &passport(14, astronaut), None, &frames);
    assert_eq!(found.failed(), ["same_person"], "{}", found.session);
    assert!(same_person(&found)["frames_distance"].as_f64().is_some_and(|d| d > 0.6));
}

struct Case<'a> {
    name: &'static str,
    kind: &'static str,
    front: &'a Vec<u8>,
    back: Option<&'a Vec<u8>>,
    frames: Vec<Vec<u8>>,
    /// The checks that must fail.
    failed: &'static [&'static str],
}

#[test]
fn what_is_wrong_is_found_and_not_verified() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    let good = Person::invented(3, false);
    let passport = photo_of(&document::passport(&good));
    let expired = photo_of(&document::passport(&Person::invented(4, true)));
    let listed =
        Person { surname: "BLACKTHORNE".into(), given_names: "OBADIAH MORDECAI".into(), ..Person::invented(5, false) };
    let listed = photo_of(&document::passport(&listed));
    let table = jpeg(&scene::empty(PHOTO));
    let mut one_without = faces(2);
    one_without[1] = jpeg(&scene::empty((640, 480)));
    let back = photo_of(&document::card_back(&good));

    let case = |name, kind, front, back, frames, failed| Case { name, kind, front, back, frames, failed };
    let cases = [
        case("expired", "passport", &expired, None, faces(3), &["not_expired"]),
        case("listed", "passport", &listed, None, faces(4), &["not_sanctioned"]),
        case(
            "another type",
            "identification_card",
            &passport,
            Some(&passport),
            faces(5),
            &["document_type", "different_sides"],
        ),
        case("a frame without a face", "passport", &passport, None, one_without, &["liveness_faces"]),
        case(
            "a front without a portrait",
            "identification_card",
            &table,
            Some(&back),
            faces(6),
            &["document_portrait"],
        ),
    ];
    for Case { name, kind, front, back, frames, failed } in cases {
        let found = run(&server, kind, front, back.map(Vec::as_slice), &frames);
        assert_eq!(found.failed(), failed, "{name}: {}", found.session);
        assert_eq!(found.answer, json!({ "verified": false, "on_sanction_list": name == "listed" }), "{name}");
        assert_eq!(found.session["ofac_status_e"], if name == "listed" { "match" } else { "clear" }, "{name}");
    }
    let nothing = run(&server, "passport", &table, None, &faces(7));
    assert_eq!(nothing.answer, json!({ "verified": false, "on_sanction_list": false }));
    assert!(nothing.document.is_null());
    assert_eq!(nothing.session["ofac_status_e"], "unknown", "no name was screened");
}

/// Returns an object without its null fields: null means unknown.
fn known(reply: &Value) -> Value {
    let fields = reply.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
    Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn test_read(server: &Server, id: &str) -> Value {
    server.backend().json("/idv/session/test/read", json!({ "session_id": id })).ok()
}

/// The document cut out of a side, decoded, with its length as a file.
fn cut_out(server: &Server, id: &str, side: Kind) -> Option<(Rectified, RgbImage)> {
    let id = id.to_owned();
    let found = server.app.store.run_blocking(move |c| rectified::read(c, &id, side)).unwrap()?;
    let pixels = image::load_from_memory(&found.bytes).unwrap().to_rgb8();
    assert_eq!((found.width, found.height), pixels.dimensions());
    Some((found, pixels))
}

#[test]
fn a_licence_is_verified_by_its_barcode_and_read_with_its_fields() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    let person = Person::invented(6, false);
    let (front, back) = (photo_of(&document::licence_front(&person)), photo_of(&document::licence_back(&person)));
    let found = run(&server, "driver_license", &front, Some(&back), &faces(1));
    assert_eq!(found.failed(), Vec::<&str>::new(), "{}", found.session);
    assert_eq!(found.answer, json!({ "verified": true, "on_sanction_list": false }));

    let (first, middle) =
        person.given_names.split_once(' ').map_or((person.given_names.as_str(), None), |(f, m)| (f, Some(m)));
    let mut expected = json!({
        "session_id": found.id,
        "document_id": found.document["document_id"],
        "type_e": "driver_license",
        "data_source_e": "barcode",
        "document_number": person.document_number,
        "ref_number": "2424244747474786102204",
        "issued_at": person.issued.iso(),
        "expires_at": person.expiry.iso(),
        "issuing_country": "USA",
        "issuing_state": "VA",
        "first_name": first,
        "last_name": person.surname,
        "street": "12 EXAMPLE STREET",
        "city": "RICHMOND",
        "state": "VA",
        "postal_code": "23269",
        "birth_date": person.birth.iso(),
        "gender_e": "female",
        "height": "64 in",
        "eye_color": "brown",
        "class": "D",
    });
    if let Some(middle) = middle {
        expected["middle_name"] = middle.into();
    }
    assert_eq!(known(&found.document), expected);

    for code in
        ["barcode_consistency", "different_sides", "declared_type", "issue_date_not_future", "date_order", "portrait"]
    {
        assert_eq!(found.rule(code), "passed", "{code}");
    }
    for code in ["mrz_check_digits", "name_crosscheck", "document_number_crosscheck"] {
        assert_eq!(found.rule(code), "not_applicable", "{code}");
    }

    let expired = Person::invented(7, true);
    let (front, back) = (photo_of(&document::licence_front(&expired)), photo_of(&document::licence_back(&expired)));
    let found = run(&server, "driver_license", &front, Some(&back), &faces(2));
    assert_eq!(found.failed(), ["not_expired"], "{}", found.session);
    // A licence is no identity card.
    let found = run(&server, "identification_card", &front, Some(&back), &faces(3));
    assert_eq!(found.failed(), ["not_expired", "document_type"], "{}", found.session);
}

#[test]
fn keeps_rectified_documents_beside_the_originals() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    let person = Person::invented(6, false);
    let file = |page: &RgbImage| png(&scene::with_document(PHOTO, page, &Pose::default()));
    let pages = [document::licence_front(&person), document::licence_back(&person)];
    let [front, back] = [file(&pages[0]), file(&pages[1])];
    let found = run(&server, "driver_license", &front, Some(&back), &faces(1));
    assert_eq!(found.answer["verified"], true, "{}", found.session);
    for (kind, original, page) in [(Kind::Front, &front, &pages[0]), (Kind::Back, &back, &pages[1])] {
        let (stored, pixels) = cut_out(&server, &found.id, kind).expect("it was cut out");
        assert!(stored.bytes.len() < original.len(), "{} bytes of {}", stored.bytes.len(), original.len());
        assert!(pixels.width() * pixels.height() < PHOTO.0 * PHOTO.1, "{:?}", pixels.dimensions());
        // The document, and nothing of the table around it.
        let drawn = image::imageops::thumbnail(page, 32, 20);
        let seen = image::imageops::thumbnail(&pixels, 32, 20);
        let off: u32 = drawn.iter().zip(seen.iter()).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
        assert!(off / (32 * 20 * 3) < 20, "{off}");
        let id = found.id.clone();
        let kept = server.app.store.run_blocking(move |c| images::read(c, &id, kind)).unwrap();
        assert!(kept.len() == 1 && kept[0] == *original, "the original stays unchanged");
    }
    // Where nothing was found there is nothing to cut out.
    let table = jpeg(&scene::empty(PHOTO));
    let nothing = run(&server, "passport", &table, None, &faces(2));
    assert!(cut_out(&server, &nothing.id, Kind::Front).is_none());
    assert_eq!(test_read(&server, &nothing.id)["doc_front_is_identity_document"], "failed");
}

#[test]
fn sides_that_name_two_people_do_not_agree() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    let (one, other) = (Person::invented(6, false), Person::invented(9, false));
    assert!(one.surname != other.surname && one.document_number != other.document_number);
    let zone = photo_of(&document::card_back(&one));
    for (person, agree) in [(&one, true), (&other, false)] {
        let barcode = photo_of(&document::licence_back(person));
        let found = run(&server, "driver_license", &barcode, Some(&zone), &faces(u8::from(agree)));
        let tests = test_read(&server, &found.id);
        for code in ["name_crosscheck", "document_number_crosscheck"] {
            assert_eq!(found.rule(code), if agree { "passed" } else { "failed" }, "{code}");
            assert_eq!(tests[code], agree, "{code}");
        }
        assert_eq!(found.failed().contains(&"crosschecks"), !agree, "{}", found.session);
        assert_eq!(found.answer["verified"], false, "a barcode is no portrait");
        assert!(tests["address_crosscheck"].is_null(), "only one place contains an address: {tests}");
    }
}

#[test]
fn one_side_shown_twice_is_refused() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    let person = Person::invented(6, false);
    let back = document::licence_back(&person);
    let pose = Pose { width_share: 0.7, rotation_deg: -2.0, ..Pose::default() };
    let again = jpeg(&scene::with_document(PHOTO, &back, &pose));
    let front = document::licence_front(&person);
    let front_again = jpeg(&scene::with_document(PHOTO, &front, &pose));

    let found = run(&server, "driver_license", &photo_of(&front), Some(&front_again), &faces(1));
    assert!(found.failed().contains(&"different_sides"), "{}", found.session);
    assert_eq!((found.rule("different_sides"), &found.answer["verified"]), ("failed", &json!(false)));

    // The barcode twice agrees with itself, which is no crosscheck.
    let found = run(&server, "driver_license", &photo_of(&back), Some(&again), &faces(2));
    assert!(found.failed().contains(&"different_sides"), "{}", found.session);
    let tests = test_read(&server, &found.id);
    for code in ["name_crosscheck", "document_number_crosscheck", "address_crosscheck"] {
        assert!(tests[code].is_null(), "{code}: {tests}");
    }
}

#[test]
fn tests_are_read_after_finalization_by_their_own_client() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    const TEST_READ: &str = "/idv/session/test/read";
    let (http, id) = server.session_of("passport");
    http.json(TEST_READ, json!({ "session_id": id })).refused(404, "not_found", None);

    let passport = photo_of(&document::passport(&Person::invented(1, false)));
    let found = run(&server, "passport", &passport, None, &faces(1));
    let first = test_read(&server, &found.id);
    let expected = json!({
        "doc_front_image_manipulation": "passed",
        "doc_front_is_identity_document": "passed",
        "doc_front_suspicious_words": "passed",
    });
    assert_eq!(known(&first), expected, "a passport has no back, and its own image is new");

    let other = server.token_of(OTHER_CLIENT);
    let other = http.header("authorization", &format!("Bearer {other}")).header("x-client-id", OTHER_CLIENT);
    other.json(TEST_READ, json!({ "session_id": found.id })).refused(404, "session_not_found", Some("session_id"));

    // The very same file in another session.
    let again = run(&server, "passport", &passport, None, &faces(2));
    assert_eq!(test_read(&server, &again.id)["doc_front_online_duplication"], "suspicious");
    assert_eq!(test_read(&server, &found.id), first, "what was tested does not change");

    // RecaptureSignals of a copy without colours and of a file that was cut are pointed out, and are no verdict.
    let mut copy = document::passport(&Person::invented(1, false));
    degrade::grey_copy(&mut copy, [0.98, 0.96, 0.92]);
    let photo = scene::with_document(PHOTO, &document::passport(&Person::invented(1, false)), &Pose::default());
    let cut = image::imageops::crop_imm(&degrade::jpeg(photo, 60), 3, 5, 1910, 1070).to_image();
    for (image, code, frames) in [(photo_of(&copy), "not_greyscale_copy", 3), (png(&cut), "jpeg_artifacts", 4)] {
        let found = run(&server, "passport", &image, None, &faces(frames));
        assert_eq!(found.rule(code), "suspicious", "{code}");
        assert_eq!(test_read(&server, &found.id)["doc_front_image_manipulation"], "suspicious", "{code}");
        assert_eq!(found.failed(), Vec::<&str>::new(), "{code}: {}", found.session);
    }
}
