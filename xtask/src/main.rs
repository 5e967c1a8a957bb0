//! Everything a person runs: `cargo xtask <command>`.

mod bench;
mod build;
mod check;
mod demo;
mod models;
mod npm;
mod operations;
mod postgres;
mod sh;
mod size;
mod system;
mod test;
mod tfjs;
mod tflite;
mod tidy;
mod toolchain;
mod types;

use std::process::ExitCode;

use sh::{Result, cargo};

const HELP: &str = "\
cargo xtask <command>

  demo [--port 8080] [--no-open] [--ephemeral]
                         install what is missing, build, serve sandbox and page
  test [native|wasm|sandbox|browser ...]
                         run the tests, all or those named; closes with `N passed, N failed`
  build                  build the npm package into pkg/
  check                  fmt, clippy, tsc --strict, types, tidy: what a commit must pass
  tidy [--circles] [--words [FOLDER]]
                         the architecture's rules alone; or circles of imports; or retired words
  types [--check]        write the TypeScript types from the Rust types, or fail if they differ
  size                   raw, gzip and brotli bytes of each shipped file, against the budgets
  bench [parse|mrz|faces|encode ...]
                         accuracy and time of the package in Node, peers beside it in the same run
  load [--flows 200] [--release]
                         so many people at once against a sandbox on this machine: throughput, times, memory
  mrz IMAGE... [--debug DIR]
                         what the MRZ reader makes of pictures; with --debug also what it sees, as pictures in DIR
  docs                   write docs/operations.md: what each documented operation was found to do
  fuzz-api [--bounded]   schemathesis over the sandbox's /openapi.json: thousands of made-up requests, or a minute's
  models                 fetch and convert the face models (checked by hash)
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, rest)) = args.split_first() else {
        print!("{HELP}");
        return ExitCode::from(2);
    };
    match run(command, rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask {command}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, args: &[String]) -> Result<()> {
    match command {
        "demo" => demo::run(args),
        "test" => test::run(args),
        "build" => build::run().map(|_| ()),
        "check" => check::run(),
        "tidy" if args.iter().any(|a| a == "--circles") => tidy::print_circles(),
        "tidy" if args.first().is_some_and(|a| a == "--words") => tidy::print_words(args.get(1).map(String::as_str)),
        "tidy" => tidy::run(),
        "types" => types::run(args),
        "size" => size::run(),
        "bench" => bench::run(args),
        "load" => test::load(args),
        "mrz" => {
            sh::run(cargo().args(["run", "--quiet", "--package", "kyc-capture", "--example", "mrz", "--"]).args(args))
        }
        "models" => models::run(args),
        "docs" => operations::docs(),
        "fuzz-api" => operations::fuzz(args),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("there is no command `{other}`\n\n{HELP}").into()),
    }
}
