//! A server in this process on a free port, and a plain HTTP client.
#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod evidence;
pub(crate) mod verified;

pub(crate) mod flow;
pub(crate) mod idngo;
pub(crate) mod program;
pub(crate) mod receiver;
pub(crate) mod s3;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use image::{ImageFormat, Rgb, RgbImage};
use kyc_sandbox::config::Config;
use kyc_sandbox::models::Models;
use kyc_sandbox::server;
use kyc_sandbox::state::App;
use kyc_sandbox::store::{Store, clients};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub(crate) const CLIENT: &str = "integrator";
pub(crate) const SECRET: &str = "a secret with spaces & signs";
pub(crate) const OTHER_CLIENT: &str = "another";

/// A PostgreSQL server on which to run the tests, instead of SQLite in memory.
pub(crate) fn test_database() -> Option<String> {
    std::env::var("KYC_TEST_DATABASE_URL").ok()
}

/// A schema of its own in the tests' PostgreSQL database, gone when dropped.
pub(crate) struct Schema {
    server: String,
    name: String,
}

impl Schema {
    pub(crate) fn new() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = test_database()?;
        let name = format!("t_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        admin(&server).batch_execute(&format!("CREATE SCHEMA {name}")).unwrap();
        Some(Self { server, name })
    }

    /// The address under which the database shows this schema alone.
    pub(crate) fn url(&self) -> String {
        let sign = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{sign}options=-csearch_path%3D{}", self.server, self.name)
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        // The client has a runtime of its own, which cannot start within that of a test.
        let (server, name) = (self.server.clone(), self.name.clone());
        let dropped = std::thread::spawn(move || {
            let _ = admin(&server).batch_execute(&format!("DROP SCHEMA {name} CASCADE"));
        });
        let _ = dropped.join();
    }
}

pub(crate) fn admin(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).unwrap()
}

/// A running server, ended when dropped.
pub(crate) struct Server {
    pub url: String,
    pub app: App,
    shutdown: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    /// Dropped after the server has ended.
    schema: Option<Schema>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(Config::default(), Models::default())
    }

    pub(crate) fn with(config: Config, models: Models) -> Self {
        // On a thread of its own: PostgreSQL's client has a runtime, which cannot start within that of a test.
        std::thread::spawn(move || Self::made(config, models)).join().unwrap()
    }

    fn made(config: Config, models: Models) -> Self {
        let schema = Schema::new();
        let store = match &schema {
            Some(schema) => Store::open_url(&schema.url()).unwrap(),
            None => Store::in_memory().unwrap(),
        };
        let mut server = Self::over(store, config, models);
        server.schema = schema;
        server
    }

    /// Over a store of the test's own.
    pub(crate) fn over(store: Store, config: Config, models: Models) -> Self {
        store.run_blocking(|c| clients::add(c, CLIENT, SECRET, 0)).unwrap();
        store.run_blocking(|c| clients::add(c, OTHER_CLIENT, SECRET, 0)).unwrap();
        let app = App::new(config, store, models);
        let (url_sender, url_receiver) = mpsc::channel();
        let (shutdown, ended) = oneshot::channel();
        let served = app.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                url_sender.send(format!("http://{}", listener.local_addr().unwrap())).unwrap();
                // Connections that the client keeps open must not keep the server up.
                let serving = server::serve(listener, served, std::future::pending());
                tokio::select! { done = serving => done.unwrap(), _ = ended => {} }
            });
        });
        let url = url_receiver.recv_timeout(Duration::from_secs(30)).unwrap();
        Self { url, app, shutdown: Some(shutdown), thread: Some(thread), schema: None }
    }

    /// A backend's token.
    pub(crate) fn token_of(&self, client: &str) -> String {
        let form =
            format!("grant_type=client_credentials&client_id={client}&client_secret=a+secret+with+spaces+%26+signs");
        let reply = http(&self.url).form("/oauth2/token", &form);
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// A caller with a backend's token of the usual client.
    pub(crate) fn backend(&self) -> Http {
        let token = self.token_of(CLIENT);
        http(&self.url).header("authorization", &format!("Bearer {token}")).header("x-client-id", CLIENT)
    }

    /// A new session, and a caller for it.
    pub(crate) fn session(&self) -> (Http, String) {
        let backend = self.backend();
        let reply = backend.json("/idv/session/create", json!({}));
        assert_eq!(reply.status, 200, "{}", reply.text());
        let id = reply.json()["session_id"].as_str().unwrap().to_owned();
        (backend, id)
    }

    /// A new session with consent and a declared document.
    pub(crate) fn session_of(&self, document_type: &str) -> (Http, String) {
        let (http, id) = self.session();
        http.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
        http.json("/idv/sdk/document/type/update", json!({ "session_id": id, "document_type_e": document_type })).ok();
        (http, id)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.shutdown.take().map(|s| s.send(()));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// A caller: an address and the headers that go with every request.
#[derive(Clone)]
pub(crate) struct Http {
    pub url: String,
    headers: Vec<(String, String)>,
    agent: ureq::Agent,
}

pub(crate) fn http(url: &str) -> Http {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(120)))
        // Who is refused before the body was read finds the connection closed: no later request may meet that.
        .max_idle_connections(0)
        .build();
    Http { url: url.trim_end_matches('/').to_owned(), headers: Vec::new(), agent: config.new_agent() }
}

