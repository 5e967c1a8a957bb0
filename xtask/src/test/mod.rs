//! All tests, on all cores, one closing line.

mod jobs;
pub(crate) mod native;
mod outcome;
mod suite;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;

use self::jobs::{Done, Job, Load, Times};
use self::native::Binary;
use self::outcome::Harness;
pub(crate) use self::suite::Suite;
use crate::postgres::Postgres;
use crate::sh::{self, Result, cargo, cmd, root, say, timed};
use crate::system::need_browser;
use crate::toolchain::{self, WASM};
use crate::{build, npm, operations};

/// Modules of the sandbox's HTTP tests that depend on the database: they run on PostgreSQL too.
const STORE_MODULES: &[&str] = &[
    "clients",
    "faults",
    "finalizing",
    "gbdfl",
    "ida",
    "identity",
    "idngo",
    "images",
    "instances",
    "interleavings",
    "persons",
    "postgres",
    "privacy",
    "removal",
    "requirements",
    "restart",
    "seed",
    "sessions",
    "torture",
    "webhooks",
    "weights",
];

/// Modules whose tests bound times or throughput: nothing else runs beside them.
const TIMED_MODULES: &[&str] = &["load"];

/// What a machine may lack. A test that is skipped for another reason fails in CI (`CI=true`).
const MAY_BE_ABSENT: &[&str] = &[
    "shared data",
    "no vectors",
    "PostgreSQL",
    "schemathesis",
    "pdftotext",
    "curl",
    "Chromium",
    "KYC_POSES",
    "writes the data",
];

/// Folder of the tests of the page with a camera.
const PAGE_TESTS: &str = "tests/browser";

/// How many of the slowest tests the report names.
const SLOWEST: usize = 12;

/// What the jobs of the suites need while they run.
#[derive(Default)]
struct Plan {
    jobs: Vec<Job>,
    database: Option<Postgres>,
    /// Suites that could not be set up, and why.
    broken: Vec<(Suite, String)>,
    /// What was left out because the machine lacks something.
    left_out: Vec<(Suite, String)>,
}

/// Runs the suites, all if none is named, and prints `N passed, N failed` last, with `, N skipped` if there are any.
///
/// `filter` keeps the jobs whose name contains it; `full` reads whole test sets instead of samples.
///
/// # Errors
/// Returns an error if a test failed, a suite could not be set up, or a suite had no test.
pub(crate) fn run(suites: &[Suite], filter: Option<&str>, full: bool) -> Result<()> {
    operations::forget_table();
    let start = Instant::now();
    let chosen: Vec<Suite> =
        Suite::value_variants().iter().copied().filter(|s| suites.is_empty() || suites.contains(s)).collect();
    let mut plan = Plan::default();
    for suite in &chosen {
        let planned = match suite {
            Suite::Native => native_jobs(&mut plan),
            Suite::Wasm => wasm_jobs(&mut plan),
            Suite::Sandbox => sandbox_jobs(&mut plan),
            Suite::Browser => browser_jobs(&mut plan),
        };
        if let Err(error) = planned {
            plan.broken.push((*suite, error.to_string()));
        }
    }
    if let Some(filter) = filter {
        plan.jobs.retain(|job| job.name.contains(filter));
    }
    if full {
        plan.jobs.iter_mut().for_each(|job| {
            job.command.env("KYC_FULL_SETS", "1");
        });
    }
    say(&format!("running {} test processes", plan.jobs.len()));
    let mut times = Times::read();
    // The page's tests wait for frames of a camera in real time: nothing that computes runs beside them.
    let (page, others): (Vec<Job>, Vec<Job>) =
        std::mem::take(&mut plan.jobs).into_iter().partition(|job| job.name.starts_with(PAGE_TESTS));
    let mut done = jobs::run(others, &mut times, report_job);
    done.extend(jobs::run(page, &mut times, report_job));
    times.write();
    operations::print_table();
    let summary = Summary::of(&chosen, &done, &plan);
    summary.print(&done, start.elapsed().as_secs_f64());
    match summary.is_success() {
        true => Ok(()),
        false => Err("not every suite passed".into()),
    }
}

