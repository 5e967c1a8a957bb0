//! Calls the API: bearer token and `X-Client-Id` on each request, retries, a time limit per attempt, cancelling.
//!
//! What is tried again: no connection, no reply in time, 408, 429 and 5xx. Never another 4xx, and never a reply that was
//! a success but not understood. All operations of the group *IDV SDK* may be repeated: they read, or set a value to what
//! is said (consent, document type, metadata), or replace a picture; *finalize* asks for the verdict on what is stored.
//! When the reply to a first try was lost and the second is refused as done already (409), the caller reads the session
//! and goes on from there.

use std::cell::RefCell;

use serde::de::DeserializeOwned;

use super::errors::{ApiError, ApiErrorCode};
use super::kyc::endpoints::{Body, Endpoint};
use super::kyc::routes::{Operation, RouteTable};
use super::race::{Cancel, First, race};
use super::retry::{RetryPolicy, parse_retry_after};
use super::transport::{HttpReply, HttpRequest, Transport, TransportError};

/// Largest reply that is read: the documented ones have a few hundred bytes, free objects included a few thousand.
pub const REPLY_LIMIT: usize = 1 << 20;

/// How calls are made.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Address before every path, without a slash at its end.
    base_url: String,
    /// Value of `X-Client-Id`.
    client_id: String,
    /// Paths.
    routes: RouteTable,
    /// When to try again.
    pub retry: RetryPolicy,
    /// Longest wait for one reply, in milliseconds.
    pub attempt_timeout_ms: u32,
}

/// Which option of a client is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidClientOption {
    /// The option's name in JavaScript.
    pub name: &'static str,
    /// What would be right.
    pub expected: &'static str,
}

impl ClientOptions {
    /// Options with the default policy and 20 s for each attempt.
    ///
    /// # Errors
    /// When `base_url` is not an address over HTTP(S), or `client_id` cannot stand in a header field.
    pub fn new(base_url: &str, client_id: &str, routes: RouteTable) -> Result<Self, InvalidClientOption> {
        let expected = "an absolute http:// or https:// address without user, query or fragment";
        let rest = base_url.strip_prefix("https://").or_else(|| base_url.strip_prefix("http://")).unwrap_or_default();
        let clean = rest.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#' | b'@' | b'\\' | b'"'));
        if rest.is_empty() || rest.starts_with('/') || !clean || base_url.len() > 2048 {
            return Err(InvalidClientOption { name: "baseUrl", expected });
        }
        if !is_field_value(client_id, 256) {
            let expected = "1 to 256 visible ASCII characters";
            return Err(InvalidClientOption { name: "clientId", expected });
        }
        Ok(Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            client_id: client_id.to_owned(),
            routes,
            retry: RetryPolicy::default(),
            attempt_timeout_ms: 20_000,
        })
    }
}

/// Whether a text may stand in a header field or a path as it is: visible ASCII, 1 to `most` characters.
pub fn is_field_value(text: &str, most: usize) -> bool {
    !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Why a call brought nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    /// There is no token, or the server no longer takes it: [`Client::set_token`], then call again with the same
    /// [`TokenUse`].
    TokenWanted,
    /// It failed.
    Api(ApiError),
}

impl From<ApiErrorCode> for CallError {
    fn from(code: ApiErrorCode) -> Self {
        Self::Api(ApiError::local(code))
    }
}

/// Remembers, over the calls of one request, whether a new token was asked for already: once is enough.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TokenUse {
    renewed: bool,
}

/// The token, and whether there is a way to another.
struct Token {
    value: Option<String>,
    refreshable: bool,
}

/// A client of one base address and one identity.
pub struct Client<T> {
    options: ClientOptions,
    transport: T,
    token: RefCell<Token>,
    cancel: Cancel,
}

impl<T: Transport> Client<T> {
    /// A client. `token` may be absent where it is `refreshable`: it is then wanted by the first call.
    pub fn new(options: ClientOptions, transport: T, token: Option<String>, refreshable: bool) -> Self {
        let value = token.filter(|token| is_field_value(token, TOKEN_LIMIT));
        Self { options, transport, token: RefCell::new(Token { value, refreshable }), cancel: Cancel::default() }
    }

    /// Takes a new token; `false` where it cannot stand in a header field.
    pub fn set_token(&self, token: &str) -> bool {
        let fits = is_field_value(token, TOKEN_LIMIT);
        self.token.borrow_mut().value = fits.then(|| token.to_owned());
        fits
    }

