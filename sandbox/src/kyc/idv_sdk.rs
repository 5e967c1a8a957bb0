//! The nine operations of the group *IDV SDK*: what a browser may call.
//!
//! Every one needs a bearer token and `X-Client-Id`, and fails until consent is recorded; only *session read*, by which
//! the SDK learns whether it is, and *consent add* itself answer before. A finalized or expired session takes no changes.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_capture::api::kyc::enums::{DocumentType, LivenessMode, LivenessProvider};
use kyc_capture::api::kyc::flow::LIVENESS_MODE_SETTING;
use kyc_capture::api::kyc::sdk::{
    SdkConsentAddRequest, SdkDocumentTypeUpdateRequest, SdkFinalizeReply, SdkFinalizeRequest,
    SdkLivenessGenerateRequest, SdkLivenessProcessRequest, SdkLivenessReply, SdkMetadataUpdateRequest,
    SdkSessionReadReply, SdkSessionReadRequest,
};
use kyc_capture::api::kyc::{Empty, JsonObject};
use serde::de::DeserializeOwned;

use crate::http::auth;
use crate::http::client_addr;
use crate::http::errors::ApiError;
use crate::http::image_files;
use crate::http::requests::{self, JSON_LIMIT, LIVENESS_IMAGE_LIMIT, LIVENESS_IMAGES_LIMIT, LIVENESS_LIMIT};
use crate::random;
use crate::state::App;
use crate::store::challenges;
use crate::store::clients::Grant;
use crate::store::db::Connection;
use crate::store::images::{self, Kind, Place};
use crate::store::sessions::{self, Event, Session};
use crate::verification;
use crate::verification::liveness::draws;

/// A body that names its session.
pub trait SdkBody: DeserializeOwned + Send {
    /// Most bytes of this body.
    const LIMIT: usize = JSON_LIMIT;

    /// The session.
    fn session_id(&self) -> &str;
}

macro_rules! sdk_body {
    ($($body:ty),+) => {
        $(impl $crate::kyc::idv_sdk::SdkBody for $body {
            fn session_id(&self) -> &str {
                &self.session_id
            }
        })+
    };
}

pub(crate) use sdk_body;

sdk_body!(
    SdkSessionReadRequest,
    SdkConsentAddRequest,
    SdkMetadataUpdateRequest,
    SdkDocumentTypeUpdateRequest,
    SdkLivenessGenerateRequest,
    SdkFinalizeRequest
);

impl SdkBody for SdkLivenessProcessRequest {
    const LIMIT: usize = LIVENESS_LIMIT;

    fn session_id(&self) -> &str {
        &self.session_id
    }
}

/// An SDK call whose caller may speak for the session that its body names.
#[derive(Debug)]
pub struct Sdk<T> {
    /// The session as it stood when the call came.
    pub session: Session,
    /// The body.
    pub body: T,
    /// The address that the call came from.
    pub address: Option<String>,
}

impl<T: SdkBody> FromRequest<App> for Sdk<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let grant = auth::sdk_grant(app, request.headers()).await?;
        let address = client_addr::address(app, request.headers(), request.extensions()).map(|ip| ip.to_string());
        let body: T = requests::json(request, T::LIMIT).await?;
        let session = session_of(app, grant, body.session_id()).await?;
        Ok(Self { session, body, address })
    }
}

async fn session_of(app: &App, grant: Grant, session_id: &str) -> Result<Session, ApiError> {
    if session_id.is_empty() {
        return Err(ApiError::missing_field("session_id"));
    }
    if grant.session_id.as_deref().is_some_and(|bound| bound != session_id) {
        return Err(ApiError::wrong_session());
    }
    let session_id = session_id.to_owned();
    app.store.read(move |c| sessions::read(c, &session_id, &grant.client_id)).await
}

fn require_consent(session: &Session) -> Result<(), ApiError> {
    if session.consented_ms.is_some() { Ok(()) } else { Err(ApiError::consent_required()) }
}

fn require_open(session: &Session, now_ms: i64) -> Result<(), ApiError> {
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
    session: &Session,
    now_ms: i64,
    work: impl FnOnce(&Connection, &Session) -> Result<(), ApiError> + Send + 'static,
) -> Result<(), ApiError> {
    let (session_id, client_id) = (session.session_id.clone(), session.client_id.clone());
    app.store
        .run(move |c| {
            let session = sessions::read(c, &session_id, &client_id)?;
            require_open(&session, now_ms)?;
            work(c, &session)
        })
        .await
}

