//! From what the images show to the verdict: a pure function of the evidence, the declared type and today's date.

use kyc_capture::api::kyc::enums::DocumentType;
use kyc_capture::core::mrz::dates::Date;

use super::{Check, CheckKind, DocumentFields, Outcome};
use crate::names;

/// What the images show.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The machine-readable zone, where one was read.
    pub mrz: Option<MrzEvidence>,
    /// Score of the best face on the document's front; none where there is no face.
    pub portrait: Option<f64>,
    /// For each liveness image, whether it shows a face.
    pub liveness_faces: Vec<bool>,
}

/// What a machine-readable zone says.
#[derive(Debug, Clone, PartialEq)]
pub struct MrzEvidence {
    /// Of which size and kind the document is.
    pub class: DocumentClass,
    /// The reader's confidence, 0–1.
    pub confidence: f64,
    /// Every check digit holds, and every field is of its kind.
    pub valid: bool,
    /// Check digits that are right.
    pub check_digits_right: usize,
    /// Check digits in all.
    pub check_digits: usize,
    /// The last day on which the document is valid; none where it cannot be told.
    pub expiry: Option<Date>,
    /// Family names, as in the zone.
    pub family: String,
    /// Given names, as in the zone.
    pub given: String,
    /// The fields to report.
    pub fields: DocumentFields,
}

/// What a zone's format says about the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentClass {
    /// A booklet (TD3).
    Passport,
    /// A travel document card (TD1, TD2, the French national card).
    Card,
    /// A driving licence.
    DriverLicense,
    /// Something else, as a visa.
    Other,
}

