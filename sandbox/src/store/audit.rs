//! The audit log: who changed something, by which operation, of which id, and when. An entry is written in the
//! transaction that makes the change, so there is no change without one and none without its change. It names clients,
//! organizations and ids; nothing of a person.
//!
//! A request is known to every piece of work that is done for it ([`during`]); who calls is noted where that is found
//! out. Work that no request asked for (deliveries, tidying up) has no entry.

use std::future::Future;
use std::sync::{Arc, PoisonError};

pub use super::audit_notes::Request;
use super::db::{self, Connection, params};
use crate::clock::Clock;

tokio::task_local! {
    static REQUEST: Arc<Request>;
}

/// Runs what answers a request.
pub async fn during<T>(request: Request, answer: impl Future<Output = T>) -> T {
    REQUEST.scope(Arc::new(request), answer).await
}

async fn carried_by<T>(request: Option<Arc<Request>>, work: impl Future<Output = T>) -> T {
    match request {
        Some(request) => REQUEST.scope(request, work).await,
        None => work.await,
    }
}

/// `work` for the request that the calling task answers, in a task of its own.
pub fn carried<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    carried_by(current(), work)
}

/// The request that the calling task answers.
pub(super) fn current() -> Option<Arc<Request>> {
    REQUEST.try_with(Arc::clone).ok()
}

/// Who calls, as noted by [`by`], of the request that the calling task answers.
pub fn caller() -> Option<String> {
    current()?.who.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Notes who calls: `client`, `organization` or `idngo`, and its id.
pub fn by(c: &Connection, kind: &str, id: &str) {
    if let Some(request) = &*c.audit().request.borrow() {
        *request.who.lock().unwrap_or_else(PoisonError::into_inner) = Some(format!("{kind} {id}"));
    }
}

/// Notes what is changed: its kind, as `session`, and its id.
pub fn about(c: &Connection, kind: &str, id: &str) {
    let subject = format!("{kind} {id}");
    let mut subjects = c.audit().subjects.borrow_mut();
    if !subjects.contains(&subject) {
        subjects.push(subject);
    }
}

/// Writes the entry of a transaction that changed something.
pub(super) fn write(c: &Connection) -> db::Result<()> {
    let notes = c.audit();
    let Some(request) = notes.request.borrow_mut().take().filter(|_| notes.changed.get()) else { return Ok(()) };
    let who = request.who.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let subjects = notes.subjects.take().join(", ");
    c.execute(
        "INSERT INTO audit (at_ms, who, action, subject) VALUES (?1, ?2, ?3, ?4)",
        params![Clock::default().now_ms(), who, request.action, subjects],
    )?;
    Ok(())
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number; later ones have greater ones.
    pub id: i64,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// `client …`, `organization …`, `idngo …`, `operator`, or empty where no one had to say who calls.
    pub who: String,
    /// The operation: method and route, or the operator's command.
    pub action: String,
    /// What was changed: kinds and ids, with commas between them; empty where it has no id.
    pub subject: String,
}

/// The entries after one, oldest first.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn read(c: &Connection, after_id: i64, limit: u32) -> db::Result<Vec<Entry>> {
    let sql = "SELECT audit_id, at_ms, coalesce(who, ''), action, subject FROM audit WHERE audit_id > ?1
               ORDER BY audit_id LIMIT ?2";
    c.query(sql, params![after_id, limit], |row| {
        Ok(Entry { id: row.get(0)?, at_ms: row.get(1)?, who: row.get(2)?, action: row.get(3)?, subject: row.get(4)? })
    })
}
