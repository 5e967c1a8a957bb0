//! Errors between client and server: one closed set of codes, and the JSON in which a server reports them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::http::json_text;

/// The body of every refusal: `{ "error": { "code", "message", "field"? }, "statusCode" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErrorReply {
    /// What is wrong.
    pub error: ErrorBody,
    /// The HTTP status again, for those who only see the body.
    #[serde(rename = "statusCode")]
    pub status_code: u16,
}

/// The inner object of [`ErrorReply`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErrorBody {
    /// A stable code; those of [`ApiErrorCode`] are understood by the client.
    pub code: String,
    /// For the developer; names no person and no secret.
    pub message: String,
    /// The field at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl ErrorReply {
    /// The reply that says `code`, with its usual status.
    pub fn new(code: ApiErrorCode, message: impl Into<String>, field: Option<&str>) -> Self {
        Self {
            error: ErrorBody { code: code.as_str().into(), message: message.into(), field: field.map(str::to_owned) },
            status_code: code.status().unwrap_or(500),
        }
    }
}

/// Defines the codes: text, HTTP status (0 = the client's own), whether trying again may help, and the message.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $status:literal, $retryable:literal, $message:literal;)+) => {
        /// Every way in which a call can fail. Stable: the text of a code never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum ApiErrorCode {
            $($(#[$doc])* #[cfg_attr(feature = "schema", schemars(rename = $text))] $variant,)+
        }

        impl ApiErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable text.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The HTTP status with which a server says it; `None` for what only a client can notice.
            pub fn status(self) -> Option<u16> {
                let status: u16 = match self {
                    $(Self::$variant => $status,)+
                };
                (status != 0).then_some(status)
            }

            /// Whether the same call may succeed later.
            pub fn is_retryable(self) -> bool {
                match self {
                    $(Self::$variant => $retryable,)+
                }
            }

            /// What it means, in English. The same for every occurrence: nothing a server wrote is repeated, since that
            /// may name a person.
            pub fn message(self) -> &'static str {
                match self {
                    $(Self::$variant => $message,)+
                }
            }
        }
    };
}

