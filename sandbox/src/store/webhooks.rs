//! Webhooks and the outbox of their deliveries: a delivery is written in the transaction of its event, taken by one
//! instance at a time for the length of a lease, and kept until its receiver has taken it or every attempt failed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_capture::api::kyc::enums::SessionStatus;
use kyc_capture::api::kyc::webhook::{
    DeliveryCounts, Webhook, WebhookEvent, WebhookEventData, WebhookEventType as EventType,
};

use super::audit;
use super::db::{self, Connection, OptionalExtension, Row, params};
use super::error::StoreError;
use super::receivers::{self, DUE, Queue};
use super::scrub;
use crate::clock::iso8601;
use crate::random;

/// Attempts until a delivery is given up.
pub const ATTEMPTS: u32 = 8;
/// For how long the instance that took a delivery may be at work on it: well over the time limit of a request.
pub const LEASE_MS: i64 = 60_000;
/// For how long deliveries that are done are kept, for the statistics.
pub const KEPT_MS: i64 = 30 * 86_400_000;
/// After how long a delivery that is not yet done is given up. Its eight attempts take eight hours, unless its receiver
/// is paused.
pub const GIVEN_UP_MS: i64 = 3 * 86_400_000;
/// Why a delivery without an attempt was given up.
const RECEIVER_PAUSED: &str = "receiver paused";
/// What an attempt at a deleted webhook would have said.
const WEBHOOK_DELETED: &str = "webhook deleted";

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject<'a> {
    /// The session.
    pub session_id: &'a str,
    /// `idv` or `ida`.
    pub session_type: &'a str,
    /// Its client, whose webhooks receive it.
    pub client_id: &'a str,
    /// Another address to send it to.
    pub webhook_url: Option<&'a str>,
    /// Its status.
    pub status: SessionStatus,
    /// Whether it was verified; none where it was not finalized.
    pub verified: Option<bool>,
}

/// Puts an event into the outbox: once for each webhook of the client, and for the session's own address unless a
/// webhook has the same.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn enqueue(c: &Connection, subject: &Subject<'_>, event_type: EventType, now_ms: i64) -> Result<(), StoreError> {
    let hooks = c.query(
        "SELECT webhook_id, url FROM webhook WHERE client_id = ?1 ORDER BY created_ms, webhook_id",
        params![subject.client_id],
        |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)),
    )?;
    let own = subject.webhook_url.filter(|url| hooks.iter().all(|(_, other)| other != url));
    let all = hooks.iter().map(|(id, url)| (Some(id.as_str()), url.as_str())).chain(own.map(|url| (None, url)));
    for (webhook_id, url) in all {
        let delivery_id = random::uuid()?;
        let event = WebhookEvent {
            id: delivery_id.clone(),
            event_type: event_type.clone(),
            timestamp: iso8601(now_ms),
            data: WebhookEventData {
                session_id: subject.session_id.to_owned(),
                session_type: subject.session_type.to_owned(),
                client_id: subject.client_id.to_owned(),
                status_e: subject.status.clone(),
                verified: subject.verified,
            },
        };
        let body = serde_json::to_string(&event).map_err(|_| StoreError::Internal("an event cannot be written"))?;
        c.execute(
            "INSERT INTO delivery (delivery_id, client_id, webhook_id, url, session_id, body, created_ms, next_ms,
                                   attempts, receiver)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0, ?8)",
            params![
                delivery_id,
                subject.client_id,
                webhook_id,
                url,
                subject.session_id,
                body,
                now_ms,
                receivers::id_of(url)
            ],
        )?;
    }
    Ok(())
}

/// A delivery that this instance has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id, the same in every attempt.
    pub delivery_id: String,
    /// Where to.
    pub url: String,
    /// What.
    pub body: String,
    /// The key to sign with.
    pub secret: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// The queue that it waited in.
    pub queue: Queue,
}

/// Whether a delivery is due and may be sent now.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn any_due(c: &Connection, now_ms: i64) -> Result<bool, StoreError> {
    let due = c.exists(&format!("SELECT 1 FROM delivery WHERE {DUE} LIMIT 1"), params![now_ms])?;
    Ok(due && receivers::Turns::read(c, now_ms)?.next().is_some())
}

/// Takes deliveries that are due, `room` at most, so that no other instance does before their lease ends. Each counts
/// as an attempt, so that one that kills its instance is given up as well. They come from the queues in turn: see
/// [`receivers`].
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn take(c: &Connection, room: usize, now_ms: i64) -> Result<Vec<Delivery>, StoreError> {
    let mut turns = receivers::Turns::read(c, now_ms)?;
    let mut taken = Vec::new();
    while taken.len() < room {
        let Some(queue) = turns.next() else { break };
        match take_first(c, &queue, now_ms)? {
            Some(delivery) => taken.push(delivery),
            None => turns.remove(&queue),
        }
    }
    Ok(taken)
}

