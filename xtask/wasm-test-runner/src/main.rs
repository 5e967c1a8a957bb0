//! Runs a wasm test binary in Node or in a headless browser: `wasm-bindgen-test-runner` at the workspace's own pin, so
//! that `cargo xtask test` installs nothing and no version can skew.

use std::process::ExitCode;

fn main() -> ExitCode {
    match wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::FAILURE
        }
    }
}
