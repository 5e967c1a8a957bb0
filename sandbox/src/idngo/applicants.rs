//! An applicant's data: what it must be like, and as it is answered.

use kyc_capture::api::idngo::applicant::{Address, Applicant as Reply, ApplicantInfo, IdDoc};
use kyc_capture::api::idngo::levels::Level;
use kyc_capture::api::idngo::{IdngoError, dates};
use kyc_capture::core::date::Date;
use kyc_capture::core::mrz::countries;
use kyc_capture::core::mrz::write::transliterate;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::refusal::Refusal;
use crate::store::db::Connection;
use crate::store::idngo;
use crate::store::idngo::applicants::{self, Applicant};

/// Maximum number of characters of a text in an applicant's data.
const TEXT_MAX: usize = 512;
/// Maximum number of entries of a list in an applicant's data.
const LIST_MAX: usize = 32;

/// The client's applicant of that id.
///
/// # Errors
/// `applicant_not_found`.
pub fn read(c: &Connection, client_id: &str, applicant_id: &str) -> Result<Applicant, Refusal> {
    Ok(applicants::read(c, client_id, applicant_id)?.ok_or(IdngoError::ApplicantNotFound)?)
}

/// The client's level of that name, and whether a person decides.
///
/// # Errors
/// `level_not_found`.
pub fn level(c: &Connection, client_id: &str, name: &str) -> Result<(Level, bool), Refusal> {
    Ok(idngo::level(c, client_id, name)?.ok_or(IdngoError::LevelNotFound)?)
}

/// An applicant as it is answered.
///
/// # Errors
/// 500.
pub fn reply(c: &Connection, a: &Applicant) -> Result<Reply, Refusal> {
    let required = idngo::level(c, &a.client_id, &a.level_name)?.map(|(level, _)| level.required_id_docs);
    let key = c.query_row(
        "SELECT client_key FROM idngo_app WHERE client_id = ?1 LIMIT 1",
        crate::store::db::params![a.client_id],
        |row| row.get::<String>(0),
    )?;
    Ok(Reply {
        id: a.applicant_id.clone(),
        created_at: Some(dates::write(a.created_ms)),
        key: Some(key),
        client_id: Some(a.client_id.clone()),
        inspection_id: Some(a.inspection_id.clone()),
        external_user_id: Some(a.external_user_id.clone()),
        info: Some(a.info.clone()),
        email: a.email.clone(),
        applicant_platform: Some(a.platform.clone()),
        required_id_docs: required,
        deleted: None,
        review: Some(a.review.reply(&a.level_name)),
        lang: Some(a.lang.clone()),
        kind: a.kind.clone(),
    })
}

/// The data as a JSON object.
///
/// # Errors
/// 500.
pub fn as_map(info: &ApplicantInfo) -> Result<Map<String, Value>, Refusal> {
    match serde_json::to_value(info) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(crate::http::errors::ApiError::internal("an applicant's data have no JSON text").into()),
    }
}

/// The names in Latin letters, where there is a name and each of its letters has one (Doc 9303-3 section 6).
pub fn romanise(info: &mut ApplicantInfo) {
    let latin = |name: &Option<String>| {
        name.as_ref().and_then(|name| if name.is_ascii() { Some(name.clone()) } else { in_latin(name) })
    };
    info.first_name_en = latin(&info.first_name);
    info.middle_name_en = latin(&info.middle_name);
    info.last_name_en = latin(&info.last_name);
    for doc in info.id_docs.iter_mut().flatten() {
        doc.first_name_en = latin(&doc.first_name);
        doc.middle_name_en = latin(&doc.middle_name);
        doc.last_name_en = latin(&doc.last_name);
    }
}

/// As `AIGUL`; none where a letter has no Latin form.
pub fn in_latin(name: &str) -> Option<String> {
    Some(transliterate(name)?.replace('<', " "))
}

