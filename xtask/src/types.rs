//! TypeScript types from the Rust types.

use crate::sh::{self, Result, cargo};

/// Writes `pkg-template/src/generated`; with `check` fails if a file there differs from what would be written.
pub(crate) fn run(check: bool) -> Result<()> {
    let mut command = cargo();
    // With the features of the whole workspace, so that nothing is compiled for this alone.
    command.args(["run", "--quiet", "--example", "types", "--"]);
    if check {
        command.arg("--check");
    }
    sh::run(&mut command)
}
