//! *GBDFL*: what the registry says of a subject, once a Face2Face session made of a Liveness and an E-Document session
//! holds.
//!
//! Those technologies have documents of their own and are not served here; two operations of the sandbox make their
//! sessions instead, with any outcome. What is refused by the session's state comes with HTTP 200 and a
//! `failure_reason`.

mod registry;

use axum::Json;
use axum::Router;
use axum::extract::{FromRef, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use kyc_capture::api::biometric::access::AccessError;
use kyc_capture::api::biometric::gbdfl::{
    E_DOCUMENT, Face2FaceResult, FailureDetail, FailureReason, GbdflError, GbdflReply, GbdflRequest, GbdflStatus,
    LIVENESS, PATH, SourceSession, Technology, VERIFICATION_LIFE_MS,
};
use kyc_capture::api::biometric::mrz::{MrzError, SessionStatus};
use kyc_capture::api::errors::{ErrorBody, ErrorReply};
use serde::{Deserialize, Serialize};

use crate::biometric::context::Biometric;
use crate::clock::{self, SECOND_MS};
use crate::http::errors::ApiError;
use crate::http::requests::{self, JSON_LIMIT};
use crate::random;
use crate::store::error::StoreError;
use crate::store::gbdfl::{self, Face2Face, Source};
use crate::store::organizations::{self, GBDFL};

/// The sandbox's own operation that makes a Liveness or E-Document session.
pub const SOURCE_PATH: &str = "/sandbox/gbdfl/source";
/// The sandbox's own operation that makes a Face2Face session.
pub const FACE2FACE_PATH: &str = "/sandbox/gbdfl/face2face";

/// From this likeness on two faces are of one person. The sandbox's own: the document gives no number.
const SAME_PERSON: f64 = 0.7;
const COMPLETED: &str = "COMPLETED";

/// The routes of this area.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Biometric: FromRef<S>,
{
    Router::new()
        .route(PATH, post(retrieve))
        .route(SOURCE_PATH, post(make_source))
        .route(FACE2FACE_PATH, post(make_face2face))
}

/// A refusal: one that the document names, or one of HTTP's own.
#[derive(Debug)]
pub enum Refusal {
    /// With the documented text.
    Documented(GbdflError),
    /// A body that is not as documented, too many requests.
    Other(ApiError),
}

impl From<GbdflError> for Refusal {
    fn from(error: GbdflError) -> Self {
        Self::Documented(error)
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
            Self::Documented(error) => {
                let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let body = ErrorBody { code: error.code().into(), message: error.text().into(), field: None };
                (status, Json(ErrorReply { error: body, status_code: error.status() })).into_response()
            }
        }
    }
}

/// `POST /api/v1/backend/gbdfl/`
///
/// # Errors
/// The documented ones; 400 for a field that is missing, 422 for an IIN that is not 12 digits, 413, 415, 429.
pub async fn retrieve(State(ctx): State<Biometric>, request: Request) -> Result<Json<GbdflReply>, Refusal> {
    let body: GbdflRequest = requests::json(request, JSON_LIMIT).await?;
    let organization = organization(&ctx, body.api_key).await?;
    if body.iin.len() != 12 || !body.iin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ApiError::invalid_value("iin", "12 digits").into());
    }
    let (session_id, now_ms) = (random::uuid()?, ctx.clock.now_ms());
    let begun = {
        let (session_id, face2face_id) = (session_id.clone(), body.face2face_backend_session_id);
        ctx.store
            .run(move |c| -> Result<_, ApiError> {
                // Access first; an unknown session takes none of the attempts.
                if let Err(refused) = organizations::subscription(c, &organization, GBDFL, now_ms)? {
                    return Ok(Err(refused.into()));
                }
                let Some(face2face) = gbdfl::face2face(c, &organization, &face2face_id)? else {
                    return Ok(Err(GbdflError::Face2FaceNotFound));
                };
                Ok(match organizations::begin(c, &organization, GBDFL, &session_id, now_ms)? {
                    Ok(()) => Ok(face2face),
                    Err(error) => Err(of_access(error)),
                })
            })
            .await?
    };
    let face2face = begun?;
    let answer = match failure_of(&face2face, now_ms) {
        Some(failure) => registry::Answer { status: GbdflStatus::Failed, subject: None, failure: Some(failure) },
        None => registry::ask(&body.iin),
    };
    let ended = (session_id.clone(), answer.failure.as_ref().map(ToString::to_string));
    let status = if answer.subject.is_some() { SessionStatus::Received } else { SessionStatus::Failed };
    ctx.store.run(move |c| organizations::end(c, &ended.0, &status, ended.1.as_deref())).await?;
    Ok(Json(GbdflReply {
        backend_session_id: session_id,
        failure_reason: answer.failure.map(FailureReason::from),
        face2face_result: result_of(&face2face),
        iin: body.iin,
        result: answer.subject.is_some(),
        result_json: answer.subject,
        status: answer.status,
    }))
}

