//! Runs test processes side by side, as many as the cores carry.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::outcome::{Harness, Outcome};
use super::suite::Suite;
use crate::sh::{Result, target_dir};

/// How long one job may take before it is stopped and counts as failed.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Share of a core in tenths.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Load {
    /// One thread that computes.
    Computes,
    /// Threads that mostly wait for the network, a file or a timer.
    Waits,
    /// Needs every core to keep its own time limits.
    Alone,
}

impl Load {
    fn weight(self, capacity: usize) -> usize {
        match self {
            Self::Computes => 10,
            Self::Waits => 6,
            Self::Alone => capacity,
        }
        .min(capacity)
    }
}

/// A process that runs tests.
pub(super) struct Job {
    pub suite: Suite,
    pub name: String,
    pub command: Command,
    pub harness: Harness,
    pub load: Load,
}

/// A job that ended.
pub(super) struct Done {
    pub suite: Suite,
    pub name: String,
    pub outcome: Outcome,
    pub seconds: f64,
}

/// Runs jobs, those that took longest before first, and calls `report` as each ends.
pub(super) fn run(jobs: Vec<Job>, times: &mut Times, mut report: impl FnMut(&Done)) -> Vec<Done> {
    let capacity = 10 * std::thread::available_parallelism().map_or(1, |n| n.get());
    let mut waiting = jobs;
    // Jobs that need all cores come last: none then waits for the cores to drain and leaves one idle.
    waiting.sort_by(|a, b| {
        let last = |job: &Job| job.load == Load::Alone;
        last(a).cmp(&last(b)).then(times.of(b).total_cmp(&times.of(a)))
    });
    let (sender, ended) = mpsc::channel();
    let (mut used, mut running, mut done) = (0, 0, Vec::new());
    while running > 0 || !waiting.is_empty() {
        while let Some(i) = waiting.iter().position(|job| used + job.load.weight(capacity) <= capacity) {
            let job = waiting.remove(i);
            let weight = job.load.weight(capacity);
            (used, running) = (used + weight, running + 1);
            let sender = sender.clone();
            std::thread::spawn(move || {
                // The receiver outlives every job.
                let _ = sender.send((weight, execute(job)));
            });
        }
        let Ok((weight, job)) = ended.recv() else { break };
        (used, running) = (used - weight, running - 1);
        times.0.insert(key(job.suite, &job.name), job.seconds);
        report(&job);
        done.push(job);
    }
    done
}

fn execute(job: Job) -> Done {
    let Job { suite, name, mut command, harness, .. } = job;
    let start = Instant::now();
    let outcome = match capture(&mut command) {
        Ok((output, success)) => Outcome::read(harness, &output, success),
        Err(error) => Outcome { failed: 1, failures: error.to_string(), ..Outcome::default() },
    };
    Done { suite, name, outcome, seconds: start.elapsed().as_secs_f64() }
}

/// Runs to the end or the limit; returns both outputs and whether the status is 0.
fn capture(command: &mut Command) -> Result<(String, bool)> {
    let shown = crate::sh::show(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("cannot start `{shown}`: {e}"))?;
    let readers = [
        child.stdout.take().map(|out| Box::new(out) as Box<dyn Read + Send>),
        child.stderr.take().map(|out| Box::new(out) as Box<dyn Read + Send>),
    ]
    .map(|pipe| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            // What arrived before an error is still worth showing.
            let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
            String::from_utf8_lossy(&bytes).into_owned()
        })
    });
    let success = wait(&mut child)?;
    let mut output = String::new();
    for reader in readers {
        output.push_str(&reader.join().unwrap_or_default());
    }
    Ok((output, success))
}

fn wait(child: &mut Child) -> Result<bool> {
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
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn key(suite: Suite, name: &str) -> String {
    format!("{} {name}", suite.name())
}

/// Seconds of each job in earlier runs.
#[derive(Default)]
pub(super) struct Times(BTreeMap<String, f64>);

impl Times {
    fn file() -> PathBuf {
        target_dir().join("test-times.json")
    }

    /// Reads the times of earlier runs; there are none at first.
    pub(super) fn read() -> Self {
        let text = std::fs::read_to_string(Self::file()).unwrap_or_default();
        Self(serde_json::from_str(&text).unwrap_or_default())
    }

    /// Seconds that a job took, or a guess: jobs that compute tend to be the long ones.
    fn of(&self, job: &Job) -> f64 {
        let guess = if job.load == Load::Computes { 10.0 } else { 5.0 };
        self.0.get(&key(job.suite, &job.name)).copied().unwrap_or(guess)
    }

    /// Keeps the times for the next run.
    pub(super) fn write(&self) {
        // The order of the next run depends on it, nothing else does.
        let _ = serde_json::to_string_pretty(&self.0).map(|text| std::fs::write(Self::file(), text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(script: &str, load: Load) -> Job {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Job { suite: Suite::Native, name: script.to_owned(), command, harness: Harness::Summary, load }
    }

    #[test]
    fn runs_every_job_and_counts_crashes() {
        let line = "echo 'test result: ok. 2 passed; 0 failed; 0 ignored'";
        let jobs = vec![job(line, Load::Computes), job("exit 3", Load::Waits), job(line, Load::Alone)];
        let mut reported = 0;
        let done = run(jobs, &mut Times::default(), |_| reported += 1);
        assert_eq!((done.len(), reported), (3, 3));
        assert_eq!(done.iter().map(|d| d.outcome.passed).sum::<usize>(), 4);
        assert_eq!(done.iter().map(|d| d.outcome.failed).sum::<usize>(), 1);
    }

    #[test]
    fn weighs_jobs_against_the_cores() {
        assert_eq!(Load::Computes.weight(20), 10);
        assert_eq!(Load::Alone.weight(20), 20);
        assert_eq!(Load::Computes.weight(10), 10);
    }
}
