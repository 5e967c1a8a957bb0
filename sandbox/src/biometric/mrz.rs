//! *MRZ*: the lines of an MRZ from an image, read natively by the reader of the core.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kyc_capture::api::biometric::mrz::{MrzError, MrzRetrieveReply, SessionStatus, fields};
use kyc_capture::api::errors::{ErrorBody, ErrorReply};
use kyc_capture::core::encode::decode;

use crate::biometric::context::Biometric;
use crate::clock;
use crate::http::errors::ApiError;
use crate::http::requests::{self, IMAGE_LIMIT, TEXT_LIMIT};
use crate::random;
use crate::store::organizations::{self, MRZ};

/// A refusal: one that the document names, or one of HTTP's own.
#[derive(Debug)]
pub enum Refusal {
    /// With the documented text.
    Documented(MrzError),
    /// A body that is not as documented, an unknown key, too many requests.
    Other(ApiError),
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
            Self::Documented(error) => {
                let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let body = ErrorBody { code: error.code().into(), message: error.text().into(), field: None };
                (status, Json(ErrorReply { error: body, status_code: error.status() })).into_response()
            }
        }
    }
}

/// `POST /api/v1/backend/mrz/retrieve/`. What is no image, or shows no MRZ that can be read, is 422; it counts as an
/// attempt.
///
/// # Errors
/// The documented ones, 400 for a part that is missing, 401 for an unknown key, 413, 415, 429.
pub async fn retrieve(State(ctx): State<Biometric>, request: Request) -> Result<Json<MrzRetrieveReply>, Refusal> {
    let [key, image] = requests::form(request, [(fields::API_KEY, TEXT_LIMIT), (fields::IMAGE, IMAGE_LIMIT)]).await?;
    let key = requests::text(fields::API_KEY, key)?;
    let image = requests::file(fields::IMAGE, image)?;
    let now_ms = ctx.clock.now_ms();
    let organization = ctx.store.run(move |c| organizations::of_key(c, &key)).await?;
    let organization = organization.ok_or_else(ApiError::api_key_unknown)?;
    ctx.limiter.take(&format!("organization {organization}"), now_ms)?;
    // Before the attempt is counted.
    let place = ctx.workers.permit().await?;
    let session_id = random::uuid()?;
    let begun = {
        let session_id = session_id.clone();
        ctx.store.run(move |c| organizations::begin(c, &organization, MRZ, &session_id, now_ms)).await?
    };
    begun.map_err(Refusal::Documented)?;
    let today = clock::day_of(now_ms).ok_or_else(|| ApiError::internal("the clock is beyond the year 9999"))?;
    let models = std::sync::Arc::clone(&ctx.models);
    let (read, _) = ctx
        .workers
        .run_long(place, move || {
            if !models.reads_mrz() {
                return Ok(Err(MrzError::Unavailable));
            }
            let Ok(pixels) = decode(&image) else { return Ok(Err(MrzError::Unreadable)) };
            Ok(models.read_mrz(&pixels, today)?.ok_or(MrzError::Unreadable))
        })
        .await?;
    let (status, reason) = match &read {
        Ok(_) => (SessionStatus::Received, None),
        Err(error) => (SessionStatus::Failed, Some(error.text())),
    };
    let ended = (session_id.clone(), status.clone());
    ctx.store.run(move |c| organizations::end(c, &ended.0, &ended.1, reason)).await?;
    let lines = read.map_err(Refusal::Documented)?;
    Ok(Json(MrzRetrieveReply {
        backend_session_id: session_id,
        status,
        result: true,
        mrz_string: Some(lines.join("\n")),
        failure_reason: None,
    }))
}
