//! Synthetic documents of many states for the MRZ test set. A few carry a wrong check digit on purpose.

use crate::mrz_lines::{MrzFormat, Record};
use crate::person::{Day, Person, Portrait};
use crate::rng::Rng;

const SURNAMES: [&str; 44] = [
    "ERIKSSON",
    "ABENOVA",
    "MUSTERMANN",
    "O'CONNOR",
    "VAN DER BERG",
    "NGUYEN",
    "GARCIA-LOPEZ",
    "QUISPE",
    "WOJCIK",
    "XU",
    "ZHUMABEKOV",
    "FERNANDEZ DE LA VEGA",
    "KOWALCZYK",
    "YILMAZ",
    "JOHANNSEN",
    "OYELARAN",
    "DUPONT",
    "BJOERKLUND",
    "LI",
    "KIM",
    "TAMM",
    "PAPADOPOULOS",
    "MWANGI",
    "SZABO",
    "HJOERLEIFSSON",
    "CHAUDHRY",
    "KRASNOVSKAIA",
    "DA SILVA E SOUZA",
    "BEKMURATOV",
    "RAKOTOARISOA",
    "IVANOVSKYI",
    "QAZI",
    "JAAKKOLA",
    "EXEMPLAR",
    "WICKRAMASINGHE",
    "AL-FULANI",
    "PUTTKAMMER",
    "VUJOVIC",
    "OSMONOVA",
    "MCALLISTER",
    "ZGRAGGEN",
    "FITZWILLIAM",
    "BOUCHIKHI",
    "UGWU",
];

const GIVEN: [&str; 44] = [
    "ANNA MARIA",
    "AIGERIM",
    "ERIKA",
    "JEAN-BAPTISTE",
    "BERMET",
    "WEI",
    "MARIA DEL PILAR",
    "OLUWASEUN",
    "JOHANNA",
    "YUSUF",
    "KATARZYNA",
    "ZOFIA",
    "THI HONG",
    "CLARA SOPHIE",
    "BJARKI",
    "IGOR",
    "ALEXANDRE",
    "FREDERIC",
    "XIMENA",
    "QUENTIN",
    "SU",
    "GULZHAN",
    "VIKTORIIA",
    "LUIZ FELIPE",
    "MOHAMED",
    "PENELOPE",
    "JUERGEN",
    "HEIDI",
    "MATTHIAS",
    "NUR",
    "KWAME",
    "DMYTRO",
    "BEATRIX",
    "CHARLOTTE LOUISE ELIZABETH",
    "SANJAY",
    "UWE",
    "JACQUELINE",
    "OLGA",
    "RUTH",
    "ZBIGNIEW",
    "FAZIL",
    "GIOVANNI",
    "WILHELMINA",
    "ELENA LUISE",
];

/// Codes of Doc 9303-3, section 5.
const STATES: [&str; 60] = [
    "UTO", "UTO", "KAZ", "KGZ", "D", "FRA", "CHE", "AUT", "ITA", "ESP", "PRT", "GBR", "IRL", "NLD", "BEL", "LUX",
    "DNK", "SWE", "NOR", "FIN", "ISL", "EST", "LVA", "LTU", "POL", "CZE", "SVK", "HUN", "ROU", "BGR", "GRC", "TUR",
    "UKR", "MDA", "GEO", "ARM", "AZE", "UZB", "TJK", "TKM", "CHN", "JPN", "KOR", "IND", "PAK", "VNM", "THA", "USA",
    "CAN", "MEX", "BRA", "ARG", "PER", "ZAF", "NGA", "KEN", "EGY", "MAR", "AUS", "NZL",
];

/// A synthetic holder and the MRZ lines of the document, as printed.
#[derive(Debug, Clone)]
pub struct SyntheticHolder {
    /// The holder.
    pub person: Person,
    /// MRZ lines.
    pub lines: Vec<String>,
}

