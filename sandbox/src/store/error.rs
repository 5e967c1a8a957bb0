//! Why the store did not do what was asked of it.

use super::db_error;
use crate::random::NoEntropy;

/// A refusal of the store. No message holds a stored or a given value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database did not execute a statement.
    #[error("database: {0}")]
    Database(#[from] db_error::Error),
    /// The place of content has no room.
    #[error("the place of content is full")]
    ContentFull,
    /// The place of content does not answer.
    #[error("the place of content does not answer")]
    ContentUnavailable,
    /// This client has no such session.
    #[error("there is no such session")]
    SessionNotFound,
    /// This client has no such identity.
    #[error("there is no such identity")]
    IdentityNotFound,
    /// The session is past its life.
    #[error("the session has expired")]
    SessionExpired,
    /// The session has no consent, or it was withdrawn.
    #[error("consent is not recorded")]
    ConsentRequired,
    /// The session has another revision than the one that was judged.
    #[error("the session changed while it was being finalized")]
    SessionChanged,
    /// The session is finalized.
    #[error("the session is complete")]
    SessionComplete,
    /// The session is being finalized.
    #[error("the session is being finalized")]
    SessionFinalizing,
    /// The client has as many entries of requirements as it may.
    #[error("the client has too many entries of requirements")]
    TooManyRequirements,
    /// No identifier, token or key can be made.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// A fault of the server: a value that cannot be written, or a stored one that is not of its kind.
    #[error("{0}")]
    Internal(&'static str),
}
