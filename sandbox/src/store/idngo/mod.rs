//! What IDnGO keeps. Everything belongs to a client; another client's thing is the same as none.

pub mod applicants;
pub mod records;

use kyc_capture::api::idngo::levels::Level;
use kyc_capture::api::idngo::{IdngoOperation, RATE_WINDOW_MS};

use super::db::{Connection, OptionalExtension, params};
use super::error::StoreError;
use super::{audit, clients};
use crate::random;

/// Least characters of a secret key: HMAC-SHA256 hashes keys of more than 64 bytes before it uses them, so that the
/// hash is all that has to be kept.
pub const SECRET_LEN_MIN: usize = 65;

/// The app token that `--demo` seeds.
pub const DEMO_APP_TOKEN: &str = "demo-app-token";
/// Its secret key.
pub const DEMO_SECRET_KEY: &str = "demo-secret-key-for-a-sandbox-on-localhost-which-is-no-secret-to-anyone";

/// A caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its name.
    pub client_id: String,
    /// `key` of its applicants.
    pub client_key: String,
    /// What its requests are signed with.
    pub secret_hash: random::Hash,
}

/// The client of the KYC sessions that links begin. No client made by hand has a colon.
pub fn session_client(client_id: &str) -> String {
    format!("idngo:{client_id}")
}

/// Adds an app token for a client, or gives an existing one a new secret key of at least [`SECRET_LEN_MIN`] characters;
/// a client that is new gets `levels`.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn add_app(
    c: &Connection,
    client_id: &str,
    app_token: &str,
    secret_key: &str,
    levels: &[(Level, bool)],
    now_ms: i64,
) -> Result<(), StoreError> {
    if secret_key.len() < SECRET_LEN_MIN {
        return Err(StoreError::Internal("a secret key needs more than 64 characters"));
    }
    let known = "SELECT client_key FROM idngo_app WHERE client_id = ?1 LIMIT 1";
    let client_key = match c.query_row(known, params![client_id], |row| row.get::<String>(0)).optional()? {
        Some(key) => key,
        None => random::letters(14)?,
    };
    c.execute(
        "INSERT INTO idngo_app (app_token, client_id, client_key, secret_hash, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (app_token) DO UPDATE SET secret_hash = excluded.secret_hash",
        params![app_token, client_id, client_key, random::hash(secret_key.as_bytes()), now_ms],
    )?;
    for (position, (level, manual)) in (0i64..).zip(levels) {
        c.execute(
            "INSERT INTO idngo_level (client_id, name, position, level, manual) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (client_id, name) DO NOTHING",
            params![client_id, level.name, position, json(level)?, *manual],
        )?;
    }
    // No one ever learns this secret: the sessions of links are begun by the server itself.
    clients::add(c, &session_client(client_id), &random::secret()?, now_ms)
}

/// The client of an app token.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn client_of(c: &Connection, app_token: &str) -> Result<Option<Client>, StoreError> {
    let sql = "SELECT client_id, client_key, secret_hash FROM idngo_app WHERE app_token = ?1";
    let found = c
        .query_row(sql, params![app_token], |row| {
            Ok(Client { client_id: row.get(0)?, client_key: row.get(1)?, secret_hash: row.get(2)? })
        })
        .optional()?;
    if let Some(client) = &found {
        // Before the signature is examined: what is not signed rightly changes nothing.
        audit::by(c, "idngo", &client.client_id);
    }
    Ok(found)
}

/// Counts a request against the operation's limit; where it is reached, returns how many milliseconds to wait.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn take(
    c: &Connection,
    client_id: &str,
    operation: IdngoOperation,
    limit: u32,
    now_ms: i64,
) -> Result<Option<i64>, StoreError> {
    let since = now_ms - RATE_WINDOW_MS;
    c.execute("DELETE FROM idngo_request WHERE at_ms <= ?1", params![since])?;
    let recent = c.query(
        "SELECT at_ms FROM idngo_request WHERE client_id = ?1 AND operation = ?2 AND at_ms > ?3
         ORDER BY at_ms DESC LIMIT ?4",
        params![client_id, operation.name(), since, limit],
        |row| row.get::<i64>(0),
    )?;
    if recent.len() >= limit as usize {
        let oldest = recent.last().copied().unwrap_or(now_ms);
        return Ok(Some((oldest - since).max(1)));
    }
    c.execute(
        "INSERT INTO idngo_request (request_id, client_id, operation, at_ms) VALUES (?1, ?2, ?3, ?4)",
        params![random::uuid()?, client_id, operation.name(), now_ms],
    )?;
    Ok(None)
}

/// The client's levels, in the order in which they were made.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn levels(c: &Connection, client_id: &str) -> Result<Vec<Level>, StoreError> {
    let sql = "SELECT level FROM idngo_level WHERE client_id = ?1 ORDER BY position, name";
    let texts = c.query(sql, params![client_id], |row| row.get::<String>(0))?;
    texts.iter().map(|text| parse(text)).collect()
}

/// A level, and whether a person decides.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn level(c: &Connection, client_id: &str, name: &str) -> Result<Option<(Level, bool)>, StoreError> {
    let sql = "SELECT level, manual FROM idngo_level WHERE client_id = ?1 AND name = ?2";
    let found = c
        .query_row(sql, params![client_id, name], |row| Ok((row.get::<String>(0)?, row.get::<bool>(1)?)))
        .optional()?;
    found.map(|(text, manual)| Ok((parse(&text)?, manual))).transpose()
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Internal("a value has no JSON text"))
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Internal("a stored value is not of its kind"))
}
