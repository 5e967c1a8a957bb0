//! Bodies, parsed or refused with the name of the field that is at fault.

use std::future::Future;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use kyc_capture::api::kyc::sdk::document_image_fields as part;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::http::errors::ApiError;
use crate::http::json_object;
use crate::jobs::body_permit::BodyPermit;
use crate::store::audit;

/// Maximum size in bytes of a JSON body without images.
pub const JSON_LIMIT: usize = 256 << 10;
/// Maximum size in bytes of a document's image.
pub const IMAGE_LIMIT: usize = 12 << 20;
/// Maximum size in bytes of a multipart body: an image and its few short fields.
pub const UPLOAD_LIMIT: usize = IMAGE_LIMIT + (64 << 10);
/// Maximum number of liveness images in one call.
pub const LIVENESS_IMAGES_LIMIT: usize = 16;
/// Maximum size in bytes of one liveness image.
pub const LIVENESS_IMAGE_LIMIT: usize = 4 << 20;
/// Maximum size in bytes of a JSON body with liveness images.
pub const LIVENESS_LIMIT: usize = 32 << 20;
/// Maximum size in bytes of a text field in a multipart body.
pub const TEXT_LIMIT: usize = 256;

/// The media type of the body, lower case, without parameters; empty where there is none.
pub fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let essence = value.split(|b| *b == b';').next().unwrap_or_default().trim_ascii();
    String::from_utf8_lossy(essence).to_ascii_lowercase()
}

/// A JSON body of at most `limit` bytes.
///
/// # Errors
/// 415, 413, 400 with the field's name.
pub async fn json<T: DeserializeOwned>(request: Request, limit: usize) -> Result<T, ApiError> {
    parse_json(&body(request, limit).await?)
}

/// Reserves memory for a body that may be large: its `Content-Length`, or else `limit`.
///
/// # Errors
/// 503 if there is none.
pub fn reserve_body(request: &Request, limit: usize) -> impl Future<Output = Result<(), ApiError>> + Send + 'static {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let most = announced.unwrap_or(limit).min(limit);
    let permit = request.extensions().get::<BodyPermit>().filter(|_| most > JSON_LIMIT).cloned();
    // Known by now where the credential is in the head.
    let caller = audit::caller();
    async move {
        match permit {
            Some(permit) => permit.reserve(caller, most).await,
            None => Ok(()),
        }
    }
}

/// The bytes of a JSON body of at most `limit` bytes, for [`parse_json`].
///
/// # Errors
/// 415, 413, 400.
pub async fn body(mut request: Request, limit: usize) -> Result<Bytes, ApiError> {
    if media_type(request.headers()) != "application/json" {
        return Err(ApiError::wrong_media_type("application/json"));
    }
    reserve_body(&request, limit).await?;
    DefaultBodyLimit::max(limit).apply(&mut request);
    Bytes::from_request(request, &()).await.map_err(|e| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::too_large("the body", limit),
        _ => ApiError::malformed_body("it ended early, or was sent too slowly"),
    })
}

/// Reads JSON into the wire type, or names the field that does not fit.
///
/// # Errors
/// 400
pub fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    // The parser would take an array for an object's fields in their order.
    if body.trim_ascii_start().first() == Some(&b'[') {
        return Err(ApiError::malformed_body("it is not the documented JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|e| {
        let path = e.path().to_string();
        let inner = e.into_inner();
        match inner.classify() {
            Category::Data => field_error(&path, &inner.to_string()),
            Category::Syntax | Category::Eof | Category::Io => ApiError::malformed_body("it is not JSON"),
        }
    })?;
    deserializer.end().map_err(|_| ApiError::malformed_body("there is something after the JSON value"))?;
    // Also where the wire type passes over names or takes any.
    if !json_object::has_unique_names(body) {
        return Err(ApiError::malformed_body(
            "a name comes twice in an object, or it is nested deeper than 127 levels",
        ));
    }
    Ok(value)
}

/// The parser's sentence quotes the value that was sent, which must not go back: only the field's name and what was
/// expected are taken from it.
fn field_error(path: &str, sentence: &str) -> ApiError {
    let prefix = if path == "." { String::new() } else { format!("{path}.") };
    if let Some(name) = sentence.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        return ApiError::missing_field(format!("{prefix}{name}"));
    }
    let expected = sentence
        .rsplit_once(", expected ")
        .map_or("a value of the documented type", |(_, rest)| rest.split(" at line ").next().unwrap_or(rest));
    match path {
        "." => ApiError::malformed_body("it is not the documented JSON object"),
        _ => ApiError::wrong_type(path, if expected == "f64" { "a number" } else { expected }),
    }
}

/// A document image with its fields, from `multipart/form-data`.
#[derive(Debug)]
pub struct ImageUpload {
    /// The session.
    pub session_id: String,
    /// Degrees north, as sent.
    pub latitude: String,
    /// Degrees east, as sent.
    pub longitude: String,
    /// The file's bytes.
    pub image: Vec<u8>,
}

