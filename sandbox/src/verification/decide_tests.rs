//! Tests of the decision.

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
    assert_eq!(outcome.passed(CheckKind::DifferentSides), None, "there is one image");
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
    // Enhanced licences have the MRZ of a card as well.
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
            ("an MRZ with wrong check digits", |e| broken_zone(e), &[CheckKind::DataConsistent]),
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
fn a_document_without_a_date_of_expiry_is_not_expired() {
    let mut evidence = passport();
    evidence.holders[0].expiry_date = None;
    let outcome = decide(evidence, &DocumentType::Passport, today(), &Policy::default());
    assert!(outcome.verified, "{:?}", failed(&outcome));
    assert!(outcome.checks.iter().all(|check| check.kind != CheckKind::NotExpired));
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
        let policy =
            Policy { weights: Weights { idv_session_tolerance: tolerance, ..weights::DEFAULT }, ..Policy::default() };
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
    let check = |outcome: &Outcome| outcome.checks.iter().find(|c| c.kind == CheckKind::Crosschecks).cloned().unwrap();
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
    let listed = |policy: &Policy| decide(evidence.clone(), &DocumentType::Passport, today(), policy).on_sanction_list;
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
