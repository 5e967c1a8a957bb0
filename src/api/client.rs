//! Calls the API: bearer token and `X-Client-Id` on each request, retries, a time limit per attempt, cancelling.
//!
//! What is tried again: no connection, no reply in time, 408, 429 and 5xx. Never another 4xx, and never a reply that
//! was a success but not understood. All operations of the group *IDV SDK* may be repeated: they read, or set a value
//! to what is said (consent, document type, metadata), or replace an image; *finalize* asks for the verdict on what is
//! stored. When the reply to a first try was lost and the second is refused as done already (409), the caller reads the
//! session and goes on from there.

use std::cell::RefCell;

use super::errors::{ApiError, ApiErrorCode};
use super::http::{BaseUrl, InsecureHttp, InvalidOption, is_field_value};
use super::json::parse_reply;
use super::kyc::endpoints::{Body, Endpoint};
use super::kyc::operations::Operation;
use super::kyc::routes::RouteTable;
use super::race::{Cancel, Either, race};
use super::retry::{Idempotency, Next, NoReply, RetryPolicy, RetryState};
use super::transport::{HttpReply, HttpRequest, Transport, TransportError};

/// Bodies from this size on are images, for which the caller makes a smaller one after a timeout: the same body is not
/// sent again.
const LARGE_BODY: usize = 64 * 1024;

/// Largest reply that is read: the documented ones have a few hundred bytes, free objects included a few thousand.
pub const REPLY_LIMIT: usize = 1 << 20;

/// How calls are made.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Address before every path.
    base_url: BaseUrl,
    /// Value of `X-Client-Id`.
    client_id: String,
    /// Paths.
    routes: RouteTable,
    /// When to try again.
    pub retry: RetryPolicy,
    /// Maximum time without progress of an attempt, in milliseconds: without a byte sent or received.
    pub attempt_timeout_ms: u32,
}

impl ClientOptions {
    /// Options with the default policy and 20 s for each attempt.
    ///
    /// # Errors
    /// When `base_url` is not an address over HTTP(S), or `client_id` cannot stand in a header field.
    pub fn new(base_url: &str, client_id: &str, routes: RouteTable) -> Result<Self, InvalidOption> {
        let base_url = BaseUrl::parse(base_url, InsecureHttp::Allowed)?;
        if !is_field_value(client_id, 256) {
            let expected = "1 to 256 visible ASCII characters";
            return Err(InvalidOption { name: "clientId", expected });
        }
        Ok(Self {
            base_url,
            client_id: client_id.to_owned(),
            routes,
            retry: RetryPolicy::default(),
            attempt_timeout_ms: 20_000,
        })
    }
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
        parse_reply(&reply).map_err(CallError::from)
    }

    /// Sends until there is a success, a failure that stays, or no attempt left.
    async fn send(&self, operation: Operation, body: &Body, token_use: &mut TokenUse) -> Result<Vec<u8>, CallError> {
        let cancelled = self.cancel.cancelled();
        match race(self.send_with_retries(operation, body, token_use), cancelled).await {
            Either::Left(outcome) => outcome,
            Either::Right(()) => Err(ApiErrorCode::Cancelled.into()),
        }
    }

    async fn send_with_retries(
        &self,
        operation: Operation,
        body: &Body,
        token_use: &mut TokenUse,
    ) -> Result<Vec<u8>, CallError> {
        let url = format!("{}{}", self.options.base_url.as_str(), self.options.routes.path(operation));
        let renewable = self.token.borrow().refreshable && !token_use.renewed;
        let mut state = RetryState::new(self.options.retry, Idempotency::Idempotent, renewable);
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
            let next = match self.attempt(request).await {
                Ok(reply) => {
                    let (random, now_ms) = (self.transport.random(), self.transport.now_ms());
                    let next = state.on_reply(reply.status, reply.retry_after.as_deref(), &reply.body, random, now_ms);
                    if next == Next::Success {
                        return Ok(reply.body);
                    }
                    next
                }
                Err(NoReply::Timeout) if body.bytes.len() >= LARGE_BODY => return Err(ApiErrorCode::Timeout.into()),
                Err(why) => state.on_no_reply(why, self.transport.random()),
            };
            match next {
                Next::Success => {}
                Next::Renew => {
                    self.token.borrow_mut().value = None;
                    return Err(self.token_missing(token_use));
                }
                Next::Retry(wait_ms) => self.transport.sleep(wait_ms).await,
                Next::Failed(error) => return Err(CallError::Api(error)),
            }
        }
    }

    async fn attempt(&self, request: HttpRequest<'_>) -> Result<HttpReply, NoReply> {
        // A limit on standstill, not on size: what moves goes on.
        let standstill = async {
            loop {
                let before = self.transport.activity();
                self.transport.sleep(self.options.attempt_timeout_ms).await;
                if self.transport.activity() == before {
                    break;
                }
            }
        };
        match race(self.transport.send(request, REPLY_LIMIT), standstill).await {
            Either::Left(Ok(reply)) if reply.body.len() > REPLY_LIMIT => Err(NoReply::TooLarge),
            Either::Left(Ok(reply)) => Ok(reply),
            Either::Left(Err(TransportError::Network)) => Err(NoReply::Interrupted),
            Either::Left(Err(TransportError::TooLarge)) => Err(NoReply::TooLarge),
            Either::Right(()) => Err(NoReply::Timeout),
        }
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

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
