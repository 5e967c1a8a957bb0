//! What JavaScript sees of the bindings: shapes, codes, and that hostile input is an `Error` and never a trap.

use js_sys::{Array, Function, JSON, Reflect, Uint8Array};
use kyc_capture::wasm::{CaptureCore, Tools, check_image_file, parse_aamva, parse_mrz};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

const TD1: [&str; 3] =
    ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];

/// A value written as JSON.
fn js(json: &str) -> JsValue {
    JSON::parse(json).expect("JSON in a test")
}

/// An array of strings.
fn strings<T: AsRef<str>>(lines: &[T]) -> JsValue {
    lines.iter().map(|line| JsValue::from_str(line.as_ref())).collect::<Array>().into()
}

/// Bytes as a `Uint8Array`.
fn array(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

/// A value that a JavaScript expression makes.
fn expression(text: &str) -> JsValue {
    Function::new_no_args(&format!("return ({text})")).call0(&JsValue::NULL).expect("an expression in a test")
}

/// A value at a path, as `view.step` or `effects.0.type`.
fn at(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, name| match name.parse::<u32>() {
        Ok(index) => Array::from(&value).get(index),
        Err(_) => Reflect::get(&value, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED),
    })
}

fn text(value: &JsValue, path: &str) -> String {
    at(value, path).as_string().unwrap_or_else(|| format!("{:?}", at(value, path)))
}

/// The code of an `Error` of this package.
#[track_caller]
fn code<T>(outcome: Result<T, JsValue>) -> String {
    let Err(error) = outcome else { panic!("an error is expected") };
    assert!(error.is_instance_of::<js_sys::Error>());
    assert_eq!(text(&error, "name"), "KycCaptureError");
    assert!(at(&error, "retryable").as_bool().is_some());
    assert!(!text(&error, "message").is_empty());
    text(&error, "code")
}

