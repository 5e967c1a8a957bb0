//! Personal numbers, document numbers and phone numbers. A value is valid: only `parse` creates one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::date::Date;

/// Why an identifier is invalid. Contains no part of the identifier, so it can be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum IdentifierError {
    /// Wrong number of digits, or other characters.
    WrongShape,
    /// The date of birth does not exist.
    WrongBirthDate,
    /// The digit for sex, or for century and sex, is undefined.
    WrongSexDigit,
    /// The check digit does not match.
    WrongCheckDigit,
}

impl IdentifierError {
    /// Returns the stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongShape => "wrong_shape",
            Self::WrongBirthDate => "wrong_birth_date",
            Self::WrongSexDigit => "wrong_sex_digit",
            Self::WrongCheckDigit => "wrong_check_digit",
        }
    }
}

impl fmt::Display for IdentifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongShape => "wrong length, or a character that is not a digit",
            Self::WrongBirthDate => "its date of birth does not exist",
            Self::WrongSexDigit => "its sex digit is undefined",
            Self::WrongCheckDigit => "its check digit does not match",
        })
    }
}

impl std::error::Error for IdentifierError {}

/// Sex as encoded in a personal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisteredSex {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// Individual identification number of Kazakhstan (ИИН): 12 digits.
///
/// Rules (law of 12 January 2007 on the national registers of identification numbers, and the rules of its forming):
/// digits 1–6 are the date of birth `YYMMDD`; digit 7 encodes century and sex (1, 2: 19th century; 3, 4: 20th; 5, 6:
/// 21st; odd male, even female); digits 8–11 are a serial number; digit 12 is a check digit: the sum of digits 1–11
/// weighted 1–11, modulo 11, or if that is 10, weighted 3–11, 1, 2. A number for which that is 10 too is not issued.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iin {
    digits: [u8; 12],
    birth_date: Date,
}

impl Iin {
    /// Parses 12 digits without separators.
    ///
    /// # Errors
    /// [`IdentifierError`] for the first rule violated.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let digits: [u8; 12] = digits(text).ok_or(IdentifierError::WrongShape)?;
        if !(1..=6).contains(&digits[6]) {
            return Err(IdentifierError::WrongSexDigit);
        }
        let century = 1800 + 100 * (u16::from(digits[6] - 1) / 2);
        let [year, month, day] = [0, 2, 4].map(|at| digits[at] * 10 + digits[at + 1]);
        let birth_date = Date::new(century + u16::from(year), month, day).ok_or(IdentifierError::WrongBirthDate)?;
        if Self::check_digit(&digits[..11]) != Some(digits[11]) {
            return Err(IdentifierError::WrongCheckDigit);
        }
        Ok(Self { digits, birth_date })
    }

    /// Computes the check digit of the first 11 digits (values 0–9); `None` if no number with them is issued.
    fn check_digit(digits: &[u8]) -> Option<u8> {
        const FIRST: [u16; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
        const SECOND: [u16; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];
        let round = |weights: [u16; 11]| digits.iter().zip(weights).map(|(&d, w)| u16::from(d) * w).sum::<u16>() % 11;
        [FIRST, SECOND].into_iter().map(round).find(|&sum| sum < 10).map(|sum| sum as u8)
    }

    /// Returns the date of birth.
    pub fn birth_date(&self) -> Date {
        self.birth_date
    }

    /// Returns the sex.
    pub fn sex(&self) -> RegisteredSex {
        if self.digits[6] % 2 == 1 { RegisteredSex::Male } else { RegisteredSex::Female }
    }
}

/// Personal identification number of Kyrgyzstan (ПИН): 14 digits.
///
/// Rules (as published by the State Registration Service): digit 1 is the sex (1 female, 2 male), digits 2–9 are the
/// date of birth `DDMMYYYY`, digits 10–14 a serial number. No check digit rule is published, so none is checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KgPin {
    digits: [u8; 14],
    birth_date: Date,
}

impl KgPin {
    /// Parses 14 digits without separators.
    ///
    /// # Errors
    /// [`IdentifierError`] for the first rule violated.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let digits: [u8; 14] = digits(text).ok_or(IdentifierError::WrongShape)?;
        if !(1..=2).contains(&digits[0]) {
            return Err(IdentifierError::WrongSexDigit);
        }
        let year = digits[5..9].iter().fold(0_u16, |year, &digit| year * 10 + u16::from(digit));
        // No holder was born before 1850; a year outside means that the digits are not a PIN.
        Date::new(year, digits[3] * 10 + digits[4], digits[1] * 10 + digits[2])
            .filter(|date| (1850..2100).contains(&date.year()))
            .map(|birth_date| Self { digits, birth_date })
            .ok_or(IdentifierError::WrongBirthDate)
    }

    /// Returns the date of birth.
    pub fn birth_date(&self) -> Date {
        self.birth_date
    }

    /// Returns the sex.
    pub fn sex(&self) -> RegisteredSex {
        if self.digits[0] == 2 { RegisteredSex::Male } else { RegisteredSex::Female }
    }
}