fn take_first(c: &Connection, queue: &Queue, now_ms: i64) -> Result<Option<Delivery>, StoreError> {
    let sql = format!(
        "UPDATE delivery SET leased_ms = ?2, attempts = attempts + 1
         WHERE {DUE} AND delivery_id = (SELECT delivery_id FROM delivery
          WHERE {DUE} AND client_id = ?3 AND receiver = ?4 ORDER BY next_ms, delivery_id LIMIT 1)
         RETURNING delivery_id, webhook_id, url, body, attempts"
    );
    let taken = c.query_row(&sql, params![now_ms, now_ms + LEASE_MS, queue.client_id, queue.receiver], |row| {
        Ok((
            Delivery {
                delivery_id: row.get(0)?,
                url: row.get(2)?,
                body: row.get(3)?,
                secret: String::new(),
                attempt: row.get(4)?,
                queue: queue.clone(),
            },
            row.get::<Option<String>>(1)?,
        ))
    });
    let Some((delivery, webhook_id)) = taken.optional()? else { return Ok(None) };
    let secret = match webhook_id {
        Some(id) => secret_of(c, &id)?.unwrap_or_default(),
        None => client_secret(c, &queue.client_id)?,
    };
    Ok(Some(Delivery { secret, ..delivery }))
}

fn secret_of(c: &Connection, webhook_id: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT secret FROM webhook WHERE webhook_id = ?1";
    Ok(c.query_row(sql, params![webhook_id], |row| row.get(0)).optional()?)
}

/// The receiver has taken it.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn delivered(c: &Connection, delivery: &Delivery, now_ms: i64) -> Result<(), StoreError> {
    let sql = "UPDATE delivery SET delivered_ms = ?2, leased_ms = NULL WHERE delivery_id = ?1 AND failed_ms IS NULL";
    c.execute(sql, params![delivery.delivery_id, now_ms])?;
    receivers::note_success(c, &delivery.queue)?;
    forget_address(c, &delivery.delivery_id)
}

/// The address of a session's own, which may name its person, is of no use once nothing is sent to it any more.
fn forget_address(c: &Connection, delivery_id: &str) -> Result<(), StoreError> {
    let sql = "UPDATE delivery SET url = '', receiver = '' WHERE delivery_id = ?1 AND webhook_id IS NULL
               AND (delivered_ms IS NOT NULL OR failed_ms IS NOT NULL)";
    if c.execute(sql, params![delivery_id])? > 0 {
        scrub::note_scrubbed(false);
    }
    Ok(())
}

/// The attempt failed: there is another at `next_ms`, or none where that is none.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn missed(
    c: &Connection,
    delivery: &Delivery,
    reason: &str,
    next_ms: Option<i64>,
    now_ms: i64,
) -> Result<(), StoreError> {
    c.execute(
        "UPDATE delivery SET leased_ms = NULL, last_error = ?2, next_ms = coalesce(?3, next_ms), failed_ms = ?4
         WHERE delivery_id = ?1 AND delivered_ms IS NULL AND failed_ms IS NULL",
        params![delivery.delivery_id, reason, next_ms, next_ms.is_none().then_some(now_ms)],
    )?;
    receivers::note_failure(c, &delivery.queue, now_ms)?;
    forget_address(c, &delivery.delivery_id)
}

/// Gives up what has waited for [`GIVEN_UP_MS`], and forgets what was done long ago.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn forget_old(c: &Connection, now_ms: i64) -> Result<(), StoreError> {
    c.execute(
        "UPDATE delivery SET failed_ms = ?1, last_error = coalesce(last_error, ?3)
         WHERE delivered_ms IS NULL AND failed_ms IS NULL AND created_ms < ?2
           AND (leased_ms IS NULL OR leased_ms <= ?1)",
        params![now_ms, now_ms - GIVEN_UP_MS, RECEIVER_PAUSED],
    )?;
    let sql = "UPDATE delivery SET url = '', receiver = ''
               WHERE webhook_id IS NULL AND failed_ms IS NOT NULL AND url <> ''";
    if c.execute(sql, params![])? > 0 {
        scrub::note_scrubbed(false);
    }
    let sql = "DELETE FROM delivery WHERE created_ms < ?1 AND (delivered_ms IS NOT NULL OR failed_ms IS NOT NULL)";
    c.execute(sql, params![now_ms - KEPT_MS])?;
    receivers::forget_old(c, now_ms - KEPT_MS)
}

