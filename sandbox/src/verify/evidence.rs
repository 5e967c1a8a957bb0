//! What the stored images show, by the core's own detectors.

use kyc_capture::api::kyc::enums::{DataSource, Gender};
use kyc_capture::core::encode::{Image, decode};
use kyc_capture::core::mrz::dates::Date;
use kyc_capture::core::mrz::format::Format;
use kyc_capture::core::mrz::parse::{MrzDocument, Sex};

use super::decide::{DocumentClass, Evidence, MrzEvidence};
use super::{DocumentFields, StoredImages};
use crate::errors::ApiError;
use crate::models::{Models, ReadZone};

/// Looks at every image.
///
/// # Errors
/// 503 without the models.
pub fn gather(models: &Models, stored: &StoredImages, today: Date, document_id: String) -> Result<Evidence, ApiError> {
    let front = pixels(&stored.front)?;
    let mut zone = models.read_mrz(&front, today)?;
    if let Some(back) = &stored.back {
        let there = models.read_mrz(&pixels(back)?, today)?;
        // A card has its zone on one side; should both seem to have one, the better reading counts.
        let rank = |z: &Option<ReadZone>| z.as_ref().map_or((false, 0.0), |z| (z.document.valid, z.confidence));
        if rank(&there) > rank(&zone) {
            zone = there;
        }
    }
    let portrait = models.best_portrait(&front)?;
    let liveness_faces = stored
        .liveness
        .iter()
        .map(|frame| Ok(models.best_face(&pixels(frame)?)?.is_some()))
        .collect::<Result<_, ApiError>>()?;
    Ok(Evidence { mrz: zone.map(|z| of_mrz(&z.document, z.confidence, document_id)), portrait, liveness_faces })
}

fn pixels(stored: &[u8]) -> Result<Image, ApiError> {
    // It was decoded once when it came.
    decode(stored).map_err(|_| ApiError::internal("a stored image can no longer be decoded"))
}

/// What a zone that was read says, in the terms of the verdict.
pub fn of_mrz(document: &MrzDocument, confidence: f64, document_id: String) -> MrzEvidence {
    let (first_name, middle_name) = match document.names.secondary.split_once(' ') {
        Some((first, others)) => (text(first), text(others)),
        None => (text(&document.names.secondary), None),
    };
    let personal_number = document.personal_number.as_ref().map(|number| number.value.clone());
    let optional_data = document.optional_data.iter().find_map(|data| text(&data.value));
    MrzEvidence {
        class: class_of(document.format),
        confidence,
        valid: document.valid,
        check_digits_right: document.check_digits.iter().filter(|digit| digit.valid).count(),
        check_digits: document.check_digits.len(),
        expiry: document.expiry_date.as_ref().and_then(|date| date.latest()),
        family: document.names.primary.clone(),
        given: document.names.secondary.clone(),
        fields: DocumentFields {
            document_id,
            source: DataSource::Mrz,
            document_number: text(&document.document_number),
            ref_number: personal_number.or(optional_data),
            expires_at: document.expiry_date.as_ref().and_then(|date| date.iso.clone()),
            issuing_country: text(&document.issuing_state.code),
            first_name,
            middle_name,
            last_name: text(&document.names.primary),
            birth_date: document.birth_date.as_ref().and_then(|date| date.iso.clone()),
            gender: match document.sex {
                Some(Sex::Female) => Gender::Female,
                Some(Sex::Male) => Gender::Male,
                Some(Sex::Unspecified) | None => Gender::Unknown,
            },
        },
    }
}

fn text(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

fn class_of(format: Format) -> DocumentClass {
    match format {
        Format::Td3 => DocumentClass::Passport,
        Format::Td1 | Format::Td2 | Format::FrenchId => DocumentClass::Card,
        Format::FrenchDl | Format::SwissDl => DocumentClass::DriverLicense,
        Format::MrvA | Format::MrvB => DocumentClass::Other,
    }
}

#[cfg(test)]
mod tests {
    use kyc_capture::core::mrz::parse::parse;

    use super::*;

    fn today() -> Date {
        Date::parse_iso("2026-03-01").unwrap()
    }

    #[test]
    fn the_fields_of_a_passport_are_reported() {
        // The specimen of Doc 9303-4, appendix B.
        let lines = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
        let evidence = of_mrz(&parse(&lines, today()).unwrap(), 0.9, "d".into());
        assert_eq!(evidence.class, DocumentClass::Passport);
        assert!(evidence.valid);
        assert_eq!((evidence.check_digits_right, evidence.check_digits), (5, 5));
        assert_eq!(evidence.expiry, Date::parse_iso("2012-04-15"));
        let f = evidence.fields;
        let found = [&f.document_number, &f.last_name, &f.first_name, &f.middle_name, &f.birth_date, &f.expires_at];
        let expected = ["L898902C3", "ERIKSSON", "ANNA", "MARIA", "1974-08-12", "2012-04-15"];
        assert_eq!(found.map(|v| v.as_deref().unwrap()), expected);
        assert_eq!((f.issuing_country.as_deref(), f.ref_number.as_deref()), (Some("UTO"), Some("ZE184226B")));
        assert_eq!(f.gender, Gender::Female);
    }

    #[test]
    fn a_wrong_check_digit_is_counted() {
        let lines = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C46UTO7408122F1204159ZE184226B<<<<<10"];
        let evidence = of_mrz(&parse(&lines, today()).unwrap(), 0.9, "d".into());
        assert!(!evidence.valid);
        assert_eq!((evidence.check_digits_right, evidence.check_digits), (3, 5), "the number's and the composite");
    }
}
