use super::*;
use crate::barcode::aamva::Severity;

/// A text with a correct header: prefix, numbers of issuer and version, offsets and lengths.
fn barcode(issuer: &str, version: u8, subfiles: &[(&str, &str)]) -> String {
    let numbers = if version < 2 { format!("{version:02}") } else { format!("{version:02}00") };
    let mut header = format!("@\n\u{1e}\rANSI {issuer}{numbers}{:02}", subfiles.len());
    let mut offset = header.len() + 10 * subfiles.len();
    for (kind, body) in subfiles {
        let length = kind.len() + body.len() + 1;
        header += &format!("{kind}{offset:04}{length:04}");
        offset += length;
    }
    subfiles.iter().fold(header, |text, (kind, body)| text + kind + body + "\r")
}

const CARD: &str = "DCAC\nDCBNONE\nDCDM1\nDBA08152031\nDCSDOE\nDDEN\nDACJANE\nDDFN\n\
    DADQ RUTH\nDDGT\nDBD08152023\nDBB02291988\nDBC2\nDAYHAZ\nDAU066 IN\nDAG1 ANY ST\nDAIANYTOWN\n\
    DAJVA\nDAK220110000  \nDAQT12345678\n\
    DCF001\nDCGUSA\nDDAF\nDDB06062020\nDAZBRO\nDAW140\nDDK1\nDDL1";

fn codes(document: &AamvaDocument) -> Vec<(ProblemCode, &str)> {
    document.problems.iter().map(|p| (p.code, p.element.as_str())).collect()
}

#[test]
fn reads_all_elements_of_version_10() {
    let card = parse(&barcode("636000", 10, &[("DL", CARD), ("ZV", "ZVA01")])).unwrap();
    assert_eq!(codes(&card), []);
    assert_eq!((card.header.version, card.header.jurisdiction_version), (Some(10), Some(0)));
    assert_eq!(card.issuer.unwrap().name, "Virginia");
    assert_eq!(card.kind, CardKind::DriverLicense);
    assert_eq!(card.document_number.as_deref(), Some("T12345678"));
    let name = &card.name;
    assert_eq!((name.family.as_deref(), name.given.as_deref()), (Some("DOE"), Some("JANE")));
    assert_eq!((name.middle.as_deref(), name.middle_truncated), (Some("Q RUTH"), Some(Truncation::Truncated)));
    assert_eq!(card.birth_date, Date::new(1988, 2, 29));
    assert_eq!(card.expiry_date, Date::new(2031, 8, 15));
    assert_eq!(
        (card.sex, card.eye_color, card.hair_color),
        (Some(Sex::Female), Some(EyeColor::Hazel), Some(HairColor::Brown))
    );
    assert_eq!((card.height, card.height.unwrap().centimetres()), (Some(Height::Inches(66)), 168));
    assert_eq!(card.weight, Some(Weight::Pounds(140)));
    assert_eq!(card.address.postal_code.as_deref(), Some("22011"));
    assert_eq!((card.restrictions, card.endorsements.as_deref()), (None, Some("M1")));
    assert_eq!((card.compliance, card.organ_donor, card.veteran), (Some(Compliance::Full), Some(true), Some(true)));
    assert_eq!(card.subfiles[1].get("ZVA"), Some("01"));
}

#[test]
fn reads_names_dates_and_heights_of_version_1() {
    let body = "DAADOE,JOHN,PETER PAUL,JR\nDAG1 ANY ST\nDAIANYTOWN\nDAJOR\nDAK97330      \nDAQ7\nDARC\nDASB\n\
    DAT     \nDAU511\nDBA20260626\nDBB19500626\nDBC1\nDBD20160624\nDBHY";
    let card = parse(&barcode("636029", 1, &[("DL", body)])).unwrap();
    assert_eq!(codes(&card), []);
    assert_eq!(card.header.jurisdiction_version, None);
    let name = &card.name;
    assert_eq!((name.family.as_deref(), name.given.as_deref()), (Some("DOE"), Some("JOHN")));
    assert_eq!((name.middle.as_deref(), name.suffix.as_deref()), (Some("PETER PAUL"), Some("JR")));
    assert_eq!((card.birth_date, card.height), (Date::new(1950, 6, 26), Some(Height::Inches(71))));
    assert_eq!(
        (card.vehicle_class.as_deref(), card.restrictions.as_deref(), card.endorsements),
        (Some("C"), Some("B"), None)
    );
    assert_eq!(card.organ_donor, Some(true));
    assert_eq!(card.address.country, Some(Country::UnitedStates));
}

