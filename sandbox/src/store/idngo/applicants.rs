//! Applicants, what they are found by, and the links that were made for them.

use kyc_capture::api::idngo::applicant::{ApplicantInfo, Review, ReviewResult};
use kyc_capture::api::idngo::dates;
use kyc_capture::api::idngo::enums::{ApplicantType, ReviewStatus};
use serde::{Deserialize, Serialize};

use super::super::error::StoreError;
use super::{json, parse};
use crate::random;
use crate::store::audit;
use crate::store::db::{self, Connection, OptionalExtension, Row, params};

/// An applicant as it is now.
#[derive(Debug, Clone)]
pub struct Applicant {
    /// 24 hexadecimal digits.
    pub applicant_id: String,
    /// The client that it belongs to.
    pub client_id: String,
    /// 24 hexadecimal digits.
    pub inspection_id: String,
    /// The user in the integrator's system; one applicant each.
    pub external_user_id: String,
    /// The level.
    pub level_name: String,
    /// Who it is.
    pub kind: ApplicantType,
    /// By what it came.
    pub platform: String,
    /// Where the status is sent.
    pub email: Option<String>,
    /// ISO 639-1.
    pub lang: String,
    /// What is known of the person.
    pub info: ApplicantInfo,
    /// The state of the review.
    pub review: ReviewState,
    /// Whether the profile is deactivated.
    pub deleted: bool,
    /// Whether the client refused this person for good.
    pub blacklisted: bool,
    /// When it was made.
    pub created_ms: i64,
}

/// The state of a review; times in milliseconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReviewState {
    /// Its status.
    pub status: ReviewStatus,
    /// When it was made.
    pub create_ms: i64,
    /// When its documents were all there.
    pub pending_ms: Option<i64>,
    /// When it was put before a person.
    pub queued_ms: Option<i64>,
    /// When the decision was begun.
    pub start_ms: Option<i64>,
    /// When it was decided.
    pub review_ms: Option<i64>,
    /// The decision.
    pub result: Option<ReviewResult>,
    /// How often it was decided.
    pub rounds: u32,
    /// Whether no person examined it.
    pub auto_checked: bool,
}

impl ReviewState {
    /// As it is answered.
    pub fn reply(&self, level_name: &str) -> Review {
        let since = |from: Option<i64>| Some(self.review_ms? - from?);
        Review {
            elapsed_since_pending_ms: since(self.pending_ms),
            elapsed_since_queued_ms: since(self.queued_ms),
            reprocessing: Some(self.rounds > 1),
            level_name: Some(level_name.to_owned()),
            create_date: Some(dates::write_with_zone(self.create_ms)),
            review_date: self.review_ms.map(dates::write_with_zone),
            start_date: self.start_ms.map(dates::write_with_zone),
            review_result: self.result.clone(),
            review_status: self.status.clone(),
            priority: Some(0),
            auto_checked: Some(self.auto_checked),
        }
    }

    /// Whether it is in somebody's hands.
    pub fn is_under_review(&self) -> bool {
        matches!(self.status, ReviewStatus::Pending | ReviewStatus::Queued | ReviewStatus::Prechecked)
    }
}

const COLUMNS: &str = "applicant_id, client_id, inspection_id, external_user_id, level_name, type, \
    platform, email, lang, \
                       info, review, deleted, blacklisted, created_ms";

/// Stores a new applicant; `false` where the client has one of this external identifier.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn insert(c: &Connection, a: &Applicant, keys: &[String]) -> Result<bool, StoreError> {
    let sql = format!(
        "INSERT INTO idngo_applicant ({COLUMNS})
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
         ON CONFLICT (client_id, external_user_id) DO NOTHING"
    );
    let inserted = c.execute(
        &sql,
        params![
            a.applicant_id,
            a.client_id,
            a.inspection_id,
            a.external_user_id,
            a.level_name,
            a.kind.as_str(),
            a.platform,
            a.email,
            a.lang,
            json(&a.info)?,
            json(&a.review)?,
            a.deleted,
            a.blacklisted,
            a.created_ms,
        ],
    )?;
    if inserted == 1 {
        set_keys(c, a, keys)?;
    }
    Ok(inserted == 1)
}

/// Stores what may change of an applicant.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn update(c: &Connection, a: &Applicant, keys: &[String]) -> Result<(), StoreError> {
    c.execute(
        "UPDATE idngo_applicant SET level_name = ?3, type = ?4, email = ?5, lang = ?6, info = ?7,
         review = ?8, deleted = ?9,
                                    blacklisted = ?10
         WHERE applicant_id = ?1 AND client_id = ?2",
        params![
            a.applicant_id,
            a.client_id,
            a.level_name,
            a.kind.as_str(),
            a.email,
            a.lang,
            json(&a.info)?,
            json(&a.review)?,
            a.deleted,
            a.blacklisted,
        ],
    )?;
    set_keys(c, a, keys)
}

