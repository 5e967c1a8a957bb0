//! The driver: sends the attempts of a call as [`RetryState`] decides, within the documented rate limits, with current
//! credentials in each attempt.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use serde::de::DeserializeOwned;

use super::download::Download;
use crate::api::backend::call::{Call, REPLY_LIMIT};
use crate::api::backend::rejection::{ApiRejection, BackendError};
use crate::api::errors::ApiError;
use crate::api::http::{BaseUrl, InsecureHttp, InvalidOption, Method};
use crate::api::json::parse_reply;
use crate::api::rate_limit::RateLimiter;
use crate::api::retry::{Next, NoReply, RetryPolicy, RetryState};

/// Called while a body is sent, with the bytes passed to the connection and all bytes. Each attempt starts at 0.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// How calls are made.
#[derive(Debug, Clone)]
pub struct Settings {
    /// When to try again.
    pub retry: RetryPolicy,
    /// Longest wait from sending to the first byte of the reply.
    pub attempt_timeout: Duration,
    /// Whether keys may be sent over plain HTTP to other hosts than this machine. For development only; off by default.
    pub allow_insecure_http: bool,
}

impl Default for Settings {
    /// Five attempts, each of a minute: an upload of some megabytes and a check that computes fit into it.
    fn default() -> Self {
        Self { retry: RetryPolicy::default(), attempt_timeout: Duration::from_secs(60), allow_insecure_http: false }
    }
}

/// Bytes of a body that are passed on between two reports of progress.
const CHUNK: usize = 64 << 10;

/// Header fields of one attempt.
pub(super) type Headers = Vec<(&'static str, String)>;

/// What a call is sent with. A token may be refused once.
pub(super) trait Authorize: Send + Sync {
    /// Header fields for one attempt.
    fn headers(&self, call: &Call) -> impl Future<Output = Result<Headers, ApiError>> + Send;
    /// The server refused these; whether there may be others.
    fn refused(&self, _headers: &Headers) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
    /// Whether [`Authorize::refused`] can help.
    const RENEWABLE: bool = false;
}

/// Nothing beside the call itself.
pub(super) struct Nothing;

impl Authorize for Nothing {
    async fn headers(&self, _call: &Call) -> Result<Headers, ApiError> {
        Ok(Vec::new())
    }
}

/// A server, and how it is talked to.
pub(super) struct Http {
    pub(super) base: BaseUrl,
    client: reqwest::Client,
    settings: Settings,
    limiter: Mutex<RateLimiter>,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Http {
    pub(super) fn new(base_url: &str, settings: Settings) -> Result<Self, InvalidOption> {
        let insecure = if settings.allow_insecure_http { InsecureHttp::Allowed } else { InsecureHttp::Loopback };
        let base = BaseUrl::parse(base_url, insecure)?;
        let client = reqwest::Client::builder()
            // Credentials follow no redirect.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(20))
            .build()
            .map_err(|_| InvalidOption { name: "tls", expected: "a TLS library that starts" })?;
        Ok(Self { base, client, settings, limiter: Mutex::default() })
    }

    /// Sends a call and reads its reply.
    pub(super) async fn fetch<T: DeserializeOwned, R: ApiRejection>(
        &self,
        call: Call,
        authorize: &impl Authorize,
    ) -> Result<T, BackendError<R>> {
        self.fetch_with(call, authorize, None).await
    }

    /// The same, telling progress.
    pub(super) async fn fetch_with<T: DeserializeOwned, R: ApiRejection>(
        &self,
        call: Call,
        authorize: &impl Authorize,
        progress: Option<Progress>,
    ) -> Result<T, BackendError<R>> {
        let download = self.open(call, authorize, progress).await?;
        let body = download.bytes(REPLY_LIMIT).await.map_err(BackendError::Failed)?;
        parse_reply(&body).map_err(BackendError::from)
    }

    /// Sends a call until there is a success, whose body is then read piece by piece.
    pub(super) async fn open<A: Authorize, R: ApiRejection>(
        &self,
        call: Call,
        authorize: &A,
        progress: Option<Progress>,
    ) -> Result<Download, BackendError<R>> {
        let mut state = RetryState::new(self.settings.retry, call.idempotency, A::RENEWABLE);
        let body = Bytes::from(call.body.clone());
        loop {
            if let Some(limit) = call.per_10_s {
                let wait =
                    self.limiter.lock().unwrap_or_else(PoisonError::into_inner).reserve(call.name, limit, now_ms());
                sleep(wait).await;
            }
            let headers = authorize.headers(&call).await.map_err(BackendError::Failed)?;
            let sent = self.request(&call, &body, &headers, progress.clone()).send();
            let (next, refusal) = match tokio::time::timeout(self.settings.attempt_timeout, sent).await {
                Err(_) => (state.on_no_reply(NoReply::Timeout, random()), Vec::new()),
                Ok(Err(error)) => {
                    let why = if error.is_connect() { NoReply::Connect } else { NoReply::Interrupted };
                    (state.on_no_reply(why, random()), Vec::new())
                }
                Ok(Ok(response)) if response.status().is_success() => {
                    return Ok(Download::new(response, self.settings.attempt_timeout));
                }
                Ok(Ok(response)) => {
                    let status = response.status().as_u16();
                    let field = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
                    let retry_after = field.map(str::to_owned);
                    // A refusal without a body that can be read is one by its status.
                    let refusal = Download::new(response, self.settings.attempt_timeout);
                    let body = refusal.bytes(REFUSAL_LIMIT).await.map(|body| body.to_vec()).unwrap_or_default();
                    (state.on_reply(status, retry_after.as_deref(), &body, random(), now_ms()), body)
                }
            };
            match next {
                Next::Success => {}
                Next::Renew => authorize.refused(&headers).await,
                Next::Retry(wait) => sleep(wait).await,
                Next::Failed(error) => return Err(BackendError::from_reply(error, &refusal)),
            }
        }
    }

    fn request(
        &self,
        call: &Call,
        body: &Bytes,
        headers: &Headers,
        progress: Option<Progress>,
    ) -> reqwest::RequestBuilder {
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
        };
        let url = format!("{}{}", self.base.as_str(), call.target);
        let mut request = self.client.request(method, url).header(ACCEPT, "application/json, */*;q=0.5");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if let Some(content_type) = &call.content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        match progress {
            _ if call.method == Method::Get => request,
            None => request.body(body.clone()),
            Some(progress) => request.header(CONTENT_LENGTH, body.len()).body(with_progress(body.clone(), progress)),
        }
    }
}

/// Most bytes of a refusal that are read.
const REFUSAL_LIMIT: usize = 1 << 20;

/// Returns a body that reports progress whenever the connection requests its next piece.
fn with_progress(body: Bytes, progress: Progress) -> reqwest::Body {
    let all = body.len();
    let pieces = stream::iter((0..all).step_by(CHUNK)).map(move |at| {
        let end = (at + CHUNK).min(all);
        progress(end as u64, all as u64);
        Ok::<_, std::convert::Infallible>(body.slice(at..end))
    });
    reqwest::Body::wrap_stream(pieces)
}

async fn sleep(ms: u32) {
    if ms > 0 {
        tokio::time::sleep(Duration::from_millis(ms.into())).await;
    }
}

/// Milliseconds since 1970-01-01 UTC.
pub(super) fn now_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as f64
}

/// A number for jitter and boundaries: the standard library seeds its hasher from the system's generator.
#[expect(clippy::cast_possible_truncation, reason = "the low half of a hash")]
pub(super) fn random() -> u32 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(now_ms().to_bits()) as u32
}
