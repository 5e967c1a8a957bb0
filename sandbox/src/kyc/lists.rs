//! What the lists have in common: pages, spans of time, words that are searched for, entries of metadata.

use kyc_capture::api::kyc::JsonObject;
use kyc_capture::api::kyc::lists::OneOrMany;
use kyc_capture::core::date::Date;

use crate::clock::SECOND_MS;
use crate::http::errors::ApiError;

/// How many a page has if none is given.
pub const TAKE: u32 = 50;
/// How many a page has at most.
pub const TAKE_MAX: u32 = 500;

const DAY_MS: i64 = 86_400 * SECOND_MS;

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    take: usize,
    skip: usize,
}

impl Page {
    /// From the fields `take` and `skip`.
    ///
    /// # Errors
    /// 422 where more is to be taken than [`TAKE_MAX`].
    pub fn of(take: Option<u32>, skip: Option<u32>) -> Result<Self, ApiError> {
        let take = take.unwrap_or(TAKE);
        if take > TAKE_MAX {
            return Err(ApiError::invalid_value("take", &format!("at most {TAKE_MAX}")));
        }
        Ok(Self { take: take as usize, skip: skip.unwrap_or_default() as usize })
    }

    /// That part.
    pub fn cut<T>(self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip(self.skip).take(self.take).collect()
    }
}

/// From a moment to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    from_ms: i64,
    to_ms: i64,
}

impl Span {
    /// From the fields `start_date` and `end_date`, each RFC 3339 or a day in UTC; the end's day counts to its end.
    ///
    /// # Errors
    /// 422 for what is neither.
    pub fn of(start: Option<&str>, end: Option<&str>) -> Result<Self, ApiError> {
        let read = |field: &str, text: &str| {
            moment(text).ok_or_else(|| ApiError::invalid_value(field, "an RFC 3339 date-time, or a date"))
        };
        let from = start.map(|text| read("start_date", text)).transpose()?;
        let to = end.map(|text| read("end_date", text)).transpose()?;
        Ok(Self { from_ms: from.map_or(i64::MIN, |m| m.first_ms), to_ms: to.map_or(i64::MAX, |m| m.last_ms) })
    }

    /// Whether a moment is within.
    pub fn holds(self, ms: i64) -> bool {
        (self.from_ms..=self.to_ms).contains(&ms)
    }
}

/// A moment as exactly as it was written.
struct Moment {
    first_ms: i64,
    last_ms: i64,
}

fn moment(text: &str) -> Option<Moment> {
    let (day, time) = match text.get(..10) {
        Some(day) => (days_since_1970(Date::parse_iso(day)?) * DAY_MS, text.get(10..)?),
        None => return None,
    };
    if time.is_empty() {
        return Some(Moment { first_ms: day, last_ms: day + DAY_MS - 1 });
    }
    // RFC 3339 section 5.6: `T` or `t`, hours, minutes, seconds with an optional fraction, and where that is.
    let time = time.strip_prefix(['T', 't', ' '])?;
    let zone_at = time.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    let [hour, minute, second] = two_digits::<3>(clock)?;
    // A leap second counts as the one before it.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let millis = match fraction {
        None => 0,
        Some(digits) if !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{digits:0<3}").get(..3)?.parse().ok()?
        }
        Some(_) => return None,
    };
    let offset_min = match zone.split_at_checked(1)? {
        ("Z" | "z", "") => 0,
        (sign, offset) => {
            let [hours, minutes] = two_digits::<2>(offset)?;
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * if sign == "-" { -1 } else { 1 }
        }
    };
    let seconds = hour * 3_600 + minute * 60 + second.min(59) - offset_min * 60;
    let first_ms = day + seconds * SECOND_MS + millis;
    Some(Moment { first_ms, last_ms: first_ms })
}

/// `N` numbers of two digits, with colons between.
fn two_digits<const N: usize>(text: &str) -> Option<[i64; N]> {
    let parts: Vec<i64> = text
        .split(':')
        .map(|part| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?)
        .collect::<Option<_>>()?;
    parts.try_into().ok()
}

