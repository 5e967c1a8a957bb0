//! A throw-away PostgreSQL server for the tests: a fresh cluster in a temporary folder, reached by a Unix socket in it
//! alone.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::sh::{self, Result, cmd, output, which};
use crate::system::apt_install;

/// A running server; ended, and its folder removed, when dropped.
pub(crate) struct Postgres {
    server: Child,
    folder: PathBuf,
}

impl Postgres {
    /// Starts one.
    ///
    /// # Errors
    /// Returns an error if PostgreSQL is not installed and cannot be, or does not start.
    pub(crate) fn start() -> Result<Self> {
        Self::start_in(&find().map_or_else(install, Ok)?)
    }

    /// What the tests are given.
    pub(crate) fn url(&self) -> String {
        format!("postgres://kyc@/postgres?host={}", self.folder.display())
    }

    fn start_in(programs: &Path) -> Result<Self> {
        // Short: a socket's path has about 100 bytes.
        let folder = std::env::temp_dir().join(format!("kyc-pg-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder)?;
        if is_root()? {
            sh::run(cmd("chown").arg("postgres").arg(&folder))?;
        }
        let cluster = folder.join("cluster");
        let mut initdb = unprivileged(&programs.join("initdb"))?;
        initdb.args(["--username=kyc", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"]);
        sh::run(initdb.arg(&cluster).stdout(Stdio::null()))?;
        let mut server = unprivileged(&programs.join("postgres"))?;
        server.arg("-D").arg(&cluster).arg("-k").arg(&folder);
        // A cluster that is thrown away needs not outlive a power cut.
        for setting in ["listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=300"] {
            server.args(["-c", setting]);
        }
        let server = server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let started = Self { server, folder };
        let until = Instant::now() + Duration::from_secs(30);
        while !sh::succeeds(cmd(programs.join("pg_isready")).arg("-h").arg(&started.folder)) {
            if Instant::now() > until {
                return Err("the server does not answer".into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(started)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT ends it without waiting for its clients.
        let _ = cmd("kill").args(["-INT", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The folder of the newest version's programs: Debian's, or where `postgres` is found.
fn find() -> Option<PathBuf> {
    let version = |path: &PathBuf| path.file_name().and_then(|n| n.to_str()).and_then(|n| n.parse::<u32>().ok());
    let installed = std::fs::read_dir("/usr/lib/postgresql").ok().and_then(|entries| {
        entries
            .filter_map(|e| e.ok().map(|e| e.path()))
            .filter(|p| p.join("bin/postgres").is_file())
            .max_by_key(version)
    });
    installed.map(|path| path.join("bin")).or_else(|| which(&["postgres"])?.parent().map(Path::to_path_buf))
}

fn install() -> Result<PathBuf> {
    apt_install(&["postgresql"])?;
    find().ok_or_else(|| "its programs are not where Debian puts them".into())
}

fn is_root() -> Result<bool> {
    Ok(output(cmd("id").arg("-u"))? == "0")
}

/// PostgreSQL does not run as root; its package brings a user.
fn unprivileged(program: &Path) -> Result<Command> {
    let mut c = cmd(program);
    if is_root()? {
        c = cmd("setpriv");
        c.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    }
    // The user may not see the folder of whoever called.
    c.current_dir("/");
    Ok(c)
}
