//! Figures with peers beside us, in one run.

use std::fs;

use crate::sh::{self, Result, cargo, cmd, root, target_dir, timed};
use crate::{build, system};

/// Measures the package as users get it; `subjects` are those of `benches/bench.mjs`, all when empty.
pub(crate) fn run(subjects: &[String]) -> Result<()> {
    system::need_node()?;
    if subjects == ["load"] {
        return load();
    }
    let pkg = build::run()?;
    timed("compiling the specimen generator", || {
        sh::run(cargo().args(["build", "--quiet", "--workspace", "--bin", "kyc-specimen"]))
    })?;
    let benches = root().join("benches");
    let lock = fs::read(benches.join("package-lock.json"))?;
    let stamp = benches.join("node_modules/.installed-lock");
    if !fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        timed("installing the peers (npm ci)", || {
            sh::run(cmd("npm").current_dir(&benches).args([
                "ci",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--loglevel=error",
            ]))?;
            Ok(fs::write(&stamp, &lock)?)
        })?;
    }
    timed("measuring (a minute or two)", || {
        sh::run(
            cmd("node")
                .current_dir(&benches)
                .arg("bench.mjs")
                .args(subjects)
                .env("KYC_PKG_DIR", &pkg)
                .env("KYC_BIN_DIR", target_dir().join("debug")),
        )
    })
}

/// Measures how long a person waits on a slow line, in Chromium.
fn load() -> Result<()> {
    let pkg = build::run()?;
    let models = build::ensure_models()?;
    timed("compiling the sandbox", || {
        sh::run(cargo().args(["build", "--quiet", "--workspace", "--bin", "kyc-specimen", "--bin", "kyc-sandbox"]))
    })?;
    sh::run(
        cmd("node")
            .arg(root().join("benches/load.mjs"))
            .env("KYC_PKG_DIR", &pkg)
            .env("KYC_MODELS_DIR", &models)
            .env("KYC_BIN_DIR", target_dir().join("debug"))
            .env("CHROMIUM", system::need_browser()?.chromium),
    )
}
