//! Identities: made by verified sessions, recognised when the person returns, read and anonymized, over HTTP.

use crate::support::verified::{Visit, backend_of, frames_of, identity_of, visit};
use crate::support::{CLIENT, Http, OTHER_CLIENT, Server, jpeg};
use kyc_capture::core::inspect::document_data::DocumentClass;
use kyc_sandbox::verification::decide::Evidence;
use serde_json::{Value, json};

const LIST: &str = "/identity/list";
const READ: &str = "/identity/read";
const STATUS: &str = "/identity/sdk/status";
const DOCUMENT: &str = "/identity/document/read";
const IMAGE: &str = "/identity/image/read";
const ANONYMIZE: &str = "/identity/anonymize";

fn read(http: &Http, id: &str) -> Value {
    http.json(READ, json!({ "identity_id": id })).ok()
}

fn ids(list: &Value) -> Vec<&str> {
    list["identities"].as_array().unwrap().iter().map(|i| i["identity_id"].as_str().unwrap()).collect()
}

/// Another person.
fn bermet(e: &mut Evidence) {
    let document = e.document.as_mut().unwrap();
    document.first_name = Some("BERMET".into());
    document.middle_name = None;
    document.last_name = Some("OSMONOVA".into());
    document.document_number = Some("AN1234567".into());
    document.birth_date = Some("1990-05-06".into());
    (e.holders[0].family, e.holders[0].given) = (Some("OSMONOVA".into()), Some("BERMET".into()));
}

/// The same person with a licence.
fn licence(e: &mut Evidence) {
    e.holders[0].class = DocumentClass::DriverLicense;
    let document = e.document.as_mut().unwrap();
    document.document_number = Some("T12345678".into());
    document.issuing_state = Some("VA".into());
    document.street = Some("12 EXAMPLE STREET".into());
}

#[test]
fn a_verified_session_makes_an_identity_and_another_none() {
    let server = Server::start();
    let http = server.backend();
    let session = visit(&server, &Visit::default());
    let id = identity_of(&server, CLIENT, &session).expect("an identity");
    let found = read(&http, &id);
    let expected = json!({
        "identity_id": id, "created_at": found["created_at"],
        "first_name": "ANNA", "middle_name": "MARIA", "last_name": "ERIKSSON", "suffix_name": null,
        "birth_date": "1974-08-12", "gender_e": "female",
        "street": null, "city": null, "state": null, "postal_code": null,
        "document_front_given": true, "document_front_given_at": found["document_front_given_at"],
        "verified": true, "verified_at": found["verified_at"],
        "liveness_detected": true, "liveness_detected_at": found["liveness_detected_at"],
        "ofac_status_e": "clear", "ofac_detected_at": found["ofac_detected_at"],
        "dmv_status_e": "unknown", "dmv_detected_at": null, "score": found["score"],
    });
    let mut alone = found.clone();
    let listed = alone.as_object_mut().unwrap().remove("identities").unwrap();
    assert_eq!((alone, listed), (expected.clone(), json!([expected])));
    for at in ["created_at", "document_front_given_at", "verified_at", "liveness_detected_at", "ofac_detected_at"] {
        assert!(found[at].as_str().is_some_and(|at| at.ends_with('Z')), "{at}: {}", found[at]);
    }
    assert!(found["score"].as_f64().is_some_and(|score| score > 50.0));
    assert_eq!(http.json(STATUS, json!({ "identity_id": id })).ok(), json!({ "verified": true }));

    let expired = Visit { seed: 2, evidence: Box::new(|e| e.portrait = None), ..Visit::default() };
    assert_eq!(identity_of(&server, CLIENT, &visit(&server, &expired)), None, "not verified: no identity");
    assert_eq!(ids(&http.json(LIST, json!({})).ok()), [id]);
}