/// Generates a document of `format`. About one in 25 with check digits has a wrong one.
pub fn generate(rng: &mut Rng, format: MrzFormat) -> SyntheticHolder {
    let person = person(rng, format);
    let birth = person.birth.yymmdd();
    let birth = if rng.chance(0.02) { format!("{}<<<<", &birth[..2]) } else { birth };
    let mut record = Record {
        code: code(rng, format).into(),
        state: if rng.chance(0.85) { person.nationality.clone() } else { rng.pick(&STATES).into() },
        birth,
        optional_2: match format {
            MrzFormat::Td1 if rng.chance(0.25) => letters_and_digits(rng, 3, 11),
            MrzFormat::SwissDl => {
                let series: String = (0..3).map(|_| letter(rng)).collect();
                format!("{series}{}{}", digits(rng, 3), rng.pick(&["D", "F", "I", "R"]))
            }
            _ => String::new(),
        },
        filler_for_empty: rng.chance(0.6),
        person,
    };
    if matches!(format, MrzFormat::FrenchId | MrzFormat::FrenchDl) {
        record.state = "FRA".into();
    }
    let mut lines = record.lines(format);
    let places: Vec<(usize, usize)> = format
        .check_digits()
        .iter()
        .copied()
        .filter(|&(line, column)| lines[line].as_bytes()[column].is_ascii_digit())
        .collect();
    if !places.is_empty() && rng.chance(0.04) {
        let (line, column) = rng.pick(&places);
        let right = u32::from(lines[line].as_bytes()[column] - b'0');
        let wrong = (right + 1 + rng.below(9) as u32) % 10;
        lines[line].replace_range(column..=column, &wrong.to_string());
    }
    SyntheticHolder { person: record.person, lines }
}

fn person(rng: &mut Rng, format: MrzFormat) -> Person {
    let mut surname = rng.pick(&SURNAMES).to_owned();
    let mut given_names = rng.pick(&GIVEN).to_owned();
    match rng.below(20) {
        // Names that are in no list: a reader has only the print to go by.
        0..=5 => surname = invented_word(rng),
        6..=7 => (surname, given_names) = (invented_word(rng), invented_word(rng)),
        8..=9 => surname = format!("{surname} {}", rng.pick(&SURNAMES)),
        10 => surname = format!("{surname} {} {}", rng.pick(&SURNAMES), rng.pick(&SURNAMES)),
        11..=12 => given_names = format!("{given_names} {} {}", rng.pick(&GIVEN), rng.pick(&GIVEN)),
        13 => given_names.clear(),
        _ => {}
    }
    let day = |rng: &mut Rng, first: u16, years: usize| Day {
        year: first + rng.below(years) as u16,
        month: 1 + rng.below(12) as u8,
        day: 1 + rng.below(28) as u8,
    };
    let issued = match format {
        MrzFormat::FrenchId => day(rng, 2004, 17),
        _ => day(rng, 2014, 12),
    };
    let years = rng.pick(&[5, 10, 10]);
    Person {
        surname,
        given_names,
        sex: rng.pick(&['F', 'F', 'F', 'F', 'M', 'M', 'M', 'M', '<']),
        birth: day(rng, 1936, 78),
        nationality: rng.pick(&STATES).into(),
        document_number: number(rng, format),
        issued,
        expiry: Day { year: issued.year + years, ..issued },
        optional_data: optional_data(rng, format),
        portrait: Portrait::Astronaut,
    }
}

fn code(rng: &mut Rng, format: MrzFormat) -> &'static str {
    match format {
        MrzFormat::Td3 => rng.pick(&["P", "P", "P", "P", "P", "PD", "PS", "PO", "PN", "PM"]),
        MrzFormat::Td1 => rng.pick(&["I", "I", "ID", "ID", "IR", "AR", "A", "C", "IP"]),
        MrzFormat::Td2 => rng.pick(&["I", "ID", "A", "C", "IR"]),
        MrzFormat::MrvA | MrzFormat::MrvB => rng.pick(&["V", "V", "VC", "VB", "VD"]),
        MrzFormat::FrenchId => "ID",
        MrzFormat::SwissDl => "FA",
        MrzFormat::FrenchDl => "D1",
    }
}

