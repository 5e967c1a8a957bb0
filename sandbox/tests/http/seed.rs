//! `--seed demo`: invented data, made once, seen by its own client alone.

use crate::support::{Http, Server, http, models};
use kyc_sandbox::config::Config;
use kyc_sandbox::seed::{self, CLIENT, OTHER_CLIENT, Seeded};
use serde_json::json;

fn seeded(server: &Server) -> Seeded {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(seed::demo(&server.app)).unwrap_or_else(|_| panic!("the store is not seeded"))
}

/// A caller with a secret that was printed behind the client's id.
fn caller(server: &Server, seeded: &Seeded, client: &str) -> Http {
    let place = seeded.lines.iter().position(|line| *line == format!("client id: {client}")).unwrap();
    let secret = seeded.lines[place + 1].strip_prefix("client secret: ").unwrap();
    let form = format!("grant_type=client_credentials&client_id={client}&client_secret={secret}");
    let token = http(&server.url).form("/oauth2/token", &form).ok()["access_token"].as_str().unwrap().to_owned();
    http(&server.url).header("authorization", &format!("Bearer {token}")).header("x-client-id", client)
}

#[test]
fn it_is_done_once_and_secrets_are_printed_once() {
    let models = models();
    let complete = models.missing().is_none();
    let server = Server::with(Config::default(), models);
    let first = seeded(&server);
    let (mine, theirs) = (caller(&server, &first, CLIENT), caller(&server, &first, OTHER_CLIENT));
    let count = |table: &str| {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        server
            .app
            .store
            .run_blocking(|c| Ok(c.query_row(&sql, kyc_sandbox::params![], |row| row.get::<i64>(0))?))
            .unwrap()
    };
    let sessions = count("session");
    assert!(sessions >= if complete { 7 } else { 4 }, "{sessions}");

    let again = seeded(&server);
    assert!(!again.lines.iter().any(|line| line.starts_with("client secret")), "{again:?}");
    assert_eq!(count("session"), sessions);
    assert_eq!(mine.json("/idv/session/create", json!({})).status, 200, "its secret and token are as they were");

    let id: String = server
        .app
        .store
        .run_blocking(|c| {
            let sql = "SELECT session_id FROM session WHERE client_id = ?1 AND metadata LIKE '%begun%'";
            Ok(c.query_row(sql, kyc_sandbox::params![CLIENT], |row| row.get(0))?)
        })
        .unwrap();
    assert_eq!(mine.json("/idv/session/read", json!({ "session_id": id })).ok()["status_e"], "in_progress");
    theirs.json("/idv/session/read", json!({ "session_id": id })).refused(404, "session_not_found", Some("session_id"));
}
