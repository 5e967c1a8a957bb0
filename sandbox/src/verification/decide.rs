//! From what the images show to the verdict: a pure function of the evidence, the declared type and today's date.

use kyc_capture::api::kyc::enums::{DataSource, DocumentType};
use kyc_capture::core::date::Date;
use kyc_capture::core::inspect::checks::CheckCode;
use kyc_capture::core::inspect::document_data::{DocumentClass, DocumentData, Source};

use super::liveness::Liveness;
use super::rules::result_of;
use super::weights::{self, Weights, fuzzy_match};
use crate::screening;
use crate::store::outcome::{
    Check, CheckKind, Distances, DocumentFields, ImageTests, Measure, MeasureKind, Outcome, RuleCheck, RuleResult,
};
use crate::store::requirements::RequiredFields;

/// What the images show.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What each zone and barcode says, the most trustworthy first.
    pub holders: Vec<DocumentData>,
    /// The MRZ, where one was read.
    pub zone: Option<ZoneEvidence>,
    /// The share of its error correction that the barcode of a licence or card did not need, where one was read.
    pub barcode: Option<f64>,
    /// The fields to report.
    pub document: Option<DocumentFields>,
    /// All checks of the core.
    pub rules: Vec<RuleCheck>,
    /// Front and back are one file.
    pub same_file: bool,
    /// Score of the portrait on the document's front; none where there is no face.
    pub portrait: Option<f64>,
    /// For each liveness image, whether it shows a face.
    pub liveness_faces: Vec<bool>,
    /// How far apart the faces are.
    pub distances: Distances,
    /// How good the liveness images are, and what they prove.
    pub liveness: Liveness,
    /// What the image of the front shows by itself.
    pub front: ImageTests,
    /// The same of the back, where there is one.
    pub back: Option<ImageTests>,
    /// Whether two places of the document have the same address.
    pub address_crosscheck: Option<bool>,
}

/// What a client asks of its sessions.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Id of the version of the weights.
    pub weights_id: Option<String>,
    /// What each measurement has to reach, and how much it counts.
    pub weights: Weights,
    /// Which fields must have been read.
    pub required: Vec<RequiredFields>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { weights_id: None, weights: weights::DEFAULT, required: Vec::new() }
    }
}

/// How well a machine-readable zone was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZoneEvidence {
    /// The reader's confidence, 0–1.
    pub confidence: f64,
    /// Every check digit holds, and every field is of its kind.
    pub valid: bool,
    /// Check digits that are right.
    pub check_digits_right: usize,
    /// Check digits in all.
    pub check_digits: usize,
}

/// Checks of the core that every document passes if it has what they examine. The format of numbers is not among them,
/// which is known from specimens alone, nor are the heuristics.
const DOCUMENT_RULES: &[CheckCode] = &[
    CheckCode::IssueDateNotFuture,
    CheckCode::Age,
    CheckCode::DateOrder,
    CheckCode::IssuingState,
    CheckCode::PersonalNumber,
    CheckCode::PersonalNumberHolder,
];

/// What the rules are evaluated on.
struct Case<'a> {
    evidence: &'a Evidence,
    declared: &'a DocumentType,
    today: Date,
    policy: &'a Policy,
    /// Whether there was a name to screen.
    screened: bool,
    on_sanction_list: bool,
}

/// The result of a rule.
struct Measured {
    passed: bool,
    /// 0–1
    score: f64,
    /// The fields that it missed.
    missing: Vec<String>,
}

impl Measured {
    fn new(passed: bool, score: f64) -> Self {
        Self { passed, score, missing: Vec::new() }
    }

    fn yes_no(passed: bool) -> Self {
        Self::new(passed, f64::from(u8::from(passed)))
    }
}

