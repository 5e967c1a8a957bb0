//! The metrics of a frame and their comparison with the thresholds. The results of MRZ and face detection are plain
//! inputs, so that this is testable without a model.

use crate::check::{Check, DocumentQualityCheck, FaceQualityCheck, Limit};
use crate::document::{DocumentQuad, find_document, finger_occlusion_ratio};
use crate::frame::{Frame, PixelFormat};
use crate::geometry::{Point, Quad, Rect};
use crate::liveness::FaceQuality;
use crate::quality::{Quality, measure};
use crate::thresholds::{DocumentThresholds, FaceThresholds};

/// What a detector knows of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Evidence {
    /// It has not looked (its model is not loaded), or not at enough frames in which it would have found the feature.
    #[default]
    Unknown,
    /// It has looked, and found nothing.
    Absent,
    /// It has found the feature.
    Present,
}

impl Evidence {
    /// The evidence of one image: whether the feature was found, or `None` if nothing looked for it.
    pub fn of_image(found: Option<bool>) -> Self {
        match found {
            None => Self::Unknown,
            Some(false) => Self::Absent,
            Some(true) => Self::Present,
        }
    }

    /// Returns whether the feature was found.
    pub fn is_present(self) -> bool {
        self == Self::Present
    }
}

/// The evidence that distinguishes the sides of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SideEvidence {
    /// A machine-readable zone.
    pub mrz: Evidence,
    /// A portrait.
    pub portrait: Evidence,
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
    /// It is the data page of a booklet: there is no other side, but there are other pages.
    pub booklet: bool,
}

/// The side of a document that is farther from the camera than its opposite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FarSide {
    /// The upper side in the frame.
    Top,
    /// The lower side.
    Bottom,
    /// The left side.
    Left,
    /// The right side.
    Right,
}

