//! Mutation testing: small changes to the code, one at a time; a change that no test notices shows a missing test.
//!
//! Works on a copy of the sources, which is built once with all changes in it; the environment chooses one per run. A
//! sample is drawn evenly over all changes, from a seed, so that it can be repeated.

mod instrument;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use self::instrument::{ASKS, Mutant, SWITCH, instrumented, mutants_of};
use crate::build;
use crate::sh::{Result, cargo, cmd, output, root, say, target_dir, timed};
use crate::test::native::{self, Binary};

/// Options of `cargo xtask mutants`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Modules to change; all if none is named.
    #[arg(value_parser = ["mrz", "barcode", "inspect", "session", "verify"])]
    modules: Vec<String>,
    /// Number of changes in each module.
    #[arg(long, default_value_t = 100)]
    sample: usize,
    /// Seed of the sample.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only lists the changes.
    #[arg(long)]
    list: bool,
}

/// A module whose code is changed, and the tests that must notice.
struct Module {
    name: &'static str,
    folder: &'static str,
    package: &'static str,
    /// The root of the package's library.
    library: &'static str,
    /// Filter of the unit tests.
    unit: &'static str,
    /// Package, test binary and filters of integration tests, run where the unit tests notice nothing.
    integration: (&'static str, &'static str, &'static [&'static str]),
}

const MODULES: &[Module] = &[
    Module {
        name: "mrz",
        folder: "src/core/mrz",
        package: "kyc-core",
        library: "src/core/lib.rs",
        unit: "mrz::",
        integration: ("kyc-capture", "native", &["mrz_vectors::", "mrz_images::"]),
    },
    Module {
        name: "barcode",
        folder: "src/core/barcode",
        package: "kyc-core",
        library: "src/core/lib.rs",
        unit: "barcode::",
        integration: ("kyc-capture", "native", &["pdf417::", "aamva::"]),
    },
    Module {
        name: "inspect",
        folder: "src/core/inspect",
        package: "kyc-core",
        library: "src/core/lib.rs",
        unit: "inspect::",
        integration: ("kyc-capture", "native", &["inspect::"]),
    },
    Module {
        name: "session",
        folder: "src/core/session",
        package: "kyc-core",
        library: "src/core/lib.rs",
        unit: "session::",
        integration: ("kyc-capture", "native", &["flow::"]),
    },
    Module {
        name: "verify",
        folder: "sandbox/src/verification",
        package: "kyc-sandbox",
        library: "sandbox/src/lib.rs",
        unit: "verification::",
        integration: (
            "kyc-sandbox",
            "http",
            &["rules::", "finalize::what_is_wrong", "finalize::one_side", "ida::the_same_person"],
        ),
    },
];

/// How long a run may take beside the same run of the unchanged code: a change that makes a loop endless is noticed.
const PATIENCE: u32 = 5;

/// Added to it: what is started for the first time waits for the disk.
const GRACE: Duration = Duration::from_secs(20);

/// Address space of a run in KiB: a change that makes a buffer endless is noticed.
const ADDRESS_SPACE_KIB: u32 = 16 << 20;

/// How often the changes that do not compile are taken out before the build is given up.
const BUILDS: usize = 20;

/// Makes a sample of each module's changes and prints which no test notices, with the score: noticed of those that
/// compile.
///
/// # Errors
/// Returns an error if the unchanged tests fail, or if a copy cannot be built.
pub(crate) fn run(options: &Options) -> Result<()> {
    let chosen =
        MODULES.iter().filter(|m| options.modules.is_empty() || options.modules.iter().any(|name| name == m.name));
    for module in chosen {
        let all = mutants_below(&root(), Path::new(module.folder))?;
        let sample = sampled(&all, options.sample, options.seed);
        say(&format!("{}: {} of {} changes", module.name, sample.len(), all.len()));
        if options.list {
            sample.iter().for_each(|mutant| println!("{}", shown(mutant)));
            continue;
        }
        let tree = copied()?;
        let unviable = timed("compiling all of them", || instrument(&tree, module, &sample))?;
        let tests = Tests::build(&tree, module)?;
        let mut missed = 0;
        for (number, mutant) in (0_u32..).zip(&sample) {
            if !unviable.contains(&number) && !tests.notice(number)? {
                missed += 1;
                println!("missed: {}", shown(mutant));
            }
        }
        let viable = sample.len() - unviable.len();
        println!(
            "{}: {} of {viable} changes noticed ({:.0} %), {} do not compile; {} changes in all",
            module.name,
            viable - missed,
            100.0 * (viable - missed) as f64 / (viable as f64).max(1.0),
            unviable.len(),
            all.len()
        );
    }
    Ok(())
}

