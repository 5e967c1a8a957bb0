//! The npm package: wasm, bindings, TypeScript, model weights and texts, put together in `pkg/`.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::sh::{self, Result, cargo, cmd, root, target_dir, timed};
use crate::toolchain::{self, WASM};
use crate::{models, npm};

/// Builds `pkg/` and gives its path.
pub(crate) fn run() -> Result<PathBuf> {
    let pkg = root().join("pkg");
    wasm(&pkg)?;
    decoder(&pkg)?;
    backend(&pkg)?;
    weights(&pkg)?;
    typescript(&pkg)?;
    texts(&pkg)?;
    // Last: it lists what all others made.
    sh::run(cmd("node").arg(root().join("pkg-template/manifest.mjs")).arg(&pkg))?;
    Ok(pkg)
}

/// Folder of the model weights that native programs read: `mrz.kycm`, `face.kycm` and `match.kycm`.
pub(crate) fn ensure_models() -> Result<PathBuf> {
    models::ensure_match(&root())?;
    package_models()
}

/// The same folder, with the weights of the package alone: building the package needs no other.
fn package_models() -> Result<PathBuf> {
    let dir = target_dir().join("models");
    fs::create_dir_all(&dir)?;
    models::ensure_face(&root())?;
    copy_if_changed(&root().join("assets/mrz.kycm"), &dir.join("mrz.kycm"))?;
    Ok(dir)
}

fn wasm(pkg: &Path) -> Result<()> {
    bound(pkg, "kyc-capture", "kyc_capture", "compiling to WebAssembly")
}

/// The module of `kyc-capture/backend`: requests and their results, for hosts that are not browsers.
fn backend(pkg: &Path) -> Result<()> {
    bound(pkg, "kyc-backend", "kyc_backend", "compiling the backend's module")
}

/// A module with bindings for JavaScript.
fn bound(pkg: &Path, package: &str, name: &str, what: &str) -> Result<()> {
    let toolchain = toolchain::ensure()?;
    timed(what, || {
        // `--crate-type cdylib` here and not in the manifest: see Cargo.toml.
        run_cargo(toolchain.cargo().args(["rustc", "--package", package, "--lib", "--crate-type", "cdylib"]).args([
            "--profile",
            "wasm",
            "--target",
            WASM,
        ]))
    })?;
    let input = target_dir().join(WASM).join(format!("wasm/{name}.wasm"));
    let out = pkg.join("wasm");
    let done = out.join(format!(".{name}-stamp"));
    // The bindings depend on the options below, too.
    let sources = [input.clone(), root().join("xtask/src/build.rs")];
    if up_to_date(&done, &sources, &out.join(format!("{name}_bg.wasm")))? {
        return Ok(());
    }
    timed("making the JavaScript bindings", || {
        fs::create_dir_all(&out)?;
        Bindgen::new()
            .input_path(&input)
            .out_name(name)
            .web(true)?
            .typescript(true)
            .remove_name_section(true)
            .remove_producers_section(true)
            .omit_default_module_path(true)
            // After a trap the memory of an instance is undefined: the package replaces the instance.
            .reset_state_function(true)
            .generate(&out)?;
        stamp(&done, &sources)
    })
}

/// The module that decodes image files where the host does not: no bindings, a few functions.
fn decoder(pkg: &Path) -> Result<()> {
    let toolchain = toolchain::ensure()?;
    timed("compiling the decoder", || {
        run_cargo(
            toolchain.cargo().args(["rustc", "--package", "kyc-decoder", "--lib", "--crate-type", "cdylib"]).args([
                "--profile",
                "wasm",
                "--target",
                WASM,
            ]),
        )
    })?;
    let bytes = fs::read(target_dir().join(WASM).join("wasm/kyc_decoder.wasm"))?;
    let small = without_custom_sections(&bytes).ok_or("the decoder is no WebAssembly module")?;
    let to = pkg.join("wasm/kyc_decoder.wasm");
    if fs::read(&to).ok().as_deref() != Some(&small) {
        fs::write(&to, small)?;
    }
    Ok(())
}

/// Removes the custom sections (names, producers), which no host reads.
fn without_custom_sections(module: &[u8]) -> Option<Vec<u8>> {
    let mut out = module.get(..8)?.to_vec();
    let mut at = 8;
    while at < module.len() {
        let (mut size, mut shift, mut body) = (0usize, 0, at + 1);
        loop {
            let byte = *module.get(body)?;
            size |= usize::from(byte & 0x7f) << shift;
            (shift, body) = (shift + 7, body + 1);
            if byte & 0x80 == 0 {
                break;
            }
        }
        if module[at] != 0 {
            out.extend_from_slice(module.get(at..body + size)?);
        }
        at = body + size;
    }
    Some(out)
}