/// Of the proleptic Gregorian calendar: whole years by their leap days, then the months of a year that begins in March.
fn days_since_1970(date: Date) -> i64 {
    let (year, month, day) = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// Whether a filter by values lets this value pass. An empty list filters nothing.
pub fn lets_pass(filter: Option<&OneOrMany>, value: Option<&str>) -> bool {
    let wanted = filter.map_or(&[][..], OneOrMany::values);
    wanted.is_empty() || value.is_some_and(|value| wanted.iter().any(|wanted| wanted == value))
}

/// Whether every wanted entry is in a map with an equal value.
pub fn has_entries(map: &JsonObject, wanted: Option<&JsonObject>) -> bool {
    wanted.is_none_or(|wanted| wanted.iter().all(|(name, value)| map.get(name) == Some(value)))
}

/// Whether every word that is searched for is part of the text, in small or capital letters.
pub fn has_words(text: &str, searched: Option<&str>) -> bool {
    let Some(searched) = searched else { return true };
    let text = text.to_lowercase();
    searched.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::iso8601;

    #[test]
    fn moments_are_read_and_others_refused() {
        let table = [
            ("1970-01-01T00:00:00Z", 0),
            ("2019-08-24T14:15:22Z", 1_566_656_122_000),
            ("2019-08-24t16:15:22.123456+02:00", 1_566_656_122_123),
            ("2019-08-24 09:45:22.1-04:30", 1_566_656_122_100),
            ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("1969-12-31T23:59:60Z", -1_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000),
        ];
        for (text, ms) in table {
            assert_eq!(moment(text).map(|m| (m.first_ms, m.last_ms)), Some((ms, ms)), "{text}");
        }
        for text in [
            "",
            "2019",
            "2019-13-01",
            "2019-02-29",
            "2019-08-24T",
            "2019-08-24T14:15:22",
            "2019-08-24T24:00:00Z",
            "2019-08-24T14:15Z",
            "2019-08-24T14:15:22.Z",
            "2019-08-24T14:15:22+2:00",
            "2019-08-24T14:15:22ZZ",
            "2019-08-2éT14:15:22Z",
            "2019-08-24T14:15:22+é",
            "string",
        ] {
            assert!(moment(text).is_none(), "{text}");
        }
        let day = moment("2026-03-01").unwrap();
        assert_eq!(
            (iso8601(day.first_ms).as_str(), iso8601(day.last_ms).as_str()),
            ("2026-03-01T00:00:00.000Z", "2026-03-01T23:59:59.999Z")
        );
    }

    #[test]
    fn every_day_has_its_number() {
        for day in 0..60_000 {
            let date = Date::from_unix_seconds(day * 86_400).unwrap();
            assert_eq!(days_since_1970(date), day, "{date}");
        }
    }

    #[test]
    fn filters_let_pass_what_meets_them() {
        let span = Span::of(Some("2026-03-01"), Some("2026-03-01")).unwrap();
        let noon = moment("2026-03-01T12:00:00Z").unwrap().first_ms;
        assert!(span.holds(noon) && !span.holds(noon + DAY_MS) && !span.holds(noon - DAY_MS));
        assert!(Span::of(None, None).unwrap().holds(i64::MIN));
        assert!(Span::of(Some("soon"), None).is_err());
        assert_eq!(Page::of(Some(2), Some(1)).unwrap().cut(vec![1, 2, 3, 4]), [2, 3]);
        assert_eq!(Page::of(Some(0), None).unwrap().cut(vec![1]), [0; 0]);
        assert!(Page::of(Some(TAKE_MAX + 1), None).is_err());
        assert!(has_words("Anna Maria ERIKSSON L898902C3", Some(" eriks  ann 8989 ")) && has_words("x", Some("")));
        assert!(!has_words("Anna", Some("anna b")));
        let many = OneOrMany::Many(vec!["a".into(), "b".into()]);
        assert!(
            lets_pass(Some(&OneOrMany::Many(vec![])), None)
                && lets_pass(None, None)
                && lets_pass(Some(&many), Some("b"))
        );
        assert!(!lets_pass(Some(&many), Some("c")) && !lets_pass(Some(&many), None));
        let map = |value: serde_json::Value| value.as_object().unwrap().clone();
        let has = map(serde_json::json!({ "a": 1, "b": { "c": [2] } }));
        assert!(has_entries(&has, Some(&map(serde_json::json!({ "b": { "c": [2] } })))));
        assert!(!has_entries(&has, Some(&map(serde_json::json!({ "a": "1" })))));
    }
}
