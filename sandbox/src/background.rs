//! Background jobs: they expire sessions and report it, deliver webhooks and delete old deliveries,
//! and erase removed data from the log and the image store. Every instance runs them; the store assigns each task to
//! one of them.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::clock::SECOND_MS;
use crate::error::ApiError;
use crate::kyc::webhooks::delivery::{Parts, Sender};
use crate::store::db::Connection;
use crate::store::error::StoreError;
use crate::store::{Store, blobs, ida, scrub, sessions, webhooks};

/// Interval of the search for old deliveries.
const FORGET_EVERY_MS: i64 = 3_600 * SECOND_MS;
/// After how many rounds is tried again to remove content that is outside of the database and could not be removed.
const REMOVE_EVERY: u32 = 10;
/// Maximum number of sessions that are noticed in one round.
const SESSIONS_AT_ONCE: usize = 100;

/// Goes on until it is dropped.
pub async fn run(parts: Parts, interval: Duration) {
    let (store, clock) = (parts.store.clone(), parts.clock.clone());
    let mut sender = match Sender::new(parts) {
        Ok(sender) => sender,
        Err(_) => {
            eprintln!("webhooks: nothing can be delivered, there is no TLS");
            return;
        }
    };
    let mut state = State { forgotten_ms: i64::MIN, rounds: 0, removing: JoinSet::new() };
    let mut rounds = tokio::time::interval(interval);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        // The store has logged it for the operator; the next round may fare better.
        let _ = round(&store, clock.now_ms(), &mut sender, &mut state).await;
    }
}

/// What is not done in every round.
struct State {
    /// When old deliveries were last searched for.
    forgotten_ms: i64,
    rounds: u32,
    /// Removes content; apart from the rounds, since the place of content may not answer for a while.
    removing: JoinSet<()>,
}

async fn round(store: &Store, now_ms: i64, sender: &mut Sender, state: &mut State) -> Result<(), ApiError> {
    // Looking is cheap, and does not stand in the way of those who write.
    let look = move |c: &Connection| -> Result<_, StoreError> {
        let over = sessions::any_over(c, now_ms)? || ida::any_over(c, now_ms)?;
        Ok((over, webhooks::any_due(c, now_ms)?, blobs::any_owed(c)?))
    };
    let (over, due, owed) = store.read(look).await?;
    for _ in 0..if over { SESSIONS_AT_ONCE } else { 0 } {
        let noticed = move |c: &Connection| -> Result<_, StoreError> {
            Ok(sessions::expire_one(c, now_ms)? || ida::expire_one(c, now_ms)?)
        };
        if !store.run(noticed).await? {
            break;
        }
    }
    if over || due {
        sender.begin_due().await?;
    }
    if now_ms.saturating_sub(state.forgotten_ms) >= FORGET_EVERY_MS {
        store.run(move |c| webhooks::forget_old(c, now_ms)).await?;
        state.forgotten_ms = now_ms;
    }
    while state.removing.try_join_next().is_some() {}
    if owed && state.removing.is_empty() && state.rounds.is_multiple_of(REMOVE_EVERY) {
        let store = store.clone();
        state.removing.spawn(async move {
            // What is owed stays owed where it fails.
            let _ = store.remove_owed().await;
        });
    }
    state.rounds = state.rounds.wrapping_add(1);
    if !scrub::is_scrubbed() {
        store.scrub().await;
    }
    Ok(())
}
