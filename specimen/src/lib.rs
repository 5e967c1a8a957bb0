//! Synthetic specimen documents for tests, the demo and the README's pictures: drawn by us, of nobody.
//!
//! - [`person`]: whom a document is of: invented people of Utopia (`UTO`, the state that Doc 9303-3 reserves for specimens).
//! - [`mrz_lines`]: the machine-readable zone of a person, written independently of the reader that is tested with it.
//! - [`document`]: a TD3 passport data page, a TD1 identity card, front and back.
//! - [`scene`]: what a camera sees: a document on a table, a face, or an empty table.
//! - [`canvas`]: drawing in millimetres.
//! - [`y4m`]: scenes as a stream that Chromium plays as its camera.

pub mod canvas;
pub mod document;
pub mod mrz_lines;
pub mod person;
pub mod scene;
pub mod y4m;
