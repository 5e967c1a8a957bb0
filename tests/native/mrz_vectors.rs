//! Compares the MRZ parser with vectors of two other parsers, from the shared data. If a vector contradicts Doc 9303,
//! the standard holds: Utopia is a state, visas are parsed, and long document numbers are complete.

use kyc_capture::core::date::Date;
use kyc_capture::core::mrz::format::{FieldName, Format};
use kyc_capture::core::mrz::parse::{MrzDocument, ProblemCode, Sex, Validity, parse};
use serde_json::Value;

use crate::support::shared_data;

#[test]
fn matches_reference_parser_vectors() {
    let Some(vectors) = shared_vectors() else { return };
    let today = Date::new(2026, 6, 15).expect("a date");
    let mut failures = Vec::new();
    for (i, vector) in vectors.iter().enumerate() {
        let lines: Vec<&str> = vector["lines"].as_array().expect("lines").iter().filter_map(Value::as_str).collect();
        let mut differs = Vec::new();
        match parse(&lines, today) {
            Err(error) => {
                if vector.get("expected_error").is_none() {
                    differs.push(format!("refused: {error}"));
                }
            }
            Ok(document) => compare(&document, vector, &vectors, &mut differs),
        }
        if !differs.is_empty() {
            failures.push(format!("{i} {lines:#?}\n  {}", differs.join("\n  ")));
        }
    }
    assert!(vectors.len() >= 64, "{} vectors", vectors.len());
    assert!(failures.is_empty(), "{} of {} differ:\n{}", failures.len(), vectors.len(), failures.join("\n"));
}

fn compare(document: &MrzDocument, vector: &Value, vectors: &[Value], differs: &mut Vec<String>) {
    if vector.get("expected_error").is_some() {
        differs.push("parsed, although it is no MRZ".into());
        return;
    }
    let mut check = |what: &str, got: String, expected: String| {
        if got != expected {
            differs.push(format!("{what}: {got} for {expected}"));
        }
    };
    // This parser always corrects OCR confusables, the peer only with an option: compare with its result for the same
    // lines with that option.
    let corrected =
        vectors.iter().find(|other| other["lines"] == vector["lines"] && other["options"]["autocorrect"] == true);
    let vector = corrected.unwrap_or(vector);
    let peer = &vector["expected"];
    if let Some(theirs) = peer["autocorrect"].as_array() {
        let ours: Vec<_> = document.corrections.iter().map(|c| (c.line, c.column, c.from, c.to)).collect();
        let mut theirs: Vec<_> = theirs
            .iter()
            .map(|c| {
                let symbol = |key: &str| c[key].as_str().and_then(|s| s.chars().next()).unwrap_or(' ');
                let number = |key: &str| c[key].as_u64().unwrap_or(u64::MAX) as usize;
                (number("line"), number("column"), symbol("original"), symbol("corrected"))
            })
            // The peer also rewrites names and states, which no check digit covers.
            .filter(|&(line, column, ..)| is_checked(document.format, line, column))
            .collect();
        theirs.sort_unstable();
        let mut ours_sorted = ours;
        ours_sorted.sort_unstable();
        check("corrections", format!("{ours_sorted:?}"), format!("{theirs:?}"));
    }
    if document.corrections.is_empty() {
        for (key, field) in [
            ("doc", FieldName::DocumentNumberCheckDigit),
            ("num", FieldName::DocumentNumberCheckDigit),
            ("dob", FieldName::BirthDateCheckDigit),
            ("exp", FieldName::ExpiryDateCheckDigit),
            ("opt", FieldName::OptionalDataCheckDigit),
            ("comp", FieldName::CompositeCheckDigit),
        ] {
            if let Some(expected) = vector["icao_checks"][key].as_bool() {
                // A filler as the check digit of an empty expiry, as states print it, is valid here.
                if document.validity == Validity::NotStated && field == FieldName::ExpiryDateCheckDigit {
                    continue;
                }
                let got = document.check_digits.iter().find(|digit| digit.field == field).map(|digit| digit.valid);
                check(key, format!("{got:?}"), format!("{:?}", Some(expected)));
            }
        }
        if let Some(expected) = vector["icao_checks_valid"].as_bool() {
            check("valid", document.valid.to_string(), expected.to_string());
        }
    }
    if let Some(format) = vector["icao_format"].as_str() {
        // The vectors take every MRZ of 2 × 36 but visas for TD2; the peer knows the French card.
        let expected = match format {
            "MRVA" | "MRVB" => format,
            _ => peer["format"].as_str().unwrap_or(format),
        };
        check("format", document.format.name().into(), expected.into());
    }
    // Digits in names stay, and make the MRZ invalid.
    let rewritten = document.problems.iter().any(|problem| problem.code == ProblemCode::UnexpectedSymbol);
    if peer["invalid_fields"].as_array().is_some_and(Vec::is_empty) && !rewritten {
        check("valid", document.valid.to_string(), "true".into());
    }
    if document.valid {
        let fields = &peer["fields"];
        let text = |key: &str| fields[key].as_str().map(str::to_owned);
        if !document.format.name().starts_with("MRV") {
            // For visas the peer cuts fillers from the middle of a number that is followed by a check digit.
            let number = peer["documentNumber"].as_str().unwrap_or_default();
            check("number", document.document_number.clone(), number.into());
        }
        check("primary", document.names.primary.clone(), text("lastName").unwrap_or_default());
        check("secondary", document.names.secondary.clone(), text("firstName").unwrap_or_default());
        let date = |date: &Option<_>| date.as_ref().map(|d: &kyc_capture::core::mrz::dates::MrzDate| d.raw.clone());
        check("birth", format!("{:?}", date(&document.birth_date)), format!("{:?}", text("birthDate")));
        check("expiry", format!("{:?}", date(&document.expiry_date)), format!("{:?}", text("expirationDate")));
        let sex = document.sex.map(|sex| match sex {
            Sex::Female => "female",
            Sex::Male => "male",
            Sex::Unspecified => "nonspecified",
        });
        check("sex", format!("{sex:?}"), format!("{:?}", text("sex").as_deref()));
        check("code", document.document_code.clone(), text("documentCode").unwrap_or_else(|| "V".into()));
        if let Some(code) = text("issuingState") {
            check("state", document.issuing_state.code.clone(), code);
        }
    }
}

fn is_checked(format: Format, line: usize, column: usize) -> bool {
    format.check_rules().iter().any(|rule| {
        (rule.line, rule.column) == (line, column)
            || rule.covers.iter().any(|span| span.line == line && (span.start..span.end).contains(&column))
    })
}

fn shared_vectors() -> Option<Vec<Value>> {
    let text = std::fs::read_to_string(shared_data("mrz/vectors.json")?).expect("the vectors are readable");
    let file: Value = serde_json::from_str(&text).expect("vectors.json is JSON");
    file["vectors"].as_array().cloned()
}
