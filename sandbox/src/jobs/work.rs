//! Work that fills a core, kept apart by how long it takes: looking at what was uploaded is short, and never waits behind
//! verdicts, which are long. Both are bounded, and so is the memory for bodies.
//!
//! Long work runs on threads of lower priority (on Linux), so that uploads and reading stay quick while verdicts are made. A
//! verdict that is not there after [`Config::patience`](crate::config::Config::patience) goes on without its caller, who is told by
//! 503 and `Retry-After` when to ask again: nobody waits until the own time is over, and nothing is computed twice.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use crate::http::errors::ApiError;
use crate::state::App;
use crate::store::audit;

/// Most memory for bodies of uploads at a time, in KiB. What they are decoded to is bounded by the places for it.
const BODIES_KIB: usize = 256 << 10;
/// Most verdicts that wait; later ones are refused at once.
const MOST_WAITING: u64 = 1_000;
/// Longest time for which a caller is sent away, in seconds: clients give up beyond it.
const LONGEST_RETRY_S: u64 = 30;
/// When to ask again where nothing tells how long it will take.
const RETRY_S: u64 = 5;
/// How much the priority of long work is lowered (`nice`).
const NICENESS: i32 = 5;

/// The places for work.
#[derive(Debug)]
pub struct Workers {
    short: Arc<Semaphore>,
    long: Arc<Semaphore>,
    long_places: u64,
    bodies: Arc<Semaphore>,
    /// Verdicts that were asked for, and those that were made.
    asked: AtomicU64,
    made: AtomicU64,
    /// How long one takes, in milliseconds: the mean, in which the last counts an eighth.
    mean_ms: AtomicU64,
}

impl Default for Workers {
    /// A place of each kind for each core.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            short: Arc::new(Semaphore::new(cores)),
            long: Arc::new(Semaphore::new(cores)),
            long_places: cores as u64,
            bodies: Arc::new(Semaphore::new(BODIES_KIB)),
            asked: AtomicU64::new(0),
            made: AtomicU64::new(0),
            mean_ms: AtomicU64::new(1_000),
        }
    }
}

impl Workers {
    /// Seconds until the verdict with that number will be there, by what the last ones took.
    fn retry_s(&self, number: u64) -> u64 {
        let ahead = number.saturating_sub(self.made.load(Ordering::Relaxed)).max(1);
        let ms = ahead.div_ceil(self.long_places).saturating_mul(self.mean_ms.load(Ordering::Relaxed));
        ms.div_ceil(1_000).clamp(1, LONGEST_RETRY_S)
    }

    fn note(&self, took: Duration) {
        let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let mean = self.mean_ms.load(Ordering::Relaxed);
        self.mean_ms.store((mean.saturating_mul(7).saturating_add(took)) / 8, Ordering::Relaxed);
        self.made.fetch_add(1, Ordering::Relaxed);
    }
}

/// A place for long work.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

impl App {
    /// Runs short `work` on a thread for blocking work, at most one per core at a time.
    ///
    /// # Errors
    /// What `work` says; 500 where it panicked.
    pub async fn run_heavy<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let permit = acquire(&self.workers.short).await?;
        tokio::task::spawn_blocking(move || {
            // The permit goes with the work: a caller that hangs up must not make room for a second one beside it.
            let _permit = permit;
            work()
        })
        .await
        .map_err(|_| ApiError::internal("a task ended early"))?
    }

    /// A place for long work: one per core.
    ///
    /// # Errors
    /// 503 with `Retry-After` where there is none within the configured patience.
    pub async fn place(&self) -> Result<Place, ApiError> {
        let waiting = tokio::time::timeout(self.config.patience, acquire(&self.workers.long)).await;
        waiting.map_err(|_| ApiError::busy(RETRY_S))?.map(|permit| Place { _permit: permit })
    }

    /// Runs long `work` on a thread of its own, of lower priority. The place goes with it.
    ///
    /// # Errors
    /// What `work` says; 500 where it panicked.
    pub async fn run_long<T: Send + 'static>(
        &self,
        place: Place,
        work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<(T, Place), ApiError> {
        let (sender, done) = oneshot::channel();
        let thread = std::thread::Builder::new().name("long work".to_owned());
        let spawned = thread.spawn(move || {
            lower_priority();
            // Nobody listens any more where the caller has gone.
            let _ = sender.send(work().map(|result| (result, place)));
        });
        if spawned.is_err() {
            return Err(ApiError::busy(RETRY_S));
        }
        done.await.map_err(|_| ApiError::internal("a task ended early"))?
    }
}