/// *sdk session read*
///
/// # Errors
/// 400, 401, 403, 404.
pub async fn session_read(sdk: Sdk<SdkSessionReadRequest>) -> Json<SdkSessionReadReply> {
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

/// The session's settings, with how liveness is done where the integrator's own do not say: the text has no other place for it.
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
pub async fn consent_add(State(app): State<App>, sdk: Sdk<SdkConsentAddRequest>) -> Result<Json<Empty>, ApiError> {
    let now_ms = app.clock.now_ms();
    let consented = sdk.body.consented;
    change(&app, &sdk.session, now_ms, move |c, s| sessions::set_consent(c, &s.session_id, consented, now_ms)).await?;
    Ok(Json(Empty {}))
}

/// *sdk metadata update*
///
/// # Errors
/// 400, 401, 403, 404, 409.
pub async fn metadata_update(
    State(app): State<App>,
    sdk: Sdk<SdkMetadataUpdateRequest>,
) -> Result<Json<Empty>, ApiError> {
    require_consent(&sdk.session)?;
    let metadata = sdk.body.sdk_metadata;
    let now_ms = app.clock.now_ms();
    change(&app, &sdk.session, now_ms, move |c, s| sessions::set_sdk_metadata(c, &s.session_id, &metadata)).await?;
    Ok(Json(Empty {}))
}

/// *sdk document type update*
///
/// # Errors
/// 400, 401, 403, 404, 409.
pub async fn document_type_update(
    State(app): State<App>,
    sdk: Sdk<SdkDocumentTypeUpdateRequest>,
) -> Result<Json<Empty>, ApiError> {
    let to = sdk.body.document_type_e;
    if !to.is_listed() {
        return Err(ApiError::wrong_type("document_type_e", &DocumentType::LISTED.join(", ")));
    }
    require_consent(&sdk.session)?;
    let now_ms = app.clock.now_ms();
    change(&app, &sdk.session, now_ms, move |c, s| sessions::set_document_type(c, s, &to, now_ms)).await?;
    Ok(Json(Empty {}))
}

/// *sdk document front image add*
///
/// # Errors
/// 400, 401, 403, 404, 409, 413, 415, 422.
pub async fn document_front_add(State(app): State<App>, request: Request) -> Result<Json<Empty>, ApiError> {
    document_image_add(app, request, Kind::Front).await
}

/// *sdk document back image add*
///
/// # Errors
/// 400, 401, 403, 404, 409 (also for a passport, which has no back), 413, 415, 422.
pub async fn document_back_add(State(app): State<App>, request: Request) -> Result<Json<Empty>, ApiError> {
    document_image_add(app, request, Kind::Back).await
}

async fn document_image_add(app: App, request: Request, kind: Kind) -> Result<Json<Empty>, ApiError> {
    let grant = auth::sdk_grant(&app, request.headers()).await?;
    let address = client_addr::address(&app, request.headers(), request.extensions()).map(|ip| ip.to_string());
    let upload = requests::image_upload(request).await?;
    let session = session_of(&app, grant, &upload.session_id).await?;
    let now_ms = app.clock.now_ms();
    require_consent(&session)?;
    require_open(&session, now_ms)?;
    require_side(&session, kind)?;

    let image = upload.image;
    let image = app.run_heavy(move || image_files::check("image", &image).map(|()| image)).await?;
    let place = Place { latitude: upload.latitude, longitude: upload.longitude };
    change(&app, &session, now_ms, move |c, s| {
        // The document may have been changed while the image was looked at.
        require_side(s, kind)?;
        images::replace(c, &s.session_id, kind, &[image], &place, now_ms)?;
        images::set_address(c, &s.session_id, kind, address.as_deref())?;
        let event = if kind == Kind::Front { Event::DocumentFrontStored } else { Event::DocumentBackStored };
        sessions::note(c, &s.session_id, event, now_ms)
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
    State(app): State<App>,
    sdk: Sdk<SdkLivenessGenerateRequest>,
) -> Result<Json<SdkLivenessReply>, ApiError> {
    place_of(sdk.body.latitude, sdk.body.longitude)?;
    require_consent(&sdk.session)?;
    let now_ms = app.clock.now_ms();
    let token = random::secret()?;
    let given = token.clone();
    change(&app, &sdk.session, now_ms, move |c, s| {
        challenges::open(c, &s.session_id, &given, &draws(&s.liveness_mode, &s.settings, &given), now_ms)?;
        sessions::note(c, &s.session_id, Event::LivenessSessionGenerated, now_ms)
    })
    .await?;
    Ok(Json(SdkLivenessReply { token }))
}

/// *sdk liveness session process*. Sent again, as after a lost reply, the images replace those of before.
///
/// # Errors
/// 400, 401, 403, 404, 409, 413, 415, 422 (an image that cannot be decoded; the same image twice, or one of another
/// session).
pub async fn liveness_process(
    State(app): State<App>,
    sdk: Sdk<SdkLivenessProcessRequest>,
) -> Result<Json<SdkLivenessReply>, ApiError> {
    let place = place_of(sdk.body.latitude, sdk.body.longitude)?;
    let encoded = given_images(sdk.body.images)?;
    let token = sdk.body.token;
    require_consent(&sdk.session)?;
    let now_ms = app.clock.now_ms();
    require_open(&sdk.session, now_ms)?;

    let frames = app.run_heavy(move || decode_frames(&encoded)).await?;
    let address = sdk.address;
    let replays_allowed = app.config.replays_allowed;
    change(&app, &sdk.session, now_ms, move |c, s| {
        require_challenge(c, &s.session_id, &s.liveness_mode, token.as_deref())?;
        if !replays_allowed {
            refuse_replays(c, &s.session_id, &frames)?;
        }
        images::replace(c, &s.session_id, Kind::Liveness, &frames, &place, now_ms)?;
        images::set_address(c, &s.session_id, Kind::Liveness, address.as_deref())?;
        sessions::note(c, &s.session_id, Event::LivenessImagesStored, now_ms)
    })
    .await?;
    Ok(Json(SdkLivenessReply { token: random::secret()? }))
}

/// The images that a liveness call must have.
///
/// # Errors
/// 400, 422.
pub(crate) fn given_images(images: Option<Vec<String>>) -> Result<Vec<String>, ApiError> {
    let encoded = images.filter(|images| !images.is_empty()).ok_or_else(|| ApiError::missing_field("images"))?;
    if encoded.len() > LIVENESS_IMAGES_LIMIT {
        return Err(ApiError::invalid_value("images", &format!("at most {LIVENESS_IMAGES_LIMIT} images")));
    }
    Ok(encoded)
}

/// Refuses frames of another liveness session than the newest, and those of active liveness where none was opened: nobody was asked for
/// movements then.
///
/// # Errors
/// 409.
pub(crate) fn require_challenge(
    c: &Connection,
    session_id: &str,
    mode: &LivenessMode,
    token: Option<&str>,
) -> Result<(), ApiError> {
    let challenge = challenges::read(c, session_id)?;
    let other = match (&challenge, token) {
        (Some(challenge), Some(token)) => !challenge.is_of(token),
        (None, Some(_)) => true,
        (Some(_), None) => false,
        (None, None) => *mode == LivenessMode::PassiveActive,
    };
    if other {
        return Err(ApiError::step_conflict(
            "token",
            "the frames belong to no liveness session that is open: generate one",
        ));
    }
    Ok(())
}

/// Refuses images that another session was given as its liveness images, of IDV or of IDA.
///
/// # Errors
/// 422.
pub(crate) fn refuse_replays(c: &Connection, session_id: &str, frames: &[Vec<u8>]) -> Result<(), ApiError> {
    for frame in frames {
        if images::is_replayed(c, session_id, &random::hash(frame))? {
            return Err(ApiError::replayed("images", "a liveness image was already sent in another session"));
        }
    }
    Ok(())
}

/// The image files of a liveness call, each another and each decoded once, to be sure that it can be.
///
/// # Errors
/// 400, 413, 415, 422, with the image's number.
pub(crate) fn decode_frames(encoded: &[String]) -> Result<Vec<Vec<u8>>, ApiError> {
    let mut frames: Vec<Vec<u8>> = Vec::with_capacity(encoded.len());
    for (index, text) in encoded.iter().enumerate() {
        let field = format!("images[{index}]");
        let frame = STANDARD
            .decode(text)
            .map_err(|_| ApiError::wrong_type(&field, "base64 (RFC 4648 section 4, padded) of an image file"))?;
        if frame.len() > LIVENESS_IMAGE_LIMIT {
            return Err(ApiError::too_large(&format!("`{field}`"), LIVENESS_IMAGE_LIMIT));
        }
        image_files::check(&field, &frame)?;
        if frames.contains(&frame) {
            let message = "two liveness images are the same file: a live camera gives no two equal frames";
            return Err(ApiError::replayed("images", message));
        }
        frames.push(frame);
    }
    Ok(frames)
}

/// Where the device says that it is.
///
/// # Errors
/// 422.
pub(crate) fn place_of(latitude: f64, longitude: f64) -> Result<Place, ApiError> {
    if !(-90.0..=90.0).contains(&latitude) {
        return Err(ApiError::invalid_value("latitude", "degrees from -90 to 90"));
    }
    if !(-180.0..=180.0).contains(&longitude) {
        return Err(ApiError::invalid_value("longitude", "degrees from -180 to 180"));
    }
    Ok(Place { latitude: latitude.to_string(), longitude: longitude.to_string() })
}

/// *sdk idv finalization*. A session that is complete already answers what it answered before.
///
/// # Errors
/// 400, 401, 403, 404, 409 (something is not given yet), 503 (a model is missing).
pub async fn finalize(
    State(app): State<App>,
    sdk: Sdk<SdkFinalizeRequest>,
) -> Result<Json<SdkFinalizeReply>, ApiError> {
    let session = sdk.session;
    require_consent(&session)?;
    let outcome = match session.outcome {
        Some(outcome) => outcome,
        None => verification::finalize(&app, session, sdk.body.settings).await?,
    };
    Ok(Json(SdkFinalizeReply { verified: outcome.verified, on_sanction_list: outcome.on_sanction_list }))
}
