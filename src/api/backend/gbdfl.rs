//! The call of GBDFL. It counts as an attempt, and so it is not repeated unless the server surely did nothing.

use serde::Deserialize;

use super::call::{Call, CallInvalid, Secret, argument, checked};
use crate::api::biometric::gbdfl::{GbdflReply, GbdflRequest, PATH};
use crate::api::errors::ApiErrorCode;
use crate::api::retry::Idempotency;

/// Asks for the subject of an IIN.
pub fn retrieve(key: &Secret, iin: &str, face2face_backend_session_id: &str) -> Call {
    let request = GbdflRequest {
        api_key: key.expose().to_owned(),
        iin: iin.to_owned(),
        face2face_backend_session_id: face2face_backend_session_id.to_owned(),
    };
    Call::json("gbdfl_retrieve", PATH.to_owned(), &request, Idempotency::NonIdempotent)
}

/// A call by name, of JSON.
///
/// # Errors
/// [`CallInvalid`]
pub fn by_name(key: &Secret, name: &str, json: &str) -> Result<Call, CallInvalid> {
    #[derive(Deserialize)]
    struct Ask {
        iin: String,
        face2face_backend_session_id: String,
    }
    match name {
        "gbdfl_retrieve" => {
            let Ask { iin, face2face_backend_session_id } = argument(json)?;
            Ok(retrieve(key, &iin, &face2face_backend_session_id))
        }
        _ => Err(CallInvalid::UnknownOperation),
    }
}

/// The reply to a call by name, checked and as JSON.
///
/// # Errors
/// The code where it is not as documented.
pub fn reply_by_name(body: &[u8]) -> Result<String, ApiErrorCode> {
    checked::<GbdflReply>(body)
}