/// Reads `info`: each field is documented and of its kind. `prefix` precedes the names of fields that are at fault.
///
/// # Errors
/// `field_unknown`, `parameter_invalid`.
pub fn parse_info(object: Map<String, Value>, prefix: &str, today: Date) -> Result<ApplicantInfo, Refusal> {
    for (name, value) in &object {
        if !ApplicantInfo::FIELDS.contains(&name.as_str()) {
            // The name is the caller's own text: only where it is at home goes back.
            return Err(Refusal::about(IdngoError::FieldUnknown, whole(prefix)));
        }
        let field = || Refusal::about(IdngoError::ParameterInvalid, format!("{prefix}{name}"));
        let one = Value::Object(Map::from_iter([(name.clone(), value.clone())]));
        let info: ApplicantInfo = serde_json::from_value(one).map_err(|_| field())?;
        if value.is_null() || !is_valid(&info, today) {
            return Err(field());
        }
    }
    serde_json::from_value(Value::Object(object)).map_err(|_| IdngoError::BodyInvalid.into())
}

/// What a prefix means by itself.
fn whole(prefix: &str) -> &str {
    Some(prefix.trim_end_matches([':', ' ', '.'])).filter(|name| !name.is_empty()).unwrap_or("body")
}

/// Whether what there is of an applicant's data is as documented.
fn is_valid(info: &ApplicantInfo, today: Date) -> bool {
    let names = [&info.first_name, &info.middle_name, &info.last_name, &info.legal_name];
    let places = [&info.place_of_birth, &info.country_of_birth, &info.state_of_birth];
    names.into_iter().chain(places).all(is_text)
        && info.gender.as_ref().is_none_or(|gender| gender.is_listed())
        && is_birth_date(&info.dob, today)
        && is_country(&info.country)
        && is_country(&info.nationality)
        && info.tin.as_ref().is_none_or(|tin| is_text(&Some(tin.clone())) && tin.len() <= 64)
        && info.addresses.as_ref().is_none_or(|list| list.len() <= LIST_MAX && list.iter().all(is_valid_address))
        && info
            .id_docs
            .as_ref()
            .is_none_or(|list| list.len() <= LIST_MAX && list.iter().all(|document| is_valid_document(document, today)))
}

fn is_valid_address(a: &Address) -> bool {
    let texts = [&a.post_code, &a.town, &a.street, &a.sub_street, &a.state];
    let more = [&a.building_name, &a.flat_number, &a.building_number];
    let mut all = texts.into_iter().chain(more).chain([&a.country]);
    is_country(&a.country)
        && all.clone().all(is_text)
        && all.any(|text| text.as_ref().is_some_and(|text| !text.trim().is_empty()))
}

/// Whether what there is of a document's data is as documented.
pub fn is_valid_document(d: &IdDoc, today: Date) -> bool {
    let texts = [&d.first_name, &d.middle_name, &d.last_name, &d.number, &d.place_of_birth, &d.issue_authority];
    d.id_doc_type.is_listed()
        && d.id_doc_sub_type.as_ref().is_none_or(|side| side.is_listed())
        && is_country(&d.country)
        && texts.into_iter().all(is_text)
        && [&d.issued_date, &d.valid_until].into_iter().all(is_date)
        && is_birth_date(&d.dob, today)
}

/// A text without control characters, of at most [`TEXT_MAX`] characters; an empty one is one too, as in the examples.
fn is_text(text: &Option<String>) -> bool {
    text.as_ref().is_none_or(|text| text.chars().count() <= TEXT_MAX && !text.chars().any(char::is_control))
}

fn is_date(text: &Option<String>) -> bool {
    text.as_ref().is_none_or(|text| Date::parse_iso(text).is_some())
}

/// From 1900 to today.
fn is_birth_date(text: &Option<String>, today: Date) -> bool {
    let read = |text: &String| Date::parse_iso(text).is_some_and(|date| date.year() >= 1900 && date <= today);
    text.as_ref().is_none_or(read)
}

