//! MRZs as states print them, of synthetic people: what is right, with its source.

use kyc_capture::core::date::Date;
use kyc_capture::core::inspect::document_data::DocumentData;
use kyc_capture::core::mrz::format::{FieldName, Format};
use kyc_capture::core::mrz::parse::{MrzDocument, Problem, ProblemCode, Sex, Validity, parse};
use kyc_capture::core::mrz::{check_digit, personal_number::PersonalNumberKind};

fn today() -> Date {
    Date::new(2026, 11, 29).expect("a date")
}

fn read(lines: &[&str]) -> MrzDocument {
    parse(lines, today()).unwrap_or_else(|error| panic!("{lines:?}: {error}"))
}

/// A TD1 card with valid check digits: `upper` has 30 symbols, the middle line is built from dates and nationality.
fn card(upper: &str, birth: &str, expiry: &str, nationality: &str) -> MrzDocument {
    let digit = |text: &str| char::from(check_digit::compute(text.as_bytes()).expect("MRZ symbols"));
    let (birth, dated) = (format!("{birth}{}", digit(birth)), format!("{expiry}{}", digit(expiry)));
    let composite = digit(&format!("{}{birth}{dated}{}", &upper[5..], "<".repeat(11)));
    let middle = format!("{birth}F{dated}{nationality:<<3}{}{composite}", "<".repeat(11));
    read(&[upper, &middle, "ANYONE<<ANNA<<<<<<<<<<<<<<<<<<"])
}

#[test]
fn an_end_of_validity_in_year_9999_is_unlimited_and_never_1999() {
    // Portugal's and Spain's permanent cards, and Italy's card without an end of validity.
    for (expiry, iso) in [("991231", "9999-12-31"), ("990101", "9999-01-01")] {
        let document = card("C<ITACA00001AA1<<<<<<<<<<<<<<<", "500101", expiry, "ITA");
        assert!(document.valid, "{document:?}");
        assert_eq!(document.validity, Validity::Unlimited);
        assert_eq!(document.expiry_date.as_ref().and_then(|date| date.iso.as_deref()), Some(iso));
        assert_eq!(document.is_expired(today()), Some(false));
    }
}

#[test]
fn a_passport_that_ends_in_1999_or_9999_is_ambiguous_and_not_expired() {
    let second = "00000001<3UTO5001013F9912315<<<<<<<<<<<<<<";
    let composite = format!("{}{}{}", &second[..10], &second[13..20], &second[21..]) + "0";
    let digit = char::from(check_digit::compute(composite.as_bytes()).expect("MRZ symbols"));
    let second = format!("{second}0{digit}");
    let document = read(&["P<UTOANYONE<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<", &second]);
    assert!(document.valid, "{document:?}");
    assert_eq!(document.validity, Validity::Ambiguous);
    let expiry = document.expiry_date.as_ref().expect("a date");
    assert_eq!((expiry.year, &expiry.possible_years[..]), (None, &[1999, 9999][..]));
    assert_eq!(document.is_expired(today()), None);
    assert_eq!(DocumentData::from_mrz(&document).expiry_date, None);
}

#[test]
fn an_end_of_validity_sixty_years_ahead_is_not_in_the_past() {
    // Hungary's cards of holders above 65: issued in 2025, printed with the end of 2085.
    let document = card("I<HUN000001AA<8<<<<<<<<<<<<<<<", "580203", "850630", "HUN");
    assert_eq!(document.validity, Validity::Dated);
    assert_eq!(document.expiry_date.as_ref().and_then(|date| date.year), Some(2085));
    assert_eq!(document.is_expired(today()), Some(false));
}

#[test]
fn an_empty_expiry_is_valid_with_zero_or_a_filler_as_check_digit() {
    for middle in ["4001016F<<<<<<0MDA<<<<<<<<<<<4", "4001016F<<<<<<<MDA<<<<<<<<<<<4"] {
        let document = read(&["IDMDAB000000018<<<<<<<<<<<<<<<", middle, "ANYONE<<ANON<<<<<<<<<<<<<<<<<<"]);
        assert!(document.valid, "{:?} {:?}", document.check_digits, document.problems);
        assert_eq!((document.validity, document.is_expired(today())), (Validity::NotStated, None));
    }
}

