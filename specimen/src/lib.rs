//! Synthetic specimen documents and scenes for tests, the demo and the README's images.
//!
//! - [`person`]: synthetic holders from Utopia (`UTO`, the state that Doc 9303-3 reserves for specimens).
//! - [`mrz_lines`]: the machine-readable zone of a person, written independently of the reader that is tested with it.
//! - [`document`]: a TD3 passport data page, a TD1 identity card and a driving licence.
//! - [`scene`]: camera scenes: a document on a table, a face, or an empty table.
//! - [`mrz_set`]: the MRZ test set: 500 documents under 18 degradations, drawn from [`synthetic_holders`],
//!   [`page`], [`backgrounds`], [`page_camera`] and [`degrade`].
//! - [`misprints`]: documents whose MRZ is legible and wrong.
//! - [`negatives`]: 1,000 images without an MRZ, made of [`negative_pages`] and [`backgrounds`].
//! - [`outline_set`]: the outline test set: 200 documents under 14 conditions, and 200 images without one.
//! - [`barcode_set`]: the barcode test set: backs of driving licences in four classes of difficulty.
//! - [`head`]: a rendered head with known pose, its streams, and replay attacks with photos of it.
//! - [`streams`]: camera streams of people with documents and other things, played to the capture and judged.
//! - [`fake_camera`]: the images of the package's fake camera.
//! - [`encode`]: pixels and files of images.
//! - [`canvas`]: drawing in units of millimetres.
//! - [`pdf417`]: an encoder of PDF417 symbols.
//! - [`y4m`]: video files that Chromium plays as its camera.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "arithmetic of pixels: its sizes are constants, and a float that becomes an integer saturates"
)]

pub mod backgrounds;
pub mod barcode_set;
pub mod canvas;
pub mod degrade;
pub mod document;
pub mod encode;
pub mod fake_camera;
pub mod head;
pub mod misprints;
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
pub mod streams;
pub mod synthetic_holders;
pub mod y4m;