/// Reads the multipart body of *document front / back image add*.
///
/// # Errors
/// 415, 413, 400 with the part's name.
pub async fn image_upload(request: Request) -> Result<ImageUpload, ApiError> {
    let wanted = [part::SESSION_ID, part::LATITUDE, part::LONGITUDE].map(|name| (name, TEXT_LIMIT));
    let [session, latitude, longitude] = wanted;
    let [session_id, latitude, longitude, image] =
        form(request, [session, latitude, longitude, (part::IMAGE, IMAGE_LIMIT)]).await?;
    Ok(ImageUpload {
        session_id: text(part::SESSION_ID, session_id)?,
        latitude: text(part::LATITUDE, latitude)?,
        longitude: text(part::LONGITUDE, longitude)?,
        image: file(part::IMAGE, image)?,
    })
}

/// The bodies of the named parts of a `multipart/form-data` body, each at most so many bytes; other parts are passed
/// over.
///
/// # Errors
/// 415, 413, 400 with the part's name where one comes twice.
pub async fn form<const N: usize>(
    mut request: Request,
    wanted: [(&'static str, usize); N],
) -> Result<[Option<Vec<u8>>; N], ApiError> {
    if media_type(request.headers()) != "multipart/form-data" {
        return Err(ApiError::wrong_media_type("multipart/form-data"));
    }
    reserve_body(&request, UPLOAD_LIMIT).await?;
    DefaultBodyLimit::max(UPLOAD_LIMIT).apply(&mut request);
    let mut parts =
        Multipart::from_request(request, &()).await.map_err(|_| ApiError::malformed_body("it has no boundary"))?;
    let mut found = std::array::from_fn(|_| None);
    while let Some(mut field) = parts.next_field().await.map_err(multipart_error)? {
        let Some(i) = wanted.iter().position(|(name, _)| field.name() == Some(name)) else { continue };
        let (name, limit) = wanted[i];
        if found[i].is_some() {
            return Err(ApiError::wrong_type(name, "one part of this name"));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(multipart_error)? {
            if bytes.len() + chunk.len() > limit {
                return Err(ApiError::too_large(&format!("`{name}`"), limit));
            }
            bytes.extend_from_slice(&chunk);
        }
        found[i] = Some(bytes);
    }
    Ok(found)
}

/// The bytes of a part that must be there.
///
/// # Errors
/// 400 with the part's name.
pub fn file(name: &str, bytes: Option<Vec<u8>>) -> Result<Vec<u8>, ApiError> {
    bytes.filter(|bytes| !bytes.is_empty()).ok_or_else(|| ApiError::missing_field(name))
}

/// The text of a part that must be there.
///
/// # Errors
/// 400 with the part's name.
pub fn text(name: &str, bytes: Option<Vec<u8>>) -> Result<String, ApiError> {
    let bytes = bytes.filter(|b| !b.is_empty()).ok_or_else(|| ApiError::missing_field(name))?;
    String::from_utf8(bytes).map_err(|_| ApiError::wrong_type(name, "UTF-8 text"))
}

fn multipart_error(e: axum::extract::multipart::MultipartError) -> ApiError {
    match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::too_large("the body", UPLOAD_LIMIT),
        _ => ApiError::malformed_body("it is not complete multipart/form-data, or was sent too slowly"),
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use kyc_capture::api::errors::ErrorReply;
    use kyc_capture::api::kyc::sdk::SdkLivenessProcessRequest;

    use super::*;

    #[tokio::test]
    async fn names_the_field_and_never_the_value() {
        let table = [
            (r#"{"latitude":1,"longitude":2}"#, "field_missing", Some("session_id")),
            (r#"{"session_id":"s","longitude":2}"#, "field_missing", Some("latitude")),
            (r#"{"session_id":"s","latitude":"SECRET","longitude":2}"#, "invalid_request", Some("latitude")),
            (r#"{"session_id":7,"latitude":1,"longitude":2}"#, "invalid_request", Some("session_id")),
            (r#"{"session_id":null,"latitude":1,"longitude":2}"#, "invalid_request", Some("session_id")),
            (r#"{"session_id":"s","latitude":1,"longitude":2,"images":[3]}"#, "invalid_request", Some("images[0]")),
            (r#"{"session_id":"s","latitude":1,"longitude":2} SECRET"#, "invalid_request", None),
            ("[1]", "invalid_request", None),
            ("SECRET", "invalid_request", None),
            ("", "invalid_request", None),
            (r#"{"session_id":"s","#, "invalid_request", None),
            (r#"{"session_id":"s","latitude":1,"latitude":1,"longitude":2}"#, "invalid_request", None),
            (r#"{"session_id":"s","latitude":1,"longitude":2,"SECRET":1,"SECRET":2}"#, "invalid_request", None),
            (r#"{"session_id":"s","latitude":1,"longitude":2,"x":[{"SECRET":1,"SECRET":2}]}"#, "invalid_request", None),
        ];
        for (body, code, field) in table {
            let error = parse_json::<SdkLivenessProcessRequest>(body.as_bytes()).unwrap_err();
            let response = error.into_response();
            assert_eq!(response.status(), 400, "{body}");
            let bytes = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
            let reply: ErrorReply = serde_json::from_slice(&bytes).unwrap();
            assert_eq!((reply.error.code.as_str(), reply.error.field.as_deref()), (code, field), "{body}");
            assert!(!reply.error.message.contains("SECRET"), "{}", reply.error.message);
        }
    }
}
