//! Installs what is missing, builds, and serves.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::build;
use crate::sh::{Result, cmd, root, say, succeeds, timed, which};
use crate::system::need_node;
use crate::test::native;

/// Builds the package and the sandbox and serves them until the sandbox ends.
///
/// # Errors
/// Returns an error if something is missing, does not compile, or the sandbox fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    need_node()?;
    // Optimising the wasm modules keeps one core busy for long; the sandbox's build has another folder.
    say("compiling the sandbox beside the package");
    let (package, sandbox) = std::thread::scope(|scope| {
        let sandbox = scope.spawn(|| native::build_sandbox().map_err(|error| error.to_string()));
        let package = build::run().and_then(|pkg| Ok((pkg, build::ensure_models()?)));
        (package, sandbox.join())
    });
    let (pkg, models) = package?;
    timed("waiting for the sandbox's build", || Ok(sandbox.map_err(|_| "the sandbox's build panicked")??))?;

    say("starting the sandbox");
    let mut server = cmd(native::programs().join("kyc-sandbox"));
    server.args(["--demo", "--port", &options.port.to_string()]);
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
            if !options.no_open {
                open(url);
            }
            eprintln!("    press Ctrl+C to stop");
        }
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(format!("the sandbox ended ({status})").into()) }
}

/// How to serve.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Does not open the page in a browser.
    #[arg(long)]
    no_open: bool,
    /// Keeps data in memory instead of `data/`.
    #[arg(long)]
    ephemeral: bool,
}

/// Opens the page in the default browser if there is a desktop.
fn open(url: &str) {
    let desktop = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|v| std::env::var_os(v).is_some());
    let opener = if cfg!(target_os = "macos") { which(&["open"]) } else { which(&["xdg-open"]).filter(|_| desktop) };
    if let Some(opener) = opener {
        let _ = succeeds(cmd(opener).arg(url));
    }
}
