//! Rules that hold for every operation: who may read a reply in a browser, what the audit log holds, what ends by
//! itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use crate::support::program::{Kept, PROGRAM};
use crate::support::{CLIENT, OTHER_CLIENT, Server, http, jpeg};
use kyc_sandbox::config::Config;
use kyc_sandbox::models::Models;
use kyc_sandbox::store::{audit, clients};
use serde_json::json;

#[test]
fn pages_call_in_the_name_of_the_client_that_named_them() {
    let server = Server::start();
    let origin = "https://shop.example";
    server.app.store.run_blocking(|c| clients::set_origins(c, CLIENT, &[origin.to_owned()])).unwrap();
    let preflight = |origin: &str| {
        let asking = http(&server.url).header("origin", origin).header("access-control-request-method", "POST");
        asking.try_send("OPTIONS", "/idv/sdk/session/read", None).unwrap()
    };
    assert_eq!(preflight(origin).header("access-control-allow-origin"), Some(origin));
    assert_eq!(preflight("https://evil.example").header("access-control-allow-origin"), None);

    let (caller, id) = server.session();
    let read = |origin: &str, client: &str| {
        let page = caller.header("origin", origin).header("x-client-id", client);
        let reply = page.json("/idv/sdk/session/read", json!({ "session_id": id }));
        assert_eq!(reply.header("vary"), Some("origin"));
        reply.header("access-control-allow-origin").map(str::to_owned)
    };
    assert_eq!(read(origin, CLIENT).as_deref(), Some(origin));
    assert_eq!(read(origin, OTHER_CLIENT), None, "the other client named no origin");
    assert_eq!(read("https://evil.example", CLIENT), None);
    // Taken back.
    server.app.store.run_blocking(|c| clients::set_origins(c, CLIENT, &[])).unwrap();
    assert_eq!(read(origin, CLIENT), None);
}

#[test]
fn every_change_stands_in_the_audit_log() {
    let server = Server::start();
    let (caller, id) = server.session_of("passport");
    let image = jpeg(1);
    let parts: [(&str, &[u8]); 4] =
        [("session_id", id.as_bytes()), ("latitude", b"43.238949"), ("longitude", b"76.889709"), ("image", &image)];
    caller.multipart("/idv/sdk/document/front/add", &parts).ok();
    // Neither a refused change nor reading is one.
    caller.multipart("/idv/sdk/document/back/add", &parts);
    caller.json("/idv/session/read", json!({ "session_id": id })).ok();

    let entries = server.app.store.run_blocking(|c| Ok(audit::read(c, 0, 100)?)).unwrap();
    let found: Vec<_> = entries.iter().map(|e| (e.who.as_str(), e.action.as_str(), e.subject.as_str())).collect();
    let (client, session) = (format!("client {CLIENT}"), format!("session {id}"));
    assert_eq!(
        found,
        [
            (client.as_str(), "POST /oauth2/token", client.as_str()),
            (&client, "POST /idv/session/create", &session),
            (&client, "POST /idv/sdk/consent/add", &session),
            (&client, "POST /idv/sdk/document/type/update", &session),
            (&client, "POST /idv/sdk/document/front/add", &session),
        ]
    );
    assert!(entries.windows(2).all(|pair| pair[0].id < pair[1].id && pair[0].at_ms <= pair[1].at_ms));
    let page = server.app.store.run_blocking(|c| Ok(audit::read(c, entries[1].id, 1)?)).unwrap();
    assert_eq!(page, [entries[2].clone()]);
}

#[test]
fn the_audit_log_is_read_on_the_command_line() {
    let kept = Kept::new();
    let run = |arguments: &[&str]| {
        let output = Command::new(PROGRAM).args(arguments).args(kept.arguments()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["--add-client", "shop", "--allow-origin", "https://shop.example"]);
    let log = run(&["audit"]);
    let columns: Vec<_> = log.trim_end().split('\t').collect();
    assert_eq!(columns[1..], ["operator", "add client", "client shop"], "{log}");
    let origins = kept.store().run_blocking(|c| clients::of_origin(c, "https://shop.example")).unwrap();
    assert_eq!(origins, ["shop"]);
}

#[test]
fn a_request_that_takes_too_long_is_given_up() {
    let config = Config { request_timeout: Duration::from_millis(200), ..Config::default() };
    let server = Server::with(config, Models::default());
    let token = server.token_of(CLIENT);
    let mut stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
    // A body that never comes.
    let head = format!(
        "POST /idv/session/create HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\nconnection: close\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 503 "), "{reply}");
}
