//! The liveness steps of an SDK call, the same for IDV and IDA.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_capture::api::kyc::enums::LivenessMode;

use crate::http::errors::ApiError;
use crate::http::image_files;
use crate::http::requests::{LIVENESS_IMAGE_LIMIT, LIVENESS_IMAGES_LIMIT};
use crate::kyc::context::Sdk;
use crate::kyc::sdk_call::{SdkSession, change, require_open};
use crate::random;
use crate::store::challenges;
use crate::store::db::Connection;
use crate::store::images::{self, Place};
use crate::verification::liveness::draws;

/// Checks where the device says that it is, in degrees north and east.
///
/// # Errors
/// 422
pub fn check_position((latitude, longitude): (f64, f64)) -> Result<Place, ApiError> {
    if !(-90.0..=90.0).contains(&latitude) {
        return Err(ApiError::invalid_value("latitude", "degrees from -90 to 90"));
    }
    if !(-180.0..=180.0).contains(&longitude) {
        return Err(ApiError::invalid_value("longitude", "degrees from -180 to 180"));
    }
    Ok(Place { latitude: latitude.to_string(), longitude: longitude.to_string() })
}

/// Opens a liveness session; returns its token.
///
/// # Errors
/// 409, 422.
pub async fn generate<S: SdkSession>(ctx: &Sdk, session: &S, position: (f64, f64)) -> Result<String, ApiError> {
    check_position(position)?;
    let now_ms = ctx.clock.now_ms();
    let token = random::secret()?;
    let given = token.clone();
    change(ctx, session, now_ms, move |c, s| {
        let steps = draws(s.liveness_mode(), s.settings(), &given);
        challenges::open(c, s.session_id(), &given, &steps, now_ms)?;
        s.record_liveness_generated(c, now_ms)
    })
    .await?;
    Ok(token)
}

/// The images of a liveness call.
#[derive(Debug)]
pub struct Upload {
    place: Place,
    /// Image files in base64.
    encoded: Vec<String>,
    token: Option<String>,
    address: Option<String>,
}

impl Upload {
    /// Checks the position (degrees north and east) and the number of images, which are files in base64.
    ///
    /// # Errors
    /// 400, 422.
    pub fn new(
        position: (f64, f64),
        images: Option<Vec<String>>,
        token: Option<String>,
        address: Option<String>,
    ) -> Result<Self, ApiError> {
        let place = check_position(position)?;
        let encoded = images.filter(|images| !images.is_empty()).ok_or_else(|| ApiError::missing_field("images"))?;
        if encoded.len() > LIVENESS_IMAGES_LIMIT {
            return Err(ApiError::invalid_value("images", &format!("at most {LIVENESS_IMAGES_LIMIT} images")));
        }
        Ok(Self { place, encoded, token, address })
    }
}

/// Stores the images of a liveness call in place of earlier ones; returns a new token.
///
/// # Errors
/// 400, 409, 413, 415, 422 (an image that cannot be decoded; the same image twice, or one of another session).
pub async fn process<S: SdkSession>(ctx: &Sdk, session: &S, upload: Upload) -> Result<String, ApiError> {
    let Upload { place, encoded, token, address } = upload;
    let now_ms = ctx.clock.now_ms();
    require_open(session, now_ms)?;
    let frames = ctx.workers.run_short(move || decode_frames(&encoded)).await?;
    let replays_allowed = ctx.replays_allowed;
    change(ctx, session, now_ms, move |c, s| {
        require_challenge(c, s.session_id(), s.liveness_mode(), token.as_deref())?;
        if !replays_allowed {
            refuse_replays(c, s.session_id(), &frames)?;
        }
        s.store_liveness(c, &frames, &place, address.as_deref(), now_ms)
    })
    .await?;
    Ok(random::secret()?)
}

/// Refuses frames of another liveness session than the newest, and those of active liveness where none was opened: no
/// one was asked for movements then.
///
/// # Errors
/// 409.
fn require_challenge(
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
fn refuse_replays(c: &Connection, session_id: &str, frames: &[Vec<u8>]) -> Result<(), ApiError> {
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
fn decode_frames(encoded: &[String]) -> Result<Vec<Vec<u8>>, ApiError> {
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
