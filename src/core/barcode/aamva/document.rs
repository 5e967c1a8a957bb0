//! Interprets the elements of a card as one document, for all versions.

use serde::{Deserialize, Serialize};

use super::error::{AamvaError, Problem, ProblemCode};
use super::issuers::{Country, Issuer, issuer};
use super::names::{self, Name, Truncation};
use super::subfile::{Header, Subfile};
use super::text::parse_subfiles;

use crate::date::Date;

/// A driving licence or identity card.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AamvaDocument {
    /// Header of the text.
    pub header: Header,
    /// Issuer; `None` for a number that is not in the list.
    pub issuer: Option<Issuer>,
    /// Kind of card.
    pub kind: CardKind,
    /// Document number (`DAQ`).
    pub document_number: Option<String>,
    /// The holder's name.
    pub name: Name,
    /// The holder's residence or mailing address.
    pub address: Address,
    /// Date of birth (`DBB`).
    pub birth_date: Option<Date>,
    /// Date of issue (`DBD`).
    pub issue_date: Option<Date>,
    /// Date of expiry (`DBA`).
    pub expiry_date: Option<Date>,
    /// Revision date of the card's design (`DDB`).
    pub revision_date: Option<Date>,
    /// Expiry date of the hazardous materials endorsement (`DDC`).
    pub hazmat_expiry_date: Option<Date>,
    /// Date on which the holder turns 18 (`DDH`).
    pub under_18_until: Option<Date>,
    /// Date on which the holder turns 19 (`DDI`).
    pub under_19_until: Option<Date>,
    /// Date on which the holder turns 21 (`DDJ`).
    pub under_21_until: Option<Date>,
    /// Sex (`DBC`).
    pub sex: Option<Sex>,
    /// Height (`DAU`, or `DAV` of version 1).
    pub height: Option<Height>,
    /// Weight (`DAW` or `DAX`, or the range of `DCE`).
    pub weight: Option<Weight>,
    /// Eye colour (`DAY`).
    pub eye_color: Option<EyeColor>,
    /// Hair colour (`DAZ`).
    pub hair_color: Option<HairColor>,
    /// Vehicle class (`DCA`, or `DAR` of version 1).
    pub vehicle_class: Option<String>,
    /// Restrictions (`DCB` or `DAS`).
    pub restrictions: Option<String>,
    /// Endorsements (`DCD` or `DAT`).
    pub endorsements: Option<String>,
    /// REAL ID compliance (`DDA`).
    pub compliance: Option<Compliance>,
    /// Organ donor (`DDK`, or `DBH` of version 1); `None` if not stated.
    pub organ_donor: Option<bool>,
    /// Veteran (`DDL`).
    pub veteran: Option<bool>,
    /// Limited duration document (`DDD`).
    pub limited_duration: Option<bool>,
    /// Document discriminator (`DCF`).
    pub document_discriminator: Option<String>,
    /// Inventory control number (`DCK`).
    pub inventory_control: Option<String>,
    /// Audit information (`DCJ`).
    pub audit_information: Option<String>,
    /// Place of birth (`DCI`).
    pub place_of_birth: Option<String>,
    /// All subfiles as read, including the issuer's.
    pub subfiles: Vec<Subfile>,
    /// Conformance issues.
    pub problems: Vec<Problem>,
}

/// Type of the card's subfile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// `DL`.
    DriverLicense,
    /// `ID`.
    IdentityCard,
    /// `EN`: enhanced licence of version 3.
    EnhancedLicense,
}

/// An address as printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AamvaAddress"))]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// `DAG`, or `DAL`.
    pub street: Option<String>,
    /// `DAH`, or `DAM`.
    pub street_2: Option<String>,
    /// `DAI`, or `DAN`.
    pub city: Option<String>,
    /// `DAJ`, or `DAO`: two letters.
    pub jurisdiction: Option<String>,
    /// `DAK`, or `DAP`: five or nine digits in the United States, without the zeros that fill it up.
    pub postal_code: Option<String>,
    /// `DCG`, or that of the issuer.
    pub country: Option<Country>,
}

/// Sex as stated (`DBC`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AamvaSex"))]
pub enum Sex {
    /// `1`.
    #[serde(rename = "M")]
    Male,
    /// `2`.
    #[serde(rename = "F")]
    Female,
    /// `9`: not specified.
    #[serde(rename = "X")]
    Unspecified,
}

/// Height in the unit stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AamvaHeight"))]
#[serde(rename_all = "snake_case", tag = "unit", content = "value")]
pub enum Height {
    /// Inches, 20–107.
    Inches(u16),
    /// Centimetres, 50–272.
    Centimetres(u16),
}

