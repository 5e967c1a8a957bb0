//! The bindings in a page. The cases are in `web_cases/`; `web_worker.rs` runs the same in a worker.
#![cfg(target_arch = "wasm32")]

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[path = "web_cases/mod.rs"]
mod web_cases;
