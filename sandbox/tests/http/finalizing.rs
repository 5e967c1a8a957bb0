//! What was judged is what is kept: a session that changes while its verdict is being made.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{Rgb, RgbImage};
use kyc_sandbox::config::Config;
use kyc_specimen::document;
use kyc_specimen::encode::jpeg;
use kyc_specimen::person::{Person, Portrait};
use kyc_specimen::scene::{self, Pose};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::receiver::wait;
use crate::support::{Http, Reply, Server};

const FINALIZE: &str = "/idv/sdk/finalize";
const PROCESS: &str = "/idv/sdk/liveness/session/process";

pub(crate) fn passport(seed: u64, portrait: Portrait) -> Vec<u8> {
    let page = document::passport(&Person { portrait, ..Person::invented(seed, false) });
    jpeg(&scene::with_document((1280, 720), &page, &Pose::default()))
}

/// Liveness images of a face, no two of them equal.
pub(crate) fn faces(portrait: Portrait, seed: u8) -> Vec<Vec<u8>> {
    let face = scene::with_face_of(portrait, (640, 480));
    let frame = |i: u8| {
        let mut frame = face.clone();
        for x in 0..16 {
            frame.put_pixel(x, 0, Rgb([(seed & 15) * 16, (seed >> 4) * 16, i * 60]));
        }
        jpeg(&frame)
    };
    (0..2).map(frame).collect()
}

pub(crate) struct Subject {
    pub http: Http,
    pub id: String,
}

impl Subject {
    pub(crate) fn new(server: &Server) -> Self {
        let (http, id) = server.session_of("passport");
        Self { http, id }
    }

    pub(crate) fn front(&self, image: &[u8]) -> Reply {
        let parts: [(&str, &[u8]); 4] =
            [("session_id", self.id.as_bytes()), ("latitude", b"43.2"), ("longitude", b"76.9"), ("image", image)];
        self.http.multipart("/idv/sdk/document/front/add", &parts)
    }

    pub(crate) fn liveness(&self, frames: &[Vec<u8>]) -> Reply {
        let images: Vec<_> = frames.iter().map(|f| STANDARD.encode(f)).collect();
        self.call(PROCESS, json!({ "latitude": 43.2, "longitude": 76.9, "images": images }))
    }

    pub(crate) fn document_type(&self, kind: &str) -> Reply {
        self.call("/idv/sdk/document/type/update", json!({ "document_type_e": kind }))
    }

    pub(crate) fn consent(&self, consented: bool) -> Reply {
        self.call("/idv/sdk/consent/add", json!({ "consented": consented }))
    }

    pub(crate) fn finalize(&self) -> Reply {
        self.call(FINALIZE, json!({}))
    }

    pub(crate) fn read(&self) -> Value {
        self.call("/idv/session/read", json!({})).ok()
    }

    pub(crate) fn download(&self, file: &str) -> Reply {
        self.call("/idv/document/download", json!({ "storage_file_type_e": file }))
    }

    pub(crate) fn call(&self, path: &str, mut body: Value) -> Reply {
        body["session_id"] = self.id.clone().into();
        self.http.json(path, body)
    }

    /// The hashes that the verdict recorded, by kind and position.
    pub(crate) fn judged(&self) -> BTreeMap<(String, u64), String> {
        let history = self.read()["history"].clone();
        let entries = history.as_array().unwrap().iter().filter(|e| e["event"] == "judged_image");
        entries
            .map(|e| {
                let text = |name: &str| e[name].as_str().unwrap().to_owned();
                ((text("kind"), e["position"].as_u64().unwrap()), text("sha256"))
            })
            .collect()
    }

    /// Checks that what can be downloaded is what was judged.
    fn assert_judged_is_kept(&self) {
        let judged = self.judged();
        let front = self.download("passport_front");
        assert_eq!(front.status, 200, "{}", front.text());
        assert_eq!(judged[&("front".to_owned(), 0)], hash(&front.body));
        let selfie = self.download("selfie");
        assert_eq!(selfie.status, 200, "{}", selfie.text());
        let of_faces: Vec<_> =
            judged.iter().filter(|((kind, _), _)| kind == "liveness").map(|(_, hash)| hash).collect();
        assert!(of_faces.contains(&&hash(&selfie.body)), "the selfie is none of the images that were judged");
    }
}

pub(crate) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Runs `meanwhile` while the finalization of a session waits for its turn, and returns the finalization's reply.
fn while_finalizing(server: &Server, subject: &Subject, meanwhile: impl FnOnce()) -> Reply {
    let permits = hold_all(server);
    thread::scope(|scope| {
        let finalizing = scope.spawn(|| subject.finalize());
        wait(|| subject.document_type("passport").status == 409, Duration::from_secs(20), "the finalization begins");
        meanwhile();
        drop(permits);
        finalizing.join().unwrap()
    })
}

