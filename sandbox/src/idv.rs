//! Operations of the group *IDV* that a backend calls: making a session, and reading what came of it.

use axum::Json;
use axum::extract::{Request, State};
use kyc_capture::api::kyc::JsonObject;
use kyc_capture::api::kyc::enums::{CheckStatus, DocumentType, LivenessMode};
use kyc_capture::api::kyc::idv::{
    DocumentReadReply, DocumentReadRequest, SessionCreateReply, SessionCreateRequest, SessionReadReply,
    SessionReadRequest,
};
use serde_json::json;

use crate::app::App;
use crate::clock::iso8601;
use crate::errors::ApiError;
use crate::requests::{self, JSON_LIMIT};
use crate::store::sessions::{self, Session};
use crate::verify::{DocumentFields, Outcome};
use crate::{auth, random};

/// *session create*
///
/// # Errors
/// 400, 401, 403, 413, 415.
pub async fn session_create(State(app): State<App>, request: Request) -> Result<Json<SessionCreateReply>, ApiError> {
    let grant = auth::backend_grant(&app, request.headers()).await?;
    let body: SessionCreateRequest = requests::json(request, JSON_LIMIT).await?;
    let session_id = create(&app, grant.client_id, body).await?;
    Ok(Json(SessionCreateReply { session_id }))
}

/// Makes a session for a client.
///
/// # Errors
/// 400, 500.
pub async fn create(app: &App, client_id: String, body: SessionCreateRequest) -> Result<String, ApiError> {
    let liveness_mode = body.liveness_mode.unwrap_or_default();
    if !liveness_mode.is_listed() {
        return Err(ApiError::wrong_type("liveness_mode", &LivenessMode::LISTED.join(", ")));
    }
    let created_ms = app.clock.now_ms();
    let session_id = random::uuid()?;
    let session = Session {
        session_id: session_id.clone(),
        client_id,
        liveness_mode,
        webhook_url: body.webhook_url,
        metadata: body.metadata.unwrap_or_default(),
        settings: body.settings.unwrap_or_default(),
        sdk_metadata: JsonObject::new(),
        document_type: DocumentType::Unknown,
        created_ms,
        expires_ms: created_ms + app.config.session_life_ms,
        consented_ms: None,
        completed_ms: None,
        outcome: None,
        front_ms: None,
        back_ms: None,
        liveness_ms: None,
    };
    app.store.run(move |c| sessions::insert(c, &session)).await?;
    Ok(session_id)
}

/// *session read*
///
/// # Errors
/// 400, 401, 403, 404.
pub async fn session_read(State(app): State<App>, request: Request) -> Result<Json<SessionReadReply>, ApiError> {
    let grant = auth::backend_grant(&app, request.headers()).await?;
    let body: SessionReadRequest = requests::json(request, JSON_LIMIT).await?;
    Ok(Json(read_session(&app, grant.client_id, body.session_id).await?))
}

