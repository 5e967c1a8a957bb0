//! Calendar dates, and the six digits that stand for one in the machine-readable zone.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A day of the Gregorian calendar that exists, in the years 1–9999. Ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A date, or `None` where there is no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        ((1..=9999).contains(&year) && day >= 1 && day <= days_of_month(year, month)).then_some(Self {
            year,
            month,
            day,
        })
    }

    /// Reads `YYYY-MM-DD`, and nothing else.
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

    /// The day on which a moment falls in UTC, from seconds since 1970-01-01T00:00Z; `None` outside the years 1–9999.
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        // Counted in days since 0000-03-01, so that the leap day ends a year; 400 years have 146097 days.
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

    /// The year, 1–9999.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1–12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day, 1–31.
    pub const fn day(self) -> u8 {
        self.day
    }
}

impl fmt::Display for Date {
    /// `YYYY-MM-DD`.
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

/// A date as the machine-readable zone tells it: parts may be unknown (Doc 9303-3 section 4.8: unknown parts are fillers).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MrzDate {
    /// The symbols as printed.
    pub raw: String,
    /// The year with its century; `None` if unknown.
    pub year: Option<u16>,
    /// The month, 1–12; `None` if unknown.
    pub month: Option<u8>,
    /// The day, 1–31; `None` if unknown.
    pub day: Option<u8>,
    /// The whole date as `YYYY-MM-DD`, where every part is known.
    pub iso: Option<String>,
}

impl MrzDate {
    /// The whole date, where every part is known.
    pub fn date(&self) -> Option<Date> {
        Date::new(self.year?, self.month?, self.day?)
    }

    /// The last day that this date can mean: an unknown day is the month's last, an unknown month December. `None`
    /// without a year.
    pub fn latest(&self) -> Option<Date> {
        let year = self.year?;
        let month = self.month.unwrap_or(12);
        let day = if self.month.is_some() { self.day } else { None }.unwrap_or(days_of_month(year, month));
        Date::new(year, month, day)
    }
}

/// How the century of a year of two digits is found. The standard leaves it to the reader (Doc 9303-3 section 4.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Century {
    /// Something that has happened, like a birth or an issue: the last such date that is not after today.
    Past,
    /// The end of a validity: the year from 50 before to 49 after this one.
    Validity,
}

/// Reads `YYMMDD`, or `YYMM`, with fillers for unknown parts. `None` where it is no date: other symbols, a part that is
/// half filler, a month or day that does not exist.
pub fn read(symbols: &[u8], century: Century, today: Date) -> Option<MrzDate> {
    let part = |i: usize| -> Option<Option<u8>> {
        match symbols.get(2 * i..2 * i + 2)? {
            b"<<" => Some(None),
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some(Some((tens - b'0') * 10 + ones - b'0')),
            _ => None,
        }
    };
    let (short_year, month) = (part(0)?, part(1)?);
    let day = match symbols.len() {
        6 => part(2)?,
        4 => None,
        _ => return None,
    };
    let year = short_year.map(|short| full_year(short, month, day, century, today));
    let month_fits = month.is_none_or(|m| (1..=12).contains(&m));
    // Without a year the 29th of February is possible.
    let day_fits = day.is_none_or(|d| d >= 1 && d <= month.map_or(31, |m| days_of_month(year.unwrap_or(2000), m)));
    if !month_fits || !day_fits {
        return None;
    }
    let mut date = MrzDate { raw: symbols.iter().map(|&b| char::from(b)).collect(), year, month, day, iso: None };
    date.iso = date.date().map(|d| d.to_string());
    Some(date)
}

fn full_year(short: u8, month: Option<u8>, day: Option<u8>, century: Century, today: Date) -> u16 {
    let of_this_century = today.year - today.year % 100 + u16::from(short);
    match century {
        Century::Past => {
            // An unknown part is taken as the first, so that a month of this year still to come is of the last century
            // and the unknown is not.
            let earliest = (of_this_century, month.unwrap_or(1), day.unwrap_or(1));
            if earliest > (today.year, today.month, today.day) {
                of_this_century.saturating_sub(100)
            } else {
                of_this_century
            }
        }
        Century::Validity => {
            if of_this_century >= today.year + 50 {
                of_this_century.saturating_sub(100)
            } else if of_this_century + 50 < today.year {
                of_this_century + 100
            } else {
                of_this_century
            }
        }
    }
}

fn days_of_month(year: u16, month: u8) -> u8 {
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
    fn only_days_that_exist() {
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
    fn the_day_of_a_moment() {
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

    #[test]
    fn centuries_and_unknown_parts() {
        use Century::{Past, Validity};
        let today = date("2026-06-15");
        #[rustfmt::skip]
        let cases = [
            ("740812", Past, Some((Some(1974), Some(8), Some(12)))),
            ("260615", Past, Some((Some(2026), Some(6), Some(15)))),
            ("260616", Past, Some((Some(1926), Some(6), Some(16)))),
            ("260<<<", Past, None),
            ("2606<<", Past, Some((Some(2026), Some(6), None))),
            ("2607<<", Past, Some((Some(1926), Some(7), None))),
            ("26<<<<", Past, Some((Some(2026), None, None))),
            ("<<<<<<", Past, Some((None, None, None))),
            ("<<0229", Past, Some((None, Some(2), Some(29)))),
            ("<<<<31", Past, Some((None, None, Some(31)))),
            ("<<0431", Past, None),
            ("000229", Past, Some((Some(2000), Some(2), Some(29)))),
            ("010229", Past, None),
            ("991301", Past, None),
            ("990100", Past, None),
            ("99010A", Past, None),
            ("1710", Past, Some((Some(2017), Some(10), None))),
            ("9409", Past, Some((Some(1994), Some(9), None))),
            ("94091", Past, None),
            ("120415", Validity, Some((Some(2012), Some(4), Some(15)))),
            ("751231", Validity, Some((Some(2075), Some(12), Some(31)))),
            ("760101", Validity, Some((Some(1976), Some(1), Some(1)))),
            ("950712", Validity, Some((Some(1995), Some(7), Some(12)))),
        ];
        for (symbols, century, expected) in cases {
            let got = read(symbols.as_bytes(), century, today).map(|d| (d.year, d.month, d.day));
            assert_eq!(got, expected, "{symbols} {century:?}");
        }
        // Near the end of a century a validity reaches into the next one.
        assert_eq!(read(b"050101", Validity, date("2098-01-01")).and_then(|d| d.year), Some(2105));
    }

    #[test]
    fn the_latest_day_of_a_date_with_unknown_parts() {
        let today = date("2026-06-15");
        for (symbols, latest) in [
            ("2802<<", Some("2028-02-29")),
            ("30<<<<", Some("2030-12-31")),
            ("300115", Some("2030-01-15")),
            ("<<<<<<", None),
        ] {
            let got = read(symbols.as_bytes(), Century::Validity, today).and_then(|d| d.latest());
            assert_eq!(got, latest.map(date), "{symbols}");
        }
    }
}
