//! The n-th write of the database, or of the place of images, fails during a whole flow, for every n: the caller gets a
//! typed 5xx, the same call then succeeds, and what is kept is whole. `KYC_TORTURE_EVERY` sets the step between the
//! places; `cargo xtask torture` takes every one.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_capture::api::idngo::IdngoRequest;
use kyc_sandbox::config::Config;
use kyc_sandbox::idngo::levels;
use kyc_sandbox::models::Models;
use kyc_sandbox::store::Store;
use kyc_sandbox::store::blob_store::{BlobStore, Folder};
use kyc_sandbox::store::db::{Connection, params};
use kyc_sandbox::store::idngo;
use kyc_sandbox::store::write_faults::WriteFault;
use kyc_specimen::person::Portrait;
use serde_json::{Value, json};

use crate::finalizing::{faces, hash, passport};
use crate::support::idngo::{Archive, Caller, SECRET, TOKEN};
use crate::support::program::Kept;
use crate::support::{CLIENT, Http, Reply, Server, http};

/// Attempts of a caller at one call: only one place fails, so the second one succeeds.
const ATTEMPTS: usize = 2;

/// How a write to the place of images fails.
#[derive(Debug, Clone, Copy, PartialEq)]
enum PlaceFault {
    /// There is no room: nothing is done.
    Full,
    /// It ends half-way: half of the content is there.
    Half,
    /// It is done, but no answer comes.
    Unanswered,
}

/// A folder whose n-th write fails; removals count as writes.
#[derive(Debug)]
struct Faulty {
    folder: Folder,
    plan: Mutex<(usize, Option<(usize, PlaceFault)>)>,
}

impl Faulty {
    fn fail(&self, n: usize, fault: PlaceFault) {
        *self.plan.lock().unwrap() = (0, Some((n, fault)));
    }

    fn seen(&self) -> usize {
        self.plan.lock().unwrap().0
    }

    fn next(&self) -> Option<PlaceFault> {
        let mut plan = self.plan.lock().unwrap();
        plan.0 += 1;
        plan.1.filter(|(n, _)| *n == plan.0).map(|(_, fault)| fault)
    }
}

impl BlobStore for Faulty {
    fn put(&self, id: &str, bytes: &[u8]) -> io::Result<()> {
        match self.next() {
            None => self.folder.put(id, bytes),
            Some(PlaceFault::Full) => Err(io::ErrorKind::StorageFull.into()),
            Some(PlaceFault::Half) => {
                self.folder.put(id, &bytes[..bytes.len() / 2])?;
                Err(io::ErrorKind::ConnectionReset.into())
            }
            Some(PlaceFault::Unanswered) => {
                self.folder.put(id, bytes)?;
                Err(io::ErrorKind::TimedOut.into())
            }
        }
    }

    fn read(&self, id: &str) -> io::Result<Option<Vec<u8>>> {
        self.folder.read(id)
    }

    fn delete(&self, id: &str) -> io::Result<()> {
        match self.next() {
            None => self.folder.delete(id),
            Some(PlaceFault::Unanswered) => {
                self.folder.delete(id)?;
                Err(io::ErrorKind::TimedOut.into())
            }
            Some(_) => Err(io::ErrorKind::ConnectionReset.into()),
        }
    }

    fn list(&self) -> io::Result<Vec<(String, SystemTime)>> {
        self.folder.list()
    }

    fn folder(&self) -> Option<&Path> {
        self.folder.folder()
    }
}

/// A server whose writes can be made fail, with what it keeps.
struct World {
    server: Server,
    place: Arc<Faulty>,
    /// The same data, read and tidied beside the server: none of its writes fails or is counted.
    beside: Store,
    _kept: Kept,
}

impl World {
    fn new(models: Models) -> Self {
        // Nothing runs unasked: every write is the flow's.
        let config = Config { background_every: Duration::from_secs(3_600), ..Config::default() };
        let kept = Kept::new();
        let images: PathBuf = kept.folder.join("images");
        let place = Arc::new(Faulty { folder: Folder::open(&images).unwrap(), plan: Mutex::default() });
        let store = kept.store().keep_content_in(Arc::<Faulty>::clone(&place)).unwrap();
        let server = Server::over(store, config, models);
        let add = |c: &Connection| idngo::add_app(c, "shop", TOKEN, SECRET, &levels::standard(0)?, 0);
        server.app.store.run_blocking(add).unwrap();
        let beside = kept.store().keep_content_in(Arc::new(Folder::open(&images).unwrap())).unwrap();
        Self { server, place, beside, _kept: kept }
    }

    fn number(&self, sql: &str) -> i64 {
        self.beside.run_blocking(|c| Ok(c.query_row(sql, params![], |row| row.get(0))?)).unwrap()
    }

