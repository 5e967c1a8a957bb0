//! Calendar dates. The six-digit dates of the MRZ are in [`crate::mrz::dates`].

use std::fmt;

use serde::{Deserialize, Serialize};

/// An existing day of the Gregorian calendar, years 1–9999. Ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "IsoDate"))]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Creates a date, or returns `None` if there is no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        ((1..=9999).contains(&year) && day >= 1 && day <= days_of_month(year, month)).then_some(Self {
            year,
            month,
            day,
        })
    }

    /// Parses `YYYY-MM-DD`, and nothing else.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let shape = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
        if !shape {
            return None;
        }
        let number =
            |range: std::ops::Range<usize>| bytes[range].iter().fold(0_u16, |n, b| n * 10 + u16::from(b - b'0'));
        Self::new(number(0..4), number(5..7) as u8, number(8..10) as u8)
    }

    /// Returns the UTC day of a moment in seconds since 1970-01-01T00:00Z; `None` outside the years 1–9999.
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        // Days since 0000-03-01, so that the leap day ends a year; 400 years have 146,097 days.
        let days = seconds.div_euclid(86_400).checked_add(719_468)?;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self::new(u16::try_from(year).ok()?, month as u8, day as u8)
    }

    /// Returns the year, 1–9999.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Returns the month, 1–12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// Returns the day, 1–31.
    pub const fn day(self) -> u8 {
        self.day
    }
}

impl fmt::Display for Date {
    /// Formats as `YYYY-MM-DD`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse_iso(&text).ok_or("a date must be of the form YYYY-MM-DD and exist")
    }
}

/// Returns the number of days of a month, or 0 if there is no such month.
pub const fn days_of_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse_iso(text).expect(text)
    }

    #[test]
    fn rejects_days_that_do_not_exist() {
        for (text, exists) in [
            ("2024-02-29", true),
            ("2023-02-29", false),
            ("1900-02-29", false),
            ("2000-02-29", true),
            ("2026-04-31", false),
            ("2026-13-01", false),
            ("2026-00-10", false),
            ("0000-01-01", false),
            ("2026-1-01", false),
            ("2026-01-01T", false),
            ("２０２６-01-01", false),
        ] {
            assert_eq!(Date::parse_iso(text).is_some(), exists, "{text}");
        }
        assert!(date("2025-12-31") < date("2026-01-01"));
    }

    #[test]
    fn converts_unix_seconds() {
        for (seconds, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (951_782_400, "2000-02-29"),
            (1_709_164_800, "2024-02-29"),
            (1_735_689_599, "2024-12-31"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(Date::from_unix_seconds(seconds), Some(date(text)), "{seconds}");
        }
        assert_eq!(Date::from_unix_seconds(i64::MAX), None);
        assert_eq!(Date::from_unix_seconds(i64::MIN), None);
    }
}
