//! Sessions that authenticate a known identity, their images and their history.

use kyc_capture::api::kyc::JsonObject;
use kyc_capture::api::kyc::enums::{LivenessMode, SessionStatus};
use kyc_capture::api::kyc::webhook::WebhookEventType;

use super::audit;
use super::db::{self, Connection, OptionalExtension, Row, params};
use super::error::StoreError;
use super::finalization::{self, SessionTable};
use super::images::Place;
use super::webhooks::{self, Subject};
use super::{blobs, challenges};
use crate::random;
use crate::store::authentication::Outcome;

/// A session as it is now.
#[derive(Debug, Clone)]
pub struct IdaSession {
    /// Its id, a UUID.
    pub session_id: String,
    /// The client that made it.
    pub client_id: String,
    /// The identity that the person claims to be.
    pub identity_id: String,
    /// The user of the client in whose name it was made.
    pub user_id: Option<String>,
    /// How liveness is done.
    pub liveness_mode: LivenessMode,
    /// The address that the integrator wants events sent to.
    pub webhook_url: Option<String>,
    /// The integrator's own map.
    pub metadata: JsonObject,
    /// Settings of the session.
    pub settings: JsonObject,
    /// What the SDK reported about itself.
    pub sdk_metadata: JsonObject,
    /// When it was made.
    pub created_ms: i64,
    /// When it ends unless it was finalized.
    pub expires_ms: i64,
    /// When it was finalized.
    pub completed_ms: Option<i64>,
    /// The version of the weights that decided it.
    pub weights_id: Option<String>,
    /// What finalization found.
    pub outcome: Option<Outcome>,
    /// When the images came.
    pub images_ms: Option<i64>,
    /// Rises with each change of what finalization judges.
    pub revision: i64,
}

impl IdaSession {
    /// Its status at `now_ms`.
    pub fn status(&self, now_ms: i64) -> SessionStatus {
        if self.completed_ms.is_some() {
            SessionStatus::Complete
        } else if now_ms >= self.expires_ms {
            SessionStatus::Expired
        } else {
            SessionStatus::InProgress
        }
    }

    /// What a webhook reports of it.
    pub fn subject(&self, now_ms: i64) -> Subject<'_> {
        Subject {
            session_id: &self.session_id,
            session_type: "ida",
            client_id: &self.client_id,
            webhook_url: self.webhook_url.as_deref(),
            status: self.status(now_ms),
            verified: self.outcome.as_ref().map(|outcome| outcome.authenticated),
        }
    }
}

/// What happened to a session. The names stand in `history` and never change their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The session was made.
    Created,
    /// A token for liveness was made.
    LivenessSessionGenerated,
    /// The liveness images were stored.
    LivenessImagesStored,
    /// Finalized: it is the identity's person.
    Authenticated,
    /// Finalized: it is not, or no one can tell.
    NotAuthenticated,
    /// Its life was over before it was finalized.
    Expired,
    /// What shows or names the person was removed, with the identity's.
    Anonymized,
}

impl Event {
    /// The name in the history.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "session_created",
            Self::LivenessSessionGenerated => "liveness_session_generated",
            Self::LivenessImagesStored => "liveness_images_stored",
            Self::Authenticated => "finalized_authenticated",
            Self::NotAuthenticated => "finalized_not_authenticated",
            Self::Expired => "session_expired",
            Self::Anonymized => "session_anonymized",
        }
    }
}

/// Stores a new session.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn insert(c: &Connection, s: &IdaSession) -> Result<(), StoreError> {
    c.execute(
        "INSERT INTO ida_session (session_id, client_id, identity_id, user_id, liveness_mode, webhook_url, metadata,
                                  settings, sdk_metadata, created_ms, expires_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            s.session_id,
            s.client_id,
            s.identity_id,
            s.user_id,
            s.liveness_mode.as_str(),
            s.webhook_url,
            json(&s.metadata),
            json(&s.settings),
            json(&s.sdk_metadata),
            s.created_ms,
            s.expires_ms,
        ],
    )?;
    note(c, &s.session_id, Event::Created, s.created_ms)
}

const COLUMNS: &str = "session_id, client_id, identity_id, user_id, liveness_mode, webhook_url, metadata, settings,
    sdk_metadata, created_ms, expires_ms, completed_ms, weights_id, outcome,
    (SELECT max(received_ms) FROM ida_image i WHERE i.session_id = s.session_id),
    revision";

/// The session of that id, if it belongs to that client.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn read(c: &Connection, session_id: &str, client_id: &str) -> Result<IdaSession, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM ida_session s WHERE session_id = ?1 AND client_id = ?2");
    c.query_row(&sql, params![session_id, client_id], from_row).optional()?.ok_or(StoreError::SessionNotFound)
}

/// Whether there is a session of that id, whoever's it is.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn exists(c: &Connection, session_id: &str) -> Result<bool, StoreError> {
    Ok(c.exists("SELECT 1 FROM ida_session WHERE session_id = ?1", params![session_id])?)
}

