//! Dates of the machine-readable zone: six digits or fillers (Doc 9303-3 section 4.8).

use serde::{Deserialize, Serialize};

use crate::date::{Date, days_of_month};

/// A date of the MRZ; parts may be unknown: fillers (Doc 9303-3 section 4.8), or `00` for month and day, as some states
/// print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MrzDate {
    /// Symbols as printed.
    pub raw: String,
    /// The year with its century; `None` if unknown, or if its century is ambiguous. 9999 is an end of validity that
    /// never comes.
    pub year: Option<u16>,
    /// The month, 1–12; `None` if unknown.
    pub month: Option<u8>,
    /// The day, 1–31; `None` if unknown.
    pub day: Option<u8>,
    /// Date as `YYYY-MM-DD`, if every part is known.
    pub iso: Option<String>,
    /// The years that the two digits can denote, if the century is ambiguous; else empty.
    #[serde(default)]
    pub possible_years: Vec<u16>,
}

/// Year of a date of expiry that never comes, printed as its last two digits.
pub const NO_END_YEAR: u16 = 9999;

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

    /// Returns whether every part is unknown, as in an empty field.
    pub fn is_empty(&self) -> bool {
        self.year.is_none() && self.possible_years.is_empty() && self.month.is_none() && self.day.is_none()
    }
}

/// Longest time since a document that is still presented has expired, years.
const YEARS_AGO: u16 = 50;

/// What chooses the century of a two-digit year. The standard leaves it to the reader (Doc 9303-3 section 4.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Century<'a> {
    /// A past event, such as birth or issue: the latest such date that is not after today.
    Past,
    /// An end of validity: any year in the window of the format that is after birth and issue.
    Validity(ExpiryWindow<'a>),
}

/// The years in which documents of a format expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpiryWindow<'a> {
    /// First year in which a document with this MRZ can have expired.
    pub first_year: u16,
    /// Longest validity from today on, years.
    pub years_ahead: u16,
    /// Whether states print year 9999 for a document without an end of validity.
    pub may_be_unlimited: bool,
    /// Dates before the expiry: birth and issue, as far as they are known.
    pub after: [Option<&'a MrzDate>; 2],
}

/// Parses `YYMMDD` or `YYMM`, with fillers or `00` for unknown parts. `None` if it is not a date: other symbols, a part
/// that is half filler, a month or day that does not exist.
pub fn read(symbols: &[u8], century: Century<'_>, today: Date) -> Option<MrzDate> {
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
    // `000000` is an unknown date; `800000` is a known year, `801200` a known month.
    let short_year = short_year.filter(|&short| short != 0 || month != Some(0) || day != Some(0));
    let day = day.filter(|&day| day != 0 || month.is_none());
    let month = month.filter(|&month| month != 0 || day.is_some());
    let years = short_year.map_or(Vec::new(), |short| years(short, month, day, century, today));
    let year = if let [year] = years[..] { Some(year) } else { None };
    let month_fits = month.is_none_or(|m| (1..=12).contains(&m));
    // 29 February is possible if the year is unknown.
    let day_fits = day.is_none_or(|d| d >= 1 && d <= month.map_or(31, |m| days_of_month(year.unwrap_or(2000), m)));
    if !month_fits || !day_fits {
        return None;
    }
    let possible_years = if years.len() > 1 { years } else { Vec::new() };
    let raw = symbols.iter().map(|&b| char::from(b)).collect();
    let mut date = MrzDate { raw, year, month, day, iso: None, possible_years };
    date.iso = date.date().map(|d| d.to_string());
    Some(date)
}

