//! Binary content (pictures, videos, files), each under an id of its own. Other tables keep the id.
//!
//! A row that names one may go with its session by `ON DELETE CASCADE`; its content does not go by itself, so whoever
//! removes such rows asks for the ids first, and deletes them here in the same transaction.
//!
//! Content stands in the database, or outside of it ([`BlobStore`]): there it is complete before the row that names it is
//! committed, and goes after the row's removal was. What could not go then, or was left by a process that ended in between, is
//! removed by the background work and at the next start.

use std::cell::RefCell;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use super::blob_store::BlobStore;
use super::db::{Connection, OptionalExtension, ToSql, params};
use super::removal;
use crate::http::errors::ApiError;
use crate::random;

/// Stores content; returns its id.
pub fn put(c: &Connection, bytes: &[u8]) -> Result<String, ApiError> {
    let id = random::uuid()?;
    let inside = match c.content().outside.get() {
        None => Some(bytes),
        Some(outside) => {
            c.content().put.borrow_mut().push(id.clone());
            outside.put(&id, bytes).map_err(refused)?;
            None
        }
    };
    c.execute("INSERT INTO blob (blob_id, size, bytes) VALUES (?1, ?2, ?3)", params![id, bytes.len(), inside])?;
    Ok(id)
}

/// The content; `None` where there is none of that id.
pub fn read(c: &Connection, id: &str) -> Result<Option<Vec<u8>>, ApiError> {
    let sql = "SELECT bytes FROM blob WHERE blob_id = ?1";
    let row = c.query_row(sql, params![id], |row| row.get::<Option<Vec<u8>>>(0)).optional()?;
    match (row, c.content().outside.get()) {
        (None, _) => Ok(None),
        (Some(Some(bytes)), _) => Ok(Some(bytes)),
        (Some(None), Some(outside)) => outside.read(id).map_err(refused),
        (Some(None), None) => Err(ApiError::internal("content stands outside, and the server was not told where")),
    }
}

/// Removes content; it is no error where there is none.
pub fn delete(c: &Connection, id: &str) -> Result<(), ApiError> {
    let sql = "DELETE FROM blob WHERE blob_id = ?1 RETURNING bytes IS NULL";
    let outside = c.query_row(sql, params![id], |row| row.get::<bool>(0)).optional()?;
    match outside {
        Some(true) => {
            c.execute("INSERT INTO blob_removal (blob_id) VALUES (?1) ON CONFLICT DO NOTHING", params![id])?;
            c.content().removed.borrow_mut().push(id.to_owned());
        }
        // The log still has it.
        Some(false) => removal::note_scrubbed(false),
        None => {}
    }
    Ok(())
}

/// Removes the content that `sql`, a query of ids, names by its values.
pub(super) fn delete_named(c: &Connection, sql: &str, values: &[&dyn ToSql]) -> Result<(), ApiError> {
    for id in c.query(sql, values, |row| row.get::<String>(0))? {
        delete(c, &id)?;
    }
    Ok(())
}

fn refused(e: io::Error) -> ApiError {
    // Its kind alone: its message may name a path.
    eprintln!("images: {}", e.kind());
    ApiError::unavailable()
}

/// Where content stands, once it is known; none of a store's connections begins before.
pub(super) type Outside = Arc<OnceLock<Arc<dyn BlobStore>>>;

/// What a transaction does outside of the database.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) outside: Outside,
    put: RefCell<Vec<String>>,
    removed: RefCell<Vec<String>>,
}

impl Content {
    /// Of a connection whose content stands there.
    pub(super) fn of(outside: &Outside) -> Self {
        Self { outside: Arc::clone(outside), ..Self::default() }
    }

    /// Forgets what an earlier transaction did.
    pub(super) fn begin(&self) {
        self.put.borrow_mut().clear();
        self.removed.borrow_mut().clear();
    }

    /// The transaction was undone: what it put outside goes. Where that fails, it is an orphan at a later start.
    pub(super) fn undone(&self) {
        let put = std::mem::take(&mut *self.put.borrow_mut());
        if let Some(outside) = self.outside.get() {
            for id in put {
                let _ = outside.delete(&id);
            }
        }
    }
}

/// The transaction was committed: what it removed goes outside as well. Where that fails, it is owed.
pub(super) fn committed(c: &Connection) {
    let removed = std::mem::take(&mut *c.content().removed.borrow_mut());
    if let Some(outside) = c.content().outside.get() {
        for id in removed {
            let _ = remove_from(outside.as_ref(), &id).and_then(|()| note_removed(c, &id));
        }
    }
}

pub(super) fn remove_from(outside: &dyn BlobStore, id: &str) -> Result<(), ApiError> {
    outside.delete(id).map_err(refused)
}

pub(super) fn note_removed(c: &Connection, id: &str) -> Result<(), ApiError> {
    c.execute("DELETE FROM blob_removal WHERE blob_id = ?1", params![id])?;
    Ok(())
}

/// Whether content stands outside whose row is gone.
pub fn any_owed(c: &Connection) -> Result<bool, ApiError> {
    Ok(c.exists("SELECT 1 FROM blob_removal LIMIT 1", params![])?)
}

/// The content that stands outside and whose row is gone.
pub(super) fn owed(c: &Connection) -> Result<Vec<String>, ApiError> {
    Ok(c.query("SELECT blob_id FROM blob_removal", params![], |row| row.get(0))?)
}

/// Content without a row may be another process's, whose transaction is not over: only old content is an orphan.
const ORPHAN_AGE: Duration = Duration::from_secs(3_600);

/// All that stands outside for so long that no transaction waits for it any more.
pub(super) fn old_of(outside: &dyn BlobStore, now: SystemTime) -> Result<Vec<String>, ApiError> {
    let old = |changed| now.duration_since(changed).is_ok_and(|age| age >= ORPHAN_AGE);
    let found = outside.list().map_err(refused)?;
    Ok(found.into_iter().filter(|(_, changed)| old(*changed)).map(|(id, _)| id).collect())
}

/// Those that have no row.
pub(super) fn orphans(c: &Connection, ids: Vec<String>) -> Result<Vec<String>, ApiError> {
    let mut orphans = Vec::new();
    for id in ids {
        if !c.exists("SELECT 1 FROM blob WHERE blob_id = ?1", params![id])? {
            orphans.push(id);
        }
    }
    Ok(orphans)
}
