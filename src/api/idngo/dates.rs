//! Moments as this protocol writes them, in GMT: `yyyy-MM-dd HH:mm:ss`, and in `review` with `+0000` behind.

use crate::core::date::Date;

const SECOND_MS: i64 = 1_000;
const DAY_S: i64 = 86_400;

/// `yyyy-MM-dd HH:mm:ss` of milliseconds since 1970, cut to the second; years beyond 9999 are written as their end.
pub fn write(ms: i64) -> String {
    let seconds = ms.div_euclid(SECOND_MS);
    let Some(day) = Date::from_unix_seconds(seconds) else { return "9999-12-31 23:59:59".to_owned() };
    let in_day = seconds.rem_euclid(DAY_S);
    format!("{day} {:02}:{:02}:{:02}", in_day / 3_600, in_day / 60 % 60, in_day % 60)
}

/// The same with `+0000`, for `review`.
pub fn write_with_zone(ms: i64) -> String {
    write(ms) + "+0000"
}

/// Milliseconds since 1970 of `yyyy-MM-dd HH:mm:ss`, with or without `.fff`.
pub fn parse(text: &str) -> Option<i64> {
    let (whole, millis) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, number(fraction, 3)?),
        None => (text, 0),
    };
    let (day, time) = whole.split_once(' ')?;
    let day = Date::parse_iso(day)?;
    let mut parts = time.split(':');
    let mut part = || number(parts.next()?, 2);
    let (hour, minute, second) = (part()?, part()?, part()?);
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let in_day = i64::from(hour) * 3_600 + i64::from(minute) * 60 + i64::from(second);
    Some((days_since_1970(day) * DAY_S + in_day) * SECOND_MS + i64::from(millis))
}

/// Milliseconds since 1970 of `yyyy-MM-dd HH:mm:ss+0000`.
pub fn parse_with_zone(text: &str) -> Option<i64> {
    let text = text.strip_suffix("+0000")?;
    // No fraction here.
    if text.contains('.') { None } else { parse(text) }
}

fn number(text: &str, digits: usize) -> Option<u16> {
    let fits = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// Days from 1970-01-01 in the Gregorian calendar: the inverse of [`Date::from_unix_seconds`].
fn days_since_1970(day: Date) -> i64 {
    let (y, m) = (i64::from(day.year()), i64::from(day.month()));
    // Counted from 1 March, so that the leap day ends a year.
    let (y, m) = if m > 2 { (y, m - 3) } else { (y - 1, m + 9) };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * m + 2) / 5 + i64::from(day.day()) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments_go_round() {
        let table = [
            (0, "1970-01-01 00:00:00"),
            (951_782_400_000, "2000-02-29 00:00:00"),
            (1_673_961_458_000, "2023-01-17 13:17:38"),
            (4_107_542_399_000, "2100-02-28 23:59:59"),
        ];
        for (ms, text) in table {
            assert_eq!(write(ms), text);
            assert_eq!(parse(text), Some(ms));
            assert_eq!(parse_with_zone(&write_with_zone(ms)), Some(ms));
        }
        assert_eq!(parse("2023-01-17 13:17:38.250"), Some(1_673_961_458_250));
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "",
            "2023-01-17",
            "2023-01-17T13:17:38",
            "2023-02-29 00:00:00",
            "2023-01-17 24:00:00",
            "2023-01-17 13:60:00",
            "2023-01-17 13:17",
            "2023-01-17 13:17:38:1",
            "2023-01-17 13:17:38.2",
            "2023-01-17 +3:17:38",
            "2023-01-17 13:17:38+0000",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        for text in ["2023-01-17 13:17:38", "2023-01-17 13:17:38+0600", "2023-01-17 13:17:38.250+0000"] {
            assert_eq!(parse_with_zone(text), None, "{text}");
        }
    }
}
