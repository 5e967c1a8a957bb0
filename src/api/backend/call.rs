//! One request, ready to go, but for the address of the server and its credentials.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api::client::{is_field_value, parse_reply};
use crate::api::errors::ApiErrorCode;
use crate::api::kyc::routes::Method;
use crate::api::multipart::Multipart;

/// The HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Does something.
    Post,
    /// Changes something.
    Patch,
}

impl Verb {
    /// `GET`, `POST` or `PATCH`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
        }
    }
}

impl From<Method> for Verb {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::Get,
            Method::Post => Self::Post,
        }
    }
}

/// Whether a call may be made again when nobody knows what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It reads, or sets a value to what is said.
    Harmless,
    /// It makes something, sends something or counts: it is repeated only where the server surely did nothing (429), or
    /// was never reached.
    Harmful,
}

/// Whether a token is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// None, or they are in the body.
    None,
    /// `Authorization: Bearer`, by client credentials.
    Bearer,
    /// IDnGO's signature.
    Signature,
}

/// Most bytes of a reply that is read as a whole: lists of a few hundred sessions with free objects.
pub const REPLY_LIMIT: usize = 16 << 20;

/// One request.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// The operation's stable name.
    pub name: &'static str,
    /// The method.
    pub verb: Verb,
    /// The path with its query, percent-encoded.
    pub target: String,
    /// The body's content type; none without a body.
    pub content_type: Option<String>,
    /// The body; empty where there is none.
    pub body: Vec<u8>,
    /// Whether it may be repeated.
    pub repeat: Repeat,
    /// What it is sent with.
    pub credentials: Credentials,
    /// Documented requests per 10 seconds.
    pub per_10_s: Option<u32>,
}

// Bodies hold keys and people.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("name", &self.name).field("body", &self.body.len()).finish_non_exhaustive()
    }
}

impl Call {
    /// A call without a body.
    pub(super) fn bare(name: &'static str, verb: Verb, target: String, repeat: Repeat) -> Self {
        Self {
            name,
            verb,
            target,
            content_type: None,
            body: Vec::new(),
            repeat,
            credentials: Credentials::None,
            per_10_s: None,
        }
    }

    /// A call with JSON.
    pub(super) fn json(name: &'static str, target: String, body: &impl Serialize, repeat: Repeat) -> Self {
        // Cannot fail: keys are strings, and a number that JSON lacks becomes `null`.
        let body = serde_json::to_vec(body).unwrap_or_default();
        let bare = Self::bare(name, Verb::Post, target, repeat);
        Self { content_type: Some("application/json".into()), body, ..bare }
    }

    /// A call with a form of parts.
    pub(super) fn multipart(name: &'static str, target: String, body: Multipart, repeat: Repeat) -> Self {
        let (content_type, body) = body.finish();
        Self { content_type: Some(content_type), body, ..Self::bare(name, Verb::Post, target, repeat) }
    }

    /// The same with credentials.
    pub(super) fn with(self, credentials: Credentials) -> Self {
        Self { credentials, ..self }
    }
}

/// Why a call cannot be made of what was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallInvalid {
    /// No operation has this name.
    UnknownOperation,
    /// The argument is not of the documented form; the field, where it is known.
    Argument(Option<String>),
    /// A file is wanted beside the argument.
    FileMissing,
}

impl fmt::Display for CallInvalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOperation => f.write_str("there is no operation of this name"),
            Self::Argument(None) => f.write_str("the request is not of the documented form"),
            Self::Argument(Some(field)) => write!(f, "the request is not of the documented form (`{field}`)"),
            Self::FileMissing => f.write_str("the file is missing"),
        }
    }
}

impl std::error::Error for CallInvalid {}

/// Reads an argument of a call by name. Of the parser's sentence only a field's name is kept: the rest may quote.
pub(super) fn argument<T: DeserializeOwned>(json: &str) -> Result<T, CallInvalid> {
    serde_json::from_str(json).map_err(|error| {
        let text = error.to_string();
        let name = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        CallInvalid::Argument(name.map(str::to_owned))
    })
}

/// Reads a success as `R` and writes it again, so that what a caller by name sees is what is documented.
pub(super) fn checked<R: DeserializeOwned + Serialize>(body: &[u8]) -> Result<String, ApiErrorCode> {
    let reply: R = parse_reply(body)?;
    serde_json::to_string(&reply).map_err(|_| ApiErrorCode::ReplyInvalid)
}

