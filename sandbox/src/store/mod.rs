//! Everything that is kept, in one SQLite file (write-ahead log, so that a kill loses nothing that was answered), or in
//! memory. Images stand in the same file: one transaction stores the image and the fact that it was given.

pub mod blobs;
pub mod clients;
pub mod db;
pub mod gbdfl;
pub mod images;
pub mod organizations;
pub mod persons;
pub mod rectified;
pub mod requirements;
pub mod sessions;
pub mod weights;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use db::Connection;

use crate::errors::ApiError;

/// The file's name inside `--data DIR`.
pub const FILE_NAME: &str = "sandbox.sqlite3";

/// Steps from an empty file to the present schema; `PRAGMA user_version` counts those that were taken. A step is never
/// changed once released: a later one follows it.
const MIGRATIONS: &[&str] = &[
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
    include_str!("schema_8.sql"),
];

/// The open database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
}

/// Why the database could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The directory or the file.
    Io(std::io::Error),
    /// SQLite's words.
    Sqlite(rusqlite::Error),
    /// The file was written by a newer version of this program.
    Newer {
        /// The file's schema.
        found: u32,
        /// The newest schema that this program knows.
        known: u32,
    },
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(e) => write!(f, "the data directory cannot be used: {e}"),
            Self::Sqlite(e) => write!(f, "the database cannot be opened: {e}"),
            Self::Newer { found, known } => {
                write!(f, "the database has schema {found}, this program knows up to {known}: use a newer one")
            }
        }
    }
}

impl std::error::Error for OpenError {}

impl From<rusqlite::Error> for OpenError {
    fn from(e: rusqlite::Error) -> Self {
        Self::Sqlite(e)
    }
}

impl Store {
    /// Opens or makes the database in `directory`, which is made where it does not exist.
    ///
    /// # Errors
    /// [`OpenError`]
    pub fn open(directory: &Path) -> Result<Self, OpenError> {
        std::fs::create_dir_all(directory).map_err(OpenError::Io)?;
        let file = directory.join(FILE_NAME);
        let connection = rusqlite::Connection::open(&file)?;
        // SQLite gives the files of its log the same rights.
        owner_only(&file).map_err(OpenError::Io)?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        // In WAL mode NORMAL survives a killed process; FULL survives a power cut as well.
        connection.execute_batch("PRAGMA synchronous = FULL")?;
        Self::prepare(connection)
    }

    /// A database that ends with the process.
    ///
    /// # Errors
    /// [`OpenError`]
    pub fn in_memory() -> Result<Self, OpenError> {
        Self::prepare(rusqlite::Connection::open_in_memory()?)
    }

    fn prepare(mut connection: rusqlite::Connection) -> Result<Self, OpenError> {
        connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON")?;
        let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let known = MIGRATIONS.len() as u32;
        if found > known {
            return Err(OpenError::Newer { found, known });
        }
        for (version, step) in (1u32..).zip(MIGRATIONS).skip(found as usize) {
            let transaction = connection.transaction()?;
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", version)?;
            transaction.commit()?;
        }
        Ok(Self { connection: Arc::new(Mutex::new(Connection::sqlite(connection))) })
    }

    /// Runs `work` in one transaction, off the async threads; it is undone where `work` refuses.
    ///
    /// # Errors
    /// What `work` says, or 500 where the database refuses.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.run_blocking(work))
            .await
            .unwrap_or_else(|_| Err(ApiError::internal("a task of the database ended early")))
    }

    /// The same on the calling thread.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub fn run_blocking<T>(&self, work: impl FnOnce(&Connection) -> Result<T, ApiError>) -> Result<T, ApiError> {
        // A panic in `work` undoes its transaction when the guard is dropped, so a poisoned lock holds a sound connection.
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.begin()?;
        let result = work(&connection)?;
        transaction.commit()?;
        Ok(result)
    }
}

/// Faces and documents are stored: nobody else on the machine is to read them.
#[cfg(unix)]
fn owner_only(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn owner_only(_file: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_a_file_of_a_newer_version() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", MIGRATIONS.len() as u32 + 1).unwrap();
        let error = Store::prepare(connection).unwrap_err();
        assert!(matches!(error, OpenError::Newer { .. }), "{error}");
    }

    #[test]
    fn a_file_of_an_earlier_version_is_brought_up_to_date() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        for step in &MIGRATIONS[..2] {
            connection.execute_batch(step).unwrap();
        }
        connection.pragma_update(None, "user_version", 2).unwrap();
        connection
            .execute_batch(
                "INSERT INTO client (client_id, secret_hash, created_ms) VALUES ('a-client', x'00', 0);
                 INSERT INTO session (session_id, client_id, liveness_mode, metadata, settings, sdk_metadata,
                                      document_type, created_ms, expires_ms)
                 VALUES ('s', 'a-client', 'passive', '{}', '{}', '{}', 'passport', 0, 0);
                 INSERT INTO image (session_id, kind, position, bytes, sha256, latitude, longitude, received_ms)
                 VALUES ('s', 'liveness', 1, x'02', x'00', '0', '0', 0), ('s', 'liveness', 0, x'01', x'00', '0', '0', 0);
                 INSERT INTO history (session_id, at_ms, event) VALUES ('s', 1, 'first'), ('s', 0, 'second');",
            )
            .unwrap();
        let store = Store::prepare(connection).unwrap();
        let document = rectified::Rectified { bytes: vec![1, 2], width: 2, height: 1, dpi: 300.0 };
        let read = |c: &Connection| rectified::read(c, "s", images::Kind::Front);
        assert_eq!(store.run_blocking(read).unwrap(), None);
        store.run_blocking(|c| rectified::insert(c, "s", images::Kind::Front, &document)).unwrap();
        assert_eq!(store.run_blocking(read).unwrap(), Some(document));
        let frames = store.run_blocking(|c| images::read(c, "s", images::Kind::Liveness)).unwrap();
        assert_eq!(frames, [[1], [2]]);
        let history = store.run_blocking(|c| sessions::history(c, "s")).unwrap();
        assert_eq!(history, [(1, "first".to_owned()), (0, "second".to_owned())]);
        // All goes with its session.
        let delete = |c: &Connection| {
            images::remove_all(c, "s")?;
            Ok(c.execute("DELETE FROM session WHERE session_id = 's'", db::params![])?)
        };
        assert_eq!(store.run_blocking(delete).unwrap(), 1);
        assert_eq!(store.run_blocking(read).unwrap(), None);
        let blobs =
            |c: &Connection| Ok(c.query_row("SELECT count(*) FROM blob", db::params![], |row| row.get::<i64>(0))?);
        assert_eq!(store.run_blocking(blobs).unwrap(), 0);
    }

    #[test]
    fn a_refused_piece_of_work_leaves_nothing_behind() {
        let store = Store::in_memory().unwrap();
        let refused = store.run_blocking(|c| {
            clients::add(c, "a-client", "secret", 0)?;
            Err::<(), _>(ApiError::internal("refused"))
        });
        assert!(refused.is_err());
        assert!(!store.run_blocking(|c| clients::check_secret(c, "a-client", "secret")).unwrap());
    }
}
