//! Licences, sources and duplicates of every dependency, as `cargo metadata` lists them.
//!
//! cargo-deny does the same and more, but compiles for minutes on the machines that run the checks; advisories need its
//! database, which is not part of a registry.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use spdx::{Expression, ParseMode};

use crate::sh::{Result, cargo, output};
use crate::toolchain::WASM;

/// Licences that impose no more than a notice.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "IJG",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Where dependencies may come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Crates of which two or more versions are compiled, because their users have not agreed on one. A crate that is not
/// listed fails the check, and so does one that is listed in vain.
const DUPLICATES: &[&str] = &[
    "base64",
    "block-buffer",
    "crypto-common",
    "digest",
    "fallible-iterator",
    "getrandom",
    "hashbrown",
    "md-5",
    "miniz_oxide",
    "quick-error",
    "quick-xml",
    "rand",
    "rand_core",
    "shlex",
    "spin",
    "syn",
];

struct Package {
    name: String,
    version: String,
    licence: Option<String>,
    source: String,
}

/// Checks every dependency of the native and of the WebAssembly builds.
///
/// # Errors
/// Returns an error that lists licences that are not allowed, other sources than crates.io, and new duplicates.
pub(crate) fn check() -> Result<()> {
    let packages = packages()?;
    let mut problems = Vec::new();
    for package in &packages {
        let Package { name, version, licence, source } = package;
        if source != REGISTRY {
            problems.push(format!("{name} {version} comes from {source}"));
        }
        match licence.as_deref().map(allowed) {
            Some(true) => {}
            Some(false) => problems.push(format!("{name} {version} has the licence {licence:?}")),
            None => problems.push(format!("{name} {version} names no licence")),
        }
    }
    problems.extend(unexpected_duplicates(&packages, DUPLICATES));
    match problems.is_empty() {
        true => Ok(()),
        false => Err(format!("dependencies:\n    {}", problems.join("\n    ")).into()),
    }
}

fn packages() -> Result<Vec<Package>> {
    let host = output(cargo().args(["--version", "--verbose"]))?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("cargo names no host")?.to_owned();
    let mut c = cargo();
    c.args(["metadata", "--locked", "--format-version", "1", "--filter-platform", &host, "--filter-platform", WASM]);
    let metadata: Value = serde_json::from_str(&output(&mut c)?)?;
    let text = |package: &Value, field: &str| package[field].as_str().map(str::to_owned);
    let all = metadata["packages"].as_array().ok_or("cargo lists no packages")?;
    let external = all.iter().filter_map(|package| {
        Some(Package {
            source: text(package, "source")?,
            name: text(package, "name")?,
            version: text(package, "version")?,
            licence: text(package, "license"),
        })
    });
    Ok(external.collect())
}

/// Whether the allowed licences satisfy an SPDX expression; also in the older form with a slash.
fn allowed(expression: &str) -> bool {
    let mode = ParseMode { allow_slash_as_or_operator: true, ..ParseMode::STRICT };
    Expression::parse_mode(expression, mode).is_ok_and(|expression| {
        expression.evaluate(|requirement| requirement.license.id().is_some_and(|id| LICENCES.contains(&id.name)))
    })
}

fn unexpected_duplicates(packages: &[Package], known: &[&str]) -> Vec<String> {
    let mut versions = BTreeMap::<&str, BTreeSet<&str>>::new();
    for package in packages {
        versions.entry(&package.name).or_default().insert(&package.version);
    }
    versions.retain(|_, versions| versions.len() > 1);
    let new = versions.iter().filter(|(name, _)| !known.contains(*name));
    let mut problems: Vec<_> =
        new.map(|(name, versions)| format!("{name} is compiled in several versions: {versions:?}")).collect();
    let gone = known.iter().filter(|name| !versions.contains_key(*name));
    problems.extend(gone.map(|name| format!("{name} has one version: remove it from the list of duplicates")));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allows_licences_that_need_a_notice_only() {
        for expression in
            ["MIT", "MIT/Apache-2.0", "(MIT OR Apache-2.0) AND Unicode-3.0", "MIT OR Apache-2.0 OR LGPL-2.1-or-later"]
        {
            assert!(allowed(expression), "{expression}");
        }
        for expression in ["GPL-3.0-only", "MIT AND LGPL-2.1-or-later", "Proprietary", ""] {
            assert!(!allowed(expression), "{expression}");
        }
    }

    #[test]
    fn lists_duplicates_that_are_not_known() {
        let package = |name: &str, version: &str| Package {
            name: name.into(),
            version: version.into(),
            licence: None,
            source: REGISTRY.into(),
        };
        let packages = [package("a", "1.0.0"), package("a", "2.0.0"), package("b", "1.0.0")];
        assert_eq!(unexpected_duplicates(&packages, &["a"]), Vec::<String>::new());
        assert_eq!(unexpected_duplicates(&packages, &[]).len(), 1);
        assert_eq!(unexpected_duplicates(&packages, &["a", "b"]).len(), 1);
    }
}
