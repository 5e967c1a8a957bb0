//! The modes of the capture of a face: how each selects its frames, and when it is complete.

use super::still::copy_frame;
use crate::check::Check;
use crate::encode::Image;
use crate::face::Face;
use crate::frame::Frame;
use crate::guidance::{self, GuidanceCode};
use crate::liveness::challenge::{
    Challenge, ChallengeOutcome, ChallengeReport, ChallengeView, FrameObservation, FrameRole,
};
use crate::liveness::color_reflection::ColorReflectionChallenge;
use crate::liveness::selection::Selection;
use crate::liveness::signals::{self, Signal};
use crate::liveness::track::TrackedFaces;
use crate::liveness::{FaceQuality, LivenessPlan};
use crate::numeric::sort_by_key;
use crate::thresholds::Thresholds;

/// The parameters of the selection of frames.
struct SelectionParams {
    /// Standard deviation of the frontality weight, degrees: at this angle a frame keeps a weight of 0.6.
    frontality_sigma_deg: f32,
    /// Minimum score of a frame that is sent, as a fraction of the best one.
    min_relative_score: f32,
    /// Windows after which a passive selection ends with fewer frames than wanted.
    max_windows: f64,
}

const PARAMS: SelectionParams =
    SelectionParams { frontality_sigma_deg: 9.0, min_relative_score: 0.75, max_windows: 3.0 };

/// A frame that may be sent.
pub(super) struct CandidateFrame {
    pub(super) image: Image,
    pub(super) face: Face,
    pub(super) checks: Vec<Check>,
    /// The score without the pose.
    pub(super) frame_score: f32,
}

impl CandidateFrame {
    /// Copies a frame, into the memory of an older one if there is one.
    pub(super) fn copy(
        old: Option<Self>,
        frame: &Frame<'_>,
        face: &Face,
        checks: &[Check],
        frame_score: f32,
    ) -> Option<Self> {
        let mut image = old.map(|old| old.image);
        copy_frame(&mut image, frame);
        Some(Self { image: image?, face: *face, checks: checks.to_vec(), frame_score })
    }
}

/// What is known of a frame.
pub(super) struct Observation<'a> {
    pub(super) frame: &'a Frame<'a>,
    pub(super) seen: &'a TrackedFaces,
    /// Exactly one face is visible.
    pub(super) single: bool,
    /// Every mandatory check passed.
    pub(super) good: bool,
    pub(super) quality: &'a FaceQuality,
    pub(super) checks: &'a [Check],
    pub(super) frame_score: f32,
    /// The person's usual pitch, degrees.
    pub(super) own_pitch: f32,
    pub(super) now_ms: f64,
    pub(super) thresholds: &'a Thresholds,
}

impl Observation<'_> {
    fn candidate(&self, old: Option<CandidateFrame>, face: &Face) -> Option<CandidateFrame> {
        CandidateFrame::copy(old, self.frame, face, self.checks, self.frame_score)
    }
}

/// How far a mode is after a frame.
#[derive(Default)]
pub(super) struct Progress {
    /// The mode has its frames.
    pub(super) done: bool,
    /// Part of the capture that is done, 0–1.
    pub(super) share: f32,
    /// The hint of the mode, instead of that about the quality of the frame.
    pub(super) code: Option<GuidanceCode>,
    /// The requested movement.
    pub(super) challenge: Option<ChallengeView>,
    /// The last challenge was not completed in time.
    pub(super) challenge_failed: bool,
    /// The colour to display, RGB.
    pub(super) flash: Option<[u8; 3]>,
}

/// What a mode found out besides its frames.
#[derive(Default)]
pub(super) struct ModeFindings {
    pub(super) challenge: Option<ChallengeReport>,
    pub(super) signals: Vec<Signal>,
}