impl Height {
    /// Returns the height in centimetres, rounded.
    pub fn centimetres(self) -> u16 {
        match self {
            Self::Inches(inches) => ((u32::from(inches) * 254 + 50) / 100) as u16,
            Self::Centimetres(cm) => cm,
        }
    }
}

/// Weight in the unit stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AamvaWeight"))]
#[serde(rename_all = "snake_case", tag = "unit", content = "value")]
pub enum Weight {
    /// Pounds.
    Pounds(u16),
    /// Kilograms.
    Kilograms(u16),
    /// Weight range of the standard, 0 (up to 31 kg) to 9 (146 kg and more).
    Range(u8),
}

macro_rules! colors {
    ($(#[$meta:meta])* $name:ident: $($code:literal $color:ident),+) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)] // the words say it
        pub enum $name { $($color),+ }
        impl $name {
            /// Decodes a code of the standard.
            fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$color),)+ _ => None }
            }

            /// Decodes a name of a colour, which may be truncated, or an abbreviation of it that issuers use.
            fn from_name(name: &str) -> Option<Self> {
                const NAMES: &[(&str, $name)] = &[$((stringify!($color), $name::$color)),+];
                let name = match name {
                    "BRN" | "BRWN" => "BROWN",
                    "BLD" | "BLND" | "BLO" | "BLONDE" => "BLOND",
                    "GREY" | "GRE" => "GRAY",
                    "HZL" => "HAZEL",
                    other => other,
                };
                let begins = |full: &str| {
                    full.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
                };
                let mut fitting = NAMES.iter().filter(|(full, _)| name.len() >= 2 && begins(full));
                let (_, color) = fitting.next()?;
                // A beginning of several names is none of them.
                fitting.next().is_none().then_some(*color)
            }
        }
    };
}
colors!(
    /// Colour of the eyes (ANSI D-20).
    EyeColor: "BLK" Black, "BLU" Blue, "BRO" Brown, "GRY" Gray, "GRN" Green, "HAZ" Hazel, "MAR" Maroon, "PNK" Pink,
    "DIC" Dichromatic, "UNK" Unknown
);
colors!(
    /// Colour of the hair (ANSI D-20).
    HairColor: "BAL" Bald, "BLK" Black, "BLN" Blond, "BRO" Brown, "GRY" Gray, "RED" Red, "SDY" Sandy, "WHI" White,
    "UNK" Unknown
);

/// REAL ID compliance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Compliance {
    /// `F`: fully compliant.
    Full,
    /// `M`: materially compliant.
    Material,
    /// `N`.
    None,
}

/// Parses the text of a barcode.
///
/// # Errors
/// [`AamvaError`] if the text is not an AAMVA barcode. Other conformance issues are listed in `problems`.
pub fn parse(text: &str) -> Result<AamvaDocument, AamvaError> {
    let (header, subfiles, problems) = parse_subfiles(text)?;
    let card = subfiles.iter().find(|s| s.is_card()).ok_or(AamvaError::NoSubfile)?;
    let issued_by = issuer(&header.issuer_id);
    let mut read = Reader { card, version: header.version.unwrap_or(0), country: None, problems };
    if issued_by.is_none() {
        read.problem(ProblemCode::IssuerUnknown, "");
    }
    read.country = match read.value("DCG") {
        Some("USA") => Some(Country::UnitedStates),
        Some("CAN") => Some(Country::Canada),
        _ => issued_by.map(|i| i.country),
    };
    let document = AamvaDocument {
        issuer: issued_by,
        kind: match card.kind.as_str() {
            "ID" => CardKind::IdentityCard,
            "EN" => CardKind::EnhancedLicense,
            _ => CardKind::DriverLicense,
        },
        document_number: read.required("DAQ"),
        name: read.name(),
        address: read.address(),
        birth_date: read.date("DBB").or_else(|| read.date("DBL")),
        issue_date: read.date("DBD"),
        expiry_date: read.date("DBA"),
        revision_date: read.date("DDB"),
        hazmat_expiry_date: read.date("DDC"),
        under_18_until: read.date("DDH"),
        under_19_until: read.date("DDI"),
        under_21_until: read.date("DDJ"),
        sex: read.one_of("DBC", |v| match v {
            "1" | "M" => Some(Sex::Male),
            "2" | "F" => Some(Sex::Female),
            "9" | "X" | "0" => Some(Sex::Unspecified),
            _ => None,
        }),
        height: read.height(),
        weight: read.weight(),
        eye_color: read.color("DAY", EyeColor::from_code, EyeColor::from_name),
        hair_color: read.color("DAZ", HairColor::from_code, HairColor::from_name),
        vehicle_class: read.first_present("DCA", "DAR"),
        restrictions: read.first_present("DCB", "DAS"),
        endorsements: read.first_present("DCD", "DAT"),
        compliance: read.one_of("DDA", |v| match v {
            "F" => Some(Compliance::Full),
            "M" => Some(Compliance::Material),
            "N" => Some(Compliance::None),
            _ => None,
        }),
        organ_donor: read.flag("DDK").or_else(|| read.flag("DBH")),
        veteran: read.flag("DDL"),
        limited_duration: read.flag("DDD"),
        document_discriminator: read.text("DCF"),
        inventory_control: read.text("DCK"),
        audit_information: read.text("DCJ"),
        place_of_birth: read.text("DCI"),
        header,
        subfiles: Vec::new(),
        problems: std::mem::take(&mut read.problems),
    };
    Ok(AamvaDocument { subfiles, ..document })
}

