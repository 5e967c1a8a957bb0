//! One quality check of a capture: a raw value compared with a threshold.

use serde::Serialize;

/// One check of a capture.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// The check's name, which is that of its threshold.
    pub name: &'static str,
    /// The raw value, in the check's own unit.
    pub value: f32,
    /// The value normalised by the threshold: 0 at the worst, 0.5 at the threshold, 1 at the best.
    pub score: f32,
    /// What the value is held against.
    pub threshold: f32,
    /// Whether the value is on the right side of the threshold.
    pub passed: bool,
}
