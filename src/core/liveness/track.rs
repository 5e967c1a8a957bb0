//! One person over the frames of a stream: followed cheaply, and noticed when another takes the place.

use super::patch;
use crate::core::face::{Face, FaceDetector};
use crate::core::frame::Frame;

/// Frames between two looks at the whole picture while a face is followed: somebody else who comes in is seen within a third of a
/// second.
const WHOLE_EVERY: u32 = 8;

/// Longest gap without a face, ms, after which the next face is held against the one before.
const GAP_MS: f64 = 700.0;

/// Farthest jump of a face's centre between two frames, in heights of the face, for each 100 ms and at least once: a head moves less.
const FARTHEST_JUMP: f32 = 0.55;

/// Movement is told for a frame of a camera of 30 frames a second, so that slow phones are not held to more.
const FRAME_MS: f32 = 33.0;

/// Largest change of size between two frames.
const LARGEST_GROWTH: f32 = 1.6;

/// Side of the small picture of a face that tells persons apart from frame to frame.
const SMALL: usize = 16;

/// Least correlation of two small pictures of one person in frames that follow each other, while the head hardly turns. Measured on 14
/// pairs of rendered heads: one person's correlate by 0.86 and more, closed eyes included, two people's by 0.80 and less.
const SAME_LOOK: f32 = 0.83;

/// Turns between two frames, degrees, up to which their small pictures can be compared.
const HARDLY_TURNED_DEG: f32 = 6.0;

/// The same across a gap, and against the face at the start: light and expression may have changed.
const SAME_LOOK_LATER: f32 = 0.55;

/// Largest turn, degrees, at which faces are compared at all: the small pictures of one head turned and not turned differ as well.
const COMPARABLE_DEG: f32 = 14.0;

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

/// A face and its small picture.
#[derive(Debug, Clone)]
struct Look {
    face: Face,
    small: Option<Vec<f32>>,
    at_ms: f64,
}

/// Follows one person.
#[derive(Debug, Clone, Default)]
pub struct FaceTracker {
    last: Option<Look>,
    /// How the person looked straight at the camera first.
    first: Option<Vec<f32>>,
    since_whole: u32,
    /// More than one face was seen in the last whole look.
    company: bool,
}

impl FaceTracker {
    /// Takes a frame at `now_ms`.
    pub fn push(&mut self, frame: &Frame<'_>, detector: &FaceDetector, now_ms: f64) -> Seen {
        let recent = self.last.as_ref().filter(|last| now_ms - last.at_ms <= GAP_MS);
        let followed = recent
            .filter(|_| self.since_whole < WHOLE_EVERY && !self.company)
            .and_then(|last| detector.follow(frame, &last.face));
        self.since_whole += 1;
        let faces = match followed {
            Some(face) => vec![face],
            None => {
                self.since_whole = 0;
                let mut faces = detector.detect(frame);
                // The largest is the person before the camera, a smaller one stands behind.
                crate::core::numeric::sort_by_key(&mut faces, |face| -face.bounds.area());
                self.company = faces.len() > 1;
                faces
            }
        };
        self.look(frame, faces, now_ms)
    }

    fn look(&mut self, frame: &Frame<'_>, faces: Vec<Face>, now_ms: f64) -> Seen {
        let Some(face) = faces.first().copied() else {
            return Seen { faces, motion: None, changed: false };
        };
        let straight = face.yaw.abs() < COMPARABLE_DEG && face.pitch.abs() < 1.5 * COMPARABLE_DEG;
        let small = straight.then(|| small_picture(frame, &face));
        let mut changed = false;
        let mut motion = None;
        if let Some(last) = &self.last {
            let passed = (now_ms - last.at_ms).max(0.0);
            let height = last.face.bounds.height.max(1.0);
            let moved = last.face.bounds.centre().distance(face.bounds.centre()) / height;
            let grown = (face.bounds.height / height).max(height / face.bounds.height.max(1.0));
            let alike = |a: &Option<Vec<f32>>| Some(correlation(a.as_deref()?, small.as_deref()?));
            if passed <= GAP_MS {
                motion = Some(moved / (passed as f32 / FRAME_MS).max(1.0));
                let allowed = FARTHEST_JUMP * (passed as f32 / 100.0).max(1.0);
                let jumped = moved > allowed || grown > LARGEST_GROWTH * (passed as f32 / 200.0).max(1.0);
                let turned = (face.yaw - last.face.yaw).abs().max((face.pitch - last.face.pitch).abs());
                let other = turned < HARDLY_TURNED_DEG
                    && alike(&last.small).is_some_and(|alike| alike < SAME_LOOK)
                    && moved < 0.25;
                changed = jumped || other;
            }
            // Across a gap, and after a jump that one head could have made.
            if let Some(alike) = alike(&self.first) {
                changed = if passed > GAP_MS { alike < SAME_LOOK_LATER } else { changed && alike < 0.9 };
            } else if passed > GAP_MS {
                changed = false;
            }
        }
        if changed {
            self.first = None;
        }
        if self.first.is_none() {
            self.first.clone_from(&small);
        }
        // A turned head keeps the picture of before it turned.
        let small = small.or_else(|| self.last.take().and_then(|last| last.small));
        self.last = Some(Look { face, small, at_ms: now_ms });
        Seen { faces, motion, changed }
    }
}

/// The face at [`SMALL`] × [`SMALL`], without its mean and with length 1.
fn small_picture(frame: &Frame<'_>, face: &Face) -> Vec<f32> {
    let side = 0.8 * face.bounds.width.max(face.bounds.height);
    // Sixteen samples for each pixel, so that sharpness does not count.
    let fine = patch::sample(frame, &patch::Axes::of(face, face.bounds.centre()), side, side, 4 * SMALL, 4 * SMALL);
    let mut small = vec![0f32; SMALL * SMALL];
    for (i, v) in fine.data.iter().enumerate() {
        let (x, y) = (i % fine.width / 4, i / fine.width / 4);
        small[y * SMALL + x] += f32::from(*v);
    }
    let mean = small.iter().sum::<f32>() / small.len() as f32;
    small.iter_mut().for_each(|v| *v -= mean);
    let length = small.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-6);
    small.iter_mut().for_each(|v| *v /= length);
    small
}

fn correlation(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
