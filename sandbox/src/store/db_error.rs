//! Errors of the database. None of their words holds a stored or a given value.

/// Results of the database.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a statement gave nothing. None of these words holds a stored or a given value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// `Connection::query_row` found no row: see `OptionalExtension`.
    #[error("there is no such row")]
    NoRows,
    /// The value in this column, counted from 0, is of another kind or range than was asked for.
    #[error("the value in column {column} is not of its kind")]
    Unexpected {
        /// The column.
        column: usize,
    },
    /// A text with the character NUL, which PostgreSQL does not store.
    #[error("a text holds the character NUL")]
    Nul,
    /// A change, where only reading was announced.
    #[error("a change where only reading was announced")]
    ReadOnly,
    /// The transaction was undone: a statement in it had failed.
    #[error("the transaction was undone, since a statement in it had failed")]
    Undone,
    /// The database cannot be reached, or has ended the connection.
    #[error("it cannot be reached")]
    Lost,
    /// The database is busy for too long.
    #[error("it is busy for too long")]
    Busy,
    /// There is no room for what is to be stored.
    #[error("the disk is full")]
    Full,
    /// SQLite refused, with this code.
    #[error("{0}")]
    Sqlite(rusqlite::ffi::Error),
    /// SQLite does not take the statement at all.
    #[error("SQLite does not take the statement")]
    Statement,
    /// PostgreSQL's code and the constraint's name.
    #[error("{0}")]
    Postgres(String),
}

impl From<rusqlite::Error> for Error {
    fn from(e: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull};
        match e {
            rusqlite::Error::QueryReturnedNoRows => Self::NoRows,
            rusqlite::Error::SqliteFailure(e, _) if matches!(e.code, DatabaseBusy | DatabaseLocked) => Self::Busy,
            rusqlite::Error::SqliteFailure(e, _) if e.code == DiskFull => Self::Full,
            // Its code alone: its message may quote.
            rusqlite::Error::SqliteFailure(e, _) => Self::Sqlite(e),
            _ => Self::Statement,
        }
    }
}
