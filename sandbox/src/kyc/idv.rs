//! Operations of the group *IDV* that a backend calls: making a session, and reading what came of it.

use axum::Json;
use axum::extract::{Request, State};
use kyc_capture::api::kyc::JsonObject;
use kyc_capture::api::kyc::enums::{CheckStatus, DocumentType, LivenessMode, TestWord};
use kyc_capture::api::kyc::idv::{
    DocumentReadReply, DocumentReadRequest, SessionCreateReply, SessionCreateRequest, SessionReadReply,
    SessionReadRequest, SessionTestReadReply, SessionTestReadRequest,
};
use kyc_capture::core::inspect::checks::CheckCode;
use serde_json::json;

use crate::clock::iso8601;
use crate::http::errors::ApiError;
use crate::http::requests::{self, JSON_LIMIT};
use crate::kyc::context::Backend;
use crate::kyc::webhooks::address;
use crate::random;
use crate::store::outcome::{CheckKind, DocumentFields, ImageTests, Outcome, RuleResult};
use crate::store::sessions::{self, Session};
use crate::verification::rules::answer_of;

/// *session create*
///
/// # Errors
/// 400, 401, 403, 413, 415, 422 (the address of the webhook is none that may be called).
pub async fn session_create(
    State(ctx): State<Backend>,
    request: Request,
) -> Result<Json<SessionCreateReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: SessionCreateRequest = requests::json(request, JSON_LIMIT).await?;
    let session_id = create(&ctx, grant.client_id, body).await?;
    Ok(Json(SessionCreateReply { session_id }))
}

/// Makes a session for a client.
///
/// # Errors
/// 400, 422, 500.
pub async fn create(ctx: &Backend, client_id: String, body: SessionCreateRequest) -> Result<String, ApiError> {
    let user_id = user_of(&body);
    let liveness_mode = body.liveness_mode.unwrap_or_default();
    if !liveness_mode.is_listed() {
        return Err(ApiError::wrong_type("liveness_mode", &LivenessMode::LISTED.join(", ")));
    }
    if let Some(url) = &body.webhook_url {
        address::check("webhook_url", url, ctx.webhook_allow_private)?;
    }
    let created_ms = ctx.clock.now_ms();
    let session_id = random::uuid()?;
    let session = Session {
        session_id: session_id.clone(),
        client_id,
        user_id,
        identity_id: None,
        weights_id: None,
        anonymized_ms: None,
        revision: 0,
        liveness_mode,
        webhook_url: body.webhook_url,
        metadata: body.metadata.unwrap_or_default(),
        settings: body.settings.unwrap_or_default(),
        sdk_metadata: JsonObject::new(),
        document_type: DocumentType::Unknown,
        created_ms,
        expires_ms: created_ms + ctx.session_life_ms,
        consented_ms: None,
        completed_ms: None,
        outcome: None,
        front_ms: None,
        back_ms: None,
        liveness_ms: None,
    };
    ctx.store.run(move |c| sessions::insert(c, &session)).await?;
    Ok(session_id)
}

/// The text has no field for the user in whose name a session is made: `metadata.user_id` is.
fn user_of(body: &SessionCreateRequest) -> Option<String> {
    let user = body.metadata.as_ref()?.get("user_id")?.as_str()?;
    (!user.is_empty()).then(|| user.to_owned())
}

/// *session read*
///
/// # Errors
/// 400, 401, 403, 404.
pub async fn session_read(State(ctx): State<Backend>, request: Request) -> Result<Json<SessionReadReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: SessionReadRequest = requests::json(request, JSON_LIMIT).await?;
    Ok(Json(read_session(&ctx, grant.client_id, body.session_id).await?))
}

/// Everything that is known of a session.
///
/// # Errors
/// 400, 404.
pub async fn read_session(ctx: &Backend, client_id: String, session_id: String) -> Result<SessionReadReply, ApiError> {
    let (session, history) = load(ctx, client_id, session_id).await?;
    Ok(session_reply(session, history, ctx.clock.now_ms()))
}

