//! Connections that can be cut, and that end when they are idle.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
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

impl Connected<IncomingStream<'_, CuttableListener>> for ConnectionHandle {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().line.clone()
    }
}

/// A TCP listener whose connections carry a [`ConnectionHandle`], and end when nothing goes over them.
#[derive(Debug)]
pub struct CuttableListener {
    /// The listening socket.
    pub listener: TcpListener,
    /// How long nothing may go over a connection.
    pub idle: Duration,
}

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        // axum's own implementation waits a little and goes on where the system has no free descriptor.
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Replies are small and written at once: waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        let line = ConnectionHandle { address: Some(address), ..ConnectionHandle::default() };
        let quiet = Box::pin(tokio::time::sleep(self.idle));
        (CuttableStream { stream, line, idle: self.idle, quiet }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
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
}

impl CuttableStream {
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
