//! The KYC API: utility, sessions from creation to deletion, identities, authentication, webhooks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{Rgb, RgbImage};
use kyc_sandbox::openapi::document::VENDOR_SPECS;
use kyc_specimen::document;
use kyc_specimen::encode::jpeg;
use kyc_specimen::person::Person;
use kyc_specimen::scene::{self, Pose};
use serde_json::{Value, json};

use super::suite::Suite;
use crate::support::{CLIENT, SECRET, Server, http};

/// A photo's size, landscape.
const PHOTO: (u32, u32) = (1920, 1080);
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

pub(super) fn run(suite: &mut Suite) {
    utility(suite);
    webhooks(suite);
    rules(suite);
    let passport = passport(suite);
    let licence = two_sides(suite);
    reads(suite, &passport);
    let identity = identities(suite, &passport);
    licensed(suite, &licence);
    authentication(suite, &identity);
    ends(suite, &passport, &identity);
    refusals(suite);
    // A browser's token, bound to a session.
    let session = suite.http.json("/idv/session/create", json!({})).ok();
    let secret = SECRET.replace(' ', "+").replace('&', "%26");
    let form = format!(
        "grant_type=client_credentials&client_id={CLIENT}&client_secret={secret}&scope=session:{}",
        session["session_id"].as_str().unwrap()
    );
    let token = http(&suite.server.url).form("/oauth2/token", &form).ok();
    let bound = token["access_token"].as_str().unwrap();
    suite.authorization(bound);
}

fn utility(suite: &mut Suite) {
    for d in VENDOR_SPECS.iter().filter(|d| d.group == "KYC Utility") {
        suite.get(&d.id, &d.path);
    }
    // A server that lacks its models says what is wrong.
    let degraded = http(&Server::start().url).get("/health");
    suite.reply("utility_health", &degraded);
}

fn webhooks(suite: &mut Suite) {
    suite.json(
        "webhook_create",
        json!({ "client_id": CLIENT, "name": "results", "url": "https://hooks.invalid/results" }),
    );
    let list =
        suite.json("webhook_list", json!({ "client_id": CLIENT, "take": 10, "skip": 0, "search_term": "results" }));
    if let Some(id) = list["webhooks"][0]["id"].as_str() {
        suite.json("webhook_delete", json!({ "id": id }));
    } else if !list.is_null() {
        suite.state_problem("webhook_list", format!("no hook in {list}"));
    }
}

/// Requirements and weights: as they are, and written back.
fn rules(suite: &mut Suite) {
    let requirements =
        format!("/idv/requirements?client_id={CLIENT}&type_e=passport&data_source_e=mrz&user_id=unknown");
    let body: serde_json::Map<String, Value> = super::suite::vendor_spec("idv_requirements_update")
        .request
        .iter()
        .flat_map(|part| part.fields.iter())
        .map(|(name, kind)| (name.clone(), if kind == "boolean" { json!(false) } else { json!("mrz") }))
        .collect();
    let mut body = Value::from(body);
    (body["client_id"], body["type_e"], body["data_source_e"]) = (json!(CLIENT), json!("passport"), json!("mrz"));
    body["user_id"] = json!("unknown");
    body["document_number_required"] = json!(true);
    suite.json("idv_requirements_update", body);
    suite.carried("idv_requirements_get", &["client_id", "user_id", "type_e", "data_source_e"]);
    let read = suite.get("idv_requirements_get", &requirements);
    let found = read["requirements"]
        .as_array()
        .is_some_and(|all| all.iter().any(|r| r["document_number_required"] == true && r["type_e"] == "passport"));
    if !read.is_null() && !found {
        suite.state_problem("idv_requirements_get", "what was written is not read");
    }

    suite.carried("idv_weights_get", &["client_id", "user_id"]);
    let before = suite.get("idv_weights_get", "/idv/weights");
    if before.is_null() {
        return;
    }
    let mut mine = before.clone();
    (mine["client_id"], mine["user_id"]) = (json!(CLIENT), json!("somebody"));
    suite.json("idv_weights_update", mine);
    let read = suite.get("idv_weights_get", &format!("/idv/weights?client_id={CLIENT}&user_id=somebody"));
    if read["user_id"] != "somebody" {
        suite.state_problem("idv_weights_get", format!("what was written is not read: {}", read["user_id"]));
    }
}

/// Frames of a face, each with a dot of its own, as a camera's noise would make them differ.
pub(super) fn faces(seed: u8) -> Vec<String> {
    let face = scene::with_face((640, 480));
    let frame = |i: u8| {
        let mut frame = face.clone();
        for x in 0..16 {
            frame.put_pixel(x, 0, Rgb([seed.wrapping_mul(16), i * 60, 128]));
        }
        STANDARD.encode(jpeg(&frame))
    };
    (0..3).map(frame).collect()
}

