//! The weights that decide a session where its client has set none, and which check each of them counts for.
//!
//! - `onboarding_face_encoding_tolerance`: `same_person`: greatest distance of the live faces and the portrait
//! - `verified_account_face_encoding_tolerance`: greatest distance of a live face and a verified identity's
//! - `…_fuzzy_match_tolerance`, `…_fuzzy_match_weight` of the declared type: `crosschecks`: least agreement of two
//!   places of the document
//! - `ofac_fuzzy_match_tolerance`, `ofac_fuzzy_match_weight`: `not_sanctioned`: least similarity of two words of a name
//!   that meet
//! - `aamva_match_tolerance`, `aamva_match_weight`: `data_consistent` of a document that is read by its barcode
//! - `suspicious_words_weight`, `image_manipulation_weight`, `online_duplication_weight`,
//!   `is_identity_document_weight`: the measures of those names: they count in the score alone
//! - `idv_session_tolerance`: least score of a session that is verified
//! - `minimum_liveness_tolerance`, `passive_active_skip_tolerance`, `direction_tolerance`: liveness
//! - `gender_…`, `expression_…`, `age_…`: not used: nothing here measures them
//!
//! Every other check counts with the weight 1.

use kyc_capture::api::kyc::enums::DocumentType;

pub use crate::store::weights::{DEFAULT, Weights};

/// Tolerance and weight of the agreement of the places of a document of that type.
pub fn fuzzy_match(weights: &Weights, declared: &DocumentType) -> (f64, f64) {
    let w = weights;
    match declared {
        DocumentType::DriverLicense => (w.driver_license_fuzzy_match_tolerance, w.driver_license_fuzzy_match_weight),
        DocumentType::IdentificationCard => (w.state_id_fuzzy_match_tolerance, w.state_id_fuzzy_match_weight),
        DocumentType::Passport => (w.passport_fuzzy_match_tolerance, w.passport_fuzzy_match_weight),
        DocumentType::PassportCard => (w.passport_card_fuzzy_match_tolerance, w.passport_card_fuzzy_match_weight),
        // Such a session does not come to a verdict.
        DocumentType::Unknown | DocumentType::Unlisted(_) => (1.0, 1.0),
    }
}

/// The most that each number may be; the least is 0.
pub fn greatest(name: &str) -> f64 {
    match name {
        "idv_session_tolerance" => 100.0,
        "direction_tolerance" => 90.0,
        "age_tolerance" => 120.0,
        _ if name.ends_with("_weight") => 1_000.0,
        _ => 1.0,
    }
}

/// The first number that is none, or outside its range.
pub fn out_of_range(weights: &Weights) -> Option<(&'static str, f64)> {
    weights.named().into_iter().find_map(|(name, value)| {
        let most = greatest(name);
        (!(0.0..=most).contains(&value)).then_some((name, most))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_in_range() {
        assert_eq!(out_of_range(&DEFAULT), None);
        let named = DEFAULT.named();
        let value = |name: &str| named.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
        assert_eq!((named.len(), Weights::from_named(value)), (27, Some(DEFAULT)));
    }

    #[test]
    fn each_number_has_its_range() {
        for (name, most) in [("idv_session_tolerance", 100.0), ("age_weight", 1_000.0), ("age_tolerance", 120.0)] {
            let value = |n: &str| Some(if n == name { most + 0.1 } else { 0.0 });
            assert_eq!(out_of_range(&Weights::from_named(value).unwrap()), Some((name, most)));
        }
        let negative = Weights { gender_weight: -1.0, ..DEFAULT };
        assert_eq!(out_of_range(&negative).unwrap().0, "gender_weight");
        let none = Weights { direction_tolerance: f64::NAN, ..DEFAULT };
        assert_eq!(out_of_range(&none).unwrap().0, "direction_tolerance");
    }
}
