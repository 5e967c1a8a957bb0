//! Parses the text of the barcode: header, subfiles, elements (AAMVA annex D).

use super::error::{AamvaError, MAX_TEXT, Problem, ProblemCode};
use super::magnetic_stripe;
use super::subfile::{Element, Header, Subfile};

/// Maximum offset of the file type, bytes: the control characters before it may be duplicated or lost.
const MAX_PREFIX: usize = 16;
/// Maximum number of subfiles: one of the card and some of the issuer.
const MAX_SUBFILES: usize = 16;

/// Parses header and subfiles, and reports conformance issues.
///
/// # Errors
/// [`AamvaError`] if the text is not an AAMVA barcode.
pub(super) fn parse_subfiles(text: &str) -> Result<(Header, Vec<Subfile>, Vec<Problem>), AamvaError> {
    if text.len() > MAX_TEXT {
        return Err(AamvaError::TooLong { length: text.len() });
    }
    // Scanners that type as a keyboard may write control characters by name.
    if text.contains("<LF>") && !text.contains('\n') {
        return parse_subfiles(&text.replace("<LF>", "\n").replace("<RS>", "\u{1e}").replace("<CR>", "\r"));
    }
    let mut problems = Vec::new();
    let mut problem = |code, element: &str| problems.push(Problem::new(code, element));
    if magnetic_stripe::is_one(text) {
        return magnetic_stripe::read(text).ok_or(AamvaError::NoSubfile);
    }
    let (start, length) = file_type(text).ok_or(AamvaError::NoFileType)?;
    if text.get(..start) != Some("@\n\u{1e}\r") {
        problem(ProblemCode::HeaderPrefix, "");
    }
    let mut digits = Digits { text, at: start + length };
    let issuer_id = digits.take(6).ok_or(AamvaError::NoIssuer)?.to_owned();
    let version = digits.number(2).and_then(|v| u8::try_from(v).ok());
    // Version 1 has no jurisdiction version. If two digits are missing before the first subfile, it is omitted too.
    let numbers_left = text[digits.at..].bytes().take_while(u8::is_ascii_digit).count();
    let jurisdiction_version = if version.is_some_and(|v| v >= 2) && numbers_left != 2 {
        digits.number(2).and_then(|v| u8::try_from(v).ok())
    } else {
        None
    };
    let count = digits.number(2);
    if version.is_none() || count.is_none_or(|n| n == 0 || n > MAX_SUBFILES) {
        problem(ProblemCode::HeaderMalformed, "");
    }
    let mut named: Vec<(String, usize, usize)> = Vec::new();
    while named.len() < MAX_SUBFILES {
        let Some((kind, offset, length)) = digits.designator() else { break };
        named.push((kind.to_owned(), offset, length));
        // Some headers have a wrong number of subfiles; a designator is recognised by its eight digits.
    }
    if count.is_some_and(|count| count != named.len()) {
        problem(ProblemCode::HeaderMalformed, "");
    }
    let header = Header { issuer_id, version, jurisdiction_version };
    let subfiles = subfiles(text, digits.at, &named, &mut problems);
    if !subfiles.iter().any(|s| s.is_card() && !s.elements.is_empty()) {
        return Err(AamvaError::NoSubfile);
    }
    if subfiles.iter().flat_map(|subfile| &subfile.elements).any(|element| contains_elements(&element.value)) {
        return Err(AamvaError::NoSeparators);
    }
    Ok((header, subfiles, problems))
}

/// Returns whether a value contains elements, whose separators are lost: four or more ids that every card has.
fn contains_elements(value: &str) -> bool {
    const IDS: [&str; 12] = ["DAA", "DAC", "DAG", "DAI", "DAJ", "DAK", "DAY", "DBA", "DBB", "DBC", "DBD", "DCS"];
    IDS.iter().filter(|id| value.contains(**id)).count() >= 4
}

/// Returns the offset and length of the file type.
fn file_type(text: &str) -> Option<(usize, usize)> {
    ["ANSI ", "AAMVA", "ANSI"]
        .into_iter()
        .filter_map(|word| text.find(word).map(|at| (at, word.len())))
        .filter(|(at, _)| *at <= MAX_PREFIX)
        .min_by_key(|(at, length)| (*at, usize::MAX - length))
}

