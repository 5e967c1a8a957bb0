//! One way to talk to the database, whichever it is: SQL is written once, in what SQLite and PostgreSQL share.
//!
//! - Placeholders are `?1`, `?2`, …; every value goes by them.
//! - Stored are integers, floating-point numbers, texts and bytes; a truth is 0 or 1, and is compared as such
//!   (`flag = 1`).
//! - A statement that fails undoes its transaction, whatever is answered to the failure: where a row may be there
//!   already, say `ON CONFLICT`.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use ::postgres::fallible_iterator::FallibleIterator;
use rusqlite::types::ValueRef;

use super::audit_notes::Notes;
use super::blob_transaction::BlobTransaction;
pub use super::db_error::{Error, Result};
use super::dialect;
use super::postgres::type_of;
use super::shared::Shared;
pub use super::values::{FromSql, Kind, Stored, ToSql, Value};
use super::write_faults::{WriteFault, WriteFaults};
pub use crate::params;

/// Turns "there is no such row" into `None`.
pub trait OptionalExtension<T> {
    /// `None` where no row was found.
    ///
    /// # Errors
    /// Every other error.
    fn optional(self) -> Result<Option<T>>;
}

impl<T> OptionalExtension<T> for Result<T> {
    fn optional(self) -> Result<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoRows) => Ok(None),
            Err(e) => Err(e),
        }
    }
}

/// The values of a statement's placeholders, in order: `params![id, now_ms]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$(&$value as &dyn $crate::store::db::ToSql),*]
    };
}

/// A row that was found.
#[derive(Debug)]
pub struct Row<'a>(Found<'a>);

#[derive(Debug)]
enum Found<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The value in a column, counted from 0.
    ///
    /// # Errors
    /// [`Error::Unexpected`] where it is of another kind than `T`, or there is no such column.
    pub fn get<T: FromSql>(&self, column: usize) -> Result<T> {
        let value = match &self.0 {
            Found::Sqlite(row) => row.get_ref(column).ok().and_then(of_sqlite),
            Found::Postgres(row) => row.try_get::<_, Value<'_>>(column).ok(),
        };
        value.and_then(T::from_value).ok_or(Error::Unexpected { column })
    }
}

fn of_sqlite(value: ValueRef<'_>) -> Option<Value<'_>> {
    Some(match value {
        ValueRef::Null => Value::Null(Kind::Text),
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(std::str::from_utf8(text).ok()?),
        ValueRef::Blob(bytes) => Value::Blob(bytes),
    })
}

/// The database, in a transaction.
pub struct Connection {
    database: Database,
    /// Whether the transaction may change something.
    writes: Cell<bool>,
    /// Whether a statement of the transaction failed.
    failed: Cell<bool>,
    /// Whether nothing more can come of it.
    lost: Cell<bool>,
    blobs: BlobTransaction,
    audit: Notes,
}

enum Database {
    Sqlite(rusqlite::Connection),
    Postgres(RefCell<postgres::Client>),
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self.database {
            Database::Sqlite(_) => "SQLite",
            Database::Postgres(_) => "PostgreSQL",
        };
        f.debug_tuple("Connection").field(&name).finish()
    }
}

impl Connection {
    /// Over an open SQLite database.
    pub(super) fn sqlite(sqlite: rusqlite::Connection, shared: &Arc<Shared>) -> Self {
        Self::over(Database::Sqlite(sqlite), shared)
    }

    /// Over a connection to PostgreSQL.
    pub(super) fn postgres(client: postgres::Client, shared: &Arc<Shared>) -> Self {
        Self::over(Database::Postgres(RefCell::new(client)), shared)
    }

    fn over(database: Database, shared: &Arc<Shared>) -> Self {
        Self {
            database,
            writes: Cell::new(true),
            failed: Cell::new(false),
            lost: Cell::new(false),
            blobs: BlobTransaction::new(shared),
            audit: Notes::default(),
        }
    }

    /// What the transaction does outside of the database.
    pub(super) fn blobs(&self) -> &BlobTransaction {
        &self.blobs
    }

    /// What the transaction notes for the audit log.
    pub(super) fn audit(&self) -> &Notes {
        &self.audit
    }