impl Http {
    /// The same caller with a header set, or replaced.
    pub(crate) fn header(&self, name: &str, value: &str) -> Self {
        let mut other = self.without(name);
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    /// The same caller of another server.
    pub(crate) fn at(&self, url: &str) -> Self {
        Self { url: url.trim_end_matches('/').to_owned(), ..self.clone() }
    }

    /// A header that goes with every request.
    pub(crate) fn sent_header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn without(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.headers.retain(|(n, _)| n != name);
        other
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.try_send("GET", path, None).unwrap()
    }

    pub(crate) fn json(&self, path: &str, body: Value) -> Reply {
        self.post(path, "application/json", body.to_string().into_bytes())
    }

    /// Sends until the server has room for it: waits as long as each `Retry-After` says.
    pub(crate) fn json_when_free(&self, path: &str, body: &Value) -> Reply {
        loop {
            let reply = self.json(path, body.clone());
            match flow::to_wait(&reply) {
                Some(wait) => std::thread::sleep(wait),
                None => return reply,
            }
        }
    }

    pub(crate) fn form(&self, path: &str, body: &str) -> Reply {
        self.post(path, "application/x-www-form-urlencoded", body.as_bytes().to_vec())
    }

    pub(crate) fn multipart(&self, path: &str, parts: &[(&str, &[u8])]) -> Reply {
        self.post(path, "multipart/form-data; boundary=XyZ", multipart_body(parts))
    }

    pub(crate) fn post(&self, path: &str, content_type: &str, body: Vec<u8>) -> Reply {
        self.try_send("POST", path, Some((content_type, body))).unwrap()
    }

    pub(crate) fn try_send(
        &self,
        method: &str,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
    ) -> Result<Reply, ureq::Error> {
        let uri = format!("{}{path}", self.url);
        let mut request = ureq::http::Request::builder().method(method).uri(uri);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let reply = match body {
            Some((content_type, bytes)) => {
                if !content_type.is_empty() {
                    request = request.header("content-type", content_type);
                }
                self.agent.run(request.body(bytes).unwrap())
            }
            None => self.agent.run(request.body(()).unwrap()),
        };
        let mut reply = reply?;
        let headers =
            reply.headers().iter().map(|(n, v)| (n.to_string(), v.to_str().unwrap_or_default().to_owned())).collect();
        let body = reply.body_mut().with_config().limit(64 << 20).read_to_vec()?;
        Ok(Reply { status: reply.status().as_u16(), headers, body })
    }
}

pub(crate) fn multipart_body(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, bytes) in parts {
        let file = if *name == "image" { "; filename=\"image.jpg\"\r\nContent-Type: image/jpeg" } else { "" };
        body.extend_from_slice(
            format!("--XyZ\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--XyZ--\r\n");
    body
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The reply's JSON; fails the test unless it is 200.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// Fails the test unless this is the refusal, in the one shape.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str, field: Option<&str>) {
        let json = self.json();
        assert_eq!(self.status, status, "{json}");
        assert_eq!(json["statusCode"], status, "{json}");
        assert_eq!(json["error"]["code"], code, "{json}");
        assert_eq!(json["error"]["field"].as_str(), field, "{json}");
        assert!(json["error"]["message"].as_str().is_some_and(|m| !m.is_empty()), "{json}");
    }
}

/// Where the models are that were made for the tests.
pub(crate) fn models_folder() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map(Path::to_path_buf).unwrap_or_default();
    std::env::var_os("KYC_MODELS_DIR").map_or_else(|| target.join("models"), PathBuf::from)
}

/// The models that are found beside this checkout, none where there are none.
pub(crate) fn models() -> Models {
    let folder = models_folder();
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets");
    Models::load_first(&[&folder, &assets]).unwrap()
}

/// Starts a server with the models; prints a notice and returns `None` if they are missing.
pub(crate) fn server_with_models(config: Config) -> Option<Server> {
    let models = models();
    if let Some(missing) = models.missing() {
        println!("skipped: no model `{missing}` (cargo xtask models makes it)");
        return None;
    }
    Some(Server::with(config, models))
}

/// Returns a small image, different for each number.
pub(crate) fn small_image(number: u8, format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(64, 48, |x, y| Rgb([(x * 4) as u8, (y * 5) as u8, number.wrapping_mul(37)]));
    kyc_specimen::encode::file(&image, format)
}

pub(crate) fn jpeg(number: u8) -> Vec<u8> {
    small_image(number, ImageFormat::Jpeg)
}

/// A PNG whose header announces 10,000 x 10,000 pixels and that holds none.
pub(crate) fn huge_png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = b"IHDR".to_vec();
    header.extend_from_slice(&10_000u32.to_be_bytes());
    header.extend_from_slice(&10_000u32.to_be_bytes());
    header.extend_from_slice(&[8, 6, 0, 0, 0]);
    bytes.extend_from_slice(&13u32.to_be_bytes());
    bytes.extend_from_slice(&header);
    bytes.extend_from_slice(&crc32(&header).to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { c >> 1 ^ 0xEDB8_8320 } else { c >> 1 })
    })
}
