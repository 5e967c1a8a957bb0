//! Formats fields as MRZ lines: transliteration, truncation and check digits (Doc 9303).

use crate::capitals::capital;
use crate::error::CoreError;

use super::check_digit;
use super::format::{FieldName, Format, Span};
use super::parse::Sex;
use crate::date::Date;

/// The fields of a travel document or visa.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MrzFields {
    /// Document code, one or two letters: `P`, `ID`, `V` …
    pub document_code: String,
    /// Issuing state, three-letter code (`D` for Germany).
    pub issuing_state: String,
    /// Document number: letters and digits. TD1 allows up to 22, TD2 up to 14, others 9.
    pub document_number: String,
    /// Family names as written, in Latin or Cyrillic letters.
    pub primary: String,
    /// Given names as written, in Latin or Cyrillic letters.
    pub secondary: String,
    /// Nationality, three-letter code (`D` for Germany).
    pub nationality: String,
    /// Date of birth.
    pub birth_date: Date,
    /// Sex.
    pub sex: Sex,
    /// Last day of validity.
    pub expiry_date: Date,
    /// Optional data; in TD3 the personal number. Empty for none.
    pub optional_data: String,
    /// Second optional data field, TD1 only. Empty for none.
    pub optional_data2: String,
}

/// Formats the lines of a TD1, TD2, TD3, MRV-A or MRV-B document.
///
/// Names are transliterated ([`transliterate`]) and, if too long, truncated so that the last position is a letter if
/// possible (Doc 9303-4 section 4.2.3).
///
/// # Errors
/// [`CoreError::InvalidOption`] for a field that is too long or has other symbols, and for the French and Swiss
/// formats.
pub fn format_mrz(format: Format, fields: &MrzFields) -> Result<Vec<String>, CoreError> {
    if !matches!(format, Format::Td1 | Format::Td2 | Format::Td3 | Format::MrvA | Format::MrvB) {
        return Err(invalid("format", "TD1, TD2, TD3, MRVA or MRVB"));
    }
    let mut lines = Lines { format, rows: format.line_lengths().iter().map(|&length| vec![b'<'; length]).collect() };
    if !fields.document_code.bytes().next().is_some_and(|first| format.first_symbols().contains(&first)) {
        return Err(invalid("document_code", "a document code of the format"));
    }
    lines.put(FieldName::DocumentCode, "document_code", &fields.document_code)?;
    lines.put(FieldName::IssuingState, "issuing_state", &fields.issuing_state)?;
    lines.put(FieldName::Nationality, "nationality", &fields.nationality)?;
    lines.put(FieldName::BirthDate, "birth_date", &six_digits(fields.birth_date))?;
    lines.put(FieldName::ExpiryDate, "expiry_date", &six_digits(fields.expiry_date))?;
    let sex = match fields.sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::Unspecified => "<",
    };
    lines.put(FieldName::Sex, "sex", sex)?;
    lines.put(FieldName::OptionalData2, "optional_data2", &fields.optional_data2)?;

    let names = name_field(&fields.primary, &fields.secondary, lines.width(FieldName::Names))?;
    lines.put(FieldName::Names, "primary", &names)?;

    let number = fields.document_number.as_str();
    let continues = number.len() > 9;
    if continues {
        if !matches!(format, Format::Td1 | Format::Td2) || !number.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(invalid("document_number", "at most 9 letters and digits; more only in TD1 and TD2"));
        }
        let digit = char::from(check_digit::compute(number.as_bytes()).unwrap_or(b'<'));
        lines.put(FieldName::DocumentNumber, "document_number", &number[..9])?;
        let filler = if fields.optional_data.is_empty() { "" } else { "<" };
        let rest = format!("{}{digit}{filler}{}", &number[9..], fields.optional_data);
        lines.put(FieldName::OptionalData, "optional_data", &rest)?;
    } else {
        lines.put(FieldName::DocumentNumber, "document_number", number)?;
        lines.put(FieldName::OptionalData, "optional_data", &fields.optional_data)?;
    }
    // The composite is the last rule, after the digits that it covers.
    for rule in format.check_rules() {
        if rule.name == FieldName::DocumentNumberCheckDigit && continues {
            continue;
        }
        let covered = rule.covers.iter().flat_map(|&span| lines.at(span).to_vec());
        let digit = check_digit::compute_iter(covered).unwrap_or(b'<');
        lines.rows[rule.line][rule.column] = digit;
    }
    Ok(lines.rows.iter().map(|row| row.iter().map(|&b| char::from(b)).collect()).collect())
}

