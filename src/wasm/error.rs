//! Errors as JavaScript knows them.

use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

use crate::core::error::CoreError;

/// An `Error` with `name`, `code` and `retryable`.
pub fn error(code: &str, message: &str, retryable: bool) -> JsValue {
    let error = Error::new(message);
    error.set_name("KycCaptureError");
    for (field, value) in [("code", JsValue::from_str(code)), ("retryable", JsValue::from_bool(retryable))] {
        // A new object takes any field.
        let _ = Reflect::set(&error, &JsValue::from_str(field), &value);
    }
    error.into()
}

/// An input that the core refuses: the same input is refused again.
pub fn core_error(refused: &CoreError) -> JsValue {
    error(refused.code(), &refused.to_string(), false)
}

/// An option that is not one.
pub fn invalid_option(name: &str, expected: &str) -> JsValue {
    error("invalid_option", &format!("option `{name}` is invalid: expected {expected}"), false)
}
