//! The wire of the operations that a backend calls, as the text documents it.

use kyc_capture::api::kyc::ida::*;
use kyc_capture::api::kyc::identity::*;
use kyc_capture::api::kyc::idv_lists::*;
use kyc_capture::api::kyc::requirements::*;
use kyc_capture::api::kyc::utility::*;
use kyc_capture::api::kyc::webhook::*;
use kyc_capture::api::kyc::weights::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The sample of the text reads as `T`, and `T` writes every field of it under the same name and with the same value.
#[track_caller]
fn goes_round<T: Serialize + DeserializeOwned>(sample: Value) {
    let value: T = serde_json::from_value(sample.clone()).expect("a sample of the text is read");
    assert_eq!(serde_json::to_value(&value).expect("what is read can be written"), sample);
}

/// The sample of the text reads as `T`, and `T` writes every field of it, and maybe more inside of empty objects.
#[track_caller]
fn is_kept<T: Serialize + DeserializeOwned>(sample: Value) {
    let value: T = serde_json::from_value(sample.clone()).expect("a sample of the text is read");
    let written = serde_json::to_value(&value).expect("what is read can be written");
    for (name, expected) in sample.as_object().expect("an object") {
        let found = written.get(name).unwrap_or_else(|| panic!("`{name}` is lost"));
        assert!(found == expected || (*expected == json!({}) && found.is_object()), "{name}: {found}");
    }
}

#[test]
fn samples_of_the_idv_lists() {
    goes_round::<SessionListRequest>(json!({
        "take": 0, "skip": 0, "search_term": "string", "start_date": "string", "end_date": null, "metadata": {},
        "identity_id": "string", "status": "unknown", "client_id": "string", "user_id": ["string", "other"],
    }));
    goes_round::<SessionListRequest>(json!({}));
    is_kept::<SessionListReply>(json!({ "sessions": [], "meta_counts": {} }));
    goes_round::<SessionDeleteRequest>(json!({ "session_id": "string" }));
    goes_round::<SessionAnonymizeRequest>(json!({ "session_id": "string" }));
    goes_round::<LocationReadRequest>(json!({ "session_id": "string", "location_capture_type_e": "unknown" }));
    goes_round::<LocationReadReply>(json!({
        "ip_address": "string", "ip_latitude": 0.5, "ip_longitude": 0.5, "ip_country": "string", "ip_region": "string",
        "ip_city": "string", "device_location": "string", "device_latitude": 0.5, "device_longitude": 0.5,
        "device_country_name": "string", "device_country_code": "string", "device_admin_area": "string",
        "device_sub_admin_area": "string", "device_locality": "string",
    }));
    goes_round::<DocumentListRequest>(json!({ "take": 0, "skip": 0, "session_id": "string" }));
    is_kept::<DocumentListReply>(json!({ "documents": [], "meta_counts": {} }));
    goes_round::<DocumentDownloadRequest>(json!({ "session_id": "string", "storage_file_type_e": "unknown" }));
}

#[test]
fn null_and_absent_dates_are_told_apart() {
    let read = |body: Value| serde_json::from_value::<SessionListRequest>(body).unwrap().start_date;
    assert_eq!(read(json!({})), None);
    assert_eq!(read(json!({ "start_date": null })), Some(None));
    assert_eq!(read(json!({ "start_date": "2026-01-01" })), Some(Some("2026-01-01".into())));
}

const REQUIRED: &[&str] = &[
    "document_number_required",
    "ref_number_required",
    "issue_at_required",
    "expires_at_required",
    "issuing_country_required",
    "issuing_state_required",
    "first_name_required",
    "middle_name_required",
    "last_name_required",
    "name_suffix_required",
    "street_required",
    "city_required",
    "state_required",
    "postal_code_required",
    "birth_date_required",
    "gender_required",
    "height_required",
    "weight_required",
    "eye_color_required",
    "hair_color_required",
    "class_required",
    "mentions_required",
    "restrictions_required",
    "raw_barcode_required",
    "face_encoding_required",
];

