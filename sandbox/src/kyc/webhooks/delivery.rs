//! Deliveries out of the outbox: signed, at least once, with retries that wait longer and longer.
//!
//! Signed as Standard Webhooks has it: `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, which is
//! `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, under the key that *webhook list* reports.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use sha2::Sha256;
use tokio::task::JoinSet;

use super::address;
use crate::clock::{Clock, SECOND_MS};
use crate::http::errors::ApiError;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::webhooks::{self, ATTEMPTS, Delivery};

/// How long a receiver may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Deliveries under way at a time. `store::receivers` shares them among clients and receivers.
const AT_ONCE: usize = 32;
/// Longest time between two attempts.
const LONGEST_WAIT_MS: i64 = 6 * 3_600 * SECOND_MS;

/// Milliseconds from the attempt of that number, counted from 1, to the next; `None` after the last. Each is four times
/// the one before: with a first of 5 s, the eighth attempt comes about eight hours after the first.
pub fn wait_ms(attempt: u32, first_ms: i64) -> Option<i64> {
    (attempt < ATTEMPTS)
        .then(|| first_ms.saturating_mul(4i64.saturating_pow(attempt.saturating_sub(1))).min(LONGEST_WAIT_MS))
}

/// The value of `webhook-signature`.
pub fn signature(secret: &str, delivery_id: &str, timestamp_s: i64, body: &str) -> Option<String> {
    let key = STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{delivery_id}.{timestamp_s}.{body}").as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

/// What deliveries need.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The outbox.
    pub store: Store,
    /// Time.
    pub clock: Clock,
    /// Whether addresses inside the server's own network may be called.
    pub allow_private: bool,
    /// Milliseconds from the first attempt to the second.
    pub retry_ms: i64,
}

/// Sends deliveries.
#[derive(Debug)]
pub struct Sender {
    client: Client,
    parts: Parts,
    under_way: JoinSet<()>,
}

impl Sender {
    /// Creates a sender.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new(parts: Parts) -> Result<Self, reqwest::Error> {
        let allow_private = parts.allow_private;
        let client = ClientBuilder::new()
            .dns_resolver(Arc::new(Resolver { allow_private }))
            // A proxy would resolve names itself, and a redirect could lead inside.
            .no_proxy()
            .redirect(Policy::none())
            .timeout(TIME_LIMIT)
            .connect_timeout(TIME_LIMIT / 2)
            .user_agent(concat!("kyc-sandbox/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, parts, under_way: JoinSet::new() })
    }

    /// Begins the deliveries that are due, as many as may be under way at a time.
    ///
    /// # Errors
    /// 500 where the database refuses.
    pub async fn begin_due(&mut self) -> Result<(), ApiError> {
        while self.under_way.try_join_next().is_some() {}
        let room = AT_ONCE.saturating_sub(self.under_way.len());
        if room == 0 {
            return Ok(());
        }
        let now_ms = self.parts.clock.now_ms();
        for delivery in self.parts.store.run(move |c| webhooks::take(c, room, now_ms)).await? {
            let (parts, client) = (self.parts.clone(), self.client.clone());
            self.under_way.spawn(async move {
                let result = attempt(&client, &delivery, now_ms / SECOND_MS, parts.allow_private).await;
                // Where it cannot be noted, the lease ends and the delivery is made again: at least once.
                let _ = note(&parts, delivery, result).await;
            });
        }
        Ok(())
    }
}

/// Why an attempt failed, and whether another may not.
#[derive(Debug, Clone, PartialEq, Eq)]
struct DeliveryFailure {
    reason: String,
    for_good: bool,
}

impl DeliveryFailure {
    fn now(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), for_good: false }
    }

    fn for_good(reason: &str) -> Self {
        Self { reason: reason.to_owned(), for_good: true }
    }
}

async fn attempt(
    client: &Client,
    delivery: &Delivery,
    timestamp_s: i64,
    allow_private: bool,
) -> Result<(), DeliveryFailure> {
    let url = address::parse(&delivery.url).map_err(|_| DeliveryFailure::for_good("no address"))?;
    if !address::may_be_called(&url, allow_private) {
        return Err(DeliveryFailure::for_good("address refused"));
    }
    let signed = signature(&delivery.secret, &delivery.delivery_id, timestamp_s, &delivery.body);
    let signature = signed.ok_or_else(|| DeliveryFailure::for_good("no key"))?;
    let sent = client
        .post(url)
        .header("content-type", "application/json")
        .header("webhook-id", &delivery.delivery_id)
        .header("webhook-timestamp", timestamp_s)
        .header("webhook-signature", signature)
        .body(delivery.body.clone())
        .send()
        .await;
    // The status is all that counts: of the reply's body nothing is read.
    match sent {
        Ok(reply) if reply.status().is_success() => Ok(()),
        Ok(reply) if reply.status().is_redirection() => Err(DeliveryFailure::now("redirect")),
        Ok(reply) => Err(DeliveryFailure::now(format!("status {}", reply.status().as_u16()))),
        Err(e) if e.is_timeout() => Err(DeliveryFailure::now("timeout")),
        Err(e) if is_refused(&e) => Err(DeliveryFailure::now("address refused")),
        Err(_) => Err(DeliveryFailure::now("connection")),
    }
}

async fn note(parts: &Parts, delivery: Delivery, result: Result<(), DeliveryFailure>) -> Result<(), StoreError> {
    let now_ms = parts.clock.now_ms();
    let first_ms = parts.retry_ms;
    parts
        .store
        .run(move |c| match result {
            Ok(()) => webhooks::delivered(c, &delivery, now_ms),
            Err(missed) => {
                let wait_ms = wait_ms(delivery.attempt, first_ms).filter(|_| !missed.for_good);
                let next_ms = wait_ms.map(|wait_ms| now_ms + wait_ms);
                webhooks::missed(c, &delivery, &missed.reason, next_ms, now_ms)
            }
        })
        .await
}

/// Asks the system's name servers, and gives no address that is not public: the connection goes to what was examined,
/// so a name that changes its address in between gains nothing.
#[derive(Debug)]
struct Resolver {
    allow_private: bool,
}

/// A name whose addresses are all inside.
#[derive(Debug)]
struct Refused;

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the name has no public address")
    }
}

impl std::error::Error for Refused {}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| allow_private || address::is_public(address.ip())).collect();
            if allowed.is_empty() {
                return Err(Refused.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn is_refused(error: &reqwest::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if error.is::<Refused>() {
            return true;
        }
        source = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<_> = (1..=9).map(|attempt| wait_ms(attempt, 5_000)).collect();
        let expected = [5, 20, 80, 320, 1_280, 5_120, 20_480].map(|s| Some(s * SECOND_MS));
        assert_eq!(waits[..7], expected);
        assert_eq!(waits[7..], [None, None]);
        assert_eq!(wait_ms(7, i64::MAX), Some(LONGEST_WAIT_MS));
    }

    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        // The example of the specification's own libraries.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(made.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assert_eq!(signature("no key", "id", 0, ""), None);
    }
}
