//! The loop: choose, mutate, execute, keep.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::coverage::Coverage;
use crate::mutate::mutate;
use crate::rng::Rng;
use crate::targets::Target;

/// Inputs between two checks of the counters, which are many: what is new is then run again, one input at a time.
const BATCH: usize = 64;
/// Maximum number of inputs in a corpus.
const CORPUS_MAX: usize = 4_096;

/// What a run does.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How many inputs to execute, those of the corpus included.
    pub executions: u64,
    /// The seed of the mutations: without counters the same seed gives the same inputs.
    pub seed: u64,
    /// Stop after this time, if given.
    pub time: Option<Duration>,
    /// Stop at this many findings; 0 means the first.
    pub findings_max: usize,
}

/// An input for which something did not hold.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The input.
    pub input: Vec<u8>,
    /// The message of the panic.
    pub message: String,
}

/// What a run did.
#[derive(Debug, Default)]
pub struct Run {
    /// Executed inputs.
    pub executions: u64,
    /// Reached edges; 0 without counters.
    pub edges: usize,
    /// Inputs that reached something new, those of the given corpus included.
    pub corpus: Vec<Vec<u8>>,
    /// What failed, one for each message.
    pub findings: Vec<Finding>,
    /// The longest execution.
    pub slowest: Duration,
    /// The input of the longest execution.
    pub slowest_input: Vec<u8>,
    /// The time of the run.
    pub elapsed: Duration,
}

/// The input that is being executed, for a watchdog.
pub static CURRENT: Mutex<Option<(Vec<u8>, Instant)>> = Mutex::new(None);

/// The message of the last panic, with its place.
static MESSAGE: Mutex<String> = Mutex::new(String::new());

/// Makes panics silent and remembers what they say. For programs that run targets.
pub fn keep_panics() {
    std::panic::set_hook(Box::new(|info| {
        *MESSAGE.lock().unwrap_or_else(|e| e.into_inner()) = info.to_string();
    }));
}

/// Executes `target` on one input.
///
/// # Errors
/// The message of the panic.
pub fn execute(target: &Target, input: &[u8]) -> Result<(), String> {
    *CURRENT.lock().unwrap_or_else(|e| e.into_inner()) = Some((input.to_vec(), Instant::now()));
    let result = catch_unwind(AssertUnwindSafe(|| (target.execute)(input)));
    *CURRENT.lock().unwrap_or_else(|e| e.into_inner()) = None;
    result.map_err(|payload| {
        let kept = std::mem::take(&mut *MESSAGE.lock().unwrap_or_else(|e| e.into_inner()));
        let said = payload.downcast_ref::<String>().cloned();
        let said = said.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        if kept.is_empty() { said.unwrap_or_default() } else { kept }
    })
}

/// Fuzzes `target` from these inputs and its own seeds.
pub fn run(target: &Target, given: &[Vec<u8>], options: &Options) -> Run {
    let mut state = State {
        target,
        coverage: Coverage::default(),
        rng: Rng::new(options.seed),
        run: Run::default(),
        start: Instant::now(),
        findings_max: options.findings_max.max(1),
    };
    state.coverage.ignore_past();
    let mut seeds = (target.seeds)();
    seeds.extend(given.iter().cloned());
    for batch in seeds.chunks(BATCH) {
        state.batch(batch.to_vec());
    }
    if state.run.corpus.is_empty() {
        state.run.corpus = if seeds.is_empty() { vec![Vec::new()] } else { seeds };
    }
    while state.run.executions < options.executions && !state.is_over(options) {
        let count = BATCH.min((options.executions - state.run.executions) as usize);
        let batch = (0..count).map(|_| state.mutated()).collect();
        state.batch(batch);
    }
    state.run.edges = state.coverage.reached();
    state.run.elapsed = state.start.elapsed();
    state.run
}

struct State<'a> {
    target: &'a Target,
    coverage: Coverage,
    rng: Rng,
    run: Run,
    start: Instant,
    findings_max: usize,
}

impl State<'_> {
    fn is_over(&self, options: &Options) -> bool {
        self.run.findings.len() >= self.findings_max || options.time.is_some_and(|time| self.start.elapsed() > time)
    }

    fn mutated(&mut self) -> Vec<u8> {
        let corpus = &self.run.corpus;
        // The newest inputs reached the rarest code.
        let newest = corpus.len().saturating_sub(16);
        let at = if self.rng.one_in(3) {
            newest + self.rng.below(corpus.len() - newest)
        } else {
            self.rng.below(corpus.len())
        };
        let mut input = corpus[at].clone();
        let other = &corpus[self.rng.below(corpus.len())];
        mutate(&mut self.rng, &mut input, other, self.target.words, self.target.max_len);
        if !self.rng.one_in(4) {
            (self.target.repair)(&mut input);
        }
        input
    }

    fn batch(&mut self, inputs: Vec<Vec<u8>>) {
        for input in &inputs {
            self.one(input);
        }
        let mut fresh = self.coverage.fresh();
        if fresh.is_empty() {
            return;
        }
        for input in inputs {
            if fresh.is_empty() {
                break;
            }
            self.one(&input);
            let reached: Vec<usize> = fresh.iter().copied().filter(|edge| self.coverage.take(*edge)).collect();
            if reached.is_empty() {
                continue;
            }
            reached.iter().for_each(|edge| self.coverage.learn(*edge));
            fresh.retain(|edge| !reached.contains(edge));
            if self.run.corpus.len() < CORPUS_MAX {
                self.run.corpus.push(input);
            }
        }
        // What is not reached again depends on more than the input (a table that is made once).
        fresh.iter().for_each(|edge| self.coverage.learn(*edge));
    }

    fn one(&mut self, input: &[u8]) {
        let start = Instant::now();
        let result = execute(self.target, input);
        let time = start.elapsed();
        self.run.executions += 1;
        if time > self.run.slowest {
            self.run.slowest = time;
            self.run.slowest_input = input.to_vec();
        }
        if let Err(message) = result
            && !self.run.findings.iter().any(|known| place_of(&known.message) == place_of(&message))
        {
            self.run.findings.push(Finding { input: input.to_vec(), message });
        }
    }
}

/// The place of a panic: its message may quote the input.
fn place_of(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

/// Keeps the inputs that reach something, the shortest first, so that a corpus stays small.
pub fn minimised(target: &Target, mut inputs: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    inputs.sort_by_key(Vec::len);
    inputs.dedup();
    let mut coverage = Coverage::default();
    if !coverage.is_active() {
        return inputs;
    }
    coverage.ignore_past();
    inputs.retain(|input| {
        let _ = execute(target, input);
        let fresh = coverage.fresh();
        fresh.iter().for_each(|edge| coverage.learn(*edge));
        !fresh.is_empty()
    });
    inputs
}

/// The corpus of a target below `root`.
pub fn corpus_of(root: &Path, target: &Target) -> PathBuf {
    root.join("corpus").join(format!("{}.bin", target.name))
}
