//! All tests, one closing line.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use crate::postgres::Postgres;
use crate::sh::{self, Result, cargo, cmd, root, say, target_dir};
use crate::system::{Browser, need_browser};
use crate::toolchain::{self, WASM};
use crate::{build, npm, operations};

/// What ran in a suite.
#[derive(Default, Clone, Copy)]
struct Count {
    passed: usize,
    failed: usize,
}

/// What a suite runs, and what must be up meanwhile.
#[derive(Default)]
struct Plan {
    commands: Vec<Command>,
    database: Option<Postgres>,
}

impl From<Vec<Command>> for Plan {
    fn from(commands: Vec<Command>) -> Self {
        Self { commands, database: None }
    }
}

type Suite = (&'static str, fn() -> Result<Plan>);

const SUITES: &[Suite] = &[("native", native), ("wasm", wasm), ("sandbox", sandbox), ("browser", browser)];

pub fn run(args: &[String]) -> Result<()> {
    for arg in args {
        if !SUITES.iter().any(|(name, _)| name == arg) {
            return Err(format!("there is no suite `{arg}`: expected native, wasm, sandbox or browser").into());
        }
    }
    operations::forget_table();
    let mut rows = Vec::new();
    let mut total = Count::default();
    for (name, commands) in SUITES {
        if !args.is_empty() && !args.iter().any(|a| a == name) {
            continue;
        }
        say(&format!("test suite: {name}"));
        let (count, problem) = run_suite(*commands);
        total.passed += count.passed;
        total.failed += count.failed;
        rows.push((*name, count, problem));
    }
    operations::print_table();
    eprintln!();
    for (name, count, problem) in &rows {
        let word = problem.as_ref().map(|p| format!("  ({p})")).unwrap_or_default();
        eprintln!("{name:>8}: {} passed, {} failed{word}", count.passed, count.failed);
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if rows.iter().any(|(_, _, problem)| problem.is_some()) { Err("not every suite passed".into()) } else { Ok(()) }
}

/// Runs a suite's commands. A command that fails without a failed test of its own (it does not compile, it crashed), a
/// suite that cannot be set up, and a suite that ran nothing count as one failure.
fn run_suite(plan: fn() -> Result<Plan>) -> (Count, Option<String>) {
    let mut count = Count::default();
    let mut problem = None;
    match plan() {
        Err(error) => {
            count.failed += 1;
            problem = Some(error.to_string());
        }
        Ok(plan) => {
            for mut command in plan.commands {
                match run_counted(&mut command) {
                    Ok((c, ok)) => {
                        count.passed += c.passed;
                        count.failed += c.failed;
                        if !ok && c.failed == 0 {
                            count.failed += 1;
                            problem = Some(format!("`{}` failed", crate::sh::show(&command)));
                        }
                    }
                    Err(error) => {
                        count.failed += 1;
                        problem = Some(error.to_string());
                    }
                }
            }
        }
    }
    if count.failed > 0 && problem.is_none() {
        problem = Some("some tests failed".into());
    }
    if count.passed + count.failed == 0 {
        count.failed += 1;
        problem = Some("the suite ran no test".into());
    }
    (count, problem)
}

/// Runs a test command, passes its output through, and counts what its closing lines say: `test result: … N passed;
/// M failed` of Rust's harness and of wasm-bindgen's, `# pass N` and `# fail N` of Node's.
fn run_counted(command: &mut Command) -> Result<(Count, bool)> {
    eprintln!("    {}", crate::sh::show(command));
    let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn()?;
    let stdout = child.stdout.take().ok_or("no output")?;
    let mut count = Count::default();
    for line in BufReader::new(stdout.take(1 << 30)).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        // Node's own reporter would look like a second closing line.
        eprintln!("{line}");
        count_line(&line, &mut count);
    }
    Ok((count, child.wait()?.success()))
}

fn count_line(line: &str, count: &mut Count) {
    let number = |text: &str| text.trim().rsplit(' ').next().and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
    if let Some(rest) = line.trim().strip_prefix("test result: ") {
        for part in rest.split([';', '.']) {
            if let Some(n) = part.trim().strip_suffix(" passed") {
                count.passed += number(n);
            } else if let Some(n) = part.trim().strip_suffix(" failed") {
                count.failed += number(n);
            }
        }
    } else if let Some(n) = line.strip_prefix("# pass ") {
        count.passed += number(n);
    } else if let Some(n) = line.strip_prefix("# fail ") {
        count.failed += number(n);
    }
}

fn native() -> Result<Plan> {
    build::ensure_models()?;
    let mut c = cargo();
    c.args(["test", "--quiet", "--no-fail-fast", "--package", "kyc-capture", "--package", "kyc-specimen"]);
    c.args(["--package", "xtask", "--features", "kyc-capture/schema"]).env("KYC_MODELS_DIR", build::ensure_models()?);
    Ok(vec![c].into())
}

/// The sandbox's tests on SQLite, a minute of made-up requests, and those tests that speak HTTP once more on PostgreSQL, where there is one.
fn sandbox() -> Result<Plan> {
    let models = build::ensure_models()?;
    let command = |what: &[&str]| {
        let mut c = cargo();
        c.args(["test", "--quiet", "--no-fail-fast", "--package", "kyc-sandbox"]);
        c.args(what);
        c.env("KYC_MODELS_DIR", &models).env_remove("KYC_TEST_DATABASE_URL").env_remove("DATABASE_URL");
        c
    };
    // One test more: made-up requests. It is left out, with a word, where schemathesis cannot be had.
    let mut made_up = cmd(std::env::current_exe()?);
    made_up.args(["fuzz-api", "--bounded"]).env_remove("DATABASE_URL");
    let mut plan = Plan::from(vec![command(&[]), made_up]);
    if let Some(database) = Postgres::start() {
        let mut again = command(&["--test", "http"]);
        again.env("KYC_TEST_DATABASE_URL", database.url());
        plan.commands.push(again);
        plan.database = Some(database);
    }
    Ok(plan)
}

/// `load [--flows N] [--release]`: so many people at once against a sandbox on this machine; prints throughput, times and
/// memory.
pub fn load(args: &[String]) -> Result<()> {
    let mut c = cargo();
    c.args(["test", "--quiet", "--package", "kyc-sandbox", "--test", "http", "load::"]);
    let mut flows = "200";
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--flows" => {
                flows =
                    args.next().filter(|n| n.parse::<u16>().is_ok_and(|n| n > 0)).ok_or("`--flows` needs a number")?
            }
            "--release" => {
                c.arg("--release");
            }
            other => return Err(format!("unknown option `{other}`: expected --flows N or --release").into()),
        }
    }
    c.args(["--", "--nocapture"]).env("KYC_LOAD_FLOWS", flows).env("KYC_MODELS_DIR", build::ensure_models()?);
    sh::run(&mut c)
}

