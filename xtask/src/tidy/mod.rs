//! The architecture's rules, checked by reading the sources: arrows between rooms point one way, generated and private
//! things stay out, and no file grows beyond one story.

mod circles;
mod knows;
pub(crate) mod lex;
mod modules;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use crate::build::files_under;
use crate::sh::{Result, cmd, output, root, say};

/// Lines above which a file must be split.
const MAX_LINES: usize = 700;

/// Width of a line in characters. Rows of Markdown tables and lines with an address may be longer.
const MAX_WIDTH: usize = 120;

/// Prints how many lines of each file are too long.
///
/// # Errors
/// Returns an error if the files cannot be listed.
pub(crate) fn print_widths() -> Result<()> {
    let mut total = 0;
    for path in tracked_files()? {
        let Ok(text) = fs::read_to_string(root().join(&path)) else { continue };
        let wide = wide_lines(&path, &text);
        if !wide.is_empty() {
            println!("{:>6} {} (first: line {})", wide.len(), path.display(), wide[0]);
        }
        total += wide.len();
    }
    println!("{total:>6} in all");
    Ok(())
}

/// Returns the 1-based numbers of the lines above the limit, in sources and hand-written Markdown.
fn wide_lines(path: &Path, text: &str) -> Vec<usize> {
    let checked = ["rs", "ts", "mjs", "js", "md"].iter().any(|e| path.extension().is_some_and(|x| x == *e));
    let may_be_wide = |line: &str| line.starts_with('|') || line.contains("://") || line.chars().count() <= MAX_WIDTH;
    let lines = text.lines().enumerate().filter(|(_, line)| !may_be_wide(line));
    lines.filter(|_| checked && path != Path::new("docs/operations.md")).map(|(i, _)| i + 1).collect()
}

/// Prints every circle of imports between module files.
///
/// # Errors
/// Returns an error if a source file cannot be read.
pub(crate) fn print_circles() -> Result<()> {
    let found = circles::find()?;
    for circle in &found {
        println!("{}", circles::describe(circle));
    }
    println!("{} circles, {} files", found.len(), found.iter().map(|c| c.files.len()).sum::<usize>());
    Ok(())
}

/// Prints how many retired words each folder holds, and each of them if `folder` names where they are.
///
/// # Errors
/// Returns an error if the list cannot be read.
pub(crate) fn print_words(folder: Option<&str>) -> Result<()> {
    let words = retired_words()?;
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    for path in tracked_files()? {
        let Ok(text) = fs::read_to_string(root().join(&path)) else { continue };
        let name = path.to_string_lossy();
        let found = words.find(&name, &text);
        if found.is_empty() {
            continue;
        }
        let parent = path.parent().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
        *counts.entry(parent).or_default() += found.len();
        for finding in found.iter().filter(|_| folder.is_some_and(|f| name.starts_with(f))) {
            println!("{name}:{}: `{}`: write {}", finding.line, finding.words, finding.instead);
        }
    }
    for (folder, count) in &counts {
        println!("{count:>6} {folder}");
    }
    println!("{:>6} in all", counts.values().sum::<usize>());
    Ok(())
}

fn retired_words() -> Result<words::Words> {
    words::Words::parse(&fs::read_to_string(root().join("xtask/retired-words.txt"))?)
}

/// Checks every rule.
///
/// # Errors
/// Returns an error that counts the problems; each is printed.
pub(crate) fn run() -> Result<()> {
    say("tidy: the architecture's rules");
    let words = retired_words()?;
    let limits = fs::read_to_string(root().join("xtask/tidy-limits.txt"))?;
    let files = tracked_files()?;
    let (mut problems, mut retired, mut wide) = (Vec::new(), 0, 0);
    for path in &files {
        let Ok(text) = fs::read_to_string(root().join(path)) else { continue };
        problems.extend(problems_of(path, &text));
        retired += words.find(&path.to_string_lossy(), &text).len();
        wide += wide_lines(path, &text).len();
    }
    problems.extend(www_imports()?);
    problems.extend(knows::problems()?);
    let circles = circles::find()?;
    for (name, count, option) in [
        ("circles", circles.len(), "--circles"),
        ("retired-words", retired, "--words"),
        ("wide-lines", wide, "--widths"),
    ] {
        let limit = limit(&limits, name).ok_or_else(|| format!("xtask/tidy-limits.txt has no `{name}`"))?;
        if count > limit {
            problems.push(format!("{name}: {count}, more than {limit}; `cargo xtask tidy {option}` lists them"));
        } else if count < limit {
            eprintln!("    {name}: {count}; xtask/tidy-limits.txt still accepts {limit}");
        }
    }
    if problems.is_empty() {
        eprintln!("    {} files, no problem", files.len());
        return Ok(());
    }
    for problem in &problems {
        eprintln!("    {problem}");
    }
    Err(format!("{} tidy problem(s)", problems.len()).into())
}

