//! IDnGO: the fourteen additional requests, and the page that a WebSDK link opens.
//!
//! A request passes [`call`] (who calls, signed and in time) and reaches its operation: [`applicants`] (levels, data,
//! presence, e-mail, timeline), [`import`] (an archive, read by [`archive`] and looked at by [`media`]), [`checks`] (what was
//! checked, by [`similar`], [`tin`] and the core's detectors), [`report`] (drawn by [`pdf`]), [`video`] (muxed by [`webm`]) and
//! [`links`]. What happened to an applicant is written by [`timeline`] as it happens.

pub mod applicants;
pub mod archive;
pub mod call;
pub mod checks;
pub mod faces;
pub mod import;
pub mod levels;
pub mod links;
pub mod mail;
pub mod media;
pub mod pdf;
pub mod report;
pub mod settle;
pub mod similar;
pub mod timeline;
pub mod tin;
pub mod video;
pub mod webm;

use axum::Json;
use axum::Router;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, patch, post};
use kyc_capture::api::errors::{ErrorBody, ErrorReply};
use kyc_capture::api::idngo::{IdngoError, IdngoOperation};

use crate::http::errors::ApiError;
use crate::state::App;
use crate::store::db::Connection;

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

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Other(error)
    }
}

impl From<crate::store::db::Error> for Refusal {
    fn from(error: crate::store::db::Error) -> Self {
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

/// Runs `work` in one transaction, which is undone where it refuses.
///
/// # Errors
/// What `work` says; 500 where the database refuses.
pub async fn run<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&Connection) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    // The store knows one kind of error: the refusal goes beside it.
    let (sender, refusal) = std::sync::mpsc::channel();
    let done = app.store.run(move |c| {
        work(c).map_err(|refused| match refused {
            Refusal::Other(error) => error,
            documented => {
                let _ = sender.send(documented);
                ApiError::internal("refused")
            }
        })
    });
    done.await.map_err(|error| refusal.try_recv().unwrap_or(Refusal::Other(error)))
}

/// The routes of this area. Three operations share *latest checks*.
pub fn routes() -> Router<App> {
    let mut router = links::routes();
    for operation in IdngoOperation::ALL {
        if let Some(handler) = handler_of(*operation) {
            router = router.route(operation.path(), handler);
        }
    }
    router
}

fn handler_of(operation: IdngoOperation) -> Option<MethodRouter<App>> {
    Some(match operation {
        IdngoOperation::SimilarCheck => get(checks::latest),
        // The type in the query tells them apart.
        IdngoOperation::TinCheck | IdngoOperation::LivenessCheck => return None,
        IdngoOperation::WebSdkLink => post(links::create),
        IdngoOperation::StatusEmail => post(mail::status_email),
        IdngoOperation::Timeline => get(timeline::read),
        IdngoOperation::Report => get(report::download),
        IdngoOperation::Levels => get(levels::list),
        IdngoOperation::InfoPatch => patch(applicants::info_patch),
        IdngoOperation::LivenessVideo => get(video::download),
        IdngoOperation::SimilarByTextAndFace => get(similar::by_text_and_face),
        IdngoOperation::SimilarByText => get(similar::by_text),
        IdngoOperation::ApplicantImport => post(import::applicant_import),
        IdngoOperation::Presence => patch(applicants::presence),
    })
}
