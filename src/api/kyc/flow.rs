//! The onboarding flow in the protocol's terms: a [`FlowRequest`] becomes a call, a reply or failure becomes what the
//! flow understands. The only place that knows both.

use std::fmt::Write;
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::endpoints::{SdkDocumentBackAdd, SdkDocumentFrontAdd};
use super::enums::{DocumentType as WireDocumentType, LivenessProvider, SessionStatus};
use super::ida_sdk::*;
use super::sdk::*;
use crate::api::client::{CallError, Client, TokenUse};
use crate::api::errors::{ApiError, ApiErrorCode};
use crate::api::json::JsonObject;
use crate::api::transport::Transport;
use crate::core::document_type::DocumentType;
use crate::core::flow::FlowRequest;
use crate::core::session::{
    CaptureReport, FailureKind, FlowKind, LivenessMode, Location, Outcome, Reply, RequestFailure, ServerState,
};

/// Settings of a session that tell the capture how liveness is done: the text gives `liveness_mode` to *session create*
/// alone, and *sdk session read* carries the free map `settings`.
pub const LIVENESS_MODE_SETTING: &str = "liveness_mode";
/// The number of movements, 1–4.
pub const ACTIVE_STEPS_SETTING: &str = "active_steps";

/// Sends a request of a flow of that kind and reads its reply.
///
/// # Errors
/// As [`Client::call`].
pub async fn perform<T: Transport>(
    client: &Client<T>,
    kind: FlowKind,
    session_id: &str,
    metadata: &JsonObject,
    request: &FlowRequest,
    token_use: &mut TokenUse,
) -> Result<Reply, CallError> {
    match kind {
        FlowKind::Idv => verify(client, session_id, metadata, request, token_use).await,
        FlowKind::Ida => authenticate(client, session_id, metadata, request, token_use).await,
    }
}

async fn authenticate<T: Transport>(
    client: &Client<T>,
    session_id: &str,
    metadata: &JsonObject,
    request: &FlowRequest,
    token_use: &mut TokenUse,
) -> Result<Reply, CallError> {
    let id = session_id.to_owned();
    match request {
        FlowRequest::ReadSession => {
            let reply = client.call(&IdaSdkSessionReadRequest { session_id: id }, token_use).await?;
            return Ok(Reply::Session(authentication_state(&reply)));
        }
        FlowRequest::UpdateMetadata(reports) => {
            let sdk_metadata = sdk_metadata(metadata, reports);
            client.call(&IdaSdkMetadataUpdateRequest { session_id: id, sdk_metadata }, token_use).await?;
        }
        FlowRequest::GenerateLiveness(location) => {
            let (latitude, longitude) = coordinates(*location);
            let request = IdaSdkLivenessGenerateRequest { session_id: id, latitude, longitude };
            let reply = client.call(&request, token_use).await?;
            return Ok(Reply::LivenessOpened(reply.token));
        }
        FlowRequest::ProcessLiveness(photos, location, token) => {
            let (latitude, longitude) = coordinates(*location);
            let (images, token) = (base64_of(photos), Some(token.clone()).filter(|token| !token.is_empty()));
            let request = IdaSdkLivenessProcessRequest { session_id: id, latitude, longitude, images, token };
            client.call(&request, token_use).await?;
        }
        FlowRequest::Finalize => {
            client.call(&IdaSdkFinalizeRequest { session_id: id }, token_use).await?;
        }
        // IDA has no such operation, and its flow never asks for one; those of IDV refuse its session.
        FlowRequest::AddConsent
        | FlowRequest::SetDocumentType(_)
        | FlowRequest::AddFront(..)
        | FlowRequest::AddBack(..) => return verify(client, session_id, metadata, request, token_use).await,
    }
    Ok(Reply::Done)
}

