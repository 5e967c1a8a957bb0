//! The machine-readable zone (Doc 9303): from pixels to lines, and from lines to a checked document.
//!
//! Pixels: [`locate`] finds lines, [`rectify`] makes strips of them, [`recognise`] gives a distribution for each column,
//! [`align`] finds the places of the characters, [`grammar`] the most probable reading; [`evidence`] is what a picture tells,
//! [`fuse`] adds up several, [`read`] goes all the way.
//!
//! Text: [`parse`](mod@parse) reads lines, with [`format`] (what stands where), [`check_digit`], [`dates`], [`countries`] and
//! [`names`]; [`correct`] holds the look-alikes; [`write`](mod@write) makes lines.

pub mod align;
pub mod check_digit;
pub mod correct;
pub mod countries;
pub mod dates;
pub mod evidence;
mod follow;
pub mod format;
pub mod fuse;
pub mod grammar;
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
pub mod write;

pub use crate::date::Date;
pub use evidence::Evidence;
pub use format::Format;
pub use fuse::MrzFuser;
pub use parse::{MrzDocument, parse};
pub use read::MrzReader;
pub use reading::MrzReading;
pub use write::{MrzFields, write};
