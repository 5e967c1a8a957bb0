//! One way to talk to the database, whichever it is: SQL is written once, in what SQLite and PostgreSQL share.
//!
//! - Placeholders are `?1`, `?2`, …; every value goes by them.
//! - Stored are integers, floating-point numbers, texts and bytes; a truth is 0 or 1, and is compared as such (`flag = 1`).
//! - A statement that fails ends its transaction: where a row may be there already, say `ON CONFLICT`.

use rusqlite::types::ValueRef;

pub use crate::params;

/// What the database says.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a statement gave nothing. None of these words holds a stored or a given value.
#[derive(Debug)]
pub enum Error {
    /// [`Connection::query_row`] found no row: see [`OptionalExtension`].
    NoRows,
    /// The value in this column, counted from 0, is of another kind or range than was asked for.
    Unexpected {
        /// The column.
        column: usize,
    },
    /// A text with the character NUL, which PostgreSQL does not store.
    Nul,
    /// SQLite's words.
    Sqlite(rusqlite::Error),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoRows => f.write_str("there is no such row"),
            Self::Unexpected { column } => write!(f, "the value in column {column} is not of its kind"),
            Self::Nul => f.write_str("a text holds the character NUL"),
            // Its code alone: its message may quote.
            Self::Sqlite(rusqlite::Error::SqliteFailure(code, _)) => write!(f, "{code}"),
            Self::Sqlite(_) => f.write_str("SQLite does not take the statement"),
        }
    }
}

impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(e: rusqlite::Error) -> Self {
        match e {
            rusqlite::Error::QueryReturnedNoRows => Self::NoRows,
            other => Self::Sqlite(other),
        }
    }
}

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

/// The kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 64 bits with a sign.
    Integer,
    /// IEEE 754 double.
    Real,
    /// UTF-8.
    Text,
    /// Bytes.
    Blob,
}

/// A value on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// No value, where one of this kind could stand.
    Null(Kind),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Real(f64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

/// What can be given to a statement.
pub trait ToSql {
    /// As it is stored.
    fn to_value(&self) -> Value<'_>;
}

/// The kind under which a type is stored, known even where there is no value.
pub trait Stored {
    /// The kind.
    const KIND: Kind;
}

/// What can be read out of a row.
pub trait FromSql: Sized {
    /// The value; `None` where it is of another kind or range.
    fn from_value(value: Value<'_>) -> Option<Self>;
}

macro_rules! integers {
    ($($number:ty),+) => {
        $(impl ToSql for $number {
            fn to_value(&self) -> Value<'_> {
                Value::Integer(i64::from(*self))
            }
        }
        impl Stored for $number {
            const KIND: Kind = Kind::Integer;
        }
        impl FromSql for $number {
            fn from_value(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Integer(number) => Self::try_from(number).ok(),
                    Value::Null(_) | Value::Real(_) | Value::Text(_) | Value::Blob(_) => None,
                }
            }
        })+
    };
}

integers!(i64, i32, u32, u16, u8);

macro_rules! counts {
    ($($number:ty),+) => {
        $(
        /// A count beyond 63 bits is stored as the greatest there is.
        impl ToSql for $number {
            fn to_value(&self) -> Value<'_> {
                Value::Integer(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
        impl Stored for $number {
            const KIND: Kind = Kind::Integer;
        }
        impl FromSql for $number {
            fn from_value(value: Value<'_>) -> Option<Self> {
                i64::from_value(value).and_then(|number| Self::try_from(number).ok())
            }
        })+
    };
}

counts!(u64, usize);

impl ToSql for bool {
    fn to_value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

impl Stored for bool {
    const KIND: Kind = Kind::Integer;
}

impl FromSql for bool {
    fn from_value(value: Value<'_>) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl ToSql for f64 {
    fn to_value(&self) -> Value<'_> {
        Value::Real(*self)
    }
}

impl Stored for f64 {
    const KIND: Kind = Kind::Real;
}

impl FromSql for f64 {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Real(number) => Some(number),
            Value::Integer(number) => Some(number as f64),
            Value::Null(_) | Value::Text(_) | Value::Blob(_) => None,
        }
    }
}

impl ToSql for str {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Stored for str {
    const KIND: Kind = Kind::Text;
}

impl ToSql for String {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Stored for String {
    const KIND: Kind = Kind::Text;
}

impl FromSql for String {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.to_owned()),
            Value::Null(_) | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => None,
        }
    }
}

impl ToSql for [u8] {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl Stored for [u8] {
    const KIND: Kind = Kind::Blob;
}

impl ToSql for Vec<u8> {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl Stored for Vec<u8> {
    const KIND: Kind = Kind::Blob;
}

impl FromSql for Vec<u8> {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes.to_vec()),
            Value::Null(_) | Value::Integer(_) | Value::Real(_) | Value::Text(_) => None,
        }
    }
}

impl<const N: usize> ToSql for [u8; N] {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<const N: usize> Stored for [u8; N] {
    const KIND: Kind = Kind::Blob;
}

impl<const N: usize> FromSql for [u8; N] {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => bytes.try_into().ok(),
            Value::Null(_) | Value::Integer(_) | Value::Real(_) | Value::Text(_) => None,
        }
    }
}

impl<T: ToSql + Stored> ToSql for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null(T::KIND), ToSql::to_value)
    }
}