    /// Runs a statement that gives no rows; returns how many rows it changed.
    ///
    /// # Errors
    /// Database errors.
    pub fn execute(&self, sql: &str, params: &[&dyn ToSql]) -> Result<usize> {
        if !self.writes.get() {
            return Err(Error::ReadOnly);
        }
        let changed = self.track_failure(|| {
            self.faults().check()?;
            match &self.database {
                Database::Sqlite(sqlite) => {
                    let mut statement = sqlite.prepare_cached(sql)?;
                    bind(&mut statement, params)?;
                    Ok(statement.raw_execute()?)
                }
                Database::Postgres(client) => {
                    let values = values_of(params)?;
                    let changed = client.borrow_mut().execute_typed(&dialect::statement(sql), &typed(&values))?;
                    Ok(usize::try_from(changed).unwrap_or(usize::MAX))
                }
            }
        })?;
        self.audit.changed.set(self.audit.changed.get() || changed > 0);
        Ok(changed)
    }

    /// Runs a statement and reads its first row.
    ///
    /// # Errors
    /// [`Error::NoRows`] where it gives none; the database's.
    pub fn query_row<T>(
        &self,
        sql: &str,
        params: &[&dyn ToSql],
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        let changes = self.writes.get() && !["SELECT", "PRAGMA"].iter().any(|verb| sql.trim_start().starts_with(verb));
        self.audit.changed.set(self.audit.changed.get() || changes);
        self.track_failure(|| {
            if changes {
                self.faults().check()?;
            }
            match &self.database {
                Database::Sqlite(sqlite) => {
                    let mut statement = sqlite.prepare_cached(sql)?;
                    bind(&mut statement, params)?;
                    let mut rows = statement.raw_query();
                    let row = rows.next()?.ok_or(Error::NoRows)?;
                    read(&Row(Found::Sqlite(row)))
                }
                Database::Postgres(_) => {
                    read(&Row(Found::Postgres(self.rows_of(sql, params)?.first().ok_or(Error::NoRows)?)))
                }
            }
        })
    }

