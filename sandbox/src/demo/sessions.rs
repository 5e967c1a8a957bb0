//! A small integrator's backend, so that the demo page holds no secret: it makes a session in the demo client's name,
//! hands the page a short-lived token bound to that session, and shows afterwards what a backend would read.
//!
//! Whoever can reach the server may call this: that is what `--demo` switches on.

use axum::Json;
use axum::extract::{Request, State};
use kyc_capture::api::kyc::enums::LivenessMode;
use kyc_capture::api::kyc::ida::{IdaSessionCreateRequest, IdaSessionReadReply};
use kyc_capture::api::kyc::idv::{DocumentReadReply, SessionCreateRequest, SessionReadReply};
use serde::{Deserialize, Serialize};

use crate::demo::handoffs::Handoffs;
use crate::http::errors::ApiError;
use crate::http::limits::Limiter;
use crate::http::requests::{self, JSON_LIMIT};
use crate::kyc::context::Backend;
use crate::kyc::ida;
use crate::kyc::idv;
use crate::store::listing;

/// What the demo's operations need.
#[derive(Debug, Clone)]
pub struct Demo {
    /// A backend of the KYC protocol.
    pub backend: Backend,
    /// Requests of the demo's callers.
    pub limiter: Limiter,
    /// Codes for phones.
    pub handoffs: Handoffs,
    /// The client in whose name the demo calls; none without `--demo`.
    pub client_id: Option<String>,
}

/// Body of `POST /demo/session`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DemoSessionRequest {
    /// How liveness is done; passive where it is absent.
    liveness_mode: Option<LivenessMode>,
}

/// Reply of `POST /demo/session`: what `createCapture` wants.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DemoSessionReply {
    client_id: String,
    session_id: String,
    access_token: String,
    /// Seconds.
    expires_in: u64,
}

/// Body of `POST /demo/token` and `POST /demo/session/read`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DemoSessionId {
    session_id: String,
}

/// Reply of `POST /demo/token`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DemoTokenReply {
    access_token: String,
    /// Seconds.
    expires_in: u64,
}

/// Reply of `POST /demo/session/read`.
#[derive(Debug, Serialize)]
pub struct DemoReadReply {
    /// *session read*
    session: SessionReadReply,
    /// *document read*, once there is a document.
    document: Option<DocumentReadReply>,
}

/// `POST /demo/session`; the body may be left out.
///
/// # Errors
/// 400, 429.
pub async fn session(State(ctx): State<Demo>, request: Request) -> Result<Json<DemoSessionReply>, ApiError> {
    let client_id = caller(&ctx)?;
    let liveness_mode = match requests::media_type(request.headers()).as_str() {
        "" => None,
        _ => requests::json::<DemoSessionRequest>(request, JSON_LIMIT).await?.liveness_mode,
    };
    let create = SessionCreateRequest { liveness_mode, ..SessionCreateRequest::default() };
    let session_id = idv::create(&ctx.backend, client_id.clone(), create).await?;
    let token = ctx.backend.auth.issue(client_id.clone(), Some(session_id.clone())).await?;
    Ok(Json(DemoSessionReply { client_id, session_id, access_token: token.access_token, expires_in: token.expires_in }))
}

/// `POST /demo/token`
///
/// # Errors
/// 400, 404, 429.
pub async fn token(State(ctx): State<Demo>, request: Request) -> Result<Json<DemoTokenReply>, ApiError> {
    let client_id = caller(&ctx)?;
    let body: DemoSessionId = requests::json(request, JSON_LIMIT).await?;
    let token = ctx.backend.auth.issue(client_id, Some(body.session_id)).await?;
    Ok(Json(DemoTokenReply { access_token: token.access_token, expires_in: token.expires_in }))
}

/// `POST /demo/session/read`
///
/// # Errors
/// 400, 404, 429.
pub async fn session_read(State(ctx): State<Demo>, request: Request) -> Result<Json<DemoReadReply>, ApiError> {
    let client_id = caller(&ctx)?;
    let body: DemoSessionId = requests::json(request, JSON_LIMIT).await?;
    let session = idv::read_session(&ctx.backend, client_id.clone(), body.session_id.clone()).await?;
    let document = idv::read_document(&ctx.backend, client_id, body.session_id).await?;
    Ok(Json(DemoReadReply { session, document }))
}

