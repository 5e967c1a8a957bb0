//! Faults on order, for tests of the client: `POST /__faults` makes the next requests of a route fail in a chosen way.
//! There is no such route unless the server was started with `--faults`.

use std::sync::{Mutex, PoisonError};

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use kyc_capture::api::kyc::Empty;
use serde::Deserialize;

use crate::http::connection::Line;
use crate::http::errors::ApiError;
use crate::http::requests::{self, JSON_LIMIT};
use crate::state::App;

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
pub struct Order {
    /// The path that fails.
    pub route: String,
    /// How.
    pub fault: Kind,
    /// For how many requests; 0 takes back what was ordered for the route.
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

/// The orders that are not used up.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Order>>);

impl Faults {
    fn add(&self, order: Order) {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match order.times {
            0 => orders.retain(|o| o.route != order.route),
            _ => orders.push(order),
        }
    }

    /// Takes one failure of this route.
    fn take(&self, path: &str) -> Option<Order> {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let order = orders.iter_mut().find(|o| o.route == path)?;
        order.times -= 1;
        let taken = order.clone();
        orders.retain(|o| o.times > 0);
        Some(taken)
    }
}

/// `POST /__faults`
///
/// # Errors
/// 400.
pub async fn order(State(app): State<App>, request: Request) -> Result<Json<Empty>, ApiError> {
    app.faults.add(requests::json(request, JSON_LIMIT).await?);
    Ok(Json(Empty {}))
}

/// The middleware that lets an ordered fault happen.
pub async fn strike(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(order) = app.faults.take(request.uri().path()) else { return next.run(request).await };
    let line = request.extensions().get::<ConnectInfo<Line>>().map(|info| info.0.clone());
    match order.fault {
        Kind::Drop => cut(line),
        Kind::DropReply => {
            next.run(request).await;
            cut(line)
        }
        Kind::Unavailable => ApiError::unavailable().into_response(),
        Kind::TooManyRequests => ApiError::too_many_requests(order.retry_after).into_response(),
        Kind::Unauthorized => ApiError::token_expired().into_response(),
        Kind::Html => Html("<!doctype html><title>Sign in to the network</title>").into_response(),
    }
}

fn cut(line: Option<Line>) -> Response {
    match line {
        Some(line) => {
            line.cut();
            // Never sent: the line is cut.
            StatusCode::NO_CONTENT.into_response()
        }
        None => ApiError::internal("there is no connection to cut").into_response(),
    }
}
