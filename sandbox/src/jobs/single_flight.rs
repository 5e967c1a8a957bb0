//! Single flight: long work by key, done once however often it is asked for.
//!
//! Work that is not done within the queue timeout goes on without its caller, who gets 503 and `Retry-After`: no caller
//! waits until its own timeout, and nothing is computed twice.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::error::ApiError;
use crate::jobs::workers::{WorkerPermit, Workers};
use crate::store::audit;

/// Work in flight, by key. Cheap to clone.
#[derive(Debug)]
pub struct SingleFlight<T> {
    workers: Workers,
    in_flight: Arc<Mutex<HashMap<String, InFlight<T>>>>,
}

#[derive(Debug, Clone)]
struct InFlight<T> {
    ticket: u64,
    done: watch::Receiver<Option<Result<T, ApiError>>>,
}

impl<T> Clone for SingleFlight<T> {
    fn clone(&self) -> Self {
        Self { workers: self.workers.clone(), in_flight: Arc::clone(&self.in_flight) }
    }
}

impl<T> SingleFlight<T> {
    /// Creates an empty one over the permits of `workers`.
    pub fn new(workers: Workers) -> Self {
        Self { workers, in_flight: Arc::default() }
    }
}

impl<T: Clone + Send + Sync + 'static> SingleFlight<T> {
    /// Returns the result of `work` for `key`. The work starts unless it is in flight already, in the order of the
    /// calls, and runs to its end whether or not a caller waits.
    ///
    /// # Errors
    /// The error of `work`; 503 with `Retry-After` if it is not done within the queue timeout, or if the queue is full.
    pub async fn run<F, M>(&self, key: &str, work: M) -> Result<T, ApiError>
    where
        M: FnOnce(WorkerPermit) -> F + Send + 'static,
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        let mut waiting = self.begin(key, work)?;
        let done = tokio::time::timeout(self.workers.queue_timeout(), waiting.done.wait_for(Option::is_some)).await;
        match done {
            Ok(Ok(result)) => result.clone().unwrap_or_else(|| Err(ApiError::internal("a job has no result"))),
            // It panicked.
            Ok(Err(_)) => Err(ApiError::internal("a job ended early")),
            Err(_) => Err(ApiError::busy(self.workers.retry_after_s(waiting.ticket))),
        }
    }

    fn begin<F, M>(&self, key: &str, work: M) -> Result<InFlight<T>, ApiError>
    where
        M: FnOnce(WorkerPermit) -> F + Send + 'static,
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        let mut in_flight = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = in_flight.get(key) {
            return Ok(known.clone());
        }
        let ticket = self.workers.enqueue()?;
        let (sender, done) = watch::channel(None);
        let known = InFlight { ticket, done };
        in_flight.insert(key.to_owned(), known.clone());
        drop(in_flight);

        let guard = Guard { flight: self.clone(), key: key.to_owned(), began: None };
        tokio::spawn(audit::carried(async move {
            let mut guard = guard;
            let permit = guard.flight.workers.queued_permit().await;
            guard.began = Some(Instant::now());
            let result = match permit {
                Ok(permit) => work(permit).await,
                Err(error) => Err(error),
            };
            sender.send_replace(Some(result));
            drop(guard);
        }));
        Ok(known)
    }
}

/// Removes a job from those in flight, however it ended.
struct Guard<T> {
    flight: SingleFlight<T>,
    key: String,
    began: Option<Instant>,
}

impl<T> Drop for Guard<T> {
    fn drop(&mut self) {
        self.flight.in_flight.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
        self.flight.workers.record_end(self.began.map_or(Duration::ZERO, |began| began.elapsed()));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::http::header::RETRY_AFTER;
    use axum::response::IntoResponse;

    use super::*;
    use crate::jobs::workers::MAX_RETRY_S;

    fn flight() -> SingleFlight<u32> {
        SingleFlight::new(Workers::new(Duration::from_millis(50)))
    }

    #[tokio::test]
    async fn runs_once_however_often_it_is_asked_for() {
        let flight = flight();
        let runs = Arc::new(AtomicUsize::new(0));
        let (open, gate) = watch::channel(false);
        let ask = || {
            let (flight, runs, mut gate) = (flight.clone(), Arc::clone(&runs), gate.clone());
            async move {
                let work = move |_permit| async move {
                    runs.fetch_add(1, Ordering::SeqCst);
                    gate.wait_for(|open| *open).await.map_err(|_| ApiError::internal("no gate"))?;
                    Ok(7)
                };
                flight.run("a session", work).await
            }
        };
        for _ in 0..2 {
            let response = ask().await.unwrap_err().into_response();
            assert_eq!(response.status(), 503);
            let seconds: u64 = response.headers()[RETRY_AFTER].to_str().unwrap().parse().unwrap();
            assert!((1..=MAX_RETRY_S).contains(&seconds));
        }
        open.send_replace(true);
        assert_eq!(ask().await.unwrap(), 7);
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        assert!(flight.in_flight.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn returns_the_permit_of_a_job_that_panics() {
        let flight = flight();
        for _ in 0..4 {
            let work = |permit| async move {
                let _permit: WorkerPermit = permit;
                panic!("as a broken image might");
            };
            assert_eq!(flight.run("a session", work).await.unwrap_err().status(), 500);
        }
        assert!(flight.workers.permit().await.is_ok());
        assert_eq!(flight.workers.unfinished(), 0);
    }
}
