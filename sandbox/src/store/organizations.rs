//! Organizations: the callers of the backend operations, by API key; what is open to them, and what they asked for.

use kyc_capture::api::biometric::access::AccessError;
use kyc_capture::api::biometric::mrz::{MrzError, SessionStatus};

use super::audit;
use super::db::{Connection, OptionalExtension, params};
use super::error::StoreError;
use crate::random;

/// The technology of reading machine-readable zones.
pub const MRZ: &str = "mrz";
/// The technology of keeping persons; the attempts of its subscription are how many persons there may be.
pub const PERSONS: &str = "persons";
/// The technology of asking the State Database of Individuals.
pub const GBDFL: &str = "gbdfl";

/// The key of the organization that `--demo` seeds, so that an example can be pasted into a shell. As long as real ones
/// are.
pub const DEMO_API_KEY: &str = "demo-organization-api-key-for-a-sandbox-on-localhost";

/// A time in which a technology may be used, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subscription {
    /// When it begins, milliseconds since 1970.
    pub starts_ms: i64,
    /// When it ends.
    pub ends_ms: i64,
    /// Attempts in all.
    pub max_attempts: u32,
}

/// Why a technology is not open to an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpen {
    /// It was never opened.
    NoAccess,
    /// It is not paid for.
    Subscription(AccessError),
}

/// Adds an organization, or gives an existing one a new key.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn add(c: &Connection, id: &str, key: &str, now_ms: i64) -> Result<(), StoreError> {
    c.execute(
        "INSERT INTO organization (organization_id, key_hash, created_ms) VALUES (?1, ?2, ?3)
         ON CONFLICT (organization_id) DO UPDATE SET key_hash = excluded.key_hash",
        params![id, random::hash(key.as_bytes()), now_ms],
    )?;
    Ok(())
}

/// Opens a technology to an organization.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn allow(c: &Connection, id: &str, technology: &str) -> Result<(), StoreError> {
    c.execute(
        "INSERT INTO technology_access (organization_id, technology) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![id, technology],
    )?;
    Ok(())
}

/// Replaces an organization's subscriptions of a technology by this one, or by none.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn subscribe(
    c: &Connection,
    id: &str,
    technology: &str,
    subscription: Option<&Subscription>,
) -> Result<(), StoreError> {
    c.execute("DELETE FROM subscription WHERE organization_id = ?1 AND technology = ?2", params![id, technology])?;
    if let Some(s) = subscription {
        c.execute(
            "INSERT INTO subscription (organization_id, technology, starts_ms, ends_ms, max_attempts)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id, technology, s.starts_ms, s.ends_ms, s.max_attempts],
        )?;
    }
    Ok(())
}

/// The organization that a key belongs to. Hashes are compared, so timing says nothing of use about the key.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn of_key(c: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT organization_id FROM organization WHERE key_hash = ?1";
    let found: Option<String> = c.query_row(sql, params![random::hash(key.as_bytes())], |row| row.get(0)).optional()?;
    if let Some(id) = &found {
        audit::by(c, "organization", id);
    }
    Ok(found)
}

/// The subscription by which an organization may use a technology now, by the documented rules.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn subscription(
    c: &Connection,
    id: &str,
    technology: &str,
    now_ms: i64,
) -> Result<Result<Subscription, NotOpen>, StoreError> {
    let access = "SELECT 1 FROM technology_access WHERE organization_id = ?1 AND technology = ?2";
    if !c.exists(access, params![id, technology])? {
        return Ok(Err(NotOpen::NoAccess));
    }
    if !c.exists("SELECT 1 FROM subscription WHERE organization_id = ?1", params![id])? {
        return Ok(Err(NotOpen::Subscription(AccessError::None)));
    }
    // The one that is running, or the next to come.
    let next = c
        .query_row(
            "SELECT starts_ms, ends_ms, max_attempts FROM subscription
             WHERE organization_id = ?1 AND technology = ?2 AND ends_ms > ?3 ORDER BY starts_ms LIMIT 1",
            params![id, technology, now_ms],
            |row| Ok(Subscription { starts_ms: row.get(0)?, ends_ms: row.get(1)?, max_attempts: row.get(2)? }),
        )
        .optional()?;
    Ok(match next {
        None => Err(NotOpen::Subscription(AccessError::NoneForTechnology)),
        Some(next) if next.starts_ms > now_ms => Err(NotOpen::Subscription(AccessError::NotStarted)),
        Some(running) => Ok(running),
    })
}

/// Begins a session of a technology, which counts as an attempt, where the organization may use it and has attempts
/// left.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn begin(
    c: &Connection,
    id: &str,
    technology: &str,
    session_id: &str,
    now_ms: i64,
) -> Result<Result<(), MrzError>, StoreError> {
    let subscription = match subscription(c, id, technology, now_ms)? {
        Ok(subscription) => subscription,
        Err(NotOpen::NoAccess) => return Ok(Err(MrzError::NoAccess)),
        Err(NotOpen::Subscription(AccessError::NotStarted)) => return Ok(Err(MrzError::SubscriptionNotStarted)),
        Err(NotOpen::Subscription(AccessError::NoneForTechnology)) => {
            return Ok(Err(MrzError::NoSubscriptionForTechnology));
        }
        Err(NotOpen::Subscription(AccessError::None)) => return Ok(Err(MrzError::NoSubscription)),
    };
    let used: u32 = c.query_row(
        "SELECT count(*) FROM backend_session WHERE organization_id = ?1 AND technology = ?2 AND created_ms >= ?3",
        params![id, technology, subscription.starts_ms],
        |row| row.get(0),
    )?;
    if used >= subscription.max_attempts {
        return Ok(Err(MrzError::AttemptsExceeded));
    }
    c.execute(
        "INSERT INTO backend_session (backend_session_id, organization_id, technology, status, created_ms)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![session_id, id, technology, SessionStatus::Created.as_str(), now_ms],
    )?;
    audit::about(c, "backend session", session_id);
    Ok(Ok(()))
}

/// Writes down what came of a session.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn end(
    c: &Connection,
    session_id: &str,
    status: &SessionStatus,
    failure_reason: Option<&str>,
) -> Result<(), StoreError> {
    c.execute(
        "UPDATE backend_session SET status = ?2, failure_reason = ?3 WHERE backend_session_id = ?1",
        params![session_id, status.as_str(), failure_reason],
    )?;
    audit::about(c, "backend session", session_id);
    Ok(())
}
