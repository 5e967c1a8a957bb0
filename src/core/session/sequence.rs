//! The order of the steps, and what a step needs before its capture.

use super::camera::Facing;
use super::effect::Effect;
use super::flow_error::FlowError;
use super::machine::Session;
use super::outcome::{FlowKind, Outcome};
use super::request::Operation;
use super::server_state::ServerState;
use super::state::{FailureSource, State};
use super::step::Step;
use crate::document_type::DocumentType;
use crate::model_asset::ModelAsset;

impl Session {
    /// Returns the steps of this flow in order.
    pub(super) fn steps(&self) -> Vec<Step> {
        if self.settings.kind == FlowKind::Ida {
            return vec![Step::Liveness, Step::Sending, Step::Result];
        }
        let has_back = match self.document_type() {
            Some(kind) => kind.has_back(),
            None => self.settings.document_types.iter().all(|kind| kind.has_back()),
        };
        [
            Step::Consent,
            Step::DocumentType,
            Step::DocumentFront,
            Step::DocumentBack,
            Step::Liveness,
            Step::Sending,
            Step::Result,
        ]
        .into_iter()
        .filter(|step| has_back || *step != Step::DocumentBack)
        .collect()
    }

    /// Returns the step that the record of the server requires; [`Step::Sending`] if only the verdict is missing.
    pub(super) fn next_step(&self) -> Step {
        let ServerState { consented, document_type, front_uploaded, back_uploaded, .. } = self.server;
        match self.settings.kind {
            FlowKind::Idv if !consented => Step::Consent,
            FlowKind::Idv if !front_uploaded => {
                let declared = document_type.is_some_and(|kind| self.settings.declarable.contains(&kind));
                if declared { Step::DocumentFront } else { Step::DocumentType }
            }
            FlowKind::Idv if !back_uploaded && document_type.is_some_and(DocumentType::has_back) => Step::DocumentBack,
            FlowKind::Idv | FlowKind::Ida if !self.server.liveness_detected => Step::Liveness,
            FlowKind::Idv | FlowKind::Ida => Step::Sending,
        }
    }

    /// Enters the step that the record of the server requires.
    pub(super) fn advance(&mut self) {
        if let Some(outcome) = self.server.outcome {
            return self.finish(outcome);
        }
        match self.next_step() {
            step @ (Step::DocumentFront | Step::DocumentBack | Step::Liveness) => self.begin_capture(step),
            Step::DocumentType => self.choose_document_type(),
            Step::Sending => self.send_remaining(),
            step => self.enter(step),
        }
    }

    /// Enters the choice of the document type, if there is one.
    fn choose_document_type(&mut self) {
        let only = if let [only] = self.settings.document_types[..] { Some(only) } else { None };
        self.server.document_type = None;
        self.enter(Step::DocumentType);
        if let Some(only) = only {
            self.declare_document_type(only);
        }
    }

    pub(super) fn declare_document_type(&mut self, document_type: DocumentType) {
        self.chosen = Some(document_type);
        self.request(Operation::SetDocumentType, None);
    }

    fn begin_capture(&mut self, step: Step) {
        self.enter(step);
        if step == Step::Liveness
            && let Some(other) = &self.server.other_provider
            && !self.settings.liveness.providers.contains(other)
        {
            return self.fail(FailureSource::Closed, FlowError::provider_unsupported());
        }
        self.prepare_capture();
    }

    /// Requests the next thing that the capture needs: a liveness session, the models, the camera. The location, which
    /// a document needs only when it is sent, is determined beside them.
    pub(super) fn prepare_capture(&mut self) {
        self.locate();
        if self.step != Step::Liveness {
            return self.open_camera(Facing::Environment, &[ModelAsset::Mrz, ModelAsset::Face]);
        }
        match (&self.liveness_token, &self.server.other_provider) {
            (None, _) if !self.is_located() => self.wait_for_location(None),
            (None, _) => self.request(Operation::GenerateLiveness, None),
            (Some(token), Some(provider)) => {
                let effect = Effect::LivenessProvider { provider: provider.clone(), token: token.clone() };
                self.transition(State::Provider);
                self.emit(effect);
            }
            (Some(_), None) => self.open_camera(Facing::User, &[ModelAsset::Face]),
        }
    }

    fn open_camera(&mut self, facing: Facing, models: &[ModelAsset]) {
        for model in models {
            if !self.models.contains(model) {
                self.models.push(*model);
                self.emit(Effect::LoadModel { model: *model });
            }
        }
        self.transition(State::CameraOpening);
        self.emit(Effect::CameraOpen { facing });
    }

    /// Sends the metadata, if there are any and they are not sent yet, otherwise requests the verdict.
    pub(super) fn send_remaining(&mut self) {
        self.step = Step::Sending;
        if self.reports.is_empty() || self.sent.metadata {
            self.request(Operation::Finalize, None);
        } else {
            self.request(Operation::UpdateMetadata, None);
        }
    }

    pub(super) fn finish(&mut self, outcome: Outcome) {
        self.step = Step::Result;
        self.transition(State::Done(outcome));
        self.emit(Effect::Complete { result: outcome });
    }
}
