//! Binary content (pictures, videos, files), each under an id of its own. Other tables keep the id.
//!
//! A row that names one may go with its session by `ON DELETE CASCADE`; its content does not go by itself, so whoever
//! removes such rows asks for the ids first, and deletes them here in the same transaction.
//!
//! Content stands in the database, or outside of it ([`BlobStore`]): there it is complete before the row that names it is
//! committed, and goes after the row's removal was. Should the process end in between, [`sweep`] tidies up at the next start.

use std::cell::RefCell;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use super::blob_store::BlobStore;
use super::db::{self, Connection, OptionalExtension, ToSql, params};
use crate::errors::ApiError;
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
    if outside == Some(true) {
        c.execute("INSERT INTO blob_removal (blob_id) VALUES (?1) ON CONFLICT DO NOTHING", params![id])?;
        c.content().removed.borrow_mut().push(id.to_owned());
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

    /// The transaction was undone: what it put outside goes. Where that fails, it is swept later.
    pub(super) fn undone(&self) {
        let put = std::mem::take(&mut *self.put.borrow_mut());
        if let Some(outside) = self.outside.get() {
            for id in put {
                let _ = outside.delete(&id);
            }
        }
    }
}

/// The transaction was committed: what it removed goes outside as well. Where that fails, it is swept later.
pub(super) fn committed(c: &Connection) {
    let removed = std::mem::take(&mut *c.content().removed.borrow_mut());
    if let Some(outside) = c.content().outside.get() {
        for id in removed {
            let _ = remove_outside(c, outside.as_ref(), &id);
        }
    }
}

fn remove_outside(c: &Connection, outside: &dyn BlobStore, id: &str) -> Result<(), ApiError> {
    outside.delete(id).map_err(refused)?;
    c.execute("DELETE FROM blob_removal WHERE blob_id = ?1", params![id])?;
    Ok(())
}

/// Content without a row may be another process's, whose transaction is not over: only old content is an orphan.
const ORPHAN_AGE: Duration = Duration::from_secs(3_600);

/// Removes what a process that ended early has left: content whose row is gone, and content that never had one.
pub(super) fn sweep(c: &Connection, now: SystemTime) -> Result<(), ApiError> {
    let Some(outside) = c.content().outside.get() else { return Ok(()) };
    for id in c.query("SELECT blob_id FROM blob_removal", params![], |row| row.get::<String>(0))? {
        remove_outside(c, outside.as_ref(), &id)?;
    }
    for (id, changed) in outside.list().map_err(refused)? {
        let old = now.duration_since(changed).is_ok_and(|age| age >= ORPHAN_AGE);
        if old && !has_row(c, &id)? {
            outside.delete(&id).map_err(refused)?;
        }
    }
    Ok(())
}

fn has_row(c: &Connection, id: &str) -> db::Result<bool> {
    c.exists("SELECT 1 FROM blob WHERE blob_id = ?1", params![id])
}
