//! Tools from the Python package index, each in a virtual environment of its own below the target folder.

use std::path::PathBuf;

use crate::sh::{self, Result, cmd, target_dir, timed};

/// Installs `package` at `version` unless it is there, and returns its program.
///
/// # Errors
/// Returns an error if Python or its package index cannot be reached.
pub(crate) fn tool(package: &str, version: &str) -> Result<PathBuf> {
    let folder = target_dir().join("tools").join(package);
    let program = folder.join("bin").join(package);
    let stamp = folder.join("version");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == version) && program.is_file() {
        return Ok(program);
    }
    timed(&format!("installing {package} {version}"), || {
        sh::run(cmd("python3").args(["-m", "venv"]).arg(&folder))?;
        let mut pip = cmd(folder.join("bin/pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check"]).arg(format!("{package}=={version}"));
        sh::run(&mut pip)
    })?;
    std::fs::write(stamp, version)?;
    Ok(program)
}
