//! Figures with peers beside us, in one run.

use std::fs;

use crate::sh::{self, Result, cargo, cmd, root, target_dir, timed};
use crate::{build, system};

/// Measures the package as users get it; `subjects` are those of `benches/bench.mjs`, all when empty.
pub(crate) fn run(subjects: &[String]) -> Result<()> {
    system::need_node()?;
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
