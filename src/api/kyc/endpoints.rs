//! Requests as calls: which operation, which body, which reply.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ida_sdk::*;
use super::routes::Operation;
use super::sdk::*;
use crate::api::json::Empty;
use crate::api::multipart::Multipart;

/// A body, ready to be sent as often as it takes.
#[derive(Clone, PartialEq, Eq)]
pub struct Body {
    /// Its content type.
    pub content_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Body {
    /// JSON.
    pub fn json(value: &impl Serialize) -> Self {
        // Cannot fail: keys are strings, and a number that JSON lacks becomes `null`.
        let bytes = serde_json::to_vec(value).unwrap_or_default();
        Self { content_type: "application/json".into(), bytes }
    }
}

/// A typed request: knows its operation and its reply.
pub trait Endpoint {
    /// The operation.
    const OPERATION: Operation;
    /// What a success brings.
    type Reply: DeserializeOwned;
    /// Writes the body; `random` is for boundaries.
    fn body(&self, random: &mut dyn FnMut() -> u32) -> Body;
}

/// Endpoints whose body is the request as JSON.
macro_rules! json_endpoints {
    ($($request:ty => $operation:ident, $reply:ty;)+) => {
        $(impl Endpoint for $request {
            const OPERATION: Operation = Operation::$operation;
            type Reply = $reply;

            fn body(&self, _random: &mut dyn FnMut() -> u32) -> Body {
                Body::json(self)
            }
        })+
    };
}

json_endpoints! {
    SdkSessionReadRequest => SdkSessionRead, SdkSessionReadReply;
    SdkConsentAddRequest => SdkConsentAdd, Empty;
    SdkMetadataUpdateRequest => SdkMetadataUpdate, Empty;
    SdkDocumentTypeUpdateRequest => SdkDocumentTypeUpdate, Empty;
    SdkLivenessGenerateRequest => SdkLivenessGenerate, SdkLivenessReply;
    SdkLivenessProcessRequest => SdkLivenessProcess, SdkLivenessReply;
    SdkFinalizeRequest => SdkFinalize, SdkFinalizeReply;
    IdaSdkSessionReadRequest => IdaSdkSessionRead, IdaSdkSessionReadReply;
    IdaSdkMetadataUpdateRequest => IdaSdkMetadataUpdate, Empty;
    IdaSdkLivenessGenerateRequest => IdaSdkLivenessGenerate, IdaSdkLivenessReply;
    IdaSdkLivenessProcessRequest => IdaSdkLivenessProcess, IdaSdkLivenessReply;
    IdaSdkFinalizeRequest => IdaSdkFinalize, Empty;
}

/// *sdk document front image add*.
pub struct SdkDocumentFrontAdd<'a>(pub &'a SdkDocumentImageAddRequest);

/// *sdk document back image add*.
pub struct SdkDocumentBackAdd<'a>(pub &'a SdkDocumentImageAddRequest);

impl Endpoint for SdkDocumentFrontAdd<'_> {
    const OPERATION: Operation = Operation::SdkDocumentFrontAdd;
    type Reply = Empty;

    fn body(&self, random: &mut dyn FnMut() -> u32) -> Body {
        image_body(self.0, "front", random)
    }
}

impl Endpoint for SdkDocumentBackAdd<'_> {
    const OPERATION: Operation = Operation::SdkDocumentBackAdd;
    type Reply = Empty;

    fn body(&self, random: &mut dyn FnMut() -> u32) -> Body {
        image_body(self.0, "back", random)
    }
}

fn image_body(request: &SdkDocumentImageAddRequest, stem: &str, random: &mut dyn FnMut() -> u32) -> Body {
    use document_image_fields::{IMAGE, LATITUDE, LONGITUDE, SESSION_ID};
    let extension = match request.mime.as_str() {
        "image/png" => "png",
        "image/webp" => "webp",
        _ => "jpg",
    };
    let mut parts = Multipart::new(random).text(SESSION_ID, &request.session_id);
    for (name, degrees) in [(LATITUDE, &request.latitude), (LONGITUDE, &request.longitude)] {
        if !degrees.is_empty() {
            parts = parts.text(name, degrees);
        }
    }
    let (content_type, bytes) =
        parts.file(IMAGE, &format!("{stem}.{extension}"), &request.mime, &request.image).finish();
    Body { content_type, bytes }
}
