//! The record of a session on the server.

use super::liveness_options::LivenessMode;
use super::outcome::Outcome;
use crate::document_type::DocumentType;

/// The record of a session on the server. It determines the next step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerState {
    /// Consent is recorded.
    pub consented: bool,
    /// The declared document type, or `None` if there is none or this flow does not know it.
    pub document_type: Option<DocumentType>,
    /// The front image is stored.
    pub front_uploaded: bool,
    /// The back image is stored.
    pub back_uploaded: bool,
    /// Liveness is detected.
    pub liveness_detected: bool,
    /// Another liveness provider, or `None` for this project.
    pub other_provider: Option<String>,
    /// The liveness mode, if the session sets it.
    pub liveness_mode: Option<LivenessMode>,
    /// The number of movements in active liveness, if the session sets it.
    pub active_steps: Option<u32>,
    /// The verdict, if the session is complete and its record contains one.
    pub outcome: Option<Outcome>,
}
