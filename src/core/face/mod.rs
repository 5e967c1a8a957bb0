//! Face detection: bounds, six keypoints and pose.
//!
//! The network is BlazeFace, short range (Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on
//! Mobile GPUs", 2019, arXiv:1907.05047), as published in MediaPipe. Its input is a square of 128 × 128 pixels, so
//! that a face needs about an eighth of the side of the square: for the portrait on a document, pass its region to
//! [`FaceDetector::detect_in`].

mod crop;
pub mod embed;
mod pose;

use serde::Serialize;

use crate::error::CoreError;
use crate::frame::Frame;
use crate::geometry::{Point, Rect};
use crate::model::{Model, Tensor};
use crate::numeric::sort_by_key;
use crop::CropTransform;

/// Least score of a face. MediaPipe's own 0.5 takes 6 of 42 images without a face for one (measured); this, with
/// `is_plausible_face`, none of ours.
pub const MIN_SCORE: f32 = 0.75;

/// Minimum score of a candidate that contributes to the position of a face.
const MIN_CANDIDATE_SCORE: f32 = 0.5;

/// Candidates that overlap by more are one face.
const SAME_FACE_IOU: f32 = 0.3;

/// Sides of the crops, in face widths, in which a face of a single image is refined, each also mirrored; the results
/// are averaged. Measured on 1,496 rendered heads: median error of the eyes 0.059 of their distance, 0.070 without
/// refinement.
const REFINE_SCALES: &[f32] = &[2.1, 2.8];

/// The same in a stream, where a frame's time is short: 0.061.
const REFINE_SCALES_IN_STREAMS: &[f32] = &[2.4];

/// Maximum roll, radians (4°), up to which a face is refined in an upright crop: the network was trained on upright
/// faces. Measured on 175 rendered heads with a roll of up to 30°: the error of roll falls by a fifth.
const MAX_UPRIGHT_ROLL_RAD: f32 = 0.07;

/// Maximum faces that are refined, which bounds the time of a frame.
const MAX_REFINED: usize = 2;

/// Side of the network's square input.
const SIDE: usize = 128;

/// The two output grids of the network: positions per side, and candidates per position.
const GRIDS: [(usize, usize); 2] = [(16, 2), (8, 6)];

/// Values that describe one candidate: box, then six points.
const VALUES: usize = 16;

/// A detected face.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "DetectedFace"))]
#[serde(rename_all = "camelCase")]
pub struct Face {
    /// Bounding box from the brows to the chin and from ear to ear, pixels; may reach beyond the image.
    #[serde(rename = "box")]
    pub bounds: Rect,
    /// Score of the detector, 0–1.
    pub score: f32,
    /// Right eye, left eye, nose tip, mouth, right ear, left ear (the person's right and left), pixels.
    pub keypoints: [Point; 6],
    /// Yaw, degrees; positive if the nose points to the right of the image (to the person's left, in an image that is
    /// not mirrored). From keypoints; mean error on rendered heads up to 45° as `tests/native/head_pose.rs` prints it,
    /// not measured on turned real faces.
    pub yaw: f32,
    /// Pitch, degrees; positive looks up. Less accurate than yaw.
    pub pitch: f32,
    /// Roll, degrees; positive is clockwise in the image. Less accurate for a head that is turned and raised at once
    /// (`tests/native/head_pose.rs`).
    pub roll: f32,
}

impl Face {
    /// Pixels from eye to eye.
    pub fn inter_eye(&self) -> f32 {
        self.keypoints[0].distance(self.keypoints[1])
    }

    /// Between the eyes.
    pub fn eye_middle(&self) -> Point {
        self.keypoints[0].lerp(self.keypoints[1], 0.5)
    }
}

/// The detector, with its weights.
#[derive(Debug, Clone)]
pub struct FaceDetector {
    model: Model,
}

