//! MRZ formats: number and length of lines, and the position and character class of each field.
//!
//! Sources: Doc 9303-4 (TD3), 9303-5 (TD1), 9303-6 (TD2), 9303-7 (MRV-A, MRV-B); published specimens (PRADO) for the
//! French national identity card of 1988–2021, the one-line French and Dutch driving licences and the Swiss driving
//! licence; ISO/IEC 18013-3 for the first and the last symbols of other licences with one line.

use serde::{Deserialize, Serialize};

use super::dates::{ExpiryWindow, MrzDate};

/// An MRZ format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MrzFormat"))]
pub enum Format {
    /// Identity card of credit card size: 3 lines of 30 (Doc 9303-5).
    #[serde(rename = "TD1")]
    Td1,
    /// Larger identity card: 2 lines of 36 (Doc 9303-6).
    #[serde(rename = "TD2")]
    Td2,
    /// Passport: 2 lines of 44 (Doc 9303-4).
    #[serde(rename = "TD3")]
    Td3,
    /// Large visa: 2 lines of 44 (Doc 9303-7).
    #[serde(rename = "MRVA")]
    MrvA,
    /// Small visa: 2 lines of 36 (Doc 9303-7).
    #[serde(rename = "MRVB")]
    MrvB,
    /// French national identity card of 1988–2021: 2 lines of 36.
    #[serde(rename = "FRENCH_NATIONAL_ID")]
    FrenchId,
    /// French driving licence: 1 line of 30.
    #[serde(rename = "FRENCH_DRIVING_LICENSE")]
    FrenchDl,
    /// Swiss driving licence: lines of 9, 30 and 30.
    #[serde(rename = "SWISS_DRIVING_LICENSE")]
    SwissDl,
    /// Dutch driving licence: 1 line of 30.
    #[serde(rename = "DUTCH_DRIVING_LICENSE")]
    DutchDl,
    /// Driving licence of another state: 1 line of 30 whose layout beyond the state is the state's own
    /// (ISO/IEC 18013-3). Parsed from text; not read from images, where one check digit is too little evidence.
    #[serde(rename = "DRIVING_LICENSE")]
    OtherDl,
}

/// Character class of a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CharKind {
    /// `A`–`Z`.
    Letter,
    /// `A`–`Z` or the filler.
    Alpha,
    /// `0`–`9`.
    Digit,
    /// `0`–`9` or the filler (dates with unknown parts).
    DigitOrFiller,
    /// `A`–`Z`, `0`–`9` or the filler.
    Alnum,
    /// `M`, `F` or the filler.
    Sex,
    /// A check digit, `0`–`9`.
    CheckDigit,
    /// A check digit that may be the filler: the number continues elsewhere, or the field that it covers is empty.
    OptionalCheckDigit,
    /// Always the filler.
    Filler,
}

/// Name of a field, as reported with corrections, check digits and problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MrzFieldName"))]
#[serde(rename_all = "camelCase")]
pub enum FieldName {
    /// One or two letters for the kind of document.
    DocumentCode,
    /// Issuing state or organisation.
    IssuingState,
    /// Primary and secondary identifier in one field.
    Names,
    /// The primary identifier alone (French documents).
    PrimaryName,
    /// The secondary identifier alone (French documents).
    SecondaryName,
    /// The document's number.
    DocumentNumber,
    /// The check digit of the number.
    DocumentNumberCheckDigit,
    /// The holder's nationality.
    Nationality,
    /// The holder's date of birth.
    BirthDate,
    /// The check digit of the date of birth.
    BirthDateCheckDigit,
    /// The holder's sex.
    Sex,
    /// The last day of validity.
    ExpiryDate,
    /// The check digit of the last day of validity.
    ExpiryDateCheckDigit,
    /// Year and month of issue (French national identity card).
    IssueDate,
    /// Optional data; in TD3 the personal number.
    OptionalData,
    /// The second optional data field (TD1), or the second administrative code (French national identity card).
    OptionalData2,
    /// The check digit of a passport's personal number.
    OptionalDataCheckDigit,
    /// The check digit over several fields of the document.
    CompositeCheckDigit,
    /// The number of the blank card (Swiss driving licence).
    CardNumber,
    /// The language of the document (Swiss driving licence).
    Language,
    /// The version of the card (Dutch driving licence).
    Version,
    /// Unused positions.
    Unused,
}