#[test]
fn unknown_months_and_days_keep_the_year_and_the_raw_text() {
    for (birth, year, month) in [
        ("800000", Some(1980), None),
        ("80<<<<", Some(1980), None),
        ("801200", Some(1980), Some(12)),
        ("000000", None, None),
    ] {
        let document = card("I<UTOD231458907<<<<<<<<<<<<<<<", birth, "300101", "UTO");
        assert!(document.valid, "{birth}: {:?}", document.problems);
        let date = document.birth_date.as_ref().expect("a date");
        assert_eq!((date.raw.as_str(), date.year, date.month, date.day, &date.iso), (birth, year, month, None, &None));
    }
}

#[test]
fn the_second_symbol_of_a_document_code_stays_as_printed() {
    // Permanent resident card of the United States.
    for code in ["C1", "C2"] {
        let first = format!("{code}USA1000000018SRC0000000001<<");
        let document = read(&[&first, "8001014F3001019MEX<<<<<<<<<<<4", "SPECIMEN<<TEST<VOID<<<<<<<<<<<"]);
        assert_eq!((document.document_code.as_str(), document.lines[0].as_str()), (code, first.as_str()));
        assert!(document.valid && document.corrections.is_empty(), "{document:?}");
    }
}

#[test]
fn residence_codes_are_reported_and_valid() {
    for (code, standard) in [("RP", true), ("AR", true), ("IR", true), ("TP", false), ("F<", false)] {
        let document = card(&format!("{code}UTOD231458907<<<<<<<<<<<<<<<"), "740812", "300101", "UTO");
        assert!(document.valid, "{code}: {:?}", document.problems);
        assert_eq!(document.document_code, code.trim_end_matches('<'));
        let reported = Problem { code: ProblemCode::WrongDocumentCode, field: FieldName::DocumentCode };
        assert_eq!(document.problems.contains(&reported), !standard, "{code}");
    }
}

#[test]
fn state_codes_that_are_printed_have_names_and_others_are_reported() {
    for (code, name) in [
        ("XXK", Some("Kosovo")),
        ("XKX", Some("Kosovo")),
        ("RKS", Some("Kosovo")),
        ("ROM", Some("Romania")),
        ("XXA", Some("Stateless person")),
        ("D", Some("Germany")),
        ("QQQ", None),
    ] {
        let document = card("ARD<<Y000000019<<<<<<<<<<<<<<<", "800101", "300101", code);
        let nationality = document.nationality.as_ref().expect("a nationality");
        assert_eq!(nationality.code, code);
        assert_eq!(nationality.name.as_deref().map(|n| name.is_some_and(|name| n.contains(name))), name.map(|_| true));
        assert!(document.valid, "{code}: {:?}", document.problems);
        assert_eq!(document.problems.iter().any(|p| p.code == ProblemCode::UnknownState), name.is_none(), "{code}");
    }
}

#[test]
fn a_digit_in_a_name_or_a_state_is_reported_and_not_changed() {
    let document =
        read(&["I<UT0D231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ER1KSS0N<<ANNA<<<<<<<<<<<<<<<<"]);
    assert_eq!((document.names.primary.as_str(), document.issuing_state.code.as_str()), ("ER1KSS0N", "UT0"));
    assert!(document.corrections.is_empty() && !document.valid);
    let fields: Vec<FieldName> = document.problems.iter().map(|p| p.field).collect();
    assert_eq!(fields[..2], [FieldName::IssuingState, FieldName::Names]);
}

#[test]
fn letters_in_checked_fields_of_digits_are_corrected_and_said() {
    let document =
        read(&["P<UTOANYONE<<ANON<<<<<<<<<<<<<<<<<<<<<<<<<<<", "AOOOOOO1<3UTO8OO1O14F3OO1O19<<<<<<<<<<<<<<O6"]);
    assert_eq!(document.document_number, "AOOOOOO1");
    assert_eq!(document.birth_date.as_ref().map(|date| date.raw.as_str()), Some("800101"));
    assert!(document.corrections.iter().all(|c| (c.from, c.to) == ('O', '0')) && document.corrections.len() == 7);
}

