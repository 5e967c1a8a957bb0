//! From what the images show to the verdict: a pure function of the evidence, the declared type and today's date.

use kyc_capture::api::kyc::enums::DocumentType;
use kyc_capture::core::inspect::checks::CheckCode;
use kyc_capture::core::inspect::holder::{Class, Holder, Source};
use kyc_capture::core::mrz::dates::Date;

use super::rules::{RuleResult, result_of};
use super::{Check, CheckKind, DocumentFields, ImageTests, Outcome, RuleCheck};
use crate::names;

/// What the images show.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What each zone and barcode says, the most trustworthy first.
    pub holders: Vec<Holder>,
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
    /// What the picture of the front tells by itself.
    pub front: ImageTests,
    /// The same of the back, where there is one.
    pub back: Option<ImageTests>,
    /// Whether two places of the document tell the same address.
    pub address_crosscheck: Option<bool>,
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
    CheckCode::AlreadyValid,
    CheckCode::Age,
    CheckCode::DateOrder,
    CheckCode::IssuingState,
    CheckCode::PersonalNumber,
    CheckCode::PersonalNumberHolder,
];

const CROSSCHECKS: &[CheckCode] =
    &[CheckCode::DocumentNumberCrosscheck, CheckCode::NameCrosscheck, CheckCode::HolderCrosscheck];

/// The verdict: every check must pass. The score is the mean of the checks' scores, in percent.
pub fn decide(evidence: Evidence, declared: &DocumentType, today: Date) -> Outcome {
    let yes_no = |kind, passed: bool| Check { kind, passed, score: f64::from(u8::from(passed)) };
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
            .map(|_| rule(CheckCode::BarcodeConsistency) == RuleResult::Passed)
            .map(|c| (c, f64::from(u8::from(c)))),
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
    let on_sanction_list = named.iter().any(|(family, given)| names::is_sanctioned(family, given));

    let mut checks = vec![
        Check { kind: CheckKind::DataRead, passed: confidence.is_some(), score: confidence.unwrap_or(0.0) },
        Check {
            kind: CheckKind::DataConsistent,
            passed: !consistent.is_empty() && consistent.iter().all(|c| c.0),
            score: consistent.iter().map(|c| c.1).reduce(f64::min).unwrap_or(0.0),
        },
        yes_no(CheckKind::NotExpired, expiry.is_some_and(|expiry| expiry >= today)),
        yes_no(CheckKind::DocumentType, class_of(holders).is_some_and(|class| fits(declared, class))),
    ];
    checks.extend(all_kept(DOCUMENT_RULES).map(|kept| yes_no(CheckKind::DocumentRules, kept)));
    checks.push(Check {
        kind: CheckKind::DocumentPortrait,
        passed: evidence.portrait.is_some(),
        score: evidence.portrait.unwrap_or(0.0),
    });
    if evidence.back.is_some() {
        let differ = !evidence.same_file && rule(CheckCode::DifferentSides) != RuleResult::Failed;
        checks.push(yes_no(CheckKind::DifferentSides, differ));
    }
    checks.extend(all_kept(CROSSCHECKS).map(|kept| yes_no(CheckKind::Crosschecks, kept)));
    checks.push(Check {
        kind: CheckKind::LivenessFaces,
        passed: faces.1 > 0 && faces.0 == faces.1,
        score: share(faces.0, faces.1),
    });
    // Without a name nobody can say that it is on no list.
    checks.push(yes_no(CheckKind::NotSanctioned, screened && !on_sanction_list));

    let mean = checks.iter().map(|c| c.score.clamp(0.0, 1.0)).sum::<f64>() / checks.len() as f64;
    Outcome {
        verified: checks.iter().all(|c| c.passed),
        on_sanction_list,
        screened,
        // Tenths of a percent: the inputs are not known any better.
        score: (mean * 1_000.0).round() / 10.0,
        checks,
        document: evidence.document,
        rules: evidence.rules,
        front: Some(evidence.front),
        back: evidence.back,
        address_crosscheck: evidence.address_crosscheck,
    }
}

/// A barcode names the kind of its document; a zone tells its size.
fn class_of(holders: &[Holder]) -> Option<Class> {
    let barcode = holders.iter().find(|holder| holder.source == Source::Barcode);
    barcode.or(holders.first()).map(|holder| holder.class)
}

