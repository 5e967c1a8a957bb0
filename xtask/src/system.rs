//! What the system must have, and how to get it: on Debian as root by apt; elsewhere the error names what to install.

use std::path::PathBuf;
use std::process::Command;

use crate::sh::{Result, cmd, output, run, say, succeeds, which};

/// Node's oldest version that is supported.
const NODE_MAJOR: u32 = 20;

/// Fails with a clear word unless Node 20+ and npm are there.
pub(crate) fn need_node() -> Result<()> {
    let missing = || {
        format!(
            "Node {NODE_MAJOR} or newer with npm is needed; install it from your system's packages or https://nodejs.org"
        )
    };
    if which(&["node"]).is_none() || which(&["npm"]).is_none() {
        return Err(missing().into());
    }
    let version = output(cmd("node").arg("--version"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|v| v.parse::<u32>().ok());
    match major {
        Some(major) if major >= NODE_MAJOR => Ok(()),
        _ => Err(format!("Node {version} is too old: {}", missing()).into()),
    }
}

/// A browser and its driver.
pub(crate) struct Browser {
    pub chromium: PathBuf,
    pub driver: Option<PathBuf>,
}

/// Chromium and ChromeDriver; installed on Debian as root. `Err` says what to do elsewhere.
pub(crate) fn need_browser() -> Result<Browser> {
    let find = || {
        std::env::var_os("CHROMIUM")
            .map(PathBuf::from)
            .or_else(|| which(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]))
    };
    let complete = find().is_some() && which(&["chromedriver"]).is_some();
    if !complete && let Err(error) = apt_install(&["chromium", "chromium-driver"]) {
        say(&format!("Chromium could not be installed: {error}"));
    }
    let driver = std::env::var_os("CHROMEDRIVER").map(PathBuf::from).or_else(|| which(&["chromedriver"]));
    match find() {
        Some(chromium) => Ok(Browser { chromium, driver }),
        None => {
            Err("Chromium (or Chrome) was not found and could not be installed: install it and ChromeDriver, or name \
                     them by the variables CHROMIUM and CHROMEDRIVER"
                .into())
        }
    }
}

/// Installs Debian packages; an error with a clear word where there is no apt or no root.
pub(crate) fn apt_install(packages: &[&str]) -> Result<()> {
    if which(&["apt-get"]).is_none() {
        return Err(format!("this is not a Debian system; install by hand: {}", packages.join(", ")).into());
    }
    say(&format!("installing {} (apt-get)", packages.join(", ")));
    run(as_root("apt-get")?.args(["update", "-qq"]))?;
    run(as_root("apt-get")?
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdout(std::process::Stdio::null()))
}

/// A command run as root: itself where we are root, through sudo where it asks no password.
pub(crate) fn as_root(program: &str) -> Result<Command> {
    let root = which(&["id"]).is_some() && output(cmd("id").arg("-u"))? == "0";
    if root {
        return Ok(cmd(program));
    }
    if which(&["sudo"]).is_some() && succeeds(cmd("sudo").args(["-n", "true"])) {
        let mut c = cmd("sudo");
        c.args(["-n", program]);
        return Ok(c);
    }
    Err(format!("`{program}` needs root, and this is not root (nor does sudo answer without a password)").into())
}
