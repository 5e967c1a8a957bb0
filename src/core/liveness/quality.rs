//! Face image quality in the terms of ISO/IEC 29794-5:2025, with the mappings of BSI OFIQ where they are published:
//! each measure as a raw value and a component score of 0–100.

use serde::Serialize;

use super::features;
use super::patch::{self, FaceAxes};
use crate::face::Face;
use crate::frame::{Frame, LumaImage};
use crate::geometry::Point;
use crate::quality::{BRIGHT, sharpness_of};

/// A quality measure (ISO/IEC 29794-5).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Measure {
    /// Native value, in the unit of the measure.
    pub raw: f32,
    /// 0 (useless) to 100 (ideal).
    pub score: f32,
}

/// The quality of a face image, in the terms of ISO/IEC 29794-5. The unified score is `100 · Π (score / 100)^weight`;
/// `headSize` and `crop`, which apply to printed portraits, have weight 0.
///
/// The unified score is `100 · Π (score_i / 100)^weight_i` over the weights of [`FaceQuality::components`]: a single
/// measure that is useless makes the frame useless, and measures that only matter for a printed portrait (size and
/// crop) weigh nothing.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FaceQuality {
    /// The 99th percentile of the Laplacian divided by the contrast, of the face at 192 pixels, 0–1. Measured: rendered
    /// and real faces in focus 0.10 and more, a real one enlarged threefold 0.04.
    pub sharpness: Measure,
    /// Share of the face with luma 247–255, 0–1.
    pub over_exposure: Measure,
    /// Share of the face with luma 0–25, 0–1.
    pub under_exposure: Measure,
    /// Mean luma of the face, 0–1; good between 0.2 and 0.8.
    pub luminance: Measure,
    /// Entropy of the luma histogram, bits, 0–8.
    pub dynamic_range: Measure,
    /// Intersection of the luma histograms of both halves, 0–1.
    pub illumination_uniformity: Measure,
    /// Distance between the eyes divided by the cosine of the yaw, pixels.
    pub inter_eye_distance: Measure,
    /// Distance from the eyes to the chin, as a share of the image's height; a portrait requires 0.45.
    pub head_size: Measure,
    /// Minimum margin around the eyes, as a share of what a portrait requires.
    pub crop: Measure,
    /// Yaw, degrees.
    pub yaw: Measure,
    /// Pitch, degrees.
    pub pitch: Measure,
    /// Roll, degrees.
    pub roll: Measure,
    /// Ratio of the second largest face's area to the largest one's, 0–1.
    pub single_face: Measure,
    /// Distance between the eyelids, in inter-eye distances; absent if it cannot be measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eyes_open: Option<Measure>,
    /// Distance between the lips, in inter-eye distances; absent if it cannot be measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mouth_closed: Option<Measure>,
    /// Share of the eye region that is a specular reflection, 0–1.
    pub eye_glare: Measure,
    /// In a stream: displacement since the previous frame, in face heights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motion: Option<Measure>,
    /// The unified score, 0–100.
    pub score: f32,
}