fn from_row(row: &Row<'_>) -> db::Result<IdaSession> {
    let text = |index: usize| row.get::<String>(index);
    Ok(IdaSession {
        session_id: text(0)?,
        client_id: text(1)?,
        identity_id: text(2)?,
        user_id: row.get(3)?,
        liveness_mode: LivenessMode::from(text(4)?.as_str()),
        webhook_url: row.get(5)?,
        metadata: parse(6, &text(6)?)?,
        settings: parse(7, &text(7)?)?,
        sdk_metadata: parse(8, &text(8)?)?,
        created_ms: row.get(9)?,
        expires_ms: row.get(10)?,
        completed_ms: row.get(11)?,
        weights_id: row.get(12)?,
        outcome: row.get::<Option<String>>(13)?.map(|t| parse(13, &t)).transpose()?,
        images_ms: row.get(14)?,
        revision: row.get(15)?,
    })
}

/// Replaces what the SDK reported about itself.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn set_sdk_metadata(c: &Connection, session_id: &str, metadata: &JsonObject) -> Result<(), StoreError> {
    let sql = "UPDATE ida_session SET sdk_metadata = ?2 WHERE session_id = ?1";
    c.execute(sql, params![session_id, json(metadata)])?;
    audit::about(c, "ida session", session_id);
    Ok(())
}

/// Stores the images in place of those stored before. `address`: where they came from.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn replace_images(
    c: &Connection,
    session_id: &str,
    images: &[Vec<u8>],
    place: &Place,
    address: Option<&str>,
    now_ms: i64,
) -> Result<(), StoreError> {
    remove_images(c, session_id)?;
    for (position, bytes) in (0i64..).zip(images) {
        let blob_id = blobs::put(c, bytes)?;
        c.execute(
            "INSERT INTO ida_image (session_id, position, blob_id, sha256, latitude, longitude, address, received_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                session_id,
                position,
                blob_id,
                random::hash(bytes),
                place.latitude,
                place.longitude,
                address,
                now_ms
            ],
        )?;
    }
    note(c, session_id, Event::LivenessImagesStored, now_ms)
}

/// The images, in the order in which they came.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn images(c: &Connection, session_id: &str) -> Result<Vec<Vec<u8>>, StoreError> {
    let sql = "SELECT blob_id FROM ida_image WHERE session_id = ?1 ORDER BY position";
    let ids = c.query(sql, params![session_id], |row| row.get::<String>(0))?;
    let one = |id: &String| blobs::read(c, id)?.ok_or(StoreError::Internal("a stored image is gone"));
    ids.iter().map(one).collect()
}

/// Removes the images, and the place where they were taken with them.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn remove_images(c: &Connection, session_id: &str) -> Result<(), StoreError> {
    let of_session = params![session_id];
    blobs::delete_named(c, "SELECT blob_id FROM ida_image WHERE session_id = ?1", of_session)?;
    c.execute("DELETE FROM ida_image WHERE session_id = ?1", of_session)?;
    Ok(())
}

/// Where the device said that it was when the images were taken; `None` where none were.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn place(c: &Connection, session_id: &str) -> Result<Option<(Place, Option<String>)>, StoreError> {
    let sql = "SELECT latitude, longitude, address FROM ida_image WHERE session_id = ?1 ORDER BY position LIMIT 1";
    let found = c.query_row(sql, params![session_id], |row| {
        Ok((Place { latitude: row.get(0)?, longitude: row.get(1)? }, row.get(2)?))
    });
    Ok(found.optional()?)
}

/// Removes a session with everything that is of it.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn delete(c: &Connection, s: &IdaSession, now_ms: i64) -> Result<(), StoreError> {
    // A verdict that is under way is not recorded; one that was recorded in between is removed with the rest.
    finalization::abandon(c, SessionTable::Ida, &s.session_id)?;
    let s = &read(c, &s.session_id, &s.client_id)?;
    webhooks::enqueue(c, &s.subject(now_ms), WebhookEventType::SessionDeleted, now_ms)?;
    remove_images(c, &s.session_id)?;
    challenges::remove(c, &s.session_id)?;
    c.execute("DELETE FROM ida_session WHERE session_id = ?1", params![s.session_id])?;
    audit::about(c, "ida session", &s.session_id);
    Ok(())
}

const OVER: &str = "completed_ms IS NULL AND expired_ms IS NULL AND expires_ms <= ?1";

/// Whether the life of an open session is over and no one has noticed.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn any_over(c: &Connection, now_ms: i64) -> Result<bool, StoreError> {
    Ok(c.exists(&format!("SELECT 1 FROM ida_session WHERE {OVER} LIMIT 1"), params![now_ms])?)
}

/// Notices one open session whose life is over, and enqueues its event; returns whether there was one. Of several
/// instances, one does.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn expire_one(c: &Connection, now_ms: i64) -> Result<bool, StoreError> {
    let sql = format!(
        "UPDATE ida_session SET expired_ms = ?1
         WHERE {OVER} AND session_id = (SELECT session_id FROM ida_session WHERE {OVER}
          ORDER BY expires_ms, session_id LIMIT 1)
         RETURNING session_id, client_id"
    );
    let over = c.query_row(&sql, params![now_ms], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)));
    let Some((session_id, client_id)) = over.optional()? else { return Ok(false) };
    note(c, &session_id, Event::Expired, now_ms)?;
    let session = read(c, &session_id, &client_id)?;
    webhooks::enqueue(c, &session.subject(now_ms), WebhookEventType::SessionExpired, now_ms)?;
    Ok(true)
}