/// Reads the numbers of the header.
struct Digits<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Digits<'a> {
    fn take(&mut self, count: usize) -> Option<&'a str> {
        let digits = self.text.get(self.at..self.at + count)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        self.at += count;
        Some(digits)
    }

    fn number(&mut self, count: usize) -> Option<usize> {
        self.take(count)?.parse().ok()
    }

    /// Reads a designator: type, offset and length of a subfile.
    fn designator(&mut self) -> Option<(&'a str, usize, usize)> {
        let kind = self.text.get(self.at..self.at + 2).filter(|k| is_kind(k))?;
        let before = self.at;
        self.at += 2;
        let (offset, length) = (self.number(4), self.number(4));
        match (offset, length) {
            (Some(offset), Some(length)) => Some((kind, offset, length)),
            _ => {
                self.at = before;
                None
            }
        }
    }
}

fn is_kind(text: &str) -> bool {
    matches!(text, "DL" | "ID" | "EN")
        || (text.len() == 2 && text.starts_with('Z') && text.as_bytes()[1].is_ascii_uppercase())
}

/// Splits the subfiles by content: the first element of each is preceded by the subfile type.
fn subfiles(text: &str, from: usize, named: &[(String, usize, usize)], problems: &mut Vec<Problem>) -> Vec<Subfile> {
    let mut out: Vec<Subfile> = Vec::new();
    let mut waiting: Vec<&(String, usize, usize)> = named.iter().collect();
    let mut at = from;
    for piece in text[from..].split(['\n', '\r', '\u{1e}', '\u{1c}', '\u{1d}']) {
        let start = at;
        at += piece.len() + 1;
        let mut piece = piece;
        if piece.trim().is_empty() {
            continue;
        }
        let leads = |kind: &str| {
            let first_of_card =
                !kind.starts_with('Z') && piece.get(2..3).is_some_and(|c| c == "D" || kind.starts_with(c));
            piece.strip_prefix(kind).is_some_and(|rest| rest.len() >= 3 && (first_of_card || rest.starts_with(kind)))
        };
        // Elements of an issuer's subfile begin with its type too: `ZM` precedes `ZMZMAN…`, but not `ZMB`.
        let begun = waiting.iter().position(|(kind, _, _)| leads(kind));
        if let Some(index) = begun {
            let (kind, offset, _) = waiting.remove(index);
            if *offset != start && *offset != start + 1 {
                problems.push(Problem::new(ProblemCode::SubfileMisplaced, kind));
            }
            out.push(Subfile { kind: kind.clone(), elements: Vec::new() });
            piece = &piece[2..];
            // Georgia prints the type of the card's subfile twice.
            if let Some(rest) =
                piece.strip_prefix(kind.as_str()).filter(|rest| !kind.starts_with('Z') && rest.starts_with('D'))
            {
                problems.push(Problem::new(ProblemCode::SubfileMisplaced, kind));
                piece = rest;
            }
        } else if out.is_empty() {
            // The header is unreadable or names no card: a card's elements form its subfile.
            let kind = ["DL", "ID", "EN"].into_iter().find(|kind| leads(kind));
            if let Some(kind) = kind {
                piece = &piece[2..];
                problems.push(Problem::new(ProblemCode::SubfileMisplaced, kind));
            }
            out.push(Subfile { kind: kind.unwrap_or("DL").into(), elements: Vec::new() });
        }
        let Some(subfile) = out.last_mut() else { continue };
        let id = piece.get(..3).filter(|id| id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
        match id {
            Some(id) => {
                let value = piece[3..].trim().to_owned();
                let known = subfile.elements.iter().find(|e| e.id == id);
                if known.is_some_and(|known| known.value != value) {
                    problems.push(Problem::new(ProblemCode::ElementRepeated, id));
                }
                subfile.elements.push(Element { id: id.into(), value });
            }
            None => problems.push(Problem::new(ProblemCode::ElementMalformed, &subfile.kind)),
        }
    }
    for (kind, _, _) in waiting {
        problems.push(Problem::new(ProblemCode::SubfileMissing, kind));
    }
    out
}
