//! Face embeddings: 128 numbers that are close for images of one person.
//!
//! The network is `dlib_face_recognition_resnet_model_v1` of Davis E. King (ResNet-29; He et al., "Deep residual
//! learning for image recognition", 2015), as published in face-api.js. It was trained so that images of one person
//! are within 0.6 of each other and those of two persons are not; its author reports 99.38 % accuracy on "Labeled
//! Faces in the Wild" (dlib-models, README), with his own detector and landmarks. That was not measured here;
//! `tests/native/face_match.rs` prints what was, on a handful of faces in the public domain. False matches occur, at a
//! rate that is not known.
//!
//! # The chip
//!
//! The input is an upright face in a square of 150 pixels. dlib aligns it by five landmarks (the corners of the eyes
//! and the base of the nose); the detector here gives eye centres, nose tip and mouth, so that the chip is aligned by
//! eyes and mouth.

use crate::error::CoreError;
use crate::face::Face;
use crate::frame::Frame;
use crate::geometry::Point;
use crate::model::{Model, Tensor};
use crate::simd::F32x4;

/// Distance up to which two encodings are taken for one person's: that of the network's training, and dlib's default.
pub const SAME_PERSON_DISTANCE: f32 = 0.6;

/// Numbers of an encoding.
pub const LENGTH: usize = 128;

/// Side of the chip, in pixels.
const SIDE: usize = 150;

/// Where points of [`Face::keypoints`] are placed in the chip, as shares of its side: which, with the weight of each.
///
/// dlib's chip has a border of a quarter of the mean face on every side (`get_face_chip_details`, padding 0.25). Its
/// eyes are the middles between the corners that dlib aligns; the mouth is that of the mean face that dlib aligns by 68
/// points. Of the eyes alone, with the nose, with the mouth and with both, this is closest for photos of one person
/// (measured on the photos of `tests/native/face_match.rs`; the differences are small). The nose's tip moves most
/// when a head turns.
const CHIP: [(usize, Point, f32); 3] =
    [(0, in_chip(0.2273, 0.2214), 1.0), (1, in_chip(0.7528, 0.2212), 1.0), (3, in_chip(0.4901, 0.8050), 0.5)];

const fn in_chip(x: f32, y: f32) -> Point {
    Point::new((x + 0.25) / 1.5, (y + 0.25) / 1.5)
}

/// The mean colour that the network was trained with (dlib, `input_rgb_image_sized`).
const MEAN: [f32; 3] = [122.782, 117.001, 104.298];

/// Most samples that are averaged for one pixel of the chip, along each axis.
const MAX_SAMPLES: usize = 8;

/// A face as numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceEmbedding(pub [f32; LENGTH]);

impl FaceEmbedding {
    /// How far apart two faces are: 0 is the same image, [`SAME_PERSON_DISTANCE`] and less is taken for one person.
    pub fn distance(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
    }
}

/// The network, with its weights.
#[derive(Debug, Clone)]
pub struct FaceEmbedder {
    model: Model,
}

impl FaceEmbedder {
    /// An encoder from the bytes of `match.kycm`. The network is run once.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`] where the bytes are no network, or another one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CoreError> {
        let encoder = Self { model: Model::from_bytes(bytes)? };
        let fits = encoder.model.input_channels() == 3 && encoder.model.output_channels() == [LENGTH];
        if !fits || encoder.of_chip(Tensor::zeros(SIDE, SIDE, 3)).is_none() {
            return Err(CoreError::InvalidModel { reason: "the network is not the one that encodes faces".into() });
        }
        Ok(encoder)
    }

    /// Computes the embedding of a face. Returns `None` if its keypoints coincide or are not finite, which
    /// [`FaceDetector`](crate::face::FaceDetector) never returns.
    pub fn embed(&self, frame: &Frame<'_>, face: &Face) -> Option<FaceEmbedding> {
        self.of_chip(chip(frame, &placement(&face.keypoints)?))
    }

    fn of_chip(&self, chip: Tensor) -> Option<FaceEmbedding> {
        let outputs = self.model.run(chip).ok()?;
        let numbers: [f32; LENGTH] = outputs.first()?.data.as_slice().try_into().ok()?;
        numbers.iter().all(|n| n.is_finite()).then_some(FaceEmbedding(numbers))
    }
}

/// From the chip to the frame: turned, sized and moved.
#[derive(Debug, Clone, Copy)]
struct Placement {
    /// Frame's pixels to the right and down for one side of the chip to the right.
    right: Point,
    /// What lies in the chip's upper left corner.
    origin: Point,
}

impl Placement {
    fn at(&self, x: f32, y: f32) -> Point {
        let Point { x: cos, y: sin } = self.right;
        Point::new(self.origin.x + x * cos - y * sin, self.origin.y + x * sin + y * cos)
    }
}

/// Returns the inverse of the similarity that maps the keypoints to their positions in the chip (least squares).
fn placement(keypoints: &[Point; 6]) -> Option<Placement> {
    let weight: f32 = CHIP.iter().map(|(_, _, w)| w).sum();
    let pairs = || CHIP.iter().map(|&(point, to, w)| (keypoints[point], to, w));
    let mean = |of: fn((Point, Point, f32)) -> (Point, f32)| {
        let sum = pairs().map(of).fold(Point::default(), |s, (p, w)| Point::new(s.x + p.x * w, s.y + p.y * w));
        Point::new(sum.x / weight, sum.y / weight)
    };
    let (from_mean, to_mean) = (mean(|(from, _, w)| (from, w)), mean(|(_, to, w)| (to, w)));
    let (mut cos, mut sin, mut spread) = (0.0, 0.0, 0.0);
    for (from, to, w) in pairs() {
        let (fx, fy) = (from.x - from_mean.x, from.y - from_mean.y);
        let (tx, ty) = (to.x - to_mean.x, to.y - to_mean.y);
        cos += w * (fx * tx + fy * ty);
        sin += w * (fx * ty - fy * tx);
        spread += w * (fx * fx + fy * fy);
    }
    // The map to the chip is (cos, sin) / spread; its inverse turns back and divides by its size.
    let size = (cos * cos + sin * sin) / spread;
    let right = Point::new(cos / size, -sin / size);
    let origin = Point::new(
        from_mean.x - (to_mean.x * right.x - to_mean.y * right.y),
        from_mean.y - (to_mean.x * right.y + to_mean.y * right.x),
    );
    let sound = [right.x, right.y, origin.x, origin.y].iter().all(|v| v.is_finite());
    sound.then_some(Placement { right, origin })
}

