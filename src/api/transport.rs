//! What the client needs of its surroundings: one HTTP exchange, a wait, random numbers and the date.

use super::http::Method;

/// One HTTP request.
#[derive(Clone, Copy)]
pub struct HttpRequest<'a> {
    /// The method.
    pub method: Method,
    /// The absolute address.
    pub url: &'a str,
    /// Header fields; `Authorization` among them, so this is never to be logged.
    pub headers: &'a [(&'static str, &'a str)],
    /// The body; empty for `GET`.
    pub body: &'a [u8],
}

/// One HTTP reply, whatever its status.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpReply {
    /// The status, 100–599.
    pub status: u16,
    /// The field `Retry-After`.
    pub retry_after: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportError {
    /// No connection, name, certificate or permission (CORS), or the line broke.
    Network,
    /// The body is larger than the limit.
    TooLarge,
}

/// The client's surroundings. Futures are of one thread, as a browser's are.
#[allow(async_fn_in_trait)]
pub trait Transport {
    /// Sends a request and reads a reply of at most `limit` bytes. Dropping the future aborts the exchange.
    async fn send(&self, request: HttpRequest<'_>, limit: usize) -> Result<HttpReply, TransportError>;
    /// Returns a number that changes whenever part of a request was sent or part of a reply was received; constant if
    /// the transport cannot observe it.
    fn activity(&self) -> u32 {
        0
    }
    /// Waits.
    async fn sleep(&self, ms: u32);
    /// A random number, uniform over all of `u32`.
    fn random(&self) -> u32;
    /// Milliseconds since 1970-01-01 UTC.
    fn now_ms(&self) -> f64;
}
