//! Who receives deliveries next: fair among clients and receivers, with a circuit breaker for each receiver of a
//! client.
//!
//! - The client with the fewest deliveries under way is next, of its receivers the one with the fewest.
//! - A client has [`PER_CLIENT`] under way, one receiver [`PER_QUEUE`] of them, an origin [`PER_ORIGIN`] of all
//!   clients.
//! - A receiver whose last attempt failed gets one delivery at a time, and all such receivers [`SUSPECTS`].
//! - After [`FAILURES`] failures in a row it is paused for [`FIRST_PAUSE_MS`], then twice as long after each further
//!   failure, up to [`LONGEST_PAUSE_MS`]. After a pause one delivery tries it; success ends it.

use std::collections::HashMap;

use reqwest::Url;

use super::db::{Connection, OptionalExtension, params};
use super::error::StoreError;
use crate::clock::SECOND_MS;
use crate::random;

/// Deliveries of one client under way at a time.
pub const PER_CLIENT: usize = 8;
/// Those of one client to one receiver.
pub const PER_QUEUE: usize = 4;
/// Those of all clients to one origin.
pub const PER_ORIGIN: usize = 8;
/// Those to receivers whose last attempt failed.
pub const SUSPECTS: usize = 16;
/// Failures in a row after which a receiver is paused.
pub const FAILURES: u32 = 5;
/// The first pause, in milliseconds.
pub const FIRST_PAUSE_MS: i64 = 30 * SECOND_MS;
/// The longest pause, in milliseconds.
pub const LONGEST_PAUSE_MS: i64 = 15 * 60 * SECOND_MS;

/// The deliveries of one client to one receiver.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Queue {
    /// The client.
    pub client_id: String,
    /// The receiver, as [`id_of`] has it.
    pub receiver: String,
}

/// The condition under which a delivery is due at `?1`.
pub(super) const DUE: &str = "delivered_ms IS NULL AND failed_ms IS NULL AND next_ms <= ?1
                   AND (leased_ms IS NULL OR leased_ms <= ?1)";

