//! Finalization: the stored images are read again with the core's own detectors, and every answer is derived from what
//! they show.
//!
//! [`evidence`] is what the images show; [`decide`] turns it into an outcome and knows no image and no model;
//! [`finalize`] does both for a session and records the outcome. Nothing that the client claimed about the images is
//! used.

pub mod authenticate;
pub mod decide;
pub mod evidence;
pub mod fields;
pub mod finalize;
pub mod liveness;
mod locked;
pub mod person;
pub mod recognise;
pub mod rules;
pub mod verifier;
pub mod weights;
