//! The core's checks of a document, in the form in which they are stored.

use kyc_capture::core::inspect::checks::{CheckCode, CheckResult, DocumentCheck};
use serde::{Deserialize, Serialize};

/// A check of the core, as it is stored. Codes are kept as text, so that an outcome stays readable when codes change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleCheck {
    /// What was checked: a code of `kyc_capture::core::inspect::checks`.
    pub code: String,
    /// How it ended.
    pub result: RuleResult,
    /// Why, in English. Quotes nothing of the document.
    pub reason: String,
    /// Of a heuristic, its raw value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f32>,
    /// What the value is held against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f32>,
}

/// How a check of the core ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleResult {
    /// As it should be.
    Passed,
    /// Not as it should be.
    Failed,
    /// A heuristic says that somebody should look.
    Suspicious,
    /// There is nothing to check it by.
    NotApplicable,
}

impl From<DocumentCheck> for RuleCheck {
    fn from(check: DocumentCheck) -> Self {
        Self {
            code: check.code.as_str().to_owned(),
            result: match check.result {
                CheckResult::Passed => RuleResult::Passed,
                CheckResult::Failed => RuleResult::Failed,
                CheckResult::Suspicious => RuleResult::Suspicious,
                CheckResult::NotApplicable => RuleResult::NotApplicable,
            },
            reason: check.reason,
            value: check.value,
            threshold: check.threshold,
        }
    }
}

/// How the check of that code ended; a check that was not run says nothing.
pub fn result_of(rules: &[RuleCheck], code: CheckCode) -> RuleResult {
    rules.iter().find(|rule| rule.code == code.as_str()).map_or(RuleResult::NotApplicable, |rule| rule.result)
}

/// Whether a check with two ends passed; `None` where it had nothing to check.
pub fn answer_of(rules: &[RuleCheck], code: CheckCode) -> Option<bool> {
    match result_of(rules, code) {
        RuleResult::Passed => Some(true),
        RuleResult::Failed => Some(false),
        RuleResult::Suspicious | RuleResult::NotApplicable => None,
    }
}
