//! A Rust toolchain that builds for `wasm32-unknown-unknown`: the one in use, the one in use after `rustup target add`,
//! or, where rustup's server cannot be reached, Debian's compiler with a standard library built from Debian's sources.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::sh::{Result, cargo, cmd, output, run, say, succeeds, target_dir, timed, which};
use crate::system::{apt_install, as_root};

pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The name under which Debian's compiler is linked into rustup.
const DEBIAN: &str = "debian-wasm";
const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "lld-19"];

/// How long rustup may take before we look for another way: a blocked network answers nothing at all.
const RUSTUP_LIMIT: Duration = Duration::from_secs(90);

/// Which cargo builds for wasm.
#[derive(Clone)]
pub(crate) enum Toolchain {
    /// The one that runs us.
    Current,
    /// Debian's, through rustup or, without rustup, by itself.
    Debian { rustup: bool },
}

impl Toolchain {
    /// Cargo of this toolchain.
    pub(crate) fn cargo(&self) -> Command {
        match self {
            Self::Current => cargo(),
            Self::Debian { rustup: true } => {
                let mut c = cmd("cargo");
                // The variables of the toolchain that runs us would win over the choice made here.
                c.env_remove("CARGO").env_remove("RUSTC").env("RUSTUP_TOOLCHAIN", DEBIAN);
                c
            }
            Self::Debian { rustup: false } => {
                let mut c = cmd("/usr/bin/cargo");
                c.env("RUSTC", "/usr/bin/rustc");
                c
            }
        }
    }
}

/// Finds or sets up a toolchain that compiles and links for wasm, and reports each step.
///
/// # Errors
/// Returns an error with what to install if there is none and none can be set up.
pub(crate) fn ensure() -> Result<Toolchain> {
    static FOUND: OnceLock<Toolchain> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return Ok(found.clone());
    }
    let found = find()?;
    Ok(FOUND.get_or_init(|| found).clone())
}

fn find() -> Result<Toolchain> {
    // A compiler that linked before still does; the probe takes a second.
    let stamp = target_dir().join("wasm-probe/linked-by");
    let version = output(cmd("rustc").arg("-vV"))?;
    if fs::read_to_string(&stamp).is_ok_and(|linked_by| linked_by == version) {
        return Ok(Toolchain::Current);
    }
    let found = set_up()?;
    if let Toolchain::Current = found {
        fs::write(stamp, version)?;
    }
    Ok(found)
}

fn set_up() -> Result<Toolchain> {
    if probe(&mut cmd("rustc")) {
        return Ok(Toolchain::Current);
    }
    if which(&["rustup"]).is_some() {
        say(&format!("adding the target {WASM} (rustup)"));
        if within(cmd("rustup").args(["target", "add", WASM]), RUSTUP_LIMIT) && probe(&mut cmd("rustc")) {
            return Ok(Toolchain::Current);
        }
        say("rustup could not add it; using Debian's compiler instead");
    }
    debian()
}

fn debian() -> Result<Toolchain> {
    let rustup = which(&["rustup"]).is_some();
    let toolchain = Toolchain::Debian { rustup };
    let rustc = || cmd("/usr/bin/rustc");
    if !(Path::new("/usr/bin/rustc").is_file() && probe(&mut rustc())) {
        apt_install(DEBIAN_PACKAGES).map_err(|e| {
            format!(
                "no toolchain builds for {WASM}, and Debian's could not be installed ({e}); \
                 try `rustup target add {WASM}`"
            )
        })?;
        link_lld()?;
        if !probe(&mut rustc()) {
            build_std()?;
        }
        if !probe(&mut rustc()) {
            return Err(format!("Debian's compiler was set up but still does not link for {WASM}").into());
        }
    }
    if rustup && !output(cmd("rustup").args(["toolchain", "list"]))?.contains(DEBIAN) {
        run(cmd("rustup").args(["toolchain", "link", DEBIAN, "/usr"]))?;
    }
    Ok(toolchain)
}

