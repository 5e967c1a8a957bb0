//! The machine-readable zone (Doc 9303): from pixels to lines, and from lines to a checked document.
//!
//! Text: [`parse`] reads lines, with [`format`] (what stands where), [`check_digit`], [`dates`], [`countries`] and
//! [`names`]; [`correct`] holds the look-alikes; [`write`](mod@write) makes lines.

pub mod check_digit;
pub mod correct;
pub mod countries;
pub mod dates;
pub mod format;
mod input;
pub mod names;
pub mod parse;
pub mod recognise;
pub mod write;

pub use dates::Date;
pub use format::Format;
pub use parse::{MrzDocument, parse};
pub use write::{MrzFields, write};