/// A way to select the frames of a face.
pub(super) trait FaceCaptureMode {
    /// Takes the next frame.
    fn push(&mut self, frame: &Observation<'_>) -> Progress;

    /// Ends the mode: returns its frames, best first or in the order of the movements.
    fn end(&mut self, own_pitch: f32) -> (Vec<CandidateFrame>, ModeFindings);

    /// Discards what belongs to another person; `false` if the capture must start again with its first mode.
    fn reset(&mut self) -> bool;

    /// Returns whether a press of the button may end the mode.
    fn allows_manual_capture(&self) -> bool {
        true
    }

    /// Returns whether the page lights the face in colours, which is the last mode of a capture.
    fn shows_colours(&self) -> bool {
        false
    }
}

/// Returns the mode that a capture starts with.
pub(super) fn first_mode(plan: &LivenessPlan, thresholds: &Thresholds) -> Box<dyn FaceCaptureMode> {
    if plan.steps == 0 {
        let timing = &thresholds.timing;
        let selection = Selection::new(timing.face_frames as usize, timing.face_gap_ms);
        return Box::new(PassiveMode { selection, first_good_ms: None });
    }
    let challenge = Challenge::new(&plan.token, plan.steps, thresholds.liveness.limits());
    Box::new(ActiveMode { challenge, candidates: Vec::new() })
}

/// Selects the best frames of a short stream.
struct PassiveMode {
    selection: Selection<CandidateFrame>,
    first_good_ms: Option<f64>,
}

impl FaceCaptureMode for PassiveMode {
    fn push(&mut self, frame: &Observation<'_>) -> Progress {
        let (now_ms, selection) = (frame.now_ms, &mut self.selection);
        let window = frame.thresholds.liveness.window_ms;
        let mut progress = Progress::default();
        if frame.good
            && let Some(face) = frame.seen.face()
        {
            let first = *self.first_good_ms.get_or_insert(now_ms);
            let neutral = frame.frame_score * frontality_weight(face, frame.own_pitch);
            selection.offer(now_ms, neutral, |old| frame.candidate(old, face));
            let wanted = selection.wanted() as f64;
            let share = ((now_ms - first) / window.max(1.0)).min(1.0);
            progress.share = share.min((selection.len() as f64 + 0.5) / wanted) as f32;
        }
        let open_ms = self.first_good_ms.map_or(0.0, |first| now_ms - first);
        progress.done = !selection.is_empty()
            && open_ms >= window
            && (selection.len() >= selection.wanted() || open_ms >= PARAMS.max_windows * window);
        progress
    }

    fn end(&mut self, own_pitch: f32) -> (Vec<CandidateFrame>, ModeFindings) {
        (best_frames(&mut self.selection, own_pitch), ModeFindings::default())
    }

    fn reset(&mut self) -> bool {
        self.first_good_ms = None;
        self.selection.clear();
        true
    }
}

/// Requests movements and keeps a frame of each.
struct ActiveMode {
    challenge: Challenge,
    candidates: Vec<Option<CandidateFrame>>,
}

impl FaceCaptureMode for ActiveMode {
    fn push(&mut self, frame: &Observation<'_>) -> Progress {
        let (seen, now_ms, t) = (frame.seen, frame.now_ms, &frame.thresholds.liveness);
        let on_screen = || seen.face().is_some_and(|face| signals::shows_screen(frame.frame, face.bounds));
        let measured = seen.face().filter(|_| frame.single).map(|face| FrameObservation {
            face,
            eyes: frame.quality.eyes_open.map(|m| m.raw),
            score: sharpness_first(frame.quality),
            neutral: frame.good,
            on_screen: &on_screen,
        });
        let (outcome, role) = self.challenge.push(measured, seen.changed, now_ms, t);
        if let (FrameRole::Evidence(place), Some(face)) = (role, seen.face()) {
            if self.candidates.len() <= place {
                self.candidates.resize_with(place + 1, || None);
            }
            let old = self.candidates[place].take();
            self.candidates[place] = frame.candidate(old, face);
        }
        let mut progress = Progress::default();
        let again = Some(GuidanceCode::StepAgain).filter(|_| !seen.changed);
        match outcome {
            ChallengeOutcome::Continue if self.challenge.reports_failure(now_ms, t) => progress.code = again,
            ChallengeOutcome::Continue => {}
            ChallengeOutcome::Completed => progress.done = true,
            ChallengeOutcome::Restarted => {
                self.candidates.clear();
                progress.code = again;
            }
            ChallengeOutcome::Failed => progress.challenge_failed = true,
        }
        let view = self.challenge.view(now_ms, t);
        if let Some(step) = view.step.filter(|_| frame.single && outcome == ChallengeOutcome::Continue) {
            progress.code = Some(guidance::step(step));
        }
        progress.share = view.progress;
        progress.challenge = Some(view);
        progress
    }