/// rustc looks for `rust-lld` in its own folder: a link there means that no linker needs to be named.
fn link_lld() -> Result<()> {
    let host = host()?;
    let bin = sysroot()?.join("lib/rustlib").join(host).join("bin");
    let lld = bin.join("rust-lld");
    if !lld.exists() {
        run(as_root("mkdir")?.arg("-p").arg(&bin))?;
        run(as_root("ln")?.arg("-sfn").arg(fs::canonicalize("/usr/bin/wasm-ld-19")?).arg(&lld))?;
    }
    Ok(())
}

fn build_std() -> Result<()> {
    let version = output(cmd("/usr/bin/rustc").arg("--version"))?;
    let version = version.split(' ').nth(1).ok_or("rustc does not tell its version")?.to_string();
    let source = PathBuf::from(format!("/usr/src/rustc-{version}/library"));
    if !source.is_dir() {
        return Err(format!("Debian's standard library sources are not at {}", source.display()).into());
    }
    timed(&format!("building Rust's standard library {version} for {WASM}"), || {
        let work = target_dir().join("wasm-std");
        let _ = fs::remove_dir_all(&work);
        fs::create_dir_all(&work)?;
        run(cmd("cp").arg("-r").arg(&source).arg(work.join("library")))?;
        run(cmd("/usr/bin/cargo")
            .current_dir(work.join("library"))
            .args(["build", "--release", "--target", WASM, "--manifest-path", "sysroot/Cargo.toml"])
            .args(["--features", "panic-unwind compiler-builtins-mem"])
            .env("RUSTC", "/usr/bin/rustc")
            .env("RUSTC_BOOTSTRAP", "1")
            .env("__CARGO_DEFAULT_LIB_METADATA", "stablestd")
            .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes -Copt-level=3")
            .env("CARGO_TARGET_DIR", work.join("target"))
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("CARGO"))?;
        // A new folder is filled and then moved into place: never a half-filled sysroot.
        let place = sysroot()?.join("lib/rustlib").join(WASM);
        let new = place.with_extension("new");
        run(as_root("rm")?.arg("-rf").arg(&new).arg(&place))?;
        run(as_root("mkdir")?.arg("-p").arg(new.join("lib")))?;
        for entry in fs::read_dir(work.join("target").join(WASM).join("release/deps"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "rlib") {
                run(as_root("cp")?.arg(&path).arg(new.join("lib")))?;
            }
        }
        run(as_root("mv")?.arg(&new).arg(&place))?;
        Ok(fs::remove_dir_all(&work)?)
    })
}

fn sysroot() -> Result<PathBuf> {
    Ok(PathBuf::from(output(cmd("/usr/bin/rustc").args(["--print", "sysroot"]))?))
}

fn host() -> Result<String> {
    let text = output(cmd("/usr/bin/rustc").arg("-vV"))?;
    let host = text.lines().find_map(|l| l.strip_prefix("host: ")).ok_or("rustc does not tell its host")?;
    Ok(host.to_string())
}

/// Compiles and links something: a folder alone is no proof, an interrupted install leaves one.
fn probe(rustc: &mut Command) -> bool {
    let dir = target_dir().join("wasm-probe");
    let source = dir.join("probe.rs");
    let text = "#[unsafe(no_mangle)] pub extern \"C\" fn f(x: u32) -> usize { vec![x; 3].len() }\n";
    if fs::create_dir_all(&dir).and_then(|()| fs::write(&source, text)).is_err() {
        return false;
    }
    succeeds(
        rustc
            .args(["--edition", "2024", "--crate-type", "cdylib", "--target", WASM, "-o"])
            .arg(dir.join("probe.wasm"))
            .arg(&source),
    )
}

/// Whether a command answers 0 before the limit; it is ended at the limit.
fn within(command: &mut Command, limit: Duration) -> bool {
    let Ok(mut child) = command.spawn() else { return false };
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if start.elapsed() < limit => std::thread::sleep(Duration::from_millis(100)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}