#[test]
fn who_comes_again_is_the_same() {
    let server = Server::start();
    let http = server.backend();
    let come = |v: Visit<'_>| identity_of(&server, CLIENT, &visit(&server, &v)).expect("an identity");
    let first = come(Visit::default());
    // The same document, written otherwise.
    let again = |e: &mut Evidence| {
        let document = e.document.as_mut().unwrap();
        document.document_number = Some("L898-902 c3".into());
        document.city = Some("RICHMOND".into());
    };
    assert_eq!(come(Visit { seed: 2, evidence: Box::new(again), ..Visit::default() }), first);
    assert_eq!(read(&http, &first)["city"], "RICHMOND", "the newest session counts");
    // Another document of one whose name, birth and face agree.
    let with_licence = |alike: Vec<String>, seed| Visit {
        seed,
        document_type: "driver_license",
        evidence: Box::new(licence),
        alike,
        ..Visit::default()
    };
    assert_eq!(come(with_licence(vec![first.clone()], 3)), first);
    // The number of somebody else, born on another day.
    let other_birth_date = |e: &mut Evidence| e.document.as_mut().unwrap().birth_date = Some("1974-08-13".into());
    let other = come(Visit { seed: 4, evidence: Box::new(other_birth_date), ..Visit::default() });
    assert_ne!(other, first);
    // Another state gave the same number.
    let elsewhere = |e: &mut Evidence| e.document.as_mut().unwrap().issuing_country = Some("D".into());
    let third = come(Visit { seed: 5, evidence: Box::new(elsewhere), ..Visit::default() });
    assert!(third != first && third != other);
    // The face was compared with one who has gone, or is another client's.
    let gone = Visit { seed: 6, evidence: Box::new(bermet), alike: vec!["gone".into()], ..Visit::default() };
    assert!(![first.clone(), other, third].contains(&come(gone)));
    // Another client has none of these identities.
    let elsewhere = Visit { seed: 7, client: OTHER_CLIENT, alike: vec![first.clone()], ..Visit::default() };
    let session = visit(&server, &elsewhere);
    assert_ne!(identity_of(&server, OTHER_CLIENT, &session), Some(first.clone()));

    // Documents of each type, and images.
    let document = |kind: &str| http.json(DOCUMENT, json!({ "identity_id": first, "document_type_e": kind }));
    let passport = document("passport").ok();
    assert_eq!(
        passport,
        json!({
            "document_id": passport["document_id"], "document_type_e": "passport", "document_data_source_e": "mrz",
            "document_number": "L898-902 c3", "issue_date": null, "expiration_date": "2099-12-31", "ref_number": null,
            "issuing_country": "UTO", "issuing_state": null, "birth_date": "1974-08-12", "gender_e": "female",
            "first_name": "ANNA", "middle_name": "MARIA", "last_name": "ERIKSSON", "suffix_name": null,
            "street": null, "city": "RICHMOND", "state": null, "postal_code": null, "height": null, "weight": null,
            "eye_color": null, "hair_color": null,
        })
    );
    assert_eq!(document("driver_license").ok()["document_number"], "T12345678");
    document("identification_card").refused(404, "not_found", None);
    document("unknown").refused(404, "not_found", None);
    let photo = |kind: &str| http.json(IMAGE, json!({ "identity_id": first, "storage_file_type_e": kind }));
    for (kind, bytes) in [
        ("passport_front", jpeg(2 * 16 + 8)),
        ("driver_license_front", jpeg(3 * 16 + 8)),
        ("driver_license_back", jpeg(3 * 16 + 9)),
        ("selfie", frames_of(3)[0].clone()),
        ("liveness_passive", frames_of(3)[0].clone()),
    ] {
        let found = photo(kind);
        assert_eq!((found.status, found.header("content-type")), (200, Some("image/jpeg")), "{kind}");
        assert!(found.body == bytes, "{kind} is not the newest");
    }
    for kind in ["state_id_card_front", "passport_card_back", "liveness_active_step_1", "unknown"] {
        photo(kind).refused(404, "not_found", None);
    }
}

