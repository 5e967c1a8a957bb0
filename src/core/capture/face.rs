//! The capture of the person's face: the best frames, apart in time.

use std::rc::Rc;

use super::detectors::Detectors;
use super::{Taken, Target, copy_into, guide_px, picture, share_rect};
use crate::core::analyse::FaceFacts;
use crate::core::encode::Image;
use crate::core::error::CoreError;
use crate::core::face::Face;
use crate::core::frame::Frame;
use crate::core::geometry::{Point, Rect};
use crate::core::guidance::{self, Stabiliser};
use crate::core::numeric::sort_by_key;
use crate::core::quality::measure;
use crate::core::session::{Capture, CaptureReport, CaptureSource, Check, FrameView, Overlay, Side};
use crate::core::thresholds::{FaceThresholds, Thresholds};

/// Where the face belongs.
const TARGET: Target = Target { side: Side::Liveness, kind: None };

/// A frame that is worth sending.
struct Good {
    picture: Rc<[u8]>,
    size: (u32, u32),
    checks: Vec<Check>,
    /// The worst check's score: what frames are compared by.
    score: f32,
}

/// A capture under way: the best frame of each slot of time, until there are enough slots.
#[derive(Default)]
pub(super) struct FaceCapture {
    stabiliser: Stabiliser,
    before: Option<(Point, f32)>,
    newest: Option<Image>,
    newest_checks: Option<Vec<Check>>,
    slot_since: Option<f64>,
    best: Option<Image>,
    best_checks: Vec<Check>,
    good: Vec<Good>,
}

impl FaceCapture {
    pub(super) fn push(
        &mut self,
        frame: &Frame<'_>,
        now_ms: f64,
        detectors: &Detectors,
        thresholds: &Thresholds,
    ) -> (FrameView, Option<Taken>) {
        let t = &thresholds.face;
        let faces = detectors.faces(frame, None);
        let facts = facts(frame, &faces, self.before, t);
        self.before = faces.first().map(|face| (face.bounds.centre(), face.bounds.height));
        let checks = facts.checks(t);
        if facts.count >= 1 {
            copy_into(&mut self.newest, frame);
            self.newest_checks = Some(checks.clone());
        }
        if checks.iter().all(|check| check.passed) {
            self.consider(frame, checks, now_ms);
        }
        let wanted = thresholds.timing.face_frames.max(1) as usize;
        if self.slot_since.is_some_and(|since| now_ms - since >= thresholds.timing.face_gap_ms) {
            self.close_slot();
        }
        let part = self.slot_since.map_or(0.0, |since| (now_ms - since) / thresholds.timing.face_gap_ms.max(1.0));
        let hold = ((self.good.len() as f64 + part.clamp(0.0, 1.0)) / wanted as f64).min(1.0) as f32;
        let view = FrameView {
            guidance: Some(self.stabiliser.push(guidance::face(&facts, t), now_ms, &thresholds.timing)),
            overlay: Overlay {
                quad: None,
                mrz: Vec::new(),
                glare: None,
                sharpness: None,
                face: faces.first().map(|face| share_rect(face.bounds, frame)),
                hold,
            },
        };
        let taken = if self.good.len() >= wanted { self.finish(CaptureSource::Automatic) } else { None };
        (view, taken)
    }

    /// The newest frame with a face, and what was kept before it.
    pub(super) fn take_now(&mut self) -> Option<Taken> {
        self.close_slot();
        if self.good.is_empty() {
            let (image, checks) = (self.newest.as_ref()?, self.newest_checks.clone()?);
            self.good.push(encoded(&image.frame().ok()?, checks).ok()?);
        }
        self.finish(CaptureSource::Manual)
    }

    fn consider(&mut self, frame: &Frame<'_>, checks: Vec<Check>, now_ms: f64) {
        if self.slot_since.is_none() {
            self.slot_since = Some(now_ms);
        }
        if self.best_checks.is_empty() || worst(&checks) > worst(&self.best_checks) {
            copy_into(&mut self.best, frame);
            self.best_checks = checks;
        }
    }

    /// The best frame of the time that has passed becomes a picture.
    fn close_slot(&mut self) {
        self.slot_since = None;
        let checks = std::mem::take(&mut self.best_checks);
        if let Some(image) = self.best.as_ref().filter(|_| !checks.is_empty())
            && let Ok(good) = image.frame().and_then(|frame| encoded(&frame, checks))
            // A stream that stands still or loops brings the same picture again: it shows nothing new.
            && !self.good.iter().any(|kept| kept.picture == good.picture)
        {
            self.good.push(good);
        }
    }

