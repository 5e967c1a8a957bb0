//! The part of the flow that owns pixels: frames and files in; stills, their reports and their encoded pictures out.
//!
//! A frame comes in once. [`document`] and [`face`] measure it, the gate decides whether it is the best so far, and only a
//! best frame is copied. The pictures are encoded here, so that pixels never leave.

mod coordinates;
mod detectors;
mod document;
mod face;
mod face_stream;
mod judge;
mod picture;
mod pipeline;
mod still;
mod target;

pub use face_stream::{FaceAssessment, FaceStream};
pub use pipeline::{Pipeline, Seen};
pub use target::Target;
