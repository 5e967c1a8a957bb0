//! What is fuzzed, and what must hold for every input.

mod aamva;
#[cfg(feature = "sandbox")]
mod archive;
mod images;
mod mrz;
#[cfg(feature = "sandbox")]
mod multipart;
mod pdf417;
mod replies;
mod session;
mod signature;
mod weights;

/// A parser of hostile input with what must hold.
#[derive(Debug)]
pub struct Target {
    /// Name, as in the folder of its corpus.
    pub name: &'static str,
    /// Share of the executions: cheap targets take most.
    pub weight: u64,
    /// Maximum length of an input, bytes.
    pub max_len: usize,
    /// Maximum length of an input that is kept in the committed corpus, bytes.
    pub keep_len: usize,
    /// What the format knows.
    pub words: &'static [&'static [u8]],
    /// Well-formed inputs.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Mends checksums and lengths after a mutation, so that it passes the first checks.
    pub repair: fn(&mut Vec<u8>),
    /// Executes an input; panics if something does not hold.
    pub execute: fn(&[u8]),
}

/// All targets.
pub static ALL: &[Target] = &[
    mrz::TARGET,
    aamva::TARGET,
    pdf417::TARGET,
    signature::TARGET,
    session::TARGET,
    replies::TARGET,
    #[cfg(feature = "sandbox")]
    multipart::TARGET,
    #[cfg(feature = "sandbox")]
    archive::TARGET,
    weights::TARGET,
    images::EXIF,
    images::PNG,
    images::JPEG,
    images::WEBP,
];

/// Returns the target of this name.
pub fn named(name: &str) -> Option<&'static Target> {
    ALL.iter().find(|target| target.name == name)
}

/// For targets without checksums.
fn no_repair(_: &mut Vec<u8>) {}

/// Reads an input as a sequence of small numbers; zeros after its end.
struct Bytes<'a> {
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    fn new(input: &'a [u8]) -> Self {
        Self { rest: input }
    }

    fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    fn byte(&mut self) -> u8 {
        match self.rest.split_first() {
            Some((first, rest)) => {
                self.rest = rest;
                *first
            }
            None => 0,
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::from(self.byte()) % limit.max(1)
    }

    fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// A run whose length is the next byte.
    fn run(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.rest.len());
        let (run, rest) = self.rest.split_at(length);
        self.rest = rest;
        run
    }

    fn text(&mut self) -> String {
        String::from_utf8_lossy(self.run()).into_owned()
    }
}