async fn verify<T: Transport>(
    client: &Client<T>,
    session_id: &str,
    metadata: &JsonObject,
    request: &FlowRequest,
    token_use: &mut TokenUse,
) -> Result<Reply, CallError> {
    let session_id = session_id.to_owned();
    match request {
        FlowRequest::ReadSession => {
            let reply = client.call(&SdkSessionReadRequest { session_id }, token_use).await?;
            Ok(Reply::Session(server_state(&reply)))
        }
        FlowRequest::AddConsent => {
            client.call(&SdkConsentAddRequest { session_id, consented: true }, token_use).await?;
            Ok(Reply::Done)
        }
        FlowRequest::UpdateMetadata(reports) => {
            let sdk_metadata = sdk_metadata(metadata, reports);
            client.call(&SdkMetadataUpdateRequest { session_id, sdk_metadata }, token_use).await?;
            Ok(Reply::Done)
        }
        FlowRequest::SetDocumentType(kind) => {
            let request = SdkDocumentTypeUpdateRequest { session_id, document_type_e: (*kind).into() };
            client.call(&request, token_use).await?;
            Ok(Reply::Done)
        }
        FlowRequest::AddFront(photo, location) => {
            let request = image_add(session_id, photo, *location);
            client.call(&SdkDocumentFrontAdd(&request), token_use).await?;
            Ok(Reply::Done)
        }
        FlowRequest::AddBack(photo, location) => {
            let request = image_add(session_id, photo, *location);
            client.call(&SdkDocumentBackAdd(&request), token_use).await?;
            Ok(Reply::Done)
        }
        FlowRequest::GenerateLiveness(location) => {
            let (latitude, longitude) = coordinates(*location);
            let request = SdkLivenessGenerateRequest { session_id, latitude, longitude };
            let reply = client.call(&request, token_use).await?;
            Ok(Reply::LivenessOpened(reply.token))
        }
        FlowRequest::ProcessLiveness(photos, location, token) => {
            let (latitude, longitude) = coordinates(*location);
            let (images, token) = (base64_of(photos), Some(token.clone()).filter(|token| !token.is_empty()));
            let request = SdkLivenessProcessRequest { session_id, latitude, longitude, images, token };
            client.call(&request, token_use).await?;
            Ok(Reply::Done)
        }
        FlowRequest::Finalize => {
            let verdict = client.call(&SdkFinalizeRequest { session_id, settings: None }, token_use).await?;
            let SdkFinalizeReply { verified, on_sanction_list } = verdict;
            Ok(Reply::Verdict(Outcome::Verification { verified, on_sanction_list }))
        }
    }
}

/// Returns images in Base64, as they are sent; `None` if another provider has them.
fn base64_of(photos: &[Rc<[u8]>]) -> Option<Vec<String>> {
    (!photos.is_empty()).then(|| photos.iter().map(|photo| STANDARD.encode(photo)).collect())
}

/// What the flow makes of a failed call.
pub fn failure(error: &ApiError) -> RequestFailure {
    use ApiErrorCode as Code;
    let kind = match error.code {
        Code::NetworkFailed | Code::Timeout => FailureKind::Network,
        Code::RequestTimeout
        | Code::RateLimited
        | Code::ServerError
        | Code::Unavailable
        | Code::SessionFinalizing
        | Code::TokenUnavailable
        // Seldom the server itself: a captive portal or a proxy, which may let the next one through.
        | Code::ReplyNotJson => FailureKind::Transient,
        Code::PayloadTooLarge | Code::UnsupportedMediaType | Code::ImageInvalid | Code::FieldInvalid => {
            FailureKind::Image
        }
        // The record of a complete session contains its verdict.
        Code::ConsentRequired | Code::StepConflict | Code::SessionChanged | Code::SessionComplete => {
            FailureKind::Conflict
        }
        Code::Unauthorized
        | Code::InvalidClient
        | Code::TokenExpired
        | Code::Forbidden
        | Code::SessionNotFound
        | Code::SessionExpired => FailureKind::Session,
        Code::Cancelled => FailureKind::Cancelled,
        Code::InvalidRequest
        | Code::FieldMissing
        | Code::NotFound
        | Code::MethodNotAllowed
        | Code::Rejected
        | Code::ReplyInvalid
        | Code::ReplyTooLarge => FailureKind::Permanent,
    };
    RequestFailure { code: error.code.as_str(), message: error.to_string(), kind }
}

