//! The rules that compare the data of a document's sides with each other, with the declared type and with the current
//! date. No result is a verdict on authenticity.

use super::document_data::{DocumentClass, DocumentData, Source};
use super::side::SideAnalysis;
use crate::barcode::aamva::{AamvaDocument, Severity};
use crate::date::Date;
use crate::document::DocumentSize;
use crate::document_type::DocumentType;
use crate::identifiers::{DocumentNumber, NumberedDocument};
use crate::mrz::parse::{MrzDocument, Validity};
use crate::mrz::personal_number::PersonalNumber;
use crate::numeric::sort_by_key;
use crate::recapture::RecaptureSignals;
use crate::thresholds::RecaptureThresholds;

pub use super::document_check::{CheckCode, CheckResult, DocumentCheck};

/// The highest age of a holder that is plausible, in years.
const MAX_AGE_YEARS: u16 = 130;

/// The sides of a document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sides<'a> {
    /// The front, or the data page of a passport.
    pub front: Option<&'a SideAnalysis>,
    /// The back.
    pub back: Option<&'a SideAnalysis>,
}

/// A result with its reason.
type Outcome = (CheckResult, &'static str);

/// A rule: what it finds in everything that was read.
type Rule = fn(&Context<'_>) -> Outcome;

/// Everything that the rules read.
struct Context<'a> {
    sides: Sides<'a>,
    analyses: Vec<&'a SideAnalysis>,
    mrz: Option<&'a MrzDocument>,
    barcode: Option<&'a AamvaDocument>,
    /// The data of every MRZ and barcode, the most reliable first.
    documents: Vec<DocumentData>,
    declared: Option<DocumentType>,
    today: Date,
}

/// The rules in the order in which their checks are reported.
const RULES: [(CheckCode, Rule); 17] = [
    (CheckCode::NotExpired, not_expired),
    (CheckCode::IssueDateNotFuture, issue_date_not_future),
    (CheckCode::Age, age),
    (CheckCode::DateOrder, date_order),
    (CheckCode::IssuingState, issuing_state),
    (CheckCode::NumberFormat, number_format),
    (CheckCode::MrzCheckDigits, mrz_check_digits),
    (CheckCode::BarcodeConsistency, barcode_consistency),
    (CheckCode::PersonalNumber, personal_number),
    (CheckCode::PersonalNumberHolder, personal_number_holder),
    (CheckCode::DeclaredType, declared_type),
    (CheckCode::DifferentSides, different_sides),
    (CheckCode::DocumentNumberCrosscheck, document_number_crosscheck),
    (CheckCode::NameCrosscheck, name_crosscheck),
    (CheckCode::HolderCrosscheck, holder_crosscheck),
    (CheckCode::Portrait, portrait),
    (CheckCode::FullyInFrame, fully_in_frame),
];

/// Runs every check. `from_files`: the images are files that a person chose, not frames of a camera.
pub fn check(sides: Sides<'_>, declared: Option<DocumentType>, today: Date, from_files: bool) -> Vec<DocumentCheck> {
    let context = Context::new(sides, declared, today);
    let mut checks: Vec<DocumentCheck> = RULES
        .iter()
        .map(|(code, rule)| {
            let (result, reason) = rule(&context);
            DocumentCheck { code: *code, result, reason: reason.to_owned(), value: None, threshold: None }
        })
        .collect();
    checks.extend(heuristics(&context.analyses, from_files));
    checks
}

/// Returns the data of every MRZ and barcode: valid MRZs first, then other MRZs, then barcodes.
pub fn document_data(analyses: &[&SideAnalysis]) -> Vec<DocumentData> {
    let mut mrzs: Vec<&MrzDocument> = analyses.iter().filter_map(|a| a.mrz.as_ref()).map(|m| &m.document).collect();
    sort_by_key(&mut mrzs, |mrz| -f32::from(mrz.validity_rank()));
    let barcodes = analyses.iter().filter_map(|a| a.barcode.as_ref()).filter_map(|b| b.document.as_ref());
    mrzs.into_iter().map(DocumentData::from_mrz).chain(barcodes.map(DocumentData::from_barcode)).collect()
}

/// Returns the whole years from one date to another; 0 if the first is later.
pub fn years(from: Date, to: Date) -> u16 {
    let years = to.year().saturating_sub(from.year());
    years.saturating_sub(u16::from((to.month(), to.day()) < (from.month(), from.day())))
}

impl<'a> Context<'a> {
    fn new(sides: Sides<'a>, declared: Option<DocumentType>, today: Date) -> Self {
        let analyses: Vec<&SideAnalysis> = [sides.front, sides.back].into_iter().flatten().collect();
        let mrz = analyses
            .iter()
            .filter_map(|a| a.mrz.as_ref())
            .max_by_key(|m| m.document.validity_rank())
            .map(|m| &m.document);
        let barcode = analyses.iter().filter_map(|a| a.barcode.as_ref()).find_map(|b| b.document.as_ref());
        let documents = document_data(&analyses);
        Self { sides, analyses, mrz, barcode, documents, declared, today }
    }

    /// The most reliable data.
    fn primary(&self) -> Option<&DocumentData> {
        self.documents.first()
    }

    fn personal_number(&self) -> Option<&'a PersonalNumber> {
        self.mrz.and_then(|mrz| mrz.personal_number.as_ref())
    }

    /// Compares every pair of sources by a field.
    fn crosscheck(
        &self,
        equal: impl Fn(&DocumentData, &DocumentData) -> Option<bool>,
        passed: &'static str,
        failed: &'static str,
    ) -> Outcome {
        let all = &self.documents;
        let pairs = all.iter().enumerate().flat_map(|(i, a)| all[i + 1..].iter().map(move |b| (a, b)));
        let compared: Vec<bool> = pairs.filter_map(|(a, b)| equal(a, b)).collect();
        match compared.iter().all(|&equal| equal) {
            _ if compared.is_empty() => (CheckResult::NotApplicable, "fewer than two machine-readable sources have it"),
            true => (CheckResult::Passed, passed),
            false => (CheckResult::Failed, failed),
        }
    }
}

