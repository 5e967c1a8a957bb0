//! Coverage-guided fuzzing with the stable compiler: `fuzz/`.

use clap::Args;

use crate::sh::{self, Result, cargo, cmd, root, target_dir, timed};

/// What makes the compiler insert edge counters. Options of LLVM, which stable compilers pass on.
const COUNTERS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 \
                        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters";

/// Options of `cargo xtask fuzz`.
#[derive(Args)]
pub(crate) struct Options {
    /// One target instead of all; an unknown name lists them.
    #[arg(long)]
    target: Option<String>,
    /// Executions in all, shared out among the targets by their weights.
    #[arg(long, default_value_t = 1_000_000)]
    executions: u64,
    /// Longest time for each target, in seconds.
    #[arg(long)]
    seconds: Option<u64>,
    /// Seed of the mutations; by default the time.
    #[arg(long)]
    seed: Option<u64>,
    /// Writes the inputs that reach something new to `fuzz/corpus`.
    #[arg(long)]
    keep: bool,
    /// Executes one input file of `--target` and prints what does not hold.
    #[arg(long, value_name = "FILE", requires = "target")]
    replay: Option<std::path::PathBuf>,
}

/// Builds the targets with edge counters and runs them; adds the executions to `fuzz/report.json`.
///
/// # Errors
/// Returns an error if something does not compile or something was found: its inputs are in `fuzz/findings`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let host = host()?;
    // Build scripts and macros have no counters: flags with a target apply to the target alone.
    let folder = target_dir().join("fuzz");
    timed("compiling the targets with edge counters", || {
        let mut c = cargo();
        c.args(["build", "--quiet", "--profile", "fuzz", "--package", "kyc-fuzz", "--bin", "kyc-fuzz"]);
        c.args(["--target", &host, "--target-dir"]).arg(&folder).env("RUSTFLAGS", COUNTERS);
        sh::run(&mut c)
    })?;
    let mut c = cmd(folder.join(host).join("fuzz").join("kyc-fuzz"));
    c.arg(root().join("fuzz")).args(["--executions", &options.executions.to_string()]);
    match (&options.target, &options.replay) {
        (Some(target), Some(file)) => drop(c.args(["--replay", target]).arg(file)),
        (Some(target), None) => drop(c.args(["--target", target])),
        (None, _) => {}
    }
    for (name, value) in [("--seconds", options.seconds), ("--seed", options.seed)] {
        if let Some(value) = value {
            c.args([name, &value.to_string()]);
        }
    }
    if options.keep {
        c.arg("--keep");
    }
    sh::run(&mut c)
}

/// The target triple of this machine.
fn host() -> Result<String> {
    let text = sh::output(cmd(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-vV"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.ok_or("`rustc -vV` names no host")?.to_owned())
}