/// Removes what shows or names the person from all sessions of an identity: images, places, the maps of integrator and
/// SDK, the user, the address of the webhook. An open one is over. Once is enough: a second time changes nothing.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn anonymize_of(c: &Connection, identity_id: &str, now_ms: i64) -> Result<(), StoreError> {
    let sql = "SELECT session_id, client_id FROM ida_session WHERE identity_id = ?1 AND session_id NOT IN
                   (SELECT session_id FROM ida_history WHERE event = ?2)";
    let names = params![identity_id, Event::Anonymized.name()];
    for (id, client_id) in c.query(sql, names, |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)))? {
        finalization::abandon(c, SessionTable::Ida, &id)?;
        let s = read(c, &id, &client_id)?;
        remove_images(c, &id)?;
        challenges::remove(c, &id)?;
        c.execute("DELETE FROM token WHERE ida_session_id = ?1", params![id])?;
        c.execute(
            "UPDATE ida_session SET metadata = '{}', settings = '{}', sdk_metadata = '{}', user_id = NULL,
                                    webhook_url = NULL
             WHERE session_id = ?1",
            params![id],
        )?;
        let sql = "UPDATE ida_session SET expires_ms = ?2, expired_ms = ?2
                   WHERE session_id = ?1 AND completed_ms IS NULL AND expires_ms > ?2";
        c.execute(sql, params![id, now_ms])?;
        note(c, &id, Event::Anonymized, now_ms)?;
        let over = read(c, &id, &client_id)?;
        let subject = Subject { webhook_url: s.webhook_url.as_deref(), ..over.subject(now_ms) };
        webhooks::enqueue(c, &subject, WebhookEventType::SessionAnonymized, now_ms)?;
    }
    Ok(())
}

/// Records what finalization found, unless an earlier one did; returns the recorded verdict. `s` is the session that
/// was judged.
///
/// # Errors
/// 409 `session_changed` if the session changed since it was read, `session_expired` if it is over; 404.
pub fn complete(
    c: &Connection,
    s: &IdaSession,
    outcome: &Outcome,
    weights_id: Option<&str>,
    now_ms: i64,
) -> Result<Outcome, StoreError> {
    let text = serde_json::to_string(outcome).map_err(|_| StoreError::Internal("the outcome cannot be written"))?;
    let first = c.execute(
        "UPDATE ida_session SET completed_ms = ?2, outcome = ?3, weights_id = ?4, finalizing_until_ms = NULL,
                                authenticated = ?6
         WHERE session_id = ?1 AND revision = ?5 AND completed_ms IS NULL AND expired_ms IS NULL",
        params![s.session_id, now_ms, text, weights_id, s.revision, outcome.authenticated],
    )?;
    if first == 1 {
        let event = if outcome.authenticated { Event::Authenticated } else { Event::NotAuthenticated };
        note(c, &s.session_id, event, now_ms)?;
        let result_event = match outcome.authenticated {
            true => WebhookEventType::SessionVerified,
            false => WebhookEventType::SessionNotVerified,
        };
        let complete = read(c, &s.session_id, &s.client_id)?;
        for event_type in [WebhookEventType::SessionCompleted, result_event] {
            webhooks::enqueue(c, &complete.subject(now_ms), event_type, now_ms)?;
        }
        return Ok(outcome.clone());
    }
    let present = read(c, &s.session_id, &s.client_id)?;
    match present.outcome {
        // Another finalization was first.
        Some(outcome) => Ok(outcome),
        None if present.revision != s.revision => Err(StoreError::SessionChanged),
        None => Err(StoreError::SessionExpired),
    }
}

/// Adds to the history.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn note(c: &Connection, session_id: &str, event: Event, now_ms: i64) -> Result<(), StoreError> {
    c.execute(
        "INSERT INTO ida_history (session_id, at_ms, event) VALUES (?1, ?2, ?3)",
        params![session_id, now_ms, event.name()],
    )?;
    audit::about(c, "ida session", session_id);
    Ok(())
}

/// What happened and when, oldest first.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn history(c: &Connection, session_id: &str) -> Result<Vec<(i64, String)>, StoreError> {
    let sql = "SELECT at_ms, event FROM ida_history WHERE session_id = ?1 ORDER BY history_id";
    Ok(c.query(sql, params![session_id], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

fn json(map: &JsonObject) -> String {
    // A map of JSON values always has a text.
    serde_json::to_string(map).unwrap_or_else(|_| "{}".to_owned())
}

fn parse<T: serde::de::DeserializeOwned>(column: usize, text: &str) -> db::Result<T> {
    serde_json::from_str(text).map_err(|_| db::Error::Unexpected { column })
}
