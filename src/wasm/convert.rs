//! Values from and to JavaScript.

use js_sys::{Array, Date as JsDate, Function, Object, Reflect, Uint8Array, Uint8ClampedArray};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};

use super::error::{core_error, option_error};
use crate::core::date::Date;
use crate::core::frame::Frame;
use crate::options::{FrameError, Input, OptionError, Today, parse_frame};

/// Deepest nesting of an option: deeper values, and cyclic ones, are refused.
const MAX_DEPTH: usize = 32;

/// Most values that one argument may hold.
const MAX_VALUES: usize = 100_000;

/// Converts a value to a plain object; what is absent is `null`.
pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = Serializer::new().serialize_maps_as_objects(true).serialize_missing_as_null(true);
    value.serialize(&serializer).map_err(|error| super::error::error("internal", &error.to_string(), false))
}

/// Parses the value of the argument `name`.
///
/// # Errors
/// `invalid_option`, with the path of what is refused.
pub(crate) fn from_js<T: DeserializeOwned>(name: &str, value: &JsValue) -> Result<T, JsValue> {
    input(value).parse(name).map_err(|error| option_error(&error))
}

/// Parses the value of the argument `name`, which may be left out.
///
/// # Errors
/// `invalid_option`, with the path of what is refused.
pub(crate) fn from_js_or_default<T: DeserializeOwned + Default>(name: &str, value: &JsValue) -> Result<T, JsValue> {
    input(value).parse_or_default(name).map_err(|error| option_error(&error))
}

/// Reads a value, whatever it is.
pub(crate) fn input(value: &JsValue) -> Input {
    read(value, MAX_DEPTH, &mut MAX_VALUES.clone())
}

fn read(value: &JsValue, depth: usize, left: &mut usize) -> Input {
    if value.is_undefined() {
        return Input::Undefined;
    }
    if value.is_null() {
        return Input::Null;
    }
    if let Some(flag) = value.as_bool() {
        return Input::Bool(flag);
    }
    if let Some(number) = value.as_f64() {
        return Input::Number(number);
    }
    if let Some(text) = value.as_string() {
        return Input::Text(text);
    }
    if value.is_function() {
        return Input::Other("a function");
    }
    if value.is_instance_of::<JsDate>() {
        return Input::Other("a Date");
    }
    let Some(depth) = depth.checked_sub(1) else { return Input::Other("a cyclic or deeply nested value") };
    if let Some(array) = value.dyn_ref::<Array>() {
        if array.length() as usize > *left {
            return Input::Other("a very long array");
        }
        *left -= array.length() as usize;
        return Input::List((0..array.length()).map(|index| read(&array.get(index), depth, left)).collect());
    }
    match value.dyn_ref::<Object>() {
        Some(object) => read_object(object, depth, left),
        None => Input::Other("a value that is no data"),
    }
}

/// Reads the properties of an object; one with `toJSON` (`URL`, `DOMRect`) by that method.
fn read_object(object: &Object, depth: usize, left: &mut usize) -> Input {
    const UNREADABLE: Input = Input::Other("an object that cannot be read");
    if let Ok(method) = Reflect::get(object, &JsValue::from_str("toJSON"))
        && let Some(method) = method.dyn_ref::<Function>()
    {
        return method.call0(object).map_or(UNREADABLE, |data| read(&data, depth, left));
    }
    let plain = Object::get_prototype_of(object);
    let is_plain = plain.is_null() || Object::get_prototype_of(&plain).is_null();
    if !is_plain || object.is_instance_of::<js_sys::Map<JsValue, JsValue>>() {
        return Input::Other("an object of a class");
    }
    let Ok(names) = Reflect::own_keys(object) else { return UNREADABLE };
    let mut fields = Vec::new();
    for name in names.iter().filter_map(|name| name.as_string()) {
        if *left == 0 {
            return Input::Other("a very large object");
        }
        *left -= 1;
        let Ok(value) = Reflect::get(object, &JsValue::from_str(&name)) else { return UNREADABLE };
        match read(&value, depth, left) {
            Input::Undefined => {}
            value => fields.push((name, value)),
        }
    }
    Input::Object(fields)
}

/// Copies bytes or pixels out of a `Uint8Array` or `Uint8ClampedArray`.
///
/// # Errors
/// `invalid_option` for anything else.
pub(crate) fn bytes(name: &str, value: &JsValue) -> Result<Vec<u8>, JsValue> {
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        return Ok(bytes.to_vec());
    }
    if let Some(bytes) = value.dyn_ref::<Uint8ClampedArray>() {
        return Ok(bytes.to_vec());
    }
    Err(option_error(&OptionError::invalid("a Uint8Array or Uint8ClampedArray", None).under(name)))
}

/// Returns RGBA pixels as a frame.
///
/// # Errors
/// `invalid_option`, `image_empty`, `image_too_large`, `image_wrong_length`.
pub(crate) fn frame(data: &[u8], width: f64, height: f64) -> Result<Frame<'_>, JsValue> {
    parse_frame(data, width, height).map_err(|error| match error {
        FrameError::Option(error) => option_error(&error),
        FrameError::Image(error) => core_error(&error),
    })
}

/// Returns the day as given, or the browser's (UTC) if none was given.
///
/// # Errors
/// `invalid_option`.
pub(crate) fn day(today: Today) -> Result<Date, JsValue> {
    today.or_clock(JsDate::now()).map_err(|error| option_error(&error))
}
