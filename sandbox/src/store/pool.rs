//! Connections: one that writes, and some that read.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use postgres::NoTls;

use super::db::{Connection, Error, Result};
use super::shared::Shared;

/// Maximum number of connections to PostgreSQL at a time, of one process.
const MAX_CONNECTIONS: usize = 8;

/// How long to wait for a connection that is free, or for one to be made.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where connections come from.
#[derive(Debug)]
pub(super) enum Pool {
    /// A SQLite database.
    Sqlite {
        /// Writes, and reads where there is no file.
        writer: Mutex<Connection>,
        /// The file; none for a database in memory.
        file: Option<PathBuf>,
        /// Connections to the file that no one uses.
        readers: Mutex<Vec<Connection>>,
        /// What its connections share.
        shared: Arc<Shared>,
    },
    /// A PostgreSQL server.
    Postgres(PostgresPool),
}

impl Pool {
    /// Runs `work` with the connection that may write.
    pub(super) fn writing<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&Connection) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        match self {
            Self::Sqlite { writer, .. } => {
                let connection = lock(writer);
                let transaction = connection.begin()?;
                let result = work(&connection)?;
                transaction.commit()?;
                Ok(result)
            }
            Self::Postgres(pool) => {
                // One of this process waits in the database, so that writers do not take all connections from readers.
                let _turn = lock(&pool.writer);
                pool.with(|c| c.begin(), work)
            }
        }
    }

    /// SQLite's file; none for a database in memory.
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite { file, .. } => file.as_deref(),
            Self::Postgres(_) => None,
        }
    }

    /// Writes SQLite's log into its file and empties it; whether it could. PostgreSQL removes what is freed by itself
    /// (autovacuum).
    pub(super) fn empty_log(&self) -> Result<bool> {
        match self {
            Self::Sqlite { writer, file: Some(_), readers, .. } => {
                // Readers that are idle look at the log as well.
                lock(readers).clear();
                let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
                lock(writer).query_row(sql, &[], |row| Ok(row.get::<i64>(0)? == 0))
            }
            Self::Sqlite { .. } | Self::Postgres(_) => Ok(true),
        }
    }

    /// Runs `work`, which only reads.
    pub(super) fn reading<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&Connection) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        match self {
            Self::Sqlite { writer, file: None, .. } => in_reading(&lock(writer), work),
            Self::Sqlite { file: Some(file), readers, shared, .. } => {
                let idle = lock(readers).pop();
                let connection = match idle {
                    Some(connection) => connection,
                    None => reader_of(file, shared)?,
                };
                let result = in_reading(&connection, work);
                lock(readers).push(connection);
                result
            }
            Self::Postgres(pool) => pool.with(|c| c.begin_reading(), work),
        }
    }
}

fn in_reading<T, E: From<Error>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    let transaction = connection.begin_reading()?;
    let result = work(connection)?;
    transaction.commit()?;
    Ok(result)
}

fn reader_of(file: &PathBuf, shared: &Arc<Shared>) -> Result<Connection> {
    let sqlite = rusqlite::Connection::open(file)?;
    sqlite.busy_timeout(PATIENCE)?;
    sqlite.execute_batch("PRAGMA query_only = ON")?;
    Ok(Connection::sqlite(sqlite, shared))
}

/// Connections to a PostgreSQL server; made when needed, made again when the server has ended them.
pub(super) struct PostgresPool {
    config: postgres::Config,
    shared: Arc<Shared>,
    writer: Mutex<()>,
    idle: Mutex<Idle>,
    freed: Condvar,
}

struct Idle {
    connections: Vec<Connection>,
    /// How many there are, used or not.
    total: usize,
}

impl PostgresPool {
    /// For the server at this address (`postgres://user:password@host:port/database`), which is tried once.
    pub(super) fn open(url: &str, shared: Arc<Shared>) -> std::result::Result<Self, postgres::Error> {
        let mut config = postgres::Config::from_str(url)?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        if config.get_application_name().is_none() {
            config.application_name("kyc-sandbox");
        }
        let first = connect(&config, &shared)?;
        let idle = Mutex::new(Idle { connections: vec![first], total: 1 });
        Ok(Self { config, shared, writer: Mutex::new(()), idle, freed: Condvar::new() })
    }

    fn with<T, E: From<Error>>(
        &self,
        begin: impl Fn(&Connection) -> Result<super::db::Transaction<'_>>,
        work: impl FnOnce(&Connection) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        // Every connection that lay idle may have been ended by a restart of the server; a new one has not.
        for _ in 0..=MAX_CONNECTIONS {
            let held = self.take()?;
            let transaction = match begin(&held) {
                Ok(transaction) => transaction,
                Err(Error::Lost) if !held.fresh => continue,
                Err(e) => return Err(e.into()),
            };
            let result = work(&held)?;
            transaction.commit()?;
            return Ok(result);
        }
        Err(Error::Busy.into())
    }

    fn take(&self) -> Result<Held<'_>> {
        let until = Instant::now() + PATIENCE;
        let mut idle = lock(&self.idle);
        loop {
            while let Some(connection) = idle.connections.pop() {
                if !connection.is_lost() {
                    return Ok(Held { pool: self, connection: Some(connection), fresh: false });
                }
                idle.total -= 1;
            }
            if idle.total < MAX_CONNECTIONS {
                idle.total += 1;
                drop(idle);
                // Counted before it is made, given back where it cannot be.
                let mut held = Held { pool: self, connection: None, fresh: true };
                held.connection = Some(connect(&self.config, &self.shared)?);
                return Ok(held);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::Busy);
            }
            idle = self.freed.wait_timeout(idle, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn connect(config: &postgres::Config, shared: &Arc<Shared>) -> std::result::Result<Connection, postgres::Error> {
    let mut client = config.connect(NoTls)?;
    // What hangs ends, and gives back what it locked.
    client.batch_execute(
        "SET statement_timeout = '60s'; SET lock_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'",
    )?;
    Ok(Connection::postgres(client, shared))
}

impl std::fmt::Debug for PostgresPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Its configuration holds a password.
        f.debug_struct("PostgresPool").finish_non_exhaustive()
    }
}

impl Drop for PostgresPool {
    fn drop(&mut self) {
        // Ending a connection waits for the network, which is not done on an async thread.
        let connections = std::mem::take(&mut lock(&self.idle).connections);
        std::thread::spawn(move || drop(connections));
    }
}

/// A connection in use; given back when dropped.
struct Held<'a> {
    pool: &'a PostgresPool,
    connection: Option<Connection>,
    /// Whether it was made just now.
    fresh: bool,
}

impl std::ops::Deref for Held<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("set when made, taken when dropped")
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut idle = lock(&self.pool.idle);
        match self.connection.take().filter(|connection| !connection.is_lost()) {
            Some(connection) => idle.connections.push(connection),
            None => idle.total -= 1,
        }
        drop(idle);
        self.pool.freed.notify_one();
    }
}

/// A panic in a piece of work undoes its transaction on the way out, so a poisoned lock holds a sound connection.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
