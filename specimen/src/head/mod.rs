//! A rendered head of a synthetic person: images whose head pose, landmarks, expression and light are known exactly.
//!
//! The head is a parametric surface of average adult proportions (`shape`), varied by a seed ([`identity`]), shaded
//! (`skin`), rasterised with a depth buffer and one shadow map (`rasteriser`) and seen by a pinhole camera with its
//! optical and sensor faults ([`camera`]). `scene` describes an image, [`render()`] makes it, [`stream`] animates a
//! genuine person, [`replay_attack`] presents a photo or screen instead, and [`video`] is a complete clip of either.

pub mod camera;
pub mod identity;
mod rasteriser;
mod render;
pub mod replay_attack;
mod rotation;
mod scene;
mod shape;
mod skin;
pub mod stream;
pub mod video;

pub use render::render;
pub use scene::{Background, HeadPose, HeadScene, HeadTruth, Light, Rendered};
