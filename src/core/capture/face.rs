//! The capture of the person's face: the best frames of a short stream, or the frames that prove the movements asked for.

use std::rc::Rc;

use super::coordinates::{guide_px, share_rect};
use super::detectors::Detectors;
use super::picture;
use super::still::{Taken, copy_into};
use super::target::Target;
use crate::analyse::FaceFacts;
use crate::check::Check;
use crate::encode::Image;
use crate::error::CoreError;
use crate::face::Face;
use crate::frame::Frame;
use crate::guidance::{self, GuidanceCode, Stabiliser};
use crate::liveness::challenge::{Challenge, Keep, Measured, Turn};
use crate::liveness::flash::Flash;
use crate::liveness::selection::Selection;
use crate::liveness::signals::{self, CameraFacts, StreamSignals};
use crate::liveness::track::{FaceTracker, Seen};
use crate::liveness::{FaceQuality, LivenessPlan, burnt_share};
use crate::numeric::{sort, sort_by_key};
use crate::session::{Capture, CaptureReport, CaptureSource, FrameView, LivenessCaptureMode, LivenessReport, Overlay};
use crate::side::Side;
use crate::thresholds::{FaceThresholds, Thresholds};
use crate::warning::Warning;

/// Where the face belongs.
const TARGET: Target = Target { side: Side::Liveness, kind: None };

/// Opening of eyes, in distances between them, that counts as open whoever the person is; smaller ones are held against the person's
/// own widest.
const OPEN_EYES: f32 = 0.10;

/// Least opening that can be a person's own: below it the eyes were never seen open.
const LEAST_OWN_EYES: f32 = 0.045;

/// Degrees from the straight pose at which a frame is worth 0.6 of what it is worth otherwise.
const NEUTRAL_DEG: f32 = 9.0;

/// Farthest pitch that people who look straight are measured with, degrees: what lies beyond is a nod, and says nothing of the own pitch.
const FARTHEST_OWN_PITCH: f32 = 10.0;

/// How far the median of a stream is believed to be the person's own pitch: the smallest nods are among it.
const BELIEVED_PITCH: f32 = 0.85;

/// How much the range of the face's light counts beside another frame of the stream, as a power of its share of what is possible, besides what it
/// counts in the unified score.
const RANGE_POWER: f32 = 0.75;

/// Shares of the portrait that are burnt out ([`burnt_share`]) from which a frame loses by it, as a window or a lamp behind somebody does not make
/// it, and at which it loses all of [`BURNT_LOSS`].
const BURNT_SHARES: (f32, f32) = (0.12, 0.24);

/// What a frame loses whose portrait is burnt out: less than one in which the face itself is too dark (luma below a fifth).
const BURNT_LOSS: f32 = 0.35;

/// Least worth of a frame that is sent, as a share of the best one's: a frame that is much worse helps nobody.
const LEAST_SHARE: f32 = 0.75;

/// How long before a press of the button its frame may have been taken, ms: whoever presses it shakes the device, and blinks.
const RECENT_MS: f64 = 1000.0;

/// Checks without which a frame is of no use at all, however long the person has tried.
const INDISPENSABLE: [&str; 3] = ["faces", "minHeight", "maxMotion"];

/// A frame that is worth sending.
struct Shot {
    image: Image,
    face: Face,
    checks: Vec<Check>,
    /// What it is worth but for the pose: [`worth`].
    worth: f32,
}

/// How frames are chosen.
enum Way {
    Passive(Selection<Shot>),
    Active(Box<Challenge>, Vec<Option<Shot>>),
    /// All frames are chosen, and the page shows colours.
    Flashing(Flash, Vec<Shot>),
}

/// A capture under way.
pub(super) struct FaceCapture {
    plan: LivenessPlan,
    way: Way,
    stabiliser: Stabiliser,
    tracker: FaceTracker,
    stream: StreamSignals,
    camera: CameraFacts,
    newest: Option<(Face, Vec<Check>)>,
    /// The best frame of late, good or not, and when it was taken: what a press of the button takes.
    recent: Option<(f64, Shot)>,
    /// The widest that the person's eyes were seen.
    own_eyes: f32,
    own_pitch: Middle,
    first_face_ms: Option<f64>,
    first_good_ms: Option<f64>,
    changes: u32,
    depth: Option<f32>,
    challenge: Option<crate::liveness::challenge::ChallengeReport>,
}