/// A part of one line: columns `start..end` of line `line`, all from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Line, from 0.
    pub line: usize,
    /// First column.
    pub start: usize,
    /// Column after the last.
    pub end: usize,
}

/// A field: its name, position and character class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Name of the field.
    pub name: FieldName,
    /// Position.
    pub span: Span,
    /// Character class.
    pub kind: CharKind,
}

/// A check digit: its position and the spans it covers, in order of calculation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckRule {
    /// The check digit's own field.
    pub name: FieldName,
    /// Line of the digit, from 0.
    pub line: usize,
    /// Column of the digit, from 0.
    pub column: usize,
    /// Spans covered.
    pub covers: &'static [Span],
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 10] = [
        Self::Td3,
        Self::Td1,
        Self::Td2,
        Self::MrvA,
        Self::MrvB,
        Self::FrenchId,
        Self::SwissDl,
        Self::FrenchDl,
        Self::DutchDl,
        Self::OtherDl,
    ];

    /// The formats that are read from images, in the order in which the decoder tries them.
    pub fn decoded() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|format| *format != Self::OtherDl)
    }

    /// Returns the length of each line, in characters.
    pub const fn line_lengths(self) -> &'static [usize] {
        match self {
            Self::Td1 => &[30, 30, 30],
            Self::Td2 | Self::MrvB | Self::FrenchId => &[36, 36],
            Self::Td3 | Self::MrvA => &[44, 44],
            Self::FrenchDl | Self::DutchDl | Self::OtherDl => &[30],
            Self::SwissDl => &[9, 30, 30],
        }
    }

    /// Returns the name used in results, the same as in JavaScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Td1 => "TD1",
            Self::Td2 => "TD2",
            Self::Td3 => "TD3",
            Self::MrvA => "MRVA",
            Self::MrvB => "MRVB",
            Self::FrenchId => "FRENCH_NATIONAL_ID",
            Self::FrenchDl => "FRENCH_DRIVING_LICENSE",
            Self::SwissDl => "SWISS_DRIVING_LICENSE",
            Self::DutchDl => "DUTCH_DRIVING_LICENSE",
            Self::OtherDl => "DRIVING_LICENSE",
        }
    }

    /// Returns the first symbols that a document code of this format may have: `A`, `C` or `I` for cards (Doc 9303-5
    /// and -6 section 4.2.2), `P` for passports, `V` for visas. `P` and `R` on a card are outside the standard, but
    /// passport cards and residence permits with them exist. The parser reports any other and refuses none.
    pub const fn first_symbols(self) -> &'static [u8] {
        match self {
            Self::Td1 | Self::Td2 => b"ACIPR",
            Self::Td3 => b"P",
            Self::MrvA | Self::MrvB => b"V",
            Self::FrenchId => b"I",
            Self::FrenchDl | Self::DutchDl | Self::OtherDl => b"D",
            Self::SwissDl => b"F",
        }
    }

    /// Returns every field, line by line from left to right, without gaps.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Td1 => TD1,
            Self::Td2 => TD2,
            Self::Td3 => TD3,
            Self::MrvA => MRV_A,
            Self::MrvB => MRV_B,
            Self::FrenchId => FRENCH_ID,
            Self::FrenchDl => FRENCH_DL,
            Self::SwissDl => SWISS_DL,
            Self::DutchDl => DUTCH_DL,
            Self::OtherDl => OTHER_DL,
        }
    }

    /// Returns every check digit, the composite last. In TD1 and TD2 the document number's rule applies unless its
    /// check digit is a filler; only the parser checks a number that continues in the optional data.
    pub const fn check_rules(self) -> &'static [CheckRule] {
        match self {
            Self::Td1 => TD1_CHECKS,
            Self::Td2 => TD2_CHECKS,
            Self::Td3 => TD3_CHECKS,
            Self::MrvA | Self::MrvB => VISA_CHECKS,
            Self::FrenchId => FRENCH_ID_CHECKS,
            Self::FrenchDl => FRENCH_DL_CHECKS,
            Self::SwissDl => &[],
            Self::DutchDl | Self::OtherDl => ONE_LINE_CHECKS,
        }
    }

    /// Returns the years in which documents of this format expire. `after`: birth and issue, as far as known.
    ///
    /// First years: passports and visas with an MRZ exist since 1980, cards since about 1988, licences since 2003.
    /// Longest validity: ten years for passports (Doc 9303-2 section 2.5) and fifteen for licences (directive
    /// 2006/126/EC), with a margin; for cards the sixty years that Hungary prints for an unlimited one. Italy, Portugal
    /// and Spain print year 9999 on cards.
    pub fn expiry_window<'a>(self, after: [Option<&'a MrzDate>; 2]) -> ExpiryWindow<'a> {
        let (first_year, years_ahead, may_be_unlimited) = match self {
            Self::Td3 | Self::MrvA | Self::MrvB => (1980, 40, false),
            Self::Td1 | Self::Td2 | Self::FrenchId => (1988, 62, true),
            Self::FrenchDl | Self::SwissDl | Self::DutchDl | Self::OtherDl => (2003, 20, true),
        };
        ExpiryWindow { first_year, years_ahead, may_be_unlimited, after }
    }

    /// Returns the position of a field, or `None` if the format does not have it.
    pub fn span(self, name: FieldName) -> Option<Span> {
        self.fields().iter().find(|field| field.name == name).map(|field| field.span)
    }
}

