//! The moves of the flow: what each event and each ended request changes.

use super::failure::FailureSource;
use super::*;

impl Session {
    pub(super) fn handle_event(&mut self, event: &Event, now_ms: f64) {
        match event {
            Event::Start => {
                if self.step == Step::Starting && self.phase == Phase::Idle {
                    self.request(Operation::ReadSession);
                }
            }
            Event::ConsentGiven => {
                let declined = matches!(self.failed, Some((FailureSource::Consent, _)));
                if self.step == Step::Consent && (self.phase == Phase::Idle || declined) {
                    self.request(Operation::AddConsent);
                }
            }
            Event::ConsentDeclined => {
                if self.step == Step::Consent && self.phase == Phase::Idle {
                    self.fail(FailureSource::Consent, FlowError::consent_declined());
                }
            }
            Event::DocumentTypeChosen { document_type } => {
                let ready = matches!(self.phase, Phase::Idle | Phase::Failed);
                if self.step == Step::DocumentType && ready && self.document_types.contains(document_type) {
                    self.choose(*document_type);
                }
            }
            Event::Location { latitude, longitude } => self.on_location(*latitude, *longitude),
            Event::LocationFailed { code } => {
                if self.phase == Phase::WaitingLocation {
                    self.fail(FailureSource::Location, FlowError::location(*code));
                }
            }
            Event::CameraOpened { width, height, .. } => {
                match self.phase {
                    Phase::CameraOpening => {
                        self.frame_size = Some((*width, *height));
                        self.opened_ms = Some(now_ms);
                        self.phase = Phase::Capturing;
                    }
                    // The device was turned, or another camera taken.
                    Phase::Capturing => self.frame_size = Some((*width, *height)),
                    // Opened too late: the capture is over.
                    _ => self.effects.push(Effect::CameraClose),
                }
            }
            Event::CameraFailed { code } => {
                if matches!(self.phase, Phase::CameraOpening | Phase::Capturing) {
                    self.fail(FailureSource::Camera, FlowError::camera(*code));
                }
            }
            Event::CameraLost => {
                if matches!(self.phase, Phase::CameraOpening | Phase::Capturing) {
                    self.fail(FailureSource::Camera, FlowError::camera_lost());
                }
            }
            // The pipeline holds the frame; its answer comes by `on_capture`.
            Event::CaptureNow => {}
            // A camera that is open stays open: the flow begins another capture.
            Event::SkipActiveLiveness => {
                if self.may_go_without_steps() {
                    self.without_steps = true;
                    self.frame = None;
                    if self.phase == Phase::Failed {
                        self.prepare();
                    }
                }
            }
            Event::ProviderDone => {
                if self.phase == Phase::Provider {
                    self.send_liveness();
                }
            }
            Event::ProviderFailed { message } => {
                if self.phase == Phase::Provider {
                    self.liveness_token = None;
                    self.fail(FailureSource::Provider, FlowError::provider_failed(message));
                }
            }
            Event::Confirm => {
                if self.phase == Phase::Review {
                    self.confirm();
                }
            }
            Event::Retake => {
                if self.can_recapture() {
                    self.recapture();
                }
            }
            Event::UseCamera => {
                if self.can_recapture() && self.phase != Phase::Review {
                    self.recapture();
                }
            }
            Event::Retry => self.retry(),
            Event::ChangeDocumentType => {
                let free = !matches!(self.phase, Phase::Uploading);
                if self.step == Step::DocumentFront && free && !self.record.front_uploaded {
                    self.record.document_type = None;
                    self.close_camera();
                    self.enter(Step::DocumentType, Phase::Idle);
                }
            }
            Event::ModelLoaded { model } => {
                if !self.models.contains(model) {
                    self.models.push(*model);
                }
            }
            Event::ModelFailed { model, .. } => {
                self.models.retain(|known| known != model);
                // A document can be taken by hand and read by the server. Liveness without a face finder would be a
                // guess.
                let wanted = matches!(self.phase, Phase::CameraOpening | Phase::Capturing);
                if *model == ModelAsset::Face && self.step == Step::Liveness && wanted {
                    self.fail(FailureSource::Model(ModelAsset::Face), FlowError::model_failed());
                }
            }
            Event::TokenFailed { .. } => {
                if self.waits_for_token
                    && let Some((_, operation)) = self.pending
                {
                    let failure = RequestFailure {
                        code: "token_unavailable",
                        message: "the page did not provide an access token".into(),
                        kind: FailureKind::Transient,
                    };
                    self.request_failed(operation, &failure);
                }
            }
            Event::Offline => {}
            Event::Online => {
                if matches!(self.failed, Some((FailureSource::Request(_, FailureKind::Network), _))) {
                    self.retry();
                }
            }
            Event::Cancel => {
                if self.phase != Phase::Done {
                    self.pending = None;
                    self.close_camera();
                    self.fail(FailureSource::Closed, FlowError::cancelled());
                }
            }
        }
    }

