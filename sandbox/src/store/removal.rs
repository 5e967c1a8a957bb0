//! Taking persons out of the store: a session that is deleted leaves nothing, one that is anonymized leaves its course
//! and its verdict, which name no one.
//!
//! SQLite overwrites what it frees (`secure_delete`); [`super::Store::scrub`] then empties its log, which still has the
//! pages as they were before.

use kyc_capture::api::kyc::webhook::WebhookEventType;

use super::audit;
use super::db::{Connection, params};
use super::error::StoreError;
use super::finalization::{self, SessionTable};
use super::identities::Identity;
use super::sessions::{self, Event, Session};
use super::{challenges, identities, images, webhooks};
use crate::store::outcome::Outcome;

/// Removes a session with everything that is of it: history, tokens, images, what was cut out of them.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn delete(c: &Connection, s: &Session, now_ms: i64) -> Result<(), StoreError> {
    // A verdict that is under way is not recorded; one that was recorded in between is removed with the rest.
    finalization::abandon(c, SessionTable::Idv, &s.session_id)?;
    let s = &sessions::read(c, &s.session_id, &s.client_id)?;
    webhooks::enqueue(c, &s.subject(now_ms), WebhookEventType::SessionDeleted, now_ms)?;
    images::remove_all(c, &s.session_id)?;
    challenges::remove(c, &s.session_id)?;
    c.execute("DELETE FROM session WHERE session_id = ?1", params![s.session_id])?;
    audit::about(c, "session", &s.session_id);
    Ok(())
}

/// Removes what shows or names the person: images and the places where they were taken, the document's fields, the maps
/// of integrator and SDK, the user, the identity, the address of the webhook. What happened stays, and so do the
/// verdict and its checks. A session that was open is over. Once is enough: a second time changes nothing.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn anonymize(c: &Connection, s: &Session, now_ms: i64) -> Result<(), StoreError> {
    // As for `delete`.
    finalization::abandon(c, SessionTable::Idv, &s.session_id)?;
    let s = &sessions::read(c, &s.session_id, &s.client_id)?;
    if s.anonymized_ms.is_some() {
        return Ok(());
    }
    let outcome = s.outcome.clone().map(|outcome| Outcome { document: None, judged: Vec::new(), ..outcome });
    let outcome = outcome
        .map(|outcome| serde_json::to_string(&outcome))
        .transpose()
        .map_err(|_| StoreError::Internal("the outcome cannot be written"))?;
    images::remove_all(c, &s.session_id)?;
    identities::leave(c, &s.session_id)?;
    c.execute("DELETE FROM token WHERE session_id = ?1", params![s.session_id])?;
    c.execute(
        "UPDATE session SET anonymized_ms = ?2, outcome = ?3, metadata = '{}', settings = '{}', sdk_metadata = '{}',
                            search_text = NULL, user_id = NULL, webhook_url = NULL
         WHERE session_id = ?1",
        params![s.session_id, now_ms, outcome],
    )?;
    let sql = "UPDATE session SET expires_ms = ?2 WHERE session_id = ?1 AND completed_ms IS NULL AND expires_ms > ?2";
    c.execute(sql, params![s.session_id, now_ms])?;
    sessions::note(c, &s.session_id, Event::Anonymized, now_ms)?;
    let over = sessions::read(c, &s.session_id, &s.client_id)?;
    let subject = webhooks::Subject { webhook_url: s.webhook_url.as_deref(), ..over.subject(now_ms) };
    webhooks::enqueue(c, &subject, WebhookEventType::SessionAnonymized, now_ms)
}

/// Removes everything that shows or names the person from the identity's sessions, files included; the identity stays
/// as an id, without sessions.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn anonymize_identity(c: &Connection, identity: &Identity, now_ms: i64) -> Result<(), StoreError> {
    for session in identities::sessions_of(c, identity)? {
        identities::leave(c, &session.session_id)?;
        anonymize(c, &session, now_ms)?;
    }
    let sql = "UPDATE identity SET anonymized_ms = coalesce(anonymized_ms, ?2) WHERE identity_id = ?1";
    c.execute(sql, params![identity.identity_id, now_ms])?;
    audit::about(c, "identity", &identity.identity_id);
    Ok(())
}