    /// Checks that the content that is kept is the content that rows name, at both places.
    fn check_content(&self, findings: &mut Vec<String>) {
        let named = "SELECT blob_id FROM image UNION SELECT blob_id FROM rectified UNION SELECT blob_id FROM ida_image \
                     UNION SELECT blob_id FROM idngo_media UNION SELECT blob_id FROM person_photo";
        let orphans = self.number(&format!("SELECT count(*) FROM blob WHERE blob_id NOT IN ({named})"));
        let lost =
            self.number(&format!("SELECT count(*) FROM ({named}) n WHERE blob_id NOT IN (SELECT blob_id FROM blob)"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.beside.remove_owed()).unwrap();
        let (rows, files) = (self.number("SELECT count(*) FROM blob"), self.place.list().unwrap().len());
        if orphans != 0 || lost != 0 || usize::try_from(rows) != Ok(files) {
            findings.push(format!("{orphans} contents without owner, {lost} lost, {rows} rows for {files} files"));
        }
    }
}

/// A caller who repeats what failed, and notes what should not be.
struct Persistent<'a> {
    world: &'a World,
    findings: Vec<String>,
}

impl Persistent<'_> {
    /// Sends until the answer is none of the server's failures. A call that removes something, or makes something that
    /// exists once, may have succeeded without an answer: then `done` is right as well.
    fn send(&mut self, what: &str, done: &[u16], send: impl Fn() -> Reply) -> Reply {
        let mut failed = false;
        for _ in 0..ATTEMPTS {
            let reply = send();
            if reply.status < 500 {
                if reply.status != 200 && !(failed && done.contains(&reply.status)) {
                    self.findings.push(format!("{what}: {}: {}", reply.status, reply.text()));
                }
                return reply;
            }
            let json = reply.json();
            let typed = (reply.status, json["error"]["code"].as_str()) == (503, Some("unavailable"));
            if !typed || json["error"]["message"].as_str().is_none_or(str::is_empty) {
                self.findings.push(format!("{what}: {}: {json}", reply.status));
            }
            failed = true;
        }
        panic!("{what} goes on failing; {:?}", self.findings);
    }

    fn json(&mut self, caller: &Http, route: &str, body: &Value) -> Value {
        self.send(route, &[], || caller.json(route, body.clone())).json()
    }

    fn remove(&mut self, caller: &Http, route: &str, body: &Value) {
        self.send(route, &[404, 409], || caller.json(route, body.clone()));
    }

    /// Onboarding and authentication of a person, what is kept of them, and their removal.
    fn onboarding(&mut self) {
        let url = self.world.server.url.clone();
        let form =
            format!("grant_type=client_credentials&client_id={CLIENT}&client_secret=a+secret+with+spaces+%26+signs");
        let token = self.send("token", &[], || http(&url).form("/oauth2/token", &form)).json();
        let token = format!("Bearer {}", token["access_token"].as_str().unwrap());
        let caller = http(&url).header("authorization", &token).header("x-client-id", CLIENT);
        let hook = json!({ "webhook_url": "https://integrator.example/hook" });
        let created = self.json(&caller, "/idv/session/create", &hook);
        let id = created["session_id"].as_str().unwrap().to_owned();
        let by_id = json!({ "session_id": id });
        let place = json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9 });
        self.json(&caller, "/idv/sdk/consent/add", &json!({ "session_id": id, "consented": true }));
        let declared = json!({ "session_id": id, "document_type_e": "passport" });
        self.json(&caller, "/idv/sdk/document/type/update", &declared);
        let front = passport(81, Portrait::Astronaut);
        let parts: [(&str, &[u8]); 4] =
            [("session_id", id.as_bytes()), ("latitude", b"43.2"), ("longitude", b"76.9"), ("image", &front)];
        self.send("front", &[], || caller.multipart("/idv/sdk/document/front/add", &parts));
        self.json(&caller, "/idv/sdk/liveness/session/generate", &place);
        let frames = faces(Portrait::Astronaut, 81);
        self.json(&caller, "/idv/sdk/liveness/session/process", &liveness(&id, &frames));
        self.json(&caller, "/idv/sdk/metadata/update", &json!({ "session_id": id, "sdk_metadata": { "a": 1 } }));
        let verdict = self.json(&caller, "/idv/sdk/finalize", &by_id);
        let session = self.json(&caller, "/idv/session/read", &by_id);
        if verdict["verified"] != true || session["status_e"] != "complete" {
            self.findings.push(format!("the session is not verified: {session}"));
        }
        self.check_judged(&caller, &session, &front, &frames);

        let identity = json!({ "identity_id": session["identity_id"] });
        let created = self.json(&caller, "/ida/session/create", &identity);
        let ida = created["session_id"].as_str().unwrap().to_owned();
        let again = faces(Portrait::Astronaut, 82);
        self.json(&caller, "/ida/sdk/liveness/session/process", &liveness(&ida, &again));
        self.json(&caller, "/ida/sdk/finalize", &json!({ "session_id": ida }));
        let session = self.json(&caller, "/ida/session/read", &json!({ "session_id": ida }));
        let selfie = self.send("selfie", &[], || caller.json("/ida/document/download", json!({ "session_id": ida })));
        if session["authenticated"] != true || !again.contains(&selfie.body) {
            self.findings.push(format!("the person is not authenticated: {session}"));
        }
        self.world.check_content(&mut self.findings);

        self.remove(&caller, "/identity/anonymize", &identity);
        self.remove(&caller, "/ida/session/delete", &json!({ "session_id": ida }));
        self.remove(&caller, "/idv/session/delete", &by_id);
        self.world.check_content(&mut self.findings);
        let left = self.world.number("SELECT count(*) FROM blob");
        if left != 0 {
            self.findings.push(format!("{left} contents are left of a removed person"));
        }
    }

    /// Checks that what can be downloaded is what was sent and what the verdict names.
    fn check_judged(&mut self, caller: &Http, session: &Value, front: &[u8], frames: &[Vec<u8>]) {
        let file = |kind: &str| json!({ "session_id": session["session_id"], "storage_file_type_e": kind });
        let download = |kind: &str| caller.json("/idv/document/download", file(kind));
        let stored = self.send("front", &[], || download("passport_front")).body;
        let selfie = self.send("selfie", &[], || download("selfie")).body;
        if stored != front || !frames.contains(&selfie) {
            self.findings.push("what is stored is not what was sent".to_owned());
        }
        let of = |kind: &str| -> Vec<String> {
            let history = session["history"].as_array().unwrap().iter();
            let judged = history.filter(|event| event["event"] == "judged_image" && event["kind"] == kind);
            judged.map(|event| event["sha256"].as_str().unwrap().to_owned()).collect()
        };
        let sent: Vec<String> = frames.iter().map(|frame| hash(frame)).collect();
        if of("front") != [hash(front)] || of("liveness") != sent {
            self.findings.push(format!("the verdict names other images: {session}"));
        }
    }

    /// An import of IDnGO: all of the archive, or nothing.
    fn import(&mut self) {
        let server = &self.world.server;
        let caller = Caller { http: http(&server.url), token: TOKEN.to_owned(), app: server.app.clone() };
        let archive = Archive::person("tortured", "N1234567");
        let request = IdngoRequest::applicant_import(archive.zip());
        let reply = self.send("import", &[409], || caller.send(&request));
        let media = self.world.number("SELECT count(*) FROM idngo_media");
        let applicants = self.world.number("SELECT count(*) FROM idngo_applicant");
        if (applicants, media) != (1, 4) {
            self.findings.push(format!("{}: {applicants} applicants with {media} files", reply.text()));
        }
        self.world.check_content(&mut self.findings);
    }
}