/// The refusals that GBDFL shares with the other technologies. It has none for used-up attempts: the subscription is
/// then as good as over.
fn of_access(error: MrzError) -> GbdflError {
    match error {
        MrzError::NoAccess => GbdflError::NoAccess,
        MrzError::SubscriptionNotStarted => GbdflError::Access(AccessError::NotStarted),
        MrzError::NoSubscription => GbdflError::Access(AccessError::None),
        MrzError::NoSubscriptionForTechnology
        | MrzError::AttemptsExceeded
        | MrzError::Unreadable
        | MrzError::Unavailable => GbdflError::Access(AccessError::NoneForTechnology),
    }
}

impl From<organizations::NotOpen> for GbdflError {
    fn from(refused: organizations::NotOpen) -> Self {
        match refused {
            organizations::NotOpen::NoAccess => Self::NoAccess,
            organizations::NotOpen::Subscription(error) => Self::Access(error),
        }
    }
}

/// What a Face2Face session lacks to stand for a subject.
fn failure_of(face2face: &Face2Face, now_ms: i64) -> Option<FailureDetail> {
    let Some(prediction) = face2face.prediction else { return Some(FailureDetail::ResultMissing) };
    let sources: Vec<&Source> = face2face.sources.iter().flatten().collect();
    if sources.is_empty() {
        return Some(FailureDetail::SourcesMissing);
    }
    let of = |technology: &str| sources.iter().find(|source| source.technology == technology);
    let (Some(liveness), Some(document)) = (of(LIVENESS), of(E_DOCUMENT)) else {
        let missing = [LIVENESS, E_DOCUMENT].into_iter().filter(|technology| of(technology).is_none());
        return Some(FailureDetail::TechnologyMissing(missing.map(str::to_owned).collect()));
    };
    if liveness.status != COMPLETED {
        return Some(FailureDetail::LivenessFailed);
    }
    if document.status != COMPLETED {
        return Some(FailureDetail::EDocumentInvalid(document.status.clone()));
    }
    if prediction < SAME_PERSON {
        return Some(FailureDetail::Face2FaceFailed);
    }
    let oldest = liveness.updated_ms.min(document.updated_ms);
    (now_ms - oldest > VERIFICATION_LIFE_MS).then_some(FailureDetail::VerificationsExpired)
}

fn result_of(face2face: &Face2Face) -> Option<Face2FaceResult> {
    let prediction = face2face.prediction?;
    let source = |source: &Option<Source>| {
        source.as_ref().map(|source| SourceSession {
            id: source.id.clone(),
            technology: Technology { name: name_of(&source.technology).to_owned(), code: source.technology.clone() },
            status: source.status.clone(),
            created_at: clock::iso8601(source.created_ms),
            updated_at: clock::iso8601(source.updated_ms),
        })
    };
    Some(Face2FaceResult {
        prediction: format!("{prediction:.6}"),
        prediction_percent: format!("{:.1}", prediction * 100.0),
        backend_session_id: face2face.id.clone(),
        result: prediction >= SAME_PERSON,
        source_session_1: source(&face2face.sources[0]),
        source_session_2: source(&face2face.sources[1]),
    })
}

fn name_of(technology: &str) -> &str {
    match technology {
        LIVENESS => "Liveness Short",
        E_DOCUMENT => "E-Document",
        other => other,
    }
}

async fn organization(ctx: &Biometric, key: String) -> Result<String, Refusal> {
    if key.is_empty() {
        return Err(ApiError::missing_field("api_key").into());
    }
    let found = ctx.store.run(move |c| organizations::of_key(c, &key)).await?;
    let organization = found.ok_or(GbdflError::OrganizationNotFound)?;
    ctx.limiter.take(&format!("organization {organization}"), ctx.clock.now_ms())?;
    Ok(organization)
}

