//! The main job: install what is missing, build, serve.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::build;
use crate::sh::{self, Result, cargo, cmd, root, say, succeeds, timed, which};
use crate::system::need_node;

pub fn run(args: &[String]) -> Result<()> {
    let options = Options::parse(args)?;
    need_node()?;
    let pkg = build::run()?;
    let models = build::ensure_models()?;
    timed("compiling the sandbox", || sh::run(cargo().args(["build", "--quiet", "--package", "kyc-sandbox"])))?;

    say("starting the sandbox");
    let mut server = cargo();
    server.args(["run", "--quiet", "--package", "kyc-sandbox", "--", "--demo", "--port", &options.port.to_string()]);
    match options.ephemeral {
        true => server.arg("--ephemeral"),
        false => server.arg("--data").arg(root().join("data")),
    };
    server.arg("--www").arg(root().join("www")).arg("--pkg").arg(pkg).arg("--models").arg(models);
    let mut child = server.stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().ok_or("the sandbox has no output")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        if let Some(url) = line.strip_prefix("ready: ") {
            if options.open {
                open(url);
            }
            eprintln!("    press Ctrl+C to stop");
        }
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(format!("the sandbox ended ({status})").into()) }
}

struct Options {
    port: u16,
    open: bool,
    ephemeral: bool,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self> {
        let mut options = Self { port: 8080, open: true, ephemeral: false };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--port" => {
                    let value = args.next().ok_or("`--port` needs a number")?;
                    options.port =
                        value.parse().map_err(|_| format!("`--port {value}`: expected a number from 0 to 65535"))?;
                }
                "--no-open" => options.open = false,
                "--ephemeral" => options.ephemeral = true,
                other => {
                    return Err(format!("unknown option `{other}`: expected --port, --no-open, --ephemeral").into());
                }
            }
        }
        Ok(options)
    }
}

/// Opens the page in the person's browser where there is a desktop; silence where there is none.
fn open(url: &str) {
    let desktop = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|v| std::env::var_os(v).is_some());
    let opener = if cfg!(target_os = "macos") { which(&["open"]) } else { which(&["xdg-open"]).filter(|_| desktop) };
    if let Some(opener) = opener {
        let _ = succeeds(cmd(opener).arg(url));
    }
}
