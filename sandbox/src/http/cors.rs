//! Pages of other origins (the Fetch standard's CORS protocol): those that the operator named may call, those that a
//! client named may call in its name, all others may not. No cookie is ever used, so no credentials are allowed.
//!
//! A preflight request does not say in whose name the page will call, so it is answered for every origin that any
//! client named; the reply itself is readable to the page where it is this client's.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::store::{Store, clients};

/// Who may call from another origin.
#[derive(Debug, Clone)]
pub struct Cors {
    /// The origins that clients named.
    pub store: Store,
    /// The origins that the operator named.
    pub allowed_origins: Arc<[HeaderValue]>,
}

/// The middleware: answers preflight requests, and marks the replies to origins that may read them.
pub async fn answer(State(cors): State<Cors>, request: Request, next: Next) -> Response {
    let preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let origin = allowed_origin(&cors, request.headers(), preflight).await;
    let Some(origin) = origin else {
        let mut response = next.run(request).await;
        response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
        return response;
    };
    let mut response = if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    if preflight {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        let allowed = HeaderValue::from_static("authorization, content-type, x-client-id");
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after, www-authenticate"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.append(VARY, HeaderValue::from_static("origin"));
    response
}

/// The origin of the page that calls, where it is another one than the server's own and may.
async fn allowed_origin(cors: &Cors, headers: &HeaderMap, preflight: bool) -> Option<HeaderValue> {
    let origin = headers.get(ORIGIN)?;
    if cors.allowed_origins.contains(origin) {
        return Some(origin.clone());
    }
    let text = origin.to_str().ok()?.to_owned();
    let host = text.split_once("://").map(|(_, host)| host);
    if host.is_some() && host == headers.get(HOST).and_then(|host| host.to_str().ok()) {
        return None;
    }
    let clients = cors.store.read(move |c| clients::of_origin(c, &text)).await.ok()?;
    let named = headers.get("x-client-id").map(HeaderValue::as_bytes);
    let allowed = if preflight { !clients.is_empty() } else { clients.iter().any(|id| Some(id.as_bytes()) == named) };
    allowed.then(|| origin.clone())
}
