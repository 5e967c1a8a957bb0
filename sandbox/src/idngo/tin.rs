//! The taxpayer's number: the rules of its state, and a register of people who do not exist.
//!
//! The rules are those of the numbers of Kazakhstan (IIN of a person, BIN of a legal entity) and Kyrgyzstan (PIN), from
//! [`kyc_capture::core::identifiers`]; a number of another state is only looked up. No one has a number of the
//! register: the check digits of its IINs are wrong, and the bearer of its PIN would have been born in 1850.

use kyc_capture::api::idngo::applicant::{Address, ApplicantInfo};
use kyc_capture::api::idngo::checks::ExtractedAddress;
use kyc_capture::api::idngo::enums::{Answer, ApplicantType};
use kyc_capture::core::identifiers::{Iin, KgPin};

use super::similar::comparable;

/// A subject of the register.
struct Subject {
    tin: &'static str,
    country: &'static str,
    last_name: &'static str,
    first_name: &'static str,
    dob: &'static str,
    /// Region, town, street, building, postal code, from, until.
    addresses: &'static [[&'static str; 7]],
}

/// The register. The first two are subjects of the register of GBDFL as well.
const REGISTER: [Subject; 3] = [
    Subject {
        tin: "950215301234",
        country: "KAZ",
        last_name: "Нурланов",
        first_name: "Асхат",
        dob: "1995-02-15",
        addresses: &[
            ["Алматы", "Алматы", "Абая", "52", "050000", "2018-06-20 00:00:00", ""],
            ["Алматинская область", "Талгар", "Примерная", "1", "041600", "1995-03-01 00:00:00", "2018-06-20 00:00:00"],
        ],
    },
    Subject {
        tin: "030704650021",
        country: "KAZ",
        last_name: "Примерова",
        first_name: "Образа",
        dob: "2003-07-04",
        addresses: &[],
    },
    Subject {
        tin: "20101185000001",
        country: "KGZ",
        last_name: "Үлгүев",
        first_name: "Мисал",
        dob: "1850-01-01",
        addresses: &[["Чүй", "Токмок", "Үлгү", "7", "724900", "1850-01-01 00:00:00", ""]],
    },
];

/// What the register and the rules say of an applicant's number; `None` where there is no number.
///
/// - `GREEN`: a subject of the register has it, and nothing known of the applicant contradicts.
/// - `YELLOW`: it keeps its state's rules, or these are not known; the register does not have it.
/// - `RED`: it breaks its state's rules, or belongs to somebody else.
pub fn check(info: &ApplicantInfo, kind: &ApplicantType) -> Option<(Answer, Vec<ExtractedAddress>)> {
    let tin = info.tin.as_deref().map(str::trim).filter(|tin| !tin.is_empty())?;
    if let Some(subject) = REGISTER.iter().find(|subject| subject.tin == tin) {
        return Some(if subject.may_be(info) {
            (Answer::Green, subject.addresses())
        } else {
            (Answer::Red, Vec::new())
        });
    }
    let keeps_rules = match info.country.as_deref() {
        Some("KAZ") if *kind == ApplicantType::Company => Some(is_bin(tin)),
        Some("KAZ") => Some(Iin::parse(tin).is_ok_and(|iin| is_born(info, &iin.birth_date().to_string()))),
        Some("KGZ") => Some(KgPin::parse(tin).is_ok_and(|pin| is_born(info, &pin.birth_date().to_string()))),
        _ => None,
    };
    Some((if keeps_rules == Some(false) { Answer::Red } else { Answer::Yellow }, Vec::new()))
}

/// Whether the date of birth in a number is the applicant's, where that is known.
fn is_born(info: &ApplicantInfo, date: &str) -> bool {
    info.dob.as_deref().is_none_or(|dob| dob == date)
}

impl Subject {
    /// Whether what is known of an applicant fits.
    fn may_be(&self, info: &ApplicantInfo) -> bool {
        let same = |given: &Option<String>, known: &str| {
            given.as_ref().is_none_or(|given| comparable(given) == comparable(known))
        };
        info.country.as_deref().is_none_or(|country| country == self.country)
            && is_born(info, self.dob)
            && same(&info.last_name, self.last_name)
            && same(&info.first_name, self.first_name)
    }

