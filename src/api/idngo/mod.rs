//! IDnGO, the additional requests: wire types, routes, signing and refusals. A backend calls them with its app token
//! and secret key; the key must never reach a browser.
//!
//! Where the document contradicts itself, the working reply is the one of its examples, and either is read:
//!
//! | what | the table of fields | the example, which is written here |
//! |---|---|---|
//! | levels | `items`, `totalItems` at the top | both inside `list` |
//! | TIN check | `extractedDoc` is an object with `addresses` | `extractedDoc` is the list of addresses |
//! | times of checks | with milliseconds | without |
//! | presence | an object with an array of applicants | the applicant |
//! | similar applicants | – | the address lacks `/similar`: the route of the heading is right |
//!
//! Replies are read tolerantly: a field that is absent or `null` is none, an enumeration's unlisted value is kept as it
//! came, and unknown fields are passed over, but for those of [`applicant::ApplicantInfo`], which are kept. Names stand
//! in `camelCase` on the wire, as documented.

pub mod applicant;
pub mod checks;
pub mod dates;
pub mod enums;
pub mod errors;
pub mod import;
pub mod levels;
pub mod operations;
pub mod requests;
pub mod signing;
pub mod timeline;

pub use errors::IdngoError;
pub use operations::IdngoOperation;
pub use requests::IdngoRequest;

/// Most bytes of a file or an archive.
pub const MEDIA_LIMIT: usize = 50 << 20;

/// The window of the documented rate limits, milliseconds.
pub const RATE_WINDOW_MS: i64 = 10_000;

/// Most seconds between the caller's clock and the server's.
pub const CLOCK_TOLERANCE_S: i64 = 60;

/// Life of a WebSDK link where the request does not say, seconds.
pub const LINK_LIFE_S: u32 = 1_800;
