//! A frame's measures, and what they mean against the thresholds. What the detectors of text and faces see comes in as
//! plain facts, so that this can be tested without a model.

use crate::check::Check;
use crate::document::{DocumentQuad, find_document, fingers};
use crate::frame::Frame;
use crate::geometry::{Point, Quad, Rect};
use crate::liveness::FaceQuality;
use crate::quality::{Quality, measure};
use crate::thresholds::{DocumentThresholds, FaceThresholds};

/// What tells a document's sides apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Evidence {
    /// A machine-readable zone is seen.
    pub mrz: bool,
    /// A portrait is seen.
    pub portrait: bool,
    /// What is read is not of the declared document.
    pub wrong_document: bool,
    /// It is the side that was taken before.
    pub same_side: bool,
}

/// What the wanted side must show, and must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// It has a machine-readable zone (`Some(true)`), has none (`Some(false)`), or may have one (`None`).
    pub mrz: Option<bool>,
    /// It has a portrait, has none, or may have one.
    pub portrait: Option<bool>,
}

/// Measures of a frame that shows, or does not show, a document.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentFacts {
    /// The outline, if it is confident enough.
    pub document: Option<DocumentQuad>,
    /// Of the document, or of the guide where there is none.
    pub quality: Quality,
    /// The larger share of the guide's width and height that the document takes.
    pub fill: f32,
    /// From the guide's centre to the document's, as a share of the guide's width.
    pub offset: f32,
    /// The larger ratio of two opposite sides, at least 1.
    pub side_ratio: f32,
    /// Dots per inch on the document.
    pub dpi: f32,
    /// The farthest movement of a corner since the frame before, as a share of the diagonal; `None` in the first frame.
    pub motion: Option<f32>,
    /// Share of the outline that fingers cover.
    pub fingers: f32,
    /// What the detectors see.
    pub evidence: Evidence,
}

impl DocumentFacts {
    /// Measures a frame. `guide` is in the frame's pixels; `before` is the outline in the frame before.
    pub fn of(frame: &Frame<'_>, guide: Rect, before: Option<&Quad>, thresholds: &DocumentThresholds) -> Self {
        let document = find_document(frame).filter(|d| d.confidence >= thresholds.min_confidence);
        let part = document.map_or(guide, |d| d.quad.bounds());
        let mut facts = Self {
            document,
            quality: measure(frame, part),
            fill: 0.0,
            offset: 0.0,
            side_ratio: 1.0,
            dpi: 0.0,
            motion: None,
            fingers: 0.0,
            evidence: Evidence::default(),
        };
        if let Some(d) = document {
            let p = &d.quad.0;
            facts.fill = (part.width / guide.width).max(part.height / guide.height);
            facts.offset = part.centre().distance(guide.centre()) / guide.width;
            let ratio = |a: f32, b: f32| (a / b).max(b / a);
            facts.side_ratio =
                ratio(p[0].distance(p[1]), p[3].distance(p[2])).max(ratio(p[0].distance(p[3]), p[1].distance(p[2])));
            facts.dpi = d.dpi();
            facts.fingers = fingers(frame, &d.quad);
            let diagonal = p[0].distance(p[2]).max(1.0);
            facts.motion = before.map(|q| farthest(q, &d.quad) / diagonal);
        }
        facts
    }

    /// Every check against its threshold; a document must have been found.
    pub fn checks(&self, t: &DocumentThresholds, wanted: Wanted) -> Vec<Check> {
        let found = self.document.map_or(0.0, |d| d.confidence);
        let inside = self.document.is_some_and(|d| d.fully_inside);
        let mut checks = vec![
            at_least("minConfidence", found, t.min_confidence, 1.0),
            at_least("fullyInside", f32::from(u8::from(inside)), 1.0, 1.0),
            at_least("minFill", self.fill, t.min_fill, 1.0),
            at_most("maxFill", self.fill, t.max_fill),
            at_least("minDpi", self.dpi, t.min_dpi, t.min_dpi * 2.0),
            at_most("maxOffset", self.offset, t.max_offset),
            at_most("maxSideRatio", self.side_ratio - 1.0, t.max_side_ratio - 1.0),
            at_least("minSharpness", self.quality.sharpness, t.min_sharpness, t.min_sharpness * 2.0),
            at_most("maxGlareBlob", self.quality.glare.largest, t.max_glare_blob),
            at_least("minLuma", self.quality.mean_luma, t.min_luma, 140.0),
            at_most("maxBrightShare", self.quality.bright_share, t.max_bright_share),
            at_most("maxMotion", self.motion.unwrap_or(1.0), t.max_motion),
            at_most("maxFingers", self.fingers, t.max_fingers),
            never("wrongDocument", self.evidence.wrong_document),
            never("sameSide", self.evidence.same_side),
        ];
        for (name, wanted, seen) in
            [("mrz", wanted.mrz, self.evidence.mrz), ("portrait", wanted.portrait, self.evidence.portrait)]
        {
            if let Some(wanted) = wanted {
                let fits = f32::from(u8::from(wanted == seen));
                checks.push(Check {
                    name,
                    value: f32::from(u8::from(seen)),
                    score: fits,
                    threshold: f32::from(u8::from(wanted)),
                    passed: wanted == seen,
                });
            }
        }
        checks
    }
}

