//! The sequence of every finalization: lock the session against changes, judge it once, unlock it if that fails.

use std::future::Future;

use super::verifier::Verifier;
use crate::error::ApiError;
use crate::jobs::single_flight::SingleFlight;
use crate::jobs::workers::WorkerPermit;
use crate::store::db::Connection;
use crate::store::finalization::{self, SessionTable};

/// A session that is judged.
pub(super) trait Judged: Sized + Send + 'static {
    /// The verdict.
    type Outcome: Clone + Send + Sync + 'static;

    /// Where it is stored.
    const TABLE: SessionTable;

    /// Its id and that of its client.
    fn ids(&self) -> (&str, &str);

    /// Rises with each change of what is judged.
    fn revision(&self) -> i64;

    /// The verdict, where one was recorded.
    fn outcome(&self) -> Option<&Self::Outcome>;

    /// The session of that id, if it belongs to that client.
    fn read(c: &Connection, session_id: &str, client_id: &str) -> Result<Self, ApiError>;

    /// Checks that a verdict can be made of it.
    fn require_complete(&self, now_ms: i64) -> Result<(), ApiError>;
}

/// Runs `judge` on the session as it is once it is locked; returns the recorded verdict where there is one. Of several
/// calls at once one judges. It goes on if the caller has gone.
///
/// # Errors
/// Those of reading, locking and judging.
pub(super) async fn run<S: Judged, F>(
    verifier: &Verifier,
    flights: &SingleFlight<S::Outcome>,
    session: S,
    now_ms: i64,
    judge: impl FnOnce(WorkerPermit, S) -> F + Send + 'static,
) -> Result<S::Outcome, ApiError>
where
    F: Future<Output = Result<S::Outcome, ApiError>> + Send + 'static,
{
    let (session_id, client_id) = session.ids();
    let (session_id, client_id) = (session_id.to_owned(), client_id.to_owned());
    let begun = verifier.store.run(move |c| -> Result<_, ApiError> {
        if let Some(outcome) = S::read(c, &session_id, &client_id)?.outcome() {
            return Ok(Err(outcome.clone()));
        }
        finalization::begin(c, S::TABLE, &session_id, now_ms)?;
        // Read again: the row is locked only from here on.
        let session = S::read(c, &session_id, &client_id)?;
        session.require_complete(now_ms)?;
        Ok(Ok(session))
    });
    let session = match begun.await? {
        Ok(session) => session,
        Err(recorded) => return Ok(recorded),
    };
    let (store, session_id, revision) = (verifier.store.clone(), session.ids().0.to_owned(), session.revision());
    let key = format!("{session_id}@{revision}");
    let work = move |permit| async move {
        let result = judge(permit, session).await;
        if result.is_err() {
            store.run(move |c| finalization::end(c, S::TABLE, &session_id, revision)).await?;
        }
        result
    };
    flights.run(&key, work).await
}
