//! The pure core: no clock, no I/O, no JavaScript, and no
//! knowledge of the protocols. Time and "today" are arguments.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "arithmetic of pixels: a frame is limited to 2^26 of them, and a float that becomes an integer saturates"
)]

pub mod analyse;
pub mod assess;
pub mod barcode;
pub(crate) mod capitals;
pub mod capture;
pub mod check;
pub(crate) mod codes;
pub mod date;
pub mod document;
pub mod document_type;
pub mod encode;
pub mod error;
pub mod face;
pub mod flow;
pub mod frame;
pub mod geometry;
pub mod guidance;
pub mod guide;
pub mod identifiers;
pub mod inspect;
pub mod limits;
pub mod liveness;
pub mod model;
pub mod model_asset;
pub mod mrz;
pub mod numeric;
pub mod quality;
pub mod recapture;
pub mod session;
pub mod side;
pub(crate) mod simd;
pub mod thresholds;
pub mod tools;
pub mod warning;
