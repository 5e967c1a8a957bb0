//! The rules: what was read from a document's sides, held against each other, the declared type and a day. Each check has a
//! code, a result and a reason. Heuristics say that they are ones, with their raw value; none is a verdict on authenticity.

use serde::Serialize;

use super::holder::{Class, Holder};
use super::side::SideReading;
use crate::date::Date;
use crate::document::DocumentSize;
use crate::document_type::DocumentType;
use crate::identifiers::{DocumentNumber, NumberedDocument};
use crate::mrz::parse::MrzDocument;
use crate::numeric::sort_by_key;
use crate::recapture;

macro_rules! check_codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)+) => {
        /// What was checked.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        pub enum CheckCode {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)+
        }

        impl CheckCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

check_codes! {
    /// The document is valid on the day, its last day included.
    NotExpired = "not_expired",
    /// Its date of issue is not after the day.
    IssueDateNotFuture = "issue_date_not_future",
    /// The holder's age on the day is 0 to 130 years.
    Age = "age",
    /// Birth before issue, issue before expiry.
    DateOrder = "date_order",
    /// The issuing state is one of Doc 9303-3 section 5.
    IssuingState = "issuing_state",
    /// The number has the form that the issuing state gives its numbers.
    NumberFormat = "number_format",
    /// Every check digit of the machine-readable zone holds.
    MrzCheckDigits = "mrz_check_digits",
    /// The barcode is as AAMVA has it, and its issuer is that of the address.
    BarcodeConsistency = "barcode_consistency",
    /// The personal number (IIN of Kazakhstan, PIN of Kyrgyzstan) is valid by its own rules.
    PersonalNumber = "personal_number",
    /// Its date of birth and sex are those of the machine-readable zone.
    PersonalNumberHolder = "personal_number_holder",
    /// The document is of the declared type.
    DeclaredType = "declared_type",
    /// The pictures show two different sides.
    DifferentSides = "different_sides",
    /// The numbers of both sides, or of zone and barcode, are the same.
    DocumentNumberCrosscheck = "document_number_crosscheck",
    /// The names are the same.
    NameCrosscheck = "name_crosscheck",
    /// Dates of birth and sexes are the same.
    HolderCrosscheck = "holder_crosscheck",
    /// The front shows a portrait.
    Portrait = "portrait",
    /// The whole document is in the picture.
    FullyInFrame = "fully_in_frame",
    /// Heuristic: the document has colours, as a black-and-white copy has not.
    NotGreyscaleCopy = "not_greyscale_copy",
    /// Heuristic: no grid of a screen, and no moiré.
    Screen = "screen",
    /// Heuristic: the file was not cut after it was compressed, and not compressed strongly.
    JpegArtifacts = "jpeg_artifacts",
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// As it should be.
    Passed,
    /// Not as it should be.
    Failed,
    /// A heuristic says that somebody should look.
    Suspicious,
    /// There is nothing to check it by.
    NotApplicable,
}

/// A check.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentCheck {
    /// What was checked.
    pub code: CheckCode,
    /// How it ended.
    pub result: CheckResult,
    /// Why, in English. Quotes nothing of the document.
    pub reason: String,
    /// Of a heuristic, its raw value, and what it is held against.
    pub value: Option<f32>,
    /// The threshold.
    pub threshold: Option<f32>,
}

/// The sides of a document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sides<'a> {
    /// The front, or a passport's data page.
    pub front: Option<&'a SideReading>,
    /// The back.
    pub back: Option<&'a SideReading>,
}

