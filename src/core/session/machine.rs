//! The machine: its data, its inputs, and the primitives from which transitions are made.

use super::capture_result::{Capture, ImageRejection};
use super::effect::{Effect, Update};
use super::event::Event;
use super::flow_error::FlowError;
use super::frame_view::FrameView;
use super::liveness_options::LivenessOptions;
use super::location::{Location, LocationPolicy};
use super::outcome::FlowKind;
use super::report::CaptureReport;
use super::request::{Operation, Reply, RequestFailure};
use super::server_state::ServerState;
use super::state::{Failure, FailureSource, PendingRequest, State};
use super::step::Step;
use crate::document_type::DocumentType;
use crate::model_asset::ModelAsset;
use crate::side::Side;

/// The flow of one session.
#[derive(Debug, Clone)]
pub struct Session {
    pub(super) settings: Settings,
    pub(super) server: ServerState,
    pub(super) step: Step,
    pub(super) state: State,
    /// The chosen document type, until the server has recorded it.
    pub(super) chosen: Option<DocumentType>,
    pub(super) location: Option<Location>,
    /// The device was asked for its location and has not answered.
    pub(super) locating: bool,
    /// Why there is no location, until the person has seen it.
    pub(super) location_error: Option<FlowError>,
    /// The person chose to continue without a location.
    pub(super) skips_location: bool,
    /// Another device continues: reads of a record that lacks only the verdict.
    pub(super) following: Option<u32>,
    /// The token of the open liveness session.
    pub(super) liveness_token: Option<String>,
    /// The person chose to skip the movements of active liveness.
    pub(super) skips_movements: bool,
    pub(super) sent: Sent,
    /// Requested model assets, without those that failed to load.
    pub(super) models: Vec<ModelAsset>,
    /// The reports of the uploaded images, at most one per side.
    pub(super) reports: Vec<CaptureReport>,
    /// The operation whose conflict caused the record to be read again.
    pub(super) conflict: Option<Operation>,
    last_request_id: u32,
    effects: Vec<Effect>,
}

/// The integrator's settings.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub kind: FlowKind,
    pub document_types: Vec<DocumentType>,
    /// What the record may declare: every type, unless the integrator names those to offer.
    pub declarable: Vec<DocumentType>,
    pub location: LocationPolicy,
    pub liveness: LivenessOptions,
}

/// The requests of [`Step::Sending`] that have succeeded.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sent {
    pub liveness: bool,
    pub metadata: bool,
    /// The finalization succeeded without a verdict: the record must contain it now.
    pub finalization: bool,
}

/// Constructors.
impl Session {
    /// Creates a verification flow that offers these document types; an empty list offers
    /// [`DocumentType::OFFERED`].
    pub fn new(document_types: &[DocumentType]) -> Self {
        let mut offered: Vec<DocumentType> = Vec::new();
        for kind in if document_types.is_empty() { DocumentType::OFFERED } else { document_types } {
            if !offered.contains(kind) {
                offered.push(*kind);
            }
        }
        let mut session = Self::with_settings(FlowKind::Idv, offered);
        if document_types.is_empty() {
            session.settings.declarable = DocumentType::ALL.to_vec();
        }
        session
    }

    /// Creates an authentication flow, which compares the face with a known identity: without consent and document.
    pub fn authentication() -> Self {
        Self::with_settings(FlowKind::Ida, Vec::new())
    }

    fn with_settings(kind: FlowKind, document_types: Vec<DocumentType>) -> Self {
        Self {
            settings: Settings {
                kind,
                declarable: document_types.clone(),
                document_types,
                location: LocationPolicy::Required,
                liveness: LivenessOptions::default(),
            },
            server: ServerState::default(),
            step: Step::Starting,
            state: State::Idle,
            chosen: None,
            location: None,
            locating: false,
            location_error: None,
            skips_location: false,
            following: None,
            liveness_token: None,
            skips_movements: false,
            sent: Sent::default(),
            models: Vec::new(),
            reports: Vec::new(),
            conflict: None,
            last_request_id: 0,
            effects: Vec::new(),
        }
    }

    /// Sets whether images are sent with the location.
    pub fn with_location(mut self, policy: LocationPolicy) -> Self {
        self.settings.location = policy;
        self
    }

    /// Sets the integrator's options for liveness.
    pub fn with_liveness(mut self, options: LivenessOptions) -> Self {
        self.settings.liveness = options;
        self
    }
}

/// Inputs.
impl Session {
    /// Handles an event of the page at `now_ms` (milliseconds of any monotonic or wall clock).
    pub fn on_event(&mut self, event: &Event, now_ms: f64) -> Update {
        if self.state.failure_source() != Some(FailureSource::Closed) {
            self.handle_event(event, now_ms);
        }
        self.update()
    }