/// The receiver of an address: a hash, since the address of a session may name its person.
pub fn id_of(url: &str) -> String {
    let origin = Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.origin().ascii_serialization());
    random::hash(origin.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A queue with deliveries that are due.
#[derive(Debug)]
struct Waiting {
    queue: Queue,
    oldest_ms: i64,
    suspect: bool,
}

/// The queues that are due, and what is under way.
#[derive(Debug, Default)]
pub(super) struct Turns {
    waiting: Vec<Waiting>,
    under_way: HashMap<Queue, usize>,
    of_client: HashMap<String, usize>,
    of_origin: HashMap<String, usize>,
    suspects: usize,
}

impl Turns {
    /// The turns at `now_ms`, of all instances.
    pub(super) fn read(c: &Connection, now_ms: i64) -> Result<Self, StoreError> {
        let sql = "SELECT client_id, receiver, paused_ms FROM webhook_receiver";
        let suspects: HashMap<Queue, i64> = c
            .query(sql, params![], |row| {
                Ok((Queue { client_id: row.get(0)?, receiver: row.get(1)? }, row.get::<i64>(2)?))
            })?
            .into_iter()
            .collect();
        let mut turns = Self::default();
        let sql = "SELECT client_id, receiver FROM delivery
                   WHERE leased_ms > ?1 AND delivered_ms IS NULL AND failed_ms IS NULL";
        let leased =
            c.query(sql, params![now_ms], |row| Ok(Queue { client_id: row.get(0)?, receiver: row.get(1)? }))?;
        for queue in leased {
            let suspect = suspects.contains_key(&queue);
            turns.count(&queue, suspect);
        }
        let sql =
            format!("SELECT client_id, receiver, min(next_ms) FROM delivery WHERE {DUE} GROUP BY client_id, receiver");
        let waiting = c.query(&sql, params![now_ms], |row| {
            let queue = Queue { client_id: row.get(0)?, receiver: row.get(1)? };
            let suspect = suspects.contains_key(&queue);
            Ok(Waiting { queue, oldest_ms: row.get(2)?, suspect })
        })?;
        let is_paused = |queue: &Queue| suspects.get(queue).is_some_and(|paused_ms| *paused_ms > now_ms);
        turns.waiting = waiting.into_iter().filter(|w| !is_paused(&w.queue)).collect();
        Ok(turns)
    }

    /// The queue whose turn it is; counts the delivery that it gives as under way.
    pub(super) fn next(&mut self) -> Option<Queue> {
        let next = self.waiting.iter().filter(|w| self.may_send(w)).min_by_key(|w| {
            let (client, queue) = (self.of_client.get(&w.queue.client_id), self.under_way.get(&w.queue));
            (client.copied(), queue.copied(), w.oldest_ms)
        })?;
        let (queue, suspect) = (next.queue.clone(), next.suspect);
        self.count(&queue, suspect);
        Some(queue)
    }

    /// A queue that has nothing more.
    pub(super) fn remove(&mut self, queue: &Queue) {
        self.waiting.retain(|w| w.queue != *queue);
    }

    fn may_send(&self, w: &Waiting) -> bool {
        let count = |counts: &HashMap<String, usize>, key: &String| counts.get(key).copied().unwrap_or_default();
        let under_way = self.under_way.get(&w.queue).copied().unwrap_or_default();
        count(&self.of_client, &w.queue.client_id) < PER_CLIENT
            && count(&self.of_origin, &w.queue.receiver) < PER_ORIGIN
            && under_way < if w.suspect { 1 } else { PER_QUEUE }
            && (!w.suspect || self.suspects < SUSPECTS)
    }

    fn count(&mut self, queue: &Queue, suspect: bool) {
        *self.under_way.entry(queue.clone()).or_default() += 1;
        *self.of_client.entry(queue.client_id.clone()).or_default() += 1;
        *self.of_origin.entry(queue.receiver.clone()).or_default() += 1;
        self.suspects += usize::from(suspect);
    }
}

/// A delivery was taken: the receiver is as good as new.
pub(super) fn note_success(c: &Connection, queue: &Queue) -> Result<(), StoreError> {
    let sql = "DELETE FROM webhook_receiver WHERE client_id = ?1 AND receiver = ?2";
    c.execute(sql, params![queue.client_id, queue.receiver])?;
    Ok(())
}

/// An attempt failed.
pub(super) fn note_failure(c: &Connection, queue: &Queue, now_ms: i64) -> Result<(), StoreError> {
    let sql = "SELECT failures FROM webhook_receiver WHERE client_id = ?1 AND receiver = ?2";
    let before: Option<u32> =
        c.query_row(sql, params![queue.client_id, queue.receiver], |row| row.get(0)).optional()?;
    let failures = before.unwrap_or_default().saturating_add(1);
    c.execute(
        "INSERT INTO webhook_receiver (client_id, receiver, failures, paused_ms, changed_ms) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (client_id, receiver) DO UPDATE
         SET failures = excluded.failures, paused_ms = excluded.paused_ms, changed_ms = excluded.changed_ms",
        params![queue.client_id, queue.receiver, failures, now_ms.saturating_add(pause_ms(failures)), now_ms],
    )?;
    Ok(())
}

/// How long a receiver is paused after so many failures in a row.
fn pause_ms(failures: u32) -> i64 {
    match failures.checked_sub(FAILURES) {
        Some(further) => FIRST_PAUSE_MS.saturating_mul(2i64.saturating_pow(further)).min(LONGEST_PAUSE_MS),
        None => 0,
    }
}

/// Forgets receivers whose last failure was before `before_ms`.
pub(super) fn forget_old(c: &Connection, before_ms: i64) -> Result<(), StoreError> {
    c.execute("DELETE FROM webhook_receiver WHERE changed_ms < ?1", params![before_ms])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(client: &str, receiver: &str, suspect: bool) -> Waiting {
        Waiting { queue: Queue { client_id: client.to_owned(), receiver: receiver.to_owned() }, oldest_ms: 0, suspect }
    }

    #[test]
    fn turns_go_round_the_clients_and_their_receivers() {
        let queues = [("a", "1", false), ("a", "2", false), ("a", "dead", true), ("b", "1", false)];
        let all = queues.iter().map(|(client, receiver, dead)| waiting(client, receiver, *dead)).collect();
        let mut turns = Turns { waiting: all, ..Turns::default() };
        let order: Vec<_> = std::iter::from_fn(|| turns.next()).collect();
        let of = |client: &str, receiver: &str| {
            order.iter().filter(|q| q.client_id == client && q.receiver == receiver).count()
        };
        assert_eq!((of("a", "1"), of("a", "2"), of("a", "dead"), of("b", "1")), (4, 3, 1, 4));
        let first: Vec<_> = order[..6].iter().map(|q| q.client_id.as_str()).collect();
        assert_eq!(first, ["a", "b", "a", "b", "a", "b"]);
    }

    #[test]
    fn an_origin_and_failing_receivers_have_a_limit_over_all_clients() {
        let all = (0..10).map(|n| waiting(&format!("client {n}"), "one", false)).collect();
        let mut turns = Turns { waiting: all, ..Turns::default() };
        assert_eq!(std::iter::from_fn(|| turns.next()).count(), PER_ORIGIN);
        let all = (0..100).map(|n| waiting(&format!("client {n}"), &n.to_string(), true)).collect();
        let mut turns = Turns { waiting: all, ..Turns::default() };
        assert_eq!(std::iter::from_fn(|| turns.next()).count(), SUSPECTS);
    }

    #[test]
    fn pauses_grow_to_a_limit() {
        let pauses: Vec<_> = [0, 4, 5, 6, 9, 10, u32::MAX].map(pause_ms).into();
        assert_eq!(pauses, [0, 0, 30_000, 60_000, 480_000, 900_000, 900_000]);
    }

    #[test]
    fn a_receiver_is_the_origin_of_an_address() {
        assert_eq!(id_of("https://shop.example/a"), id_of("https://shop.example:443/b?c"));
        assert_ne!(id_of("https://shop.example/a"), id_of("https://shop.example:8443/a"));
        assert!(!id_of("https://anna.example/").contains("anna"));
    }
}
