//! Plays camera streams to the capture and prints what came of it: run by `cargo xtask streams`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use kyc_specimen::streams::{Models, Played, StreamKind, Totals, kinds, play};

const HELP: &str = "\
cargo xtask streams [--seeds N] [--first N] [--only TEXT] [--verbose]

Plays streams of every kind and prints for each kind how many were captured, the median time, the changes of the hint
in a second, those less than a second apart, and the hints that contradict what is needed.
";

struct Options {
    seeds: usize,
    first: u64,
    only: String,
    verbose: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(options) = options()? else {
        print!("{HELP}");
        return Ok(());
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let models = std::env::var_os("KYC_MODELS_DIR").map_or_else(|| root.join("target/models"), PathBuf::from);
    let mrz = std::fs::read(root.join("assets/mrz.kycm"))?;
    let face = std::fs::read(models.join("face.kycm"))
        .map_err(|error| format!("{}/face.kycm: {error} (cargo xtask models makes it)", models.display()))?;
    let kinds: Vec<StreamKind> = kinds().into_iter().filter(|kind| kind.name.contains(&options.only)).collect();
    let results = run(&kinds, &options, Models { mrz: &mrz, face: &face });
    report(&kinds, &options, &results)
}

fn options() -> Result<Option<Options>, Box<dyn Error>> {
    let mut options = Options { seeds: 10, first: 0, only: String::new(), verbose: false };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--seeds" => options.seeds = value()?.parse()?,
            "--first" => options.first = value()?.parse()?,
            "--only" => options.only = value()?,
            "--verbose" => options.verbose = true,
            "--help" | "-h" => return Ok(None),
            _ => return Err(format!("{arg} is no option; see --help").into()),
        }
    }
    Ok(Some(options))
}

/// Plays every stream on all cores; results by kind, then seed.
fn run(kinds: &[StreamKind], options: &Options, models: Models<'_>) -> Vec<Result<Played, String>> {
    let seeds = options.seeds;
    let next = AtomicUsize::new(0);
    let results = Mutex::new(vec![Err("not played".to_owned()); kinds.len() * seeds]);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(kind) = kinds.get(i / seeds.max(1)) else { break };
                    let seed = options.first + (i % seeds) as u64;
                    let played = play(kind, seed, models);
                    if let (true, Ok(played)) = (options.verbose, &played) {
                        print_stream(kind, seed, played);
                    }
                    results.lock().expect("no thread panics with it")[i] = played.map_err(|error| error.to_string());
                }
            });
        }
    });
    results.into_inner().expect("all threads have ended")
}

fn report(kinds: &[StreamKind], options: &Options, results: &[Result<Played, String>]) -> Result<(), Box<dyn Error>> {
    println!(
        "{:32} {:>9} {:>8} {:>10} {:>6} {:>14}",
        "kind", "taken", "median", "changes/s", "quick", "contradictions"
    );
    let (mut good, mut bad) = (Totals::default(), Totals::default());
    let mut below = Vec::new();
    for (kind, results) in kinds.iter().zip(results.chunks(options.seeds)) {
        let mut totals = Totals::default();
        for played in results {
            let played = played.as_ref().map_err(Clone::clone)?;
            totals.add(played);
            if kind.is_good() { &mut good } else { &mut bad }.add(played);
        }
        if kind.is_good() && totals.taken_share() < 0.95 {
            below.push(kind.name);
        }
        print_line(kind.name, &totals);
    }
    print_line("ALL GOOD (≥ 95 %, ≤ 3.5 s)", &good);
    print_line("ALL BAD (0 taken)", &bad);
    if !below.is_empty() {
        println!("kinds below 95 %: {}", below.join("; "));
    }
    Ok(())
}

fn print_line(name: &str, totals: &Totals) {
    let median = totals.median_ms().map_or("–".to_owned(), |ms| format!("{:.1} s", ms / 1000.0));
    println!(
        "{name:32} {:>4}/{:<4} {median:>8} {:>10.2} {:>6} {:>14}",
        totals.taken,
        totals.streams,
        totals.changes_per_second(),
        totals.quick_changes,
        totals.contradictions
    );
}

fn print_stream(kind: &StreamKind, seed: u64, played: &Played) {
    let list = |hints: &[(f64, kyc_capture::core::guidance::GuidanceCode)]| {
        hints.iter().map(|(at, code)| format!("{:.1} {}", at / 1000.0, code.as_str())).collect::<Vec<_>>().join(", ")
    };
    println!(
        "  {} seed {seed}: taken {:?}; hints {}; contradictions {}",
        kind.name,
        played.taken_ms,
        list(&played.hints),
        list(&played.contradictions)
    );
}