    fn finish(&mut self, source: CaptureSource) -> Option<Taken> {
        let mut good = std::mem::take(&mut self.good);
        sort_by_key(&mut good, |g| -g.score);
        taken(good, source)
    }
}

/// A picture of a face from a file: `None` without a face.
pub(super) fn judge_file(
    frame: &Frame<'_>,
    detectors: &Detectors,
    thresholds: &Thresholds,
) -> Result<Option<Taken>, CoreError> {
    let faces = detectors.faces(frame, None);
    if faces.is_empty() {
        return Ok(None);
    }
    // How a single picture moves, and where in the oval it lies, says nothing.
    let mut checks = facts(frame, &faces, None, &thresholds.face).checks(&thresholds.face);
    checks.retain(|check| !matches!(check.name, "maxMotion" | "maxOffset" | "minHeight" | "maxHeight"));
    Ok(taken(vec![encoded(frame, checks)?], CaptureSource::File))
}

fn taken(good: Vec<Good>, source: CaptureSource) -> Option<Taken> {
    let first = good.first()?;
    let report = CaptureReport {
        side: Side::Liveness,
        source,
        width: first.size.0,
        height: first.size.1,
        bytes: good.iter().map(|good| good.picture.len() as u32).sum(),
        images: good.len() as u32,
        elapsed_ms: None,
        visible_ms: None,
        checks: first.checks.clone(),
        warnings: Vec::new(),
        document_checks: Vec::new(),
    };
    let pictures = good.into_iter().map(|good| good.picture).collect();
    Some(Taken { capture: Capture { document: None, report }, pictures, side: None })
}

fn encoded(frame: &Frame<'_>, checks: Vec<Check>) -> Result<Good, CoreError> {
    let encoded = picture::of_face(frame)?;
    let score = worst(&checks);
    Ok(Good { picture: encoded.bytes.into(), size: (encoded.width, encoded.height), checks, score })
}

fn worst(checks: &[Check]) -> f32 {
    checks.iter().map(|check| check.score).fold(1.0, f32::min)
}

/// Measures of the best face of a frame.
fn facts(frame: &Frame<'_>, faces: &[Face], before: Option<(Point, f32)>, t: &FaceThresholds) -> FaceFacts {
    let sure: Vec<&Face> = faces.iter().filter(|face| face.score >= t.min_score).collect();
    let Some(face) = sure.first() else { return FaceFacts::default() };
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    let bounds = clipped(face.bounds, width, height);
    let quality = measure(frame, bounds);
    let centre = face.bounds.centre();
    FaceFacts {
        count: sure.len(),
        height: face.bounds.height / height,
        offset: centre.distance(guide_px(TARGET, frame).centre()) / width.min(height),
        yaw: face.yaw,
        pitch: face.pitch,
        roll: face.roll,
        mean_luma: quality.mean_luma,
        motion: before.map(|(was, tall)| was.distance(centre) / tall.max(1.0)),
        quality: combined(face, quality.sharpness, quality.dark_share, quality.bright_share),
    }
}

/// Quality of a face, 0–100: the product of what ISO/IEC 29794-5 (in OFIQ's mappings) asks for: pixels between the eyes
/// (sigmoid at 70 px, width 20), the head's turn (squared cosines), exposure (under- and over-exposed shares), and focus
/// (saturating at 0.1 of [`crate::core::quality::Quality::sharpness`]; measured: a portrait enlarged threefold has 0.035).
fn combined(face: &Face, sharpness: f32, dark_share: f32, bright_share: f32) -> f32 {
    let eyes = 1.0 / (1.0 + (-(face.inter_eye() - 70.0) / 20.0).exp());
    let turn = [face.yaw, face.pitch, face.roll].iter().map(|angle| angle.to_radians().cos().powi(2)).product::<f32>();
    let exposure = (1.0 - dark_share).clamp(0.0, 1.0) * (1.0 - bright_share).clamp(0.0, 1.0);
    let focus = (sharpness / 0.1).clamp(0.0, 1.0);
    // Eyes closer than 70 px weaken a picture and do not spoil it: a floor of one half.
    100.0 * (0.5 + 0.5 * eyes) * turn * exposure * focus.sqrt()
}

fn clipped(r: Rect, width: f32, height: f32) -> Rect {
    let (x0, y0) = (r.x.clamp(0.0, width - 1.0), r.y.clamp(0.0, height - 1.0));
    let (x1, y1) = ((r.x + r.width).clamp(x0 + 1.0, width), (r.y + r.height).clamp(y0 + 1.0, height));
    Rect { x: x0, y: y0, width: x1 - x0, height: y1 - y0 }
}
