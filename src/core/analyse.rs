//! The metrics of a frame and their comparison with the thresholds. The results of MRZ and face detection are plain
//! inputs, so that this is testable without a model.

use crate::check::{Check, DocumentQualityCheck, FaceQualityCheck, Limit};
use crate::document::{DocumentQuad, find_document, finger_occlusion_ratio};
use crate::frame::Frame;
use crate::geometry::{Point, Quad, Rect};
use crate::liveness::FaceQuality;
use crate::quality::{Quality, measure};
use crate::thresholds::{DocumentThresholds, FaceThresholds};

/// The evidence that distinguishes the sides of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SideEvidence {
    /// A machine-readable zone is seen.
    pub mrz: bool,
    /// A portrait is seen.
    pub portrait: bool,
    /// What is read is not of the declared document.
    pub wrong_document: bool,
    /// It is the side that was taken before.
    pub same_side: bool,
}

/// What the expected side must show, and must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExpectedSide {
    /// It has a machine-readable zone (`Some(true)`), has none (`Some(false)`), or may have one (`None`).
    pub mrz: Option<bool>,
    /// It has a portrait, has none, or may have one.
    pub portrait: Option<bool>,
}

/// The metrics of a frame of a document capture.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentMetrics {
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
    /// Maximum displacement of a corner since the frame before, as a fraction of the diagonal; `None` in the first
    /// frame.
    pub motion: Option<f32>,
    /// Share of the outline that fingers cover.
    pub finger_occlusion: f32,
    /// What the detectors see.
    pub evidence: SideEvidence,
}

impl DocumentMetrics {
    /// Measures a frame. `guide` is in the frame's pixels; `before` is the outline in the frame before.
    pub fn measure(frame: &Frame<'_>, guide: Rect, before: Option<&Quad>, thresholds: &DocumentThresholds) -> Self {
        let document = find_document(frame).filter(|d| d.confidence >= thresholds.min_confidence);
        let part = document.map_or(guide, |d| d.quad.bounds());
        let mut metrics = Self {
            document,
            quality: measure(frame, part),
            fill: 0.0,
            offset: 0.0,
            side_ratio: 1.0,
            dpi: 0.0,
            motion: None,
            finger_occlusion: 0.0,
            evidence: SideEvidence::default(),
        };
        if let Some(d) = document {
            let p = &d.quad.0;
            metrics.fill = (part.width / guide.width).max(part.height / guide.height);
            metrics.offset = part.centre().distance(guide.centre()) / guide.width;
            let ratio = |a: f32, b: f32| (a / b).max(b / a);
            metrics.side_ratio =
                ratio(p[0].distance(p[1]), p[3].distance(p[2])).max(ratio(p[0].distance(p[3]), p[1].distance(p[2])));
            metrics.dpi = d.dpi();
            metrics.finger_occlusion = finger_occlusion_ratio(frame, &d.quad);
            let diagonal = p[0].distance(p[2]).max(1.0);
            metrics.motion = before.map(|q| max_corner_displacement(q, &d.quad) / diagonal);
        }
        metrics
    }

    /// Compares every metric with its threshold.
    pub fn checks(&self, t: &DocumentThresholds, expected: ExpectedSide) -> Vec<Check> {
        let presence = [
            (DocumentQualityCheck::Mrz, expected.mrz, self.evidence.mrz),
            (DocumentQualityCheck::Portrait, expected.portrait, self.evidence.portrait),
        ];
        let presence = presence.into_iter().filter_map(|(check, expected, present)| {
            Some(Limit::Flag(expected?).check(check, f32::from(u8::from(present))))
        });
        let of_frame = DocumentQualityCheck::ALL
            .iter()
            .filter_map(|check| Some(check.limit(t)?.check(*check, self.value(*check)?)));
        of_frame.chain(presence).collect()
    }