/// Deliveries that wait, of all clients.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn pending(c: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM delivery WHERE delivered_ms IS NULL AND failed_ms IS NULL";
    Ok(c.query_row(sql, params![], |row| row.get(0))?)
}

/// Stores a new webhook.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn add(c: &Connection, client_id: &str, name: &str, url: &str, now_ms: i64) -> Result<(), StoreError> {
    let id = random::uuid()?;
    c.execute(
        "INSERT INTO webhook (webhook_id, client_id, name, url, secret, created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![id, client_id, name, url, new_secret()?, now_ms],
    )?;
    audit::about(c, "webhook", &id);
    Ok(())
}

/// How many webhooks a client has.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn count(c: &Connection, client_id: &str) -> Result<u64, StoreError> {
    Ok(c.query_row("SELECT count(*) FROM webhook WHERE client_id = ?1", params![client_id], |row| row.get(0))?)
}

/// A client's webhooks, the newest first, without their statistics.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn all(c: &Connection, client_id: &str) -> Result<Vec<Webhook>, StoreError> {
    let sql = "SELECT webhook_id, client_id, name, url, secret, created_ms FROM webhook WHERE client_id = ?1
               ORDER BY created_ms DESC, webhook_id";
    Ok(c.query(sql, params![client_id], from_row)?)
}

fn from_row(row: &Row<'_>) -> db::Result<Webhook> {
    Ok(Webhook {
        id: row.get(0)?,
        client_id: row.get(1)?,
        name: row.get(2)?,
        url: row.get(3)?,
        secret: row.get(4)?,
        created_at: Some(iso8601(row.get(5)?)),
        statistics: DeliveryCounts::default(),
    })
}

/// Deliveries of one webhook of a client, or of all of the client.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn statistics(c: &Connection, client_id: &str, webhook_id: Option<&str>) -> Result<DeliveryCounts, StoreError> {
    let of = "client_id = ?1 AND (?2 = '' OR webhook_id = ?2)";
    let values = params![client_id, webhook_id.unwrap_or_default()];
    let counts = format!(
        "SELECT count(delivered_ms), count(failed_ms), count(*), coalesce(sum(attempts), 0), max(delivered_ms)
         FROM delivery WHERE {of}"
    );
    let mut found = c.query_row(&counts, values, |row| {
        let (delivered, failed): (u64, u64) = (row.get(0)?, row.get(1)?);
        Ok(DeliveryCounts {
            pending: row.get::<u64>(2)? - delivered - failed,
            delivered,
            failed,
            attempts: row.get(3)?,
            last_delivered_at: row.get::<Option<i64>>(4)?.map(iso8601),
            last_error: None,
        })
    })?;
    let last = format!(
        "SELECT last_error FROM delivery WHERE {of} AND last_error IS NOT NULL
         ORDER BY created_ms DESC, delivery_id LIMIT 1"
    );
    found.last_error = c.query_row(&last, values, |row| row.get(0)).optional()?;
    Ok(found)
}

/// Removes a webhook of a client; what waits for it is given up. Whether there was one.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn remove(c: &Connection, client_id: &str, webhook_id: &str, now_ms: i64) -> Result<bool, StoreError> {
    let sql = "DELETE FROM webhook WHERE client_id = ?1 AND webhook_id = ?2";
    if c.execute(sql, params![client_id, webhook_id])? == 0 {
        return Ok(false);
    }
    c.execute(
        "UPDATE delivery SET failed_ms = ?3, leased_ms = NULL, last_error = ?4
         WHERE client_id = ?1 AND webhook_id = ?2 AND delivered_ms IS NULL AND failed_ms IS NULL",
        params![client_id, webhook_id, now_ms, WEBHOOK_DELETED],
    )?;
    audit::about(c, "webhook", webhook_id);
    Ok(true)
}

/// The key that signs what goes to the `webhook_url` of the client's sessions; made when it is first asked for.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn client_secret(c: &Connection, client_id: &str) -> Result<String, StoreError> {
    let insert =
        "INSERT INTO webhook_client_secret (client_id, secret) VALUES (?1, ?2) ON CONFLICT (client_id) DO NOTHING";
    let read = "SELECT secret FROM webhook_client_secret WHERE client_id = ?1";
    let stored = || c.query_row(read, params![client_id], |row| row.get::<String>(0)).optional();
    if let Some(secret) = stored()? {
        return Ok(secret);
    }
    c.execute(insert, params![client_id, new_secret()?])?;
    stored()?.ok_or(StoreError::Internal("a key that was just stored is gone"))
}

/// `whsec_` and 24 to 64 bytes in base64, as Standard Webhooks has it; here 32.
fn new_secret() -> Result<String, StoreError> {
    Ok(format!("whsec_{}", STANDARD.encode(random::key()?)))
}