/// The tests of `tests/web*.rs` in a headless browser (window or worker, as each file says).
fn wasm() -> Result<Plan> {
    let toolchain = toolchain::ensure()?;
    let browser = need_browser()?;
    let driver =
        browser.driver.ok_or("ChromeDriver was not found: install it, or name it by the variable CHROMEDRIVER")?;
    sh::run(cargo().args(["build", "--quiet", "--package", "wasm-test-runner"]))?;
    let mut commands = Vec::new();
    for entry in std::fs::read_dir(root().join("tests"))? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_string();
        if name.starts_with("web") && path.extension().is_some_and(|e| e == "rs") {
            let mut c = toolchain.cargo();
            c.args([
                // No `--quiet`: cargo hands it on to the runner, which does not know it.
                "test",
                "--no-fail-fast",
                "--package",
                "kyc-capture",
                "--target",
                WASM,
                "--test",
                &name,
            ]);
            c.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", target_dir().join("debug/wasm-test-runner"));
            c.env("CHROMEDRIVER", &driver).env("WASM_BINDGEN_TEST_TIMEOUT", "120");
            commands.push(c);
        }
    }
    Ok(commands.into())
}

/// The package as users get it, and the page end to end in Chromium with a fake camera.
fn browser() -> Result<Plan> {
    npm::ensure()?;
    let Browser { chromium, .. } = need_browser()?;
    let pkg = build::run()?;
    let models = build::ensure_models()?;
    sh::run(cargo().args(["build", "--quiet", "--package", "kyc-sandbox", "--package", "kyc-specimen"]))?;
    let mut commands = Vec::new();
    for folder in ["tests/packaging", "tests/browser"] {
        let mut files: Vec<_> = std::fs::read_dir(root().join(folder))?
            .filter_map(|e| e.ok().map(|e| e.path()))
            .filter(|p| p.to_string_lossy().ends_with(".test.mjs"))
            .collect();
        files.sort();
        let mut c = cmd("node");
        c.args(["--test", "--test-reporter=tap", "--test-concurrency=1"]).args(files);
        c.env("CHROMIUM", &chromium).env("KYC_PKG_DIR", &pkg).env("KYC_MODELS_DIR", &models);
        c.env("KYC_BIN_DIR", target_dir().join("debug"));
        commands.push(c);
    }
    Ok(commands.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_each_harness() {
        let mut count = Count::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out",
            "# pass 7",
            "# fail 1",
            "    # pass 9 (a test that says so)",
            "running 3 tests",
        ] {
            count_line(line, &mut count);
        }
        assert_eq!((count.passed, count.failed), (22, 3));
    }

    #[test]
    fn a_suite_that_ran_nothing_fails() {
        let (count, problem) = run_suite(|| Ok(Plan::default()));
        assert_eq!((count.passed, count.failed), (0, 1));
        assert_eq!(problem.as_deref(), Some("the suite ran no test"));
        let (count, problem) = run_suite(|| Ok(vec![Command::new("false")].into()));
        assert_eq!(count.failed, 1);
        assert!(problem.is_some());
    }
}
