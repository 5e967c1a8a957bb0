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
    /// The machine-readable zone, where one was read.
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
    /// What the picture of the front tells by itself.
    pub front: ImageTests,
    /// The same of the back, where there is one.
    pub back: Option<ImageTests>,
    /// Whether two places of the document tell the same address.
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

/// Checks of the core that every document passes that has what they look at. The form of numbers is not among them, which
/// is known from specimens alone, nor are the heuristics.
const DOCUMENT_RULES: &[CheckCode] = &[
    CheckCode::IssueDateNotFuture,
    CheckCode::Age,
    CheckCode::DateOrder,
    CheckCode::IssuingState,
    CheckCode::PersonalNumber,
    CheckCode::PersonalNumberHolder,
];

/// The verdict: every check must pass, and the score reach its tolerance. The score is the weighted mean of the checks'
/// scores and of the measures, in percent.
pub fn decide(evidence: Evidence, declared: &DocumentType, today: Date, policy: &Policy) -> Outcome {
    let weights = &policy.weights;
    let yes_no = |kind, passed: bool| Check::new(kind, passed, f64::from(u8::from(passed)));
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let rule = |code| result_of(&evidence.rules, code);
    // None where no rule of the list had anything to check.
    let all_kept = |codes: &[CheckCode]| {
        let results: Vec<RuleResult> = codes.iter().map(|code| rule(*code)).collect();
        let run = results.iter().any(|result| *result != RuleResult::NotApplicable);
        run.then(|| !results.contains(&RuleResult::Failed))
    };

    let holders = &evidence.holders;
    let confidence = evidence.zone.map(|zone| zone.confidence).or(evidence.barcode);
    let consistent = [
        evidence
            .zone
            .map(|zone| (zone.valid && zone.check_digits > 0, share(zone.check_digits_right, zone.check_digits))),
        evidence
            .barcode
            .map(|_| f64::from(u8::from(rule(CheckCode::BarcodeConsistency) == RuleResult::Passed)))
            .map(|share| (share >= weights.aamva_match_tolerance, share)),
    ];
    let consistent: Vec<(bool, f64)> = consistent.into_iter().flatten().collect();
    // Should several places tell a date, none of them may have passed.
    let expiry = holders.iter().filter_map(|holder| holder.expiry_date).min();
    let faces = (evidence.liveness_faces.iter().filter(|f| **f).count(), evidence.liveness_faces.len());
    let named: Vec<(&str, &str)> = holders
        .iter()
        .map(|holder| (holder.family.as_deref().unwrap_or_default(), holder.given.as_deref().unwrap_or_default()))
        .filter(|(family, given)| !family.is_empty() || !given.is_empty())
        .collect();
    let screened = !named.is_empty();
    let on_sanction_list = named
        .iter()
        .any(|(family, given)| screening::meets_sanctioned(family, given, weights.ofac_fuzzy_match_tolerance));
    let by_barcode = evidence.zone.is_none() && evidence.barcode.is_some();

    let mut checks = vec![
        Check::new(CheckKind::DataRead, confidence.is_some(), confidence.unwrap_or(0.0)),
        Check::new(
            CheckKind::DataConsistent,
            !consistent.is_empty() && consistent.iter().all(|c| c.0),
            consistent.iter().map(|c| c.1).reduce(f64::min).unwrap_or(0.0),
        )
        .weighing(if by_barcode { weights.aamva_match_weight } else { 1.0 }),
        yes_no(CheckKind::NotExpired, expiry.is_some_and(|expiry| expiry >= today)),
        yes_no(CheckKind::DocumentType, class_of(holders).is_some_and(|class| fits(declared, class))),
    ];
    checks.extend(all_kept(DOCUMENT_RULES).map(|kept| yes_no(CheckKind::DocumentRules, kept)));
    checks.extend(required_fields(&evidence, &policy.required));
    checks.push(Check::new(CheckKind::DocumentPortrait, evidence.portrait.is_some(), evidence.portrait.unwrap_or(0.0)));
    if evidence.back.is_some() {
        let differ = !evidence.same_file && rule(CheckCode::DifferentSides) != RuleResult::Failed;
        checks.push(yes_no(CheckKind::DifferentSides, differ));
    }
    checks.extend(agreement(&evidence).map(|agreement| {
        let (tolerance, weight) = fuzzy_match(weights, declared);
        Check::new(CheckKind::Crosschecks, agreement >= tolerance, agreement).weighing(weight)
    }));
    checks.push(Check::new(CheckKind::LivenessFaces, faces.1 > 0 && faces.0 == faces.1, share(faces.0, faces.1)));
    let liveness = &evidence.liveness;
    checks.push(Check::new(CheckKind::LivenessQuality, liveness.is_enough(weights), liveness.score));
    checks.extend(liveness.movements.as_ref().map(|movements| {
        Check::new(CheckKind::LivenessMovements, liveness.moved(weights) == Some(true), movements.share)
    }));
    checks.extend(evidence.distances.greatest().map(|greatest| {
        let near = greatest <= weights.onboarding_face_encoding_tolerance;
        Check::new(CheckKind::SamePerson, near, (1.0 - greatest).max(0.0))
    }));
    // Without a name nobody can say that it is on no list.
    checks.push(
        yes_no(CheckKind::NotSanctioned, screened && !on_sanction_list).weighing(weights.ofac_fuzzy_match_weight),
    );

    let measures = measures(&evidence, weights);
    let score = score_of(&checks, &measures);
    let enough = score >= weights.idv_session_tolerance;
    // It sums the others up, so it does not count among them.
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

/// How far the places of the document agree, 0–1: the least of what can be compared. What the core's crosschecks take for
/// equal is 1; of other texts, one minus the share of letters that differ. `None` where one place alone tells anything.
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

/// Whether what the client requires was read, and what was not; `None` where it requires nothing.
fn required_fields(evidence: &Evidence, required: &[RequiredFields]) -> Option<Check> {
    let source = evidence.document.as_ref().map_or(DataSource::Unknown, |document| document.source.clone());
    let mut wanted: Vec<&str> = required
        .iter()
        .filter(|r| r.source == DataSource::Unknown || r.source == source)
        .flat_map(|r| r.fields.iter().map(String::as_str))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let absent: Vec<String> =
        wanted.iter().filter(|field| !is_given(evidence, field)).map(|field| (*field).to_owned()).collect();
    (!wanted.is_empty()).then(|| Check {
        fields: absent.clone(),
        ..Check::new(
            CheckKind::RequiredFields,
            absent.is_empty(),
            (wanted.len() - absent.len()) as f64 / wanted.len() as f64,
        )
    })
}

/// Whether the field was read. A field that no document is read for here is never there.
fn is_given(evidence: &Evidence, field: &str) -> bool {
    match field {
        "raw_barcode" => evidence.barcode.is_some(),
        "face_encoding" => evidence.portrait.is_some(),
        _ => evidence.document.as_ref().is_some_and(|document| document.has(field)),
    }
}

/// A barcode names the kind of its document; a zone tells its size.
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
mod tests {
    use super::super::liveness::Movements;
    use super::*;

    fn day(iso: &str) -> Date {
        Date::parse_iso(iso).unwrap()
    }

    fn today() -> Date {
        day("2026-03-01")
    }

    fn rule(code: CheckCode, result: RuleResult) -> RuleCheck {
        RuleCheck { code: code.as_str().into(), result, reason: "because".into(), value: None, threshold: None }
    }

    fn side() -> ImageTests {
        ImageTests {
            identity_document: RuleResult::Passed,
            manipulation: RuleResult::Passed,
            words: RuleResult::NotApplicable,
            elsewhere: false,
        }
    }

    fn passport() -> Evidence {
        Evidence {
            holders: vec![DocumentData {
                source: Source::Mrz,
                class: DocumentClass::Passport,
                document_number: Some("L898902C3".into()),
                issuing_state: Some("UTO".into()),
                family: Some("ERIKSSON".into()),
                given: Some("ANNA MARIA".into()),
                truncated: false,
                birth_date: Some(day("1974-08-12")),
                sex: Some('F'),
                issue_date: None,
                expiry_date: Some(day("2030-01-01")),
            }],
            zone: Some(ZoneEvidence { confidence: 0.9, valid: true, check_digits_right: 5, check_digits: 5 }),
            barcode: None,
            document: Some(DocumentFields { document_id: "d".into(), ..DocumentFields::default() }),
            rules: vec![rule(CheckCode::Age, RuleResult::Passed)],
            same_file: false,
            portrait: Some(0.8),
            liveness_faces: vec![true, true, true],
            distances: Distances { portrait: Some(0.3), frames: Some(0.2) },
            liveness: Liveness { score: 0.95, movements: None },
            front: side(),
            back: None,
            address_crosscheck: None,
        }
    }

    fn licence() -> Evidence {
        let mut evidence = passport();
        (evidence.holders[0].source, evidence.holders[0].class) = (Source::Barcode, DocumentClass::DriverLicense);
        (evidence.zone, evidence.barcode, evidence.back) = (None, Some(0.95), Some(side()));
        evidence.rules.push(rule(CheckCode::BarcodeConsistency, RuleResult::Passed));
        evidence.rules.push(rule(CheckCode::DifferentSides, RuleResult::Passed));
        evidence
    }

    fn failed(outcome: &Outcome) -> Vec<CheckKind> {
        outcome.checks.iter().filter(|c| !c.passed).map(|c| c.kind).collect()
    }

    #[test]
    fn a_good_passport_is_verified() {
        let outcome = decide(passport(), &DocumentType::Passport, today(), &Policy::default());
        assert!(outcome.verified, "{:?}", failed(&outcome));
        assert!(outcome.screened && !outcome.on_sanction_list && outcome.is_live());
        // (0.9 + 0.8 + 0.7 + six checks and three measures of 1) / 12
        assert_eq!(outcome.score, 95.0);
        assert!(outcome.document.is_some());
        assert_eq!(outcome.passed(CheckKind::DifferentSides), None, "there is one picture");
        assert_eq!(outcome.passed(CheckKind::Crosschecks), None, "there is one place");
    }

    #[test]
    fn a_good_licence_is_verified_by_its_barcode() {
        let outcome = decide(licence(), &DocumentType::DriverLicense, today(), &Policy::default());
        assert!(outcome.verified, "{:?}", failed(&outcome));
        let read = outcome.checks.iter().find(|c| c.kind == CheckKind::DataRead).unwrap();
        assert_eq!(read.score, 0.95);
    }

    #[test]
    fn a_barcode_names_the_kind_of_its_document() {
        let mut card = licence();
        card.holders[0].class = DocumentClass::Card;
        assert!(decide(card.clone(), &DocumentType::IdentificationCard, today(), &Policy::default()).verified);
        // Enhanced licences have the zone of a card as well.
        let mut enhanced = licence();
        enhanced.holders.insert(0, DocumentData { source: Source::Mrz, ..card.holders[0].clone() });
        enhanced.zone = passport().zone;
        assert!(decide(enhanced.clone(), &DocumentType::DriverLicense, today(), &Policy::default()).verified);
        assert!(!decide(enhanced, &DocumentType::IdentificationCard, today(), &Policy::default()).verified);
    }

    type Fault = fn(&mut Evidence);

    fn each_fault_is_found(good: fn() -> Evidence, declared: DocumentType, table: &[(&str, Fault, &[CheckKind])]) {
        let best = decide(good(), &declared, today(), &Policy::default()).score;
        for (name, fault, expected) in table {
            let mut evidence = good();
            fault(&mut evidence);
            let outcome = decide(evidence, &declared, today(), &Policy::default());
            assert_eq!(failed(&outcome), *expected, "{name}");
            assert!(!outcome.verified, "{name}");
            assert!(outcome.score < best, "{name}: {}", outcome.score);
            assert_eq!(outcome.on_sanction_list, *name == "listed", "{name}");
        }
    }

    #[test]
    fn each_fault_of_a_passport_is_found_by_its_own_check() {
        each_fault_is_found(
            passport,
            DocumentType::Passport,
            &[
                ("digit", |e| wrong_digit(e.zone.as_mut().unwrap()), &[CheckKind::DataConsistent]),
                ("no digits", |e| e.zone.as_mut().unwrap().check_digits = 0, &[CheckKind::DataConsistent]),
                ("expired", |e| e.holders[0].expiry_date = Some(day("2026-02-28")), &[CheckKind::NotExpired]),
                ("no expiry", |e| e.holders[0].expiry_date = None, &[CheckKind::NotExpired]),
                ("card", |e| e.holders[0].class = DocumentClass::Card, &[CheckKind::DocumentType]),
                ("too old", |e| e.rules[0].result = RuleResult::Failed, &[CheckKind::DocumentRules]),
                ("portrait", |e| e.portrait = None, &[CheckKind::DocumentPortrait]),
                ("face", |e| e.liveness_faces[1] = false, &[CheckKind::LivenessFaces]),
                ("another face", |e| e.distances.portrait = Some(0.61), &[CheckKind::SamePerson]),
                ("a face that changes", |e| e.distances.frames = Some(0.7), &[CheckKind::SamePerson]),
                ("useless frames", |e| e.liveness.score = 0.4, &[CheckKind::LivenessQuality]),
                (
                    "no movement",
                    |e| e.liveness.movements = Some(Movements { proven: false, share: 0.5 }),
                    &[CheckKind::LivenessMovements],
                ),
                ("no frames", |e| e.liveness_faces.clear(), &[CheckKind::LivenessFaces]),
                ("listed", |e| named(e, "BLACKTHORNE", "OBADIAH"), &[CheckKind::NotSanctioned]),
                ("unnamed", |e| named(e, "", ""), &[CheckKind::NotSanctioned]),
                (
                    "nothing read",
                    |e| (e.zone, e.holders, e.document, e.rules) = Default::default(),
                    &[
                        CheckKind::DataRead,
                        CheckKind::DataConsistent,
                        CheckKind::NotExpired,
                        CheckKind::DocumentType,
                        CheckKind::NotSanctioned,
                    ],
                ),
            ],
        );
    }

    #[test]
    fn each_fault_of_a_licence_is_found_by_its_own_check() {
        each_fault_is_found(
            licence,
            DocumentType::DriverLicense,
            &[
                ("deviating", |e| e.rules[1].result = RuleResult::Failed, &[CheckKind::DataConsistent]),
                ("alike", |e| e.rules[2].result = RuleResult::Failed, &[CheckKind::DifferentSides]),
                ("one file", |e| e.same_file = true, &[CheckKind::DifferentSides]),
                ("identity card", |e| e.holders[0].class = DocumentClass::Card, &[CheckKind::DocumentType]),
                (
                    "two people",
                    |e| e.rules.push(rule(CheckCode::NameCrosscheck, RuleResult::Failed)),
                    &[CheckKind::Crosschecks],
                ),
                ("a zone that is wrong", |e| broken_zone(e), &[CheckKind::DataConsistent]),
                (
                    "a second place that has expired",
                    |e| e.holders.push(DocumentData { expiry_date: Some(day("2020-01-01")), ..e.holders[0].clone() }),
                    &[CheckKind::NotExpired],
                ),
            ],
        );
    }

    fn wrong_digit(zone: &mut ZoneEvidence) {
        (zone.valid, zone.check_digits_right) = (false, 4);
    }

    fn broken_zone(e: &mut Evidence) {
        e.zone = Some(ZoneEvidence { confidence: 0.9, valid: false, check_digits_right: 2, check_digits: 4 });
    }

    fn named(e: &mut Evidence, family: &str, given: &str) {
        (e.holders[0].family, e.holders[0].given) = (Some(family.into()), Some(given.into()));
    }

    #[test]
    fn heuristics_make_no_verdict() {
        let mut evidence = licence();
        for code in [CheckCode::NotGreyscaleCopy, CheckCode::Screen, CheckCode::JpegArtifacts] {
            evidence.rules.push(rule(code, RuleResult::Suspicious));
        }
        evidence.rules.push(rule(CheckCode::FullyInFrame, RuleResult::Failed));
        let outcome = decide(evidence, &DocumentType::DriverLicense, today(), &Policy::default());
        assert!(outcome.verified, "{:?}", failed(&outcome));
        assert_eq!(outcome.rules.len(), 7, "they are kept all the same");
    }

    #[test]
    fn a_document_is_valid_on_its_last_day() {
        let mut evidence = passport();
        evidence.holders[0].expiry_date = Some(today());
        assert!(decide(evidence, &DocumentType::Passport, today(), &Policy::default()).verified);
    }

    fn weighed(set: fn(&mut Weights)) -> Policy {
        let mut policy = Policy::default();
        set(&mut policy.weights);
        policy
    }

    #[test]
    fn the_score_is_the_weighted_mean() {
        let mut evidence = licence();
        evidence.front.manipulation = RuleResult::Suspicious;
        let of = |policy: &Policy| decide(evidence.clone(), &DocumentType::DriverLicense, today(), policy).score;
        let plain = of(&Policy::default());
        assert!(of(&weighed(|w| w.image_manipulation_weight = 9.0)) < plain);
        assert!(of(&weighed(|w| w.image_manipulation_weight = 0.0)) > plain);
        assert!(of(&weighed(|w| w.aamva_match_weight = 9.0)) > plain, "the barcode is as it should be");
        assert!(of(&weighed(|w| w.ofac_fuzzy_match_weight = 9.0)) > plain);
        assert!(of(&weighed(|w| w.is_identity_document_weight = 9.0)) > plain);
        assert!(of(&weighed(|w| w.online_duplication_weight = 9.0)) > plain);
        // Nothing measures these.
        for policy in [weighed(|w| w.age_weight = 9.0), weighed(|w| w.gender_weight = 9.0)] {
            assert_eq!(of(&policy), plain);
        }
        evidence.front.elsewhere = true;
        evidence.front.words = RuleResult::Suspicious;
        let of = |policy: &Policy| decide(evidence.clone(), &DocumentType::DriverLicense, today(), policy).score;
        let worse = of(&Policy::default());
        assert!(worse < plain);
        assert!(of(&weighed(|w| w.online_duplication_weight = 9.0)) < worse);
        assert!(of(&weighed(|w| w.suspicious_words_weight = 9.0)) < worse);
    }

    #[test]
    fn faces_are_one_persons_within_their_tolerance() {
        let of = |policy: &Policy| decide(passport(), &DocumentType::Passport, today(), policy);
        assert!(of(&weighed(|w| w.onboarding_face_encoding_tolerance = 0.3)).verified);
        let strict = of(&weighed(|w| w.onboarding_face_encoding_tolerance = 0.29));
        assert_eq!(failed(&strict), [CheckKind::SamePerson]);
        for (distances, run) in [
            (Distances { portrait: None, frames: Some(0.2) }, Some(true)),
            (Distances { portrait: Some(0.9), frames: None }, Some(false)),
            (Distances::default(), None),
        ] {
            let outcome =
                decide(Evidence { distances, ..passport() }, &DocumentType::Passport, today(), &Policy::default());
            assert_eq!(outcome.passed(CheckKind::SamePerson), run, "{distances:?}");
            assert_eq!(outcome.distances, distances);
        }
    }

    #[test]
    fn a_session_needs_its_least_score() {
        for (tolerance, verified) in [(95.0, true), (95.1, false)] {
            let policy = Policy {
                weights: Weights { idv_session_tolerance: tolerance, ..weights::DEFAULT },
                ..Policy::default()
            };
            let outcome = decide(passport(), &DocumentType::Passport, today(), &policy);
            assert_eq!(outcome.verified, verified, "{tolerance}");
            assert_eq!(failed(&outcome), if verified { vec![] } else { vec![CheckKind::SessionScore] });
        }
    }

    #[test]
    fn places_may_agree_by_halves_where_the_client_says_so() {
        let mut evidence = licence();
        let zone = DocumentData { source: Source::Mrz, family: Some("ERIKSON".into()), ..evidence.holders[0].clone() };
        evidence.holders.push(zone);
        evidence.rules.push(rule(CheckCode::NameCrosscheck, RuleResult::Failed));
        evidence.rules.push(rule(CheckCode::HolderCrosscheck, RuleResult::Passed));
        let of = |policy: &Policy| decide(evidence.clone(), &DocumentType::DriverLicense, today(), policy);
        let strict = of(&Policy::default());
        assert_eq!(failed(&strict), [CheckKind::Crosschecks]);
        let check =
            |outcome: &Outcome| outcome.checks.iter().find(|c| c.kind == CheckKind::Crosschecks).cloned().unwrap();
        let agreement = check(&strict).score;
        assert!((0.9..1.0).contains(&agreement), "{agreement}");
        assert!(of(&weighed(|w| w.driver_license_fuzzy_match_tolerance = 0.9)).verified);
        assert!(!of(&weighed(|w| w.passport_fuzzy_match_tolerance = 0.9)).verified, "this is no passport");
        assert_eq!(check(&of(&weighed(|w| w.driver_license_fuzzy_match_weight = 3.0))).weight, 3.0);
        // Two dates of birth are two people.
        evidence.rules.push(rule(CheckCode::HolderCrosscheck, RuleResult::Failed));
        evidence.rules.retain(|r| r.result == RuleResult::Failed || r.code != CheckCode::HolderCrosscheck.as_str());
        let outcome = decide(
            evidence,
            &DocumentType::DriverLicense,
            today(),
            &weighed(|w| w.driver_license_fuzzy_match_tolerance = 0.1),
        );
        assert_eq!(check(&outcome).score, 0.0);
    }

    #[test]
    fn the_sanction_list_is_met_within_its_tolerance() {
        let mut evidence = passport();
        named(&mut evidence, "BLACKTORN", "OBADIAH");
        let listed =
            |policy: &Policy| decide(evidence.clone(), &DocumentType::Passport, today(), policy).on_sanction_list;
        assert!(listed(&Policy::default()));
        assert!(!listed(&weighed(|w| w.ofac_fuzzy_match_tolerance = 1.0)));
    }

    #[test]
    fn what_is_required_and_absent_is_named() {
        let required = |source: DataSource, fields: &[&str]| RequiredFields {
            source,
            fields: fields.iter().map(|f| (*f).to_owned()).collect(),
        };
        let document =
            DocumentFields { source: DataSource::Mrz, first_name: Some("ANNA".into()), ..DocumentFields::default() };
        let evidence = Evidence { document: Some(document), ..passport() };
        let of = |r: Vec<RequiredFields>| {
            let policy = Policy { required: r, ..Policy::default() };
            let outcome = decide(evidence.clone(), &DocumentType::Passport, today(), &policy);
            outcome.checks.into_iter().find(|c| c.kind == CheckKind::RequiredFields)
        };
        assert_eq!(of(vec![]), None);
        assert_eq!(of(vec![required(DataSource::Barcode, &["street"])]), None, "it was read by its zone");
        let met = of(vec![required(DataSource::Mrz, &["first_name", "face_encoding"])]).unwrap();
        assert!(met.passed && met.score == 1.0 && met.fields.is_empty());
        let missed = of(vec![
            required(DataSource::Mrz, &["street", "first_name", "gender_e"]),
            required(DataSource::Unknown, &["raw_barcode", "street"]),
        ])
        .unwrap();
        assert_eq!((missed.passed, missed.score), (false, 0.25));
        assert_eq!(missed.fields, ["gender_e", "raw_barcode", "street"]);
    }
}