#[test]
fn reads_canadian_dates_and_heights() {
    let body = "DCSTREMBLAY\nDCTMARIE,ANNE\nDBA20300101\nDBB19900228\nDBC2\nDAU165 cm\nDAQT1\nDAKH0H 0H0\nDCGCAN";
    let card = parse(&barcode("604428", 3, &[("DL", body)])).unwrap();
    assert_eq!(codes(&card), []);
    assert_eq!((card.birth_date, card.height), (Date::new(1990, 2, 28), Some(Height::Centimetres(165))));
    assert_eq!((card.name.given.as_deref(), card.name.middle.as_deref()), (Some("MARIE"), Some("ANNE")));
    assert_eq!(card.address.postal_code.as_deref(), Some("H0H 0H0"));
}

#[test]
fn reports_conformance_issues_and_reads_as_intended() {
    // Wrong offsets, a swapped date, a date that does not exist, an unknown value and a malformed line.
    let body = "DCSDOE\nDACJANE\nDBA20310815\nDBB02301988\nDBC7\nDAQ1\n!\nDAQ2";
    let text = barcode("636000", 8, &[("ID", body)]).replace("ID0031", "ID0999");
    let card = parse(&text).unwrap();
    assert_eq!(card.kind, CardKind::IdentityCard);
    assert_eq!(card.expiry_date, Date::new(2031, 8, 15));
    assert_eq!((card.birth_date, card.document_number.as_deref()), (None, Some("1")));
    use ProblemCode::*;
    let expected = [
        (SubfileMisplaced, "ID"),
        (ElementMalformed, "ID"),
        (ElementRepeated, "DAQ"),
        (DateInvalid, "DBB"),
        (DateOrder, "DBA"),
        (ValueUnknown, "DBC"),
    ];
    let found = codes(&card);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    assert!(expected.iter().all(|e| found.contains(e)), "{found:?}");
}

#[test]
fn tolerates_lost_header_separators() {
    let whole = barcode("636000", 8, &[("DL", CARD)]);
    for prefix in ["@\nANSI ", "@ANSI ", "ANSI ", "@\n\u{1e}\rAAMVA", "@\r\n\u{1e}\r\nANSI "] {
        let card = parse(&whole.replace("@\n\u{1e}\rANSI ", prefix)).unwrap();
        assert_eq!(card.name.family.as_deref(), Some("DOE"), "{prefix:?}");
        assert_eq!(card.document_number.as_deref(), Some("T12345678"), "{prefix:?}");
    }
    // A subfile that the header lists and that is missing.
    let card = parse(&barcode("636000", 8, &[("DL", CARD), ("ZV", "")])).unwrap();
    assert!(codes(&card).contains(&(ProblemCode::SubfileMissing, "ZV")));
}

#[test]
fn rejects_texts_that_are_not_aamva() {
    for (text, code) in [
        ("", "aamva_no_file_type"),
        ("https://example.com/ANSI-is-far-behind ANSI ", "aamva_no_file_type"),
        ("@\n\u{1e}\rANSI 63600", "aamva_no_issuer"),
        ("@\n\u{1e}\rANSI 636000100001DL00310000", "aamva_no_subfile"),
        ("ANSI ЖЖЖЖЖЖ", "aamva_no_issuer"),
    ] {
        assert_eq!(parse(text).unwrap_err().code(), code, "{text:?}");
    }
    assert_eq!(parse(&"A".repeat(3000)).unwrap_err().code(), "aamva_too_long");
}

#[test]
fn never_panics_on_truncated_or_changed_text() {
    let whole = barcode("636000", 8, &[("DL", CARD), ("ZV", "ZVA01")]);
    for end in 0..whole.len() {
        let _ = parse(&whole[..end]);
    }
    for at in 0..whole.len() {
        for other in ["", "\n", "é", "9", "Z"] {
            let _ = parse(&format!("{}{other}{}", &whole[..at], &whole[at + 1..]));
        }
    }
}

/// A card of version `version` with the given elements and otherwise those that every card has.
fn with(issuer: &str, version: u8, elements: &str) -> AamvaDocument {
    parse(&barcode(issuer, version, &[("DL", &format!("DAQX1\n{elements}"))])).unwrap()
}

fn severe(document: &AamvaDocument) -> Vec<(ProblemCode, &str)> {
    let severe = document.problems.iter().filter(|p| p.severity == Severity::Error);
    severe.map(|p| (p.code, p.element.as_str())).collect()
}

