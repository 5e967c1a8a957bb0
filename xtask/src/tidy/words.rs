//! Retired words: those of `retired-words.txt` must not appear in code, comments and documents.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use super::lex::{Kind, Language, spans};
use crate::sh::Result;

/// Texts that quote others: vendors' field names and words, and this list itself.
const EXCEPT: &[&str] = &[
    "docs/operations.json",
    "docs/operations.md",
    "xtask/retired-words.txt",
    "CHANGELOG.md",
    "xtask/src/tidy/words.rs",
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Scope {
    Code,
    Prose,
    Name,
}

struct Retired {
    scope: Scope,
    words: Vec<String>,
    instead: String,
}

/// A retired word at a place.
pub(super) struct Finding {
    pub line: usize,
    pub words: String,
    pub instead: String,
}

/// The list of retired words.
pub(super) struct Words(Vec<Retired>);

impl Words {
    /// Parses the list; see the comment at its head for the format.
    ///
    /// # Errors
    /// Returns an error that names the line which is not `scope: words => replacement`.
    pub(super) fn parse(list: &str) -> Result<Self> {
        let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let retired = lines.map(|line| parse_line(line).ok_or(format!("retired words: cannot read `{line}`")));
        Ok(Self(retired.collect::<std::result::Result<_, _>>()?))
    }

    /// Returns every retired word of a file; none for files that are neither source nor Markdown.
    pub(super) fn find(&self, path: &str, text: &str) -> Vec<Finding> {
        let extension = Path::new(path).extension().and_then(|e| e.to_str()).unwrap_or_default();
        if EXCEPT.contains(&path) {
            return Vec::new();
        }
        let mut found = BTreeMap::new();
        if let Some(language) = Language::of_extension(extension) {
            for (kind, range) in joined_comments(text, spans(text, language)) {
                self.find_in(&text[range.clone()], kind, super::lex::line_of(text, range.start), &mut found);
            }
        } else if matches!(extension, "md" | "html" | "css" | "sql" | "py" | "sh" | "toml") {
            self.find_in(text, Kind::Comment, 1, &mut found);
        }
        let finding = |((line, i), ()): ((usize, usize), ())| Finding {
            line,
            words: self.0[i].words.join(" "),
            instead: self.0[i].instead.clone(),
        };
        found.into_iter().map(finding).collect()
    }

    fn find_in(&self, part: &str, kind: Kind, first_line: usize, found: &mut BTreeMap<(usize, usize), ()>) {
        let words = words_of(part);
        for (i, retired) in self.0.iter().enumerate() {
            let applies = match retired.scope {
                Scope::Code => true,
                Scope::Prose => kind != Kind::Code,
                Scope::Name => kind == Kind::Code,
            };
            if !applies {
                continue;
            }
            for window in words.windows(retired.words.len()) {
                let in_scope = |word: &Word| retired.scope != Scope::Name || word.capitals;
                if window.iter().zip(&retired.words).all(|(word, wanted)| in_scope(word) && matches(&word.text, wanted))
                {
                    found.insert((first_line + window[0].line, i), ());
                }
            }
        }
    }
}

/// Joins comments with only space between them, so that words are found across the lines of one.
fn joined_comments(text: &str, spans: Vec<(Kind, Range<usize>)>) -> Vec<(Kind, Range<usize>)> {
    let mut joined: Vec<(Kind, Range<usize>)> = Vec::new();
    let mut after_comment = false;
    for (kind, range) in spans {
        match joined.last_mut() {
            Some((_, last)) if after_comment && kind == Kind::Comment => last.end = range.end,
            _ if after_comment && text[range.clone()].trim().is_empty() => continue,
            _ => joined.push((kind, range)),
        }
        after_comment = kind == Kind::Comment;
    }
    joined
}

fn parse_line(line: &str) -> Option<Retired> {
    let (scope, rest) = line.split_once(": ")?;
    let (words, instead) = rest.split_once(" => ")?;
    let scope = match scope {
        "code" => Scope::Code,
        "prose" => Scope::Prose,
        "name" => Scope::Name,
        _ => return None,
    };
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    (!words.is_empty()).then(|| Retired { scope, words, instead: instead.trim().to_string() })
}

fn matches(word: &str, wanted: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(prefix) => word.starts_with(prefix),
        None => word == wanted,
    }
}

struct Word {
    text: String,
    /// Whether it has no lower-case letter, as in the names of constants.
    capitals: bool,
    /// Line breaks before it.
    line: usize,
}

/// Lower-case words, identifiers split into theirs.
fn words_of(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut current = String::new();
    let (mut line, mut lower_before) = (0, false);
    for c in text.chars().chain([' ']) {
        let begins = c.is_uppercase() && lower_before;
        if (!c.is_alphanumeric() || begins) && !current.is_empty() {
            let capitals = !current.chars().any(char::is_lowercase);
            found.push(Word { text: current.to_lowercase(), capitals, line });
            current.clear();
        }
        if c.is_alphanumeric() {
            current.push(c);
        }
        lower_before = c.is_lowercase() || c.is_numeric();
        line += usize::from(c == '\n');
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str =
        "# a comment\n\ncode: picture => image\nprose: held against => compared with\nname: MOST => MAX\n";

    fn lines(path: &str, text: &str) -> Vec<(usize, String)> {
        let words = Words::parse(LIST).expect("the list is valid");
        words.find(path, text).into_iter().map(|f| (f.line, f.words)).collect()
    }

    #[test]
    fn finds_words_in_identifiers_and_comments() {
        let text =
            "fn take_picture() {}\n// at most one Picture is held\n// against another\nconst MOST_FACES: u8 = 1;\n";
        let expected = [(1, "picture"), (2, "picture"), (2, "held against"), (4, "most")];
        assert_eq!(lines("src/a.rs", text), expected.map(|(line, words)| (line, words.to_string())));
    }

    #[test]
    fn spares_code_and_other_words() {
        assert!(lines("src/a.rs", "held(against); depicture();").is_empty());
        assert!(lines("docs/operations.md", "picture").is_empty());
        assert_eq!(lines("README.md", "a `PictureSize`").len(), 1);
    }

    #[test]
    fn refuses_lines_without_replacement() {
        assert!(Words::parse("code: picture").is_err());
        assert!(Words::parse("all: picture => image").is_err());
    }
}