/// One rule of the decision.
struct Rule {
    kind: CheckKind,
    /// Evaluates the rule; `None` if it does not apply.
    measure: fn(&Case<'_>) -> Option<Measured>,
    /// Its weight in the score.
    weight: fn(&Case<'_>) -> f64,
}

/// The rules, in the order of the history. Every one that applies must pass.
const RULES: &[Rule] = &[
    Rule { kind: CheckKind::DataRead, measure: data_read, weight: one },
    Rule { kind: CheckKind::DataConsistent, measure: data_consistent, weight: aamva_weight },
    Rule { kind: CheckKind::NotExpired, measure: not_expired, weight: one },
    Rule { kind: CheckKind::DocumentType, measure: document_type, weight: one },
    Rule { kind: CheckKind::DocumentRules, measure: document_rules, weight: one },
    Rule { kind: CheckKind::RequiredFields, measure: required_fields, weight: one },
    Rule { kind: CheckKind::DocumentPortrait, measure: document_portrait, weight: one },
    Rule { kind: CheckKind::DifferentSides, measure: different_sides, weight: one },
    Rule { kind: CheckKind::Crosschecks, measure: crosschecks, weight: |case| case.fuzzy_match().1 },
    Rule { kind: CheckKind::LivenessFaces, measure: liveness_faces, weight: one },
    Rule { kind: CheckKind::LivenessQuality, measure: liveness_quality, weight: one },
    Rule { kind: CheckKind::LivenessMovements, measure: liveness_movements, weight: one },
    Rule { kind: CheckKind::SamePerson, measure: same_person, weight: one },
    Rule {
        kind: CheckKind::NotSanctioned,
        measure: not_sanctioned,
        weight: |case| case.policy.weights.ofac_fuzzy_match_weight,
    },
];

/// Decides a session: every rule that applies must pass, and the score reach its tolerance. The score is the weighted
/// mean of the rules' scores and of the measures, in percent.
pub fn decide(evidence: Evidence, declared: &DocumentType, today: Date, policy: &Policy) -> Outcome {
    let weights = &policy.weights;
    let named = names_of(&evidence.holders);
    let screened = !named.is_empty();
    let on_sanction_list = named
        .iter()
        .any(|(family, given)| screening::meets_sanctioned(family, given, weights.ofac_fuzzy_match_tolerance));
    let case = Case { evidence: &evidence, declared, today, policy, screened, on_sanction_list };
    let mut checks: Vec<Check> = RULES.iter().filter_map(|rule| rule.check(&case)).collect();

    let measures = measures(&evidence, weights);
    let score = score_of(&checks, &measures);
    let enough = score >= weights.idv_session_tolerance;
    // It sums up the others, so it has no weight among them.
    checks.push(Check::new(CheckKind::SessionScore, enough, score / 100.0).weighing(0.0));
    Outcome {
        judged: Vec::new(),
        verified: checks.iter().all(|c| c.passed),
        on_sanction_list,
        screened,
        score,
        checks,
        measures,
        document: evidence.document,
        rules: evidence.rules,
        front: Some(evidence.front),
        back: evidence.back,
        address_crosscheck: evidence.address_crosscheck,
        distances: evidence.distances,
    }
}

impl Rule {
    fn check(&self, case: &Case<'_>) -> Option<Check> {
        let Measured { passed, score, missing } = (self.measure)(case)?;
        let weight = (self.weight)(case);
        Some(Check { fields: missing, ..Check::new(self.kind, passed, score).weighing(weight) })
    }
}

impl Case<'_> {
    fn rule(&self, code: CheckCode) -> RuleResult {
        result_of(&self.evidence.rules, code)
    }

    /// Tolerance and weight of the agreement of the places of a document of the declared type.
    fn fuzzy_match(&self) -> (f64, f64) {
        fuzzy_match(&self.policy.weights, self.declared)
    }
}

fn one(_: &Case<'_>) -> f64 {
    1.0
}

/// A document without MRZ is judged by its barcode (AAMVA).
fn aamva_weight(case: &Case<'_>) -> f64 {
    let by_barcode = case.evidence.zone.is_none() && case.evidence.barcode.is_some();
    if by_barcode { case.policy.weights.aamva_match_weight } else { 1.0 }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Family and given names of the places that have one.
fn names_of(holders: &[DocumentData]) -> Vec<(&str, &str)> {
    holders
        .iter()
        .map(|holder| (holder.family.as_deref().unwrap_or_default(), holder.given.as_deref().unwrap_or_default()))
        .filter(|(family, given)| !family.is_empty() || !given.is_empty())
        .collect()
}

fn data_read(case: &Case<'_>) -> Option<Measured> {
    let confidence = case.evidence.zone.map(|zone| zone.confidence).or(case.evidence.barcode);
    Some(Measured::new(confidence.is_some(), confidence.unwrap_or(0.0)))
}

fn data_consistent(case: &Case<'_>) -> Option<Measured> {
    let zone = case
        .evidence
        .zone
        .map(|zone| (zone.valid && zone.check_digits > 0, share(zone.check_digits_right, zone.check_digits)));
    let barcode = case
        .evidence
        .barcode
        .map(|_| f64::from(u8::from(case.rule(CheckCode::BarcodeConsistency) == RuleResult::Passed)))
        .map(|share| (share >= case.policy.weights.aamva_match_tolerance, share));
    let places: Vec<(bool, f64)> = [zone, barcode].into_iter().flatten().collect();
    let passed = !places.is_empty() && places.iter().all(|place| place.0);
    Some(Measured::new(passed, places.iter().map(|place| place.1).reduce(f64::min).unwrap_or(0.0)))
}

fn not_expired(case: &Case<'_>) -> Option<Measured> {
    // If several places have a date, none of them may have passed. A document without an end of validity, or one whose
    // century is ambiguous, has none to compare; a date that is not legible fails the consistency of the data.
    let expiry = case.evidence.holders.iter().filter_map(|holder| holder.expiry_date).min();
    match expiry {
        None if !case.evidence.holders.is_empty() => None,
        expiry => Some(Measured::yes_no(expiry.is_some_and(|expiry| expiry >= case.today))),
    }
}

fn document_type(case: &Case<'_>) -> Option<Measured> {
    Some(Measured::yes_no(class_of(&case.evidence.holders).is_some_and(|class| fits(case.declared, class))))
}

/// Does not apply if no rule of the list had anything to check.
fn document_rules(case: &Case<'_>) -> Option<Measured> {
    let results: Vec<RuleResult> = DOCUMENT_RULES.iter().map(|code| case.rule(*code)).collect();
    let run = results.iter().any(|result| *result != RuleResult::NotApplicable);
    run.then(|| Measured::yes_no(!results.contains(&RuleResult::Failed)))
}

fn document_portrait(case: &Case<'_>) -> Option<Measured> {
    Some(Measured::new(case.evidence.portrait.is_some(), case.evidence.portrait.unwrap_or(0.0)))
}

fn different_sides(case: &Case<'_>) -> Option<Measured> {
    case.evidence.back?;
    let differ = !case.evidence.same_file && case.rule(CheckCode::DifferentSides) != RuleResult::Failed;
    Some(Measured::yes_no(differ))
}

fn crosschecks(case: &Case<'_>) -> Option<Measured> {
    let agreement = agreement(case.evidence)?;
    Some(Measured::new(agreement >= case.fuzzy_match().0, agreement))
}

fn liveness_faces(case: &Case<'_>) -> Option<Measured> {
    let frames = &case.evidence.liveness_faces;
    let faces = frames.iter().filter(|shown| **shown).count();
    Some(Measured::new(!frames.is_empty() && faces == frames.len(), share(faces, frames.len())))
}

fn liveness_quality(case: &Case<'_>) -> Option<Measured> {
    let liveness = &case.evidence.liveness;
    Some(Measured::new(liveness.is_enough(&case.policy.weights), liveness.score))
}

fn liveness_movements(case: &Case<'_>) -> Option<Measured> {
    let liveness = &case.evidence.liveness;
    let movements = liveness.movements.as_ref()?;
    Some(Measured::new(liveness.moved(&case.policy.weights) == Some(true), movements.share))
}

fn same_person(case: &Case<'_>) -> Option<Measured> {
    let greatest = case.evidence.distances.greatest()?;
    let near = greatest <= case.policy.weights.onboarding_face_encoding_tolerance;
    Some(Measured::new(near, (1.0 - greatest).max(0.0)))
}

/// Without a name, screening is not passed.
fn not_sanctioned(case: &Case<'_>) -> Option<Measured> {
    Some(Measured::yes_no(case.screened && !case.on_sanction_list))
}

/// The weighted mean, in percent with one digit: the inputs are not known any better.
fn score_of(checks: &[Check], measures: &[Measure]) -> f64 {
    let parts = checks.iter().map(|c| (c.score, c.weight)).chain(measures.iter().map(|m| (m.score, m.weight)));
    let (sum, whole) =
        parts.fold((0.0, 0.0), |(sum, whole), (score, weight)| (sum + score.clamp(0.0, 1.0) * weight, whole + weight));
    if whole > 0.0 { (sum / whole * 1_000.0).round() / 10.0 } else { 0.0 }
}

/// What counts in the score alone: it points to what somebody should look at, and overlooks things.
fn measures(evidence: &Evidence, weights: &Weights) -> Vec<Measure> {
    let sides: Vec<ImageTests> = [Some(evidence.front), evidence.back].into_iter().flatten().collect();
    let mean = |of: &dyn Fn(&ImageTests) -> Option<f64>| {
        let values: Vec<f64> = sides.iter().filter_map(of).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let result = |result: RuleResult| match result {
        RuleResult::Passed => Some(1.0),
        RuleResult::Suspicious => Some(0.5),
        RuleResult::Failed => Some(0.0),
        RuleResult::NotApplicable => None,
    };
    [
        (MeasureKind::SuspiciousWords, mean(&|side| result(side.words)), weights.suspicious_words_weight),
        (MeasureKind::ImageManipulation, mean(&|side| result(side.manipulation)), weights.image_manipulation_weight),
        (
            MeasureKind::OnlineDuplication,
            mean(&|side| Some(f64::from(u8::from(!side.elsewhere)))),
            weights.online_duplication_weight,
        ),
        (
            MeasureKind::IsIdentityDocument,
            mean(&|side| result(side.identity_document)),
            weights.is_identity_document_weight,
        ),
    ]
    .into_iter()
    .filter_map(|(kind, score, weight)| Some(Measure { kind, score: score?, weight }))
    .collect()
}

/// How far the places of the document agree, 0–1: the least of what can be compared. What the core's crosschecks take
/// for equal is 1; of other texts, one minus the share of letters that differ. `None` where one place alone has data.
fn agreement(evidence: &Evidence) -> Option<f64> {
    let of = |code: CheckCode, similarity: &dyn Fn() -> Option<f64>| match result_of(&evidence.rules, code) {
        RuleResult::NotApplicable => None,
        RuleResult::Passed | RuleResult::Suspicious => Some(1.0),
        // Not the same, whatever else two equal texts may mean.
        RuleResult::Failed => Some(similarity().unwrap_or(0.0).min(0.99)),
    };
    let least = |texts: Vec<String>| {
        let pairs = (0..texts.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        pairs.map(|(i, j)| screening::similarity(&texts[i], &texts[j])).reduce(f64::min)
    };
    let holders = &evidence.holders;
    let numbers = || least(holders.iter().filter_map(|h| h.document_number.clone()).collect());
    let names = || {
        let name = |h: &DocumentData| {
            let words = [h.family.as_deref(), h.given.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
            (!words.is_empty())
                .then(|| words.split_whitespace().map(screening::normalise).collect::<Vec<_>>().join(" "))
        };
        least(holders.iter().filter_map(name).collect())
    };
    [
        of(CheckCode::DocumentNumberCrosscheck, &numbers),
        of(CheckCode::NameCrosscheck, &names),
        // Another date of birth or another sex is another holder.
        of(CheckCode::HolderCrosscheck, &|| None),
    ]
    .into_iter()
    .flatten()
    .reduce(f64::min)
}

/// Checks the fields that the client requires; does not apply if it requires none.
fn required_fields(case: &Case<'_>) -> Option<Measured> {
    let evidence = case.evidence;
    let source = evidence.document.as_ref().map_or(DataSource::Unknown, |document| document.source.clone());
    let mut required: Vec<&str> = case
        .policy
        .required
        .iter()
        .filter(|r| r.source == DataSource::Unknown || r.source == source)
        .flat_map(|r| r.fields.iter().map(String::as_str))
        .collect();
    required.sort_unstable();
    required.dedup();
    if required.is_empty() {
        return None;
    }
    let missing: Vec<String> =
        required.iter().filter(|field| !is_given(evidence, field)).map(|field| (*field).to_owned()).collect();
    let score = share(required.len() - missing.len(), required.len());
    Some(Measured { passed: missing.is_empty(), score, missing })
}

/// Whether the field was read. A field that no document is read for here is never there.
fn is_given(evidence: &Evidence, field: &str) -> bool {
    match field {
        "raw_barcode" => evidence.barcode.is_some(),
        "face_encoding" => evidence.portrait.is_some(),
        _ => evidence.document.as_ref().is_some_and(|document| document.has(field)),
    }
}

/// A barcode names the kind of its document; an MRZ reports its size.
fn class_of(holders: &[DocumentData]) -> Option<DocumentClass> {
    let barcode = holders.iter().find(|holder| holder.source == Source::Barcode);
    barcode.or(holders.first()).map(|holder| holder.class)
}

/// Whether a document of that class may have been declared as this type. A passport card is a card of format TD1.
fn fits(declared: &DocumentType, class: DocumentClass) -> bool {
    match declared {
        DocumentType::Passport => class == DocumentClass::Passport,
        DocumentType::IdentificationCard | DocumentType::PassportCard => class == DocumentClass::Card,
        DocumentType::DriverLicense => class == DocumentClass::DriverLicense,
        DocumentType::Unknown | DocumentType::Unlisted(_) => false,
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