fn set_keys(c: &Connection, a: &Applicant, keys: &[String]) -> Result<(), StoreError> {
    audit::about(c, "applicant", &a.applicant_id);
    c.execute("DELETE FROM idngo_key WHERE applicant_id = ?1", params![a.applicant_id])?;
    for key in keys {
        c.execute(
            "INSERT INTO idngo_key (applicant_id, client_id, value) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![a.applicant_id, a.client_id, key],
        )?;
    }
    Ok(())
}

/// The applicant of that id.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn read(c: &Connection, client_id: &str, applicant_id: &str) -> Result<Option<Applicant>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM idngo_applicant WHERE client_id = ?1 AND applicant_id = ?2");
    one(c, &sql, params![client_id, applicant_id])
}

/// The applicant of that external identifier.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn read_external(c: &Connection, client_id: &str, external: &str) -> Result<Option<Applicant>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM idngo_applicant WHERE client_id = ?1 AND external_user_id = ?2");
    one(c, &sql, params![client_id, external])
}

/// Visits the active applicants other than `applicant_id` that are found by one of the keys, the oldest first. None is
/// kept here.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn visit_with_keys(
    c: &Connection,
    client_id: &str,
    applicant_id: &str,
    keys: &[String],
    mut each: impl FnMut(Applicant),
) -> Result<(), StoreError> {
    if keys.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = (3..).take(keys.len()).map(|place| format!("?{place}")).collect();
    let sql = format!(
        "SELECT {COLUMNS} FROM idngo_applicant
         WHERE client_id = ?1 AND applicant_id <> ?2 AND deleted = 0 AND applicant_id IN
               (SELECT applicant_id FROM idngo_key WHERE client_id = ?1 AND value IN ({}))
         ORDER BY created_ms, applicant_id",
        places.join(", ")
    );
    let mut values: Vec<&dyn db::ToSql> = vec![&client_id, &applicant_id];
    values.extend(keys.iter().map(|key| key as &dyn db::ToSql));
    let mut unread = None;
    c.visit(&sql, &values, |row| {
        match read_json(from_row(row)?) {
            Ok(applicant) => each(applicant),
            Err(error) => unread = Some(error),
        }
        Ok(())
    })?;
    unread.map_or(Ok(()), Err)
}

/// Keeps an applicant's face, in place of one kept before.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn set_face(c: &Connection, a: &Applicant, encoding: &[f32]) -> Result<(), StoreError> {
    let bytes: Vec<u8> = encoding.iter().flat_map(|number| number.to_le_bytes()).collect();
    c.execute(
        "INSERT INTO idngo_face (applicant_id, client_id, encoding) VALUES (?1, ?2, ?3)
         ON CONFLICT (applicant_id) DO UPDATE SET encoding = excluded.encoding",
        params![a.applicant_id, a.client_id, bytes],
    )?;
    Ok(())
}

/// The face of an applicant.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn face(c: &Connection, client_id: &str, applicant_id: &str) -> Result<Option<Vec<f32>>, StoreError> {
    let sql = "SELECT encoding FROM idngo_face WHERE client_id = ?1 AND applicant_id = ?2";
    let found = c.query_row(sql, params![client_id, applicant_id], |row| row.get::<Vec<u8>>(0)).optional()?;
    Ok(found.map(|bytes| numbers(&bytes)))
}

/// The client's active applicants but this one whose face `is_alike`: the first `most` of them.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn others_alike(
    c: &Connection,
    client_id: &str,
    applicant_id: &str,
    most: usize,
    is_alike: impl Fn(&[f32]) -> bool,
) -> Result<Vec<String>, StoreError> {
    let sql =
        "SELECT f.applicant_id, f.encoding FROM idngo_face f JOIN idngo_applicant a ON a.applicant_id = f.applicant_id
               WHERE f.client_id = ?1 AND f.applicant_id <> ?2 AND a.deleted = 0 ORDER BY f.applicant_id";
    let mut found = Vec::new();
    c.visit(sql, params![client_id, applicant_id], |row| {
        if found.len() < most && is_alike(&numbers(&row.get::<Vec<u8>>(1)?)) {
            found.push(row.get(0)?);
        }
        Ok(())
    })?;
    Ok(found)
}

