//! Which fields a client requires of documents, by user, kind of document and source of the fields.

use kyc_capture::api::kyc::enums::{DataSource, DocumentType};
use kyc_capture::api::kyc::requirements::Requirements;

use super::audit;
use super::db::{self, Connection, Row, params};
use super::error::StoreError;

/// Fields that must have been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredFields {
    /// Where the fields come from; wherever, where unknown.
    pub source: DataSource,
    /// Names of the fields.
    pub fields: Vec<String>,
}

const COLUMNS: &str = "client_id, user_id, type_e, data_source, fields";

/// Sets what is required, in place of what was.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn set(c: &Connection, client_id: &str, r: &Requirements, now_ms: i64) -> Result<(), StoreError> {
    c.execute(
        "INSERT INTO requirement (client_id, user_id, type_e, data_source, fields, updated_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (client_id, user_id, type_e, data_source)
         DO UPDATE SET fields = excluded.fields, updated_ms = excluded.updated_ms",
        params![
            client_id,
            r.user_id.as_deref().unwrap_or_default(),
            r.type_e.as_str(),
            r.data_source_e,
            r.required().join(","),
            now_ms
        ],
    )?;
    // They have no id of their own.
    audit::about(c, "requirements of", client_id);
    Ok(())
}

/// Everything that a client requires.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn all(c: &Connection, client_id: &str) -> Result<Vec<Requirements>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM requirement WHERE client_id = ?1 ORDER BY user_id, type_e, data_source");
    Ok(c.query(&sql, params![client_id], from_row)?)
}

/// What applies to a document of that type of a session of that user: what is set for the type and what is set for
/// every type (`unknown`); of each, what is set for the user in place of what is set for every user.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn applying(
    c: &Connection,
    client_id: &str,
    user_id: Option<&str>,
    declared: &DocumentType,
) -> Result<Vec<RequiredFields>, StoreError> {
    let mut found = all(c, client_id)?;
    found.retain(|r| r.type_e == *declared || r.type_e == DocumentType::Unknown);
    let own: Vec<_> = found
        .iter()
        .filter(|r| r.user_id.is_some() && r.user_id.as_deref() == user_id)
        .map(|r| (r.type_e.clone(), r.data_source_e.clone()))
        .collect();
    found.retain(|r| match &r.user_id {
        Some(user) => Some(user.as_str()) == user_id,
        None => !own.contains(&(r.type_e.clone(), r.data_source_e.clone())),
    });
    let fields = |r: &Requirements| r.required().into_iter().map(str::to_owned).collect();
    Ok(found
        .iter()
        .map(|r| RequiredFields { source: DataSource::from(r.data_source_e.as_str()), fields: fields(r) })
        .collect())
}

fn from_row(row: &Row<'_>) -> db::Result<Requirements> {
    let fields: String = row.get(4)?;
    let mut found = Requirements {
        client_id: row.get(0)?,
        user_id: Some(row.get::<String>(1)?).filter(|user| !user.is_empty()),
        type_e: DocumentType::from(row.get::<String>(2)?.as_str()),
        data_source_e: row.get(3)?,
        ..Requirements::default()
    };
    found.set_required(|field| fields.split(',').any(|required| required == field));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, clients};

    fn of(user: Option<&str>, type_e: DocumentType, source: &str, fields: &[&str]) -> Requirements {
        let mut r = Requirements {
            user_id: user.map(str::to_owned),
            type_e,
            data_source_e: source.into(),
            ..Requirements::default()
        };
        r.set_required(|field| fields.contains(&field));
        r
    }

    #[test]
    fn what_is_set_for_a_user_stands_in_for_what_is_set_for_all() {
        let store = Store::in_memory().unwrap();
        store
            .run_blocking(|c| {
                clients::add(c, "a", "secret", 0)?;
                set(c, "a", &of(None, DocumentType::Passport, "mrz", &["street"]), 1)?;
                set(c, "a", &of(None, DocumentType::Passport, "mrz", &["first_name"]), 2)?;
                set(c, "a", &of(Some("anna"), DocumentType::Passport, "mrz", &["last_name"]), 3)?;
                set(c, "a", &of(None, DocumentType::Unknown, "unknown", &["birth_date"]), 4)?;
                set(c, "a", &of(None, DocumentType::DriverLicense, "barcode", &["class"]), 5)?;
                let fields = |user, declared| -> Result<Vec<String>, StoreError> {
                    let found = applying(c, "a", user, &declared)?;
                    Ok(found.into_iter().flat_map(|r| r.fields).collect())
                };
                assert_eq!(fields(None, DocumentType::Passport)?, ["first_name", "birth_date"]);
                assert_eq!(fields(Some("anna"), DocumentType::Passport)?, ["birth_date", "last_name"]);
                assert_eq!(fields(Some("ben"), DocumentType::DriverLicense)?, ["class", "birth_date"]);
                assert_eq!(all(c, "a")?.len(), 4);
                Ok(())
            })
            .unwrap();
    }
}
