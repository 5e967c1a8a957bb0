//! The documented rate limits, kept before the server must say so: so many requests in any ten seconds, per operation.

use std::collections::VecDeque;

/// The documented window, and a quarter of a second on top: requests reach the server closer together, or farther apart,
/// than they were sent.
const WINDOW_MS: f64 = 10_250.0;

/// When the latest requests of each operation went, or will go.
#[derive(Debug, Default)]
pub struct Pace {
    sent: Vec<(&'static str, VecDeque<f64>)>,
}

impl Pace {
    /// Takes the next free moment for a request of `operation`, of which `limit` may go in ten seconds: milliseconds to
    /// wait from `now_ms` on.
    pub fn take(&mut self, operation: &'static str, limit: u32, now_ms: f64) -> u32 {
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
        // A clock that was set back must not stop everything.
        let moment = if earliest - now_ms > 10.0 * WINDOW_MS { now_ms } else { earliest.max(now_ms) };
        sent.push_back(moment);
        (moment - now_ms).ceil() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_ten_seconds_have_more_than_the_limit() {
        let (mut pace, mut moments) = (Pace::default(), Vec::new());
        for i in 0..30 {
            let now = f64::from(i) * 200.0;
            moments.push(now + f64::from(pace.take("a", 7, now)));
        }
        for window in moments.windows(8) {
            assert!(window[7] - window[0] >= 10_000.0, "{window:?}");
        }
        assert_eq!(moments[..7], [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0, 1200.0]);
        assert_eq!(pace.take("b", 7, 6000.0), 0, "operations have a pace of their own");
        assert_eq!(pace.take("a", 7, 1e9), 0);
    }
}
