//! The automatic capture: several consecutive good frames open a window, and at its end the best frame of the window
//! is captured. The best frame is the one whose *worst* check scores highest.

use crate::check::Check;
use crate::thresholds::TimingThresholds;

/// Maximum consecutive bad frames that an open window survives.
const GRACE: u32 = 2;

/// The decision about a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TriggerDecision {
    /// The frame is the best so far: keep it instead of the one kept before.
    pub keep: bool,
    /// The window has ended: capture the frame that was kept.
    pub capture: bool,
    /// Fraction of the window that has passed, 0–1, for the progress ring.
    pub progress: f32,
}

/// The state of one capture.
#[derive(Debug, Clone, Default)]
pub struct AutoCaptureTrigger {
    good: u32,
    bad: u32,
    opened_ms: Option<f64>,
    best: f32,
}

impl AutoCaptureTrigger {
    /// Processes the checks of a frame. An empty list is not a good frame.
    pub fn push(&mut self, checks: &[Check], now_ms: f64, t: &TimingThresholds) -> TriggerDecision {
        let passed = !checks.is_empty() && checks.iter().all(|c| c.passed);
        if !passed {
            self.bad += 1;
            if self.bad > GRACE || self.opened_ms.is_none() {
                *self = Self::default();
                return TriggerDecision { keep: false, capture: false, progress: 0.0 };
            }
            return TriggerDecision { keep: false, capture: false, progress: self.progress(now_ms, t) };
        }
        self.bad = 0;
        self.good += 1;
        let worst = checks.iter().map(|c| c.score).fold(f32::MAX, f32::min);
        let keep = self.good == 1 || worst > self.best;
        if keep {
            self.best = worst;
        }
        if self.opened_ms.is_none() && self.good >= t.stable_frames.max(1) {
            self.opened_ms = Some(now_ms);
        }
        let progress = self.progress(now_ms, t);
        TriggerDecision { keep, capture: progress >= 1.0, progress }
    }

    fn progress(&self, now_ms: f64, t: &TimingThresholds) -> f32 {
        match self.opened_ms {
            Some(since) if t.window_ms > 0.0 => ((now_ms - since) / t.window_ms).clamp(0.0, 1.0) as f32,
            Some(_) => 1.0,
            None => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::DocumentQualityCheck;

    fn check(score: f32) -> [Check; 2] {
        let one = |score: f32| Check {
            name: DocumentQualityCheck::MinSharpness.into(),
            value: score,
            score,
            threshold: 0.5,
            passed: score >= 0.5,
        };
        [one(score), one(0.95)]
    }

    /// Scores of frames 100 ms apart; gives the frame that was kept last and the one at which it was taken.
    fn run(scores: &[f32]) -> (Option<usize>, Option<usize>) {
        let mut trigger = AutoCaptureTrigger::default();
        let mut kept = None;
        for (i, &score) in scores.iter().enumerate() {
            let decision = trigger.push(&check(score), i as f64 * 100.0, &TimingThresholds::default());
            if decision.keep {
                kept = Some(i);
            }
            if decision.capture {
                return (kept, Some(i));
            }
        }
        (kept, None)
    }

    #[test]
    fn captures_best_frame_of_window() {
        // Three good frames open the window at 200 ms; 700 ms later it ends.
        assert_eq!(run(&[0.6, 0.6, 0.7, 0.7, 0.9, 0.6, 0.8, 0.7, 0.7, 0.7, 0.7, 0.7]), (Some(4), Some(9)));
    }

    #[test]
    fn never_captures_without_enough_good_frames() {
        assert_eq!(run(&[0.4; 50]).1, None);
        assert_eq!(run(&[0.6, 0.6, 0.1].repeat(20)).1, None);
        let mut trigger = AutoCaptureTrigger::default();
        for i in 0..50 {
            assert!(!trigger.push(&[], f64::from(i) * 100.0, &TimingThresholds::default()).capture);
        }
    }

    #[test]
    fn window_survives_one_bad_frame_but_not_three() {
        let mut scores = [0.7f32; 14];
        scores[5] = 0.1;
        assert_eq!(run(&scores).1, Some(9));
        scores[6] = 0.1;
        scores[7] = 0.1;
        assert_eq!(run(&scores).1, None);
    }

    #[test]
    fn progress_is_monotonic() {
        let mut trigger = AutoCaptureTrigger::default();
        let encloses: Vec<f32> = (0..10)
            .map(|i| trigger.push(&check(0.8), f64::from(i) * 100.0, &TimingThresholds::default()).progress)
            .collect();
        assert!(encloses.windows(2).all(|w| w[1] >= w[0]) && encloses[2] == 0.0 && encloses[9] == 1.0, "{encloses:?}");
    }
}