    /// Handles the reply to request `id`. The reply to a request that is not pending is ignored.
    pub fn on_reply(&mut self, id: u32, reply: Result<Reply, RequestFailure>) -> Update {
        if let Some(operation) = self.pending(id) {
            match reply {
                Ok(reply) => self.request_succeeded(operation, reply),
                Err(failure) => self.request_failed(operation, &failure),
            }
        }
        self.update()
    }

    /// Handles the need of request `id` for a (new) access token, with which it will be sent again.
    pub fn on_token_wanted(&mut self, id: u32) -> Update {
        if let State::Uploading(request) = &mut self.state
            && request.id == id
        {
            request.awaits_token = true;
            self.effects.push(Effect::Token { requests: vec![id] });
        }
        self.update()
    }

    /// Handles the analysis of the newest frame.
    pub fn on_frame(&mut self, frame: FrameView) -> Update {
        self.show_frame(frame);
        self.update()
    }

    /// Handles a captured image: automatic, by the button, or from a file.
    pub fn on_capture(&mut self, capture: Capture, now_ms: f64) -> Update {
        self.accept_capture(capture, now_ms);
        self.update()
    }

    /// Handles a rejected image. The camera closes, so that the person sees the reason; the recovery is another image.
    pub fn on_rejected(&mut self, rejection: &ImageRejection) -> Update {
        if self.accepts_file() {
            self.fail(FailureSource::Camera, FlowError::rejection(rejection));
        }
        self.update()
    }

    /// Records that the image of the pending upload was encoded again: size in pixels of the first image if it is that
    /// one, and the bytes of all.
    pub fn report_smaller_image(&mut self, size: Option<(u32, u32)>, bytes: u32) {
        let State::Uploading(PendingRequest { capture: Some(capture), .. }) = &mut self.state else { return };
        capture.report.bytes = bytes;
        if let Some(size) = size {
            (capture.report.width, capture.report.height) = size;
        }
    }

    fn update(&mut self) -> Update {
        Update { view: self.view(), effects: std::mem::take(&mut self.effects) }
    }
}

/// Queries.
impl Session {
    /// Returns the side that the current step captures.
    pub fn side(&self) -> Option<Side> {
        self.step.side()
    }

    /// Returns whether frames are analysed.
    pub fn is_capturing(&self) -> bool {
        matches!(self.state, State::Capturing(_))
    }

    /// Returns the document type: recorded, or chosen and being recorded.
    pub fn document_type(&self) -> Option<DocumentType> {
        self.chosen.or(self.server.document_type)
    }

    /// Returns the location of the device, once known.
    pub fn location(&self) -> Option<Location> {
        self.location
    }

    /// Returns the token of the open liveness session.
    pub fn liveness_token(&self) -> Option<&str> {
        self.liveness_token.as_deref()
    }

    /// Returns the reports of the images that were uploaded in this flow.
    pub fn reports(&self) -> &[CaptureReport] {
        &self.reports
    }

    /// Returns the operation of request `id` while it is pending.
    pub fn pending(&self, id: u32) -> Option<Operation> {
        self.state.pending().filter(|request| request.id == id).map(|request| request.operation)
    }
}

/// Primitives of transitions.
impl Session {
    pub(super) fn emit(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Enters a state. Leaving a state that uses the camera closes it; where the person acts here, no other device
    /// continues.
    pub(super) fn transition(&mut self, next: State) {
        if self.state.uses_camera() && !next.uses_camera() {
            self.emit(Effect::CameraClose);
        }
        if !matches!(next, State::Following | State::Uploading(_)) {
            self.following = None;
        }
        self.state = next;
    }

    /// Enters a step in which the person acts.
    pub(super) fn enter(&mut self, step: Step) {
        self.step = step;
        self.transition(State::Idle);
    }

    /// Sends a request. `capture` is the image that it uploads, or that waits for a later request.
    pub(super) fn request(&mut self, operation: Operation, capture: Option<Capture>) {
        self.last_request_id = self.last_request_id.wrapping_add(1);
        let id = self.last_request_id;
        self.transition(State::Uploading(PendingRequest { id, operation, awaits_token: false, capture }));
        self.emit(Effect::Request { id, operation });
    }

    pub(super) fn fail(&mut self, source: FailureSource, error: FlowError) {
        self.transition(State::Failed(Failure { source, error, capture: None }));
    }

    /// Fails without losing the captured image, which a retry uploads again.
    pub(super) fn fail_and_keep_capture(&mut self, source: FailureSource, error: FlowError) {
        let capture = self.state.capture().cloned();
        self.transition(State::Failed(Failure { source, error, capture }));
    }
}
