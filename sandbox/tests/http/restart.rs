//! The real program: killed in the middle of its work and started again on the same folder, nothing that was answered
//! is lost; and its output has no names.

use std::process::Command;

use crate::support::program::{Kept, PROGRAM, Program, browser};
use crate::support::{http, jpeg};
use serde_json::json;

#[test]
fn a_kill_loses_nothing() {
    let kept = Kept::new();
    let first = Program::start(&kept, &["--demo"]);
    assert!(first.printed.contains("client id: demo\n") && first.printed.contains("client secret: "));
    assert!(first.printed.contains("mrz") && first.printed.contains("face"), "models are listed: {}", first.printed);

    let started = http(&first.url).post("/demo/session", "", vec![]).ok();
    let id = started["sessionId"].as_str().unwrap().to_owned();
    let caller = browser(&first.url, &started);
    caller.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
    caller.json("/idv/sdk/document/type/update", json!({ "session_id": id, "document_type_e": "passport" })).ok();
    let image = jpeg(5);
    let parts: [(&str, &[u8]); 4] =
        [("session_id", id.as_bytes()), ("latitude", b"43.238949"), ("longitude", b"76.889709"), ("image", &image)];
    caller.multipart("/idv/sdk/document/front/add", &parts).ok();
    let before = caller.json("/idv/sdk/session/read", json!({ "session_id": id })).ok();
    let metadata = json!({ "session_id": id, "sdk_metadata": { "note": "ERIKSSON" } });
    caller.json("/idv/sdk/metadata/update", metadata).ok();
    caller.json("/idv/sdk/session/read", json!({ "session_id": "L898902C3" })).refused(
        403,
        "forbidden",
        Some("session_id"),
    );
    #[cfg(unix)]
    for file in std::fs::read_dir(&kept.folder).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        let file = file.unwrap();
        assert_eq!(
            file.metadata().unwrap().permissions().mode() & 0o077,
            0,
            "{:?} is for its owner alone",
            file.path()
        );
    }
    let log = first.kill();

    assert!(log.contains("POST /idv/sdk/document/front/add 200 "), "{log}");
    let token = started["accessToken"].as_str().unwrap();
    for private in [id.as_str(), token, "43.238949", "76.889709", "ERIKSSON", "L898902C3"] {
        assert!(!log.contains(private), "the log names `{private}`:\n{log}");
    }

    let second = Program::start(&kept, &["--demo"]);
    let caller = browser(&second.url, &started);
    let mut after = caller.json("/idv/sdk/session/read", json!({ "session_id": id })).ok();
    assert_eq!(after["sdk_metadata"].take(), json!({ "note": "ERIKSSON" }));
    assert_eq!(after["document_front_given"], before["document_front_given"]);
    assert_eq!(after["consented"], true);
    assert_eq!(after["document_type_e"], "passport");
    let backend = http(&second.url).json("/demo/session/read", json!({ "sessionId": id })).ok();
    assert_eq!(backend["session"]["history"].as_array().unwrap().len(), 4);
    second.kill();
}

#[test]
fn a_client_is_made_on_the_command_line() {
    let kept = Kept::new();
    let made = Command::new(PROGRAM).args(["--add-client", "shop"]).args(kept.arguments()).output().unwrap();
    let text = String::from_utf8(made.stdout).unwrap();
    let secret = text.lines().find_map(|l| l.strip_prefix("client secret: ")).unwrap();
    assert!(text.contains("client id: shop\n"));

    let program = Program::start(&kept, &["--demo"]);
    let form = format!("grant_type=client_credentials&client_id=shop&client_secret={secret}");
    http(&program.url).form("/oauth2/token", &form).ok();
    program.kill();
}

#[test]
fn a_wrong_command_line_is_refused_with_a_sentence() {
    let output = Command::new(PROGRAM).arg("--port").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("a value is required for '--port <PORT>'"), "{said}");
    let output = Command::new(PROGRAM).args(["--port", "8080"]).env_remove("DATABASE_URL").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("say where to keep the data"), "{said}");
}