codes! {
    /// The body is not what its content type says.
    InvalidRequest = "invalid_request", 400, false, "the server could not read the request";
    /// A required field is absent or empty.
    FieldMissing = "field_missing", 400, false, "the server misses a required field";
    /// No token, or one that is not known.
    Unauthorized = "unauthorized", 401, false, "the access token is missing or not valid";
    /// The token endpoint does not accept the client's credentials (RFC 6749 section 5.2).
    InvalidClient = "invalid_client", 401, false, "the server does not accept the client id or its secret";
    /// A token past its life.
    TokenExpired = "token_expired", 401, false, "the access token has expired";
    /// The token is not for this session or client.
    Forbidden = "forbidden", 403, false, "the access token does not allow this call";
    /// Consent comes first.
    ConsentRequired = "consent_required", 403, false, "consent must be recorded before this call";
    /// Nothing is served there.
    NotFound = "not_found", 404, false, "the server does not know this address";
    /// No such session.
    SessionNotFound = "session_not_found", 404, false, "the server does not know this session";
    /// Another method is wanted.
    MethodNotAllowed = "method_not_allowed", 405, false, "the server does not allow this method here";
    /// The server waited too long for the request.
    RequestTimeout = "request_timeout", 408, true, "the server waited too long for the request";
    /// Another step has to come first.
    StepConflict = "step_conflict", 409, false, "the session is not at this step";
    /// The session is finalized.
    SessionComplete = "session_complete", 409, false, "the session is complete and takes no changes";
    /// A verdict is being made of what was given: the session takes no changes meanwhile.
    SessionFinalizing = "session_finalizing", 409, true, "the session is being finalized and takes no changes";
    /// The session changed while its verdict was being made, which therefore was not recorded.
    SessionChanged = "session_changed", 409, true, "the session changed while it was being finalized";
    /// The session is past its life.
    SessionExpired = "session_expired", 409, false, "the session has expired";
    /// The body is larger than the server takes.
    PayloadTooLarge = "payload_too_large", 413, false, "the image or request is larger than the server takes";
    /// A content type that the server does not take.
    UnsupportedMediaType = "unsupported_media_type", 415, false, "the server does not take this kind of file";
    /// A field is well formed but its value is not one.
    FieldInvalid = "field_invalid", 422, false, "the server refused the value of a field";
    /// The image cannot be decoded.
    ImageInvalid = "image_invalid", 422, false, "the server could not read the image";
    /// Too many calls.
    RateLimited = "rate_limited", 429, true, "too many calls: the server asks to wait";
    /// The server failed.
    ServerError = "server_error", 500, true, "the server failed";
    /// The server is down for a while.
    Unavailable = "unavailable", 503, true, "the server is not available at the moment";
    /// Any other 4xx.
    Rejected = "rejected", 0, false, "the server rejected the request";
    /// No reply: no connection, DNS, CORS, or the line broke.
    NetworkFailed = "network_failed", 0, true, "the server could not be reached";
    /// No reply in time.
    Timeout = "timeout", 0, true, "the server did not reply in time";
    /// Cancelled by the caller.
    Cancelled = "cancelled", 0, false, "the call was cancelled";
    /// A reply that is not JSON, as an HTML page of a proxy.
    ReplyNotJson = "reply_not_json", 0, true, "the server replied with something other than JSON";
    /// JSON, but not the documented reply.
    ReplyInvalid = "reply_invalid", 0, false, "the server's reply is not as documented";
    /// A reply past the size limit.
    ReplyTooLarge = "reply_too_large", 0, false, "the server's reply is too large";
    /// No token could be had from the page.
    TokenUnavailable = "token_unavailable", 0, true, "the page did not provide an access token";
}

impl ApiErrorCode {
    /// The code of that text, if it is one that a server may say.
    pub fn from_server_text(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.status().is_some() && code.as_str() == text)
    }

    /// The code for a status whose body says nothing that is understood.
    pub fn from_status(status: u16) -> Self {
        match status {
            400 => Self::InvalidRequest,
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            408 => Self::RequestTimeout,
            409 => Self::StepConflict,
            413 => Self::PayloadTooLarge,
            415 => Self::UnsupportedMediaType,
            422 => Self::FieldInvalid,
            429 => Self::RateLimited,
            502..=504 => Self::Unavailable,
            500.. => Self::ServerError,
            _ => Self::Rejected,
        }
    }
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// What went wrong.
    pub code: ApiErrorCode,
    /// The HTTP status, where there was a reply.
    pub status: Option<u16>,
    /// How long the server asks to wait, in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// The field at fault, where the server named one.
    pub field: Option<String>,
}

impl ApiError {
    /// A failure without a reply.
    pub fn local(code: ApiErrorCode) -> Self {
        Self { code, status: None, retry_after_ms: None, field: None }
    }

    /// The failure that a reply of `status` with `body` says. The body's code counts only where it fits the status's
    /// class, and of the rest only a plain field name is kept.
    pub fn from_reply(status: u16, body: &[u8], retry_after_ms: Option<u64>) -> Self {
        let body = json_text(body);
        let said = serde_json::from_slice::<ErrorReply>(body).ok().map(|reply| reply.error);
        let code = match &said {
            Some(error) => ApiErrorCode::from_server_text(&error.code),
            None => oauth_code(body),
        };
        if code.is_none() && is_foreign_page(status, body) {
            return Self { code: ApiErrorCode::ReplyNotJson, status: Some(status), retry_after_ms, field: None };
        }
        let code = code
            .filter(|code| code.status().is_some_and(|usual| usual / 100 == status / 100))
            .unwrap_or_else(|| ApiErrorCode::from_status(status));
        let plain = |f: &String| f.len() <= 64 && f.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        Self { code, status: Some(status), retry_after_ms, field: said.and_then(|error| error.field).filter(plain) }
    }

    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        self.code.is_retryable()
    }
}

