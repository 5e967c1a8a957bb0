//! Mutation testing: small changes to the code, one at a time; a change that no test notices shows a missing test.
//!
//! Works on a copy of the sources. A sample is drawn evenly over all places, from a seed, so that it can be repeated.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::build;
use crate::sh::{Result, cargo, cmd, output, root, say, target_dir};
use crate::tidy::lex::{Language, code_only, line_of};

/// Options of `cargo xtask mutants`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Modules to change; all if none is named.
    #[arg(value_parser = ["mrz", "barcode", "inspect", "session", "verify"])]
    modules: Vec<String>,
    /// Number of changes in each module; a place has one or more.
    #[arg(long, default_value_t = 20)]
    sample: usize,
    /// Seed of the sample.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only lists the places.
    #[arg(long)]
    list: bool,
}

/// A module whose code is changed, and the tests that must notice.
struct Module {
    name: &'static str,
    folder: &'static str,
    package: &'static str,
    /// Filter of the unit tests.
    unit: &'static str,
    /// Package, test binary and filters of integration tests, run where the unit tests notice nothing.
    integration: Option<(&'static str, &'static str, &'static [&'static str])>,
}

const MODULES: &[Module] = &[
    Module {
        name: "mrz",
        folder: "src/core/mrz",
        package: "kyc-core",
        unit: "mrz::",
        integration: Some(("kyc-capture", "native", &["mrz_vectors::", "mrz_images::"])),
    },
    Module {
        name: "barcode",
        folder: "src/core/barcode",
        package: "kyc-core",
        unit: "barcode::",
        integration: Some(("kyc-capture", "native", &["pdf417::", "aamva::"])),
    },
    Module {
        name: "inspect",
        folder: "src/core/inspect",
        package: "kyc-core",
        unit: "inspect::",
        integration: Some(("kyc-capture", "native", &["inspect::"])),
    },
    Module {
        name: "session",
        folder: "src/core/session",
        package: "kyc-core",
        unit: "session::",
        integration: Some(("kyc-capture", "native", &["flow::"])),
    },
    Module {
        name: "verify",
        folder: "sandbox/src/verification",
        package: "kyc-sandbox",
        unit: "verification::",
        integration: Some(("kyc-sandbox", "http", &["finalize::", "rules::"])),
    },
];

/// What is replaced by what. The spaces keep generics and arrows apart from operators.
const CHANGES: &[(&str, &str)] = &[
    (" == ", " != "),
    (" != ", " == "),
    (" < ", " <= "),
    (" <= ", " < "),
    (" > ", " >= "),
    (" >= ", " > "),
    (" && ", " || "),
    (" || ", " && "),
    (" + ", " - "),
    (" - ", " + "),
    (" * ", " / "),
    (" / ", " * "),
    (" % ", " + "),
    ("true", "false"),
    ("false", "true"),
    ("if !", "if "),
    (".is_some()", ".is_none()"),
    (".is_none()", ".is_some()"),
    (".min(", ".max("),
    (".max(", ".min("),
];

/// Longest time of the tests of one change.
const LIMIT: Duration = Duration::from_secs(900);

/// One change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mutant {
    file: PathBuf,
    line: usize,
    range: Range<usize>,
    from: &'static str,
    to: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Caught,
    Missed,
    /// It does not compile.
    Unviable,
}

/// Changes a sample of each module and prints what no test notices, with the score: caught of viable.
///
/// # Errors
/// Returns an error if the unchanged tests fail.
pub(crate) fn run(options: &Options) -> Result<()> {
    let chosen =
        MODULES.iter().filter(|m| options.modules.is_empty() || options.modules.iter().any(|name| name == m.name));
    for module in chosen {
        let places = places_of(&root(), Path::new(module.folder))?;
        let sample = sampled(&places, options.sample, options.seed);
        say(&format!("{}: {} of {} changes", module.name, sample.len(), places.len()));
        if options.list {
            sample.iter().for_each(|mutant| println!("{}", shown(mutant)));
            continue;
        }
        let tree = copied()?;
        if let Some(problem) = first_failure(&tree, module)? {
            return Err(format!("{}: the tests of the unchanged code fail: {problem:?}", module.name).into());
        }
        let mut counts = [0_usize; 3];
        for mutant in &sample {
            let file = tree.join(&mutant.file);
            let source = fs::read_to_string(&file)?;
            fs::write(&file, changed(&source, mutant))?;
            let fate = first_failure(&tree, module)?.unwrap_or(Fate::Missed);
            fs::write(&file, source)?;
            counts[fate as usize] += 1;
            if fate == Fate::Missed {
                println!("missed: {}", shown(mutant));
            }
        }
        let [caught, missed, unviable] = counts;
        let score = 100.0 * caught as f64 / ((caught + missed) as f64).max(1.0);
        println!(
            "{}: {caught} of {} viable changes caught ({score:.0} %), {unviable} do not compile; {} places in all",
            module.name,
            caught + missed,
            places.len()
        );
    }
    Ok(())
}

