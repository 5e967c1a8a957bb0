//! What a browser may call of *IDA*: the four operations of the group *IDA SDK*, and *session read* with `X-Client-Id`.
//!
//! Every one needs a bearer token and `X-Client-Id`. A finalized or expired session takes no changes.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use kyc_capture::api::kyc::enums::{LivenessMode, LivenessProvider};
use kyc_capture::api::kyc::flow::{ACTIVE_STEPS_SETTING, LIVENESS_MODE_SETTING};
use kyc_capture::api::kyc::ida_sdk::{
    IdaSdkFinalizeRequest, IdaSdkLivenessGenerateRequest, IdaSdkLivenessProcessRequest, IdaSdkLivenessReply,
    IdaSdkMetadataUpdateRequest, IdaSdkSessionReadReply, IdaSdkSessionReadRequest,
};
use kyc_capture::api::kyc::{Empty, JsonObject};

use crate::clock::iso8601;
use crate::http::auth;
use crate::http::client_addr;
use crate::http::errors::ApiError;
use crate::http::requests::{self, LIVENESS_LIMIT};
use crate::kyc::ida::holder_of;
use crate::kyc::idv_sdk::{
    SdkBody, decode_frames, given_images, place_of, refuse_replays, require_challenge, sdk_body,
};
use crate::random;
use crate::state::App;
use crate::store::challenges;
use crate::store::db::Connection;
use crate::store::ida::{self, Event, IdaSession};
use crate::verification::authenticate;
use crate::verification::liveness::draws;

sdk_body!(IdaSdkSessionReadRequest, IdaSdkMetadataUpdateRequest, IdaSdkLivenessGenerateRequest, IdaSdkFinalizeRequest);

impl SdkBody for IdaSdkLivenessProcessRequest {
    const LIMIT: usize = LIVENESS_LIMIT;

    fn session_id(&self) -> &str {
        &self.session_id
    }
}

/// A call whose caller may speak for the session of IDA that its body names.
#[derive(Debug)]
pub struct Ida<T> {
    /// The session as it stood when the call came.
    pub session: IdaSession,
    /// The body.
    pub body: T,
    /// The address that the call came from.
    pub address: Option<String>,
}

impl<T: SdkBody> FromRequest<App> for Ida<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let grant = auth::sdk_grant(app, request.headers()).await?;
        let address = client_addr::address(app, request.headers(), request.extensions()).map(|ip| ip.to_string());
        let body: T = requests::json(request, T::LIMIT).await?;
        let session_id = body.session_id();
        if session_id.is_empty() {
            return Err(ApiError::missing_field("session_id"));
        }
        if grant.session_id.as_deref().is_some_and(|bound| bound != session_id) {
            return Err(ApiError::wrong_session());
        }
        let session_id = session_id.to_owned();
        let session = app.store.run(move |c| ida::read(c, &session_id, &grant.client_id)).await?;
        Ok(Self { session, body, address })
    }
}

fn require_open(session: &IdaSession, now_ms: i64) -> Result<(), ApiError> {
    if session.completed_ms.is_some() {
        return Err(ApiError::session_complete());
    }
    if now_ms >= session.expires_ms {
        return Err(ApiError::session_expired());
    }
    Ok(())
}

/// Stores a change, after looking once more, in the same transaction, whether the session still takes changes.
async fn change(
    app: &App,
    session: &IdaSession,
    now_ms: i64,
    work: impl FnOnce(&Connection, &IdaSession) -> Result<(), ApiError> + Send + 'static,
) -> Result<(), ApiError> {
    let (session_id, client_id) = (session.session_id.clone(), session.client_id.clone());
    app.store
        .run(move |c| {
            let session = ida::read(c, &session_id, &client_id)?;
            require_open(&session, now_ms)?;
            work(c, &session)
        })
        .await
}

/// *session read* of IDA, with `X-Client-Id`
///
/// # Errors
/// 400, 401, 403, 404, 413, 415, 429.
pub async fn session_read(
    State(app): State<App>,
    call: Ida<IdaSdkSessionReadRequest>,
) -> Result<Json<IdaSdkSessionReadReply>, ApiError> {
    let s = call.session;
    let (s, holder) = app.store.run(move |c| holder_of(c, &s).map(|holder| (s, holder))).await?;
    let images_at = s.images_ms.map(iso8601);
    let sdk_metadata = told_to_sdk(&s);
    Ok(Json(IdaSdkSessionReadReply {
        status_e: s.status(app.clock.now_ms()),
        session_id: s.session_id,
        identity_id: Some(s.identity_id),
        user_id: s.user_id,
        client_id: Some(s.client_id),
        first_name: holder.as_ref().and_then(|d| d.first_name.clone()),
        middle_name: holder.as_ref().and_then(|d| d.middle_name.clone()),
        last_name: holder.as_ref().and_then(|d| d.last_name.clone()),
        suffix_name: holder.and_then(|d| d.name_suffix),
        // As in IDV: the SDK goes on from what is given, whatever is found in it.
        liveness_detected: images_at.is_some(),
        liveness_detected_at: images_at.clone(),
        selfie_given: images_at.is_some(),
        selfie_given_at: images_at,
        authenticated: Some(s.outcome.is_some_and(|o| o.authenticated)),
        liveness_provider_e: LivenessProvider::KycCapture,
        sdk_metadata,
    }))
}

