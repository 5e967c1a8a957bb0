//! Every database write and every write to the store of images fails once, at every place of a whole flow: the caller
//! gets a typed error, the same request then succeeds, and nothing is there by half. `KYC_TORTURE=all` takes every
//! place (`cargo xtask torture`); the tests take a sample.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_sandbox::config::Config;
use kyc_sandbox::http::limits::Rate;
use kyc_sandbox::store::Store;
use kyc_sandbox::store::blob_store::{BlobStore, Folder};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::flow::Shown;
use crate::support::program::Kept;
use crate::support::{Http, Reply, Server};

/// Of a sample, one place in so many; odd, so that it walks over all steps.
const SAMPLE: i64 = 9;

/// A folder whose n-th change fails, for every kind of change.
#[derive(Debug)]
struct FailingFolder {
    folder: Folder,
    left: Arc<AtomicI64>,
}

impl FailingFolder {
    fn change(&self, work: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        match self.left.fetch_sub(1, Ordering::SeqCst) {
            1 => Err(io::ErrorKind::StorageFull.into()),
            _ => work(),
        }
    }
}

impl BlobStore for FailingFolder {
    fn put(&self, id: &str, bytes: &[u8]) -> io::Result<()> {
        self.change(|| self.folder.put(id, bytes))
    }

    fn read(&self, id: &str) -> io::Result<Option<Vec<u8>>> {
        self.folder.read(id)
    }

    fn delete(&self, id: &str) -> io::Result<()> {
        self.change(|| self.folder.delete(id))
    }

    fn list(&self) -> io::Result<Vec<(String, SystemTime)>> {
        self.folder.list()
    }

    fn folder(&self) -> Option<&Path> {
        self.folder.folder()
    }
}

/// A countdown of writes: at zero the write fails.
trait Countdown {
    /// The n-th write from now on fails; none if `n` is 0.
    fn set(&self, n: i64);
    /// Whether the failure has happened since.
    fn happened(&self) -> bool;
}

impl Countdown for AtomicI64 {
    fn set(&self, n: i64) {
        // Above zero only while the failure is ahead.
        self.store(if n == 0 { i64::MIN / 2 } else { n }, Ordering::SeqCst);
    }

    fn happened(&self) -> bool {
        (i64::MIN / 4..=0).contains(&self.load(Ordering::SeqCst))
    }
}

/// Triggers that count the rows that are written, and refuse one. The count is undone with the transaction that failed.
struct Triggers(Connection);

impl Triggers {
    fn new(database: &Path) -> Self {
        let c = Connection::open(database).unwrap();
        c.busy_timeout(std::time::Duration::from_secs(30)).unwrap();
        c.execute_batch("CREATE TABLE torture (remaining INTEGER NOT NULL); INSERT INTO torture VALUES (-1)").unwrap();
        let sql =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'torture'";
        let tables: Vec<String> =
            c.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(tables.len() > 5, "{tables:?}");
        for table in tables {
            for what in ["INSERT", "UPDATE", "DELETE"] {
                c.execute_batch(&format!(
                    "CREATE TRIGGER torture_{table}_{what} BEFORE {what} ON \"{table}\"
                     WHEN (SELECT remaining FROM torture) >= 0 BEGIN
                         UPDATE torture SET remaining = remaining - 1;
                         SELECT RAISE(ABORT, 'torture') FROM torture WHERE remaining = 0;
                     END"
                ))
                .unwrap();
            }
        }
        Self(c)
    }

    fn left(&self) -> i64 {
        self.0.query_row("SELECT remaining FROM torture", [], |row| row.get(0)).unwrap()
    }
}

impl Countdown for Triggers {
    fn set(&self, n: i64) {
        self.0.execute("UPDATE torture SET remaining = ?1", [if n == 0 { -1 } else { n }]).unwrap();
    }

    /// A refused write restores the count to what it was before its transaction: above zero, as when too few came.
    fn happened(&self) -> bool {
        self.left() == 0
    }
}

struct Bench {
    server: Server,
    images: PathBuf,
    shown: Shown,
    store: Store,
    folder_writes: Arc<AtomicI64>,
    triggers: Triggers,
    // Removed last.
    _kept: Kept,
}

impl Bench {
    fn new() -> Option<Self> {
        let models = crate::support::models();
        if let Some(missing) = models.missing() {
            println!("skipped: no model `{missing}` (cargo xtask models makes it)");
            return None;
        }
        let kept = Kept::new();
        let images = kept.folder.join("images");
        let folder_writes = Arc::new(AtomicI64::new(i64::MIN / 2));
        let place = FailingFolder { folder: Folder::open(&images).unwrap(), left: Arc::clone(&folder_writes) };
        // SQLite in any case: the failures are triggers of it.
        let store = Store::open(&kept.folder).unwrap().keep_content_in(Arc::new(place)).unwrap();
        let config =
            Config { replays_allowed: true, rate: Rate { burst: 1_000_000, per_second: 100_000 }, ..Config::default() };
        let server = Server::over(store.clone(), config, models);
        let database = fs::read_dir(&kept.folder).unwrap().map(|e| e.unwrap().path());
        let database =
            database.into_iter().find(|f| f.is_file() && !f.to_string_lossy().contains('-')).unwrap_or_else(|| {
                panic!("no database in {}", kept.folder.display());
            });
        let triggers = Triggers::new(&database);
        Some(Self { server, images, shown: Shown::new(), store, folder_writes, triggers, _kept: kept })
    }

