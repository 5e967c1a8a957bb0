//! When to try again, and how long to wait before: exponential backoff with full jitter, and the server's own word.

/// How often and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, at least 1.
    pub attempts: u32,
    /// Longest wait before the second attempt, in milliseconds; it doubles with each further one.
    pub base_ms: u32,
    /// Longest wait by backoff, in milliseconds.
    pub cap_ms: u32,
    /// Longest wait that a server may ask for, in milliseconds; beyond it the failure is told instead.
    pub longest_ms: u32,
}

impl Default for RetryPolicy {
    /// Five attempts, waits of up to 0.5, 1, 2 and 4 s: rides out a change of network, and ends before a person does.
    fn default() -> Self {
        Self { attempts: 5, base_ms: 500, cap_ms: 8_000, longest_ms: 30_000 }
    }
}

impl RetryPolicy {
    /// How long to wait after attempt `attempt` (1, 2, …) failed; `None` to give up.
    ///
    /// `random` is uniform over `u32`. A server's `Retry-After` is the least wait; jitter of up to `base_ms` comes on
    /// top, so that clients which were refused together do not come back together.
    pub fn wait_ms(&self, attempt: u32, retry_after_ms: Option<u64>, random: u32) -> Option<u32> {
        if attempt >= self.attempts {
            return None;
        }
        let share = |most: u32| (u64::from(most) * u64::from(random) / u64::from(u32::MAX)) as u32;
        match retry_after_ms {
            Some(asked) if asked > u64::from(self.longest_ms) => None,
            Some(asked) => Some(asked as u32 + share(self.base_ms)),
            None => {
                let most = self.base_ms.saturating_mul(1 << (attempt - 1).min(16)).min(self.cap_ms);
                Some(share(most))
            }
        }
    }
}

/// Milliseconds to wait by a `Retry-After` field (RFC 9110 section 10.2.3): seconds, or a date. `None` for neither.
pub fn parse_retry_after(field: &str, now_ms: f64) -> Option<u64> {
    let field = field.trim();
    if !field.is_empty() && field.len() <= 9 && field.bytes().all(|b| b.is_ascii_digit()) {
        return field.parse::<u64>().ok().map(|seconds| seconds * 1000);
    }
    let at = parse_imf_fixdate(field)? as f64 * 1000.0;
    Some((at - now_ms).max(0.0) as u64)
}

/// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
fn parse_imf_fixdate(text: &str) -> Option<i64> {
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.split(' ');
    let mut next = || parts.next();
    let (day, month, year, time, zone) = (next()?, next()?, next()?, next()?, next()?);
    if zone != "GMT" || year.len() != 4 {
        return None;
    }
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.iter().position(|name| *name == month)? as i64 + 1;
    let number = |text: &str, most: i64| -> Option<i64> {
        let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|value| digits && *value <= most)
    };
    let (day, year) = (number(day, 31)?, number(year, 9999)?);
    let mut clock = time.split(':');
    let (hour, minute, second) = (number(clock.next()?, 23)?, number(clock.next()?, 59)?, number(clock.next()?, 60)?);
    Some(days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, counted in eras of 400 years that begin in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
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
    fn retry_after_is_seconds_or_a_date() {
        let now = 784_111_777_000.0; // Sun, 06 Nov 1994 08:49:37 GMT
        let table = [
            ("0", Some(0)),
            (" 120 ", Some(120_000)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10_000)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Tue, 29 Feb 2000 00:00:00 GMT", Some((951_782_400_000.0_f64 - now) as u64)),
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
}
