//! What a commit must pass.

use std::process::Command;

use crate::sh::{self, Result, cargo, cmd, root, say, timed};
use crate::toolchain::{self, Toolchain, WASM};
use crate::{dependencies, npm, python, tidy, types};

/// Version of the spelling checker.
const TYPOS: &str = "1.52.0";

/// Runs every check, the quick ones first.
///
/// # Errors
/// Returns an error at the first check that fails.
pub(crate) fn run() -> Result<()> {
    timed("cargo fmt", || sh::run(cargo().args(["fmt", "--all", "--check"])))?;
    tidy::run()?;
    spelling()?;
    timed("licences, sources and duplicates of dependencies", dependencies::check)?;
    npm::ensure()?;
    for script in ["format:check", "lint"] {
        timed(&format!("npm run {script}"), || sh::run(cmd("npm").args(["run", "--silent", script])))?;
    }
    timed("clippy", || sh::run(deny_warnings(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets"]))))?;
    if let Toolchain::Current = toolchain::ensure()? {
        timed("clippy for WebAssembly", || {
            let mut c = cargo();
            c.args(["clippy", "--quiet", "--lib", "--target", WASM]);
            c.args(["--package", "kyc-capture", "--package", "kyc-backend", "--package", "kyc-decoder"]);
            sh::run(deny_warnings(&mut c))
        })?;
    }
    timed("types", || types::run(true))?;
    timed("rustdoc", || {
        let mut c = cargo();
        c.args(["doc", "--quiet", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
        sh::run(&mut c)
    })?;
    timed("tsc --strict", || sh::run(npm::bin("tsc").args(["-p", "pkg-template/tsconfig.json", "--noEmit"])))
}

fn deny_warnings(clippy: &mut Command) -> &mut Command {
    clippy.args(["--", "-D", "warnings"])
}

/// Checks spelling, unless the checker cannot be installed.
fn spelling() -> Result<()> {
    match python::tool("typos", TYPOS) {
        Ok(typos) => timed("typos", || sh::run(cmd(typos).args(["--format", "brief"]).arg(root()))),
        Err(error) => {
            say(&format!("skipped: typos cannot be installed ({error})"));
            Ok(())
        }
    }
}