fn shown(mutant: &Mutant) -> String {
    format!("{}:{}: `{}` → `{}`", mutant.file.display(), mutant.line, mutant.from.trim(), mutant.to.trim())
}

fn changed(source: &str, mutant: &Mutant) -> String {
    [&source[..mutant.range.start], mutant.to, &source[mutant.range.end..]].concat()
}

/// All changes of the code below `folder`, tests left out.
fn places_of(root: &Path, folder: &Path) -> Result<Vec<Mutant>> {
    let mut found = Vec::new();
    for file in build::files_under(&root.join(folder))? {
        let name = file.to_string_lossy();
        if !name.ends_with(".rs") || name.ends_with("tests.rs") || name.contains("/tests/") {
            continue;
        }
        let source = fs::read_to_string(&file)?;
        found.extend(places_in(&source, file.strip_prefix(root)?));
    }
    Ok(found)
}

fn places_in(source: &str, file: &Path) -> Vec<Mutant> {
    let code = code_only(source, Language::Rust);
    let end = code.find("#[cfg(test)]").unwrap_or(code.len());
    let mut found = Vec::new();
    for &(from, to) in CHANGES {
        for (at, _) in code[..end].match_indices(from) {
            let line = code[..at].rfind('\n').map_or(0, |i| i + 1);
            let before = code[line..at].trim_start();
            // Bounds of generics, attributes and constants of other types than numbers are no decisions.
            if before.starts_with("impl") || before.starts_with("where") || before.starts_with('#') {
                continue;
            }
            let range = at..at + from.len();
            found.push(Mutant { file: file.to_owned(), line: line_of(source, at), range, from, to });
        }
    }
    found.sort_by_key(|mutant| mutant.range.start);
    found
}

/// `count` of them, evenly spread from a place that the seed gives.
fn sampled(places: &[Mutant], count: usize, seed: u64) -> Vec<Mutant> {
    let count = count.min(places.len());
    let spread = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) % places.len().max(1) as u64;
    let offset = usize::try_from(spread).unwrap_or(0);
    (0..count).map(|i| places[(offset + i * places.len() / count) % places.len()].clone()).collect()
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

/// Runs the tests of a module in the copy; returns how they notice something, or `None` if they all pass.
fn first_failure(tree: &Path, module: &Module) -> Result<Option<Fate>> {
    let compiles = in_tree(tree, &["check", "--package", module.package, "--lib"]);
    if !finished(compiles)? {
        return Ok(Some(Fate::Unviable));
    }
    let unit = in_tree(tree, &["test", "--package", module.package, "--lib", "--", module.unit]);
    if !finished(unit)? {
        return Ok(Some(Fate::Caught));
    }
    let Some((package, test, filters)) = module.integration else { return Ok(None) };
    let mut command = in_tree(tree, &["test", "--package", package, "--test", test, "--"]);
    command.args(filters);
    Ok((!finished(command)?).then_some(Fate::Caught))
}

fn in_tree(tree: &Path, arguments: &[&str]) -> Command {
    let mut c = cargo();
    c.current_dir(tree).args(["--quiet", "--config", "profile.dev.package.kyc-core.opt-level=1"]).args(arguments);
    c.env("CARGO_TARGET_DIR", target_dir().join("mutants/target"));
    c.env("KYC_MODELS_DIR", target_dir().join("models"));
    c.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    c
}

/// Whether a command ends well within the limit: a change that makes a loop endless is noticed too.
fn finished(mut command: Command) -> Result<bool> {
    let mut child = command.spawn()?;
    let until = Instant::now() + LIMIT;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if Instant::now() > until {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "fn f(a: i32) -> bool {\n    // a == b\n    a < 3 && \" == \".len() == 4\n}\n\
                          #[cfg(test)]\nmod tests { fn t() { 1 == 1 } }\n";

    #[test]
    fn changes_code_and_neither_comments_nor_texts_nor_tests() {
        let places = places_in(SOURCE, Path::new("a.rs"));
        let found: Vec<_> = places.iter().map(|m| (m.line, m.from.trim())).collect();
        assert_eq!(found, [(3, "<"), (3, "&&"), (3, "==")]);
        assert!(changed(SOURCE, &places[0]).contains("a <= 3 && "));
        assert!(changed(SOURCE, &places[2]).contains("len() != 4"));
    }

    #[test]
    fn a_sample_is_spread_and_repeatable() {
        let places = places_in(SOURCE, Path::new("a.rs"));
        let sample = sampled(&places, 2, 5);
        assert_eq!(sample.len(), 2);
        assert_ne!(sample[0], sample[1]);
        assert_eq!(sample, sampled(&places, 2, 5));
        assert_eq!(sampled(&places, 9, 1).len(), 3);
        assert!(sampled(&[], 4, 1).is_empty());
    }
}