/// Whether a document of that class may have been declared as this type. A passport card is a card of format TD1.
fn fits(declared: &DocumentType, class: Class) -> bool {
    match declared {
        DocumentType::Passport => class == Class::Passport,
        DocumentType::IdentificationCard | DocumentType::PassportCard => class == Class::Card,
        DocumentType::DriverLicense => class == Class::DriverLicense,
        DocumentType::Unknown | DocumentType::Unlisted(_) => false,
    }
}

#[cfg(test)]
mod tests {
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
        ImageTests { identity_document: RuleResult::Passed, manipulation: RuleResult::Passed, elsewhere: false }
    }

    fn passport() -> Evidence {
        Evidence {
            holders: vec![Holder {
                source: Source::Mrz,
                class: Class::Passport,
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
            front: side(),
            back: None,
            address_crosscheck: None,
        }
    }

    fn licence() -> Evidence {
        let mut evidence = passport();
        (evidence.holders[0].source, evidence.holders[0].class) = (Source::Barcode, Class::DriverLicense);
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
        let outcome = decide(passport(), &DocumentType::Passport, today());
        assert!(outcome.verified, "{:?}", failed(&outcome));
        assert!(outcome.screened && !outcome.on_sanction_list && outcome.is_live());
        // (0.9 + 0.8 + six times 1) / 8
        assert_eq!(outcome.score, 96.3);
        assert!(outcome.document.is_some());
        assert_eq!(outcome.passed(CheckKind::DifferentSides), None, "there is one picture");
        assert_eq!(outcome.passed(CheckKind::Crosschecks), None, "there is one place");
    }

    #[test]
    fn a_good_licence_is_verified_by_its_barcode() {
        let outcome = decide(licence(), &DocumentType::DriverLicense, today());
        assert!(outcome.verified, "{:?}", failed(&outcome));
        let read = outcome.checks.iter().find(|c| c.kind == CheckKind::DataRead).unwrap();
        assert_eq!(read.score, 0.95);
    }

    #[test]
    fn a_barcode_names_the_kind_of_its_document() {
        let mut card = licence();
        card.holders[0].class = Class::Card;
        assert!(decide(card.clone(), &DocumentType::IdentificationCard, today()).verified);
        // Enhanced licences have the zone of a card as well.
        let mut enhanced = licence();
        enhanced.holders.insert(0, Holder { source: Source::Mrz, ..card.holders[0].clone() });
        enhanced.zone = passport().zone;
        assert!(decide(enhanced.clone(), &DocumentType::DriverLicense, today()).verified);
        assert!(!decide(enhanced, &DocumentType::IdentificationCard, today()).verified);
    }

    type Fault = fn(&mut Evidence);

    fn each_fault_is_found(good: fn() -> Evidence, declared: DocumentType, table: &[(&str, Fault, &[CheckKind])]) {
        let best = decide(good(), &declared, today()).score;
        for (name, fault, expected) in table {
            let mut evidence = good();
            fault(&mut evidence);
            let outcome = decide(evidence, &declared, today());
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
                ("card", |e| e.holders[0].class = Class::Card, &[CheckKind::DocumentType]),
                ("too old", |e| e.rules[0].result = RuleResult::Failed, &[CheckKind::DocumentRules]),
                ("portrait", |e| e.portrait = None, &[CheckKind::DocumentPortrait]),
                ("face", |e| e.liveness_faces[1] = false, &[CheckKind::LivenessFaces]),
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
                ("identity card", |e| e.holders[0].class = Class::Card, &[CheckKind::DocumentType]),
                (
                    "two people",
                    |e| e.rules.push(rule(CheckCode::NameCrosscheck, RuleResult::Failed)),
                    &[CheckKind::Crosschecks],
                ),
                ("a zone that is wrong", |e| broken_zone(e), &[CheckKind::DataConsistent]),
                (
                    "a second place that has expired",
                    |e| e.holders.push(Holder { expiry_date: Some(day("2020-01-01")), ..e.holders[0].clone() }),
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
        for code in [CheckCode::Colour, CheckCode::Screen, CheckCode::Recompressed] {
            evidence.rules.push(rule(code, RuleResult::Suspicious));
        }
        evidence.rules.push(rule(CheckCode::Whole, RuleResult::Failed));
        let outcome = decide(evidence, &DocumentType::DriverLicense, today());
        assert!(outcome.verified, "{:?}", failed(&outcome));
        assert_eq!(outcome.rules.len(), 7, "they are kept all the same");
    }

    #[test]
    fn a_document_is_valid_on_its_last_day() {
        let mut evidence = passport();
        evidence.holders[0].expiry_date = Some(today());
        assert!(decide(evidence, &DocumentType::Passport, today()).verified);
    }
}
