//! The state machine of active liveness: neutral pose, the steps in their order, neutral pose. It reads measurements
//! only and decides which frames are kept.

use serde::Serialize;

use super::steps::{ActiveStep, MAX_ATTEMPTS, NeutralPose, PoseChange, derive_challenge};
use crate::face::Face;
use crate::thresholds::{LivenessThresholds, StepLimits};

/// The state of active liveness.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Challenge"))]
#[serde(rename_all = "camelCase")]
pub struct ChallengeView {
    /// The requested movement; `null` while the person looks straight ahead.
    pub step: Option<ActiveStep>,
    /// Completed movements.
    pub done: u32,
    /// All movements of the challenge, 1–4.
    pub total: u32,
    /// Progress of the requested movement, 0–1.
    pub progress: f32,
    /// Time left for the movement, ms; `null` while the person looks straight ahead.
    pub remaining_ms: Option<u32>,
    /// The attempt, 1–3; each draws other movements.
    pub attempt: u32,
}

/// A movement that was verified.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CompletedStep {
    /// The movement.
    pub step: ActiveStep,
    /// The change of pose in the frame that is sent.
    pub change: PoseChange,
}

/// The verified movements, in the requested order.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChallengeReport {
    /// The attempt, from 0; a verifier derives the order from it.
    pub attempt: u32,
    /// The movements, in order.
    pub steps: Vec<CompletedStep>,
}

/// The measurements of a frame.
#[derive(Clone, Copy)]
pub struct FrameObservation<'a> {
    /// The person's face.
    pub face: &'a Face,
    /// Opening of its eyes.
    pub eyes: Option<f32>,
    /// Score of the frame, 0–100.
    pub score: f32,
    /// The frame passes every check of a neutral frame.
    pub neutral: bool,
    /// Detects the pixel grid of a screen on the face. Expensive: called for few frames only.
    pub on_screen: &'a dyn Fn() -> bool,
}

/// The role of a frame in the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameRole {
    /// The frame is not kept.
    None,
    /// The frame replaces evidence number `n`: 0 is the neutral frame before the steps, the last the one after them.
    Evidence(usize),
}

/// The state of the challenge after a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeOutcome {
    /// More frames are needed.
    Continue,
    /// Every step is completed.
    Completed,
    /// A step timed out or the person changed: the next attempt starts with the neutral pose.
    Restarted,
    /// The last attempt failed.
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    Before,
    Step(usize),
    After,
}

/// A challenge under way.
#[derive(Debug, Clone)]
pub struct Challenge {
    token: String,
    count: usize,
    attempt: u32,
    steps: Vec<ActiveStep>,
    limits: StepLimits,
    stage: Stage,
    since_ms: Option<f64>,
    /// When the attempt before failed: the person reads so before other movements are drawn.
    failed_ms: Option<f64>,
    neutrals: Vec<NeutralPose>,
    neutral: Option<NeutralPose>,
    /// The neutral pose shows the pixel grid of a screen.
    screen: bool,
    /// Since when the movement is done (ms), the best score and its change of pose.
    held_since: Option<(f64, f32, PoseChange)>,
    best: f32,
    report: Vec<CompletedStep>,
    progress: f32,
}

/// Minimum frames of a neutral pose.
const NEUTRAL_FRAMES: usize = 4;

impl Challenge {
    /// A challenge of so many steps for a token.
    pub fn new(token: &str, count: usize, limits: StepLimits) -> Self {
        Self {
            token: token.to_owned(),
            count,
            attempt: 0,
            steps: derive_challenge(token, 0, count),
            limits,
            stage: Stage::Before,
            since_ms: None,
            failed_ms: None,
            neutrals: Vec::new(),
            neutral: None,
            screen: false,
            held_since: None,
            best: f32::MIN,
            report: Vec::new(),
            progress: 0.0,
        }
    }

    /// The step that is asked for now.
    pub fn asked(&self) -> Option<ActiveStep> {
        match self.stage {
            Stage::Step(i) => self.steps.get(i).copied(),
            Stage::Before | Stage::After => None,
        }
    }

    /// Returns its state at `now_ms`.
    pub fn view(&self, now_ms: f64, t: &LivenessThresholds) -> ChallengeView {
        let step = self.asked();
        let left = self.since_ms.map_or(t.step_ms, |since| (t.step_ms - (now_ms - since)).max(0.0));
        ChallengeView {
            step,
            done: self.report.len() as u32,
            total: self.steps.len() as u32,
            progress: self.progress.clamp(0.0, 1.0),
            remaining_ms: step.map(|_| left as u32),
            attempt: self.attempt + 1,
        }
    }

