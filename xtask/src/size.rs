//! Bytes of each shipped file, raw and compressed, against the budgets.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::build;
use crate::sh::Result;

/// Most bytes, brotli at its best level, that a page loads before the first camera frame: all code and styles, no
/// weights (those come with the step that needs them).
const FIRST_LOAD_BUDGET: usize = 400_000;

/// Most bytes, brotli, of each weights file.
const WEIGHTS_BUDGET: &[(&str, usize)] = &[("models/mrz.kycm", 400_000), ("models/face.kycm", 150_000)];

/// Most bytes, brotli, of the table of a language, which is loaded when the language is used.
const LANGUAGE_BUDGET: usize = 12_000;

/// What no page loads before its first frame: the code of a hand-off, decoders and hosts that are no browsers,
/// CommonJS, what the tests of an integrator import, and what runs the tools in the calling thread (`init()`); the
/// worker has its own copy of that.
const ELSEWHERE: &[&str] = &[
    "wasm/kyc_decoder.wasm",
    "wasm/kyc_backend",
    "wasm/kyc_capture.js",
    "bin/",
    "dist/backend/",
    "dist/cjs/",
    "dist/decode.js",
    "dist/engine.js",
    "dist/angular.js",
    "dist/react.js",
    "dist/svelte.js",
    "dist/testing/",
    "dist/ui/handoff.js",
    "dist/ui/qr.js",
    "dist/vue.js",
    "dist/wrap.js",
];

struct Row {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

pub(crate) fn run() -> Result<()> {
    let pkg = build::run()?;
    let mut rows = Vec::new();
    for path in build::files_under(&pkg)? {
        let name = path.strip_prefix(&pkg)?.to_string_lossy().replace('\\', "/");
        if ["js", "wasm", "css", "kycm"].iter().any(|e| name.ends_with(&format!(".{e}"))) {
            rows.push(measure(name, &path)?);
        }
    }
    println!("{:<34} {:>10} {:>10} {:>10}", "file", "raw", "gzip", "brotli");
    for row in &rows {
        println!("{:<34} {:>10} {:>10} {:>10}", row.name, row.raw, row.gzip, row.brotli);
    }
    let in_pages = |name: &str| {
        !name.ends_with(".kycm") && !is_language(name) && !ELSEWHERE.iter().any(|begin| name.starts_with(begin))
    };
    let first: usize = rows.iter().filter(|row| in_pages(&row.name)).map(|row| row.brotli).sum();
    println!("\nbefore the first camera frame: {first} bytes brotli (budget {FIRST_LOAD_BUDGET})");
    if first > FIRST_LOAD_BUDGET {
        return Err(format!("the first load of {first} bytes is over its budget of {FIRST_LOAD_BUDGET}").into());
    }
    for (name, budget) in WEIGHTS_BUDGET {
        let row = rows.iter().find(|r| r.name == *name).ok_or(format!("{name} is not in the package"))?;
        if row.brotli > *budget {
            return Err(format!("{name} has {} bytes brotli, over its budget of {budget}", row.brotli).into());
        }
    }
    if let Some(row) = rows.iter().find(|row| is_language(&row.name) && row.brotli > LANGUAGE_BUDGET) {
        let Row { name, brotli, .. } = row;
        return Err(format!("{name} has {brotli} bytes brotli, over its budget of {LANGUAGE_BUDGET}").into());
    }
    Ok(())
}

/// Whether a file is the table of a language other than English, which is built in: its name is a language code.
fn is_language(name: &str) -> bool {
    let Some(code) = name.strip_prefix("dist/i18n/").and_then(|file| file.strip_suffix(".js")) else { return false };
    matches!(code.len(), 2 | 3) && code != "en"
}

fn measure(name: String, path: &Path) -> Result<Row> {
    let bytes = fs::read(path)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&bytes)?;
    let gzip = gzip.finish()?.len();
    let mut small = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut bytes.as_slice(), &mut small, &params)?;
    Ok(Row { name, raw: bytes.len(), gzip, brotli: small.len() })
}
