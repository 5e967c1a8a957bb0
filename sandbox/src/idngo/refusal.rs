//! Errors of IDnGO: those that the protocol documents, and those of HTTP.

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use kyc_capture::api::errors::{ErrorBody, ErrorReply};
use kyc_capture::api::idngo::IdngoError;

use crate::http::errors::ApiError;

/// A refusal: one of the protocol's, or one of HTTP's own.
#[derive(Debug)]
pub enum Refusal {
    /// With its settled code and text.
    Idngo {
        /// Which.
        error: IdngoError,
        /// The parameter, field or entry that is at fault.
        field: Option<String>,
        /// Seconds to wait.
        retry_after_s: Option<u64>,
    },
    /// Of the server as a whole.
    Other(ApiError),
}

impl Refusal {
    /// About a parameter, a field or an entry.
    pub fn about(error: IdngoError, field: impl Into<String>) -> Self {
        Self::Idngo { error, field: Some(field.into()), retry_after_s: None }
    }

    /// To be tried again after so many milliseconds.
    pub fn wait(error: IdngoError, ms: i64) -> Self {
        let seconds = ms.max(0).unsigned_abs().div_ceil(1_000).max(1);
        Self::Idngo { error, field: None, retry_after_s: Some(seconds) }
    }
}

impl From<IdngoError> for Refusal {
    fn from(error: IdngoError) -> Self {
        Self::Idngo { error, field: None, retry_after_s: None }
    }
}

impl<E: Into<ApiError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Other(error) => error.into_response(),
            Self::Idngo { error, field, retry_after_s } => {
                let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let body = ErrorBody { code: error.code().into(), message: error.text().into(), field };
                let reply = ErrorReply { error: body, status_code: error.status() };
                let mut response = (status, Json(reply)).into_response();
                if let Some(seconds) = retry_after_s {
                    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
                }
                response
            }
        }
    }
}