/// Below it a document has no colours ([`recapture::RecaptureSignals::chromaticity_std_dev`]; measured: specimens 0.013 and more, their grey copies
/// under light of any colour 0.004 and less).
pub const LEAST_HUE_SPREAD: f32 = 0.008;
/// Above it there is the grid of a screen ([`recapture::RecaptureSignals::moire_peak_ratio`]; measured: specimens before the camera below 60,
/// pictures of screens 180 and more).
pub const MOST_SCREEN_PEAK: f32 = 110.0;
/// Above it a file was compressed strongly ([`recapture::RecaptureSignals::jpeg_blockiness`]), or, where its grid does not begin at the corner, cut.
pub const MOST_BLOCK_EDGES: f32 = 1.9;
/// The same where the grid does not begin at the corner.
pub const MOST_CUT_BLOCK_EDGES: f32 = 1.35;
/// Likeness of two sides, −1 to 1, above which they are the same one.
pub const SAME_SIDE: f32 = 0.82;

/// Runs every check. `from_files`: the pictures are files that somebody chose, not frames that a camera gave a moment ago.
pub fn check(sides: Sides<'_>, declared: Option<DocumentType>, today: Date, from_files: bool) -> Vec<DocumentCheck> {
    let seen: Vec<&SideReading> = [sides.front, sides.back].into_iter().flatten().collect();
    let zone = seen.iter().filter_map(|s| s.mrz.as_ref()).max_by_key(|z| z.document.valid).map(|z| &z.document);
    let barcode = seen.iter().filter_map(|s| s.barcode.as_ref()).find_map(|b| b.document.as_ref());
    let holders: Vec<Holder> = holders(&seen);
    let main = holders.first();
    let mut out = Vec::new();
    let mut push = |code, (result, reason): (CheckResult, &str)| {
        out.push(DocumentCheck { code, result, reason: reason.to_owned(), value: None, threshold: None });
    };
    push(CheckCode::NotExpired, not_expired(main, today));
    push(CheckCode::IssueDateNotFuture, issue_date_not_future(&holders, today));
    push(CheckCode::Age, age(main, today));
    push(CheckCode::DateOrder, date_order(&holders));
    push(CheckCode::IssuingState, issuing_state(zone, barcode.is_some_and(|b| b.issuer.is_some())));
    push(CheckCode::NumberFormat, number_format(main));
    push(CheckCode::MrzCheckDigits, check_digits(zone));
    push(
        CheckCode::BarcodeConsistency,
        match barcode {
            None if seen.iter().any(|s| s.barcode.is_some()) => {
                (CheckResult::NotApplicable, "the barcode is of no kind that has rules here")
            }
            None => (CheckResult::NotApplicable, "no barcode was read"),
            Some(b)
                if b.issuer.is_some_and(|i| b.address.jurisdiction.as_deref().is_some_and(|j| j != i.jurisdiction)) =>
            {
                (CheckResult::Failed, "the issuer is of another jurisdiction than the address")
            }
            Some(b) if !b.problems.is_empty() => (CheckResult::Failed, "the barcode deviates from the AAMVA standard"),
            Some(_) => (CheckResult::Passed, "as the AAMVA standard has it"),
        },
    );
    let personal = zone.and_then(|z| z.personal_number.as_ref());
    push(
        CheckCode::PersonalNumber,
        match personal {
            None => (CheckResult::NotApplicable, "no personal number with known rules"),
            Some(number) if number.error.is_some() => (CheckResult::Failed, "the number breaks its own rules"),
            Some(_) => (CheckResult::Passed, "length, date, century and check digits hold"),
        },
    );
    push(
        CheckCode::PersonalNumberHolder,
        match personal.and_then(|n| n.matches_holder) {
            None => (CheckResult::NotApplicable, "no valid personal number to compare"),
            Some(true) => (CheckResult::Passed, "date of birth and sex are those of the zone"),
            Some(false) => (CheckResult::Failed, "date of birth or sex differ from the zone"),
        },
    );
    push(CheckCode::DeclaredType, declared_type(main, &seen, declared));
    push(CheckCode::DifferentSides, different_sides(sides));
    let crossed = |same: &dyn Fn(&Holder, &Holder) -> Option<bool>, what: (&'static str, &'static str)| {
        let pairs = holders.iter().enumerate().flat_map(|(i, a)| holders[i + 1..].iter().map(move |b| (a, b)));
        let compared: Vec<bool> = pairs.filter_map(|(a, b)| same(a, b)).collect();
        match compared.iter().all(|&same| same) {
            _ if compared.is_empty() => {
                (CheckResult::NotApplicable, "only one place of the document tells it to a machine")
            }
            true => (CheckResult::Passed, what.0),
            false => (CheckResult::Failed, what.1),
        }
    };
    push(
        CheckCode::DocumentNumberCrosscheck,
        crossed(&Holder::same_number, ("the numbers are the same", "the numbers differ")),
    );
    push(CheckCode::NameCrosscheck, crossed(&Holder::same_name, ("the names are the same", "the names differ")));
    push(
        CheckCode::HolderCrosscheck,
        crossed(
            &|a, b| {
                let birth = a.birth_date.zip(b.birth_date).map(|(a, b)| a == b);
                let sex = a.sex.zip(b.sex).filter(|(a, b)| *a != 'X' && *b != 'X').map(|(a, b)| a == b);
                match (birth, sex) {
                    (None, None) => None,
                    (birth, sex) => Some(birth != Some(false) && sex != Some(false)),
                }
            },
            ("date of birth and sex are the same", "date of birth or sex differ"),
        ),
    );
    push(
        CheckCode::Portrait,
        match sides.front {
            None => (CheckResult::NotApplicable, "there is no picture of the front"),
            Some(front) if front.portrait.is_some() => (CheckResult::Passed, "a portrait was found"),
            Some(_) => (CheckResult::Failed, "no portrait was found on the front"),
        },
    );
    push(
        CheckCode::FullyInFrame,
        match seen.iter().map(|s| s.document.map(|d| d.fully_inside)).min() {
            None | Some(None) => (CheckResult::NotApplicable, "the document's outline was not found in every picture"),
            Some(Some(true)) => (CheckResult::Passed, "all corners are in the picture"),
            Some(Some(false)) => (CheckResult::Failed, "a part of the document is outside the picture"),
        },
    );
    out.extend(heuristics(&seen, from_files));
    out
}

