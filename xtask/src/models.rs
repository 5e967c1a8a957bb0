//! The models that others published: fetched from the npm registry by name and version, checked by hash, converted. No
//! copy is committed.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::sh::{Result, cmd, output, target_dir, timed};
use crate::{tfjs, tflite};

/// A model, and where it comes from.
struct Published {
    /// Name of the products: `NAME.kycm`, `NAME.NOTICE`.
    name: &'static str,
    package: &'static str,
    version: &'static str,
    /// The package's files that it is made of, each with its SHA-256.
    files: &'static [(&'static str, &'static str)],
    /// Raised when the conversion changes, so that an older product is made again.
    conversion: u32,
    convert: fn(&[Vec<u8>]) -> Result<Vec<u8>>,
    notice: &'static str,
}

const FACE: Published = Published {
    name: "face",
    package: "@mediapipe/face_detection",
    version: "0.4.1657300184",
    files: &[("face_detection_short_range.tflite", "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633")],
    conversion: 4,
    convert: |files| tflite::to_kycm(&files[0]),
    notice: "\
face.kycm is derived from face_detection_short_range.tflite (BlazeFace, short range) of the npm package
@mediapipe/face_detection 0.4.1657300184.

Copyright The MediaPipe Authors.
Licensed under the Apache License, Version 2.0; a copy is in LICENSE-APACHE and at
https://www.apache.org/licenses/LICENSE-2.0

Changes: converted to the .kycm format, weights of the convolutions rounded to 8 bits with a scale for each output; the
concatenation of the outputs left out.
",
};

const MATCH: Published = Published {
    name: "match",
    package: "@vladmandic/face-api",
    version: "1.7.15",
    files: &[
        (
            "model/face_recognition_model-weights_manifest.json",
            "cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b",
        ),
        ("model/face_recognition_model.bin", "b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589"),
    ],
    conversion: 1,
    convert: |files| tfjs::to_kycm(&files[0], &files[1]),
    notice: "\
match.kycm is derived from face_recognition_model (model/ of the npm package @vladmandic/face-api 1.7.15), which is
dlib_face_recognition_resnet_model_v1 of dlib-models, converted and quantised for TensorFlow.js by face-api.js.

dlib_face_recognition_resnet_model_v1: trained by Davis E. King, who released it into the public domain
(https://github.com/davisking/dlib-models).

face-api.js: Copyright (c) 2018 Vincent Mühler. @vladmandic/face-api: Copyright (c) Vladimir Mandic. MIT License:

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

Changes: converted to the .kycm format; the scaling after each convolution multiplied into its weights, which are kept
in half precision.
",
};

/// `cargo xtask models`.
pub(crate) fn run() -> Result<()> {
    let root = crate::sh::root();
    for path in [ensure_face(&root)?, ensure_match(&root)?] {
        println!("{} ({} bytes)", path.display(), fs::metadata(&path)?.len());
    }
    Ok(())
}

/// Makes `face.kycm`, the detector, with its NOTICE in the folder `models` of the build products, unless they are
/// there. `root` is the workspace: an npm package installed there is taken before the registry is asked.
pub(crate) fn ensure_face(root: &Path) -> Result<PathBuf> {
    FACE.ensure(root)
}

/// The same for `match.kycm`, which compares faces: for the sandbox, not for the package.
pub(crate) fn ensure_match(root: &Path) -> Result<PathBuf> {
    MATCH.ensure(root)
}

impl Published {
    fn ensure(&self, root: &Path) -> Result<PathBuf> {
        let dir = target_dir().join("models");
        let [model, notice, stamp] = ["kycm", "NOTICE", "stamp"].map(|end| dir.join(format!("{}.{end}", self.name)));
        let sources: String = self.files.iter().map(|(_, hash)| format!("{hash} ")).collect();
        let made_from = |bytes: &[u8]| format!("{sources}{} {}", self.conversion, hex(&Sha256::digest(bytes)));
        if let (Ok(bytes), Ok(stamped)) = (fs::read(&model), fs::read_to_string(&stamp))
            && stamped == made_from(&bytes)
            && fs::read_to_string(&notice).is_ok_and(|text| text == self.notice)
        {
            return Ok(model);
        }
        timed(&format!("making the model {}.kycm", self.name), || {
            fs::create_dir_all(&dir)?;
            let bytes = (self.convert)(&self.sources(root)?)?;
            write_whole(&model, &bytes)?;
            write_whole(&notice, self.notice.as_bytes())?;
            write_whole(&stamp, made_from(&bytes).as_bytes())
        })?;
        Ok(model)
    }

    /// The files as published, by the hashes that they must have.
    fn sources(&self, root: &Path) -> Result<Vec<Vec<u8>>> {
        let downloads = target_dir().join("download");
        let kept = |file: &str| downloads.join(file.rsplit('/').next().unwrap_or(file));
        let known = |(file, hash): &(&str, &str)| {
            let places = [root.join("node_modules").join(self.package).join(file), kept(file)];
            places.iter().filter_map(|path| fs::read(path).ok()).find(|bytes| is_right(bytes, hash))
        };
        if let Some(files) = self.files.iter().map(known).collect() {
            return Ok(files);
        }
        let (package, version) = (self.package, self.version);
        fs::create_dir_all(&downloads)?;
        let archive = output(
            cmd("npm")
                .args(["pack", &format!("{package}@{version}"), "--silent", "--pack-destination"])
                .arg(&downloads),
        )
        .map_err(|e| {
            let files: Vec<&str> = self.files.iter().map(|(file, _)| *file).collect();
            format!(
                "the model {} could not be fetched: {e}\n\
                 It is made of the npm package {package}@{version}: a connection to an npm registry is needed once. \
                 Without one, put the package's {} into {}.",
                self.name,
                files.join(" and "),
                downloads.display()
            )
        })?;
        let archive = downloads.join(archive.lines().last().unwrap_or_default().trim());
        let mut files = Vec::new();
        for (file, hash) in self.files {
            let bytes = from_archive(&fs::read(&archive)?, file)?
                .ok_or_else(|| format!("the npm package {package}@{version} has no {file}"))?;
            if !is_right(&bytes, hash) {
                let found = hex(&Sha256::digest(&bytes));
                return Err(format!("{file} of {package}@{version} has the SHA-256 {found}, expected {hash}").into());
            }
            write_whole(&kept(file), &bytes)?;
            files.push(bytes);
        }
        let _ = fs::remove_file(archive);
        Ok(files)
    }
}

/// A file from an npm package (a gzipped tar: heads of 512 bytes, names in the first 100, octal sizes at 124).
fn from_archive(archive: &[u8], file: &str) -> Result<Option<Vec<u8>>> {
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
        bytes.truncate(usize::try_from(size)?);
        if name.strip_prefix("package/") == Some(file) {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

fn is_right(bytes: &[u8], hash: &str) -> bool {
    hex(&Sha256::digest(bytes)) == hash
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