#[test]
fn samples_of_the_requirements() {
    let mut sample =
        json!({ "client_id": "string", "user_id": "string", "type_e": "unknown", "data_source_e": "string" });
    for name in REQUIRED {
        sample[*name] = true.into();
    }
    goes_round::<Requirements>(sample.clone());
    goes_round::<RequirementsReply>(json!({ "requirements": [sample] }));
    let all: Requirements = serde_json::from_value(sample.clone()).unwrap();
    assert_eq!(all.required(), Requirements::FIELDS);
    // Each of them is required.
    for name in REQUIRED {
        let mut without = sample.clone();
        without.as_object_mut().unwrap().remove(*name);
        let error = serde_json::from_value::<Requirements>(without).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
}

const WEIGHTS: &[&str] = &[
    "onboarding_face_encoding_tolerance",
    "verified_account_face_encoding_tolerance",
    "driver_license_fuzzy_match_tolerance",
    "driver_license_fuzzy_match_weight",
    "state_id_fuzzy_match_tolerance",
    "state_id_fuzzy_match_weight",
    "passport_fuzzy_match_tolerance",
    "passport_fuzzy_match_weight",
    "passport_card_fuzzy_match_tolerance",
    "passport_card_fuzzy_match_weight",
    "ofac_fuzzy_match_tolerance",
    "ofac_fuzzy_match_weight",
    "suspicious_words_weight",
    "image_manipulation_weight",
    "online_duplication_weight",
    "is_identity_document_weight",
    "aamva_match_tolerance",
    "aamva_match_weight",
    "idv_session_tolerance",
    "minimum_liveness_tolerance",
    "passive_active_skip_tolerance",
    "gender_probability_tolerance",
    "gender_weight",
    "expression_tolerance",
    "age_tolerance",
    "age_weight",
    "direction_tolerance",
];

#[test]
fn samples_of_the_weights() {
    let mut sample = json!({ "client_id": "string", "user_id": "string" });
    for (i, name) in (0u8..).zip(WEIGHTS) {
        sample[*name] = (f64::from(i) / 2.0).into();
    }
    goes_round::<WeightsUpdateRequest>(sample.clone());
    goes_round::<WeightsReply>(sample.clone());
    let values = serde_json::from_value::<WeightsReply>(sample.clone()).unwrap().values();
    let names: Vec<_> = values.named().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, WEIGHTS);
    for name in WEIGHTS {
        let mut without = sample.clone();
        without.as_object_mut().unwrap().remove(*name);
        assert!(serde_json::from_value::<WeightsUpdateRequest>(without).is_err(), "{name}");
    }
}

#[test]
fn samples_of_the_webhooks() {
    goes_round::<WebhookCreateRequest>(json!({ "client_id": "string", "name": "string", "url": "string" }));
    goes_round::<WebhookListRequest>(json!({ "client_id": "string", "take": 0, "skip": 0, "search_term": "string" }));
    is_kept::<WebhookListReply>(json!({ "webhooks": [], "statistics": {} }));
    goes_round::<WebhookDeleteRequest>(json!({ "id": "string" }));
}

#[test]
fn samples_of_the_utility_operations() {
    let at = "2019-08-24T14:15:22Z";
    goes_round::<RootReply>(json!({
        "service": "string", "description": "string", "version": "string", "environment": "string", "timestamp": at,
        "documentation": "string", "health": "string", "status": "string",
    }));
    goes_round::<PingReply>(json!({ "pong": true, "timestamp": at }));
    goes_round::<StatusReply>(json!({
        "service": "string", "version": "string", "environment": "string", "timestamp": at,
        "uptime": 0.5, "endpoints": {},
    }));
    is_kept::<MetricsReply>(json!({ "timestamp": at, "system": {}, "environment": {} }));
    goes_round::<LiveReply>(json!({ "status": "string", "timestamp": at, "uptime": 0.5 }));
    goes_round::<ReadyReply>(json!({ "status": "string", "timestamp": at, "checks": {} }));
    goes_round::<HealthzReply>(json!({ "status": "string", "timestamp": at }));
    goes_round::<HealthReply>(json!({
        "status": "string", "timestamp": at, "uptime": 0.5, "version": "string", "environment": "string", "checks": {},
        "details": {}, "error": "string",
    }));
    goes_round::<VersionReply>(json!({ "version": "string" }));
}