/// A phone number in international format (ITU-T E.164): `+` and 7 to 15 digits, the first not 0.
///
/// E.164 defines the maximum; the minimum is that of the shortest numbers in use, so that an extension alone is
/// rejected.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Parses a number in international format. Drops spaces, hyphens, dots and parentheses between digits.
    ///
    /// # Errors
    /// [`IdentifierError::WrongShape`].
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let rest = text.trim().strip_prefix('+').ok_or(IdentifierError::WrongShape)?;
        let mut number = String::from("+");
        for character in rest.chars() {
            match character {
                '0'..='9' if number.len() <= 15 => number.push(character),
                ' ' | '-' | '.' | '(' | ')' | '\u{a0}' => {}
                _ => return Err(IdentifierError::WrongShape),
            }
        }
        if number.len() < 8 || number.as_bytes()[1] == b'0' {
            return Err(IdentifierError::WrongShape);
        }
        Ok(Self(number))
    }

    /// Returns `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Kind of document that a number belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberedDocument {
    /// A passport booklet.
    Passport,
    /// A national identity card.
    Card,
}

/// Number formats: `A` a letter, `9` a digit, `*` either. Source: the states' published specimens (PRADO, Council of
/// the European Union; for Kazakhstan and Kyrgyzstan the specimens of their passport authorities).
const NUMBER_FORMS: &[(&str, NumberedDocument, &[&str])] = &[
    ("KAZ", NumberedDocument::Passport, &["A99999999"]),
    ("KAZ", NumberedDocument::Card, &["999999999"]),
    ("KGZ", NumberedDocument::Passport, &["AA9999999", "A99999999"]),
    ("KGZ", NumberedDocument::Card, &["AA9999999", "A99999999"]),
    ("UZB", NumberedDocument::Passport, &["AA9999999"]),
    ("UZB", NumberedDocument::Card, &["AA9999999"]),
    ("RUS", NumberedDocument::Passport, &["999999999"]),
    ("UKR", NumberedDocument::Passport, &["AA999999"]),
    ("UKR", NumberedDocument::Card, &["999999999"]),
    ("USA", NumberedDocument::Passport, &["999999999", "A99999999"]),
    ("GBR", NumberedDocument::Passport, &["999999999"]),
    ("D", NumberedDocument::Passport, &["*********"]),
    ("D", NumberedDocument::Card, &["*********"]),
    ("FRA", NumberedDocument::Passport, &["99AA99999"]),
    ("ITA", NumberedDocument::Passport, &["AA9999999"]),
    ("POL", NumberedDocument::Passport, &["AA9999999"]),
    ("TUR", NumberedDocument::Passport, &["A99999999"]),
    ("CHN", NumberedDocument::Passport, &["A99999999", "AA9999999"]),
];

/// A document number: one to twenty letters and digits, in the issuing state's format if that is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DocumentNumber {
    number: String,
    form_is_known: bool,
}

impl DocumentNumber {
    /// Parses a number as printed, in capitals, without spaces. `state` is a code of Doc 9303-3 section 5, `D` for
    /// Germany.
    ///
    /// # Errors
    /// [`IdentifierError::WrongShape`].
    pub fn parse(state: &str, document: NumberedDocument, text: &str) -> Result<Self, IdentifierError> {
        let plain = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit();
        if text.is_empty() || text.len() > 20 || !text.bytes().all(plain) {
            return Err(IdentifierError::WrongShape);
        }
        let forms =
            NUMBER_FORMS.iter().find(|(of, kind, _)| *of == state && *kind == document).map(|(.., forms)| *forms);
        let fits = |form: &&str| {
            form.len() == text.len()
                && form.bytes().zip(text.bytes()).all(|(form, c)| match form {
                    b'A' => c.is_ascii_uppercase(),
                    b'9' => c.is_ascii_digit(),
                    _ => plain(c),
                })
        };
        match forms {
            Some(forms) if !forms.iter().any(fits) => Err(IdentifierError::WrongShape),
            forms => Ok(Self { number: text.to_owned(), form_is_known: forms.is_some() }),
        }
    }

    /// Returns the number.
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// Returns whether the state's format is known (then the number has it).
    pub fn form_is_known(&self) -> bool {
        self.form_is_known
    }
}

impl fmt::Display for Iin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digits.iter().try_for_each(|digit| write!(f, "{digit}"))
    }
}

impl fmt::Display for KgPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digits.iter().try_for_each(|digit| write!(f, "{digit}"))
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! as_text {
    ($($identifier:ty),+) => {$(
        impl From<$identifier> for String {
            fn from(identifier: $identifier) -> Self {
                identifier.to_string()
            }
        }

        impl TryFrom<String> for $identifier {
            type Error = IdentifierError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }
    )+};
}

as_text!(Iin, KgPin, PhoneNumber);

