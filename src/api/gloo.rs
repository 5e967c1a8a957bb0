//! The browser's side of [`Transport`]: `fetch` through gloo-net, in a page, a worker or Node.

use gloo_net::http::{RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestCache, RequestRedirect};

use super::http::Method;
use super::transport::{HttpReply, HttpRequest, Transport, TransportError};

/// `fetch`, timers, `Math.random` and `Date`.
#[derive(Debug, Clone, Copy, Default)]
pub struct GlooTransport;

impl Transport for GlooTransport {
    async fn send(&self, request: HttpRequest<'_>, limit: usize) -> Result<HttpReply, TransportError> {
        let abort = AbortOnDrop(AbortController::new().map_err(no_network)?);
        let mut builder = RequestBuilder::new(request.url)
            .method(match request.method {
                Method::Get => gloo_net::http::Method::GET,
                Method::Post => gloo_net::http::Method::POST,
                Method::Patch => gloo_net::http::Method::PATCH,
            })
            // Answers about a person belong in no cache, and a token follows no redirect.
            .cache(RequestCache::NoStore)
            .redirect(RequestRedirect::Error)
            .abort_signal(Some(&abort.0.signal()));
        for (name, value) in request.headers {
            builder = builder.header(name, value);
        }
        let request = match request.method {
            Method::Get => builder.build(),
            Method::Post | Method::Patch => builder.body(Uint8Array::from(request.body)),
        };
        let response = request.map_err(no_network)?.send().await.map_err(no_network)?;
        let retry_after = response.headers().get("retry-after");
        let status = response.status();
        let body = read_body(&response, limit).await?;
        Ok(HttpReply { status, retry_after, body })
    }

    async fn sleep(&self, ms: u32) {
        TimeoutFuture::new(ms).await;
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 2^32 - 1")]
    fn random(&self) -> u32 {
        (js_sys::Math::random() * 4_294_967_296.0) as u32
    }

    fn now_ms(&self) -> f64 {
        js_sys::Date::now()
    }
}

/// Aborts the exchange when its future is dropped, as by a time limit. After the end it does nothing.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Reads chunk by chunk, so that an endless reply is left after `limit` bytes.
async fn read_body(response: &Response, limit: usize) -> Result<Vec<u8>, TransportError> {
    let Some(stream) = response.body() else { return Ok(Vec::new()) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut body = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(no_network)?;
        let field = |name: &str| Reflect::get(&chunk, &JsValue::from_str(name)).map_err(no_network);
        if field("done")?.is_truthy() {
            return Ok(body);
        }
        let bytes: Uint8Array = field("value")?.dyn_into().map_err(no_network)?;
        if body.len() + bytes.length() as usize > limit {
            return Err(TransportError::TooLarge);
        }
        let begun = body.len();
        body.resize(begun + bytes.length() as usize, 0);
        bytes.copy_to(&mut body[begun..]);
    }
}

/// The texts of network errors differ between browsers and may hold addresses: only the fact counts.
fn no_network<E>(_: E) -> TransportError {
    TransportError::Network
}
