//! The evidence that images of a good passport yield, without images: for tests of the steps after analysis.

use kyc_capture::api::kyc::enums::{DataSource, Gender};
use kyc_capture::core::date::Date;
use kyc_capture::core::inspect::document_data::{DocumentClass, DocumentData, Source};
use kyc_sandbox::store::outcome::{Distances, DocumentFields, ImageTests, RuleResult};
use kyc_sandbox::verification::decide::{Evidence, ZoneEvidence};

/// Of a passport that is valid to the end of the century.
pub(crate) fn passport_evidence() -> Evidence {
    let side = ImageTests {
        identity_document: RuleResult::Passed,
        manipulation: RuleResult::Passed,
        words: RuleResult::Passed,
        elsewhere: false,
    };
    Evidence {
        holders: vec![DocumentData {
            source: Source::Mrz,
            class: DocumentClass::Passport,
            document_number: Some("L898902C3".into()),
            issuing_state: Some("UTO".into()),
            family: Some("ERIKSSON".into()),
            given: Some("ANNA MARIA".into()),
            truncated: false,
            birth_date: Date::parse_iso("1974-08-12"),
            sex: Some('F'),
            issue_date: None,
            expiry_date: Date::parse_iso("2099-12-31"),
        }],
        zone: Some(ZoneEvidence { confidence: 0.9, valid: true, check_digits_right: 5, check_digits: 5 }),
        barcode: None,
        document: Some(DocumentFields {
            document_id: "6f1e0d6e-0000-4000-8000-000000000001".into(),
            source: DataSource::Mrz,
            document_number: Some("L898902C3".into()),
            issuing_country: Some("UTO".into()),
            first_name: Some("ANNA".into()),
            middle_name: Some("MARIA".into()),
            last_name: Some("ERIKSSON".into()),
            birth_date: Some("1974-08-12".into()),
            expires_at: Some("2099-12-31".into()),
            gender: Gender::Female,
            ..DocumentFields::default()
        }),
        rules: Vec::new(),
        same_file: false,
        portrait: Some(0.8),
        liveness_faces: vec![true, true, true],
        liveness: kyc_sandbox::verification::liveness::Liveness { score: 0.9, movements: None },
        distances: Distances { portrait: Some(0.3), frames: Some(0.2) },
        front: side,
        back: None,
        address_crosscheck: None,
    }
}