fn not_expired(c: &Context<'_>) -> Outcome {
    match c.primary().map(|data| data.expiry_date) {
        None => (CheckResult::NotApplicable, "nothing was read"),
        Some(None) if c.mrz.is_some_and(|mrz| mrz.validity == Validity::Ambiguous) => {
            (CheckResult::NotApplicable, "the century of the date of expiry is ambiguous")
        }
        Some(None) => (CheckResult::NotApplicable, "no date of expiry was read"),
        Some(Some(day)) if day < c.today => (CheckResult::Failed, "the date of expiry has passed"),
        Some(Some(_)) => (CheckResult::Passed, "the date of expiry has not passed"),
    }
}

fn issue_date_not_future(c: &Context<'_>) -> Outcome {
    match c.documents.iter().find_map(|data| data.issue_date) {
        None => (CheckResult::NotApplicable, "no date of issue was read"),
        Some(day) if day > c.today => (CheckResult::Failed, "the date of issue is in the future"),
        Some(_) => (CheckResult::Passed, "the date of issue is not in the future"),
    }
}

fn age(c: &Context<'_>) -> Outcome {
    match c.primary().and_then(|data| data.birth_date).map(|birth| (birth > c.today, years(birth, c.today))) {
        None => (CheckResult::NotApplicable, "no complete date of birth was read"),
        Some((true, _)) => (CheckResult::Failed, "the date of birth is in the future"),
        Some((_, age)) if age > MAX_AGE_YEARS => (CheckResult::Failed, "the age is above 130 years"),
        Some(_) => (CheckResult::Passed, "the age is plausible"),
    }
}

fn date_order(c: &Context<'_>) -> Outcome {
    let birth = c.documents.iter().find_map(|data| data.birth_date);
    let issue = c.documents.iter().find_map(|data| data.issue_date);
    let expiry = c.documents.iter().find_map(|data| data.expiry_date);
    let dates: Vec<Date> = [birth, issue, expiry].into_iter().flatten().collect();
    match dates.windows(2).all(|pair| pair[0] < pair[1]) {
        _ if dates.len() < 2 => (CheckResult::NotApplicable, "fewer than two dates were read"),
        true => (CheckResult::Passed, "birth, issue and expiry are in order"),
        false => (CheckResult::Failed, "birth, issue and expiry are not in order"),
    }
}

fn issuing_state(c: &Context<'_>) -> Outcome {
    match c.mrz {
        Some(mrz) if mrz.issuing_state.name.is_some() => {
            (CheckResult::Passed, "a code of Doc 9303-3, or one that states print")
        }
        Some(_) => (CheckResult::Failed, "not a code that any state prints"),
        None if c.barcode.is_some_and(|barcode| barcode.issuer.is_some()) => {
            (CheckResult::Passed, "an issuer on the AAMVA list")
        }
        None => (CheckResult::NotApplicable, "no issuing state was read"),
    }
}

