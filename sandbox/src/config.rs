//! What the operator chooses.

use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderValue;

use crate::clock::SECOND_MS;
use crate::http::limits::Rate;

/// How often, unless the operator says otherwise.
const BACKGROUND_EVERY: Duration = Duration::from_secs(1);

/// What the operator chooses.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of the demo page.
    pub www: Option<PathBuf>,
    /// The folder of the built package, served under `/pkg/`.
    pub pkg: Option<PathBuf>,
    /// The client in whose name `/demo/…` answers; without it there is no such route.
    pub demo_client_id: Option<String>,
    /// Whether tests may order faults.
    pub faults: bool,
    /// Whether a liveness image may come again in another session: for tests whose camera is a looping video.
    pub replays_allowed: bool,
    /// Other origins whose pages may call.
    pub allowed_origins: Vec<HeaderValue>,
    /// Whether static pages forbid script text that is no `TrustedScript`.
    pub trusted_types: bool,
    /// Whether a proxy is in front of the server, whose `X-Forwarded-For` reports the client address.
    pub trust_proxy: bool,
    /// Whether webhooks may have addresses inside of the server's own network.
    pub webhook_allow_private: bool,
    /// Time from the first attempt at a delivery to the second; the later ones wait longer.
    pub webhook_retry_ms: i64,
    /// How often the server looks for what is to be done unasked.
    pub background_every: Duration,
    /// Requests per client.
    pub rate: Rate,
    /// Maximum number of connections at a time; as many as the system has descriptors for if `None`.
    pub max_connections: Option<usize>,
    /// How long a head may take, and a connection without a request may stay.
    pub head_timeout: Duration,
    /// How long a request may take, its body included; then it is answered with 503.
    pub request_timeout: Duration,
    /// How long a caller waits for a finalization, a worker permit or memory; then it is answered with 503 and
    /// `Retry-After`. Shorter than clients wait: 20 s in a browser.
    pub queue_timeout: Duration,
    /// Life of an unfinished session.
    pub session_life_ms: i64,
    /// Life of a backend's token.
    pub client_token_life_ms: i64,
    /// Life of a browser's token, bound to one session.
    pub session_token_life_ms: i64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            www: None,
            pkg: None,
            demo_client_id: None,
            faults: false,
            replays_allowed: false,
            allowed_origins: Vec::new(),
            trusted_types: false,
            trust_proxy: false,
            webhook_allow_private: false,
            webhook_retry_ms: 5 * SECOND_MS,
            background_every: BACKGROUND_EVERY,
            // One person's whole flow is about 15 requests; a page that polls once a second stays far below.
            rate: Rate { burst: 300, per_second: 50 },
            max_connections: None,
            head_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_secs(120),
            queue_timeout: Duration::from_secs(15),
            session_life_ms: 24 * 3_600 * SECOND_MS,
            client_token_life_ms: 3_600 * SECOND_MS,
            session_token_life_ms: 900 * SECOND_MS,
        }
    }
}