fn report_job(done: &Done) {
    let outcome = &done.outcome;
    let word = if outcome.failed > 0 { "FAILED" } else { "ok" };
    let mut counts = format!("{} passed", outcome.passed);
    for (count, what) in [(outcome.failed, "failed"), (outcome.skipped.len(), "skipped")] {
        if count > 0 {
            counts.push_str(&format!(", {count} {what}"));
        }
    }
    eprintln!("    {word:<6} {:<8} {:<44} {:>7.1} s  {counts}", done.suite.name(), done.name, done.seconds);
    if outcome.failed > 0 {
        eprintln!("{}", outcome.failures.trim_end());
    }
}

#[derive(Default)]
struct Row {
    passed: usize,
    failed: usize,
    skipped: usize,
    seconds: f64,
    problems: Vec<String>,
}

struct Summary {
    rows: BTreeMap<Suite, Row>,
    /// How many tests were skipped for each reason.
    reasons: BTreeMap<String, usize>,
}

impl Summary {
    fn of(chosen: &[Suite], done: &[Done], plan: &Plan) -> Self {
        let in_ci = std::env::var("CI").is_ok_and(|v| v == "true");
        let mut rows: BTreeMap<Suite, Row> = chosen.iter().map(|suite| (*suite, Row::default())).collect();
        let mut reasons = BTreeMap::new();
        for job in done {
            let row = rows.entry(job.suite).or_default();
            row.passed += job.outcome.passed;
            row.failed += job.outcome.failed;
            row.skipped += job.outcome.skipped.len();
            row.seconds += job.seconds;
            for (test, reason) in &job.outcome.skipped {
                *reasons.entry(reason.clone()).or_default() += 1;
                if in_ci && !may_be_absent(reason) {
                    row.failed += 1;
                    row.problems.push(format!("{} {test} was skipped: {reason:?}", job.name));
                }
            }
            if job.outcome.failed > 0 {
                row.problems.push(format!("{} failed", job.name));
            }
        }
        for (suite, reason) in &plan.left_out {
            rows.entry(*suite).or_default().skipped += 1;
            *reasons.entry(reason.clone()).or_default() += 1;
        }
        for (suite, error) in &plan.broken {
            let row = rows.entry(*suite).or_default();
            row.failed += 1;
            row.problems.push(error.clone());
        }
        for row in rows.values_mut() {
            if row.passed + row.failed == 0 {
                row.failed = 1;
                row.problems.push("the suite ran no test".into());
            }
        }
        Self { rows, reasons }
    }

    fn is_success(&self) -> bool {
        self.rows.values().all(|row| row.failed == 0)
    }

    fn print(&self, done: &[Done], seconds: f64) {
        let mut tests: Vec<(&str, &str, f64)> = Vec::new();
        for job in done {
            tests.extend(job.outcome.times.iter().map(|(test, time)| (job.suite.name(), test.as_str(), *time)));
        }
        tests.sort_by(|a, b| b.2.total_cmp(&a.2));
        eprintln!("\nslowest tests:");
        for (suite, test, time) in tests.iter().take(SLOWEST) {
            eprintln!("{time:>9.1} s  {suite}  {test}");
        }
        if !self.reasons.is_empty() {
            eprintln!("\nskipped:");
        }
        for (reason, count) in &self.reasons {
            eprintln!("{count:>11}  {reason}");
        }
        eprintln!();
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        for (suite, row) in &self.rows {
            let Row { passed: p, failed: f, skipped: s, seconds, problems } = row;
            eprintln!("{:>8}: {p} passed, {f} failed, {s} skipped, {seconds:.0} s of process time", suite.name());
            problems.iter().for_each(|problem| eprintln!("          {problem}"));
            (passed, failed, skipped) = (passed + p, failed + f, skipped + s);
        }
        eprintln!("   total: {seconds:.0} s");
        let more = if skipped > 0 { format!(", {skipped} skipped") } else { String::new() };
        println!("{passed} passed, {failed} failed{more}");
    }
}

