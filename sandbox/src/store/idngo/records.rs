//! What is written down of an applicant: media, checks, the timeline, e-mails.

use kyc_capture::api::idngo::enums::{Answer, CheckType, IdDocSubType, IdDocType};
use kyc_capture::api::idngo::timeline::TimelineItem;

use super::super::error::StoreError;
use super::{json, parse};
use crate::store::db::{self, Connection, OptionalExtension, Row, params};
use crate::store::{audit, blobs};

/// An image or video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Decimal digits.
    pub image_id: String,
    /// What it shows.
    pub id_doc_type: IdDocType,
    /// Which side.
    pub sub_type: Option<IdDocSubType>,
    /// Who issued the document.
    pub country: Option<String>,
    /// As detected from its first bytes.
    pub media_type: String,
    /// The liveness check that it was given for.
    pub check_id: Option<String>,
}

/// Stores an image or video after those that are there.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn add_media(c: &Connection, applicant_id: &str, media: &Media, bytes: &[u8]) -> Result<(), StoreError> {
    audit::about(c, "applicant", applicant_id);
    let blob_id = blobs::put(c, bytes)?;
    c.execute(
        "INSERT INTO idngo_media (image_id, applicant_id, position, id_doc_type, sub_type, country, media_type, blob_id,
                                  check_id)
         VALUES (?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM idngo_media WHERE applicant_id = ?2),
          ?3, ?4, ?5, ?6, ?7,
                 ?8)",
        params![
            media.image_id,
            applicant_id,
            media.id_doc_type.as_str(),
            media.sub_type.as_ref().map(|side| side.as_str().to_owned()),
            media.country,
            media.media_type,
            blob_id,
            media.check_id,
        ],
    )?;
    Ok(())
}

/// All media of an applicant, in the order in which they came.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn media(c: &Connection, applicant_id: &str) -> Result<Vec<(Media, String)>, StoreError> {
    let sql = "SELECT image_id, id_doc_type, sub_type, country, media_type, check_id, blob_id FROM idngo_media
               WHERE applicant_id = ?1 ORDER BY position";
    Ok(c.query(sql, params![applicant_id], |row| Ok((media_row(row)?, row.get(6)?)))?)
}

/// The media of a liveness check with their bytes.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn media_of_check(c: &Connection, applicant_id: &str, check_id: &str) -> Result<Vec<(Media, Vec<u8>)>, StoreError> {
    let mut found = Vec::new();
    for (media, blob_id) in media(c, applicant_id)? {
        if media.check_id.as_deref() == Some(check_id) {
            let bytes = blobs::read(c, &blob_id)?.ok_or(StoreError::Internal("a stored image is gone"))?;
            found.push((media, bytes));
        }
    }
    Ok(found)
}

fn media_row(row: &Row<'_>) -> db::Result<Media> {
    Ok(Media {
        image_id: row.get(0)?,
        id_doc_type: IdDocType::from(row.get::<String>(1)?.as_str()),
        sub_type: row.get::<Option<String>>(2)?.map(|side| IdDocSubType::from(side.as_str())),
        country: row.get(3)?,
        media_type: row.get(4)?,
        check_id: row.get(5)?,
    })
}

/// A check that was run.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// A UUID.
    pub check_id: String,
    /// Which.
    pub kind: CheckType,
    /// What came of it.
    pub answer: Answer,
    /// What it found.
    pub found: serde_json::Value,
    /// When.
    pub created_ms: i64,
}

/// Writes down a check.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn add_check(c: &Connection, applicant_id: &str, check: &Check) -> Result<(), StoreError> {
    audit::about(c, "applicant", applicant_id);
    c.execute(
        "INSERT INTO idngo_check (check_id, applicant_id, position, type, answer, found, created_ms)
         VALUES (?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM idngo_check WHERE applicant_id = ?2),
          ?3, ?4, ?5, ?6)",
        params![
            check.check_id,
            applicant_id,
            check.kind.as_str(),
            check.answer.as_str(),
            json(&check.found)?,
            check.created_ms,
        ],
    )?;
    Ok(())
}

/// The latest check of a type.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn latest_check(c: &Connection, applicant_id: &str, kind: &CheckType) -> Result<Option<Check>, StoreError> {
    let sql = "SELECT check_id, answer, found, created_ms FROM idngo_check WHERE applicant_id = ?1 AND type = ?2
               ORDER BY position DESC LIMIT 1";
    let found = c
        .query_row(sql, params![applicant_id, kind.as_str()], |row| {
            Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.get::<String>(2)?, row.get::<i64>(3)?))
        })
        .optional()?;
    found
        .map(|(check_id, answer, found, created_ms)| {
            let answer = Answer::from(answer.as_str());
            Ok(Check { check_id, kind: kind.clone(), answer, found: parse(&found)?, created_ms })
        })
        .transpose()
}

/// Whether the applicant has a check of that type and id.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn has_check(c: &Connection, applicant_id: &str, kind: &CheckType, check_id: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM idngo_check WHERE applicant_id = ?1 AND type = ?2 AND check_id = ?3";
    Ok(c.exists(sql, params![applicant_id, kind.as_str(), check_id])?)
}

/// Writes down that something happened.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn add_event(c: &Connection, applicant_id: &str, at_ms: i64, item: &TimelineItem) -> Result<(), StoreError> {
    audit::about(c, "applicant", applicant_id);
    c.execute(
        "INSERT INTO idngo_event (applicant_id, position, at_ms, item)
         VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM idngo_event WHERE applicant_id = ?1), ?2, ?3)",
        params![applicant_id, at_ms, json(item)?],
    )?;
    Ok(())
}

/// What happened, the latest first.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn events(c: &Connection, applicant_id: &str) -> Result<Vec<TimelineItem>, StoreError> {
    let sql = "SELECT item FROM idngo_event WHERE applicant_id = ?1 ORDER BY at_ms DESC, position DESC";
    let texts = c.query(sql, params![applicant_id], |row| row.get::<String>(0))?;
    texts.iter().map(|text| parse(text)).collect()
}

/// An e-mail in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// A UUID.
    pub mail_id: String,
    /// The client in whose name it was written.
    pub client_id: String,
    /// To whom.
    pub recipient: String,
    /// The whole message (RFC 5322).
    pub message: String,
    /// When.
    pub created_ms: i64,
}

/// Puts an e-mail into the outbox.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn add_mail(c: &Connection, applicant_id: &str, mail: &Mail) -> Result<(), StoreError> {
    audit::about(c, "applicant", applicant_id);
    c.execute(
        "INSERT INTO idngo_mail (mail_id, client_id, applicant_id, recipient, message, created_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![mail.mail_id, mail.client_id, applicant_id, mail.recipient, mail.message, mail.created_ms],
    )?;
    Ok(())
}

/// The outbox, oldest first; for the operator, over all clients.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn outbox(c: &Connection) -> Result<Vec<Mail>, StoreError> {
    let sql = "SELECT mail_id, client_id, recipient, message, created_ms FROM idngo_mail ORDER BY created_ms, mail_id";
    Ok(c.query(sql, params![], |row| {
        Ok(Mail {
            mail_id: row.get(0)?,
            client_id: row.get(1)?,
            recipient: row.get(2)?,
            message: row.get(3)?,
            created_ms: row.get(4)?,
        })
    })?)
}
