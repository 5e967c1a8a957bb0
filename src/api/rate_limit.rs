//! Client-side rate limiter for the documented limits: a number of requests in any 10 seconds, per operation.

use std::collections::VecDeque;

/// The documented window of 10 s plus 0.25 s of tolerance: network delay changes the distance between requests.
const WINDOW_MS: f64 = 10_250.0;

/// A sliding-window rate limiter: the times at which the latest requests of each operation were, or will be, sent.
#[derive(Debug, Default)]
pub struct RateLimiter {
    sent: Vec<(&'static str, VecDeque<f64>)>,
}

impl RateLimiter {
    /// Reserves the next free slot for a request of `operation`, of which `limit` may be sent in 10 s. Returns the
    /// milliseconds to wait from `now_ms`.
    pub fn reserve(&mut self, operation: &'static str, limit: u32, now_ms: f64) -> u32 {
        let at = match self.sent.iter().position(|(name, _)| *name == operation) {
            Some(at) => at,
            None => {
                self.sent.push((operation, VecDeque::new()));
                self.sent.len() - 1
            }
        };
        let sent = &mut self.sent[at].1;
        while sent.len() > limit.max(1) as usize {
            sent.pop_front();
        }
        let earliest =
            if sent.len() < limit.max(1) as usize { now_ms } else { sent.pop_front().unwrap_or(now_ms) + WINDOW_MS };
        // A clock that was set back must not block all requests.
        let moment = if earliest - now_ms > 10.0 * WINDOW_MS { now_ms } else { earliest.max(now_ms) };
        sent.push_back(moment);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates; never negative")]
        let wait_ms = (moment - now_ms).ceil() as u32;
        wait_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_ten_seconds_have_at_most_the_limit() {
        let (mut limiter, mut moments) = (RateLimiter::default(), Vec::new());
        for i in 0..30 {
            let now = f64::from(i) * 200.0;
            moments.push(now + f64::from(limiter.reserve("a", 7, now)));
        }
        for window in moments.windows(8) {
            assert!(window[7] - window[0] >= 10_000.0, "{window:?}");
        }
        assert_eq!(moments[..7], [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0, 1200.0]);
        assert_eq!(limiter.reserve("b", 7, 6000.0), 0, "each operation has its own window");
        assert_eq!(limiter.reserve("a", 7, 1e9), 0);
    }
}