fn may_be_absent(reason: &str) -> bool {
    MAY_BE_ABSENT.iter().any(|thing| reason.contains(thing))
}

/// Names of a binary's tests by their top-level module: one process each, so that both cores have work to the end.
fn by_module(binary: &Binary) -> Result<BTreeMap<String, Vec<String>>> {
    let mut modules = BTreeMap::<String, Vec<String>>::new();
    for test in binary.tests()? {
        let module = test.split_once("::").map_or("", |(module, _)| module).to_owned();
        modules.entry(module).or_default().push(test);
    }
    Ok(modules)
}

fn rust_job(suite: Suite, binary: &Binary, module: &str, tests: &[String], load: Load) -> Job {
    let mut command = binary.command();
    let threads = if load == Load::Waits { "4" } else { "1" };
    // JSON events are the one output that cannot be confused with what tests print; the harness has them behind this
    // variable on stable compilers.
    command.env("RUSTC_BOOTSTRAP", "1").args(["-Zunstable-options", "--format=json", "--report-time", "--show-output"]);
    command.args(["--test-threads", threads, "--exact"]).args(tests);
    let name = match (binary.kind.as_str(), module) {
        ("test", module) => format!("{} {}::{module}", binary.package, binary.target),
        (_, "") => format!("{} {}", binary.package, binary.kind),
        (kind, module) => format!("{} {kind} {module}", binary.package),
    };
    Job { suite, name, command, harness: Harness::Events, load }
}

fn native_jobs(plan: &mut Plan) -> Result<()> {
    let models = build::ensure_models()?;
    for binary in native::build()?.iter().filter(|b| b.package != SANDBOX) {
        for (module, tests) in by_module(binary)? {
            let mut job = rust_job(Suite::Native, binary, &module, &tests, Load::Computes);
            job.command.env("KYC_MODELS_DIR", &models);
            plan.jobs.push(job);
        }
    }
    let mut command = cargo();
    command.args(["test", "--workspace", "--doc", "--no-fail-fast"]).env("KYC_MODELS_DIR", &models);
    plan.jobs.push(Job {
        suite: Suite::Native,
        name: "examples in the documentation".into(),
        command,
        harness: Harness::Summary,
        load: Load::Computes,
    });
    Ok(())
}

const SANDBOX: &str = "kyc-sandbox";

/// The sandbox's tests on SQLite, a minute of generated requests, and the tests of the store once more on PostgreSQL.
fn sandbox_jobs(plan: &mut Plan) -> Result<()> {
    let models = build::ensure_models()?;
    let database = Postgres::start();
    for binary in native::build()?.iter().filter(|b| b.package == SANDBOX) {
        for (module, tests) in by_module(binary)? {
            let load = if TIMED_MODULES.contains(&module.as_str()) { Load::Alone } else { Load::Waits };
            let mut job = rust_job(Suite::Sandbox, binary, &module, &tests, load);
            job.command.env("KYC_MODELS_DIR", &models);
            // Those that need PostgreSQL run on it alone, if there is one.
            if !(module == "postgres" && database.is_ok()) {
                plan.jobs.push(job);
            }
            if let Ok(database) = &database
                && binary.kind == "test"
                && STORE_MODULES.contains(&module.as_str())
            {
                let mut job = rust_job(Suite::Sandbox, binary, &module, &tests, load);
                job.name.push_str(" on PostgreSQL");
                job.command.env("KYC_MODELS_DIR", &models).env("KYC_TEST_DATABASE_URL", database.url());
                plan.jobs.push(job);
            }
        }
    }
    match database {
        Ok(database) => plan.database = Some(database),
        Err(error) => plan.left_out.push((Suite::Sandbox, format!("no PostgreSQL: {error}"))),
    }
    let mut command = cmd(std::env::current_exe()?);
    command.args(["fuzz-api", "--bounded"]).env_remove("DATABASE_URL");
    plan.jobs.push(Job {
        suite: Suite::Sandbox,
        name: "generated requests".into(),
        command,
        harness: Harness::Summary,
        load: Load::Computes,
    });
    Ok(())
}