/// Reply of `POST /demo/handoff`.
#[derive(Debug, Serialize)]
pub struct DemoHandoffReply {
    /// For the link that the phone opens: one use within five minutes.
    code: String,
}

/// Body of `POST /demo/handoff/redeem`.
#[derive(Debug, Deserialize)]
pub struct DemoRedeemRequest {
    code: String,
}

/// `POST /demo/handoff`: a code by which a phone continues a session of the demo.
///
/// # Errors
/// 400, 404, 429.
pub async fn handoff(State(ctx): State<Demo>, request: Request) -> Result<Json<DemoHandoffReply>, ApiError> {
    let client_id = caller(&ctx)?;
    let body: DemoSessionId = requests::json(request, JSON_LIMIT).await?;
    // Only a session of this client.
    idv::read_session(&ctx.backend, client_id, body.session_id.clone()).await?;
    let code = ctx.handoffs.give(body.session_id, ctx.backend.clock.now_ms())?;
    Ok(Json(DemoHandoffReply { code }))
}

/// `POST /demo/handoff/redeem`: the session of a code, with an access token of its own.
///
/// # Errors
/// 400, 404, 429.
pub async fn redeem(State(ctx): State<Demo>, request: Request) -> Result<Json<DemoSessionReply>, ApiError> {
    let client_id = caller(&ctx)?;
    let body: DemoRedeemRequest = requests::json(request, JSON_LIMIT).await?;
    let session_id = ctx
        .handoffs
        .redeem(&body.code, ctx.backend.clock.now_ms())
        .ok_or_else(|| ApiError::not_found("the code is unknown, used or too old"))?;
    let token = ctx.backend.auth.issue(client_id.clone(), Some(session_id.clone())).await?;
    Ok(Json(DemoSessionReply { client_id, session_id, access_token: token.access_token, expires_in: token.expires_in }))
}

/// Body of `POST /demo/ida/session`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DemoIdaSessionRequest {
    /// The identity that the person claims to be; the newest where it is absent.
    identity_id: Option<String>,
    /// How liveness is done; passive where it is absent.
    liveness_mode: Option<LivenessMode>,
}

/// `POST /demo/ida/session`: a session that authenticates an identity which an earlier session of the demo made; the
/// body may be left out.
///
/// # Errors
/// 400, 404 (no one was verified yet), 409, 429.
pub async fn ida_session(State(ctx): State<Demo>, request: Request) -> Result<Json<DemoSessionReply>, ApiError> {
    let client_id = caller(&ctx)?;
    let body = match requests::media_type(request.headers()).as_str() {
        "" => DemoIdaSessionRequest::default(),
        _ => requests::json(request, JSON_LIMIT).await?,
    };
    let identity_id = match body.identity_id {
        Some(id) => id,
        None => {
            let of = client_id.clone();
            let newest = ctx.backend.store.read(move |c| listing::newest_identity(c, &of)).await?;
            newest.ok_or_else(ApiError::identity_not_found)?.identity_id
        }
    };
    let create = IdaSessionCreateRequest {
        identity_id,
        webhook_url: None,
        liveness_mode: body.liveness_mode,
        metadata: None,
        settings: None,
    };
    let session_id = ida::create(&ctx.backend, client_id.clone(), create).await?;
    let token = ctx.backend.auth.issue(client_id.clone(), Some(session_id.clone())).await?;
    Ok(Json(DemoSessionReply { client_id, session_id, access_token: token.access_token, expires_in: token.expires_in }))
}

/// `POST /demo/ida/session/read`: *session read* of IDA.
///
/// # Errors
/// 400, 404, 429.
pub async fn ida_session_read(
    State(ctx): State<Demo>,
    request: Request,
) -> Result<Json<IdaSessionReadReply>, ApiError> {
    let client_id = caller(&ctx)?;
    let body: DemoSessionId = requests::json(request, JSON_LIMIT).await?;
    Ok(Json(ida::read_session(&ctx.backend, client_id, body.session_id).await?))
}

/// The demo client; its callers share one bucket.
fn caller(ctx: &Demo) -> Result<String, ApiError> {
    let client_id = ctx.client_id.clone().ok_or_else(|| ApiError::not_found("there is no demo here"))?;
    ctx.limiter.take("(demo)", ctx.backend.clock.now_ms())?;
    Ok(client_id)
}
