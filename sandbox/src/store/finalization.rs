//! Binds a verdict to the state that it judged.
//!
//! A session has a revision, which each change of consent, document type, images or liveness challenge raises.
//! Finalization notes the revision that it reads, keeps the session from changing while it computes, and records its
//! verdict only if the revision is still the same. The lock is a courtesy to the caller (a typed 409 at once); the
//! revision alone keeps the verdict and the stored images together, also with several instances on one database and
//! after a crash.

use super::db::{Connection, OptionalExtension, params};
use super::error::StoreError;

/// How long a session takes no changes after its finalization was last heard of, in milliseconds. Longer than a verdict
/// waits for its turn on a busy server; a process that ends in between leaves the session locked no longer than this.
const LEASE_MS: i64 = 15 * 60_000;

/// The tables of sessions that are finalized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionTable {
    /// Identity verification.
    Idv,
    /// Identity authentication.
    Ida,
}

impl SessionTable {
    fn name(self) -> &'static str {
        match self {
            Self::Idv => "session",
            Self::Ida => "ida_session",
        }
    }
}

/// Starts a change of what finalization judges: locks the session's row until the transaction ends and raises its
/// revision.
///
/// # Errors
/// 404; 409 `session_complete`, `session_finalizing`.
pub fn begin_change(c: &Connection, table: SessionTable, session_id: &str, now_ms: i64) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE {} SET revision = revision + 1
         WHERE session_id = ?1 AND completed_ms IS NULL AND (finalizing_until_ms IS NULL OR finalizing_until_ms <= ?2)",
        table.name()
    );
    if c.execute(&sql, params![session_id, now_ms])? == 1 {
        return Ok(());
    }
    Err(if is_complete(c, table, session_id)? { StoreError::SessionComplete } else { StoreError::SessionFinalizing })
}

/// Raises the revision and unlocks the session: a finalization that is under way cannot record its verdict any more.
/// Locks the session's row until the transaction ends.
///
/// # Errors
/// 404.
pub fn abandon(c: &Connection, table: SessionTable, session_id: &str) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE {} SET revision = revision + 1, finalizing_until_ms = NULL WHERE session_id = ?1",
        table.name()
    );
    if c.execute(&sql, params![session_id])? == 1 { Ok(()) } else { Err(StoreError::SessionNotFound) }
}

/// Starts a finalization: the session takes no changes until it ends. Returns the revision that is judged.
///
/// # Errors
/// 404; 409 `session_complete`.
pub fn begin(c: &Connection, table: SessionTable, session_id: &str, now_ms: i64) -> Result<i64, StoreError> {
    let sql = format!(
        "UPDATE {} SET finalizing_until_ms = ?2 WHERE session_id = ?1 AND completed_ms IS NULL RETURNING revision",
        table.name()
    );
    match c.query_row(&sql, params![session_id, now_ms + LEASE_MS], |row| row.get(0)).optional()? {
        Some(revision) => Ok(revision),
        None => is_complete(c, table, session_id).and(Err(StoreError::SessionComplete)),
    }
}

/// Goes on with a finalization whose turn has come.
///
/// # Errors
/// 409 `session_changed` if the session is not at that revision any more, or is complete.
pub fn renew(
    c: &Connection,
    table: SessionTable,
    session_id: &str,
    revision: i64,
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE {} SET finalizing_until_ms = ?3 WHERE session_id = ?1 AND revision = ?2 AND completed_ms IS NULL",
        table.name()
    );
    let renewed = c.execute(&sql, params![session_id, revision, now_ms + LEASE_MS])?;
    if renewed == 1 { Ok(()) } else { Err(StoreError::SessionChanged) }
}

/// Ends a finalization that came to no verdict: the session takes changes again.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn end(c: &Connection, table: SessionTable, session_id: &str, revision: i64) -> Result<(), StoreError> {
    let sql = format!("UPDATE {} SET finalizing_until_ms = NULL WHERE session_id = ?1 AND revision = ?2", table.name());
    c.execute(&sql, params![session_id, revision])?;
    Ok(())
}

fn is_complete(c: &Connection, table: SessionTable, session_id: &str) -> Result<bool, StoreError> {
    let sql = format!("SELECT completed_ms IS NOT NULL FROM {} WHERE session_id = ?1", table.name());
    let found = c.query_row(&sql, params![session_id], |row| row.get(0)).optional()?;
    found.ok_or(StoreError::SessionNotFound)
}
