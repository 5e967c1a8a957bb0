//! Load test: every one of many concurrent flows completes; prints time and memory. `cargo xtask load` runs 200; the
//! tests run a few.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::flow::{Flow, Shown};
use crate::support::program::{Kept, PROGRAM, Program};

/// How many flows run at once, unless `KYC_LOAD_FLOWS` says another number.
const FLOWS: usize = 8;

#[test]
fn all_flows_complete() {
    if let Some(missing) = crate::support::models().missing() {
        println!("skipped: no model `{missing}` (cargo xtask models makes it)");
        return;
    }
    let flows = std::env::var("KYC_LOAD_FLOWS").map_or(FLOWS, |n| n.parse().unwrap());
    let kept = Kept::new();
    let models = crate::support::models_folder();
    let program = Program::start(&kept, &["--models", models.to_str().unwrap(), "--allow-replays", "--rate", "100000"]);
    let made = Command::new(PROGRAM).args(["--add-client", "shop"]).args(kept.arguments()).output().unwrap();
    let text = String::from_utf8(made.stdout).unwrap();
    let secret = text.lines().find_map(|l| l.strip_prefix("client secret: ")).unwrap();

    let shown = Shown::new();
    let began = Instant::now();
    let mut done: Vec<Flow> = std::thread::scope(|scope| {
        let flow = || {
            let mut flow = Flow::begin(&program.url, "shop", secret);
            flow.give(&shown);
            let answer = flow.finalize();
            assert!(answer["verified"].is_boolean(), "{answer}");
            flow
        };
        let threads: Vec<_> = (0..flows).map(|_| scope.spawn(flow)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let took = began.elapsed();
    for flow in &mut done {
        assert_eq!(flow.read()["status_e"], "complete");
    }

    let requests: usize = done.iter().map(|flow| flow.took.len() - 1).sum();
    let seconds = took.as_secs_f64();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    println!("{} {}, {cores} cores, {profile} profile", std::env::consts::OS, std::env::consts::ARCH);
    println!("{flows} flows at once, {requests} requests, all complete in {seconds:.1} s");
    println!("{:.2} flows/s, {:.1} requests/s", flows as f64 / seconds, requests as f64 / seconds);
    let mut by_name: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for (name, took) in done.iter().flat_map(|flow| &flow.took) {
        by_name.entry(name).or_default().push(*took);
    }
    println!("{:<16} {:>8} {:>10} {:>10}", "request", "number", "median ms", "p95 ms");
    for (name, mut took) in by_name {
        took.sort();
        let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)].as_millis();
        println!("{name:<16} {:>8} {:>10} {:>10}", took.len(), at(50), at(95));
    }
    let asked_again: usize = done.iter().map(|flow| flow.asked_again).sum();
    println!("verdicts that were not there yet (503 with Retry-After, asked for again): {asked_again}");
    match peak_memory(program.id()) {
        Some(kib) => println!("memory of the server at its peak: {} MiB", kib / 1024),
        None => println!("memory of the server: not available on this system"),
    }
}

/// KiB, as Linux counts them.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
