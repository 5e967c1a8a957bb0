//! The browser's side of [`Transport`]: `fetch` through gloo-net, in a page, a worker or Node.

use std::cell::Cell;

use gloo_net::http::{RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ProgressEvent, ReadableStreamDefaultReader, RequestCache, RequestRedirect, Url, XmlHttpRequest,
    XmlHttpRequestResponseType,
};

use super::http::Method;
use super::transport::{HttpReply, HttpRequest, Transport, TransportError};

/// Bodies from this size on are sent by `XMLHttpRequest`, the only interface that reports the progress of an upload.
const UPLOAD_MIN_BYTES: usize = 64 * 1024;

thread_local! {
    /// Changes with every progress of any exchange.
    static ACTIVITY: Cell<u32> = const { Cell::new(0) };
    /// Bytes sent, and bytes in all, of the newest upload.
    static UPLOAD: Cell<(f64, f64)> = const { Cell::new((0.0, 0.0)) };
}

/// Returns the bytes sent and the bytes in all of the newest upload; `(0, 0)` before the first.
pub fn upload_progress() -> (f64, f64) {
    UPLOAD.get()
}

fn tick() {
    ACTIVITY.set(ACTIVITY.get().wrapping_add(1));
}

/// `fetch`, timers, `Math.random` and `Date`.
#[derive(Debug, Clone, Copy, Default)]
pub struct GlooTransport;

impl Transport for GlooTransport {
    async fn send(&self, request: HttpRequest<'_>, limit: usize) -> Result<HttpReply, TransportError> {
        if request.body.len() >= UPLOAD_MIN_BYTES
            && let Ok(xhr) = XmlHttpRequest::new()
        {
            return upload(xhr, request, limit).await;
        }
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
        tick();
        let retry_after = response.headers().get("retry-after");
        let status = response.status();
        let body = read_body(&response, limit).await?;
        Ok(HttpReply { status, retry_after, body })
    }

    fn activity(&self) -> u32 {
        ACTIVITY.get()
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

/// Ends an upload when its future is dropped.
struct EndOnDrop(XmlHttpRequest);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.set_onloadend(None);
        self.0.set_onprogress(None);
        if let Ok(upload) = self.0.upload() {
            upload.set_onprogress(None);
        }
        // After the end it does nothing.
        let _ = self.0.abort();
    }
}

/// Sends a large body. Redirects cannot be forbidden here: a reply from another address is no reply.
async fn upload(xhr: XmlHttpRequest, request: HttpRequest<'_>, limit: usize) -> Result<HttpReply, TransportError> {
    let exchange = EndOnDrop(xhr);
    let xhr = &exchange.0;
    let method = match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Patch => "PATCH",
    };
    xhr.open_with_async(method, request.url, true).map_err(no_network)?;
    xhr.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    for (name, value) in request.headers {
        xhr.set_request_header(name, value).map_err(no_network)?;
    }
    UPLOAD.set((0.0, request.body.len() as f64));
    let sent = Closure::<dyn FnMut(ProgressEvent)>::new(|event: ProgressEvent| {
        tick();
        UPLOAD.set((event.loaded(), event.total().max(event.loaded())));
    });
    let received = Closure::<dyn FnMut(ProgressEvent)>::new({
        let xhr = xhr.clone();
        move |event: ProgressEvent| {
            tick();
            if event.loaded() > limit as f64 {
                let _ = xhr.abort();
            }
        }
    });
    xhr.upload().map_err(no_network)?.set_onprogress(Some(sent.as_ref().unchecked_ref()));
    xhr.set_onprogress(Some(received.as_ref().unchecked_ref()));
    let ended = Promise::new(&mut |resolve, _| xhr.set_onloadend(Some(&resolve)));
    xhr.send_with_opt_u8_array(Some(request.body)).map_err(no_network)?;
    JsFuture::from(ended).await.map_err(no_network)?;
    let status = xhr.status().map_err(no_network)?;
    let address = |text: &str| Url::new(text).map(|url| url.href());
    let answered_by = xhr.response_url();
    if status == 0 || address(&answered_by).ok() != address(request.url).ok() {
        return Err(TransportError::Network);
    }
    let body = xhr.response().map_err(no_network)?;
    let body = if body.is_object() { Uint8Array::new(&body).to_vec() } else { Vec::new() };
    if body.len() > limit {
        return Err(TransportError::TooLarge);
    }
    let retry_after = if status < 400 { None } else { xhr.get_response_header("retry-after").ok().flatten() };
    Ok(HttpReply { status, retry_after, body })
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
        tick();
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
