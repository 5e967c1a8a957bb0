//! Serves the application on a listener.

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::extract::FromRef;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::http::connection::{ConnectionHandle, CuttableListener};
use crate::jobs::background;
use crate::kyc::webhooks::delivery::Parts;
use crate::router::router;
use crate::state::App;

/// How long a connection may be quiet between requests, or in the middle of a head.
const IDLE: Duration = Duration::from_secs(30);

/// Serves `app` until `shutdown` is done; requests under way are answered.
///
/// # Errors
/// What the listener says.
pub async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // A request under way is quiet until it is answered, so this is longer than any may take.
    let idle = app.config.request_timeout + IDLE;
    // Ends with the server, and with this future.
    let mut unasked = JoinSet::new();
    unasked.spawn(background::run(Parts::from_ref(&app), app.config.background_every));
    let service = router(app).into_make_service_with_connect_info::<ConnectionHandle>();
    axum::serve(CuttableListener { listener, idle }, service).with_graceful_shutdown(shutdown).await
}