/// Returns the character class of each position of a line (from 0), or `None` if the format has no such line.
pub fn field_kinds(format: Format, line: usize) -> Option<&'static [CharKind]> {
    /// Computes the classes of one line at compile time.
    macro_rules! lines {
        ($fields:expr; $($line:literal: $length:literal),+) => {
            const { &[$(&kinds::<$length>($fields, $line) as &[CharKind]),+] }
        };
    }
    let kinds: &'static [&'static [CharKind]] = match format {
        Format::Td1 => lines!(TD1; 0: 30, 1: 30, 2: 30),
        Format::Td2 => lines!(TD2; 0: 36, 1: 36),
        Format::Td3 => lines!(TD3; 0: 44, 1: 44),
        Format::MrvA => lines!(MRV_A; 0: 44, 1: 44),
        Format::MrvB => lines!(MRV_B; 0: 36, 1: 36),
        Format::FrenchId => lines!(FRENCH_ID; 0: 36, 1: 36),
        Format::FrenchDl => lines!(FRENCH_DL; 0: 30),
        Format::SwissDl => lines!(SWISS_DL; 0: 9, 1: 30, 2: 30),
        Format::DutchDl => lines!(DUTCH_DL; 0: 30),
        Format::OtherDl => lines!(OTHER_DL; 0: 30),
    };
    kinds.get(line).copied()
}

impl CharKind {
    /// Returns whether the class contains a symbol.
    pub const fn allows(self, symbol: u8) -> bool {
        match self {
            Self::Letter => symbol.is_ascii_uppercase(),
            Self::Alpha => symbol.is_ascii_uppercase() || symbol == b'<',
            Self::Digit | Self::CheckDigit => symbol.is_ascii_digit(),
            Self::DigitOrFiller | Self::OptionalCheckDigit => symbol.is_ascii_digit() || symbol == b'<',
            Self::Alnum => symbol.is_ascii_uppercase() || symbol.is_ascii_digit() || symbol == b'<',
            Self::Sex => matches!(symbol, b'M' | b'F' | b'<'),
            Self::Filler => symbol == b'<',
        }
    }
}

const fn kinds<const LENGTH: usize>(fields: &[Field], line: usize) -> [CharKind; LENGTH] {
    let mut kinds = [CharKind::Filler; LENGTH];
    let mut i = 0;
    while i < fields.len() {
        let Field { span, kind, .. } = fields[i];
        if span.line == line {
            let mut column = span.start;
            while column < span.end {
                kinds[column] = kind;
                column += 1;
            }
        }
        i += 1;
    }
    kinds
}

const fn field(name: FieldName, line: usize, start: usize, end: usize, kind: CharKind) -> Field {
    Field { name, span: span(line, start, end), kind }
}

const fn span(line: usize, start: usize, end: usize) -> Span {
    Span { line, start, end }
}

const fn check(name: FieldName, line: usize, column: usize, covers: &'static [Span]) -> CheckRule {
    CheckRule { name, line, column, covers }
}

use CharKind::{Alnum, Alpha, CheckDigit, Digit, DigitOrFiller, Filler, Letter, OptionalCheckDigit};
use FieldName as F;

