//! A full disk: what finds no room is refused as such, nothing of it is kept, and reading goes on.

use serde_json::json;

use crate::support::{Server, jpeg};

#[test]
fn a_full_disk_is_reported_and_leaves_nothing_half_written() {
    if crate::support::test_database().is_some() {
        println!("skipped: PostgreSQL has no limit that a test may set");
        return;
    }
    let server = Server::start();
    let (http, id) = server.session_of("passport");
    let pages = |limit: i64| {
        let sql = format!("PRAGMA max_page_count = {limit}");
        let set = server.app.store.run_blocking(|c| Ok(c.query_row(&sql, &[], |row| row.get::<i64>(0))?));
        set.unwrap()
    };
    // SQLite takes no fewer than there are.
    pages(1);
    let image = [jpeg(1), vec![0; 4 << 20]].concat();
    let parts: [(&str, &[u8]); 4] =
        [("session_id", id.as_bytes()), ("latitude", b"1"), ("longitude", b"2"), ("image", &image)];
    let upload = || http.multipart("/idv/sdk/document/front/add", &parts);
    let reply = upload();
    reply.refused(503, "unavailable", None);
    assert!(reply.header("retry-after").is_some());
    let session = http.json("/idv/session/read", json!({ "session_id": id })).ok();
    assert_eq!(session["document_front_given"], false, "{session}");
    pages(i64::from(i32::MAX));
    upload().ok();
}
