//! Options that are refused: path, value given, value wanted, suggestion.

use super::*;
use crate::core::model_asset::ModelAsset;
use crate::core::session::{Event, Phase, Reply, ServerState};

/// A value as JSON has it.
fn json(text: &str) -> Input {
    serde_json::from_str(text).expect("JSON in a test")
}

/// Valid options of a capture, and one more property.
fn capture_with(name: &str, value: Input) -> Input {
    let mut options =
        json(r#"{"baseUrl":"https://a.example","clientId":"c","sessionId":"s","tokenIsRefreshable":true}"#);
    let _ = options.take(name);
    let Input::Object(fields) = &mut options else { unreachable!("an object") };
    fields.push((name.to_owned(), value));
    options
}

#[track_caller]
fn refused(options: Input) -> String {
    match CaptureSetup::parse(options) {
        Ok(_) => panic!("the options are accepted"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn accepts_every_documented_option() {
    let options = json(
        r#"{"baseUrl":"https://a.example/","clientId":"c","sessionId":"s","accessToken":"t","tokenIsRefreshable":false,
            "routes":{},"thresholds":{"document":{"minDpi":120},"face":{"minScore":0.5},"timing":{}},
            "perAttemptTimeoutMs":5000,"flow":"idv","documentTypes":["passport"],"sdkMetadata":{"a":[1,null,{"b":"c"}]},
            "liveness":{"mode":"passive_active","steps":2,"flash":false,"providers":["azure"]}}"#,
    );
    let setup = CaptureSetup::parse(options).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((setup.kind, setup.session_id.as_str()), (FlowKind::Idv, "s"));
    assert_eq!(setup.client.attempt_timeout_ms, 5000);
    assert_eq!(setup.metadata.len(), 1);
}

#[test]
fn names_path_value_and_expectation() {
    let table = [
        (
            "thresholds",
            json(r#"{"document":{"minDpi":"many"}}"#),
            "`options.thresholds.document.minDpi` is invalid: expected a finite number, got \"many\"",
        ),
        (
            "liveness",
            json(r#"{"steps":-1}"#),
            "`options.liveness.steps` is invalid: expected a whole number of 0 or more, got -1",
        ),
        (
            "liveness",
            json(r#"{"steps":1.5}"#),
            "`options.liveness.steps` is invalid: expected a whole number of 0 or more, got 1.5",
        ),
        (
            "documentTypes",
            json(r#"["passport","visa"]"#),
            "`options.documentTypes[1]` is invalid: expected one of `driver_license`",
        ),
        (
            "documentTypes",
            Input::List(vec![Input::Undefined]),
            "`options.documentTypes[0]` is invalid: expected one of",
        ),
        ("baseUrl", Input::Null, "`options.baseUrl` is invalid: expected a string, got null"),
        ("sdkMetadata", Input::Other("a Map"), "`options.sdkMetadata` is invalid: expected"),
        (
            "perAttemptTimeoutMs",
            Input::Number(f64::NAN),
            "`options.perAttemptTimeoutMs` is invalid: expected a finite number, got NaN",
        ),
        (
            "perAttemptTimeoutMs",
            Input::Number(-1.0),
            "`options.perAttemptTimeoutMs` is invalid: expected 100 to 600000 milliseconds",
        ),
    ];
    for (name, value, expected) in table {
        let message = refused(capture_with(name, value));
        assert!(message.starts_with(&format!("option {expected}")), "{message}");
    }
    assert_eq!(refused(json("{}")), "option `options.baseUrl` is missing");
    assert_eq!(refused(Input::Undefined), "option `options` is invalid: expected an object, got undefined");
    assert_eq!(refused(Input::Null), "option `options` is invalid: expected an object, got null");
    assert_eq!(refused(Input::Number(7.0)), "option `options` is invalid: expected an object, got 7");
}

#[test]
fn refuses_unknown_names_with_a_suggestion() {
    let table = [
        ("documentType", "option `options.documentType` does not exist; did you mean `documentTypes`?"),
        ("livness", "option `options.livness` does not exist; did you mean `liveness`?"),
        ("colour", "option `options.colour` does not exist"),
    ];
    for (name, expected) in table {
        assert_eq!(refused(capture_with(name, Input::Null)), expected);
    }
    let message = refused(capture_with("thresholds", json(r#"{"document":{"min_dpi":150}}"#)));
    assert_eq!(message, "option `options.thresholds.document.min_dpi` does not exist; did you mean `minDpi`?");
    let message = refused(capture_with("flow", Input::Text("IDV".into())));
    assert!(message.ends_with("got \"IDV\"; did you mean `idv`?"), "{message}");
}

#[test]
fn quotes_no_token() {
    let message = refused(capture_with("accessToken", Input::Number(123_456.0)));
    assert_eq!(message, "option `options.accessToken` is invalid: expected a string");
}

#[test]
fn refuses_numbers_that_are_not_finite() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
        let face = Input::Object(vec![("minScore".into(), Input::Number(value))]);
        let message = refused(capture_with("thresholds", Input::Object(vec![("face".into(), face)])));
        assert!(message.starts_with("option `options.thresholds.face.minScore` is invalid: expected a finite number"));
    }
}

#[test]
fn takes_days_as_text_alone() {
    let now_ms = 1_780_315_200_000.0;
    let today = |value: Input| {
        value.parse_or_default::<Today>("today").and_then(|today| today.or_clock(now_ms)).map_err(|e| e.to_string())
    };
    assert_eq!(today(Input::Text("2026-01-31".into())), Ok(Date::new(2026, 1, 31).unwrap()));
    assert_eq!(today(Input::Undefined), Ok(Date::new(2026, 6, 1).unwrap()));
    let table = [
        (Input::Null, "null"),
        (Input::Number(now_ms), "1780315200000"),
        (Input::Other("a Date"), "a Date"),
        (Input::Text("2026-02-30".into()), "\"2026-02-30\""),
        (Input::Text("yesterday".into()), "\"yesterday\""),
        (Input::List(vec![]), "an array"),
        (Input::Object(vec![]), "an object"),
    ];
    for (value, given) in table {
        let expected = format!("option `today` is invalid: expected a day as \"YYYY-MM-DD\", got {given}");
        assert_eq!(today(value.clone()), Err(expected));
        let options = Input::Object(vec![("today".into(), value)]);
        let error = options.parse::<InspectOptions>("options").unwrap_err();
        assert_eq!(error.path(), "options.today");
    }
    assert!(Today::default().or_clock(f64::INFINITY).is_err());
}

#[test]
fn parses_encode_options() {
    let (options, returned) = parse_encode(json(r#"{"as":"dataUrl","quality":90,"crop":null}"#)).unwrap();
    assert_eq!((options.quality, options.crop, returned), (90, None, EncodedAs::DataUrl));
    assert_eq!(parse_encode(Input::Undefined).unwrap(), (EncodeOptions::default(), EncodedAs::Bytes));
    for (options, path) in [
        (json(r#"{"as":7}"#), "options.as"),
        (json(r#"{"quality":"best"}"#), "options.quality"),
        (json(r#"{"quality":256}"#), "options.quality"),
        (json(r#"{"maxside":1}"#), "options.maxside"),
        (json(r#"{"quad":[{"x":0,"y":0}]}"#), "options.quad"),
        (json(r#"{"crop":{"x":0,"y":0,"width":1,"height":null}}"#), "options.crop.height"),
        (Input::Null, "options"),
    ] {
        assert_eq!(parse_encode(options).unwrap_err().path(), path);
    }
}

#[test]
fn refuses_images_of_another_size() {
    assert!(parse_frame(&[0; 16], 2.0, 2.0).is_ok());
    for (width, height, code) in [
        (f64::NAN, 2.0, "invalid_option"),
        (2.5, 2.0, "invalid_option"),
        (2.0, -2.0, "invalid_option"),
        (2.0, f64::INFINITY, "invalid_option"),
        (2.0, 3.0, "image_wrong_length"),
        (0.0, 2.0, "image_empty"),
        (1e9, 1e9, "image_too_large"),
    ] {
        let refused = match parse_frame(&[0; 16], width, height) {
            Ok(_) => panic!("{width}x{height} is accepted"),
            Err(FrameError::Option(_)) => OptionError::CODE,
            Err(FrameError::Image(error)) => error.code(),
        };
        assert_eq!(refused, code, "{width}x{height}");
    }
}

#[test]
fn suggests_models() {
    assert_eq!(Input::Text("face".into()).parse::<ModelAsset>("model"), Ok(ModelAsset::Face));
    let error = Input::Text("Face".into()).parse::<ModelAsset>("model").unwrap_err();
    assert_eq!(
        error.to_string(),
        "option `model` is invalid: expected one of `mrz`, `face`, got \"Face\"; did you mean `face`?"
    );
}

#[test]
fn takes_malformed_locations_as_failures_of_the_flow() {
    let coordinates = [
        Input::Text("north".into()),
        Input::Number(f64::NAN),
        Input::Number(f64::INFINITY),
        Input::Null,
        Input::Bool(true),
        Input::List(vec![Input::Number(1.0)]),
        Input::Object(vec![]),
    ];
    let event = |latitude: Option<Input>| {
        let mut fields = vec![("type".to_owned(), Input::Text("location".into()))];
        fields.extend(latitude.map(|latitude| ("latitude".to_owned(), latitude)));
        fields.push(("longitude".into(), Input::Number(7.0)));
        Input::Object(fields).parse::<Event>("event").unwrap()
    };
    for latitude in coordinates.into_iter().map(Some).chain([None]) {
        let mut flow = Flow::authentication(Thresholds::default());
        flow.dispatch(&Event::Start, 0.0);
        let update = flow.reply(1, Ok(Reply::Session(ServerState::default())));
        assert_eq!(update.view.phase, Phase::WaitingLocation);
        let update = flow.dispatch(&event(latitude), 0.0);
        assert_eq!(update.view.error.map(|error| error.code), Some("location_invalid"));
    }
    let here = event(Some(Input::Number(43.25)));
    assert_eq!(here, Event::Location { latitude: 43.25, longitude: 7.0 });
    for event in [r#"{}"#, r#"{"type":"explode"}"#, r#"{"type":"camera_failed","code":"camera_shy"}"#, "null", "7"] {
        assert!(json(event).parse::<Event>("event").is_err(), "{event}");
    }
}

/// The types of [`Event`] and what is parsed have one list of events each: they are the same.
#[cfg(feature = "schema")]
#[test]
fn parses_every_documented_event() {
    use crate::core::session::{CameraFailure, LocationFailure};

    let schema = schemars::schema_for!(Event).to_value();
    let unknown = json(r#"{"type":"explode"}"#).parse::<Event>("event").unwrap_err().to_string();
    let events = schema["oneOf"].as_array().unwrap();
    assert_eq!(unknown.matches('`').count(), 2 * (events.len() + 1), "{unknown}");
    for event in events {
        let name = event["properties"]["type"]["const"].as_str().unwrap();
        let code =
            if name == "camera_failed" { CameraFailure::ALL[0].as_str() } else { LocationFailure::ALL[0].as_str() };
        let mut fields = vec![("type".to_owned(), Input::Text(name.to_owned()))];
        let required = event["required"].as_array().unwrap().iter().filter_map(|field| field.as_str());
        fields.extend(required.filter(|field| *field != "type").map(|field| {
            let value = match field {
                "documentType" => Input::Text("passport".into()),
                "code" => Input::Text(code.into()),
                "model" => Input::Text("mrz".into()),
                "message" => Input::Text("a message".into()),
                _ => Input::Number(7.0),
            };
            (field.to_owned(), value)
        }));
        let parsed = Input::Object(fields).parse::<Event>("event").unwrap_or_else(|error| panic!("{name}: {error}"));
        let shown = format!("{parsed:?}");
        let variant = shown.split([' ', '{']).next().unwrap();
        assert_eq!(variant.to_lowercase(), name.replace('_', ""));
    }
    for lacking in ["document_type_chosen", "camera_opened", "camera_failed", "location_failed", "model_loaded"] {
        let error = json(&format!(r#"{{"type":"{lacking}"}}"#)).parse::<Event>("event").unwrap_err();
        assert!(error.to_string().contains("is missing"), "{error}");
    }
}
