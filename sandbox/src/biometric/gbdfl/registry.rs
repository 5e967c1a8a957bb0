//! A registry of people who do not exist. No IIN in it can be anyone's: the check digit of each is wrong, as it is in
//! the document's own sample.

use kyc_capture::api::biometric::gbdfl::{
    BirthPlace, FailureDetail, GbdflStatus, RegistrationAddress, Subject, SubjectDocument,
};

/// What comes of asking for a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// How far the request is.
    pub status: GbdflStatus,
    /// What is known.
    pub subject: Option<Subject>,
    /// Why nothing is.
    pub failure: Option<FailureDetail>,
}

/// Test subjects that stand for an outcome: IIN, status, failure.
const OUTCOMES: &[(&str, GbdflStatus, Option<FailureDetail>)] = &[
    ("900101300101", GbdflStatus::Unapproved, None),
    ("900101300102", GbdflStatus::Pending, None),
    ("900101300103", GbdflStatus::Invalid, Some(FailureDetail::Invalid)),
    ("900101300104", GbdflStatus::Timeout, Some(FailureDetail::Timeout)),
    ("900101300105", GbdflStatus::Failed, Some(FailureDetail::Failed)),
    ("900101300109", GbdflStatus::ErrorAccepted, Some(FailureDetail::Failed)),
    ("900101300107", GbdflStatus::Failed, Some(FailureDetail::Unreachable)),
];

/// The answer for an IIN; one that is not listed is not found.
pub(super) fn ask(iin: &str) -> Answer {
    if let Some(subject) = subjects().into_iter().find(|subject| subject.iin == iin) {
        return Answer { status: GbdflStatus::Valid, subject: Some(subject), failure: None };
    }
    let (status, failure) = OUTCOMES
        .iter()
        .find(|(known, ..)| *known == iin)
        .map_or((GbdflStatus::NotFound, Some(FailureDetail::NotFound)), |(_, status, failure)| {
            (status.clone(), failure.clone())
        });
    Answer { status, subject: None, failure }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn document(kind: &str, number: &str, issued: &str, expires: &str, status: &str) -> SubjectDocument {
    SubjectDocument {
        kind: kind.to_owned(),
        number: number.to_owned(),
        issue_date: some(issued),
        expiry_date: some(expires),
        issuer: some("МВД РК"),
        status: some(status),
    }
}

/// The people: one with everything, one of whom little is known, one who has died.
fn subjects() -> [Subject; 3] {
    let valid = "ДОКУМЕНТ ДЕЙСТВИТЕЛЕН";
    [
        Subject {
            iin: "950215301234".into(),
            surname: some("Нурланов"),
            name: some("Асхат"),
            patronymic: some("Ерланович"),
            birth_date: some("1995-02-15"),
            gender: some("Мужской"),
            nationality: some("КАЗАХ"),
            citizenship: some("КАЗАХСТАН"),
            life_status: some("Нормальный"),
            birth_place: Some(BirthPlace {
                country: some("КАЗАХСТАН"),
                region: some("Алматинская область"),
                district: some("Талгарский"),
                city: some("Талгар"),
            }),
            documents: vec![
                document("УДОСТОВЕРЕНИЕ РК", "N23456789", "2015-03-10", "2035-03-10", valid),
                document("ПАСПОРТ", "N98765432", "2020-08-15", "2030-08-15", valid),
            ],
            registration_address: Some(RegistrationAddress {
                country: some("КАЗАХСТАН"),
                region: some("Алматы"),
                district: some("Медеуский"),
                city: some("Алматы"),
                street: some("Абая"),
                building: some("52"),
                flat: some("45"),
                begin_date: some("2018-06-20"),
            }),
        },
        Subject {
            iin: "030704650021".into(),
            surname: some("Примерова"),
            name: some("Образа"),
            birth_date: some("2003-07-04"),
            gender: some("Женский"),
            citizenship: some("КАЗАХСТАН"),
            life_status: some("Нормальный"),
            documents: vec![document(
                "ПАСПОРТ",
                "N00000021",
                "2013-01-10",
                "2018-01-10",
                "СРОК ДЕЙСТВИЯ ДОКУМЕНТА ИСТЕК",
            )],
            ..Subject::default()
        },
        Subject {
            iin: "480229300031".into(),
            surname: some("Вымышленный"),
            name: some("Тест"),
            patronymic: some("Образцович"),
            birth_date: some("1948-02-29"),
            gender: some("Мужской"),
            nationality: some("КАЗАХ"),
            citizenship: some("КАЗАХСТАН"),
            life_status: some("Умерший"),
            ..Subject::default()
        },
    ]
}

#[cfg(test)]
mod tests {
    use kyc_capture::core::identifiers::Iin;

    use super::*;

    #[test]
    fn nobody_has_one_of_these_numbers() {
        let outcomes = OUTCOMES.iter().map(|(iin, ..)| (*iin).to_owned());
        for iin in subjects().into_iter().map(|subject| subject.iin).chain(outcomes) {
            assert_eq!(iin.len(), 12);
            assert!(Iin::parse(&iin).is_err(), "{iin} may be someone's");
        }
    }
}
