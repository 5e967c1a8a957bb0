//! Parses the lines of an MRZ into a checked document.

use crate::date::Date;
use crate::error::CoreError;

use super::check_digit;
use super::confusables;
use super::countries::State;
use super::dates::{self, Century};
use super::format::{CharKind, FieldName, Format};
use super::input;
pub use super::mrz_document::{CheckDigit, ChipKey, MrzDocument, OptionalData, Problem, ProblemCode, Sex, Validity};
use super::names;
use super::personal_number;
use super::russian;

/// Parses the lines of a machine-readable zone.
///
/// `today` determines centuries only (see [`Century`]); an expired document is read like any other. Invalid check
/// digits and fields are listed in the result: [`MrzDocument::check_digits`], [`MrzDocument::problems`].
///
/// # Errors
/// [`CoreError::NotAnMrz`] if the text is not an MRZ: other symbols, or lines of no known format.
///
/// ```
/// use kyc_core::{date::Date, mrz::parse};
///
/// let today = Date::new(2026, 1, 31).unwrap();
/// let lines = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];
/// let document = parse(&lines, today)?;
/// assert!(document.valid);
/// assert_eq!(document.names.primary, "ERIKSSON");
/// assert_eq!(document.birth_date.unwrap().iso.as_deref(), Some("1974-08-12"));
/// # Ok::<(), kyc_core::error::CoreError>(())
/// ```
pub fn parse(lines: &[impl AsRef<str>], today: Date) -> Result<MrzDocument, CoreError> {
    let (format, mut symbols) = input::lines(lines)?;
    let corrections = confusables::apply(format, &mut symbols);
    let mrz = RawMrz {
        format,
        lines: symbols.into_iter().map(|line| line.iter().map(|&b| char::from(b)).collect()).collect(),
    };

    let number = mrz.document_number();
    let check_digits = mrz.check_digits(number.check.as_ref());
    let mut problems = mrz.malformed_fields();
    let date = |name, century: Century<'_>, problems: &mut Vec<Problem>| {
        let symbols = mrz.field(name)?;
        let date = dates::read(symbols.as_bytes(), century, today);
        if date.is_none() && !problems.iter().any(|p| p.field == name) {
            problems.push(Problem { code: ProblemCode::InvalidDate, field: name });
        }
        date
    };
    let issuing_state = State::from_symbols(mrz.field(FieldName::IssuingState).unwrap_or_default());
    let sex = mrz.sex();
    let optional_data = mrz.optional_data(&number);
    let mut birth_date = date(FieldName::BirthDate, Century::Past, &mut problems);
    let registered = sex.and_then(Sex::registered);
    let values = || optional_data.iter().map(|field| field.value.as_str());
    let personal_number = personal_number::read(&issuing_state, values(), birth_date.as_ref(), registered);
    if let Some(date) = &mut birth_date {
        personal_number::resolve_century(date, &issuing_state, values(), personal_number.as_ref(), today);
    }
    let issue_date = match mrz.russian_internal() {
        Some(passport) => passport.issue_date(today),
        None => date(FieldName::IssueDate, Century::Past, &mut problems),
    };
    let window = format.expiry_window([birth_date.as_ref(), issue_date.as_ref()]);
    let expiry_date = date(FieldName::ExpiryDate, Century::Validity(window), &mut problems);
    let malformed = problems.iter().any(|problem| match problem.code {
        ProblemCode::InvalidDate => true,
        // Some states print X for an unspecified sex.
        ProblemCode::UnexpectedSymbol => problem.field != FieldName::Sex || sex.is_none(),
        _ => false,
    });

    let nationality = mrz.field(FieldName::Nationality).map(State::from_symbols);
    let names = match mrz.field(FieldName::Names) {
        Some(field) => names::split(field),
        None => names::from_fields(
            mrz.field(FieldName::PrimaryName).unwrap_or_default(),
            mrz.field(FieldName::SecondaryName).unwrap_or_default(),
        ),
    };
    let note = |code, field, noted: bool| noted.then_some(Problem { code, field });
    problems.extend(
        [
            note(ProblemCode::UnknownState, FieldName::IssuingState, issuing_state.name.is_none()),
            note(
                ProblemCode::UnknownState,
                FieldName::Nationality,
                nationality.as_ref().is_some_and(|state| state.name.is_none()),
            ),
            note(ProblemCode::Missing, FieldName::DocumentNumber, number.value.is_empty() && format != Format::OtherDl),
            note(ProblemCode::Missing, FieldName::Names, mrz.has_names() && names.is_empty()),
        ]
        .into_iter()
        .flatten(),
    );
    let names_cyrillic = mrz.russian_internal().map(|_| russian::cyrillic(&names));
    let chip_key = mrz.chip_key(&number, &check_digits);

    Ok(MrzDocument {
        format,
        document_code: mrz.field(FieldName::DocumentCode).unwrap_or_default().trim_end_matches('<').to_owned(),
        issuing_state,
        document_number: number.value,
        names,
        names_cyrillic,
        nationality,
        birth_date,
        sex,
        validity: Validity::of(mrz.field(FieldName::ExpiryDate), expiry_date.as_ref()),
        expiry_date,
        issue_date,
        optional_data,
        personal_number,
        chip_key,
        valid: !malformed && check_digits.iter().all(|digit| digit.valid),
        valid_if_inferred: false,
        check_digits,
        corrections,
        inferred: Vec::new(),
        problems,
        lines: mrz.lines,
    })
}