/// Returns the values of exactly `N` digits.
fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: [u8; N] = text.as_bytes().try_into().ok()?;
    digits.iter().all(u8::is_ascii_digit).then(|| digits.map(|digit| digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome<T>(result: Result<T, IdentifierError>) -> &'static str {
        result.map_or_else(IdentifierError::code, |_| "ok")
    }

    #[test]
    fn validates_an_iin() {
        // Synthetic numbers.
        for (text, expected) in [
            ("950215301237", "wrong_check_digit"),
            ("95021530123", "wrong_shape"),
            ("95021530123А", "wrong_shape"),
            ("950231301234", "wrong_birth_date"),
            ("950215001234", "wrong_sex_digit"),
            ("950215701234", "wrong_sex_digit"),
            ("", "wrong_shape"),
        ] {
            assert_eq!(outcome(Iin::parse(text)), expected, "{text}");
        }
        // 9+10+0+8+5+30+21+0+9+20+33 = 145, 145 mod 11 = 2.
        let iin = Iin::parse("950215301232").expect("valid");
        assert_eq!(iin.birth_date().to_string(), "1995-02-15");
        assert_eq!(iin.sex(), RegisteredSex::Male);
        assert_eq!(iin.to_string(), "950215301232");
    }

    #[test]
    fn computes_the_iin_check_digit_in_two_rounds() {
        let mut second_round = 0;
        let mut never = 0;
        for running in 0..10_000_u16 {
            let text = format!("9502153{running:04}");
            let values: Vec<u8> = text.bytes().map(|b| b - b'0').collect();
            let sum = |weights: [u32; 11]| values.iter().zip(weights).map(|(&d, w)| u32::from(d) * w).sum::<u32>() % 11;
            let first = sum([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
            let second = sum([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]);
            let valid: Vec<u8> = (0..10).filter(|digit| Iin::parse(&format!("{text}{digit}")).is_ok()).collect();
            let expected = match (first, second) {
                (10, 10) => vec![],
                (10, second) => vec![second as u8],
                (first, _) => vec![first as u8],
            };
            assert_eq!(valid, expected, "{text}");
            second_round += u32::from(first == 10 && second != 10);
            never += u32::from(first == 10 && second == 10);
        }
        assert!(second_round > 500 && never > 50, "{second_round} {never}");
    }

    #[test]
    fn decodes_the_century_of_an_iin() {
        for (century_digit, year) in [(1, 1895), (2, 1895), (3, 1995), (4, 1995), (5, 2095), (6, 2095)] {
            let iin = (0..10).find_map(|check| Iin::parse(&format!("950215{century_digit}0123{check}")).ok());
            let iin = iin.expect("one of the digits fits");
            assert_eq!(iin.birth_date().year(), year);
            assert_eq!(iin.sex() == RegisteredSex::Male, century_digit % 2 == 1);
        }
    }

    #[test]
    fn validates_a_kyrgyz_pin() {
        for (text, expected) in [
            ("21502199500123", "ok"),
            ("12902200000017", "ok"),
            ("12902200100017", "wrong_birth_date"),
            ("31502199500123", "wrong_sex_digit"),
            ("2150219950012", "wrong_shape"),
            ("21502109500123", "wrong_birth_date"),
        ] {
            assert_eq!(outcome(KgPin::parse(text)), expected, "{text}");
        }
        let pin = KgPin::parse("21502199500123").expect("valid");
        assert_eq!(pin.birth_date().to_string(), "1995-02-15");
        assert_eq!(pin.sex(), RegisteredSex::Male);
    }

    #[test]
    fn validates_document_numbers() {
        use NumberedDocument::{Card, Passport};
        for (state, document, text, expected) in [
            ("KAZ", Passport, "N12345678", Ok(true)),
            ("KAZ", Passport, "123456789", Err(())),
            ("KAZ", Card, "012345678", Ok(true)),
            ("KGZ", Card, "ID1234567", Ok(true)),
            ("FRA", Passport, "12AB34567", Ok(true)),
            ("UTO", Passport, "L898902C3", Ok(false)),
            ("UTO", Passport, "L898 02C3", Err(())),
            ("UTO", Passport, "", Err(())),
            ("UTO", Passport, "A23456789012345678901", Err(())),
        ] {
            let found = DocumentNumber::parse(state, document, text).map(|n| n.form_is_known()).map_err(|_| ());
            assert_eq!(found, expected, "{state} {text}");
        }
    }

    #[test]
    fn normalises_phone_numbers() {
        for (text, expected) in [
            ("+7 (701) 555-00-00", Some("+77015550000")),
            ("+996555000000", Some("+996555000000")),
            ("87015550000", None),
            ("+0701555000", None),
            ("+1234567890123456", None),
            ("+123", None),
            ("+7701555000x", None),
            ("+", None),
        ] {
            assert_eq!(PhoneNumber::parse(text).ok().map(String::from).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn deserialisation_validates() {
        assert!(serde_json::from_str::<Iin>("\"950215301232\"").is_ok());
        assert!(serde_json::from_str::<Iin>("\"950215301233\"").is_err());
        assert!(serde_json::from_str::<Date>("\"2026-02-30\"").is_err());
    }
}
