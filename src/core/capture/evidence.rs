//! The evidence of a feature over the frames of a stream.

use crate::analyse::Evidence;

/// The parameters of the evidence over frames.
struct EvidenceParams {
    /// Time that the searches in vain span after which a feature is absent, ms.
    absent_ms: f64,
    /// How long a feature that was found counts as present.
    present_ms: f64,
}

const PARAMS: EvidenceParams = EvidenceParams { absent_ms: 1_200.0, present_ms: 900.0 };

/// Whether a feature is on the document that is held before the camera.
#[derive(Debug, Clone)]
pub(super) struct EvidenceTracker {
    /// Searches in vain after which the feature is absent.
    absent_searches: u32,
    seen_ms: Option<f64>,
    misses: u32,
    missing_since: Option<f64>,
}

impl EvidenceTracker {
    pub(super) fn new(absent_searches: u32) -> Self {
        Self { absent_searches, seen_ms: None, misses: 0, missing_since: None }
    }

    /// Returns whether the feature was seen in the last `ms` milliseconds.
    pub(super) fn seen_within(&self, ms: f64, now_ms: f64) -> bool {
        self.seen_ms.is_some_and(|seen| now_ms - seen <= ms)
    }

    /// Takes the result of a frame: whether the feature was found, or `None` if nothing looked for it or the frame was
    /// not good enough to find it.
    pub(super) fn push(&mut self, found: Option<bool>, now_ms: f64) -> Evidence {
        match found {
            Some(true) => *self = Self { seen_ms: Some(now_ms), ..Self::new(self.absent_searches) },
            Some(false) => {
                self.misses += 1;
                self.missing_since.get_or_insert(now_ms);
            }
            None => {}
        }
        if self.seen_within(PARAMS.present_ms, now_ms) {
            return Evidence::Present;
        }
        match self.missing_since {
            Some(since) if self.misses >= self.absent_searches && now_ms - since >= PARAMS.absent_ms => {
                Evidence::Absent
            }
            _ => Evidence::Unknown,
        }
    }

    /// Forgets the document.
    pub(super) fn clear(&mut self) {
        *self = Self::new(self.absent_searches);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_unknown_until_readable_frames_have_shown_nothing() {
        let mut tracker = EvidenceTracker::new(5);
        for i in 0..100 {
            assert_eq!(tracker.push(None, f64::from(i) * 100.0), Evidence::Unknown, "nothing has looked");
        }
        let results: Vec<_> = (0..20).map(|i| tracker.push(Some(false), 20_000.0 + f64::from(i) * 100.0)).collect();
        assert!(results[..12].iter().all(|e| *e == Evidence::Unknown), "{results:?}");
        assert_eq!(results[19], Evidence::Absent);
        assert_eq!(tracker.push(Some(true), 22_000.0), Evidence::Present);
        assert_eq!(tracker.push(None, 22_500.0), Evidence::Present);
        assert_eq!(tracker.push(Some(false), 23_000.0), Evidence::Unknown);
    }
}
