//! Names, and the forms in which issuers write them.

use serde::{Deserialize, Serialize};

/// The holder's name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AamvaName"))]
#[serde(rename_all = "camelCase")]
pub struct Name {
    /// Family name: `DCS`, `DAB`, or the first part of `DAA`.
    pub family: Option<String>,
    /// First given name: `DAC`, or the first of `DCT`.
    pub given: Option<String>,
    /// Other given names, separated by spaces.
    pub middle: Option<String>,
    /// `DCU` or `DAE`.
    pub suffix: Option<String>,
    /// `DAF`.
    pub prefix: Option<String>,
    /// `DDE`.
    pub family_truncated: Option<Truncation>,
    /// `DDF`.
    pub given_truncated: Option<Truncation>,
    /// `DDG`.
    pub middle_truncated: Option<Truncation>,
}

/// Whether a name was truncated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Truncation {
    /// `T`.
    Truncated,
    /// `N`.
    Whole,
    /// `U`.
    Unknown,
}

/// Suffixes of names, without stops.
const SUFFIXES: [&str; 12] = ["JR", "SR", "1ST", "2ND", "3RD", "4TH", "II", "III", "IV", "VI", "VII", "VIII"];

/// Returns whether a part of a name is a suffix.
fn is_suffix(part: &str) -> bool {
    SUFFIXES.contains(&part.trim_end_matches('.').to_ascii_uppercase().as_str())
}

/// Splits given names into the first and the others. A comma separates both if there is one, so that a first name of
/// two words stays whole; else blanks do.
pub(super) fn first_and_rest(names: &str) -> (Option<String>, Option<String>) {
    let comma = names.contains(',');
    let mut parts = names.split(if comma { ',' } else { ' ' }).map(str::trim).filter(|part| !part.is_empty());
    let first = parts.next().map(str::to_owned);
    let rest = parts.collect::<Vec<_>>().join(" ");
    (first, Some(rest).filter(|rest| !rest.is_empty()))
}

/// Reads the full name of version 1 (`DAA`): family, given and middle names and suffix, separated by commas, in some
/// states by `$` or `@`. Pennsylvania writes given, middle and family name, separated by blanks.
pub(super) fn read_whole(name: &mut Name, whole: &str) {
    let separators: &[char] = &[',', '$', '@'];
    if !whole.contains(separators) {
        let mut words: Vec<&str> = whole.split_whitespace().collect();
        if words.len() > 2 && words.last().is_some_and(|last| is_suffix(last)) {
            name.suffix = name.suffix.take().or(words.pop().map(str::to_owned));
        }
        name.family = words.pop().map(str::to_owned);
        let mut words = words.into_iter();
        name.given = words.next().map(str::to_owned);
        name.middle = Some(words.collect::<Vec<_>>().join(" ")).filter(|middle| !middle.is_empty());
        return;
    }
    let mut parts: Vec<&str> = whole.split(separators).map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() > 2 && (parts.len() > 3 || parts.last().is_some_and(|last| is_suffix(last))) {
        name.suffix = name.suffix.take().or(parts.pop().map(str::to_owned));
    }
    let mut parts = parts.into_iter();
    name.family = parts.next().map(str::to_owned);
    let rest: Vec<&str> = parts.collect();
    match rest[..] {
        [] => {}
        [given] => (name.given, name.middle) = first_and_rest(given),
        [given, ref middle @ ..] => (name.given, name.middle) = (Some(given.into()), Some(middle.join(" "))),
    }
}

/// Moves what follows a comma in one element to the element of its own: a suffix in the family name, further given
/// names in the first.
pub(super) fn split_at_commas(name: &mut Name) {
    if let Some((family, rest)) = name.family.as_deref().and_then(|family| family.split_once(',')) {
        let (family, rest) = (family.trim().to_owned(), rest.trim().to_owned());
        if is_suffix(&rest) {
            name.suffix = name.suffix.take().or(Some(rest));
        } else if name.given.is_none() {
            (name.given, name.middle) = first_and_rest(&rest);
        }
        name.family = Some(family);
    }
    if let Some(given) = name.given.as_deref().filter(|given| given.contains(',')) {
        let (first, rest) = first_and_rest(given);
        name.middle = name.middle.take().or(rest);
        name.given = first;
    }
    if let Some((middle, suffix)) = name.middle.as_deref().and_then(|middle| middle.rsplit_once([',', ' ']))
        && name.suffix.is_none()
        && is_suffix(suffix)
    {
        let (middle, suffix) = (middle.trim_end_matches([',', ' ']).to_owned(), suffix.to_owned());
        (name.middle, name.suffix) = (Some(middle), Some(suffix));
    }
}