/// A document on a table, another file for each seed.
pub(super) fn photo(page: &RgbImage, seed: u8) -> Vec<u8> {
    let mut photo = scene::with_document(PHOTO, page, &Pose::default());
    photo.put_pixel(0, 0, Rgb([seed, 1, 2]));
    jpeg(&photo)
}

fn upload(suite: &mut Suite, id: &str, session: &str, page: &RgbImage, seed: u8) {
    let image = photo(page, seed);
    let parts: [(&str, &[u8]); 4] =
        [("session_id", session.as_bytes()), ("latitude", b"43.2"), ("longitude", b"76.9"), ("image", &image)];
    suite.multipart(id, &parts);
}

/// A whole onboarding by passport; the session.
fn passport(suite: &mut Suite) -> String {
    let create = json!({
        "metadata": { "order": "A-17" }, "liveness_mode": "passive", "webhook_url": "https://hooks.invalid/session",
        "settings": { "theme": "dark" },
    });
    let session = suite.json("idv_session_create", create)["session_id"].as_str().unwrap_or_default().to_owned();
    let id = session.as_str();
    suite.json("sdk_consent_add", json!({ "session_id": id, "consented": true }));
    suite.json("sdk_metadata_update", json!({ "session_id": id, "sdk_metadata": { "app": "conformance" } }));
    suite.json("sdk_document_type_update", json!({ "session_id": id, "document_type_e": "passport" }));
    upload(suite, "sdk_document_front_add", id, &document::passport(&Person::invented(3, false)), 1);
    let at = json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9 });
    suite.json("sdk_liveness_session_generate", at.clone());
    let mut process = at;
    process["images"] = faces(1).into();
    suite.json("sdk_liveness_session_process", process);
    suite.json("sdk_session_read", json!({ "session_id": id }));
    suite.json("sdk_finalize", json!({ "session_id": id, "settings": { "theme": "dark" } }));
    session
}

/// Documents with two sides: a licence whose barcode contains address, weight and restrictions; a card with a barcode
/// and an MRZ, which are compared; two barcodes with different addresses. Returns the session of the first.
fn two_sides(suite: &mut Suite) -> String {
    let (one, other) = (Person::invented(5, false), Person::invented(6, false));
    let whole = [("DCBNONE", "DCBB"), ("DDK1", "DDK1\nDCUJR\nDAW150\nDAZBRO")];
    let barcode = |person, changes: &[_]| document::licence_back_of(&document::licence_text_with(person, changes));
    let table = [
        (document::licence_front(&one), barcode(&one, &whole)),
        (document::licence_back(&one), document::card_back(&one)),
        (document::licence_back(&one), barcode(&other, &[("12 EXAMPLE STREET", "7 OTHER ROAD")])),
    ];
    let mut sessions = Vec::new();
    for (seed, (front, back)) in (2u8..).zip(&table) {
        let session = suite.json("idv_session_create", json!({}))["session_id"].as_str().unwrap_or_default().to_owned();
        let id = session.as_str();
        suite.json("sdk_consent_add", json!({ "session_id": id, "consented": true }));
        suite.json("sdk_document_type_update", json!({ "session_id": id, "document_type_e": "driver_license" }));
        upload(suite, "sdk_document_front_add", id, front, seed);
        upload(suite, "sdk_document_back_add", id, back, seed);
        let process = json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9, "images": faces(seed) });
        suite.json("sdk_liveness_session_process", process);
        suite.json("sdk_finalize", json!({ "session_id": id, "settings": {} }));
        for read in ["idv_session_read", "idv_document_read", "idv_session_test_read"] {
            suite.json(read, json!({ "session_id": id }));
        }
        sessions.push(session);
    }
    sessions.swap_remove(0)
}

fn reads(suite: &mut Suite, session: &str) {
    let id = json!({ "session_id": session });
    let read = suite.json("idv_session_read", id.clone());
    if read["verified"] != true {
        suite.state_problem("sdk_finalize", format!("the specimen is not verified: {}", read["history"]));
    }
    for operation in ["idv_document_read", "idv_session_test_read"] {
        suite.json(operation, id.clone());
    }
    suite.json("idv_document_list", json!({ "session_id": session, "take": 10, "skip": 0 }));
    suite.json("idv_document_download", json!({ "session_id": session, "storage_file_type_e": "passport_front" }));
    for kind in ["front_doc_image_capture", "selfie_image_capture"] {
        suite.json("idv_session_location_read", json!({ "session_id": session, "location_capture_type_e": kind }));
    }
    let list = json!({
        "take": 5, "skip": 0, "search_term": "", "start_date": null, "end_date": "2999-01-01T00:00:00Z",
        "metadata": { "order": "A-17" }, "identity_id": read["identity_id"],
        "status": "complete", "client_id": [CLIENT],
        "user_id": [],
    });
    let list = suite.json("idv_session_list", list);
    let count = list["sessions"].as_array().map_or(0, Vec::len);
    if !list.is_null() && count != 1 {
        suite.state_problem("idv_session_list", format!("{count} sessions where one was asked for"));
    }
    if let Some(weights) = read["idv_weights_id"].as_str() {
        suite.get("idv_weights_get_by_id", &format!("/idv/weights/{weights}"));
    }
}

