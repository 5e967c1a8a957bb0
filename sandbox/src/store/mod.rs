//! Everything that is kept: in one SQLite file (write-ahead log, so that a kill loses nothing that was answered), in a
//! PostgreSQL database, or in memory. One transaction stores an image and the fact that it was given.

pub mod audit;
mod audit_notes;
pub mod authentication;
pub mod blob_store;
mod blob_transaction;
pub mod blobs;
pub mod challenges;
pub mod clients;
pub mod db;
mod db_error;
mod dialect;
pub mod error;
pub mod finalization;
pub mod gbdfl;
pub mod ida;
pub mod identities;
pub mod idngo;
mod image_kind;
pub mod images;
pub mod judged;
pub mod listing;
pub mod organizations;
pub mod outcome;
pub mod persons;
mod pool;
mod postgres;
pub mod receivers;
pub mod rectified;
pub mod removal;
pub mod requirements;
pub mod s3;
pub mod scrub;
pub mod sessions;
mod shared;
mod values;
pub mod webhooks;
pub mod weights;
pub mod write_faults;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use audit::Request;
use blob_store::BlobStore;
use db::Connection;
use pool::{Pool, PostgresPool};
use shared::Shared;
use write_faults::WriteFaults;

use error::StoreError;

/// Errors of work that runs in a transaction: the caller's own, which those of the store convert into.
pub trait WorkError: From<db::Error> + From<StoreError> + Send + 'static {}

impl<E: From<db::Error> + From<StoreError> + Send + 'static> WorkError for E {}

/// The file's name inside `--data DIR`.
pub const FILE_NAME: &str = "sandbox.sqlite3";

/// Steps from an empty database to the present schema; the database counts those that were taken. A step is never
/// changed once released: a later one follows it.
const MIGRATIONS: &[&str] = &[
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
    include_str!("schema_6.sql"),
    include_str!("schema_7.sql"),
    include_str!("schema_8.sql"),
    include_str!("schema_9.sql"),
    include_str!("schema_10.sql"),
    include_str!("schema_11.sql"),
    include_str!("schema_12.sql"),
];

/// The open database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: Arc<Pool>,
    shared: Arc<Shared>,
    asked: Arc<Asked>,
}

/// Whether the place of content answers.
#[derive(Debug, Default)]
struct Asked {
    /// Whether it is being asked: one that hangs is not asked by more than one thread.
    under_way: AtomicBool,
    /// Whether it failed to answer when it was last asked.
    failed: AtomicBool,
}

