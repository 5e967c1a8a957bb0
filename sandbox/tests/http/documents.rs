//! Documents listed and their files downloaded by a backend, over HTTP.

use crate::support::evidence::passport_evidence;
use crate::support::{CLIENT, Http, OTHER_CLIENT, Reply, Server, jpeg, small_image};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::ImageFormat;
use kyc_capture::api::kyc::enums::StorageFileType;
use kyc_sandbox::clock::day_of;
use kyc_sandbox::store::{images, sessions};
use kyc_sandbox::verification;
use serde_json::json;

const LIST: &str = "/idv/document/list";
const DOWNLOAD: &str = "/idv/document/download";

fn give(http: &Http, id: &str, side: &str, image: &[u8]) {
    let parts: [(&str, &[u8]); 4] =
        [("session_id", id.as_bytes()), ("latitude", b"1"), ("longitude", b"2"), ("image", image)];
    http.multipart(&format!("/idv/sdk/document/{side}/add"), &parts).ok();
}

fn download(http: &Http, id: &str, kind: &str) -> Reply {
    http.json(DOWNLOAD, json!({ "session_id": id, "storage_file_type_e": kind }))
}

#[test]
fn every_stored_file_is_downloaded_as_it_came() {
    let server = Server::start();
    let frames = [jpeg(7), small_image(8, ImageFormat::Png)];
    let table: [(&str, &[(&str, &str)]); 4] = [
        ("driver_license", &[("front", "driver_license_front"), ("back", "driver_license_back")]),
        ("identification_card", &[("front", "state_id_card_front"), ("back", "state_id_card_back")]),
        ("passport", &[("front", "passport_front")]),
        ("passport_card", &[("front", "passport_card_front"), ("back", "passport_card_back")]),
    ];
    for (number, (declared, sides)) in (0u8..).zip(table) {
        let (http, id) = server.session_of(declared);
        let given = [
            (small_image(number * 10, ImageFormat::Png), "image/png"),
            (small_image(number * 10 + 1, ImageFormat::WebP), "image/webp"),
        ];
        for kind in StorageFileType::LISTED {
            download(&http, &id, kind).refused(404, "not_found", None);
        }
        for ((side, kind), (image, mime)) in sides.iter().zip(&given) {
            give(&http, &id, side, image);
            let reply = download(&http, &id, kind);
            assert_eq!((reply.status, reply.header("content-type")), (200, Some(*mime)), "{kind}");
            let named = format!("attachment; filename=\"{kind}\"");
            assert_eq!(reply.header("content-disposition"), Some(named.as_str()));
            assert!(reply.body == *image, "{kind} is as it came");
        }
        let others = StorageFileType::LISTED.iter().filter(|kind| sides.iter().all(|(_, own)| own != *kind));
        for kind in others {
            download(&http, &id, kind).refused(404, "not_found", None);
        }
    }

    let (http, id) = server.session_of("passport");
    let encoded: Vec<_> = frames.iter().map(|frame| STANDARD.encode(frame)).collect();
    let process = json!({ "session_id": id, "latitude": 1, "longitude": 2, "images": encoded });
    http.json("/idv/sdk/liveness/session/process", process).ok();
    for kind in ["selfie", "liveness_passive"] {
        let reply = download(&http, &id, kind);
        assert!(reply.header("content-type") == Some("image/jpeg") && reply.body == frames[0], "{kind}");
    }
    download(&http, &id, "liveness_active_step_1").refused(404, "not_found", None);
    // Once it is known which image is which.
    let noted = id.clone();
    server
        .app
        .store
        .run_blocking(move |c| images::set_file_type(c, &noted, 1, &StorageFileType::LivenessActiveStep1))
        .unwrap();
    assert!(download(&http, &id, "liveness_active_step_1").body == frames[1]);
    assert_eq!(download(&http, &id, "liveness_active_step_1").header("content-type"), Some("image/png"));
    download(&http, &id, "liveness_active_step_2").refused(404, "not_found", None);
}

#[test]
fn downloads_refuse_what_is_not_as_documented() {
    let server = Server::start();
    let (http, id) = server.session_of("passport");
    give(&http, &id, "front", &jpeg(1));
    download(&http, &id, "holiday_photo").refused(400, "invalid_request", Some("storage_file_type_e"));
    http.json(DOWNLOAD, json!({ "session_id": id })).refused(400, "field_missing", Some("storage_file_type_e"));
    http.json(DOWNLOAD, json!({ "storage_file_type_e": "selfie" })).refused(400, "field_missing", Some("session_id"));
    download(&http, "", "selfie").refused(400, "field_missing", Some("session_id"));
    download(&http, "none", "selfie").refused(404, "session_not_found", Some("session_id"));
    download(&http.without("authorization"), &id, "selfie").refused(401, "unauthorized", None);
    http.post(DOWNLOAD, "text/plain", vec![]).refused(415, "unsupported_media_type", None);
    let other = http.header("authorization", &format!("Bearer {}", server.token_of(OTHER_CLIENT)));
    download(&other, &id, "passport_front").refused(404, "session_not_found", Some("session_id"));
    // Another document: the image of the first one is deleted.
    let kind = json!({ "session_id": id, "document_type_e": "passport_card" });
    http.json("/idv/sdk/document/type/update", kind).ok();
    for kind in ["passport_front", "passport_card_front"] {
        download(&http, &id, kind).refused(404, "not_found", None);
    }
}

#[test]
fn a_session_lists_the_document_that_was_read() {
    let server = Server::start();
    let (http, id) = server.session_of("passport");
    let list = |body| http.json(LIST, body);
    let empty = json!({ "documents": [], "meta_counts": { "total": 0 } });
    assert_eq!(list(json!({ "session_id": id })).ok(), empty);
    let (wanted, now_ms) = (id.clone(), server.app.clock.now_ms());
    let decided = server.app.store.run_blocking(move |c| {
        let session = sessions::read(c, &wanted, CLIENT)?;
        let policy = verification::finalize::policy_of(c, &session, now_ms)?;
        let today = day_of(now_ms).unwrap();
        let outcome = verification::decide::decide(passport_evidence(), &session.document_type, today, &policy);
        sessions::complete(c, &session, None, &outcome, None, &[], now_ms)
    });
    decided.unwrap();
    let document = http.json("/idv/document/read", json!({ "session_id": id })).ok();
    let expected = json!({ "documents": [document], "meta_counts": { "total": 1 } });
    assert_eq!(list(json!({ "session_id": id })).ok(), expected);
    let past = list(json!({ "session_id": id, "skip": 1, "take": 5 })).ok();
    assert_eq!(past, json!({ "documents": [], "meta_counts": { "total": 1 } }));

    list(json!({})).refused(400, "field_missing", Some("session_id"));
    list(json!({ "session_id": id, "take": "all" })).refused(400, "invalid_request", Some("take"));
    list(json!({ "session_id": id, "take": 501 })).refused(422, "field_invalid", Some("take"));
    list(json!({ "session_id": "none" })).refused(404, "session_not_found", Some("session_id"));
    http.without("authorization").json(LIST, json!({ "session_id": id })).refused(401, "unauthorized", None);
    let other = http.header("authorization", &format!("Bearer {}", server.token_of(OTHER_CLIENT)));
    other.json(LIST, json!({ "session_id": id })).refused(404, "session_not_found", Some("session_id"));
}
