//! Clients (integrators) and the access tokens given to them.

use super::audit;
use super::db::{Connection, OptionalExtension, params};
use super::error::StoreError;
use super::ida;
use crate::random;

/// What an access token allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The client that it was given to.
    pub client_id: String,
    /// The one session that it is bound to, of IDV or of IDA; none for a backend's token.
    pub session_id: Option<String>,
    /// When it ends.
    pub expires_ms: i64,
}

/// Adds a client, or gives an existing one a new secret and revokes its access tokens, those of browsers included.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn renew(c: &Connection, client_id: &str, secret: &str, now_ms: i64) -> Result<(), StoreError> {
    c.execute("DELETE FROM token WHERE client_id = ?1", params![client_id])?;
    add(c, client_id, secret, now_ms)
}

/// Adds a client, or gives an existing one a new secret; its access tokens stay valid.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn add(c: &Connection, client_id: &str, secret: &str, now_ms: i64) -> Result<(), StoreError> {
    c.execute(
        "INSERT INTO client (client_id, secret_hash, created_ms) VALUES (?1, ?2, ?3)
         ON CONFLICT (client_id) DO UPDATE SET secret_hash = excluded.secret_hash",
        params![client_id, random::hash(secret.as_bytes()), now_ms],
    )?;
    audit::about(c, "client", client_id);
    Ok(())
}

/// Replaces the origins whose pages may call in a client's name.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn set_origins(c: &Connection, client_id: &str, origins: &[String]) -> Result<(), StoreError> {
    c.execute("DELETE FROM client_origin WHERE client_id = ?1", params![client_id])?;
    for origin in origins {
        c.execute(
            "INSERT INTO client_origin (client_id, origin) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![client_id, origin],
        )?;
    }
    Ok(())
}

/// The clients in whose name pages of this origin may call.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn of_origin(c: &Connection, origin: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT client_id FROM client_origin WHERE origin = ?1";
    Ok(c.query(sql, params![origin], |row| row.get(0))?)
}

/// Whether `secret` is this client's. Hashes are compared, in constant time.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn check_secret(c: &Connection, client_id: &str, secret: &str) -> Result<bool, StoreError> {
    let stored: Option<random::Hash> = c
        .query_row("SELECT secret_hash FROM client WHERE client_id = ?1", params![client_id], |row| row.get(0))
        .optional()?;
    let right = stored.is_some_and(|hash| random::same(&hash, &random::hash(secret.as_bytes())));
    if right {
        audit::by(c, "client", client_id);
    }
    Ok(right)
}

/// Makes and stores an access token, and forgets those that ended over a day ago (until then they are distinguished
/// from unknown ones).
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn issue_token(c: &Connection, grant: &Grant, now_ms: i64) -> Result<String, StoreError> {
    const REMEMBERED_MS: i64 = 86_400_000;
    c.execute("DELETE FROM token WHERE expires_ms < ?1", params![now_ms - REMEMBERED_MS])?;
    match &grant.session_id {
        Some(session_id) => audit::about(c, "session", session_id),
        None => audit::about(c, "client", &grant.client_id),
    }
    let token = random::secret()?;
    let of_ida = match &grant.session_id {
        Some(id) => ida::exists(c, id)?,
        None => false,
    };
    let (session_id, ida_session_id) =
        if of_ida { (None, grant.session_id.as_ref()) } else { (grant.session_id.as_ref(), None) };
    c.execute(
        "INSERT INTO token (token_hash, client_id, session_id, ida_session_id, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![random::hash(token.as_bytes()), grant.client_id, session_id, ida_session_id, grant.expires_ms],
    )?;
    Ok(token)
}

/// Revokes a token of a client; any other is left as it is.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn revoke_token(c: &Connection, client_id: &str, token: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM token WHERE token_hash = ?1 AND client_id = ?2";
    if c.execute(sql, params![random::hash(token.as_bytes()), client_id])? > 0 {
        audit::about(c, "client", client_id);
    }
    Ok(())
}

/// What a token allows, ended or not.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn grant_of(c: &Connection, token: &str) -> Result<Option<Grant>, StoreError> {
    let grant = c
        .query_row(
            "SELECT client_id, coalesce(session_id, ida_session_id), expires_ms FROM token WHERE token_hash = ?1",
            params![random::hash(token.as_bytes())],
            |row| Ok(Grant { client_id: row.get(0)?, session_id: row.get(1)?, expires_ms: row.get(2)? }),
        )
        .optional()?;
    if let Some(grant) = &grant {
        audit::by(c, "client", &grant.client_id);
    }
    Ok(grant)
}