#[test]
fn reads_names_in_the_forms_of_issuers() {
    // Issuer, version, elements, family, given, middle, suffix.
    type Row = (&'static str, u8, &'static str, &'static str, &'static str, &'static str, &'static str);
    let rows: [Row; 15] = [
        ("636025", 1, "DAAJANE ANN DOE", "DOE", "JANE", "ANN", ""),
        ("636025", 1, "DAAJOHN DOE JR", "DOE", "JOHN", "", "JR"),
        ("636025", 1, "DAADOE$JANE$ANN", "DOE", "JANE", "ANN", ""),
        ("636005", 1, "DAADOE@JANE@ANN", "DOE", "JANE", "ANN", ""),
        ("636003", 1, "DAADOE,SUE,,", "DOE", "SUE", "", ""),
        ("636030", 1, "DAADOE,JOHN,PAUL,III", "DOE", "JOHN", "PAUL", "III"),
        ("636030", 1, "DAADOE,JOHN,JR", "DOE", "JOHN", "", "JR"),
        ("636025", 2, "DCSDOE\nDCTJANE ANN", "DOE", "JANE", "ANN", ""),
        ("636032", 3, "DCSDOE\nDCTMARY ANN,LEE", "DOE", "MARY ANN", "LEE", ""),
        ("636012", 3, "DCSDOE,JANE,ANN", "DOE", "JANE", "ANN", ""),
        ("636012", 8, "DCSDOE, JR\nDACJOHN\nDADPAUL", "DOE", "JOHN", "PAUL", "JR"),
        ("636020", 8, "DCSDOE\nDACJOHN,PAUL\nDDGN", "DOE", "JOHN", "PAUL", ""),
        ("636014", 8, "DCSDOE\nDACJANE\nDADNONE", "DOE", "JANE", "", ""),
        ("636014", 8, "DCSDOE\nDACNONE\nDADNONE", "DOE", "", "", ""),
        ("636014", 8, "DCSDOE\nDACNONE\nDADANN", "DOE", "NONE", "ANN", ""),
    ];
    for (issuer, version, elements, family, given, middle, suffix) in rows {
        let name = with(issuer, version, elements).name;
        let found = [name.family, name.given, name.middle, name.suffix].map(Option::unwrap_or_default);
        assert_eq!(found, [family, given, middle, suffix], "{elements}");
    }
}

#[test]
fn dates_without_an_end_are_no_failure() {
    for (printed, expiry) in [
        ("99999999", None),
        ("00000000", None),
        ("INDEF", None),
        ("MIL", None),
        ("NONE", None),
        ("12319999", Date::new(9999, 12, 31)),
        ("01012200", Date::new(2200, 1, 1)),
        ("08-15-2031", Date::new(2031, 8, 15)),
    ] {
        let card = with("636000", 8, &format!("DCSDOE\nDACJANE\nDBA{printed}\nDBB02291988"));
        assert_eq!((card.expiry_date, severe(&card)), (expiry, vec![]), "{printed}");
    }
    let card = with("636000", 8, "DCSDOE\nDACJANE\nDBA02302031");
    assert_eq!((card.expiry_date, severe(&card)), (None, vec![(ProblemCode::DateInvalid, "DBA")]));
}

#[test]
fn reads_heights_weights_and_colors_as_issuers_spell_them() {
    for (printed, height) in [
        ("DAU5'-08\"", Height::Inches(68)),
        ("DAU5 ft 08 in", Height::Inches(68)),
        ("DAU68in", Height::Inches(68)),
        ("DAU510", Height::Inches(70)),
        ("DAU066 IN", Height::Inches(66)),
        ("DAU173 cm", Height::Centimetres(173)),
        ("DAV173", Height::Centimetres(173)),
        ("DAV5-01", Height::Inches(61)),
    ] {
        assert_eq!(with("636000", 8, &format!("DCSDOE\n{printed}")).height, Some(height), "{printed}");
    }
    for (printed, weight) in [
        ("DAW145 lbs", Weight::Pounds(145)),
        ("DAW50 KG", Weight::Kilograms(50)),
        ("DAW140", Weight::Pounds(140)),
        ("DAX082", Weight::Kilograms(82)),
    ] {
        assert_eq!(with("636000", 8, &format!("DCSDOE\n{printed}")).weight, Some(weight), "{printed}");
    }
    for (printed, eyes) in [
        ("BRO", Some(EyeColor::Brown)),
        ("BRN", Some(EyeColor::Brown)),
        ("BROWN", Some(EyeColor::Brown)),
        ("BLUE", Some(EyeColor::Blue)),
        ("HAZE", Some(EyeColor::Hazel)),
        ("GREY", Some(EyeColor::Gray)),
        ("BL", None),
        ("XYZ", None),
    ] {
        let card = with("636000", 8, &format!("DCSDOE\nDACJANE\nDAY{printed}"));
        assert_eq!((card.eye_color, severe(&card)), (eyes, vec![]), "{printed}");
    }
}

