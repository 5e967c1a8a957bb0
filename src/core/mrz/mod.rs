//! The machine-readable zone (Doc 9303): from pixels to lines, and from lines to a checked document.
//!
//! Pixels: [`locate`] finds lines, [`rectify`] makes strips of them, [`recognise`] gives a distribution for each column,
//! [`align`] finds the places of the characters, [`grammar`] the most probable reading; [`hypothesis`] is what a picture tells,
//! [`fuse`] adds up several, [`read`] goes all the way.
//!
//! Text: [`parse`](mod@parse) reads lines, with [`format`] (what stands where), [`check_digit`], [`dates`], [`countries`] and
//! [`names`]; [`confusables`] holds the look-alikes; [`write`](mod@write) makes lines.

pub mod align;
pub mod check_digit;
pub mod confusables;
pub mod countries;
pub mod dates;
pub mod format;
pub mod fuse;
pub mod grammar;
pub mod hypothesis;
mod input;
pub mod locate;
mod locate_blobs;
pub mod names;
pub mod parse;
mod pyramid;
pub mod read;
pub mod reading;
pub mod recognise;
pub mod rectify;
pub mod text_line;
mod trace_line;
pub mod write;

pub use crate::date::Date;
pub use format::Format;
pub use fuse::MrzFuser;
pub use hypothesis::MrzHypothesis;
pub use parse::{MrzDocument, parse};
pub use read::MrzReader;
pub use reading::MrzReading;
pub use write::{MrzFields, format_mrz};
