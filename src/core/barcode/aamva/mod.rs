//! What the PDF417 barcode of a North American driving licence or identity card says.
//!
//! Source: AAMVA DL/ID Card Design Standard, annex D (versions 1 of 2000 to 10 of 2020), and the cards that were printed before
//! it. Issuers deviate: offsets and lengths that are off, separators that were lost, dates in the other order. What is meant is read
//! all the same, and what was wrong is reported ([`Problem`]).

mod document;
mod error;
mod issuers;
mod text;

pub use document::{
    AamvaDocument, Address, CardKind, Compliance, EyeColor, HairColor, Height, Name, Sex, Truncation, Weight, parse,
};
pub use error::{AamvaError, MAX_TEXT, Problem, ProblemCode};
pub use issuers::{Country, Issuer, issuer};
pub use text::{Element, Header, Subfile};