/// The verdict: every check must pass. The score is the mean of the checks' scores, in percent.
pub fn decide(evidence: Evidence, declared: &DocumentType, today: Date) -> Outcome {
    let mrz = evidence.mrz.as_ref();
    let yes_no = |kind, passed: bool| Check { kind, passed, score: f64::from(u8::from(passed)) };
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };

    let digits = mrz.map_or((0, 0), |m| (m.check_digits_right, m.check_digits));
    let faces = (evidence.liveness_faces.iter().filter(|f| **f).count(), evidence.liveness_faces.len());
    let screened = mrz.is_some_and(|m| !m.family.is_empty() || !m.given.is_empty());
    let on_sanction_list = mrz.is_some_and(|m| names::is_sanctioned(&m.family, &m.given));
    let checks = vec![
        Check { kind: CheckKind::MrzRead, passed: mrz.is_some(), score: mrz.map_or(0.0, |m| m.confidence) },
        Check {
            kind: CheckKind::CheckDigits,
            passed: digits.1 > 0 && mrz.is_some_and(|m| m.valid),
            score: share(digits.0, digits.1),
        },
        yes_no(CheckKind::NotExpired, mrz.and_then(|m| m.expiry).is_some_and(|expiry| expiry >= today)),
        yes_no(CheckKind::DocumentType, mrz.is_some_and(|m| fits(declared, m.class))),
        Check {
            kind: CheckKind::DocumentPortrait,
            passed: evidence.portrait.is_some(),
            score: evidence.portrait.unwrap_or(0.0),
        },
        Check {
            kind: CheckKind::LivenessFaces,
            passed: faces.1 > 0 && faces.0 == faces.1,
            score: share(faces.0, faces.1),
        },
        // Without a name nobody can say that it is on no list.
        yes_no(CheckKind::NotSanctioned, screened && !on_sanction_list),
    ];
    let mean = checks.iter().map(|c| c.score.clamp(0.0, 1.0)).sum::<f64>() / checks.len() as f64;
    Outcome {
        verified: checks.iter().all(|c| c.passed),
        on_sanction_list,
        screened,
        // Tenths of a percent: the inputs are not known any better.
        score: (mean * 1_000.0).round() / 10.0,
        checks,
        document: evidence.mrz.map(|m| m.fields),
    }
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
    use kyc_capture::api::kyc::enums::{DataSource, Gender};

    use super::*;

    fn day(iso: &str) -> Date {
        Date::parse_iso(iso).unwrap()
    }

    fn today() -> Date {
        day("2026-03-01")
    }

    fn good() -> Evidence {
        Evidence {
            mrz: Some(MrzEvidence {
                class: DocumentClass::Passport,
                confidence: 0.9,
                valid: true,
                check_digits_right: 5,
                check_digits: 5,
                expiry: Some(day("2030-01-01")),
                family: "ERIKSSON".into(),
                given: "ANNA MARIA".into(),
                fields: DocumentFields {
                    document_id: "d".into(),
                    source: DataSource::Mrz,
                    document_number: Some("L898902C3".into()),
                    ref_number: None,
                    expires_at: Some("2030-01-01".into()),
                    issuing_country: Some("UTO".into()),
                    first_name: Some("ANNA".into()),
                    middle_name: Some("MARIA".into()),
                    last_name: Some("ERIKSSON".into()),
                    birth_date: Some("1974-08-12".into()),
                    gender: Gender::Female,
                },
            }),
            portrait: Some(0.8),
            liveness_faces: vec![true, true, true],
        }
    }

    fn failed(outcome: &Outcome) -> Vec<CheckKind> {
        outcome.checks.iter().filter(|c| !c.passed).map(|c| c.kind).collect()
    }

    #[test]
    fn a_good_document_is_verified() {
        let outcome = decide(good(), &DocumentType::Passport, today());
        assert!(outcome.verified, "{:?}", failed(&outcome));
        assert!(outcome.screened && !outcome.on_sanction_list && outcome.is_live());
        // (0.9 + 0.8 + five times 1) / 7
        assert_eq!(outcome.score, 95.7);
        assert!(outcome.document.is_some());
    }

    #[test]
    fn each_fault_is_found_by_its_own_check() {
        type Fault = fn(&mut Evidence);
        let table: &[(&str, Fault, &[CheckKind])] = &[
            ("digit", |e| wrong_digit(e.mrz.as_mut().unwrap()), &[CheckKind::CheckDigits]),
            ("no digits", |e| e.mrz.as_mut().unwrap().check_digits = 0, &[CheckKind::CheckDigits]),
            ("expired", |e| e.mrz.as_mut().unwrap().expiry = Some(day("2026-02-28")), &[CheckKind::NotExpired]),
            ("no expiry", |e| e.mrz.as_mut().unwrap().expiry = None, &[CheckKind::NotExpired]),
            ("card", |e| e.mrz.as_mut().unwrap().class = DocumentClass::Card, &[CheckKind::DocumentType]),
            ("portrait", |e| e.portrait = None, &[CheckKind::DocumentPortrait]),
            ("face", |e| e.liveness_faces[1] = false, &[CheckKind::LivenessFaces]),
            ("no frames", |e| e.liveness_faces.clear(), &[CheckKind::LivenessFaces]),
            ("listed", |e| listed(e.mrz.as_mut().unwrap()), &[CheckKind::NotSanctioned]),
            ("unnamed", |e| unnamed(e.mrz.as_mut().unwrap()), &[CheckKind::NotSanctioned]),
            (
                "no mrz",
                |e| e.mrz = None,
                &[
                    CheckKind::MrzRead,
                    CheckKind::CheckDigits,
                    CheckKind::NotExpired,
                    CheckKind::DocumentType,
                    CheckKind::NotSanctioned,
                ],
            ),
        ];
        for (name, fault, expected) in table {
            let mut evidence = good();
            fault(&mut evidence);
            let outcome = decide(evidence, &DocumentType::Passport, today());
            assert_eq!(failed(&outcome), *expected, "{name}");
            assert!(!outcome.verified, "{name}");
            assert!(outcome.score < 95.7, "{name}: {}", outcome.score);
            assert_eq!(outcome.on_sanction_list, *name == "listed", "{name}");
        }
    }

    fn wrong_digit(m: &mut MrzEvidence) {
        (m.valid, m.check_digits_right) = (false, 4);
    }

    fn listed(m: &mut MrzEvidence) {
        (m.family, m.given) = ("BLACKTHORNE".into(), "OBADIAH".into());
    }

    fn unnamed(m: &mut MrzEvidence) {
        (m.family, m.given) = (String::new(), String::new());
    }

    #[test]
    fn a_document_is_valid_on_its_last_day() {
        let mut evidence = good();
        evidence.mrz.as_mut().unwrap().expiry = Some(today());
        assert!(decide(evidence, &DocumentType::Passport, today()).verified);
    }
}
