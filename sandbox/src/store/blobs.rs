//! Binary content (images, videos, files), each under an id of its own. Other tables keep the id.
//!
//! A row that names one may go with its session by `ON DELETE CASCADE`; its content does not go by itself, so whoever
//! removes such rows asks for the ids first, and deletes them here in the same transaction.
//!
//! Content is in the database, or outside of it ([`BlobStore`]): there it is complete before the row that names it is
//! committed, and goes after the row's removal was. What could not go then, or was left by a process that ended in
//! between, is removed by the background work and at the next start.

use std::time::{Duration, SystemTime};

use super::blob_store::BlobStore;
use super::blob_transaction::refused;
use super::db::{Connection, OptionalExtension, ToSql, params};
use super::error::StoreError;
use super::scrub;
use crate::random;

/// Stores content; returns its id.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn put(c: &Connection, bytes: &[u8]) -> Result<String, StoreError> {
    let id = random::uuid()?;
    let inside = match c.blobs().shared.external.get() {
        None => Some(bytes),
        Some(external) => {
            c.blobs().put.borrow_mut().push(id.clone());
            external.put(&id, bytes).map_err(refused)?;
            None
        }
    };
    c.execute("INSERT INTO blob (blob_id, size, bytes) VALUES (?1, ?2, ?3)", params![id, bytes.len(), inside])?;
    Ok(id)
}

/// The content; `None` where there is none of that id.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn read(c: &Connection, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT bytes FROM blob WHERE blob_id = ?1";
    let row = c.query_row(sql, params![id], |row| row.get::<Option<Vec<u8>>>(0)).optional()?;
    match (row, c.blobs().shared.external.get()) {
        (None, _) => Ok(None),
        (Some(Some(bytes)), _) => Ok(Some(bytes)),
        (Some(None), Some(external)) => external.read(id).map_err(refused),
        (Some(None), None) => {
            Err(StoreError::Internal("content is in an external store, and the server was not given its location"))
        }
    }
}

/// Removes content; it is no error where there is none.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn delete(c: &Connection, id: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM blob WHERE blob_id = ?1 RETURNING bytes IS NULL";
    let outside = c.query_row(sql, params![id], |row| row.get::<bool>(0)).optional()?;
    match outside {
        Some(true) => {
            c.execute("INSERT INTO blob_removal (blob_id) VALUES (?1) ON CONFLICT DO NOTHING", params![id])?;
            c.blobs().removed.borrow_mut().push(id.to_owned());
        }
        // The log still has it.
        Some(false) => scrub::note_scrubbed(false),
        None => {}
    }
    Ok(())
}

/// Removes the content that `sql`, a query of ids, names by its values.
pub(super) fn delete_named(c: &Connection, sql: &str, values: &[&dyn ToSql]) -> Result<(), StoreError> {
    for id in c.query(sql, values, |row| row.get::<String>(0))? {
        delete(c, &id)?;
    }
    Ok(())
}

pub(super) fn remove_from(external: &dyn BlobStore, id: &str) -> Result<(), StoreError> {
    external.delete(id).map_err(refused)
}

pub(super) fn note_removed(c: &Connection, id: &str) -> Result<(), StoreError> {
    c.execute("DELETE FROM blob_removal WHERE blob_id = ?1", params![id])?;
    Ok(())
}

/// Whether content is outside whose row is gone.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn any_owed(c: &Connection) -> Result<bool, StoreError> {
    Ok(c.exists("SELECT 1 FROM blob_removal LIMIT 1", params![])?)
}

/// How many removals are read at once.
const OWED_PAGE: u32 = 500;

/// Some of the content that is outside and whose row is gone: those after `after`, in order of their ids.
pub(super) fn owed(c: &Connection, after: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT blob_id FROM blob_removal WHERE blob_id > ?1 ORDER BY blob_id LIMIT ?2";
    Ok(c.query(sql, params![after, OWED_PAGE], |row| row.get(0))?)
}

/// Content without a row may be another process's, whose transaction is not over: only old content is an orphan.
const ORPHAN_AGE: Duration = Duration::from_secs(3_600);

/// All that is outside for so long that no transaction waits for it any more.
pub(super) fn old_of(external: &dyn BlobStore, now: SystemTime) -> Result<Vec<String>, StoreError> {
    let old = |changed| now.duration_since(changed).is_ok_and(|age| age >= ORPHAN_AGE);
    let found = external.list().map_err(refused)?;
    Ok(found.into_iter().filter(|(_, changed)| old(*changed)).map(|(id, _)| id).collect())
}

/// Those that have no row.
pub(super) fn orphans(c: &Connection, ids: Vec<String>) -> Result<Vec<String>, StoreError> {
    let mut orphans = Vec::new();
    for id in ids {
        if !c.exists("SELECT 1 FROM blob WHERE blob_id = ?1", params![id])? {
            orphans.push(id);
        }
    }
    Ok(orphans)
}