fn number_format(c: &Context<'_>) -> Outcome {
    let Some((data, number)) = c.primary().and_then(|data| Some((data, data.document_number.as_ref()?))) else {
        return (CheckResult::NotApplicable, "no document number was read");
    };
    let kind = match data.class {
        DocumentClass::Passport => NumberedDocument::Passport,
        DocumentClass::Card => NumberedDocument::Card,
        DocumentClass::DriverLicense | DocumentClass::Other => {
            return (CheckResult::NotApplicable, "no number format is known for this class of document");
        }
    };
    let state = data.issuing_state.as_deref().unwrap_or_default();
    match DocumentNumber::parse(state, kind, number) {
        Err(_) => (CheckResult::Failed, "the number does not have the format of the issuing state"),
        Ok(number) if number.form_is_known() => (CheckResult::Passed, "the number has the format of the issuing state"),
        Ok(_) => (CheckResult::NotApplicable, "no number format is known for this state and class of document"),
    }
}

fn mrz_check_digits(c: &Context<'_>) -> Outcome {
    match c.mrz {
        None => (CheckResult::NotApplicable, "no MRZ was read"),
        Some(mrz) if mrz.check_digits.is_empty() => (CheckResult::NotApplicable, "the format has no check digits"),
        Some(mrz) if mrz.valid_if_inferred => {
            (CheckResult::Passed, "all check digits are valid if the inferred characters are right")
        }
        Some(mrz) if mrz.check_digits.iter().all(|digit| digit.valid) => {
            (CheckResult::Passed, "all check digits are valid")
        }
        Some(_) => (CheckResult::Failed, "one or more check digits are invalid"),
    }
}

fn barcode_consistency(c: &Context<'_>) -> Outcome {
    match c.barcode {
        None if c.analyses.iter().any(|a| a.barcode.is_some()) => {
            (CheckResult::NotApplicable, "the barcode is not an AAMVA barcode")
        }
        None => (CheckResult::NotApplicable, "no barcode was read"),
        Some(card)
            if card.issuer.is_some_and(|issuer| {
                card.address.jurisdiction.as_deref().is_some_and(|jurisdiction| jurisdiction != issuer.jurisdiction)
            }) =>
        {
            (CheckResult::Failed, "the issuer is of another jurisdiction than the address")
        }
        Some(card) if card.problems.iter().any(|problem| problem.severity == Severity::Error) => {
            (CheckResult::Failed, "data of the barcode are missing, contradictory or invalid")
        }
        Some(card) if !card.problems.is_empty() => {
            (CheckResult::Passed, "the barcode deviates from the AAMVA standard only as issuers print it")
        }
        Some(_) => (CheckResult::Passed, "the barcode conforms to the AAMVA standard"),
    }
}

fn personal_number(c: &Context<'_>) -> Outcome {
    match c.personal_number() {
        None => (CheckResult::NotApplicable, "no personal number with known rules"),
        Some(number) if number.error.is_some() => (CheckResult::Failed, "the number violates its own rules"),
        Some(_) => (CheckResult::Passed, "length, date, century and check digits are valid"),
    }
}

fn personal_number_holder(c: &Context<'_>) -> Outcome {
    match c.personal_number().and_then(|number| number.matches_holder) {
        None => (CheckResult::NotApplicable, "no valid personal number to compare"),
        Some(true) => (CheckResult::Passed, "date of birth and sex equal those of the MRZ"),
        Some(false) => (CheckResult::Failed, "date of birth or sex differ from the MRZ"),
    }
}

fn declared_type(c: &Context<'_>) -> Outcome {
    let Some(declared) = c.declared else { return (CheckResult::NotApplicable, "no type was declared") };
    if let Some(data) = c.primary() {
        let fits = match declared {
            DocumentType::Passport => data.class == DocumentClass::Passport,
            DocumentType::IdentificationCard | DocumentType::PassportCard => data.class == DocumentClass::Card,
            // A licence with a TD1 MRZ has no field by which all states identify it as a licence.
            DocumentType::DriverLicense => {
                data.class == DocumentClass::DriverLicense
                    || data.class == DocumentClass::Card && data.source == Source::Mrz
            }
        };
        return if fits {
            (CheckResult::Passed, "MRZ or barcode are of the declared type")
        } else {
            (CheckResult::Failed, "MRZ or barcode are of another type")
        };
    }
    // The aspect ratio separates cards from passport pages only.
    let outline = c.analyses.iter().find_map(|a| a.document.filter(|d| d.fully_inside));
    match outline.map(|d| d.size == DocumentSize::Id1) {
        None => (CheckResult::NotApplicable, "nothing was read, and no outline was found"),
        Some(card) if card != (declared == DocumentType::Passport) => {
            (CheckResult::Passed, "the aspect ratio is that of the declared type")
        }
        Some(_) => (CheckResult::Failed, "the aspect ratio is that of another type"),
    }
}