    fn end(&mut self, _own_pitch: f32) -> (Vec<CandidateFrame>, ModeFindings) {
        let findings = ModeFindings {
            challenge: Some(self.challenge.report()),
            signals: self.challenge.min_depth().map(signals::planar_motion).into_iter().collect(),
        };
        (std::mem::take(&mut self.candidates).into_iter().flatten().collect(), findings)
    }

    fn reset(&mut self) -> bool {
        self.candidates.clear();
        true
    }

    fn allows_manual_capture(&self) -> bool {
        false
    }
}

/// Lights the face in colours while the frames of the mode before are kept.
pub(super) struct ColorReflectionMode {
    challenge: ColorReflectionChallenge,
    candidates: Vec<CandidateFrame>,
}

impl ColorReflectionMode {
    /// Begins with the first colour.
    pub(super) fn begin(token: &str, candidates: Vec<CandidateFrame>, now_ms: f64) -> Self {
        let mut challenge = ColorReflectionChallenge::new(token);
        challenge.begin(now_ms);
        Self { challenge, candidates }
    }
}

impl FaceCaptureMode for ColorReflectionMode {
    fn push(&mut self, frame: &Observation<'_>) -> Progress {
        Progress {
            done: self.challenge.push(frame.frame, frame.seen.face(), frame.now_ms),
            flash: self.challenge.colour(frame.now_ms),
            code: Some(GuidanceCode::Capturing),
            share: 1.0,
            ..Progress::default()
        }
    }

    fn end(&mut self, _own_pitch: f32) -> (Vec<CandidateFrame>, ModeFindings) {
        let findings =
            ModeFindings { signals: self.challenge.signal().into_iter().collect(), ..ModeFindings::default() };
        (std::mem::take(&mut self.candidates), findings)
    }

    fn reset(&mut self) -> bool {
        false
    }

    fn shows_colours(&self) -> bool {
        true
    }
}

/// Returns the selected frames, best first, without much worse ones, by the own pitch that is known at the end.
fn best_frames(selection: &mut Selection<CandidateFrame>, own_pitch: f32) -> Vec<CandidateFrame> {
    let frame_score =
        |candidate: &CandidateFrame| candidate.frame_score * frontality_weight(&candidate.face, own_pitch);
    let mut kept: Vec<CandidateFrame> = selection.finish().into_iter().map(|kept| kept.item).collect();
    sort_by_key(&mut kept, |candidate| -frame_score(candidate));
    let least = kept.first().map_or(0.0, |best| PARAMS.min_relative_score * frame_score(best));
    kept.retain(|candidate| frame_score(candidate) >= least);
    kept
}

/// Returns the weight of a pose, 1 (frontal) to 0. `own_pitch`: that of the person, since cameras are higher or lower.
fn frontality_weight(face: &Face, own_pitch: f32) -> f32 {
    let away = face.yaw.powi(2) + (face.pitch - own_pitch).powi(2);
    (-away / (2.0 * PARAMS.frontality_sigma_deg * PARAMS.frontality_sigma_deg)).exp()
}

/// The score of a frame of a step, in which rotation and closed eyes are requested: the unified score without pose,
/// eyes and position.
fn sharpness_first(quality: &FaceQuality) -> f32 {
    let asked = ["yaw", "pitch", "eyesOpen", "headSize", "crop"];
    let rest = quality.components().into_iter().filter(|(name, ..)| !asked.contains(name));
    100.0 * rest.map(|(_, m, weight)| (m.score / 100.0).clamp(0.0, 1.0).powf(weight)).product::<f32>()
}
