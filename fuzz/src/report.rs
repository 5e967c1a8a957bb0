//! The running total of executions, in a file that is committed.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::engine::Run;
use crate::targets::Target;

/// Totals of all runs.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// Totals by target.
    pub targets: BTreeMap<String, Total>,
}

/// Totals of a target.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Total {
    /// Executed inputs of all runs.
    pub executions: u64,
    /// Seconds of all runs.
    pub seconds: f64,
    /// Edges that the last run reached.
    pub edges: usize,
    /// Inputs in the committed corpus.
    pub corpus: usize,
    /// Milliseconds of the longest execution of the last run.
    pub slowest_ms: f64,
    /// Findings of all runs, each of which became a test.
    pub findings: usize,
}

impl Report {
    /// Reads a report; an empty one if there is no file.
    ///
    /// # Errors
    /// A text if the file is not a report.
    pub fn read(file: &Path) -> Result<Self, String> {
        match std::fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| format!("{}: {e}", file.display())),
            Err(_) => Ok(Self::default()),
        }
    }

    /// Adds a run.
    pub fn add(&mut self, target: &Target, run: &Run, corpus: usize) {
        let total = self.targets.entry(target.name.to_owned()).or_default();
        total.executions += run.executions;
        total.seconds = (total.seconds + run.elapsed.as_secs_f64()).round();
        total.edges = run.edges;
        total.corpus = corpus;
        total.slowest_ms = (run.slowest.as_secs_f64() * 1e4).round() / 10.0;
        total.findings += run.findings.len();
    }

    /// Returns the executions of all targets.
    pub fn executions(&self) -> u64 {
        self.targets.values().map(|total| total.executions).sum()
    }

    /// Writes the report.
    ///
    /// # Errors
    /// A text for an error of the file system.
    pub fn write(&self, file: &Path) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|e| e.to_string())?;
        std::fs::write(file, text + "\n").map_err(|e| format!("{}: {e}", file.display()))
    }
}
