//! Errors as JavaScript sees them.

use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

use crate::core::error::CoreError;
use crate::options::OptionError;

/// Makes an `Error` with `name`, `code` and `retryable`.
pub(crate) fn error(code: &str, message: &str, retryable: bool) -> JsValue {
    let error = Error::new(message);
    error.set_name("KycCaptureError");
    for (field, value) in [("code", JsValue::from_str(code)), ("retryable", JsValue::from_bool(retryable))] {
        // A new object takes any field.
        let _ = Reflect::set(&error, &JsValue::from_str(field), &value);
    }
    error.into()
}

/// Converts the refusal of an input: the same input is refused again.
pub(crate) fn core_error(refused: &CoreError) -> JsValue {
    error(refused.code(), &refused.to_string(), false)
}

/// Converts the refusal of an option.
pub(crate) fn option_error(refused: &OptionError) -> JsValue {
    error(OptionError::CODE, &refused.to_string(), false)
}