/// Why the database could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The directory or the file.
    Io(std::io::Error),
    /// SQLite's words.
    Sqlite(rusqlite::Error),
    /// PostgreSQL's words: no server, no such database, a wrong password.
    Postgres(::postgres::Error),
    /// What went wrong with the schema.
    Schema(db::Error),
    /// The database was written by a newer version of this program.
    Newer {
        /// The database's schema.
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
            Self::Postgres(e) => match std::error::Error::source(e) {
                Some(source) => write!(f, "the database cannot be opened: {e}: {source}"),
                None => write!(f, "the database cannot be opened: {e}"),
            },
            Self::Schema(e) => write!(f, "the database cannot be brought up to date: {e}"),
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

impl From<::postgres::Error> for OpenError {
    fn from(e: ::postgres::Error) -> Self {
        Self::Postgres(e)
    }
}

impl From<db::Error> for OpenError {
    fn from(e: db::Error) -> Self {
        Self::Schema(e)
    }
}

/// The id of no content.
const NO_CONTENT: &str = "00000000-0000-0000-0000-000000000000";

/// How long a writer of another process is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

impl Store {
    /// Opens or makes the database in `directory`, which is made where it does not exist.
    ///
    /// # Errors
    /// [`OpenError`]
    pub fn open(directory: &Path) -> Result<Self, OpenError> {
        std::fs::create_dir_all(directory).map_err(OpenError::Io)?;
        let file = directory.join(FILE_NAME);
        let sqlite = rusqlite::Connection::open(&file)?;
        // SQLite gives the files of its log the same rights.
        blob_store::owner_only(&file, 0o600).map_err(OpenError::Io)?;
        sqlite.busy_timeout(BUSY_TIMEOUT)?;
        sqlite.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        // In WAL mode NORMAL survives a killed process; FULL survives a power cut as well.
        sqlite.execute_batch("PRAGMA synchronous = FULL")?;
        Self::prepare(sqlite, Some(file))
    }

    /// A database that ends with the process.
    ///
    /// # Errors
    /// [`OpenError`]
    pub fn in_memory() -> Result<Self, OpenError> {
        Self::prepare(rusqlite::Connection::open_in_memory()?, None)
    }

    /// Opens the PostgreSQL database at an address (`postgres://user:password@host:port/database`), without TLS: the
    /// way there is this machine's own, or is protected by other means. Not for an async thread.
    ///
    /// # Errors
    /// [`OpenError`]
    pub fn open_url(url: &str) -> Result<Self, OpenError> {
        let shared = Arc::<Shared>::default();
        let pool = Pool::Postgres(PostgresPool::open(url, Arc::clone(&shared))?);
        pool.writing(migrate)?;
        Ok(Self { pool: Arc::new(pool), shared, asked: Arc::default() })
    }

    fn prepare(sqlite: rusqlite::Connection, file: Option<PathBuf>) -> Result<Self, OpenError> {
        sqlite.execute_batch("PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON")?;
        let shared = Arc::<Shared>::default();
        let writer = Mutex::new(Connection::sqlite(sqlite, &shared));
        let pool = Pool::Sqlite { writer, file, readers: Mutex::default(), shared: Arc::clone(&shared) };
        pool.writing(migrate)?;
        Ok(Self { pool: Arc::new(pool), shared, asked: Arc::default() })
    }

    /// Keeps content from now on outside of the database, and removes there what a process that ended early has left.
    /// What is in the database stays there. Not for an async thread.
    ///
    /// # Errors
    /// The place's, or the database's.
    pub fn keep_content_in(self, place: Arc<dyn BlobStore>) -> Result<Self, StoreError> {
        let kept = Arc::clone(&place);
        self.shared.external.set(place).map_err(|_| StoreError::Internal("the place of content was named twice"))?;
        self.remove_owed_from(kept.as_ref())?;
        // Places may be slow: no transaction waits for them.
        let found = blobs::old_of(kept.as_ref(), SystemTime::now())?;
        for id in self.pool.reading(|c| blobs::orphans(c, found))? {
            blobs::remove_from(kept.as_ref(), &id)?;
        }
        Ok(self)
    }

    /// Removes from outside of the database what could not be removed when its row was.
    ///
    /// # Errors
    /// The place's, or the database's.
    pub async fn remove_owed(&self) -> Result<(), StoreError> {
        self.off_thread(|store| match store.shared.external.get() {
            Some(place) => store.remove_owed_from(place.as_ref()),
            None => Ok(()),
        })
        .await
    }

    fn remove_owed_from(&self, place: &dyn BlobStore) -> Result<(), StoreError> {
        let mut last = String::new();
        loop {
            let page = self.pool.reading(|c| blobs::owed(c, &last))?;
            let Some(end) = page.last() else { return Ok(()) };
            last.clone_from(end);
            for id in page {
                blobs::remove_from(place, &id)?;
                self.pool.writing(|c| blobs::note_removed(c, &id))?;
            }
        }
    }

    /// Runs `work` in one transaction, off the async threads; it is undone where `work` refuses.
    ///
    /// # Errors
    /// The error of `work`, or 500 where the database refuses.
    pub async fn run<T: Send + 'static, E: WorkError>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let request = audit::current();
        self.off_thread(|store| store.run_for(request, work)).await
    }

    /// As [`Store::run`], for work that only reads: it runs beside others, and sees one moment.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub async fn read<T: Send + 'static, E: WorkError>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let request = audit::current();
        self.off_thread(|store| {
            store.pool.reading(|c| {
                c.audit().request.replace(request);
                work(c)
            })
        })
        .await
    }

    async fn off_thread<T: Send + 'static, E: WorkError>(
        &self,
        work: impl FnOnce(Self) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || work(store))
            .await
            .unwrap_or_else(|_| Err(StoreError::Internal("a task of the database ended early").into()))
    }

    /// Writes of the database that fail on purpose, for tests.
    pub fn write_faults(&self) -> &WriteFaults {
        &self.shared.faults
    }

    /// The folders that are written to: that of the database's file, and that of content.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        let content = self.shared.external.get().and_then(|place| place.folder());
        self.pool.file().and_then(Path::parent).into_iter().chain(content)
    }

    /// Whether the place of content outside of the database answers within `timeout`; none where there is no such
    /// place.
    pub async fn content_answers(&self, patience: Duration) -> Option<bool> {
        let place = Arc::clone(self.shared.external.get()?);
        let asked = Arc::clone(&self.asked);
        if !asked.under_way.swap(true, Ordering::Relaxed) {
            let ends = Arc::clone(&asked);
            let asking = tokio::task::spawn_blocking(move || {
                let answers = place.read(NO_CONTENT).is_ok() && place.folder().is_none_or(Path::is_dir);
                ends.under_way.store(false, Ordering::Relaxed);
                answers
            });
            let answers = matches!(tokio::time::timeout(patience, asking).await, Ok(Ok(true)));
            asked.failed.store(!answers, Ordering::Relaxed);
        }
        Some(!asked.failed.load(Ordering::Relaxed))
    }

    /// Empties the log, in which what was removed still is as it was before. Where readers or another process keep it
    /// from that, the background work tries again.
    pub async fn scrub(&self) {
        // First: what is removed while the log is emptied is owed again.
        scrub::note_scrubbed(true);
        if !matches!(self.off_thread(|store| Ok::<_, StoreError>(store.pool.empty_log()?)).await, Ok(true)) {
            scrub::note_scrubbed(false);
        }
    }

    /// As [`Store::run`], on the calling thread, which is no async one.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub fn run_blocking<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.run_for(None, work)
    }

    /// As [`Store::run_blocking`], for a request or a command, which the audit log names.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub fn run_for<T, E: WorkError>(
        &self,
        request: Option<Arc<Request>>,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.pool.writing(|c| {
            c.audit().request.replace(request);
            let result = work(c)?;
            audit::write(c)?;
            Ok(result)
        })
    }
}