impl<T: FromSql> FromSql for Option<T> {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null(_) => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

impl<T: ToSql + ?Sized> ToSql for &T {
    fn to_value(&self) -> Value<'_> {
        (**self).to_value()
    }
}

impl<T: Stored + ?Sized> Stored for &T {
    const KIND: Kind = T::KIND;
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
pub struct Row<'a>(&'a rusqlite::Row<'a>);

impl Row<'_> {
    /// The value in a column, counted from 0.
    ///
    /// # Errors
    /// [`Error::Unexpected`] where it is of another kind than `T`, or there is no such column.
    pub fn get<T: FromSql>(&self, column: usize) -> Result<T> {
        let unexpected = Error::Unexpected { column };
        let Ok(value) = self.0.get_ref(column) else { return Err(unexpected) };
        let value = match value {
            ValueRef::Null => Value::Null(Kind::Text),
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Real(number) => Value::Real(number),
            ValueRef::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => Value::Text(text),
                Err(_) => return Err(unexpected),
            },
            ValueRef::Blob(bytes) => Value::Blob(bytes),
        };
        T::from_value(value).ok_or(unexpected)
    }
}

/// The database, in a transaction.
#[derive(Debug)]
pub struct Connection {
    sqlite: rusqlite::Connection,
}

impl Connection {
    /// Over an open SQLite database.
    pub(super) fn sqlite(sqlite: rusqlite::Connection) -> Self {
        Self { sqlite }
    }

    /// Runs a statement that gives no rows; returns how many rows it changed.
    ///
    /// # Errors
    /// The database's.
    pub fn execute(&self, sql: &str, params: &[&dyn ToSql]) -> Result<usize> {
        let mut statement = self.sqlite.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        Ok(statement.raw_execute()?)
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
        let mut statement = self.sqlite.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        let mut rows = statement.raw_query();
        let row = rows.next()?.ok_or(Error::NoRows)?;
        read(&Row(row))
    }

    /// Runs a statement and reads all its rows.
    ///
    /// # Errors
    /// The database's.
    pub fn query<T>(
        &self,
        sql: &str,
        params: &[&dyn ToSql],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.sqlite.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(&Row(row))?);
        }
        Ok(found)
    }

    /// Whether a statement gives a row.
    ///
    /// # Errors
    /// The database's.
    pub fn exists(&self, sql: &str, params: &[&dyn ToSql]) -> Result<bool> {
        Ok(self.query_row(sql, params, |_| Ok(())).optional()?.is_some())
    }

    /// Begins a transaction that may write: the only one at this time.
    pub(super) fn begin(&self) -> Result<Transaction<'_>> {
        self.execute_batch("BEGIN IMMEDIATE")?;
        Ok(Transaction { connection: self, committed: false })
    }

    /// Runs statements without values, one after another.
    pub(super) fn execute_batch(&self, sql: &str) -> Result<()> {
        Ok(self.sqlite.execute_batch(sql)?)
    }
}

/// A transaction: undone when dropped, unless it was committed.
#[derive(Debug)]
pub(super) struct Transaction<'a> {
    connection: &'a Connection,
    committed: bool,
}

impl Transaction<'_> {
    /// Makes what was done lasting.
    pub(super) fn commit(mut self) -> Result<()> {
        self.connection.execute_batch("COMMIT")?;
        self.committed = true;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.committed {
            // It fails where the database has undone it by itself.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

fn bind(statement: &mut rusqlite::Statement<'_>, params: &[&dyn ToSql]) -> Result<()> {
    for (index, value) in (1..).zip(params) {
        match value.to_value() {
            Value::Null(_) => statement.raw_bind_parameter(index, rusqlite::types::Null)?,
            Value::Integer(number) => statement.raw_bind_parameter(index, number)?,
            Value::Real(number) => statement.raw_bind_parameter(index, number)?,
            // The same is refused by both databases.
            Value::Text(text) if text.contains('\0') => return Err(Error::Nul),
            Value::Text(text) => statement.raw_bind_parameter(index, text)?,
            Value::Blob(bytes) => statement.raw_bind_parameter(index, bytes)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened() -> Connection {
        let c = Connection::sqlite(rusqlite::Connection::open_in_memory().unwrap());
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
                Ok((
                    row.get::<i64>(0)?,
                    row.get::<Option<f64>>(1)?,
                    row.get::<Option<String>>(2)?,
                    row.get::<Vec<u8>>(3)?,
                ))
            })
            .unwrap();
        assert_eq!(rows, [(7, Some(0.5), Some("an ŏ".to_owned()), vec![1, 2]), (1, None, None, vec![])]);
        assert!(c.query_row("SELECT n FROM t WHERE n = ?1", params![true], |row| row.get::<bool>(0)).unwrap());
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let c = opened();
        let of = |sql: &str| c.query_row(sql, params![], |row| row.get::<u8>(0));
        assert!(matches!(of("SELECT 256"), Err(Error::Unexpected { column: 0 })));
        assert!(matches!(of("SELECT 'one'"), Err(Error::Unexpected { column: 0 })));
        assert!(matches!(of("SELECT NULL"), Err(Error::Unexpected { column: 0 })));
        assert!(matches!(of("SELECT n FROM t"), Err(Error::NoRows)));
        assert!(of("SELECT n FROM t").optional().unwrap().is_none());
        assert!(matches!(c.execute("INSERT INTO t (s) VALUES (?1)", params!["a\0b"]), Err(Error::Nul)));
    }
}
