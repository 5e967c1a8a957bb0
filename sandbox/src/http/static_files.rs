//! The demo page and the built package, from two folders, under a strict content security policy.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use crate::http::errors::ApiError;
use crate::random;

/// Nothing from elsewhere, nothing inline, no `eval`: only WebAssembly may be compiled.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                      img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; media-src 'self' blob:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Added where the operator asks for it.
const TRUSTED_TYPES: &str = "; require-trusted-types-for 'script'";

/// The folders of static files, and their policy.
#[derive(Debug, Clone)]
pub struct StaticFiles {
    /// The folder of the demo page.
    pub www: Option<Arc<Path>>,
    /// The folder of the built package, served under `/pkg/`.
    pub pkg: Option<Arc<Path>>,
    /// Whether pages forbid script text that is no `TrustedScript`.
    pub trusted_types: bool,
}

impl StaticFiles {
    /// The content security policy of this server's pages.
    pub fn policy(&self) -> String {
        if self.trusted_types { format!("{POLICY}{TRUSTED_TYPES}") } else { POLICY.to_owned() }
    }
}

/// Files of `--www`, for every address that is no route.
///
/// # Errors
/// 404, 405.
pub async fn page(State(files): State<StaticFiles>, request: Request) -> Result<Response, ApiError> {
    let Some(root) = &files.www else { return Err(nothing_here()) };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(nothing_here());
    }
    serve(&files, root, request.uri().path(), request.headers()).await
}

/// Files of `--pkg`, under `/pkg/`.
///
/// # Errors
/// 404.
pub async fn package(State(files): State<StaticFiles>, uri: Uri, headers: HeaderMap) -> Result<Response, ApiError> {
    let Some(root) = &files.pkg else { return Err(nothing_here()) };
    let path = uri.path().strip_prefix("/pkg").ok_or_else(nothing_here)?;
    serve(&files, root, path, &headers).await
}

/// The start page, where there is one and the caller is a browser.
pub async fn start_page(files: &StaticFiles, headers: &HeaderMap) -> Option<Response> {
    let root = files.www.as_ref()?;
    let accept = headers.get(ACCEPT)?.to_str().ok()?;
    if !accept.contains("text/html") {
        return None;
    }
    serve(files, root, "/", headers).await.ok()
}

async fn serve(files: &StaticFiles, root: &Path, path: &str, headers: &HeaderMap) -> Result<Response, ApiError> {
    let file = resolve(root, path).ok_or_else(nothing_here)?;
    let mime = mime_of(&file);
    let bytes = tokio::task::spawn_blocking(move || std::fs::read(file))
        .await
        .map_err(|_| ApiError::internal("a file task ended early"))?
        .map_err(|_| nothing_here())?;
    let tag: String = random::hash(&bytes)[..16].iter().map(|b| format!("{b:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let known = headers.get(IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let unchanged = known.is_some_and(|list| list.split(',').any(|t| t.trim().trim_start_matches("W/") == tag));
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let length = bytes.len();
        (
            [(CONTENT_TYPE, HeaderValue::from_static(mime)), (CONTENT_LENGTH, HeaderValue::from(length))],
            Body::from(bytes),
        )
            .into_response()
    };
    let h = response.headers_mut();
    let policy = files.policy();
    let texts = [
        (CONTENT_SECURITY_POLICY, policy.as_str()),
        (ETAG, tag.as_str()),
        // Kept, but asked about each time: a rebuilt package is seen at once.
        (CACHE_CONTROL, "no-cache"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(self), microphone=()"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in texts {
        h.insert(name, HeaderValue::from_str(value).map_err(|_| ApiError::internal("a header is not text"))?);
    }
    Ok(response)
}

/// The file that an address names inside `root`. Names are plain (letters, digits, `. _ - @ +`), none begins with a
/// dot, and what they lead to, links followed, lies inside the folder.
fn resolve(root: &Path, path: &str) -> Option<PathBuf> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'@' | b'+');
    let root = root.canonicalize().ok()?;
    let mut file = root.clone();
    let relative = path.strip_prefix('/')?;
    let directory = relative.is_empty() || relative.ends_with('/');
    for name in relative.trim_end_matches('/').split('/').filter(|_| !relative.is_empty()) {
        if name.is_empty() || name.starts_with('.') || !name.bytes().all(plain) {
            return None;
        }
        file.push(name);
    }
    if directory {
        file.push("index.html");
    }
    let file = file.canonicalize().ok()?;
    (file.starts_with(&root) && file.is_file()).then_some(file)
}

fn mime_of(file: &Path) -> &'static str {
    match file.extension().and_then(|e| e.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt" | "md" | "ts") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn nothing_here() -> ApiError {
    ApiError::not_found("there is nothing at this address")
}