/// A session as it is at `now_ms`, with what happened to it.
pub fn session_reply(session: Session, history: Vec<(i64, String)>, now_ms: i64) -> SessionReadReply {
    let at = |ms: Option<i64>| ms.map(iso8601);
    let outcome = session.outcome.as_ref();
    let fields = outcome.and_then(|o| o.document.as_ref());
    let completed_at = at(session.completed_ms);
    let live = outcome.map(Outcome::is_live);
    SessionReadReply {
        session_id: session.session_id.clone(),
        user_id: session.user_id.clone(),
        client_id: Some(session.client_id.clone()),
        idv_weights_id: session.weights_id.clone(),
        status_e: session.status(now_ms),
        document_type_e: session.document_type.clone(),
        created_at: Some(iso8601(session.created_ms)),
        completed_at: completed_at.clone(),
        first_name: fields.and_then(|f| f.first_name.clone()),
        middle_name: fields.and_then(|f| f.middle_name.clone()),
        last_name: fields.and_then(|f| f.last_name.clone()),
        suffix_name: fields.and_then(|f| f.name_suffix.clone()),
        gender_e: fields.map(|f| f.gender.clone()).unwrap_or_default(),
        birth_date: fields.and_then(|f| f.birth_date.clone()),
        consented: session.consented_ms.is_some(),
        consented_at: at(session.consented_ms),
        document_front_given: session.front_ms.is_some(),
        document_front_given_at: at(session.front_ms),
        document_back_given: session.back_ms.is_some(),
        document_back_given_at: at(session.back_ms),
        // Before finalization no one has examined the frames yet.
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
        identity_id: session.identity_id,
        metadata: session.metadata,
        webhook_url: session.webhook_url,
        settings: session.settings,
        history: history_entries(history, outcome, session.completed_ms),
    }
}

/// What happened, then what each check of the finalization found, then what each check of the core did.
fn history_entries(
    history: Vec<(i64, String)>,
    outcome: Option<&Outcome>,
    completed_ms: Option<i64>,
) -> Vec<serde_json::Value> {
    let mut entries: Vec<_> =
        history.into_iter().map(|(at_ms, event)| json!({ "at": iso8601(at_ms), "event": event })).collect();
    if let (Some(outcome), Some(at_ms)) = (outcome, completed_ms) {
        entries.extend(outcome.checks.iter().map(|check| {
            let mut entry = json!({
                "at": iso8601(at_ms),
                "event": "check",
                "check": check.kind,
                "passed": check.passed,
                "score": check.score,
                "weight": check.weight,
                "fields": check.fields,
            });
            if check.kind == CheckKind::SamePerson {
                entry["portrait_distance"] = outcome.distances.portrait.into();
                entry["frames_distance"] = outcome.distances.frames.into();
            }
            entry
        }));
        entries.extend(outcome.measures.iter().map(|measure| {
            json!({
                "at": iso8601(at_ms),
                "event": "measure",
                "measure": measure.kind,
                "score": measure.score,
                "weight": measure.weight,
            })
        }));
        entries.extend(outcome.rules.iter().map(|rule| {
            json!({
                "at": iso8601(at_ms),
                "event": "document_check",
                "code": rule.code,
                "result": rule.result,
                "reason": rule.reason,
                "value": rule.value,
                "threshold": rule.threshold,
            })
        }));
        entries.extend(outcome.judged.iter().map(|image| {
            json!({
                "at": iso8601(at_ms),
                "event": "judged_image",
                "kind": image.kind,
                "position": image.position,
                "sha256": image.sha256,
            })
        }));
    }
    entries
}

/// *document read*
///
/// # Errors
/// 400, 401, 403, 404 (also where no document was read).
pub async fn document_read(State(ctx): State<Backend>, request: Request) -> Result<Json<DocumentReadReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: DocumentReadRequest = requests::json(request, JSON_LIMIT).await?;
    let document = read_document(&ctx, grant.client_id, body.session_id).await?;
    Ok(Json(document.ok_or_else(|| ApiError::not_found("no document was read for this session"))?))
}

