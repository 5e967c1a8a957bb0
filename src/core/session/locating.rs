//! The location, which is determined beside the camera and needed when an image is sent.

use super::capture_result::Capture;
use super::effect::Effect;
use super::flow_error::FlowError;
use super::location::{Location, LocationFailure, LocationPolicy};
use super::machine::Session;
use super::state::{Failure, FailureSource, State};

impl Session {
    /// Returns whether images can be sent: with a location, or without one on purpose.
    pub(super) fn is_located(&self) -> bool {
        self.location.is_some() || self.skips_location || self.settings.location == LocationPolicy::Off
    }

    /// Asks the device for its location, unless it is known, being determined, or not wanted.
    pub(super) fn locate(&mut self) {
        if !self.is_located() && !self.locating && self.location_error.is_none() {
            self.locating = true;
            self.emit(Effect::Locate);
        }
    }

    /// Waits for the location with a confirmed image, or reports why there is none.
    pub(super) fn wait_for_location(&mut self, capture: Option<Capture>) {
        if let Some(error) = self.location_error.take() {
            return self.transition(State::Failed(Failure { source: FailureSource::Location, error, capture }));
        }
        self.transition(State::WaitingLocation(capture));
        self.locate();
    }

    pub(super) fn located(&mut self, latitude: f64, longitude: f64) {
        // A person who went on without a location sends none, even if it is found later.
        if self.skips_location || self.settings.location == LocationPolicy::Off {
            return;
        }
        match Location::new(latitude, longitude) {
            Some(location) => {
                self.locating = false;
                self.location_error = None;
                self.location = Some(location);
                self.go_on_from_location();
            }
            None => self.not_located(FlowError::location_invalid()),
        }
    }

    pub(super) fn location_failed(&mut self, failure: LocationFailure) {
        self.not_located(FlowError::location(failure));
    }

    fn not_located(&mut self, error: FlowError) {
        if !std::mem::take(&mut self.locating) {
            return;
        }
        let may_skip = self.settings.location == LocationPolicy::Preferred;
        self.location_error = Some(if may_skip { error.with_skip() } else { error });
        if let State::WaitingLocation(capture) = &self.state {
            let capture = capture.clone();
            self.wait_for_location(capture);
        }
    }

    /// Returns whether the person may continue without a location.
    pub(super) fn can_skip_location(&self) -> bool {
        self.waits_for_location() && self.settings.location == LocationPolicy::Preferred
    }

    /// Continues without a location.
    pub(super) fn skip_location(&mut self) {
        if self.can_skip_location() {
            self.skips_location = true;
            self.locating = false;
            self.go_on_from_location();
        }
    }

    fn waits_for_location(&self) -> bool {
        matches!(self.state, State::WaitingLocation(_)) || self.state.failure_source() == Some(FailureSource::Location)
    }

    /// Sends the confirmed image, or prepares the capture.
    fn go_on_from_location(&mut self) {
        if !self.waits_for_location() {
            return;
        }
        match self.state.capture().cloned() {
            Some(capture) => {
                self.transition(State::Review(capture));
                self.confirm();
            }
            None => self.prepare_capture(),
        }
    }

    /// The service takes no image without a location, whatever the policy of the page.
    pub(super) fn require_location(&mut self, capture: Option<Capture>) {
        self.settings.location = LocationPolicy::Required;
        self.skips_location = false;
        self.location_error = Some(FlowError::location(LocationFailure::Unavailable));
        self.wait_for_location(capture);
    }
}