impl FaceCapture {
    pub(super) fn new(plan: LivenessPlan, thresholds: &Thresholds) -> Self {
        let way = if plan.steps == 0 {
            let timing = &thresholds.timing;
            Way::Passive(Selection::new(timing.face_frames as usize, timing.face_gap_ms))
        } else {
            let challenge = Challenge::new(&plan.token, plan.steps, thresholds.liveness.limits());
            Way::Active(Box::new(challenge), Vec::new())
        };
        Self {
            plan,
            way,
            stabiliser: Stabiliser::default(),
            tracker: FaceTracker::default(),
            stream: StreamSignals::default(),
            camera: CameraFacts::default(),
            newest: None,
            recent: None,
            own_eyes: 0.0,
            own_pitch: Middle::default(),
            first_face_ms: None,
            first_good_ms: None,
            changes: 0,
            depth: None,
            challenge: None,
        }
    }

    /// What the page knows of the camera.
    pub(super) fn set_camera(&mut self, camera: CameraFacts) {
        self.camera = camera;
    }

    pub(super) fn push(
        &mut self,
        frame: &Frame<'_>,
        now_ms: f64,
        detectors: &Detectors,
        thresholds: &Thresholds,
    ) -> (FrameView, Option<Taken>) {
        let t = &thresholds.face;
        self.stream.push(frame, now_ms);
        self.tracker.set_coloured_light(matches!(self.way, Way::Flashing(..)));
        let seen = detectors.follow(&mut self.tracker, frame, now_ms);
        let facts = self.facts(frame, &seen, t);
        let checks = facts.checks(t);
        let worth = seen.face().map_or(0.0, |face| worth(frame, face, &facts.quality));
        if facts.count == 1 {
            self.own_pitch.push(facts.quality.pitch.raw);
        }
        if seen.changed {
            self.begin_anew(thresholds);
        }
        let mut code = if seen.changed { GuidanceCode::FaceChanged } else { guidance::face(&facts, t) };
        if facts.count >= 1 {
            self.first_face_ms.get_or_insert(now_ms);
            self.keep_recent(frame, &seen, &checks, worth, now_ms);
        }
        // Strict at first; who has tried for long is not kept out by light or glasses, and the checks tell.
        let patient = self.first_face_ms.is_some_and(|first| now_ms - first >= thresholds.timing.attempt_ms);
        let good = facts.count == 1 && checks.iter().all(|c| c.passed || (patient && !INDISPENSABLE.contains(&c.name)));

        let mut hold = 0.0;
        let mut view = FrameView::default();
        let mut done = false;
        match &mut self.way {
            Way::Passive(selection) => {
                if good && let Some(face) = seen.face() {
                    let first = *self.first_good_ms.get_or_insert(now_ms);
                    let neutral = worth * neutrality(face, self.own_pitch.middle());
                    selection.offer(now_ms, neutral, |old| shot(old, frame, face, &checks, worth));
                    let window = thresholds.liveness.window_ms.max(1.0);
                    let wanted = selection.wanted() as f64;
                    hold = ((now_ms - first) / window).min(1.0).min((selection.len() as f64 + 0.5) / wanted) as f32;
                }
                let open_ms = self.first_good_ms.map_or(0.0, |first| now_ms - first);
                let window = thresholds.liveness.window_ms;
                done = !selection.is_empty()
                    && open_ms >= window
                    && (selection.len() >= selection.wanted() || open_ms >= 3.0 * window);
            }
            Way::Active(challenge, shots) => {
                let on_screen = || seen.face().is_some_and(|face| signals::shows_screen(frame, face.bounds));
                let measured = seen.face().filter(|_| facts.count == 1).map(|face| Measured {
                    face,
                    eyes: facts.quality.eyes_open.map(|m| m.raw),
                    score: sharpness_first(&facts.quality),
                    neutral: good,
                    on_screen: &on_screen,
                });
                let (turn, keep) = challenge.push(measured, seen.changed, now_ms, &thresholds.liveness);
                if let (Keep::As(place), Some(face)) = (keep, seen.face()) {
                    if shots.len() <= place {
                        shots.resize_with(place + 1, || None);
                    }
                    let old = shots[place].take();
                    shots[place] = shot(old, frame, face, &checks, worth);
                }
                match turn {
                    Turn::On => {}
                    Turn::Done => done = true,
                    Turn::Again => {
                        shots.clear();
                        if !seen.changed {
                            code = GuidanceCode::StepAgain;
                        }
                    }
                    Turn::Failed => view.challenge_failed = true,
                }
                let state = challenge.view(now_ms, &thresholds.liveness);
                if let Some(step) = state.step.filter(|_| facts.count == 1 && turn == Turn::On) {
                    code = guidance::step(step);
                }
                hold = state.progress;
                view.challenge = Some(state);
            }
            Way::Flashing(flash, _) => {
                done = flash.push(frame, seen.face(), now_ms);
                view.flash = flash.colour(now_ms);
                code = GuidanceCode::Capturing;
                hold = 1.0;
            }
        }
        let taken = if done { self.end_stage(now_ms) } else { None };
        view.guidance = Some(self.stabiliser.push(code, now_ms, &thresholds.timing));
        view.overlay = Overlay {
            face: seen.face().map(|face| share_rect(face.bounds, frame)),
            capture_progress: hold,
            ..Overlay::default()
        };
        (view, taken)
    }