/// Transliterates a name to MRZ symbols: capitals, and fillers between words (Doc 9303-3 section 6).
///
/// Latin letters by table A of that section, Cyrillic letters by table B, with the usual romanisation of Kazakh and
/// Kyrgyz letters; apostrophes and full stops are dropped; hyphens, spaces and commas become one filler. `None` for any
/// other character.
pub fn transliterate(name: &str) -> Option<String> {
    let mut mrz = String::new();
    for character in name.chars().map(capital) {
        match character {
            'A'..='Z' => mrz.push(character),
            '\'' | '’' | '‘' | '`' | 'ʼ' | '.' | 'Ь' | '\u{301}' => {}
            ' ' | '-' | '‐' | '–' | ',' | '\u{a0}' | '<' => {
                if !mrz.is_empty() && !mrz.ends_with('<') {
                    mrz.push('<');
                }
            }
            other => mrz.push_str(letters(other)?),
        }
    }
    mrz.truncate(mrz.trim_end_matches('<').len());
    Some(mrz)
}

#[rustfmt::skip]
fn letters(capital: char) -> Option<&'static str> {
    Some(match capital {
        // Table A. If it allows a choice: Ä, Ö, Ü, Å, Ø as two letters, Ñ as one.
        'À' | 'Á' | 'Â' | 'Ã' | 'Ā' | 'Ă' | 'Ą' => "A",
        'Ä' | 'Æ' => "AE",
        'Å' => "AA",
        'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => "C",
        'Ď' | 'Đ' | 'Ð' => "D",
        'È' | 'É' | 'Ê' | 'Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' => "E",
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => "G",
        'Ĥ' | 'Ħ' => "H",
        'Ì' | 'Í' | 'Î' | 'Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' => "I",
        'Ĵ' => "J",
        'Ķ' => "K",
        'Ĺ' | 'Ļ' | 'Ľ' | 'Ŀ' | 'Ł' => "L",
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' | 'Ŋ' => "N",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ō' | 'Ŏ' | 'Ő' => "O",
        'Ö' | 'Ø' | 'Œ' => "OE",
        'Ŕ' | 'Ŗ' | 'Ř' => "R",
        'Ś' | 'Ŝ' | 'Ş' | 'Š' | 'Ș' => "S",
        'ẞ' => "SS",
        // Ligatures of typesetting.
        'ŉ' => "N",
        'ﬀ' => "FF",
        'ﬁ' => "FI",
        'ﬂ' => "FL",
        'ﬃ' => "FFI",
        'ﬄ' => "FFL",
        'ﬅ' | 'ﬆ' => "ST",
        'Ţ' | 'Ť' | 'Ŧ' | 'Ț' => "T",
        'Þ' => "TH",
        'Ù' | 'Ú' | 'Û' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' => "U",
        'Ü' => "UE",
        'Ŵ' => "W",
        'Ý' | 'Ŷ' | 'Ÿ' => "Y",
        'Ź' | 'Ż' | 'Ž' => "Z",
        // Table B, and Ә Ғ Қ Ң Ө Ұ Ү Һ.
        'А' | 'Ә' => "A",
        'Б' => "B",
        'В' => "V",
        'Г' | 'Ґ' | 'Ғ' => "G",
        'Д' => "D",
        'Е' | 'Ё' | 'Э' => "E",
        'Ж' => "ZH",
        'З' => "Z",
        'И' | 'Й' | 'І' | 'Ы' => "I",
        'К' | 'Қ' => "K",
        'Л' => "L",
        'М' => "M",
        'Н' | 'Ң' => "N",
        'О' | 'Ө' => "O",
        'П' => "P",
        'Р' => "R",
        'С' => "S",
        'Т' => "T",
        'У' | 'Ұ' | 'Ү' => "U",
        'Ф' => "F",
        'Х' => "KH",
        'Һ' => "H",
        'Ц' => "TS",
        'Ч' => "CH",
        'Ш' => "SH",
        'Щ' => "SHCH",
        'Ъ' | 'Є' => "IE",
        'Ю' => "IU",
        'Я' => "IA",
        _ => return None,
    })
}

