//! The fields of a document, from its machine-readable zone or its barcode.

use kyc_capture::api::kyc::enums::{DataSource, Gender};
use kyc_capture::core::barcode::aamva::{AamvaDocument, Country, EyeColor, HairColor, Height, Sex as CardSex, Weight};
use kyc_capture::core::date::Date;
use kyc_capture::core::mrz::parse::{MrzDocument, Sex as ZoneSex};
use serde::Serialize;

use crate::store::outcome::DocumentFields;

/// What an MRZ says.
pub fn of_mrz(document: &MrzDocument, document_id: String) -> DocumentFields {
    let (first_name, middle_name) = match document.names.secondary.split_once(' ') {
        Some((first, others)) => (text(first), text(others)),
        None => (text(&document.names.secondary), None),
    };
    let personal_number = document.personal_number.as_ref().map(|number| number.value.clone());
    let optional_data = document.optional_data.iter().find_map(|data| text(&data.value));
    DocumentFields {
        document_id,
        source: DataSource::Mrz,
        document_number: text(&document.document_number),
        ref_number: personal_number.or(optional_data),
        issued_at: document.issue_date.as_ref().and_then(|date| date.iso.clone()),
        expires_at: document.expiry_date.as_ref().and_then(|date| date.iso.clone()),
        issuing_country: text(&document.issuing_state.code),
        first_name,
        middle_name,
        last_name: text(&document.names.primary),
        birth_date: document.birth_date.as_ref().and_then(|date| date.iso.clone()),
        gender: match document.sex {
            Some(ZoneSex::Female) => Gender::Female,
            Some(ZoneSex::Male) => Gender::Male,
            Some(ZoneSex::Unspecified) | None => Gender::Unknown,
        },
        ..DocumentFields::default()
    }
}

/// What a barcode says.
pub fn of_barcode(document: &AamvaDocument, document_id: String) -> DocumentFields {
    let (name, address) = (&document.name, &document.address);
    let lines: Vec<&str> = [&address.street, &address.street_2].into_iter().flatten().map(String::as_str).collect();
    let iso = |date: Option<Date>| date.map(|date| date.to_string());
    DocumentFields {
        document_id,
        source: DataSource::Barcode,
        document_number: document.document_number.clone(),
        ref_number: document.document_discriminator.clone(),
        issued_at: iso(document.issue_date),
        expires_at: iso(document.expiry_date),
        issuing_country: address.country.or(document.issuer.map(|issuer| issuer.country)).map(|country| {
            match country {
                Country::UnitedStates => "USA",
                Country::Canada => "CAN",
            }
            .to_owned()
        }),
        issuing_state: document.issuer.map(|issuer| issuer.jurisdiction.to_owned()),
        first_name: name.given.clone(),
        middle_name: name.middle.clone(),
        last_name: name.family.clone(),
        name_suffix: name.suffix.clone(),
        street: text(&lines.join(", ")),
        city: address.city.clone(),
        state: address.jurisdiction.clone(),
        postal_code: address.postal_code.clone(),
        birth_date: iso(document.birth_date),
        gender: match document.sex {
            Some(CardSex::Female) => Gender::Female,
            Some(CardSex::Male) => Gender::Male,
            Some(CardSex::Unspecified) | None => Gender::Unknown,
        },
        height: document.height.map(|height| match height {
            Height::Inches(inches) => format!("{inches} in"),
            Height::Centimetres(cm) => format!("{cm} cm"),
        }),
        weight: document.weight.map(weight),
        eye_color: document.eye_color.filter(|color| *color != EyeColor::Unknown).and_then(|color| word(&color)),
        hair_color: document.hair_color.filter(|color| *color != HairColor::Unknown).and_then(|color| word(&color)),
        class: document.vehicle_class.clone(),
        restrictions: document.restrictions.clone(),
        mentions: document.endorsements.clone(),
    }
}

/// Ranges stand in kilograms, as in the standard's table (annex D, element `DCE`).
fn weight(weight: Weight) -> String {
    const RANGES: [&str; 10] =
        ["0–31", "32–45", "46–59", "60–70", "71–86", "87–100", "101–113", "114–127", "128–145", "146+"];
    match weight {
        Weight::Pounds(pounds) => format!("{pounds} lb"),
        Weight::Kilograms(kg) => format!("{kg} kg"),
        Weight::Range(range) => format!("{} kg", RANGES[usize::from(range).min(RANGES.len() - 1)]),
    }
}

/// The name of a value that is written as one word.
fn word(value: &impl Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

fn text(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use kyc_capture::core::barcode::aamva;
    use kyc_capture::core::mrz::parse::parse;

    use super::*;

    #[test]
    fn the_fields_of_a_passport_are_reported() {
        // The specimen of Doc 9303-4, appendix B.
        let lines = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
        let f = of_mrz(&parse(&lines, Date::parse_iso("2026-03-01").unwrap()).unwrap(), "d".into());
        let found = [&f.document_number, &f.last_name, &f.first_name, &f.middle_name, &f.birth_date, &f.expires_at];
        let expected = ["L898902C3", "ERIKSSON", "ANNA", "MARIA", "1974-08-12", "2012-04-15"];
        assert_eq!(found.map(|v| v.as_deref().unwrap()), expected);
        assert_eq!((f.issuing_country.as_deref(), f.ref_number.as_deref()), (Some("UTO"), Some("ZE184226B")));
        assert_eq!(f.gender, Gender::Female);
        assert!(f.street.is_none() && f.height.is_none());
    }

    #[test]
    fn the_fields_of_a_licence_are_reported() {
        let card = "DLDCAC\nDCBB\nDCDNONE\nDBA12312030\nDCSSAMPLE\nDACALEX\nDADLEE\nDCUJR\n\
        DBD01022022\nDBB03041980\nDBC1\n\
                    DAYBLU\nDAZUNK\nDAU070 in\nDCE4\nDAG1 MAIN ST\nDAHAPT 2\nDAIRICHMOND\nDAJVA\nDAK232690000  \n\
                    DAQT12345678\nDCF987654\nDCGUSA\nDDEN\nDDFN\nDDGN\r";
        let barcode = format!("@\n\u{1e}\rANSI 636000100001DL0031{:04}{card}", card.len());
        let f = of_barcode(&aamva::parse(&barcode).unwrap(), "d".into());
        let found = [
            &f.document_number,
            &f.ref_number,
            &f.issued_at,
            &f.expires_at,
            &f.issuing_country,
            &f.issuing_state,
            &f.first_name,
            &f.middle_name,
            &f.last_name,
            &f.name_suffix,
            &f.street,
            &f.city,
            &f.state,
            &f.postal_code,
            &f.birth_date,
            &f.height,
            &f.weight,
            &f.eye_color,
            &f.class,
            &f.restrictions,
        ];
        let expected = [
            "T12345678",
            "987654",
            "2022-01-02",
            "2030-12-31",
            "USA",
            "VA",
            "ALEX",
            "LEE",
            "SAMPLE",
            "JR",
            "1 MAIN ST, APT 2",
            "RICHMOND",
            "VA",
            "23269",
            "1980-03-04",
            "70 in",
            "71–86 kg",
            "blue",
            "C",
            "B",
        ];
        assert_eq!(found.map(|v| v.as_deref().unwrap_or_default()), expected);
        assert_eq!((f.hair_color, f.gender, f.source), (None, Gender::Male, DataSource::Barcode));
    }
}
