//! Identities: a person of a client, made by a verified session and found again by later ones.
//!
//! The rule by which a verified session belongs to an identity that exists:
//! 1. the same document: number, issuer and date of birth agree; or
//! 2. the same person with another document: name (family name and first given name) and date of birth agree, and so do
//!    the faces of both sessions, by the measure of `verified_account_face_encoding_tolerance`.
//!
//! Everything else makes a new identity. An identity keeps nothing of the person: what is known is in its sessions, so
//! that what is deleted or anonymized there is gone here as well. An identity whose last session is gone is gone.

use super::audit;
use super::db::{Connection, OptionalExtension, params};
use super::error::StoreError;
use super::images;
use super::sessions::{self, Session};
use crate::random;
use crate::store::outcome::{DocumentFields, Outcome};

/// An identity.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Its id, a UUID.
    pub identity_id: String,
    /// The client whose it is.
    pub client_id: String,
    /// When its first session was verified.
    pub created_ms: i64,
    /// When everything that names the person was removed.
    pub anonymized_ms: Option<i64>,
}

/// The document's part of the rule; `None` where one of the three is not known.
fn document_key(d: &DocumentFields) -> Option<String> {
    let issuer = d.issuing_state.as_ref().or(d.issuing_country.as_ref());
    joined(&[d.document_number.as_ref(), issuer, d.birth_date.as_ref()])
}

/// The name's part of the rule; `None` where one of the three is not known.
fn name_key(d: &DocumentFields) -> Option<String> {
    let given = d.first_name.as_deref().and_then(|name| name.split_whitespace().next()).map(str::to_owned);
    joined(&[d.last_name.as_ref(), given.as_ref(), d.birth_date.as_ref()])
}

/// Upper-case letters and digits of each part; none may be empty.
fn joined(parts: &[Option<&String>]) -> Option<String> {
    let plain = |part: &Option<&String>| {
        let text: String = part.as_ref()?.to_uppercase().chars().filter(|c| c.is_alphanumeric()).collect();
        (!text.is_empty()).then_some(text)
    };
    Some(parts.iter().map(plain).collect::<Option<Vec<_>>>()?.join("|"))
}

/// Identities of this client whose name and date of birth are the document's: those whose face is worth a comparison.
/// None where the document itself is known.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn match_candidates(c: &Connection, client_id: &str, d: &DocumentFields) -> Result<Vec<Identity>, StoreError> {
    if by_document(c, client_id, d)?.is_some() {
        return Ok(Vec::new());
    }
    let Some(key) = name_key(d) else { return Ok(Vec::new()) };
    let ids = c.query(
        "SELECT DISTINCT s.identity_id FROM identity_key k JOIN session s ON s.session_id = k.session_id
         WHERE s.client_id = ?1 AND k.name_key = ?2 AND s.identity_id IS NOT NULL ORDER BY s.identity_id",
        params![client_id, key],
        |row| row.get::<String>(0),
    )?;
    ids.iter().map(|id| read(c, id, client_id)).collect()
}

fn by_document(c: &Connection, client_id: &str, d: &DocumentFields) -> Result<Option<String>, StoreError> {
    let Some(key) = document_key(d) else { return Ok(None) };
    let sql = "SELECT s.identity_id FROM identity_key k JOIN session s ON s.session_id = k.session_id
               WHERE s.client_id = ?1 AND k.document_key = ?2 AND s.identity_id IS NOT NULL
               ORDER BY s.completed_ms, s.session_id LIMIT 1";
    Ok(c.query_row(sql, params![client_id, key], |row| row.get(0)).optional()?)
}

/// Joins a session that was verified to the identity that it belongs to, or to a new one. `alike`: the
/// [`match_candidates`] whose faces agree with the session's. A session that was not verified, or has its identity
/// already, is left as it is.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn join(c: &Connection, s: &Session, outcome: &Outcome, alike: &[String], now_ms: i64) -> Result<(), StoreError> {
    let Some(document) = outcome.document.as_ref().filter(|_| outcome.verified) else { return Ok(()) };
    if sessions::read(c, &s.session_id, &s.client_id)?.identity_id.is_some() {
        return Ok(());
    }
    let mut known = by_document(c, &s.client_id, document)?;
    for id in alike {
        // It may have gone since the faces were compared.
        if known.is_none() && visible(c, id, &s.client_id)?.is_some() {
            known = Some(id.clone());
        }
    }
    let identity_id = match known {
        Some(id) => id,
        None => {
            let id = random::uuid()?;
            let sql = "INSERT INTO identity (identity_id, client_id, created_ms) VALUES (?1, ?2, ?3)";
            c.execute(sql, params![id, s.client_id, now_ms])?;
            id
        }
    };
    c.execute("UPDATE session SET identity_id = ?2 WHERE session_id = ?1", params![s.session_id, identity_id])?;
    c.execute(
        "INSERT INTO identity_key (session_id, document_key, name_key) VALUES (?1, ?2, ?3)
         ON CONFLICT (session_id) DO NOTHING",
        params![s.session_id, document_key(document), name_key(document)],
    )?;
    audit::about(c, "identity", &identity_id);
    Ok(())
}