#[test]
fn lists_are_filtered_paged_and_counted() {
    let server = Server::start();
    let http = server.backend();
    let of = |v: Visit<'_>| identity_of(&server, CLIENT, &visit(&server, &v)).unwrap();
    let anna = of(Visit { metadata: json!({ "order": "A-17", "user_id": "u1" }), ..Visit::default() });
    let noon = kyc_sandbox::clock::iso8601(server.app.clock.now_ms());
    server.app.clock.advance_ms(60_000);
    let second = Visit { seed: 2, evidence: Box::new(bermet), metadata: json!({ "order": "B" }), ..Visit::default() };
    let bermet = of(second);
    visit(&server, &Visit { seed: 3, client: OTHER_CLIENT, ..Visit::default() });

    let table = [
        (json!({}), vec![&bermet, &anna]),
        (json!({ "take": 1 }), vec![&bermet]),
        (json!({ "take": 1, "skip": 1 }), vec![&anna]),
        (json!({ "take": 0 }), vec![]),
        (json!({ "skip": 2 }), vec![]),
        (json!({ "search_term": "anna erik" }), vec![&anna]),
        (json!({ "search_term": "an1234" }), vec![&bermet]),
        (json!({ "search_term": "anna osmonova" }), vec![]),
        (json!({ "search_term": "%" }), vec![]),
        (json!({ "search_term": " " }), vec![&bermet, &anna]),
        (json!({ "metadata": { "order": "A-17" } }), vec![&anna]),
        (json!({ "metadata": { "order": "A" } }), vec![]),
        (json!({ "metadata": {} }), vec![&bermet, &anna]),
        (json!({ "user_id": ["u1", "u2"] }), vec![&anna]),
        (json!({ "user_id": "u2" }), vec![]),
        (json!({ "client_id": CLIENT }), vec![&bermet, &anna]),
        (json!({ "client_id": [OTHER_CLIENT] }), vec![]),
        (json!({ "start_date": noon }), vec![&bermet]),
        (json!({ "end_date": noon }), vec![&anna]),
        (json!({ "start_date": "2020-01-01T00:00:00+06:00", "end_date": "2021-01-01" }), vec![]),
    ];
    for (filter, expected) in table {
        let list = http.json(LIST, filter.clone()).ok();
        assert_eq!(ids(&list), expected, "{filter}");
        let paged = filter.get("take").is_some() || filter.get("skip").is_some();
        let total = if paged { 2 } else { expected.len() };
        assert_eq!(list["meta_counts"], json!({ "total": total }), "{filter}");
    }

    let both = http.json(READ, json!({ "identity_ids": [&anna, "unknown", &bermet, &anna] })).ok();
    assert_eq!(ids(&both), [&anna, &bermet]);
    assert!(both.get("last_name").is_none(), "the fields of one stand beside the list only where one was asked for");
    let either = http.json(READ, json!({ "identity_id": [&bermet], "identity_ids": [&anna] })).ok();
    assert_eq!(ids(&either), [&bermet, &anna]);
    let by_metadata = http.json(READ, json!({ "metadata": { "order": "B" } })).ok();
    assert_eq!(ids(&by_metadata), [&bermet]);
    let not_his = http.json(READ, json!({ "identity_id": anna, "metadata": { "order": "B" } })).ok();
    assert_eq!(not_his, json!({ "identities": [] }));
}

