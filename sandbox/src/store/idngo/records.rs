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

/// The first `most` images of an applicant and the ids of their content, in the order in which they came.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn images(c: &Connection, applicant_id: &str, most: u32) -> Result<Vec<(Media, String)>, StoreError> {
    let sql = "SELECT image_id, id_doc_type, sub_type, country, media_type, check_id, blob_id FROM idngo_media
               WHERE applicant_id = ?1 AND media_type LIKE 'image/%' ORDER BY position LIMIT ?2";
    Ok(c.query(sql, params![applicant_id, most], |row| Ok((media_row(row)?, row.get(6)?)))?)
}

/// The media of a liveness check with their bytes.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn media_of_check(c: &Connection, applicant_id: &str, check_id: &str) -> Result<Vec<(Media, Vec<u8>)>, StoreError> {
    let sql = "SELECT image_id, id_doc_type, sub_type, country, media_type, check_id, blob_id FROM idngo_media
               WHERE applicant_id = ?1 AND check_id = ?2 ORDER BY position";
    let found: Vec<(Media, String)> =
        c.query(sql, params![applicant_id, check_id], |row| Ok((media_row(row)?, row.get(6)?)))?;
    found
        .into_iter()
        .map(|(media, blob_id)| {
            let bytes = blobs::read(c, &blob_id)?.ok_or(StoreError::Internal("a stored image is gone"))?;
            Ok((media, bytes))
        })
        .collect()
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

/// Most events that a timeline names: the operation has no pages.
pub const TIMELINE_MAX: u32 = 1_000;

/// What happened, the latest first, at most [`TIMELINE_MAX`].
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn events(c: &Connection, applicant_id: &str) -> Result<Vec<TimelineItem>, StoreError> {
    let sql = "SELECT item FROM idngo_event WHERE applicant_id = ?1 ORDER BY at_ms DESC, position DESC LIMIT ?2";
    let texts = c.query(sql, params![applicant_id, TIMELINE_MAX], |row| row.get::<String>(0))?;
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

/// Messages that the outbox reads at once.
const OUTBOX_PAGE: u32 = 200;

/// A page of the outbox, the oldest first, after the message `after`; empty after the last. For the operator, over all
/// clients.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn outbox(c: &Connection, after: Option<&Mail>) -> Result<Vec<Mail>, StoreError> {
    let sql = "SELECT mail_id, client_id, recipient, message, created_ms FROM idngo_mail
               WHERE created_ms > ?1 OR (created_ms = ?1 AND mail_id > ?2)
               ORDER BY created_ms, mail_id LIMIT ?3";
    let (created_ms, mail_id) = after.map_or((i64::MIN, ""), |mail| (mail.created_ms, mail.mail_id.as_str()));
    Ok(c.query(sql, params![created_ms, mail_id, OUTBOX_PAGE], |row| {
        Ok(Mail {
            mail_id: row.get(0)?,
            client_id: row.get(1)?,
            recipient: row.get(2)?,
            message: row.get(3)?,
            created_ms: row.get(4)?,
        })
    })?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// A store with the applicant `a`.
    fn store() -> Store {
        let store = Store::in_memory().unwrap();
        let insert = |c: &Connection| -> Result<_, StoreError> {
            Ok(c.execute(
                "INSERT INTO idngo_applicant
                 VALUES ('a', 'client', 'i', 'u', 'basic', 'individual', 'api', NULL, 'en', '{}', '{}', 0, 0, 0)",
                params![],
            )?)
        };
        store.run_blocking(insert).unwrap();
        store
    }

    #[test]
    fn the_outbox_is_read_in_pages() {
        let store = store();
        let sent = OUTBOX_PAGE + 3;
        let read: Vec<Mail> = store
            .run_blocking(|c| {
                for n in 0..sent {
                    // Two of each moment.
                    let created_ms = i64::from(n / 2);
                    let [mail_id, client_id] = [format!("{n:04}"), "client".to_owned()];
                    let [recipient, message] = [String::new(), String::new()];
                    add_mail(c, "a", &Mail { mail_id, client_id, recipient, message, created_ms })?;
                }
                let mut read = outbox(c, None)?;
                assert_eq!(read.len(), OUTBOX_PAGE as usize);
                read.extend(outbox(c, read.last())?);
                assert!(outbox(c, read.last())?.is_empty());
                Ok(read)
            })
            .unwrap();
        let ids: Vec<String> = read.into_iter().map(|mail| mail.mail_id).collect();
        assert_eq!(ids, (0..sent).map(|n| format!("{n:04}")).collect::<Vec<_>>());
    }

    #[test]
    fn a_timeline_names_the_latest_events_of_very_many() {
        let store = store();
        let events = store
            .run_blocking(|c| {
                for at_ms in 0..=i64::from(TIMELINE_MAX) {
                    add_event(c, "a", at_ms, &TimelineItem { ts: at_ms.to_string(), ..TimelineItem::default() })?;
                }
                events(c, "a")
            })
            .unwrap();
        assert_eq!(events.len(), TIMELINE_MAX as usize);
        assert_eq!((events[0].ts.as_str(), events[999].ts.as_str()), ("1000", "1"));
    }
}
