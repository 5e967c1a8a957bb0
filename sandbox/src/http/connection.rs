//! Connections that can be cut, that end when they are idle, and whose number is limited.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

/// A handle on the connection that a request came by. Once cut, nothing more is written to it, and it closes.
#[derive(Debug, Clone, Default)]
pub struct ConnectionHandle {
    cut: Arc<AtomicBool>,
    address: Option<SocketAddr>,
}

impl ConnectionHandle {
    /// Cuts the connection.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
    }

    /// The other end.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    fn check(&self) -> io::Result<()> {
        if self.cut.load(Ordering::Relaxed) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

/// A TCP listener whose connections carry a [`ConnectionHandle`], end when nothing goes over them, and are limited in
/// number.
#[derive(Debug)]
pub struct CuttableListener {
    listener: TcpListener,
    idle: Duration,
    open: Arc<Semaphore>,
    addresses: Arc<Mutex<HashMap<IpAddr, usize>>>,
    max_per_address: usize,
}

impl CuttableListener {
    /// Listens on a socket; a connection ends after `idle` without traffic. At most `max` are open at a time, of which
    /// at most `max_per_address` come from one address.
    pub fn new(listener: TcpListener, idle: Duration, max: usize, max_per_address: usize) -> Self {
        let open = Arc::new(Semaphore::new(max));
        Self { listener, idle, open, addresses: Arc::default(), max_per_address }
    }

    /// Accepts a connection, once there is room for one. Closes those of an address that has too many.
    pub async fn accept(&mut self) -> CuttableStream {
        loop {
            // The semaphore is never closed.
            let Ok(room) = Arc::clone(&self.open).acquire_owned().await else {
                match std::future::pending::<Infallible>().await {}
            };
            // axum's implementation waits a little and continues if the system has no free descriptor.
            let (stream, address) = Listener::accept(&mut self.listener).await;
            let Some(counted) = Counted::new(&self.addresses, address.ip().to_canonical(), self.max_per_address) else {
                continue;
            };
            // Replies are small and written at once: waiting to fill a packet only delays them.
            let _ = stream.set_nodelay(true);
            let line = ConnectionHandle { address: Some(address), ..ConnectionHandle::default() };
            let quiet = Box::pin(tokio::time::sleep(self.idle));
            return CuttableStream { stream, line, idle: self.idle, quiet, _room: room, _counted: counted };
        }
    }
}

/// A connection counted for its address, until dropped.
#[derive(Debug)]
struct Counted {
    addresses: Arc<Mutex<HashMap<IpAddr, usize>>>,
    address: IpAddr,
}

impl Counted {
    fn new(addresses: &Arc<Mutex<HashMap<IpAddr, usize>>>, address: IpAddr, max: usize) -> Option<Self> {
        let mut counts = addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= max {
            return None;
        }
        *count += 1;
        Some(Self { addresses: Arc::clone(addresses), address })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

/// A connection that fails once its [`ConnectionHandle`] is cut, and once nothing went over it for a while.
#[derive(Debug)]
pub struct CuttableStream {
    stream: TcpStream,
    line: ConnectionHandle,
    idle: Duration,
    /// Ends when it has been quiet for too long.
    quiet: Pin<Box<Sleep>>,
    _room: OwnedSemaphorePermit,
    _counted: Counted,
}

impl CuttableStream {
    /// The handle on this connection.
    pub fn line(&self) -> ConnectionHandle {
        self.line.clone()
    }

    fn moved(&mut self) {
        let until = Instant::now() + self.idle;
        self.quiet.as_mut().reset(until);
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.line.check()?;
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        match read {
            Poll::Ready(_) => self.moved(),
            Poll::Pending if self.quiet.as_mut().poll(cx).is_ready() => {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            Poll::Pending => {}
        }
        read
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.line.check()?;
        self.moved();
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.line.check()?;
        self.moved();
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