#[test]
fn what_is_not_right_is_refused() {
    let server = Server::start();
    let http = server.backend();
    let session = visit(&server, &Visit::default());
    let id = identity_of(&server, CLIENT, &session).unwrap();
    let id = id.as_str();
    let many: Vec<_> = (0..501).map(|n| n.to_string()).collect();
    let table = [
        (LIST, json!({ "take": 501 }), 422, "field_invalid", Some("take")),
        (LIST, json!({ "take": -1 }), 400, "invalid_request", Some("take")),
        (LIST, json!({ "skip": 0.5 }), 400, "invalid_request", Some("skip")),
        (LIST, json!({ "start_date": "soon" }), 422, "field_invalid", Some("start_date")),
        (LIST, json!({ "end_date": "2026-02-30" }), 422, "field_invalid", Some("end_date")),
        (LIST, json!({ "client_id": 7 }), 400, "invalid_request", Some("client_id")),
        (LIST, json!({ "user_id": [7] }), 400, "invalid_request", Some("user_id[0]")),
        (LIST, json!({ "metadata": [] }), 400, "invalid_request", Some("metadata")),
        (READ, json!({}), 400, "field_missing", Some("identity_id")),
        (READ, json!({ "identity_id": "", "identity_ids": [] }), 400, "field_missing", Some("identity_id")),
        (READ, json!({ "identity_id": "unknown" }), 404, "not_found", Some("identity_id")),
        (READ, json!({ "identity_ids": many }), 422, "field_invalid", Some("identity_ids")),
        (STATUS, json!({}), 400, "field_missing", Some("identity_id")),
        (STATUS, json!({ "identity_id": "" }), 400, "field_missing", Some("identity_id")),
        (STATUS, json!({ "identity_id": "unknown" }), 404, "not_found", Some("identity_id")),
        (ANONYMIZE, json!({}), 400, "field_missing", Some("identity_id")),
        (ANONYMIZE, json!({ "identity_id": "unknown" }), 404, "not_found", Some("identity_id")),
        (DOCUMENT, json!({ "identity_id": id }), 400, "field_missing", Some("document_type_e")),
        (
            DOCUMENT,
            json!({ "identity_id": id, "document_type_e": "library_card" }),
            400,
            "invalid_request",
            Some("document_type_e"),
        ),
        (
            DOCUMENT,
            json!({ "identity_id": "unknown", "document_type_e": "passport" }),
            404,
            "not_found",
            Some("identity_id"),
        ),
        (IMAGE, json!({ "identity_id": id }), 400, "field_missing", Some("storage_file_type_e")),
        (
            IMAGE,
            json!({ "identity_id": id, "storage_file_type_e": "portrait" }),
            400,
            "invalid_request",
            Some("storage_file_type_e"),
        ),
        (
            IMAGE,
            json!({ "identity_id": "unknown", "storage_file_type_e": "selfie" }),
            404,
            "not_found",
            Some("identity_id"),
        ),
    ];
    for (route, body, status, code, field) in table {
        http.json(route, body).refused(status, code, field);
    }

    // Another client sees no identity; a browser's token and a call without a token are refused.
    let other = backend_of(&server, OTHER_CLIENT);
    let form = format!(
        "grant_type=client_credentials&client_id={CLIENT}&client_secret=a+secret+with+spaces+%26+signs\
         &scope=session:{session}"
    );
    let bound = crate::support::http(&server.url).form("/oauth2/token", &form).ok()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let browser = http.header("authorization", &format!("Bearer {bound}"));
    for route in [READ, STATUS, ANONYMIZE, DOCUMENT, IMAGE] {
        let body = json!({ "identity_id": id, "document_type_e": "passport", "storage_file_type_e": "selfie" });
        other.json(route, body.clone()).refused(404, "not_found", Some("identity_id"));
        browser.json(route, body.clone()).refused(403, "forbidden", None);
        http.without("authorization").json(route, body.clone()).refused(401, "unauthorized", None);
        http.post(route, "text/plain", vec![]).refused(415, "unsupported_media_type", None);
    }
    browser.json(LIST, json!({})).refused(403, "forbidden", None);
    assert_eq!(
        http.json(STATUS, json!({ "identity_id": id })).ok(),
        json!({ "verified": true }),
        "nothing has changed"
    );
}

