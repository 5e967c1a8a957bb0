//! Content of the PDF417 barcode of a North American driving licence or identity card.
//!
//! Source: AAMVA DL/ID Card Design Standard, annex D (version 1 of 2000 to version 10 of 2020), and cards from before
//! it. Issuers deviate: wrong offsets and lengths, lost separators, swapped dates. Such texts are read as intended,
//! with each conformance issue and its severity reported ([`Problem`]). The text of British Columbia's cards, which is
//! that of a magnetic stripe (annex F), is read likewise.

mod document;
mod error;
mod issuers;
mod magnetic_stripe;
mod names;
mod subfile;
mod text;

pub use document::{AamvaDocument, Address, CardKind, Compliance, EyeColor, HairColor, Height, Sex, Weight, parse};
pub use error::{AamvaError, MAX_TEXT, Problem, ProblemCode, Severity};
pub use issuers::{Country, Issuer, issuer};
pub use names::{Name, Truncation};
pub use subfile::{Element, Header, Subfile};
