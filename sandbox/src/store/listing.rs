//! Lists in pages: the database filters, counts and cuts; no list is held as a whole.
//!
//! Entries of metadata are compared as JSON, which the two databases do differently: with such a filter the rows are
//! read one after another, and only the ids of the page are kept.

use std::fmt::Write;

use serde_json::{Map, Value as Json};

use super::db::{self, Connection, OptionalExtension, Row, ToSql, params};
use super::error::StoreError;
use super::identities::Identity;
use super::values::Value;

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many entries at most.
    pub take: u32,
    /// How many are before them.
    pub skip: u32,
}

impl Page {
    /// That part of a list that is at hand.
    pub fn cut<T>(self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip(self.skip as usize).take(self.take as usize).collect()
    }

    fn holds(self, position: u64) -> bool {
        let skip = u64::from(self.skip);
        (skip..skip + u64::from(self.take)).contains(&position)
    }
}

/// The filters of a list. What is empty or none filters nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The client whose list it is.
    pub client_id: String,
    /// When it was made: from this moment, in milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// To this moment, included.
    pub to_ms: Option<i64>,
    /// One of these identities.
    pub identity_ids: Vec<String>,
    /// One of these users; an empty list is met by every session.
    pub user_ids: Option<Vec<String>>,
    /// Each of these, in lower case, is part of the document's names and numbers.
    pub words: Vec<String>,
    /// Of IDA: whether the person was authenticated.
    pub authenticated: Option<bool>,
    /// These entries are in the metadata, with equal values.
    pub metadata: Option<Map<String, Json>>,
}

/// The tables with sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Of IDV.
    Idv,
    /// Of IDA; the document is that of the identity's newest session.
    Ida,
}

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It is open.
    InProgress,
    /// It was finalized.
    Complete,
    /// It ended before.
    Expired,
}

/// Which sessions of those that the filter lets pass are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// All.
    All,
    /// Those that are so far.
    Of(Progress),
    /// None: no session is ever that far.
    Nothing,
}

/// What a list found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The ids of the page.
    pub ids: Vec<String>,
    /// How many are in progress, of those that the filter lets pass.
    pub in_progress: u64,
    /// How many are complete.
    pub complete: u64,
    /// How many are expired.
    pub expired: u64,
    /// How many are on all pages.
    pub total: u64,
}

