//! The images of a session, exactly as they came.

use kyc_capture::api::kyc::enums::StorageFileType;

use super::blobs;
use super::db::{Connection, OptionalExtension, params};
use super::error::StoreError;
pub use super::image_kind::Kind;
use super::rectified;
use crate::random::{self, Hash};

/// Where the device says that it is, as it was sent.
#[derive(Debug, Clone)]
pub struct Place {
    /// Degrees north.
    pub latitude: String,
    /// Degrees east.
    pub longitude: String,
}

/// Stores the images of one kind in place of those stored before.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn replace(
    c: &Connection,
    session_id: &str,
    kind: Kind,
    images: &[Vec<u8>],
    place: &Place,
    now_ms: i64,
) -> Result<(), StoreError> {
    remove(c, session_id, kind)?;
    for (position, bytes) in (0i64..).zip(images) {
        let blob_id = blobs::put(c, bytes)?;
        c.execute(
            "INSERT INTO image (session_id, kind, position, blob_id, sha256, latitude, longitude, received_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                session_id,
                kind.name(),
                position,
                blob_id,
                random::hash(bytes),
                place.latitude,
                place.longitude,
                now_ms
            ],
        )?;
    }
    Ok(())
}

/// Notes the address that the images of one kind came from.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn set_address(c: &Connection, session_id: &str, kind: Kind, address: Option<&str>) -> Result<(), StoreError> {
    let sql = "UPDATE image SET address = ?3 WHERE session_id = ?1 AND kind = ?2";
    c.execute(sql, params![session_id, kind.name(), address])?;
    Ok(())
}

/// Notes which stored file a liveness image is, once that is known.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn set_file_type(
    c: &Connection,
    session_id: &str,
    position: usize,
    file_type: &StorageFileType,
) -> Result<(), StoreError> {
    let sql = "UPDATE image SET file_type = ?3 WHERE session_id = ?1 AND kind = 'liveness' AND position = ?2";
    c.execute(sql, params![session_id, position, file_type.as_str()])?;
    Ok(())
}

/// Where the images of one kind were taken, by the device's word, and the address that they came from.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn taken_at(c: &Connection, session_id: &str, kind: Kind) -> Result<Option<(Place, Option<String>)>, StoreError> {
    let sql = "SELECT latitude, longitude, address FROM image WHERE session_id = ?1 AND kind = ?2
               ORDER BY position LIMIT 1";
    let found = c.query_row(sql, params![session_id, kind.name()], |row| {
        Ok((Place { latitude: row.get(0)?, longitude: row.get(1)? }, row.get(2)?))
    });
    Ok(found.optional()?)
}

/// The image of one kind that is that stored file. Of liveness images, the one that was noted as such; where none was,
/// the first, which is the best, is the selfie and the one of passive liveness.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn read_as(
    c: &Connection,
    session_id: &str,
    kind: Kind,
    file_type: &StorageFileType,
) -> Result<Option<Vec<u8>>, StoreError> {
    let first = match kind {
        Kind::Front | Kind::Back => true,
        Kind::Liveness => matches!(file_type, StorageFileType::Selfie | StorageFileType::LivenessPassive),
    };
    let noted = "SELECT blob_id FROM image WHERE session_id = ?1 AND kind = ?2 AND file_type = ?3
                 ORDER BY position LIMIT 1";
    let mut found = c
        .query_row(noted, params![session_id, kind.name(), file_type.as_str()], |row| row.get::<String>(0))
        .optional()?;
    if found.is_none() && first {
        let sql = "SELECT blob_id FROM image WHERE session_id = ?1 AND kind = ?2 ORDER BY position LIMIT 1";
        found = c.query_row(sql, params![session_id, kind.name()], |row| row.get(0)).optional()?;
    }
    found.map_or(Ok(None), |id| blobs::read(c, &id))
}

/// The images of one kind, in the order in which they came.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn read(c: &Connection, session_id: &str, kind: Kind) -> Result<Vec<Vec<u8>>, StoreError> {
    let sql = "SELECT blob_id FROM image WHERE session_id = ?1 AND kind = ?2 ORDER BY position";
    let ids = c.query(sql, params![session_id, kind.name()], |row| row.get::<String>(0))?;
    let one = |id: &String| blobs::read(c, id)?.ok_or(StoreError::Internal("a stored image is gone"));
    ids.iter().map(one).collect()
}

/// Removes the images of one kind; returns how many there were.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn remove(c: &Connection, session_id: &str, kind: Kind) -> Result<usize, StoreError> {
    let of_kind = params![session_id, kind.name()];
    blobs::delete_named(c, "SELECT blob_id FROM image WHERE session_id = ?1 AND kind = ?2", of_kind)?;
    Ok(c.execute("DELETE FROM image WHERE session_id = ?1 AND kind = ?2", of_kind)?)
}

/// Removes everything that shows the person or the document: the images, and what finalization cut out of them.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn remove_all(c: &Connection, session_id: &str) -> Result<(), StoreError> {
    for kind in [Kind::Front, Kind::Back, Kind::Liveness] {
        remove(c, session_id, kind)?;
    }
    rectified::remove(c, session_id)
}

/// Whether another session was given this very image as a side of a document.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn is_duplicate(c: &Connection, session_id: &str, sha256: &Hash) -> Result<bool, StoreError> {
    Ok(c.query_row(
        "SELECT EXISTS (SELECT 1 FROM image WHERE sha256 = ?1 AND kind IN ('front', 'back') AND session_id <> ?2)",
        params![sha256, session_id],
        |row| row.get(0),
    )?)
}

/// Whether another session, of IDV or of IDA, was given this very image as a liveness frame.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn is_replayed(c: &Connection, session_id: &str, sha256: &Hash) -> Result<bool, StoreError> {
    Ok(c.query_row(
        "SELECT EXISTS (SELECT 1 FROM image WHERE sha256 = ?1 AND kind = 'liveness' AND session_id <> ?2)
             OR EXISTS (SELECT 1 FROM ida_image WHERE sha256 = ?1 AND session_id <> ?2)",
        params![sha256, session_id],
        |row| row.get(0),
    )?)
}