    /// Returns whether the failure of the attempt before is still reported.
    pub fn reports_failure(&self, now_ms: f64, t: &LivenessThresholds) -> bool {
        self.failed_ms.is_some_and(|failed| now_ms - failed < t.again_ms)
    }

    /// The challenge as it was passed.
    pub fn report(&self) -> ChallengeReport {
        ChallengeReport { attempt: self.attempt, steps: self.report.clone() }
    }

    /// Returns the minimum depth of the completed head rotations; `None` if none was requested.
    pub fn min_depth(&self) -> Option<f32> {
        self.report.iter().filter(|p| p.step.is_turn()).map(|p| p.change.depth).reduce(f32::min)
    }

    /// Processes a frame; `None` if no face is visible. `changed`: another person is visible than before.
    pub fn push(
        &mut self,
        seen: Option<FrameObservation<'_>>,
        changed: bool,
        now_ms: f64,
        t: &LivenessThresholds,
    ) -> (ChallengeOutcome, FrameRole) {
        if changed {
            // The evidence is of another person; before the steps nothing else is lost.
            if self.stage != Stage::Before {
                return (self.restart(now_ms), FrameRole::None);
            }
            self.begin(Stage::Before);
        }
        match self.stage {
            Stage::Before => self.before(seen, now_ms, t),
            Stage::Step(i) => {
                let since = *self.since_ms.get_or_insert(now_ms);
                if now_ms - since > t.step_ms && self.held_since.is_none() {
                    return (self.restart(now_ms), FrameRole::None);
                }
                match seen {
                    Some(seen) => self.step(i, &seen, now_ms, t),
                    None => (ChallengeOutcome::Continue, FrameRole::None),
                }
            }
            Stage::After => {
                let since = *self.since_ms.get_or_insert(now_ms);
                if now_ms - since > 2.0 * t.step_ms {
                    return (self.restart(now_ms), FrameRole::None);
                }
                self.after(seen, now_ms, t)
            }
        }
    }

    fn before(
        &mut self,
        seen: Option<FrameObservation<'_>>,
        now_ms: f64,
        t: &LivenessThresholds,
    ) -> (ChallengeOutcome, FrameRole) {
        let Some(seen) = seen.filter(|seen| seen.neutral && !self.reports_failure(now_ms, t)) else {
            self.begin(Stage::Before);
            return (ChallengeOutcome::Continue, FrameRole::None);
        };
        let since = *self.since_ms.get_or_insert(now_ms);
        self.neutrals.push(NeutralPose::measure(seen.face, seen.eyes));
        let role = self.better(seen.score, 0);
        self.progress = ((now_ms - since) / t.neutral_ms.max(1.0)) as f32;
        if now_ms - since >= t.neutral_ms && self.neutrals.len() >= NEUTRAL_FRAMES {
            self.neutral = NeutralPose::median(&self.neutrals);
            self.screen = (seen.on_screen)();
            self.begin(Stage::Step(0));
        }
        (ChallengeOutcome::Continue, role)
    }

    fn step(
        &mut self,
        i: usize,
        seen: &FrameObservation<'_>,
        now_ms: f64,
        t: &LivenessThresholds,
    ) -> (ChallengeOutcome, FrameRole) {
        let (Some(neutral), Some(step)) = (&self.neutral, self.steps.get(i).copied()) else {
            return (self.restart(now_ms), FrameRole::None);
        };
        let change = PoseChange::measure(neutral, seen.face, seen.eyes);
        let share = change.share(step, &self.limits);
        self.progress = share;
        let mut role = FrameRole::None;
        if share >= 1.0 {
            let (since, best, _) = *self.held_since.get_or_insert((now_ms, f32::MIN, change));
            // Closed eyes and rotations lower the score of every frame of the step alike: the sharpest is kept.
            if seen.score > best {
                // The pixel grid of a screen misleads the detector, so that an image on it seems to rotate: such a
                // frame proves nothing, and the time of the step continues.
                if self.screen || (seen.on_screen)() {
                    self.held_since = None;
                    return (ChallengeOutcome::Continue, FrameRole::None);
                }
                self.held_since = Some((since, seen.score, change));
                role = FrameRole::Evidence(i + 1);
            }
        }
        if let Some((since, _, change)) = self.held_since {
            let held = now_ms - since >= t.proof_ms;
            if held || (share < 1.0 && step == ActiveStep::Blink) {
                self.report.push(CompletedStep { step, change });
                self.begin(if i + 1 < self.steps.len() { Stage::Step(i + 1) } else { Stage::After });
            } else if share < 1.0 {
                // A single frame proves nothing: it may be the detector's slip.
                self.held_since = None;
            }
        }
        (ChallengeOutcome::Continue, role)
    }