    fn addresses(&self) -> Vec<ExtractedAddress> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let one = |[state, town, street, building, post_code, from, until]: &[&str; 7]| ExtractedAddress {
            address: Address {
                country: some(self.country),
                state: some(state),
                town: some(town),
                street: some(street),
                building_number: some(building),
                post_code: some(post_code),
                ..Address::default()
            },
            start_date: some(from),
            end_date: some(until),
        };
        self.addresses.iter().map(one).collect()
    }
}

/// The business identification number of Kazakhstan (БИН): 12 digits, of which 1–4 are year and month of registration,
/// 5 is the kind of entity (4 resident, 5 not, 6 sole trader), 6 its sub-kind (0–4), 12 a check digit made as that of
/// the IIN.
fn is_bin(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    if text.len() != 12 || digits.len() != 12 {
        return false;
    }
    let month = digits[2] * 10 + digits[3];
    let weighted = |shift: usize| {
        let sum: usize = (0..11).map(|i| usize::from(digits[i]) * ((i + shift) % 11 + 1)).sum();
        sum % 11
    };
    let check = Some(weighted(0)).filter(|sum| *sum < 10).unwrap_or_else(|| weighted(2));
    (1..=12).contains(&month) && (4..=6).contains(&digits[4]) && digits[5] <= 4 && check == usize::from(digits[11])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(tin: &str, country: &str, name: (&str, &str), dob: &str) -> ApplicantInfo {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        ApplicantInfo {
            tin: some(tin),
            country: some(country),
            last_name: some(name.0),
            first_name: some(name.1),
            dob: some(dob),
            ..ApplicantInfo::default()
        }
    }

    #[test]
    fn numbers_are_judged() {
        let known = ("НУРЛАНОВ", "Askhat");
        let table = [
            (person("950215301234", "KAZ", known, "1995-02-15"), Some(Answer::Green)),
            (person("950215301234", "KAZ", ("", ""), ""), Some(Answer::Green)),
            (person("950215301234", "KAZ", ("Other", "Askhat"), ""), Some(Answer::Red)),
            (person("950215301234", "KAZ", known, "1995-02-16"), Some(Answer::Red)),
            (person("950215301235", "KAZ", known, ""), Some(Answer::Red)),
            (person("20101185000001", "KGZ", ("", ""), ""), Some(Answer::Green)),
            (person("20101185000002", "KGZ", ("", ""), ""), Some(Answer::Yellow)),
            (person("30101185000002", "KGZ", ("", ""), ""), Some(Answer::Red)),
            (person("20101185000002", "KGZ", ("", ""), "1850-01-02"), Some(Answer::Red)),
            (person("123-45-6789", "USA", ("", ""), ""), Some(Answer::Yellow)),
            (person("", "KAZ", known, ""), None),
        ];
        for (info, expected) in table {
            let got = check(&info, &ApplicantType::Individual).map(|(answer, _)| answer);
            assert_eq!(got, expected, "{info:?}");
        }
        let (_, addresses) = check(&person("950215301234", "KAZ", known, ""), &ApplicantType::Individual).unwrap();
        assert_eq!(addresses.len(), 2);
        assert_eq!((addresses[0].end_date.as_deref(), addresses[1].end_date.is_some()), (None, true));
    }

    #[test]
    fn numbers_of_entities_have_rules_too() {
        // Made by the rule: weights 1-11 over 12 34 5 1 00000.
        let with_digit: Vec<String> = (0..10).map(|d| format!("12055100000{d}")).filter(|t| is_bin(t)).collect();
        assert_eq!(with_digit.len(), 1, "one check digit fits");
        for wrong in ["", "1205510000", "12a551000001", "121351000000", "120531000000"] {
            assert!(!is_bin(wrong), "{wrong}");
        }
        let info = person(&with_digit[0], "KAZ", ("", ""), "");
        assert_eq!(check(&info, &ApplicantType::Company).unwrap().0, Answer::Yellow);
        assert_eq!(check(&info, &ApplicantType::Individual).unwrap().0, Answer::Red);
    }
}