const TD1: &[Field] = &[
    field(F::DocumentCode, 0, 0, 1, Letter),
    field(F::DocumentCode, 0, 1, 2, Alnum),
    field(F::IssuingState, 0, 2, 5, Alpha),
    field(F::DocumentNumber, 0, 5, 14, Alnum),
    field(F::DocumentNumberCheckDigit, 0, 14, 15, OptionalCheckDigit),
    field(F::OptionalData, 0, 15, 30, Alnum),
    field(F::BirthDate, 1, 0, 6, DigitOrFiller),
    field(F::BirthDateCheckDigit, 1, 6, 7, CheckDigit),
    field(F::Sex, 1, 7, 8, CharKind::Sex),
    field(F::ExpiryDate, 1, 8, 14, DigitOrFiller),
    field(F::ExpiryDateCheckDigit, 1, 14, 15, OptionalCheckDigit),
    field(F::Nationality, 1, 15, 18, Alpha),
    field(F::OptionalData2, 1, 18, 29, Alnum),
    field(F::CompositeCheckDigit, 1, 29, 30, CheckDigit),
    field(F::Names, 2, 0, 30, Alpha),
];

const TD1_CHECKS: &[CheckRule] = &[
    check(F::DocumentNumberCheckDigit, 0, 14, &[span(0, 5, 14)]),
    check(F::BirthDateCheckDigit, 1, 6, &[span(1, 0, 6)]),
    check(F::ExpiryDateCheckDigit, 1, 14, &[span(1, 8, 14)]),
    check(F::CompositeCheckDigit, 1, 29, &[span(0, 5, 30), span(1, 0, 7), span(1, 8, 15), span(1, 18, 29)]),
];

const TD2: &[Field] = &[
    field(F::DocumentCode, 0, 0, 1, Letter),
    field(F::DocumentCode, 0, 1, 2, Alnum),
    field(F::IssuingState, 0, 2, 5, Alpha),
    field(F::Names, 0, 5, 36, Alpha),
    field(F::DocumentNumber, 1, 0, 9, Alnum),
    field(F::DocumentNumberCheckDigit, 1, 9, 10, OptionalCheckDigit),
    field(F::Nationality, 1, 10, 13, Alpha),
    field(F::BirthDate, 1, 13, 19, DigitOrFiller),
    field(F::BirthDateCheckDigit, 1, 19, 20, CheckDigit),
    field(F::Sex, 1, 20, 21, CharKind::Sex),
    field(F::ExpiryDate, 1, 21, 27, DigitOrFiller),
    field(F::ExpiryDateCheckDigit, 1, 27, 28, OptionalCheckDigit),
    field(F::OptionalData, 1, 28, 35, Alnum),
    field(F::CompositeCheckDigit, 1, 35, 36, CheckDigit),
];

const TD2_CHECKS: &[CheckRule] = &[
    check(F::DocumentNumberCheckDigit, 1, 9, &[span(1, 0, 9)]),
    check(F::BirthDateCheckDigit, 1, 19, &[span(1, 13, 19)]),
    check(F::ExpiryDateCheckDigit, 1, 27, &[span(1, 21, 27)]),
    check(F::CompositeCheckDigit, 1, 35, &[span(1, 0, 10), span(1, 13, 20), span(1, 21, 35)]),
];

const TD3: &[Field] = &[
    field(F::DocumentCode, 0, 0, 1, Letter),
    field(F::DocumentCode, 0, 1, 2, Alnum),
    field(F::IssuingState, 0, 2, 5, Alpha),
    field(F::Names, 0, 5, 44, Alpha),
    field(F::DocumentNumber, 1, 0, 9, Alnum),
    field(F::DocumentNumberCheckDigit, 1, 9, 10, CheckDigit),
    field(F::Nationality, 1, 10, 13, Alpha),
    field(F::BirthDate, 1, 13, 19, DigitOrFiller),
    field(F::BirthDateCheckDigit, 1, 19, 20, CheckDigit),
    field(F::Sex, 1, 20, 21, CharKind::Sex),
    field(F::ExpiryDate, 1, 21, 27, DigitOrFiller),
    field(F::ExpiryDateCheckDigit, 1, 27, 28, OptionalCheckDigit),
    field(F::OptionalData, 1, 28, 42, Alnum),
    field(F::OptionalDataCheckDigit, 1, 42, 43, OptionalCheckDigit),
    field(F::CompositeCheckDigit, 1, 43, 44, CheckDigit),
];