/// The identity that the passport made.
fn identities(suite: &mut Suite, session: &str) -> String {
    let read = suite.http.json("/idv/session/read", json!({ "session_id": session })).json();
    let identity = read["identity_id"].as_str().unwrap_or(NOBODY).to_owned();
    let id = identity.as_str();
    let list = json!({
        "client_id": CLIENT, "user_id": [], "search_term": "", "take": 10, "skip": 0,
        "start_date": "2000-01-01T00:00:00Z",
        "end_date": "2999-01-01T00:00:00Z", "metadata": {},
    });
    suite.json("identity_list", list);
    suite.json("identity_read", json!({ "identity_id": id, "identity_ids": [id], "metadata": {} }));
    suite.json("identity_sdk_status", json!({ "identity_id": id }));
    suite.json("identity_document_read", json!({ "identity_id": id, "document_type_e": "passport" }));
    suite.json("identity_image_read", json!({ "identity_id": id, "storage_file_type_e": "selfie" }));
    identity
}

/// The identity that the licence made, which has an address and a suffix.
fn licensed(suite: &mut Suite, session: &str) {
    let read = suite.http.json("/idv/session/read", json!({ "session_id": session })).json();
    if read["verified"] != true {
        suite.state_problem("sdk_finalize", format!("the licence is not verified: {}", read["history"]));
    }
    let identity = &read["identity_id"];
    suite.json("identity_read", json!({ "identity_id": identity }));
    suite.json("identity_document_read", json!({ "identity_id": identity, "document_type_e": "driver_license" }));
    let created = suite.json("ida_session_create", json!({ "identity_id": identity }));
    for operation in ["ida_session_read", "ida_sdk_session_read"] {
        suite.json(operation, json!({ "session_id": created["session_id"] }));
    }
}

fn authentication(suite: &mut Suite, identity: &str) {
    let create = json!({
        "identity_id": identity, "webhook_url": "https://hooks.invalid/ida", "liveness_mode": "passive",
        "metadata": { "login": 1 }, "settings": { "theme": "dark" },
    });
    let session = suite.json("ida_session_create", create)["session_id"].as_str().unwrap_or(NOBODY).to_owned();
    let id = session.as_str();
    suite.json("ida_sdk_metadata_update", json!({ "session_id": id, "sdk_metadata": { "app": "conformance" } }));
    let at = json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9 });
    suite.json("ida_sdk_liveness_session_generate", at.clone());
    let mut process = at;
    process["images"] = faces(9).into();
    suite.json("ida_sdk_liveness_session_process", process);
    suite.json("ida_sdk_finalize", json!({ "session_id": id }));
    suite.json("ida_sdk_session_read", json!({ "session_id": id }));
    suite.json("ida_session_read", json!({ "session_id": id }));
    let list = json!({
        "take": 10, "skip": 0, "identity_id": identity, "client_id": CLIENT, "user_id": [], "search_term": "",
        "verified": true, "status": "complete", "start_date": null, "end_date": null, "metadata": { "login": 1 },
    });
    suite.json("ida_session_list", list);
    suite.json("ida_document_download", json!({ "session_id": id }));
    let at = json!({ "session_id": id, "location_capture_type_e": "selfie_image_capture" });
    suite.json("ida_session_location_read", at);
    suite.json("ida_session_delete", json!({ "session_id": id }));
}

fn ends(suite: &mut Suite, session: &str, identity: &str) {
    suite.json("identity_anonymize", json!({ "identity_id": identity }));
    suite.json("idv_session_anonymize", json!({ "session_id": session }));
    suite.json("idv_session_delete", json!({ "session_id": session }));
}

/// The documented 400 of each operation: a required field is missing, or a field is not of its type.
fn refusals(suite: &mut Suite) {
    for d in VENDOR_SPECS.iter().filter(|d| d.group.starts_with("KYC") && !d.errors.is_empty()) {
        let reply = match &d.request {
            Some(part) if part.media == "multipart/form-data" => suite.http.multipart(&d.path, &[("latitude", b"1")]),
            Some(part) if part.required.is_empty() => {
                suite.http.json(&d.path, json!({ "metadata": 7, "take": "x", "client_id": 7 }))
            }
            Some(_) => suite.http.json(&d.path, json!({})),
            None => suite.http.get(&match d.id.as_str() {
                "idv_weights_get_by_id" => d.path.replace("{id}", "not-an-id"),
                // One parameter, twice.
                _ => format!("{}?user_id=a&user_id=b", d.path),
            }),
        };
        suite.refused(&d.id, 400, None, &reply);
    }
}
