//! JSON that all protocols share: free objects, empty replies, tolerant reading.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use super::errors::ApiErrorCode;
use super::http::json_text;

/// A free JSON object: `metadata`, `sdk_metadata`, `settings`.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;

/// The empty object `{}`, as a request or reply.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Empty {}

/// Deserialises `null` as the default of the field's type: servers differ on whether an unset value is absent or
/// `null`.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// Returns whether a number is left out: NaN means none.
#[cfg_attr(
    target_pointer_width = "64",
    expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")
)]
pub(crate) fn is_absent(number: &f64) -> bool {
    number.is_nan()
}

/// Parses the body of a success. An empty body (204) is an empty object.
///
/// # Errors
/// [`ApiErrorCode::ReplyNotJson`], or [`ApiErrorCode::ReplyInvalid`] for JSON of another shape. The parser's sentence
/// is dropped: it may quote the reply, and so a person.
pub(crate) fn parse_reply<R: DeserializeOwned>(body: &[u8]) -> Result<R, ApiErrorCode> {
    let body = json_text(body);
    let body = if body.iter().all(u8::is_ascii_whitespace) { b"{}".as_slice() } else { body };
    serde_json::from_slice(body)
        .map_err(|error| if error.is_data() { ApiErrorCode::ReplyInvalid } else { ApiErrorCode::ReplyNotJson })
}

#[cfg(test)]
mod tests {
    use super::super::errors::ApiError;
    use super::*;

    #[test]
    fn byte_order_marks_before_json_are_ignored() {
        let read = |body: &[u8]| parse_reply::<JsonObject>(body).map(|object| object.len());
        assert_eq!(read(b"\xef\xbb\xbf{\"a\":1}"), Ok(1));
        assert_eq!(read(b"\xef\xbb\xbf"), Ok(0));
        assert_eq!(read(b"\xef\xbb{\"a\":1}"), Err(ApiErrorCode::ReplyNotJson));
        assert_eq!(read(b"\xef\xbb\xbf\xef\xbb\xbf{}"), Err(ApiErrorCode::ReplyNotJson));
        let body = br#"{"error":{"code":"session_complete","message":"x"},"statusCode":409}"#;
        let error = ApiError::from_reply(409, &[b"\xef\xbb\xbf".as_slice(), body].concat(), None);
        assert_eq!(error.code, ApiErrorCode::SessionComplete);
        let page = ApiError::from_reply(403, b"\xef\xbb\xbf<!doctype html>", None);
        assert_eq!(page.code, ApiErrorCode::ReplyNotJson);
    }
}