#[test]
fn samples_of_identity() {
    goes_round::<IdentityListRequest>(json!({
        "client_id": "string", "user_id": ["string"], "search_term": "string", "take": 0, "skip": 0,
        "start_date": "2019-08-24T14:15:22Z", "end_date": "2019-08-24T14:15:22Z", "metadata": {},
    }));
    is_kept::<IdentityListReply>(json!({ "identities": [], "meta_counts": {} }));
    goes_round::<IdentityReadRequest>(json!({ "identity_id": "string", "identity_ids": [], "metadata": {} }));
    goes_round::<IdentityReadReply>(json!({
        "identities": [], "identity_id": "string", "created_at": "string", "first_name": "string",
        "middle_name": "string", "last_name": "string", "suffix_name": "string", "birth_date": "string",
        "gender_e": "unknown", "street": "string", "city": "string", "state": "string", "postal_code": "string",
        "document_front_given": true, "document_front_given_at": "string", "verified": true, "verified_at": "string",
        "liveness_detected": true, "liveness_detected_at": "string", "ofac_status_e": "unknown",
        "ofac_detected_at": "string", "dmv_status_e": "unknown", "dmv_detected_at": "string", "score": 0.5,
    }));
    goes_round::<IdentityReadReply>(json!({ "identities": [] }));
    goes_round::<IdentityAnonymizeRequest>(json!({ "identity_id": "string" }));
    goes_round::<IdentityStatusRequest>(json!({ "identity_id": "string" }));
    goes_round::<IdentityStatusReply>(json!({ "verified": true }));
    assert!(serde_json::from_value::<IdentityStatusReply>(json!({})).is_err(), "a verdict is not to be guessed");
    goes_round::<IdentityDocumentReadRequest>(json!({ "identity_id": "string", "document_type_e": "unknown" }));
    goes_round::<IdentityDocumentReadReply>(json!({
        "document_id": "string", "document_type_e": "unknown", "document_data_source_e": "unknown",
        "document_number": "string", "issue_date": "string", "expiration_date": "string", "ref_number": "string",
        "issuing_country": "string", "issuing_state": "string", "birth_date": "string", "gender_e": "unknown",
        "first_name": "string", "middle_name": "string", "last_name": "string", "suffix_name": "string",
        "street": "string", "city": "string", "state": "string", "postal_code": "string", "height": "string",
        "weight": "string", "eye_color": "string", "hair_color": "string",
    }));
    goes_round::<IdentityImageReadRequest>(json!({ "identity_id": "string", "storage_file_type_e": "unknown" }));
}

#[test]
fn samples_of_ida() {
    goes_round::<IdaSessionCreateRequest>(json!({
        "identity_id": "string", "webhook_url": "string", "liveness_mode": "passive", "metadata": {}, "settings": {},
    }));
    goes_round::<IdaSessionCreateReply>(json!({ "session_id": "string" }));
    goes_round::<IdaSessionReadRequest>(json!({ "session_id": "string" }));
    goes_round::<IdaSessionReadReply>(json!({
        "session_id": "string", "user_id": "string", "client_id": "string", "idv_weights_id": "string",
        "status_e": "unknown", "created_at": "string", "completed_at": "string", "identity_id": "string",
        "first_name": "string", "middle_name": "string", "last_name": "string", "suffix_name": "string",
        "liveness_detected": true, "liveness_detected_at": "string", "selfie_given": true,
        "selfie_given_at": "string", "authenticated": true, "metadata": {}, "webhook_url": "string", "settings": {},
        "history": [],
    }));
    goes_round::<IdaSessionListRequest>(json!({
        "take": 0, "skip": 0, "identity_id": "string", "client_id": "string", "user_id": "string",
        "search_term": "string", "verified": true, "status": "unknown", "start_date": "string", "end_date": null,
        "metadata": {},
    }));
    is_kept::<IdaSessionListReply>(json!({ "sessions": [], "meta_counts": {} }));
    goes_round::<IdaSessionDeleteRequest>(json!({ "session_id": "string" }));
    goes_round::<IdaDocumentDownloadRequest>(json!({ "session_id": "string" }));
}

/// Metadata and unknown fields go back as they came: serde_json reads numbers exactly only with `float_roundtrip`.
#[test]
fn numbers_of_metadata_keep_their_value() {
    for number in ["2.022100000002e21", "0.1", "1e300", "123456789.123456789", "-4.9406564584124654e-324"] {
        let text = format!(r#"{{"identity_id":"i","metadata":{{"n":{number}}}}}"#);
        let request: IdaSessionCreateRequest = serde_json::from_str(&text).expect("a request");
        let written = serde_json::to_string(&request).expect("what is read can be written");
        let again: IdaSessionCreateRequest = serde_json::from_str(&written).expect("what was written");
        let value = |request: &IdaSessionCreateRequest| {
            request.metadata.as_ref().and_then(|metadata| metadata["n"].as_f64()).expect("the number")
        };
        assert_eq!(value(&request).to_bits(), number.parse::<f64>().expect("a number").to_bits(), "{number}");
        assert_eq!(value(&again).to_bits(), value(&request).to_bits(), "{number}");
    }
}
