//! An option that is refused: where it is, what was given and what is wanted.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

/// Longest excerpt of a text that a message quotes, in characters.
const MAX_QUOTED: usize = 40;

/// Greatest similarity distance of a suggestion: 0 is unrelated, 1 equal (Jaro–Winkler).
const MIN_SIMILARITY: f64 = 0.8;

/// A refused option. The stable code is always [`OptionError::CODE`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionError {
    /// Segments of the path, innermost first.
    path: Vec<String>,
    reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    /// The value is absent.
    Missing,
    /// No option of that name exists.
    Unknown { suggestion: Option<String> },
    /// The value is of another type, or outside its range.
    Invalid { wanted: String, given: Option<String>, suggestion: Option<String> },
}

impl OptionError {
    /// The stable code.
    pub const CODE: &str = "invalid_option";

    /// An error for a value that is not what is `wanted`.
    pub fn invalid(wanted: &str, given: Option<String>) -> Self {
        Self {
            path: Vec::new(),
            reason: Reason::Invalid { wanted: wanted.to_owned(), given: given.map(quoted), suggestion: None },
        }
    }

    /// An error for the option `name`, which does not exist beside `known`.
    pub(super) fn unknown(name: &str, known: &[&str]) -> Self {
        let reason = Reason::Unknown { suggestion: closest(name, known) };
        Self { path: vec![excerpt(name)], reason }
    }

    /// Prepends the name of the option that contains the value.
    #[must_use]
    pub fn under(mut self, name: &str) -> Self {
        self.path.push(excerpt(name));
        self
    }

    /// Prepends the index of the element that is refused.
    #[must_use]
    pub(super) fn at_index(mut self, index: usize) -> Self {
        self.path.push(format!("[{index}]"));
        self
    }

    /// Removes the value from the message: it may be a secret.
    #[must_use]
    pub(super) fn without_value(mut self) -> Self {
        if let Reason::Invalid { given, .. } = &mut self.reason {
            *given = None;
        }
        self
    }

    /// The path of the option, as `options.liveness.steps`; empty for the value itself.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for segment in self.path.iter().rev() {
            if !path.is_empty() && !segment.starts_with('[') {
                path.push('.');
            }
            path.push_str(segment);
        }
        path
    }
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "option `{}` ", self.path())?;
        let suggestion = match &self.reason {
            Reason::Missing => return f.write_str("is missing"),
            Reason::Unknown { suggestion } => {
                f.write_str("does not exist")?;
                suggestion
            }
            Reason::Invalid { wanted, given, suggestion } => {
                write!(f, "is invalid: expected {wanted}")?;
                if let Some(given) = given {
                    write!(f, ", got {given}")?;
                }
                suggestion
            }
        };
        match suggestion {
            Some(name) => write!(f, "; did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for OptionError {}

impl Error for OptionError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::invalid(&message.to_string(), None)
    }

    fn invalid_type(given: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        let reason =
            Reason::Invalid { wanted: in_words(&wanted.to_string()), given: Some(described(given)), suggestion: None };
        Self { path: Vec::new(), reason }
    }

    fn invalid_value(given: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::invalid_type(given, wanted)
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        let reason = Reason::Invalid {
            wanted: one_of(known),
            given: Some(format!("\"{}\"", excerpt(variant))),
            suggestion: closest(variant, known),
        };
        Self { path: Vec::new(), reason }
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self::unknown(field, known)
    }

    fn missing_field(field: &'static str) -> Self {
        Self { path: vec![field.to_owned()], reason: Reason::Missing }
    }
}

/// The values of a closed set, for a message.
pub(super) fn one_of(known: &[&str]) -> String {
    let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    format!("one of {}", known.join(", "))
}

/// Returns the known name that is most similar, or `None` if none is similar.
fn closest(name: &str, known: &[&str]) -> Option<String> {
    let similarity = |known: &str| strsim::jaro_winkler(&name.to_ascii_lowercase(), &known.to_ascii_lowercase());
    known
        .iter()
        .map(|known| (similarity(known), *known))
        .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known.to_owned())
}

fn excerpt(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_QUOTED).collect()
}

fn quoted(text: String) -> String {
    format!("\"{}\"", excerpt(&text))
}

/// Describes a given value. Texts are quoted in part.
fn described(given: Unexpected<'_>) -> String {
    match given {
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Unsigned(value) => value.to_string(),
        Unexpected::Signed(value) => value.to_string(),
        Unexpected::Float(value) => value.to_string(),
        Unexpected::Str(text) => quoted(text.to_owned()),
        Unexpected::Unit => "null".into(),
        Unexpected::Seq => "an array".into(),
        Unexpected::Map => "an object".into(),
        Unexpected::Other(kind) => kind.to_owned(),
        other => other.to_string(),
    }
}

/// Translates what serde expects into the terms of JavaScript.
fn in_words(expected: &str) -> String {
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number of 0 or more",
        "f32" | "f64" => "a finite number",
        "a sequence" => "an array",
        text if text.starts_with("struct ") || text == "a map" => "an object",
        text => text,
    }
    .to_owned()
}
