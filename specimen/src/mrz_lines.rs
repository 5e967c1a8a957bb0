//! Formats the MRZ of a document after Doc 9303 parts 4 to 7, and of the French and Swiss national formats.
//!
//! Written independently of the parser of `kyc-core` on purpose: these lines are the ground truth of the tests, and a
//! shared mistake would hide itself.

use crate::person::Person;

/// Format of an MRZ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MrzFormat {
    /// Passport, 2 × 44 (Doc 9303-4).
    Td3,
    /// Card, 3 × 30 (Doc 9303-5).
    Td1,
    /// Larger card, 2 × 36 (Doc 9303-6).
    Td2,
    /// Large visa, 2 × 44 (Doc 9303-7).
    MrvA,
    /// Small visa, 2 × 36 (Doc 9303-7).
    MrvB,
    /// French identity card of 1988–2021, 2 × 36 (published specimen).
    FrenchId,
    /// Swiss driving licence, 9, 30 and 30 (published specimen).
    SwissDl,
    /// French driving licence, 1 × 30 (published specimen).
    FrenchDl,
}

impl MrzFormat {
    /// Returns the name that the reader reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Td3 => "TD3",
            Self::Td1 => "TD1",
            Self::Td2 => "TD2",
            Self::MrvA => "MRVA",
            Self::MrvB => "MRVB",
            Self::FrenchId => "FRENCH_NATIONAL_ID",
            Self::SwissDl => "SWISS_DRIVING_LICENSE",
            Self::FrenchDl => "FRENCH_DRIVING_LICENSE",
        }
    }

    /// Returns the positions of the check digits: line and column, from 0.
    pub const fn check_digits(self) -> &'static [(usize, usize)] {
        match self {
            Self::Td3 => &[(1, 9), (1, 19), (1, 27), (1, 42), (1, 43)],
            Self::Td1 => &[(0, 14), (1, 6), (1, 14), (1, 29)],
            Self::Td2 => &[(1, 9), (1, 19), (1, 27), (1, 35)],
            Self::MrvA | Self::MrvB => &[(1, 9), (1, 19), (1, 27)],
            Self::FrenchId => &[(1, 12), (1, 33), (1, 35)],
            Self::FrenchDl => &[(0, 14), (0, 29)],
            Self::SwissDl => &[],
        }
    }
}

/// Data of an MRZ: the holder's document, and what [`Person`] does not contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The holder. If the format has room, a `document_number` of more than nine characters continues in the optional
    /// data (Doc 9303-5 section 4.2.2.1, note j).
    pub person: Person,
    /// One or two letters, as `P` or `ID`.
    pub code: String,
    /// The issuing state, at most three letters.
    pub state: String,
    /// Date of birth `YYMMDD`, with fillers for unknown parts.
    pub birth: String,
    /// Second optional data of a TD1.
    pub optional_2: String,
    /// Whether the check digit of a passport's empty personal number is the filler instead of `0` (Doc 9303-4 section
    /// 4.2.2.2).
    pub filler_for_empty: bool,
}

impl Record {
    /// Creates the record of a document of Utopia.
    pub fn new(person: &Person, code: &str) -> Self {
        Self {
            person: person.clone(),
            code: code.into(),
            state: "UTO".into(),
            birth: person.birth.yymmdd(),
            optional_2: String::new(),
            filler_for_empty: true,
        }
    }

    /// Formats the lines, each of exactly the format's length.
    pub fn lines(&self, format: MrzFormat) -> Vec<String> {
        match format {
            MrzFormat::Td3 => self.two_lines(44, true, Some(14)),
            MrzFormat::MrvA => self.two_lines(44, false, None),
            MrzFormat::Td2 => self.two_lines(36, true, None),
            MrzFormat::MrvB => self.two_lines(36, false, None),
            MrzFormat::Td1 => self.three_lines(),
            MrzFormat::FrenchId => self.french_id(),
            MrzFormat::FrenchDl => self.french_dl(),
            MrzFormat::SwissDl => self.swiss_dl(),
        }
    }

