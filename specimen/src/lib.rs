//! Synthetic specimen documents for tests, the demo and the README's images: drawn by us, of nobody.
//!
//! - [`person`]: whom a document is of: invented people of Utopia (`UTO`, the state that Doc 9303-3 reserves for specimens).
//! - [`mrz_lines`]: the machine-readable zone of a person, written independently of the reader that is tested with it.
//! - [`document`]: a TD3 passport data page, a TD1 identity card, front and back.
//! - [`scene`]: what a camera sees: a document on a table, a face, or an empty table.
//! - [`mrz_set`]: the test set of reading: 500 documents with every fault that images have; drawn from [`holders`],
//!   [`page`], [`surfaces`], [`view`] and [`degrade`].
//! - [`negatives`]: 1,000 images without an MRZ, of [`sheets`] and surfaces.
//! - [`outline_set`]: the test set of outlines: 200 documents under every condition, and 200 images without one.
//! - [`barcode_set`]: the test set of barcodes: the backs of licences, in four classes of difficulty.
//! - [`head`]: a rendered head with known pose, its streams, and still images moved in its stead.
//! - [`canvas`]: drawing in millimetres.
//! - [`pdf417`]: barcodes of any bytes.
//! - [`y4m`]: scenes as a stream that Chromium plays as its camera.

pub mod backgrounds;
pub mod barcode_set;
pub mod canvas;
pub mod degrade;
pub mod document;
pub mod head;
pub mod mrz_lines;
pub mod mrz_set;
pub mod negative_pages;
pub mod negatives;
pub mod outline_set;
pub mod page;
pub mod page_camera;
pub mod pdf417;
pub mod person;
pub mod rng;
pub mod scene;
pub mod synthetic_holders;
pub mod y4m;
