//! The integrator's options for liveness.

use serde::Deserialize;

use crate::codes::codes;

/// The number of movements in active liveness if neither the integrator nor the session sets it.
pub(super) const DEFAULT_ACTIVE_STEPS: u32 = 3;

codes! {
    /// The liveness mode: `liveness_mode` of a session.
    LivenessMode {
        /// Uses the best frames of a short stream.
        Passive = "passive",
        /// Uses frames that prove up to four movements.
        PassiveActive = "passive_active",
    }
}

/// The integrator's options for liveness. An absent option has the value of the session.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LivenessOptions {
    /// The mode; passive if neither this option nor the session sets it.
    pub mode: Option<LivenessMode>,
    /// The number of movements in active liveness, 1–4; three if neither this option nor the session sets it.
    pub steps: Option<u32>,
    /// Whether the page flashes colours, whose reflection is measured on the face. Off by default: flashing light can
    /// trigger seizures.
    pub flash: bool,
    /// Names of other providers for which the page has a component.
    pub providers: Vec<String>,
}