    /// Files in the folder of images.
    fn files(&self) -> usize {
        let of = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
        of(&self.images).iter().map(|sub| of(sub).len()).sum()
    }

    fn remove_owed(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.store.remove_owed()).unwrap();
    }

    /// The flow, in which the n-th write fails. Returns whether one did: not when the flow has fewer writes.
    fn flow(&self, countdown: &dyn Countdown, n: i64) -> bool {
        let before = self.files();
        let backend = self.server.backend();
        countdown.set(n);
        let mut failed = Vec::new();
        let created =
            self.step(countdown, &mut failed, "session create", || backend.json("/idv/session/create", json!({})));
        let id = created["session_id"].as_str().unwrap().to_owned();
        let call = |path: &str, mut body: Value| {
            body["session_id"] = id.clone().into();
            backend.json(path, body)
        };
        let frames = json!({ "latitude": 43.2, "longitude": 76.9, "images": self.shown.frames });
        let mut step = |name: &'static str, act: &dyn Fn() -> Reply| self.step(countdown, &mut failed, name, act);
        step("consent", &|| call("/idv/sdk/consent/add", json!({ "consented": true })));
        step("type", &|| call("/idv/sdk/document/type/update", json!({ "document_type_e": "passport" })));
        step("front", &|| self.front(&backend, &id));
        // Again: the first image goes.
        step("front again", &|| self.front(&backend, &id));
        step("generate", &|| {
            call("/idv/sdk/liveness/session/generate", json!({ "latitude": 43.2, "longitude": 76.9 }))
        });
        step("liveness", &|| call("/idv/sdk/liveness/session/process", frames.clone()));
        step("metadata", &|| call("/idv/sdk/metadata/update", json!({ "sdk_metadata": { "a": 1 } })));
        let verdict = step("finalize", &|| call("/idv/sdk/finalize", json!({})));
        assert!(verdict["verified"].is_boolean(), "write {n}: {verdict}");

        let session = step("read", &|| call("/idv/session/read", json!({})));
        assert_eq!(session["status_e"], "complete", "write {n}: {session}");
        let events = |name: &str| session["history"].as_array().unwrap().iter().filter(|e| e["event"] == name).count();
        assert_eq!(events("document_front_stored"), 2, "write {n}: an upload that failed is not noted");
        let front = call("/idv/document/download", json!({ "storage_file_type_e": "passport_front" }));
        assert_eq!(front.body, self.shown.front, "write {n}: the stored image is whole");
        let selfie = call("/idv/document/download", json!({ "storage_file_type_e": "selfie" })).body;
        assert_eq!(STANDARD.encode(selfie), self.shown.frames[0], "write {n}");
        step("delete", &|| call("/idv/session/delete", json!({})));
        assert_eq!(call("/idv/session/read", json!({})).status, 404, "write {n}: the session is gone");
        let happened = !failed.is_empty() || countdown.happened();
        countdown.set(0);
        self.remove_owed();
        assert_eq!(self.files(), before, "write {n}: no image of the session stays ({failed:?})");
        assert!(failed.len() <= 1, "write {n}: {failed:?}");
        happened
    }

    fn front(&self, backend: &Http, id: &str) -> Reply {
        let parts: [(&str, &[u8]); 4] = [
            ("session_id", id.as_bytes()),
            ("latitude", b"43.2"),
            ("longitude", b"76.9"),
            ("image", &self.shown.front),
        ];
        backend.multipart("/idv/sdk/document/front/add", &parts)
    }

    /// One request; a failure has a code, and the same request then succeeds.
    fn step(
        &self,
        countdown: &dyn Countdown,
        failed: &mut Vec<&'static str>,
        name: &'static str,
        act: impl Fn() -> Reply,
    ) -> Value {
        let reply = act();
        if reply.status == 200 {
            return reply.json();
        }
        let json = reply.json();
        assert!([500, 503].contains(&reply.status), "{name}: {json}");
        let code = json["error"]["code"].as_str().unwrap_or_default();
        assert!(["server_error", "unavailable"].contains(&code), "{name}: {json}");
        assert!(!json.to_string().contains("torture"), "{name}: the database's words are not for callers");
        failed.push(name);
        countdown.set(0);
        let again = act();
        assert_eq!(again.status, 200, "{name}, again: {}", again.text());
        again.json()
    }
}

/// Lets every write fail once, or a sample of them; returns how many failures there were.
fn torture(bench: &Bench, countdown: &dyn Countdown, what: &str) -> i64 {
    let all = std::env::var("KYC_TORTURE").is_ok_and(|v| v == "all");
    let step = if all { 1 } else { SAMPLE };
    let (mut n, mut runs) = (1, 0);
    while bench.flow(countdown, n) {
        runs += 1;
        n += step;
        assert!(n < 5_000, "the flow does not end");
    }
    println!("torture: {what}: {runs} failures, every {step} of {n} writes of a flow: 0 findings");
    runs
}

#[test]
fn every_database_write_may_fail() {
    let Some(bench) = Bench::new() else { return };
    assert!(torture(&bench, &bench.triggers, "database write") >= 3);
}

#[test]
fn every_write_to_the_store_of_images_may_fail() {
    let Some(bench) = Bench::new() else { return };
    // A whole flow has few of them: all are taken.
    let mut n = 1;
    while bench.flow(bench.folder_writes.as_ref(), n) {
        n += 1;
    }
    println!("torture: object-store write: {} failures of a flow: 0 findings", n - 1);
    assert!(n > 5, "{n}");
}
