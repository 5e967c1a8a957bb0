//! Refusals of *Persons*.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kyc_capture::api::biometric::persons::{AliasConflict, PersonsError, PersonsErrorReply};
use kyc_capture::api::errors::{ApiErrorCode, ErrorBody};

use crate::error::ApiError;
use crate::store::persons::Refused;

/// A refusal: one that the document names, or one of HTTP's own.
#[derive(Debug)]
pub enum Refusal {
    /// With the documented text, the field at fault, and who holds the aliases.
    Documented(PersonsError, Option<String>, Vec<AliasConflict>),
    /// A body that is too large or of another media type, too many requests.
    Other(ApiError),
}

impl From<PersonsError> for Refusal {
    fn from(error: PersonsError) -> Self {
        Self::Documented(error, None, Vec::new())
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound => PersonsError::PersonNotFound.into(),
            Refused::LimitReached => PersonsError::LimitExceeded.into(),
            Refused::Taken(conflicts) => Self::Documented(PersonsError::AliasExists, None, conflicts),
            Refused::OnlyDefault => PersonsError::DefaultPhoto.into(),
        }
    }
}

impl<E: Into<ApiError>> From<E> for Refusal {
    /// What is said about fields is said in the document's words.
    fn from(error: E) -> Self {
        let error = error.into();
        match error.code() {
            ApiErrorCode::FieldMissing | ApiErrorCode::InvalidRequest | ApiErrorCode::FieldInvalid => {
                Self::Documented(PersonsError::Validation, error.field().map(str::to_owned), Vec::new())
            }
            ApiErrorCode::ServerError => PersonsError::Internal.into(),
            _ => Self::Other(error),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Other(error) => error.into_response(),
            Self::Documented(error, field, conflicts) => {
                let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let body = ErrorBody { code: error.code().into(), message: error.text().into(), field };
                (status, Json(PersonsErrorReply { error: body, status_code: error.status(), conflicts }))
                    .into_response()
            }
        }
    }
}

/// The refusal with the field at fault.
pub(super) fn about(error: PersonsError, field: impl Into<String>) -> Refusal {
    Refusal::Documented(error, Some(field.into()), Vec::new())
}
