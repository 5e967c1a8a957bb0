//! Verification sessions and their history.

use kyc_capture::api::kyc::JsonObject;
use kyc_capture::api::kyc::enums::{DocumentType, LivenessMode, SessionStatus};
use kyc_capture::api::kyc::webhook::WebhookEventType;

use super::audit;
use super::db::{self, Connection, OptionalExtension, Row, params};
use super::error::StoreError;
use super::images::{self, Kind};
use super::rectified::{self, Rectified};
use super::webhooks::{self, Subject};
use crate::store::outcome::{DocumentFields, Outcome};

/// A session as it is now.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id, a UUID.
    pub session_id: String,
    /// The client that made it.
    pub client_id: String,
    /// The user of the client in whose name it was made.
    pub user_id: Option<String>,
    /// The identity that it was joined to.
    pub identity_id: Option<String>,
    /// The version of the weights that decided it.
    pub weights_id: Option<String>,
    /// When everything that names the person was removed.
    pub anonymized_ms: Option<i64>,
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
    /// The declared document.
    pub document_type: DocumentType,
    /// When it was made.
    pub created_ms: i64,
    /// When it ends unless it was finalized.
    pub expires_ms: i64,
    /// When consent was recorded.
    pub consented_ms: Option<i64>,
    /// When it was finalized.
    pub completed_ms: Option<i64>,
    /// What finalization found.
    pub outcome: Option<Outcome>,
    /// When the front image came.
    pub front_ms: Option<i64>,
    /// When the back image came.
    pub back_ms: Option<i64>,
    /// When the liveness images came.
    pub liveness_ms: Option<i64>,
    /// Rises with each change of what finalization judges.
    pub revision: i64,
}

impl Session {
    /// Its status at `now_ms`.
    pub fn status(&self, now_ms: i64) -> SessionStatus {
        status(self.completed_ms, self.expires_ms, now_ms)
    }

    /// What a webhook reports of it.
    pub fn subject(&self, now_ms: i64) -> Subject<'_> {
        Subject {
            session_id: &self.session_id,
            session_type: "idv",
            client_id: &self.client_id,
            webhook_url: self.webhook_url.as_deref(),
            status: self.status(now_ms),
            verified: self.outcome.as_ref().map(|outcome| outcome.verified),
        }
    }

    /// Whether the declared document has a back side that must be shown.
    pub fn has_back(&self) -> bool {
        has_back(&self.document_type)
    }
}

fn status(completed_ms: Option<i64>, expires_ms: i64, now_ms: i64) -> SessionStatus {
    if completed_ms.is_some() {
        SessionStatus::Complete
    } else if now_ms >= expires_ms {
        SessionStatus::Expired
    } else {
        SessionStatus::InProgress
    }
}

/// Whether a document has a back side among the stored file types: all but the passport.
pub fn has_back(document_type: &DocumentType) -> bool {
    match document_type {
        DocumentType::DriverLicense | DocumentType::IdentificationCard | DocumentType::PassportCard => true,
        DocumentType::Passport | DocumentType::Unknown | DocumentType::Unlisted(_) => false,
    }
}

/// What happened to a session. The names stand in `history` and never change their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The session was made.
    Created,
    /// Consent was recorded.
    ConsentGiven,
    /// Consent was refused or withdrawn.
    ConsentDeclined,
    /// A document was declared.
    DocumentTypeChosen,
    /// Another document was declared, and the images of the first were removed.
    DocumentTypeChanged,
    /// The front image was stored.
    DocumentFrontStored,
    /// The back image was stored.
    DocumentBackStored,
    /// A token for liveness was made.
    LivenessSessionGenerated,
    /// The liveness images were stored.
    LivenessImagesStored,
    /// Finalized: verified.
    Verified,
    /// Finalized: not verified.
    NotVerified,
    /// Its life was over before it was finalized.
    Expired,
    /// Everything that names the person was removed.
    Anonymized,
}

impl Event {
    /// The name in the history.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "session_created",
            Self::ConsentGiven => "consent_given",
            Self::ConsentDeclined => "consent_declined",
            Self::DocumentTypeChosen => "document_type_chosen",
            Self::DocumentTypeChanged => "document_type_changed",
            Self::DocumentFrontStored => "document_front_stored",
            Self::DocumentBackStored => "document_back_stored",
            Self::LivenessSessionGenerated => "liveness_session_generated",
            Self::LivenessImagesStored => "liveness_images_stored",
            Self::Verified => "finalized_verified",
            Self::NotVerified => "finalized_not_verified",
            Self::Expired => "session_expired",
            Self::Anonymized => "session_anonymized",
        }
    }
}