impl FaceDetector {
    /// A detector from the bytes of `face.kycm`.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`] where the bytes are no network, or another one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CoreError> {
        let model = Model::from_bytes(bytes)?;
        let expected: Vec<usize> = GRIDS.iter().map(|(_, n)| n * VALUES).chain(GRIDS.iter().map(|&(_, n)| n)).collect();
        if model.input_channels() != 3 || model.output_channels() != expected {
            return Err(CoreError::InvalidModel { reason: "the network is not the one that finds faces".into() });
        }
        Ok(Self { model })
    }

    /// The faces in a frame, best first.
    pub fn detect(&self, frame: &Frame<'_>) -> Vec<Face> {
        self.detect_in(frame, frame.bounds())
    }

    /// The same by a single run of the network: the same faces, less exact.
    pub fn find(&self, frame: &Frame<'_>) -> Vec<Face> {
        self.find_in(frame, frame.bounds())
    }

    /// The faces in a part of a frame, best first, in pixels of the frame. The part is enlarged to a square around its
    /// middle; what lies outside the frame is black.
    pub fn detect_in(&self, frame: &Frame<'_>, part: Rect) -> Vec<Face> {
        let mut found = self.find_in(frame, part);
        for face in found.iter_mut().take(MAX_REFINED) {
            *face = self.refined(frame, face);
        }
        found
    }

    /// [`FaceDetector::detect_in`] by a single run of the network: the same faces, less exact.
    pub fn find_in(&self, frame: &Frame<'_>, part: Rect) -> Vec<Face> {
        CropTransform::around(part)
            .map(|crop| faces(self.candidates(crop.pixels(frame, SIDE)), &crop))
            .unwrap_or_default()
    }

    /// Refines a face that [`FaceDetector::find_in`] has found; returns it unchanged if the refinement fails.
    pub fn refined(&self, frame: &Frame<'_>, face: &Face) -> Face {
        self.refine_at_scales(frame, face, REFINE_SCALES).unwrap_or(*face)
    }

    /// Tracks the face of the frame before around its last position: two runs of the network. Returns `None` if it is
    /// lost.
    pub fn follow(&self, frame: &Frame<'_>, last: &Face) -> Option<Face> {
        self.refine_at_scales(frame, last, REFINE_SCALES_IN_STREAMS)
    }

    fn candidates(&self, pixels: Tensor) -> Vec<Candidate> {
        // from_bytes has checked the channels; a network that is not square gives no candidates.
        self.model.run(pixels).map(|outputs| candidates(&outputs)).unwrap_or_default()
    }

    /// Detects the same face in closer, upright crops, each also mirrored, and returns the mean. Returns `None` if
    /// none of them shows it.
    fn refine_at_scales(&self, frame: &Frame<'_>, face: &Face, sizes: &[f32]) -> Option<Face> {
        let (centre, roll) = (face.bounds.centre(), roll(&face.keypoints));
        let mut found = Vec::with_capacity(2 * sizes.len());
        for size in sizes {
            let side = size * face.bounds.width;
            let part = Rect { x: centre.x - side / 2.0, y: centre.y - side / 2.0, width: side, height: side };
            let crop = CropTransform::around(part)?;
            let crop = if roll.abs() > MAX_UPRIGHT_ROLL_RAD { crop.rolled(roll) } else { crop };
            let pixels = crop.pixels(frame, SIDE);
            let mut mirrored = self.candidates(crop::mirrored(&pixels));
            mirrored.iter_mut().for_each(Candidate::mirror);
            for candidates in [self.candidates(pixels), mirrored] {
                let same = |found: &Face| found.bounds.iou(&face.bounds) > SAME_FACE_IOU;
                found.extend(faces(candidates, &crop).into_iter().find(same));
            }
        }
        mean(&found)
    }
}

/// By how much a face leans, radians, from its eyes.
fn roll(keypoints: &[Point; 6]) -> f32 {
    let (right, left) = (keypoints[0], keypoints[1]);
    (left.y - right.y).atan2(left.x - right.x)
}

/// Box and keypoints, as fractions of the crop.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Candidate {
    score: f32,
    values: [f32; VALUES],
}

/// Returns the mean of several estimates of a face; `None` without any.
fn mean(estimates: &[Face]) -> Option<Face> {
    let score = estimates.iter().map(|face| face.score).reduce(f32::max)?;
    let of = |value: &dyn Fn(&Face) -> f32| estimates.iter().map(value).sum::<f32>() / estimates.len() as f32;
    let keypoints = std::array::from_fn(|i| Point::new(of(&|f| f.keypoints[i].x), of(&|f| f.keypoints[i].y)));
    let bounds = Rect {
        x: of(&|f| f.bounds.x),
        y: of(&|f| f.bounds.y),
        width: of(&|f| f.bounds.width),
        height: of(&|f| f.bounds.height),
    };
    let (yaw, pitch, roll) = pose::calibrated(&keypoints);
    Some(Face { bounds, score, keypoints, yaw, pitch, roll })
}

impl Candidate {
    /// Mirrors the candidate left to right, which swaps right and left keypoints.
    fn mirror(&mut self) {
        for x in self.values.iter_mut().enumerate().filter(|(i, _)| *i == 0 || (*i >= 4 && i % 2 == 0)) {
            *x.1 = 1.0 - *x.1;
        }
        for (right, left) in [(4, 6), (12, 14)] {
            self.values.swap(right, left);
            self.values.swap(right + 1, left + 1);
        }
    }

