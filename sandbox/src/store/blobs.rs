//! Binary content (pictures, videos, files), each under an id of its own. Other tables keep the id.
//!
//! A row that names one may go with its session by `ON DELETE CASCADE`; its content does not go by itself, so whoever
//! removes such rows asks for the ids first, and deletes them here in the same transaction.

use super::db::{Connection, OptionalExtension, params};
use crate::errors::ApiError;
use crate::random;

/// Stores content; returns its id.
pub fn put(c: &Connection, bytes: &[u8]) -> Result<String, ApiError> {
    let id = random::uuid()?;
    c.execute("INSERT INTO blob (blob_id, size, bytes) VALUES (?1, ?2, ?3)", params![id, bytes.len(), bytes])?;
    Ok(id)
}

/// The content; `None` where there is none of that id.
pub fn read(c: &Connection, id: &str) -> Result<Option<Vec<u8>>, ApiError> {
    Ok(c.query_row("SELECT bytes FROM blob WHERE blob_id = ?1", params![id], |row| row.get(0)).optional()?)
}

/// Removes content; it is no error where there is none.
pub fn delete(c: &Connection, id: &str) -> Result<(), ApiError> {
    c.execute("DELETE FROM blob WHERE blob_id = ?1", params![id])?;
    Ok(())
}

/// Removes the content that `sql`, a query of ids, names by its values.
pub(super) fn delete_named(c: &Connection, sql: &str, values: &[&dyn super::db::ToSql]) -> Result<(), ApiError> {
    for id in c.query(sql, values, |row| row.get::<String>(0))? {
        delete(c, &id)?;
    }
    Ok(())
}
