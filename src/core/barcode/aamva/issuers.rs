//! Issuer identification numbers of North American jurisdictions.
//!
//! Source: AAMVA, Issuer Identification Numbers (public list), without federal and Mexican issuers.

use serde::{Deserialize, Serialize};

/// The country of an issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AamvaCountry"))]
pub enum Country {
    /// `USA`.
    #[serde(rename = "USA")]
    UnitedStates,
    /// `CAN`.
    #[serde(rename = "CAN")]
    Canada,
}

/// Issuer of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AamvaIssuer"))]
pub struct Issuer {
    /// Two-letter code of the jurisdiction, as in addresses.
    pub jurisdiction: &'static str,
    /// English name.
    pub name: &'static str,
    /// Country.
    pub country: Country,
}

/// Returns the issuer of a six-digit number; `None` if it is not in the list.
pub fn issuer(id: &str) -> Option<Issuer> {
    let index = ISSUERS.binary_search_by_key(&id, |(number, ..)| number).ok()?;
    let (_, jurisdiction, name, country) = ISSUERS[index];
    Some(Issuer { jurisdiction, name, country })
}

/// Sorted by number.
const ISSUERS: &[(&str, &str, &str, Country)] = &[
    ("604426", "PE", "Prince Edward Island", Country::Canada),
    ("604427", "AS", "American Samoa", Country::UnitedStates),
    ("604428", "QC", "Quebec", Country::Canada),
    ("604429", "YT", "Yukon", Country::Canada),
    ("604430", "MP", "Northern Mariana Islands", Country::UnitedStates),
    ("604431", "PR", "Puerto Rico", Country::UnitedStates),
    ("604432", "AB", "Alberta", Country::Canada),
    ("604433", "NU", "Nunavut", Country::Canada),
    ("604434", "NT", "Northwest Territories", Country::Canada),
    ("636000", "VA", "Virginia", Country::UnitedStates),
    ("636001", "NY", "New York", Country::UnitedStates),
    ("636002", "MA", "Massachusetts", Country::UnitedStates),
    ("636003", "MD", "Maryland", Country::UnitedStates),
    ("636004", "NC", "North Carolina", Country::UnitedStates),
    ("636005", "SC", "South Carolina", Country::UnitedStates),
    ("636006", "CT", "Connecticut", Country::UnitedStates),
    ("636007", "LA", "Louisiana", Country::UnitedStates),
    ("636008", "MT", "Montana", Country::UnitedStates),
    ("636009", "NM", "New Mexico", Country::UnitedStates),
    ("636010", "FL", "Florida", Country::UnitedStates),
    ("636011", "DE", "Delaware", Country::UnitedStates),
    ("636012", "ON", "Ontario", Country::Canada),
    ("636013", "NS", "Nova Scotia", Country::Canada),
    ("636014", "CA", "California", Country::UnitedStates),
    ("636015", "TX", "Texas", Country::UnitedStates),
    ("636016", "NL", "Newfoundland and Labrador", Country::Canada),
    ("636017", "NB", "New Brunswick", Country::Canada),
    ("636018", "IA", "Iowa", Country::UnitedStates),
    ("636019", "GU", "Guam", Country::UnitedStates),
    ("636020", "CO", "Colorado", Country::UnitedStates),
    ("636021", "AR", "Arkansas", Country::UnitedStates),
    ("636022", "KS", "Kansas", Country::UnitedStates),
    ("636023", "OH", "Ohio", Country::UnitedStates),
    ("636024", "VT", "Vermont", Country::UnitedStates),
    ("636025", "PA", "Pennsylvania", Country::UnitedStates),
    ("636026", "AZ", "Arizona", Country::UnitedStates),
    ("636028", "BC", "British Columbia", Country::Canada),
    ("636029", "OR", "Oregon", Country::UnitedStates),
    ("636030", "MO", "Missouri", Country::UnitedStates),
    ("636031", "WI", "Wisconsin", Country::UnitedStates),
    ("636032", "MI", "Michigan", Country::UnitedStates),
    ("636033", "AL", "Alabama", Country::UnitedStates),
    ("636034", "ND", "North Dakota", Country::UnitedStates),
    ("636035", "IL", "Illinois", Country::UnitedStates),
    ("636036", "NJ", "New Jersey", Country::UnitedStates),
    ("636037", "IN", "Indiana", Country::UnitedStates),
    ("636038", "MN", "Minnesota", Country::UnitedStates),
    ("636039", "NH", "New Hampshire", Country::UnitedStates),
    ("636040", "UT", "Utah", Country::UnitedStates),
    ("636041", "ME", "Maine", Country::UnitedStates),
    ("636042", "SD", "South Dakota", Country::UnitedStates),
    ("636043", "DC", "District of Columbia", Country::UnitedStates),
    ("636044", "SK", "Saskatchewan", Country::Canada),
    ("636045", "WA", "Washington", Country::UnitedStates),
    ("636046", "KY", "Kentucky", Country::UnitedStates),
    ("636047", "HI", "Hawaii", Country::UnitedStates),
    ("636048", "MB", "Manitoba", Country::Canada),
    ("636049", "NV", "Nevada", Country::UnitedStates),
    ("636050", "ID", "Idaho", Country::UnitedStates),
    ("636051", "MS", "Mississippi", Country::UnitedStates),
    ("636052", "RI", "Rhode Island", Country::UnitedStates),
    ("636053", "TN", "Tennessee", Country::UnitedStates),
    ("636054", "NE", "Nebraska", Country::UnitedStates),
    ("636055", "GA", "Georgia", Country::UnitedStates),
    ("636058", "OK", "Oklahoma", Country::UnitedStates),
    ("636059", "AK", "Alaska", Country::UnitedStates),
    ("636060", "WY", "Wyoming", Country::UnitedStates),
    ("636061", "WV", "West Virginia", Country::UnitedStates),
    ("636062", "VI", "Virgin Islands", Country::UnitedStates),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_issuers_in_the_sorted_list() {
        assert!(ISSUERS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(issuer("636015").unwrap().jurisdiction, "TX");
        assert_eq!(issuer("604432").unwrap().country, Country::Canada);
        assert_eq!(issuer("000000"), None);
    }
}