async fn acquire(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, ApiError> {
    Arc::clone(places).acquire_owned().await.map_err(|_| ApiError::internal("shutting down"))
}

/// Of the calling thread; where that cannot be done, it goes on as it is.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    // Linux has a priority for each thread, and takes "no process" for the calling one.
    let _ = rustix::process::getpriority_process(None)
        .and_then(|present| rustix::process::setpriority_process(None, (present + NICENESS).min(19)));
}

/// The verdicts that are being made, by session.
#[derive(Debug)]
pub struct Verdicts<T> {
    under_way: Mutex<HashMap<String, UnderWay<T>>>,
}

#[derive(Debug, Clone)]
struct UnderWay<T> {
    number: u64,
    done: watch::Receiver<Option<Result<T, ApiError>>>,
}

impl<T> Default for Verdicts<T> {
    fn default() -> Self {
        Self { under_way: Mutex::default() }
    }
}

impl<T: Clone + Send + Sync + 'static> Verdicts<T> {
    /// What `make` comes to for a session. It begins where it is not under way already, in the order in which they were asked
    /// for, and goes on to its end whether or not somebody waits. `of` tells where these verdicts are.
    ///
    /// # Errors
    /// What `make` says; 503 with `Retry-After` where it is not done within the configured patience, or where too many wait.
    pub async fn of<F, M>(app: &App, of: fn(&App) -> &Self, session_id: &str, make: M) -> Result<T, ApiError>
    where
        M: FnOnce(Place) -> F + Send + 'static,
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        let mut waiting = of(app).begin(app, of, session_id, make)?;
        let done = tokio::time::timeout(app.config.patience, waiting.done.wait_for(Option::is_some)).await;
        match done {
            Ok(Ok(result)) => result.clone().unwrap_or_else(|| Err(ApiError::internal("a verdict is empty"))),
            // It panicked.
            Ok(Err(_)) => Err(ApiError::internal("a verdict ended early")),
            Err(_) => Err(ApiError::busy(app.workers.retry_s(waiting.number))),
        }
    }

    fn begin<F, M>(&self, app: &App, of: fn(&App) -> &Self, session_id: &str, make: M) -> Result<UnderWay<T>, ApiError>
    where
        M: FnOnce(Place) -> F + Send + 'static,
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = under_way.get(session_id) {
            return Ok(known.clone());
        }
        let workers = &app.workers;
        if workers.asked.load(Ordering::Relaxed).saturating_sub(workers.made.load(Ordering::Relaxed)) >= MOST_WAITING {
            return Err(ApiError::busy(LONGEST_RETRY_S));
        }
        let number = workers.asked.fetch_add(1, Ordering::Relaxed) + 1;
        let (sender, done) = watch::channel(None);
        let known = UnderWay { number, done };
        under_way.insert(session_id.to_owned(), known.clone());
        drop(under_way);

        let leaving = Leaving { app: app.clone(), of, session_id: session_id.to_owned(), began: None };
        tokio::spawn(audit::carried(async move {
            let mut leaving = leaving;
            let place = acquire(&leaving.app.workers.long).await;
            leaving.began = Some(Instant::now());
            let result = match place {
                Ok(permit) => make(Place { _permit: permit }).await,
                Err(error) => Err(error),
            };
            sender.send_replace(Some(result));
            drop(leaving);
        }));
        Ok(known)
    }
}

/// Takes a verdict out of those that are under way, however it ended.
struct Leaving<T: 'static> {
    app: App,
    of: fn(&App) -> &Verdicts<T>,
    session_id: String,
    began: Option<Instant>,
}

impl<T> Drop for Leaving<T> {
    fn drop(&mut self) {
        let verdicts = (self.of)(&self.app);
        verdicts.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.session_id);
        self.app.workers.note(self.began.map_or(Duration::ZERO, |began| began.elapsed()));
    }
}

/// Room for the body of one request, given back when its reply has been made.
#[derive(Debug, Clone)]
pub struct Room {
    bodies: Arc<Semaphore>,
    patience: Duration,
    taken: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
}

