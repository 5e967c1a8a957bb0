//! The view of the current state.

use super::camera::Facing;
use super::machine::Session;
use super::state::{LiveVideo, State};
use super::step::{Phase, Step};
use super::view::{Progress, Review, View};
use crate::guidance::GuidanceCode;
use crate::guide::{Guide, guide};
use crate::side::Side;

impl Session {
    /// Returns the view of the current state.
    pub fn view(&self) -> View {
        let video = match &self.state {
            State::Capturing(video) => Some(video),
            _ => None,
        };
        let frame = video.and_then(|video| video.frame.as_ref());
        View {
            step: self.step,
            phase: match (self.following, &self.state) {
                (Some(_), State::Uploading(_)) => Phase::HandedOff,
                _ => self.state.phase(),
            },
            steps: self.steps(),
            document_type: self.document_type(),
            document_types: self.settings.document_types.clone(),
            facing: self.step.side().map(|side| match side {
                Side::Front | Side::Back => Facing::Environment,
                Side::Liveness => Facing::User,
            }),
            guide: video.and_then(|video| self.guide(video)),
            guidance: frame.and_then(|frame| frame.guidance).map(GuidanceCode::as_str),
            overlay: frame.map(|frame| frame.overlay.clone()),
            challenge: frame.and_then(|frame| frame.challenge),
            passive_available: self.can_skip_movements(),
            flash: frame.and_then(|frame| frame.flash).map(|[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}")),
            location_skippable: self.can_skip_location(),
            manual_available: frame.is_some_and(|frame| frame.challenge.is_none()),
            upload_available: self.accepts_file(),
            review: self.review(),
            progress: (self.step == Step::Sending).then(|| self.progress()),
            error: self.state.failure().map(|failure| failure.error.clone()),
            result: match self.state {
                State::Done(outcome) => Some(outcome),
                _ => None,
            },
        }
    }

    fn guide(&self, video: &LiveVideo) -> Option<Guide> {
        let (width, height) = video.frame_size;
        Some(guide(self.step.side()?, self.document_type(), width, height))
    }

    fn review(&self) -> Option<Review> {
        let capture = match &self.state {
            State::Review(capture) => capture,
            _ => self.uploaded_capture()?,
        };
        Some(Review {
            side: capture.report.side,
            document: capture.document.clone(),
            warnings: capture.report.warnings.clone(),
            retake_advised: capture.report.warnings.iter().any(|warning| warning.advises_retake()),
        })
    }

    /// Counts the requests of [`Step::Sending`]. The last one, for the verdict, ends the step.
    fn progress(&self) -> Progress {
        let has_metadata = !self.reports.is_empty() || self.state.capture().is_some();
        let sends_liveness = self.sent.liveness || !self.server.liveness_detected;
        Progress {
            done: u32::from(self.sent.liveness) + u32::from(has_metadata && self.sent.metadata),
            total: u32::from(sends_liveness) + u32::from(has_metadata) + 1,
        }
    }
}
