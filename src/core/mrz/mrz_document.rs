//! The parsed and checked document of an MRZ.

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::identifiers::RegisteredSex;

use super::confusables::Correction;
use super::countries::State;
use super::dates::{self, MrzDate};
use super::format::{FieldName, Format};
use super::names::Names;
use super::personal_number::PersonalNumber;

/// A parsed and checked MRZ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MrzDocument {
    /// Format.
    pub format: Format,
    /// Lines of capitals, digits and fillers, after correction.
    pub lines: Vec<String>,
    /// Kind of document, without fillers: `P`, `ID`, `V` …
    pub document_code: String,
    /// Issuing state or organisation.
    pub issuing_state: State,
    /// Document number without trailing fillers, including a continuation in the optional data.
    pub document_number: String,
    /// The holder's names.
    pub names: Names,
    /// The names of a Russian internal passport in Cyrillic, whose MRZ codes each letter by one
    /// symbol; else `None`.
    pub names_cyrillic: Option<Names>,
    /// The holder's nationality; `None` if the format has no such field.
    pub nationality: Option<State>,
    /// Date of birth; `None` if it is not a date.
    pub birth_date: Option<MrzDate>,
    /// Sex; `None` if the format has no such field, or its symbol is another.
    pub sex: Option<Sex>,
    /// Last day of validity; `None` if the format has no such field, or it is not a date.
    pub expiry_date: Option<MrzDate>,
    /// What is known of the end of validity.
    pub validity: Validity,
    /// Date of issue: year and month of a French national identity card, day of a Russian internal passport.
    pub issue_date: Option<MrzDate>,
    /// Optional data as printed, never corrected.
    pub optional_data: Vec<OptionalData>,
    /// Personal number of a Kazakh or Kyrgyz document, if the optional data has its shape.
    pub personal_number: Option<PersonalNumber>,
    /// The key of the chip; `None` for a format without a chip's key, or without number or dates.
    pub chip_key: Option<ChipKey>,
    /// All check digits, the composite last.
    pub check_digits: Vec<CheckDigit>,
    /// Whether all check digits are valid, all fields match their character class, and no character of them is
    /// inferred. A Swiss driving licence has no check digits.
    pub valid: bool,
    /// Whether the document would be valid if the inferred characters of its checked fields are right. Never
    /// together with `valid`.
    #[serde(default)]
    pub valid_if_inferred: bool,
    /// Confusables that were corrected.
    pub corrections: Vec<Correction>,
    /// Characters that the image does not show as the most probable ones; empty if the lines do not come from an image.
    #[serde(default)]
    pub inferred: Vec<InferredChar>,
    /// Other invalid or unusual fields.
    pub problems: Vec<Problem>,
}

impl MrzDocument {
    /// Returns whether the validity ended before `today`; unknown parts of the date count as the latest possible.
    /// `None` without a date, or if its century is ambiguous.
    pub fn is_expired(&self, today: Date) -> Option<bool> {
        Some(self.expiry_date.as_ref()?.latest()? < today)
    }

    /// Returns whether all check digits and character classes hold, be it with inferred characters.
    pub fn is_consistent(&self) -> bool {
        self.valid || self.valid_if_inferred
    }

    /// Returns the rank of the validity: 2 if valid, 1 if valid with inferred characters, else 0.
    pub fn validity_rank(&self) -> u8 {
        2 * u8::from(self.valid) + u8::from(self.valid_if_inferred)
    }

    /// Records inferred characters: with one of a checked field, a valid document is valid only if it is right. The
    /// first symbol of the document code counts as checked, because it decides which check digits there are.
    pub(super) fn set_inferred(&mut self, inferred: Vec<InferredChar>) {
        let decides = inferred.iter().any(|character| character.checked);
        self.valid_if_inferred = self.valid && decides;
        self.valid &= !decides;
        self.inferred = inferred;
    }
}

