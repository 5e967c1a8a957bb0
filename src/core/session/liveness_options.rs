//! The integrator's options for liveness.

use serde::Deserialize;

use crate::codes::codes;

/// The number of movements in active liveness if neither the integrator nor the session sets it.
pub const DEFAULT_ACTIVE_STEPS: u32 = 3;

codes! {
    /// The liveness mode: `liveness_mode` of a session.
    LivenessMode {
        /// Uses the best frames of a short stream.
        Passive = "passive",
        /// Uses frames that prove up to four movements.
        PassiveActive = "passive_active",
    }
}

/// Options of liveness detection. An absent field follows the session's settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CoreLivenessOptions"))]
#[serde(rename_all = "camelCase", default)]
pub struct LivenessOptions {
    /// `passive`: the best frames of a short stream. `passive_active`: movements as well. Default: the session's.
    pub mode: Option<LivenessMode>,
    /// Movements of active liveness, 1–4. Default: the session's, else 3.
    pub steps: Option<u32>,
    /// Whether the page shows colours and checks their reflection on the face: flashing light may harm people with
    /// photosensitive epilepsy.
    pub flash: bool,
    /// Providers whose component the page has.
    pub providers: Vec<String>,
}