/// A code of three letters that ISO 3166-1 or Doc 9303-3 section 5 lists.
fn is_country(text: &Option<String>) -> bool {
    text.as_ref().is_none_or(|text| text.len() == 3 && countries::name(text).is_some())
}

/// A JSON value as a type, or the path of the field that does not fit.
///
/// # Errors
/// `parameter_missing`, `parameter_invalid`, `field_unknown`.
pub fn typed<T: DeserializeOwned>(value: Value, prefix: &str) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(value).map_err(|e| {
        let path = e.path().to_string();
        let at = if path == "." { String::new() } else { format!("{path}.") };
        let sentence = e.into_inner().to_string();
        match sentence.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            Some(name) => Refusal::about(IdngoError::ParameterMissing, format!("{prefix}{at}{name}")),
            None if sentence.starts_with("unknown field") => Refusal::about(IdngoError::FieldUnknown, whole(prefix)),
            None => Refusal::about(IdngoError::ParameterInvalid, format!("{prefix}{at}").trim_end_matches('.')),
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(value: Value) -> Result<ApplicantInfo, (IdngoError, String)> {
        let Value::Object(object) = value else { panic!("an object") };
        parse_info(object, "info.", Date::new(2026, 3, 1).unwrap()).map_err(|refusal| match refusal {
            Refusal::Idngo { error, field, .. } => (error, field.unwrap_or_default()),
            Refusal::Other(other) => panic!("{other:?}"),
        })
    }

    #[test]
    fn data_are_read_or_the_field_is_named() {
        let info =
            parsed(json!({ "firstName": "Айгүл", "dob": "1990-05-01", "gender": "F", "addresses": [{ "town": "Шу" }],
            "idDocs": [{ "idDocType": "PASSPORT", "country": "KAZ", "number": "" }] }));
        let mut info = info.unwrap();
        romanise(&mut info);
        assert_eq!(info.first_name_en.as_deref(), Some("AIGUL"));
        let invalid = |field: &str| Err((IdngoError::ParameterInvalid, format!("info.{field}")));
        let table = [
            (json!({ "dob": "1990-02-30" }), invalid("dob")),
            (json!({ "dob": "01.05.1990" }), invalid("dob")),
            (json!({ "dob": null }), invalid("dob")),
            (json!({ "dob": "2026-03-02" }), invalid("dob")),
            (json!({ "dob": "1899-12-31" }), invalid("dob")),
            (json!({ "country": "XYZ" }), invalid("country")),
            (json!({ "addresses": [{}] }), invalid("addresses")),
            (json!({ "addresses": [{ "town": " " }] }), invalid("addresses")),
            (json!({ "idDocs": [{ "idDocType": "PASSPORT", "country": "XYZ" }] }), invalid("idDocs")),
            (
                json!({ "idDocs": [{ "idDocType": "PASSPORT", "country": "KAZ", "dob": "2999-01-01" }] }),
                invalid("idDocs"),
            ),
            (json!({ "gender": "X" }), invalid("gender")),
            (json!({ "country": "KZ" }), invalid("country")),
            (json!({ "nationality": "kaz" }), invalid("nationality")),
            (json!({ "firstName": 7 }), invalid("firstName")),
            (json!({ "lastName": "a\u{0}" }), invalid("lastName")),
            (json!({ "middleName": "x".repeat(513) }), invalid("middleName")),
            (json!({ "addresses": {} }), invalid("addresses")),
            (json!({ "addresses": [{ "country": "Kazakhstan" }] }), invalid("addresses")),
            (json!({ "idDocs": [{ "idDocType": "LIBRARY_CARD", "country": "KAZ" }] }), invalid("idDocs")),
            (json!({ "nickname": "A" }), Err((IdngoError::FieldUnknown, "info".to_owned()))),
        ];
        for (value, expected) in table {
            assert_eq!(parsed(value.clone()), expected, "{value}");
        }
    }
}
