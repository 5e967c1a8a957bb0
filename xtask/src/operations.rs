//! The documented operations: their table, and requests made up against them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::build;
use crate::sh::{self, Result, cargo, cmd, root, target_dir, timed};

/// The checker of APIs, pinned: `PYTHON -m pip install` from the Python package index.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Where the conformance suite leaves its table.
fn table_file() -> PathBuf {
    target_dir().join("tmp/operations.txt")
}

/// Forgets the table of an earlier run.
pub fn forget_table() {
    let _ = std::fs::remove_file(table_file());
}

/// Prints the table of this run, where the suite left one.
pub fn print_table() {
    if let Ok(table) = std::fs::read_to_string(table_file()) {
        eprintln!("\n{table}");
    }
}

/// Writes `docs/operations.md` as the conformance suite finds it.
pub fn docs() -> Result<()> {
    forget_table();
    let mut c = cargo();
    c.args(["test", "--quiet", "--package", "kyc-sandbox", "--test", "conformance"]);
    c.env("KYC_MODELS_DIR", build::ensure_models()?).env("KYC_WRITE_DOCS", "1");
    let done = sh::run(&mut c);
    print_table();
    done
}

/// Schemathesis over `/openapi.json` of a server with the demo's data; `--bounded` takes about a minute, and leaves out with a
/// word where Python or its package index is not there.
pub fn fuzz(args: &[String]) -> Result<()> {
    let bounded = args.iter().any(|a| a == "--bounded");
    let tool = match tool() {
        Ok(tool) => tool,
        Err(error) if bounded => {
            eprintln!("left out: schemathesis cannot be installed here ({error})");
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    timed("compiling the sandbox", || sh::run(cargo().args(["build", "--quiet", "--package", "kyc-sandbox"])))?;
    let models = build::ensure_models()?;
    let server = Server::start(&models)?;
    let cases = if bounded { "6" } else { "40" };
    let mut c = cmd("sh");
    c.arg(root().join("tests/schemathesis/run.sh")).args([cases]);
    c.env("SCHEMATHESIS", tool).env("KYC", &server.url).env("CLIENT_ID", "demo").env("CLIENT_SECRET", &server.secret);
    c.env("REPORTS", target_dir().join("schemathesis-reports"));
    timed("schemathesis", || sh::run(&mut c))
}

/// The checker in a virtual environment under the target folder.
fn tool() -> Result<PathBuf> {
    let folder = target_dir().join("schemathesis");
    let program = folder.join("bin/schemathesis");
    let stamp = folder.join("version");
    if std::fs::read_to_string(&stamp).is_ok_and(|version| version == SCHEMATHESIS) && program.is_file() {
        return Ok(program);
    }
    timed("installing schemathesis", || {
        sh::run(cmd("python3").args(["-m", "venv"]).arg(&folder))?;
        sh::run(cmd(folder.join("bin/pip")).args(["install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS]))
    })?;
    std::fs::write(stamp, SCHEMATHESIS)?;
    Ok(program)
}

/// A sandbox with the demo's data on a free port; ended when dropped.
struct Server {
    child: Child,
    url: String,
    secret: String,
}

impl Server {
    fn start(models: &Path) -> Result<Self> {
        let mut command = Command::new(target_dir().join("debug/kyc-sandbox"));
        command.args(["--ephemeral", "--seed", "demo", "--port", "0", "--rate", "100000", "--models"]).arg(models);
        let log = std::fs::File::create(target_dir().join("schemathesis-server.log"))?;
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn()?;
        let out = child.stdout.take().ok_or("the server has no output")?;
        let mut server = Self { child, url: String::new(), secret: String::new() };
        for line in BufReader::new(out).lines() {
            let line = line?;
            if let Some(secret) = line.strip_prefix("client secret: ") {
                server.secret = secret.to_owned();
            }
            if let Some(url) = line.strip_prefix("ready: ") {
                server.url = url.trim_end_matches('/').to_owned();
                break;
            }
        }
        if server.url.is_empty() || server.secret.is_empty() {
            return Err("the sandbox did not start".into());
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