const TD3_CHECKS: &[CheckRule] = &[
    check(F::DocumentNumberCheckDigit, 1, 9, &[span(1, 0, 9)]),
    check(F::BirthDateCheckDigit, 1, 19, &[span(1, 13, 19)]),
    check(F::ExpiryDateCheckDigit, 1, 27, &[span(1, 21, 27)]),
    check(F::OptionalDataCheckDigit, 1, 42, &[span(1, 28, 42)]),
    check(F::CompositeCheckDigit, 1, 43, &[span(1, 0, 10), span(1, 13, 20), span(1, 21, 43)]),
];

const MRV_A: &[Field] = &[
    field(F::DocumentCode, 0, 0, 1, Letter),
    field(F::DocumentCode, 0, 1, 2, Alnum),
    field(F::IssuingState, 0, 2, 5, Alpha),
    field(F::Names, 0, 5, 44, Alpha),
    field(F::DocumentNumber, 1, 0, 9, Alnum),
    field(F::DocumentNumberCheckDigit, 1, 9, 10, CheckDigit),
    field(F::Nationality, 1, 10, 13, Alpha),
    field(F::BirthDate, 1, 13, 19, DigitOrFiller),
    field(F::BirthDateCheckDigit, 1, 19, 20, CheckDigit),
    field(F::Sex, 1, 20, 21, CharKind::Sex),
    field(F::ExpiryDate, 1, 21, 27, DigitOrFiller),
    field(F::ExpiryDateCheckDigit, 1, 27, 28, OptionalCheckDigit),
    field(F::OptionalData, 1, 28, 44, Alnum),
];

const MRV_B: &[Field] = &[
    field(F::DocumentCode, 0, 0, 1, Letter),
    field(F::DocumentCode, 0, 1, 2, Alnum),
    field(F::IssuingState, 0, 2, 5, Alpha),
    field(F::Names, 0, 5, 36, Alpha),
    field(F::DocumentNumber, 1, 0, 9, Alnum),
    field(F::DocumentNumberCheckDigit, 1, 9, 10, CheckDigit),
    field(F::Nationality, 1, 10, 13, Alpha),
    field(F::BirthDate, 1, 13, 19, DigitOrFiller),
    field(F::BirthDateCheckDigit, 1, 19, 20, CheckDigit),
    field(F::Sex, 1, 20, 21, CharKind::Sex),
    field(F::ExpiryDate, 1, 21, 27, DigitOrFiller),
    field(F::ExpiryDateCheckDigit, 1, 27, 28, OptionalCheckDigit),
    field(F::OptionalData, 1, 28, 36, Alnum),
];

const VISA_CHECKS: &[CheckRule] = &[
    check(F::DocumentNumberCheckDigit, 1, 9, &[span(1, 0, 9)]),
    check(F::BirthDateCheckDigit, 1, 19, &[span(1, 13, 19)]),
    check(F::ExpiryDateCheckDigit, 1, 27, &[span(1, 21, 27)]),
];

/// The number is the first twelve symbols of line 2: year and month of issue, department, serial number.
const FRENCH_ID: &[Field] = &[
    field(F::DocumentCode, 0, 0, 1, Letter),
    field(F::DocumentCode, 0, 1, 2, Alnum),
    field(F::IssuingState, 0, 2, 5, Alpha),
    field(F::PrimaryName, 0, 5, 30, Alpha),
    field(F::OptionalData, 0, 30, 36, Alnum),
    field(F::IssueDate, 1, 0, 4, Digit),
    field(F::OptionalData2, 1, 4, 7, Alnum),
    field(F::DocumentNumber, 1, 7, 12, Digit),
    field(F::DocumentNumberCheckDigit, 1, 12, 13, CheckDigit),
    field(F::SecondaryName, 1, 13, 27, Alpha),
    field(F::BirthDate, 1, 27, 33, DigitOrFiller),
    field(F::BirthDateCheckDigit, 1, 33, 34, CheckDigit),
    field(F::Sex, 1, 34, 35, CharKind::Sex),
    field(F::CompositeCheckDigit, 1, 35, 36, CheckDigit),
];

const FRENCH_ID_CHECKS: &[CheckRule] = &[
    check(F::DocumentNumberCheckDigit, 1, 12, &[span(1, 0, 12)]),
    check(F::BirthDateCheckDigit, 1, 33, &[span(1, 27, 33)]),
    check(F::CompositeCheckDigit, 1, 35, &[span(0, 0, 36), span(1, 0, 35)]),
];