/// What all zones and barcodes say, the most trustworthy first.
pub fn holders(seen: &[&SideReading]) -> Vec<Holder> {
    let mut zones: Vec<&MrzDocument> = seen.iter().filter_map(|s| s.mrz.as_ref()).map(|z| &z.document).collect();
    sort_by_key(&mut zones, |z| f32::from(u8::from(!z.valid)));
    let barcodes = seen.iter().filter_map(|s| s.barcode.as_ref()).filter_map(|b| b.document.as_ref());
    zones.into_iter().map(Holder::of_mrz).chain(barcodes.map(Holder::of_barcode)).collect()
}

fn not_expired(main: Option<&Holder>, today: Date) -> (CheckResult, &'static str) {
    match main.map(|h| h.expiry_date) {
        None => (CheckResult::NotApplicable, "nothing was read"),
        Some(None) => (CheckResult::NotApplicable, "no date of expiry was read"),
        Some(Some(day)) if day < today => (CheckResult::Failed, "its last day has passed"),
        Some(Some(_)) => (CheckResult::Passed, "its last day has not passed"),
    }
}

fn issue_date_not_future(holders: &[Holder], today: Date) -> (CheckResult, &'static str) {
    match holders.iter().find_map(|h| h.issue_date) {
        None => (CheckResult::NotApplicable, "no date of issue was read"),
        Some(day) if day > today => (CheckResult::Failed, "its date of issue is still to come"),
        Some(_) => (CheckResult::Passed, "it was issued before"),
    }
}