/// Sessions of a client, the newest first.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn sessions(
    c: &Connection,
    table: Table,
    filter: &Filter,
    wanted: Wanted,
    page: Page,
    now_ms: i64,
) -> Result<Found, StoreError> {
    let (name, search_text) = match table {
        Table::Idv => ("session", "s.search_text"),
        Table::Ida => (
            "ida_session",
            "(SELECT h.search_text FROM session h WHERE h.client_id = s.client_id AND h.identity_id = s.identity_id
              AND h.search_text IS NOT NULL ORDER BY h.completed_ms DESC, h.session_id LIMIT 1)",
        ),
    };
    let mut conditions = Conditions::of_client("s", filter);
    conditions.any_of("s.identity_id", &filter.identity_ids);
    if let Some(users) = &filter.user_ids {
        conditions.any_of("s.user_id", users);
    }
    conditions.words(search_text, &filter.words);
    if let Some(authenticated) = filter.authenticated.filter(|_| table == Table::Ida) {
        conditions.bind("s.authenticated = ", Param::Integer(i64::from(authenticated)));
    }
    let mut found = Found::default();
    if let Some(metadata) = &filter.metadata {
        let sql = format!(
            "SELECT session_id, completed_ms, expires_ms, metadata FROM {name} s WHERE {conditions}
             ORDER BY created_ms DESC, session_id"
        );
        c.visit(&sql, &conditions.values(), |row| {
            if !has_entries(row, 3, metadata)? {
                return Ok(());
            }
            let progress = match (row.get::<Option<i64>>(1)?, row.get::<i64>(2)?) {
                (Some(_), _) => Progress::Complete,
                (None, expires_ms) if now_ms >= expires_ms => Progress::Expired,
                (None, _) => Progress::InProgress,
            };
            *found.count_mut(progress) += 1;
            if wanted == Wanted::All || wanted == Wanted::Of(progress) {
                if page.holds(found.total) {
                    found.ids.push(row.get(0)?);
                }
                found.total += 1;
            }
            Ok(())
        })?;
        return Ok(found);
    }
    let mut counted = conditions.clone();
    let now = counted.param(Param::Integer(now_ms));
    let sql = format!(
        "SELECT count(*), count(completed_ms),
                coalesce(sum(CASE WHEN completed_ms IS NULL AND expires_ms <= {now} THEN 1 ELSE 0 END), 0)
         FROM {name} s WHERE {counted}"
    );
    let (all, complete, expired) =
        c.query_row(&sql, &counted.values(), |row| Ok((row.get::<u64>(0)?, row.get::<u64>(1)?, row.get::<u64>(2)?)))?;
    (found.complete, found.expired, found.in_progress) = (complete, expired, all - complete - expired);
    found.total = match wanted {
        Wanted::All => all,
        Wanted::Of(progress) => *found.count_mut(progress),
        Wanted::Nothing => return Ok(found),
    };
    match wanted {
        Wanted::Of(Progress::Complete) => conditions.and("completed_ms IS NOT NULL"),
        Wanted::Of(Progress::Expired) => {
            conditions.bind("completed_ms IS NULL AND expires_ms <= ", Param::Integer(now_ms));
        }
        Wanted::Of(Progress::InProgress) => {
            conditions.bind("completed_ms IS NULL AND expires_ms > ", Param::Integer(now_ms));
        }
        Wanted::All | Wanted::Nothing => {}
    }
    let limits = conditions.limits(page);
    let sql =
        format!("SELECT session_id FROM {name} s WHERE {conditions} ORDER BY created_ms DESC, session_id {limits}");
    found.ids = c.query(&sql, &conditions.values(), |row| row.get(0))?;
    Ok(found)
}

impl Found {
    fn count_mut(&mut self, progress: Progress) -> &mut u64 {
        match progress {
            Progress::InProgress => &mut self.in_progress,
            Progress::Complete => &mut self.complete,
            Progress::Expired => &mut self.expired,
        }
    }
}

/// Identities of a client, the newest first: a page, and how many there are on all pages. Of the filters that are
/// compared with sessions one session must meet each, not the same one all of them.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn identities(c: &Connection, filter: &Filter, page: Page) -> Result<(Vec<Identity>, u64), StoreError> {
    let of = "SELECT 1 FROM session s WHERE s.identity_id = i.identity_id AND s.client_id = i.client_id";
    let mut conditions = Conditions::of_client("i", filter);
    conditions.and(&format!("(i.anonymized_ms IS NOT NULL OR EXISTS ({of}))"));
    if let Some(users) = &filter.user_ids {
        conditions.and(&format!("EXISTS ({of}"));
        conditions.any_of("s.user_id", users);
        conditions.close();
    }
    if !filter.words.is_empty() {
        conditions.and(&format!("EXISTS ({of}"));
        conditions.words("s.search_text", &filter.words);
        conditions.close();
    }
    const COLUMNS: &str = "i.identity_id, i.client_id, i.created_ms, i.anonymized_ms";
    let Some(metadata) = &filter.metadata else {
        let sql = format!("SELECT count(*) FROM identity i WHERE {conditions}");
        let total = c.query_row(&sql, &conditions.values(), |row| row.get(0))?;
        let limits = conditions.limits(page);
        let sql = format!(
            "SELECT {COLUMNS} FROM identity i WHERE {conditions} ORDER BY i.created_ms DESC, i.identity_id {limits}"
        );
        return Ok((c.query(&sql, &conditions.values(), identity)?, total));
    };
    let sql = format!(
        "SELECT {COLUMNS}, m.metadata FROM identity i
         JOIN session m ON m.identity_id = i.identity_id AND m.client_id = i.client_id
         WHERE {conditions} ORDER BY i.created_ms DESC, i.identity_id"
    );
    let (mut found, mut total, mut last) = (Vec::new(), 0, String::new());
    c.visit(&sql, &conditions.values(), |row| {
        let identity = identity(row)?;
        if identity.identity_id != last && has_entries(row, 4, metadata)? {
            last.clone_from(&identity.identity_id);
            if page.holds(total) {
                found.push(identity);
            }
            total += 1;
        }
        Ok(())
    })?;
    Ok((found, total))
}

