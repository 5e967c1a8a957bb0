//! The bindings in a dedicated worker, which is where they live. The cases are in `web_cases/`.
#![cfg(target_arch = "wasm32")]

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[path = "web_cases/mod.rs"]
mod web_cases;
