//! The machine-readable zone (ICAO Doc 9303): from an image to lines of text, and from lines to a checked document.
//!
//! Image: [`locate`] detects text lines, [`rectify`] normalises them, [`recognise`] computes symbol probabilities per
//! column, [`align`] assigns columns to characters, [`grammar`] decodes the most probable text; [`hypothesis`] holds
//! the result of one image, [`fuse`] combines several, [`read`] runs the pipeline.
//!
//! Text: [`parse`](mod@parse) reads lines to a [`mrz_document`], using [`format`](mod@format) (field layouts),
//! [`check_digit`], [`dates`], [`countries`] and [`names`]; [`confusables`] corrects OCR confusables;
//! [`write`](mod@write) formats lines.

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
pub mod legibility;
pub mod locate;
mod locate_blobs;
pub mod mrz_document;
pub mod names;
pub mod parse;
pub mod personal_number;
mod pyramid;
pub mod read;
pub mod read_params;
pub mod reading;
pub mod recognise;
pub mod rectify;
mod russian;
pub mod text_line;
mod trace_line;
pub mod write;

pub use format::Format;
pub use fuse::MrzFuser;
pub use hypothesis::MrzHypothesis;
pub use mrz_document::MrzDocument;
pub use parse::parse;
pub use read::MrzReader;
pub use reading::MrzReading;
pub use write::{MrzFields, format_mrz};
