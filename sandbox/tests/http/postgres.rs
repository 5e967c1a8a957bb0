//! The store over PostgreSQL, where there is one: `KYC_TEST_DATABASE_URL`. All other tests run on it too then; these
//! are about what it does otherwise than SQLite.

use crate::support::{Schema, admin, test_database};
use kyc_sandbox::store::db::{Connection, Error, OptionalExtension, params};
use kyc_sandbox::store::error::StoreError;
use kyc_sandbox::store::{OpenError, Store, blobs, clients};

fn opened() -> Option<(Store, Schema)> {
    let Some(schema) = Schema::new() else {
        println!("skipped: KYC_TEST_DATABASE_URL names no PostgreSQL server");
        return None;
    };
    Some((Store::open_url(&schema.url()).unwrap(), schema))
}

fn count(c: &Connection) -> Result<i64, StoreError> {
    Ok(c.query_row("SELECT count(*) FROM client", params![], |row| row.get(0))?)
}

#[test]
fn values_come_back_as_they_were() {
    let Some((store, _schema)) = opened() else { return };
    let bytes: Vec<u8> = (0..=255).collect();
    let found = store
        .run_blocking(|c| {
            let sql = "SELECT ?1, ?2, ?3, ?4, ?5, '?6', sum(n), avg(n), n = 2 FROM (SELECT 2 AS n) t GROUP BY n";
            let values = params![-7i64, 0.25, "an ŏ", bytes, None::<i64>];
            let found = c.query_row(sql, values, |row| {
                let first = (row.get::<i64>(0)?, row.get::<f64>(1)?, row.get::<String>(2)?, row.get::<Vec<u8>>(3)?);
                let second = (row.get::<Option<i64>>(4)?, row.get::<String>(5)?, row.get::<i64>(6)?);
                Ok((first, second, (row.get::<f64>(7)?, row.get::<bool>(8)?)))
            });
            Ok(found?)
        })
        .unwrap();
    assert_eq!(found.0, (-7, 0.25, "an ŏ".to_owned(), bytes));
    assert_eq!(found.1, (None, "?6".to_owned(), 2));
    assert_eq!(found.2, (2.0, true));
}

#[test]
fn a_failed_statement_undoes_its_transaction() {
    let Some((store, _schema)) = opened() else { return };
    let done = store.run_blocking(|c| {
        clients::add(c, "a-client", "secret", 0)?;
        let again = "INSERT INTO client (client_id, secret_hash, created_ms) VALUES ('a-client', ?1, 0)";
        let error = c.execute(again, params![[0u8; 32]]).unwrap_err();
        assert_eq!(error, Error::Postgres("SQLSTATE 23505 (client_pkey)".to_owned()));
        Ok(())
    });
    assert!(done.is_err(), "what was answered must stand");
    assert_eq!(store.run_blocking(count).unwrap(), 0);
}

#[test]
fn connections_that_the_server_ended_are_made_anew() {
    let Some((store, schema)) = opened() else { return };
    store.run_blocking(|c| clients::add(c, "a-client", "secret", 0)).unwrap();
    let me: i32 =
        store.run_blocking(|c| Ok(c.query_row("SELECT pg_backend_pid()", params![], |row| row.get(0))?)).unwrap();
    admin(&test_database().unwrap()).execute("SELECT pg_terminate_backend($1)", &[&me]).unwrap();
    assert_eq!(store.run_blocking(count).unwrap(), 1);

    // In the middle of a piece of work: nothing of it is left, and the next one finds the database again.
    let ended = store.run_blocking(|c| {
        clients::add(c, "another", "secret", 0)?;
        let me: i32 = c.query_row("SELECT pg_backend_pid()", params![], |row| row.get(0))?;
        admin(&test_database().unwrap()).execute("SELECT pg_terminate_backend($1)", &[&me]).unwrap();
        clients::add(c, "a-third", "secret", 0)
    });
    assert_eq!(ended.unwrap_err(), StoreError::Database(Error::Lost));
    assert_eq!(store.run_blocking(count).unwrap(), 1);
    drop(schema);
}

#[test]
fn several_processes_may_start_at_once() {
    let Some(schema) = Schema::new() else {
        println!("skipped: KYC_TEST_DATABASE_URL names no PostgreSQL server");
        return;
    };
    let url = schema.url();
    let stores: Vec<Store> = std::thread::scope(|scope| {
        let opening: Vec<_> = (0..4).map(|_| scope.spawn(|| Store::open_url(&url).unwrap())).collect();
        opening.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    // Work that looks first and writes then is done as if it were alone, over all of them.
    std::thread::scope(|scope| {
        for store in &stores {
            scope.spawn(|| {
                for _ in 0..25 {
                    let add = |c: &Connection| {
                        let next = count(c)?;
                        clients::add(c, &format!("client-{next}"), "secret", 0)
                    };
                    store.run_blocking(add).unwrap();
                }
            });
        }
    });
    assert_eq!(stores[0].run_blocking(count).unwrap(), 100);
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let Some((store, schema)) = opened() else { return };
    let newer = |c: &Connection| Ok(c.execute("INSERT INTO schema_version (version) VALUES (9999)", params![])?);
    store.run_blocking(newer).unwrap();
    let error = Store::open_url(&schema.url()).unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 9999, .. }), "{error}");
}

#[test]
fn what_is_no_address_or_no_server_is_told() {
    for url in ["mysql://host/name", "postgres://user:hunter2@127.0.0.1:1/name"] {
        let words = Store::open_url(url).unwrap_err().to_string();
        assert!(words.starts_with("the database cannot be opened: "), "{words}");
        assert!(!words.contains("hunter2"), "{words}");
    }
}

#[test]
fn content_is_stored_and_removed() {
    let Some((store, _schema)) = opened() else { return };
    let id = store.run_blocking(|c| blobs::put(c, &[0, 1, 2])).unwrap();
    assert_eq!(store.run_blocking(|c| blobs::read(c, &id)).unwrap(), Some(vec![0, 1, 2]));
    store.run_blocking(|c| blobs::delete(c, &id)).unwrap();
    assert_eq!(store.run_blocking(|c| blobs::read(c, &id)).unwrap(), None);
    let gone = |c: &Connection| Ok(c.query_row("SELECT 1 FROM blob", params![], |_| Ok(())).optional()?);
    assert_eq!(store.run_blocking(gone).unwrap(), None);
}