/// A character that the rules of the format chose although the image shows another as more probable: a check digit, the
/// field's character class, the syntax of names and dates, or the list of states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MrzInferredChar"))]
#[serde(rename_all = "camelCase")]
pub struct InferredChar {
    /// Field that contains it.
    pub field: FieldName,
    /// Line, from 0.
    pub line: usize,
    /// Column, from 0.
    pub column: usize,
    /// The most probable symbol by the image alone.
    pub seen: char,
    /// Its probability by the image alone, 0–1.
    pub seen_confidence: f32,
    /// The symbol of the document's lines.
    pub chosen: char,
    /// Its probability by the image alone, 0–1.
    pub chosen_confidence: f32,
    /// Whether the validity rests on it: a check digit covers it, it is one, or it decides the format.
    pub checked: bool,
}

/// What is known of the end of validity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MrzValidity"))]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// The date of expiry is known; unknown parts of it count as the latest possible.
    Dated,
    /// The validity has no end: the date is of year 9999, as some states print it.
    Unlimited,
    /// The two digits of the year can denote several years.
    Ambiguous,
    /// The field is empty, or the format has none.
    NotStated,
    /// The field is not a date.
    Unreadable,
}

impl Validity {
    pub(super) fn of(field: Option<&str>, date: Option<&MrzDate>) -> Self {
        match (field, date) {
            (None, _) => Self::NotStated,
            (Some(_), None) => Self::Unreadable,
            (Some(_), Some(date)) => match date.year {
                Some(dates::NO_END_YEAR) => Self::Unlimited,
                Some(_) => Self::Dated,
                None if !date.possible_years.is_empty() => Self::Ambiguous,
                None => Self::NotStated,
            },
        }
    }
}

/// The data from which the key of a passport's or card's chip is derived (Doc 9303-11 section 4.3: BAC, and PACE with
/// the MRZ). Each part has its own check digit, so the key can be right where the composite check digit is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MrzChipKey"))]
#[serde(rename_all = "camelCase")]
pub struct ChipKey {
    /// Document number, complete and without fillers.
    pub number: String,
    /// Date of birth as printed, `YYMMDD`.
    pub birth: String,
    /// Date of expiry as printed, `YYMMDD`.
    pub expiry: String,
    /// Whether the check digits of the three parts are valid.
    pub valid: bool,
    /// Probability that all symbols of the key are read right, 0–1; `None` if the lines do not come from an image.
    pub confidence: Option<f32>,
}

/// Sex (Doc 9303-4 section 4.2.2: `F`, `M`, or the filler).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MrzSex"))]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// `F`.
    Female,
    /// `M`.
    Male,
    /// The filler, or `X`, as some states print.
    Unspecified,
}

impl Sex {
    pub(super) fn registered(self) -> Option<RegisteredSex> {
        match self {
            Self::Female => Some(RegisteredSex::Female),
            Self::Male => Some(RegisteredSex::Male),
            Self::Unspecified => None,
        }
    }
}

/// A field of optional data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MrzOptionalData"))]
#[serde(rename_all = "camelCase")]
pub struct OptionalData {
    /// Name of the field.
    pub field: FieldName,
    /// The whole field as printed.
    pub raw: String,
    /// Value without trailing fillers, and without a document number's continuation.
    pub value: String,
}

/// A check digit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MrzCheckDigit"))]
#[serde(rename_all = "camelCase")]
pub struct CheckDigit {
    /// Its field.
    pub field: FieldName,
    /// Line, from 0.
    pub line: usize,
    /// Column, from 0.
    pub column: usize,
    /// Computed digit.
    pub expected: char,
    /// Printed symbol.
    pub actual: char,
    /// Whether they match. A filler is valid for an empty personal number of a passport (Doc 9303-4 section 4.2.2) and
    /// for an empty date.
    pub valid: bool,
}

/// An invalid or unusual field; check digits are reported separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MrzProblem"))]
pub struct Problem {
    /// Code.
    pub code: ProblemCode,
    /// Field.
    pub field: FieldName,
}

/// Kinds of problems. The first two make [`MrzDocument::valid`] false, except a sex of `X`, which some states print;
/// the others are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MrzProblemCode"))]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// A symbol is outside the field's character class and cannot be corrected.
    UnexpectedSymbol,
    /// The field is not a date.
    InvalidDate,
    /// The document code is not one that the standard has for the format.
    WrongDocumentCode,
    /// Neither Doc 9303-3 section 5 nor any known document has the code.
    UnknownState,
    /// The field is empty.
    Missing,
}