    /// The face of the newest frame that has one, and the checks of that frame.
    pub(super) fn newest(&self) -> Option<(Face, &[Check])> {
        self.newest.as_ref().map(|(face, checks)| (*face, checks.as_slice()))
    }

    /// What was kept so far, or else the best frame of late; not in the middle of steps.
    pub(super) fn take_now(&mut self) -> Option<Taken> {
        let mut shots = match &mut self.way {
            Way::Passive(selection) => best_of(selection, self.own_pitch.middle()),
            Way::Active(..) => return None,
            Way::Flashing(_, shots) => std::mem::take(shots),
        };
        if shots.is_empty() {
            shots.extend(self.recent.take().map(|(_, shot)| shot));
        }
        self.finish(shots, CaptureSource::Manual)
    }

    /// Frames are chosen: colours, where they are wanted, or the end.
    fn end_stage(&mut self, now_ms: f64) -> Option<Taken> {
        let flash = self.plan.flash.then(|| Flash::new(&self.plan.token));
        let shots: Vec<Shot> = match &mut self.way {
            Way::Passive(selection) => best_of(selection, self.own_pitch.middle()),
            Way::Active(challenge, shots) => {
                self.depth = challenge.least_depth();
                self.challenge = Some(challenge.report());
                std::mem::take(shots).into_iter().flatten().collect()
            }
            Way::Flashing(_, shots) => {
                let shots = std::mem::take(shots);
                return self.finish(shots, CaptureSource::Automatic);
            }
        };
        match flash {
            Some(mut flash) => {
                flash.begin(now_ms);
                self.way = Way::Flashing(flash, shots);
                None
            }
            None => self.finish(shots, CaptureSource::Automatic),
        }
    }

    /// What was kept is of another person.
    fn begin_anew(&mut self, thresholds: &Thresholds) {
        self.changes += 1;
        self.own_eyes = 0.0;
        self.own_pitch = Middle::default();
        self.first_good_ms = None;
        self.newest = None;
        self.recent = None;
        match &mut self.way {
            Way::Passive(selection) => selection.clear(),
            Way::Active(_, shots) => shots.clear(),
            Way::Flashing(..) => self.way = Self::new(self.plan.clone(), thresholds).way,
        }
    }

    fn keep_recent(&mut self, frame: &Frame<'_>, seen: &Seen, checks: &[Check], worth: f32, now_ms: f64) {
        let Some(face) = seen.face() else { return };
        self.newest = Some((*face, checks.to_vec()));
        if self.recent.as_ref().is_none_or(|(at_ms, kept)| kept.worth <= worth || now_ms - at_ms > RECENT_MS) {
            let old = self.recent.take().map(|(_, kept)| kept);
            self.recent = shot(old, frame, face, checks, worth).map(|kept| (now_ms, kept));
        }
    }

