//! Images in a folder and in a bucket: they are there once they were acknowledged, and gone once they were removed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::support::program::{Kept, PROGRAM, Program, browser};
use crate::support::s3::{BUCKET, KEY_ID, S3, SECRET_KEY, VERSIONED};
use crate::support::{Http, Reply, Server, http, jpeg};
use kyc_sandbox::config::Config;
use kyc_sandbox::models::Models;
use kyc_sandbox::random;
use kyc_sandbox::store::blob_store::{BlobStore, Folder};
use kyc_sandbox::store::db::{Connection, params};
use kyc_sandbox::store::error::StoreError;
use kyc_sandbox::store::s3::{Bucket, BucketError};
use kyc_sandbox::store::{blobs, images};
use serde_json::json;

/// Where images stand.
enum Place {
    Folder(PathBuf),
    Bucket(S3),
}

const PREFIX: &str = "kyc/images";

impl Place {
    fn all(kept: &Kept) -> [Self; 2] {
        [Self::Folder(kept.folder.join("images")), Self::Bucket(S3::start())]
    }

    fn argument(&self) -> String {
        match self {
            Self::Folder(folder) => folder.to_str().unwrap().to_owned(),
            Self::Bucket(_) => format!("s3://{BUCKET}/{PREFIX}"),
        }
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Folder(_) => Vec::new(),
            Self::Bucket(s3) => s3.environment(),
        }
    }

    fn open(&self) -> Arc<dyn BlobStore> {
        match self {
            Self::Folder(folder) => Arc::new(Folder::open(folder).unwrap()),
            Self::Bucket(s3) => Arc::new(s3.bucket(PREFIX).unwrap()),
        }
    }

    fn contents(&self) -> BTreeSet<Vec<u8>> {
        let of = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
        match self {
            Self::Folder(folder) => {
                of(folder).iter().flat_map(|sub| of(sub)).map(|file| fs::read(file).unwrap()).collect()
            }
            Self::Bucket(s3) => s3.contents(PREFIX).into_iter().collect(),
        }
    }

    /// Where the content of an id lies on this machine.
    fn file_of(&self, id: &str) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.join(&id[..2]).join(id),
            Self::Bucket(s3) => s3.root.join(BUCKET).join(PREFIX).join(id),
        }
    }
}

fn upload(caller: &Http, id: &str, side: &str, image: &[u8]) -> Reply {
    let parts: [(&str, &[u8]); 4] =
        [("session_id", id.as_bytes()), ("latitude", b"1"), ("longitude", b"2"), ("image", image)];
    caller.multipart(&format!("/idv/sdk/document/{side}/add"), &parts)
}

/// A caller with the token of the demo's client.
fn backend_of(program: &Program) -> Http {
    let secret = program.printed.lines().find_map(|line| line.strip_prefix("client secret: ")).unwrap();
    let form = format!("grant_type=client_credentials&client_id=demo&client_secret={secret}");
    let token = http(&program.url).form("/oauth2/token", &form).ok()["access_token"].as_str().unwrap().to_owned();
    http(&program.url).header("authorization", &format!("Bearer {token}")).header("x-client-id", "demo")
}

