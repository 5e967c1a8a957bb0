//! Fault injection, for tests of the client: `POST /__faults` makes the next requests of a route fail in a chosen way.
//! The route exists only if the server was started with `--faults`.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use kyc_capture::api::kyc::Empty;
use serde::Deserialize;

use crate::http::connection::ConnectionHandle;
use crate::http::errors::ApiError;
use crate::http::requests::{self, JSON_LIMIT};

/// The ways to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The connection is cut before the request is read.
    Drop,
    /// The request is carried out, and the connection is cut instead of the reply.
    DropReply,
    /// 503.
    Unavailable,
    /// 429 with `Retry-After`.
    TooManyRequests,
    /// 401, as for an expired token.
    Unauthorized,
    /// 200 with a page in place of JSON, as from a captive portal.
    Html,
}

/// Body of `POST /__faults`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultSpec {
    /// The path that fails.
    pub route: String,
    /// How.
    pub fault: Kind,
    /// For how many requests; 0 removes the faults of the route.
    #[serde(default = "once")]
    pub times: u32,
    /// Seconds, for `too_many_requests`.
    #[serde(default = "once_s")]
    pub retry_after: u64,
}

fn once() -> u32 {
    1
}

fn once_s() -> u64 {
    1
}

/// The scheduled faults. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<FaultSpec>>>);

impl Faults {
    fn add(&self, fault: FaultSpec) {
        let mut scheduled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match fault.times {
            0 => scheduled.retain(|f| f.route != fault.route),
            _ => scheduled.push(fault),
        }
    }

    /// Takes one failure of this route.
    fn take(&self, path: &str) -> Option<FaultSpec> {
        let mut scheduled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = scheduled.iter_mut().find(|f| f.route == path)?;
        fault.times -= 1;
        let taken = fault.clone();
        scheduled.retain(|f| f.times > 0);
        Some(taken)
    }
}

/// `POST /__faults`
///
/// # Errors
/// 400.
pub async fn schedule_fault(State(faults): State<Faults>, request: Request) -> Result<Json<Empty>, ApiError> {
    faults.add(requests::json(request, JSON_LIMIT).await?);
    Ok(Json(Empty {}))
}

/// The middleware that injects a scheduled fault.
pub async fn inject(State(faults): State<Faults>, request: Request, next: Next) -> Response {
    let Some(fault) = faults.take(request.uri().path()) else { return next.run(request).await };
    let line = request.extensions().get::<ConnectInfo<ConnectionHandle>>().map(|info| info.0.clone());
    match fault.fault {
        Kind::Drop => cut(line),
        Kind::DropReply => {
            next.run(request).await;
            cut(line)
        }
        Kind::Unavailable => ApiError::unavailable().into_response(),
        Kind::TooManyRequests => ApiError::too_many_requests(fault.retry_after).into_response(),
        Kind::Unauthorized => ApiError::token_expired().into_response(),
        Kind::Html => Html("<!doctype html><title>Sign in to the network</title>").into_response(),
    }
}

fn cut(line: Option<ConnectionHandle>) -> Response {
    match line {
        Some(line) => {
            line.cut();
            // Never sent: the line is cut.
            StatusCode::NO_CONTENT.into_response()
        }
        None => ApiError::internal("there is no connection to cut").into_response(),
    }
}
