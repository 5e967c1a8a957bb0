//! The nine operations of the group *IDV SDK*: what a browser may call.
//!
//! Every one needs a bearer token and `X-Client-Id`, and fails until consent is recorded; only *session read*, by which
//! the SDK learns whether it is, and *consent add* itself answer before. A finalized or expired session takes no
//! changes.

use axum::Json;
use axum::extract::{Request, State};
use kyc_capture::api::kyc::enums::{DocumentType, LivenessMode, LivenessProvider};
use kyc_capture::api::kyc::flow::LIVENESS_MODE_SETTING;
use kyc_capture::api::kyc::sdk::{
    SdkConsentAddRequest, SdkDocumentTypeUpdateRequest, SdkFinalizeReply, SdkFinalizeRequest,
    SdkLivenessGenerateRequest, SdkLivenessProcessRequest, SdkLivenessReply, SdkMetadataUpdateRequest,
    SdkSessionReadReply, SdkSessionReadRequest,
};
use kyc_capture::api::kyc::{Empty, JsonObject};

use crate::http::client_addr::client_addr;
use crate::http::errors::ApiError;
use crate::http::image_files;
use crate::http::requests::{self, LIVENESS_LIMIT};
use crate::kyc::context::Sdk;
use crate::kyc::sdk_call::{SdkCall, SdkSession, change, require_open, sdk_body, session_of};
use crate::kyc::sdk_liveness;
use crate::store::finalization::{self, SessionTable};
use crate::store::images::{self, Kind, Place};
use crate::store::sessions::{self, Event, Session};
use crate::verification::finalize::finalize as finalize_session;

sdk_body!(
    SdkSessionReadRequest,
    SdkConsentAddRequest,
    SdkMetadataUpdateRequest,
    SdkDocumentTypeUpdateRequest,
    SdkLivenessGenerateRequest,
    SdkLivenessProcessRequest: LIVENESS_LIMIT,
    SdkFinalizeRequest,
);

/// A call about an IDV session.
type Idv<B> = SdkCall<Session, B>;

/// *sdk session read*
///
/// # Errors
/// 400, 401, 403, 404.
pub async fn session_read(sdk: Idv<SdkSessionReadRequest>) -> Json<SdkSessionReadReply> {
    let s = sdk.session;
    Json(SdkSessionReadReply {
        document_front_given: s.front_ms.is_some(),
        document_back_given: s.back_ms.is_some(),
        liveness_detected: s.liveness_ms.is_some(),
        selfie_given: s.liveness_ms.is_some(),
        consented: s.consented_ms.is_some(),
        session_id: s.session_id,
        client_id: s.client_id,
        document_type_e: s.document_type,
        liveness_provider_e: LivenessProvider::KycCapture,
        sdk_metadata: s.sdk_metadata,
        settings: told_settings(s.settings, &s.liveness_mode),
    })
}

/// The session's settings, with how liveness is done where the integrator's own do not say: the text has no other place
/// for it.
fn told_settings(mut settings: JsonObject, mode: &LivenessMode) -> JsonObject {
    if *mode == LivenessMode::PassiveActive {
        settings.entry(LIVENESS_MODE_SETTING).or_insert_with(|| mode.as_str().into());
    }
    settings
}

/// *sdk add identity consent*
///
/// # Errors
/// 400, 401, 403, 404, 409.
pub async fn consent_add(State(ctx): State<Sdk>, sdk: Idv<SdkConsentAddRequest>) -> Result<Json<Empty>, ApiError> {
    let now_ms = ctx.clock.now_ms();
    let (consented, session) = (sdk.body.consented, sdk.session);
    ctx.store
        .run(move |c| -> Result<_, ApiError> {
            match consented {
                true => finalization::begin_change(c, SessionTable::Idv, &session.session_id, now_ms)?,
                // Also while a verdict is being made, which then is not recorded.
                false => finalization::abandon(c, SessionTable::Idv, &session.session_id)?,
            }
            let session = sessions::read(c, &session.session_id, &session.client_id)?;
            require_open(&session, now_ms)?;
            Ok(sessions::set_consent(c, &session.session_id, consented, now_ms)?)
        })
        .await?;
    Ok(Json(Empty {}))
}

/// *sdk metadata update*
///
/// # Errors
/// 400, 401, 403, 404, 409.
pub async fn metadata_update(
    State(ctx): State<Sdk>,
    sdk: Idv<SdkMetadataUpdateRequest>,
) -> Result<Json<Empty>, ApiError> {
    sdk.session.require_consent()?;
    let metadata = sdk.body.sdk_metadata;
    let now_ms = ctx.clock.now_ms();
    change(&ctx, &sdk.session, now_ms, move |c, s| sessions::set_sdk_metadata(c, &s.session_id, &metadata)).await?;
    Ok(Json(Empty {}))
}

