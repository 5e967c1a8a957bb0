//! The name field (Doc 9303-3 section 4.6): primary and secondary identifier, and truncation.

use serde::{Deserialize, Serialize};

/// The holder's names as coded in the MRZ: capitals, words separated by one space. The MRZ does not preserve hyphens
/// and apostrophes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MrzNames"))]
#[serde(rename_all = "camelCase")]
pub struct Names {
    /// The primary identifier, mostly the family name. May be empty.
    pub primary: String,
    /// The secondary identifier, mostly the given names. May be empty.
    pub secondary: String,
    /// Whether the last position is a letter: the name fills the field and may be truncated (Doc 9303-4 section 4.2.3).
    pub truncated: bool,
}

impl Names {
    /// Returns whether there is no name at all.
    pub fn is_empty(&self) -> bool {
        self.primary.is_empty() && self.secondary.is_empty()
    }
}

/// Splits a name field at its first two fillers.
pub fn split(field: &str) -> Names {
    let (primary, secondary) = field.split_once("<<").unwrap_or((field, ""));
    Names { primary: words(primary), secondary: words(secondary), truncated: fills(field) }
}

/// Reads names from two fields; a format without a secondary identifier passes an empty one.
pub fn from_fields(primary: &str, secondary: &str) -> Names {
    Names { primary: words(primary), secondary: words(secondary), truncated: fills(primary) || fills(secondary) }
}

fn words(symbols: &str) -> String {
    symbols.split('<').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn fills(field: &str) -> bool {
    field.ends_with(|last: char| last != '<')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_examples_of_doc_9303() {
        // Doc 9303-4 section 4.2.3 and its tables of examples.
        for (field, primary, secondary, truncated) in [
            ("ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "ERIKSSON", "ANNA MARIA", false),
            ("VAN<DER<MUELLEN<<MARTIN<<<<<<<<<<<<<<<<", "VAN DER MUELLEN", "MARTIN", false),
            ("ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "ARKFREITH", "", false),
            ("<<ANNA<MARIA<<<<<<<<<<<<<<<<<<", "", "ANNA MARIA", false),
            ("BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI", "BENNELONG WOOLOOMOOLOO WARRANDYTE W", "DI", true),
            ("PAPANDROPOULOUS<<JONATHON<ALEC", "PAPANDROPOULOUS", "JONATHON ALEC", true),
            ("SMITH<<JOHN<<ALBERT<", "SMITH", "JOHN ALBERT", false),
            ("<<<<", "", "", false),
            ("", "", "", false),
        ] {
            let expected = Names { primary: primary.into(), secondary: secondary.into(), truncated };
            assert_eq!(split(field), expected, "{field}");
        }
    }
}