/// Lines with the lengths of the format.
struct RawMrz {
    format: Format,
    lines: Vec<String>,
}

/// A document number and its continuation.
struct Number {
    value: String,
    /// Check digit of a number that continues in the optional data, and the symbols of that field it uses.
    check: Option<(CheckDigit, usize)>,
}

impl RawMrz {
    /// Returns the symbols of a field; adjacent parts with one name are one field.
    fn field(&self, name: FieldName) -> Option<&str> {
        let mut pieces = self.format.fields().iter().filter(|field| field.name == name).map(|field| field.span);
        let first = pieces.next()?;
        let end = pieces.filter(|piece| piece.line == first.line).fold(first.end, |_, piece| piece.end);
        self.lines.get(first.line)?.get(first.start..end)
    }

    fn russian_internal(&self) -> Option<russian::InternalPassport<'_>> {
        let fields = [FieldName::DocumentNumber, FieldName::OptionalData, FieldName::ExpiryDate];
        let [number, optional, expiry] = fields.map(|name| self.field(name).unwrap_or_default());
        (self.format == Format::Td3).then(|| self.lines.first()).flatten()?.starts_with("PNRUS").then_some(())?;
        russian::InternalPassport::new(number, optional, expiry)
    }

    fn chip_key(&self, number: &Number, check_digits: &[CheckDigit]) -> Option<ChipKey> {
        if !matches!(self.format, Format::Td1 | Format::Td2 | Format::Td3) || self.russian_internal().is_some() {
            return None;
        }
        let [birth, expiry] = [FieldName::BirthDate, FieldName::ExpiryDate].map(|name| self.field(name));
        let (birth, expiry) = (birth?.to_owned(), expiry?.to_owned());
        let is_empty = |text: &str| text.bytes().all(|symbol| symbol == b'<');
        if number.value.is_empty() || is_empty(&birth) || is_empty(&expiry) {
            return None;
        }
        let parts =
            [FieldName::DocumentNumberCheckDigit, FieldName::BirthDateCheckDigit, FieldName::ExpiryDateCheckDigit];
        let valid = |name: &FieldName| check_digits.iter().any(|digit| digit.field == *name && digit.valid);
        let valid = parts.iter().all(valid);
        Some(ChipKey { number: number.value.clone(), birth, expiry, valid, confidence: None })
    }

    fn document_number(&self) -> Number {
        let principal = self.field(FieldName::DocumentNumber).unwrap_or_default();
        if self.format == Format::FrenchId {
            // Year and month of issue, department and serial number form the number printed on the card.
            let value = self.lines.get(1).and_then(|line| line.get(..12)).unwrap_or_default().to_owned();
            return Number { value, check: None };
        }
        if let Some(passport) = self.russian_internal() {
            return Number { value: passport.number(), check: None };
        }
        if matches!(self.format, Format::Td1 | Format::Td2)
            && self.field(FieldName::DocumentNumberCheckDigit) == Some("<")
            && let Some(number) = self.continued_number(principal)
        {
            return number;
        }
        Number { value: principal.trim_end_matches('<').to_owned(), check: None }
    }

    /// Reads a number of more than nine symbols: a filler replaces its check digit, and the optional data starts with
    /// the rest of it, its check digit and a filler (Doc 9303-5 section 4.2.2.2 note j, Doc 9303-6 likewise).
    fn continued_number(&self, principal: &str) -> Option<Number> {
        let span = self.format.span(FieldName::OptionalData)?;
        let optional = self.field(FieldName::OptionalData)?;
        let end = optional.find('<').unwrap_or(optional.len());
        let (rest, digit) = (optional.get(..end.checked_sub(1)?)?, optional.get(end - 1..end)?.chars().next()?);
        if principal.contains('<') || rest.is_empty() {
            return None;
        }
        let value = format!("{principal}{rest}");
        // The standard's specimen excludes the filler between both parts from the calculation; Belgian cards before
        // 2010 include it.
        let expected = char::from(check_digit::compute(value.as_bytes())?);
        let with_filler = char::from(check_digit::compute(format!("{principal}<{rest}").as_bytes())?);
        let expected = if digit == with_filler { with_filler } else { expected };
        let check = CheckDigit {
            field: FieldName::DocumentNumberCheckDigit,
            line: span.line,
            column: span.start + end - 1,
            expected,
            actual: digit,
            valid: expected == digit,
        };
        Some(Number { value, check: Some((check, end)) })
    }

    fn check_digits(&self, continued: Option<&(CheckDigit, usize)>) -> Vec<CheckDigit> {
        let mut digits = Vec::new();
        for rule in self.format.check_rules() {
            if let (FieldName::DocumentNumberCheckDigit, Some((check, _))) = (rule.name, continued) {
                digits.push(check.clone());
                continue;
            }
            let covered = rule.covers.iter().flat_map(|span| {
                self.lines.get(span.line).and_then(|line| line.get(span.start..span.end)).unwrap_or_default().bytes()
            });
            let Some(expected) = check_digit::compute_iter(covered.clone()).map(char::from) else { continue };
            let actual = self.lines.get(rule.line).and_then(|line| line.as_bytes().get(rule.column));
            let actual = actual.map_or('<', |&symbol| char::from(symbol));
            let may_be_empty = matches!(
                rule.name,
                FieldName::OptionalDataCheckDigit | FieldName::BirthDateCheckDigit | FieldName::ExpiryDateCheckDigit
            );
            let empty = may_be_empty && covered.clone().all(|symbol| symbol == b'<');
            let valid = actual == expected || (empty && actual == '<');
            digits.push(CheckDigit { field: rule.name, line: rule.line, column: rule.column, expected, actual, valid });
        }
        digits
    }

    fn malformed_fields(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = Vec::new();
        for field in self.format.fields() {
            let symbols = self.lines.get(field.span.line).and_then(|line| line.get(field.span.start..field.span.end));
            let fits = symbols.is_some_and(|symbols| symbols.bytes().all(|symbol| field.kind.allows(symbol)));
            // Invalid check digits are reported separately.
            let reported = matches!(field.kind, CharKind::CheckDigit | CharKind::OptionalCheckDigit)
                || problems.iter().any(|problem| problem.field == field.name);
            // A Russian internal passport codes some letters by digits.
            let coded = field.name == FieldName::Names
                && self.russian_internal().is_some()
                && symbols.is_some_and(|symbols| symbols.bytes().all(|symbol| CharKind::Alnum.allows(symbol)));
            if !fits && !reported && !coded {
                problems.push(Problem { code: ProblemCode::UnexpectedSymbol, field: field.name });
            }
        }
        let code = self.field(FieldName::DocumentCode).unwrap_or_default().as_bytes();
        if !code.first().is_some_and(|first| self.format.first_symbols().contains(first)) {
            problems.push(Problem { code: ProblemCode::WrongDocumentCode, field: FieldName::DocumentCode });
        }
        problems
    }

    fn has_names(&self) -> bool {
        [FieldName::Names, FieldName::PrimaryName].into_iter().any(|name| self.field(name).is_some())
    }

    fn sex(&self) -> Option<Sex> {
        match self.field(FieldName::Sex)? {
            "F" => Some(Sex::Female),
            "M" => Some(Sex::Male),
            "<" | "X" => Some(Sex::Unspecified),
            _ => None,
        }
    }

    fn optional_data(&self, number: &Number) -> Vec<OptionalData> {
        [
            FieldName::OptionalData,
            FieldName::OptionalData2,
            FieldName::CardNumber,
            FieldName::Language,
            FieldName::Version,
        ]
        .into_iter()
        .filter_map(|name| {
            let raw = self.field(name)?;
            let used = match &number.check {
                Some((_, used)) if name == FieldName::OptionalData => *used,
                _ => 0,
            };
            let rest = raw.get(used..).unwrap_or_default();
            let rest = if used > 0 { rest.strip_prefix('<').unwrap_or(rest) } else { rest };
            Some(OptionalData { field: name, raw: raw.to_owned(), value: rest.trim_end_matches('<').to_owned() })
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        Date::new(2026, 6, 15).expect("a date")
    }

    fn read(lines: &[&str]) -> MrzDocument {
        parse(lines, today()).unwrap_or_else(|error| panic!("{lines:?}: {error}"))
    }

    #[test]
    fn accepts_unambiguous_lenient_input() {
        let exact =
            read(&["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]);
        assert!(exact.valid);
        #[rustfmt::skip]
        let lenient: [&[&str]; 5] = [
            &["  p<utoeriksson<<anna<maria<<<<<<<<<<<<<<<<<<<\t", "", "l898902c36uto7408122f1204159ze184226b<<<<<10"],
            &["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\r\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n"],
            &["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"],
            &["P<UTO ERIKSSON << ANNA < MARIA <<<<<<<<<<<<<<<<<<<",
            "L898902C3 6 UTO 740812 2 F 120415 9 ZE184226B<<<<< 1 0"],
            &["P‹UTOERIKSSON«ANNA＜MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B«‹≪10"],
        ];
        for lines in lenient {
            assert_eq!(read(lines), exact, "{lines:?}");
        }
    }

    #[test]
    fn rejects_text_that_is_not_an_mrz() {
        let long = "<".repeat(5000);
        let many = vec!["A"; 3000];
        let refused: [&[&str]; 9] = [
            &[],
            &[""],
            &["P<UTO"],
            &[&"A".repeat(30)],
            &["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"],
            &["P<UTOERIKSSÖN<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"],
            &["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<1"],
            &[&long],
            &many,
        ];
        for lines in refused {
            assert_eq!(parse(lines, today()).map_err(|error| error.code()), Err("mrz_invalid"));
        }
    }

    #[test]
    fn parses_a_french_driving_licence() {
        let document = read(&["D1FRA13AA0000261B1231MART1N<<9"]);
        assert!(document.valid, "{document:?}");
        assert_eq!(document.format, Format::FrenchDl);
        assert_eq!((document.document_code.as_str(), document.document_number.as_str()), ("D1", "13AA00002"));
        assert_eq!((document.names.primary.as_str(), document.names.secondary.as_str()), ("MARTIN", ""));
        assert_eq!(document.expiry_date.as_ref().and_then(|d| d.iso.as_deref()), Some("2018-12-31"));
        assert_eq!(document.is_expired(today()), Some(true));
        assert_eq!(document.corrections.len(), 2);
        assert!(document.birth_date.is_none() && document.sex.is_none() && document.nationality.is_none());
    }

    #[test]
    fn reports_each_check_digit_separately() {
        let lines = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
        let columns = [9, 19, 27, 42, 43];
        for (i, column) in columns.into_iter().enumerate() {
            let mut second = lines[1].to_owned();
            let wrong = if second.as_bytes()[column] == b'9' { "3" } else { "9" };
            second.replace_range(column..=column, wrong);
            let document = read(&[lines[0], &second]);
            assert!(!document.valid);
            assert_eq!(document.check_digits.len(), columns.len());
            assert!(!document.check_digits[i].valid, "{column}");
            assert_eq!(document.check_digits[i].column, column);
            for (j, digit) in document.check_digits.iter().enumerate() {
                // The composite covers the other digits.
                assert!(digit.valid || j == i || j == 4, "{column} {j}");
            }
        }
    }

    #[test]
    fn accepts_a_filler_as_check_digit_of_an_empty_personal_number() {
        for (second, valid) in [
            ("C01X0006H1D<<6408125F1710319<<<<<<<<<<<<<<<0", true),
            ("C01X0006H1D<<6408125F1710319<<<<<<<<<<<<<<00", true),
            ("C01X0006H1D<<6408125F1710319<<<<<<<<<<<<<<10", false),
            ("C01X0006H1D<<6408125F1710319A<<<<<<<<<<<<<<0", false),
        ] {
            let document = read(&["P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<", second]);
            assert_eq!(document.valid, valid, "{second}");
            assert_eq!(document.nationality.as_ref().and_then(|n| n.name.as_deref()), Some("Germany"));
        }
    }

    #[test]
    fn never_corrects_optional_data_and_numbers() {
        let document = read(&[
            "I<UTOD2314589O7ABCOI0<<<<<<<<<",
            "74O8122F1204159UTO<<<<<<<<<<<1",
            "ER1KSSON<<ANNA<MARIA<<<<<<<<<<",
        ]);
        assert_eq!(document.document_number, "D2314589O");
        assert_eq!(document.optional_data[0].value, "ABCOI0");
        let corrected: Vec<_> =
            document.corrections.iter().map(|c| (c.line, c.column, c.from, c.to, c.field)).collect();
        assert_eq!(corrected, [(1, 2, 'O', '0', FieldName::BirthDate)]);
        // No check digit covers a name: its digit is reported and not changed.
        assert_eq!(document.names.primary, "ER1KSSON");
        assert_eq!(document.problems, [Problem { code: ProblemCode::UnexpectedSymbol, field: FieldName::Names }]);
        assert!(!document.valid);
    }

    #[test]
    fn reads_kazakh_and_kyrgyz_personal_numbers() {
        use crate::identifiers::IdentifierError;
        use crate::mrz::personal_number::PersonalNumberKind;
        use crate::mrz::write::{MrzFields, format_mrz};
        let fields = |state: &str, optional: &str, born: (u16, u8, u8), sex| MrzFields {
            document_code: "I".into(),
            issuing_state: state.into(),
            document_number: "012345678".into(),
            primary: "Specimen".into(),
            secondary: "Aida".into(),
            nationality: state.into(),
            birth_date: Date::new(born.0, born.1, born.2).expect("a date"),
            sex,
            expiry_date: Date::new(2030, 1, 1).expect("a date"),
            optional_data: optional.into(),
            optional_data2: String::new(),
        };
        let number = |fields: &MrzFields| {
            let document =
                read(&format_mrz(Format::Td1, fields).unwrap().iter().map(String::as_str).collect::<Vec<_>>());
            (document.personal_number, document.birth_date.and_then(|date| date.iso))
        };
        let (iin, _) = number(&fields("KAZ", "950215301232", (1995, 2, 15), Sex::Male));
        let iin = iin.expect("an IIN");
        assert_eq!((iin.kind, iin.error, iin.matches_holder), (PersonalNumberKind::KzIin, None, Some(true)));
        let (iin, _) = number(&fields("KAZ", "950215301232", (1995, 2, 16), Sex::Male));
        assert_eq!(iin.and_then(|iin| iin.matches_holder), Some(false));
        let (iin, _) = number(&fields("KAZ", "950215301233", (1995, 2, 15), Sex::Male));
        assert_eq!(iin.and_then(|iin| iin.error), Some(IdentifierError::WrongCheckDigit));
        let (pin, _) = number(&fields("KGZ", "11502199500123", (1995, 2, 15), Sex::Female));
        let pin = pin.expect("a PIN");
        assert_eq!((pin.kind, pin.error, pin.matches_holder), (PersonalNumberKind::KgPin, None, Some(true)));
        // A person of 104 years: two digits alone would give 4.
        let (_, born) = number(&fields("KGZ", "11502192200123", (1922, 2, 15), Sex::Female));
        assert_eq!(born.as_deref(), Some("1922-02-15"));
        // A number whose year lies in the future does not decide the century.
        let (pin, born) = number(&fields("KGZ", "11502207400123", (1974, 2, 15), Sex::Female));
        assert_eq!(pin.and_then(|pin| pin.birth_date), Date::new(2074, 2, 15));
        assert_eq!(born.as_deref(), Some("1974-02-15"));
        assert_eq!(number(&fields("UTO", "950215301232", (1995, 2, 15), Sex::Male)).0, None);
        assert_eq!(number(&fields("KAZ", "A50215301232", (1995, 2, 15), Sex::Male)).0, None);
    }

    #[test]
    fn never_panics_on_random_text() {
        // A xorshift generator with a fixed seed.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        const SYMBOLS: &[char] =
            &['<', '<', '<', 'A', 'D', 'F', 'R', 'V', 'I', 'P', 'Z', '0', '1', '2', '3', '9', 'a', ' ', '«', 'é', '\n'];
        let mut read = 0;
        for round in 0..20_000 {
            let format = Format::ALL[next(Format::ALL.len())];
            // Two rounds of three use MRZ symbols and the line lengths of a format.
            let (symbols, exact) = (if round % 3 == 0 { SYMBOLS.len() } else { 16 }, round % 3 != 0);
            let lines: Vec<String> = format
                .line_lengths()
                .iter()
                .map(|&length| (0..if exact { length } else { next(60) }).map(|_| SYMBOLS[next(symbols)]).collect())
                .collect();
            if let Ok(document) = parse(&lines, today()) {
                read += 1;
                assert_eq!(document.lines.len(), document.format.line_lengths().len());
                // Corrected lines need no further correction.
                let again = parse(&document.lines, today()).expect("its own lines");
                assert!(again.corrections.is_empty());
                assert_eq!((again.valid, again.problems), (document.valid, document.problems));
            }
        }
        assert!(read > 8_000, "{read} of 20000 were read");
    }
}
