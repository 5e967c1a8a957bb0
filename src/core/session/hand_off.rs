//! A flow that another device continues: this one reads the record until the session is complete.

use super::machine::Session;
use super::outcome::FlowKind;
use super::request::{FailureKind, Operation};
use super::state::State;
use super::step::Step;

/// Reads of a record with liveness but without a verdict, after which this device asks for the verdict: the other one
/// has had the time to do so, or is gone.
const READS_BEFORE_VERDICT: u32 = 3;

impl Session {
    /// Gives the flow to another device.
    pub(super) fn hand_off(&mut self) {
        let person_acts = !matches!(self.step, Step::Starting | Step::Sending | Step::Result);
        let busy = matches!(self.state, State::Uploading(_) | State::Following);
        if person_acts && !busy {
            self.following = Some(0);
            self.transition(State::Following);
            self.follow();
        }
    }

    pub(super) fn follow(&mut self) {
        if matches!(self.state, State::Following) {
            self.request(Operation::ReadSession, None);
        }
    }

    /// Continues here, from what the record says.
    pub(super) fn take_back(&mut self) {
        if self.following.take().is_some() {
            self.chosen = None;
            self.liveness_token = None;
            self.request(Operation::ReadSession, None);
        }
    }

    /// Shows the step of the other device, and ends with its verdict.
    pub(super) fn followed(&mut self, reads: u32) {
        if let Some(outcome) = self.server.outcome {
            return self.finish(outcome);
        }
        self.step = self.next_step();
        if self.step != Step::Sending {
            return self.transition(State::Following);
        }
        self.following = Some(reads + 1);
        // Without a verdict in its reply, only the record shows whether a flow is complete, as an authentication's.
        let waits = self.settings.kind == FlowKind::Ida || self.sent.finalization;
        if waits || reads + 1 < READS_BEFORE_VERDICT {
            return self.transition(State::Following);
        }
        self.request(Operation::Finalize, None);
    }

    /// Returns whether the failure of a request does not end the following: the next read may succeed.
    pub(super) fn follows_on(&mut self, kind: FailureKind) -> bool {
        let passes = matches!(kind, FailureKind::Network | FailureKind::Transient | FailureKind::Conflict);
        let follows = self.following.is_some() && passes;
        if follows {
            self.transition(State::Following);
        } else {
            self.following = None;
        }
        follows
    }
}
