//! The capture of a face: the best frames of a short stream, or the frames that complete a challenge.

use std::rc::Rc;

use super::coordinates::{guide_rect, relative_rect};
use super::detectors::Detectors;
use super::face_modes::{CandidateFrame, ColorReflectionMode, FaceCaptureMode, ModeFindings, Observation, first_mode};
use super::image;
use super::still::Still;
use super::target::Target;
use crate::analyse::FaceMetrics;
use crate::check::Check;
use crate::error::CoreError;
use crate::face::Face;
use crate::frame::Frame;
use crate::geometry::Point;
use crate::guidance::{self, GuidanceCode, Stabiliser};
use crate::liveness::signals::{self, CameraInfo, StreamSignals};
use crate::liveness::track::{FaceTracker, TrackedFaces};
use crate::liveness::{FaceQuality, LivenessPlan, clipped_highlight_ratio};
use crate::numeric::sort;
use crate::session::{Capture, CaptureReport, CaptureSource, FrameView, LivenessCaptureMode, LivenessReport, Overlay};
use crate::side::Side;
use crate::thresholds::{FaceThresholds, Thresholds};
use crate::warning::Warning;

/// The capture target of a face.
const TARGET: Target = Target { side: Side::Liveness, kind: None };

/// The parameters of the capture of a face.
struct FaceCaptureParams {
    /// Usual eye openness, in inter-eye distances; a smaller maximum is normalised by that of the person.
    usual_eye_openness: f32,
    /// Minimum eye openness that can be a person's own: below it the eyes were never open.
    min_own_eye_openness: f32,
    /// Maximum pitch of persons who look straight, degrees: a larger one is a nod.
    max_own_pitch_deg: f32,
    /// Factor of the median pitch of a stream, which includes small nods.
    own_pitch_factor: f32,
    /// Exponent of the dynamic range of the face in the frame score, in addition to its weight in the unified score.
    dynamic_range_exponent: f32,
    /// Fractions of clipped pixels of the portrait ([`clipped_highlight_ratio`]) from which a frame loses score, and at
    /// which it loses all of `clipped_loss`. A window or a lamp behind the person stays below.
    clipped_range: (f32, f32),
    /// Maximum loss of score by clipping: less than that of a dark face (luma below 20 %).
    clipped_loss: f32,
    /// Maximum age of the frame of a manual capture, ms: a press shakes the device and makes people blink.
    recent_ms: f64,
    /// Maximum bytes of all images of a capture, which are sent in one request.
    max_total_bytes: usize,
}

const PARAMS: FaceCaptureParams = FaceCaptureParams {
    usual_eye_openness: 0.10,
    min_own_eye_openness: 0.045,
    max_own_pitch_deg: 10.0,
    own_pitch_factor: 0.85,
    dynamic_range_exponent: 0.75,
    clipped_range: (0.12, 0.24),
    clipped_loss: 0.35,
    recent_ms: 1000.0,
    max_total_bytes: 1_600_000,
};

/// A capture in progress.
pub(super) struct FaceCapture {
    plan: LivenessPlan,
    mode: Box<dyn FaceCaptureMode>,
    stabiliser: Stabiliser,
    tracker: FaceTracker,
    stream: StreamSignals,
    camera: CameraInfo,
    newest: Option<(Face, Vec<Check>)>,
    /// The best recent frame and its time (ms), for a manual capture.
    recent: Option<(f64, CandidateFrame)>,
    /// The maximum eye openness of the person.
    own_eye_openness: f32,
    own_pitch: RunningMedian,
    first_face_ms: Option<f64>,
    changes: u32,
    /// Findings of a mode that another one followed.
    findings: ModeFindings,
}

impl FaceCapture {
    pub(super) fn new(plan: LivenessPlan, thresholds: &Thresholds) -> Self {
        let mode = first_mode(&plan, thresholds);
        Self {
            plan,
            mode,
            stabiliser: Stabiliser::default(),
            tracker: FaceTracker::default(),
            stream: StreamSignals::default(),
            camera: CameraInfo::default(),
            newest: None,
            recent: None,
            own_eye_openness: 0.0,
            own_pitch: RunningMedian::default(),
            first_face_ms: None,
            changes: 0,
            findings: ModeFindings::default(),
        }
    }

