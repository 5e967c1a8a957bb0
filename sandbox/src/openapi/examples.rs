//! An example of each operation for a shell: `examples.sh`, in which a line `### id` begins each.
//!
//! A shell needs [`before`] once; then each example is independent. They are run, all of them, by a test.

use std::sync::LazyLock;

/// The text of all examples.
const TEXT: &str = concat!(include_str!("examples_kyc.sh"), include_str!("examples_backend.sh"));

static ALL: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    TEXT.split("\n### ")
        .skip(1)
        .filter_map(|part| part.split_once('\n'))
        .map(|(id, code)| (id.trim(), code.trim()))
        .collect()
});

/// The example of an operation, for a shell that has run [`before`].
pub fn of(id: &str) -> Option<&'static str> {
    ALL.iter().find(|(name, _)| *name == id).map(|(_, code)| *code)
}

/// What a shell needs once: where the server is, who calls, and a token.
pub fn before(url: &str) -> String {
    include_str!("examples_before.sh").replace("http://127.0.0.1:8080", url).trim().to_owned()
}

/// The operations that have one.
pub fn ids() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(id, _)| *id)
}