    fn bounds(&self) -> Rect {
        let [x, y, width, height, ..] = self.values;
        Rect { x: x - width / 2.0, y: y - height / 2.0, width, height }
    }
}

/// Decodes the candidates, each relative to the centre of its grid position.
fn candidates(outputs: &[Tensor]) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (i, (grid, each)) in GRIDS.into_iter().enumerate() {
        let (boxes, scores) = (&outputs[i], &outputs[i + GRIDS.len()]);
        if (boxes.height, boxes.width, scores.height, scores.width) != (grid, grid, grid, grid) {
            return Vec::new();
        }
        for (k, (raw, values)) in scores.data.iter().zip(boxes.data.chunks_exact(VALUES)).enumerate() {
            let score = 1.0 / (1.0 + (-raw.clamp(-100.0, 100.0)).exp());
            let sound = values.iter().all(|v| v.is_finite()) && values[2] > 0.0 && values[3] > 0.0;
            if !(score >= MIN_CANDIDATE_SCORE && sound) {
                continue;
            }
            let sample_tap = k / each;
            let middle = [(sample_tap % grid) as f32, (sample_tap / grid) as f32].map(|n| (n + 0.5) / grid as f32);
            let values = std::array::from_fn(|v| {
                let share = values[v] / SIDE as f32;
                if v == 2 || v == 3 { share } else { share + middle[v % 2] }
            });
            found.push(Candidate { score, values });
        }
    }
    found
}

/// Joins candidates that overlap: each face is placed at their mean, weighted by score, as MediaPipe does.
fn faces(mut candidates: Vec<Candidate>, crop: &CropTransform) -> Vec<Face> {
    sort_by_key(&mut candidates, |c| -c.score);
    let mut found = Vec::new();
    while let Some(&best) = candidates.first() {
        if best.score < MIN_SCORE {
            break;
        }
        let (same, others): (Vec<_>, Vec<_>) =
            candidates.iter().enumerate().partition(|(i, c)| *i == 0 || c.bounds().iou(&best.bounds()) > SAME_FACE_IOU);
        let weight: f32 = same.iter().map(|(_, c)| c.score).sum();
        let values = std::array::from_fn(|v| same.iter().map(|(_, c)| c.values[v] * c.score).sum::<f32>() / weight);
        candidates = others.into_iter().map(|(_, c)| *c).collect();
        found.extend(face(Candidate { score: best.score, values }, crop));
    }
    found
}

fn face(candidate: Candidate, crop: &CropTransform) -> Option<Face> {
    let Rect { x, y, width, height } = candidate.bounds();
    let (middle, side) = (crop.to_frame(x + width / 2.0, y + height / 2.0), crop.side());
    let keypoints = std::array::from_fn(|i| crop.to_frame(candidate.values[4 + 2 * i], candidate.values[5 + 2 * i]));
    // Upright in the frame as well: the box of a head is nearly as high as it is wide.
    let (width, height) = (width * side, height * side);
    let bounds = Rect { x: middle.x - width / 2.0, y: middle.y - height / 2.0, width, height };
    if !is_plausible_face(&bounds, &keypoints) {
        return None;
    }
    let (yaw, pitch, roll) = pose::calibrated(&keypoints);
    Some(Face { bounds, score: candidate.score, keypoints, yaw, pitch, roll })
}

/// Distances between the eyes, and from the eyes to the mouth, as shares of the longer side of the box.
const PLAUSIBLE_SHARES: std::ops::RangeInclusive<f32> = 0.12..=0.8;

/// How far the nose may lie above the eyes, as a share of the side: a head that looks up.
const MAX_NOSE_ABOVE: f32 = 0.1;