fn number(rng: &mut Rng, format: MrzFormat) -> String {
    match format {
        MrzFormat::FrenchId => digits(rng, 8),
        MrzFormat::SwissDl => digits(rng, 12),
        MrzFormat::FrenchDl => format!("{}{}{}{}", digits(rng, 2), letter(rng), letter(rng), digits(rng, 5)),
        MrzFormat::Td1 | MrzFormat::Td2 if rng.chance(0.08) => letters_and_digits(rng, 10, 12),
        _ => match rng.below(6) {
            0 => digits(rng, 9),
            1 => letters_and_digits(rng, 9, 9),
            2 => format!("{}{}", letter(rng), digits(rng, 7)),
            3 => format!("{}{}{}", letter(rng), letter(rng), digits(rng, 7)),
            4 => format!("{}{}", letter(rng), digits(rng, 8)),
            _ => format!("{}{}{}{}", letter(rng), digits(rng, 5), letter(rng), letter(rng)),
        },
    }
}

fn optional_data(rng: &mut Rng, format: MrzFormat) -> String {
    match format {
        MrzFormat::FrenchId => format!("{}{}", digits(rng, 3), rng.pick(&["", "006", "101", "2A1"])),
        MrzFormat::Td3 | MrzFormat::Td1 if rng.chance(0.35) => digits(rng, 12),
        MrzFormat::Td3 if rng.chance(0.3) => letters_and_digits(rng, 5, 14),
        MrzFormat::Td1 if rng.chance(0.3) => letters_and_digits(rng, 4, 15),
        MrzFormat::MrvA if rng.chance(0.6) => letters_and_digits(rng, 4, 16),
        MrzFormat::MrvB if rng.chance(0.6) => letters_and_digits(rng, 3, 8),
        MrzFormat::Td2 if rng.chance(0.5) => letters_and_digits(rng, 2, 7),
        _ => String::new(),
    }
}

fn digits(rng: &mut Rng, n: usize) -> String {
    (0..n).map(|_| char::from(b'0' + rng.below(10) as u8)).collect()
}

fn letter(rng: &mut Rng) -> char {
    char::from(b'A' + rng.below(26) as u8)
}

fn letters_and_digits(rng: &mut Rng, min: usize, max: usize) -> String {
    let length = min + rng.below(max - min + 1);
    (0..length).map(|_| if rng.chance(0.4) { letter(rng) } else { char::from(b'0' + rng.below(10) as u8) }).collect()
}

/// Returns a name of random syllables that uses all letters.
fn invented_word(rng: &mut Rng) -> String {
    (0..2 + rng.below(3))
        .flat_map(|_| {
            let consonant = char::from(rng.pick(b"BCDFGHJKLMNPQRSTVWXZ"));
            let end = if rng.chance(0.35) { Some(char::from(rng.pick(b"BDFGKLMNPRSTXZ"))) } else { None };
            [Some(consonant), Some(char::from(rng.pick(b"AEIOUY"))), end]
        })
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kyc_core::date::Date;
    use kyc_core::mrz::parse;

    /// The parser is written independently of this generator and must agree with it, except for the wrong check digits.
    #[test]
    fn lines_parse_and_check_digits_are_rarely_wrong() {
        let today = Date::new(2026, 11, 20).unwrap();
        let formats = [
            MrzFormat::Td3,
            MrzFormat::Td1,
            MrzFormat::Td2,
            MrzFormat::MrvA,
            MrzFormat::MrvB,
            MrzFormat::FrenchId,
            MrzFormat::SwissDl,
            MrzFormat::FrenchDl,
        ];
        let (mut invalid, mut all) = (0, 0);
        for format in formats {
            for i in 0..200 {
                let holder = generate(&mut Rng::new(11, i), format);
                let document = parse(&holder.lines, today).unwrap_or_else(|e| panic!("{:?}: {e:?}", holder.lines));
                assert_eq!(document.format.name(), format.name(), "{:?}", holder.lines);
                if format != MrzFormat::SwissDl {
                    all += 1;
                    invalid += usize::from(document.check_digits.iter().any(|d| !d.valid));
                }
            }
        }
        assert!((all / 50..all / 16).contains(&invalid), "{invalid} of {all}");
    }
}
