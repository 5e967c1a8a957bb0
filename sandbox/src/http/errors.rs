//! Errors as HTTP replies.

use axum::Json;
use axum::response::{IntoResponse, Response};
use kyc_capture::api::errors::ErrorReply;

pub use crate::error::ApiError;

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorReply::new(self.code(), self.message.as_str(), self.field());
        let mut response = (self.status(), Json(body)).into_response();
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
