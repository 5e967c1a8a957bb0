//! One call in the air: after each attempt it says whether there is an answer, a new token is wanted, or how long to wait
//! before the next one. Pure; the times and the random numbers come from the driver.

use super::call::Repeat;
use crate::api::client::is_repeated;
use crate::api::errors::{ApiError, ApiErrorCode};
use crate::api::retry::{RetryPolicy, parse_retry_after};

/// Why an attempt brought no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoReply {
    /// No connection was made: nothing was sent.
    Unsent,
    /// The line broke after something was sent.
    Broken,
    /// No reply in time.
    Late,
    /// The reply is larger than what is read.
    TooLarge,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The reply is a success.
    Success,
    /// The token is not taken any more: another attempt with a new one, at once.
    Renew,
    /// Another attempt after so many milliseconds.
    Again(u32),
    /// It stays a failure.
    Failed(ApiError),
}

/// The attempts of one call.
#[derive(Debug, Clone)]
pub struct Flight {
    policy: RetryPolicy,
    repeat: Repeat,
    renewable: bool,
    attempt: u32,
}

impl Flight {
    /// A call at its first attempt. `renewable`: whether a new token may be had, which is tried once.
    pub fn new(policy: RetryPolicy, repeat: Repeat, renewable: bool) -> Self {
        Self { policy, repeat, renewable, attempt: 1 }
    }

    /// A reply came. `body` matters for refusals alone.
    pub fn reply(&mut self, status: u16, retry_after: Option<&str>, body: &[u8], random: u32, now_ms: f64) -> Next {
        if (200..300).contains(&status) {
            return Next::Success;
        }
        if status == 401 && self.renewable {
            self.renewable = false;
            return Next::Renew;
        }
        let asked = retry_after.and_then(|field| parse_retry_after(field, now_ms));
        let error = ApiError::from_reply(status, body, asked);
        // With 429 the server says that it did nothing.
        let again = status == 429 || (self.repeat == Repeat::Harmless && is_repeated(&error));
        self.next(error, again, random)
    }

    /// No reply came.
    pub fn no_reply(&mut self, why: NoReply, random: u32) -> Next {
        let (code, harmless) = match why {
            NoReply::Unsent => (ApiErrorCode::NetworkFailed, true),
            NoReply::Broken => (ApiErrorCode::NetworkFailed, self.repeat == Repeat::Harmless),
            NoReply::Late => (ApiErrorCode::Timeout, self.repeat == Repeat::Harmless),
            NoReply::TooLarge => (ApiErrorCode::ReplyTooLarge, false),
        };
        self.next(ApiError::local(code), harmless, random)
    }

    fn next(&mut self, error: ApiError, again: bool, random: u32) -> Next {
        let wait = if again { self.policy.wait_ms(self.attempt, error.retry_after_ms, random) } else { None };
        self.attempt += 1;
        wait.map_or(Next::Failed(error), Next::Again)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flight(repeat: Repeat) -> Flight {
        Flight::new(RetryPolicy::default(), repeat, true)
    }

    #[test]
    fn what_may_have_happened_is_not_done_twice() {
        // Status (0: the line broke, 1: never sent, 2: late), may be repeated when harmless, when harmful.
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
        for (status, harmless, harmful) in table {
            for (repeat, expected) in [(Repeat::Harmless, harmless), (Repeat::Harmful, harmful)] {
                let mut flight = flight(repeat);
                let next = match status {
                    0 => flight.no_reply(NoReply::Broken, 0),
                    1 => flight.no_reply(NoReply::Unsent, 0),
                    2 => flight.no_reply(NoReply::Late, 0),
                    status => flight.reply(status, None, b"", 0, 0.0),
                };
                assert_eq!(matches!(next, Next::Again(_)), expected, "{status} {repeat:?}");
            }
        }
    }

    #[test]
    fn a_token_is_renewed_once_and_attempts_end() {
        let mut once = flight(Repeat::Harmless);
        assert_eq!(once.reply(401, None, b"", 0, 0.0), Next::Renew);
        let Next::Failed(error) = once.reply(401, None, b"", 0, 0.0) else { panic!() };
        assert_eq!(error.code, ApiErrorCode::Unauthorized);
        let mut often = flight(Repeat::Harmless);
        let policy = RetryPolicy::default();
        for _ in 1..policy.attempts {
            assert_eq!(often.reply(429, Some("2"), b"", 0, 0.0), Next::Again(2000));
        }
        assert!(matches!(often.reply(429, Some("2"), b"", 0, 0.0), Next::Failed(_)));
        assert_eq!(often.reply(200, None, b"", 0, 0.0), Next::Success);
        // A wait that is longer than the policy has patience for is told instead.
        assert!(matches!(flight(Repeat::Harmless).reply(429, Some("3600"), b"", 0, 0.0), Next::Failed(_)));
    }
}