#[test]
fn files_come_and_go_with_their_images() {
    let kept = Kept::new();
    for place in Place::all(&kept) {
        let argument = place.argument();
        let arguments = ["--demo", "--images", &argument];
        let program = Program::start_with(&kept, &arguments, &place.environment());
        let started = http(&program.url).post("/demo/session", "", vec![]).ok();
        let id = started["sessionId"].as_str().unwrap().to_owned();
        let caller = browser(&program.url, &started);
        let declare = |caller: &Http, kind: &str| {
            let body = json!({ "session_id": id, "document_type_e": kind });
            caller.json("/idv/sdk/document/type/update", body).ok();
        };
        caller.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
        declare(&caller, "driver_license");
        upload(&caller, &id, "front", &jpeg(1)).ok();
        upload(&caller, &id, "back", &jpeg(2)).ok();
        assert_eq!(place.contents(), BTreeSet::from([jpeg(1), jpeg(2)]), "{argument}");
        upload(&caller, &id, "front", &jpeg(3)).ok();
        assert_eq!(place.contents(), BTreeSet::from([jpeg(2), jpeg(3)]), "{argument}: the first front is gone");

        // After a kill they are read again.
        let mut log = program.kill();
        let program = Program::start_with(&kept, &arguments, &place.environment());
        let store = kept.store().keep_content_in(place.open()).unwrap();
        let front = store.run_blocking(|c| images::read(c, &id, images::Kind::Front)).unwrap();
        assert_eq!(front, [jpeg(3)], "{argument}");
        let inside = |c: &Connection| -> Result<i64, StoreError> {
            Ok(c.query_row("SELECT count(*) FROM blob WHERE bytes IS NOT NULL", params![], |row| row.get(0))?)
        };
        assert_eq!(store.run_blocking(inside).unwrap(), 0, "{argument}: the database has no image");

        let caller = browser(&program.url, &started);
        declare(&caller, "passport");
        assert_eq!(place.contents(), BTreeSet::new(), "{argument}: the images of the other document are gone");

        // As a backend sees it.
        upload(&caller, &id, "front", &jpeg(4)).ok();
        let backend = backend_of(&program);
        let query = json!({ "session_id": id, "storage_file_type_e": "passport_front" });
        assert_eq!(backend.json("/idv/document/download", query).body, jpeg(4), "{argument}");
        let way = if matches!(place, Place::Folder(_)) { "anonymize" } else { "delete" };
        backend.json(&format!("/idv/session/{way}"), json!({ "session_id": id })).ok();
        assert_eq!(place.contents(), BTreeSet::new(), "{argument}: the images of the session are gone");
        log.push_str(&program.kill());
        let program = Program::start_with(&kept, &arguments, &place.environment());
        let query = json!({ "session_id": id, "storage_file_type_e": "passport_front" });
        assert_eq!(backend_of(&program).json("/idv/document/download", query).status, 404, "{argument}");
        assert_eq!(place.contents(), BTreeSet::new(), "{argument}: they do not come back");
        log.push_str(&program.kill());
        assert!(!log.contains(KEY_ID) && !log.contains(SECRET_KEY), "the log holds a credential");
    }
}

#[test]
fn what_was_undone_or_left_behind_is_removed() {
    for place in Place::all(&Kept::new()) {
        // A database of its own for each: what the other does not know, it would remove.
        let kept = Kept::new();
        let open = || kept.store().keep_content_in(place.open());
        let store = open().unwrap();

        let undone = store.run_blocking(|c| {
            blobs::put(c, &[1])?;
            assert_eq!(place.contents(), BTreeSet::from([vec![1]]), "complete before it is committed");
            Err::<(), _>(StoreError::Internal("undone"))
        });
        assert!(undone.is_err());
        assert_eq!(place.contents(), BTreeSet::new());

        let kept_id = store.run_blocking(|c| blobs::put(c, &[2])).unwrap();
        let gone_id = store.run_blocking(|c| blobs::put(c, &[3])).unwrap();
        // As a process leaves it that ends between the commit and the removal of the content.
        let remove_row = |c: &Connection| -> Result<(), StoreError> {
            c.execute("DELETE FROM blob WHERE blob_id = ?1", params![gone_id])?;
            c.execute("INSERT INTO blob_removal (blob_id) VALUES (?1)", params![gone_id])?;
            Ok(())
        };
        store.run_blocking(remove_row).unwrap();
        // As a process leaves it that ends before the commit: one just now, which may be another process's, and old
        // ones.
        let part = |id: &str| format!("{id}.part");
        let [young, old, other] = [(); 3].map(|()| random::uuid().unwrap());
        let mut left = vec![(young.clone(), 0), (old, 7_200)];
        // A bucket has no halves, and may hold what is not this program's.
        match &place {
            Place::Folder(_) => left.push((part(&other), 7_200)),
            Place::Bucket(_) => left.push(("report.pdf".to_owned(), 7_200)),
        }
        for (name, age) in &left {
            let file = place.file_of(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, name).unwrap();
            let changed = SystemTime::now() - Duration::from_secs(*age);
            fs::File::options().write(true).open(&file).unwrap().set_modified(changed).unwrap();
        }
        let store_after = open().unwrap();
        let mut expected = BTreeSet::from([vec![2], young.into_bytes()]);
        if let Place::Bucket(_) = place {
            expected.insert(b"report.pdf".to_vec());
        }
        assert_eq!(place.contents(), expected, "{}", place.argument());
        assert_eq!(store_after.run_blocking(|c| blobs::read(c, &kept_id)).unwrap(), Some(vec![2]));
    }
}

