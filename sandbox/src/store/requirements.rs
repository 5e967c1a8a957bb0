//! Which fields a client requires of documents, by user, kind of document and source of the fields.

use kyc_capture::api::kyc::enums::{DataSource, DocumentType};
use kyc_capture::api::kyc::requirements::Requirements;

use super::audit;
use super::db::{self, Connection, Row, ToSql, params};
use super::error::StoreError;

/// Fields that must have been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredFields {
    /// Where the fields come from; wherever, where unknown.
    pub source: DataSource,
    /// Names of the fields.
    pub fields: Vec<String>,
}

/// Maximum number of entries of a client: its list comes in one reply.
pub const ENTRIES_MAX: i64 = 5_000;

const COLUMNS: &str = "client_id, user_id, type_e, data_source, fields";

/// Sets what is required, in place of what was.
///
/// # Errors
/// [`StoreError::TooManyRequirements`] where a client has [`ENTRIES_MAX`] entries and this is a new one; or if the
/// store cannot be read or written.
pub fn set(c: &Connection, client_id: &str, r: &Requirements, now_ms: i64) -> Result<(), StoreError> {
    let user_id = r.user_id.as_deref().unwrap_or_default();
    let present =
        "SELECT 1 FROM requirement WHERE client_id = ?1 AND user_id = ?2 AND type_e = ?3 AND data_source = ?4";
    if !c.exists(present, params![client_id, user_id, r.type_e.as_str(), r.data_source_e])? {
        let count = "SELECT count(*) FROM requirement WHERE client_id = ?1";
        if c.query_row(count, params![client_id], |row| row.get::<i64>(0))? >= ENTRIES_MAX {
            return Err(StoreError::TooManyRequirements);
        }
    }
    c.execute(
        "INSERT INTO requirement (client_id, user_id, type_e, data_source, fields, updated_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (client_id, user_id, type_e, data_source)
         DO UPDATE SET fields = excluded.fields, updated_ms = excluded.updated_ms",
        params![client_id, user_id, r.type_e.as_str(), r.data_source_e, r.required().join(","), now_ms],
    )?;
    // They have no id of their own.
    audit::about(c, "requirements of", client_id);
    Ok(())
}

/// What a client requires of a user, a kind of document, from a source; of all where they are absent.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn list(
    c: &Connection,
    client_id: &str,
    user_id: Option<&str>,
    type_e: Option<&DocumentType>,
    source: Option<&str>,
) -> Result<Vec<Requirements>, StoreError> {
    let mut sql = format!("SELECT {COLUMNS} FROM requirement WHERE client_id = ?1");
    let type_e = type_e.map(DocumentType::as_str);
    let mut values: Vec<&dyn ToSql> = vec![&client_id];
    for (column, wanted) in [("user_id", &user_id), ("type_e", &type_e), ("data_source", &source)] {
        if let Some(wanted) = wanted {
            values.push(wanted);
            sql.push_str(&format!(" AND {column} = ?{}", values.len()));
        }
    }
    sql.push_str(" ORDER BY user_id, type_e, data_source");
    Ok(c.query(&sql, &values, from_row)?)
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
    let sql = format!(
        "SELECT {COLUMNS} FROM requirement WHERE client_id = ?1 AND user_id IN ('', ?2) AND type_e IN (?3, ?4)
         ORDER BY user_id, type_e, data_source"
    );
    let user = user_id.unwrap_or_default();
    let types = (declared.as_str(), DocumentType::Unknown.as_str());
    let mut found = c.query(&sql, params![client_id, user, types.0, types.1], from_row)?;
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
    fn a_client_has_a_bounded_number_of_entries() {
        let store = Store::in_memory().unwrap();
        store
            .run_blocking(|c| {
                clients::add(c, "a", "secret", 0)?;
                c.execute(
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                     INSERT INTO requirement (client_id, user_id, type_e, data_source, fields, updated_ms)
                     SELECT 'a', i, 'passport', 'mrz', '', 0 FROM n",
                    params![ENTRIES_MAX],
                )?;
                let refused = set(c, "a", &of(None, DocumentType::Passport, "mrz", &[]), 1).unwrap_err();
                assert_eq!(refused, StoreError::TooManyRequirements);
                // What is there may be changed.
                set(c, "a", &of(Some("7"), DocumentType::Passport, "mrz", &["street"]), 1)?;
                assert_eq!(list(c, "a", Some("7"), None, None)?[0].required(), ["street"]);
                Ok(())
            })
            .unwrap();
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
                let count = |user, type_e, source| Ok::<_, StoreError>(list(c, "a", user, type_e, source)?.len());
                assert_eq!(count(None, None, None)?, 4);
                assert_eq!(count(Some("anna"), None, None)?, 1);
                assert_eq!(count(None, Some(&DocumentType::Passport), Some("mrz"))?, 2);
                assert_eq!(count(Some("anna"), Some(&DocumentType::DriverLicense), None)?, 0);
                Ok(())
            })
            .unwrap();
    }
}