/// What the SDK told about itself; beside it, as this reply has no `settings`, how active liveness is done where the session
/// asks for it.
fn told_to_sdk(s: &IdaSession) -> JsonObject {
    let mut told = s.sdk_metadata.clone();
    if s.liveness_mode == LivenessMode::PassiveActive {
        told.insert(LIVENESS_MODE_SETTING.to_owned(), s.liveness_mode.as_str().into());
        if let Some(steps) = s.settings.get(ACTIVE_STEPS_SETTING) {
            told.insert(ACTIVE_STEPS_SETTING.to_owned(), steps.clone());
        }
    }
    told
}

/// *sdk metadata update* of IDA
///
/// # Errors
/// 400, 401, 403, 404, 409, 413, 415, 429.
pub async fn metadata_update(
    State(app): State<App>,
    call: Ida<IdaSdkMetadataUpdateRequest>,
) -> Result<Json<Empty>, ApiError> {
    let metadata = call.body.sdk_metadata;
    let now_ms = app.clock.now_ms();
    change(&app, &call.session, now_ms, move |c, s| ida::set_sdk_metadata(c, &s.session_id, &metadata)).await?;
    Ok(Json(Empty {}))
}

/// *sdk liveness session generate* of IDA
///
/// # Errors
/// 400, 401, 403, 404, 409, 413, 415, 422, 429.
pub async fn liveness_generate(
    State(app): State<App>,
    call: Ida<IdaSdkLivenessGenerateRequest>,
) -> Result<Json<IdaSdkLivenessReply>, ApiError> {
    place_of(call.body.latitude, call.body.longitude)?;
    let now_ms = app.clock.now_ms();
    let token = random::secret()?;
    let given = token.clone();
    change(&app, &call.session, now_ms, move |c, s| {
        challenges::open(c, &s.session_id, &given, &draws(&s.liveness_mode, &s.settings, &given), now_ms)?;
        ida::note(c, &s.session_id, Event::LivenessSessionGenerated, now_ms)
    })
    .await?;
    Ok(Json(IdaSdkLivenessReply { token }))
}

/// *sdk liveness session process* of IDA. Sent again, as after a lost reply, the images replace those of before.
///
/// # Errors
/// 400, 401, 403, 404, 409, 413, 415, 422 (an image that cannot be decoded; the same image twice, or one of another
/// session, of IDV or of IDA), 429.
pub async fn liveness_process(
    State(app): State<App>,
    call: Ida<IdaSdkLivenessProcessRequest>,
) -> Result<Json<IdaSdkLivenessReply>, ApiError> {
    let place = place_of(call.body.latitude, call.body.longitude)?;
    let now_ms = app.clock.now_ms();
    let address = call.address;
    let encoded = given_images(call.body.images)?;
    let token = call.body.token;
    require_open(&call.session, now_ms)?;
    let frames = app.run_heavy(move || decode_frames(&encoded)).await?;
    let replays_allowed = app.config.replays_allowed;
    change(&app, &call.session, now_ms, move |c, s| {
        require_challenge(c, &s.session_id, &s.liveness_mode, token.as_deref())?;
        if !replays_allowed {
            refuse_replays(c, &s.session_id, &frames)?;
        }
        ida::replace_images(c, &s.session_id, &frames, &place, address.as_deref(), now_ms)
    })
    .await?;
    Ok(Json(IdaSdkLivenessReply { token: random::secret()? }))
}

/// *identity authentication finalize*. A session that is complete already stays as it is. What came of it is read by *session
/// read*.
///
/// # Errors
/// 400, 401, 403, 404, 409 (no pictures yet, or none of the identity any more), 413, 415, 429, 503 (a model is missing).
pub async fn finalize(State(app): State<App>, call: Ida<IdaSdkFinalizeRequest>) -> Result<Json<Empty>, ApiError> {
    if call.session.outcome.is_none() {
        authenticate::finalize(&app, call.session).await?;
    }
    Ok(Json(Empty {}))
}