fn numbers(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

fn one(c: &Connection, sql: &str, params: &[&dyn db::ToSql]) -> Result<Option<Applicant>, StoreError> {
    let found = c.query_row(sql, params, from_row).optional()?;
    found.map(read_json).transpose()
}

fn read_json((mut applicant, info, review): (Applicant, String, String)) -> Result<Applicant, StoreError> {
    applicant.info = parse(&info)?;
    applicant.review = parse(&review)?;
    Ok(applicant)
}

/// The applicant without what is kept as JSON, and that.
fn from_row(row: &Row<'_>) -> db::Result<(Applicant, String, String)> {
    let applicant = Applicant {
        applicant_id: row.get(0)?,
        client_id: row.get(1)?,
        inspection_id: row.get(2)?,
        external_user_id: row.get(3)?,
        level_name: row.get(4)?,
        kind: ApplicantType::from(row.get::<String>(5)?.as_str()),
        platform: row.get(6)?,
        email: row.get(7)?,
        lang: row.get(8)?,
        info: ApplicantInfo::default(),
        review: ReviewState::default(),
        deleted: row.get(11)?,
        blacklisted: row.get(12)?,
        created_ms: row.get(13)?,
    };
    Ok((applicant, row.get(9)?, row.get(10)?))
}

/// A link for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The client that made it.
    pub client_id: String,
    /// For whom.
    pub applicant_id: String,
    /// For which action of theirs.
    pub action_id: Option<String>,
    /// The level.
    pub level_name: String,
    /// Language of the page.
    pub locale: Option<String>,
    /// When it ends.
    pub expires_ms: i64,
    /// The session that its page began.
    pub session_id: Option<String>,
    /// From where, as JSON.
    pub tracking: Option<String>,
    /// When what came of the session was taken over.
    pub settled_ms: Option<i64>,
}

const LINK: &str =
    "client_id, applicant_id, action_id, level_name, locale, expires_ms, session_id, tracking, settled_ms";

/// Stores a new link under its token.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn insert_link(c: &Connection, token: &str, link: &Link, now_ms: i64) -> Result<(), StoreError> {
    c.execute(
        "INSERT INTO idngo_link (link_hash, client_id, applicant_id, action_id, level_name, locale,
         created_ms, expires_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            random::hash(token.as_bytes()),
            link.client_id,
            link.applicant_id,
            link.action_id,
            link.level_name,
            link.locale,
            now_ms,
            link.expires_ms,
        ],
    )?;
    audit::about(c, "link for applicant", &link.applicant_id);
    Ok(())
}

/// The link of that token.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn link(c: &Connection, token: &str) -> Result<Option<Link>, StoreError> {
    let sql = format!("SELECT {LINK} FROM idngo_link WHERE link_hash = ?1");
    Ok(c.query_row(&sql, params![random::hash(token.as_bytes())], link_row).optional()?)
}

/// Writes down the session that a link began, unless it has one; returns the one that it has.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn set_session(
    c: &Connection,
    token: &str,
    session_id: &str,
    tracking: &str,
) -> Result<Option<String>, StoreError> {
    c.execute(
        "UPDATE idngo_link SET session_id = ?2, tracking = ?3 WHERE link_hash = ?1 AND session_id IS NULL",
        params![random::hash(token.as_bytes()), session_id, tracking],
    )?;
    Ok(link(c, token)?.and_then(|link| link.session_id))
}

/// Most sessions that one reading of an applicant takes over; the next reading takes over more.
const FINISHED_LINKS_MAX: u32 = 32;

/// Links of an applicant whose session has its outcome and was not taken over yet, the oldest first.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn finished_links(c: &Connection, client_id: &str, applicant_id: &str) -> Result<Vec<Link>, StoreError> {
    let sql = format!(
        "SELECT {LINK} FROM idngo_link
         WHERE client_id = ?1 AND applicant_id = ?2 AND settled_ms IS NULL
           AND EXISTS (SELECT 1 FROM session s WHERE s.session_id = idngo_link.session_id AND s.outcome IS NOT NULL)
         ORDER BY created_ms LIMIT ?3"
    );
    Ok(c.query(&sql, params![client_id, applicant_id, FINISHED_LINKS_MAX], link_row)?)
}

/// Notes that a session was taken over; `false` where somebody else did.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn settle_link(c: &Connection, session_id: &str, now_ms: i64) -> Result<bool, StoreError> {
    let sql = "UPDATE idngo_link SET settled_ms = ?2 WHERE session_id = ?1 AND settled_ms IS NULL";
    Ok(c.execute(sql, params![session_id, now_ms])? > 0)
}

fn link_row(row: &Row<'_>) -> db::Result<Link> {
    Ok(Link {
        client_id: row.get(0)?,
        applicant_id: row.get(1)?,
        action_id: row.get(2)?,
        level_name: row.get(3)?,
        locale: row.get(4)?,
        expires_ms: row.get(5)?,
        session_id: row.get(6)?,
        tracking: row.get(7)?,
        settled_ms: row.get(8)?,
    })
}

/// The client of an applicant, for the operator.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn client_of(c: &Connection, applicant_id: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT client_id FROM idngo_applicant WHERE applicant_id = ?1";
    Ok(c.query_row(sql, params![applicant_id], |row| row.get(0)).optional()?)
}
