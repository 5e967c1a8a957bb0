//! The wire as the text documents it, and the package's TypeScript as this crate has it. Both fail on drift.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use kyc_capture::api::client::ClientOptions;
use kyc_capture::api::errors::{ApiErrorCode, ErrorReply};
use kyc_capture::api::kyc::ida_sdk::*;
use kyc_capture::api::kyc::idv::*;
use kyc_capture::api::kyc::routes::{Operation, RouteTable};
use kyc_capture::api::kyc::sdk::*;
use kyc_capture::core::check::{Check, DocumentQualityCheck, FaceQualityCheck};
use kyc_capture::core::document_type::DocumentType as CoreDocumentType;
use kyc_capture::core::error::CoreError;
use kyc_capture::core::guidance::GuidanceCode;
use kyc_capture::core::guide::guide;
use kyc_capture::core::inspect::checks::{CheckCode, CheckResult, DocumentCheck};
use kyc_capture::core::liveness::challenge::{ChallengeReport, ChallengeView, CompletedStep};
use kyc_capture::core::liveness::signals::{Signal, SignalName};
use kyc_capture::core::liveness::steps::{ActiveStep, PoseChange};
use kyc_capture::core::model_asset::ModelAsset;
use kyc_capture::core::mrz::Format;
use kyc_capture::core::session::{self, *};
use kyc_capture::core::side::Side;
use kyc_capture::core::warning::Warning;
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

/// A source of the package.
fn typescript(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg-template/src").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The arrays `export const NAME = ["a", ...OTHER] as const` of a TypeScript file.
fn constant_arrays(source: &str) -> BTreeMap<String, Vec<String>> {
    let mut arrays: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in source.split("export const ").skip(1) {
        let Some((head, rest)) = part.split_once("= [") else { continue };
        let Some((body, _)) = rest.split_once("] as const") else { continue };
        let mut values = Vec::new();
        for item in body.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            match item.strip_prefix("...") {
                Some(other) => values.extend(arrays.get(other).expect("an array above").iter().cloned()),
                None => values.push(item.trim_matches('"').to_owned()),
            }
        }
        arrays.insert(head.trim().to_owned(), values);
    }
    arrays
}

/// Every code of [`CoreError`]. The match has no `_`, so a new error does not compile here until it is listed.
fn core_codes() -> Vec<&'static str> {
    let samples = [
        CoreError::EmptyImage,
        CoreError::ImageTooLarge { width: 1, height: 1 },
        CoreError::WrongBufferLength { expected: 1, actual: 0 },
        CoreError::UnknownImageFormat,
        CoreError::CorruptImage { reason: String::new() },
        CoreError::BudgetTooSmall { budget: 1, smallest: 2 },
        CoreError::InvalidOption { name: "", expected: "" },
        CoreError::InvalidModel { reason: String::new() },
        CoreError::ModelMissing { model: "mrz" },
        CoreError::NotAamva { reason: String::new() },
        CoreError::NotAnMrz { reason: String::new() },
    ];
    samples.iter().map(CoreError::code).collect()
}

