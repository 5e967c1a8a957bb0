//! Refusals reach clients that send a whole body before they read, and slow heads keep no connection.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::support::{CLIENT, Server, http, jpeg};
use kyc_sandbox::config::Config;
use kyc_sandbox::http::limits::Rate;
use kyc_sandbox::models::Models;

const FRONT: &str = "/idv/sdk/document/front/add";
const FORM: &str = "multipart/form-data; boundary=XyZ";

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// Writes a request with its whole body, then reads the status; the error if the connection breaks.
fn upload(server: &Server, head: &str, length: usize) -> std::io::Result<u16> {
    let mut stream = connect(server);
    stream.write_all(format!("{head}\r\nhost: x\r\ncontent-length: {length}\r\n\r\n").as_bytes())?;
    let block = vec![b'a'; 64 << 10];
    let mut left = length;
    while left > 0 {
        let part = left.min(block.len());
        stream.write_all(&block[..part])?;
        left -= part;
    }
    let mut line = [0; 12];
    stream.read_exact(&mut line)?;
    std::str::from_utf8(&line[9..]).unwrap_or_default().parse().map_err(|_| ErrorKind::InvalidData.into())
}

#[test]
fn refusals_reach_clients_that_write_the_whole_body_first() {
    let server = Server::with(
        Config { rate: Rate { burst: 10_000, per_second: 10_000 }, ..Config::default() },
        Models::default(),
    );
    let limited =
        Server::with(Config { rate: Rate { burst: 1, per_second: 1 }, ..Config::default() }, Models::default());
    let token = server.token_of(CLIENT);
    let limited_token = limited.token_of(CLIENT);
    let authorized = |token: &str, media: &str| {
        format!(
            "POST {FRONT} HTTP/1.1\r\nauthorization: Bearer {token}\r\nx-client-id: {CLIENT}\r\ncontent-type: {media}"
        )
    };
    let cases = [
        (&server, format!("POST {FRONT} HTTP/1.1\r\ncontent-type: {FORM}"), 401),
        (&server, "POST /nowhere HTTP/1.1\r\ncontent-type: application/json".to_owned(), 404),
        (&server, format!("PUT {FRONT} HTTP/1.1\r\ncontent-type: {FORM}"), 405),
        (&server, authorized(&token, "text/plain"), 415),
        (
            &server,
            format!(
                "POST /idv/session/create HTTP/1.1\r\nauthorization: Bearer {token}\r\ncontent-type: application/json"
            ),
            413,
        ),
        (&limited, authorized(&limited_token, FORM), 429),
    ];
    for length in [20_000, 13 << 20] {
        for (server, head, status) in &cases {
            if *status == 413 && length < 1 << 20 {
                continue;
            }
            let runs = 100;
            let mut lost = Vec::new();
            for _ in 0..runs {
                let mut result = upload(server, head, length);
                // A second passed, and the limiter let the upload through to its own refusal. A small one takes the
                // permit, so that the next one is limited.
                for _ in 0..5 {
                    if *status == 429 && matches!(result, Ok(400 | 413)) {
                        upload(server, head, 1).unwrap();
                        result = upload(server, head, length);
                    }
                }
                if result.as_ref().ok() != Some(status) {
                    lost.push(result);
                }
            }
            assert!(lost.is_empty(), "{status}, {length} bytes: {} of {runs} lost: {lost:?}", lost.len());
        }
    }
}