/// The fields of the session's document, once finalization has read it.
///
/// # Errors
/// 400, 404.
pub async fn read_document(
    ctx: &Backend,
    client_id: String,
    session_id: String,
) -> Result<Option<DocumentReadReply>, ApiError> {
    let (session, _) = load(ctx, client_id, session_id).await?;
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
        issued_at: f.issued_at,
        expires_at: f.expires_at,
        issuing_country: f.issuing_country,
        issuing_state: f.issuing_state,
        first_name: f.first_name,
        middle_name: f.middle_name,
        last_name: f.last_name,
        name_suffix: f.name_suffix,
        street: f.street,
        city: f.city,
        state: f.state,
        postal_code: f.postal_code,
        birth_date: f.birth_date,
        gender_e: f.gender,
        height: f.height,
        weight: f.weight,
        eye_color: f.eye_color,
        hair_color: f.hair_color,
        class: f.class,
        restrictions: f.restrictions,
    }
}

/// *session test read*
///
/// # Errors
/// 400, 401, 403, 404 (also before finalization).
pub async fn session_test_read(
    State(ctx): State<Backend>,
    request: Request,
) -> Result<Json<SessionTestReadReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: SessionTestReadRequest = requests::json(request, JSON_LIMIT).await?;
    let (session, _) = load(&ctx, grant.client_id, body.session_id).await?;
    let outcome = session.outcome.ok_or_else(|| ApiError::not_found("nothing was tested for this session yet"))?;
    Ok(Json(test_reply(&outcome)))
}

/// What was tested. There is no register to ask and no reader of plain print, so what needs them is null; words
/// are searched for among the names of MRZs and barcodes.
fn test_reply(outcome: &Outcome) -> SessionTestReadReply {
    let document = |side: Option<ImageTests>| side.and_then(|tests| word(tests.identity_document));
    let manipulation = |side: Option<ImageTests>| side.and_then(|tests| word(tests.manipulation));
    let words = |side: Option<ImageTests>| side.and_then(|tests| word(tests.words));
    // Its own sessions are all that this server knows: an image that is in none of the others may be anywhere else.
    let duplication = |side: Option<ImageTests>| side.filter(|tests| tests.elsewhere).map(|_| TestWord::Suspicious);
    // One side shown twice agrees with itself: where there are two images, they must be known to show two sides.
    let apart = outcome.back.is_none() || answer_of(&outcome.rules, CheckCode::DifferentSides) == Some(true);
    let agreed = |same: &bool| apart || !same;
    let crosscheck = |code| answer_of(&outcome.rules, code).filter(agreed);
    SessionTestReadReply {
        doc_front_image_manipulation: manipulation(outcome.front),
        doc_front_is_identity_document: document(outcome.front),
        doc_front_online_duplication: duplication(outcome.front),
        doc_front_suspicious_words: words(outcome.front),
        doc_back_image_manipulation: manipulation(outcome.back),
        doc_back_is_identity_document: document(outcome.back),
        doc_back_online_duplication: duplication(outcome.back),
        doc_back_suspicious_words: words(outcome.back),
        document_number_crosscheck: crosscheck(CheckCode::DocumentNumberCrosscheck),
        name_crosscheck: crosscheck(CheckCode::NameCrosscheck),
        address_crosscheck: outcome.address_crosscheck.filter(agreed),
        ..SessionTestReadReply::default()
    }
}

fn word(result: RuleResult) -> Option<TestWord> {
    match result {
        RuleResult::Passed => Some(TestWord::Passed),
        RuleResult::Failed => Some(TestWord::Failed),
        RuleResult::Suspicious => Some(TestWord::Suspicious),
        RuleResult::NotApplicable => None,
    }
}

/// The id of a session that a body must name.
///
/// # Errors
/// 400 where it is empty.
pub fn id_of(session_id: String) -> Result<String, ApiError> {
    if session_id.is_empty() { Err(ApiError::missing_field("session_id")) } else { Ok(session_id) }
}

async fn load(ctx: &Backend, client_id: String, session_id: String) -> Result<(Session, Vec<(i64, String)>), ApiError> {
    let session_id = id_of(session_id)?;
    ctx.store
        .read(move |c| -> Result<_, ApiError> {
            let session = sessions::read(c, &session_id, &client_id)?;
            let history = sessions::history(c, &session_id)?;
            Ok((session, history))
        })
        .await
}
