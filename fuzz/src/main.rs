//! `kyc-fuzz`: what `cargo xtask fuzz` runs.
//!
//! `kyc-fuzz ROOT [--target T] [--executions N] [--seconds S] [--seed N] [--keep]`, `kyc-fuzz ROOT --replay T FILE`

#![allow(clippy::cast_possible_truncation, reason = "inputs are made of random bits: what is cut off is meant to be")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kyc_fuzz::corpus;
use kyc_fuzz::coverage::Coverage;
use kyc_fuzz::engine::{CURRENT, Options, corpus_of, execute, keep_panics, minimised, run};
use kyc_fuzz::report::Report;
use kyc_fuzz::targets::{self, Target};

/// An execution that takes longer is a finding.
const HANG: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    match start() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(findings) => {
            eprintln!("{findings} findings");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("kyc-fuzz: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Arguments {
    root: PathBuf,
    target: Option<String>,
    executions: u64,
    seconds: Option<u64>,
    seed: u64,
    keep: bool,
    replay: Option<PathBuf>,
}

fn arguments() -> Result<Arguments, String> {
    let mut given = std::env::args().skip(1);
    let root = PathBuf::from(given.next().ok_or("the folder of the corpora is missing")?);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |t| t.as_nanos() as u64);
    let mut out =
        Arguments { root, target: None, executions: 1_000_000, seconds: None, seed: now, keep: false, replay: None };
    while let Some(name) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{name} needs a value"));
        let number = |text: String| text.replace('_', "").parse::<u64>().map_err(|_| format!("{text:?} is no number"));
        match name.as_str() {
            "--target" => out.target = Some(value()?),
            "--executions" => out.executions = number(value()?)?,
            "--seconds" => out.seconds = Some(number(value()?)?),
            "--seed" => out.seed = number(value()?)?,
            "--keep" => out.keep = true,
            "--replay" => {
                out.target = Some(value()?);
                out.replay = Some(PathBuf::from(value()?));
            }
            other => return Err(format!("{other:?} is not an option")),
        }
    }
    Ok(out)
}

fn start() -> Result<usize, String> {
    let arguments = arguments()?;
    keep_panics();
    let chosen: Vec<&Target> = match &arguments.target {
        Some(name) => vec![targets::named(name).ok_or_else(|| unknown(name))?],
        None => targets::ALL.iter().collect(),
    };
    if let Some(file) = &arguments.replay {
        let input = std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
        return match execute(chosen[0], &input) {
            Ok(()) => Ok(0),
            Err(message) => {
                println!("{message}");
                Ok(1)
            }
        };
    }
    watch(&arguments.root);
    if !Coverage::default().is_active() {
        println!("without edge counters: inputs are mutated blindly");
    }
    let report_file = arguments.root.join("report.json");
    let weights: u64 = chosen.iter().map(|target| target.weight).sum();
    let mut findings = 0;
    println!(
        "{:<14} {:>12} {:>10} {:>8} {:>8} {:>10} {:>9}",
        "target", "executions", "1/s", "edges", "corpus", "slowest ms", "findings"
    );
    for target in chosen {
        let file = corpus_of(&arguments.root, target);
        let given = corpus::read(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let options = Options {
            executions: (arguments.executions * target.weight).div_ceil(weights),
            seed: arguments.seed,
            time: arguments.seconds.map(Duration::from_secs),
            findings_max: 20,
        };
        let done = run(target, &given, &options);
        let mut kept = given.len();
        if arguments.keep && Coverage::default().is_active() {
            let small = minimised(target, done.corpus.iter().filter(|i| i.len() <= target.keep_len).cloned().collect());
            kept = small.len();
            corpus::write(&file, &small).map_err(|e| e.to_string())?;
        }
        println!(
            "{:<14} {:>12} {:>10.0} {:>8} {:>8} {:>10.1} {:>9}",
            target.name,
            done.executions,
            done.executions as f64 / done.elapsed.as_secs_f64().max(1e-9),
            done.edges,
            kept,
            done.slowest.as_secs_f64() * 1e3,
            done.findings.len(),
        );
        for finding in &done.findings {
            let file = keep(&arguments.root, target.name, &finding.input);
            println!("  {}: {}", file.display(), finding.message);
        }
        findings += done.findings.len();
        // Read again: other runs may have written meanwhile.
        let mut report = Report::read(&report_file)?;
        report.add(target, &done, kept);
        report.write(&report_file)?;
    }
    println!("{} executions in all runs so far", Report::read(&report_file)?.executions());
    Ok(findings)
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = targets::ALL.iter().map(|target| target.name).collect();
    format!("no target is named {name:?}; there are {}", names.join(", "))
}

fn keep(root: &Path, target: &str, input: &[u8]) -> PathBuf {
    let folder = root.join("findings").join(target);
    corpus::keep(&folder, input).unwrap_or(folder)
}

/// Ends the program when one execution takes too long, and keeps its input.
fn watch(root: &Path) {
    let root = root.to_owned();
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_secs(1));
            let current = CURRENT.lock().unwrap_or_else(|e| e.into_inner());
            if let Some((input, since)) = current.as_ref()
                && since.elapsed() > HANG
            {
                eprintln!(
                    "an execution takes more than {} s: {}",
                    HANG.as_secs(),
                    keep(&root, "slow", input).display()
                );
                std::process::exit(2);
            }
        }
    });
}