fn age(main: Option<&Holder>, today: Date) -> (CheckResult, &'static str) {
    match main.and_then(|h| h.birth_date).map(|birth| (birth > today, years(birth, today))) {
        None => (CheckResult::NotApplicable, "no full date of birth was read"),
        Some((true, _)) => (CheckResult::Failed, "the date of birth is still to come"),
        Some((_, age)) if age > 130 => (CheckResult::Failed, "older than anybody"),
        Some(_) => (CheckResult::Passed, "an age that a person can have"),
    }
}

/// Whole years from one day to another; 0 where the first is later.
pub fn years(from: Date, to: Date) -> u16 {
    let whole = to.year().saturating_sub(from.year());
    whole.saturating_sub(u16::from((to.month(), to.day()) < (from.month(), from.day())))
}

fn date_order(holders: &[Holder]) -> (CheckResult, &'static str) {
    let birth = holders.iter().find_map(|h| h.birth_date);
    let issue = holders.iter().find_map(|h| h.issue_date);
    let expiry = holders.iter().find_map(|h| h.expiry_date);
    let dates: Vec<Date> = [birth, issue, expiry].into_iter().flatten().collect();
    match dates.windows(2).all(|d| d[0] < d[1]) {
        _ if dates.len() < 2 => (CheckResult::NotApplicable, "fewer than two dates were read"),
        true => (CheckResult::Passed, "birth, issue and expiry follow each other"),
        false => (CheckResult::Failed, "birth, issue and expiry do not follow each other"),
    }
}

fn issuing_state(zone: Option<&MrzDocument>, issuer_known: bool) -> (CheckResult, &'static str) {
    match zone {
        Some(zone) if zone.issuing_state.name.is_some() => (CheckResult::Passed, "a code of Doc 9303-3"),
        Some(_) => (CheckResult::Failed, "no code of Doc 9303-3"),
        None if issuer_known => (CheckResult::Passed, "an issuer on AAMVA's list"),
        None => (CheckResult::NotApplicable, "no issuing state was read"),
    }
}

fn number_format(main: Option<&Holder>) -> (CheckResult, &'static str) {
    let Some((holder, number)) = main.and_then(|h| Some((h, h.document_number.as_ref()?))) else {
        return (CheckResult::NotApplicable, "no number was read");
    };
    let kind = match holder.class {
        Class::Passport => NumberedDocument::Passport,
        Class::Card => NumberedDocument::Card,
        Class::DriverLicense | Class::Other => {
            return (CheckResult::NotApplicable, "no form is known for numbers of this kind");
        }
    };
    let state = holder.issuing_state.as_deref().unwrap_or_default();
    match DocumentNumber::parse(state, kind, number) {
        Err(_) => (CheckResult::Failed, "letters and digits do not stand where this state has them"),
        Ok(number) if number.form_is_known() => {
            (CheckResult::Passed, "letters and digits stand where this state has them")
        }
        Ok(_) => (CheckResult::NotApplicable, "no form is known for numbers of this state and kind"),
    }
}

fn check_digits(zone: Option<&MrzDocument>) -> (CheckResult, &'static str) {
    match zone {
        None => (CheckResult::NotApplicable, "no machine-readable zone was read"),
        Some(zone) if zone.check_digits.is_empty() => (CheckResult::NotApplicable, "its format has no check digits"),
        Some(zone) if zone.check_digits.iter().all(|d| d.valid) => (CheckResult::Passed, "all hold"),
        Some(_) => (CheckResult::Failed, "one or more do not hold"),
    }
}