    /// Returns the raw value of a check, or `None` if it is not a metric of a single frame.
    fn value(&self, check: DocumentQualityCheck) -> Option<f32> {
        use DocumentQualityCheck as C;
        let flag = |set: bool| f32::from(u8::from(set));
        Some(match check {
            C::MinConfidence => self.document.map_or(0.0, |d| d.confidence),
            C::FullyInside => flag(self.document.is_some_and(|d| d.fully_inside)),
            C::MinFill | C::MaxFill => self.fill,
            C::MinDpi => self.dpi,
            C::MaxOffset => self.offset,
            C::MaxSideRatio => self.side_ratio - 1.0,
            C::MinSharpness => self.quality.sharpness,
            C::MaxGlareBlob => self.quality.glare.largest,
            C::MinLuma => self.quality.mean_luma,
            C::MaxBrightShare => self.quality.bright_share,
            C::MaxMotion => self.motion.unwrap_or(1.0),
            C::MaxFingers => self.finger_occlusion,
            C::WrongDocument => flag(self.evidence.wrong_document),
            C::SameSide => flag(self.evidence.same_side),
            C::Mrz | C::Portrait | C::MrzCheckDigits | C::Proportions | C::Barcode => return None,
        })
    }
}

/// The metrics of a frame of a face capture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FaceMetrics {
    /// Faces of at least the least score.
    pub count: usize,
    /// Height of the person's face as a share of the frame's height.
    pub height: f32,
    /// From the oval's centre to the face's, as a share of the frame's shorter side.
    pub offset: f32,
    /// Mean luma of the face over that of the whole frame.
    pub front_light: f32,
    /// Opening of the eyes as a share of the person's own; `None` if it cannot be measured.
    pub eyes: Option<f32>,
    /// Every measure of quality; zeros without a face.
    pub quality: FaceQuality,
}

impl FaceMetrics {
    /// Mean luma on the face, 0–255.
    pub fn mean_luma(&self) -> f32 {
        255.0 * self.quality.luminance.raw
    }

    /// Compares every metric with its threshold.
    pub fn checks(&self, t: &FaceThresholds) -> Vec<Check> {
        FaceQualityCheck::ALL.iter().map(|check| check.limit(t).check(*check, self.value(*check))).collect()
    }

    /// Returns the raw value of a check.
    fn value(&self, check: FaceQualityCheck) -> f32 {
        use FaceQualityCheck as C;
        let q = &self.quality;
        match check {
            C::Faces => self.count as f32,
            C::MinHeight | C::MaxHeight => self.height,
            C::MaxOffset => self.offset,
            C::MaxYawDeg => q.yaw.raw.abs(),
            C::MaxPitchDeg => q.pitch.raw.abs(),
            C::MaxRollDeg => q.roll.raw.abs(),
            C::MinLuma | C::MaxLuma => self.mean_luma(),
            C::MinUniformity => q.illumination_uniformity.raw,
            C::MinFrontLight => self.front_light,
            C::MaxEyeGlare => q.eye_glare.raw,
            C::MinEyesOpen => self.eyes.unwrap_or(1.0),
            C::MinQuality => q.score,
            C::MaxMotion => q.motion.map_or(1.0, |motion| motion.raw),
        }
    }
}

/// Returns the maximum distance of a corner from its nearest corner before, since the first corner may change.
fn max_corner_displacement(before: &Quad, now: &Quad) -> f32 {
    let nearest = |p: &Point| before.0.iter().map(|q| p.distance(*q)).fold(f32::MAX, f32::min);
    now.0.iter().map(nearest).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::QualityCheck;

    #[test]
    fn empty_frame_fails_every_presence_check() {
        let grey = [90u8; 320 * 200];
        let frame = Frame::luma(&grey, 320, 200).unwrap();
        let guide = Rect { x: 20.0, y: 20.0, width: 280.0, height: 160.0 };
        let t = DocumentThresholds::default();
        let metrics = DocumentMetrics::measure(&frame, guide, None, &t);
        assert_eq!((metrics.document, metrics.motion), (None, None));
        let failed: Vec<_> = metrics
            .checks(&t, ExpectedSide { mrz: Some(true), portrait: None })
            .into_iter()
            .filter(|c| !c.passed)
            .map(|c| c.name)
            .collect();
        use DocumentQualityCheck as C;
        for name in [C::MinConfidence, C::FullyInside, C::MinFill, C::MinDpi, C::MinSharpness, C::MaxMotion, C::Mrz]
            .map(QualityCheck::from)
        {
            assert!(failed.contains(&name), "{name:?} is not among {failed:?}");
        }
    }
}
