//! The text of a magnetic stripe (AAMVA annex F) in a barcode, as on cards of British Columbia: three tracks, converted
//! to the elements of a subfile.

use super::error::Problem;
use super::subfile::{Element, Header, Subfile};

/// Returns whether a text begins with track 1: `%`, the jurisdiction, and later `;` with the issuer of track 2.
pub(super) fn is_one(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with('%') && text.contains("?;636") && text.as_bytes().get(1..3).is_some_and(is_upper)
}

fn is_upper(letters: &[u8]) -> bool {
    letters.iter().all(u8::is_ascii_uppercase)
}

/// Reads the tracks; `None` if one is malformed.
pub(super) fn read(text: &str) -> Option<(Header, Vec<Subfile>, Vec<Problem>)> {
    let (first, rest) = text.trim().strip_prefix('%')?.split_once('?')?;
    let (second, third) = rest.trim_start().strip_prefix(';')?.split_once('?')?;
    let mut elements = Vec::new();
    let mut add = |id: &str, value: &str| {
        let value = value.trim();
        if !value.is_empty() {
            elements.push(Element { id: id.to_owned(), value: value.to_owned() });
        }
    };

    // Track 1: jurisdiction, city of at most 13 characters, name, address; `^` ends a field and `$` a part.
    let (jurisdiction, rest) = (first.get(..2)?, first.get(2..)?);
    add("DAJ", jurisdiction);
    let (city, rest) = match rest.char_indices().nth(13).map_or(rest.len(), |(at, _)| at) {
        end if rest.get(..end)?.contains('^') => rest.split_once('^')?,
        end => rest.split_at(end),
    };
    add("DAI", city);
    let mut fields = rest.split('^');
    let mut names = fields.next()?.splitn(3, '$');
    add("DCS", names.next()?.trim_end_matches([',', ' ']));
    let [given, suffix] = [(); 2].map(|()| names.next().unwrap_or_default());
    // A comma separates the given names where there are several.
    add("DCT", given);
    add("DCU", suffix);
    let mut address = fields.next().unwrap_or_default().split('$');
    add("DAG", address.next().unwrap_or_default());

    // Track 2: issuer, number, `=`, expiry YYMM, birth CCYYMMDD, and the rest of a long number.
    let (issuer, rest) = (second.get(..6)?, second.get(6..)?);
    let (number, dates) = rest.split_once('=')?;
    let digits = |range: std::ops::Range<usize>| dates.get(range).filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
    let (expiry, birth) = (digits(0..4)?, digits(4..12)?);
    let overflow = dates.get(12..).unwrap_or_default().trim_matches(['=', ' ']);
    add("DAQ", &format!("{number}{overflow}"));
    add("DBB", birth);
    add("DBA", &expiry_date(expiry, birth)?);

    // Track 3: version, security, postal code 11, class 2, restrictions 10, endorsements 4, sex 1, height 3, weight 3,
    // hair 3, eyes 3. A blank or an underscore precedes it, and `%`, `#` or `+`.
    let third = third.trim_start_matches(['_', ' ', '\r', '\n']);
    if let Some(third) = third.strip_prefix(['%', '#', '+']) {
        let part = |range: std::ops::Range<usize>| third.get(range).unwrap_or_default();
        add("DAK", part(2..13));
        add("DCA", part(13..15));
        add("DCB", part(15..25));
        add("DCD", part(25..29));
        add("DBC", part(29..30));
        let is_number = |text: &str| !text.trim().is_empty() && text.trim().bytes().all(|b| b.is_ascii_digit());
        let canadian =
            matches!(jurisdiction, "AB" | "BC" | "MB" | "NB" | "NL" | "NS" | "NT" | "ON" | "PE" | "QC" | "SK");
        if is_number(part(30..33)) {
            add("DAU", &format!("{}{}", part(30..33).trim(), if canadian { " CM" } else { "" }));
        }
        if is_number(part(33..36)) {
            add(if canadian { "DAX" } else { "DAW" }, part(33..36));
        }
        add("DAZ", part(36..39));
        add("DAY", part(39..42));
    }
    let header = Header { issuer_id: issuer.to_owned(), version: None, jurisdiction_version: None };
    Some((header, vec![Subfile { kind: "DL".into(), elements }], Vec::new()))
}

/// Returns the last day of the month of expiry, `CCYYMMDD`. Month 77 is no expiry, 88 the last day of the month of
/// birth, 99 the birthday.
fn expiry_date(expiry: &str, birth: &str) -> Option<String> {
    let (year, month) = expiry.split_at_checked(2)?;
    let (month, day) = match month {
        "77" => return Some("00000000".into()),
        "88" => (birth.get(4..6)?, None),
        "99" => (birth.get(4..6)?, birth.get(6..8)),
        month => (month, None),
    };
    let full: u16 = format!("20{year}").parse().ok()?;
    let last = crate::date::days_of_month(full, month.parse().ok()?);
    let day = day.map_or_else(|| format!("{last:02}"), str::to_owned);
    Some(format!("{full}{month}{day}"))
}
