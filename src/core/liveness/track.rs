//! One person over the frames of a stream: followed cheaply, and noticed when another takes the place.

use super::patch;
use crate::core::face::{Face, FaceDetector};
use crate::core::frame::Frame;

/// Frames between two looks at the whole picture while a face is followed: somebody else who comes in is seen within a third of a
/// second.
const WHOLE_EVERY: u32 = 8;

/// Longest gap without a face, ms, after which motion is not told.
const GAP_MS: f64 = 700.0;

/// Farthest jump of a face's centre between two frames, in heights of the face, for each 100 ms and at least once: a head moves less.
const FARTHEST_JUMP: f32 = 0.55;

/// Movement is told for a frame of a camera of 30 frames a second, so that slow phones are not held to more.
const FRAME_MS: f32 = 33.0;

/// Side of the small picture of a face that tells persons apart.
const SMALL: usize = 16;

/// Least correlation of two small pictures of one person whose head is turned alike. Measured on streams of 12 pairs of rendered heads:
/// one person's correlate by 0.807 and more, two people's by 0.78 and less three times in a row in 11 pairs, by 0.74 to 0.82 in one.
const SAME_LOOK: f32 = 0.78;

/// Frames in a row that must look another way: a lamp that is switched on, or a hand before the face, is gone sooner.
const STRIKES: u32 = 3;

/// Largest difference of yaw and pitch, degrees, at which two faces are compared.
const ALIKE_DEG: f32 = 7.0;

/// The same two for a head that was followed through a turn and back: its box lies a little elsewhere afterwards, and its look falls to
/// 0.71 (measured on films of rendered heads); that it was followed speaks for the person besides.
const STRIKES_AFTER_TURN: u32 = 4;
const ALIKE_AFTER_TURN_DEG: f32 = 3.5;

/// Largest yaw and pitch, degrees, of a face that others are compared with.
const STRAIGHT_DEG: f32 = 12.0;

/// Mean luma of faces that are compared: what is nearly black or white has no look.
const SEEN_LUMA: (f32, f32) = (35.0, 215.0);

/// What a frame shows of the person.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    /// All faces, the person's first.
    pub faces: Vec<Face>,
    /// Movement of the face's centre in 33 ms, as a share of its height; `None` in a first frame.
    pub motion: Option<f32>,
    /// Another person is seen than before: what was kept is not of this one.
    pub changed: bool,
}

impl Seen {
    /// The person's face.
    pub fn face(&self) -> Option<&Face> {
        self.faces.first()
    }
}

/// How the person looked, and which way.
#[derive(Debug, Clone)]
struct Look {
    small: Vec<f32>,
    yaw: f32,
    pitch: f32,
}

/// Follows one person.
#[derive(Debug, Clone, Default)]
pub struct FaceTracker {
    last: Option<(Face, f64)>,
    /// The person looking straight at the camera.
    reference: Option<Look>,
    /// Frames in a row that look another way than the reference.
    strikes: u32,
    /// The head was followed through a turn.
    turned: bool,
    since_whole: u32,
    /// More than one face was seen in the last whole look.
    company: bool,
}

impl FaceTracker {
    /// Takes a frame at `now_ms`.
    pub fn push(&mut self, frame: &Frame<'_>, detector: &FaceDetector, now_ms: f64) -> Seen {
        let recent = self.last.filter(|(_, at_ms)| now_ms - at_ms <= GAP_MS);
        let followed = recent
            .filter(|_| self.since_whole < WHOLE_EVERY && !self.company)
            .and_then(|(last, _)| detector.follow(frame, &last));
        self.since_whole += 1;
        let faces = match followed {
            Some(face) => vec![face],
            None => {
                self.since_whole = 0;
                let mut faces = detector.find(frame);
                // The largest is the person before the camera, a smaller one stands behind.
                crate::core::numeric::sort_by_key(&mut faces, |face| -face.bounds.area());
                self.company = faces.len() > 1;
                if let Some(face) = faces.first_mut()
                    && let Some(closer) = detector.follow(frame, face)
                {
                    *face = closer;
                }
                faces
            }
        };
        self.look(frame, faces, now_ms)
    }

    fn look(&mut self, frame: &Frame<'_>, faces: Vec<Face>, now_ms: f64) -> Seen {
        let Some(face) = faces.first().copied() else { return Seen { faces, motion: None, changed: false } };
        let mut motion = None;
        if let Some((last, at_ms)) = self.last {
            let passed = (now_ms - at_ms).max(0.0) as f32;
            let moved = last.bounds.centre().distance(face.bounds.centre()) / last.bounds.height.max(1.0);
            if f64::from(passed) <= GAP_MS {
                motion = Some(moved / (passed / FRAME_MS).max(1.0));
                // Farther than a head can move: whoever is there now has to look the same at once.
                if moved > FARTHEST_JUMP * (passed / 100.0).max(1.0) {
                    self.turned = false;
                    self.strikes = STRIKES - 1;
                }
            } else {
                self.turned = false;
            }
        }
        self.last = Some((face, now_ms));
        let changed = self.is_another(frame, &face);
        Seen { faces, motion, changed }
    }

    /// Whether it is certain by now that another person is seen.
    fn is_another(&mut self, frame: &Frame<'_>, face: &Face) -> bool {
        let straight = face.yaw.abs() < STRAIGHT_DEG && face.pitch.abs() < STRAIGHT_DEG;
        let Some(reference) = &self.reference else {
            if straight {
                self.reference =
                    small_picture(frame, face).map(|small| Look { small, yaw: face.yaw, pitch: face.pitch });
            }
            return false;
        };
        let away = (face.yaw - reference.yaw).abs().max((face.pitch - reference.pitch).abs());
        self.turned |= away > STRAIGHT_DEG;
        let (strikes, alike_deg) =
            if self.turned { (STRIKES_AFTER_TURN, ALIKE_AFTER_TURN_DEG) } else { (STRIKES, ALIKE_DEG) };
        let alike = away < alike_deg;
        let Some(small) = alike.then(|| small_picture(frame, face)).flatten() else { return false };
        if correlation(&reference.small, &small) >= SAME_LOOK {
            self.strikes = 0;
            return false;
        }
        self.strikes += 1;
        if self.strikes < strikes {
            return false;
        }
        self.strikes = 0;
        self.turned = false;
        self.reference = Some(Look { small, yaw: face.yaw, pitch: face.pitch });
        true
    }
}

/// The face at [`SMALL`] × [`SMALL`], without its mean and with length 1; `None` where it is too dark or too light to look like
/// anybody.
fn small_picture(frame: &Frame<'_>, face: &Face) -> Option<Vec<f32>> {
    let side = 0.8 * face.bounds.width.max(face.bounds.height);
    // Sixteen samples for each pixel, so that sharpness does not count.
    let fine = patch::sample(frame, &patch::Axes::of(face, face.bounds.centre()), side, side, 4 * SMALL, 4 * SMALL);
    let mut small = vec![0f32; SMALL * SMALL];
    for (i, v) in fine.data.iter().enumerate() {
        let (x, y) = (i % fine.width / 4, i / fine.width / 4);
        small[y * SMALL + x] += f32::from(*v);
    }
    let mean = small.iter().sum::<f32>() / small.len() as f32;
    if !(SEEN_LUMA.0..=SEEN_LUMA.1).contains(&(mean / 16.0)) {
        return None;
    }
    small.iter_mut().for_each(|v| *v -= mean);
    let length = small.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-6);
    small.iter_mut().for_each(|v| *v /= length);
    Some(small)
}

fn correlation(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
