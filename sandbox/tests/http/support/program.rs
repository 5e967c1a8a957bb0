//! The real program, as a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;

use kyc_sandbox::store::Store;

use super::{Http, Schema, http};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_kyc-sandbox");

/// What a program keeps: a folder, and with it a schema where the tests run on PostgreSQL. Gone when dropped.
pub(crate) struct Kept {
    pub folder: PathBuf,
    schema: Option<Schema>,
}

impl Kept {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("kept-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder, schema: Schema::new() }
    }

    pub(crate) fn arguments(&self) -> [String; 2] {
        match &self.schema {
            Some(schema) => ["--database-url".to_owned(), schema.url()],
            None => ["--data".to_owned(), self.folder.to_str().unwrap().to_owned()],
        }
    }

    /// PostgreSQL's, where the tests run on it.
    pub(crate) fn schema(&self) -> Option<&Schema> {
        self.schema.as_ref()
    }

    /// The same, read beside the program.
    pub(crate) fn store(&self) -> Store {
        match &self.schema {
            Some(schema) => Store::open_url(&schema.url()).unwrap(),
            None => Store::open(&self.folder).unwrap(),
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A running program; killed when dropped.
pub(crate) struct Program {
    child: Child,
    log: Option<JoinHandle<String>>,
    more: Option<JoinHandle<String>>,
    pub url: String,
    pub printed: String,
}

impl Program {
    pub(crate) fn start(kept: &Kept, arguments: &[&str]) -> Self {
        Self::start_with(kept, arguments, &[])
    }

    /// With variables of the environment.
    pub(crate) fn start_with(kept: &Kept, arguments: &[&str], environment: &[(&str, String)]) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["--port", "0"])
            .args(kept.arguments())
            .args(arguments)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            // As much as it may be made to say.
            .envs([("RUST_LOG", "trace"), ("RUST_BACKTRACE", "full")])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Read all the time: a full pipe would stop the program.
        let mut stderr = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            stderr.read_to_string(&mut log).unwrap();
            log
        });
        let mut printed = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let url = loop {
            let begin = printed.len();
            assert!(lines.read_line(&mut printed).unwrap() > 0, "ended before it was ready: {printed}");
            if let Some(url) = printed[begin..].trim_end().strip_prefix("ready: ") {
                break url.to_owned();
            }
        };
        let more = std::thread::spawn(move || {
            let mut more = String::new();
            lines.read_to_string(&mut more).unwrap();
            more
        });
        Self { child, log: Some(log), more: Some(more), url, printed }
    }

    /// Kills it without a chance to tidy up; returns its log, with what else it printed since it was ready.
    pub(crate) fn kill(mut self) -> String {
        self.child.kill().unwrap();
        [self.log.take(), self.more.take()].map(|thread| thread.unwrap().join().unwrap()).concat()
    }

    /// The same, if the test does not need the log.
    pub(crate) fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.end();
    }
}

/// A caller with what `POST /demo/session` answered.
pub(crate) fn browser(url: &str, started: &serde_json::Value) -> Http {
    http(url)
        .header("authorization", &format!("Bearer {}", started["accessToken"].as_str().unwrap()))
        .header("x-client-id", started["clientId"].as_str().unwrap())
}
