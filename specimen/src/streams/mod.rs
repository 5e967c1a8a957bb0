//! Camera streams of a person who holds something before the camera, with the truth of each frame: what it shows, and
//! so which hints help. A stream is determined by its kind and seed.

mod kinds;
mod listener;
mod play;
mod render;
mod sheets;

pub use kinds::{Disturbance, Need, StreamKind, kinds};
pub use listener::{Heard, PATIENCE_MS, REACTION_MS, listen};
pub use play::{Models, Played, Totals, play};
pub use render::{CameraStream, Placement, Truth};
pub use sheets::Subject;
