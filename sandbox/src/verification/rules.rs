//! The core's checks of a document, in the form in which they are stored.

use kyc_capture::core::inspect::checks::{CheckCode, CheckResult, DocumentCheck};

use crate::store::outcome::{RuleCheck, RuleResult};

/// The record of a check of the core.
pub fn record_of(check: DocumentCheck) -> RuleCheck {
    RuleCheck {
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
