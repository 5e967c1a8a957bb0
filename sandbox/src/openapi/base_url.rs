//! The server's address in its texts.

use axum::http::HeaderMap;
use axum::http::header::HOST;

/// The placeholder for the server's own address in page and document.
pub const BASE_URL: &str = "http://127.0.0.1:8080";

/// Returns the text with the address under which it was requested.
pub fn with_base_url(text: &str, headers: &HeaderMap) -> String {
    // The caller's own words, so only a plain host goes into the text.
    let plain =
        |host: &&str| host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'));
    let host = headers.get(HOST).and_then(|h| h.to_str().ok()).filter(plain);
    host.map_or_else(|| text.to_owned(), |host| text.replace(BASE_URL, &format!("http://{host}")))
}