fn shown(mutant: &Mutant) -> String {
    format!("{}:{}: {}", mutant.file.display(), mutant.line, mutant.change)
}

/// All changes of the code below `folder`, tests left out.
fn mutants_below(root: &Path, folder: &Path) -> Result<Vec<Mutant>> {
    let mut found = Vec::new();
    for file in build::files_under(&root.join(folder))? {
        let name = file.to_string_lossy();
        if !name.ends_with(".rs") || name.ends_with("tests.rs") || name.contains("/tests/") {
            continue;
        }
        found.extend(mutants_of(&fs::read_to_string(&file)?, file.strip_prefix(root)?)?);
    }
    Ok(found)
}

/// `count` of them, evenly spread from a place that the seed gives, in their order.
fn sampled(all: &[Mutant], count: usize, seed: u64) -> Vec<Mutant> {
    let count = count.min(all.len());
    let spread = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) % all.len().max(1) as u64;
    let offset = usize::try_from(spread).unwrap_or(0);
    let mut chosen: Vec<usize> = (0..count).map(|i| (offset + i * all.len() / count) % all.len()).collect();
    chosen.sort_unstable();
    chosen.into_iter().map(|i| all[i].clone()).collect()
}

/// A copy of what git knows and of new files, without what is ignored.
fn copied() -> Result<PathBuf> {
    let tree = target_dir().join("mutants/tree");
    let files = output(cmd("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    for file in files.lines() {
        let (from, to) = (root().join(file), tree.join(file));
        if let (Ok(wanted), false) = (fs::read(&from), from.is_dir()) {
            // What is the same keeps its time, so that nothing is compiled again.
            if fs::read(&to).ok().as_deref() != Some(&wanted) {
                fs::create_dir_all(to.parent().unwrap_or(&tree))?;
                fs::write(&to, wanted)?;
            }
        }
    }
    Ok(tree)
}

/// Writes the sample into the copy and takes out what does not compile; returns the numbers of those.
fn instrument(tree: &Path, module: &Module, sample: &[Mutant]) -> Result<BTreeSet<u32>> {
    let library = tree.join(module.library);
    let plain = fs::read_to_string(&library)?;
    fs::write(&library, plain + SWITCH)?;
    let files: BTreeSet<&Path> = sample.iter().map(|mutant| mutant.file.as_path()).collect();
    let mut unviable = BTreeSet::new();
    for _ in 0..BUILDS {
        for file in &files {
            let source = fs::read_to_string(root().join(file))?;
            let of_file: Vec<(u32, &Mutant)> = (0..)
                .zip(sample)
                .filter(|(number, mutant)| mutant.file == *file && !unviable.contains(number))
                .collect();
            fs::write(tree.join(file), instrumented(&source, &of_file))?;
        }
        let mut check = in_tree(tree, &["check", "--package", module.package, "--lib", "--message-format=json"]);
        let found = check.stdout(Stdio::piped()).stderr(Stdio::null()).output()?;
        if found.status.success() {
            return Ok(unviable);
        }
        let before = unviable.len();
        unviable.extend(String::from_utf8_lossy(&found.stdout).lines().flat_map(|line| blamed(tree, line)));
        if unviable.len() == before {
            return Err(format!("{}: the copy does not compile, and no change is to blame", module.name).into());
        }
    }
    Err(format!("{}: changes that do not compile remain after {BUILDS} builds", module.name).into())
}

/// The changes in which the compiler's message finds an error.
fn blamed(tree: &Path, message: &str) -> Vec<u32> {
    let Ok(message) = serde_json::from_str::<Value>(message) else { return Vec::new() };
    let message = &message["message"];
    let spans = message["spans"].as_array().filter(|_| message["level"] == "error");
    let primary = spans.into_iter().flatten().filter(|span| span["is_primary"] == true);
    primary
        .filter_map(|span| {
            let text = fs::read_to_string(tree.join(span["file_name"].as_str()?)).ok()?;
            let start = usize::try_from(span["byte_start"].as_u64()?).ok()?;
            // An error of the whole choice begins before its number, one of the change behind it.
            let begins = text.get(start..)?.strip_prefix("(if ").and_then(|rest| rest.strip_prefix(ASKS));
            let number = match begins {
                Some(rest) => rest,
                None => &text[text[..start].rfind(ASKS)? + ASKS.len()..],
            };
            number.split(')').next()?.parse().ok()
        })
        .collect()
}

/// The tests that must notice a change of a module, built once.
struct Tests {
    runs: Vec<(Binary, Vec<String>, Duration)>,
}

impl Tests {
    /// Builds them in the copy and runs them without a change.
    fn build(tree: &Path, module: &Module) -> Result<Self> {
        let (package, target, filters) = module.integration;
        let mut c = in_tree(tree, &["test", "--no-run", "--package", module.package, "--package", package]);
        c.args(["--lib", "--test", target]);
        let built = timed("compiling the tests", || native::binaries(&mut c))?;
        let find = |package: &str, kind: &str| {
            let found = built.iter().find(|b| b.package == package && b.kind == kind);
            found.cloned().ok_or_else(|| format!("cargo built no `{kind}` tests of {package}"))
        };
        let unit = vec![module.unit.to_owned()];
        let integration = filters.iter().map(|&filter| filter.to_owned()).collect();
        let mut tests = Self { runs: Vec::new() };
        for (binary, filters) in [(find(module.package, "lib")?, unit), (find(package, "test")?, integration)] {
            let start = Instant::now();
            if !passes(&binary, &filters, None, Duration::from_secs(900))? {
                return Err(format!("{}: {} fails without a change", module.name, binary.program.display()).into());
            }
            say(&format!(
                "{} {} without a change: {:.1} s",
                binary.package,
                binary.kind,
                start.elapsed().as_secs_f64()
            ));
            tests.runs.push((binary, filters, start.elapsed() * PATIENCE + GRACE));
        }
        Ok(tests)
    }

    /// Whether a test fails, or does not end, with the change of this number.
    fn notice(&self, number: u32) -> Result<bool> {
        for (binary, filters, limit) in &self.runs {
            if !passes(binary, filters, Some(number), *limit)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether the tests of a binary pass within the limit, with a change or without.
fn passes(binary: &Binary, filters: &[String], mutant: Option<u32>, limit: Duration) -> Result<bool> {
    let mut c = binary.command();
    let limited = format!("ulimit -v {ADDRESS_SPACE_KIB}; exec \"$0\" \"$@\"");
    let mut shell = cmd("sh");
    shell.args(["-c", &limited]).arg(c.get_program()).arg("--quiet").args(filters);
    if let Some(folder) = c.get_current_dir() {
        shell.current_dir(folder);
    }
    shell.envs(c.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("KYC_MODELS_DIR", target_dir().join("models"));
    if let Some(number) = mutant {
        shell.env("KYC_MUTANT", number.to_string());
    }
    c = shell;
    let mut child = c.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let until = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if Instant::now() > until {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Cargo in the copy, with products of its own: only the numbers that run on every pixel are optimised.
fn in_tree(tree: &Path, arguments: &[&str]) -> Command {
    let mut c = cargo();
    c.current_dir(tree).args(["--quiet", "--config", "profile.dev.package.kyc-core.opt-level=1"]).args(arguments);
    c.env("CARGO_TARGET_DIR", target_dir().join("mutants/target"));
    // Parentheses around each choice are no mistake here.
    c.env("RUSTFLAGS", "-A warnings").stdin(Stdio::null());
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_spread_and_repeatable() {
        let source = "fn f(a: i32) -> bool { a < 3 && a > -5 || a == 9 }";
        let all = mutants_of(source, Path::new("a.rs")).unwrap();
        let sample = sampled(&all, 2, 5);
        assert_eq!(sample.len(), 2);
        assert_ne!(sample[0], sample[1]);
        assert_eq!(sample, sampled(&all, 2, 5));
        assert_eq!(sampled(&all, 99, 1).len(), all.len());
        assert!(sampled(&[], 4, 1).is_empty());
    }
}
