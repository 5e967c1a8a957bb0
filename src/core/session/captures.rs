//! Transitions of a capture: frames, captured images, confirmation, and captures that are repeated.

use super::capture_result::Capture;
use super::effect::Effect;
use super::flow_error::FlowError;
use super::frame_view::FrameView;
use super::machine::Session;
use super::report::CaptureSource;
use super::request::{FailureKind, Operation};
use super::state::{FailureSource, State};
use super::step::Step;

impl Session {
    /// Returns whether a file is accepted instead of a frame.
    pub fn accepts_file(&self) -> bool {
        if self.step.side().is_none() {
            return false;
        }
        match self.state {
            State::CameraOpening | State::Capturing(_) | State::Review(_) => true,
            State::Failed(_) => self.can_recapture(),
            State::Idle
            | State::WaitingLocation(_)
            | State::Provider
            | State::Following
            | State::Uploading(_)
            | State::Done(_) => false,
        }
    }

    pub(super) fn show_frame(&mut self, frame: FrameView) {
        let State::Capturing(video) = &mut self.state else { return };
        let challenge_failed = frame.challenge_failed;
        video.frame = Some(frame);
        if challenge_failed {
            // The next attempt has other movements, which are derived from another token.
            self.liveness_token = None;
            self.fail(FailureSource::Camera, FlowError::challenge_failed());
        }
    }

    pub(super) fn accept_capture(&mut self, mut capture: Capture, now_ms: f64) {
        let expected = match (capture.report.source, &self.state) {
            (CaptureSource::Automatic | CaptureSource::Manual, State::Capturing(video)) => {
                capture.report.elapsed_ms = Some((now_ms - video.opened_ms).max(0.0) as u32);
                true
            }
            (CaptureSource::Automatic | CaptureSource::Manual, _) => false,
            (CaptureSource::File, _) => self.accepts_file(),
        };
        if expected && self.step.side() == Some(capture.report.side) {
            let captured = Effect::Captured { side: capture.report.side, report: capture.report.clone() };
            self.transition(State::Review(capture));
            self.emit(captured);
        }
    }

    pub(super) fn confirm(&mut self) {
        let State::Review(capture) = &self.state else { return };
        let capture = Some(capture.clone());
        if !self.is_located() {
            return self.wait_for_location(capture);
        }
        match self.step {
            Step::DocumentFront => self.request(Operation::AddFront, capture),
            Step::DocumentBack => self.request(Operation::AddBack, capture),
            Step::Liveness if self.liveness_token.is_some() => self.send_liveness(capture),
            Step::Liveness => self.request(Operation::GenerateLiveness, capture),
            Step::Starting | Step::Consent | Step::DocumentType | Step::Sending | Step::Result => {}
        }
    }

    /// Returns to the review. An image that has arrived meanwhile is a conflict for the next one, and resolved as such.
    pub(super) fn cancel_upload(&mut self) {
        if let Some(capture) = self.uploaded_capture().cloned() {
            if self.step == Step::Sending {
                self.step = Step::Liveness;
            }
            self.transition(State::Review(capture));
        }
    }

    /// Returns the image that is being uploaded.
    pub(super) fn uploaded_capture(&self) -> Option<&Capture> {
        let pending = self.state.pending()?;
        pending.capture.as_ref().filter(|_| pending.operation.uploads_images())
    }

    pub(super) fn retake(&mut self) {
        if self.can_recapture() {
            self.recapture();
        }
    }

    pub(super) fn use_camera(&mut self) {
        if self.can_recapture() && !matches!(self.state, State::Review(_)) {
            self.recapture();
        }
    }

    /// Returns whether the camera may be opened again for this step.
    fn can_recapture(&self) -> bool {
        match &self.state {
            State::Review(_) => true,
            State::Failed(failure) => match failure.source {
                FailureSource::Camera => true,
                FailureSource::Request(operation, kind) => {
                    operation.uploads_images() && !matches!(kind, FailureKind::Conflict | FailureKind::Session)
                }
                FailureSource::Consent
                | FailureSource::Location
                | FailureSource::Model(_)
                | FailureSource::Provider
                | FailureSource::Closed => false,
            },
            _ => false,
        }
    }

    fn recapture(&mut self) {
        // Movements that were performed once are not requested again in the same order.
        if self.step == Step::Sending || (self.step == Step::Liveness && self.is_active()) {
            self.return_to_liveness();
        }
        self.prepare_capture();
    }
}
