//! The "knows" columns of ARCHITECTURE.md against the imports in the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::modules::Crate;
use crate::sh::{Result, root};

/// The crates whose modules ARCHITECTURE.md lists, each in a table below the heading of its folder.
const TABLES: &[&str] = &["src/core", "sandbox/src", "specimen/src"];

/// Crates of this repository, as sources and as the tables name them.
const SIBLINGS: &[(&str, &str)] = &[("kyc_capture", "kyc-capture"), ("kyc_core", "core"), ("kyc_specimen", "specimen")];

type Knowledge = BTreeMap<String, BTreeSet<String>>;

/// Compares each table with the sources and returns what differs.
///
/// # Errors
/// Returns an error if a file cannot be read.
pub(super) fn problems() -> Result<Vec<String>> {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md"))?;
    let mut problems = Vec::new();
    for folder in TABLES {
        let stated = table(&architecture, folder);
        let found = imports(folder)?;
        problems.extend(differences(folder, &stated, &found));
        problems
            .extend(mutual(&found).map(|module| format!("{folder}/{module} and a module it knows know each other")));
    }
    Ok(problems)
}

/// Reads the rows below the heading "### `folder`": what each module is said to know.
fn table(architecture: &str, folder: &str) -> Knowledge {
    let heading = format!("### `{folder}`");
    let section = architecture.split(&heading).nth(1).unwrap_or_default();
    let section = section.split("\n#").next().unwrap_or_default();
    let prefix = format!("{folder}/");
    let rows = section.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [path, .., knows] = cells.as_slice() else { return None };
        let module = path.trim_matches('`').strip_prefix(&prefix)?.trim_end_matches(".rs").to_owned();
        Some((module, knows.split('`').skip(1).step_by(2).map(str::to_owned).collect()))
    });
    rows.collect()
}

/// Returns the modules of the crate in `folder` with those of it, and the crates, that each imports.
fn imports(folder: &str) -> Result<Knowledge> {
    let folder = root().join(folder);
    let read = Crate::read(&folder.join("lib.rs"))?;
    let lib = folder.join("lib.rs");
    let mut found = Knowledge::new();
    for file in read.files().into_iter().filter(|file| *file != lib) {
        found.entry(module_of(&folder, &file)?).or_default();
    }
    for edge in read.edges().into_iter().filter(|edge| edge.from != lib && edge.to != lib) {
        let (from, to) = (module_of(&folder, &edge.from)?, module_of(&folder, &edge.to)?);
        if from != to {
            found.entry(from).or_default().insert(to);
        }
    }
    for (file, name) in read.first_names().into_iter().filter(|(file, _)| *file != lib) {
        if let Some((_, sibling)) = SIBLINGS.iter().find(|(source, _)| *source == name) {
            found.entry(module_of(&folder, &file)?).or_default().insert((*sibling).to_owned());
        }
    }
    Ok(found)
}

/// Returns the top-level module of a file: the first part of its path below `folder`, without the extension.
fn module_of(folder: &Path, file: &Path) -> Result<String> {
    let first = file.strip_prefix(folder)?.components().next().ok_or("a file without a name")?;
    Ok(first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned())
}

fn differences(folder: &str, stated: &Knowledge, found: &Knowledge) -> Vec<String> {
    let mut problems = Vec::new();
    for (module, knows) in found {
        let Some(said) = stated.get(module) else {
            problems.push(format!("ARCHITECTURE.md: no row for {folder}/{module}"));
            continue;
        };
        if said != knows {
            let right: Vec<_> = knows.iter().map(|name| format!("`{name}`")).collect();
            problems.push(format!("ARCHITECTURE.md: {folder}/{module} knows {}", right.join(", ")));
        }
    }
    let gone = stated.keys().filter(|module| !found.contains_key(*module));
    problems.extend(gone.map(|module| format!("ARCHITECTURE.md: {folder}/{module} is no module")));
    problems
}

/// Returns the modules that reach themselves.
fn mutual(found: &Knowledge) -> impl Iterator<Item = &String> {
    found.keys().filter(|module| {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&String> = found[*module].iter().collect();
        while let Some(name) = next.pop() {
            if reached.insert(name) {
                next.extend(found.get(name).into_iter().flatten());
            }
        }
        reached.contains(*module)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_the_table_with_the_imports() {
        let text = "### `a/src`\n\n| folder | what | knows |\n|---|---|---|\n| `a/src/b.rs` | does `x` | `c`, `d` |\n\
                    | `a/src/c` | y | – |\n\n### `other`\n\n| `a/src/d` | z | – |\n";
        let stated = table(text, "a/src");
        assert_eq!(stated["b"], BTreeSet::from(["c".to_owned(), "d".to_owned()]));
        assert!(stated["c"].is_empty() && !stated.contains_key("d"));
        let found = Knowledge::from([("b".into(), BTreeSet::from(["c".into()])), ("e".into(), BTreeSet::new())]);
        let problems = differences("a/src", &stated, &found);
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert_eq!(differences("a/src", &found, &found), Vec::<String>::new());
        assert_eq!(mutual(&found).count(), 0);
        let known = |name: &str| BTreeSet::from([name.to_owned()]);
        let circle = Knowledge::from([("b".into(), known("c")), ("c".into(), known("b")), ("d".into(), known("c"))]);
        assert_eq!(mutual(&circle).collect::<Vec<_>>(), ["b", "c"]);
    }
}
