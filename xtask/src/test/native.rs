//! The workspace's native test binaries: one build, one feature set.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::sh::{self, Result, cargo, output, root, target_dir, timed};

/// A test binary as cargo built it.
#[derive(Clone)]
pub(crate) struct Binary {
    pub package: String,
    /// `lib`, `bin` or `test`.
    pub kind: String,
    pub target: String,
    pub program: PathBuf,
    /// The package's folder, in which cargo runs its tests.
    folder: PathBuf,
}

impl Binary {
    /// Returns the command that runs this binary as cargo would.
    pub(crate) fn command(&self) -> Command {
        let mut c = sh::cmd(&self.program);
        c.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder).env_remove("DATABASE_URL");
        c.env_remove("KYC_TEST_DATABASE_URL");
        c
    }

    /// Lists the names of its tests, ignored ones included.
    ///
    /// # Errors
    /// Returns an error if the binary does not list them.
    pub(crate) fn tests(&self) -> Result<Vec<String>> {
        let list = output(self.command().args(["--list", "--format", "terse"]))?;
        Ok(list.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
    }
}

/// Builds the programs that tests start and every native test binary, once per run, and returns the latter.
///
/// # Errors
/// Returns an error if something does not compile.
pub(crate) fn build() -> Result<&'static [Binary]> {
    static BUILT: OnceLock<Vec<Binary>> = OnceLock::new();
    if let Some(built) = BUILT.get() {
        return Ok(built);
    }
    let built = timed("compiling programs and tests", || {
        build_programs()?;
        let mut c = cargo();
        c.args(["test", "--quiet", "--workspace", "--no-run"]);
        binaries(&mut c)
    })?;
    Ok(BUILT.get_or_init(|| built))
}

/// Builds the workspace's programs with the features of the tests' build.
///
/// # Errors
/// Returns an error if something does not compile.
pub(crate) fn build_programs() -> Result<()> {
    sh::run(cargo().args(["build", "--quiet", "--workspace", "--bins"]))
}

/// Builds the sandbox, and what other builds of the workspace share with it.
///
/// # Errors
/// Returns an error if it does not compile.
pub(crate) fn build_sandbox() -> Result<()> {
    sh::run(cargo().args(["build", "--quiet", "--workspace", "--bin", "kyc-sandbox"]))
}

/// Returns the folder in which [`build_programs`] leaves the programs.
pub(crate) fn programs() -> PathBuf {
    target_dir().join("debug")
}

/// Returns a binary of a package's integration tests.
///
/// # Errors
/// Returns an error if cargo did not build it.
pub(crate) fn integration(package: &str, target: &str) -> Result<Binary> {
    let found = build()?.iter().find(|b| b.package == package && b.kind == "test" && b.target == target);
    Ok(found.ok_or_else(|| format!("cargo built no test `{target}` of {package}"))?.clone())
}

/// Builds the wasm test binaries `targets` of kyc-capture with `cargo` and returns them.
///
/// # Errors
/// Returns an error if one does not compile.
pub(crate) fn build_wasm(mut cargo: Command, target: &str, targets: &[String]) -> Result<Vec<Binary>> {
    cargo.args(["test", "--quiet", "--no-run", "--package", "kyc-capture", "--target", target]);
    targets.iter().for_each(|name| {
        cargo.args(["--test", name]);
    });
    binaries(&mut cargo)
}

/// Runs `cargo test --no-run …` and returns the test binaries that it built.
///
/// # Errors
/// Returns an error if something does not compile.
pub(crate) fn binaries(cargo: &mut Command) -> Result<Vec<Binary>> {
    let messages = output(cargo.arg("--message-format=json-render-diagnostics").stdin(Stdio::null()))?;
    Ok(messages.lines().filter_map(parse).collect())
}

/// Reads one message of cargo; `None` unless it announces a test binary.
fn parse(message: &str) -> Option<Binary> {
    let message: Value = serde_json::from_str(message).ok()?;
    let is_test = message["reason"] == "compiler-artifact" && message["profile"]["test"] == true;
    let program = PathBuf::from(message["executable"].as_str().filter(|_| is_test)?);
    let folder = Path::new(message["manifest_path"].as_str()?).parent()?.to_path_buf();
    let kind = match message["target"]["kind"][0].as_str()? {
        "lib" | "rlib" | "cdylib" | "proc-macro" => "lib",
        other => other,
    };
    Some(Binary {
        package: package_name(message["package_id"].as_str()?, &folder),
        kind: kind.to_owned(),
        target: message["target"]["name"].as_str()?.to_owned(),
        program,
        folder,
    })
}

/// `path+file:///…/sandbox#kyc-sandbox@0.1.0`, or `path+file:///…/xtask#0.1.0` if the folder has the package's name.
fn package_name(id: &str, folder: &Path) -> String {
    let fragment = id.rsplit('#').next().unwrap_or_default();
    match fragment.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None if folder == root() => "kyc-capture".to_owned(),
        None => folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_test_binaries_from_messages() {
        let message = r#"{"reason":"compiler-artifact","package_id":"path+file:///a/sandbox#kyc-sandbox@0.1.0",
            "manifest_path":"/a/sandbox/Cargo.toml","target":{"kind":["test"],"name":"http"},
            "profile":{"test":true},"executable":"/a/target/debug/deps/http-1"}"#;
        let binary = parse(message).expect("it is a test binary");
        assert_eq!(
            (binary.package.as_str(), binary.kind.as_str(), binary.target.as_str()),
            ("kyc-sandbox", "test", "http")
        );
        assert_eq!(binary.folder, Path::new("/a/sandbox"));
        assert!(parse(r#"{"reason":"compiler-artifact","profile":{"test":false},"executable":"/a"}"#).is_none());
        assert!(parse("not a message").is_none());
        assert_eq!(package_name("path+file:///a/xtask#0.1.0", Path::new("/a/xtask")), "xtask");
    }
}