/// Stores a new session.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn insert(c: &Connection, s: &Session) -> Result<(), StoreError> {
    c.execute(
        "INSERT INTO session (session_id, client_id, liveness_mode, webhook_url, metadata, settings, sdk_metadata,
                              document_type, created_ms, expires_ms, user_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            s.session_id,
            s.client_id,
            s.liveness_mode.as_str(),
            s.webhook_url,
            json(&s.metadata),
            json(&s.settings),
            json(&s.sdk_metadata),
            s.document_type.as_str(),
            s.created_ms,
            s.expires_ms,
            s.user_id,
        ],
    )?;
    note(c, &s.session_id, Event::Created, s.created_ms)
}

/// The session of that id, if it belongs to that client.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn read(c: &Connection, session_id: &str, client_id: &str) -> Result<Session, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM session s WHERE session_id = ?1 AND client_id = ?2");
    c.query_row(&sql, params![session_id, client_id], from_row).optional()?.ok_or(StoreError::SessionNotFound)
}

/// The columns of [`from_row`], of a table `session s`.
pub(super) const COLUMNS: &str =
    "session_id, client_id, liveness_mode, webhook_url, metadata, settings, sdk_metadata, document_type,
     created_ms, expires_ms, consented_ms, completed_ms, outcome,
     (SELECT max(received_ms) FROM image i WHERE i.session_id = s.session_id AND kind = 'front'),
     (SELECT max(received_ms) FROM image i WHERE i.session_id = s.session_id AND kind = 'back'),
     (SELECT max(received_ms) FROM image i WHERE i.session_id = s.session_id AND kind = 'liveness'),
     user_id, identity_id, weights_id, anonymized_ms, revision";

pub(super) fn from_row(row: &Row<'_>) -> db::Result<Session> {
    let text = |index: usize| row.get::<String>(index);
    Ok(Session {
        session_id: text(0)?,
        client_id: text(1)?,
        liveness_mode: LivenessMode::from(text(2)?.as_str()),
        webhook_url: row.get(3)?,
        metadata: parse(4, &text(4)?)?,
        settings: parse(5, &text(5)?)?,
        sdk_metadata: parse(6, &text(6)?)?,
        document_type: DocumentType::from(text(7)?.as_str()),
        created_ms: row.get(8)?,
        expires_ms: row.get(9)?,
        consented_ms: row.get(10)?,
        completed_ms: row.get(11)?,
        outcome: row.get::<Option<String>>(12)?.map(|t| parse(12, &t)).transpose()?,
        front_ms: row.get(13)?,
        back_ms: row.get(14)?,
        liveness_ms: row.get(15)?,
        user_id: row.get(16)?,
        identity_id: row.get(17)?,
        weights_id: row.get(18)?,
        anonymized_ms: row.get(19)?,
        revision: row.get(20)?,
    })
}

const OVER: &str = "completed_ms IS NULL AND expired_ms IS NULL AND anonymized_ms IS NULL AND expires_ms <= ?1";

/// Whether the life of an open session is over and no one has noticed.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn any_over(c: &Connection, now_ms: i64) -> Result<bool, StoreError> {
    Ok(c.exists(&format!("SELECT 1 FROM session WHERE {OVER} LIMIT 1"), params![now_ms])?)
}

/// Notices one open session whose life is over, and enqueues its event; returns whether there was one. Of several
/// instances, one does.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn expire_one(c: &Connection, now_ms: i64) -> Result<bool, StoreError> {
    let sql = format!(
        "UPDATE session SET expired_ms = ?1
         WHERE {OVER} AND session_id = (SELECT session_id FROM session WHERE {OVER}
          ORDER BY expires_ms, session_id LIMIT 1)
         RETURNING session_id, client_id"
    );
    let over = c.query_row(&sql, params![now_ms], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)));
    let Some((session_id, client_id)) = over.optional()? else { return Ok(false) };
    let session = read(c, &session_id, &client_id)?;
    note(c, &session_id, Event::Expired, now_ms)?;
    webhooks::enqueue(c, &session.subject(now_ms), WebhookEventType::SessionExpired, now_ms)?;
    Ok(true)
}

/// Records that consent was given (the first time counts) or withdrawn.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn set_consent(c: &Connection, session_id: &str, consented: bool, now_ms: i64) -> Result<(), StoreError> {
    let event = if consented {
        let sql = "UPDATE session SET consented_ms = coalesce(consented_ms, ?2) WHERE session_id = ?1";
        c.execute(sql, params![session_id, now_ms])?;
        Event::ConsentGiven
    } else {
        c.execute("UPDATE session SET consented_ms = NULL WHERE session_id = ?1", params![session_id])?;
        Event::ConsentDeclined
    };
    note(c, session_id, event, now_ms)
}