    /// Formats TD3, TD2 and visas. `personal` is the length of optional data with a check digit of their own.
    fn two_lines(&self, length: usize, composite: bool, personal: Option<usize>) -> Vec<String> {
        let p = &self.person;
        let upper = format!("{}{}", self.head(), names(p, length - 5));
        let (number, optional) = match (personal, composite) {
            (None, true) => self.number_and_optional(7),
            _ => (
                with_digit(&field(&p.document_number, 9)),
                field(&p.optional_data, personal.unwrap_or(length - 28 - usize::from(composite))),
            ),
        };
        let (birth, expiry) = (with_digit(&self.birth), with_digit(&p.expiry.yymmdd()));
        let optional = match personal {
            Some(_) if p.optional_data.is_empty() && self.filler_for_empty => format!("{optional}<"),
            Some(_) => with_digit(&optional),
            None => optional,
        };
        let mut lower = format!("{number}{}{birth}{}{expiry}{optional}", field(&p.nationality, 3), p.sex);
        if composite {
            lower.push(check_digit(&format!("{number}{birth}{expiry}{optional}")));
        }
        vec![upper, lower]
    }

    fn three_lines(&self) -> Vec<String> {
        let p = &self.person;
        let (number, optional) = self.number_and_optional(15);
        let upper = format!("{}{number}{optional}", self.head());
        let (birth, expiry) = (with_digit(&self.birth), with_digit(&p.expiry.yymmdd()));
        let optional_2 = field(&self.optional_2, 11);
        let composite = check_digit(&format!("{}{birth}{expiry}{optional_2}", &upper[5..]));
        let middle = format!("{birth}{}{expiry}{}{optional_2}{composite}", p.sex, field(&p.nationality, 3));
        vec![upper, middle, names(p, 30)]
    }

    fn french_id(&self) -> Vec<String> {
        let p = &self.person;
        let office = field(&p.optional_data, 6);
        let upper = format!("IDFRA{}{office}", field(&words(&p.surname), 25));
        let issue = p.issued.yymmdd();
        let number = with_digit(&format!("{}{}", &issue[..4], field(&p.document_number, 8)));
        let given = field(&words(&p.given_names).replace('<', "<<"), 14);
        let lower = format!("{number}{given}{}{}", with_digit(&self.birth), p.sex);
        let composite = check_digit(&format!("{upper}{lower}"));
        vec![upper, format!("{lower}{composite}")]
    }

    fn french_dl(&self) -> Vec<String> {
        let p = &self.person;
        let start = with_digit(&format!("D1FRA{}", field(&p.document_number, 9)));
        let line = format!("{start}{}{}", p.expiry.yymmdd(), field(&words(&p.surname), 8));
        vec![with_digit(&line)]
    }

    fn swiss_dl(&self) -> Vec<String> {
        let p = &self.person;
        let middle = format!("FACHE{}<<{}", field(&p.document_number, 12), self.birth);
        vec![field(&self.optional_2, 9), field(&middle, 30), names(p, 30)]
    }

    fn head(&self) -> String {
        format!("{}{}", field(&self.code, 2), field(&self.state, 3))
    }

    /// Returns the number with its check digit, and the optional data, preceded by the rest of a long number.
    fn number_and_optional(&self, length: usize) -> (String, String) {
        let p = &self.person;
        if p.document_number.len() <= 9 {
            return (with_digit(&field(&p.document_number, 9)), field(&p.optional_data, length));
        }
        let (first, rest) = p.document_number.split_at(9);
        let optional = format!("{rest}{}<{}", check_digit(&p.document_number), p.optional_data);
        (format!("{first}<"), field(&optional, length))
    }
}

/// Two lines of 44 (Doc 9303-4, section 4.2).
pub fn td3(p: &Person) -> [String; 2] {
    let [upper, lower] = Record::new(p, "P").lines(MrzFormat::Td3).try_into().expect("a TD3 has two lines");
    [upper, lower]
}

/// Three lines of 30 (Doc 9303-5, section 4.2).
pub fn td1(p: &Person) -> [String; 3] {
    let [upper, middle, lower] = Record::new(p, "I").lines(MrzFormat::Td1).try_into().expect("a TD1 has three lines");
    [upper, middle, lower]
}

/// Formats both identifiers. Names that are too long are truncated so that both remain (Doc 9303-4 section 4.2.3).
fn names(p: &Person, length: usize) -> String {
    let (primary, secondary) = (words(&p.surname), words(&p.given_names));
    if secondary.is_empty() {
        return field(&primary, length);
    }
    let room = length - 2 - secondary.len().min(3);
    let primary = primary.get(..room).map_or(primary.as_str(), |cut| cut.trim_end_matches('<'));
    field(&format!("{primary}<<{secondary}"), length)
}

fn words(name: &str) -> String {
    name.replace('\'', "").replace([' ', '-'], "<")
}

