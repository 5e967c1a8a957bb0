//! What a browser may call of *IDA*: the four operations of the group *IDA SDK*, and *session read* with `X-Client-Id`.
//!
//! Every one needs a bearer token and `X-Client-Id`. A finalized or expired session takes no changes.

use axum::Json;
use axum::extract::State;
use kyc_capture::api::kyc::enums::{LivenessMode, LivenessProvider};
use kyc_capture::api::kyc::flow::{ACTIVE_STEPS_SETTING, LIVENESS_MODE_SETTING};
use kyc_capture::api::kyc::ida_sdk::{
    IdaSdkFinalizeRequest, IdaSdkLivenessGenerateRequest, IdaSdkLivenessProcessRequest, IdaSdkLivenessReply,
    IdaSdkMetadataUpdateRequest, IdaSdkSessionReadReply, IdaSdkSessionReadRequest,
};
use kyc_capture::api::kyc::{Empty, JsonObject};

use crate::clock::iso8601;
use crate::http::errors::ApiError;
use crate::http::requests::LIVENESS_LIMIT;
use crate::kyc::context::Sdk;
use crate::kyc::ida::holder_of;
use crate::kyc::sdk_call::{SdkCall, change, sdk_body};
use crate::kyc::sdk_liveness;
use crate::store::ida::{self, IdaSession};
use crate::verification::authenticate;

sdk_body!(
    IdaSdkSessionReadRequest,
    IdaSdkMetadataUpdateRequest,
    IdaSdkLivenessGenerateRequest,
    IdaSdkLivenessProcessRequest: LIVENESS_LIMIT,
    IdaSdkFinalizeRequest,
);

/// A call about an IDA session.
type Ida<B> = SdkCall<IdaSession, B>;

/// *session read* of IDA, with `X-Client-Id`
///
/// # Errors
/// 400, 401, 403, 404, 413, 415, 429.
pub async fn session_read(
    State(ctx): State<Sdk>,
    call: Ida<IdaSdkSessionReadRequest>,
) -> Result<Json<IdaSdkSessionReadReply>, ApiError> {
    let s = call.session;
    let (s, holder) = ctx.store.run(move |c| holder_of(c, &s).map(|holder| (s, holder))).await?;
    let images_at = s.images_ms.map(iso8601);
    let sdk_metadata = sdk_metadata_of(&s);
    Ok(Json(IdaSdkSessionReadReply {
        status_e: s.status(ctx.clock.now_ms()),
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

/// What the SDK reported about itself; beside it, as this reply has no `settings`, how active liveness is done where
/// the session asks for it.
fn sdk_metadata_of(s: &IdaSession) -> JsonObject {
    let mut metadata = s.sdk_metadata.clone();
    if s.liveness_mode == LivenessMode::PassiveActive {
        metadata.insert(LIVENESS_MODE_SETTING.to_owned(), s.liveness_mode.as_str().into());
        if let Some(steps) = s.settings.get(ACTIVE_STEPS_SETTING) {
            metadata.insert(ACTIVE_STEPS_SETTING.to_owned(), steps.clone());
        }
    }
    metadata
}

/// *sdk metadata update* of IDA
///
/// # Errors
/// 400, 401, 403, 404, 409, 413, 415, 429.
pub async fn metadata_update(
    State(ctx): State<Sdk>,
    call: Ida<IdaSdkMetadataUpdateRequest>,
) -> Result<Json<Empty>, ApiError> {
    let metadata = call.body.sdk_metadata;
    let now_ms = ctx.clock.now_ms();
    change(&ctx, &call.session, now_ms, move |c, s| ida::set_sdk_metadata(c, &s.session_id, &metadata)).await?;
    Ok(Json(Empty {}))
}

/// *sdk liveness session generate* of IDA
///
/// # Errors
/// 400, 401, 403, 404, 409, 413, 415, 422, 429.
pub async fn liveness_generate(
    State(ctx): State<Sdk>,
    call: Ida<IdaSdkLivenessGenerateRequest>,
) -> Result<Json<IdaSdkLivenessReply>, ApiError> {
    let position = (call.body.latitude, call.body.longitude);
    let token = sdk_liveness::generate(&ctx, &call.session, position).await?;
    Ok(Json(IdaSdkLivenessReply { token }))
}

/// *sdk liveness session process* of IDA. Sent again, as after a lost reply, the images replace the earlier ones.
///
/// # Errors
/// 400, 401, 403, 404, 409, 413, 415, 422 (an image that cannot be decoded; the same image twice, or one of another
/// session, of IDV or of IDA), 429.
pub async fn liveness_process(
    State(ctx): State<Sdk>,
    call: Ida<IdaSdkLivenessProcessRequest>,
) -> Result<Json<IdaSdkLivenessReply>, ApiError> {
    let body = call.body;
    let position = (body.latitude, body.longitude);
    let upload = sdk_liveness::Upload::new(position, body.images, body.token, call.address)?;
    let token = sdk_liveness::process(&ctx, &call.session, upload).await?;
    Ok(Json(IdaSdkLivenessReply { token }))
}

/// *identity authentication finalize*. A session that is complete already stays as it is. What came of it is read by
/// *session read*.
///
/// # Errors
/// 400, 401, 403, 404, 409 (no images yet, or none of the identity any more), 413, 415, 429, 503 (a model is missing).
pub async fn finalize(State(ctx): State<Sdk>, call: Ida<IdaSdkFinalizeRequest>) -> Result<Json<Empty>, ApiError> {
    if call.session.outcome.is_none() {
        authenticate::finalize(&ctx.verifier, call.session).await?;
    }
    Ok(Json(Empty {}))
}