struct Reader<'a> {
    card: &'a Subfile,
    version: u8,
    country: Option<Country>,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn problem(&mut self, code: ProblemCode, element: &str) {
        self.problems.push(Problem::new(code, element));
    }

    /// Returns the value of an element; the standard's words for "none" count as missing (annex D, section D.12.3.1).
    fn value(&self, id: &str) -> Option<&'a str> {
        self.card
            .get(id)
            .filter(|v| !matches!(v.to_ascii_uppercase().as_str(), "NONE" | "UNAVL" | "UNAVAILABLE" | "N/A"))
    }

    fn text(&self, id: &str) -> Option<String> {
        self.value(id).map(str::to_owned)
    }

    fn first_present(&self, id: &str, before: &str) -> Option<String> {
        self.text(id).or_else(|| self.text(before))
    }

    fn required(&mut self, id: &str) -> Option<String> {
        let value = self.text(id);
        if value.is_none() {
            self.problem(ProblemCode::ElementMissing, id);
        }
        value
    }

    fn one_of<T>(&mut self, id: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let value = self.value(id)?.to_ascii_uppercase();
        let found = parse(&value);
        if found.is_none() {
            self.problem(ProblemCode::ValueUnknown, id);
        }
        found
    }

    /// Decodes a colour by its code, or by its name, which is reported.
    fn color<T>(&mut self, id: &str, code: impl Fn(&str) -> Option<T>, name: impl Fn(&str) -> Option<T>) -> Option<T> {
        let value = self.value(id)?.to_ascii_uppercase();
        if let Some(color) = code(&value) {
            return Some(color);
        }
        let found = name(&value);
        self.problem(if found.is_some() { ProblemCode::ValueSpelling } else { ProblemCode::ValueUnknown }, id);
        found
    }

    fn flag(&mut self, id: &str) -> Option<bool> {
        self.one_of(id, |v| match v {
            "1" | "Y" | "YES" => Some(true),
            "0" | "N" | "NO" => Some(false),
            _ => None,
        })
    }

    /// Parses a date: `MMDDCCYY` in the United States since version 2, `CCYYMMDD` in version 1 and in Canada. No eight
    /// digits are a present date in both orders, because no month is 18 to 21.
    fn date(&mut self, id: &str) -> Option<Date> {
        let printed = self.value(id)?;
        let value: String = printed.chars().filter(|c| !matches!(c, '-' | '/')).collect();
        let no_date = ["INDEF", "INDEFINITE", "MIL", "MILITARY", "NOEXPIRY", "NEVER"];
        if value.bytes().all(|b| b == b'0')
            || value == "99999999"
            || no_date.iter().any(|word| value.eq_ignore_ascii_case(word))
        {
            return None;
        }
        if value.len() != printed.len() {
            self.problem(ProblemCode::ValueSpelling, id);
        }
        let digits = |range: std::ops::Range<usize>| value.get(range)?.parse::<u16>().ok();
        let day = |year: Option<u16>, month: Option<u16>, day: Option<u16>| {
            // Year 9999, and far ones, are those of cards that do not expire.
            Date::new(year.filter(|y| (1800..2300).contains(y) || *y == 9999)?, month? as u8, day? as u8)
        };
        let whole = value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit());
        let year_last = day(digits(4..8), digits(0..2), digits(2..4)).filter(|_| whole);
        let year_first = day(digits(0..4), digits(4..6), digits(6..8)).filter(|_| whole);
        let expects_first = self.version < 2 || self.country == Some(Country::Canada);
        let (expected, other) = if expects_first { (year_first, year_last) } else { (year_last, year_first) };
        if expected.is_none() {
            self.problem(if other.is_some() { ProblemCode::DateOrder } else { ProblemCode::DateInvalid }, id);
        }
        expected.or(other)
    }

    fn name(&mut self) -> Name {
        let mut name = Name {
            family: self.first_present("DCS", "DAB"),
            // With a middle name, `NONE` is no word for a missing first name: the person is called so.
            given: self.text("DAC").or_else(|| self.value("DAD").and(self.card.get("DAC")).map(str::to_owned)),
            middle: self.text("DAD"),
            suffix: self.first_present("DCU", "DAE"),
            prefix: self.text("DAF"),
            family_truncated: self.truncation("DDE"),
            given_truncated: self.truncation("DDF"),
            middle_truncated: self.truncation("DDG"),
        };
        // Versions 2 and 3: all given names in one element, separated by commas, or by spaces.
        if let (None, Some(all)) = (&name.given, self.value("DCT")) {
            let (given, middle) = names::first_and_rest(all);
            name.given = given;
            name.middle = name.middle.or(middle);
        }
        // Version 1: the full name.
        if let (None, Some(whole)) = (&name.family, self.value("DAA")) {
            names::read_whole(&mut name, whole);
        }
        names::split_at_commas(&mut name);
        if name.family.is_none() && name.given.is_none() {
            self.problem(ProblemCode::ElementMissing, "DCS");
        }
        name
    }

    fn truncation(&mut self, id: &str) -> Option<Truncation> {
        self.one_of(id, |v| match v {
            "T" => Some(Truncation::Truncated),
            "N" => Some(Truncation::Whole),
            "U" => Some(Truncation::Unknown),
            _ => None,
        })
    }

    fn address(&mut self) -> Address {
        let postal_code = self.first_present("DAK", "DAP").map(|code| {
            if self.country == Some(Country::Canada) {
                return code;
            }
            // Blanks and hyphens within, and zeros where only five digits are known.
            let digits: String = code.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
            match digits.split_at_checked(5) {
                _ if !digits.bytes().all(|b| b.is_ascii_digit()) => code,
                Some((five, rest)) if rest.bytes().all(|b| b == b'0') => five.to_owned(),
                _ => digits,
            }
        });
        Address {
            street: self.first_present("DAG", "DAL"),
            street_2: self.first_present("DAH", "DAM"),
            city: self.first_present("DAI", "DAN"),
            jurisdiction: self.first_present("DAJ", "DAO"),
            postal_code,
            country: self.country,
        }
    }

    /// Parses a height: `072 IN`, `183 CM`; in version 1 feet and inches, `506`, or centimetres in `DAV`. Issuers also
    /// write `5'-08"`, `5 ft 08 in` and `5-01`.
    fn height(&mut self) -> Option<Height> {
        let id = if self.value("DAU").is_some() { "DAU" } else { "DAV" };
        let value = self.value(id)?.to_ascii_uppercase();
        let numbers: Vec<u16> = value
            .split(|c: char| !c.is_ascii_digit())
            .filter(|n| !n.is_empty())
            .filter_map(|n| n.parse().ok())
            .collect();
        let metric = value.contains("CM");
        let height = match numbers[..] {
            [cm] if metric => Some(Height::Centimetres(cm)),
            [feet, inches] if !metric && (1..=8).contains(&feet) && inches < 12 => {
                Some(Height::Inches(feet * 12 + inches))
            }
            [n] if value.contains("IN") || value.ends_with('"') => Some(Height::Inches(n)),
            [cm] if id == "DAV" => Some(Height::Centimetres(cm)),
            // Three digits without a unit are feet and inches if that is a plausible height.
            [n] if value.len() == 3 && (200..=811).contains(&n) && n % 100 < 12 => {
                Some(Height::Inches(n / 100 * 12 + n % 100))
            }
            [n] if n < 108 && value.bytes().all(|b| b.is_ascii_digit()) => Some(Height::Inches(n)),
            _ => None,
        };
        let height = height.filter(|h| match h {
            Height::Inches(inches) => (20..=107).contains(inches),
            Height::Centimetres(cm) => (50..=272).contains(cm),
        });
        if height.is_none() {
            self.problem(ProblemCode::ValueUnknown, id);
        }
        height
    }

    /// Parses a weight; a unit in the value takes precedence over that of the element.
    fn weight(&mut self) -> Option<Weight> {
        for (id, of) in [("DAW", Weight::Pounds as fn(u16) -> Weight), ("DAX", Weight::Kilograms)] {
            let Some(value) = self.value(id) else { continue };
            let end = value.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(value.len());
            let (digits, unit) = value.split_at(end);
            let of = match unit.trim().to_ascii_uppercase().as_str() {
                "KG" | "KGS" => Some(Weight::Kilograms as fn(u16) -> Weight),
                "LB" | "LBS" => Some(Weight::Pounds as fn(u16) -> Weight),
                "" => Some(of),
                _ => None,
            };
            match digits.parse::<u16>().ok().filter(|n| (1..=999).contains(n)).zip(of) {
                Some((n, of)) => return Some(of(n)),
                None => self.problem(ProblemCode::ValueUnknown, id),
            }
        }
        self.one_of("DCE", |v| v.parse().ok().filter(|range| *range <= 9).map(Weight::Range))
    }
}

#[cfg(test)]
mod tests;
