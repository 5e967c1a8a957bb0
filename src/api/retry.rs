//! The retry engine of every client: browser, native and Node. Sans-I/O: the caller supplies time and random numbers
//! and performs the waits.
//!
//! After each attempt [`RetryState`] decides whether the call succeeded, needs another token, is retried after a wait
//! (exponential backoff with full jitter, or `Retry-After`) or has failed.

use std::time::UNIX_EPOCH;

use super::errors::{ApiError, ApiErrorCode};

/// Number of attempts and bounds of the waits between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in total, at least 1.
    pub attempts: u32,
    /// Upper bound of the wait before the second attempt, in milliseconds; it doubles with each further attempt.
    pub base_ms: u32,
    /// Upper bound of a backoff wait, in milliseconds.
    pub cap_ms: u32,
    /// Longest wait that a server may request, in milliseconds; a longer one ends the call.
    pub longest_ms: u32,
}

impl Default for RetryPolicy {
    /// Returns five attempts with waits of up to 0.5, 1, 2 and 4 s: long enough to survive a change of network, and
    /// shorter than a person's patience.
    fn default() -> Self {
        Self { attempts: 5, base_ms: 500, cap_ms: 8_000, longest_ms: 30_000 }
    }
}

impl RetryPolicy {
    /// Returns the wait in milliseconds after failed attempt number `attempt` (from 1), or `None` to give up.
    ///
    /// `random` is uniform over `u32`. `Retry-After` is the minimum wait; jitter of up to `base_ms` is added, so that
    /// clients rejected together do not return together.
    pub fn wait_ms(&self, attempt: u32, retry_after_ms: Option<u64>, random: u32) -> Option<u32> {
        if attempt >= self.attempts {
            return None;
        }
        let jitter = |max: u32| u32::try_from(u64::from(max) * u64::from(random) / u64::from(u32::MAX)).unwrap_or(max);
        match retry_after_ms {
            Some(min) if min > u64::from(self.longest_ms) => None,
            Some(min) => Some(u32::try_from(min).ok()?.saturating_add(jitter(self.base_ms))),
            None => {
                let max = self.base_ms.saturating_mul(1 << (attempt - 1).min(16)).min(self.cap_ms);
                Some(jitter(max))
            }
        }
    }
}

/// Whether a call may be repeated when its outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// It reads, or sets a value to the one in the request.
    Idempotent,
    /// It creates, sends or counts something: retried only if the server did nothing (429) or was not reached.
    NonIdempotent,
}

/// Why an attempt brought no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoReply {
    /// No connection was established; nothing was sent.
    Connect,
    /// The connection failed after something was sent.
    Interrupted,
    /// No reply within the time limit of the attempt.
    Timeout,
    /// The reply exceeds the size limit.
    TooLarge,
}

/// The next step of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The reply is a success.
    Success,
    /// The token was rejected: retry immediately with another one.
    Renew,
    /// Retry after this many milliseconds.
    Retry(u32),
    /// The call has failed.
    Failed(ApiError),
}

/// The attempts of one call.
#[derive(Debug, Clone)]
pub struct RetryState {
    policy: RetryPolicy,
    idempotency: Idempotency,
    renewable: bool,
    attempt: u32,
}

impl RetryState {
    /// Returns the state before the first attempt. `renewable`: whether another token can be obtained, which is tried
    /// once.
    pub fn new(policy: RetryPolicy, idempotency: Idempotency, renewable: bool) -> Self {
        Self { policy, idempotency, renewable, attempt: 1 }
    }

    /// Evaluates a reply. `retry_after` is the header field; `body` is read for failures only.
    pub fn on_reply(&mut self, status: u16, retry_after: Option<&str>, body: &[u8], random: u32, now_ms: f64) -> Next {
        if (200..300).contains(&status) {
            return Next::Success;
        }
        if status == 401 && self.renewable {
            self.renewable = false;
            return Next::Renew;
        }
        let wait_ms = retry_after.and_then(|field| parse_retry_after(field, now_ms));
        let error = ApiError::from_reply(status, body, wait_ms);
        let transient = matches!(status, 408 | 429 | 500..);
        // 429 states that the server did nothing.
        let may_retry = status == 429 || (transient && self.idempotency == Idempotency::Idempotent);
        self.next(error, may_retry, random)
    }

    /// Evaluates an attempt without a reply.
    pub fn on_no_reply(&mut self, why: NoReply, random: u32) -> Next {
        let idempotent = self.idempotency == Idempotency::Idempotent;
        let (code, may_retry) = match why {
            NoReply::Connect => (ApiErrorCode::NetworkFailed, true),
            NoReply::Interrupted => (ApiErrorCode::NetworkFailed, idempotent),
            NoReply::Timeout => (ApiErrorCode::Timeout, idempotent),
            NoReply::TooLarge => (ApiErrorCode::ReplyTooLarge, false),
        };
        self.next(ApiError::local(code), may_retry, random)
    }

    fn next(&mut self, error: ApiError, may_retry: bool, random: u32) -> Next {
        let wait = if may_retry { self.policy.wait_ms(self.attempt, error.retry_after_ms, random) } else { None };
        self.attempt += 1;
        wait.map_or(Next::Failed(error), Next::Retry)
    }
}