/// Runs one load test: `flows` people at once against a sandbox on this machine; prints throughput, times and memory.
///
/// # Errors
/// Returns an error if it does not compile or a flow fails.
pub(crate) fn load(flows: u16, release: bool) -> Result<()> {
    let mut command = match release {
        true => {
            let mut c = cargo();
            c.args(["test", "--quiet", "--release", "--package", SANDBOX, "--test", "http", "--"]);
            c
        }
        false => native::integration(SANDBOX, "http")?.command(),
    };
    command.args(["load::", "--nocapture"]).env("KYC_LOAD_FLOWS", flows.to_string());
    sh::run(command.env("KYC_MODELS_DIR", build::ensure_models()?))
}

/// The tests of `tests/web*.rs` in a headless browser (window or worker, as each file says).
fn wasm_jobs(plan: &mut Plan) -> Result<()> {
    let toolchain = toolchain::ensure()?;
    let browser = need_browser()?;
    let driver =
        browser.driver.ok_or("ChromeDriver was not found: install it, or name it by the variable CHROMEDRIVER")?;
    native::build()?;
    let mut targets = Vec::new();
    for entry in std::fs::read_dir(root().join("tests"))? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        if name.starts_with("web") && path.extension().is_some_and(|e| e == "rs") {
            targets.push(name.to_owned());
        }
    }
    let binaries =
        timed("compiling the tests for WebAssembly", || native::build_wasm(toolchain.cargo(), WASM, &targets))?;
    for binary in binaries {
        let mut command = cmd(native::programs().join("wasm-test-runner"));
        command.arg(&binary.program).env("CHROMEDRIVER", &driver).env("WASM_BINDGEN_TEST_TIMEOUT", "120");
        let name = format!("tests/{}.rs", binary.target);
        plan.jobs.push(Job { suite: Suite::Wasm, name, command, harness: Harness::Summary, load: Load::Computes });
    }
    Ok(())
}

/// The package as users get it, and the page end to end in Chromium with a fake camera.
fn browser_jobs(plan: &mut Plan) -> Result<()> {
    npm::ensure()?;
    let chromium = need_browser()?.chromium;
    let pkg = build::run()?;
    let models = build::ensure_models()?;
    native::build()?;
    for folder in ["tests/packaging", PAGE_TESTS, "tests/browser/devices"] {
        for file in node_tests(folder)? {
            let mut command = cmd("node");
            command.args(["--test", "--test-reporter=tap", "--test-concurrency=1"]).arg(&file);
            command.env("CHROMIUM", &chromium).env("KYC_PKG_DIR", &pkg).env("KYC_MODELS_DIR", &models);
            command.env("KYC_BIN_DIR", native::programs());
            let name = file.strip_prefix(root())?.to_string_lossy().into_owned();
            plan.jobs.push(Job { suite: Suite::Browser, name, command, harness: Harness::Tap, load: Load::Computes });
        }
    }
    Ok(())
}

fn node_tests(folder: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root().join(folder))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::outcome::Outcome;
    use super::*;

    fn done(outcome: Outcome) -> Done {
        Done { suite: Suite::Native, name: "a".into(), outcome, seconds: 1.0 }
    }

    #[test]
    fn fails_a_suite_without_tests() {
        let summary = Summary::of(&[Suite::Native], &[], &Plan::default());
        assert!(!summary.is_success());
        assert_eq!(summary.rows[&Suite::Native].problems, ["the suite ran no test"]);
    }

    #[test]
    fn fails_a_suite_that_cannot_be_set_up() {
        let plan = Plan { broken: vec![(Suite::Wasm, "no browser".into())], ..Plan::default() };
        let passed = [done(Outcome { passed: 1, ..Outcome::default() })];
        assert!(!Summary::of(&[Suite::Native, Suite::Wasm], &passed, &plan).is_success());
        assert!(Summary::of(&[Suite::Native], &passed, &Plan::default()).is_success());
    }

    #[test]
    fn knows_what_a_machine_may_lack() {
        assert!(may_be_absent("curl is not installed"));
        assert!(!may_be_absent("no model `face`"));
        assert!(!may_be_absent(""));
    }
}