    /// Sets the properties of the camera.
    pub(super) fn set_camera(&mut self, camera: CameraInfo) {
        self.camera = camera;
    }

    pub(super) fn push(
        &mut self,
        frame: &Frame<'_>,
        now_ms: f64,
        detectors: &Detectors,
        thresholds: &Thresholds,
    ) -> (FrameView, Option<Still>) {
        let t = &thresholds.face;
        self.stream.push(frame, now_ms);
        self.tracker.set_coloured_light(self.mode.shows_colours());
        let seen = detectors.follow(&mut self.tracker, frame, now_ms);
        let metrics = self.metrics(frame, &seen, t);
        let checks = metrics.checks(t);
        let frame_score = seen.face().map_or(0.0, |face| frame_score(frame, face, &metrics.quality));
        if metrics.count == 1 {
            self.own_pitch.push(metrics.quality.pitch.raw);
        }
        if seen.changed {
            self.reset(thresholds);
        }
        let code = if seen.changed { GuidanceCode::FaceChanged } else { guidance::face(&metrics, t) };
        if metrics.count >= 1 {
            self.first_face_ms.get_or_insert(now_ms);
            self.keep_recent(frame, &seen, &checks, frame_score, now_ms);
        }
        // Strict at first; after [`TimingThresholds::attempt_ms`](crate::thresholds::TimingThresholds::attempt_ms)
        // light and glasses do not block the person any more, and the report has the failed checks.
        let patient = self.first_face_ms.is_some_and(|first| now_ms - first >= thresholds.timing.attempt_ms);
        let good = metrics.count == 1 && checks.iter().all(|c| c.passed || (patient && !c.name.is_mandatory()));

        let progress = self.mode.push(&Observation {
            frame,
            seen: &seen,
            single: metrics.count == 1,
            good,
            quality: &metrics.quality,
            checks: &checks,
            frame_score,
            own_pitch: self.own_pitch.middle(),
            now_ms,
            thresholds,
        });
        let still = if progress.done { self.end_mode(now_ms) } else { None };
        let view = FrameView {
            guidance: Some(self.stabiliser.push(progress.code.unwrap_or(code), now_ms, &thresholds.timing)),
            overlay: Overlay {
                face: seen.face().map(|face| relative_rect(face.bounds, frame)),
                capture_progress: progress.share,
                ..Overlay::default()
            },
            challenge: progress.challenge,
            challenge_failed: progress.challenge_failed,
            flash: progress.flash,
        };
        (view, still)
    }

    /// Returns the face of the newest frame that has one, and the checks of that frame.
    pub(super) fn newest(&self) -> Option<(Face, &[Check])> {
        self.newest.as_ref().map(|(face, checks)| (*face, checks.as_slice()))
    }

    /// Captures the frames kept so far, or else the best recent frame; `None` during a challenge.
    pub(super) fn capture_manually(&mut self) -> Option<Still> {
        if !self.mode.allows_manual_capture() {
            return None;
        }
        let (mut candidates, findings) = self.mode.end(self.own_pitch.middle());
        if candidates.is_empty() {
            candidates.extend(self.recent.take().map(|(_, candidate)| candidate));
        }
        self.finish(candidates, findings, CaptureSource::Manual)
    }

    /// Ends a mode: continues with the color reflection challenge if it is enabled, else ends the capture.
    fn end_mode(&mut self, now_ms: f64) -> Option<Still> {
        let (candidates, findings) = self.mode.end(self.own_pitch.middle());
        if self.plan.flash && !self.mode.shows_colours() {
            self.findings = findings;
            self.mode = Box::new(ColorReflectionMode::begin(&self.plan.token, candidates, now_ms));
            return None;
        }
        self.finish(candidates, findings, CaptureSource::Automatic)
    }

    /// Discards what belongs to another person.
    fn reset(&mut self, thresholds: &Thresholds) {
        self.changes += 1;
        self.own_eye_openness = 0.0;
        self.own_pitch = RunningMedian::default();
        self.newest = None;
        self.recent = None;
        if !self.mode.reset() {
            self.mode = first_mode(&self.plan, thresholds);
        }
    }