/// As integrators in Rust send. `KYC_REFUSAL_RUNS` sets the uploads of each kind; `cargo xtask refusals` makes 100.
#[test]
fn refusals_reach_reqwest() {
    let runs = std::env::var("KYC_REFUSAL_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    let server = Server::with(
        Config { rate: Rate { burst: 100_000, per_second: 100_000 }, ..Config::default() },
        Models::default(),
    );
    let limited =
        Server::with(Config { rate: Rate { burst: 1, per_second: 1 }, ..Config::default() }, Models::default());
    let (_, session_id) = server.session_of("passport");
    let known = (&server, Some(server.token_of(CLIENT)));
    let scarce = (&limited, Some(limited.token_of(CLIENT)));
    let stranger = (&server, None);
    // A part that is larger than a text may be, and images of another liveness session.
    let head = b"--XyZ\r\nContent-Disposition: form-data; name=\"session_id\"\r\n\r\n".to_vec();
    let long_text = |size: usize| [head.as_slice(), &vec![b'a'; size], b"\r\n--XyZ--\r\n"].concat();
    let of_another = |size: usize| {
        let count = size.div_ceil(3 << 20);
        let image =
            |i: usize| STANDARD.encode([jpeg(i as u8), vec![0; (size / count * 3 / 4).saturating_sub(2_000)]].concat());
        let images: Vec<String> = (0..count).map(image).collect();
        let body = json!({ "session_id": session_id, "latitude": 1, "longitude": 2, "token": "x", "images": images });
        body.to_string().into_bytes()
    };
    let plain = |size: usize| vec![b'a'; size];
    type Body<'a> = &'a dyn Fn(usize) -> Vec<u8>;
    type Case<'a> = (&'a (&'a Server, Option<String>), &'a str, &'a str, &'a str, Body<'a>, u16);
    let json_type = "application/json";
    let cases: [Case<'_>; 7] = [
        (&stranger, "POST", FRONT, FORM, &plain, 401),
        (&stranger, "POST", "/nowhere", json_type, &plain, 404),
        (&stranger, "PUT", FRONT, FORM, &plain, 405),
        (&known, "POST", "/idv/sdk/liveness/session/process", json_type, &of_another, 409),
        (&known, "POST", FRONT, FORM, &long_text, 413),
        (&known, "POST", FRONT, "text/plain", &plain, 415),
        (&scarce, "POST", FRONT, "text/plain", &plain, 429),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = reqwest::Client::new();
    for size in [20_000, 13 << 20] {
        for ((server, token), method, route, media, body, status) in &cases {
            let body = bytes::Bytes::from(body(size));
            let mut heard = 0;
            // What passes the limiter meets the refusal behind it, and is sent again.
            for _ in 0..20 * runs {
                let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
                let mut request =
                    client.request(method, format!("{}{route}", server.url)).header("content-type", *media);
                if let Some(token) = token {
                    request = request.bearer_auth(token).header("x-client-id", CLIENT);
                }
                let reply = runtime.block_on(request.body(body.clone()).send());
                let got = reply.map(|reply| reply.status().as_u16()).map_err(|e| format!("{e:?}"));
                if *status == 429 && got == Ok(415) {
                    continue;
                }
                assert_eq!(got, Ok(*status), "{size} bytes, after {heard} of {runs}");
                heard += 1;
                if heard == runs {
                    break;
                }
            }
            assert_eq!(heard, runs, "{status}, {size} bytes");
        }
    }
}

#[test]
fn slow_heads_are_closed_and_do_not_keep_others_out() {
    let config = Config { head_timeout: Duration::from_secs(2), max_connections: Some(40), ..Config::default() };
    let server = Server::with(config, Models::default());
    let began = Instant::now();
    let mut slow: Vec<_> = (0..10)
        .map(|_| {
            let mut stream = connect(&server);
            stream.write_all(b"GET /ping HTTP/1.1\r\nx-slow: ").unwrap();
            stream
        })
        .collect();
    // More of one address than a quarter are closed at once.
    let refused = connect(&server).read(&mut [0; 1]);
    assert!(refused.as_ref().is_ok_and(|n| *n == 0) || refused.is_err(), "{refused:?}");
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    for stream in &mut slow {
        // A byte now and then does not extend the time.
        let _ = stream.write_all(b"a");
        let mut reply = Vec::new();
        let _ = stream.read_to_end(&mut reply);
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(http(&server.url).get("/ping").status, 200);
}
