//! The wire types read and write the samples of the documentation.

use kyc_capture::api::client::ClientOptions;
use kyc_capture::api::errors::{ApiErrorCode, ErrorReply};
use kyc_capture::api::kyc::ida_sdk::*;
use kyc_capture::api::kyc::idv::*;
use kyc_capture::api::kyc::routes::{Operation, RouteTable};
use kyc_capture::api::kyc::sdk::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The sample of the text reads as `T`, and `T` writes every field of it under the same name and with the same value.
#[track_caller]
fn goes_round<T: Serialize + DeserializeOwned>(sample: &str) {
    let sample: Value = serde_json::from_str(sample).expect("a sample");
    let value: T = serde_json::from_value(sample.clone()).expect("a sample of the text is read");
    let written = serde_json::to_value(&value).expect("what is read can be written");
    assert_eq!(written, sample);
}

#[test]
fn samples_of_the_sdk_operations() {
    goes_round::<SdkMetadataUpdateRequest>(r#"{"session_id":"string","sdk_metadata":{}}"#);
    goes_round::<SdkLivenessGenerateRequest>(r#"{"session_id":"string","latitude":0.5,"longitude":0.5}"#);
    goes_round::<SdkLivenessProcessRequest>(r#"{"session_id":"string","latitude":0.5,"longitude":0.5,"images":[]}"#);
    goes_round::<SdkLivenessReply>(r#"{"token":"string"}"#);
    goes_round::<SdkSessionReadRequest>(r#"{"session_id":"string"}"#);
    goes_round::<SdkSessionReadReply>(
        r#"{"session_id":"string","client_id":"string","document_type_e":"string","consented":true,
            "document_front_given":true,"document_back_given":true,"liveness_detected":true,"selfie_given":true,
            "liveness_provider_e":"azure","sdk_metadata":{},"settings":{}}"#,
    );
    goes_round::<SdkConsentAddRequest>(r#"{"session_id":"string","consented":true}"#);
    goes_round::<SdkDocumentTypeUpdateRequest>(r#"{"session_id":"string","document_type_e":"unknown"}"#);
    goes_round::<SdkFinalizeRequest>(r#"{"session_id":"string","settings":{}}"#);
    goes_round::<SdkFinalizeReply>(r#"{"verified":true,"on_sanction_list":true}"#);
}

#[test]
fn samples_of_the_sdk_operations_of_ida() {
    goes_round::<IdaSdkSessionReadRequest>(r#"{"session_id":"string"}"#);
    goes_round::<IdaSdkSessionReadReply>(
        r#"{"session_id":"string","identity_id":"string","user_id":"string","client_id":"string","status_e":"unknown",
            "first_name":"string","middle_name":"string","last_name":"string","suffix_name":"string",
            "liveness_detected":true,"liveness_detected_at":"string","selfie_given":true,"selfie_given_at":"string",
            "authenticated":true,"liveness_provider_e":"azure","sdk_metadata":{}}"#,
    );
    goes_round::<IdaSdkMetadataUpdateRequest>(r#"{"session_id":"string","sdk_metadata":{}}"#);
    goes_round::<IdaSdkLivenessGenerateRequest>(r#"{"session_id":"string","latitude":0.5,"longitude":0.5}"#);
    goes_round::<IdaSdkLivenessProcessRequest>(r#"{"session_id":"string","latitude":0.5,"longitude":0.5,"images":[]}"#);
    goes_round::<IdaSdkLivenessReply>(r#"{"token":"string"}"#);
    goes_round::<IdaSdkFinalizeRequest>(r#"{"session_id":"string"}"#);
    // No verdict is not a bad one.
    for body in [r#"{"session_id":"s"}"#, r#"{"session_id":"s","authenticated":null,"status_e":null}"#] {
        assert_eq!(serde_json::from_str::<IdaSdkSessionReadReply>(body).unwrap().authenticated, None, "{body}");
    }
}

#[test]
fn samples_of_the_backend_operations() {
    goes_round::<SessionCreateRequest>(
        r#"{"metadata":{},"liveness_mode":"passive","webhook_url":"string","settings":{}}"#,
    );
    goes_round::<SessionCreateReply>(r#"{"session_id":"string"}"#);
    goes_round::<SessionReadRequest>(r#"{"session_id":"string"}"#);
    goes_round::<SessionReadReply>(
        r#"{"session_id":"string","user_id":"string","client_id":"string","idv_weights_id":"string",
            "status_e":"unknown","document_type_e":"unknown","created_at":"string","completed_at":"string",
            "first_name":"string","middle_name":"string","last_name":"string","suffix_name":"string",
            "gender_e":"unknown","birth_date":"string","consented":true,"consented_at":"string",
            "document_front_given":true,"document_front_given_at":"string","document_back_given":true,
            "document_back_given_at":"string","liveness_detected":true,"liveness_detected_at":"string",
            "selfie_given":true,"selfie_given_at":"string","dmv_status_e":"unknown","dmv_detected_at":"string",
            "ofac_status_e":"unknown","ofac_detected_at":"string","verified":true,"verified_at":"string","score":0.5,
            "identity_id":"string","metadata":{},"webhook_url":"string","settings":{},"history":[]}"#,
    );
    goes_round::<DocumentReadReply>(
        r#"{"session_id":"string","document_id":"string","type_e":"unknown","data_source_e":"unknown",
            "document_number":"string","ref_number":"string","issued_at":"string","expires_at":"string",
            "issuing_country":"string","issuing_state":"string","first_name":"string","middle_name":"string",
            "last_name":"string","name_suffix":"string","street":"string","city":"string","state":"string",
            "postal_code":"string","birth_date":"string","gender_e":"unknown","height":"string","weight":"string",
            "eye_color":"string","hair_color":"string","class":"string","restrictions":"string"}"#,
    );
    goes_round::<SessionTestReadRequest>(r#"{"session_id":"string"}"#);
    goes_round::<SessionTestReadReply>(
        r#"{"doc_front_image_manipulation":"string","doc_front_is_identity_document":"string",
            "doc_front_online_duplication":"string","doc_front_suspicious_words":"string",
            "doc_back_image_manipulation":"string","doc_back_is_identity_document":"string",
            "doc_back_online_duplication":"string","doc_back_suspicious_words":"string",
            "dmv_document_number_match":true,"dmv_document_expiration_match":true,"dmv_document_issue_match":true,
            "dmv_document_category_match":true,"dmv_birth_date_match":true,"dmv_sex_match":true,
            "dmv_eye_color_match":true,"dmv_height_match":true,"dmv_weight_match":true,"dmv_first_name_match":true,
            "dmv_middle_name_match":true,"dmv_last_name_match":true,"dmv_suffix_name_match":true,
            "dmv_street_match":true,"dmv_city_match":true,"dmv_state_match":true,"dmv_postal_code_match":true,
            "document_number_crosscheck":true,"name_crosscheck":true,"address_crosscheck":true}"#,
    );
}

#[test]
fn replies_with_absent_or_null_fields_are_read() {
    for body in [r#"{"session_id":"s"}"#, r#"{"session_id":"s","consented":null,"settings":null,"history":null}"#] {
        assert!(!serde_json::from_str::<SessionReadReply>(body).unwrap().consented, "{body}");
        assert!(!serde_json::from_str::<SdkSessionReadReply>(body).unwrap().consented, "{body}");
    }
    // A verdict is not to be guessed.
    for body in ["{}", r#"{"verified":true}"#, r#"{"verified":null,"on_sanction_list":false}"#] {
        assert!(serde_json::from_str::<SdkFinalizeReply>(body).is_err(), "{body}");
    }
}

#[test]
fn the_error_reply_has_its_shape() {
    let reply = ErrorReply::new(ApiErrorCode::FieldMissing, "latitude is required", Some("latitude"));
    let expected =
        r#"{"error":{"code":"field_missing","message":"latitude is required","field":"latitude"},"statusCode":400}"#;
    assert_eq!(serde_json::to_string(&reply).unwrap(), expected);
    goes_round::<ErrorReply>(expected);
    goes_round::<ErrorReply>(r#"{"error":{"code":"not_found","message":"x"},"statusCode":404}"#);
}

#[test]
fn the_sdk_operations_have_their_routes() {
    let routes = RouteTable::default();
    let expected = [
        (Operation::SdkMetadataUpdate, "/idv/sdk/metadata/update"),
        (Operation::SdkLivenessGenerate, "/idv/sdk/liveness/session/generate"),
        (Operation::SdkLivenessProcess, "/idv/sdk/liveness/session/process"),
        (Operation::SdkSessionRead, "/idv/sdk/session/read"),
        (Operation::SdkConsentAdd, "/idv/sdk/consent/add"),
        (Operation::SdkDocumentTypeUpdate, "/idv/sdk/document/type/update"),
        (Operation::SdkDocumentFrontAdd, "/idv/sdk/document/front/add"),
        (Operation::SdkDocumentBackAdd, "/idv/sdk/document/back/add"),
        (Operation::SdkFinalize, "/idv/sdk/finalize"),
        (Operation::IdaSdkSessionRead, "/ida/sdk/session/read"),
        (Operation::IdaSdkMetadataUpdate, "/ida/sdk/metadata/update"),
        (Operation::IdaSdkLivenessGenerate, "/ida/sdk/liveness/session/generate"),
        (Operation::IdaSdkLivenessProcess, "/ida/sdk/liveness/session/process"),
        (Operation::IdaSdkFinalize, "/ida/sdk/finalize"),
    ];
    for (operation, path) in expected {
        assert_eq!((routes.path(operation), operation.method().as_str()), (path, "POST"));
    }
    assert!(ClientOptions::new("https://api.example", "client", routes).is_ok());
}
