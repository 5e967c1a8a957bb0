//! What each liveness session asks for, so that the frames that come can be compared with it.

use kyc_capture::core::liveness::steps::ActiveStep;

use super::db::{Connection, OptionalExtension, params};
use super::error::StoreError;
use crate::random;

/// What a liveness session asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Challenge {
    token_hash: random::Hash,
    /// The movements in order, for each draw that the person has; none where liveness is passive.
    pub draws: Vec<Vec<ActiveStep>>,
}

impl Challenge {
    /// Whether that token opened it.
    pub fn is_of(&self, token: &str) -> bool {
        // Hashes: what a comparison's time reports of them is worth nothing.
        random::same(&self.token_hash, &random::hash(token.as_bytes()))
    }
}

/// Keeps what the liveness session of a token asks for, in place of an earlier one.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn open(
    c: &Connection,
    session_id: &str,
    token: &str,
    draws: &[Vec<ActiveStep>],
    now_ms: i64,
) -> Result<(), StoreError> {
    let text = serde_json::to_string(draws).map_err(|_| StoreError::Internal("the movements cannot be written"))?;
    c.execute(
        "INSERT INTO liveness_challenge (session_id, token_hash, draws, created_ms) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (session_id) DO UPDATE
         SET token_hash = excluded.token_hash, draws = excluded.draws, created_ms = excluded.created_ms",
        params![session_id, random::hash(token.as_bytes()), text, now_ms],
    )?;
    Ok(())
}

/// What the newest liveness session asks for; `None` where there was none.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn read(c: &Connection, session_id: &str) -> Result<Option<Challenge>, StoreError> {
    let row: Option<(random::Hash, String)> = c
        .query_row(
            "SELECT token_hash, draws FROM liveness_challenge WHERE session_id = ?1",
            params![session_id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    row.map(|(token_hash, draws)| {
        let draws = serde_json::from_str(&draws).map_err(|_| StoreError::Internal("stored movements are none"))?;
        Ok(Challenge { token_hash, draws })
    })
    .transpose()
}

/// Lets it go.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn remove(c: &Connection, session_id: &str) -> Result<(), StoreError> {
    c.execute("DELETE FROM liveness_challenge WHERE session_id = ?1", params![session_id])?;
    Ok(())
}
