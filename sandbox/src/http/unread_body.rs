//! Reads on what a client still sends after it was answered, so that it reads the answer.
//!
//! Closing a connection with unread data resets it, and a reset discards the reply on its way (RFC 9112, section 9.6):
//! clients that write a whole body before they read would see a broken connection instead of 401 or 413. A body also
//! has a minimum rate, so that a slow one does not keep what was reserved for it.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CONNECTION, EXPECT};
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep};

/// Maximum number of bytes that are read after the answer: more than any documented body.
const MAX_REST: usize = 64 << 20;
/// Maximum time for reading them.
const MAX_REST_TIME: Duration = Duration::from_secs(30);
/// Minimum rate of a body, bytes per second.
const MIN_RATE: u64 = 16 << 10;
/// Time that a body may take beyond that of the minimum rate.
const GRACE: Duration = Duration::from_secs(10);

/// The middleware: the innermost handlers get the body, and what they leave of it is read after the answer.
pub async fn read_rest(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    // Such a client waits for the answer, and sends no body after a refusal (RFC 9110, section 10.1.1).
    let waits = request.headers().contains_key(EXPECT);
    let (parts, body) = request.into_parts();
    let body = SharedBody::new(body);
    let mut response = next.run(Request::from_parts(parts, Body::new(body.clone()))).await;
    if body.is_end_stream() {
        return response;
    }
    if waits && !body.was_read() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    } else {
        if body.size_hint().upper().is_none_or(|rest| rest > MAX_REST as u64) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        tokio::spawn(async move {
            let _ = tokio::time::timeout(MAX_REST_TIME, body.discard(MAX_REST)).await;
        });
    }
    response
}

/// The body of a request, shared by its handler and by what reads the rest.
#[derive(Debug, Clone)]
struct SharedBody(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    body: Body,
    /// Bytes read.
    read: u64,
    ended: bool,
    /// When reading began, and when it ends unless more comes.
    clock: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl SharedBody {
    fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(State { body, read: 0, ended: false, clock: None })))
    }

    fn with<T>(&self, run: impl FnOnce(&mut State) -> T) -> T {
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn was_read(&self) -> bool {
        self.with(|state| state.clock.is_some())
    }

    /// Reads at most about `limit` bytes, and drops them.
    async fn discard(mut self, limit: usize) {
        let mut left = limit;
        while let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut self).poll_frame(cx)).await {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                break;
            }
        }
    }
}

impl HttpBody for SharedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.with(|state| state.poll(cx))
    }

    fn is_end_stream(&self) -> bool {
        self.with(|state| state.ended || state.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|state| state.body.size_hint())
    }
}

impl State {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let (begun, deadline) = self.clock.get_or_insert_with(|| {
            let now = Instant::now();
            (now, Box::pin(tokio::time::sleep_until(now + GRACE)))
        });
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        match &frame {
            Poll::Ready(Some(Ok(frame))) => {
                self.read += frame.data_ref().map_or(0, Bytes::len) as u64;
                let allowed = GRACE + Duration::from_millis(self.read * 1_000 / MIN_RATE);
                deadline.as_mut().reset(*begun + allowed);
            }
            Poll::Ready(_) => self.ended = true,
            Poll::Pending if deadline.as_mut().poll(cx).is_ready() => {
                self.ended = true;
                let slow = io::Error::new(io::ErrorKind::TimedOut, "the body is sent too slowly");
                return Poll::Ready(Some(Err(slow.into())));
            }
            Poll::Pending => {}
        }
        frame.map_err(Into::into)
    }
}
