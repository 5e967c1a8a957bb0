//! Versions of the weights: added, never changed, so that a session's `idv_weights_id` always identifies what decided
//! it.

use std::collections::BTreeMap;

pub use kyc_capture::api::kyc::weights::WeightValues as Weights;

use super::audit;
use super::db::{self, Connection, OptionalExtension, Row, params};
use super::error::StoreError;
use crate::random;

/// Used until a client sets its own. Every measurement counts the same, and what has to agree has to agree fully, so
/// that the verdict is that of the checks.
pub const DEFAULT: Weights = Weights {
    // Distance of the two encodings: that of the network's training.
    onboarding_face_encoding_tolerance: 0.6,
    verified_account_face_encoding_tolerance: 0.6,
    driver_license_fuzzy_match_tolerance: 1.0,
    driver_license_fuzzy_match_weight: 1.0,
    state_id_fuzzy_match_tolerance: 1.0,
    state_id_fuzzy_match_weight: 1.0,
    passport_fuzzy_match_tolerance: 1.0,
    passport_fuzzy_match_weight: 1.0,
    passport_card_fuzzy_match_tolerance: 1.0,
    passport_card_fuzzy_match_weight: 1.0,
    // One edit in five letters.
    ofac_fuzzy_match_tolerance: 0.8,
    ofac_fuzzy_match_weight: 1.0,
    suspicious_words_weight: 1.0,
    image_manipulation_weight: 1.0,
    online_duplication_weight: 1.0,
    is_identity_document_weight: 1.0,
    aamva_match_tolerance: 1.0,
    aamva_match_weight: 1.0,
    // Below what any document reaches that passes the checks: heuristics alone refuse no one.
    idv_session_tolerance: 50.0,
    minimum_liveness_tolerance: 0.5,
    passive_active_skip_tolerance: 1.0,
    gender_probability_tolerance: 0.0,
    gender_weight: 0.0,
    expression_tolerance: 0.0,
    age_tolerance: 0.0,
    age_weight: 0.0,
    direction_tolerance: 12.0,
};

/// A version.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Its id.
    pub weights_id: String,
    /// The client that it is of.
    pub client_id: String,
    /// The user that it is for; none for every user of the client.
    pub user_id: Option<String>,
    /// Its numbers.
    pub weights: Weights,
}

const COLUMNS: &str = "weights_id, client_id, user_id, numbers";

/// Adds a version, which is the present one from now on.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn add(
    c: &Connection,
    client_id: &str,
    user_id: Option<&str>,
    weights: &Weights,
    now_ms: i64,
) -> Result<Version, StoreError> {
    let weights_id = random::uuid()?;
    let numbers: BTreeMap<_, _> = weights.named().into_iter().collect();
    let numbers = serde_json::to_string(&numbers).map_err(|_| StoreError::Internal("the weights cannot be written"))?;
    let user = user_id.unwrap_or_default();
    let sql = "SELECT coalesce(max(version), 0) FROM weights WHERE client_id = ?1 AND user_id = ?2";
    let last: i64 = c.query_row(sql, params![client_id, user], |row| row.get(0))?;
    c.execute(
        "INSERT INTO weights (weights_id, client_id, user_id, version, numbers, created_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![weights_id, client_id, user, last + 1, numbers, now_ms],
    )?;
    audit::about(c, "weights", &weights_id);
    let user_id = user_id.map(str::to_owned);
    Ok(Version { weights_id, client_id: client_id.to_owned(), user_id, weights: *weights })
}

/// The present version for that user: the user's own, or else the client's, or else the defaults, which are added as
/// the client's first version.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn present(c: &Connection, client_id: &str, user_id: Option<&str>, now_ms: i64) -> Result<Version, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM weights WHERE client_id = ?1 AND user_id = ?2
         ORDER BY version DESC, created_ms DESC, weights_id LIMIT 1"
    );
    let mut users = vec![""];
    users.extend(user_id.filter(|user| !user.is_empty()));
    for user in users.into_iter().rev() {
        if let Some(version) = c.query_row(&sql, params![client_id, user], from_row).optional()? {
            return Ok(version);
        }
    }
    add(c, client_id, None, &DEFAULT, now_ms)
}

/// The version of that id, if it is this client's.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn read(c: &Connection, client_id: &str, weights_id: &str) -> Result<Option<Version>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM weights WHERE client_id = ?1 AND weights_id = ?2");
    Ok(c.query_row(&sql, params![client_id, weights_id], from_row).optional()?)
}

fn from_row(row: &Row<'_>) -> db::Result<Version> {
    let numbers: BTreeMap<String, f64> =
        serde_json::from_str(&row.get::<String>(3)?).map_err(|_| db::Error::Unexpected { column: 3 })?;
    let defaults: BTreeMap<_, _> = DEFAULT.named().into_iter().collect();
    // A number that was added since has its default.
    let weights = Weights::from_named(|name| numbers.get(name).or(defaults.get(name)).copied());
    Ok(Version {
        weights_id: row.get(0)?,
        client_id: row.get(1)?,
        user_id: Some(row.get::<String>(2)?).filter(|user| !user.is_empty()),
        weights: weights.ok_or(db::Error::Unexpected { column: 3 })?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, clients};

    #[test]
    fn versions_are_added_and_the_nearest_counts() {
        let store = Store::in_memory().unwrap();
        store
            .run_blocking(|c| {
                clients::add(c, "a", "secret", 0)?;
                clients::add(c, "b", "secret", 0)?;
                let first = present(c, "a", Some("anna"), 1)?;
                assert_eq!((first.weights, &first.user_id), (DEFAULT, &None));
                assert_eq!(present(c, "a", None, 2)?, first, "the defaults are added once");
                let wide = Weights { idv_session_tolerance: 10.0, ..DEFAULT };
                let second = add(c, "a", None, &wide, 3)?;
                assert_eq!(present(c, "a", Some("anna"), 4)?, second);
                let own = add(c, "a", Some("anna"), &Weights { idv_session_tolerance: 20.0, ..DEFAULT }, 5)?;
                assert_eq!((present(c, "a", Some("anna"), 6)?, present(c, "a", Some("ben"), 6)?), (own, second));
                assert_eq!(read(c, "a", &first.weights_id)?, Some(first.clone()), "what was stays readable");
                assert_eq!(read(c, "b", &first.weights_id)?, None);
                Ok(())
            })
            .unwrap();
    }
}
