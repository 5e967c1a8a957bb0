//! Content of the PDF417 barcode of a North American driving licence or identity card.
//!
//! Source: AAMVA DL/ID Card Design Standard, annex D (version 1 of 2000 to version 10 of 2020), and cards from before
//! it. Issuers deviate: wrong offsets and lengths, lost separators, swapped dates. Such texts are read as intended,
//! with each conformance issue reported ([`Problem`]).

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
