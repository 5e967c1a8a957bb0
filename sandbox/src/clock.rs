//! The server's clock: milliseconds since 1970 in UTC, their ISO 8601 text, and today's date.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use kyc_capture::core::date::Date;

/// Milliseconds in a second.
pub const SECOND_MS: i64 = 1_000;
const DAY_MS: i64 = 86_400 * SECOND_MS;

/// The system's clock, plus an offset that tests move forward to see something expire. Clones share the offset.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn now_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX).saturating_add(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Advances this clock.
    pub fn advance_ms(&self, by_ms: i64) {
        self.offset_ms.fetch_add(by_ms, Ordering::Relaxed);
    }
}

/// The day on which a moment falls in UTC; `None` for a clock set beyond the year 9999.
pub fn day_of(ms: i64) -> Option<Date> {
    Date::from_unix_seconds(ms.div_euclid(SECOND_MS))
}

/// ISO 8601 in UTC with milliseconds, as the API's `date-time` fields carry it: `2019-08-24T14:15:22.000Z`.
pub fn iso8601(ms: i64) -> String {
    let day = day_of(ms).map_or_else(|| "9999-12-31".to_owned(), |day| day.to_string());
    let in_day = ms.rem_euclid(DAY_MS);
    let (seconds, millis) = (in_day / SECOND_MS, in_day % SECOND_MS);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{day}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// The same without milliseconds: `2024-01-15T10:30:00Z`.
pub fn iso8601_seconds(ms: i64) -> String {
    let text = iso8601(ms);
    text.split_once('.').map_or_else(|| text.clone(), |(seconds, _)| format!("{seconds}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_known_instants() {
        let table = [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_566_656_122_123, "2019-08-24T14:15:22.123Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ];
        for (ms, text) in table {
            assert_eq!(iso8601(ms), text);
            assert_eq!(iso8601_seconds(ms), format!("{}Z", &text[..19]));
        }
    }
}