    /// Runs a statement and reads all its rows.
    ///
    /// # Errors
    /// Database errors.
    pub fn query<T>(
        &self,
        sql: &str,
        params: &[&dyn ToSql],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.track_failure(|| match &self.database {
            Database::Sqlite(sqlite) => {
                let mut statement = sqlite.prepare_cached(sql)?;
                bind(&mut statement, params)?;
                let mut rows = statement.raw_query();
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    found.push(read(&Row(Found::Sqlite(row)))?);
                }
                Ok(found)
            }
            Database::Postgres(_) => {
                self.rows_of(sql, params)?.iter().map(|row| read(&Row(Found::Postgres(row)))).collect()
            }
        })
    }

    /// Runs a statement and visits its rows one after another, of which none is kept. The visitor may not use the
    /// connection.
    ///
    /// # Errors
    /// Database errors, and those of the visitor.
    pub fn visit(&self, sql: &str, params: &[&dyn ToSql], mut each: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        self.track_failure(|| match &self.database {
            Database::Sqlite(sqlite) => {
                let mut statement = sqlite.prepare_cached(sql)?;
                bind(&mut statement, params)?;
                let mut rows = statement.raw_query();
                while let Some(row) = rows.next()? {
                    each(&Row(Found::Sqlite(row)))?;
                }
                Ok(())
            }
            Database::Postgres(client) => {
                let values = values_of(params)?;
                let mut client = client.borrow_mut();
                let mut rows = client.query_typed_raw(&dialect::statement(sql), typed(&values))?;
                while let Some(row) = rows.next()? {
                    each(&Row(Found::Postgres(&row)))?;
                }
                Ok(())
            }
        })
    }

    /// Whether a statement gives a row.
    ///
    /// # Errors
    /// Database errors.
    pub fn exists(&self, sql: &str, params: &[&dyn ToSql]) -> Result<bool> {
        Ok(self.query_row(sql, params, |_| Ok(())).optional()?.is_some())
    }

    /// Runs statements without values, one after another.
    pub(super) fn execute_batch(&self, sql: &str) -> Result<()> {
        self.track_failure(|| match &self.database {
            Database::Sqlite(sqlite) => Ok(sqlite.execute_batch(sql)?),
            Database::Postgres(client) => Ok(client.borrow_mut().batch_execute(sql)?),
        })
    }

    /// Takes a step of the schema.
    pub(super) fn execute_schema(&self, sql: &str) -> Result<()> {
        match &self.database {
            Database::Sqlite(_) => self.execute_batch(sql),
            Database::Postgres(_) => self.execute_batch(&dialect::schema(sql)),
        }
    }

    fn faults(&self) -> &WriteFaults {
        &self.blobs.shared.faults
    }

    /// Begins a transaction that may write: the only one at this time.
    ///
    /// Pieces of work look first and write then, as if they were alone. SQLite has one writer at a time in any case; in
    /// PostgreSQL one lock per schema gives the same. The alternative, `SERIALIZABLE`, would ask for work that can be
    /// run again from the start, which work that also writes files cannot.
    pub(super) fn begin(&self) -> Result<Transaction<'_>> {
        self.faults().check()?;
        self.begin_as(match self.database {
            Database::Sqlite(_) => "BEGIN IMMEDIATE",
            Database::Postgres(_) => "BEGIN; SELECT pg_advisory_xact_lock(hashtext(current_schema()))",
        })
    }

    /// Begins a transaction that only reads, and sees one moment.
    pub(super) fn begin_reading(&self) -> Result<Transaction<'_>> {
        let transaction = self.begin_as(match self.database {
            Database::Sqlite(_) => "BEGIN",
            Database::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        })?;
        self.writes.set(false);
        Ok(transaction)
    }

    fn begin_as(&self, sql: &str) -> Result<Transaction<'_>> {
        self.failed.set(false);
        self.writes.set(true);
        self.blobs.begin();
        self.audit.begin();
        // Dropped where beginning fails half-way.
        let transaction = Transaction { connection: self, ends: Ends::Undone };
        self.execute_batch(sql)?;
        Ok(transaction)
    }

    /// Whether nothing more can come of this connection.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.get()
    }

    /// How many steps of the schema were taken.
    pub(super) fn schema_version(&self) -> Result<u32> {
        let sql = match self.database {
            Database::Sqlite(_) => "PRAGMA user_version",
            Database::Postgres(_) => {
                self.execute_batch("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")?;
                "SELECT coalesce(max(version), 0) FROM schema_version"
            }
        };
        self.query_row(sql, params![], |row| row.get(0))
    }

    /// Notes that so many steps were taken.
    pub(super) fn set_schema_version(&self, version: u32) -> Result<()> {
        match self.database {
            Database::Sqlite(_) => self.execute_batch(&format!("PRAGMA user_version = {version}")),
            Database::Postgres(_) => {
                self.execute("INSERT INTO schema_version (version) VALUES (?1)", params![version]).map(drop)
            }
        }
    }

    fn rows_of(&self, sql: &str, params: &[&dyn ToSql]) -> Result<Vec<postgres::Row>> {
        let Database::Postgres(client) = &self.database else { return Ok(Vec::new()) };
        let values = values_of(params)?;
        Ok(client.borrow_mut().query_typed(&dialect::statement(sql), &typed(&values))?)
    }

    fn track_failure<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let result = work();
        match &result {
            // Found by this program, not by the database: the transaction goes on.
            Ok(_) | Err(Error::NoRows | Error::Unexpected { .. } | Error::Nul | Error::ReadOnly | Error::Undone) => {}
            Err(Error::Busy | Error::Full | Error::Sqlite(_) | Error::Statement | Error::Postgres(_)) => {
                self.failed.set(true)
            }
            Err(Error::Lost) => {
                self.failed.set(true);
                self.lost.set(true);
            }
        }
        result
    }
}

/// A transaction: undone when dropped, unless it was committed.
#[derive(Debug)]
pub(super) struct Transaction<'a> {
    connection: &'a Connection,
    ends: Ends,
}

#[derive(Debug, PartialEq, Eq)]
enum Ends {
    Undone,
    /// The connection may have been lost before or after it was committed.
    Unknown,
    Committed,
}

impl Transaction<'_> {
    /// Makes what was done lasting.
    pub(super) fn commit(mut self) -> Result<()> {
        // PostgreSQL answers `COMMIT` of a failed transaction by undoing it, without an error.
        if self.connection.failed.get() {
            return Err(Error::Undone);
        }
        let fault = if self.connection.writes.get() { self.connection.faults().next() } else { None };
        if fault == Some(WriteFault::Full) {
            return Err(Error::Full);
        }
        self.ends = Ends::Unknown;
        self.connection.execute_batch("COMMIT")?;
        if let Some(fault) = fault {
            return self.connection.track_failure(|| Err(fault.into()));
        }
        self.ends = Ends::Committed;
        // What could not be deleted yet is owed.
        for id in self.connection.blobs.delete_removed() {
            let _ = self.connection.execute("DELETE FROM blob_removal WHERE blob_id = ?1", params![id]);
        }
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.ends != Ends::Committed {
            // It fails where the database has undone it by itself, or is gone.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        if self.ends == Ends::Undone {
            self.connection.blobs.undone();
        }
    }
}

