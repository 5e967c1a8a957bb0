//! What ran in a job, read from the harness's output.

use std::collections::BTreeMap;

use serde_json::Value;

/// The output format of a test harness.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Harness {
    /// Rust's, as JSON events.
    Events,
    /// `test result: …` lines: doc tests, wasm-bindgen's runner.
    Summary,
    /// The Test Anything Protocol of `node --test`.
    Tap,
}

/// Counts, names and durations of a job's tests.
#[derive(Default, Debug)]
pub(super) struct Outcome {
    pub passed: usize,
    pub failed: usize,
    /// Tests that did not run, with the reason; the name is empty if the harness only counts them.
    pub skipped: Vec<(String, String)>,
    /// Seconds of each test.
    pub times: Vec<(String, f64)>,
    /// What failed tests printed.
    pub failures: String,
}

impl Outcome {
    /// Reads the output of a harness that ended with or without success.
    ///
    /// A job that fails without a failed test (it crashed, it was stopped at its limit) counts as one failure.
    pub(super) fn read(harness: Harness, output: &str, success: bool) -> Self {
        let mut outcome = match harness {
            Harness::Events => events(output),
            Harness::Summary => summary(output),
            Harness::Tap => tap(output),
        };
        if !success && outcome.failed == 0 {
            outcome.failed = 1;
        }
        if outcome.failed > 0 && (harness != Harness::Events || outcome.failures.is_empty()) {
            outcome.failures = output.to_owned();
        }
        outcome
    }
}

/// The line by which a test that lacks something reports that it did not run.
const SKIPPED: &str = "skipped: ";

fn events(output: &str) -> Outcome {
    let mut outcome = Outcome::default();
    let mut running = BTreeMap::<String, ()>::new();
    for line in output.lines() {
        let Ok(event) = serde_json::from_str::<Value>(line) else { continue };
        let (Some("test"), Some(name), Some(what)) =
            (event["type"].as_str(), event["name"].as_str(), event["event"].as_str())
        else {
            continue;
        };
        let printed = event["stdout"].as_str().unwrap_or_default();
        if let Some(seconds) = event["exec_time"].as_f64() {
            outcome.times.push((name.to_owned(), seconds));
        }
        if matches!(what, "ok" | "failed" | "ignored") {
            running.remove(name);
        }
        match what {
            "started" => drop(running.insert(name.to_owned(), ())),
            "ok" => match printed.lines().find_map(|line| line.strip_prefix(SKIPPED)) {
                Some(reason) => outcome.skipped.push((name.to_owned(), reason.to_owned())),
                None => outcome.passed += 1,
            },
            "ignored" => {
                let reason = event["message"].as_str().unwrap_or_default();
                outcome.skipped.push((name.to_owned(), reason.to_owned()));
            }
            "failed" => {
                outcome.failed += 1;
                outcome.failures.push_str(&format!("---- {name}\n{printed}\n"));
            }
            _ => {}
        }
    }
    for (name, ()) in running {
        outcome.failed += 1;
        outcome.failures.push_str(&format!("---- {name}\nstarted and never ended\n{output}\n"));
    }
    outcome
}

fn summary(output: &str) -> Outcome {
    let mut outcome = Outcome::default();
    for line in output.lines() {
        if let Some(reason) = line.strip_prefix(SKIPPED) {
            outcome.skipped.push((String::new(), reason.to_owned()));
        }
        let Some(rest) = line.trim().strip_prefix("test result: ") else { continue };
        for part in rest.split([';', '.']) {
            let mut words = part.split_whitespace().rev();
            let (word, number) = (words.next(), words.next().and_then(|n| n.parse::<usize>().ok()));
            match (word, number) {
                (Some("passed"), Some(n)) => outcome.passed += n,
                (Some("failed"), Some(n)) => outcome.failed += n,
                (Some("ignored"), Some(n)) => {
                    let known = outcome.skipped.len();
                    outcome.skipped.extend((known..n).map(|_| (String::new(), String::new())));
                }
                _ => {}
            }
        }
    }
    outcome
}

/// Counts leaf tests by the closing lines, and names those that were skipped.
fn tap(output: &str) -> Outcome {
    let mut outcome = Outcome::default();
    let mut name = String::new();
    for line in output.lines() {
        let number = || line.rsplit(' ').next().and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
        let text = line.trim();
        if line.starts_with("# pass ") {
            outcome.passed += number();
        } else if line.starts_with("# fail ") || line.starts_with("# cancelled ") {
            outcome.failed += number();
        } else if let Some((_, rest)) = text.strip_prefix("ok ").and_then(|rest| rest.split_once(" - ")) {
            match rest.split_once(" # SKIP") {
                Some((name, reason)) => outcome.skipped.push((name.to_owned(), reason.trim().to_owned())),
                None => name = rest.to_owned(),
            }
        } else if let Some(milliseconds) = text.strip_prefix("duration_ms: ").and_then(|n| n.parse::<f64>().ok())
            && !name.is_empty()
        {
            outcome.times.push((std::mem::take(&mut name), milliseconds / 1000.0));
        }
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_events() {
        let output = r#"{"type":"suite","event":"started","test_count":4}
{"type":"test","event":"started","name":"a"}
{"type":"test","name":"a","event":"ok","exec_time":0.5}
{"type":"test","name":"b","event":"ok","exec_time":0.1,"stdout":"skipped: curl is not installed\n"}
{"type":"test","name":"c","event":"ignored","message":"writes a file"}
something that a child process printed
{"type":"test","name":"d","event":"failed","exec_time":0.1,"stdout":"boom\n"}"#;
        let outcome = Outcome::read(Harness::Events, output, false);
        assert_eq!((outcome.passed, outcome.failed, outcome.skipped.len()), (1, 1, 2));
        let reasons: Vec<_> = outcome.skipped.iter().map(|(_, reason)| reason.as_str()).collect();
        assert_eq!(reasons, ["curl is not installed", "writes a file"]);
        assert!(outcome.failures.contains("boom"));
        assert_eq!(outcome.times.len(), 3);
    }

    #[test]
    fn counts_a_test_that_never_ended_as_failed() {
        let outcome = Outcome::read(Harness::Events, r#"{"type":"test","event":"started","name":"a"}"#, false);
        assert_eq!((outcome.passed, outcome.failed), (0, 1));
    }

    #[test]
    fn reads_closing_lines() {
        let output = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; finished in 0.10s\n\
                      test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out\nrunning 3 tests";
        let outcome = Outcome::read(Harness::Summary, output, false);
        assert_eq!((outcome.passed, outcome.failed, outcome.skipped.len()), (15, 2, 1));
        assert_eq!(Outcome::read(Harness::Summary, "", false).failed, 1);
        assert_eq!(Outcome::read(Harness::Summary, "", true).failed, 0);
    }

    #[test]
    fn reads_tap() {
        let output = "ok 1 - starts\n  ---\n  duration_ms: 1500.5\n  ...\n\
                      ok 2 - films # SKIP no camera\n  ---\n  duration_ms: 1\n\
                      # pass 7\n# fail 1\n# cancelled 1\n# skipped 1\n    # pass 9 (a test that reports so)\n";
        let outcome = Outcome::read(Harness::Tap, output, false);
        assert_eq!((outcome.passed, outcome.failed), (7, 2));
        assert_eq!(outcome.skipped, [("films".to_owned(), "no camera".to_owned())]);
        assert_eq!(outcome.times, [("starts".to_owned(), 1.5005)]);
    }
}