/// Returns the years that two digits can denote, in order; at least one.
fn years(short: u8, month: Option<u8>, day: Option<u8>, century: Century<'_>, today: Date) -> Vec<u16> {
    let of_this_century = today.year() - today.year() % 100 + u16::from(short);
    match century {
        Century::Past => {
            // An unknown part counts as the first, so that a future month of this year belongs to the last century and
            // an unknown one does not.
            let earliest = (of_this_century, month.unwrap_or(1), day.unwrap_or(1));
            let is_future = earliest > (today.year(), today.month(), today.day());
            vec![if is_future { of_this_century.saturating_sub(100) } else { of_this_century }]
        }
        Century::Validity(window) => {
            let latest = (month.unwrap_or(12), day.unwrap_or(31));
            let follows = |year: u16, date: &MrzDate| {
                let earlier = |parts: (u16, u8, u8)| parts < (year, latest.0, latest.1);
                let with = |year: u16| earlier((year, date.month.unwrap_or(1), date.day.unwrap_or(1)));
                date.year.is_none_or(with)
            };
            let near = [of_this_century.saturating_sub(100), of_this_century, of_this_century.saturating_add(100)];
            let mut years: Vec<u16> = near
                .into_iter()
                .filter(|&year| year >= window.first_year && year.saturating_add(YEARS_AGO) >= today.year())
                .filter(|&year| year <= today.year().saturating_add(window.years_ahead))
                .filter(|&year| window.after.into_iter().flatten().all(|date| follows(year, date)))
                .collect();
            let never = short == 99 && matches!((month, day), (Some(1), Some(1)) | (Some(12), Some(31)));
            if never && window.may_be_unlimited {
                return vec![NO_END_YEAR];
            }
            if never {
                years.push(NO_END_YEAR);
            }
            if years.is_empty() {
                // Outside of every window: said to be ambiguous, unless it is clearly the nearest.
                let distance = |year: u16| year.abs_diff(today.year());
                let nearest = near.into_iter().filter(|&year| distance(year) <= 60).collect::<Vec<_>>();
                return if nearest.is_empty() { vec![of_this_century] } else { nearest };
            }
            years
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse_iso(text).expect(text)
    }

    const CARD: ExpiryWindow<'_> =
        ExpiryWindow { first_year: 1988, years_ahead: 62, may_be_unlimited: true, after: [None; 2] };
    const BOOKLET: ExpiryWindow<'_> =
        ExpiryWindow { first_year: 1980, years_ahead: 40, may_be_unlimited: false, after: [None; 2] };

    #[test]
    fn infers_centuries_and_accepts_unknown_parts() {
        use Century::Past;
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
            ("800000", Past, Some((Some(1980), None, None))),
            ("801200", Past, Some((Some(1980), Some(12), None))),
            ("80<<00", Past, None),
            ("800010", Past, None),
            ("000000", Past, Some((None, None, None))),
            ("000100", Past, Some((Some(2000), Some(1), None))),
            ("010229", Past, None),
            ("991301", Past, None),
            ("99010A", Past, None),
            ("1710", Past, Some((Some(2017), Some(10), None))),
            ("9409", Past, Some((Some(1994), Some(9), None))),
            ("94091", Past, None),
            ("120415", Century::Validity(BOOKLET), Some((Some(2012), Some(4), Some(15)))),
            ("651231", Century::Validity(BOOKLET), Some((Some(2065), Some(12), Some(31)))),
            ("950712", Century::Validity(BOOKLET), Some((Some(1995), Some(7), Some(12)))),
            ("860712", Century::Validity(CARD), Some((Some(2086), Some(7), Some(12)))),
            ("950712", Century::Validity(CARD), Some((Some(1995), Some(7), Some(12)))),
            ("990101", Century::Validity(CARD), Some((Some(9999), Some(1), Some(1)))),
            ("991231", Century::Validity(CARD), Some((Some(9999), Some(12), Some(31)))),
            ("300000", Century::Validity(CARD), Some((Some(2030), None, None))),
        ];
        for (symbols, century, expected) in cases {
            let got = read(symbols.as_bytes(), century, today).map(|d| (d.year, d.month, d.day));
            assert_eq!(got, expected, "{symbols} {century:?}");
        }
        // Near the end of a century, validity extends into the next.
        let of = |symbols: &[u8], today| read(symbols, Century::Validity(BOOKLET), date(today)).and_then(|d| d.year);
        assert_eq!(of(b"050101", "2098-01-01"), Some(2105));
    }

    #[test]
    fn the_expiry_follows_birth_and_issue_or_is_ambiguous() {
        let today = date("2026-06-15");
        let born = |symbols: &[u8]| read(symbols, Century::Past, today).expect("a date");
        let years = |symbols: &[u8], window: ExpiryWindow<'_>, before: [Option<&MrzDate>; 2]| {
            let read = read(symbols, Century::Validity(ExpiryWindow { after: before, ..window }), today);
            let read = read.expect("a date");
            (read.year, read.possible_years)
        };
        // A Hungarian card of a holder above 65 is printed with an end of validity in 60 years; 1988 is as possible.
        assert_eq!(years(b"880301", CARD, [None; 2]), (None, vec![1988, 2088]));
        assert_eq!(years(b"880301", CARD, [Some(&born(b"510203")), None]), (None, vec![1988, 2088]));
        assert_eq!(years(b"880301", CARD, [Some(&born(b"880302")), None]), (Some(2088), vec![]));
        assert_eq!(years(b"880301", CARD, [None, Some(&born(b"200301"))]), (Some(2088), vec![]));
        // Passports expire after ten years at most: year 9999 is possible, and is never taken for 1999 alone.
        assert_eq!(years(b"991231", BOOKLET, [None; 2]), (None, vec![1999, 9999]));
        assert_eq!(years(b"991231", BOOKLET, [Some(&born(b"000101")), None]), (Some(9999), vec![]));
        // 1971 and 2071 are both outside of the window of booklets.
        assert_eq!(years(b"710101", BOOKLET, [None; 2]), (None, vec![1971, 2071]));
    }

    #[test]
    fn returns_the_latest_day_of_a_partial_date() {
        let today = date("2026-06-15");
        for (symbols, latest) in [
            ("2802<<", Some("2028-02-29")),
            ("30<<<<", Some("2030-12-31")),
            ("300000", Some("2030-12-31")),
            ("300115", Some("2030-01-15")),
            ("990101", Some("9999-01-01")),
            ("<<<<<<", None),
        ] {
            let got = read(symbols.as_bytes(), Century::Validity(CARD), today).and_then(|d| d.latest());
            assert_eq!(got, latest.map(date), "{symbols}");
        }
    }
}