/// Returns whether the keypoints have the arrangement of a face: mouth below nose below eyes, at plausible distances.
/// The limits accept 60° of yaw or pitch.
fn is_plausible_face(bounds: &Rect, keypoints: &[Point; 6]) -> bool {
    let side = bounds.width.max(bounds.height);
    let [right_eye, left_eye, nose, mouth, ..] = *keypoints;
    let eyes = right_eye.distance(left_eye);
    if eyes <= 0.0 || !PLAUSIBLE_SHARES.contains(&(eyes / side)) {
        return false;
    }
    let (cos, sin) = ((left_eye.x - right_eye.x) / eyes, (left_eye.y - right_eye.y) / eyes);
    let middle = right_eye.lerp(left_eye, 0.5);
    let below = |p: Point| (p.y - middle.y) * cos - (p.x - middle.x) * sin;
    let (nose, mouth) = (below(nose), below(mouth));
    PLAUSIBLE_SHARES.contains(&(mouth / side)) && nose > -MAX_NOSE_ABOVE * side && nose < mouth
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> CropTransform {
        CropTransform::around(Rect { x: 0.0, y: 0.0, width: 128.0, height: 128.0 }).unwrap()
    }

    /// A frontal face around `x`, `y` of the crop, of a fifth of it.
    fn frontal(x: f32, y: f32, score: f32) -> Candidate {
        let points = [-0.04, -0.03, 0.04, -0.03, 0.0, 0.01, 0.0, 0.05, -0.09, 0.0, 0.09, 0.0];
        let mut values = [0.0; VALUES];
        values[..4].copy_from_slice(&[x, y, 0.2, 0.2]);
        for (i, p) in points.iter().enumerate() {
            values[4 + i] = p + if i % 2 == 0 { x } else { y };
        }
        Candidate { score, values }
    }

    #[test]
    fn candidates_of_one_face_are_joined_by_score() {
        let found = faces(vec![frontal(0.5, 0.5, 0.6), frontal(0.52, 0.5, 0.9), frontal(0.2, 0.2, 0.8)], &whole());
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].score, 0.9);
        let expected = (0.5 * 0.6 + 0.52 * 0.9) / 1.5 * 128.0;
        assert!((found[0].bounds.centre().x - expected).abs() < 1e-3);
        assert!((found[1].bounds.centre().x - 0.2 * 128.0).abs() < 1e-3);
        assert!((found[0].inter_eye() - 0.08 * 128.0).abs() < 1e-3);
    }

    #[test]
    fn what_is_unsure_or_no_face_is_left_out() {
        assert!(faces(vec![frontal(0.5, 0.5, 0.7)], &whole()).is_empty(), "unsure");
        let mut upside = frontal(0.5, 0.5, 0.9);
        upside.values[11] = 0.4; // the mouth above the eyes
        assert!(faces(vec![upside], &whole()).is_empty(), "mouth above the eyes");
        let mut flat = frontal(0.5, 0.5, 0.9);
        flat.values[6] = flat.values[4]; // both eyes at one position
        flat.values[7] = flat.values[5];
        assert!(faces(vec![flat], &whole()).is_empty(), "eyes in one sample_tap");
    }

    #[test]
    fn outputs_are_decoded_against_the_grid() {
        let mut outputs: Vec<Tensor> = GRIDS
            .iter()
            .map(|&(grid, n)| Tensor::zeros(grid, grid, n * VALUES))
            .chain(GRIDS.iter().map(|&(grid, n)| Tensor::zeros(grid, grid, n)))
            .collect();
        outputs.iter_mut().skip(2).for_each(|scores| scores.data.fill(-50.0));
        // Row 3, column 5 of the finer grid, second candidate.
        let k = (3 * 16 + 5) * 2 + 1;
        outputs[2].data[k] = 3.0;
        outputs[0].data[k * VALUES..][..6].copy_from_slice(&[8.0, -8.0, 32.0, 64.0, 16.0, 0.0]);
        // Not a number and a box without size are passed over.
        outputs[3].data[0] = f32::NAN;
        outputs[3].data[1] = 10.0;
        let found = candidates(&outputs);
        assert_eq!(found.len(), 1);
        let near = |a: f32, b: f32| (a - b).abs() < 1e-6;
        let v = found[0].values;
        assert!(near(v[0], 5.5 / 16.0 + 8.0 / 128.0) && near(v[1], 3.5 / 16.0 - 8.0 / 128.0));
        assert!(near(v[2], 0.25) && near(v[3], 0.5) && near(v[4], 5.5 / 16.0 + 0.125) && near(v[5], 3.5 / 16.0));
        assert!(near(found[0].score, 1.0 / (1.0 + (-3f32).exp())));
    }

    #[test]
    fn serialises_as_documented() {
        let face = faces(vec![frontal(0.5, 0.5, 0.9)], &whole()).remove(0);
        let json = serde_json::to_value(face).unwrap();
        for key in ["box", "score", "keypoints", "yaw", "pitch", "roll"] {
            assert!(json.get(key).is_some(), "{key}");
        }
        assert!(json["box"]["width"].is_number() && json["keypoints"].as_array().unwrap().len() == 6);
    }

    #[test]
    fn another_network_is_refused() {
        assert_eq!(FaceDetector::from_bytes(b"KYCM").unwrap_err().code(), "model_invalid");
    }
}
