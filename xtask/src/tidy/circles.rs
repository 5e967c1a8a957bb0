//! Circles of imports: strongly connected components over the edges between module files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::lex::{Kind, Language, line_of, spans};
use super::modules::{Crate, Edge};
use crate::build::files_under;
use crate::sh::{Result, root};

/// Root modules of the crates; a binary and a library of one package are two crates.
const CRATES: &[&str] = &[
    "src/lib.rs",
    "src/core/lib.rs",
    "backend/src/lib.rs",
    "decoder/src/lib.rs",
    "sandbox/src/lib.rs",
    "sandbox/src/main.rs",
    "specimen/src/lib.rs",
    "specimen/src/main.rs",
    "xtask/src/main.rs",
    "xtask/wasm-test-runner/src/main.rs",
];

/// Files that reach each other, and the edges among them.
pub(super) struct Circle {
    pub files: Vec<PathBuf>,
    pub edges: Vec<Edge>,
}

/// Finds the circles of every crate and of the TypeScript package, largest first.
///
/// # Errors
/// Returns an error if a source file cannot be read.
pub(super) fn find() -> Result<Vec<Circle>> {
    let mut edges = Vec::new();
    for file in CRATES {
        edges.extend(Crate::read(&root().join(file))?.edges());
    }
    edges.extend(script_edges(&root().join("pkg-template/src"))?);
    for edge in &mut edges {
        edge.from = edge.from.strip_prefix(root())?.to_path_buf();
        edge.to = edge.to.strip_prefix(root())?.to_path_buf();
    }
    Ok(circles_of(edges))
}

/// Describes a circle: its size, its files, and one line per edge.
pub(super) fn describe(circle: &Circle) -> String {
    let mut text = format!("circle of {} files:", circle.files.len());
    for edge in &circle.edges {
        text.push_str(&format!(
            "\n        {}:{} names {} ({})",
            edge.from.display(),
            edge.line,
            edge.to.display(),
            edge.name
        ));
    }
    text
}

fn circles_of(mut edges: Vec<Edge>) -> Vec<Circle> {
    edges.sort();
    // One edge per pair of files is enough to find the circle; the first line is as good as any.
    let mut found: Vec<Circle> = components(&edges)
        .into_iter()
        .map(|files| {
            let inside = |edge: &&Edge| files.contains(&edge.from) && files.contains(&edge.to);
            let mut edges: Vec<Edge> = edges.iter().filter(inside).cloned().collect();
            edges.dedup_by(|b, a| a.from == b.from && a.to == b.to);
            Circle { files: files.into_iter().collect(), edges }
        })
        .collect();
    found.sort_by_key(|circle| std::cmp::Reverse(circle.files.len()));
    found
}

/// Returns the sets of two files or more that reach each other, by forward and backward reachability.
fn components(edges: &[Edge]) -> Vec<BTreeSet<PathBuf>> {
    let mut forward: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
    let mut backward: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
    for edge in edges {
        forward.entry(&edge.from).or_default().push(&edge.to);
        backward.entry(&edge.to).or_default().push(&edge.from);
    }
    let mut placed: BTreeSet<&Path> = BTreeSet::new();
    let mut found = Vec::new();
    for start in forward.keys() {
        if placed.contains(start) {
            continue;
        }
        let (after, before) = (reachable(start, &forward), reachable(start, &backward));
        let both: BTreeSet<&Path> = after.intersection(&before).copied().collect();
        placed.extend(&both);
        if both.len() > 1 {
            found.push(both.into_iter().map(Path::to_path_buf).collect());
        }
    }
    found
}

fn reachable<'a>(start: &'a Path, edges: &BTreeMap<&'a Path, Vec<&'a Path>>) -> BTreeSet<&'a Path> {
    let mut seen = BTreeSet::from([start]);
    let mut open = vec![start];
    while let Some(file) = open.pop() {
        for next in edges.get(file).into_iter().flatten() {
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    seen
}

/// Edges by relative imports and exports, those of types alone included.
fn script_edges(folder: &Path) -> Result<Vec<Edge>> {
    let mut edges = Vec::new();
    for file in files_under(folder)? {
        if file.extension().is_none_or(|e| e != "ts") {
            continue;
        }
        let source = fs::read_to_string(&file)?;
        let parts = spans(&source, Language::Script);
        for pair in parts.windows(2) {
            let [(Kind::Code, code), (Kind::Text, text)] = pair else { continue };
            let before = source[code.clone()].trim_end();
            let imports = ["from", "import", "import("].iter().any(|word| before.ends_with(word));
            let name = source[text.clone()].trim_matches(['"', '\'']);
            if !imports || !name.starts_with('.') {
                continue;
            }
            let to = normalised(&file.parent().ok_or("a file without a folder")?.join(name)).with_extension("ts");
            if to.is_file() {
                edges.push(Edge { from: file.clone(), to, line: line_of(&source, text.start), name: name.to_string() });
            }
        }
    }
    Ok(edges)
}

/// Resolves `.` and `..` by the text alone.
fn normalised(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: &str, to: &str) -> Edge {
        Edge { from: from.into(), to: to.into(), line: 1, name: to.into() }
    }

    #[test]
    fn finds_files_that_reach_each_other() {
        let found = circles_of(vec![edge("a", "b"), edge("b", "c"), edge("c", "a"), edge("c", "d"), edge("e", "a")]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].files, ["a", "b", "c"].map(PathBuf::from));
        assert_eq!(found[0].edges.len(), 3);
        assert!(circles_of(vec![edge("a", "b"), edge("a", "c"), edge("b", "c")]).is_empty());
    }

    #[test]
    fn resolves_paths_to_the_defining_file() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("kyc-tidy-{}", std::process::id()));
        fs::create_dir_all(folder.join("room"))?;
        let write = |name: &str, text: &str| fs::write(folder.join(name), text);
        write("lib.rs", "pub mod floor;\nmod room;\npub use room::Door;\n")?;
        write("floor.rs", "pub struct Tile; #[cfg(test)] mod tests { use crate::room::Door; }\n")?;
        write("room/mod.rs", "mod door;\nmod key;\npub use door::Door;\npub struct Wall;\n")?;
        write("room/door.rs", "use super::key::Key;\nuse crate::floor::{self, Tile};\npub struct Door(Key);\n")?;
        write("room/key.rs", "pub struct Key;\nfn f(d: super::Door, w: super::Wall) {}\n")?;
        let edges = Crate::read(&folder.join("lib.rs"))?.edges();
        fs::remove_dir_all(&folder)?;
        let name = |p: &Path| p.strip_prefix(&folder).map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
        let pairs: BTreeSet<_> = edges.iter().map(|e| (name(&e.from), name(&e.to))).collect();
        let expected = [
            ("lib.rs", "room/door.rs"),
            ("room/door.rs", "floor.rs"),
            ("room/door.rs", "room/key.rs"),
            ("room/key.rs", "room/door.rs"),
            ("room/key.rs", "room/mod.rs"),
            ("room/mod.rs", "room/door.rs"),
        ];
        assert_eq!(pairs, expected.map(|(a, b)| (a.to_string(), b.to_string())).into());
        Ok(())
    }
}
