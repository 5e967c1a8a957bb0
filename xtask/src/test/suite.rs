//! The suites by name.

use clap::ValueEnum;

/// A set of tests that can be run by name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, ValueEnum)]
pub(crate) enum Suite {
    /// Every crate but the sandbox, compiled for this machine.
    Native,
    /// The bindings in a headless browser.
    Wasm,
    /// The sandbox over HTTP, on SQLite and on PostgreSQL.
    Sandbox,
    /// The npm package, and the page end to end in Chromium.
    Browser,
}

impl Suite {
    /// Returns the name by which a person asks for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Wasm => "wasm",
            Self::Sandbox => "sandbox",
            Self::Browser => "browser",
        }
    }
}
