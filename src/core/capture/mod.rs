//! The part of the flow that owns pixels: frames and files in; stills, their reports and their encoded images out.
//!
//! A frame comes in once. `document` and `face` measure it, the gate decides whether it is the best so far, and
//! only a best frame is copied. Images are encoded here, so that no pixels leave the module.

mod assessment;
mod coordinates;
mod detectors;
mod document;
mod evidence;
mod face;
mod face_modes;
mod face_stream;
mod image;
mod mrz_page;
mod pipeline;
mod still;
mod stillness;
mod target;

pub use face_stream::{FaceAssessment, FaceStream};
pub use pipeline::{FrameOutcome, Pipeline};
pub use target::Target;