/// Whether a text or a file is anywhere in the database.
fn is_stored(server: &Server, text: &str, file: &[u8]) -> bool {
    let (text, file) = (format!("%{text}%"), file.to_vec());
    server
        .app
        .store
        .run_blocking(move |c| {
            use kyc_sandbox::params;
            let blob = c.exists("SELECT 1 FROM blob WHERE bytes = ?1", params![file])?;
            let session = c.exists(
                "SELECT 1 FROM session WHERE outcome LIKE ?1 OR metadata LIKE ?1 OR search_text LIKE ?1
                                             OR sdk_metadata LIKE ?1 OR settings LIKE ?1",
                params![text],
            )?;
            let key =
                c.exists("SELECT 1 FROM identity_key WHERE name_key LIKE ?1 OR document_key LIKE ?1", params![text])?;
            Ok(blob || session || key)
        })
        .unwrap()
}

#[test]
fn anonymized_means_gone() {
    let server = Server::start();
    let http = server.backend();
    let session = visit(&server, &Visit { metadata: json!({ "name": "Eriksson" }), ..Visit::default() });
    let second = visit(&server, &Visit { seed: 2, ..Visit::default() });
    let id = identity_of(&server, CLIENT, &session).unwrap();
    assert_eq!(identity_of(&server, CLIENT, &second), Some(id.clone()));
    let photos = [frames_of(1)[0].clone(), jpeg(16 + 8), frames_of(2)[2].clone()];
    for photo in &photos {
        assert!(is_stored(&server, "nothing of this", photo));
    }
    assert!(is_stored(&server, "ERIKSSON", b""));

    assert_eq!(http.json(ANONYMIZE, json!({ "identity_id": id })).ok(), json!({}));
    for photo in &photos {
        assert!(!is_stored(&server, "ERIKSSON", photo));
    }
    assert!(!is_stored(&server, "Eriksson", b"") && !is_stored(&server, "L898902C3", b""));
    let nobody = read(&http, &id);
    assert_eq!((&nobody["identity_id"], &nobody["verified"]), (&json!(id), &json!(false)));
    for field in ["first_name", "last_name", "birth_date", "verified_at", "document_front_given_at"] {
        assert!(nobody[field].is_null(), "{field}");
    }
    assert_eq!(http.json(STATUS, json!({ "identity_id": id })).ok(), json!({ "verified": false }));
    http.json(DOCUMENT, json!({ "identity_id": id, "document_type_e": "passport" })).refused(404, "not_found", None);
    http.json(IMAGE, json!({ "identity_id": id, "storage_file_type_e": "selfie" })).refused(404, "not_found", None);
    http.json("/ida/session/create", json!({ "identity_id": id })).refused(409, "step_conflict", Some("identity_id"));
    let left = http.json("/idv/session/read", json!({ "session_id": session })).ok();
    assert_eq!((&left["identity_id"], &left["verified"]), (&Value::Null, &json!(true)), "the verdict stays");
    // Again: nothing happens.
    http.json(ANONYMIZE, json!({ "identity_id": id })).ok();
    // Who comes again is somebody new.
    let new = identity_of(&server, CLIENT, &visit(&server, &Visit { seed: 3, ..Visit::default() })).unwrap();
    assert_ne!(new, id);
}

#[test]
fn an_identity_goes_with_its_last_session() {
    let server = Server::start();
    let http = server.backend();
    let sessions = [1, 2].map(|seed| visit(&server, &Visit { seed, ..Visit::default() }));
    let id = identity_of(&server, CLIENT, &sessions[0]).unwrap();
    let remove = |session: &str| {
        let session = session.to_owned();
        let gone = move |c: &kyc_sandbox::store::db::Connection| {
            use kyc_sandbox::params;
            Ok(c.execute("DELETE FROM session WHERE session_id = ?1", params![session])?)
        };
        assert_eq!(server.app.store.run_blocking(gone).unwrap(), 1);
    };
    remove(&sessions[1]);
    assert_eq!(read(&http, &id)["last_name"], "ERIKSSON");
    remove(&sessions[0]);
    http.json(READ, json!({ "identity_id": id })).refused(404, "not_found", Some("identity_id"));
    assert_eq!(http.json(LIST, json!({})).ok()["meta_counts"], json!({ "total": 0 }));
}