/// Formats both identifiers in `width` positions.
fn name_field(primary: &str, secondary: &str, width: usize) -> Result<String, CoreError> {
    let latin = "letters of the Latin or Cyrillic alphabets";
    let mut primary = transliterate(primary).ok_or(invalid("primary", latin))?;
    let secondary = transliterate(secondary).ok_or(invalid("secondary", latin))?;
    if secondary.is_empty() {
        if primary.len() > width {
            cut(&mut primary, width);
        }
        return Ok(primary);
    }
    let whole = format!("{primary}<<{secondary}");
    if whole.len() <= width {
        return Ok(whole);
    }
    // Keeps at least the first letter of the secondary identifier. A trailing filler would indicate a complete name:
    // takes the longest primary identifier that puts a letter there.
    cut(&mut primary, width - 3);
    let longest = format!("{primary}<<{secondary}")[..width.min(primary.len() + 2 + secondary.len())].to_owned();
    while primary.len() > 1 && primary.len() + 2 + secondary.len() >= width {
        let field = &format!("{primary}<<{secondary}")[..width];
        if !field.ends_with('<') {
            return Ok(field.to_owned());
        }
        let shorter = primary.len() - 1;
        cut(&mut primary, shorter);
    }
    // Names of single letters may not allow it.
    Ok(longest)
}

/// Truncates to at most `width` symbols, the last of which is a letter.
fn cut(name: &mut String, width: usize) {
    name.truncate(width);
    name.truncate(name.trim_end_matches('<').len());
}

fn six_digits(date: Date) -> String {
    format!("{:02}{:02}{:02}", date.year() % 100, date.month(), date.day())
}

fn invalid(name: &'static str, expected: &'static str) -> CoreError {
    CoreError::InvalidOption { name, expected }
}

struct Lines {
    format: Format,
    rows: Vec<Vec<u8>>,
}

impl Lines {
    fn width(&self, name: FieldName) -> usize {
        self.format.fields().iter().filter(|f| f.name == name).map(|f| f.span.end - f.span.start).sum()
    }

    fn at(&self, span: Span) -> &[u8] {
        &self.rows[span.line][span.start..span.end]
    }