    fn keep_recent(&mut self, frame: &Frame<'_>, seen: &TrackedFaces, checks: &[Check], frame_score: f32, now_ms: f64) {
        let Some(face) = seen.face() else { return };
        self.newest = Some((*face, checks.to_vec()));
        if self
            .recent
            .as_ref()
            .is_none_or(|(at_ms, kept)| kept.frame_score <= frame_score || now_ms - at_ms > PARAMS.recent_ms)
        {
            let old = self.recent.take().map(|(_, kept)| kept);
            self.recent = CandidateFrame::copy(old, frame, face, checks, frame_score).map(|kept| (now_ms, kept));
        }
    }

    fn finish(
        &mut self,
        candidates: Vec<CandidateFrame>,
        findings: ModeFindings,
        source: CaptureSource,
    ) -> Option<Still> {
        let first = candidates.first()?;
        let mut signals = self.stream.signals(&self.camera);
        if let Ok(frame) = first.image.frame() {
            signals.extend(signals::image_signals(&frame, first.face.bounds));
        }
        let before = std::mem::take(&mut self.findings);
        signals.extend(before.signals);
        signals.extend(findings.signals);
        let mode = match (self.plan.steps, self.plan.fallback) {
            (0, true) => LivenessCaptureMode::PassiveFallback,
            (0, false) => LivenessCaptureMode::Passive,
            _ => LivenessCaptureMode::PassiveActive,
        };
        let liveness = LivenessReport {
            mode,
            challenge: findings.challenge.or(before.challenge),
            persons_seen: self.changes + 1,
            signals,
        };
        assemble_still(&candidates, source, liveness)
    }

    /// Measures the tracked face in a frame, with the eye openness relative to the person's own.
    fn metrics(&mut self, frame: &Frame<'_>, seen: &TrackedFaces, t: &FaceThresholds) -> FaceMetrics {
        let mut metrics = metrics(frame, &seen.faces, seen.motion, t);
        if let Some(eyes) = &mut metrics.quality.eyes_open {
            // Rises fast and falls slowly, so that a single wrong value is forgotten.
            self.own_eye_openness = if eyes.raw > self.own_eye_openness {
                0.7 * eyes.raw + 0.3 * self.own_eye_openness
            } else {
                0.999 * self.own_eye_openness
            };
            if self.own_eye_openness >= PARAMS.min_own_eye_openness {
                metrics.eyes = Some((eyes.raw / self.own_eye_openness).min(1.0));
                if self.own_eye_openness < PARAMS.usual_eye_openness {
                    metrics.quality.normalise_eye_openness(self.own_eye_openness / PARAMS.usual_eye_openness);
                }
            }
        }
        metrics
    }
}

/// Returns the score of a frame without the pose: the unified score times sharpness, dynamic range and clipping, which
/// rank frames that are all good. The face embedding is robust to clipping (60 rendered persons, dark skin
/// over-exposed by 2.6 stops: distances of 0.14 to the portrait, as if exposed well); people who compare images are
/// not.
fn frame_score(frame: &Frame<'_>, face: &Face, quality: &FaceQuality) -> f32 {
    let range = (quality.dynamic_range.score / 100.0).powf(PARAMS.dynamic_range_exponent);
    let clipped = ((clipped_highlight_ratio(frame, face) - PARAMS.clipped_range.0)
        / (PARAMS.clipped_range.1 - PARAMS.clipped_range.0))
        .clamp(0.0, 1.0);
    quality.score * quality.sharpness.raw.max(0.0).sqrt() * range * (1.0 - PARAMS.clipped_loss * clipped)
}

/// The running median of the pitch of frontal frames.
struct RunningMedian(Vec<f32>);

impl Default for RunningMedian {
    /// Starts with zeros, until there are enough frames.
    fn default() -> Self {
        Self(vec![0.0; Self::BEFORE])
    }
}

impl RunningMedian {
    const NEWEST: usize = 60;
    const BEFORE: usize = 4;

    fn push(&mut self, value: f32) {
        if value.abs() > PARAMS.max_own_pitch_deg {
            return;
        }
        if self.0.len() == Self::NEWEST {
            self.0.remove(0);
        }
        self.0.push(value);
    }