/// Measures of a frame that shows, or does not show, a face.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FaceFacts {
    /// Faces of at least the least score.
    pub count: usize,
    /// Height of the person's face as a share of the frame's height.
    pub height: f32,
    /// From the oval's centre to the face's, as a share of the frame's shorter side.
    pub offset: f32,
    /// Mean luma of the face over that of the whole frame.
    pub front_light: f32,
    /// Opening of the eyes as a share of the person's own; `None` where it cannot be told.
    pub eyes: Option<f32>,
    /// Every measure of quality; zeros without a face.
    pub quality: FaceQuality,
}

impl FaceFacts {
    /// Mean luma on the face, 0–255.
    pub fn mean_luma(&self) -> f32 {
        255.0 * self.quality.luminance.raw
    }

    /// Every check against its threshold.
    pub fn checks(&self, t: &FaceThresholds) -> Vec<Check> {
        let q = &self.quality;
        vec![
            Check {
                name: "faces",
                value: self.count as f32,
                score: f32::from(u8::from(self.count == 1)),
                threshold: 1.0,
                passed: self.count == 1,
            },
            at_least("minHeight", self.height, t.min_height, t.min_height * 2.0),
            at_most("maxHeight", self.height, t.max_height),
            at_most("maxOffset", self.offset, t.max_offset),
            at_most("maxYawDeg", q.yaw.raw.abs(), t.max_yaw_deg),
            at_most("maxPitchDeg", q.pitch.raw.abs(), t.max_pitch_deg),
            at_most("maxRollDeg", q.roll.raw.abs(), t.max_roll_deg),
            at_least("minLuma", self.mean_luma(), t.min_luma, 130.0),
            at_most("maxLuma", self.mean_luma(), t.max_luma),
            at_least("minUniformity", q.illumination_uniformity.raw, t.min_uniformity, 1.0),
            at_least("minFrontLight", self.front_light, t.min_front_light, 1.0),
            at_most("maxEyeGlare", q.eye_glare.raw, t.max_eye_glare),
            at_least("minEyesOpen", self.eyes.unwrap_or(1.0), t.min_eyes_open, 1.0),
            at_least("minQuality", q.score, t.min_quality, 100.0),
            at_most("maxMotion", q.motion.map_or(1.0, |m| m.raw), t.max_motion),
        ]
    }
}

/// The score is 0.5 at the threshold, 0 at nothing, 1 at `best`.
fn at_least(name: &'static str, value: f32, threshold: f32, best: f32) -> Check {
    let score = if value < threshold || best <= threshold {
        0.5 * value / threshold.max(1e-6)
    } else {
        0.5 + 0.5 * (value - threshold) / (best - threshold)
    };
    let passed = value >= threshold;
    let score = if passed && best <= threshold { 1.0 } else { score.clamp(0.0, 1.0) };
    Check { name, value, score, threshold, passed }
}

/// What must not be.
fn never(name: &'static str, seen: bool) -> Check {
    let value = f32::from(u8::from(seen));
    Check { name, value, score: 1.0 - value, threshold: 0.0, passed: !seen }
}

/// The score is 1 at nothing, 0.5 at the threshold, 0 at twice the threshold.
fn at_most(name: &'static str, value: f32, threshold: f32) -> Check {
    let score = (1.0 - 0.5 * value / threshold.max(1e-6)).clamp(0.0, 1.0);
    Check { name, value, score, threshold, passed: value <= threshold }
}

/// The farthest that a corner is from its nearest corner before (a document may be named from another corner).
fn farthest(before: &Quad, now: &Quad) -> f32 {
    let nearest = |p: &Point| before.0.iter().map(|q| p.distance(*q)).fold(f32::MAX, f32::min);
    now.0.iter().map(nearest).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_half_at_the_threshold() {
        for check in [at_least("x", 10.0, 10.0, 30.0), at_most("x", 10.0, 10.0)] {
            assert!(check.passed && (check.score - 0.5).abs() < 1e-6, "{check:?}");
        }
        assert_eq!(at_least("x", 30.0, 10.0, 30.0).score, 1.0);
        assert_eq!(at_least("x", 1.0, 1.0, 1.0).score, 1.0);
        assert!(!at_least("x", 9.9, 10.0, 30.0).passed);
        assert_eq!(at_most("x", 0.0, 10.0).score, 1.0);
        assert_eq!(at_most("x", 99.0, 10.0).score, 0.0);
    }

    #[test]
    fn an_empty_frame_passes_no_check_of_presence() {
        let grey = [90u8; 320 * 200];
        let frame = Frame::luma(&grey, 320, 200).unwrap();
        let guide = Rect { x: 20.0, y: 20.0, width: 280.0, height: 160.0 };
        let t = DocumentThresholds::default();
        let facts = DocumentFacts::of(&frame, guide, None, &t);
        assert_eq!((facts.document, facts.motion), (None, None));
        let failed: Vec<_> = facts
            .checks(&t, Wanted { mrz: Some(true), portrait: None })
            .into_iter()
            .filter(|c| !c.passed)
            .map(|c| c.name)
            .collect();
        for name in ["minConfidence", "fullyInside", "minFill", "minDpi", "minSharpness", "maxMotion", "mrz"] {
            assert!(failed.contains(&name), "{name} is not among {failed:?}");
        }
    }
}