fn bind(statement: &mut rusqlite::Statement<'_>, params: &[&dyn ToSql]) -> Result<()> {
    for (index, value) in (1..).zip(values_of(params)?) {
        match value {
            Value::Null(_) => statement.raw_bind_parameter(index, rusqlite::types::Null)?,
            Value::Integer(number) => statement.raw_bind_parameter(index, number)?,
            Value::Real(number) => statement.raw_bind_parameter(index, number)?,
            Value::Text(text) => statement.raw_bind_parameter(index, text)?,
            Value::Blob(bytes) => statement.raw_bind_parameter(index, bytes)?,
        }
    }
    Ok(())
}

/// The values; what one database refuses is refused for both.
fn values_of<'a>(params: &[&'a dyn ToSql]) -> Result<Vec<Value<'a>>> {
    let fits = |value: Value<'a>| match value {
        Value::Text(text) if text.contains('\0') => Err(Error::Nul),
        Value::Null(_) | Value::Integer(_) | Value::Real(_) | Value::Text(_) | Value::Blob(_) => Ok(value),
    };
    params.iter().map(|param| fits((**param).to_value())).collect()
}

type Typed<'a> = (&'a (dyn postgres::types::ToSql + Sync), postgres::types::Type);

fn typed<'a>(values: &'a [Value<'a>]) -> Vec<Typed<'a>> {
    values.iter().map(|value| (value as &(dyn postgres::types::ToSql + Sync), type_of(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened() -> Connection {
        let c = Connection::sqlite(rusqlite::Connection::open_in_memory().unwrap(), &Arc::default());
        c.execute_batch("CREATE TABLE t (n INTEGER, r REAL, s TEXT, b BLOB) STRICT").unwrap();
        c
    }

    #[test]
    fn values_come_back_as_they_were() {
        let c = opened();
        let insert = "INSERT INTO t (n, r, s, b) VALUES (?1, ?2, ?3, ?4)";
        assert_eq!(c.execute(insert, params![7u32, 0.5, "an ŏ", [1u8, 2]]).unwrap(), 1);
        c.execute(insert, params![true, None::<f64>, None::<String>, Vec::<u8>::new()]).unwrap();
        let rows = c
            .query("SELECT n, r, s, b FROM t ORDER BY n DESC", params![], |row| {
                let text = row.get::<Option<String>>(2)?;
                Ok((row.get::<i64>(0)?, row.get::<Option<f64>>(1)?, text, row.get::<Vec<u8>>(3)?))
            })
            .unwrap();
        assert_eq!(rows, [(7, Some(0.5), Some("an ŏ".to_owned()), vec![1, 2]), (1, None, None, vec![])]);
        assert!(c.query_row("SELECT n FROM t WHERE n = ?1", params![true], |row| row.get::<bool>(0)).unwrap());
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let c = opened();
        let of = |sql: &str| c.query_row(sql, params![], |row| row.get::<u8>(0));
        assert_eq!(of("SELECT 256"), Err(Error::Unexpected { column: 0 }));
        assert_eq!(of("SELECT 'one'"), Err(Error::Unexpected { column: 0 }));
        assert_eq!(of("SELECT NULL"), Err(Error::Unexpected { column: 0 }));
        assert_eq!(of("SELECT n FROM t"), Err(Error::NoRows));
        assert_eq!(of("SELECT n FROM t").optional(), Ok(None));
        assert_eq!(c.execute("INSERT INTO t (s) VALUES (?1)", params!["a\0b"]), Err(Error::Nul));
    }

    #[test]
    fn a_failed_statement_undoes_its_transaction() {
        let c = opened();
        let transaction = c.begin().unwrap();
        c.execute("INSERT INTO t (n) VALUES (1)", params![]).unwrap();
        assert!(c.execute("INSERT INTO t (n) VALUES ('x')", params![]).is_err());
        assert_eq!(transaction.commit(), Err(Error::Undone));
        assert!(!c.exists("SELECT 1 FROM t", params![]).unwrap());
    }

    #[test]
    fn a_transaction_that_reads_changes_nothing() {
        let c = opened();
        let transaction = c.begin_reading().unwrap();
        assert_eq!(c.execute("INSERT INTO t (n) VALUES (1)", params![]), Err(Error::ReadOnly));
        transaction.commit().unwrap();
        c.begin().unwrap();
        c.execute("INSERT INTO t (n) VALUES (1)", params![]).unwrap();
    }
}