#[test]
fn a_dutch_licence_has_its_number_and_one_check_digit_over_29_symbols() {
    let line = "D1NLD15000000011A1B2C3D4E5F6G";
    let digit = char::from(check_digit::compute(line.as_bytes()).expect("MRZ symbols"));
    let document = read(&[&format!("{line}{digit}")]);
    assert_eq!((document.format, document.document_number.as_str()), (Format::DutchDl, "5000000011"));
    assert_eq!(document.issuing_state.name.as_deref(), Some("Netherlands"));
    assert!(document.valid && document.problems.is_empty(), "{document:?}");
    assert_eq!(document.check_digits.len(), 1);
    assert_eq!((document.validity, document.birth_date), (Validity::NotStated, None));
    let wrong = if digit == '0' { '1' } else { '0' };
    assert!(!read(&[&format!("{line}{wrong}")]).valid);
}

#[test]
fn a_licence_of_one_line_belongs_to_its_own_state() {
    let line = "D1HRV2000000011A1B2C3D4E5F6G7";
    let digit = char::from(check_digit::compute(line.as_bytes()).expect("MRZ symbols"));
    let document = read(&[&format!("{line}{digit}")]);
    assert_eq!((document.format, document.issuing_state.code.as_str()), (Format::OtherDl, "HRV"));
    assert!(document.valid && document.problems.is_empty(), "{document:?}");
    assert_eq!(document.document_number, "", "its layout is the state's own");
    assert_eq!(read(&["D1FRA13AA000013281231PERSONNE7"]).format, Format::FrenchDl);
}

#[test]
fn the_three_lines_of_a_swiss_licence_may_be_joined() {
    let lines = ["FKB001D<<", "FACHE000000001001<<800101<<<<<", "NIEMAND<<ANNA<<<<<<<<<<<<<<<<<"];
    let document = read(&lines);
    assert_eq!(document.format, Format::SwissDl);
    assert_eq!(read(&[&lines.concat()]), document);
}

#[test]
fn a_russian_internal_passport_has_names_by_order_773_and_no_expiry() {
    // ЧЕРНЫШЁВ ЕВГЕНИЙ ЮРЬЕВИЧ, series 4510, number 123456, issued on 15 March 2010.
    let first = "PNRUS3ERNY42V<<EVGENIQ<7R9EVI3<<<<<<<<<<<<<<";
    let digit = |text: &str| char::from(check_digit::compute(text.as_bytes()).expect("MRZ symbols"));
    let (number, birth, optional) = ("451123456", "850220", "0100315770001<");
    let (a, b, d) = (digit(number), digit(birth), digit(optional));
    let composite = digit(&format!("{number}{a}{birth}{b}<<<<<<<{optional}{d}"));
    let document = read(&[first, &format!("{number}{a}RUS{birth}{b}M<<<<<<<{optional}{d}{composite}")]);
    assert!(document.valid && document.problems.is_empty(), "{:?} {:?}", document.problems, document.check_digits);
    let cyrillic = document.names_cyrillic.as_ref().expect("Cyrillic names");
    assert_eq!((cyrillic.primary.as_str(), cyrillic.secondary.as_str()), ("ЧЕРНЫШЁВ", "ЕВГЕНИЙ ЮРЬЕВИЧ"));
    assert_eq!(document.document_number, "4510123456");
    assert_eq!(document.issue_date.as_ref().and_then(|date| date.iso.as_deref()), Some("2010-03-15"));
    assert_eq!((document.validity, document.is_expired(today())), (Validity::NotStated, None));
}

#[test]
fn the_chip_key_is_valid_where_the_composite_check_digit_fails() {
    let first = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
    for (second, valid, key) in [
        ("L898902C36UTO7408122F1204159ZE184226B<<<<<10", true, true),
        ("L898902C36UTO7408122F1204159ZE184226B<<<<<15", false, true),
        ("L898902C36UTO7408123F1204159ZE184226B<<<<<10", false, false),
    ] {
        let document = read(&[first, second]);
        let chip = document.chip_key.as_ref().expect("a key");
        assert_eq!((document.valid, chip.valid), (valid, key), "{second}");
        assert_eq!(
            (chip.number.as_str(), chip.birth.as_str(), chip.expiry.as_str()),
            ("L898902C3", "740812", "120415")
        );
    }
    // A number that continues in the optional data is part of the key as a whole (Doc 9303-11 section 4.3.2).
    let long =
        read(&["IDUTO987654321<58<<<<<<<<<<<<<", "8601012M3001019UTO<<<<<<<<<<<8", "ANYONE<<JANE<<<<<<<<<<<<<<<<<<"]);
    assert_eq!(long.chip_key.map(|key| (key.number, key.valid)), Some(("9876543215".into(), true)));
    let visa = read(&["VNUSAANYONE<<ANON<<<<<<<<<<<<<<<<<<<<<<<<<<<", "00000001<3KAZ7009127M3004250B3XXX0XX00000000"]);
    assert_eq!(visa.chip_key, None, "a visa has no chip");
}

