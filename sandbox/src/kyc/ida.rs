//! Operations of the group *IDA* that a backend calls: sessions that authenticate a known identity, and what came of
//! them.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::Response;
use kyc_capture::api::kyc::enums::{LivenessMode, SessionStatus};
use kyc_capture::api::kyc::ida::{
    IdaDocumentDownloadRequest, IdaSessionCreateReply, IdaSessionCreateRequest, IdaSessionDeleteRequest,
    IdaSessionListReply, IdaSessionListRequest, IdaSessionReadReply, IdaSessionReadRequest,
};
use kyc_capture::api::kyc::idv_lists::{LocationCaptureType, LocationReadReply, LocationReadRequest};
use kyc_capture::api::kyc::{Empty, JsonObject};
use serde_json::json;

use crate::clock::iso8601;
use crate::http::errors::ApiError;
use crate::http::image_files;
use crate::http::requests::{self, JSON_LIMIT};
use crate::kyc::context::Backend;
use crate::kyc::lists::{self, Span, lets_pass};
use crate::kyc::webhooks::address;
use crate::random;
use crate::store::db::Connection;
use crate::store::ida::{self, IdaSession};
use crate::store::identities;
use crate::store::listing::{self, Filter, Table};
use crate::store::outcome::DocumentFields;

/// *identity authentication session create*
///
/// # Errors
/// 400, 401, 403, 404 (the identity is not this client's), 409 (it is verified no longer), 413, 415, 422 (the address
/// of the webhook is none that may be called), 429.
pub async fn session_create(
    State(ctx): State<Backend>,
    request: Request,
) -> Result<Json<IdaSessionCreateReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: IdaSessionCreateRequest = requests::json(request, JSON_LIMIT).await?;
    let session_id = create(&ctx, grant.client_id, body).await?;
    Ok(Json(IdaSessionCreateReply { session_id }))
}

/// Makes a session for a client.
///
/// # Errors
/// 400, 404, 409, 422, 500.
pub async fn create(ctx: &Backend, client_id: String, body: IdaSessionCreateRequest) -> Result<String, ApiError> {
    if body.identity_id.is_empty() {
        return Err(ApiError::missing_field("identity_id"));
    }
    let liveness_mode = body.liveness_mode.unwrap_or_default();
    if !liveness_mode.is_listed() {
        return Err(ApiError::wrong_type("liveness_mode", &LivenessMode::LISTED.join(", ")));
    }
    if let Some(url) = &body.webhook_url {
        address::check("webhook_url", url, ctx.webhook_allow_private)?;
    }
    let metadata = body.metadata.unwrap_or_default();
    let created_ms = ctx.clock.now_ms();
    let session_id = random::uuid()?;
    let session = IdaSession {
        session_id: session_id.clone(),
        client_id,
        identity_id: body.identity_id,
        // The text has no field for it: `metadata.user_id` is, as in IDV.
        user_id: metadata.get("user_id").and_then(|user| user.as_str()).filter(|u| !u.is_empty()).map(str::to_owned),
        liveness_mode,
        webhook_url: body.webhook_url,
        metadata,
        settings: body.settings.unwrap_or_default(),
        sdk_metadata: JsonObject::new(),
        created_ms,
        expires_ms: created_ms + ctx.session_life_ms,
        completed_ms: None,
        weights_id: None,
        revision: 0,
        outcome: None,
        images_ms: None,
    };
    ctx.store
        .run(move |c| -> Result<_, ApiError> {
            let identity = identities::read(c, &session.identity_id, &session.client_id)?;
            if identities::session_ids(c, &identity)?.is_empty() {
                return Err(ApiError::step_conflict("identity_id", "the identity is not verified any more"));
            }
            Ok(ida::insert(c, &session)?)
        })
        .await?;
    Ok(session_id)
}

/// *session read* of IDA
///
/// # Errors
/// 400, 401, 403, 404, 413, 415, 429.
pub async fn session_read(State(ctx): State<Backend>, request: Request) -> Result<Json<IdaSessionReadReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: IdaSessionReadRequest = requests::json(request, JSON_LIMIT).await?;
    Ok(Json(read_session(&ctx, grant.client_id, body.session_id).await?))
}

