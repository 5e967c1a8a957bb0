//! TypeScript types from the Rust types.

use crate::sh::{self, Result, cargo};

/// Writes `pkg-template/src/generated`; with `--check` fails if a file there differs from what would be written.
pub fn run(args: &[String]) -> Result<()> {
    let mut command = cargo();
    command.args([
        "run",
        "--quiet",
        "--package",
        "kyc-capture",
        "--features",
        "native,schema",
        "--example",
        "types",
        "--",
    ]);
    sh::run(command.args(args))
}