/// Declares the document. Images of another document that was declared before are removed: they show the wrong one.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn set_document_type(c: &Connection, s: &Session, to: &DocumentType, now_ms: i64) -> Result<(), StoreError> {
    if s.document_type == *to {
        return Ok(());
    }
    c.execute("UPDATE session SET document_type = ?2 WHERE session_id = ?1", params![s.session_id, to.as_str()])?;
    let removed = images::remove(c, &s.session_id, Kind::Front)? + images::remove(c, &s.session_id, Kind::Back)?;
    let event = if removed == 0 { Event::DocumentTypeChosen } else { Event::DocumentTypeChanged };
    note(c, &s.session_id, event, now_ms)
}

/// Replaces what the SDK reported about itself.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn set_sdk_metadata(c: &Connection, session_id: &str, metadata: &JsonObject) -> Result<(), StoreError> {
    c.execute("UPDATE session SET sdk_metadata = ?2 WHERE session_id = ?1", params![session_id, json(metadata)])?;
    audit::about(c, "session", session_id);
    Ok(())
}

/// What came of recording a verdict.
#[derive(Debug)]
pub enum Recorded<T> {
    /// The verdict was recorded.
    Now,
    /// Another finalization was first; its verdict counts.
    Before(Box<T>),
}

/// Records what finalization found, the documents that it cut out, and its settings if it has some, unless an earlier
/// finalization did. `s` is the session that was judged.
///
/// # Errors
/// 403 `consent_required` if consent was withdrawn since the session was read; 409 `session_changed` if anything else
/// changed, `session_expired` if the session is over; 404.
pub fn complete(
    c: &Connection,
    s: &Session,
    settings: Option<&JsonObject>,
    outcome: &Outcome,
    weights_id: Option<&str>,
    cut_out: &[(Kind, Rectified)],
    now_ms: i64,
) -> Result<Recorded<Outcome>, StoreError> {
    let text = serde_json::to_string(outcome).map_err(|_| StoreError::Internal("the outcome cannot be written"))?;
    let first = c.execute(
        "UPDATE session SET completed_ms = ?2, outcome = ?3, settings = coalesce(?4, settings), weights_id = ?5,
                            search_text = ?6, finalizing_until_ms = NULL
         WHERE session_id = ?1 AND revision = ?7
           AND completed_ms IS NULL AND expired_ms IS NULL AND anonymized_ms IS NULL",
        params![
            s.session_id,
            now_ms,
            text,
            settings.map(json),
            weights_id,
            outcome.document.as_ref().map(search_text),
            s.revision
        ],
    )?;
    if first == 1 {
        for (side, document) in cut_out {
            rectified::insert(c, &s.session_id, *side, document)?;
        }
        let (event, result_event) = match outcome.verified {
            true => (Event::Verified, WebhookEventType::SessionVerified),
            false => (Event::NotVerified, WebhookEventType::SessionNotVerified),
        };
        note(c, &s.session_id, event, now_ms)?;
        let complete = read(c, &s.session_id, &s.client_id)?;
        for event_type in [WebhookEventType::SessionCompleted, result_event] {
            webhooks::enqueue(c, &complete.subject(now_ms), event_type, now_ms)?;
        }
        return Ok(Recorded::Now);
    }
    let present = read(c, &s.session_id, &s.client_id)?;
    match present.outcome {
        Some(outcome) => Ok(Recorded::Before(Box::new(outcome))),
        None if present.anonymized_ms.is_some() || present.completed_ms.is_some() => Err(StoreError::SessionExpired),
        None if present.consented_ms.is_none() => Err(StoreError::ConsentRequired),
        None if present.revision != s.revision => Err(StoreError::SessionChanged),
        None => Err(StoreError::SessionExpired),
    }
}

/// What a search finds a session by: names and numbers of its document, in lower case.
fn search_text(document: &DocumentFields) -> String {
    let d = document;
    let fields = [&d.first_name, &d.middle_name, &d.last_name, &d.name_suffix, &d.document_number, &d.ref_number];
    let words: Vec<&str> = fields.into_iter().flatten().map(String::as_str).collect();
    words.join(" ").to_lowercase()
}

/// Adds to the history.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn note(c: &Connection, session_id: &str, event: Event, now_ms: i64) -> Result<(), StoreError> {
    c.execute(
        "INSERT INTO history (session_id, at_ms, event) VALUES (?1, ?2, ?3)",
        params![session_id, now_ms, event.name()],
    )?;
    audit::about(c, "session", session_id);
    Ok(())
}

/// What happened and when, oldest first.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn history(c: &Connection, session_id: &str) -> Result<Vec<(i64, String)>, StoreError> {
    let sql = "SELECT at_ms, event FROM history WHERE session_id = ?1 ORDER BY history_id";
    Ok(c.query(sql, params![session_id], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

fn json(map: &JsonObject) -> String {
    // A map of JSON values always has a text.
    serde_json::to_string(map).unwrap_or_else(|_| "{}".to_owned())
}

fn parse<T: serde::de::DeserializeOwned>(column: usize, text: &str) -> db::Result<T> {
    serde_json::from_str(text).map_err(|_| db::Error::Unexpected { column })
}