/// Everything that is known of a session.
///
/// # Errors
/// 400, 404.
pub async fn read_session(
    ctx: &Backend,
    client_id: String,
    session_id: String,
) -> Result<IdaSessionReadReply, ApiError> {
    let session_id = id_of(session_id)?;
    let now_ms = ctx.clock.now_ms();
    ctx.store
        .run(move |c| -> Result<_, ApiError> {
            let session = ida::read(c, &session_id, &client_id)?;
            let holder = holder_of(c, &session)?;
            let history = history_of(c, &session)?;
            Ok(IdaSessionReadReply { history, ..reply_of(session, holder.as_ref(), now_ms) })
        })
        .await
}

/// The document of the identity's newest session.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn holder_of(c: &Connection, session: &IdaSession) -> Result<Option<DocumentFields>, ApiError> {
    let Some(identity) = identities::visible(c, &session.identity_id, &session.client_id)? else { return Ok(None) };
    Ok(identities::sessions_of(c, &identity)?.into_iter().find_map(|s| s.outcome?.document))
}

/// All but the history.
fn reply_of(s: IdaSession, holder: Option<&DocumentFields>, now_ms: i64) -> IdaSessionReadReply {
    let outcome = s.outcome.as_ref();
    let completed_at = s.completed_ms.map(iso8601);
    let live = outcome.is_some_and(|o| o.is_live());
    IdaSessionReadReply {
        status_e: s.status(now_ms),
        session_id: s.session_id,
        user_id: s.user_id,
        client_id: Some(s.client_id),
        idv_weights_id: s.weights_id,
        created_at: Some(iso8601(s.created_ms)),
        identity_id: Some(s.identity_id),
        first_name: holder.and_then(|d| d.first_name.clone()),
        middle_name: holder.and_then(|d| d.middle_name.clone()),
        last_name: holder.and_then(|d| d.last_name.clone()),
        suffix_name: holder.and_then(|d| d.name_suffix.clone()),
        // Before finalization no one has examined the frames yet.
        liveness_detected: live,
        liveness_detected_at: completed_at.clone().filter(|_| live),
        completed_at,
        selfie_given: s.images_ms.is_some(),
        selfie_given_at: s.images_ms.map(iso8601),
        authenticated: outcome.is_some_and(|o| o.authenticated),
        metadata: s.metadata,
        webhook_url: s.webhook_url,
        settings: s.settings,
        history: Vec::new(),
    }
}