/// Puts a value into a path or query: percent-encoded but for the unreserved characters (RFC 3986 section 2.3).
pub fn encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// Adds the fields of `query` that have a value (text, number, truth).
pub(super) fn with_query(path: &str, query: &impl Serialize) -> String {
    let mut target = path.to_owned();
    let mut separator = if path.contains('?') { '&' } else { '?' };
    if let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(query) {
        for (name, value) in fields {
            let text = match value {
                serde_json::Value::String(text) => text,
                serde_json::Value::Number(number) => number.to_string(),
                serde_json::Value::Bool(truth) => truth.to_string(),
                _ => continue,
            };
            target.push_str(&format!("{separator}{}={}", encoded(&name), encoded(&text)));
            separator = '&';
        }
    }
    target
}

/// A server's address, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

/// A setting of a client that is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidSetting {
    /// Which one.
    pub name: &'static str,
    /// What would be right.
    pub expected: &'static str,
}

impl fmt::Display for InvalidSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is invalid: expected {}", self.name, self.expected)
    }
}

impl std::error::Error for InvalidSetting {}

impl BaseUrl {
    /// An address over HTTP(S). Plain HTTP is for a machine's own address alone: keys go over this line.
    ///
    /// # Errors
    /// [`InvalidSetting`]
    pub fn parse(text: &str) -> Result<Self, InvalidSetting> {
        let expected = "an absolute https:// address without user, query or fragment (http:// for this machine alone)";
        let refused = InvalidSetting { name: "baseUrl", expected };
        let (secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(refused),
        };
        let host = rest.split('/').next().unwrap_or_default();
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        let own = matches!(name, "localhost" | "127.0.0.1" | "::1") || name.ends_with(".localhost");
        let clean = text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#' | b'@' | b'\\' | b'"'));
        if name.is_empty() || !clean || text.len() > 2048 || !(secure || own) {
            return Err(refused);
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands between the host and a target: empty, or a path without a slash at its end.
    pub fn prefix(&self) -> &str {
        let host = self.0.find("://").map_or(0, |at| at + 3);
        self.0[host..].find('/').map_or("", |at| &self.0[host + at..])
    }
}

/// A key or secret, which has no readable debug form.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret.
    ///
    /// # Errors
    /// [`InvalidSetting`] where it is empty or has a line break.
    pub fn new(name: &'static str, text: impl Into<String>) -> Result<Self, InvalidSetting> {
        let text = text.into();
        if text.is_empty() || text.len() > 4096 || text.chars().any(char::is_control) {
            return Err(InvalidSetting { name, expected: "1 to 4096 characters without control characters" });
        }
        Ok(Self(text))
    }

    /// The same for what goes into a header field.
    ///
    /// # Errors
    /// [`InvalidSetting`] where it cannot.
    pub fn for_header(name: &'static str, text: impl Into<String>) -> Result<Self, InvalidSetting> {
        let text = text.into();
        if !is_field_value(&text, 4096) {
            return Err(InvalidSetting { name, expected: "1 to 4096 visible ASCII characters" });
        }
        Ok(Self(text))
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_over_safe_lines_alone() {
        for good in [
            "https://a.example",
            "https://a.example/kyc/",
            "http://127.0.0.1:8080",
            "http://[::1]:80/x",
            "http://localhost",
        ] {
            assert!(BaseUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a.example",
            "http://a.example",
            "https://",
            "https:///x",
            "https://u@a.example",
            "https://a.example?x",
            "http://localhost.example",
            "ftp://a.example",
        ] {
            assert!(BaseUrl::parse(bad).is_err(), "{bad}");
        }
        let prefix = |text: &str| BaseUrl::parse(text).unwrap().prefix().to_owned();
        assert_eq!(
            (prefix("https://a.example/"), prefix("https://a.example/kyc/v2/")),
            (String::new(), "/kyc/v2".into())
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        let secret = Secret::new("clientSecret", "hush").unwrap();
        assert!(!format!("{secret:?}").contains("hush"));
        assert!(Secret::new("clientSecret", "a\nb").is_err());
        assert!(Secret::for_header("appToken", "a b").is_err());
        let call = Call { body: b"hush".to_vec(), ..Call::bare("x", Verb::Get, "/".into(), Repeat::Harmless) };
        assert!(!format!("{call:?}").contains("hush"));
    }

    #[test]
    fn queries_are_made_of_what_has_a_value() {
        #[derive(Serialize)]
        struct Query {
            a: Option<&'static str>,
            b: Option<u8>,
            c: &'static str,
        }
        assert_eq!(with_query("/x", &Query { a: None, b: Some(7), c: "ü&" }), "/x?b=7&c=%C3%BC%26");
        assert_eq!(with_query("/x?y=1", &Query { a: Some(""), b: None, c: "z" }), "/x?y=1&a=&c=z");
    }
}