/// A component of the unified score: its name as in JSON, its measure, its weight.
pub type Component = (&'static str, Measure, f32);

impl FaceQuality {
    /// Measures the first of `faces`, which are those of the frame with the best first. `motion`: how far it moved
    /// since the frame before, as a share of its height. `None` without a face.
    pub fn measure(frame: &Frame<'_>, faces: &[Face], motion: Option<f32>) -> Option<Self> {
        let (face, others) = faces.split_first()?;
        let cut = patch::crop(frame, face);
        let light = Illumination::measure(&cut);
        let mut quality = Self {
            sharpness: saturating(sharpness_of(&cut, light.contrast), 0.10),
            over_exposure: over_exposed(light.bright),
            under_exposure: Measure {
                raw: light.dark,
                score: percent(1.0 - sigmoid(light.dark, 0.30, 0.08)) / (1.0 - sigmoid(0.0, 0.30, 0.08)),
            },
            luminance: Measure {
                raw: light.mean,
                score: percent(sigmoid(light.mean, 0.2, 0.05) * (1.0 - sigmoid(light.mean, 0.8, 0.05))),
            },
            dynamic_range: Measure { raw: light.entropy, score: (12.5 * light.entropy).clamp(0.0, 100.0) },
            illumination_uniformity: Measure {
                raw: light.uniformity,
                score: percent(light.uniformity.max(0.0).powf(0.3)),
            },
            single_face: single(face, others),
            yaw: turned(face.yaw),
            pitch: turned(face.pitch),
            roll: turned(face.roll),
            eyes_open: features::eye_aperture(frame, face).map(|raw| open_eyes(raw, 1.0)),
            mouth_closed: features::mouth_opening(frame, face).map(|raw| Measure {
                raw,
                score: percent(1.0 - sigmoid(raw, 0.2, 0.06)) / (1.0 - sigmoid(0.0, 0.2, 0.06)),
            }),
            eye_glare: glare(features::eye_glare(frame, face)),
            motion: motion.map(|raw| Measure { raw, score: percent(1.0 - sigmoid(raw, 0.06, 0.015)) }),
            ..Self::default()
        };
        quality.place(frame, face);
        quality.score = unified(&quality.components());
        Some(quality)
    }

    /// Size and place of the head.
    fn place(&mut self, frame: &Frame<'_>, face: &Face) {
        let inter_eye = face.inter_eye() / face.yaw.to_radians().cos().max(0.5);
        self.inter_eye_distance = Measure { raw: inter_eye, score: percent(sigmoid(inter_eye, 70.0, 20.0)) };
        // The chin lies about as far below the mouth as the mouth lies below the nose (neoclassical thirds: Farkas
        // 1994).
        let axes = FaceAxes::new(face, face.eye_middle());
        let below = |i: usize| axes.face_position(face.keypoints[i]).1;
        let to_chin = (2.0 * below(3) - below(2)).max(1.0);
        let share = to_chin / frame.height() as f32;
        self.head_size = Measure { raw: share, score: percent(2.0 * (1.0 - sigmoid((share - 0.45).abs(), 0.0, 0.05))) };
        let eyes = face.eye_middle();
        let room = [
            (eyes.x / inter_eye, 0.9),
            ((frame.width() as f32 - eyes.x) / inter_eye, 0.9),
            (eyes.y / to_chin, 1.4),
            ((frame.height() as f32 - eyes.y) / to_chin, 1.8),
        ];
        let raw = room.iter().map(|(room, wanted)| room / wanted).fold(f32::MAX, f32::min).max(0.0);
        let score = room.iter().map(|(room, wanted)| percent(sigmoid(*room, *wanted, 0.1))).fold(100.0, f32::min);
        self.crop = Measure { raw, score };
    }

    /// Normalises the eye openness by that of this person: `share` is the person's own as a fraction of the usual.
    pub fn normalise_eye_openness(&mut self, share: f32) {
        if let Some(eyes) = &mut self.eyes_open {
            *eyes = open_eyes(eyes.raw, share);
            self.score = unified(&self.components());
        }
    }

    /// Every measure with its weight in the unified score.
    pub fn components(&self) -> Vec<Component> {
        let mut all = vec![
            ("sharpness", self.sharpness, 1.0),
            ("overExposure", self.over_exposure, 0.5),
            ("underExposure", self.under_exposure, 0.5),
            ("luminance", self.luminance, 0.5),
            ("dynamicRange", self.dynamic_range, 0.25),
            ("illuminationUniformity", self.illumination_uniformity, 0.5),
            ("interEyeDistance", self.inter_eye_distance, 0.25),
            ("headSize", self.head_size, 0.0),
            ("crop", self.crop, 0.0),
            ("yaw", self.yaw, 1.0),
            ("pitch", self.pitch, 1.0),
            ("roll", self.roll, 0.5),
            ("singleFace", self.single_face, 1.0),
            ("eyeGlare", self.eye_glare, 0.25),
        ];
        let sometimes =
            [("eyesOpen", self.eyes_open, 1.0), ("mouthClosed", self.mouth_closed, 0.25), ("motion", self.motion, 0.5)];
        all.extend(sometimes.into_iter().filter_map(|(name, measure, weight)| Some((name, measure?, weight))));
        all
    }
}

/// Returns the fraction of clipped pixels (all channels 247 or more) in the square around the face of twice its size,
/// 0–1. Pixels outside the frame do not count.
pub fn clipped_highlight_ratio(frame: &Frame<'_>, face: &Face) -> f32 {
    const GRID: usize = 48;
    let side = 2.0 * face.bounds.width.max(face.bounds.height);
    let middle = face.bounds.centre();
    let (mut seen, mut clipped) = (0u32, 0u32);
    for i in 0..GRID * GRID {
        let along = |i: usize| ((i as f32 + 0.5) / GRID as f32 - 0.5) * side;
        let place = Point::new(middle.x + along(i % GRID), middle.y + along(i / GRID));
        if frame.bounds().contains(place) {
            let [red, green, blue, _] = frame.colour(place.x as usize, place.y as usize).to_array();
            seen += 1;
            clipped += u32::from(red.min(green).min(blue) >= f32::from(BRIGHT));
        }
    }
    clipped as f32 / seen.max(1) as f32
}

fn unified(components: &[Component]) -> f32 {
    100.0 * components.iter().map(|(_, m, weight)| (m.score / 100.0).clamp(0.0, 1.0).powf(*weight)).product::<f32>()
}

fn open_eyes(raw: f32, share: f32) -> Measure {
    Measure { raw, score: percent(sigmoid(raw / share.max(1e-3), 0.055, 0.010)) }
}

fn sigmoid(x: f32, middle: f32, width: f32) -> f32 {
    1.0 / (1.0 + (-(x - middle) / width).exp())
}

fn percent(share: f32) -> f32 {
    100.0 * share.clamp(0.0, 1.0)
}

fn saturating(raw: f32, enough: f32) -> Measure {
    Measure { raw, score: percent(raw / enough) }
}

fn over_exposed(raw: f32) -> Measure {
    Measure { raw, score: percent(1.0 / (1.0 + (raw / 0.06).powi(2))) }
}

fn glare(raw: f32) -> Measure {
    Measure { raw, score: percent(1.0 / (1.0 + (raw / 0.03).powi(2))) }
}

/// OFIQ: the squared cosine of the angle.
fn turned(degrees: f32) -> Measure {
    let cos = degrees.to_radians().cos().max(0.0);
    Measure { raw: degrees, score: percent(cos * cos) }
}

fn single(face: &Face, others: &[Face]) -> Measure {
    let area = face.bounds.area().max(1.0);
    let raw = others.iter().map(|other| other.bounds.area() / area).fold(0.0, f32::max).min(1.0);
    Measure { raw, score: percent(1.0 - raw) }
}

/// How the face is lit.
struct Illumination {
    mean: f32,
    dark: f32,
    bright: f32,
    entropy: f32,
    uniformity: f32,
    contrast: f32,
}

/// Bins of the histograms of both halves: 256 would count noise.
const BINS: usize = 32;

impl Illumination {
    /// Inside of an ellipse that leaves out most of hair and background.
    fn measure(cut: &LumaImage) -> Self {
        let middle = patch::SIDE as f32 / 2.0;
        let mut histogram = [0u32; 256];
        let mut halves = [[0f32; BINS]; 2];
        for (y, row) in cut.data.chunks_exact(cut.width).enumerate() {
            let dy = (y as f32 + 0.5 - middle) / middle;
            let half_width = (0.72 * 0.72 * (1.0 - dy * dy)).max(0.0).sqrt() * middle;
            let (from, to) = ((middle - half_width) as usize, (middle + half_width) as usize);
            for (x, &v) in row.iter().enumerate().take(to).skip(from) {
                histogram[usize::from(v)] += 1;
                halves[usize::from(x >= patch::SIDE / 2)][usize::from(v) * BINS / 256] += 1.0;
            }
        }
        let total = histogram.iter().sum::<u32>().max(1) as f32;
        let share = |bins: &[u32]| bins.iter().sum::<u32>() as f32 / total;
        let percentile = |p: f32| {
            let mut left = (p * total) as u32;
            let found = histogram.iter().position(|&n| {
                let here = n > left;
                left = left.saturating_sub(n);
                here
            });
            found.unwrap_or(255) as f32
        };
        let entropy = histogram.iter().filter(|n| **n > 0).map(|&n| n as f32 / total).map(|p| -p * p.log2()).sum();
        let sums = halves.map(|half| half.iter().sum::<f32>().max(1.0));
        Self {
            mean: histogram.iter().enumerate().map(|(v, &n)| v as f32 * n as f32).sum::<f32>() / total / 255.0,
            dark: share(&histogram[..26]),
            bright: share(&histogram[usize::from(BRIGHT)..]),
            entropy,
            uniformity: halves[0].iter().zip(&halves[1]).map(|(a, b)| (a / sums[0]).min(b / sums[1])).sum(),
            contrast: percentile(0.98) - percentile(0.02),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::patch::tests::face_at;
    use super::*;

    /// Stripes of `period` pixels between two levels, to which `light` adds.
    fn frame_of(period: f32, light: impl Fn(u32, u32) -> f32) -> Vec<u8> {
        (0..480u32 * 480)
            .map(|i| {
                let (x, y) = (i % 480, i / 480);
                let wave = 40.0 * ((x as f32 / period).sin() + (y as f32 / (period * 1.3)).sin());
                (wave + light(x, y)).clamp(0.0, 255.0) as u8
            })
            .collect()
    }

    fn quality(pixels: &[u8], face: Face) -> FaceQuality {
        FaceQuality::measure(&Frame::luma(pixels, 480, 480).unwrap(), &[face], Some(0.0)).unwrap()
    }

    #[test]
    fn each_fault_lowers_its_own_score() {
        let face = face_at(240.0, 240.0, 90.0, 0.0);
        let good = quality(&frame_of(2.0, |_, _| 130.0), face);
        assert!(good.sharpness.score > 70.0 && good.luminance.score > 90.0, "{good:?}");
        assert!(good.over_exposure.score > 95.0 && good.under_exposure.score > 95.0, "{good:?}");
        let blurred = quality(&frame_of(40.0, |_, _| 130.0), face);
        assert!(blurred.sharpness.score < 0.5 * good.sharpness.score, "{blurred:?}");
        let dark = quality(&frame_of(2.0, |_, _| 10.0), face);
        assert!(dark.under_exposure.score < 40.0 && dark.luminance.score < 60.0, "{dark:?}");
        let bright = quality(&frame_of(2.0, |_, _| 250.0), face);
        assert!(bright.over_exposure.score < 5.0, "{bright:?}");
        let side = quality(&frame_of(2.0, |x, _| if x < 240 { 40.0 } else { 200.0 }), face);
        assert!(side.illumination_uniformity.score < 0.75 * good.illumination_uniformity.score, "{side:?}");
        let turned = quality(&frame_of(2.0, |_, _| 130.0), Face { yaw: 45.0, ..face });
        assert!((turned.yaw.score - 50.0).abs() < 0.1 && turned.score < 0.6 * good.score, "{turned:?}");
        for worse in [blurred, dark, bright, side] {
            assert!(worse.score < good.score, "{worse:?}");
        }
    }

    #[test]
    fn other_faces_and_the_border_count() {
        let pixels = frame_of(2.0, |_, _| 130.0);
        let frame = Frame::luma(&pixels, 480, 480).unwrap();
        let face = face_at(240.0, 240.0, 90.0, 0.0);
        let two = FaceQuality::measure(&frame, &[face, face_at(60.0, 60.0, 45.0, 0.0)], None).unwrap();
        assert!((two.single_face.raw - 0.25).abs() < 0.01 && (two.single_face.score - 75.0).abs() < 1.0);
        assert_eq!(two.motion, None);
        let edge = quality(&pixels, face_at(40.0, 240.0, 90.0, 0.0));
        assert!(edge.crop.score < 10.0 && edge.crop.raw < 0.6, "{:?}", edge.crop);
        assert_eq!(FaceQuality::measure(&frame, &[], None), None);
    }

    #[test]
    fn clipped_highlight_ratio_counts_the_portrait_only() {
        let face = face_at(240.0, 240.0, 80.0, 0.0);
        // The square around it is 400 pixels wide: its left half is white, but for a channel of the lower quarter of
        // that.
        let pixels: Vec<u8> = (0..480u32 * 480)
            .flat_map(|i| match (i % 480 < 240, i / 480 < 340) {
                (true, true) => [255, 250, 247, 255],
                (true, false) => [255, 250, 246, 255],
                (false, _) => [120, 110, 100, 255],
            })
            .collect();
        let share = clipped_highlight_ratio(&Frame::rgba(&pixels, 480, 480).unwrap(), &face);
        assert!((share - 0.375).abs() < 0.02, "{share}");
        // What lies outside of the frame is not counted.
        let edge = clipped_highlight_ratio(&Frame::rgba(&pixels, 480, 480).unwrap(), &face_at(0.0, 0.0, 80.0, 0.0));
        assert_eq!(edge, 1.0);
        let nowhere = clipped_highlight_ratio(&Frame::rgba(&pixels, 480, 480).unwrap(), &face_at(-9e9, 0.0, 80.0, 0.0));
        assert_eq!(nowhere, 0.0);
    }

    #[test]
    fn the_unified_score_is_the_documented_product() {
        let q = quality(&frame_of(2.0, |_, _| 130.0), face_at(240.0, 240.0, 90.0, 8.0));
        let mut product = 100.0f64;
        for (_, measure, weight) in q.components() {
            product *= f64::from(measure.score / 100.0).powf(f64::from(weight));
        }
        assert!((f64::from(q.score) - product).abs() < 0.05, "{} {product}", q.score);
    }
}