/// The newest identity of a client that was not anonymized.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn newest_identity(c: &Connection, client_id: &str) -> Result<Option<Identity>, StoreError> {
    let sql = "SELECT i.identity_id, i.client_id, i.created_ms, i.anonymized_ms FROM identity i
               WHERE i.client_id = ?1 AND i.anonymized_ms IS NULL
                 AND EXISTS (SELECT 1 FROM session s WHERE s.identity_id = i.identity_id)
               ORDER BY i.created_ms DESC, i.identity_id LIMIT 1";
    Ok(c.query_row(sql, params![client_id], identity).optional()?)
}

fn identity(row: &Row<'_>) -> db::Result<Identity> {
    Ok(Identity {
        identity_id: row.get(0)?,
        client_id: row.get(1)?,
        created_ms: row.get(2)?,
        anonymized_ms: row.get(3)?,
    })
}

/// Whether every wanted entry is in the metadata of a row.
fn has_entries(row: &Row<'_>, column: usize, wanted: &Map<String, Json>) -> db::Result<bool> {
    let text: String = row.get(column)?;
    let map: Map<String, Json> = serde_json::from_str(&text).map_err(|_| db::Error::Unexpected { column })?;
    Ok(wanted.iter().all(|(name, value)| map.get(name) == Some(value)))
}

/// A value of a condition.
#[derive(Debug, Clone)]
enum Param {
    Text(String),
    Integer(i64),
}

impl ToSql for Param {
    fn to_value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Integer(number) => Value::Integer(*number),
        }
    }
}

/// Conditions that all hold, with their values.
#[derive(Debug, Clone)]
struct Conditions {
    sql: String,
    params: Vec<Param>,
}

impl std::fmt::Display for Conditions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sql)
    }
}

impl Conditions {
    fn of_client(table: &str, filter: &Filter) -> Self {
        let params = vec![Param::Text(filter.client_id.clone())];
        let mut conditions = Self { sql: format!("{table}.client_id = ?1"), params };
        if let Some(from_ms) = filter.from_ms {
            conditions.bind(&format!("{table}.created_ms >= "), Param::Integer(from_ms));
        }
        if let Some(to_ms) = filter.to_ms {
            conditions.bind(&format!("{table}.created_ms <= "), Param::Integer(to_ms));
        }
        conditions
    }

    fn and(&mut self, condition: &str) {
        let _ = write!(self.sql, " AND {condition}");
    }

    fn close(&mut self) {
        self.sql.push(')');
    }

    /// The placeholder of a further value.
    fn param(&mut self, value: Param) -> String {
        self.params.push(value);
        format!("?{}", self.params.len())
    }

    fn bind(&mut self, condition: &str, value: Param) {
        let placeholder = self.param(value);
        self.and(&format!("{condition}{placeholder}"));
    }

    fn any_of(&mut self, column: &str, values: &[String]) {
        if values.is_empty() {
            return;
        }
        let placeholders: Vec<_> = values.iter().map(|value| self.param(Param::Text(value.clone()))).collect();
        self.and(&format!("{column} IN ({})", placeholders.join(", ")));
    }

    fn words(&mut self, text: &str, words: &[String]) {
        for word in words {
            let placeholder = self.param(Param::Text(word.clone()));
            self.and(&format!("instr({text}, {placeholder}) > 0"));
        }
    }

    fn limits(&mut self, page: Page) -> String {
        let take = self.param(Param::Integer(page.take.into()));
        let skip = self.param(Param::Integer(page.skip.into()));
        format!("LIMIT {take} OFFSET {skip}")
    }

    fn values(&self) -> Vec<&dyn ToSql> {
        self.params.iter().map(|param| param as &dyn ToSql).collect()
    }
}