/// *sdk document type update*
///
/// # Errors
/// 400, 401, 403, 404, 409.
pub async fn document_type_update(
    State(ctx): State<Sdk>,
    sdk: Idv<SdkDocumentTypeUpdateRequest>,
) -> Result<Json<Empty>, ApiError> {
    let to = sdk.body.document_type_e;
    if !to.is_listed() {
        return Err(ApiError::wrong_type("document_type_e", &DocumentType::LISTED.join(", ")));
    }
    sdk.session.require_consent()?;
    let now_ms = ctx.clock.now_ms();
    change(&ctx, &sdk.session, now_ms, move |c, s| sessions::set_document_type(c, s, &to, now_ms)).await?;
    Ok(Json(Empty {}))
}

/// *sdk document front image add*
///
/// # Errors
/// 400, 401, 403, 404, 409, 413, 415, 422.
pub async fn document_front_add(State(ctx): State<Sdk>, request: Request) -> Result<Json<Empty>, ApiError> {
    document_image_add(ctx, request, Kind::Front).await
}

/// *sdk document back image add*
///
/// # Errors
/// 400, 401, 403, 404, 409 (also for a passport, which has no back), 413, 415, 422.
pub async fn document_back_add(State(ctx): State<Sdk>, request: Request) -> Result<Json<Empty>, ApiError> {
    document_image_add(ctx, request, Kind::Back).await
}

async fn document_image_add(ctx: Sdk, request: Request, kind: Kind) -> Result<Json<Empty>, ApiError> {
    let grant = ctx.auth.sdk_grant(request.headers()).await?;
    let address = client_addr(ctx.trust_proxy, request.headers(), request.extensions()).map(|ip| ip.to_string());
    let upload = requests::image_upload(request).await?;
    let session: Session = session_of(&ctx, grant, &upload.session_id).await?;
    let now_ms = ctx.clock.now_ms();
    session.require_consent()?;
    require_open(&session, now_ms)?;
    require_side(&session, kind)?;

    let image = upload.image;
    let image = ctx.workers.run_short(move || image_files::check("image", &image).map(|()| image)).await?;
    let place = Place { latitude: upload.latitude, longitude: upload.longitude };
    change(&ctx, &session, now_ms, move |c, s| -> Result<_, ApiError> {
        // The document may have been changed while the image was examined.
        require_side(s, kind)?;
        images::replace(c, &s.session_id, kind, &[image], &place, now_ms)?;
        images::set_address(c, &s.session_id, kind, address.as_deref())?;
        let event = if kind == Kind::Front { Event::DocumentFrontStored } else { Event::DocumentBackStored };
        Ok(sessions::note(c, &s.session_id, event, now_ms)?)
    })
    .await?;
    Ok(Json(Empty {}))
}

fn require_side(session: &Session, kind: Kind) -> Result<(), ApiError> {
    if session.document_type == DocumentType::Unknown {
        return Err(ApiError::step_conflict("document_type_e", "the document type must be declared before its images"));
    }
    if kind == Kind::Back && !session.has_back() {
        return Err(ApiError::step_conflict("document_type_e", "this document type has no back side"));
    }
    Ok(())
}

/// *sdk liveness session generate*
///
/// # Errors
/// 400, 401, 403, 404, 409, 422.
pub async fn liveness_generate(
    State(ctx): State<Sdk>,
    sdk: Idv<SdkLivenessGenerateRequest>,
) -> Result<Json<SdkLivenessReply>, ApiError> {
    let position = (sdk.body.latitude, sdk.body.longitude);
    sdk_liveness::check_position(position)?;
    sdk.session.require_consent()?;
    let token = sdk_liveness::generate(&ctx, &sdk.session, position).await?;
    Ok(Json(SdkLivenessReply { token }))
}

/// *sdk liveness session process*. Sent again, as after a lost reply, the images replace the earlier ones.
///
/// # Errors
/// 400, 401, 403, 404, 409, 413, 415, 422 (an image that cannot be decoded; the same image twice, or one of another
/// session).
pub async fn liveness_process(
    State(ctx): State<Sdk>,
    sdk: Idv<SdkLivenessProcessRequest>,
) -> Result<Json<SdkLivenessReply>, ApiError> {
    let body = sdk.body;
    let position = (body.latitude, body.longitude);
    let upload = sdk_liveness::Upload::new(position, body.images, body.token, sdk.address)?;
    sdk.session.require_consent()?;
    let token = sdk_liveness::process(&ctx, &sdk.session, upload).await?;
    Ok(Json(SdkLivenessReply { token }))
}

/// *sdk idv finalization*. A session that is complete already answers what it answered before.
///
/// # Errors
/// 400, 401, 403, 404, 409 (something is not given yet), 503 (a model is missing).
pub async fn finalize(
    State(ctx): State<Sdk>,
    sdk: Idv<SdkFinalizeRequest>,
) -> Result<Json<SdkFinalizeReply>, ApiError> {
    let session = sdk.session;
    session.require_consent()?;
    let outcome = match session.outcome {
        Some(outcome) => outcome,
        None => finalize_session(&ctx.verifier, session, sdk.body.settings).await?,
    };
    Ok(Json(SdkFinalizeReply { verified: outcome.verified, on_sanction_list: outcome.on_sanction_list }))
}