/// Everything that is known of a session.
///
/// # Errors
/// 400, 404.
pub async fn read_session(app: &App, client_id: String, session_id: String) -> Result<SessionReadReply, ApiError> {
    let (session, history) = load(app, client_id, session_id).await?;
    let at = |ms: Option<i64>| ms.map(iso8601);
    let outcome = session.outcome.as_ref();
    let fields = outcome.and_then(|o| o.document.as_ref());
    let completed_at = at(session.completed_ms);
    let live = outcome.map(Outcome::is_live);
    Ok(SessionReadReply {
        session_id: session.session_id.clone(),
        user_id: None,
        client_id: Some(session.client_id.clone()),
        idv_weights_id: None,
        status_e: session.status(app.clock.now_ms()),
        document_type_e: session.document_type.clone(),
        created_at: Some(iso8601(session.created_ms)),
        completed_at: completed_at.clone(),
        first_name: fields.and_then(|f| f.first_name.clone()),
        middle_name: fields.and_then(|f| f.middle_name.clone()),
        last_name: fields.and_then(|f| f.last_name.clone()),
        suffix_name: None,
        gender_e: fields.map(|f| f.gender.clone()).unwrap_or_default(),
        birth_date: fields.and_then(|f| f.birth_date.clone()),
        consented: session.consented_ms.is_some(),
        consented_at: at(session.consented_ms),
        document_front_given: session.front_ms.is_some(),
        document_front_given_at: at(session.front_ms),
        document_back_given: session.back_ms.is_some(),
        document_back_given_at: at(session.back_ms),
        // Before finalization nobody has looked at the frames yet.
        liveness_detected: live.unwrap_or(false),
        liveness_detected_at: completed_at.clone().filter(|_| live == Some(true)),
        selfie_given: session.liveness_ms.is_some(),
        selfie_given_at: at(session.liveness_ms),
        dmv_status_e: CheckStatus::Unknown,
        dmv_detected_at: None,
        ofac_status_e: match outcome {
            Some(o) if o.on_sanction_list => CheckStatus::Match,
            Some(o) if o.screened => CheckStatus::Clear,
            Some(_) | None => CheckStatus::Unknown,
        },
        ofac_detected_at: completed_at.clone().filter(|_| outcome.is_some_and(|o| o.screened)),
        verified: outcome.is_some_and(|o| o.verified),
        verified_at: completed_at.filter(|_| outcome.is_some_and(|o| o.verified)),
        score: outcome.map_or(0.0, |o| o.score),
        identity_id: None,
        metadata: session.metadata,
        webhook_url: session.webhook_url,
        settings: session.settings,
        history: history_entries(history, outcome, session.completed_ms),
    })
}

/// What happened, then what each check of the finalization found.
fn history_entries(
    history: Vec<(i64, String)>,
    outcome: Option<&Outcome>,
    completed_ms: Option<i64>,
) -> Vec<serde_json::Value> {
    let mut entries: Vec<_> =
        history.into_iter().map(|(at_ms, event)| json!({ "at": iso8601(at_ms), "event": event })).collect();
    if let (Some(outcome), Some(at_ms)) = (outcome, completed_ms) {
        entries.extend(outcome.checks.iter().map(|check| {
            json!({
                "at": iso8601(at_ms),
                "event": "check",
                "check": check.kind,
                "passed": check.passed,
                "score": check.score,
            })
        }));
    }
    entries
}

/// *document read*
///
/// # Errors
/// 400, 401, 403, 404 (also where no document was read).
pub async fn document_read(State(app): State<App>, request: Request) -> Result<Json<DocumentReadReply>, ApiError> {
    let grant = auth::backend_grant(&app, request.headers()).await?;
    let body: DocumentReadRequest = requests::json(request, JSON_LIMIT).await?;
    let document = read_document(&app, grant.client_id, body.session_id).await?;
    Ok(Json(document.ok_or_else(|| ApiError::not_found("no document was read for this session"))?))
}

/// The fields of the session's document, once finalization has read it.
///
/// # Errors
/// 400, 404.
pub async fn read_document(
    app: &App,
    client_id: String,
    session_id: String,
) -> Result<Option<DocumentReadReply>, ApiError> {
    let (session, _) = load(app, client_id, session_id).await?;
    let Some(outcome) = session.outcome else { return Ok(None) };
    Ok(outcome.document.map(|fields| document_reply(session.session_id, session.document_type, fields)))
}

fn document_reply(session_id: String, declared: DocumentType, f: DocumentFields) -> DocumentReadReply {
    DocumentReadReply {
        session_id,
        document_id: f.document_id,
        type_e: declared,
        data_source_e: f.source,
        document_number: f.document_number,
        ref_number: f.ref_number,
        expires_at: f.expires_at,
        issuing_country: f.issuing_country,
        first_name: f.first_name,
        middle_name: f.middle_name,
        last_name: f.last_name,
        birth_date: f.birth_date,
        gender_e: f.gender,
        ..DocumentReadReply::default()
    }
}

async fn load(app: &App, client_id: String, session_id: String) -> Result<(Session, Vec<(i64, String)>), ApiError> {
    if session_id.is_empty() {
        return Err(ApiError::missing_field("session_id"));
    }
    app.store
        .run(move |c| {
            let session = sessions::read(c, &session_id, &client_id)?;
            let history = sessions::history(c, &session_id)?;
            Ok((session, history))
        })
        .await
}