    fn middle(&self) -> f32 {
        let mut values = self.0.clone();
        sort(&mut values);
        values.get(values.len() / 2).copied().unwrap_or(0.0) * PARAMS.own_pitch_factor
    }
}

/// Assesses a face image from a file. Returns `None` without a face.
pub(super) fn assess_file(
    frame: &Frame<'_>,
    detectors: &Detectors,
    thresholds: &Thresholds,
) -> Result<Option<Still>, CoreError> {
    let faces = detectors.faces(frame);
    let Some(face) = faces.first() else { return Ok(None) };
    let mut checks = metrics(frame, &faces, None, &thresholds.face).checks(&thresholds.face);
    checks.retain(|check| !check.name.is_stream_only());
    let liveness = LivenessReport {
        mode: LivenessCaptureMode::File,
        challenge: None,
        persons_seen: 1,
        signals: signals::image_signals(frame, face.bounds).to_vec(),
    };
    let candidates: Vec<CandidateFrame> = CandidateFrame::copy(None, frame, face, &checks, 1.0).into_iter().collect();
    Ok(assemble_still(&candidates, CaptureSource::File, liveness))
}

fn assemble_still(candidates: &[CandidateFrame], source: CaptureSource, liveness: LivenessReport) -> Option<Still> {
    let first = candidates.first()?;
    let budget = PARAMS.max_total_bytes / candidates.len();
    let mut encoded_images: Vec<Rc<[u8]>> = Vec::with_capacity(candidates.len());
    let mut size = (0, 0);
    for candidate in candidates {
        let file = image::encode_face(&candidate.image.frame().ok()?, budget).ok()?;
        if encoded_images.is_empty() {
            size = (file.width, file.height);
        }
        // A frozen stream repeats an image, which adds nothing. In active liveness each image has its role.
        let file: Rc<[u8]> = file.bytes.into();
        if liveness.challenge.is_some() || !encoded_images.contains(&file) {
            encoded_images.push(file);
        }
    }
    let report = CaptureReport {
        side: Side::Liveness,
        source,
        width: size.0,
        height: size.1,
        bytes: encoded_images.iter().map(|image| image.len() as u32).sum(),
        images: encoded_images.len() as u32,
        elapsed_ms: None,
        visible_ms: None,
        warnings: warnings(&first.checks),
        checks: first.checks.clone(),
        document_checks: Vec::new(),
        liveness: Some(liveness),
    };
    Some(Still { capture: Capture { document: None, report }, encoded_images, side: None })
}

/// Returns the warnings of the failed checks, each once.
fn warnings(checks: &[Check]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for warning in checks.iter().filter(|check| !check.passed).filter_map(|check| check.name.warning()) {
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    warnings
}

/// Measures the first of these faces.
fn metrics(frame: &Frame<'_>, faces: &[Face], motion: Option<f32>, t: &FaceThresholds) -> FaceMetrics {
    let sure: Vec<Face> = faces.iter().filter(|face| face.score >= t.min_score).copied().collect();
    let (Some(face), Some(quality)) = (sure.first(), FaceQuality::measure(frame, &sure, motion)) else {
        return FaceMetrics::default();
    };
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    let (at, target, unit) = (face.bounds.centre(), guide_rect(TARGET, frame).centre(), width.min(height));
    FaceMetrics {
        count: sure.len(),
        height: face.bounds.height / height,
        offset: at.distance(target) / unit,
        displacement: Point::new((at.x - target.x) / unit, (at.y - target.y) / unit),
        front_light: 255.0 * quality.luminance.raw / mean_luma(frame).max(1.0),
        eyes: None,
        quality,
    }
}

/// Returns the mean luma of a frame, 0–255, from a grid of pixels.
fn mean_luma(frame: &Frame<'_>) -> f32 {
    const GRID: usize = 40;
    let whole = frame.bounds();
    let at = |i: usize, size: f32| (i as f32 + 0.5) / GRID as f32 * size;
    let sum: f32 = (0..GRID * GRID)
        .map(|i| {
            let (x, y) = (at(i % GRID, whole.width) as usize, at(i / GRID, whole.height) as usize);
            crate::liveness::luma_at_pixel(frame, x.min(frame.width() - 1), y.min(frame.height() - 1))
        })
        .sum();
    sum / (GRID * GRID) as f32
}
