//! Dates of the machine-readable zone: six digits or fillers (Doc 9303-3 section 4.8).

use serde::{Deserialize, Serialize};

use crate::date::{Date, days_of_month};

/// A date of the MRZ; parts may be unknown (fillers, Doc 9303-3 section 4.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MrzDate {
    /// Symbols as printed.
    pub raw: String,
    /// The year with its century; `None` if unknown.
    pub year: Option<u16>,
    /// The month, 1–12; `None` if unknown.
    pub month: Option<u8>,
    /// The day, 1–31; `None` if unknown.
    pub day: Option<u8>,
    /// Date as `YYYY-MM-DD`, if every part is known.
    pub iso: Option<String>,
}

impl MrzDate {
    /// Returns the date if every part is known.
    pub fn date(&self) -> Option<Date> {
        Date::new(self.year?, self.month?, self.day?)
    }

    /// Returns the last day that this date can denote: an unknown day is the last of the month, an unknown month
    /// December. `None` without a year.
    pub fn latest(&self) -> Option<Date> {
        let year = self.year?;
        let month = self.month.unwrap_or(12);
        let day = if self.month.is_some() { self.day } else { None }.unwrap_or(days_of_month(year, month));
        Date::new(year, month, day)
    }
}

/// How the century of a two-digit year is chosen. The standard leaves it to the reader (Doc 9303-3 section 4.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Century {
    /// A past event, such as birth or issue: the latest such date that is not after today.
    Past,
    /// An end of validity: between 50 years before and 49 years after the current year.
    Validity,
}

/// Parses `YYMMDD` or `YYMM`, with fillers for unknown parts. `None` if it is not a date: other symbols, a part that is
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
    // 29 February is possible if the year is unknown.
    let day_fits = day.is_none_or(|d| d >= 1 && d <= month.map_or(31, |m| days_of_month(year.unwrap_or(2000), m)));
    if !month_fits || !day_fits {
        return None;
    }
    let mut date = MrzDate { raw: symbols.iter().map(|&b| char::from(b)).collect(), year, month, day, iso: None };
    date.iso = date.date().map(|d| d.to_string());
    Some(date)
}

fn full_year(short: u8, month: Option<u8>, day: Option<u8>, century: Century, today: Date) -> u16 {
    let of_this_century = today.year() - today.year() % 100 + u16::from(short);
    match century {
        Century::Past => {
            // An unknown part counts as the first, so that a future month of this year belongs to the last century and
            // an unknown one does not.
            let earliest = (of_this_century, month.unwrap_or(1), day.unwrap_or(1));
            if earliest > (today.year(), today.month(), today.day()) {
                of_this_century.saturating_sub(100)
            } else {
                of_this_century
            }
        }
        Century::Validity => {
            if of_this_century >= today.year() + 50 {
                of_this_century.saturating_sub(100)
            } else if of_this_century + 50 < today.year() {
                of_this_century + 100
            } else {
                of_this_century
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse_iso(text).expect(text)
    }

    #[test]
    fn infers_centuries_and_accepts_unknown_parts() {
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
        // Near the end of a century, validity extends into the next.
        assert_eq!(read(b"050101", Validity, date("2098-01-01")).and_then(|d| d.year), Some(2105));
    }

    #[test]
    fn returns_the_latest_day_of_a_partial_date() {
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
