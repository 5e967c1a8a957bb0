//! Requests of the flow and how they end.

use super::outcome::Outcome;
use super::server_state::ServerState;
use crate::codes::codes;

codes! {
    /// A request of the flow, independent of the protocol.
    Operation {
        /// Reads the record of the session.
        ReadSession = "read_session",
        /// Records the consent.
        AddConsent = "add_consent",
        /// Records the reports of the captures.
        UpdateMetadata = "update_metadata",
        /// Declares the document type.
        SetDocumentType = "set_document_type",
        /// Uploads the front image.
        AddFront = "add_front",
        /// Uploads the back image.
        AddBack = "add_back",
        /// Opens a liveness session.
        GenerateLiveness = "generate_liveness",
        /// Uploads the liveness frames.
        ProcessLiveness = "process_liveness",
        /// Requests the verdict.
        Finalize = "finalize",
    }
}

impl Operation {
    /// Returns whether the request has the location of the device.
    pub(super) fn needs_location(self) -> bool {
        self.uploads_images() || self == Self::GenerateLiveness
    }

    /// Returns whether the request uploads images.
    pub(super) fn uploads_images(self) -> bool {
        matches!(self, Self::AddFront | Self::AddBack | Self::ProcessLiveness)
    }
}

/// The reply to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The reply to [`Operation::ReadSession`].
    Session(ServerState),
    /// The reply to [`Operation::GenerateLiveness`]: the token of the liveness session.
    LivenessOpened(String),
    /// The reply to [`Operation::Finalize`] if it contains the verdict; for authentication it is [`Reply::Done`].
    Verdict(Outcome),
    /// The reply to every other operation.
    Done,
}

/// The class of a failed request. The protocol layer assigns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The network is absent or unusable; it may return.
    Network,
    /// Another transient failure.
    Transient,
    /// The server rejects the image or a value in it.
    Image,
    /// The server requires another operation first, or has already performed this one.
    Conflict,
    /// The session has ended, or the access to it is revoked.
    Session,
    /// The request was cancelled on purpose.
    Cancelled,
    /// A failure that a retry does not resolve.
    Permanent,
}

/// The final failure of a request, after all retries of the transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFailure {
    /// The stable code.
    pub code: &'static str,
    /// The message for developers. Contains no personal data and no secret.
    pub message: String,
    /// The class of the failure.
    pub kind: FailureKind,
}
