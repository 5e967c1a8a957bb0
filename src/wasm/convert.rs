//! Values from and to JavaScript.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use super::error::{core_error, invalid_option};
use crate::core::date::Date;
use crate::core::error::CoreError;
use crate::core::frame::Frame;
use crate::core::model_asset::ModelAsset;

/// A value as a plain object; what is absent is `null`.
pub fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = Serializer::new().serialize_maps_as_objects(true).serialize_missing_as_null(true);
    value.serialize(&serializer).map_err(|error| super::error::error("internal", &error.to_string(), false))
}

/// A value of the shape that `name` must have. It goes through JSON text, whose readers refuse what is cyclic or endlessly
/// nested; walking the object itself would run out of stack.
pub fn from_js<T: DeserializeOwned>(name: &str, value: &JsValue) -> Result<T, JsValue> {
    let text = js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string());
    let text = text.ok_or_else(|| invalid_option(name, "a plain object"))?;
    serde_json::from_str(&text).map_err(|error| {
        // Only the reasons that quote no value: a value may be a secret.
        let reason = error.to_string();
        if reason.starts_with("missing field") || reason.starts_with("unknown variant") {
            invalid_option(name, &reason.chars().take(200).collect::<String>())
        } else {
            invalid_option(name, "fields of the documented types")
        }
    })
}

/// RGBA pixels as a frame.
pub fn frame(data: &[u8], width: u32, height: u32) -> Result<Frame<'_>, JsValue> {
    Frame::rgba(data, width, height).map_err(|error| core_error(&error))
}

/// A day as `YYYY-MM-DD`; today (UTC) where it is left out.
pub fn day(text: Option<&str>) -> Result<Date, JsValue> {
    let date = match text {
        Some(text) => Date::parse_iso(text),
        None => Date::from_unix_seconds((js_sys::Date::now() / 1000.0) as i64),
    };
    date.ok_or_else(|| core_error(&CoreError::InvalidOption { name: "today", expected: "a day as YYYY-MM-DD" }))
}

/// A model's name.
pub fn model(name: &str) -> Result<ModelAsset, JsValue> {
    ModelAsset::ALL
        .iter()
        .copied()
        .find(|model| model.as_str() == name)
        .ok_or_else(|| core_error(&CoreError::InvalidOption { name: "model", expected: "`mrz` or `face`" }))
}
