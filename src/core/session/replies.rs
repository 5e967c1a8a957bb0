//! Transitions on the end of requests.

use super::capture_result::Capture;
use super::flow_error::FlowError;
use super::machine::Session;
use super::outcome::FlowKind;
use super::request::{FailureKind, Operation, Reply, RequestFailure};
use super::server_state::ServerState;
use super::state::FailureSource;
use super::step::Step;

/// The server's code for a session that takes no changes because it has its verdict.
const SESSION_COMPLETE: &str = "session_complete";

/// The server's code for a request without a field that it requires.
const FIELD_MISSING: &str = "field_missing";

impl Session {
    /// Handles a reply. A reply of another operation's type is ignored.
    pub(super) fn request_succeeded(&mut self, operation: Operation, reply: Reply) {
        if operation != Operation::ReadSession {
            self.conflict = None;
        }
        match (operation, reply) {
            (Operation::ReadSession, Reply::Session(record)) => self.session_read(record),
            (Operation::AddConsent, _) => {
                self.server.consented = true;
                self.advance();
            }
            (Operation::SetDocumentType, _) => {
                self.server.document_type = self.chosen.take();
                self.advance();
            }
            (Operation::AddFront, _) => {
                self.server.front_uploaded = true;
                self.add_report();
                self.advance();
            }
            (Operation::AddBack, _) => {
                self.server.back_uploaded = true;
                self.add_report();
                self.advance();
            }
            (Operation::GenerateLiveness, Reply::LivenessOpened(token)) => self.liveness_opened(token),
            (Operation::GenerateLiveness, _) => self.liveness_opened(String::new()),
            (Operation::ProcessLiveness, _) => {
                self.sent.liveness = true;
                self.server.liveness_detected = true;
                self.add_report();
                self.send_remaining();
            }
            (Operation::UpdateMetadata, _) => {
                self.sent.metadata = true;
                self.send_remaining();
            }
            (Operation::Finalize, Reply::Verdict(outcome)) => self.finish(outcome),
            (Operation::Finalize, Reply::Done) => {
                self.sent.finalization = true;
                self.request(Operation::ReadSession, None);
            }
            (Operation::ReadSession | Operation::Finalize, _) => {}
        }
    }

    fn session_read(&mut self, record: ServerState) {
        self.server = record;
        self.chosen = None;
        if let Some(reads) = self.following {
            return self.followed(reads);
        }
        if self.sent.finalization && self.server.outcome.is_none() {
            let source = FailureSource::Request(Operation::ReadSession, FailureKind::Conflict);
            return self.fail_and_keep_capture(source, FlowError::conflict());
        }
        // A confirmed image that the record still lacks is sent once more; a second conflict is reported.
        if let Some(operation) = self.conflict
            && let Some(capture) = self.state.capture().cloned()
            && self.next_upload() == Some(operation)
        {
            return self.request(operation, Some(capture));
        }
        self.advance();
    }

    /// Returns the upload of a document's side that the record requires next.
    fn next_upload(&self) -> Option<Operation> {
        let ServerState { document_type, front_uploaded, back_uploaded, .. } = self.server;
        if self.server.outcome.is_some() || !self.server.consented {
            return None;
        }
        match document_type? {
            kind if !front_uploaded => self.settings.declarable.contains(&kind).then_some(Operation::AddFront),
            kind if kind.has_back() && !back_uploaded => Some(Operation::AddBack),
            _ => None,
        }
    }

    /// An image whose liveness session was rejected may be replaced by a file, which waits here for its new session.
    fn liveness_opened(&mut self, token: String) {
        self.liveness_token = Some(token);
        match self.state.capture().cloned() {
            Some(capture) => self.send_liveness(Some(capture)),
            None => self.prepare_capture(),
        }
    }

    /// Adds the report of the image that was uploaded; it replaces the report of an earlier image of the same side.
    fn add_report(&mut self) {
        if let Some(Capture { report, .. }) = self.state.capture().cloned() {
            self.reports.retain(|earlier| earlier.side != report.side);
            self.reports.push(report);
        }
    }

    pub(super) fn request_failed(&mut self, operation: Operation, failure: &RequestFailure) {
        // The metadata are useful, but not worth a failed flow.
        let may_pass = matches!(failure.kind, FailureKind::Network | FailureKind::Transient | FailureKind::Session);
        if operation == Operation::UpdateMetadata && !may_pass {
            self.sent.metadata = true;
            return self.send_remaining();
        }
        let source = FailureSource::Request(operation, failure.kind);
        // The record of a complete session has no verdict in this protocol: finalizing again returns it.
        let is_complete = failure.code == SESSION_COMPLETE && operation != Operation::Finalize;
        if is_complete && self.settings.kind == FlowKind::Idv {
            self.step = Step::Sending;
            return self.request(Operation::Finalize, None);
        }
        if self.follows_on(failure.kind) {
            return;
        }
        // The page goes without a location, and the service does not.
        if failure.code == FIELD_MISSING && operation.needs_location() && self.location.is_none() {
            return self.require_location(self.state.capture().cloned());
        }
        if failure.kind == FailureKind::Conflict && operation != Operation::ReadSession {
            // The record on the server has changed: a lost reply, or another tab. Read it once and continue from there.
            if self.conflict != Some(operation) {
                self.conflict = Some(operation);
                return self.request(Operation::ReadSession, self.state.capture().cloned());
            }
            return self.fail_and_keep_capture(source, FlowError::conflict());
        }
        if operation == Operation::ProcessLiveness && failure.kind == FailureKind::Image {
            self.return_to_liveness();
        }
        self.fail_and_keep_capture(source, FlowError::request(operation, failure));
    }
}