/// Returns the number behind a name in the file of limits.
fn limit(limits: &str, name: &str) -> Option<usize> {
    limits.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

fn tracked_files() -> Result<Vec<PathBuf>> {
    let list = output(cmd("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    Ok(list.lines().map(PathBuf::from).collect())
}

/// Text that a file in a folder must not contain, and why.
struct Ban {
    under: &'static str,
    except: &'static [&'static str],
    text: &'static [&'static str],
    why: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        under: "src/core/",
        except: &[],
        text: &["crate::api", "crate::wasm", "web_sys", "js_sys", "wasm_bindgen", "gloo_", "std::fs", "std::net"],
        why: "the core is pure: no I/O, no JavaScript, no knowledge of the protocols",
    },
    Ban {
        under: "src/core/",
        except: &[],
        text: &["Instant::now", "SystemTime", "std::env::var"],
        why: "the core has no clock and no environment: time and \"today\" are arguments",
    },
    Ban { under: "src/api/", except: &[], text: &["crate::wasm"], why: "the protocols know nothing of the bindings" },
    Ban {
        under: "src/api/",
        except: &["src/api/gloo.rs"],
        text: &["gloo_", "web_sys", "js_sys", "wasm_bindgen"],
        why: "only gloo.rs knows the browser",
    },
    Ban {
        under: "pkg-template/src/",
        except: &["pkg-template/src/load.ts"],
        text: &["kyc_capture_bg.wasm"],
        why: "load.ts is the only file that knows asset addresses",
    },
    Ban {
        under: "pkg-template/src/",
        except: &[],
        text: &["eval(", "new Function(", "innerHTML", "insertAdjacentHTML", "document.write"],
        why: "strict CSP",
    },
    Ban {
        under: "pkg-template/src/",
        except: &["pkg-template/src/lens-memory.ts"],
        text: &["localStorage", "sessionStorage", "indexedDB", "document.cookie"],
        why: "nothing of a person in storage: lens-memory.ts alone keeps the id of a lens",
    },
    Ban {
        under: "sandbox/tests/",
        except: &[
            "sandbox/tests/http/postgres.rs",
            "sandbox/tests/http/support/mod.rs",
            "sandbox/tests/http/support/program.rs",
        ],
        text: &["Store::open", "Store::in_memory"],
        why: "tests run on SQLite and on PostgreSQL: the support's `Server` and `Kept` know which",
    },
    Ban { under: "www/", except: &[], text: &["<script>", "<style", " style=\"", "onclick="], why: "strict CSP" },
];

fn problems_of(path: &Path, text: &str) -> Vec<String> {
    let name = path.to_string_lossy().replace('\\', "/");
    let source =
        ["rs", "ts", "js", "mjs", "css", "html", "py"].iter().any(|e| path.extension().is_some_and(|x| x == *e));
    let mut problems = Vec::new();
    if !source {
        return problems;
    }
    if text.lines().count() > MAX_LINES {
        problems.push(format!("{name}: {} lines, more than {MAX_LINES}: split it", text.lines().count()));
    }
    for ban in BANS {
        if !name.starts_with(ban.under) || ban.except.contains(&name.as_str()) {
            continue;
        }
        for (i, line) in text.lines().enumerate() {
            let code = line.trim_start();
            if code.starts_with("//") || code.starts_with('*') || code.starts_with("/*") {
                continue;
            }
            for banned in ban.text {
                if line.contains(banned) {
                    problems.push(format!("{name}:{}: `{banned}`: {}", i + 1, ban.why));
                }
            }
        }
    }
    for (i, line) in text.lines().enumerate() {
        // Split, so that this file does not find itself.
        for word in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!("), concat!("unimplemented", "!(")] {
            if line.contains(word) {
                problems.push(format!("{name}:{}: `{word}`: finish it or leave it out", i + 1));
            }
        }
        for home in [concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/wo", "rk/")] {
            if line.contains(home) {
                problems.push(format!("{name}:{}: a path of one machine", i + 1));
            }
        }
    }
    problems
}

/// The demo page must use the package as users do: by its public name alone.
fn www_imports() -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for file in files_under(&root().join("www"))? {
        if file.extension().is_some_and(|e| e == "js" || e == "ts") {
            let text = fs::read_to_string(&file)?;
            for (i, line) in text.lines().enumerate() {
                if line.trim_start().starts_with("import") && line.contains("/wasm/") {
                    problems.push(format!("{}:{}: the page imports the package's inside", file.display(), i + 1));
                }
            }
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_arrows_that_point_up() {
        let found =
            problems_of(Path::new("src/core/x.rs"), "use crate::api::kyc;\n// crate::api in a comment is fine\n");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("src/core/x.rs:1"));
        assert!(problems_of(Path::new("src/api/gloo.rs"), "use gloo_net::http::Request;\n").is_empty());
        assert_eq!(problems_of(Path::new("src/api/client.rs"), "use gloo_net::http::Request;\n").len(), 1);
    }

    #[test]
    fn reads_limits() {
        assert_eq!(limit("# a comment\ncircles 3\nwide-lines 12\n", "wide-lines"), Some(12));
        assert_eq!(limit("circles 3\n", "words"), None);
    }

    #[test]
    fn finds_files_that_grew_too_long() {
        assert_eq!(problems_of(Path::new("src/core/x.rs"), &"x\n".repeat(MAX_LINES + 1)).len(), 1);
        assert!(problems_of(Path::new("src/core/x.rs"), &"x\n".repeat(MAX_LINES)).is_empty());
    }
}
