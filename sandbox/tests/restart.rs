//! The real program: killed in the middle of its work and started again on the same folder, nothing that was answered
//! is lost; and what it prints names nobody.

mod support;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::json;
use support::{Http, http, jpeg};

struct Program {
    child: Child,
    url: String,
    printed: String,
}

impl Program {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kyc-sandbox"))
            .args(["--port", "0", "--demo", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut printed = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let url = loop {
            let begin = printed.len();
            assert!(lines.read_line(&mut printed).unwrap() > 0, "ended before it was ready: {printed}");
            if let Some(url) = printed[begin..].trim_end().strip_prefix("ready: ") {
                break url.to_owned();
            }
        };
        Self { child, url, printed }
    }

    /// Kills it without a chance to tidy up; returns its log.
    fn kill(mut self) -> String {
        self.child.kill().unwrap();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        self.child.wait().unwrap();
        log
    }
}

fn browser(url: &str, started: &serde_json::Value) -> Http {
    http(url)
        .header("authorization", &format!("Bearer {}", started["accessToken"].as_str().unwrap()))
        .header("x-client-id", started["clientId"].as_str().unwrap())
}

#[test]
fn a_kill_loses_nothing() {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("restart-{}", std::process::id()));
    let first = Program::start(&data);
    assert!(first.printed.contains("client id: demo\n") && first.printed.contains("client secret: "));
    assert!(first.printed.contains("mrz") && first.printed.contains("face"), "models are told: {}", first.printed);

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
    for file in std::fs::read_dir(&data).unwrap() {
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

    let second = Program::start(&data);
    let caller = browser(&second.url, &started);
    let mut after = caller.json("/idv/sdk/session/read", json!({ "session_id": id })).ok();
    assert_eq!(after["sdk_metadata"].take(), json!({ "note": "ERIKSSON" }));
    assert_eq!(after["document_front_given"], before["document_front_given"]);
    assert_eq!(after["consented"], true);
    assert_eq!(after["document_type_e"], "passport");
    let backend = http(&second.url).json("/demo/session/read", json!({ "sessionId": id })).ok();
    assert_eq!(backend["session"]["history"].as_array().unwrap().len(), 4);
    second.kill();
    std::fs::remove_dir_all(&data).unwrap();
}

#[test]
fn a_client_is_made_on_the_command_line() {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("client-{}", std::process::id()));
    let made = Command::new(env!("CARGO_BIN_EXE_kyc-sandbox"))
        .args(["--add-client", "shop", "--data"])
        .arg(&data)
        .output()
        .unwrap();
    let text = String::from_utf8(made.stdout).unwrap();
    let secret = text.lines().find_map(|l| l.strip_prefix("client secret: ")).unwrap();
    assert!(text.contains("client id: shop\n"));

    let program = Program::start(&data);
    let form = format!("grant_type=client_credentials&client_id=shop&client_secret={secret}");
    http(&program.url).form("/oauth2/token", &form).ok();
    program.kill();
    std::fs::remove_dir_all(&data).unwrap();
}

#[test]
fn a_wrong_command_line_is_refused_with_a_sentence() {
    let output = Command::new(env!("CARGO_BIN_EXE_kyc-sandbox")).arg("--port").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`--port` needs a value"));
}