/// What happened, then what each check of the finalization found.
fn history_of(c: &Connection, s: &IdaSession) -> Result<Vec<serde_json::Value>, ApiError> {
    let mut entries: Vec<_> = ida::history(c, &s.session_id)?
        .into_iter()
        .map(|(at_ms, event)| json!({ "at": iso8601(at_ms), "event": event }))
        .collect();
    if let (Some(outcome), Some(at_ms)) = (&s.outcome, s.completed_ms) {
        entries.extend(outcome.checks.iter().map(|check| {
            json!({
                "at": iso8601(at_ms),
                "event": "check",
                "check": check.kind,
                "passed": check.passed,
                "score": check.score,
                "value": check.value,
                "threshold": check.threshold,
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
    Ok(entries)
}

/// *session list* of IDA
///
/// # Errors
/// 400, 401, 403, 413, 415, 422, 429.
pub async fn session_list(State(ctx): State<Backend>, request: Request) -> Result<Json<IdaSessionListReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: IdaSessionListRequest = requests::json(request, JSON_LIMIT).await?;
    if body.status.as_ref().is_some_and(|status| !status.is_listed()) {
        return Err(ApiError::wrong_type("status", &SessionStatus::LISTED.join(", ")));
    }
    let page = lists::page(body.take, body.skip)?;
    let given = |date: &Option<Option<String>>| date.clone().flatten();
    let span = Span::of(given(&body.start_date).as_deref(), given(&body.end_date).as_deref())?;
    let filter = Filter {
        from_ms: span.from_ms,
        to_ms: span.to_ms,
        identity_ids: lists::values("identity_id", body.identity_id.as_ref())?,
        user_ids: Some(lists::values("user_id", body.user_id.as_ref())?),
        words: lists::words(body.search_term.as_deref())?,
        authenticated: body.verified,
        metadata: body.metadata,
        client_id: grant.client_id,
    };
    if !lets_pass(body.client_id.as_ref(), Some(&filter.client_id)) {
        return Ok(Json(IdaSessionListReply::default()));
    }
    let now_ms = ctx.clock.now_ms();
    let reply = ctx
        .store
        .read(move |c| -> Result<_, ApiError> {
            let wanted = lists::wanted(body.status.as_ref());
            let found = listing::sessions(c, Table::Ida, &filter, wanted, page, now_ms)?;
            let meta_counts = lists::counts(&found);
            let mut sessions = Vec::with_capacity(found.ids.len());
            for id in &found.ids {
                let session = ida::read(c, id, &filter.client_id)?;
                let holder = holder_of(c, &session)?;
                sessions.push(reply_of(session, holder.as_ref(), now_ms).into());
            }
            Ok(IdaSessionListReply { sessions, meta_counts })
        })
        .await?;
    Ok(Json(reply))
}

/// *session delete* of IDA: the session with everything that is of it, files included.
///
/// # Errors
/// 400, 401, 403, 404, 413, 415, 429.
pub async fn session_delete(State(ctx): State<Backend>, request: Request) -> Result<Json<Empty>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: IdaSessionDeleteRequest = requests::json(request, JSON_LIMIT).await?;
    let session_id = id_of(body.session_id)?;
    let now_ms = ctx.clock.now_ms();
    ctx.store
        .run(move |c| {
            let session = ida::read(c, &session_id, &grant.client_id)?;
            ida::delete(c, &session, now_ms)
        })
        .await?;
    ctx.store.scrub().await;
    Ok(Json(Empty {}))
}

/// *session location read* of IDA. There is no document in such a session: the selfie is its one capture.
///
/// # Errors
/// 400, 401, 403, 404 (also where there is no such capture), 413, 415, 429.
pub async fn location_read(State(ctx): State<Backend>, request: Request) -> Result<Json<LocationReadReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: LocationReadRequest = requests::json(request, JSON_LIMIT).await?;
    let session_id = id_of(body.session_id)?;
    let wanted = body.location_capture_type_e;
    if !wanted.is_listed() {
        return Err(ApiError::wrong_type("location_capture_type_e", &LocationCaptureType::LISTED.join(", ")));
    }
    let place = ctx
        .store
        .run(move |c| {
            let session = ida::read(c, &session_id, &grant.client_id)?;
            ida::place(c, &session.session_id)
        })
        .await?
        .filter(|_| wanted == LocationCaptureType::SelfieImageCapture);
    let (place, address) = place.ok_or_else(|| ApiError::not_found("this session has no such capture"))?;
    Ok(Json(LocationReadReply {
        ip_address: address,
        device_location: Some(format!("{},{}", place.latitude, place.longitude)),
        device_latitude: place.latitude.parse().ok(),
        device_longitude: place.longitude.parse().ok(),
        ..LocationReadReply::default()
    }))
}

/// *download ida document*: the first of the session's images, which is the best, exactly as it came.
///
/// # Errors
/// 400, 401, 403, 404 (also before there are images), 413, 415, 429.
pub async fn document_download(State(ctx): State<Backend>, request: Request) -> Result<Response, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: IdaDocumentDownloadRequest = requests::json(request, JSON_LIMIT).await?;
    let session_id = id_of(body.session_id)?;
    let images = ctx
        .store
        .run(move |c| {
            let session = ida::read(c, &session_id, &grant.client_id)?;
            ida::images(c, &session.session_id)
        })
        .await?;
    let first = images.into_iter().next();
    first.map(image_files::file).ok_or_else(|| ApiError::not_found("this session has no image"))
}

fn id_of(session_id: String) -> Result<String, ApiError> {
    if session_id.is_empty() { Err(ApiError::missing_field("session_id")) } else { Ok(session_id) }
}
