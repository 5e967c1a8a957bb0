//! Three-letter codes of Doc 9303-3 section 5: ISO 3166-1 alpha-3 and the codes that the standard adds, with English
//! short names; further codes that states print: withdrawn ones of ISO 3166-3, and Kosovo's `RKS`, `XKX` and `XXK` (the
//! last in German residence permits).

use serde::{Deserialize, Serialize};

/// A state or organisation, as coded in the MRZ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MrzState"))]
pub struct State {
    /// The code without fillers, as printed: `D` stays `D`.
    pub code: String,
    /// English short name; `None` for a code that neither the standard nor any known document has.
    pub name: Option<String>,
}

impl State {
    /// Decodes a field of three symbols.
    pub fn from_symbols(symbols: &str) -> Self {
        let code = symbols.trim_end_matches('<');
        Self { code: code.to_owned(), name: name(code).map(str::to_owned) }
    }

    /// Returns whether both codes denote the same state: `DEU` is also found for Germany's `D` (Doc 9303-3 section 5
    /// part A uses `D` in the MRZ only).
    pub fn same_as(&self, code: &str) -> bool {
        let canonical = |code: &str| if code == "DEU" { "D".to_owned() } else { code.trim_end_matches('<').to_owned() };
        canonical(&self.code) == canonical(code)
    }
}

/// Returns the English short name of a code (`A`–`Z`, without fillers), or `None` if it is unknown.
pub fn name(code: &str) -> Option<&'static str> {
    CODES.binary_search_by_key(&code, |(code, _)| code).ok().map(|i| CODES[i].1)
}

/// Returns every code, without fillers.
pub fn codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().map(|(code, _)| *code)
}