fn declared_type(
    main: Option<&Holder>,
    seen: &[&SideReading],
    declared: Option<DocumentType>,
) -> (CheckResult, &'static str) {
    let Some(declared) = declared else { return (CheckResult::NotApplicable, "no type was declared") };
    if let Some(holder) = main {
        let fits = match declared {
            DocumentType::Passport => holder.class == Class::Passport,
            DocumentType::IdentificationCard | DocumentType::PassportCard => holder.class == Class::Card,
            DocumentType::DriverLicense => {
                holder.class == Class::DriverLicense || holder.class == Class::Card && holder.source_is_td1_licence()
            }
        };
        return if fits {
            (CheckResult::Passed, "zone or barcode are of the declared type")
        } else {
            (CheckResult::Failed, "zone or barcode are of another type")
        };
    }
    // Proportions tell cards from pages, and no more.
    match seen.iter().find_map(|s| s.document.filter(|d| d.fully_inside)).map(|d| d.size == DocumentSize::Id1) {
        None => (CheckResult::NotApplicable, "nothing was read, and no outline was found"),
        Some(card) if card != (declared == DocumentType::Passport) => {
            (CheckResult::Passed, "the document's proportions are those of the declared type")
        }
        Some(_) => (CheckResult::Failed, "the document's proportions are those of another type"),
    }
}

impl Holder {
    /// Licences with a zone of format TD1 name themselves in no field that all states use.
    fn source_is_td1_licence(&self) -> bool {
        self.source == super::holder::Source::Mrz
    }
}

fn different_sides(sides: Sides<'_>) -> (CheckResult, &'static str) {
    let (Some(front), Some(back)) = (sides.front, sides.back) else {
        return (CheckResult::NotApplicable, "there are not two pictures");
    };
    match (&front.thumbnail, &back.thumbnail) {
        (Some(a), Some(b)) if a.likeness(b) >= SAME_SIDE => (CheckResult::Failed, "both pictures show the same side"),
        (Some(_), Some(_)) => (CheckResult::Passed, "the pictures differ"),
        _ => (CheckResult::NotApplicable, "the document's outline was not found in both pictures"),
    }
}

fn heuristics(seen: &[&SideReading], from_files: bool) -> Vec<DocumentCheck> {
    let recapture_signals: Vec<recapture::RecaptureSignals> = seen.iter().map(|s| s.recapture_signals).collect();
    let one = |code, value: f32, threshold: f32, fine: bool, reasons: (&str, &str)| DocumentCheck {
        code,
        result: if fine { CheckResult::Passed } else { CheckResult::Suspicious },
        reason: if fine { reasons.0 } else { reasons.1 }.to_owned(),
        value: Some(value),
        threshold: Some(threshold),
    };
    if recapture_signals.is_empty() {
        return Vec::new();
    }
    let hue = recapture_signals.iter().map(|t| t.chromaticity_std_dev).fold(0.0, f32::max);
    let peak = recapture_signals.iter().map(|t| t.moire_peak_ratio).fold(0.0, f32::max);
    let mut out = vec![
        one(
            CheckCode::NotGreyscaleCopy,
            hue,
            LEAST_HUE_SPREAD,
            hue >= LEAST_HUE_SPREAD,
            ("the document has colours", "one hue only: it may be a black-and-white copy"),
        ),
        one(
            CheckCode::Screen,
            peak,
            MOST_SCREEN_PEAK,
            peak <= MOST_SCREEN_PEAK,
            ("no grid of a screen is seen", "a regular grid is seen: it may be the picture of a screen"),
        ),
    ];
    if from_files {
        let worst =
            recapture_signals.iter().max_by(|a, b| excess(a).total_cmp(&excess(b))).copied().unwrap_or_default();
        let cut = worst.jpeg_grid_offset != (0, 0);
        let limit = if cut { MOST_CUT_BLOCK_EDGES } else { MOST_BLOCK_EDGES };
        let bad =
            if cut { "the file was cut after it had been compressed" } else { "the file was compressed strongly" };
        out.push(one(
            CheckCode::JpegArtifacts,
            worst.jpeg_blockiness,
            limit,
            worst.jpeg_blockiness <= limit,
            ("no trace of cutting or strong compression", bad),
        ));
    }
    out
}

fn excess(t: &recapture::RecaptureSignals) -> f32 {
    t.jpeg_blockiness / if t.jpeg_grid_offset == (0, 0) { MOST_BLOCK_EDGES } else { MOST_CUT_BLOCK_EDGES }
}
