//! The workspace's npm dependencies, installed once per lockfile.

use std::fs;

use crate::sh::{Result, cmd, root, run, timed};
use crate::system::need_node;

/// `npm ci`, unless what the lockfile names is already there.
pub(crate) fn ensure() -> Result<()> {
    need_node()?;
    let lock = fs::read(root().join("package-lock.json"))?;
    let stamp = root().join("node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    timed("installing npm packages (npm ci)", || {
        run(cmd("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
        Ok(fs::write(&stamp, &lock)?)
    })
}

/// A program of an installed npm package.
pub(crate) fn bin(name: &str) -> std::process::Command {
    cmd(root().join("node_modules/.bin").join(name))
}
