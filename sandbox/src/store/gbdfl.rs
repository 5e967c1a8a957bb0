//! The sessions that GBDFL asks for: those from which faces were taken, and Face2Face between them.

use super::audit;
use super::db::{Connection, OptionalExtension, params};
use super::error::StoreError;
use crate::random;

/// A session of Liveness, E-Document or another technology.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its UUID.
    pub id: String,
    /// The technology's code.
    pub technology: String,
    /// As `COMPLETED`.
    pub status: String,
    /// When it was begun.
    pub created_ms: i64,
    /// When it came to its status.
    pub updated_ms: i64,
}

/// A Face2Face session.
#[derive(Debug, Clone, PartialEq)]
pub struct Face2Face {
    /// Its UUID.
    pub id: String,
    /// How alike the faces are, 0 to 1; none where it came to no result.
    pub prediction: Option<f64>,
    /// Where the faces are from.
    pub sources: [Option<Source>; 2],
}

/// Stores a source under a new id, which is returned.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn add_source(
    c: &Connection,
    organization: &str,
    technology: &str,
    status: &str,
    at_ms: i64,
) -> Result<String, StoreError> {
    let id = random::uuid()?;
    c.execute(
        "INSERT INTO gbdfl_source (session_id, organization_id, technology, status, created_ms, updated_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        params![id, organization, technology, status, at_ms],
    )?;
    audit::about(c, "gbdfl source", &id);
    Ok(id)
}

/// Stores a Face2Face session under a new id, which is returned; `None` where a source is not the organization's.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn add_face2face(
    c: &Connection,
    organization: &str,
    prediction: Option<f64>,
    sources: [Option<&str>; 2],
    now_ms: i64,
) -> Result<Option<String>, StoreError> {
    for source in sources.into_iter().flatten() {
        if source_of(c, organization, source)?.is_none() {
            return Ok(None);
        }
    }
    let id = random::uuid()?;
    c.execute(
        "INSERT INTO gbdfl_face2face (session_id, organization_id, prediction, source_1, source_2, created_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![id, organization, prediction, sources[0], sources[1], now_ms],
    )?;
    audit::about(c, "face2face", &id);
    Ok(Some(id))
}

/// The organization's Face2Face session of that id, with its sources.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn face2face(c: &Connection, organization: &str, id: &str) -> Result<Option<Face2Face>, StoreError> {
    let row = c
        .query_row(
            "SELECT prediction, source_1, source_2 FROM gbdfl_face2face WHERE session_id = ?1 AND organization_id = ?2",
            params![id, organization],
            |row| Ok((row.get::<Option<f64>>(0)?, [row.get::<Option<String>>(1)?, row.get::<Option<String>>(2)?])),
        )
        .optional()?;
    let Some((prediction, ids)) = row else { return Ok(None) };
    let mut sources = [None, None];
    for (source, id) in sources.iter_mut().zip(ids) {
        if let Some(id) = id {
            *source = source_of(c, organization, &id)?;
        }
    }
    Ok(Some(Face2Face { id: id.to_owned(), prediction, sources }))
}

fn source_of(c: &Connection, organization: &str, id: &str) -> Result<Option<Source>, StoreError> {
    Ok(c.query_row(
        "SELECT session_id, technology, status, created_ms, updated_ms FROM gbdfl_source
         WHERE session_id = ?1 AND organization_id = ?2",
        params![id, organization],
        |row| {
            Ok(Source {
                id: row.get(0)?,
                technology: row.get(1)?,
                status: row.get(2)?,
                created_ms: row.get(3)?,
                updated_ms: row.get(4)?,
            })
        },
    )
    .optional()?)
}
