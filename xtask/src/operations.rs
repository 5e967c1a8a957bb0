//! The documented operations: their table, and requests made up against them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::sh::{self, Result, cmd, root, target_dir, timed};
use crate::test::native;
use crate::{build, python};

/// Version of the API checker.
const SCHEMATHESIS: &str = "4.32.5";

/// Where the conformance suite leaves its table.
fn table_file() -> PathBuf {
    target_dir().join("tmp/operations.txt")
}

/// Forgets the table of an earlier run.
pub(crate) fn forget_table() {
    let _ = std::fs::remove_file(table_file());
}

/// Prints the table of this run, where the suite left one.
pub(crate) fn print_table() {
    if let Ok(table) = std::fs::read_to_string(table_file()) {
        eprintln!("\n{table}");
    }
}

/// Writes `docs/operations.md` as the conformance suite finds it.
pub(crate) fn docs() -> Result<()> {
    forget_table();
    let mut c = native::integration("kyc-sandbox", "http")?.command();
    c.arg("conformance::").env("KYC_MODELS_DIR", build::ensure_models()?).env("KYC_WRITE_DOCS", "1");
    let done = sh::run(&mut c);
    print_table();
    done
}

/// Runs schemathesis over `/openapi.json` of a server with the demo's data.
///
/// `bounded` takes about a minute, and is skipped if Python or its package index is absent. Every operation must get
/// cases, and nearly all must succeed at least once: requests that authentication refuses test nothing.
pub(crate) fn fuzz(bounded: bool) -> Result<()> {
    let tool = match python::tool("schemathesis", SCHEMATHESIS) {
        Ok(tool) => tool,
        Err(error) if bounded => {
            println!("skipped: schemathesis cannot be installed ({error})");
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    timed("compiling the sandbox", native::build_sandbox)?;
    let models = build::ensure_models()?;
    let server = timed("starting the sandbox with the demo's data", || Server::start(&models))?;
    let cases = if bounded { BOUNDED_EXAMPLES } else { EXAMPLES };
    let reports = target_dir().join("schemathesis-reports");
    let _ = std::fs::remove_file(reports.join("statuses.json"));
    let mut c = cmd("sh");
    c.arg(root().join("tests/schemathesis/run.sh")).args([cases]);
    c.env("SCHEMATHESIS", tool).env("KYC", &server.url).env("REPORTS", &reports);
    for (variable, line) in Server::WORDS {
        c.env(variable, server.word(line)?);
    }
    if bounded {
        c.env("PHASES", "examples,fuzzing");
    }
    let done = timed("schemathesis", || sh::run(c.stdout(std::io::stderr())));
    let seen = Seen::read(&reports.join("statuses.json"))?;
    println!("{}", seen.sentence());
    done?;
    if let Some(operation) = seen.without_case.first() {
        return Err(format!("no case of {operation}").into());
    }
    let min_cases = if bounded { MIN_CASES_BOUNDED } else { MIN_CASES };
    if seen.cases < min_cases {
        return Err(format!("fewer than {min_cases} cases").into());
    }
    if bounded {
        println!("test result: ok. 1 passed; 0 failed");
    } else if !seen.never.is_empty() {
        return Err(format!("no case came to a success: {}", seen.never.join(", ")).into());
    }
    Ok(())
}

/// Made-up requests of each operation; examples and the corners of its schema come on top.
const EXAMPLES: &str = "60";
const BOUNDED_EXAMPLES: &str = "8";
/// Fewer cases than these mean that something did not run.
const MIN_CASES: u64 = 5_000;
const MIN_CASES_BOUNDED: u64 = 400;

/// What came of the cases, as the hooks counted.
struct Seen {
    cases: u64,
    operations: usize,
    /// Operations without a case.
    without_case: Vec<String>,
    /// Operations without a success.
    never: Vec<String>,
    by_status: BTreeMap<String, u64>,
}

impl Seen {
    fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).map_err(|e| format!("schemathesis left no counts: {e}"))?;
        let counts: BTreeMap<String, BTreeMap<String, u64>> = serde_json::from_str(&text)?;
        let mut seen = Self {
            cases: 0,
            operations: counts.len(),
            without_case: Vec::new(),
            never: Vec::new(),
            by_status: BTreeMap::new(),
        };
        for (operation, statuses) in counts {
            if statuses.is_empty() {
                seen.without_case.push(operation.clone());
            }
            for (status, count) in &statuses {
                seen.cases += count;
                *seen.by_status.entry(status.clone()).or_default() += count;
            }
            if !statuses.contains_key("200") {
                seen.never.push(operation);
            }
        }
        Ok(seen)
    }

    fn sentence(&self) -> String {
        let statuses: Vec<_> = self.by_status.iter().map(|(status, count)| format!("{status}: {count}")).collect();
        let succeeded = self.operations - self.never.len();
        format!(
            "{} cases over {} operations ({}); {succeeded} operations came to a success",
            self.cases,
            self.operations,
            statuses.join(", ")
        )
    }
}

/// A sandbox with the demo's data on a free port; ended when dropped.
struct Server {
    child: Child,
    url: String,
    /// The lines that it printed before it was ready.
    printed: Vec<String>,
}

impl Server {
    /// What the checker must know, and before which words it is printed.
    const WORDS: [(&str, &str); 5] = [
        ("CLIENT_ID", "client id: "),
        ("CLIENT_SECRET", "client secret: "),
        ("API_KEY", "organization api key: "),
        ("IDNGO_TOKEN", "idngo app token: "),
        ("IDNGO_SECRET", "idngo secret key: "),
    ];

    fn start(models: &Path) -> Result<Self> {
        let mut command = Command::new(native::programs().join("kyc-sandbox"));
        command.args(["--ephemeral", "--seed", "demo", "--port", "0", "--rate", "100000", "--models"]).arg(models);
        let log = std::fs::File::create(target_dir().join("schemathesis-server.log"))?;
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn()?;
        let out = child.stdout.take().ok_or("the server has no output")?;
        let mut server = Self { child, url: String::new(), printed: Vec::new() };
        for line in BufReader::new(out).lines() {
            let line = line?;
            if let Some(url) = line.strip_prefix("ready: ") {
                server.url = url.trim_end_matches('/').to_owned();
                return Ok(server);
            }
            server.printed.push(line);
        }
        Err("the sandbox did not start".into())
    }

    /// What was printed after these words, the first time.
    fn word(&self, before: &str) -> Result<&str> {
        let found = self.printed.iter().find_map(|line| line.strip_prefix(before));
        found.ok_or_else(|| format!("the sandbox did not print `{before}`").into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
