//! The parts that the handlers of the KYC protocol need.

use crate::clock::Clock;
use crate::http::auth::Auth;
use crate::http::client_addr::TrustProxy;
use crate::jobs::workers::Workers;
use crate::store::Store;
use crate::verification::verifier::Verifier;

/// What the operations of a backend need.
#[derive(Debug, Clone)]
pub struct Backend {
    /// Records.
    pub store: Store,
    /// Time.
    pub clock: Clock,
    /// Access tokens.
    pub auth: Auth,
    /// Life of an unfinished session, in milliseconds.
    pub session_life_ms: i64,
    /// Whether webhooks may have addresses inside the server's own network.
    pub webhook_allow_private: bool,
}

/// What the SDK operations of a browser need.
#[derive(Debug, Clone)]
pub struct Sdk {
    /// Records.
    pub store: Store,
    /// Time.
    pub clock: Clock,
    /// Access tokens.
    pub auth: Auth,
    /// Permits for decoding uploads.
    pub workers: Workers,
    /// Finalization.
    pub verifier: Verifier,
    /// Whether a proxy reports the caller's address.
    pub trust_proxy: TrustProxy,
    /// Whether a liveness image may be sent again in another session.
    pub replays_allowed: bool,
}