#[test]
fn an_x_for_the_sex_is_unspecified_and_reported() {
    let document =
        read(&["P<NPLANYONE<<ANON<<<<<<<<<<<<<<<<<<<<<<<<<<<", "A0000001<3NPL8001014X3001019<<<<<<<<<<<<<<06"]);
    assert_eq!(document.sex, Some(Sex::Unspecified));
    assert!(document.valid, "{:?}", document.problems);
    assert_eq!(document.problems, [Problem { code: ProblemCode::UnexpectedSymbol, field: FieldName::Sex }]);
}

#[test]
fn a_century_comes_from_the_number_that_contains_it() {
    // The identity number of the United Arab Emirates is 784, year of birth, serial number, check digit.
    let document =
        read(&["ILARE0000000011784190800000001", "0807014M3001019ARE<<<<<<<<<<<2", "ANYONE<<ANON<<<<<<<<<<<<<<<<<<"]);
    assert_eq!(document.birth_date.and_then(|date| date.iso).as_deref(), Some("1908-07-01"));
}

#[test]
fn kazakh_and_kyrgyz_cards_are_read_with_their_numbers() {
    for (lines, kind, code) in [
        (
            ["IDKAZ0123456784950215301232<<<", "9502150M3001019KAZ<<<<<<<<<<<5", "ESHKIM<<AIDA<<<<<<<<<<<<<<<<<<"],
            PersonalNumberKind::KzIin,
            "ID",
        ),
        (
            ["ANKGZAN0000001011502199500123<", "9502150F3001019KGZ<<<<<<<<<<<5", "ESHKIM<<AIDA<<<<<<<<<<<<<<<<<<"],
            PersonalNumberKind::KgPin,
            "AN",
        ),
    ] {
        let document = read(&lines);
        assert!(document.valid && document.problems.is_empty(), "{document:?}");
        assert_eq!(document.document_code, code);
        let number = document.personal_number.expect("a personal number");
        assert_eq!((number.kind, number.error, number.matches_holder), (kind, None, Some(true)), "{code}");
    }
}

/// A card of one line with the given line, flat on white.
fn one_line_card(line: &str) -> (Vec<u8>, u32, u32) {
    use kyc_specimen::mrz_lines::MrzFormat;
    use kyc_specimen::page::{Ground, Print, draw};
    use kyc_specimen::{rng::Rng, synthetic_holders};
    let mut rng = Rng::new(11, 0);
    let holder = synthetic_holders::SyntheticHolder {
        lines: vec![line.to_owned()],
        ..synthetic_holders::generate(&mut rng, MrzFormat::FrenchDl)
    };
    let page = draw(&mut rng, MrzFormat::FrenchDl, &holder, &Print::default(), &Ground::default(), 9.0);
    let (width, height) = (page.image.width() + 120, page.image.height() + 120);
    let mut image = image::RgbImage::from_pixel(width, height, image::Rgb([250, 250, 250]));
    image::imageops::replace(&mut image, &page.image, 60, 60);
    (crate::support::rgba(&image), width, height)
}

#[test]
fn one_line_licences_are_read_from_pixels_as_their_own_state_s() {
    let reader = crate::support::mrz_reader();
    let dutch = "D1NLD15000000011A1B2C3D4E5F6G";
    let digit = char::from(check_digit::compute(dutch.as_bytes()).expect("MRZ symbols"));
    for (line, format) in
        [("D1FRA13AA000013281231PERSONNE7".to_owned(), Format::FrenchDl), (format!("{dutch}{digit}"), Format::DutchDl)]
    {
        let (pixels, width, height) = one_line_card(&line);
        let frame = kyc_capture::core::frame::Frame::rgba(&pixels, width, height).expect("a frame");
        let read = reader.read(&frame, today()).unwrap_or_else(|| panic!("{line} is not read"));
        assert_eq!((read.lines, read.format), (vec![line], format));
    }
}