    fn enter(&mut self, step: Step, phase: Phase) {
        self.step = step;
        self.phase = phase;
        self.failed = None;
        self.review = None;
    }

    fn request(&mut self, operation: Operation) {
        self.last_id = self.last_id.wrapping_add(1);
        self.pending = Some((self.last_id, operation));
        self.waits_for_token = false;
        self.failed = None;
        self.phase = Phase::Uploading;
        self.effects.push(Effect::Request { id: self.last_id, operation });
    }

    pub(super) fn fail(&mut self, failed: FailureSource, error: FlowError) {
        if self.camera_open {
            self.close_camera();
        }
        self.phase = Phase::Failed;
        self.failed = Some((failed, error));
    }

    fn choose(&mut self, kind: DocumentType) {
        self.chosen = Some(kind);
        self.request(Operation::SetDocumentType);
    }

    /// On to the step that the record calls for.
    fn advance(&mut self) {
        if let Some(outcome) = self.record.outcome {
            return self.finish(outcome);
        }
        let documents = self.kind == FlowKind::Idv;
        if documents && !self.record.consented {
            return self.enter(Step::Consent, Phase::Idle);
        }
        if documents && !self.record.front_uploaded {
            match self.record.document_type.filter(|kind| self.document_types.contains(kind)) {
                Some(_) => return self.begin(Step::DocumentFront),
                None => {
                    self.record.document_type = None;
                    self.enter(Step::DocumentType, Phase::Idle);
                    // One document on offer is no choice.
                    if let [only] = self.document_types[..] {
                        self.choose(only);
                    }
                    return;
                }
            }
        }
        if documents && !self.record.back_uploaded && self.record.document_type.is_some_and(DocumentType::has_back) {
            return self.begin(Step::DocumentBack);
        }
        if !self.record.liveness_detected {
            return self.begin(Step::Liveness);
        }
        self.send_rest();
    }

    fn finish(&mut self, outcome: Outcome) {
        self.enter(Step::Result, Phase::Done);
        self.result = Some(outcome);
        self.effects.push(Effect::Complete { result: outcome });
    }

    /// Into a step that captures.
    fn begin(&mut self, step: Step) {
        self.enter(step, Phase::Idle);
        if step == Step::Liveness
            && let Some(other) = &self.record.other_provider
            && !self.liveness.providers.contains(other)
        {
            return self.fail(FailureSource::Closed, FlowError::provider_unsupported());
        }
        self.prepare();
    }

    /// Whatever the step needs, one after the other: the location, a liveness session, the models, the camera.
    fn prepare(&mut self) {
        self.failed = None;
        self.review = None;
        if self.location.is_none() {
            self.phase = Phase::WaitingLocation;
            self.effects.push(Effect::Locate);
            return;
        }
        if self.step == Step::Liveness {
            let Some(token) = self.liveness_token.clone() else {
                return self.request(Operation::GenerateLiveness);
            };
            if let Some(provider) = self.record.other_provider.clone() {
                self.phase = Phase::Provider;
                self.effects.push(Effect::LivenessProvider { provider, token });
                return;
            }
        }
        let needed: &[ModelAsset] =
            if self.step == Step::Liveness { &[ModelAsset::Face] } else { &[ModelAsset::Mrz, ModelAsset::Face] };
        for model in needed {
            if !self.models.contains(model) {
                self.models.push(*model);
                self.effects.push(Effect::LoadModel { model: *model });
            }
        }
        self.phase = Phase::CameraOpening;
        self.camera_open = true;
        self.opened_ms = None;
        self.frame = None;
        self.frame_size = None;
        let facing = if self.step == Step::Liveness { Facing::User } else { Facing::Environment };
        self.effects.push(Effect::CameraOpen { facing });
    }

    pub(super) fn close_camera(&mut self) {
        if self.camera_open {
            self.camera_open = false;
            self.effects.push(Effect::CameraClose);
        }
        self.frame = None;
        self.frame_size = None;
    }

    fn on_location(&mut self, latitude: f64, longitude: f64) {
        if self.phase != Phase::WaitingLocation {
            return;
        }
        if !((-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude)) {
            return self.fail(FailureSource::Location, FlowError::location_invalid());
        }
        self.location = Some(Location { latitude, longitude });
        self.prepare();
    }

    fn confirm(&mut self) {
        match self.step {
            Step::DocumentFront => self.request(Operation::AddFront),
            Step::DocumentBack => self.request(Operation::AddBack),
            Step::Liveness if self.liveness_token.is_some() => self.send_liveness(),
            Step::Liveness => self.request(Operation::GenerateLiveness),
            Step::Starting | Step::Consent | Step::DocumentType | Step::Sending | Step::Result => {}
        }
    }

    fn send_liveness(&mut self) {
        self.step = Step::Sending;
        self.liveness_sent = false;
        self.request(Operation::ProcessLiveness);
    }

