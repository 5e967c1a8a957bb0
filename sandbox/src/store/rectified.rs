//! The documents that finalization cut out of a session's images.

use super::blobs;
use super::db::{Connection, OptionalExtension, params};
use super::error::StoreError;
use super::image_kind::Kind;

/// A document alone, upright, as JPEG.
#[derive(Debug, Clone, PartialEq)]
pub struct Rectified {
    /// The file.
    pub bytes: Vec<u8>,
    /// Pixels per row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Dots per inch.
    pub dpi: f64,
}

/// Stores the document of one side.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn insert(c: &Connection, session_id: &str, side: Kind, r: &Rectified) -> Result<(), StoreError> {
    let blob_id = blobs::put(c, &r.bytes)?;
    c.execute(
        "INSERT INTO rectified (session_id, side, blob_id, width, height, dpi) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![session_id, side.name(), blob_id, r.width, r.height, r.dpi],
    )?;
    Ok(())
}

/// The document of one side; `None` before finalization, and where its outline was not found.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn read(c: &Connection, session_id: &str, side: Kind) -> Result<Option<Rectified>, StoreError> {
    let sql = "SELECT blob_id, width, height, dpi FROM rectified WHERE session_id = ?1 AND side = ?2";
    let found = c
        .query_row(sql, params![session_id, side.name()], |row| {
            let document = Rectified { bytes: Vec::new(), width: row.get(1)?, height: row.get(2)?, dpi: row.get(3)? };
            Ok((row.get::<String>(0)?, document))
        })
        .optional()?;
    let Some((blob_id, document)) = found else { return Ok(None) };
    let bytes = blobs::read(c, &blob_id)?.ok_or(StoreError::Internal("a stored document is gone"))?;
    Ok(Some(Rectified { bytes, ..document }))
}

/// Removes both sides' documents.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn remove(c: &Connection, session_id: &str) -> Result<(), StoreError> {
    blobs::delete_named(c, "SELECT blob_id FROM rectified WHERE session_id = ?1", params![session_id])?;
    c.execute("DELETE FROM rectified WHERE session_id = ?1", params![session_id])?;
    Ok(())
}
