//! Sessions verified by the evidence that their images would yield, without images of documents: for tests of
//! identities.

use kyc_sandbox::clock::day_of;
use kyc_sandbox::store::{identities, sessions};
use kyc_sandbox::verification::decide::{Evidence, decide};
use kyc_sandbox::verification::finalize::policy_of;
use serde_json::{Value, json};

use super::evidence::passport_evidence;
use super::{CLIENT, Http, Server, jpeg};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A session to be verified.
pub(crate) struct Visit<'a> {
    pub client: &'a str,
    pub document_type: &'a str,
    pub metadata: Value,
    /// Seed of the images: no two visits may send the same.
    pub seed: u8,
    /// What differs from a good passport.
    pub evidence: Box<dyn Fn(&mut Evidence) + 'a>,
    /// Identities whose face is the person's.
    pub alike: Vec<String>,
}

impl Default for Visit<'_> {
    fn default() -> Self {
        Self {
            client: CLIENT,
            document_type: "passport",
            metadata: json!({}),
            seed: 1,
            evidence: Box::new(|_| {}),
            alike: Vec::new(),
        }
    }
}

/// A caller with a backend's token of that client.
pub(crate) fn backend_of(server: &Server, client: &str) -> Http {
    let token = server.token_of(client);
    super::http(&server.url).header("authorization", &format!("Bearer {token}")).header("x-client-id", client)
}

/// The liveness images of a visit.
pub(crate) fn frames_of(seed: u8) -> Vec<Vec<u8>> {
    (0..3).map(|i| jpeg(seed.wrapping_mul(16).wrapping_add(i))).collect()
}

/// Runs a session up to its finalization and records the evidence; returns its id.
pub(crate) fn visit(server: &Server, v: &Visit<'_>) -> String {
    let http = backend_of(server, v.client);
    let created = http.json("/idv/session/create", json!({ "metadata": v.metadata })).ok();
    let id = created["session_id"].as_str().unwrap().to_owned();
    http.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
    let kind = json!({ "session_id": id, "document_type_e": v.document_type });
    http.json("/idv/sdk/document/type/update", kind).ok();
    let sides: &[&str] = if v.document_type == "passport" { &["front"] } else { &["front", "back"] };
    for (number, side) in (0u8..).zip(sides) {
        let image = jpeg(v.seed.wrapping_mul(16).wrapping_add(8 + number));
        let parts: [(&str, &[u8]); 4] =
            [("session_id", id.as_bytes()), ("latitude", b"43.2"), ("longitude", b"76.9"), ("image", &image)];
        http.multipart(&format!("/idv/sdk/document/{side}/add"), &parts).ok();
    }
    let images: Vec<_> = frames_of(v.seed).iter().map(|frame| STANDARD.encode(frame)).collect();
    let process = json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9, "images": images });
    http.json("/idv/sdk/liveness/session/process", process).ok();

    let mut evidence = passport_evidence();
    (v.evidence)(&mut evidence);
    let now_ms = server.app.clock.now_ms();
    server
        .app
        .store
        .run_blocking(|c| {
            let session = sessions::read(c, &id, v.client)?;
            let policy = policy_of(c, &session, now_ms)?;
            let outcome = decide(evidence, &session.document_type, day_of(now_ms).unwrap(), &policy);
            sessions::complete(c, &session, None, &outcome, policy.weights_id.as_deref(), &[], now_ms)?;
            identities::join(c, &session, &outcome, &v.alike, now_ms)
        })
        .unwrap();
    id
}

/// The identity that a session was joined to.
pub(crate) fn identity_of(server: &Server, client: &str, session_id: &str) -> Option<String> {
    let read = backend_of(server, client).json("/idv/session/read", json!({ "session_id": session_id })).ok();
    read["identity_id"].as_str().map(str::to_owned)
}