/// The metrics of a frame of a document capture.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentMetrics {
    /// The outline, if it is confident enough.
    pub document: Option<DocumentQuad>,
    /// Of the document, or of the guide where there is none.
    pub quality: Quality,
    /// Mean luma of the whole frame, 0–255: a dark document in good light is not in the dark.
    pub scene_luma: f32,
    /// The larger share of the guide's width and height that the document takes.
    pub fill: f32,
    /// From the guide's centre to the document's, as a share of the guide's width.
    pub offset: f32,
    /// The same with its direction: to the right and down are positive.
    pub displacement: Point,
    /// The larger ratio of two opposite sides, at least 1.
    pub side_ratio: f32,
    /// The shorter of these two sides.
    pub far_side: FarSide,
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
    /// Finds the document in a frame and measures it. `guide` is in the frame's pixels; `before` is the outline in the
    /// frame before.
    pub fn measure(frame: &Frame<'_>, guide: Rect, before: Option<&Quad>, thresholds: &DocumentThresholds) -> Self {
        let document = find_document(frame).filter(|d| d.confidence >= thresholds.min_confidence);
        Self::of(frame, guide, document, before)
    }

    /// Measures a document in a frame; without one, the guide.
    pub fn of(frame: &Frame<'_>, guide: Rect, document: Option<DocumentQuad>, before: Option<&Quad>) -> Self {
        let part = document.map_or(guide, |d| d.quad.bounds());
        let mut metrics = Self {
            document,
            quality: measure(frame, part),
            scene_luma: mean_luma(frame),
            fill: 0.0,
            offset: 0.0,
            displacement: Point::default(),
            side_ratio: 1.0,
            far_side: FarSide::Top,
            dpi: 0.0,
            motion: None,
            finger_occlusion: 0.0,
            evidence: SideEvidence::default(),
        };
        if let Some(d) = document {
            let guide = guide_as_held(guide, part, frame);
            metrics.fill = (part.width / guide.width).max(part.height / guide.height);
            let (from, to) = (guide.centre(), part.centre());
            let unit = guide.width.max(guide.height);
            metrics.displacement = Point::new((to.x - from.x) / unit, (to.y - from.y) / unit);
            metrics.offset = from.distance(to) / unit;
            (metrics.side_ratio, metrics.far_side) = slant(&d.quad);
            metrics.dpi = d.dpi();
            metrics.finger_occlusion = finger_occlusion_ratio(frame, &d.quad);
            metrics.motion = before.map(|q| relative_displacement(q, &d.quad));
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
            Some(Limit::Flag(expected?).check(check, f32::from(u8::from(present.is_present()))))
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
    /// The same by direction: right and down of the frame are positive.
    pub displacement: Point,
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

/// The resolution that a document of this width has if it fills this guide, dots per inch.
pub fn guide_dpi(guide: Rect, width_mm: f32) -> f32 {
    guide.width.max(guide.height) / width_mm * 25.4
}

impl DocumentThresholds {
    /// The thresholds that a camera can meet: a document that fills the guide well must not be too coarse.
    /// `guide_dpi`: the resolution of a document that fills the guide ([`guide_dpi`]).
    pub fn within_reach(&self, guide_dpi: f32) -> Self {
        /// Share of the guide that a person fills without effort.
        const COMFORTABLE_FILL: f32 = 0.75;
        Self { min_dpi: self.min_dpi.min(COMFORTABLE_FILL * guide_dpi), ..self.clone() }
    }
}

/// Returns the mean luma of a frame, 0–255, from a coarse grid of its pixels.
fn mean_luma(frame: &Frame<'_>) -> f32 {
    const ACROSS: usize = 48;
    const DOWN: usize = 32;
    let bytes = frame.format().bytes_per_pixel();
    let mut sum = 0u32;
    for j in 0..DOWN {
        for i in 0..ACROSS {
            let (x, y) = ((2 * i + 1) * frame.width() / (2 * ACROSS), (2 * j + 1) * frame.height() / (2 * DOWN));
            let pixel = &frame.data()[(y * frame.width() + x) * bytes..][..bytes];
            sum += match frame.format() {
                PixelFormat::Luma => u32::from(pixel[0]),
                PixelFormat::Rgba => {
                    (77 * u32::from(pixel[0]) + 150 * u32::from(pixel[1]) + 29 * u32::from(pixel[2])) / 256
                }
            };
        }
    }
    sum as f32 / (ACROSS * DOWN) as f32
}

/// Returns the guide turned by a quarter if the document is held so: as large as the frame allows.
fn guide_as_held(guide: Rect, document: Rect, frame: &Frame<'_>) -> Rect {
    if (document.height > document.width) == (guide.height > guide.width) {
        return guide;
    }
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    let share = (guide.width / width).max(guide.height / height);
    let scale = (share * width / guide.height).min(share * height / guide.width);
    let (w, h) = (guide.height * scale, guide.width * scale);
    let centre = guide.centre();
    Rect { x: centre.x - w / 2.0, y: centre.y - h / 2.0, width: w, height: h }
}

/// Returns the larger ratio of two opposite sides, and which of the two is the shorter one.
fn slant(quad: &Quad) -> (f32, FarSide) {
    let p = &quad.0;
    let side = |i: usize| (p[i].distance(p[(i + 1) % 4]).max(1e-6), p[i].lerp(p[(i + 1) % 4], 0.5));
    let ratio = |i: usize| {
        let ((a, at_a), (b, at_b)) = (side(i), side(i + 2));
        if a < b { (b / a, at_a, at_b) } else { (a / b, at_b, at_a) }
    };
    let (first, second) = (ratio(0), ratio(1));
    let (ratio, short, long) = if first.0 >= second.0 { first } else { second };
    let (dx, dy) = (short.x - long.x, short.y - long.y);
    let far = match (dx.abs() > dy.abs(), dx > 0.0, dy > 0.0) {
        (true, true, _) => FarSide::Right,
        (true, false, _) => FarSide::Left,
        (false, _, true) => FarSide::Bottom,
        (false, _, false) => FarSide::Top,
    };
    (ratio, far)
}

/// Returns the maximum distance of a corner from its nearest corner before, since the first corner may change, as a
/// fraction of the diagonal.
pub fn relative_displacement(before: &Quad, now: &Quad) -> f32 {
    let nearest = |p: &Point| before.0.iter().map(|q| p.distance(*q)).fold(f32::MAX, f32::min);
    now.0.iter().map(nearest).fold(0.0, f32::max) / now.0[0].distance(now.0[2]).max(1.0)
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
            .checks(&t, ExpectedSide { mrz: Some(true), ..ExpectedSide::default() })
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