    fn finish(&mut self, shots: Vec<Shot>, source: CaptureSource) -> Option<Taken> {
        let first = shots.first()?;
        let mut signals = self.stream.signals(&self.camera);
        if let Ok(frame) = first.image.frame() {
            signals.extend(signals::in_picture(&frame, first.face.bounds));
        }
        signals.extend(self.depth.map(signals::planar_motion));
        if let Way::Flashing(flash, _) = &self.way {
            signals.extend(flash.signal());
        }
        let way = match (self.plan.steps, self.plan.fallback) {
            (0, true) => LivenessCaptureMode::PassiveFallback,
            (0, false) => LivenessCaptureMode::Passive,
            _ => LivenessCaptureMode::PassiveActive,
        };
        let liveness =
            LivenessReport { mode: way, challenge: self.challenge.take(), persons_seen: self.changes + 1, signals };
        taken(&shots, source, liveness)
    }

    /// Measures of the person's face in a frame.
    fn facts(&mut self, frame: &Frame<'_>, seen: &Seen, t: &FaceThresholds) -> FaceFacts {
        let mut facts = facts(frame, &seen.faces, seen.motion, t);
        if let Some(eyes) = &mut facts.quality.eyes_open {
            // Rises fast and falls slowly: a single wrong measure is forgotten.
            self.own_eyes =
                if eyes.raw > self.own_eyes { 0.7 * eyes.raw + 0.3 * self.own_eyes } else { 0.999 * self.own_eyes };
            if self.own_eyes >= LEAST_OWN_EYES {
                facts.eyes = Some((eyes.raw / self.own_eyes).min(1.0));
                if self.own_eyes < OPEN_EYES {
                    facts.quality.hold_eyes_against(self.own_eyes / OPEN_EYES);
                }
            }
        }
        facts
    }
}

/// What was kept, best first, without what is much worse than the best; by the own pitch that is known by now.
fn best_of(selection: &mut Selection<Shot>, own_pitch: f32) -> Vec<Shot> {
    let worth = |shot: &Shot| shot.worth * neutrality(&shot.face, own_pitch);
    let mut kept: Vec<Shot> = selection.finish().into_iter().map(|kept| kept.item).collect();
    sort_by_key(&mut kept, |shot| -worth(shot));
    let least = kept.first().map_or(0.0, |best| LEAST_SHARE * worth(best));
    kept.retain(|shot| worth(shot) >= least);
    kept
}

/// What a frame is worth beside others of its stream, but for the pose: the unified score, and what tells apart two frames that are both good
/// enough for it: which is sharper, which has more of the range of light on the face, and whether the portrait around the face is burnt out. The
/// network that compares faces does not mind the last (60 rendered people, dark skin exposed by 2.6 stops too much: distances of 0.14 to the
/// portrait, as when exposed rightly); people who compare do, since hair, outline and the colour of the skin are gone.
fn worth(frame: &Frame<'_>, face: &Face, quality: &FaceQuality) -> f32 {
    let range = (quality.dynamic_range.score / 100.0).powf(RANGE_POWER);
    let burnt = ((burnt_share(frame, face) - BURNT_SHARES.0) / (BURNT_SHARES.1 - BURNT_SHARES.0)).clamp(0.0, 1.0);
    quality.score * quality.sharpness.raw.max(0.0).sqrt() * range * (1.0 - BURNT_LOSS * burnt)
}

/// How far a pose is from looking straight ahead, 1 (not at all) to 0: of frames that are all good enough the straightest is wanted.
/// `own_pitch`: the person's own, since cameras stand higher or lower.
fn neutrality(face: &Face, own_pitch: f32) -> f32 {
    let away = face.yaw.powi(2) + (face.pitch - own_pitch).powi(2);
    (-away / (2.0 * NEUTRAL_DEG * NEUTRAL_DEG)).exp()
}

/// The median of the newest pitches that may be those of a straight look.
struct Middle(Vec<f32>);

impl Default for Middle {
    /// Somebody who looks straight, until the frames say more.
    fn default() -> Self {
        Self(vec![0.0; Self::BEFORE])
    }
}

impl Middle {
    const NEWEST: usize = 60;
    const BEFORE: usize = 4;

