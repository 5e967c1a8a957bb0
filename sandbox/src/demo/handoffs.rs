//! Codes by which a phone continues a session of the demo: each for one use within five minutes, in memory alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::random::{self, Hash, NoEntropy};

/// Life of a code, milliseconds.
const LIFE_MS: i64 = 5 * 60 * 1000;

/// Most codes at a time; the oldest goes first.
const LIMIT: usize = 1000;

/// What is handed off.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Handoff {
    session_id: String,
    expires_ms: i64,
}

/// The codes that were given. Only their hashes are kept.
#[derive(Debug, Clone, Default)]
pub struct Handoffs(Arc<Mutex<HashMap<Hash, Handoff>>>);

impl Handoffs {
    /// Gives a code for a session.
    ///
    /// # Errors
    /// Returns an error if the system's random generator fails.
    pub fn give(&self, session_id: String, now_ms: i64) -> Result<String, NoEntropy> {
        let code = random::secret()?;
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        codes.retain(|_, handoff| handoff.expires_ms > now_ms);
        if codes.len() >= LIMIT
            && let Some(oldest) = codes.iter().min_by_key(|(_, handoff)| handoff.expires_ms).map(|(hash, _)| *hash)
        {
            codes.remove(&oldest);
        }
        codes.insert(random::hash(code.as_bytes()), Handoff { session_id, expires_ms: now_ms + LIFE_MS });
        Ok(code)
    }

    /// Takes a code; returns its session, or `None` if it is unknown, used or too old.
    pub fn redeem(&self, code: &str, now_ms: i64) -> Option<String> {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let handoff = codes.remove(&random::hash(code.as_bytes()))?;
        (handoff.expires_ms > now_ms).then_some(handoff.session_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_for_one_use_within_its_life() {
        let handoffs = Handoffs::default();
        let code = handoffs.give("s".into(), 0).unwrap();
        assert_eq!(handoffs.redeem("another", 1), None);
        assert_eq!(handoffs.redeem(&code, 1).as_deref(), Some("s"));
        assert_eq!(handoffs.redeem(&code, 2), None);
        let late = handoffs.give("s".into(), 0).unwrap();
        assert_eq!(handoffs.redeem(&late, LIFE_MS), None);
    }

    #[test]
    fn codes_are_bounded() {
        let handoffs = Handoffs::default();
        let first = handoffs.give("first".into(), 0).unwrap();
        for i in 1..=LIMIT {
            handoffs.give("s".into(), i64::try_from(i).unwrap()).unwrap();
        }
        assert_eq!(handoffs.redeem(&first, 1), None);
        assert!(handoffs.0.lock().unwrap().len() <= LIMIT);
    }
}
