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

/// A logistic curve (OFIQ's mapping of native values to component scores): 0 far below the middle, 1 far above.
#[derive(Debug, Clone, Copy)]
struct Sigmoid {
    middle: f32,
    width: f32,
}

impl Sigmoid {
    fn at(self, x: f32) -> f32 {
        1.0 / (1.0 + (-(x - self.middle) / self.width).exp())
    }

    /// A measure that is best at 0: its score there is 100.
    fn falling_from_zero(self, raw: f32) -> Measure {
        Measure { raw, score: percent(1.0 - self.at(raw)) / (1.0 - self.at(0.0)) }
    }
}

/// Bits of the entropy of a uniform histogram of 256 levels.
const ENTROPY_BITS: f32 = 8.0;

/// Parameters of the component scores. Those of luminance, eyes, head size and crop are OFIQ's (BSI OFIQ 1.0; ISO/IEC
/// 29794-5:2025); the others were measured on rendered and real faces.
struct QualityParams {
    /// Sharpness from which the score is 100.
    full_sharpness: f32,
    /// Share of dark pixels.
    dark_share: Sigmoid,
    /// Mean luma that is dark, and one that is bright, 0–1.
    min_luma: Sigmoid,
    max_luma: Sigmoid,
    /// Exponent of the uniformity.
    uniformity_exponent: f32,
    /// Share of overexposed pixels, and of the eye region that is glare, that halve the score.
    half_over_exposure: f32,
    half_eye_glare: f32,
    /// Distance between the lips, and between the lids, in inter-eye distances.
    lip_distance: Sigmoid,
    lid_distance: Sigmoid,
    /// Displacement since the previous frame, in face heights.
    motion: Sigmoid,
    /// Distance between the eyes, pixels.
    inter_eye_px: Sigmoid,
    /// Distance from the eyes to the chin of a portrait, as a share of the image's height, and the deviation from it.
    head_share: f32,
    head_share_off: Sigmoid,
    /// Margins that a portrait requires: aside in inter-eye distances, above and below in distances from eyes to chin.
    room_aside: f32,
    room_above: f32,
    room_below: f32,
    room_width: f32,
    /// Half the width of the ellipse that leaves out hair and background, as a share of half the side.
    ellipse_width: f32,
    /// Share of the pixels below and above the levels whose difference is the contrast.
    contrast_tail: f32,
}

const PARAMS: QualityParams = QualityParams {
    full_sharpness: 0.10,
    dark_share: Sigmoid { middle: 0.30, width: 0.08 },
    min_luma: Sigmoid { middle: 0.2, width: 0.05 },
    max_luma: Sigmoid { middle: 0.8, width: 0.05 },
    uniformity_exponent: 0.3,
    half_over_exposure: 0.06,
    half_eye_glare: 0.03,
    lip_distance: Sigmoid { middle: 0.2, width: 0.06 },
    lid_distance: Sigmoid { middle: 0.055, width: 0.010 },
    motion: Sigmoid { middle: 0.06, width: 0.015 },
    inter_eye_px: Sigmoid { middle: 70.0, width: 20.0 },
    head_share: 0.45,
    head_share_off: Sigmoid { middle: 0.0, width: 0.05 },
    room_aside: 0.9,
    room_above: 1.4,
    room_below: 1.8,
    room_width: 0.1,
    ellipse_width: 0.72,
    contrast_tail: 0.02,
};

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
            sharpness: saturating(sharpness_of(&cut, light.contrast), PARAMS.full_sharpness),
            over_exposure: halved_at(PARAMS.half_over_exposure, light.bright),
            under_exposure: PARAMS.dark_share.falling_from_zero(light.dark),
            luminance: Measure {
                raw: light.mean,
                score: percent(PARAMS.min_luma.at(light.mean) * (1.0 - PARAMS.max_luma.at(light.mean))),
            },
            dynamic_range: Measure { raw: light.entropy, score: percent(light.entropy / ENTROPY_BITS) },
            illumination_uniformity: Measure {
                raw: light.uniformity,
                score: percent(light.uniformity.max(0.0).powf(PARAMS.uniformity_exponent)),
            },
            single_face: single(face, others),
            yaw: turned(face.yaw),
            pitch: turned(face.pitch),
            roll: turned(face.roll),
            eyes_open: features::eye_aperture(frame, face).map(|raw| open_eyes(raw, 1.0)),
            mouth_closed: features::mouth_opening(frame, face).map(|raw| PARAMS.lip_distance.falling_from_zero(raw)),
            eye_glare: halved_at(PARAMS.half_eye_glare, features::eye_glare(frame, face)),
            motion: motion.map(|raw| Measure { raw, score: percent(1.0 - PARAMS.motion.at(raw)) }),
            ..Self::default()
        };
        quality.place(frame, face);
        quality.score = unified(&quality.components());
        Some(quality)
    }

    /// Size and place of the head.
    fn place(&mut self, frame: &Frame<'_>, face: &Face) {
        let inter_eye = face.inter_eye() / face.yaw.to_radians().cos().max(0.5);
        self.inter_eye_distance = Measure { raw: inter_eye, score: percent(PARAMS.inter_eye_px.at(inter_eye)) };
        // The chin lies about as far below the mouth as the mouth lies below the nose (neoclassical thirds: Farkas
        // 1994).
        let axes = FaceAxes::new(face, face.eye_middle());
        let below = |i: usize| axes.face_position(face.keypoints[i]).1;
        let to_chin = (2.0 * below(3) - below(2)).max(1.0);
        let share = to_chin / frame.height() as f32;
        let off = (share - PARAMS.head_share).abs();
        self.head_size = Measure { raw: share, score: percent(2.0 * (1.0 - PARAMS.head_share_off.at(off))) };
        let eyes = face.eye_middle();
        let room = [
            (eyes.x / inter_eye, PARAMS.room_aside),
            ((frame.width() as f32 - eyes.x) / inter_eye, PARAMS.room_aside),
            (eyes.y / to_chin, PARAMS.room_above),
            ((frame.height() as f32 - eyes.y) / to_chin, PARAMS.room_below),
        ];
        let raw = room.iter().map(|(room, wanted)| room / wanted).fold(f32::MAX, f32::min).max(0.0);
        let score = room.iter().map(|(room, wanted)| {
            let curve = Sigmoid { middle: *wanted, width: PARAMS.room_width };
            percent(curve.at(*room))
        });
        let score = score.fold(100.0, f32::min);
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
    Measure { raw, score: percent(PARAMS.lid_distance.at(raw / share.max(1e-3))) }
}

fn percent(share: f32) -> f32 {
    100.0 * share.clamp(0.0, 1.0)
}

fn saturating(raw: f32, enough: f32) -> Measure {
    Measure { raw, score: percent(raw / enough) }
}

/// A measure whose score is 100 at 0 and 50 at `half`.
fn halved_at(half: f32, raw: f32) -> Measure {
    Measure { raw, score: percent(1.0 / (1.0 + (raw / half).powi(2))) }
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
            let half_width = (PARAMS.ellipse_width * PARAMS.ellipse_width * (1.0 - dy * dy)).max(0.0).sqrt() * middle;
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
            contrast: percentile(1.0 - PARAMS.contrast_tail) - percentile(PARAMS.contrast_tail),
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