#[test]
fn a_bucket_gives_what_it_was_given() {
    let s3 = S3::start();
    for prefix in ["", "kyc", "kyc/two words/ü"] {
        let bucket = s3.bucket(prefix).unwrap();
        let [first, second] = [(); 2].map(|()| random::uuid().unwrap());
        let large: Vec<u8> = (0..3 << 20).map(|i: u32| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        bucket.put(&first, &[1, 2]).unwrap();
        bucket.put(&first, &large).unwrap();
        assert_eq!(bucket.read(&first).unwrap().as_ref(), Some(&large), "{prefix}");
        assert_eq!(bucket.read(&second).unwrap(), None, "{prefix}");
        let ids: Vec<_> = bucket.list().unwrap().into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, [first.as_str()], "{prefix}: those below other prefixes are not its own");
        bucket.put(&second, &[]).unwrap();
        assert_eq!(bucket.read(&second).unwrap(), Some(Vec::new()), "{prefix}");
        for id in [&first, &second, &first] {
            bucket.delete(id).unwrap();
            assert_eq!(bucket.read(id).unwrap(), None, "{prefix}");
        }
        assert!(bucket.list().unwrap().is_empty(), "{prefix}");
        bucket.put(&first, b"other prefixes do not see it").unwrap();
    }
}

#[test]
fn what_is_wrong_with_a_bucket_is_told_at_start() {
    let mut s3 = S3::start();
    let at = |endpoint: &str, url: &str| Bucket::with(s3.settings().with_endpoint(endpoint), url).err();
    let endpoint = s3.endpoint();
    let url = format!("s3://{BUCKET}");
    let other = Server::start();
    assert_eq!(at(&endpoint, &url), None);
    assert_eq!(at(&endpoint, "s3://no-such-bucket"), Some(BucketError::NoBucket));
    assert_eq!(at(&endpoint, &format!("{url}/{VERSIONED}")), Some(BucketError::KeepsVersions));
    assert_eq!(at(&other.url, "s3://ping"), Some(BucketError::Refused), "a server of other things");
    let wrong = s3.settings().with_secret_access_key("another");
    assert_eq!(Bucket::with(wrong, &url).err(), Some(BucketError::Denied));
    let unknown = s3.settings().with_access_key_id("another");
    assert_eq!(Bucket::with(unknown, &url).err(), Some(BucketError::Denied));

    s3.stop();
    let kept = Kept::new();
    let started = Command::new(PROGRAM)
        .args(["--port", "0", "--images", &url])
        .args(kept.arguments())
        .envs(s3.environment())
        .output()
        .unwrap();
    let told = String::from_utf8(started.stderr).unwrap();
    assert_eq!(told, format!("kyc-sandbox: {}\n", BucketError::NoAnswer));
    assert!(!started.status.success());
}

#[test]
fn a_bucket_that_is_away_loses_nothing_and_keeps_nothing() {
    let mut s3 = S3::start();
    let kept = Kept::new();
    let store = kept.store().keep_content_in(Arc::new(s3.bucket("").unwrap())).unwrap();
    let config = Config { background_every: Duration::from_millis(20), ..Config::default() };
    let server = Server::over(store, config, Models::default());
    let (caller, kept_id) = server.session_of("passport");
    let (_, gone_id) = server.session_of("passport");
    upload(&caller, &kept_id, "front", &jpeg(1)).ok();
    upload(&caller, &gone_id, "front", &jpeg(2)).ok();

    let health = || http(&server.url).get("/health");
    assert_eq!(health().ok()["checks"]["images"], "ok");
    s3.stop();
    assert_eq!((health().status, &health().json()["checks"]["images"]), (503, &json!("failed")));
    upload(&caller, &kept_id, "front", &jpeg(3)).refused(503, "unavailable", None);
    let body = |id: &str| json!({ "session_id": id });
    caller.json("/idv/session/delete", body(&gone_id)).ok();
    caller.json("/idv/session/read", body(&gone_id)).refused(404, "session_not_found", Some("session_id"));

    s3.go_on();
    assert_eq!(health().ok()["checks"]["images"], "ok");
    let front = |id: &str| {
        let query = json!({ "session_id": id, "storage_file_type_e": "passport_front" });
        caller.json("/idv/document/download", query)
    };
    assert_eq!(front(&kept_id).body, jpeg(1), "the one that was acknowledged");
    let until = Instant::now() + Duration::from_secs(60);
    while s3.contents("") != [jpeg(1)] {
        assert!(Instant::now() < until, "what was removed meanwhile is still there");
        std::thread::sleep(Duration::from_millis(20));
    }
    upload(&caller, &kept_id, "front", &jpeg(3)).ok();
    assert_eq!(s3.contents(""), [jpeg(3)]);
}
