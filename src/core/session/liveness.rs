//! The liveness step: its mode, its token, other providers.

use super::capture_result::Capture;
use super::flow_error::FlowError;
use super::liveness_options::{DEFAULT_ACTIVE_STEPS, LivenessMode};
use super::machine::Session;
use super::request::Operation;
use super::state::{FailureSource, State};
use super::step::Step;
use crate::liveness::LivenessPlan;
use crate::liveness::steps::MAX_STEPS;

impl Session {
    /// Returns the plan of the liveness capture.
    pub fn liveness_plan(&self) -> LivenessPlan {
        let steps = if self.is_active() && !self.skips_movements { self.active_steps() } else { 0 };
        LivenessPlan {
            token: self.liveness_token.clone().unwrap_or_default(),
            steps: steps as usize,
            flash: self.settings.liveness.flash,
            fallback: self.is_active() && self.skips_movements,
        }
    }

    /// Returns whether the mode requests movements. The integrator's option has priority over the session's.
    pub(super) fn is_active(&self) -> bool {
        self.settings.liveness.mode.or(self.server.liveness_mode) == Some(LivenessMode::PassiveActive)
    }

    fn active_steps(&self) -> u32 {
        let steps = self.settings.liveness.steps.or(self.server.active_steps).unwrap_or(DEFAULT_ACTIVE_STEPS);
        steps.clamp(1, MAX_STEPS as u32)
    }

    /// Returns whether the person may skip the movements.
    pub(super) fn can_skip_movements(&self) -> bool {
        let reachable = self.state.uses_camera() || self.state.failure_source() == Some(FailureSource::Camera);
        self.step == Step::Liveness && self.is_active() && !self.skips_movements && reachable
    }

    /// An open camera stays open: the pipeline starts another capture.
    pub(super) fn skip_movements(&mut self) {
        if !self.can_skip_movements() {
            return;
        }
        self.skips_movements = true;
        match &mut self.state {
            State::Capturing(video) => video.frame = None,
            State::Failed(_) => self.prepare_capture(),
            _ => {}
        }
    }

    pub(super) fn provider_done(&mut self) {
        if matches!(self.state, State::Provider) {
            self.send_liveness(None);
        }
    }

    pub(super) fn provider_failed(&mut self, message: &str) {
        if matches!(self.state, State::Provider) {
            self.liveness_token = None;
            self.fail(FailureSource::Provider, FlowError::provider_failed(message));
        }
    }

    pub(super) fn send_liveness(&mut self, capture: Option<Capture>) {
        self.step = Step::Sending;
        self.sent.liveness = false;
        self.request(Operation::ProcessLiveness, capture);
    }

    /// Returns to the liveness step. New frames need a new liveness session.
    pub(super) fn return_to_liveness(&mut self) {
        self.step = Step::Liveness;
        self.liveness_token = None;
    }
}