#[test]
fn codes_of_the_package_are_those_of_the_core() {
    let arrays = constant_arrays(&(typescript("codes.ts") + &typescript("checks.ts")));
    let texts = |values: &[&'static str]| values.iter().map(|text| (*text).to_owned()).collect::<BTreeSet<_>>();
    macro_rules! all {
        ($name:ty) => {
            texts(&<$name>::ALL.iter().map(|value| value.as_str()).collect::<Vec<_>>())
        };
    }
    let expected = [
        ("STEPS", all!(Step)),
        ("FLOWS", all!(FlowKind)),
        ("PHASES", all!(Phase)),
        ("DOCUMENT_TYPES", all!(CoreDocumentType)),
        ("SIDES", all!(Side)),
        ("MODELS", all!(ModelAsset)),
        ("RECOVERIES", all!(Recovery)),
        ("WARNINGS", all!(Warning)),
        ("LOCATION_FAILURES", all!(LocationFailure)),
        ("CAMERA_FAILURES", all!(CameraFailure)),
        ("GUIDANCE_CODES", all!(GuidanceCode)),
        ("FLOW_CODES", all!(FlowCode)),
        ("ACTIVE_STEPS", all!(ActiveStep)),
        ("SIGNALS", all!(SignalName)),
        ("DOCUMENT_CHECKS", all!(CheckCode)),
        ("DOCUMENT_QUALITY_CHECKS", all!(DocumentQualityCheck)),
        ("FACE_QUALITY_CHECKS", all!(FaceQualityCheck)),
        ("API_CODES", all!(ApiErrorCode)),
        ("CORE_CODES", texts(&core_codes())),
    ];
    let mut drift = Vec::new();
    for (name, codes) in expected {
        let in_package: BTreeSet<_> = arrays.get(name).cloned().unwrap_or_default().into_iter().collect();
        let missing: Vec<_> = codes.difference(&in_package).collect();
        let unknown: Vec<_> = in_package.difference(&codes).collect();
        if !missing.is_empty() || !unknown.is_empty() {
            drift.push(format!("{name}: the package lacks {missing:?}, the core lacks {unknown:?}"));
        }
    }
    assert!(drift.is_empty(), "codes.ts and the core differ:\n{}", drift.join("\n"));
}

/// Field names of `export interface NAME …{ … }`, without those of the interface that it extends.
fn interface_fields(source: &str, name: &str) -> BTreeSet<String> {
    let head = format!("export interface {name} ");
    let (_, rest) = source.split_once(&head).unwrap_or_else(|| panic!("no interface {name}"));
    let (_, body) = rest.split_once('{').expect("a body");
    let (body, _) = body.split_once('}').expect("an end");
    body.split([';', '\n'])
        .map(str::trim)
        .filter(|line| !line.starts_with("/**") && !line.starts_with('*'))
        .filter_map(|line| line.split_once(':'))
        .map(|(field, _)| field.trim_end_matches('?').to_owned())
        .collect()
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().expect("an object").keys().cloned().collect()
}

/// A view in which nothing is absent, and a report likewise.
fn full_view() -> (View, CaptureReport) {
    let point = SharePoint { x: 0.1, y: 0.2 };
    let view = View {
        step: Step::DocumentFront,
        phase: Phase::Review,
        steps: vec![Step::Consent],
        document_type: Some(CoreDocumentType::Passport),
        document_types: vec![CoreDocumentType::Passport],
        facing: Some(Facing::Environment),
        guide: Some(guide(Side::Front, None, 4, 3)),
        guidance: None,
        challenge: Some(ChallengeView {
            step: Some(ActiveStep::LookUp),
            done: 1,
            total: 3,
            progress: 0.5,
            remaining_ms: Some(1),
            attempt: 1,
        }),
        passive_available: true,
        flash: None,
        overlay: Some(Overlay {
            quad: Some([point; 4]),
            mrz: vec![[point; 4]],
            face: None,
            glare: None,
            sharpness: Some(1.5),
            capture_progress: 0.5,
        }),
        manual_available: true,
        upload_available: true,
        review: Some(Review {
            side: Side::Front,
            document: Some(ReviewDocument {
                format: Some(Format::Td3),
                document_number: String::new(),
                primary: String::new(),
                secondary: String::new(),
                birth_date: None,
                expiry_date: None,
            }),
            warnings: vec![Warning::Glare],
        }),
        progress: Some(Progress { done: 1, total: 3 }),
        error: Some(FlowError {
            code: "timeout",
            message: String::new(),
            retryable: true,
            recovery: vec![Recovery::Retry],
        }),
        result: Some(Outcome::Verification { verified: true, on_sanction_list: false }),
    };
    let report = CaptureReport {
        document_checks: vec![DocumentCheck {
            code: CheckCode::Age,
            result: CheckResult::Passed,
            reason: String::new(),
            value: None,
            threshold: None,
        }],
        side: Side::Front,
        source: CaptureSource::Automatic,
        width: 1,
        height: 1,
        bytes: 1,
        images: 1,
        elapsed_ms: Some(1),
        visible_ms: Some(1),
        checks: vec![Check {
            name: DocumentQualityCheck::MinDpi.into(),
            value: 1.0,
            score: 1.0,
            threshold: 1.0,
            passed: true,
        }],
        warnings: vec![Warning::Glare],
        liveness: Some(LivenessReport {
            mode: LivenessCaptureMode::PassiveActive,
            challenge: Some(ChallengeReport {
                attempt: 0,
                steps: vec![CompletedStep {
                    step: ActiveStep::Blink,
                    change: PoseChange { eyes: Some(0.2), ..PoseChange::default() },
                }],
            }),
            persons_seen: 1,
            signals: vec![Signal { name: SignalName::Screen, score: 1.0, value: 0.0, reason: "" }],
        }),
    };
    (view, report)
}

#[test]
fn shapes_of_the_package_are_those_of_the_core() {
    let source = typescript("types.ts") + &typescript("checks.ts");
    let (view, report) = full_view();
    let view = serde_json::to_value(view).unwrap();
    let report = serde_json::to_value(report).unwrap();
    let update = serde_json::to_value(Update { view: full_view().0, effects: vec![] }).unwrap();
    // Which of its fields are there depends on the kind of flow.
    let mut outcome = view["result"].clone();
    let authenticated = serde_json::to_value(Outcome::Authentication { authenticated: true }).unwrap();
    outcome["authenticated"] = authenticated["authenticated"].clone();
    let table = [
        ("View", &view),
        ("Challenge", &view["challenge"]),
        ("Overlay", &view["overlay"]),
        ("Review", &view["review"]),
        ("ReviewDocument", &view["review"]["document"]),
        ("Progress", &view["progress"]),
        ("FlowError", &view["error"]),
        ("Outcome", &outcome),
        ("CaptureReport", &report),
        ("LivenessReport", &report["liveness"]),
        ("ChallengeReport", &report["liveness"]["challenge"]),
        ("CompletedStep", &report["liveness"]["challenge"]["steps"][0]),
        ("StepChange", &report["liveness"]["challenge"]["steps"][0]["change"]),
        ("Signal", &report["liveness"]["signals"][0]),
        ("Check", &report["checks"][0]),
        ("Update", &update),
    ];
    for (name, value) in table {
        assert_eq!(keys(value), interface_fields(&source, name), "{name}");
    }
}

#[test]
fn events_of_the_package_are_read_and_effects_are_known_to_it() {
    let source = typescript("types.ts");
    let (_, rest) = source.split_once("export type FlowEvent =").expect("the events");
    let (events, _) = rest.split_once("/**").expect("an end");
    let mut count = 0;
    for event in events.split("| {").skip(1) {
        let mut fields = serde_json::Map::new();
        for field in event.trim().trim_end_matches([';', '}', ' ', '\n']).split(';') {
            let Some((name, kind)) = field.split_once(':') else { continue };
            let (name, kind) = (name.trim().trim_end_matches('?'), kind.trim());
            let value = match kind {
                "number" => Value::from(1),
                "boolean" => Value::from(true),
                "string" => Value::from("text"),
                "DocumentType" => Value::from("passport"),
                "ModelName" => Value::from("mrz"),
                "LocationFailure" => Value::from("location_denied"),
                "CameraFailure" => Value::from("camera_denied"),
                literal => Value::from(literal.trim_matches('"')),
            };
            fields.insert(name.to_owned(), value);
        }
        let event = Value::Object(fields);
        let read: Result<Event, _> = serde_json::from_value(event.clone());
        assert!(read.is_ok(), "{event}: {read:?}");
        count += 1;
    }
    assert!(count >= 20, "{count} events found");

    let (_, report) = full_view();
    let effects = [
        Effect::Request { id: 1, operation: session::Operation::ReadSession },
        Effect::Token { requests: vec![1] },
        Effect::CameraOpen { facing: Facing::User },
        Effect::CameraClose,
        Effect::LoadModel { model: ModelAsset::Mrz },
        Effect::Locate,
        Effect::LivenessProvider { provider: String::new(), token: String::new() },
        Effect::Captured { side: Side::Front, report },
        Effect::Complete { result: Outcome::Verification { verified: true, on_sanction_list: false } },
    ];
    for effect in effects {
        let value = serde_json::to_value(&effect).unwrap();
        let kind = value["type"].as_str().unwrap();
        let (_, line) =
            source.split_once(&format!("{{ type: \"{kind}\"")).unwrap_or_else(|| panic!("{kind} is unknown"));
        let line = line.split('\n').next().unwrap_or_default();
        for field in keys(&value).iter().filter(|field| *field != "type") {
            assert!(line.contains(&format!("{field}:")), "{kind} lacks {field}: {line}");
        }
    }
}
