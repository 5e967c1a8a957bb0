//! Images in a folder: they are there once they were acknowledged, and gone once they were removed.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use kyc_sandbox::errors::ApiError;
use kyc_sandbox::store::blob_store::Folder;
use kyc_sandbox::store::db::{Connection, params};
use kyc_sandbox::store::{blobs, images};
use serde_json::json;
use support::program::{Kept, Program, browser};
use support::{http, jpeg};

fn files(folder: &Path) -> BTreeSet<Vec<u8>> {
    let of = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    of(folder).iter().flat_map(|sub| of(sub)).map(|file| fs::read(file).unwrap()).collect()
}

#[test]
fn files_come_and_go_with_their_images() {
    let kept = Kept::new();
    let folder = kept.folder.join("images");
    let arguments = ["--demo", "--images", folder.to_str().unwrap()];
    let program = Program::start(&kept, &arguments);
    let started = http(&program.url).post("/demo/session", "", vec![]).ok();
    let id = started["sessionId"].as_str().unwrap().to_owned();
    let caller = browser(&program.url, &started);
    let declare = |kind: &str| {
        let body = json!({ "session_id": id, "document_type_e": kind });
        caller.json("/idv/sdk/document/type/update", body).ok();
    };
    let upload = |side: &str, image: &[u8]| {
        let parts: [(&str, &[u8]); 4] =
            [("session_id", id.as_bytes()), ("latitude", b"1"), ("longitude", b"2"), ("image", image)];
        caller.multipart(&format!("/idv/sdk/document/{side}/add"), &parts).ok();
    };
    caller.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
    declare("driver_license");
    upload("front", &jpeg(1));
    upload("back", &jpeg(2));
    assert_eq!(files(&folder), BTreeSet::from([jpeg(1), jpeg(2)]));
    upload("front", &jpeg(3));
    assert_eq!(files(&folder), BTreeSet::from([jpeg(2), jpeg(3)]), "the first front is gone");

    // After a kill they are read again.
    program.kill();
    let program = Program::start(&kept, &arguments);
    let store = kept.store().keep_content_in(Arc::new(Folder::open(&folder).unwrap())).unwrap();
    let front = store.run_blocking(|c| images::read(c, &id, images::Kind::Front)).unwrap();
    assert_eq!(front, [jpeg(3)]);
    let inside = |c: &Connection| -> Result<i64, ApiError> {
        Ok(c.query_row("SELECT count(*) FROM blob WHERE bytes IS NOT NULL", params![], |row| row.get(0))?)
    };
    assert_eq!(store.run_blocking(inside).unwrap(), 0, "nothing stands in the database");

    let caller = browser(&program.url, &started);
    let body = json!({ "session_id": id, "document_type_e": "passport" });
    caller.json("/idv/sdk/document/type/update", body).ok();
    assert_eq!(files(&folder), BTreeSet::new(), "the images of the other document are gone");
}

#[test]
fn what_was_undone_or_left_behind_is_removed() {
    let kept = Kept::new();
    let folder = kept.folder.join("images");
    let open = || kept.store().keep_content_in(Arc::new(Folder::open(&folder).unwrap()));
    let store = open().unwrap();

    let undone = store.run_blocking(|c| {
        blobs::put(c, &[1])?;
        assert_eq!(files(&folder), BTreeSet::from([vec![1]]), "complete before it is committed");
        Err::<(), _>(ApiError::internal("undone"))
    });
    assert!(undone.is_err());
    assert_eq!(files(&folder), BTreeSet::new());

    let kept_id = store.run_blocking(|c| blobs::put(c, &[2])).unwrap();
    let gone_id = store.run_blocking(|c| blobs::put(c, &[3])).unwrap();
    // As a process leaves it that ends between the commit and the removal of the file.
    let remove_row = |c: &Connection| -> Result<(), ApiError> {
        c.execute("DELETE FROM blob WHERE blob_id = ?1", params![gone_id])?;
        c.execute("INSERT INTO blob_removal (blob_id) VALUES (?1)", params![gone_id])?;
        Ok(())
    };
    store.run_blocking(remove_row).unwrap();
    // As a process leaves it that ends before the commit: one just now, which may be another process's, and an old one.
    for (name, age) in [("aa-young", 0), ("aa-old", 7_200), ("aa-old.part", 7_200)] {
        fs::create_dir_all(folder.join("aa")).unwrap();
        fs::write(folder.join("aa").join(name), name).unwrap();
        let changed = SystemTime::now() - Duration::from_secs(age);
        fs::File::options().write(true).open(folder.join("aa").join(name)).unwrap().set_modified(changed).unwrap();
    }
    let store_after = open().unwrap();
    assert_eq!(files(&folder), BTreeSet::from([vec![2], b"aa-young".to_vec()]));
    assert_eq!(store_after.run_blocking(|c| blobs::read(c, &kept_id)).unwrap(), Some(vec![2]));
}
