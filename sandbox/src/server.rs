//! Serves the application on a listener.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, FromRef, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::background;
use crate::http::connection::{CuttableListener, CuttableStream};
use crate::kyc::webhooks::delivery::Parts;
use crate::router::router;
use crate::state::App;

/// How long a connection may be quiet after the longest request.
const IDLE: Duration = Duration::from_secs(30);
/// Descriptors kept for the database, files, and connections to others.
const RESERVED_DESCRIPTORS: usize = 128;
/// Maximum number of connections, if the system allows so many descriptors.
const MAX_CONNECTIONS: usize = 10_000;
/// Share of the connections that one address may have: a quarter, so that one caller leaves room for others.
const ADDRESS_SHARE: usize = 4;

/// Serves `app` until `shutdown` is done; requests under way are answered.
///
/// # Errors
/// None: accepting continues after every error.
pub async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // A request under way is quiet until it is answered, so this is longer than any may take.
    let idle = app.config.request_timeout + IDLE;
    let max = app.config.max_connections.unwrap_or_else(connection_limit);
    // A proxy makes the connections of all callers.
    let max_per_address = if app.config.trust_proxy { max } else { (max / ADDRESS_SHARE).max(1) };
    let head_timeout = app.config.head_timeout;
    // Ends with the server, and with this future.
    let mut unasked = JoinSet::new();
    unasked.spawn(background::run(Parts::from_ref(&app), app.config.background_every));
    let mut listener = CuttableListener::new(listener, idle, max, max_per_address);
    let router = router(app);
    let connections = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            stream = listener.accept() => {
                tokio::spawn(serve_connection(stream, router.clone(), head_timeout, connections.watcher()));
            }
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    connections.shutdown().await;
    Ok(())
}

/// Serves HTTP/1.1 on a connection. A head that is not complete in time closes it, and so does none.
async fn serve_connection(stream: CuttableStream, router: Router, head_timeout: Duration, watcher: Watcher) {
    let line = stream.line();
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(line.clone()));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .serve_connection(TokioIo::new(stream), service);
    // It fails if the client goes away or sends what is not HTTP; there is no one to report that to.
    let _ = watcher.watch(connection).await;
}

/// Connections for which this process has descriptors.
fn connection_limit() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let descriptors = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    descriptors.saturating_sub(RESERVED_DESCRIPTORS).clamp(16, MAX_CONNECTIONS)
}