fn typescript(pkg: &Path) -> Result<()> {
    npm::ensure()?;
    let template = root().join("pkg-template");
    let mut sources = files_under(&template)?;
    for name in ["capture.d.ts", "backend.d.ts", "capture_bg.wasm", "backend_bg.wasm", "decoder.wasm"] {
        sources.push(pkg.join(format!("wasm/kyc_{name}")));
    }
    sources.extend(["mrz.kycm", "face.kycm"].map(|name| pkg.join("models").join(name)));
    let images = fake_camera_images()?;
    sources.extend(files_under(&images)?);
    if up_to_date(&pkg.join(".typescript-stamp"), &sources, &pkg.join("dist/index.js"))? {
        return Ok(());
    }
    timed("compiling TypeScript (tsc --strict)", || {
        let _ = fs::remove_dir_all(pkg.join("dist"));
        let tsc = |more: &[&str]| sh::run(npm::bin("tsc").args(["-p", "pkg-template/tsconfig.json"]).args(more));
        // What the comments say is for people at work, who see it in the types; people before the camera do not load
        // it.
        tsc(&["--emitDeclarationOnly"])?;
        tsc(&["--declaration", "false", "--removeComments"])?;
        // Style sheets lie beside the modules that name them.
        for file in files_under(&template.join("src"))? {
            if file.extension().is_some_and(|e| e == "css") {
                let to = pkg.join("dist").join(file.strip_prefix(template.join("src"))?);
                fs::create_dir_all(to.parent().ok_or("a file without a folder")?)?;
                fs::copy(&file, to)?;
            }
        }
        sh::run(cmd("node").arg(template.join("bundle.mjs")).arg(pkg).arg(&images))?;
        copy_folder(&template.join("bin"), &pkg.join("bin"))?;
        stamp(&pkg.join(".typescript-stamp"), &sources)
    })
}

/// Draws the images of the fake camera of `kyc-capture/testing`; returns their folder.
fn fake_camera_images() -> Result<PathBuf> {
    timed("compiling the specimen generator", || {
        sh::run(cargo().args(["build", "--quiet", "--workspace", "--bin", "kyc-specimen"]))
    })?;
    let generator = target_dir().join("debug/kyc-specimen");
    let (folder, done) = (target_dir().join("fake-camera"), target_dir().join("fake-camera.stamp"));
    let sources = [generator.clone()];
    if !up_to_date(&done, &sources, &folder.join("head.jpg"))? {
        let _ = fs::remove_dir_all(&folder);
        let mut draw = std::process::Command::new(&generator);
        sh::run(draw.args(["fake-camera", "--out"]).arg(&folder).stdout(std::process::Stdio::null()))?;
        stamp(&done, &sources)?;
    }
    Ok(folder)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for file in files_under(from)? {
        copy_if_changed(&file, &to.join(file.strip_prefix(from)?))?;
    }
    Ok(())
}

fn weights(pkg: &Path) -> Result<()> {
    let from = package_models()?;
    let to = pkg.join("models");
    fs::create_dir_all(&to)?;
    for name in ["mrz.kycm", "face.kycm", "face.NOTICE"] {
        copy_if_changed(&from.join(name), &to.join(name))?;
    }
    Ok(())
}

fn texts(pkg: &Path) -> Result<()> {
    copy_if_changed(&root().join("pkg-template/package.json"), &pkg.join("package.json"))?;
    for name in ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "NOTICE", "SECURITY.md", "CHANGELOG.md"] {
        copy_if_changed(&root().join(name), &pkg.join(name))?;
    }
    Ok(())
}

fn run_cargo(command: &mut std::process::Command) -> Result<()> {
    sh::run(command.arg("--quiet"))
}

/// Whether `product` was made from exactly these files.
pub(crate) fn up_to_date(stamp: &Path, sources: &[PathBuf], product: &Path) -> Result<bool> {
    Ok(product.exists() && fs::read_to_string(stamp).is_ok_and(|s| hash(sources).is_ok_and(|h| s == h)))
}

/// Notes that a product was made from these files.
pub(crate) fn stamp(stamp: &Path, sources: &[PathBuf]) -> Result<()> {
    Ok(fs::write(stamp, hash(sources)?)?)
}

fn hash(sources: &[PathBuf]) -> Result<String> {
    let mut all = Sha256::new();
    for path in sources {
        all.update(path.as_os_str().as_encoded_bytes());
        all.update(Sha256::digest(fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?));
    }
    Ok(all.finalize().iter().map(|b| format!("{b:02x}")).collect())
}

/// Every file below a folder, in a fixed order, without installed packages.
pub(crate) fn files_under(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).map_err(|e| format!("{}: {e}", dir.display()))? {
            let path = entry?.path();
            match path.is_dir() {
                true if path.ends_with("node_modules") => {}
                true => open.push(path),
                false => found.push(path),
            }
        }
    }
    found.sort();
    Ok(found)
}

fn copy_if_changed(from: &Path, to: &Path) -> Result<()> {
    let bytes = fs::read(from).map_err(|e| format!("{}: {e}", from.display()))?;
    if fs::read(to).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    Ok(fs::write(to, bytes)?)
}
