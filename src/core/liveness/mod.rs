//! Liveness: the frames of a stream that a verifier needs, challenges, and PAD signals.
//!
//! [`track`] tracks one person, [`quality`] measures a frame, [`selection`] keeps the best frames, [`steps`] and
//! [`challenge`] request movements and verify them, [`signals`] and [`color_reflection`] measure PAD signals. The
//! server decides.

mod appearance;
pub mod challenge;
pub mod color_reflection;
mod features;
mod patch;
pub mod quality;
pub mod selection;
pub mod signals;
pub mod steps;
pub mod track;

pub use features::{eye_aperture, mouth_opening};
pub use patch::luma as luma_at_pixel;
pub use quality::{FaceQuality, Measure, clipped_highlight_ratio};

/// What a liveness capture does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LivenessPlan {
    /// Of *liveness session generate*: what is drawn follows from it.
    pub token: String,
    /// Active steps; 0 for passive liveness.
    pub steps: usize,
    /// Whether the page shows colours at the end.
    pub flash: bool,
    /// The person cannot do the steps that were asked for: frames alone are taken instead.
    pub fallback: bool,
}
