//! Worker permits: work that fills a core, kept apart by how long it takes. Checking an upload is short and never waits
//! behind a verification, which is long; both are bounded, and so is the memory for bodies.
//!
//! Long work runs on threads of lower priority (on Linux), so that uploads and reads stay quick meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::error::ApiError;
use crate::jobs::bodies::{Bodies, BodyMemory, Caller};

/// Maximum number of queued long jobs; later ones are refused at once.
const MAX_QUEUED: u64 = 1_000;
/// Maximum `Retry-After` in seconds: clients give up beyond it.
pub const MAX_RETRY_S: u64 = 30;
/// `Retry-After` in seconds when no estimate is known.
const RETRY_S: u64 = 5;
/// How much the priority of long work is lowered (`nice`).
const NICENESS: i32 = 5;

/// The worker permits of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Workers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    short: Arc<Semaphore>,
    long: Arc<Semaphore>,
    long_permits: u64,
    /// What bodies are decoded to is bounded by the permits.
    bodies: Bodies,
    queue_timeout: Duration,
    /// Long jobs that were queued, and those that ended.
    queued: AtomicU64,
    ended: AtomicU64,
    /// Duration of a long job in milliseconds: exponential moving average with weight 1/8.
    mean_ms: AtomicU64,
}

/// A permit for one long job.
#[derive(Debug)]
pub struct WorkerPermit {
    _permit: OwnedSemaphorePermit,
}

impl Workers {
    /// Creates one permit of each kind per core. A caller waits at most `queue_timeout` for one.
    pub fn new(queue_timeout: Duration) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Inner {
            short: Arc::new(Semaphore::new(cores)),
            long: Arc::new(Semaphore::new(cores)),
            long_permits: cores as u64,
            bodies: Bodies::default(),
            queue_timeout,
            queued: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            mean_ms: AtomicU64::new(1_000),
        }))
    }

    /// Runs short `work` on a thread for blocking work, at most one per core at a time.
    ///
    /// # Errors
    /// The error of `work`; 500 if it panicked.
    pub async fn run_short<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let permit = acquire(&self.0.short).await?;
        tokio::task::spawn_blocking(move || {
            // The permit moves with the work: a caller that hangs up must not admit a second job beside it.
            let _permit = permit;
            work()
        })
        .await
        .map_err(|_| ApiError::internal("a task ended early"))?
    }

    /// Acquires a permit for long work: one per core.
    ///
    /// # Errors
    /// 503 with `Retry-After` if there is none within the queue timeout.
    pub async fn permit(&self) -> Result<WorkerPermit, ApiError> {
        let waiting = tokio::time::timeout(self.0.queue_timeout, self.queued_permit()).await;
        waiting.map_err(|_| ApiError::busy(RETRY_S))?
    }

    /// Acquires a permit for long work, however long that takes.
    pub(super) async fn queued_permit(&self) -> Result<WorkerPermit, ApiError> {
        acquire(&self.0.long).await.map(|permit| WorkerPermit { _permit: permit })
    }

    /// Runs long `work` on a thread of its own, of lower priority. The permit moves with it.
    ///
    /// # Errors
    /// The error of `work`; 500 if it panicked.
    pub async fn run_long<T: Send + 'static>(
        &self,
        permit: WorkerPermit,
        work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<(T, WorkerPermit), ApiError> {
        let (sender, done) = oneshot::channel();
        let thread = std::thread::Builder::new().name("long work".to_owned());
        let spawned = thread.spawn(move || {
            lower_priority();
            // The receiver is gone if the caller is.
            let _ = sender.send(work().map(|result| (result, permit)));
        });
        if spawned.is_err() {
            return Err(ApiError::busy(RETRY_S));
        }
        done.await.map_err(|_| ApiError::internal("a task ended early"))?
    }

    /// How long a caller waits for a permit or a result.
    pub(super) fn queue_timeout(&self) -> Duration {
        self.0.queue_timeout
    }

    /// Counts a long job into the queue; returns its ticket number.
    ///
    /// # Errors
    /// 503 with `Retry-After` if the queue is full.
    pub(super) fn enqueue(&self) -> Result<u64, ApiError> {
        self.require_room()?;
        Ok(self.0.queued.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Checks that the queue is not full.
    ///
    /// # Errors
    /// 503 with `Retry-After`.
    pub fn require_room(&self) -> Result<(), ApiError> {
        let queued = self.0.queued.load(Ordering::Relaxed);
        let unfinished = queued.saturating_sub(self.0.ended.load(Ordering::Relaxed));
        if unfinished >= MAX_QUEUED { Err(ApiError::busy(MAX_RETRY_S)) } else { Ok(()) }
    }

    /// Long jobs that were queued and have not ended.
    #[cfg(test)]
    pub(super) fn unfinished(&self) -> u64 {
        self.0.queued.load(Ordering::Relaxed) - self.0.ended.load(Ordering::Relaxed)
    }

    /// Counts a long job out of the queue.
    pub(super) fn record_end(&self, took: Duration) {
        let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let mean = self.0.mean_ms.load(Ordering::Relaxed);
        self.0.mean_ms.store((mean.saturating_mul(7).saturating_add(took)) / 8, Ordering::Relaxed);
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }

    /// Estimates the seconds until the job with that ticket ends.
    pub(super) fn retry_after_s(&self, ticket: u64) -> u64 {
        let ahead = ticket.saturating_sub(self.0.ended.load(Ordering::Relaxed)).max(1);
        let ms = ahead.div_ceil(self.0.long_permits).saturating_mul(self.0.mean_ms.load(Ordering::Relaxed));
        ms.div_ceil(1_000).clamp(1, MAX_RETRY_S)
    }

    /// Acquires memory for a body of at most `bytes`.
    ///
    /// # Errors
    /// 503 with `Retry-After` if there is none within the queue timeout.
    pub(super) async fn reserve_body(&self, caller: &Caller, bytes: usize) -> Result<BodyMemory, ApiError> {
        let reserved = self.0.bodies.reserve(caller, bytes);
        tokio::time::timeout(self.0.queue_timeout, reserved).await.map_err(|_| ApiError::busy(RETRY_S))
    }
}

async fn acquire(permits: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, ApiError> {
    Arc::clone(permits).acquire_owned().await.map_err(|_| ApiError::internal("shutting down"))
}

/// Lowers the priority of the calling thread; if the system refuses, it stays.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    // Linux has a priority for each thread, and takes "no process" for the calling one.
    let _ = rustix::process::getpriority_process(None)
        .and_then(|present| rustix::process::setpriority_process(None, (present + NICENESS).min(19)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn short_work_does_not_wait_behind_long_work() {
        let workers = Workers::new(Duration::from_millis(50));
        let mut taken = Vec::new();
        while let Ok(permit) = workers.permit().await {
            taken.push(permit);
        }
        assert_eq!(taken.len() as u64, workers.0.long_permits);
        assert_eq!(workers.run_short(|| Ok(7)).await.unwrap(), 7);
        let (result, permit) = workers.run_long(taken.remove(0), || Ok(8)).await.unwrap();
        assert_eq!(result, 8);
        drop(permit);
        assert!(workers.permit().await.is_ok());
    }
}
