//! The onboarding flow as a state machine without clock, network, pixels or protocol: (event, now) → effects and a
//! view.
//!
//! Inputs: the page reports what happened ([`Event`]), the transport how a request ended ([`Session::on_reply`]), and
//! the capture pipeline what the newest frame shows ([`Session::on_frame`]) and which image it captured
//! ([`Session::on_capture`]). Outputs: what the page must do ([`Effect`]) and everything that a user interface renders
//! ([`View`]). An input that does not apply to the current state is ignored, so a late click or reply has no effect.
//!
//! The next step depends on the record of the server alone ([`ServerState`]), never on the history of the flow: after a
//! reload the same record leads to the same step.
//!
//! Leaf files define the types. `state` lists the states, `machine` has the entry points, `events`, `captures`,
//! `hand_off`, `liveness`, `locating` and `replies` the transitions, `sequence` the order of the
//! steps, and `snapshot` builds the view.

mod camera;
mod capture_result;
mod captures;
mod effect;
mod event;
mod events;
mod flow_error;
mod frame_view;
mod hand_off;
mod liveness;
mod liveness_options;
mod locating;
mod location;
mod machine;
mod outcome;
mod replies;
mod report;
mod request;
mod sequence;
mod server_state;
mod snapshot;
mod state;
mod step;
#[cfg(test)]
mod tests;
mod view;

pub use camera::{CameraFailure, Facing};
pub use capture_result::{Capture, FileFailure, ImageRejection};
pub use effect::{Effect, Update};
pub use event::Event;
pub use flow_error::{FlowCode, FlowError, Recovery};
pub use frame_view::{FrameView, Overlay, SharePoint, ShareRect};
pub use liveness_options::{DEFAULT_ACTIVE_STEPS, LivenessMode, LivenessOptions};
pub use location::{Location, LocationFailure, LocationPolicy};
pub use machine::Session;
pub use outcome::{FlowKind, Outcome};
pub use report::{CaptureReport, CaptureSource, LivenessCaptureMode, LivenessReport, ReviewDocument};
pub use request::{FailureKind, Operation, Reply, RequestFailure};
pub use server_state::ServerState;
pub use step::{Phase, Step};
pub use view::{Progress, Review, View};
