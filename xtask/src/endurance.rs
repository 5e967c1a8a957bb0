//! Long runs and failures on purpose: `soak` and `torture`; and the screens, drawn by the same browser.

use std::path::Path;
use std::process::Command;

use crate::sh::{self, Result, cmd, timed};
use crate::system::need_browser;
use crate::test::native;
use crate::{build, npm};

/// Options of `cargo xtask soak`.
#[derive(clap::Args)]
pub(crate) struct Soak {
    /// How long frames go through the module, in seconds; 0 leaves them out.
    #[arg(long, default_value_t = 1_800)]
    frames: u32,
    /// How long traffic goes through the sandbox, in seconds; 0 leaves it out.
    #[arg(long, default_value_t = 1_200)]
    traffic: u32,
    /// How many whole flows, each with a retake, run in one page of Chromium; 0 leaves them out.
    #[arg(long, default_value_t = 30)]
    flows: u32,
    /// How long the page sends frames of its camera, in seconds; 0 leaves them out.
    #[arg(long, default_value_t = 600)]
    page: u32,
    /// How many whole flows run on a processor 6 times slower; 0 leaves them out.
    #[arg(long, default_value_t = 3)]
    slow: u32,
}

/// Options of `cargo xtask torture`.
#[derive(clap::Args)]
pub(crate) struct Torture {
    /// Takes one place in so many: 1 takes all, which takes hours.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    every: u16,
    /// Lets only these fail; all if none is named.
    #[arg(value_parser = [STORE, "allocation", "fetch", "message", "event", "storage"])]
    kinds: Vec<String>,
}

/// Writes of the sandbox's database and of its place of images.
const STORE: &str = "store";

/// Options of `cargo xtask refusals`.
#[derive(clap::Args)]
pub(crate) struct Refusals {
    /// Uploads of each size with each client and status.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..))]
    uploads: u16,
}

/// Uploads to a sandbox that refuses, with real clients: fetch, undici, curl, Python's requests, reqwest, our own.
///
/// # Errors
/// Returns an error if a refusal is lost.
pub(crate) fn refusals(options: &Refusals) -> Result<()> {
    let uploads = options.uploads.to_string();
    let mut clients = node("--test")?;
    clients.args(["--test-reporter=spec", "tests/packaging/refusals.test.mjs"]).env("KYC_REFUSAL_RUNS", &uploads);
    let heard = timed("fetch, undici, curl, requests, and our own clients", || sh::run(&mut clients));
    let mut native = sh::cargo();
    native.args(["test", "--quiet", "--workspace", "--test", "http", "refusals::"]).env("KYC_REFUSAL_RUNS", &uploads);
    timed("reqwest", || sh::run(&mut native))?;
    heard
}

/// Pushes frames through the module and traffic through a sandbox, and runs flows in a page, also on a slow processor;
/// prints the slope of memory.
///
/// # Errors
/// Returns an error if memory grows, an answer is wrong, or the page blocks its main thread.
pub(crate) fn soak(options: &Soak) -> Result<()> {
    let mut c = node("tests/soak/run.mjs")?;
    c.args([options.frames, options.traffic, options.flows, options.page, options.slow].map(|n| n.to_string()));
    sh::run(&mut c)
}

/// Lets writes of the sandbox, allocations, fetches, worker messages, track events and storage accesses fail, one at a
/// time.
///
/// # Errors
/// Returns an error if there is a finding.
pub(crate) fn torture(options: &Torture) -> Result<()> {
    let every = options.every.to_string();
    let of_page: Vec<&String> = options.kinds.iter().filter(|kind| *kind != STORE).collect();
    let mut findings = Ok(());
    if options.kinds.is_empty() || of_page.len() < options.kinds.len() {
        let models = build::ensure_models()?;
        let mut store = sh::cargo();
        store.args(["test", "--quiet", "--workspace", "--test", "http", "torture::", "--", "--nocapture"]);
        store.env("KYC_TORTURE_EVERY", &every).env("KYC_MODELS_DIR", models);
        findings = timed("the sandbox", || sh::run(&mut store));
    }
    if options.kinds.is_empty() || !of_page.is_empty() {
        let mut page = node("tests/torture/run.mjs")?;
        page.arg(every).args(of_page);
        timed("the module and the page", || sh::run(&mut page))?;
    }
    findings
}

/// Draws contact sheets of every screen: languages × themes × sizes.
///
/// # Errors
/// Returns an error if a screen cannot be drawn.
pub(crate) fn screens(folder: &Path, languages: &[String]) -> Result<()> {
    let mut c = node("tests/browser/contact-sheet.mjs")?;
    c.arg(folder).args(languages);
    sh::run(&mut c)
}

/// A script that drives the built package, a sandbox and a browser.
fn node(script: &str) -> Result<Command> {
    npm::ensure()?;
    let browser = need_browser()?;
    let pkg = build::run()?;
    let models = build::ensure_models()?;
    timed("compiling the sandbox", native::build_programs)?;
    let mut c = cmd("node");
    c.arg(Path::new(script)).env("CHROMIUM", browser.chromium).env("KYC_PKG_DIR", pkg);
    c.env("KYC_MODELS_DIR", models).env("KYC_BIN_DIR", native::programs());
    Ok(c)
}
