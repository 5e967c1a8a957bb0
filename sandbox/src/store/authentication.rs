//! The outcome of an IDA session, as it is stored: plain records.

use serde::{Deserialize, Serialize};

use super::judged::JudgedImage;

/// What finalization found; stored with the session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Every check passed.
    pub authenticated: bool,
    /// Each check.
    pub checks: Vec<Check>,
    /// The stored images that were judged.
    #[serde(default)]
    pub judged: Vec<JudgedImage>,
}

impl Outcome {
    /// The outcome of these checks.
    pub fn new(checks: Vec<Check>) -> Self {
        Self { authenticated: checks.iter().all(|check| check.passed), checks, judged: Vec::new() }
    }

    /// Whether the images are of a living person, as far as anybody can tell here.
    pub fn is_live(&self) -> bool {
        self.checks.iter().any(|check| check.kind == CheckKind::LivenessFaces && check.passed)
    }
}

/// One check of the finalization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Which.
    pub kind: CheckKind,
    /// Whether it passed.
    pub passed: bool,
    /// 0–1.
    pub score: f64,
    /// The raw value.
    pub value: Option<f64>,
    /// What the value is compared with.
    pub threshold: Option<f64>,
}

/// The checks that make the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// Every liveness image shows a face. Score: the share of images that do.
    LivenessFaces,
    /// The liveness images are good enough. Value: the liveness score, threshold: the weight
    /// `minimum_liveness_tolerance`.
    LivenessQuality,
    /// The movements that were asked for were seen in their order. Not run where none was.
    LivenessMovements,
    /// The faces are one person's, and that of the identity's newest verified session. Value: the greatest distance,
    /// threshold: the weight `verified_account_face_encoding_tolerance`.
    SamePerson,
}
