//! What the program writes beside its replies: its log has no name, no image and no secret, whatever is
//! called and however it ends; its audit log has every change of every area, by ids alone.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::support::flow::{Flow, PLACE, Shown};
use crate::support::idngo::Archive;
use crate::support::program::{Kept, PROGRAM, Program};
use crate::support::{Http, Reply, http, jpeg};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_capture::api::idngo::IdngoRequest;
use kyc_capture::api::idngo::enums::{Presence, ReportType};
use kyc_capture::api::idngo::requests::WebSdkLinkOptions;
use kyc_sandbox::store::idngo::{DEMO_APP_TOKEN, DEMO_SECRET_KEY};
use kyc_sandbox::store::organizations::DEMO_API_KEY;
use kyc_specimen::person::Person;
use serde_json::{Value, json};

const MAIL: &str = "anna.private@person.example";
const PHONE: &str = "+77071234567";
const PERSONAL_NUMBER: &str = "880412300456";
const NAME: &str = "Zhuldyzay Privatova";
const HOOK: &str = "http://127.0.0.1:9/hook-with-a-secret-in-its-path";

/// What may be found nowhere.
struct Private(Vec<(&'static str, String)>);

impl Private {
    fn add(&mut self, what: &'static str, value: impl Into<String>) {
        let value = value.into();
        assert!(value.len() >= 4, "{what} is too short to be looked for");
        self.0.push((what, value));
    }

    fn is_not_in(&self, place: &str, text: &str) {
        let lower = text.to_lowercase();
        for (what, value) in &self.0 {
            assert!(!lower.contains(&value.to_lowercase()), "{place} holds {what}: {value}");
        }
    }
}

fn signed(http: &Http, request: &IdngoRequest) -> Reply {
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    let headers = request.signed_headers(DEMO_APP_TOKEN, DEMO_SECRET_KEY, "", now_s);
    let caller = headers.iter().fold(http.clone(), |http, (name, value)| http.header(&name.to_lowercase(), value));
    let body = request.content_type.map(|kind| (kind, request.body.clone()));
    caller.try_send(request.operation.method().as_str(), &request.target, body).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

/// One onboarding from the first call to the last, with everything that a backend can read of it; its identity.
fn onboarding(url: &str, secret: &str, private: &mut Private) -> (Http, String, String) {
    let person = Person::invented(7, false);
    private.add("the family name", person.surname.as_str());
    private.add("the number of the document", person.document_number.as_str());
    private.add("the date of birth", person.birth.iso());
    private.add("the latitude", PLACE.0);
    private.add("the longitude", PLACE.1);
    let shown = Shown::new();
    private.add("a frame", &shown.frames[0][200..260]);
    private.add("the front", &STANDARD.encode(&shown.front)[300..360]);

    let mut flow = Flow::begin(url, "shop", secret);
    let id = flow.id.clone();
    let body = json!({ "session_id": id });
    let metadata = json!({ "session_id": id, "sdk_metadata": { "name": NAME, "mail": MAIL } });
    flow.page.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
    flow.page.json("/idv/sdk/metadata/update", metadata).ok();
    flow.give(&shown);
    assert_eq!(flow.finalize()["verified"], true);
    let page = flow.page.clone();
    let backend = flow.backend.clone();
    page.json("/idv/sdk/session/read", body.clone()).ok();
    for path in ["/idv/session/read", "/idv/document/read", "/idv/session/test/read", "/idv/document/list"] {
        backend.json(path, body.clone()).ok();
    }
    let place = json!({ "session_id": id, "location_capture_type_e": "front_doc_image_capture" });
    backend.json("/idv/session/location/read", place).ok();
    let file = json!({ "session_id": id, "storage_file_type_e": "passport_front" });
    assert_eq!(backend.json("/idv/document/download", file).status, 200);
    for words in [person.surname.as_str(), person.document_number.as_str(), NAME] {
        backend.json("/idv/session/list", json!({ "search_term": words })).ok();
        backend.json("/identity/list", json!({ "search_term": words })).ok();
    }
    let identity = text(&backend.json("/idv/session/read", body).ok()["identity_id"]);
    (backend, id, identity)
}

/// The identity read and recognised, and its person authenticated.
fn authentication(backend: &Http, identity: &str) {
    let body = json!({ "identity_id": identity });
    backend.json("/identity/read", body.clone()).ok();
    backend.json("/identity/sdk/status", body.clone()).ok();
    backend.json("/identity/document/read", json!({ "identity_id": identity, "document_type_e": "passport" })).ok();
    let image = json!({ "identity_id": identity, "storage_file_type_e": "passport_front" });
    assert_eq!(backend.json("/identity/image/read", image).status, 200);

    let ida = json!({ "identity_id": identity, "metadata": { "mail": MAIL }, "webhook_url": HOOK });
    let id = text(&backend.json("/ida/session/create", ida).ok()["session_id"]);
    let (latitude, longitude): (f64, f64) = (PLACE.0.parse().unwrap(), PLACE.1.parse().unwrap());
    let frames = Shown::new().frames;
    let images = json!({ "session_id": id, "latitude": latitude, "longitude": longitude, "images": frames });
    backend.json("/ida/sdk/liveness/session/process", images).ok();
    backend.json_when_free("/ida/sdk/finalize", &json!({ "session_id": id })).ok();
    backend.json("/ida/session/read", json!({ "session_id": id })).ok();
}

/// Persons, GBDFL and MRZ, of the organization.
fn biometric(http: &Http, front: &[u8], private: &mut Private) {
    let face = STANDARD.encode(jpeg(9));
    private.add("a photo", &face[40..90]);
    let aliases = json!([
        { "value": PHONE, "type": "phone" }, { "value": PERSONAL_NUMBER, "type": "personal_number" },
        { "value": "N04837261", "type": "document_number" }, { "value": MAIL, "type": "custom" },
    ]);
    private.add("an alias", "N04837261");
    let body = json!({
        "api_key": DEMO_API_KEY, "image_b64": face, "photo_type": "live", "is_verified": true, "aliases": aliases,
    });
    let path = "/api/v1/backend/persons/";
    let person = text(&http.json(path, body.clone()).ok()["id"]);
    // In use: the reply names the owner of each.
    assert_eq!(http.json(path, body).status, 400);
    let of = |operation: &str| format!("{path}{person}/{operation}");
    http.json(&of("update"), json!({ "api_key": DEMO_API_KEY, "is_verified": false })).ok();
    let image = STANDARD.encode(jpeg(10));
    let photo = json!({ "api_key": DEMO_API_KEY, "image_b64": image, "photo_type": "live", "is_default": false });
    http.json(&of("photo/"), photo).ok();
    http.json(&of("alias/"), json!({ "api_key": DEMO_API_KEY, "value": format!("2{MAIL}"), "type": "custom" })).ok();

    let face2face = http.json("/sandbox/gbdfl/face2face", json!({ "api_key": DEMO_API_KEY })).ok();
    let iin = "950215301234";
    private.add("a taxpayer's number", iin);
    let asked = json!({ "api_key": DEMO_API_KEY, "iin": iin,
                        "face2face_backend_session_id": face2face["backend_session_id"] });
    http.json("/api/v1/backend/gbdfl/", asked).ok();
    let parts: [(&str, &[u8]); 2] = [("api_key", DEMO_API_KEY.as_bytes()), ("image", front)];
    http.multipart("/api/v1/backend/mrz/retrieve/", &parts).ok();
}

/// IDnGO: imports an applicant, changes it, searches for it, requests its report and sends it a link.
fn idngo(http: &Http, private: &mut Private) {
    let archive = Archive::person("external-of-private", "N77120455");
    for (what, value) in [
        ("a number", "N77120455"),
        ("a family name", "Нурланов"),
        ("a legal name", "НУРЛАНОВ"),
        ("an id of theirs", "external-of-private"),
    ] {
        private.add(what, value);
    }
    let archive = archive.with("applicant.json", "/email", json!(MAIL));
    let id = text(&signed(http, &IdngoRequest::applicant_import(archive.zip())).ok()["id"]);
    let info = serde_json::from_value(json!({ "firstName": NAME, "tin": PERSONAL_NUMBER })).unwrap();
    signed(http, &IdngoRequest::info_patch(&id, &info, &["middleName"])).ok();
    signed(http, &IdngoRequest::presence(&id, Presence::Deactivated)).ok();
    signed(http, &IdngoRequest::presence(&id, Presence::Activated)).ok();
    let link = WebSdkLinkOptions { external_user_id: Some("external-of-private"), ..WebSdkLinkOptions::default() };
    let link = text(&signed(http, &IdngoRequest::websdk_link("basic-kyc-level", &link)).ok()["url"]);
    let token = link.split_once("/#/").unwrap().1;
    private.add("a link", token);
    http.json("/idensic/session", json!({ "token": token })).ok();
    for request in [
        IdngoRequest::similar_check(&id),
        IdngoRequest::tin_check(&id),
        IdngoRequest::liveness_check(&id),
        IdngoRequest::similar_by_text(&id),
        IdngoRequest::similar_by_text_and_face(&id),
        IdngoRequest::timeline(&id),
        IdngoRequest::status_email(&id),
        IdngoRequest::report(&id, ReportType::Applicant, "en"),
    ] {
        let reply = signed(http, &request);
        assert_eq!(reply.status, 200, "{}: {}", request.target, reply.text());
    }
}

/// The same values where they do not belong: each is refused.
fn refused(url: &str, backend: &Http, id: &str, secret: &str) {
    let nobody = http(url);
    let encoded = "Zhuldyzay%20Privatova";
    let refusals = [
        nobody.get(&format!("/{encoded}/{PERSONAL_NUMBER}")),
        nobody.get(&format!("/pages?mail={MAIL}&phone=%2B77071234567")),
        nobody.get(&format!("/resources/applicantTimeline/{encoded}")),
        nobody.get(&format!("/resources/checks/latest?type=TIN&applicantId={MAIL}")),
        nobody.form("/oauth2/token", &format!("grant_type={MAIL}&client_id={PHONE}&client_secret={secret}")),
        nobody
            .header("authorization", &format!("Bearer {MAIL}"))
            .json("/idv/session/read", json!({ "session_id": id })),
        nobody.header("authorization", &format!("Basic {secret}")).json("/idv/session/read", json!({})),
        nobody.json("/api/v1/backend/persons/", json!({ "api_key": MAIL, "image_b64": NAME, "photo_type": PHONE })),
        nobody.multipart("/api/v1/backend/mrz/retrieve/", &[("api_key", MAIL.as_bytes()), ("image", NAME.as_bytes())]),
        backend.json("/idv/session/read", json!({ "session_id": NAME })),
        backend.json("/idv/session/read", json!({ "session_id": { "name": NAME } })),
        backend.json("/idv/session/create", json!({ "metadata": NAME, "webhook_url": MAIL })),
        backend.json("/idv/session/create", json!({ "webhook_url": format!("ftp://{MAIL}/") })),
        backend.json("/idv/weights", json!({ "user_id": MAIL, "driver_license_fuzzy_match_weight": NAME })),
        backend.json("/idv/sdk/document/type/update", json!({ "session_id": id, "document_type_e": NAME })),
        backend.header("x-client-id", MAIL).json("/idv/sdk/session/read", json!({ "session_id": id })),
        backend.post("/idv/session/read", "application/json", format!("{{\"session_id\": {NAME}").into_bytes()),
        backend.post("/idv/session/read", MAIL, NAME.as_bytes().to_vec()),
    ];
    for (i, reply) in refusals.iter().enumerate() {
        assert!((400..500).contains(&reply.status), "{i}: {} {}", reply.status, reply.text());
        // What is refused is not repeated either.
        for value in [NAME, MAIL, PHONE, PERSONAL_NUMBER, secret] {
            assert!(!reply.text().contains(value), "{i}: {}", reply.text());
        }
    }
}

/// An operation that changed something, the kind of what it changed, and who did it.
const AUDITED: [(&str, &str, &str); 28] = [
    ("POST /oauth2/token", "session", "client shop"),
    ("POST /idv/session/create", "session", "client shop"),
    ("POST /idv/sdk/metadata/update", "session", "client shop"),
    ("POST /idv/sdk/liveness/session/process", "session", "client shop"),
    ("POST /idv/sdk/finalize", "session", "client shop"),
    ("POST /idv/sdk/finalize", "identity", "client shop"),
    ("POST /idv/session/anonymize", "session", "client shop"),
    ("POST /idv/session/delete", "session", "client shop"),
    ("POST /idv/weights", "weights", "client shop"),
    ("POST /idv/requirements", "requirements of", "client shop"),
    ("POST /ida/session/create", "ida session", "client shop"),
    ("POST /ida/sdk/liveness/session/process", "ida session", "client shop"),
    ("POST /ida/sdk/finalize", "ida session", "client shop"),
    ("POST /identity/anonymize", "identity", "client shop"),
    ("POST /webhook/create", "webhook", "client shop"),
    ("POST /webhook/delete", "webhook", "client shop"),
    ("POST /api/v1/backend/persons/", "person", "organization demo"),
    ("POST /api/v1/backend/persons/{person_id}/update", "person", "organization demo"),
    ("POST /api/v1/backend/persons/{person_id}/photo/", "person", "organization demo"),
    ("POST /api/v1/backend/persons/{person_id}/alias/", "person", "organization demo"),
    ("POST /sandbox/gbdfl/face2face", "face2face", "organization demo"),
    ("POST /api/v1/backend/gbdfl/", "backend session", "organization demo"),
    ("POST /api/v1/backend/mrz/retrieve/", "backend session", "organization demo"),
    ("POST /resources/applicants/-/applicantImport", "applicant", "idngo demo"),
    ("PATCH /resources/applicants/{applicantId}/info", "applicant", "idngo demo"),
    ("PATCH /resources/applicants/{applicantId}/presence/{status}", "applicant", "idngo demo"),
    ("POST /resources/sdkIntegrations/levels/{levelName}/websdkLink", "link for applicant", "idngo demo"),
    ("POST /resources/applicants/{applicantId}/verificationStatusEmail", "applicant", "idngo demo"),
];

#[test]
fn logs_name_nobody_and_the_audit_log_has_every_change() {
    if let Some(missing) = crate::support::models().missing() {
        println!("skipped: no model `{missing}` (cargo xtask models makes it)");
        return;
    }
    let kept = Kept::new();
    let run = |arguments: &[&str]| {
        let output = Command::new(PROGRAM).args(arguments).args(kept.arguments()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let made = run(&["--add-client", "shop"]);
    let secret = made.lines().find_map(|l| l.strip_prefix("client secret: ")).unwrap().to_owned();
    let models = crate::support::models_folder();
    let arguments = ["--demo", "--models", models.to_str().unwrap(), "--allow-replays", "--webhook-allow-private"];
    let program = Program::start(&kept, &arguments);

    let mut private = Private(Vec::new());
    for (what, value) in [
        ("a name", NAME),
        ("a mail address", MAIL),
        ("a phone number", PHONE),
        ("a personal number", PERSONAL_NUMBER),
        ("the address of a webhook", "hook-with-a-secret"),
        ("a client's secret", secret.as_str()),
        ("an API key", DEMO_API_KEY),
        ("IDnGO's token", DEMO_APP_TOKEN),
        ("IDnGO's secret key", DEMO_SECRET_KEY),
    ] {
        private.add(what, value);
    }
    let (backend, id, identity) = onboarding(&program.url, &secret, &mut private);
    let token = backend.clone();
    let token = token.sent_header("authorization").unwrap().trim_start_matches("Bearer ").to_owned();
    private.add("an access token", token);
    authentication(&backend, &identity);
    let nobody = http(&program.url);
    biometric(&nobody, &Shown::new().front, &mut private);
    idngo(&nobody, &mut private);

    let mut weights = backend.get("/idv/weights").ok();
    weights["user_id"] = json!(MAIL);
    backend.json("/idv/weights", weights).ok();
    let fields = [
        "document_number",
        "ref_number",
        "issue_at",
        "expires_at",
        "issuing_country",
        "issuing_state",
        "first_name",
        "middle_name",
        "last_name",
        "name_suffix",
        "street",
        "city",
        "state",
        "postal_code",
        "birth_date",
        "gender",
        "height",
        "weight",
        "eye_color",
        "hair_color",
        "class",
        "mentions",
        "restrictions",
        "raw_barcode",
        "face_encoding",
    ];
    let mut requirements = json!({ "user_id": MAIL, "type_e": "passport", "data_source_e": "mrz" });
    for field in fields {
        requirements[format!("{field}_required")] = json!(false);
    }
    backend.json("/idv/requirements", requirements).ok();
    backend.json("/webhook/create", json!({ "name": NAME, "url": HOOK })).ok();
    let hooks = backend.json("/webhook/list", json!({})).ok();
    private.add("a webhook's key", text(&hooks["webhooks"][0]["secret"]));
    // A delivery that no receiver accepts.
    let other = text(&backend.json("/idv/session/create", json!({ "metadata": { "mail": MAIL } })).ok()["session_id"]);
    backend.json("/idv/session/delete", json!({ "session_id": other })).ok();
    refused(&program.url, &backend, &id, &secret);
    backend.json("/webhook/delete", json!({ "id": hooks["webhooks"][0]["id"] })).ok();
    backend.json("/idv/session/anonymize", json!({ "session_id": id })).ok();
    let other = onboarding(&program.url, &secret, &mut private);
    backend.json("/identity/anonymize", json!({ "identity_id": other.2 })).ok();

    let log = program.kill();
    for route in ["POST /idv/sdk/finalize 200", "POST /api/v1/backend/persons/ 200", "POST /webhook/create 200"] {
        assert!(log.contains(route), "{route} is not in the log:\n{log}");
    }
    private.is_not_in("the log", &log);

    let audit = run(&["audit"]);
    private.is_not_in("the audit log", &audit);
    let entries: Vec<Vec<&str>> = audit.lines().map(|line| line.split('\t').collect()).collect();
    for (action, kind, who) in AUDITED {
        let about = |subject: &str| subject.split(", ").any(|one| one.rsplit_once(' ').is_some_and(|(k, _)| k == kind));
        let found = entries.iter().any(|entry| entry[1] == who && entry[2] == action && about(entry[3]));
        assert!(found, "no entry of {who}: {action} of {kind}\n{audit}");
    }
    for subject in entries.iter().flat_map(|entry| entry[3].split(", ")).filter(|subject| !subject.is_empty()) {
        let (kind, id) = subject.rsplit_once(' ').unwrap();
        let hex = id.len() >= 24 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        let own = ["shop", "demo", "idngo:demo"].contains(&id);
        assert!(hex || own, "{kind} by something that is no id: {id}");
    }
}
