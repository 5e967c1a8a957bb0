//! Room for request bodies: it is for those who said who they are, fairly, and no one keeps it by sending slowly.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use kyc_sandbox::config::Config;
use kyc_sandbox::http::limits::Rate;
use kyc_sandbox::models::Models;
use serde_json::json;

use crate::support::{CLIENT, OTHER_CLIENT, Server, http, jpeg};

const FRONT: &str = "/idv/sdk/document/front/add";
const FORM: &str = "multipart/form-data; boundary=XyZ";

fn server() -> Server {
    let config = Config {
        // Who finds no room is refused at once.
        queue_timeout: Duration::from_millis(200),
        max_connections: Some(1_000),
        rate: Rate { burst: 100_000, per_second: 10_000 },
        ..Config::default()
    };
    Server::with(config, Models::default())
}

/// A request that announces a body of 12 MiB and sends only its beginning.
fn begin(server: &Server, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    let length = 12 << 20;
    let head = format!("POST {head}\r\nhost: x\r\ncontent-type: {FORM}\r\ncontent-length: {length}\r\n\r\n--XyZ\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// The status of the reply, if one comes.
fn status(stream: &mut TcpStream) -> Option<u16> {
    let mut line = [0; 12];
    stream.read_exact(&mut line).ok()?;
    std::str::from_utf8(&line[9..]).ok()?.parse().ok()
}

#[test]
fn slow_bodies_of_some_keep_no_room_from_others() {
    let server = server();
    let upload = |client: &str, number: u8| {
        let token = server.token_of(client);
        let caller =
            http(&server.url).header("authorization", &format!("Bearer {token}")).header("x-client-id", client);
        let id = caller.json("/idv/session/create", json!({})).ok()["session_id"].as_str().unwrap().to_owned();
        caller.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
        let body = json!({ "session_id": id, "document_type_e": "passport" });
        caller.json("/idv/sdk/document/type/update", body).ok();
        // Large enough to need room.
        let image = [jpeg(number), vec![0; 400 << 10]].concat();
        let parts: [(&str, &[u8]); 4] =
            [("session_id", id.as_bytes()), ("latitude", b"1"), ("longitude", b"2"), ("image", &image)];
        caller.multipart(FRONT, &parts)
    };
    // The credential of this operation is in the body.
    let mut anonymous: Vec<_> = (0..30).map(|_| begin(&server, "/api/v1/backend/mrz/retrieve/ HTTP/1.1")).collect();
    // The last of them found none any more.
    assert_eq!(anonymous.last_mut().and_then(status), Some(503));
    assert_eq!(upload(CLIENT, 1).status, 200);
    // One client takes its own part only.
    let token = server.token_of(CLIENT);
    let head = format!("{FRONT} HTTP/1.1\r\nauthorization: Bearer {token}\r\nx-client-id: {CLIENT}");
    let known: Vec<_> = (0..30).map(|_| begin(&server, &head)).collect();
    assert_eq!(upload(OTHER_CLIENT, 2).status, 200);
    drop((anonymous, known));
}

#[test]
fn a_body_below_the_least_rate_is_given_up() {
    let server = server();
    let token = server.token_of(CLIENT);
    let head = format!("{FRONT} HTTP/1.1\r\nauthorization: Bearer {token}\r\nx-client-id: {CLIENT}");
    let mut slow = begin(&server, &head);
    // A byte now and then does not extend the time.
    let mut writer = slow.try_clone().unwrap();
    let writing = std::thread::spawn(move || {
        for _ in 0..600 {
            std::thread::sleep(Duration::from_millis(100));
            if writer.write_all(b"a").is_err() {
                break;
            }
        }
    });
    assert_eq!(status(&mut slow), Some(400));
    drop(slow);
    drop(writing);
    // What it had of the room is free again.
    let mut anonymous = begin(&server, "/api/v1/backend/mrz/retrieve/ HTTP/1.1");
    anonymous.write_all(b"--XyZ--\r\n").unwrap();
    anonymous.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(status(&mut anonymous), Some(400));
}