/// Takes every permit for long work: verdicts wait until they are dropped.
fn hold_all(server: &Server) -> Vec<kyc_sandbox::jobs::workers::WorkerPermit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    (0..cores).map(|_| runtime.block_on(server.app.workers.permit()).unwrap()).collect()
}

#[test]
fn changes_during_finalization_are_refused_and_leave_the_verdict_alone() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    let subject = Subject::new(&server);
    subject.front(&passport(61, Portrait::Astronaut)).ok();
    subject.liveness(&faces(Portrait::Astronaut, 1)).ok();
    let reply = while_finalizing(&server, &subject, || {
        // Another person's face, another document, an image without a face, another type.
        for reply in [
            subject.liveness(&faces(Portrait::Officer, 2)),
            subject.front(&passport(62, Portrait::Officer)),
            subject.liveness(&[jpeg(&RgbImage::new(64, 48))]),
            subject.document_type("identification_card"),
            subject.consent(true),
            subject.call("/idv/sdk/liveness/session/generate", json!({ "latitude": 43.2, "longitude": 76.9 })),
            subject.call("/idv/sdk/metadata/update", json!({ "sdk_metadata": { "a": 1 } })),
        ] {
            reply.refused(409, "session_finalizing", None);
        }
    });
    assert_eq!(reply.ok()["verified"], true, "{}", subject.read());
    assert_eq!(subject.judged().len(), 3);
    subject.assert_judged_is_kept();
    assert_eq!(subject.download("selfie").body, faces(Portrait::Astronaut, 1)[0]);
    subject.liveness(&faces(Portrait::Officer, 3)).refused(409, "session_complete", None);
}

#[test]
fn withdrawn_consent_abandons_the_finalization() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    let subject = Subject::new(&server);
    subject.front(&passport(63, Portrait::Astronaut)).ok();
    subject.liveness(&faces(Portrait::Astronaut, 4)).ok();
    let reply = while_finalizing(&server, &subject, || {
        subject.consent(false).ok();
    });
    assert!([403, 409].contains(&reply.status), "{}", reply.text());
    let session = subject.read();
    assert_eq!((&session["status_e"], &session["verified"]), (&json!("in_progress"), &json!(false)), "{session}");
    subject.finalize().refused(403, "consent_required", None);
    subject.consent(true).ok();
    assert_eq!(subject.finalize().ok()["verified"], true);
    subject.assert_judged_is_kept();
}

#[test]
fn a_session_that_is_deleted_or_anonymized_during_finalization_keeps_nothing() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    for (seed, route) in [(5u8, "/idv/session/delete"), (6, "/idv/session/anonymize")] {
        let subject = Subject::new(&server);
        subject.front(&passport(60 + u64::from(seed), Portrait::Astronaut)).ok();
        subject.liveness(&faces(Portrait::Astronaut, seed)).ok();
        let reply = while_finalizing(&server, &subject, || {
            subject.call(route, json!({})).ok();
        });
        assert!([404, 409].contains(&reply.status), "{route}: {}", reply.text());
        assert!([404, 409].contains(&subject.download("passport_front").status), "{route}");
        let left = server.app.store.run_blocking(|c| {
            Ok(c.query_row("SELECT (SELECT count(*) FROM rectified) + (SELECT count(*) FROM image)", &[], |row| {
                row.get::<i64>(0)
            })?)
        });
        assert_eq!(left.unwrap(), 0, "{route}");
    }
}

#[test]
fn an_authentication_judges_the_images_that_it_keeps() {
    let Some(server) = crate::support::server_with_models(Config::default()) else { return };
    let owner = Subject::new(&server);
    owner.front(&passport(67, Portrait::Astronaut)).ok();
    owner.liveness(&faces(Portrait::Astronaut, 7)).ok();
    assert_eq!(owner.finalize().ok()["verified"], true);
    let identity = owner.read()["identity_id"].clone();
    let created = owner.http.json("/ida/session/create", json!({ "identity_id": identity })).ok();
    let id = created["session_id"].as_str().unwrap().to_owned();
    let process = |frames: &[Vec<u8>]| {
        let images: Vec<_> = frames.iter().map(|f| STANDARD.encode(f)).collect();
        let body = json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9, "images": images });
        owner.http.json("/ida/sdk/liveness/session/process", body)
    };
    let by_id = json!({ "session_id": id });
    process(&faces(Portrait::Officer, 8)).ok();
    let permits = hold_all(&server);
    let reply = thread::scope(|scope| {
        let finalizing = scope.spawn(|| owner.http.json("/ida/sdk/finalize", by_id.clone()));
        let refused = || process(&faces(Portrait::Astronaut, 9)).status == 409;
        wait(refused, Duration::from_secs(20), "the finalization begins");
        process(&[jpeg(&RgbImage::new(64, 48))]).refused(409, "session_finalizing", None);
        drop(permits);
        finalizing.join().unwrap()
    });
    reply.ok();
    let session = owner.http.json("/ida/session/read", by_id).ok();
    assert_eq!(session["authenticated"], false, "{session}");
}
