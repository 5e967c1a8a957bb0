//! Every refusal, in the one JSON shape and with the one set of codes that the client knows too
//! ([`kyc_capture::api::errors`]): `{ "error": { "code", "message", "field"? }, "statusCode" }`.
//!
//! Messages name fields, types and limits, never a value that was sent.

use axum::http::header::{HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use kyc_capture::api::errors::ApiErrorCode as Code;
use kyc_capture::core::error::CoreError;

use crate::random::NoEntropy;
use crate::store::db;
use crate::store::error::StoreError;

/// A refusal: the code (which carries the HTTP status), a sentence for a developer, and the field that is at fault.
#[derive(Debug, Clone)]
pub struct ApiError {
    code: Code,
    pub(crate) message: String,
    field: Option<String>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

impl ApiError {
    fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, headers: Vec::new() }
    }

    fn about(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    fn with_header(mut self, name: HeaderName, value: impl Into<HeaderValue>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The field at fault.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.code.status().and_then(|s| StatusCode::from_u16(s).ok()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// 400: a required field, part or header is absent (or empty, where it must not be).
    pub fn missing_field(field: impl Into<String>) -> Self {
        let field = field.into();
        Self::new(Code::FieldMissing, format!("`{field}` is required")).about(field)
    }

    /// 400: a field of a wrong type, or a value outside the documented enumeration.
    pub fn wrong_type(field: impl Into<String>, expected: &str) -> Self {
        let field = field.into();
        Self::new(Code::InvalidRequest, format!("`{field}` is invalid: expected {expected}")).about(field)
    }

    /// 422: a field of the right type whose value is outside its range.
    pub fn invalid_value(field: impl Into<String>, expected: &str) -> Self {
        let field = field.into();
        Self::new(Code::FieldInvalid, format!("`{field}` is invalid: expected {expected}")).about(field)
    }

    /// 400: the body is not JSON, or not the multipart that its header announces.
    pub fn malformed_body(reason: &str) -> Self {
        Self::new(Code::InvalidRequest, format!("the body cannot be read: {reason}"))
    }

    /// 400: the query has an unknown value, or a parameter twice.
    pub fn malformed_query() -> Self {
        Self::new(
            Code::InvalidRequest,
            "the query cannot be read: each parameter may be in it once, with a documented value",
        )
    }

    /// 401: no bearer token at all (RFC 6750 §3: a challenge without an error).
    pub fn token_missing() -> Self {
        Self::new(Code::Unauthorized, "an `Authorization: Bearer` header with an access token is required")
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"kyc\""))
    }

    /// 401: a bearer token that was never issued.
    pub fn token_unknown() -> Self {
        let challenge = "Bearer realm=\"kyc\", error=\"invalid_token\", error_description=\"unknown token\"";
        Self::new(Code::Unauthorized, "the access token is not valid")
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }

    /// 401: a bearer token past its life.
    pub fn token_expired() -> Self {
        let challenge = "Bearer realm=\"kyc\", error=\"invalid_token\", error_description=\"expired token\"";
        Self::new(Code::TokenExpired, "the access token has expired")
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }

    /// 401: an organization's key that was never issued.
    pub fn api_key_unknown() -> Self {
        Self::new(Code::Unauthorized, "`api_key` is not the key of an organization").about("api_key")
    }

    /// 403: `X-Client-Id` names another client than the token's.
    pub fn wrong_client() -> Self {
        Self::new(Code::Forbidden, "`X-Client-Id` is not the client of the access token").about("X-Client-Id")
    }

    /// 403: `client_id` names another client than the token's.
    pub fn other_client() -> Self {
        Self::new(Code::Forbidden, "`client_id` is not the client of the access token").about("client_id")
    }

    /// 403: a token that is bound to one session, used for another.
    pub fn wrong_session() -> Self {
        Self::new(Code::Forbidden, "the access token is bound to another session").about("session_id")
    }

    /// 403: an operation for a backend, called with the token of a browser.
    pub fn backend_only() -> Self {
        Self::new(Code::Forbidden, "this operation is for a backend: a session-bound access token may not call it")
    }

    /// 403: consent must be recorded before anything else.
    pub fn consent_required() -> Self {
        Self::new(Code::ConsentRequired, "consent is not recorded: `sdk add identity consent` comes first")
    }

    /// 404: no such session for this client (another client's session is not distinguished from none).
    pub fn session_not_found() -> Self {
        Self::new(Code::SessionNotFound, "there is no such session").about("session_id")
    }

    /// 404: no such identity for this client (another client's identity is not distinguished from none).
    pub fn identity_not_found() -> Self {
        Self::new(Code::NotFound, "there is no such identity").about("identity_id")
    }

    /// 404: no such route, file or document.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, what)
    }

    /// 405: the address exists, with another method.
    pub fn method_not_allowed() -> Self {
        Self::new(Code::MethodNotAllowed, "this address answers another method")
    }

    /// 409: another step has to come first; `missing` is what the session lacks.
    pub fn step_conflict(missing: &str, message: &str) -> Self {
        Self::new(Code::StepConflict, message).about(missing)
    }

    /// 409: the session is finalized.
    pub fn session_complete() -> Self {
        Self::new(Code::SessionComplete, "the session is complete and takes no changes")
    }

    /// 409: a verdict is being made of what was given.
    pub fn session_finalizing() -> Self {
        Self::new(Code::SessionFinalizing, "the session is being finalized and takes no changes")
    }

    /// 409: the session changed while its verdict was being made, which therefore was not recorded.
    pub fn session_changed() -> Self {
        Self::new(Code::SessionChanged, "the session changed while it was being finalized: finalize it again")
    }

    /// 409: the session is past its life.
    pub fn session_expired() -> Self {
        Self::new(Code::SessionExpired, "the session has expired")
    }

    /// 413: the body, or one part of it, is over its limit.
    pub fn too_large(what: &str, limit_bytes: usize) -> Self {
        Self::new(Code::PayloadTooLarge, format!("{what} has more than {limit_bytes} bytes"))
    }

    /// 415: the body is of another media type than the operation takes.
    pub fn wrong_media_type(expected: &str) -> Self {
        Self::new(Code::UnsupportedMediaType, format!("the body must be {expected}"))
    }

    /// 415: the bytes are of no image format that is read here.
    pub fn not_an_image(field: impl Into<String>) -> Self {
        Self::new(Code::UnsupportedMediaType, CoreError::UnknownImageFormat.to_string()).about(field)
    }

    /// 422: an image that the core refuses, with the core's reason.
    pub fn bad_image(field: impl Into<String>, error: &CoreError) -> Self {
        Self::new(Code::ImageInvalid, error.to_string()).about(field)
    }

    /// 422: a liveness image that was sent before.
    pub fn replayed(field: impl Into<String>, message: &str) -> Self {
        Self::new(Code::FieldInvalid, message).about(field)
    }

    /// 429, with the seconds to wait.
    pub fn too_many_requests(retry_after_s: u64) -> Self {
        Self::new(Code::RateLimited, format!("too many requests: try again in {retry_after_s} s"))
            .with_header(RETRY_AFTER, retry_after_s)
    }

    /// 503: a model asset that finalization needs was not given to the server at start.
    pub fn model_unavailable(models: &str) -> Self {
        Self::new(
            Code::Unavailable,
            format!("the server lacks the model `{models}` and does not guess: start it with `--models DIR`"),
        )
    }

    /// 503: the request took longer than it may.
    pub fn timed_out(limit_s: u64) -> Self {
        Self::new(Code::Unavailable, format!("the request took more than {limit_s} s")).with_header(RETRY_AFTER, 5_u64)
    }

    /// 503: there is more to do than can be done at once; with the seconds to wait.
    pub fn busy(retry_after_s: u64) -> Self {
        Self::new(Code::Unavailable, format!("the server is busy: try again in {retry_after_s} s"))
            .with_header(RETRY_AFTER, retry_after_s)
    }

    /// 503: a part of the service does not answer; also on request of a test.
    pub fn unavailable() -> Self {
        Self::new(Code::Unavailable, "the service is not available")
    }

    /// 503: there is no room for what is to be stored; nothing of it was.
    pub fn storage_full() -> Self {
        Self::new(Code::Unavailable, "the storage of the server is full").with_header(RETRY_AFTER, 30_u64)
    }

    /// 500: the server's own fault. The message is fixed text.
    pub fn internal(message: &'static str) -> Self {
        Self::new(Code::ServerError, message)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Database(error) => error.into(),
            StoreError::ContentFull => Self::storage_full(),
            StoreError::ContentUnavailable => Self::unavailable(),
            StoreError::SessionNotFound => Self::session_not_found(),
            StoreError::IdentityNotFound => Self::identity_not_found(),
            StoreError::SessionExpired => Self::session_expired(),
            StoreError::ConsentRequired => Self::consent_required(),
            StoreError::SessionChanged => Self::session_changed(),
            StoreError::SessionComplete => Self::session_complete(),
            StoreError::SessionFinalizing => Self::session_finalizing(),
            StoreError::TooManyRequirements => {
                Self::invalid_value("user_id", "no more entries than a client may have: replace one that is there")
            }
            StoreError::NoEntropy(error) => error.into(),
            StoreError::Internal(message) => Self::internal(message),
        }
    }
}

impl From<NoEntropy> for ApiError {
    fn from(_: NoEntropy) -> Self {
        Self::internal("the operating system gives no random bytes")
    }
}

impl From<db::Error> for ApiError {
    fn from(error: db::Error) -> Self {
        if error == db::Error::Nul {
            return Self::malformed_body("a text holds the character NUL");
        }
        // To the operator, not to the caller; and only words that hold no value.
        eprintln!("database: {error}");
        match error {
            db::Error::Lost | db::Error::Busy => Self::unavailable(),
            db::Error::Full => Self::storage_full(),
            _ => Self::internal("the database refused"),
        }
    }
}