    fn after(
        &mut self,
        seen: Option<FrameObservation<'_>>,
        now_ms: f64,
        t: &LivenessThresholds,
    ) -> (ChallengeOutcome, FrameRole) {
        let back = seen.filter(|seen| seen.neutral).filter(|seen| {
            let Some(neutral) = &self.neutral else { return false };
            let change = PoseChange::measure(neutral, seen.face, seen.eyes);
            change.yaw.abs() < self.limits.yaw_deg * 0.6 && change.pitch.abs() < self.limits.pitch_deg
        });
        let Some(seen) = back else {
            self.held_since = None;
            return (ChallengeOutcome::Continue, FrameRole::None);
        };
        let role = self.better(seen.score, self.steps.len() + 1);
        let (since, ..) = *self.held_since.get_or_insert((now_ms, 0.0, PoseChange::default()));
        self.progress = ((now_ms - since) / t.neutral_ms.max(1.0)) as f32;
        let done = now_ms - since >= t.neutral_ms * 0.6;
        (if done { ChallengeOutcome::Completed } else { ChallengeOutcome::Continue }, role)
    }

    fn better(&mut self, score: f32, place: usize) -> FrameRole {
        if score > self.best {
            self.best = score;
            FrameRole::Evidence(place)
        } else {
            FrameRole::None
        }
    }

    fn begin(&mut self, stage: Stage) {
        if stage == Stage::Before {
            self.neutrals.clear();
        }
        self.stage = stage;
        self.since_ms = None;
        self.held_since = None;
        self.best = f32::MIN;
        self.progress = 0.0;
    }

    fn restart(&mut self, now_ms: f64) -> ChallengeOutcome {
        if self.attempt + 1 >= MAX_ATTEMPTS {
            return ChallengeOutcome::Failed;
        }
        self.attempt += 1;
        self.steps = derive_challenge(&self.token, self.attempt, self.count);
        self.report.clear();
        self.neutral = None;
        self.failed_ms = Some(now_ms);
        self.begin(Stage::Before);
        ChallengeOutcome::Restarted
    }
}

#[cfg(test)]
mod tests {
    use super::super::patch::tests::face_at;
    use super::*;
    use crate::geometry::Point;

    /// A face in the middle of a movement.
    fn moved(step: Option<ActiveStep>) -> (Face, f32) {
        use ActiveStep as A;
        let scale = match step {
            Some(A::ComeCloser) => 1.4,
            Some(A::MoveAway) => 0.7,
            _ => 1.0,
        };
        let mut face = face_at(320.0, 240.0, 80.0 * scale, 0.0);
        let unit = 80.0 * scale;
        let (yaw, pitch) = match step {
            Some(A::TurnLeft) => (25.0, 0.0),
            Some(A::TurnRight) => (-25.0, 0.0),
            Some(A::LookUp) => (0.0, 22.0),
            Some(A::LookDown) => (0.0, -22.0),
            _ => (0.0, 0.0),
        };
        (face.yaw, face.pitch) = (yaw, pitch);
        // The nose protrudes by 0.6 of the distance between the eyes, the ears lie back by as much.
        let shift = |p: Point, z: f32| {
            let (x, y) = (f32::to_radians(yaw).sin() * z * unit, -f32::to_radians(pitch).sin() * z * unit);
            Point::new(p.x + x, p.y + y)
        };
        face.keypoints[2] = shift(face.keypoints[2], 0.6);
        face.keypoints[4] = shift(face.keypoints[4], -1.0);
        face.keypoints[5] = shift(face.keypoints[5], -1.0);
        (face, if step == Some(A::Blink) { 0.03 } else { 0.15 })
    }

    /// Does what is asked from `obeys_from` ms on, until an end or for a minute.
    fn play(obeys: impl Fn(f64, ActiveStep) -> Option<ActiveStep>) -> (Challenge, ChallengeOutcome, Vec<usize>) {
        play_on(|_| false, obeys)
    }