/// Another provider than this project; servers of other make may leave the provider out, or empty.
fn other(provider: &LivenessProvider) -> Option<String> {
    match provider {
        LivenessProvider::KycCapture => None,
        other => Some(other.as_str().to_owned()).filter(|name| !name.is_empty()),
    }
}

/// Returns the liveness mode and the number of movements that a free map of settings contains.
fn liveness_settings(map: &JsonObject) -> (Option<LivenessMode>, Option<u32>) {
    (
        map.get(LIVENESS_MODE_SETTING).and_then(|mode| serde_json::from_value(mode.clone()).ok()),
        map.get(ACTIVE_STEPS_SETTING).and_then(|steps| u32::try_from(steps.as_u64()?).ok()),
    )
}

fn authentication_state(reply: &IdaSdkSessionReadReply) -> ServerState {
    // Before the end `authenticated: false` is no verdict yet.
    let complete = reply.status_e == SessionStatus::Complete;
    // The text gives this reply no `settings`.
    let (liveness_mode, active_steps) = liveness_settings(&reply.sdk_metadata);
    ServerState {
        liveness_detected: reply.liveness_detected,
        other_provider: other(&reply.liveness_provider_e),
        liveness_mode,
        active_steps,
        outcome: reply
            .authenticated
            .filter(|_| complete)
            .map(|authenticated| Outcome::Authentication { authenticated }),
        ..ServerState::default()
    }
}

fn server_state(reply: &SdkSessionReadReply) -> ServerState {
    let (liveness_mode, active_steps) = liveness_settings(&reply.settings);
    ServerState {
        consented: reply.consented,
        document_type: known(&reply.document_type_e),
        front_uploaded: reply.document_front_given,
        back_uploaded: reply.document_back_given,
        liveness_detected: reply.liveness_detected,
        other_provider: other(&reply.liveness_provider_e),
        liveness_mode,
        active_steps,
        outcome: None,
    }
}

/// The document in the core's terms; `None` for one that the core does not know.
pub fn known(kind: &WireDocumentType) -> Option<DocumentType> {
    match kind {
        WireDocumentType::DriverLicense => Some(DocumentType::DriverLicense),
        WireDocumentType::IdentificationCard => Some(DocumentType::IdentificationCard),
        WireDocumentType::Passport => Some(DocumentType::Passport),
        WireDocumentType::PassportCard => Some(DocumentType::PassportCard),
        WireDocumentType::Unknown | WireDocumentType::Unlisted(_) => None,
    }
}

impl From<DocumentType> for WireDocumentType {
    fn from(kind: DocumentType) -> Self {
        match kind {
            DocumentType::DriverLicense => Self::DriverLicense,
            DocumentType::IdentificationCard => Self::IdentificationCard,
            DocumentType::Passport => Self::Passport,
            DocumentType::PassportCard => Self::PassportCard,
        }
    }
}

/// Degrees north and east; NaN, which is not sent, without a location.
fn coordinates(location: Option<Location>) -> (f64, f64) {
    location.map_or((f64::NAN, f64::NAN), |Location { latitude, longitude }| (latitude, longitude))
}

fn image_add(session_id: String, photo: &[u8], location: Option<Location>) -> SdkDocumentImageAddRequest {
    SdkDocumentImageAddRequest {
        session_id,
        latitude: location.map_or_else(String::new, |location| degrees(location.latitude)),
        longitude: location.map_or_else(String::new, |location| degrees(location.longitude)),
        image: photo.to_vec(),
        mime: "image/jpeg".into(),
    }
}

/// Degrees as text with six decimals: about 0.1 m.
fn degrees(value: f64) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write!(text, "{value:.6}");
    text
}

/// The integrator's metadata with this SDK's own under one key of its own.
fn sdk_metadata(given: &JsonObject, reports: &[CaptureReport]) -> JsonObject {
    let mut metadata = given.clone();
    let own = serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "captures": reports,
    });
    metadata.insert("kyc_capture".into(), own);
    metadata
}