    /// Writes a value at the start of its field.
    fn put(&mut self, name: FieldName, option: &'static str, value: &str) -> Result<(), CoreError> {
        let mut symbols = value.bytes();
        for field in self.format.fields().iter().filter(|field| field.name == name) {
            for column in field.span.start..field.span.end {
                let symbol = symbols.next().unwrap_or(b'<');
                if !field.kind.allows(symbol) {
                    return Err(invalid(option, "symbols that the field allows: A–Z, 0–9, or <"));
                }
                self.rows[field.span.line][column] = symbol;
            }
        }
        if symbols.next().is_some() {
            return Err(invalid(option, "a value no longer than the field"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mrz::parse;

    fn eriksson() -> MrzFields {
        MrzFields {
            document_code: "P".into(),
            issuing_state: "UTO".into(),
            document_number: "L898902C3".into(),
            primary: "Eriksson".into(),
            secondary: "Anna Maria".into(),
            nationality: "UTO".into(),
            birth_date: Date::new(1974, 8, 12).unwrap(),
            sex: Sex::Female,
            expiry_date: Date::new(2012, 4, 15).unwrap(),
            optional_data: "ZE184226B".into(),
            optional_data2: String::new(),
        }
    }

    #[test]
    fn matches_the_specimens_of_doc_9303() {
        let lines = format_mrz(Format::Td3, &eriksson()).unwrap();
        let expected = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
        assert_eq!(lines, expected);

        let card = MrzFields {
            document_code: "I".into(),
            document_number: "D23145890734".into(),
            primary: "Stevenson".into(),
            secondary: "Peter John".into(),
            birth_date: Date::new(1934, 7, 12).unwrap(),
            sex: Sex::Male,
            expiry_date: Date::new(1995, 7, 12).unwrap(),
            optional_data: String::new(),
            ..eriksson()
        };
        let expected =
            ["I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"];
        assert_eq!(format_mrz(Format::Td1, &card).unwrap(), expected);
    }

    #[test]
    fn every_letter_is_transliterated_like_its_capitals() {
        // Not the rounded letters of old Cyrillic prints, which no name has.
        for letter in ('\0'..=char::MAX).filter(|c| !('\u{1c80}'..='\u{1c88}').contains(c)) {
            let capitals: Option<String> = letter.to_uppercase().map(|c| transliterate(&c.to_string())).collect();
            assert_eq!(transliterate(&letter.to_string()), capitals, "{letter} U+{:04X}", letter as u32);
        }
    }

    #[test]
    fn transliterates_names() {
        for (name, expected) in [
            ("O'Connor", Some("OCONNOR")),
            ("Smith-Jones", Some("SMITH<JONES")),
            ("Vilarchão, Fernández", Some("VILARCHAO<FERNANDEZ")),
            ("Müller Straße", Some("MUELLER<STRASSE")),
            ("Серікқызы", Some("SERIKKIZI")),
            ("Щукин", Some("SHCHUKIN")),
            ("山田", None),
            (" -- ", Some("")),
        ] {
            assert_eq!(transliterate(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn truncates_long_names_to_end_in_a_letter() {
        for (primary, secondary) in [
            ("Nilavadhanananda", "Chayapa Dejthamrong Krasuang"),
            ("Bennelong Wooloomooloo Warrandyte Warnambool", "Dingo Potoroo"),
            ("Papandropoulous", "Jonathoon Alec Xi"),
            ("Abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", ""),
        ] {
            for width in [30, 31, 39] {
                let field = name_field(primary, secondary, width).unwrap();
                let whole = format!("{primary}<<{secondary}").len() <= width;
                assert!(field.len() <= width);
                assert_eq!(field.len() == width && !field.ends_with('<'), !whole, "{field}");
                assert_eq!(field.contains("<<"), !secondary.is_empty(), "{field}");
            }
        }
    }

    #[test]
    fn truncates_names_of_single_letters() {
        for width in 4..40 {
            let field = name_field("A B C D E F G H I J K L M N O P Q R S T U", "V W X Y Z", width).unwrap();
            assert!(field.len() <= width && field.starts_with('A') && field.contains("<<V"), "{field}");
        }
    }

    #[test]
    fn parses_what_it_formats() {
        let today = Date::new(2026, 6, 1).unwrap();
        for (format, code) in
            [(Format::Td1, "ID"), (Format::Td2, "I"), (Format::Td3, "P"), (Format::MrvA, "V"), (Format::MrvB, "V")]
        {
            for (number, optional) in [("X1", ""), ("123456789", "AB12"), ("1234567890AB", "Z"), ("ABC", "1<2")] {
                let fields = MrzFields {
                    document_code: code.into(),
                    document_number: number.into(),
                    optional_data: optional.into(),
                    ..eriksson()
                };
                let long = number.len() > 9;
                let Ok(lines) = format_mrz(format, &fields) else {
                    assert!(long && !matches!(format, Format::Td1 | Format::Td2), "{format:?} {number}");
                    continue;
                };
                let document = parse(&lines, today).unwrap();
                assert!(document.valid, "{document:?}");
                assert_eq!(document.format, format);
                assert_eq!(document.lines, lines);
                assert_eq!(document.document_number, number);
                assert_eq!(document.optional_data[0].value, optional);
                assert_eq!(document.names.secondary, "ANNA MARIA");
                assert_eq!(document.birth_date.and_then(|d| d.date()), Some(fields.birth_date));
                assert_eq!(document.expiry_date.and_then(|d| d.date()), Some(fields.expiry_date));
                assert_eq!(document.sex, Some(Sex::Female));
                assert!(document.corrections.is_empty() && document.problems.is_empty());
            }
        }
    }

    #[test]
    fn rejects_fields_that_do_not_fit() {
        let refused = |change: fn(&mut MrzFields)| {
            let mut fields = eriksson();
            change(&mut fields);
            format_mrz(Format::Td3, &fields).unwrap_err().code()
        };
        assert_eq!(refused(|f| f.document_code = "V".into()), "invalid_option");
        assert_eq!(refused(|f| f.document_number = "1234567890".into()), "invalid_option");
        assert_eq!(refused(|f| f.document_number = "12-34".into()), "invalid_option");
        assert_eq!(refused(|f| f.issuing_state = "UTOP".into()), "invalid_option");
        assert_eq!(refused(|f| f.optional_data = "é".into()), "invalid_option");
        assert_eq!(refused(|f| f.optional_data2 = "X".into()), "invalid_option");
        assert!(format_mrz(Format::SwissDl, &eriksson()).is_err());
    }
}