fn liveness(id: &str, frames: &[Vec<u8>]) -> Value {
    let images: Vec<_> = frames.iter().map(|frame| STANDARD.encode(frame)).collect();
    json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9, "images": images })
}

/// Lets every so many-th place of a flow fail; `arm` sets the place in a world, `count` returns how many there are.
fn torture(what: &str, sample: usize, arm: impl Fn(&World, usize), count: impl Fn(&World) -> usize) {
    if let Some(missing) = crate::support::models().missing() {
        println!("skipped: no model `{missing}` (cargo xtask models makes it)");
        return;
    }
    let every = std::env::var("KYC_TORTURE_EVERY").ok().and_then(|n| n.parse().ok()).unwrap_or(sample);
    let mut findings = Vec::new();
    let (mut n, mut runs, mut places) = (1, 0, 0);
    loop {
        let world = World::new(crate::support::models());
        arm(&world, n);
        let mut person = Persistent { world: &world, findings: Vec::new() };
        person.onboarding();
        person.import();
        places = places.max(count(&world));
        findings.extend(person.findings.iter().map(|finding| format!("{what} {n}: {finding}")));
        runs += usize::from(count(&world) >= n);
        if n + every > places {
            break;
        }
        n += every;
    }
    println!("torture: {what}, every {every} of {places}: {runs} failures: {} findings", findings.len());
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert!(runs >= 3, "{runs} of {places} places failed");
}

#[test]
fn a_full_database_leaves_nothing_by_half() {
    let arm = |world: &World, n: usize| world.server.app.store.write_faults().fail(n as u64, WriteFault::Full);
    torture("database write, full", 89, arm, |world| world.server.app.store.write_faults().seen() as usize);
}

#[test]
fn a_lost_database_leaves_nothing_by_half() {
    let arm = |world: &World, n: usize| world.server.app.store.write_faults().fail(n as u64, WriteFault::Lost);
    torture("database write, lost", 97, arm, |world| world.server.app.store.write_faults().seen() as usize);
}

#[test]
fn images_that_cannot_be_written_leave_nothing_by_half() {
    for fault in [PlaceFault::Full, PlaceFault::Half, PlaceFault::Unanswered] {
        let arm = |world: &World, n: usize| world.place.fail(n, fault);
        torture(&format!("image write, {fault:?}"), 6, arm, |world| world.place.seen());
    }
}