/// Parses a `Retry-After` field (RFC 9110 section 10.2.3) into milliseconds from `now_ms`: seconds, or an HTTP date in
/// any of the three forms of section 5.6.7. Returns `None` for anything else.
pub fn parse_retry_after(field: &str, now_ms: f64) -> Option<u64> {
    let field = field.trim();
    if !field.is_empty() && field.len() <= 9 && field.bytes().all(|b| b.is_ascii_digit()) {
        return field.parse::<u64>().ok().map(|seconds| seconds * 1000);
    }
    let date = httpdate::parse_http_date(field).ok()?.duration_since(UNIX_EPOCH).ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates; never negative")]
    let wait_ms = (date.as_secs_f64() * 1000.0 - now_ms).max(0.0) as u64;
    Some(wait_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_with_full_jitter() {
        let policy = RetryPolicy { attempts: 5, base_ms: 500, cap_ms: 1500, longest_ms: 30_000 };
        let table = [
            (1, None, u32::MAX, Some(500)),
            (2, None, u32::MAX, Some(1000)),
            (3, None, u32::MAX, Some(1500)),
            (4, None, u32::MAX, Some(1500)),
            (3, None, 0, Some(0)),
            (3, None, u32::MAX / 2, Some(749)),
            (5, None, 0, None),
            (1, Some(2000), 0, Some(2000)),
            (1, Some(2000), u32::MAX, Some(2500)),
            (1, Some(0), 0, Some(0)),
            (1, Some(30_001), 0, None),
            (5, Some(1), 0, None),
        ];
        for (attempt, asked, random, wait) in table {
            assert_eq!(policy.wait_ms(attempt, asked, random), wait, "{attempt} {asked:?} {random}");
        }
    }

    #[test]
    fn parses_retry_after_seconds_and_dates() {
        let now = 784_111_777_000.0; // Sun, 06 Nov 1994 08:49:37 GMT
        let table = [
            ("0", Some(0)),
            (" 120 ", Some(120_000)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10_000)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("Sunday, 06-Nov-94 08:49:47 GMT", Some(10_000)),
            ("Sun Nov  6 08:49:47 1994", Some(10_000)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Tue, 29 Feb 2000 00:00:00 GMT", Some((951_782_400_000.0_f64 - now).to_string().parse().unwrap())),
            ("", None),
            ("soon", None),
            ("-5", None),
            ("99999999999999999999", None),
            ("Sun, 06 Nov 1994 08:49:47 CET", None),
            ("Sun, 06 Foo 1994 08:49:47 GMT", None),
            ("Sun, 06 Nov 1994 25:49:47 GMT", None),
            (", ", None),
        ];
        for (field, wait) in table {
            assert_eq!(parse_retry_after(field, now), wait, "{field:?}");
        }
    }

    fn state(idempotency: Idempotency) -> RetryState {
        RetryState::new(RetryPolicy::default(), idempotency, true)
    }

    #[test]
    fn non_idempotent_calls_are_retried_only_if_nothing_happened() {
        // Status (0: interrupted, 1: not connected, 2: timeout), retried if idempotent, if not.
        let table = [
            (500, true, false),
            (503, true, false),
            (408, true, false),
            (429, true, true),
            (400, false, false),
            (404, false, false),
            (0, true, false),
            (1, true, true),
            (2, true, false),
        ];
        for (status, idempotent, non_idempotent) in table {
            for (idempotency, expected) in
                [(Idempotency::Idempotent, idempotent), (Idempotency::NonIdempotent, non_idempotent)]
            {
                let mut state = state(idempotency);
                let next = match status {
                    0 => state.on_no_reply(NoReply::Interrupted, 0),
                    1 => state.on_no_reply(NoReply::Connect, 0),
                    2 => state.on_no_reply(NoReply::Timeout, 0),
                    status => state.on_reply(status, None, b"", 0, 0.0),
                };
                assert_eq!(matches!(next, Next::Retry(_)), expected, "{status} {idempotency:?}");
            }
        }
    }

    #[test]
    fn token_is_renewed_once_and_attempts_are_limited() {
        let mut once = state(Idempotency::Idempotent);
        assert_eq!(once.on_reply(401, None, b"", 0, 0.0), Next::Renew);
        let Next::Failed(error) = once.on_reply(401, None, b"", 0, 0.0) else { panic!() };
        assert_eq!(error.code, ApiErrorCode::Unauthorized);
        let mut often = state(Idempotency::Idempotent);
        let policy = RetryPolicy::default();
        for _ in 1..policy.attempts {
            assert_eq!(often.on_reply(429, Some("2"), b"", 0, 0.0), Next::Retry(2000));
        }
        assert!(matches!(often.on_reply(429, Some("2"), b"", 0, 0.0), Next::Failed(_)));
        assert_eq!(often.on_reply(200, None, b"", 0, 0.0), Next::Success);
        // A requested wait beyond the policy ends the call.
        assert!(matches!(state(Idempotency::Idempotent).on_reply(429, Some("3600"), b"", 0, 0.0), Next::Failed(_)));
    }
}