    /// Whether the camera may be opened (again) for this step.
    pub(super) fn can_recapture(&self) -> bool {
        match (self.phase, &self.failed) {
            (Phase::Review, _) => true,
            (Phase::Failed, Some((FailureSource::Camera, _))) => true,
            (Phase::Failed, Some((FailureSource::Request(operation, kind), _))) => {
                matches!(operation, Operation::AddFront | Operation::AddBack | Operation::ProcessLiveness)
                    && !matches!(kind, FailureKind::Conflict | FailureKind::Session)
            }
            _ => false,
        }
    }

    fn recapture(&mut self) {
        // Movements that were seen once are not asked for again in the same order.
        if self.step == Step::Sending || (self.step == Step::Liveness && self.is_active()) {
            self.back_to_liveness();
        }
        self.close_camera();
        self.prepare();
    }

    /// New frames go into a new liveness session.
    fn back_to_liveness(&mut self) {
        self.step = Step::Liveness;
        self.liveness_token = None;
    }

    fn retry(&mut self) {
        let Some((failed, error)) = self.failed.as_ref() else { return };
        if !error.recovery.contains(&Recovery::Retry) && *failed != FailureSource::Camera {
            return;
        }
        match *failed {
            FailureSource::Consent => self.enter(Step::Consent, Phase::Idle),
            FailureSource::Location | FailureSource::Camera | FailureSource::Model(_) | FailureSource::Provider => {
                self.prepare()
            }
            FailureSource::Request(operation, _) => self.request(operation),
            FailureSource::Closed => {}
        }
    }

    /// Metadata where there is any, then the verdict.
    fn send_rest(&mut self) {
        self.enter(Step::Sending, Phase::Uploading);
        if self.reports.is_empty() || self.metadata_sent {
            self.request(Operation::Finalize);
        } else {
            self.request(Operation::UpdateMetadata);
        }
    }

    pub(super) fn request_done(&mut self, operation: Operation, reply: Reply) {
        self.pending = None;
        self.waits_for_token = false;
        if operation != Operation::ReadSession {
            self.conflict = None;
        }
        match operation {
            Operation::ReadSession => {
                if let Reply::Session(record) = reply {
                    self.record = record;
                    self.chosen = None;
                    if self.finalized && self.record.outcome.is_none() {
                        return self
                            .fail(FailureSource::Request(operation, FailureKind::Conflict), FlowError::conflict());
                    }
                    self.advance();
                }
            }
            Operation::AddConsent => {
                self.record.consented = true;
                self.advance();
            }
            Operation::SetDocumentType => {
                self.record.document_type = self.chosen.take();
                self.advance();
            }
            Operation::AddFront => {
                self.record.front_uploaded = true;
                self.keep_report();
                self.advance();
            }
            Operation::AddBack => {
                self.record.back_uploaded = true;
                self.keep_report();
                self.advance();
            }
            Operation::GenerateLiveness => {
                self.liveness_token = Some(match reply {
                    Reply::LivenessOpened(token) => token,
                    _ => String::new(),
                });
                // Frames that were refused once may be replaced by a file, which waits here for its new liveness
                // session.
                if self.review.is_some() { self.send_liveness() } else { self.prepare() }
            }
            Operation::ProcessLiveness => {
                self.liveness_sent = true;
                self.record.liveness_detected = true;
                self.keep_report();
                self.send_rest();
            }
            Operation::UpdateMetadata => {
                self.metadata_sent = true;
                self.send_rest();
            }
            Operation::Finalize => match reply {
                Reply::Verdict(outcome) => self.finish(outcome),
                Reply::Done => {
                    self.finalized = true;
                    self.request(Operation::ReadSession);
                }
                Reply::Session(_) | Reply::LivenessOpened(_) => {}
            },
        }
    }

    /// The report of a still counts once the server has the still; a later still of the same side replaces it.
    fn keep_report(&mut self) {
        if let Some(capture) = self.review.take() {
            self.reports.retain(|report| report.side != capture.report.side);
            self.reports.push(capture.report);
        }
    }

    pub(super) fn request_failed(&mut self, operation: Operation, failure: &RequestFailure) {
        self.pending = None;
        self.waits_for_token = false;
        // The capture report is useful, but its loss must not fail the flow.
        let gives_up = !matches!(failure.kind, FailureKind::Network | FailureKind::Transient | FailureKind::Session);
        if operation == Operation::UpdateMetadata && gives_up {
            self.metadata_sent = true;
            return self.send_rest();
        }
        // The server holds another record than this flow: a reply that was lost, another tab. Read it once and go on
        // from there.
        if failure.kind == FailureKind::Conflict && operation != Operation::ReadSession {
            if self.conflict != Some(operation) {
                self.conflict = Some(operation);
                return self.request(Operation::ReadSession);
            }
            return self.fail(FailureSource::Request(operation, failure.kind), FlowError::conflict());
        }
        if operation == Operation::ProcessLiveness && failure.kind == FailureKind::Image {
            self.back_to_liveness();
        }
        self.fail(FailureSource::Request(operation, failure.kind), FlowError::request(operation, failure));
    }
}
