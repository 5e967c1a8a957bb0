//! MRZ text: lines of an unknown reader, and fields that are written and read again.

use kyc_capture::core::date::Date;
use kyc_capture::core::mrz::check_digit::WEIGHTS;
use kyc_capture::core::mrz::format::{CheckRule, FieldName};
use kyc_capture::core::mrz::parse::Sex;
use kyc_capture::core::mrz::{Format, MrzDocument, MrzFields, format_mrz, parse};

use super::{Bytes, Target};

pub(super) const TARGET: Target = Target {
    name: "mrz",
    weight: 24,
    max_len: 400,
    keep_len: 400,
    words: &[
        b"<<",
        b"<",
        b"P<UTO",
        b"IDFRA",
        b"I<",
        b"V<",
        b"D<<",
        b"\n",
        b"\r\n",
        b"UTO",
        b"KAZ",
        b"KGZ",
        b"CHE",
        b"FRA",
        b"D1",
        b"7408122",
        b"1204159",
        b"<<<<<<<<<<<<<<",
        "‹".as_bytes(),
        "«".as_bytes(),
        "\u{feff}".as_bytes(),
    ],
    seeds,
    repair,
    execute,
};

fn today() -> Date {
    Date::new(2026, 1, 1).unwrap_or_else(|| unreachable!())
}

fn seeds() -> Vec<Vec<u8>> {
    let texts = [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
        "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<",
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<",
        "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<\n8806923102858CORINNE<<<<<<<6512068F6",
        "D1FRA13AA000026181231MARTIN<<9",
        "FACA<<<<<\nFACHE305142128097<<800126<<<<<\nMUSTER<<HANS<<<<<<<<<<<<<<<<<<",
    ];
    let mut out: Vec<Vec<u8>> = texts.iter().map(|text| [b"\0", text.as_bytes()].concat()).collect();
    for format in 0..5 {
        let mut fields = vec![1, format];
        for text in ["P", "UTO", "L898902C3", "Eriksson", "Anna Maria", "UTO", "ZE184226B", ""] {
            fields.push(text.len() as u8);
            fields.extend_from_slice(text.as_bytes());
        }
        fields.extend([74, 8, 12, 12, 4, 15, 1]);
        out.push(fields);
    }
    out
}

/// Recomputes the check digits, as an attacker would.
fn repair(input: &mut Vec<u8>) {
    if input.first() != Some(&0) {
        return;
    }
    let lines: Vec<Vec<u8>> = input[1..].split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    let lengths: Vec<usize> = lines.iter().map(Vec::len).collect();
    let Some(format) = Format::ALL.iter().find(|format| format.line_lengths() == lengths) else { return };
    let mut lines = lines;
    for rule in format.check_rules() {
        if let Some(digit) = digit_of(rule, &lines) {
            lines[rule.line][rule.column] = digit;
        }
    }
    let mended = lines.join(&b'\n');
    input.truncate(1);
    input.extend(mended);
}

/// The check digit that Doc 9303-3 section 4.9 gives, computed without the library's own code.
fn digit_of(rule: &CheckRule, lines: &[Vec<u8>]) -> Option<u8> {
    let symbols = rule.covers.iter().flat_map(|span| &lines[span.line][span.start..span.end]);
    let mut sum = 0;
    for (symbol, weight) in symbols.zip(WEIGHTS.into_iter().cycle()) {
        sum += weight
            * match symbol {
                b'0'..=b'9' => u32::from(symbol - b'0'),
                b'A'..=b'Z' => u32::from(symbol - b'A') + 10,
                b'<' => 0,
                _ => return None,
            };
    }
    Some(b'0' + (sum % 10) as u8)
}

fn execute(input: &[u8]) {
    match input.split_first() {
        Some((0, text)) => read(&String::from_utf8_lossy(text)),
        Some((_, fields)) => write_and_read(&mut Bytes::new(fields)),
        None => {}
    }
}

fn read(text: &str) {
    let Ok(document) = parse(&[text], today()) else { return };
    holds(&document);
    let again = parse(&document.lines, today()).expect("what was read can be read again");
    assert_eq!(again.lines, document.lines, "corrected lines are not corrected again");
    assert!(again.corrections.is_empty(), "{:?}", again.corrections);
    assert_eq!(again.valid, document.valid);
    assert_eq!(again.document_number, document.document_number);
    assert_eq!(again.names, document.names);
}

fn holds(document: &MrzDocument) {
    let lines: Vec<Vec<u8>> = document.lines.iter().map(|line| line.as_bytes().to_vec()).collect();
    let lengths: Vec<usize> = lines.iter().map(Vec::len).collect();
    assert_eq!(lengths, document.format.line_lengths());
    assert!(lines.iter().flatten().all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'<')));
    let printed: usize = lines.iter().map(Vec::len).sum();
    assert!(document.document_number.len() <= 30 && document.names.primary.len() <= printed);
    assert!(document.names.secondary.len() <= printed && document.corrections.len() <= printed);
    let continues = document.document_number.len() > 9;
    for digit in &document.check_digits {
        // A long document number has its digit elsewhere (Doc 9303-5, note j).
        if continues && digit.field == FieldName::DocumentNumberCheckDigit {
            continue;
        }
        let rule = document.format.check_rules().iter().find(|rule| rule.name == digit.field).expect("a rule");
        let expected = digit_of(rule, &lines).map(char::from);
        assert_eq!(Some(digit.expected), expected, "{:?} of {:?}", digit.field, document.lines);
        let filler = digit.actual == '<';
        assert!(digit.valid == (digit.actual == digit.expected) || filler, "{digit:?}");
        assert_eq!(digit.actual, char::from(lines[rule.line][rule.column]));
    }
    if document.valid {
        assert!(document.check_digits.iter().all(|digit| digit.valid));
    }
    if let Some(date) = &document.birth_date
        && let Some(date) = date.date()
    {
        assert!(date <= today(), "a birth date lies in the past: {date}");
    }
}

fn write_and_read(bytes: &mut Bytes<'_>) {
    let formats = [Format::Td3, Format::Td1, Format::Td2, Format::MrvA, Format::MrvB, Format::FrenchId];
    let format = bytes.pick(&formats);
    let date = |bytes: &mut Bytes<'_>| {
        let (year, month, day) = (1930 + u16::from(bytes.byte() % 110), 1 + bytes.byte() % 12, 1 + bytes.byte() % 28);
        Date::new(year, month, day).unwrap_or_else(today)
    };
    let texts: [String; 8] = std::array::from_fn(|_| bytes.text());
    let [document_code, issuing_state, document_number, primary, secondary, nationality, optional, optional2] = texts;
    let fields = MrzFields {
        document_code,
        issuing_state,
        document_number,
        primary,
        secondary,
        nationality,
        birth_date: date(bytes),
        sex: bytes.pick(&[Sex::Female, Sex::Male, Sex::Unspecified]),
        expiry_date: date(bytes),
        optional_data: optional,
        optional_data2: optional2,
    };
    let Ok(lines) = format_mrz(format, &fields) else { return };
    let document = parse(&lines, today()).expect("what was written can be read");
    holds(&document);
    assert_eq!(document.lines, lines, "nothing that was written is corrected");
    assert!(document.check_digits.iter().all(|digit| digit.valid), "{lines:?}");
}