    /// Ends the calls that run at the moment with [`ApiErrorCode::Cancelled`].
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// The surroundings.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Calls an operation.
    ///
    /// # Errors
    /// [`CallError::TokenWanted`], or the failure that was left after all retries.
    pub async fn call<E: Endpoint>(&self, request: &E, token_use: &mut TokenUse) -> Result<E::Reply, CallError> {
        let body = request.body(&mut || self.transport.random());
        let reply = self.send(E::OPERATION, &body, token_use).await?;
        parse(&reply)
    }

    /// Sends until there is a success, a failure that stays, or no attempt left.
    async fn send(&self, operation: Operation, body: &Body, token_use: &mut TokenUse) -> Result<Vec<u8>, CallError> {
        let cancelled = self.cancel.cancelled();
        match race(self.send_with_retries(operation, body, token_use), cancelled).await {
            First::A(outcome) => outcome,
            First::B(()) => Err(ApiErrorCode::Cancelled.into()),
        }
    }

    async fn send_with_retries(
        &self,
        operation: Operation,
        body: &Body,
        token_use: &mut TokenUse,
    ) -> Result<Vec<u8>, CallError> {
        let url = format!("{}{}", self.options.base_url, self.options.routes.path(operation));
        let mut attempt = 1;
        loop {
            let Some(authorization) = self.token.borrow().value.as_ref().map(|token| format!("Bearer {token}")) else {
                return Err(self.token_missing(token_use));
            };
            let headers = [
                ("Accept", "application/json"),
                ("Authorization", authorization.as_str()),
                ("Content-Type", body.content_type.as_str()),
                ("X-Client-Id", self.options.client_id.as_str()),
            ];
            let request = HttpRequest { method: operation.method(), url: &url, headers: &headers, body: &body.bytes };
            let error = match self.attempt(request).await {
                Ok(reply) if (200..300).contains(&reply.status) => return Ok(reply.body),
                Ok(reply) => self.refusal(&reply),
                Err(error) => error,
            };
            if error.status == Some(401) && self.token.borrow().refreshable && !token_use.renewed {
                self.token.borrow_mut().value = None;
                return Err(self.token_missing(token_use));
            }
            let wait = if is_repeated(&error) {
                self.options.retry.wait_ms(attempt, error.retry_after_ms, self.transport.random())
            } else {
                None
            };
            let Some(wait) = wait else { return Err(CallError::Api(error)) };
            self.transport.sleep(wait).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, request: HttpRequest<'_>) -> Result<HttpReply, ApiError> {
        let limit = self.transport.sleep(self.options.attempt_timeout_ms);
        match race(self.transport.send(request, REPLY_LIMIT), limit).await {
            First::A(Ok(reply)) if reply.body.len() > REPLY_LIMIT => Err(ApiError::local(ApiErrorCode::ReplyTooLarge)),
            First::A(Ok(reply)) => Ok(reply),
            First::A(Err(TransportError::Network)) => Err(ApiError::local(ApiErrorCode::NetworkFailed)),
            First::A(Err(TransportError::TooLarge)) => Err(ApiError::local(ApiErrorCode::ReplyTooLarge)),
            First::B(()) => Err(ApiError::local(ApiErrorCode::Timeout)),
        }
    }

    fn refusal(&self, reply: &HttpReply) -> ApiError {
        let asked = reply.retry_after.as_deref().and_then(|field| parse_retry_after(field, self.transport.now_ms()));
        ApiError::from_reply(reply.status, &reply.body, asked)
    }

    fn token_missing(&self, token_use: &mut TokenUse) -> CallError {
        if self.token.borrow().refreshable {
            token_use.renewed = true;
            CallError::TokenWanted
        } else {
            ApiErrorCode::TokenUnavailable.into()
        }
    }
}

/// Longest token that is taken; signed tokens have one or two thousand characters.
const TOKEN_LIMIT: usize = 16_384;

/// Whether a failure is worth another attempt.
pub(crate) fn is_repeated(error: &ApiError) -> bool {
    match error.status {
        Some(status) => matches!(status, 408 | 429 | 500..),
        None => matches!(error.code, ApiErrorCode::NetworkFailed | ApiErrorCode::Timeout),
    }
}

/// Reads a success. An empty body (204) is an empty object.
fn parse<R: DeserializeOwned>(body: &[u8]) -> Result<R, CallError> {
    parse_reply(body).map_err(CallError::from)
}

/// The same, with the code alone.
pub(crate) fn parse_reply<R: DeserializeOwned>(body: &[u8]) -> Result<R, ApiErrorCode> {
    let body = if body.iter().all(u8::is_ascii_whitespace) { b"{}".as_slice() } else { body };
    serde_json::from_slice(body).map_err(|error| {
        // The text of the error may quote the reply, and so a person.
        if error.is_data() { ApiErrorCode::ReplyInvalid } else { ApiErrorCode::ReplyNotJson }
    })
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
