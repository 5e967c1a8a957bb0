//! Rate limits: a token bucket per client, generous for people, a bound for runaway loops.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::SECOND_MS;
use crate::http::errors::ApiError;

/// How many requests a client may make.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// Requests at once.
    pub burst: u32,
    /// Requests per second in the long run.
    pub per_second: u32,
}

/// The token buckets; clones share them. Keys are client ids that exist and a few fixed words, so their number is
/// bounded by the server's own data, not by what callers make up.
#[derive(Debug, Clone)]
pub struct Limiter {
    rate: Rate,
    buckets: Arc<Mutex<HashMap<String, Bucket>>>,
}

#[derive(Debug)]
struct Bucket {
    /// Thousandths of a request that may still be made.
    milli: i64,
    at_ms: i64,
}

impl Limiter {
    /// Full buckets of this rate.
    pub fn new(rate: Rate) -> Self {
        Self { rate, buckets: Arc::default() }
    }

    /// Takes one request out of `key`'s bucket.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn take(&self, key: &str, now_ms: i64) -> Result<(), ApiError> {
        let full = i64::from(self.rate.burst) * 1_000;
        // Requests per second are thousandths of a request per millisecond.
        let per_ms = i64::from(self.rate.per_second.max(1));
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(key.to_owned()).or_insert(Bucket { milli: full, at_ms: now_ms });
        let elapsed = (now_ms - bucket.at_ms).max(0);
        bucket.milli = elapsed.saturating_mul(per_ms).saturating_add(bucket.milli).min(full);
        bucket.at_ms = now_ms;
        if bucket.milli < 1_000 {
            let wait_ms = (1_000 - bucket.milli).unsigned_abs().div_ceil(per_ms.unsigned_abs());
            return Err(ApiError::too_many_requests(wait_ms.div_ceil(SECOND_MS.unsigned_abs()).max(1)));
        }
        bucket.milli -= 1_000;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use kyc_capture::api::errors::ApiErrorCode;

    use super::*;

    #[test]
    fn refuses_over_the_burst_and_refills() {
        let limiter = Limiter::new(Rate { burst: 2, per_second: 1 });
        assert!(limiter.take("a", 0).is_ok());
        assert!(limiter.take("a", 0).is_ok());
        assert_eq!(limiter.take("a", 0).unwrap_err().code(), ApiErrorCode::RateLimited);
        assert!(limiter.take("b", 0).is_ok(), "clients do not share a bucket");
        assert!(limiter.take("a", 1_000).is_ok());
        assert!(limiter.take("a", 1_500).is_err());
    }
}