fn field(text: &str, length: usize) -> String {
    format!("{text:<<length$}").chars().take(length).collect()
}

fn with_digit(text: &str) -> String {
    format!("{text}{}", check_digit(text))
}

/// Weights 7, 3, 1 over values 0–9, A = 10 … Z = 35, `<` = 0, modulo 10 (Doc 9303-3, section 4.9).
pub(crate) fn check_digit(text: &str) -> char {
    let sum: u32 = text.chars().zip([7, 3, 1].into_iter().cycle()).map(|(c, w)| c.to_digit(36).unwrap_or(0) * w).sum();
    char::from(b'0' + (sum % 10) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::Day;

    fn anna() -> Person {
        Person {
            surname: "ERIKSSON".into(),
            given_names: "ANNA MARIA".into(),
            sex: 'F',
            birth: Day { year: 1974, month: 8, day: 12 },
            nationality: "UTO".into(),
            document_number: "L898902C3".into(),
            issued: Day { year: 2007, month: 4, day: 15 },
            expiry: Day { year: 2012, month: 4, day: 15 },
            optional_data: "ZE184226B".into(),
            portrait: Default::default(),
        }
    }

    /// The specimens of Doc 9303-4 to -7, appendices.
    #[test]
    fn equals_doc_9303_specimens() {
        let mut p = anna();
        assert_eq!(
            td3(&p),
            ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
        );
        let mut visa = p.clone();
        visa.document_number = "L8988901C".into();
        visa.nationality = "XXX".into();
        visa.birth = Day { year: 1940, month: 9, day: 7 };
        visa.expiry = Day { year: 1996, month: 12, day: 10 };
        visa.optional_data = "6ZE184226B".into();
        assert_eq!(Record::new(&visa, "V").lines(MrzFormat::MrvA)[1], "L8988901C4XXX4009078F96121096ZE184226B<<<<<<");
        assert_eq!(Record::new(&visa, "V").lines(MrzFormat::MrvB)[1], "L8988901C4XXX4009078F96121096ZE18422");
        p.optional_data.clear();
        p.document_number = "D23145890".into();
        assert_eq!(
            td1(&p),
            ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]
        );
        assert_eq!(
            Record::new(&p, "I").lines(MrzFormat::Td2),
            ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"]
        );
    }

    /// A number of more than nine symbols, by the specimen of Doc 9303-5 (note j).
    #[test]
    fn long_document_number_continues_in_optional_data() {
        let mut p = anna();
        p.document_number = "D23145890734".into();
        p.optional_data.clear();
        p.sex = 'M';
        p.birth = Day { year: 1934, month: 7, day: 12 };
        p.expiry = Day { year: 1995, month: 7, day: 12 };
        assert_eq!(td1(&p)[..2], ["I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2"]);
        assert_eq!(&Record::new(&p, "I").lines(MrzFormat::Td2)[1][..35], "D23145890<UTO3407127M95071227349<<<");
    }

    #[test]
    fn national_formats_have_their_lengths_and_check_digits() {
        let mut p = anna();
        p.surname = "BERTHIER".into();
        p.given_names = "CORINNE".into();
        p.birth = Day { year: 1965, month: 12, day: 6 };
        p.issued = Day { year: 1988, month: 6, day: 1 };
        p.document_number = "92310285".into();
        p.optional_data.clear();
        // The published specimen of the French card.
        assert_eq!(
            Record::new(&p, "ID").lines(MrzFormat::FrenchId),
            ["IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6"]
        );
        p.document_number = "13AA00002".into();
        let line = &Record::new(&p, "D1").lines(MrzFormat::FrenchDl)[0];
        assert_eq!((line.len(), &line[..14]), (30, "D1FRA13AA00002"));
        p.document_number = "305142128097".into();
        let mut record = Record::new(&p, "FA");
        record.optional_2 = "AAA001D".into();
        let lengths: Vec<usize> = record.lines(MrzFormat::SwissDl).iter().map(String::len).collect();
        assert_eq!(lengths, [9, 30, 30]);
    }

    #[test]
    fn truncates_long_names_keeping_both_identifiers() {
        let mut p = anna();
        p.surname = "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL".into();
        p.given_names = "DINGO POTOROO".into();
        assert_eq!(names(&p, 39), "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<<DING");
        p.given_names.clear();
        assert_eq!(names(&p, 20), "BENNELONG<WOOLOOMOOL");
    }
}