    /// The same, where the face of frames in which a movement is done, or none, is on a screen.
    fn play_on(
        on_screen: impl Fn(Option<ActiveStep>) -> bool,
        obeys: impl Fn(f64, ActiveStep) -> Option<ActiveStep>,
    ) -> (Challenge, ChallengeOutcome, Vec<usize>) {
        let t = LivenessThresholds::default();
        let mut challenge = Challenge::new("a token", 3, StepLimits::default());
        let mut kept = Vec::new();
        for i in 0..1800 {
            let now = f64::from(i) * 33.0;
            let does = challenge.asked().and_then(|asked| obeys(now, asked));
            let (face, eyes) = moved(does);
            let seen = FrameObservation {
                face: &face,
                eyes: Some(eyes),
                score: 50.0 + f32::from(i as u16 % 5),
                neutral: does.is_none(),
                on_screen: &|| on_screen(does),
            };
            let (outcome, role) = challenge.push(Some(seen), false, now, &t);
            if let FrameRole::Evidence(place) = role {
                kept.push(place);
            }
            if matches!(outcome, ChallengeOutcome::Completed | ChallengeOutcome::Failed) {
                return (challenge, outcome, kept);
            }
        }
        (challenge, ChallengeOutcome::Continue, kept)
    }

    #[test]
    fn completes_when_every_step_is_done() {
        let (challenge, outcome, mut kept) = play(|_, asked| Some(asked));
        assert_eq!(outcome, ChallengeOutcome::Completed);
        let report = challenge.report();
        assert_eq!(report.steps.iter().map(|p| p.step).collect::<Vec<_>>(), derive_challenge("a token", 0, 3));
        assert_eq!(report.attempt, 0);
        kept.dedup();
        assert_eq!(kept, [0, 1, 2, 3, 4]);
        assert!(challenge.min_depth().is_some_and(|depth| depth > 0.05));
    }

    #[test]
    fn fails_after_three_attempts_without_the_requested_steps() {
        use ActiveStep as A;
        for obeys in [
            |_: f64, _: A| None,
            |_: f64, asked: A| Some(if asked == A::TurnLeft { A::TurnRight } else { A::TurnLeft }),
        ] {
            let (challenge, outcome, _) = play(obeys);
            assert_eq!(outcome, ChallengeOutcome::Failed);
            assert_eq!(challenge.view(0.0, &LivenessThresholds::default()).attempt, MAX_ATTEMPTS);
        }
    }

    #[test]
    fn screens_complete_no_step() {
        let screens: [fn(Option<ActiveStep>) -> bool; 2] = [|does| does.is_none(), |does| does.is_some()];
        for screen in screens {
            let (_, outcome, kept) = play_on(screen, |_, asked| Some(asked));
            assert_eq!(outcome, ChallengeOutcome::Failed);
            assert!(kept.iter().all(|place| *place == 0), "{kept:?}");
        }
    }

    #[test]
    fn timeout_starts_another_attempt() {
        let (challenge, outcome, _) = play(|now, asked| (now > 12_000.0).then_some(asked));
        assert_eq!(outcome, ChallengeOutcome::Completed);
        assert_eq!(challenge.report().attempt, 1);
        assert_eq!(challenge.report().steps.len(), 3);
    }

    #[test]
    fn failed_movement_is_reported_before_the_next_is_drawn() {
        let t = LivenessThresholds::default();
        let mut challenge = Challenge::new("a token", 2, StepLimits::default());
        let (face, eyes) = moved(None);
        let seen = FrameObservation { face: &face, eyes: Some(eyes), score: 50.0, neutral: true, on_screen: &|| false };
        let (mut failed, mut next) = (None, None);
        for i in 0..600 {
            let now = f64::from(i) * 33.0;
            let (outcome, _) = challenge.push(Some(seen), false, now, &t);
            if outcome == ChallengeOutcome::Restarted {
                failed.get_or_insert(now);
            } else if failed.is_some() && challenge.asked().is_some() {
                next.get_or_insert(now);
            }
            if let (Some(failed), None) = (failed, next) {
                assert_eq!(challenge.reports_failure(now, &t), now - failed < t.again_ms, "{now}");
            }
        }
        let wait = next.unwrap() - failed.unwrap();
        assert!((1_500.0..=3_000.0).contains(&wait), "{wait}");
    }

    #[test]
    fn another_person_begins_anew() {
        let t = LivenessThresholds::default();
        let mut challenge = Challenge::new("a token", 2, StepLimits::default());
        let (face, eyes) = moved(None);
        let seen = FrameObservation { face: &face, eyes: Some(eyes), score: 50.0, neutral: true, on_screen: &|| false };
        let mut now = 0.0;
        while challenge.asked().is_none() {
            assert_eq!(challenge.push(Some(seen), false, now, &t).0, ChallengeOutcome::Continue);
            now += 33.0;
        }
        assert_eq!(challenge.push(Some(seen), true, now, &t).0, ChallengeOutcome::Restarted);
        assert_eq!(challenge.asked(), None);
        assert_eq!(challenge.view(now, &t).attempt, 2);
    }
}