fn options() -> JsValue {
    js(r#"{"baseUrl":"http://127.0.0.1:9","clientId":"c","sessionId":"s","tokenIsRefreshable":true}"#)
}

fn capture() -> CaptureCore {
    CaptureCore::new(options()).expect("valid options")
}

#[wasm_bindgen_test]
fn reads_the_lines_of_an_mrz() {
    let document = parse_mrz(strings(&TD1), "2026-01-31".into()).expect("an MRZ");
    assert_eq!(text(&document, "documentNumber"), "D23145890");
    assert_eq!(text(&document, "names.primary"), "ERIKSSON");
    assert_eq!(text(&document, "birthDate.iso"), "1974-08-12");
    assert_eq!(at(&document, "valid").as_bool(), Some(true));
    // The clock of the browser, where no day is given.
    assert!(parse_mrz(strings(&TD1), JsValue::UNDEFINED).is_ok());
}

#[wasm_bindgen_test]
fn lines_that_are_no_zone_are_errors() {
    let lines: [Vec<String>; 5] = [
        vec![],
        vec![String::new()],
        vec!["A".repeat(100_000)],
        vec!["\u{0}\u{1F600}".repeat(15); 3],
        vec!["<".repeat(30); 900],
    ];
    for lines in lines {
        assert_eq!(code(parse_mrz(strings(&lines), "2026-01-31".into())), "mrz_invalid");
    }
    for day in ["", "2026-02-30", "yesterday", "2026-1-1"] {
        assert_eq!(code(parse_mrz(strings(&TD1), day.into())), "invalid_option", "{day}");
    }
}

#[wasm_bindgen_test]
fn encodes_whole_files() {
    let tools = Tools::new();
    let pixels: Vec<u8> = (0..64 * 48).flat_map(|i| [(i % 64 * 4) as u8, (i / 64 * 5) as u8, 90, 255]).collect();
    let encoded = tools.encode_image(array(&pixels), 64.0, 48.0, js(r#"{"quality":90}"#)).expect("an image");
    assert_eq!((text(&encoded, "mime").as_str(), at(&encoded, "width").as_f64()), ("image/jpeg", Some(64.0)));
    let bytes = at(&encoded, "bytes").dyn_into::<Uint8Array>().expect("bytes").to_vec();
    check_image_file(array(&bytes)).expect("its own image is whole");
    assert_eq!(code(check_image_file(array(&bytes[..bytes.len() - 40]))), "image_corrupt");
    let url = tools
        .encode_image(array(&pixels), 64.0, 48.0, js(r#"{"format":"png","as":"dataUrl","maxSide":32}"#))
        .expect("a URL");
    assert!(text(&url, "bytes").starts_with("data:image/png;base64,"));
    assert_eq!((at(&url, "width").as_f64(), at(&url, "height").as_f64()), (Some(32.0), Some(24.0)));
    assert!(tools.encode_image(array(&pixels), 64.0, 48.0, JsValue::UNDEFINED).is_ok());
}

#[wasm_bindgen_test]
fn outlines_and_barcodes_of_nothing_are_null_and_texts_that_are_none_errors() {
    let mut tools = Tools::new();
    let grey = [90u8, 90, 90, 255].repeat(200 * 100);
    assert!(tools.find_document(array(&grey), 200.0, 100.0).expect("no error").is_null());
    assert!(tools.read_barcode(array(&grey), 200.0, 100.0).expect("no error").is_null());
    let all = tools.read_barcodes(array(&grey), 200.0, 100.0).expect("no error");
    assert_eq!(js_sys::Array::from(&all).length(), 0);
    assert_eq!(code(tools.find_document(array(&grey), 7.0, 7.0)), "image_wrong_length");
    assert_eq!(code(tools.inspect_side(array(&grey), 200.0, 100.0, true, js("{}"))), "model_missing");
    assert_eq!(code(tools.check_sides(js(r#"{"documentType":"library_card"}"#))), "invalid_option");
    for text in ["", "ANSI ", "@\n\u{1e}\rANSI 63600001", &"A".repeat(100_000)] {
        assert_eq!(code(parse_aamva(text.into())), "aamva_invalid", "{} bytes", text.len());
    }
    let card = parse_aamva("@\n\u{1e}\rANSI 636000100001DL00310020DLDAQT64235789\nDCSX\r".into()).expect("a card");
    assert_eq!(text(&card, "documentNumber"), "T64235789");
}

#[wasm_bindgen_test]
fn images_that_are_none_are_errors() {
    let tools = Tools::new();
    // The header of a PNG of 10,000 × 10,000 pixels, and nothing behind it.
    let mut huge = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x27\x10\0\0\x27\x10\x08\x06\0\0\0".to_vec();
    huge.extend_from_slice(&0xd5cb_4bdf_u32.to_be_bytes());
    let files: [(&[u8], &str); 3] = [
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image_corrupt"),
        (&huge, "image_too_large"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image_corrupt"),
    ];
    for (file, expected) in files {
        assert_eq!(code(check_image_file(array(file))), expected);
    }
    // Of other formats the browser's decoder has the word.
    assert!(check_image_file(array(b"RIFF\x04\0\0\0WEBP")).is_ok());
    assert_eq!(code(tools.encode_image(array(&[0; 10]), 2.0, 2.0, js("{}"))), "image_wrong_length");
    assert_eq!(code(tools.encode_image(array(&[]), 0.0, 0.0, js("{}"))), "image_empty");
    assert_eq!(code(tools.encode_image(array(&[]), u32::MAX.into(), u32::MAX.into(), js("{}"))), "image_too_large");
    let pixel = [0, 0, 0, 255];
    for options in [r#"{"quality":0}"#, r#"{"quality":"best"}"#, r#"{"format":"gif"}"#, r#"{"as":7}"#, "7", r#""x""#] {
        assert_eq!(code(tools.encode_image(array(&pixel), 1.0, 1.0, js(options))), "invalid_option", "{options}");
    }
}

#[wasm_bindgen_test]
fn starting_asks_for_the_session() {
    let core = capture();
    let update = core.dispatch(js(r#"{"type":"start"}"#), 0.0).expect("an update");
    assert_eq!(text(&update, "effects.0.type"), "request");
    assert_eq!(text(&update, "effects.0.operation"), "read_session");
    assert_eq!(at(&update, "effects.0.id").as_f64(), Some(1.0));
    assert_eq!((text(&update, "view.step"), text(&update, "view.phase")), ("starting".into(), "uploading".into()));
    assert!(at(&update, "view.error").is_null() && at(&update, "view.documentType").is_null());
    assert!(core.preview().expect("no still").is_undefined());
}

#[wasm_bindgen_test]
async fn a_missing_token_is_asked_for_and_a_dead_network_is_told() {
    let core = capture();
    core.dispatch(js(r#"{"type":"start"}"#), 0.0).expect("an update");
    let update = JsFuture::from(core.run_request(1, false)).await.expect("never rejected");
    assert_eq!(text(&update, "effects.0.type"), "token");
    assert_eq!(at(&update, "effects.0.requests.0").as_f64(), Some(1.0));
    assert_eq!(code(core.set_token("two words".into())), "token_unavailable");
    core.set_token("token".into()).expect("a token");
    let running = core.run_request(1, false);
    // Events come through while a request runs, and a second run of it is no second request.
    core.dispatch(js(r#"{"type":"offline"}"#), 0.0).expect("an update");
    let second = JsFuture::from(core.run_request(1, false)).await.expect("never rejected");
    assert_eq!(Array::from(&at(&second, "effects")).length(), 0);
    core.cancel();
    let update = JsFuture::from(running).await.expect("never rejected");
    assert_eq!(text(&update, "view.phase"), "failed");
    assert_eq!(text(&update, "view.error.code"), "cancelled");
    assert_eq!(text(&update, "view.error.recovery.0"), "retry");
    // Freed while a request runs: its promise still settles.
    core.dispatch(js(r#"{"type":"retry"}"#), 0.0).expect("an update");
    let running = core.run_request(2, false);
    core.cancel();
    drop(core);
    assert!(JsFuture::from(running).await.is_ok());
}

#[wasm_bindgen_test]
fn options_that_are_none_are_errors() {
    let table = [
        ("{}", "baseUrl"),
        ("7", "options"),
        (r#"{"baseUrl":"ftp://a","clientId":"c","sessionId":"s","tokenIsRefreshable":true}"#, "baseUrl"),
        (r#"{"baseUrl":"https://a","clientId":"","sessionId":"s","tokenIsRefreshable":true}"#, "clientId"),
        (r#"{"baseUrl":"https://a","clientId":"c","sessionId":"s\n","tokenIsRefreshable":true}"#, "sessionId"),
        (r#"{"baseUrl":"https://a","clientId":"c","sessionId":"s","tokenIsRefreshable":false}"#, "accessToken"),
        (
            r#"{"baseUrl":"https://a","clientId":"c","sessionId":"s","tokenIsRefreshable":true,"routes":{"x":"/y"}}"#,
            "routes",
        ),
        (
            r#"{"baseUrl":"https://a","clientId":"c","sessionId":"s","tokenIsRefreshable":true,"perAttemptTimeoutMs":-1}"#,
            "perAttemptTimeoutMs",
        ),
        (
            r#"{"baseUrl":"https://a","clientId":"c","sessionId":"s","tokenIsRefreshable":true,"documentTypes":["visa"]}"#,
            "options",
        ),
    ];
    for (options, names) in table {
        let Err(error) = CaptureCore::new(js(options)) else { panic!("{options}") };
        assert!(text(&error, "message").contains(names), "{options}: {}", text(&error, "message"));
        assert_eq!(code::<()>(Err(error)), "invalid_option");
    }
}

#[wasm_bindgen_test]
fn events_frames_and_files_that_are_none_are_errors() {
    let core = capture();
    for event in ["7", "null", "{}", r#"{"type":"explode"}"#, r#"{"type":"location_failed","code":"lost"}"#] {
        assert_eq!(code(core.dispatch(js(event), 0.0)), "invalid_option", "{event}");
    }
    for field in ["type", "documentType", "code", "width", "label", "model", "message"] {
        let cyclic = format!("const a = {{ type: 'provider_failed' }}; a.{field} = a; return a");
        let cyclic = Function::new_no_args(&cyclic).call0(&JsValue::NULL).unwrap_or(JsValue::NULL);
        assert_eq!(code(core.dispatch(cyclic, 0.0)), "invalid_option", "{field}");
    }
    assert_eq!(code(core.push_frame(array(&[0; 10]), 2.0, 2.0, 0.0)), "image_wrong_length");
    assert_eq!(code(core.push_frame(array(&[]), 0.0, 9.0, 0.0)), "image_empty");
    assert_eq!(code(core.load_model("weather".into(), array(&[]))), "invalid_option");
    assert_eq!(code(core.load_model("mrz".into(), array(b"not a model"))), "model_invalid");
    // Passed over: nothing is being captured.
    let update = core.refuse_file("image_corrupt").expect("an update");
    assert_eq!(text(&update, "view.step"), "starting");
    let update = core.load_image(array(&[0; 16]), 2.0, 2.0, f64::NAN).expect("an update");
    assert_eq!(text(&update, "view.step"), "starting");
    assert!(core.push_frame(array(&[0; 16]), 2.0, 2.0, f64::INFINITY).is_ok());
}

#[wasm_bindgen_test]
fn refuses_days_that_are_no_text() {
    let mut tools = Tools::new();
    let grey = || array(&[90u8, 90, 90, 255].repeat(4));
    for day in ["new Date()", "1780315200000", "NaN", "null", "[]", "{}", "() => '2026-01-31'", "Symbol('day')"] {
        // Often, since a refusal must leave the module as it was.
        for _ in 0..1_000 {
            assert_eq!(code(parse_mrz(strings(&TD1), expression(day))), "invalid_option", "{day}");
        }
        assert_eq!(code(tools.read_mrz(grey(), 2.0, 2.0, expression(day))), "invalid_option", "{day}");
        let options = expression(&format!("{{ today: {day} }}"));
        assert_eq!(code(tools.check_sides(options)), "invalid_option", "{day}");
    }
    assert!(parse_mrz(strings(&TD1), "2026-01-31".into()).is_ok());
}

#[wasm_bindgen_test]
fn refuses_arguments_of_other_types() {
    let mut tools = Tools::new();
    let core = capture();
    for value in ["undefined", "null", "7", "{}", "[1, , 3]", "new Date()", "new Map()", "'text'", "() => 1", "1n"] {
        let value = || expression(value);
        assert_eq!(code(parse_mrz(value(), JsValue::UNDEFINED)), "invalid_option", "{:?}", value());
        assert_eq!(code(check_image_file(value())), "invalid_option");
        assert_eq!(code(tools.find_document(value(), 2.0, 2.0)), "invalid_option");
        assert_eq!(code(tools.read_barcode(value(), 2.0, 2.0)), "invalid_option");
        assert_eq!(code(tools.read_barcodes(value(), 2.0, 2.0)), "invalid_option");
        assert_eq!(code(tools.load_model("mrz".into(), value())), "invalid_option");
        assert_eq!(code(tools.load_model(value(), array(&[]))), "invalid_option");
        assert_eq!(code(core.push_frame(value(), 2.0, 2.0, 0.0)), "invalid_option");
        assert_eq!(code(core.load_image(value(), 2.0, 2.0, 0.0)), "invalid_option");
        assert_eq!(code(core.dispatch(value(), 0.0)), "invalid_option");
        assert_eq!(code(CaptureCore::new(value())), "invalid_option");
    }
    for value in ["undefined", "null", "7", "{}", "new Date()"] {
        assert_eq!(code(parse_aamva(expression(value))), "invalid_option", "{value}");
        assert_eq!(code(core.set_token(expression(value))), "token_unavailable", "{value}");
    }
    for (width, height) in [(f64::NAN, 2.0), (2.5, 2.0), (-2.0, 2.0), (2.0, f64::INFINITY)] {
        assert_eq!(code(core.push_frame(array(&[0; 16]), width, height, 0.0)), "invalid_option");
    }
}

#[wasm_bindgen_test]
fn names_unknown_options() {
    let table = [
        (
            "{ document: { minDPI: 150 } }",
            "`options.thresholds.document.minDPI` does not exist; did you mean `minDpi`?",
        ),
        (
            "{ face: { minScore: NaN } }",
            "`options.thresholds.face.minScore` is invalid: expected a finite number, got NaN",
        ),
        ("new Date()", "`options.thresholds` is invalid: expected an object, got a Date"),
    ];
    for (thresholds, expected) in table {
        let options = format!(
            "{{ baseUrl: 'https://a', clientId: 'c', sessionId: 's', tokenIsRefreshable: true, thresholds: {thresholds} }}"
        );
        let Err(error) = CaptureCore::new(expression(&options)) else { panic!("{options}") };
        assert_eq!(text(&error, "message"), format!("option {expected}"));
    }
    // `toJSON` is followed: a DOMRect, a URL.
    let options = "{ baseUrl: new URL('https://a/b'), clientId: 'c', sessionId: 's', tokenIsRefreshable: true }";
    assert!(CaptureCore::new(expression(options)).is_ok());
}

#[wasm_bindgen_test]
fn takes_locations_that_are_none_as_events() {
    let core = capture();
    for location in ["'north'", "NaN", "null", "undefined", "{}", "[[]]", "true", "(a => (a.a = a))({})"] {
        let event = expression(&format!("{{ type: 'location', latitude: {location}, longitude: 0 }}"));
        assert!(core.dispatch(event, 0.0).is_ok(), "{location}");
    }
}
