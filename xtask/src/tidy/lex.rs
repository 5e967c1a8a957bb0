//! Splits source text into code, comments and string literals, without parsing it.

use std::ops::Range;

/// What a stretch of source text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Code,
    Comment,
    Text,
}

/// The lexical rules of a language.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    /// TypeScript and JavaScript.
    Script,
}

impl Language {
    /// Returns the language of a file by its extension.
    pub(crate) fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "rs" => Some(Self::Rust),
            "ts" | "js" | "mjs" => Some(Self::Script),
            _ => None,
        }
    }
}

/// Splits `source` into spans that cover it without gaps.
pub(crate) fn spans(source: &str, language: Language) -> Vec<(Kind, Range<usize>)> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut code_start = 0;
    let mut at = 0;
    while at < bytes.len() {
        match literal_or_comment(bytes, at, language) {
            Some((kind, end)) => {
                if code_start < at {
                    found.push((Kind::Code, code_start..at));
                }
                found.push((kind, at..end));
                (at, code_start) = (end, end);
            }
            None => at += 1,
        }
    }
    if code_start < bytes.len() {
        found.push((Kind::Code, code_start..bytes.len()));
    }
    found
}

/// Returns `source` with everything but code replaced by spaces; offsets and line breaks stay.
pub(crate) fn code_only(source: &str, language: Language) -> String {
    let mut bytes = source.as_bytes().to_vec();
    for (kind, range) in spans(source, language) {
        if kind != Kind::Code {
            bytes[range].iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the 1-based line of a byte offset.
pub(crate) fn line_of(source: &str, offset: usize) -> usize {
    source.as_bytes()[..offset].iter().filter(|b| **b == b'\n').count() + 1
}

/// Returns what begins at `at`, if it is not code, and where it ends.
fn literal_or_comment(bytes: &[u8], at: usize, language: Language) -> Option<(Kind, usize)> {
    let rest = &bytes[at..];
    if rest.starts_with(b"//") {
        return Some((Kind::Comment, at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())));
    }
    if rest.starts_with(b"/*") {
        return Some((Kind::Comment, at + block_comment(rest, language == Language::Rust)));
    }
    let end = match (language, rest[0]) {
        (_, b'"') => quoted(rest, b'"'),
        (Language::Rust, b'r') if !continues_word(bytes, at) => raw_string(rest)?,
        (Language::Rust, b'b') if !continues_word(bytes, at) && rest.get(1) == Some(&b'r') => {
            1 + raw_string(&rest[1..])?
        }
        (Language::Rust, b'\'') => character(rest)?,
        (Language::Script, b'\'') => quoted(rest, b'\''),
        (Language::Script, b'`') => template(rest),
        (Language::Script, b'/') if expects_value(bytes, at) => regular_expression(rest)?,
        _ => return None,
    };
    Some((Kind::Text, at + end))
}

fn continues_word(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

fn block_comment(rest: &[u8], nests: bool) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at + 1 < rest.len() {
        match &rest[at..at + 2] {
            b"/*" if nests || depth == 0 => (depth, at) = (depth + 1, at + 2),
            b"*/" => {
                (depth, at) = (depth - 1, at + 2);
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    rest.len()
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b if b == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `r"…"` and `r#"…"#`; `None` for raw identifiers and plain words.
fn raw_string(rest: &[u8]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|b| **b == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return None;
    }
    let begin = 2 + hashes;
    let closes = |i: &usize| {
        rest[*i] == b'"' && rest[i + 1..].len() >= hashes && rest[i + 1..i + 1 + hashes].iter().all(|b| *b == b'#')
    };
    Some((begin..rest.len()).find(closes).map_or(rest.len(), |i| i + 1 + hashes))
}

/// A character literal; `None` for lifetimes and labels.
fn character(rest: &[u8]) -> Option<usize> {
    if rest.get(1) == Some(&b'\\') {
        return rest[3.min(rest.len())..].iter().position(|b| *b == b'\'').map(|i| 3 + i + 1);
    }
    let width = match rest.get(1)? {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    };
    (rest.get(1 + width) == Some(&b'\'')).then_some(width + 2)
}

/// A template literal, with what it interpolates.
fn template(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'`' => return at + 1,
            b'$' if rest.get(at + 1) == Some(&b'{') => at += interpolation(&rest[at + 1..]) + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

fn interpolation(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match rest[at] {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            b'`' => at += template(&rest[at..]) - 1,
            quote @ (b'"' | b'\'') => at += quoted(&rest[at..], quote) - 1,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

/// Returns whether a slash at `at` begins a regular expression: true after an operator or an opening bracket.
fn expects_value(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at].trim_ascii_end();
    before.last().is_none_or(|b| b"(,=:[!&|?{};".contains(b)) || before.ends_with(b"return")
}

fn regular_expression(rest: &[u8]) -> Option<usize> {
    let (mut at, mut in_class) = (1, false);
    loop {
        match *rest.get(at)? {
            b'\n' => return None,
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(source: &str, language: Language) -> Vec<(Kind, &str)> {
        spans(source, language).into_iter().map(|(kind, range)| (kind, &source[range])).collect()
    }

    #[test]
    fn splits_rust() {
        use Kind::{Code, Comment, Text};
        let source = "let x: &'a str = r#\"a \" b\"#; // why\nlet c = ['\\'', '\"', 'é'];/* a /* b */ c */ f()";
        let found = kinds(source, Language::Rust);
        assert_eq!(
            found,
            [
                (Code, "let x: &'a str = "),
                (Text, "r#\"a \" b\"#"),
                (Code, "; "),
                (Comment, "// why"),
                (Code, "\nlet c = ["),
                (Text, "'\\''"),
                (Code, ", "),
                (Text, "'\"'"),
                (Code, ", "),
                (Text, "'é'"),
                (Code, "];"),
                (Comment, "/* a /* b */ c */"),
                (Code, " f()"),
            ]
        );
    }

    #[test]
    fn splits_scripts() {
        use Kind::{Code, Comment, Text};
        let source = "f(/[/\"]/u, `a ${g(\"}\")} b`); x / 2; // half";
        let found = kinds(source, Language::Script);
        assert_eq!(
            found,
            [
                (Code, "f("),
                (Text, "/[/\"]/"),
                (Code, "u, "),
                (Text, "`a ${g(\"}\")} b`"),
                (Code, "); x / 2; "),
                (Comment, "// half"),
            ]
        );
    }

    #[test]
    fn blanks_what_is_not_code() {
        assert_eq!(code_only("a // é\n\"b\" c", Language::Rust), "a      \n    c");
        assert_eq!(line_of("a\nb\nc", 4), 3);
    }
}
