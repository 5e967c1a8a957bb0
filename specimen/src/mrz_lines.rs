//! The machine-readable zone of a person, after Doc 9303 parts 4 (TD3) and 5 (TD1).
//!
//! Written apart from the parser of `kyc-capture` on purpose: what is printed here is the truth that reading is measured
//! against, and a shared mistake would hide itself.

use crate::person::Person;

/// Two lines of 44 (Doc 9303-4, section 4.2).
pub fn td3(p: &Person) -> [String; 2] {
    let number = field(&p.document_number, 9);
    let birth = p.birth.yymmdd();
    let expiry = p.expiry.yymmdd();
    let optional = field(&p.optional_data, 14);
    let with_digit = |s: &str| format!("{s}{}", check_digit(s));
    let optional_digit = if p.optional_data.is_empty() { '<' } else { check_digit(&optional) };
    let composite =
        format!("{}{}{}{optional}{optional_digit}", with_digit(&number), with_digit(&birth), with_digit(&expiry));
    let upper = field(&format!("P<UTO{}", names(p)), 44);
    let lower = format!(
        "{}{}{}{}{}{optional}{optional_digit}{}",
        with_digit(&number),
        p.nationality,
        with_digit(&birth),
        p.sex,
        with_digit(&expiry),
        check_digit(&composite)
    );
    [upper, lower]
}

/// Three lines of 30 (Doc 9303-5, section 4.2).
pub fn td1(p: &Person) -> [String; 3] {
    let number = field(&p.document_number, 9);
    let with_digit = |s: &str| format!("{s}{}", check_digit(s));
    let upper = format!("I<UTO{}{}", with_digit(&number), field(&p.optional_data, 15));
    let birth = with_digit(&p.birth.yymmdd());
    let expiry = with_digit(&p.expiry.yymmdd());
    let optional = field("", 11);
    let composite = check_digit(&format!("{}{birth}{expiry}{optional}", &upper[5..]));
    let middle = format!("{birth}{}{expiry}{}{optional}{composite}", p.sex, p.nationality);
    [upper, middle, field(&names(p), 30)]
}

fn names(p: &Person) -> String {
    format!("{}<<{}", p.surname.replace([' ', '-'], "<"), p.given_names.replace([' ', '-'], "<"))
}

fn field(text: &str, length: usize) -> String {
    format!("{text:<<length$}").chars().take(length).collect()
}

/// Weights 7, 3, 1 over values 0–9, A = 10 … Z = 35, `<` = 0, modulo 10 (Doc 9303-3, section 4.9).
fn check_digit(text: &str) -> char {
    let sum: u32 = text.chars().zip([7, 3, 1].into_iter().cycle()).map(|(c, w)| c.to_digit(36).unwrap_or(0) * w).sum();
    char::from(b'0' + (sum % 10) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::Day;

    /// The specimens of Doc 9303-4 and -5, appendix A.
    #[test]
    fn equals_the_standards_specimens() {
        let mut p = Person {
            surname: "ERIKSSON".into(),
            given_names: "ANNA MARIA".into(),
            sex: 'F',
            birth: Day { year: 1974, month: 8, day: 12 },
            nationality: "UTO".into(),
            document_number: "L898902C3".into(),
            issued: Day { year: 2007, month: 4, day: 15 },
            expiry: Day { year: 2012, month: 4, day: 15 },
            optional_data: "ZE184226B".into(),
        };
        assert_eq!(
            td3(&p),
            ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
        );
        p.document_number = "D23145890".into();
        p.optional_data.clear();
        assert_eq!(
            td1(&p),
            ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]
        );
    }
}
