//! A receiver of webhooks over HTTP, which remembers what came.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kyc_sandbox::kyc::webhooks::delivery::signature;
use serde_json::Value;

/// A request that a receiver was sent.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub path: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap_or_default()
    }

    pub(crate) fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether the key signed exactly this.
    pub(crate) fn is_signed_by(&self, secret: &str) -> bool {
        let at = self.header("webhook-timestamp").parse().unwrap();
        signature(secret, self.header("webhook-id"), at, &self.body).as_deref()
            == Some(self.header("webhook-signature"))
    }
}

/// Answers each request by the next of its statuses, and the last for ever.
pub(crate) struct Receiver {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    pub(crate) fn start(statuses: Vec<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let (kept, statuses) = (Arc::clone(&received), Arc::new(Mutex::new(statuses)));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (kept, statuses) = (Arc::clone(&kept), Arc::clone(&statuses));
                std::thread::spawn(move || take(stream.ok()?, &kept, &statuses));
            }
        });
        Self { url, received }
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Waits until that many came.
    #[track_caller]
    pub(crate) fn wait_for(&self, count: usize) -> Vec<Received> {
        wait(|| self.all().len() >= count, Duration::from_secs(60), "deliveries");
        self.all()
    }
}

/// Accepts connections and answers nothing.
pub(crate) struct SilentReceiver {
    pub url: String,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl SilentReceiver {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let open = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&open);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                kept.lock().unwrap().push(stream);
            }
        });
        Self { url, open }
    }

    /// How many connections were made.
    pub(crate) fn count(&self) -> usize {
        self.open.lock().unwrap().len()
    }
}

/// One request of a connection; `None` where its sender is gone, who may be killed in the middle of it.
fn take(mut stream: TcpStream, kept: &Mutex<Vec<Received>>, statuses: &Mutex<Vec<&'static str>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(n, _)| n == "content-length").map_or(Ok(0), |(_, v)| v.parse()).ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    kept.lock().unwrap().push(Received { path, headers, body: String::from_utf8(body).ok()? });
    let status = {
        let mut statuses = statuses.lock().unwrap();
        if statuses.len() > 1 { statuses.remove(0) } else { statuses[0] }
    };
    let reply = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nlocation: /elsewhere\r\nconnection: close\r\n\r\n");
    stream.write_all(reply.as_bytes()).ok()
}

/// Waits until something is so, and fails where it takes longer than that.
#[track_caller]
pub(crate) fn wait(done: impl Fn() -> bool, longest: Duration, what: &str) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < longest, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
