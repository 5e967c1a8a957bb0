//! What a commit must pass.

use crate::sh::{self, Result, cargo, timed};
use crate::toolchain::{self, WASM};
use crate::{npm, tidy, types};

pub fn run() -> Result<()> {
    timed("cargo fmt", || sh::run(cargo().args(["fmt", "--all", "--check"])))?;
    timed("clippy", || {
        sh::run(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    })?;
    if let toolchain::Toolchain::Current = toolchain::ensure()? {
        timed("clippy for wasm", || {
            sh::run(cargo().args([
                "clippy",
                "--quiet",
                "--package",
                "kyc-capture",
                "--lib",
                "--target",
                WASM,
                "--",
                "-D",
                "warnings",
            ]))
        })?;
    }
    timed("types", || types::run(&["--check".to_owned()]))?;
    npm::ensure()?;
    timed("tsc --strict", || sh::run(npm::bin("tsc").args(["-p", "pkg-template/tsconfig.json", "--noEmit"])))?;
    tidy::run()
}