const FRENCH_DL: &[Field] = &[
    field(F::DocumentCode, 0, 0, 1, Letter),
    field(F::DocumentCode, 0, 1, 2, Alnum),
    field(F::IssuingState, 0, 2, 5, Alpha),
    field(F::DocumentNumber, 0, 5, 14, Alnum),
    field(F::DocumentNumberCheckDigit, 0, 14, 15, CheckDigit),
    field(F::ExpiryDate, 0, 15, 21, DigitOrFiller),
    field(F::PrimaryName, 0, 21, 29, Alpha),
    field(F::CompositeCheckDigit, 0, 29, 30, CheckDigit),
];

/// The number's check digit covers the line from its start (published specimen).
const FRENCH_DL_CHECKS: &[CheckRule] = &[
    check(F::DocumentNumberCheckDigit, 0, 14, &[span(0, 0, 14)]),
    check(F::CompositeCheckDigit, 0, 29, &[span(0, 0, 29)]),
];

/// The number has ten digits; random symbols follow it.
const DUTCH_DL: &[Field] = &[
    field(F::DocumentCode, 0, 0, 1, Letter),
    field(F::DocumentCode, 0, 1, 2, Alnum),
    field(F::IssuingState, 0, 2, 5, Alpha),
    field(F::Version, 0, 5, 6, Alnum),
    field(F::DocumentNumber, 0, 6, 16, Alnum),
    field(F::OptionalData, 0, 16, 29, Alnum),
    field(F::CompositeCheckDigit, 0, 29, 30, CheckDigit),
];

const OTHER_DL: &[Field] = &[
    field(F::DocumentCode, 0, 0, 1, Letter),
    field(F::DocumentCode, 0, 1, 2, Alnum),
    field(F::IssuingState, 0, 2, 5, Alpha),
    field(F::OptionalData, 0, 5, 29, Alnum),
    field(F::CompositeCheckDigit, 0, 29, 30, CheckDigit),
];

const ONE_LINE_CHECKS: &[CheckRule] = &[check(F::CompositeCheckDigit, 0, 29, &[span(0, 0, 29)])];

/// Line 2 contains the licence number: nine digits of the holder and three of the version.
const SWISS_DL: &[Field] = &[
    field(F::CardNumber, 0, 0, 3, Alpha),
    field(F::CardNumber, 0, 3, 6, Alnum),
    field(F::Language, 0, 6, 7, Letter),
    field(F::Unused, 0, 7, 9, Filler),
    field(F::DocumentCode, 1, 0, 1, Letter),
    field(F::DocumentCode, 1, 1, 2, Alpha),
    field(F::IssuingState, 1, 2, 5, Alpha),
    field(F::DocumentNumber, 1, 5, 17, Digit),
    field(F::Unused, 1, 17, 19, Filler),
    field(F::BirthDate, 1, 19, 25, DigitOrFiller),
    field(F::Unused, 1, 25, 30, Filler),
    field(F::Names, 2, 0, 30, Alpha),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_cover_every_position_once() {
        for format in Format::ALL {
            let mut next = (0, 0);
            for field in format.fields() {
                assert_eq!((field.span.line, field.span.start), next, "{format:?} {:?}", field.name);
                assert!(field.span.end > field.span.start);
                next = (field.span.line, field.span.end);
                if field.span.end == format.line_lengths()[field.span.line] {
                    next = (field.span.line + 1, 0);
                }
            }
            assert_eq!(next, (format.line_lengths().len(), 0), "{format:?}");
            for (line, &length) in format.line_lengths().iter().enumerate() {
                assert_eq!(field_kinds(format, line).map(<[_]>::len), Some(length), "{format:?}");
            }
            assert_eq!(field_kinds(format, format.line_lengths().len()), None);
        }
    }

    #[test]
    fn check_rules_refer_to_check_digit_fields() {
        for format in Format::ALL {
            let mut seen = 0;
            for rule in format.check_rules() {
                let kinds = field_kinds(format, rule.line).expect("the line exists");
                assert!(matches!(kinds[rule.column], CheckDigit | OptionalCheckDigit), "{format:?} {:?}", rule.name);
                assert_eq!(format.span(rule.name).map(|s| (s.line, s.start)), Some((rule.line, rule.column)));
                seen += 1;
            }
            let digits = format.fields().iter().filter(|f| matches!(f.kind, CheckDigit | OptionalCheckDigit)).count();
            assert_eq!(seen, digits, "{format:?}");
        }
    }

    #[test]
    fn names_equal_the_serialised_form() {
        for format in Format::ALL {
            assert_eq!(serde_json::to_value(format).unwrap(), format.name());
        }
    }
}
