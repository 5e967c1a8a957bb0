//! The parts of a barcode's text: header, subfiles, elements.

use serde::{Deserialize, Serialize};

/// Header of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AamvaHeader"))]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// Issuer identification number, six digits.
    pub issuer_id: String,
    /// AAMVA version: 1 of 2000, 2 of 2003, 3 of 2005, 4 of 2009, 5 of 2010, 6 of 2011, 7 of 2012, 8 of 2013, 9 of
    /// 2016, 10 of 2020; 0 for earlier cards. `None` if unreadable.
    pub version: Option<u8>,
    /// Jurisdiction version number, from version 2 on.
    pub jurisdiction_version: Option<u8>,
}

/// A subfile: the card (`DL`, `ID`, `EN`), or the issuer's own (`Z` and a letter).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AamvaSubfile"))]
pub struct Subfile {
    /// Subfile type, two capitals.
    pub kind: String,
    /// Elements in order; values without surrounding spaces.
    pub elements: Vec<Element>,
}

/// A data element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AamvaElement"))]
pub struct Element {
    /// Element id: three capitals or digits, such as `DBB`.
    pub id: String,
    /// Value; may be empty.
    pub value: String,
}

impl Subfile {
    /// Returns the value of an element, the first if it is repeated; `None` if it is missing or empty.
    pub fn get(&self, id: &str) -> Option<&str> {
        self.elements.iter().find(|e| e.id == id && !e.value.is_empty()).map(|e| e.value.as_str())
    }

    /// Returns whether this is the subfile of the card itself.
    pub fn is_card(&self) -> bool {
        matches!(self.kind.as_str(), "DL" | "ID" | "EN")
    }
}