/// Body of [`SOURCE_PATH`].
#[derive(Deserialize)]
pub struct SourceRequest {
    api_key: String,
    /// `LDSH`, `ED`, or the code of a technology that does not count.
    technology: String,
    /// `COMPLETED` where absent.
    status: Option<String>,
    /// How many seconds ago it ended; 0 where absent.
    age_s: Option<u32>,
}

/// Reply of [`SOURCE_PATH`].
#[derive(Debug, Serialize)]
pub struct SourceReply {
    /// The new session.
    pub backend_session_id: String,
}

/// Makes a Liveness or E-Document session: the sandbox's own operation.
///
/// # Errors
/// 400, 404, 422, 429.
pub async fn make_source(State(ctx): State<Biometric>, request: Request) -> Result<Json<SourceReply>, Refusal> {
    let body: SourceRequest = requests::json(request, JSON_LIMIT).await?;
    let organization = organization(&ctx, body.api_key).await?;
    let status = body.status.unwrap_or_else(|| COMPLETED.to_owned());
    for (field, text) in [("technology", &body.technology), ("status", &status)] {
        if text.is_empty() || text.len() > 32 || !text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') {
            return Err(ApiError::invalid_value(field, "1 to 32 capital letters and `_`").into());
        }
    }
    let at_ms = ctx.clock.now_ms() - i64::from(body.age_s.unwrap_or(0)) * SECOND_MS;
    let technology = body.technology;
    let id = ctx.store.run(move |c| gbdfl::add_source(c, &organization, &technology, &status, at_ms)).await?;
    Ok(Json(SourceReply { backend_session_id: id }))
}

/// Body of [`FACE2FACE_PATH`].
#[derive(Deserialize)]
pub struct Face2FaceRequest {
    api_key: String,
    /// At most two; where absent, a Liveness and an E-Document session are made, completed just now.
    source_sessions: Option<Vec<String>>,
    /// How alike the faces are, 0 to 1; `null` for a session that came to no result; 0.987214 where absent.
    #[serde(default = "alike")]
    prediction: Option<f64>,
}

fn alike() -> Option<f64> {
    Some(0.987_214)
}

/// Reply of [`FACE2FACE_PATH`].
#[derive(Debug, Serialize)]
pub struct Face2FaceReply {
    /// The new session: what GBDFL takes as `face2face_backend_session_id`.
    pub backend_session_id: String,
    /// Those that it was made of.
    pub source_sessions: Vec<String>,
}

/// Makes a Face2Face session: the sandbox's own operation.
///
/// # Errors
/// 400, 404, 422 (also for a source that the organization has not), 429.
pub async fn make_face2face(State(ctx): State<Biometric>, request: Request) -> Result<Json<Face2FaceReply>, Refusal> {
    let body: Face2FaceRequest = requests::json(request, JSON_LIMIT).await?;
    let organization = organization(&ctx, body.api_key).await?;
    if body.prediction.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
        return Err(ApiError::invalid_value("prediction", "a number from 0 to 1, or null").into());
    }
    if body.source_sessions.as_ref().is_some_and(|sources| sources.len() > 2) {
        return Err(ApiError::invalid_value("source_sessions", "at most two").into());
    }
    let (prediction, now_ms) = (body.prediction, ctx.clock.now_ms());
    let made = ctx
        .store
        .run(move |c| -> Result<_, StoreError> {
            let sources = match body.source_sessions {
                Some(sources) => sources,
                None => [LIVENESS, E_DOCUMENT]
                    .into_iter()
                    .map(|technology| gbdfl::add_source(c, &organization, technology, COMPLETED, now_ms))
                    .collect::<Result<_, _>>()?,
            };
            let pair = [0, 1].map(|i| sources.get(i).map(String::as_str));
            let id = gbdfl::add_face2face(c, &organization, prediction, pair, now_ms)?;
            Ok(id.map(|backend_session_id| Face2FaceReply { backend_session_id, source_sessions: sources }))
        })
        .await?;
    Ok(Json(made.ok_or_else(|| ApiError::invalid_value("source_sessions", "sessions of this organization"))?))
}
