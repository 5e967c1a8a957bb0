//! `multipart/form-data`: hostile bodies, and what our own client writes.

use axum::body::Body;
use axum::extract::Request;
use kyc_capture::api::multipart::Multipart;
use kyc_sandbox::http::requests::{form, text};
use tokio::runtime::Runtime;

use super::{Bytes, Target, no_repair};

pub(super) const TARGET: Target = Target {
    name: "multipart",
    weight: 6,
    max_len: 1_500,
    keep_len: 600,
    words: &[
        b"--XyZ\r\n",
        b"--XyZ--\r\n",
        b"\r\n\r\n",
        b"\r\n",
        b"Content-Disposition: form-data; name=\"",
        b"\"",
        b"session_id",
        b"latitude",
        b"image",
        b"; filename=\"a.jpg\"",
        b"Content-Type: image/jpeg\r\n",
        b"\xff\xd8",
        b"Content-Transfer-Encoding: base64\r\n",
        b"filename*=UTF-8''",
        b"\n",
        b"\\",
    ],
    seeds,
    repair: no_repair,
    execute,
};

const NAMES: [(&str, usize); 3] = [("session_id", 64), ("latitude", 16), ("image", 256)];

thread_local! {
    static RUNTIME: Runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
}

fn seeds() -> Vec<Vec<u8>> {
    let body = "--XyZ\r\nContent-Disposition: form-data; name=\"session_id\"\r\n\r\ns-1\r\n--XyZ\r\n\
                Content-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\
                \u{1}\u{2}\r\n--XyZ--\r\n";
    let written = [&[1, 3][..], b"s-1", &[4], b"43.2", &[5], b"a\"b\r\n", &[9], b"image/png", &[6], b"\r\n--Xy"];
    vec![[b"\0", body.as_bytes()].concat(), written.concat()]
}

fn read(content_type: &str, body: Vec<u8>) -> Result<[Option<Vec<u8>>; 3], String> {
    let request = Request::builder().method("POST").uri("/").header("content-type", content_type);
    let request = request.body(Body::from(body)).map_err(|e| e.to_string())?;
    let result = RUNTIME.with(|runtime| runtime.block_on(form(request, NAMES)));
    result.map_err(|e| format!("{e:?}"))
}

fn execute(input: &[u8]) {
    match input.split_first() {
        Some((0, body)) => {
            let Ok(parts) = read("multipart/form-data; boundary=XyZ", body.to_vec()) else { return };
            for (part, (name, limit)) in parts.into_iter().zip(NAMES) {
                let length = part.as_ref().map_or(0, Vec::len);
                assert!(length <= limit && length <= body.len(), "{name} has {length} bytes");
                if let Some(part) = &part {
                    assert!(body.windows(part.len().max(1)).any(|w| w == part) || part.is_empty());
                }
                let _ = text(name, part);
            }
        }
        Some((_, fields)) => round_trip(&mut Bytes::new(fields)),
        None => {}
    }
}

/// What our client writes, the server reads: the same bytes, whatever they and the file's name hold.
fn round_trip(bytes: &mut Bytes<'_>) {
    let (session, latitude, file_name, mime) = (bytes.text(), bytes.text(), bytes.text(), bytes.text());
    let image = bytes.run();
    let mut seed = 0x1234_5678_u32;
    let random = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed
    };
    let (content_type, body) = Multipart::new(random)
        .text(NAMES[0].0, &session)
        .text(NAMES[1].0, &latitude)
        .file(NAMES[2].0, &file_name, &mime, image)
        .finish();
    // The boundary is random: that a part holds it is not expected.
    let expected = [session.as_bytes(), latitude.as_bytes(), image];
    let fits = expected.iter().zip(NAMES).all(|(part, (_, limit))| part.len() <= limit);
    match read(&content_type, body) {
        Ok(parts) => {
            assert!(fits, "a part above its limit was read");
            assert_eq!(parts.map(Option::unwrap_or_default), expected.map(<[u8]>::to_vec));
        }
        Err(error) => assert!(!fits, "what our client writes is refused: {error}"),
    }
}