impl Room {
    /// None taken yet.
    pub fn of(app: &App) -> Self {
        Self { bodies: Arc::clone(&app.workers.bodies), patience: app.config.patience, taken: Arc::default() }
    }

    /// Takes room for a body of at most so many bytes, before it is read.
    ///
    /// # Errors
    /// 503 with `Retry-After` where there is none within the configured patience.
    pub async fn take(&self, bytes: usize) -> Result<(), ApiError> {
        let kib = bytes.div_ceil(1 << 10).clamp(1, BODIES_KIB);
        let kib = u32::try_from(kib).map_err(|_| ApiError::internal("a limit is beyond the memory for bodies"))?;
        let permit = tokio::time::timeout(self.patience, Arc::clone(&self.bodies).acquire_many_owned(kib)).await;
        let permit = permit.map_err(|_| ApiError::busy(RETRY_S))?.map_err(|_| ApiError::internal("shutting down"))?;
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = Some(permit);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use axum::http::header::RETRY_AFTER;
    use axum::response::IntoResponse;

    use super::*;
    use crate::config::Config;
    use crate::models::Models;
    use crate::store::Store;
    use crate::verification::Outcome;

    fn app() -> App {
        let config = Config { patience: Duration::from_millis(50), ..Config::default() };
        App::new(config, Store::in_memory().unwrap(), Models::default())
    }

    fn outcome() -> Outcome {
        serde_json::from_str(
            r#"{"verified":true,"on_sanction_list":false,"screened":true,"score":1.0,"checks":[],"document":null}"#,
        )
        .unwrap()
    }

    #[tokio::test]
    async fn a_verdict_is_made_once_however_often_it_is_asked_for() {
        let app = app();
        let made = Arc::new(AtomicUsize::new(0));
        let (open, gate) = watch::channel(false);
        let ask = || {
            let (made, mut gate) = (Arc::clone(&made), gate.clone());
            Verdicts::of(
                &app,
                |app| &app.idv_verdicts,
                "a session",
                move |_place| async move {
                    made.fetch_add(1, Ordering::SeqCst);
                    gate.wait_for(|open| *open).await.map_err(|_| ApiError::internal("no gate"))?;
                    Ok(outcome())
                },
            )
        };
        for _ in 0..2 {
            let response = ask().await.unwrap_err().into_response();
            assert_eq!(response.status(), 503);
            let seconds: u64 = response.headers()[RETRY_AFTER].to_str().unwrap().parse().unwrap();
            assert!((1..=LONGEST_RETRY_S).contains(&seconds));
        }
        open.send_replace(true);
        assert_eq!(ask().await.unwrap(), outcome());
        assert_eq!(made.load(Ordering::SeqCst), 1);
        assert!(app.idv_verdicts.under_way.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_verdict_that_panics_leaves_its_place() {
        let app = app();
        for _ in 0..4 {
            let make = |place| async move {
                let _place: Place = place;
                panic!("as a broken image might");
            };
            let result: Result<Outcome, _> = Verdicts::of(&app, |app| &app.idv_verdicts, "a session", make).await;
            assert_eq!(result.unwrap_err().status(), 500);
        }
        assert!(app.place().await.is_ok());
        assert_eq!(app.workers.asked.load(Ordering::Relaxed), app.workers.made.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn uploads_do_not_wait_behind_verdicts() {
        let app = app();
        let mut taken = Vec::new();
        while let Ok(place) = app.place().await {
            taken.push(place);
        }
        assert_eq!(taken.len() as u64, app.workers.long_places);
        assert_eq!(app.run_heavy(|| Ok(7)).await.unwrap(), 7);
        let (result, place) = app.run_long(taken.remove(0), || Ok(8)).await.unwrap();
        assert_eq!(result, 8);
        drop(place);
        assert!(app.place().await.is_ok());
    }

    #[tokio::test]
    async fn bodies_have_so_much_room_and_no_more() {
        let app = app();
        let rooms: Vec<_> = (0..8).map(|_| Room::of(&app)).collect();
        for room in &rooms {
            room.take(32 << 20).await.unwrap();
        }
        assert_eq!(Room::of(&app).take(1).await.unwrap_err().status(), 503);
        drop(rooms);
        Room::of(&app).take(1).await.unwrap();
    }
}
