//! Bindings for JavaScript: conversions only, no logic.
//!
//! Objects cross as plain objects with camelCase fields, errors as `Error`s with `name`, `code`, `message` and
//! `retryable`. Bytes and pixels are copied in once; no view of wasm memory leaves a call.

mod capture;
mod convert;
mod error;
mod tools;

pub use capture::CaptureCore;
pub use tools::{Tools, check_image_file, parse_aamva, parse_mrz};

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(text: &str);
}

/// Says where a panic happened, and not why: the why may quote a document. The trap itself ends the module, and the
/// page replaces it.
#[wasm_bindgen(start)]
fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        console_error(&format!("kyc-capture: internal failure{place}"));
    }));
}