/// Whether a refusal is a page of HTML, as from a proxy or a captive portal: it is not the API's word. Statuses that
/// mean the same from whoever sends them are excluded.
fn is_foreign_page(status: u16, body: &[u8]) -> bool {
    let is_html = body.trim_ascii_start().first() == Some(&b'<');
    is_html && (400..500).contains(&status) && !matches!(status, 401 | 408 | 413 | 415 | 429)
}

/// Returns the code of a token endpoint's error reply (RFC 6749 section 5.2) if it has one of its own here.
fn oauth_code(body: &[u8]) -> Option<ApiErrorCode> {
    #[derive(Deserialize)]
    struct TokenError {
        error: String,
    }
    let reply: TokenError = serde_json::from_slice(body).ok()?;
    (reply.error == ApiErrorCode::InvalidClient.as_str()).then_some(ApiErrorCode::InvalidClient)
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.message())?;
        if let Some(field) = &self.field {
            write!(f, " (`{field}`)")?;
        }
        match self.status {
            Some(status) => write!(f, " (HTTP {status})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        let mut texts: Vec<_> = ApiErrorCode::ALL.iter().map(|c| c.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), ApiErrorCode::ALL.len());
    }

    #[test]
    fn replies_become_codes() {
        let shape = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"for ANNA"}},"statusCode":0}}"#);
        let table = [
            (403, shape("consent_required"), ApiErrorCode::ConsentRequired),
            (403, shape("no_such_code"), ApiErrorCode::Forbidden),
            (401, shape("token_expired"), ApiErrorCode::TokenExpired),
            (401, r#"{"error":"invalid_client"}"#.into(), ApiErrorCode::InvalidClient),
            (400, r#"{"error":"invalid_client","error_description":"x"}"#.into(), ApiErrorCode::InvalidClient),
            (400, r#"{"error":"invalid_scope"}"#.into(), ApiErrorCode::InvalidRequest),
            (500, r#"{"error":"invalid_client"}"#.into(), ApiErrorCode::ServerError),
            (404, shape("session_not_found"), ApiErrorCode::SessionNotFound),
            (400, shape("server_error"), ApiErrorCode::InvalidRequest),
            (500, shape("consent_required"), ApiErrorCode::ServerError),
            (400, shape("cancelled"), ApiErrorCode::InvalidRequest),
            (400, "<html>".into(), ApiErrorCode::ReplyNotJson),
            (403, "  <!doctype html><title>Blocked</title>".into(), ApiErrorCode::ReplyNotJson),
            (404, "<html>".into(), ApiErrorCode::ReplyNotJson),
            (404, String::new(), ApiErrorCode::NotFound),
            (401, "<html>".into(), ApiErrorCode::Unauthorized),
            (413, "<html>".into(), ApiErrorCode::PayloadTooLarge),
            (418, String::new(), ApiErrorCode::Rejected),
            (502, "<html>bad gateway".into(), ApiErrorCode::Unavailable),
            (429, "{}".into(), ApiErrorCode::RateLimited),
            (599, "null".into(), ApiErrorCode::ServerError),
        ];
        for (status, body, code) in table {
            let error = ApiError::from_reply(status, body.as_bytes(), None);
            assert_eq!((error.code, error.status), (code, Some(status)), "{status} {body}");
            assert!(!error.to_string().contains("ANNA"));
        }
    }

    #[test]
    fn only_a_plain_field_name_is_kept() {
        for (field, kept) in [("latitude", Some("latitude")), ("ANNA MARIA", None), ("birth 1974", None)] {
            let reply = ErrorReply::new(ApiErrorCode::FieldMissing, "x", Some(field));
            let error = ApiError::from_reply(400, &serde_json::to_vec(&reply).unwrap(), None);
            assert_eq!(error.field.as_deref(), kept);
        }
    }
}