/// Excess of the frame's pixels per chip pixel that is taken for rounding.
const STEP_ROUNDING: f32 = 0.01;

/// What dlib divides the levels by.
const LEVELS: f32 = 256.0;

/// The chip as the network takes it. What lies outside the frame is black, as in dlib.
fn chip(frame: &Frame<'_>, placement: &Placement) -> Tensor {
    let step = placement.right.distance(Point::default()) / SIDE as f32;
    // A chip of the frame's own scale is taken pixel by pixel, whatever the last digit of its size.
    let samples = ((step - STEP_ROUNDING).ceil() as usize).clamp(1, MAX_SAMPLES);
    let share = |i: usize, k: usize| (i as f32 + (k as f32 + 0.5) / samples as f32) / SIDE as f32;
    let each = F32x4::splat(1.0 / (samples * samples) as f32);
    let mut out = Tensor::zeros(SIDE, SIDE, 3);
    for (i, pixel) in out.data.chunks_exact_mut(3).enumerate() {
        let mut sum = F32x4::splat(0.0);
        for k in 0..samples * samples {
            let at = placement.at(share(i % SIDE, k % samples), share(i / SIDE, k / samples));
            if frame.bounds().contains(at) {
                // From edges to centres of pixels.
                sum = sum.add_product(frame.sample(at.x - 0.5, at.y - 0.5), each);
            }
        }
        for ((value, sum), mean) in pixel.iter_mut().zip(sum.to_array()).zip(MEAN) {
            *value = (sum - mean) / LEVELS;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keypoints of a face whose chip has its corner at 40, 30 and its first row 300 pixels long, turned by 20°.
    fn turned() -> ([Point; 6], Placement) {
        let (sin, cos) = 20f32.to_radians().sin_cos();
        let placement = Placement { right: Point::new(300.0 * cos, 300.0 * sin), origin: Point::new(40.0, 30.0) };
        let mut keypoints = [Point::default(); 6];
        for (point, sample_tap, _) in CHIP {
            keypoints[point] = placement.at(sample_tap.x, sample_tap.y);
        }
        (keypoints, placement)
    }

    #[test]
    fn the_chip_is_where_the_points_say() {
        let (keypoints, expected) = turned();
        let found = placement(&keypoints).unwrap();
        assert!(found.right.distance(expected.right) < 0.01, "{found:?}");
        assert!(found.origin.distance(expected.origin) < 0.01, "{found:?}");
        for bad in [Point::default(), Point::new(f32::NAN, 0.0), Point::new(f32::INFINITY, 1.0)] {
            assert!(placement(&[bad; 6]).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn the_chip_holds_the_pixels_of_its_place() {
        // Red grows to the right, green downward; blue is constant.
        let (width, height) = (400u32, 400u32);
        let rgba: Vec<u8> =
            (0..width * height).flat_map(|i| [(i % width / 2) as u8, (i / width / 2) as u8, 77, 255]).collect();
        let frame = Frame::rgba(&rgba, width, height).unwrap();
        let (keypoints, expected) = turned();
        let chip = chip(&frame, &placement(&keypoints).unwrap());
        let at = |x: usize, y: usize| std::array::from_fn::<f32, 3, _>(|c| chip.at(y, x)[c] * 256.0 + MEAN[c]);
        for (x, y) in [(75, 75), (20, 100), (130, 30)] {
            let sample_tap = expected.at((x as f32 + 0.5) / 150.0, (y as f32 + 0.5) / 150.0);
            let [r, g, b] = at(x, y);
            assert!((r - sample_tap.x / 2.0).abs() < 1.0 && (g - sample_tap.y / 2.0).abs() < 1.0, "{x} {y}: {r} {g}");
            assert!((b - 77.0).abs() < 0.01);
        }
        // Down there the chip reaches beyond the frame.
        assert_eq!(expected.at(0.0, 1.0).x.min(0.0), expected.at(0.0, 1.0).x);
        assert!(at(0, 149).iter().all(|v| v.abs() < 1e-3));
        let luma: Vec<u8> = vec![90; 400 * 400];
        let grey = Frame::luma(&luma, 400, 400).unwrap();
        let chip = super::chip(&grey, &expected);
        assert!((chip.at(75, 75)[0] * 256.0 + MEAN[0] - 90.0).abs() < 0.01);
    }

    #[test]
    fn distances_are_of_euclid() {
        let (mut a, b) = ([0.0; LENGTH], FaceEmbedding([0.0; LENGTH]));
        (a[3], a[90]) = (0.3, -0.4);
        assert!((FaceEmbedding(a).distance(&b) - 0.5).abs() < 1e-6);
        assert_eq!(b.distance(&b), 0.0);
    }

    #[test]
    fn another_network_is_refused() {
        assert_eq!(FaceEmbedder::from_bytes(b"KYCM").unwrap_err().code(), "model_invalid");
    }
}
