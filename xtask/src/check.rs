//! What a commit must pass.

use std::process::{Command, Output, Stdio};
use std::thread::{self, JoinHandle};

use crate::sh::{self, Result, cargo, cmd, root, say, timed};
use crate::toolchain::{self, Toolchain, WASM};
use crate::{dependencies, npm, python, tidy, types};

/// Version of the spelling checker.
const TYPOS: &str = "1.52.0";

/// Runs every check, the quick ones first; `build` also builds the package, beside the slow ones.
///
/// # Errors
/// Returns an error at the first check that fails, or if the package cannot be built.
pub(crate) fn run(build: bool) -> Result<()> {
    timed("cargo fmt", || sh::run(cargo().args(["fmt", "--all", "--check"])))?;
    tidy::run()?;
    spelling()?;
    timed("licences, sources and duplicates of dependencies", dependencies::check)?;
    npm::ensure()?;
    for script in ["format:check", "lint"] {
        timed(&format!("npm run {script}"), || sh::run(cmd("npm").args(["run", "--silent", script])))?;
    }
    let toolchain = toolchain::ensure()?;
    let package = if build { Some(PackageBuild::start()?) } else { None };
    compiled(&toolchain)?;
    package.map_or(Ok(()), PackageBuild::finish)
}

/// The checks that compile.
fn compiled(toolchain: &Toolchain) -> Result<()> {
    timed("clippy", || sh::run(deny_warnings(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets"]))))?;
    if let Toolchain::Current = toolchain {
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

/// `xtask build` in a process of its own. Optimising the modules keeps one core busy for long, in another folder than
/// the checks' products.
struct PackageBuild(JoinHandle<std::io::Result<Output>>);

impl PackageBuild {
    fn start() -> Result<Self> {
        say("building the package beside the checks");
        let child = cmd(std::env::current_exe()?).arg("build").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        Ok(Self(thread::spawn(|| child.wait_with_output())))
    }

    /// Waits for the end and prints what the build printed.
    fn finish(self) -> Result<()> {
        let output = timed("waiting for the package", || {
            Ok(self.0.join().map_err(|_| "the thread that reads the build's output panicked")??)
        })?;
        eprint!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
        if output.status.success() { Ok(()) } else { Err("the package cannot be built".into()) }
    }
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
