//! The data of an MRZ or a barcode in common terms, so that sources can be compared.

use serde::Serialize;

use crate::barcode::aamva::{AamvaDocument, CardKind, Country, Sex as CardSex, Truncation};
use crate::capitals::capital;
use crate::date::Date;
use crate::mrz::dates::MrzDate;
use crate::mrz::format::Format;
use crate::mrz::parse::{MrzDocument, Sex as ZoneSex};

/// The source of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The machine-readable zone.
    Mrz,
    /// The PDF417 barcode.
    Barcode,
}

/// What kind of document the data is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentClass {
    /// A booklet (TD3).
    Passport,
    /// A card: TD1, TD2, the French national card, an AAMVA identity card.
    Card,
    /// A driving licence.
    DriverLicense,
    /// Something else, as a visa.
    Other,
}

/// The data of a document and its holder.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentData {
    /// Where it was read.
    pub source: Source,
    /// Of what kind of document.
    pub class: DocumentClass,
    /// The document's number.
    pub document_number: Option<String>,
    /// The state: three letters of Doc 9303-3 section 5.
    pub issuing_state: Option<String>,
    /// The family names.
    pub family: Option<String>,
    /// The given names, separated by blanks.
    pub given: Option<String>,
    /// The names were cut to fit.
    pub truncated: bool,
    /// Date of birth, where all of it is known.
    pub birth_date: Option<Date>,
    /// `F`, `M` or `X`.
    pub sex: Option<char>,
    /// Date of issue, where all of it is known.
    pub issue_date: Option<Date>,
    /// The last day of validity.
    pub expiry_date: Option<Date>,
}

impl DocumentData {
    /// Converts the data of an MRZ.
    pub fn from_mrz(document: &MrzDocument) -> Self {
        let text = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        Self {
            source: Source::Mrz,
            class: class_of_format(document.format),
            document_number: text(&document.document_number),
            issuing_state: text(&document.issuing_state.code),
            family: text(&document.names.primary),
            given: text(&document.names.secondary),
            truncated: document.names.truncated,
            birth_date: document.birth_date.as_ref().and_then(MrzDate::date),
            sex: document.sex.map(|sex| match sex {
                ZoneSex::Female => 'F',
                ZoneSex::Male => 'M',
                ZoneSex::Unspecified => 'X',
            }),
            issue_date: document.issue_date.as_ref().and_then(MrzDate::date),
            expiry_date: document.expiry_date.as_ref().and_then(MrzDate::latest),
        }
    }

    /// Converts the data of an AAMVA barcode.
    pub fn from_barcode(document: &AamvaDocument) -> Self {
        let name = &document.name;
        let given: Vec<&str> = [&name.given, &name.middle].into_iter().flatten().map(String::as_str).collect();
        let cut = |t: Option<Truncation>| t == Some(Truncation::Truncated);
        Self {
            source: Source::Barcode,
            class: match document.kind {
                CardKind::DriverLicense | CardKind::EnhancedLicense => DocumentClass::DriverLicense,
                CardKind::IdentityCard => DocumentClass::Card,
            },
            document_number: document.document_number.clone(),
            issuing_state: document.address.country.or(document.issuer.map(|i| i.country)).map(|country| {
                match country {
                    Country::UnitedStates => "USA",
                    Country::Canada => "CAN",
                }
                .to_owned()
            }),
            family: name.family.clone(),
            given: (!given.is_empty()).then(|| given.join(" ")),
            truncated: cut(name.family_truncated) || cut(name.given_truncated) || cut(name.middle_truncated),
            birth_date: document.birth_date,
            sex: document.sex.map(|sex| match sex {
                CardSex::Female => 'F',
                CardSex::Male => 'M',
                CardSex::Unspecified => 'X',
            }),
            issue_date: document.issue_date,
            expiry_date: document.expiry_date,
        }
    }