    fn push(&mut self, value: f32) {
        if value.abs() > FARTHEST_OWN_PITCH {
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
        values.get(values.len() / 2).copied().unwrap_or(0.0) * BELIEVED_PITCH
    }
}

/// In a step the head is turned and the eyes may be closed, which is what was asked for: the sharpest and best lit frame is kept.
fn sharpness_first(quality: &FaceQuality) -> f32 {
    let asked = ["yaw", "pitch", "eyesOpen", "headSize", "crop"];
    let rest = quality.components().into_iter().filter(|(name, ..)| !asked.contains(name));
    100.0 * rest.map(|(_, m, weight)| (m.score / 100.0).clamp(0.0, 1.0).powf(weight)).product::<f32>()
}

/// A picture of a face from a file: `None` without a face.
pub(super) fn judge_file(
    frame: &Frame<'_>,
    detectors: &Detectors,
    thresholds: &Thresholds,
) -> Result<Option<Taken>, CoreError> {
    let faces = detectors.faces(frame);
    let Some(face) = faces.first() else { return Ok(None) };
    // How a single picture moves, and where in the oval it lies, says nothing.
    let mut checks = facts(frame, &faces, None, &thresholds.face).checks(&thresholds.face);
    checks.retain(|check| !matches!(check.name, "maxMotion" | "maxOffset" | "minHeight" | "maxHeight"));
    let liveness = LivenessReport {
        mode: LivenessCaptureMode::File,
        challenge: None,
        persons_seen: 1,
        signals: signals::in_picture(frame, face.bounds).to_vec(),
    };
    let shots: Vec<Shot> = shot(None, frame, face, &checks, 1.0).into_iter().collect();
    Ok(taken(&shots, CaptureSource::File, liveness))
}

/// Most bytes of all pictures of a capture: they go in one request.
const MOST_BYTES: usize = 1_600_000;

fn taken(shots: &[Shot], source: CaptureSource, liveness: LivenessReport) -> Option<Taken> {
    let first = shots.first()?;
    let budget = MOST_BYTES / shots.len();
    let mut pictures: Vec<Rc<[u8]>> = Vec::with_capacity(shots.len());
    let mut size = (0, 0);
    for shot in shots {
        let file = picture::of_face(&shot.image.frame().ok()?, budget).ok()?;
        if pictures.is_empty() {
            size = (file.width, file.height);
        }
        // A stream that stands still brings the same picture again: it shows nothing new. In active liveness each has its place.
        let file: Rc<[u8]> = file.bytes.into();
        if liveness.challenge.is_some() || !pictures.contains(&file) {
            pictures.push(file);
        }
    }
    let report = CaptureReport {
        side: Side::Liveness,
        source,
        width: size.0,
        height: size.1,
        bytes: pictures.iter().map(|picture| picture.len() as u32).sum(),
        images: pictures.len() as u32,
        elapsed_ms: None,
        visible_ms: None,
        warnings: warnings(&first.checks),
        checks: first.checks.clone(),
        document_checks: Vec::new(),
        liveness: Some(liveness),
    };
    Some(Taken { capture: Capture { document: None, report }, pictures, side: None })
}

/// What the person is told of a frame that is not as it should be.
fn warnings(checks: &[Check]) -> Vec<Warning> {
    let of = |name: &str| match name {
        "minLuma" | "minFrontLight" => Some(Warning::TooDark),
        "maxLuma" => Some(Warning::TooBright),
        "maxEyeGlare" => Some(Warning::Glare),
        "minQuality" => Some(Warning::Blurred),
        _ => None,
    };
    let mut warnings = Vec::new();
    for warning in checks.iter().filter(|check| !check.passed).filter_map(|check| of(check.name)) {
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    warnings
}

/// A copy of a frame, in the memory of an older one.
fn shot(old: Option<Shot>, frame: &Frame<'_>, face: &Face, checks: &[Check], worth: f32) -> Option<Shot> {
    let mut image = old.map(|old| old.image);
    copy_into(&mut image, frame);
    Some(Shot { image: image?, face: *face, checks: checks.to_vec(), worth })
}

/// Measures of the first of these faces.
fn facts(frame: &Frame<'_>, faces: &[Face], motion: Option<f32>, t: &FaceThresholds) -> FaceFacts {
    let sure: Vec<Face> = faces.iter().filter(|face| face.score >= t.min_score).copied().collect();
    let (Some(face), Some(quality)) = (sure.first(), FaceQuality::of(frame, &sure, motion)) else {
        return FaceFacts::default();
    };
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    FaceFacts {
        count: sure.len(),
        height: face.bounds.height / height,
        offset: face.bounds.centre().distance(guide_px(TARGET, frame).centre()) / width.min(height),
        front_light: 255.0 * quality.luminance.raw / mean_luma(frame).max(1.0),
        eyes: None,
        quality,
    }
}

/// Mean luma of a frame, from a grid of its pixels.
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