#[test]
fn distinguishes_material_compliance_and_postal_codes_with_blanks() {
    for (printed, compliance) in
        [("F", Some(Compliance::Full)), ("M", Some(Compliance::Material)), ("N", Some(Compliance::None)), ("Q", None)]
    {
        assert_eq!(with("636000", 8, &format!("DCSDOE\nDDA{printed}")).compliance, compliance, "{printed}");
    }
    for (issuer, printed, code) in [
        ("636000", "22011 0000", "22011"),
        ("636000", "27600-0000", "27600"),
        ("636000", "90001 1234", "900011234"),
        ("636012", "M0M 0M0", "M0M 0M0"),
    ] {
        let card = with(issuer, 8, &format!("DCSDOE\nDAK{printed}"));
        assert_eq!(card.address.postal_code.as_deref(), Some(code));
    }
}

#[test]
fn harmless_deviations_are_info_and_contradictions_are_errors() {
    // An unknown issuer, a wrong offset, a swapped date, a short line, a doubled type and an unknown colour.
    let text =
        barcode("999999", 8, &[("DL", "DLDAQ1\nDCSDOE\nDACJANE\nDBA20310815\nDAYQQQ\nA")]).replace("DL0031", "DL0999");
    let card = parse(&text).unwrap();
    assert_eq!((card.document_number.as_deref(), severe(&card)), (Some("1"), vec![]));
    assert!(card.problems.len() >= 5, "{:?}", codes(&card));
    let card = with("636000", 8, "DCSDOE\nDAQX2\nDBB02301988\nDBC7");
    use ProblemCode::{DateInvalid, ElementRepeated, ValueUnknown};
    for problem in [(ElementRepeated, "DAQ"), (DateInvalid, "DBB"), (ValueUnknown, "DBC")] {
        assert!(severe(&card).contains(&problem), "{problem:?}");
    }
}

#[test]
fn lost_separators_are_refused_and_named_ones_restored() {
    let whole = barcode("636030", 1, &[("DL", CARD)]);
    let joined: String = whole.chars().filter(|c| !c.is_control()).collect();
    assert_eq!(parse(&joined).unwrap_err().code(), "aamva_no_separators");
    let named = whole.replace('\n', "<LF>").replace('\u{1e}', "<RS>").replace('\r', "<CR>");
    let card = parse(&named).unwrap();
    assert_eq!((card.name.family.as_deref(), card.document_number.as_deref()), (Some("DOE"), Some("T12345678")));
}

#[test]
fn reads_the_magnetic_stripe_text_of_british_columbia() {
    // As on published specimens of the province: three tracks in a PDF417 symbol.
    let text = "%BCVICTORIA^SPECIMEN,$TEST CARD^910 SAMPLE STREET$VICTORIA BC  V8W 3Y5^?\
        ;6360282222222=240919700906=?_%0AV8W3Y5                     M183 82BRNBLU9123456789                ?";
    let card = parse(text).unwrap();
    assert_eq!(card.issuer.map(|issuer| issuer.jurisdiction), Some("BC"));
    assert_eq!(card.document_number.as_deref(), Some("2222222"));
    let name = &card.name;
    assert_eq!((name.family.as_deref(), name.given.as_deref()), (Some("SPECIMEN"), Some("TEST")));
    assert_eq!(name.middle.as_deref(), Some("CARD"));
    assert_eq!((card.birth_date, card.expiry_date), (Date::new(1970, 9, 6), Date::new(2024, 9, 30)));
    assert_eq!((card.sex, card.height), (Some(Sex::Male), Some(Height::Centimetres(183))));
    assert_eq!((card.weight, card.eye_color), (Some(Weight::Kilograms(82)), Some(EyeColor::Blue)));
    assert_eq!((card.address.city.as_deref(), card.address.postal_code.as_deref()), (Some("VICTORIA"), Some("V8W3Y5")));
    assert_eq!(severe(&card), []);
    for end in 0..text.len() {
        let _ = parse(&text[..end]);
    }
}