fn different_sides(c: &Context<'_>) -> Outcome {
    let (Some(front), Some(back)) = (c.sides.front, c.sides.back) else {
        return (CheckResult::NotApplicable, "there is only one image");
    };
    match (&front.thumbnail, &back.thumbnail) {
        (Some(a), Some(b)) if a.shows_same_side(b) => (CheckResult::Failed, "both images show the same side"),
        (Some(_), Some(_)) => (CheckResult::Passed, "the images show different sides"),
        _ => (CheckResult::NotApplicable, "the outline was not found in both images"),
    }
}

fn document_number_crosscheck(c: &Context<'_>) -> Outcome {
    c.crosscheck(DocumentData::same_number, "the numbers are equal", "the numbers differ")
}

fn name_crosscheck(c: &Context<'_>) -> Outcome {
    c.crosscheck(DocumentData::same_name, "the names are equal", "the names differ")
}

fn holder_crosscheck(c: &Context<'_>) -> Outcome {
    c.crosscheck(DocumentData::same_holder, "date of birth and sex are equal", "date of birth or sex differ")
}

fn portrait(c: &Context<'_>) -> Outcome {
    match c.sides.front {
        None => (CheckResult::NotApplicable, "there is no image of the front"),
        Some(front) if front.portrait.is_some() => (CheckResult::Passed, "a portrait was found"),
        Some(_) => (CheckResult::Failed, "no portrait was found on the front"),
    }
}

fn fully_in_frame(c: &Context<'_>) -> Outcome {
    match c.analyses.iter().map(|a| a.document.map(|d| d.fully_inside)).min() {
        None | Some(None) => (CheckResult::NotApplicable, "the outline was not found in every image"),
        Some(Some(true)) => (CheckResult::Passed, "all corners are inside the image"),
        Some(Some(false)) => (CheckResult::Failed, "a part of the document is outside the image"),
    }
}

fn heuristics(analyses: &[&SideAnalysis], from_files: bool) -> Vec<DocumentCheck> {
    let signals: Vec<RecaptureSignals> = analyses.iter().map(|a| a.recapture_signals).collect();
    if signals.is_empty() {
        return Vec::new();
    }
    let limits = RecaptureThresholds::DEFAULT;
    let deviation = signals.iter().map(|s| s.chromaticity_std_dev).fold(0.0, f32::max);
    let peak = signals.iter().map(|s| s.moire_peak_ratio).fold(0.0, f32::max);
    let mut checks = vec![
        heuristic(
            CheckCode::NotGreyscaleCopy,
            deviation,
            limits.min_chromaticity_std_dev,
            deviation >= limits.min_chromaticity_std_dev,
            ("the document has several hues", "one hue only: possibly a greyscale copy"),
        ),
        heuristic(
            CheckCode::Screen,
            peak,
            limits.max_moire_peak_ratio,
            peak <= limits.max_moire_peak_ratio,
            ("no pixel grid of a screen", "a regular grid: possibly an image of a screen"),
        ),
    ];
    if from_files {
        let excess = |s: &RecaptureSignals| s.jpeg_blockiness / blockiness_limit(s);
        let worst = signals.iter().max_by(|a, b| excess(a).total_cmp(&excess(b))).copied().unwrap_or_default();
        let limit = blockiness_limit(&worst);
        let failed = if worst.jpeg_grid_offset == (0, 0) {
            "the file was compressed strongly"
        } else {
            "the file was cropped after JPEG compression"
        };
        checks.push(heuristic(
            CheckCode::JpegArtifacts,
            worst.jpeg_blockiness,
            limit,
            worst.jpeg_blockiness <= limit,
            ("no sign of cropping or strong compression", failed),
        ));
    }
    checks
}

fn heuristic(
    code: CheckCode,
    value: f32,
    threshold: f32,
    passed: bool,
    (passed_reason, suspicious_reason): (&str, &str),
) -> DocumentCheck {
    DocumentCheck {
        code,
        result: if passed { CheckResult::Passed } else { CheckResult::Suspicious },
        reason: if passed { passed_reason } else { suspicious_reason }.to_owned(),
        value: Some(value),
        threshold: Some(threshold),
    }
}

/// A JPEG grid that does not start at the corner is itself a sign of cropping, so that less blockiness is allowed.
fn blockiness_limit(signals: &RecaptureSignals) -> f32 {
    let limits = RecaptureThresholds::DEFAULT;
    if signals.jpeg_grid_offset == (0, 0) { limits.max_jpeg_blockiness } else { limits.max_jpeg_blockiness_off_grid }
}
