//! Applicants alike, by their data and by their faces.
//!
//! Two applicants meet by data where they share the number of a document of one kind and state, or the taxpayer's
//! number, or the family name together with the given name or the date of birth. Names are compared without regard to
//! alphabet, marks and the usual differences of transliteration. The match is exact where a number is shared, or both
//! names and the date of birth. Deactivated profiles are passed over.

use kyc_capture::api::idngo::applicant::{ApplicantInfo, IdDoc};
use kyc_capture::api::idngo::enums::{Answer, IdDocType, MatchType};

use super::applicants as shared;
use crate::http::errors::ApiError;
use crate::screening::normalise;
use crate::store::db::Connection;
use crate::store::idngo::applicants::{self, Applicant};

/// Maximum number of applicants that a search finds: the nearest.
pub const HITS_MAX: usize = 100;

/// Somebody alike.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Who.
    pub applicant: Applicant,
    /// By which fields.
    pub matched_fields: Vec<String>,
    /// Whether the data are the same.
    pub exact: bool,
    /// By what.
    pub types: Vec<MatchType>,
}

/// Who is alike: exact matches first, then those with more fields, then the older; [`HITS_MAX`] at most.
///
/// # Errors
/// 500.
pub fn find(c: &Connection, applicant: &Applicant, with_face: bool) -> Result<Vec<Hit>, ApiError> {
    let mut hits = Vec::new();
    let (client_id, own_id) = (&applicant.client_id, &applicant.applicant_id);
    applicants::visit_with_keys(c, client_id, own_id, &keys(&applicant.info), |other| {
        hits.extend(by_data(&applicant.info, other));
        // Now and then, so that not all of a common name are held.
        if hits.len() >= 2 * HITS_MAX {
            keep_nearest(&mut hits);
        }
    })?;
    let own = applicants::face(c, &applicant.client_id, &applicant.applicant_id)?;
    if let Some(own) = own.filter(|_| with_face) {
        let is_alike = |face: &[f32]| is_same_face(&own, face);
        for id in applicants::others_alike(c, client_id, own_id, HITS_MAX, is_alike)? {
            match hits.iter_mut().find(|hit: &&mut Hit| hit.applicant.applicant_id == id) {
                Some(hit) => hit.types.push(MatchType::Image),
                None => {
                    let other = applicants::read(c, &applicant.client_id, &id)?;
                    hits.extend(other.map(|applicant| Hit {
                        applicant,
                        matched_fields: Vec::new(),
                        exact: false,
                        types: vec![MatchType::Image],
                    }));
                }
            }
        }
    }
    keep_nearest(&mut hits);
    Ok(hits)
}

fn keep_nearest(hits: &mut Vec<Hit>) {
    hits.sort_by_key(|hit| (!hit.exact, std::cmp::Reverse(hit.matched_fields.len()), hit.applicant.created_ms));
    hits.truncate(HITS_MAX);
}

/// `GREEN` where no one is alike, `RED` with an exact match, else `YELLOW`.
pub fn answer(hits: &[Hit]) -> Answer {
    match (hits.is_empty(), hits.iter().any(|hit| hit.exact)) {
        (true, _) => Answer::Green,
        (false, true) => Answer::Red,
        (false, false) => Answer::Yellow,
    }
}

/// Euclidean distance within which two encodings are one person's.
fn is_same_face(a: &[f32], b: &[f32]) -> bool {
    let distance = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt();
    a.len() == b.len() && distance <= kyc_capture::core::face::embed::SAME_PERSON_DISTANCE
}

