//! One request, ready to go, but for the address of the server and its credentials.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api::errors::ApiErrorCode;
use crate::api::http::{InvalidOption, Method, is_field_value, percent_encode};
use crate::api::json::parse_reply;
use crate::api::multipart::Multipart;
use crate::api::retry::Idempotency;

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
    pub method: Method,
    /// The path with its query, percent-encoded.
    pub target: String,
    /// The body's content type; none without a body.
    pub content_type: Option<String>,
    /// The body; empty where there is none.
    pub body: Vec<u8>,
    /// Whether it may be repeated when its outcome is unknown.
    pub idempotency: Idempotency,
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
    pub(super) fn bare(name: &'static str, method: Method, target: String, idempotency: Idempotency) -> Self {
        Self {
            name,
            method,
            target,
            content_type: None,
            body: Vec::new(),
            idempotency,
            credentials: Credentials::None,
            per_10_s: None,
        }
    }

    /// A call with JSON.
    pub(super) fn json(name: &'static str, target: String, body: &impl Serialize, idempotency: Idempotency) -> Self {
        // Cannot fail: keys are strings, and a number that JSON lacks becomes `null`.
        let body = serde_json::to_vec(body).unwrap_or_default();
        let bare = Self::bare(name, Method::Post, target, idempotency);
        Self { content_type: Some("application/json".into()), body, ..bare }
    }

    /// A call with a form of parts.
    pub(super) fn multipart(name: &'static str, target: String, body: Multipart, idempotency: Idempotency) -> Self {
        let (content_type, body) = body.finish();
        Self { content_type: Some(content_type), body, ..Self::bare(name, Method::Post, target, idempotency) }
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
            target.push_str(&format!("{separator}{}={}", percent_encode(&name), percent_encode(&text)));
            separator = '&';
        }
    }
    target
}

/// A key or secret, which has no readable debug form.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret.
    ///
    /// # Errors
    /// [`InvalidOption`] where it is empty or has a line break.
    pub fn new(name: &'static str, text: impl Into<String>) -> Result<Self, InvalidOption> {
        let text = text.into();
        if text.is_empty() || text.len() > 4096 || text.chars().any(char::is_control) {
            return Err(InvalidOption { name, expected: "1 to 4096 characters without control characters" });
        }
        Ok(Self(text))
    }

    /// The same for what goes into a header field.
    ///
    /// # Errors
    /// [`InvalidOption`] where it cannot.
    pub fn for_header(name: &'static str, text: impl Into<String>) -> Result<Self, InvalidOption> {
        let text = text.into();
        if !is_field_value(&text, 4096) {
            return Err(InvalidOption { name, expected: "1 to 4096 visible ASCII characters" });
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
    fn debug_form_hides_secrets() {
        let secret = Secret::new("clientSecret", "hush").unwrap();
        assert!(!format!("{secret:?}").contains("hush"));
        assert!(Secret::new("clientSecret", "a\nb").is_err());
        assert!(Secret::for_header("appToken", "a b").is_err());
        let call = Call { body: b"hush".to_vec(), ..Call::bare("x", Method::Get, "/".into(), Idempotency::Idempotent) };
        assert!(!format!("{call:?}").contains("hush"));
    }

    #[test]
    fn query_has_the_fields_with_a_value() {
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
