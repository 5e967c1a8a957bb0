//! Every task that a person runs in this repository: `cargo xtask <command>`.

mod bench;
mod build;
mod check;
mod demo;
mod dependencies;
mod endurance;
mod fuzz;
mod models;
mod mutants;
mod npm;
mod operations;
mod postgres;
mod python;
mod sh;
mod size;
mod system;
mod test;
mod tfjs;
mod tflite;
mod tidy;
mod toolchain;
mod types;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use sh::{Result, cargo};

/// Builds, checks, tests and serves kyc-capture. What a command lacks, it installs or names.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 120)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds everything and serves the sandbox with the demo page; prints `ready: URL`.
    Demo(demo::Options),
    /// Runs the tests on all cores; the last line is `N passed, N failed`, with `, N skipped` if there are any.
    ///
    /// Everything native is compiled once, with one set of features. Each test binary runs as one process per top-level
    /// module. A test that lacks something prints `skipped: REASON` and counts as skipped; with `CI=true` it fails
    /// unless the reason names a thing that a machine may lack.
    Test {
        /// Suites to run; all if none is named.
        suites: Vec<test::Suite>,
        /// Runs only the processes whose name contains this text (names are those that a run prints).
        #[arg(long, value_name = "TEXT")]
        only: Option<String>,
        /// Reads the whole test sets instead of samples of them.
        #[arg(long)]
        full: bool,
    },
    /// Builds the npm package into `pkg/`.
    Build,
    /// Runs what a commit must pass: formats, lints, types, documentation, and `tidy`.
    Check {
        /// Also builds the package, beside the checks that compile.
        #[arg(long)]
        build: bool,
    },
    /// Checks the rules of the architecture by reading the sources.
    Tidy {
        /// Only prints the circles of imports between module files, with the imports that tie them.
        #[arg(long)]
        circles: bool,
        /// Only counts retired words per folder (`xtask/retired-words.txt`); with FOLDER, prints each one there.
        #[arg(long, value_name = "FOLDER", num_args = 0..=1, default_missing_value = "\0")]
        words: Option<String>,
        /// Only counts the lines that are too wide.
        #[arg(long)]
        widths: bool,
    },
    /// Writes the TypeScript types from the Rust types.
    Types {
        /// Fails if they differ, and writes nothing.
        #[arg(long)]
        check: bool,
    },
    /// Prints raw, gzip and brotli bytes of each shipped file; fails over budget.
    Size,
    /// Measures accuracy and time of the package in Node, with its peers in the same run.
    Bench {
        /// Subjects to measure, such as `mrz`, `faces`, `barcodes`, `documents` and `encode`; all if none is named.
        /// `load`, alone: how long a person waits on a slow line, in Chromium.
        subjects: Vec<String>,
    },
    /// Runs many onboarding flows at once against a sandbox on this machine; prints throughput, times and memory.
    Load {
        /// How many flows run at once.
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..))]
        flows: u16,
        /// Compiles the sandbox with full optimisation.
        #[arg(long)]
        release: bool,
    },
    /// Prints what the MRZ reader reads in images.
    Mrz {
        /// Image files.
        #[arg(required = true)]
        images: Vec<PathBuf>,
        /// Writes the detected lines, their normalised images and the recogniser's probabilities as images to this
        /// folder.
        #[arg(long, value_name = "DIR")]
        debug: Option<PathBuf>,
    },
    /// Plays camera streams of many kinds to the capture; prints captures, times, and changes and faults of the hints.
    Streams {
        /// Streams of each kind.
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
        seeds: u64,
        /// The first seed.
        #[arg(long, default_value_t = 0)]
        first: u64,
        /// Plays only the kinds whose name contains this text.
        #[arg(long, value_name = "TEXT")]
        only: Option<String>,
        /// Prints the hints of each stream.
        #[arg(long)]
        verbose: bool,
    },
    /// Draws every screen in languages, themes and sizes as contact sheets, to look at.
    Screens {
        /// The folder of the sheets.
        #[arg(default_value = "target/screens")]
        folder: PathBuf,
        /// Languages, as `kk`; all if none is named.
        languages: Vec<String>,
    },
    /// Writes `docs/operations.md` from what the conformance tests find.
    Docs,
    /// Sends generated requests to every operation of a sandbox's `/openapi.json` (schemathesis).
    FuzzApi {
        /// Takes about a minute, and is skipped if schemathesis cannot be installed.
        #[arg(long)]
        bounded: bool,
    },
    /// Fuzzes every parser of hostile input, guided by coverage; prints executions and findings of each target.
    Fuzz(fuzz::Options),
    /// Pushes camera frames through the module, traffic through a sandbox and flows through a page for long; fails if
    /// memory grows.
    Soak(endurance::Soak),
    /// Uploads to a sandbox that refuses, with real clients; fails if a refusal is lost.
    Refusals(endurance::Refusals),
    /// Lets every write of the sandbox, and every allocation, fetch, message, event and storage access of a flow, fail,
    /// one at a time.
    Torture(endurance::Torture),
    /// Changes the code in small ways and prints which changes no test notices (`mrz`, `barcode`, `inspect`, `session`,
    /// `verify`).
    Mutants(mutants::Options),
    /// Fetches the published face models, checks their hashes and converts them.
    Models,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Demo(options) => demo::run(&options),
        Command::Test { suites, only, full } => test::run(&suites, only.as_deref(), full),
        Command::Build => build::run().map(|_| ()),
        Command::Check { build } => check::run(build),
        Command::Tidy { circles: true, .. } => tidy::print_circles(),
        Command::Tidy { widths: true, .. } => tidy::print_widths(),
        Command::Tidy { words: Some(folder), .. } => tidy::print_words(Some(folder.as_str()).filter(|f| *f != "\0")),
        Command::Tidy { .. } => tidy::run(),
        Command::Types { check } => types::run(check),
        Command::Size => size::run(),
        Command::Bench { subjects } => bench::run(&subjects),
        Command::Load { flows, release } => test::load(flows, release),
        Command::Mrz { images, debug } => {
            let mut c = cargo();
            c.args(["run", "--quiet", "--example", "mrz", "--"]).args(images);
            if let Some(folder) = debug {
                c.arg("--debug").arg(folder);
            }
            sh::run(&mut c)
        }
        Command::Streams { seeds, first, only, verbose } => {
            let mut c = cargo();
            c.args(["run", "--quiet", "--example", "streams", "--"]);
            c.args(["--seeds", &seeds.to_string(), "--first", &first.to_string()]);
            if let Some(text) = &only {
                c.args(["--only", text]);
            }
            if verbose {
                c.arg("--verbose");
            }
            sh::run(&mut c)
        }
        Command::Screens { folder, languages } => endurance::screens(&folder, &languages),
        Command::Models => models::run(),
        Command::Docs => operations::docs(),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Soak(options) => endurance::soak(&options),
        Command::Refusals(options) => endurance::refusals(&options),
        Command::Torture(options) => endurance::torture(&options),
        Command::Mutants(options) => mutants::run(&options),
        Command::FuzzApi { bounded } => operations::fuzz(bounded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_every_command() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
        assert!(Cli::try_parse_from(["xtask", "test", "native", "wasm"]).is_ok());
        assert!(Cli::try_parse_from(["xtask", "test", "all"]).is_err());
        assert!(Cli::try_parse_from(["xtask", "load", "--flows", "0"]).is_err());
    }

    /// What follows `cargo xtask ` in a text, to the end of the code span, of the line or of the command.
    fn commands(text: &str) -> impl Iterator<Item = &str> {
        text.split("cargo xtask ")
            .skip(1)
            .filter_map(|rest| rest.split(['`', '#', '\n', '\'', '"', ';', ')', ',']).next())
    }

    #[test]
    fn documents_only_commands_and_options_that_exist() {
        use clap::CommandFactory;
        let cli = Cli::command();
        let mut checked = 0;
        let folders = [".", "docs", "sandbox", "pkg-template"].map(|folder| sh::root().join(folder));
        for entry in folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("a folder")) {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a text");
            for command in commands(&text) {
                let mut words = command.split([' ', '[', ']', '|', '\\']).filter(|word| !word.is_empty());
                let name = words.next().unwrap_or_default();
                let Some(subcommand) = cli.find_subcommand(name) else {
                    panic!("{}: there is no `cargo xtask {name}`", path.display());
                };
                for option in words.filter_map(|word| word.strip_prefix("--")) {
                    let known = subcommand.get_arguments().any(|argument| argument.get_long() == Some(option));
                    assert!(known, "{}: `cargo xtask {name}` has no option --{option}", path.display());
                }
                checked += 1;
            }
        }
        assert!(checked > 30, "{checked} commands");
    }
}
