//! The MRZ of the internal passport of the Russian Federation (order of the Ministry of Internal Affairs of
//! 16 November 2020, No. 773): TD3 with code `PN`, without an expiry. One symbol, also a digit, codes each Cyrillic
//! letter of a name; the optional data hold the last digit of the series, the day of issue and the issuer's unit.

use super::dates::{self, Century, MrzDate};
use super::names::Names;
use crate::date::Date;

/// Symbols and the letters that they code.
const LETTERS: [(char, char); 33] = [
    ('A', 'А'),
    ('B', 'Б'),
    ('V', 'В'),
    ('G', 'Г'),
    ('D', 'Д'),
    ('E', 'Е'),
    ('2', 'Ё'),
    ('J', 'Ж'),
    ('Z', 'З'),
    ('I', 'И'),
    ('Q', 'Й'),
    ('K', 'К'),
    ('L', 'Л'),
    ('M', 'М'),
    ('N', 'Н'),
    ('O', 'О'),
    ('P', 'П'),
    ('R', 'Р'),
    ('S', 'С'),
    ('T', 'Т'),
    ('U', 'У'),
    ('F', 'Ф'),
    ('H', 'Х'),
    ('C', 'Ц'),
    ('3', 'Ч'),
    ('4', 'Ш'),
    ('W', 'Щ'),
    ('X', 'Ъ'),
    ('Y', 'Ы'),
    ('9', 'Ь'),
    ('6', 'Э'),
    ('7', 'Ю'),
    ('8', 'Я'),
];

/// The fields of an internal passport that differ from TD3.
pub(super) struct InternalPassport<'a> {
    number: &'a str,
    optional: &'a str,
}

impl<'a> InternalPassport<'a> {
    /// Takes the fields of line 2; `None` if the document has an expiry, as passports for travel have.
    pub(super) fn new(number: &'a str, optional: &'a str, expiry: &str) -> Option<Self> {
        let symbols = number.len() == 9 && optional.len() == 14 && !expiry.is_empty();
        (symbols && expiry.bytes().all(|symbol| symbol == b'<')).then_some(Self { number, optional })
    }

    /// Returns series and number as printed: four and six digits.
    pub(super) fn number(&self) -> String {
        let (series, number) = self.number.split_at(3);
        let last = self.optional.get(..1).unwrap_or_default();
        format!("{series}{last}{number}").trim_end_matches('<').to_owned()
    }

    /// Returns the day of issue; `None` if it is not a date.
    pub(super) fn issue_date(&self, today: Date) -> Option<MrzDate> {
        dates::read(self.optional.get(1..7)?.as_bytes(), Century::Past, today)
    }
}

/// Decodes names to Cyrillic capitals. A symbol that codes no letter stays.
pub(super) fn cyrillic(names: &Names) -> Names {
    let decode = |text: &str| {
        let letter =
            |symbol: char| LETTERS.iter().find(|(code, _)| *code == symbol).map_or(symbol, |(_, letter)| *letter);
        text.chars().map(letter).collect()
    };
    Names { primary: decode(&names.primary), secondary: decode(&names.secondary), truncated: names.truncated }
}