    /// Compares the document numbers without separators; `None` if one is missing.
    pub fn same_number(&self, other: &Self) -> Option<bool> {
        let bare = |text: &str| -> String { text.chars().filter(char::is_ascii_alphanumeric).collect() };
        Some(bare(self.document_number.as_ref()?).eq_ignore_ascii_case(&bare(other.document_number.as_ref()?)))
    }

    /// Compares dates of birth and sexes, as far as both sources have them; `None` if they share neither. `X`
    /// (unspecified) matches every sex.
    pub fn same_holder(&self, other: &Self) -> Option<bool> {
        let birth = self.birth_date.zip(other.birth_date).map(|(a, b)| a == b);
        let sex = self.sex.zip(other.sex).filter(|(a, b)| *a != 'X' && *b != 'X').map(|(a, b)| a == b);
        match (birth, sex) {
            (None, None) => None,
            (birth, sex) => Some(birth != Some(false) && sex != Some(false)),
        }
    }

    /// Compares the names, as far as both sources have them; `None` if one is missing.
    pub fn same_name(&self, other: &Self) -> Option<bool> {
        let cut = self.truncated || other.truncated;
        let family = same_words(self.family.as_ref()?, other.family.as_ref()?, cut);
        let given = match (&self.given, &other.given) {
            (Some(a), Some(b)) => same_words(a, b, true),
            _ => true,
        };
        Some(family && given)
    }
}

/// Returns the class of document that uses an MRZ format.
pub fn class_of_format(format: Format) -> DocumentClass {
    match format {
        Format::Td3 => DocumentClass::Passport,
        Format::Td1 | Format::Td2 | Format::FrenchId => DocumentClass::Card,
        Format::FrenchDl | Format::SwissDl | Format::DutchDl | Format::OtherDl => DocumentClass::DriverLicense,
        Format::MrvA | Format::MrvB => DocumentClass::Other,
    }
}

/// Letters alone, in capitals, after the transliterations of Doc 9303-3 section 6. Where names may be cut, or one side
/// leaves later names out, the shorter one must begin the longer one.
fn same_words(a: &str, b: &str, may_be_cut: bool) -> bool {
    let (a, b) = (letters(a), letters(b));
    a == b || may_be_cut && !a.is_empty() && !b.is_empty() && (a.starts_with(&b) || b.starts_with(&a))
}

fn letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().map(capital) {
        match c {
            'A'..='Z' => out.push(c),
            'À' | 'Á' | 'Â' | 'Ã' | 'Ā' | 'Ą' => out.push('A'),
            'Ä' | 'Æ' => out.push_str("AE"),
            'Å' => out.push_str("AA"),
            'Ç' | 'Ć' | 'Č' => out.push('C'),
            'È' | 'É' | 'Ê' | 'Ë' | 'Ē' | 'Ę' => out.push('E'),
            'Ì' | 'Í' | 'Î' | 'Ï' | 'İ' => out.push('I'),
            'Ł' => out.push('L'),
            'Ñ' | 'Ń' => out.push('N'),
            'Ò' | 'Ó' | 'Ô' | 'Õ' => out.push('O'),
            'Ö' | 'Ø' => out.push_str("OE"),
            'Š' | 'Ś' | 'Ş' => out.push('S'),
            'Ù' | 'Ú' | 'Û' => out.push('U'),
            'Ü' => out.push_str("UE"),
            'ẞ' => out.push_str("SS"),
            'Ý' => out.push('Y'),
            'Ž' | 'Ź' | 'Ż' => out.push('Z'),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_names_across_transliterations() {
        for (a, b, cut, same) in [
            ("MÜLLER-LÜDENSCHEIDT", "MUELLER LUEDENSCHEIDT", false, true),
            ("O'CONNOR", "OCONNOR", false, true),
            ("Groß", "GROSS", false, true),
            ("ERIKSSON", "ERIKSEN", false, false),
            ("WOOLOOMOOLOO", "WOOLOOM", true, true),
            ("WOOLOOMOOLOO", "WOOLOOM", false, false),
            ("SMITH", "", true, false),
        ] {
            assert_eq!(same_words(a, b, cut), same, "{a} {b}");
        }
    }
}