fn by_data(own: &ApplicantInfo, other: Applicant) -> Option<Hit> {
    let theirs = &other.info;
    let same = |a: &Option<String>, b: &Option<String>| match (name_key(a), name_key(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    };
    let last = same(&own.last_name, &theirs.last_name);
    let first = same(&own.first_name, &theirs.first_name);
    let middle = same(&own.middle_name, &theirs.middle_name);
    let dob = own.dob.is_some() && own.dob == theirs.dob;
    let tin = tin_key(own).is_some() && tin_key(own) == tin_key(theirs);
    let documents: Vec<&IdDocType> = documents(own)
        .filter(|a| documents(theirs).any(|b| document_key(a).is_some() && document_key(a) == document_key(b)))
        .map(|document| &document.id_doc_type)
        .collect();
    let exact = tin || !documents.is_empty() || (last && first && dob);
    if !(exact || last && (first || dob)) {
        return None;
    }
    let fields = [("lastName", last), ("firstName", first), ("middleName", middle), ("dob", dob), ("tin", tin)];
    let mut matched_fields: Vec<String> =
        fields.iter().filter(|(_, same)| *same).map(|(name, _)| format!("info.{name}")).collect();
    for kind in documents {
        let field = format!("info.idDocs.{}", kind.as_str());
        if !matched_fields.contains(&field) {
            matched_fields.push(field);
        }
    }
    Some(Hit { applicant: other, matched_fields, exact, types: vec![MatchType::Text] })
}

/// What an applicant is found by.
pub fn keys(info: &ApplicantInfo) -> Vec<String> {
    let mut keys: Vec<String> = name_key(&info.last_name).map(|name| format!("last {name}")).into_iter().collect();
    keys.extend(tin_key(info));
    keys.extend(documents(info).filter_map(document_key));
    keys.sort();
    keys.dedup();
    keys
}

fn documents(info: &ApplicantInfo) -> impl Iterator<Item = &IdDoc> {
    info.id_docs.iter().flatten()
}

fn name_key(name: &Option<String>) -> Option<String> {
    comparable(name.as_ref()?)
}

/// The comparable form of a name. Letters of other alphabets become Latin as in a machine-readable zone first, so that
/// a name meets its own transliteration.
pub fn comparable(name: &str) -> Option<String> {
    let latin = shared::in_latin(name).unwrap_or_else(|| name.to_owned());
    let words = latin.split(|c: char| c.is_whitespace() || c == '-').map(normalise);
    let key = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (!key.is_empty()).then_some(key)
}

fn tin_key(info: &ApplicantInfo) -> Option<String> {
    Some(format!("tin {}", plain(info.tin.as_ref()?)?))
}

fn document_key(document: &IdDoc) -> Option<String> {
    let number = plain(document.number.as_ref()?)?;
    let country = document.country.as_deref().unwrap_or_default();
    Some(format!("document {} {country} {number}", document.id_doc_type.as_str()))
}

/// Letters and digits alone, in capitals.
fn plain(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    (!plain.is_empty()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use kyc_capture::api::idngo::enums::ApplicantType;

    use super::*;
    use crate::idngo::levels;
    use crate::store::Store;
    use crate::store::idngo as apps;
    use crate::store::idngo::applicants::ReviewState;

    fn info(last: &str, first: &str, dob: &str, number: &str) -> ApplicantInfo {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let document =
            IdDoc { id_doc_type: IdDocType::Passport, country: some("UTO"), number: some(number), ..IdDoc::default() };
        ApplicantInfo {
            last_name: some(last),
            first_name: some(first),
            dob: some(dob),
            id_docs: Some(vec![document]),
            ..ApplicantInfo::default()
        }
    }

    fn applicant(info: ApplicantInfo) -> Applicant {
        Applicant {
            applicant_id: "a".into(),
            client_id: "c".into(),
            inspection_id: "i".into(),
            external_user_id: "e".into(),
            level_name: "l".into(),
            kind: ApplicantType::Individual,
            platform: "API".into(),
            email: None,
            lang: "en".into(),
            info,
            review: ReviewState::default(),
            deleted: false,
            blacklisted: false,
            created_ms: 0,
        }
    }

    #[test]
    fn of_a_common_name_the_nearest_are_kept() {
        let store = Store::in_memory().unwrap();
        let found = store.run_for(None, |c| {
            apps::add_app(c, "c", "token", &"s".repeat(65), &levels::standard(0)?, 0)?;
            let same_name = info("Nurlanov", "Askhat", "1970-01-01", "");
            for i in 0..3 * HITS_MAX {
                let info = if i == 2 * HITS_MAX { info("", "", "", "N1234567") } else { same_name.clone() };
                let one = Applicant {
                    applicant_id: i.to_string(),
                    external_user_id: i.to_string(),
                    created_ms: i64::try_from(i).unwrap(),
                    ..applicant(info)
                };
                applicants::insert(c, &one, &keys(&one.info))?;
            }
            find(c, &applicant(info("Nurlanov", "Askhat", "1995-02-15", "N1234567")), true)
        });
        let ids: Vec<String> = found.unwrap().into_iter().map(|hit| hit.applicant.applicant_id).collect();
        let expected = [2 * HITS_MAX].into_iter().chain(0..HITS_MAX - 1).map(|i| i.to_string());
        assert_eq!(ids, expected.collect::<Vec<_>>(), "the exact one, then the oldest");
    }

    #[test]
    fn data_meet_or_do_not() {
        let own = info("Нурланов", "Асхат", "1995-02-15", "N 1234567");
        let all = ["info.lastName", "info.firstName", "info.dob", "info.idDocs.PASSPORT"];
        type Expected<'a> = Option<(&'a [&'a str], bool)>;
        let table: [(ApplicantInfo, Expected<'_>); 8] = [
            (own.clone(), Some((&all, true))),
            (info("NURLANOV", "ASKHAT", "1995-02-15", ""), Some((&all[..3], true))),
            (info("Nurlanov", "Askhat", "1996-02-15", ""), Some((&all[..2], false))),
            (info("Nurlanov", "Bolat", "1995-02-15", ""), Some((&["info.lastName", "info.dob"], false))),
            (info("", "", "", "n-1234567"), Some((&all[3..], true))),
            (info("Nurlanov", "Bolat", "", ""), None),
            (info("Omarov", "Askhat", "1995-02-15", "N7654321"), None),
            (info("", "", "", ""), None),
        ];
        for (other, expected) in table {
            let hit = by_data(&own, applicant(other.clone()));
            let got = hit.as_ref().map(|hit| (hit.matched_fields.clone(), hit.exact));
            let expected = expected.map(|(fields, exact)| (fields.iter().map(|f| (*f).to_owned()).collect(), exact));
            assert_eq!(got, expected, "{other:?}");
            // Whoever meets is found by a key.
            assert!(expected.is_none() || keys(&own).iter().any(|key| keys(&other).contains(key)));
        }
        let hit = |exact| Hit { applicant: applicant(own.clone()), matched_fields: vec![], exact, types: vec![] };
        assert_eq!(answer(&[]), Answer::Green);
        assert_eq!(answer(&[hit(false)]), Answer::Yellow);
        assert_eq!(answer(&[hit(false), hit(true)]), Answer::Red);
    }
}