/// Codes and names, sorted by code.
#[rustfmt::skip]
static CODES: &[(&str, &str)] = &[
    ("ABW", "Aruba"), ("AFG", "Afghanistan"), ("AGO", "Angola"), ("AIA", "Anguilla"), ("ALA", "Åland Islands"),
    ("ALB", "Albania"), ("AND", "Andorra"), ("ANT", "Netherlands Antilles"), ("ARE", "United Arab Emirates"),
    ("ARG", "Argentina"), ("ARM", "Armenia"), ("ASM", "American Samoa"), ("ATA", "Antarctica"),
    ("ATF", "French Southern Territories"), ("ATG", "Antigua and Barbuda"), ("AUS", "Australia"), ("AUT", "Austria"),
    ("AZE", "Azerbaijan"), ("BDI", "Burundi"), ("BEL", "Belgium"), ("BEN", "Benin"),
    ("BES", "Bonaire, Sint Eustatius and Saba"), ("BFA", "Burkina Faso"), ("BGD", "Bangladesh"), ("BGR", "Bulgaria"),
    ("BHR", "Bahrain"), ("BHS", "Bahamas"), ("BIH", "Bosnia and Herzegovina"), ("BLM", "Saint Barthélemy"),
    ("BLR", "Belarus"), ("BLZ", "Belize"), ("BMU", "Bermuda"), ("BOL", "Bolivia"), ("BRA", "Brazil"),
    ("BRB", "Barbados"),
    ("BRN", "Brunei Darussalam"), ("BTN", "Bhutan"), ("BUR", "Burma"), ("BVT", "Bouvet Island"), ("BWA", "Botswana"),
    ("CAF", "Central African Republic"), ("CAN", "Canada"), ("CCK", "Cocos (Keeling) Islands"),
    ("CHE", "Switzerland"),
    ("CHL", "Chile"), ("CHN", "China"), ("CIV", "Côte d'Ivoire"), ("CMR", "Cameroon"),
    ("COD", "Democratic Republic of the Congo"), ("COG", "Congo"), ("COK", "Cook Islands"), ("COL", "Colombia"),
    ("COM", "Comoros"), ("CPV", "Cabo Verde"), ("CRI", "Costa Rica"), ("CSK", "Czechoslovakia"), ("CUB", "Cuba"),
    ("CUW", "Curaçao"),
    ("CXR", "Christmas Island"), ("CYM", "Cayman Islands"), ("CYP", "Cyprus"), ("CZE", "Czechia"), ("D", "Germany"),
    ("DDR", "German Democratic Republic"), ("DEU", "Germany"), ("DJI", "Djibouti"), ("DMA", "Dominica"),
    ("DNK", "Denmark"), ("DOM", "Dominican Republic"),
    ("DZA", "Algeria"), ("ECU", "Ecuador"), ("EGY", "Egypt"), ("ERI", "Eritrea"), ("ESH", "Western Sahara"),
    ("ESP", "Spain"), ("EST", "Estonia"), ("ETH", "Ethiopia"), ("EUE", "European Union"), ("FIN", "Finland"),
    ("FJI", "Fiji"), ("FLK", "Falkland Islands (Malvinas)"), ("FRA", "France"), ("FRO", "Faroe Islands"),
    ("FSM", "Micronesia (Federated States of)"), ("GAB", "Gabon"), ("GBD", "British Overseas Territories citizen"),
    ("GBN", "British National (Overseas)"), ("GBO", "British Overseas citizen"), ("GBP", "British protected person"),
    ("GBR", "United Kingdom"), ("GBS", "British subject"), ("GEO", "Georgia"), ("GGY", "Guernsey"), ("GHA", "Ghana"),
    ("GIB", "Gibraltar"), ("GIN", "Guinea"), ("GLP", "Guadeloupe"), ("GMB", "Gambia"), ("GNB", "Guinea-Bissau"),
    ("GNQ", "Equatorial Guinea"), ("GRC", "Greece"), ("GRD", "Grenada"), ("GRL", "Greenland"), ("GTM", "Guatemala"),
    ("GUF", "French Guiana"), ("GUM", "Guam"), ("GUY", "Guyana"), ("HKG", "Hong Kong, China"),
    ("HMD", "Heard Island and McDonald Islands"), ("HND", "Honduras"), ("HRV", "Croatia"), ("HTI", "Haiti"),
    ("HUN", "Hungary"), ("IAO", "International Civil Aviation Organization"), ("IDN", "Indonesia"),
    ("IMN", "Isle of Man"),
    ("IND", "India"), ("IOT", "British Indian Ocean Territory"), ("IRL", "Ireland"), ("IRN", "Iran"), ("IRQ", "Iraq"),
    ("ISL", "Iceland"), ("ISR", "Israel"), ("ITA", "Italy"), ("JAM", "Jamaica"), ("JEY", "Jersey"), ("JOR", "Jordan"),
    ("JPN", "Japan"), ("KAZ", "Kazakhstan"), ("KEN", "Kenya"), ("KGZ", "Kyrgyzstan"), ("KHM", "Cambodia"),
    ("KIR", "Kiribati"), ("KNA", "Saint Kitts and Nevis"), ("KOR", "Republic of Korea"), ("KWT", "Kuwait"),
    ("LAO", "Lao People's Democratic Republic"), ("LBN", "Lebanon"), ("LBR", "Liberia"), ("LBY", "Libya"),
    ("LCA", "Saint Lucia"), ("LIE", "Liechtenstein"), ("LKA", "Sri Lanka"), ("LSO", "Lesotho"), ("LTU", "Lithuania"),
    ("LUX", "Luxembourg"), ("LVA", "Latvia"), ("MAC", "Macao, China"), ("MAF", "Saint Martin (French part)"),
    ("MAR", "Morocco"), ("MCO", "Monaco"), ("MDA", "Republic of Moldova"), ("MDG", "Madagascar"), ("MDV", "Maldives"),
    ("MEX", "Mexico"), ("MHL", "Marshall Islands"), ("MKD", "North Macedonia"), ("MLI", "Mali"), ("MLT", "Malta"),
    ("MMR", "Myanmar"), ("MNE", "Montenegro"), ("MNG", "Mongolia"), ("MNP", "Northern Mariana Islands"),
    ("MOZ", "Mozambique"), ("MRT", "Mauritania"), ("MSR", "Montserrat"), ("MTQ", "Martinique"), ("MUS", "Mauritius"),
    ("MWI", "Malawi"), ("MYS", "Malaysia"), ("MYT", "Mayotte"), ("NAM", "Namibia"), ("NCL", "New Caledonia"),
    ("NER", "Niger"), ("NFK", "Norfolk Island"), ("NGA", "Nigeria"), ("NIC", "Nicaragua"), ("NIU", "Niue"),
    ("NLD", "Netherlands"), ("NOR", "Norway"), ("NPL", "Nepal"), ("NRU", "Nauru"), ("NTZ", "Neutral Zone"),
    ("NZL", "New Zealand"), ("OMN", "Oman"), ("PAK", "Pakistan"), ("PAN", "Panama"), ("PCN", "Pitcairn"),
    ("PER", "Peru"),
    ("PHL", "Philippines"), ("PLW", "Palau"), ("PNG", "Papua New Guinea"), ("POL", "Poland"), ("PRI", "Puerto Rico"),
    ("PRK", "Democratic People's Republic of Korea"), ("PRT", "Portugal"), ("PRY", "Paraguay"),
    ("PSE", "Palestine, State of"),
    ("PYF", "French Polynesia"), ("QAT", "Qatar"), ("REU", "Réunion"), ("RKS", "Kosovo"), ("ROM", "Romania"),
    ("ROU", "Romania"),
    ("RUS", "Russian Federation"), ("RWA", "Rwanda"), ("SAU", "Saudi Arabia"), ("SCG", "Serbia and Montenegro"),
    ("SDN", "Sudan"), ("SEN", "Senegal"),
    ("SGP", "Singapore"), ("SGS", "South Georgia and the South Sandwich Islands"),
    ("SHN", "Saint Helena, Ascension and Tristan da Cunha"), ("SJM", "Svalbard and Jan Mayen"),
    ("SLB", "Solomon Islands"),
    ("SLE", "Sierra Leone"), ("SLV", "El Salvador"), ("SMR", "San Marino"), ("SOM", "Somalia"),
    ("SPM", "Saint Pierre and Miquelon"), ("SRB", "Serbia"), ("SSD", "South Sudan"), ("STP", "Sao Tome and Principe"),
    ("SUN", "Union of Soviet Socialist Republics"), ("SUR", "Suriname"), ("SVK", "Slovakia"), ("SVN", "Slovenia"),
    ("SWE", "Sweden"), ("SWZ", "Eswatini"),
    ("SXM", "Sint Maarten (Dutch part)"), ("SYC", "Seychelles"), ("SYR", "Syrian Arab Republic"),
    ("TCA", "Turks and Caicos Islands"), ("TCD", "Chad"), ("TGO", "Togo"), ("THA", "Thailand"), ("TJK", "Tajikistan"),
    ("TKL", "Tokelau"), ("TKM", "Turkmenistan"), ("TLS", "Timor-Leste"), ("TMP", "East Timor"), ("TON", "Tonga"),
    ("TTO", "Trinidad and Tobago"),
    ("TUN", "Tunisia"), ("TUR", "Türkiye"), ("TUV", "Tuvalu"), ("TWN", "Taiwan, Province of China"),
    ("TZA", "United Republic of Tanzania"), ("UGA", "Uganda"), ("UKR", "Ukraine"),
    ("UMI", "United States Minor Outlying Islands"), ("UNA", "United Nations specialized agency"),
    ("UNK", "Resident of Kosovo, United Nations Interim Administration Mission"),
    ("UNO", "United Nations Organization"),
    ("URY", "Uruguay"), ("USA", "United States of America"), ("UTO", "Utopia"), ("UZB", "Uzbekistan"),
    ("VAT", "Holy See"),
    ("VCT", "Saint Vincent and the Grenadines"), ("VEN", "Venezuela"), ("VGB", "Virgin Islands (British)"),
    ("VIR", "Virgin Islands (U.S.)"), ("VNM", "Viet Nam"), ("VUT", "Vanuatu"), ("WLF", "Wallis and Futuna"),
    ("WSM", "Samoa"), ("XBA", "African Development Bank"),
    ("XCC", "Caribbean Community"), ("XCE", "Council of Europe"),
    ("XCO", "Common Market for Eastern and Southern Africa"), ("XCT", "Turkish Republic of Northern Cyprus"),
    ("XDC", "Southern African Development Community"), ("XEC", "Economic Community of West African States"),
    ("XES", "Organization of Eastern Caribbean States"), ("XIM", "African Export-Import Bank"),
    ("XKX", "Kosovo"), ("XMP", "Parliamentary Assembly of the Mediterranean"),
    ("XOM", "Sovereign Military Order of Malta"),
    ("XPO", "Interpol"), ("XXA", "Stateless person"), ("XXB", "Refugee"), ("XXC", "Refugee, other"),
    ("XXK", "Kosovo"), ("XXX", "Person of unspecified nationality"), ("YEM", "Yemen"), ("YUG", "Yugoslavia"),
    ("ZAF", "South Africa"), ("ZAR", "Zaire"),
    ("ZMB", "Zambia"), ("ZWE", "Zimbabwe"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_sorted_and_complete() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        // 249 codes of ISO 3166-1, Germany's D, the codes of section 5 parts B–D, and withdrawn codes.
        let beyond = [
            "ANT", "BUR", "CSK", "D", "DDR", "EUE", "GBD", "GBN", "GBO", "GBP", "GBS", "IAO", "NTZ", "RKS", "ROM",
            "SCG", "SUN", "TMP", "UNA", "UNK", "UNO", "UTO", "XBA", "XCC", "XCE", "XCO", "XCT", "XDC", "XEC", "XES",
            "XIM", "XKX", "XMP", "XOM", "XPO", "XXA", "XXB", "XXC", "XXK", "XXX", "YUG", "ZAR",
        ];
        assert!(beyond.iter().all(|code| name(code).is_some()));
        assert_eq!(CODES.len(), 249 + beyond.len());
    }

    #[test]
    fn codes_have_names() {
        for (code, expected) in [
            ("D", Some("Germany")),
            ("GBD", Some("British Overseas Territories citizen")),
            ("KAZ", Some("Kazakhstan")),
            ("UTO", Some("Utopia")),
            ("XXA", Some("Stateless person")),
            ("", None),
            ("ZZZ", None),
            ("utо", None),
        ] {
            assert_eq!(name(code), expected, "{code}");
        }
        assert_eq!(State::from_symbols("D<<").code, "D");
        assert!(State::from_symbols("D<<").same_as("DEU"));
        assert!(State::from_symbols("DEU").same_as("D<<"));
        assert!(!State::from_symbols("DEU").same_as("DNK"));
    }
}