/// The identity of that id, if it belongs to that client.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn read(c: &Connection, identity_id: &str, client_id: &str) -> Result<Identity, StoreError> {
    visible(c, identity_id, client_id)?.ok_or(StoreError::IdentityNotFound)
}

const VISIBLE: &str = "(i.anonymized_ms IS NOT NULL
                        OR EXISTS (SELECT 1 FROM session s WHERE s.identity_id = i.identity_id))";

/// The same, or `None`.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn visible(c: &Connection, identity_id: &str, client_id: &str) -> Result<Option<Identity>, StoreError> {
    let sql = format!(
        "SELECT identity_id, client_id, created_ms, anonymized_ms FROM identity i
         WHERE i.identity_id = ?1 AND i.client_id = ?2 AND {VISIBLE}"
    );
    let found = c.query_row(&sql, params![identity_id, client_id], |row| {
        Ok(Identity {
            identity_id: row.get(0)?,
            client_id: row.get(1)?,
            created_ms: row.get(2)?,
            anonymized_ms: row.get(3)?,
        })
    });
    Ok(found.optional()?)
}

/// Its sessions, the newest first.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn session_ids(c: &Connection, identity: &Identity) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT session_id FROM session WHERE client_id = ?1 AND identity_id = ?2
               ORDER BY completed_ms DESC, session_id";
    Ok(c.query(sql, params![identity.client_id, identity.identity_id], |row| row.get(0))?)
}

/// Its sessions as they stand, the newest first.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn sessions_of(c: &Connection, identity: &Identity) -> Result<Vec<Session>, StoreError> {
    session_ids(c, identity)?.iter().map(|id| sessions::read(c, id, &identity.client_id)).collect()
}

/// The images of the person by which the identity is recognised: the liveness images of its newest session that has
/// some, the best first.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn reference(c: &Connection, identity: &Identity) -> Result<Vec<Vec<u8>>, StoreError> {
    for id in session_ids(c, identity)? {
        let frames = images::read(c, &id, images::Kind::Liveness)?;
        if !frames.is_empty() {
            return Ok(frames);
        }
    }
    Ok(Vec::new())
}

/// A session leaves its identity: no one is recognised by it any more.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn leave(c: &Connection, session_id: &str) -> Result<(), StoreError> {
    c.execute("DELETE FROM identity_key WHERE session_id = ?1", params![session_id])?;
    c.execute("UPDATE session SET identity_id = NULL WHERE session_id = ?1", params![session_id])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> DocumentFields {
        let text = |text: &str| Some(text.to_owned());
        DocumentFields {
            document_number: text("L898-902 c3"),
            issuing_country: text("UTO"),
            first_name: text("Anna Maria"),
            last_name: text("O'Eriksson"),
            birth_date: text("1974-08-12"),
            ..DocumentFields::default()
        }
    }

    #[test]
    fn keys_are_of_what_is_printed_and_not_of_how() {
        let mut d = document();
        assert_eq!(document_key(&d).as_deref(), Some("L898902C3|UTO|19740812"));
        assert_eq!(name_key(&d).as_deref(), Some("OERIKSSON|ANNA|19740812"));
        // A part of a federation issues by itself.
        d.issuing_state = Some("VA".into());
        assert_eq!(document_key(&d).as_deref(), Some("L898902C3|VA|19740812"));
        // What is not known is no ground to recognise anybody.
        for clear in
            [|d: &mut DocumentFields| d.birth_date = None, |d: &mut DocumentFields| d.birth_date = Some("--".into())]
        {
            let mut d = document();
            clear(&mut d);
            assert_eq!((document_key(&d), name_key(&d)), (None, None));
        }
        d.document_number = Some(String::new());
        assert_eq!(document_key(&d), None);
    }
}
