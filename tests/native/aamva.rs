//! Compares the AAMVA parser with vectors of another parser, from the shared data. If a vector contradicts the
//! standard, the standard holds, and the difference is listed here.

use kyc_capture::core::barcode::aamva::{AamvaDocument, Compliance, Country, Height, Sex, Truncation, Weight, parse};
use kyc_capture::core::date::Date;
use serde_json::Value;

use crate::support::shared_data;

/// Vector, field and correct value, for each known difference.
const EXPLAINED: &[(&str, &str, &str)] = &[
    // `0210800000` is 02108 padded with zeros; the other parser removes four of the five.
    ("TestMA2009License", "postal_code", "02108"),
];

#[test]
fn matches_reference_aamva_vectors() {
    let Some(path) = shared_data("aamva/vectors.json") else { return };
    let text = std::fs::read_to_string(path).expect("the vectors are readable");
    let vectors: Vec<Value> = serde_json::from_str(&text).expect("vectors");
    assert!(!vectors.is_empty());
    let mut differs = Vec::new();
    for vector in &vectors {
        let id = vector["id"].as_str().expect("an id").rsplit('/').next().unwrap_or_default();
        let document = parse(vector["raw"].as_str().expect("a text")).unwrap_or_else(|e| panic!("{id}: {e}"));
        for (field, expected) in vector["expected"].as_object().expect("fields") {
            let expected = match EXPLAINED.iter().find(|(v, f, _)| (*v, *f) == (id, field.as_str())) {
                Some((_, _, right)) => (*right).to_owned(),
                None => expected.as_str().map_or_else(|| expected.to_string(), str::to_owned),
            };
            let got = value(&document, field).unwrap_or_else(|| panic!("{id}: unknown field {field}"));
            if got != expected {
                differs.push(format!("{id} {field}: {got} for {expected}"));
            }
        }
    }
    assert!(differs.is_empty(), "{}", differs.join("\n"));
}

/// Returns a field in the notation of the vectors, or `None` if this test does not know it.
fn value(document: &AamvaDocument, field: &str) -> Option<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".into());
    let date = |value: Option<Date>| value.map_or_else(|| "null".into(), |d| d.to_string());
    let debug = |value: Option<String>| value.unwrap_or_else(|| "null".into());
    let truncated =
        |t: Option<Truncation>| t.map_or_else(|| "null".into(), |t| (t == Truncation::Truncated).to_string());
    let (name, address) = (&document.name, &document.address);
    Some(match field {
        "first_name" => text(&name.given),
        "middle_name" => text(&name.middle),
        "last_name" => text(&name.family),
        "suffix" => text(&name.suffix),
        "first_truncated" => truncated(name.given_truncated),
        "middle_truncated" => truncated(name.middle_truncated),
        "last_truncated" => truncated(name.family_truncated),
        "street1" => text(&address.street),
        "street2" => text(&address.street_2),
        "city" => text(&address.city),
        "jurisdiction" => text(&address.jurisdiction),
        "postal_code" => text(&address.postal_code),
        "country" => match address.country {
            Some(Country::UnitedStates) => "USA".into(),
            Some(Country::Canada) => "CAN".into(),
            None => "null".into(),
        },
        "date_of_birth" => date(document.birth_date),
        "issue_date" => date(document.issue_date),
        "expiry_date" => date(document.expiry_date),
        "revision_date" => date(document.revision_date),
        "sex" => debug(document.sex.map(|s| match s {
            Sex::Unspecified => "NotSpecified".into(),
            sex => format!("{sex:?}"),
        })),
        "height_in" => match document.height {
            Some(Height::Inches(inches)) => inches.to_string(),
            other => format!("{other:?}"),
        },
        "weight_lb" => match document.weight {
            Some(Weight::Pounds(pounds)) => pounds.to_string(),
            other => format!("{other:?}"),
        },
        "eye_color" => debug(document.eye_color.map(|c| format!("{c:?}"))),
        "hair_color" => debug(document.hair_color.map(|c| format!("{c:?}"))),
        "id_number" => text(&document.document_number),
        "aamva_version" => match document.header.version? {
            1 => "AAMVA2000".into(),
            2 => "AAMVA2003".into(),
            3 => "AAMVA2005".into(),
            version @ 4..=8 => format!("AAMVA{}", [2009, 2010, 2011, 2012, 2013][usize::from(version) - 4]),
            other => other.to_string(),
        },
        "compliance" => match document.compliance {
            Some(Compliance::Full) => "FullyCompliant".into(),
            Some(Compliance::Material) => "MateriallyCompliant".into(),
            Some(Compliance::None) => "NonCompliant".into(),
            None => "null".into(),
        },
        "organ_donor" => debug(document.organ_donor.map(|d| d.to_string())),
        "vehicle_class" => text(&document.vehicle_class),
        "restrictions" => text(&document.restrictions),
        "document_discriminator" => text(&document.document_discriminator),
        "inventory_control" => text(&document.inventory_control),
        _ => return None,
    })
}
