//! Transitions on events of the page, except those of liveness and captures.

use super::effect::Effect;
use super::event::Event;
use super::flow_error::{FlowError, Recovery};
use super::machine::Session;
use super::request::{FailureKind, Operation, RequestFailure};
use super::state::{FailureSource, LiveVideo, State};
use super::step::Step;
use crate::document_type::DocumentType;
use crate::model_asset::ModelAsset;

impl Session {
    pub(super) fn handle_event(&mut self, event: &Event, now_ms: f64) {
        match event {
            Event::Start => self.start(),
            Event::ConsentGiven => self.consent_given(),
            Event::ConsentDeclined => self.consent_declined(),
            Event::DocumentTypeChosen { document_type } => self.document_type_chosen(*document_type),
            Event::Location { latitude, longitude } => self.located(*latitude, *longitude),
            Event::LocationFailed { code } => self.location_failed(*code),
            Event::CameraOpened { width, height, .. } => self.camera_opened((*width, *height), now_ms),
            Event::CameraFailed { code } => self.camera_failed(FlowError::camera(*code)),
            Event::CameraLost => self.camera_failed(FlowError::camera_lost()),
            Event::SkipActiveLiveness => self.skip_movements(),
            Event::ProviderDone => self.provider_done(),
            Event::ProviderFailed { message } => self.provider_failed(message),
            Event::Confirm => self.confirm(),
            Event::Retake => self.retake(),
            Event::UseCamera => self.use_camera(),
            Event::Retry => self.retry(),
            Event::CancelUpload => self.cancel_upload(),
            Event::SkipLocation => self.skip_location(),
            Event::HandOff => self.hand_off(),
            Event::Follow => self.follow(),
            Event::TakeBack => self.take_back(),
            Event::ChangeDocumentType => self.change_document_type(),
            Event::ModelLoaded { model } => self.model_loaded(*model),
            Event::ModelFailed { model, .. } => self.model_failed(*model),
            Event::TokenFailed { .. } => self.token_failed(),
            Event::Online => self.online(),
            Event::Cancel => self.cancel(),
            // The capture pipeline has the frame; its result arrives through `on_capture`.
            Event::CaptureNow => {}
            // Requests fail by themselves.
            Event::Offline => {}
        }
    }

    fn start(&mut self) {
        if let (Step::Starting, State::Idle) = (self.step, &self.state) {
            self.request(Operation::ReadSession, None);
        }
    }

    fn consent_given(&mut self) {
        let declined = self.state.failure_source() == Some(FailureSource::Consent);
        if self.step == Step::Consent && (declined || matches!(self.state, State::Idle)) {
            self.request(Operation::AddConsent, None);
        }
    }

    fn consent_declined(&mut self) {
        if let (Step::Consent, State::Idle) = (self.step, &self.state) {
            self.fail(FailureSource::Consent, FlowError::consent_declined());
        }
    }

    fn document_type_chosen(&mut self, document_type: DocumentType) {
        let ready = matches!(self.state, State::Idle | State::Failed(_));
        if self.step == Step::DocumentType && ready && self.settings.document_types.contains(&document_type) {
            self.declare_document_type(document_type);
        }
    }

    /// The document type may change until the front image is uploaded.
    fn change_document_type(&mut self) {
        let busy = matches!(self.state, State::Uploading(_) | State::Following);
        if self.step == Step::DocumentFront && !busy && !self.server.front_uploaded {
            self.server.document_type = None;
            self.enter(Step::DocumentType);
        }
    }

    fn camera_opened(&mut self, frame_size: (u32, u32), now_ms: f64) {
        match &mut self.state {
            State::CameraOpening => {
                self.transition(State::Capturing(LiveVideo { opened_ms: now_ms, frame_size, frame: None }));
            }
            // The device was rotated, or another camera selected.
            State::Capturing(video) => video.frame_size = frame_size,
            // Too late: no frames are expected any more.
            _ => self.emit(Effect::CameraClose),
        }
    }

    fn camera_failed(&mut self, error: FlowError) {
        if self.state.uses_camera() {
            self.fail(FailureSource::Camera, error);
        }
    }

    fn model_loaded(&mut self, model: ModelAsset) {
        if !self.models.contains(&model) {
            self.models.push(model);
        }
    }

    /// A document can be captured manually and read by the server. Liveness needs the face detector.
    fn model_failed(&mut self, model: ModelAsset) {
        self.models.retain(|known| *known != model);
        if model == ModelAsset::Face && self.step == Step::Liveness && self.state.uses_camera() {
            self.fail(FailureSource::Model(ModelAsset::Face), FlowError::model_failed());
        }
    }

    fn token_failed(&mut self) {
        if let Some(request) = self.state.pending().filter(|request| request.awaits_token) {
            let failure = RequestFailure {
                code: "token_unavailable",
                message: "the page did not provide an access token".into(),
                kind: FailureKind::Transient,
            };
            self.request_failed(request.operation, &failure);
        }
    }

    /// Retries a request that failed for lack of a network.
    fn online(&mut self) {
        if let Some(FailureSource::Request(_, FailureKind::Network)) = self.state.failure_source() {
            self.retry();
        }
    }

    fn retry(&mut self) {
        let Some(failure) = self.state.failure() else { return };
        if !failure.error.recovery.contains(&Recovery::Retry) && failure.source != FailureSource::Camera {
            return;
        }
        match failure.source {
            FailureSource::Consent => self.enter(Step::Consent),
            FailureSource::Location => self.wait_for_location(failure.capture.clone()),
            FailureSource::Camera | FailureSource::Model(_) | FailureSource::Provider => {
                self.prepare_capture();
            }
            FailureSource::Request(operation, _) => self.request(operation, failure.capture.clone()),
            FailureSource::Closed => {}
        }
    }

    fn cancel(&mut self) {
        if !matches!(self.state, State::Done(_)) {
            self.fail_and_keep_capture(FailureSource::Closed, FlowError::cancelled());
        }
    }
}