/// Takes the steps of the schema that were not taken yet; of several processes that start at once, one does.
fn migrate(c: &Connection) -> Result<(), OpenError> {
    let found = c.schema_version()?;
    let known = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    for (version, step) in (1u32..).zip(MIGRATIONS).skip(found as usize) {
        c.execute_schema(step)?;
        c.set_schema_version(version)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_a_file_of_a_newer_version() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", u32::try_from(MIGRATIONS.len()).unwrap() + 1).unwrap();
        let error = Store::prepare(connection, None).unwrap_err();
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
                 VALUES ('s', 'liveness', 1, x'02', x'00', '0', '0', 0),
                 ('s', 'liveness', 0, x'01', x'00', '0', '0', 0);
                 INSERT INTO history (session_id, at_ms, event) VALUES ('s', 1, 'first'), ('s', 0, 'second');",
            )
            .unwrap();
        let store = Store::prepare(connection, None).unwrap();
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
        let delete = |c: &Connection| -> Result<_, StoreError> {
            images::remove_all(c, "s")?;
            Ok(c.execute("DELETE FROM session WHERE session_id = 's'", db::params![])?)
        };
        assert_eq!(store.run_blocking(delete).unwrap(), 1);
        assert_eq!(store.run_blocking(read).unwrap(), None);
        let blobs = |c: &Connection| -> Result<_, StoreError> {
            Ok(c.query_row("SELECT count(*) FROM blob", db::params![], |row| row.get::<i64>(0))?)
        };
        assert_eq!(store.run_blocking(blobs).unwrap(), 0);
    }

    #[test]
    fn a_refused_piece_of_work_leaves_nothing_behind() {
        let store = Store::in_memory().unwrap();
        let refused = store.run_blocking(|c| {
            clients::add(c, "a-client", "secret", 0)?;
            Err::<(), _>(StoreError::Internal("refused"))
        });
        assert!(refused.is_err());
        assert!(!store.run_blocking(|c| clients::check_secret(c, "a-client", "secret")).unwrap());
    }
}
