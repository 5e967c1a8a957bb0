//! National personal numbers in the optional data of an MRZ, and the century of the date of birth that they give.

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::identifiers::{IdentifierError, Iin, KgPin, RegisteredSex};

use super::countries::State;
use super::dates::MrzDate;

/// The personal number of a Kazakh or Kyrgyz document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PersonalNumber {
    /// Kind of number.
    pub kind: PersonalNumberKind,
    /// Digits.
    pub value: String,
    /// Why it is invalid; `None` if it is valid.
    pub error: Option<IdentifierError>,
    /// Date of birth encoded in a valid number.
    pub birth_date: Option<Date>,
    /// Whether date of birth and sex of a valid number match the MRZ.
    pub matches_holder: Option<bool>,
}

/// Kinds of personal numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PersonalNumberKind {
    /// [`Iin`] of Kazakhstan.
    KzIin,
    /// [`KgPin`] of Kyrgyzstan.
    KgPin,
}

/// Reads the personal number of a Kazakh or Kyrgyz document from the values of its optional data.
pub(super) fn read<'a>(
    issuer: &State,
    mut optional_data: impl Iterator<Item = &'a str>,
    birth_date: Option<&MrzDate>,
    sex: Option<RegisteredSex>,
) -> Option<PersonalNumber> {
    let (kind, length) = match issuer.code.as_str() {
        "KAZ" => (PersonalNumberKind::KzIin, 12),
        "KGZ" => (PersonalNumberKind::KgPin, 14),
        _ => return None,
    };
    let value = optional_data.find(|value| value.len() == length && value.bytes().all(|b| b.is_ascii_digit()))?;
    let decoded = match kind {
        PersonalNumberKind::KzIin => Iin::parse(value).map(|number| (number.birth_date(), number.sex())),
        PersonalNumberKind::KgPin => KgPin::parse(value).map(|number| (number.birth_date(), number.sex())),
    };
    let matches = |(born, registered): (Date, RegisteredSex)| {
        let same_day = birth_date.is_some_and(|date| {
            date.year.is_none_or(|year| year % 100 == born.year() % 100)
                && date.month.is_none_or(|month| month == born.month())
                && date.day.is_none_or(|day| day == born.day())
        });
        same_day && sex.is_none_or(|sex| sex == registered)
    };
    Some(PersonalNumber {
        kind,
        value: value.to_owned(),
        error: decoded.err(),
        birth_date: decoded.ok().map(|(born, _)| born),
        matches_holder: decoded.ok().map(matches),
    })
}

/// Sets the century of the date of birth from a number that contains it: a valid personal number, or the identity
/// number of the United Arab Emirates (`784`, year of birth, seven digits, check digit). A number that would put the
/// birth after `today` sets nothing.
pub(super) fn resolve_century<'a>(
    date: &mut MrzDate,
    issuer: &State,
    mut optional_data: impl Iterator<Item = &'a str>,
    number: Option<&PersonalNumber>,
    today: Date,
) {
    let personal = number.filter(|number| number.matches_holder == Some(true)).and_then(|number| number.birth_date);
    let emirates = (issuer.code == "ARE").then(|| optional_data.find_map(emirates_birth_year)).flatten();
    let Some(year) = personal.map(Date::year).or(emirates) else { return };
    let resolved = MrzDate { year: Some(year), ..date.clone() };
    let is_past = resolved.date().map_or(year <= today.year(), |born| born <= today);
    if is_past && date.year.is_some_and(|short| short % 100 == year % 100) {
        date.iso = resolved.date().map(String::from);
        date.year = Some(year);
    }
}

fn emirates_birth_year(value: &str) -> Option<u16> {
    let digits = value.len() == 15 && value.bytes().all(|b| b.is_ascii_digit());
    let year = value.strip_prefix("784").filter(|_| digits)?.get(..4)?.parse().ok()?;
    (1850..2100).contains(&year).then_some(year)
}
