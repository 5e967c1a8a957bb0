//! What the lists have in common: pages, spans of time, words that are searched for, entries of metadata.

use kyc_capture::api::kyc::JsonObject;
use kyc_capture::api::kyc::enums::SessionStatus;
use kyc_capture::api::kyc::lists::{OneOrMany, StatusCounts};
use kyc_capture::core::date::Date;

use crate::clock::SECOND_MS;
use crate::http::errors::ApiError;
use crate::store::listing::{Found, Page, Progress, Wanted};

/// How many a page has if none is given.
pub const TAKE: u32 = 50;
/// How many a page has at most.
pub const TAKE_MAX: u32 = 500;

/// How many words a search has at most.
pub const WORDS_MAX: usize = 100;

const DAY_MS: i64 = 86_400 * SECOND_MS;

/// Which part of a list is asked for by the fields `take` and `skip`.
///
/// # Errors
/// 422 where more is to be taken than [`TAKE_MAX`].
pub fn page(take: Option<u32>, skip: Option<u32>) -> Result<Page, ApiError> {
    let take = take.unwrap_or(TAKE);
    if take > TAKE_MAX {
        return Err(ApiError::invalid_value("take", &format!("at most {TAKE_MAX}")));
    }
    Ok(Page { take, skip: skip.unwrap_or_default() })
}

/// Which sessions have a status.
pub fn wanted(status: Option<&SessionStatus>) -> Wanted {
    match status {
        None => Wanted::All,
        Some(SessionStatus::InProgress) => Wanted::Of(Progress::InProgress),
        Some(SessionStatus::Complete) => Wanted::Of(Progress::Complete),
        Some(SessionStatus::Expired) => Wanted::Of(Progress::Expired),
        Some(
            SessionStatus::Unknown
            | SessionStatus::TemporarilyBlocked
            | SessionStatus::TemporarilyComplete
            | SessionStatus::Unlisted(_),
        ) => Wanted::Nothing,
    }
}

/// The counts of a list.
pub fn counts(found: &Found) -> StatusCounts {
    StatusCounts {
        total: found.total,
        in_progress: found.in_progress,
        complete: found.complete,
        expired: found.expired,
        ..StatusCounts::default()
    }
}

/// From a moment to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first millisecond since 1970.
    pub from_ms: Option<i64>,
    /// The last.
    pub to_ms: Option<i64>,
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
        Ok(Self { from_ms: from.map(|m| m.first_ms), to_ms: to.map(|m| m.last_ms) })
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

/// The words that a list is searched for, in lower case.
///
/// # Errors
/// 422 where there are more than [`WORDS_MAX`].
pub fn words(searched: Option<&str>) -> Result<Vec<String>, ApiError> {
    let searched = searched.unwrap_or_default().to_lowercase();
    let words: Vec<String> = searched.split_whitespace().map(str::to_owned).collect();
    match words.len() {
        0..=WORDS_MAX => Ok(words),
        _ => Err(ApiError::invalid_value("search_term", &format!("at most {WORDS_MAX} words"))),
    }
}

/// The values of a filter.
///
/// # Errors
/// 422 where there are more than [`TAKE_MAX`].
pub fn values(field: &str, filter: Option<&OneOrMany>) -> Result<Vec<String>, ApiError> {
    let values = filter.map_or(&[][..], OneOrMany::values);
    match values.len() <= TAKE_MAX as usize {
        true => Ok(values.to_vec()),
        false => Err(ApiError::invalid_value(field, &format!("at most {TAKE_MAX} values"))),
    }
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
        let holds = |ms: i64| span.from_ms.is_some_and(|from| from <= ms) && span.to_ms.is_some_and(|to| ms <= to);
        assert!(holds(noon) && !holds(noon + DAY_MS) && !holds(noon - DAY_MS));
        assert_eq!(Span::of(None, None).unwrap(), Span { from_ms: None, to_ms: None });
        assert!(Span::of(Some("soon"), None).is_err());
        assert_eq!(page(Some(2), Some(1)).unwrap().cut(vec![1, 2, 3, 4]), [2, 3]);
        assert_eq!(page(Some(0), None).unwrap().cut(vec![1]), [0; 0]);
        assert!(page(Some(TAKE_MAX + 1), None).is_err());
        assert_eq!(words(Some(" Eriks  ANN ")).unwrap(), ["eriks", "ann"]);
        assert!(words(None).unwrap().is_empty() && words(Some(&"a ".repeat(WORDS_MAX + 1))).is_err());
        let some = |count: u32| Some(OneOrMany::Many(vec!["a".into(); count as usize]));
        assert!(
            values("user_id", some(TAKE_MAX).as_ref()).is_ok()
                && values("user_id", some(TAKE_MAX + 1).as_ref()).is_err()
        );
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
