//! Errors of the database. None of their words holds a stored or a given value.

use crate::error::ApiError;

/// Results of the database.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a statement gave nothing. None of these words holds a stored or a given value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// `Connection::query_row` found no row: see `OptionalExtension`.
    NoRows,
    /// The value in this column, counted from 0, is of another kind or range than was asked for.
    Unexpected {
        /// The column.
        column: usize,
    },
    /// A text with the character NUL, which PostgreSQL does not store.
    Nul,
    /// A change, where only reading was announced.
    ReadOnly,
    /// The transaction was undone: a statement in it had failed.
    Undone,
    /// The database cannot be reached, or has ended the connection.
    Lost,
    /// The database is busy for too long.
    Busy,
    /// There is no room for what is to be stored.
    Full,
    /// SQLite's code; none where it did not take the statement at all.
    Sqlite(Option<rusqlite::ffi::Error>),
    /// PostgreSQL's code and the constraint's name.
    Postgres(String),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoRows => f.write_str("there is no such row"),
            Self::Unexpected { column } => write!(f, "the value in column {column} is not of its kind"),
            Self::Nul => f.write_str("a text holds the character NUL"),
            Self::ReadOnly => f.write_str("a change where only reading was announced"),
            Self::Undone => f.write_str("the transaction was undone, since a statement in it had failed"),
            Self::Lost => f.write_str("it cannot be reached"),
            Self::Busy => f.write_str("it is busy for too long"),
            Self::Full => f.write_str("the disk is full"),
            Self::Sqlite(Some(code)) => write!(f, "{code}"),
            Self::Sqlite(None) => f.write_str("SQLite does not take the statement"),
            Self::Postgres(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(e: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull};
        match e {
            rusqlite::Error::QueryReturnedNoRows => Self::NoRows,
            rusqlite::Error::SqliteFailure(e, _) if matches!(e.code, DatabaseBusy | DatabaseLocked) => Self::Busy,
            rusqlite::Error::SqliteFailure(e, _) if e.code == DiskFull => Self::Full,
            // Its code alone: its message may quote.
            rusqlite::Error::SqliteFailure(e, _) => Self::Sqlite(Some(e)),
            _ => Self::Sqlite(None),
        }
    }
}

impl From<Error> for ApiError {
    fn from(e: Error) -> Self {
        if e == Error::Nul {
            return Self::malformed_body("a text holds the character NUL");
        }
        // To the operator, not to the caller; and only words that hold no value.
        eprintln!("database: {e}");
        match e {
            Error::Lost | Error::Busy => Self::unavailable(),
            Error::Full => Self::storage_full(),
            _ => Self::internal("the database refused"),
        }
    }
}
