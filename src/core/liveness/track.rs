//! One person over the frames of a stream: followed cheaply, and noticed when another takes the place.

use super::appearance::{EyesOpenIn, FaceAppearance};
use crate::face::{Face, FaceDetector};
use crate::frame::Frame;

/// Frames between two appearances at the whole picture while a face is followed: somebody else who comes in is seen within a third of a
/// second.
const FULL_DETECTION_INTERVAL: u32 = 8;

/// Longest gap without a face, ms, after which motion is not told.
const GAP_MS: f64 = 700.0;

/// Farthest jump of a face's centre between two frames, in heights of the face, for each 100 ms and at least once: a head moves less.
const MAX_JUMP: f32 = 0.55;

/// Movement is told for a frame of a camera of 30 frames a second, so that slow phones are not held to more.
const FRAME_MS: f32 = 33.0;

/// How appearance_distance two appearances of one person are at most whose head is rotated alike. FrameObservation on 120 streams of rendered heads with every fault of
/// `specimen`'s streams: 99.5 of 100 frames of one person are less appearance_distance to a straight one; of 120 pairs of people 100 are appearance_distance by more.
const MAX_APPEARANCE_DISTANCE: f32 = 0.26;

/// Frames in a row that must appearance another way: a lamp that is switched on, or a hand before the face, is gone sooner.
const MISMATCH_FRAMES: u32 = 3;

/// Longest time between two such frames, ms: what is far apart is not in a row.
const MAX_MISMATCH_GAP_MS: f64 = 700.0;

/// Largest difference of yaw and pitch, degrees, at which two faces are compared: at 6° pictures of one person correlate
/// by 0.59 (measured as above).
const MAX_POSE_DIFFERENCE_DEG: f32 = 5.0;

/// The same two for a head that was followed through a turn and back: its box lies a little elsewhere afterwards, and its
/// pictures correlate by 0.71 (measured on films of rendered heads); that it was followed speaks for the person besides.
const MISMATCH_FRAMES_AFTER_ROTATION: u32 = 4;
const MAX_POSE_DIFFERENCE_AFTER_ROTATION_DEG: f32 = 3.5;

/// Largest yaw and pitch, degrees, of a face that others are compared with.
const MAX_REFERENCE_POSE_DEG: f32 = 12.0;

/// What a frame shows of the person.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrackedFaces {
    /// All faces, the person's first.
    pub faces: Vec<Face>,
    /// Movement of the face's centre in 33 ms, as a share of its height; `None` in a first frame.
    pub motion: Option<f32>,
    /// Another person is seen than before: what was kept is not of this one.
    pub changed: bool,
}

impl TrackedFaces {
    /// The person's face.
    pub fn face(&self) -> Option<&Face> {
        self.faces.first()
    }
}

/// Follows one person.
#[derive(Debug, Clone, Default)]
pub struct FaceTracker {
    last: Option<(Face, f64)>,
    /// The person looking straight at the camera.
    reference: Option<FaceAppearance>,
    /// Frames in a row that appearance another way than the reference, and when the newest of them was seen.
    mismatches: u32,
    last_mismatch_ms: f64,
    /// The head was followed through a turn.
    rotated: bool,
    /// The page lights the face in colours.
    coloured_light: bool,
    since_full_detection: u32,
    /// More than one face was seen in the last whole appearance.
    multiple_faces: bool,
}

impl FaceTracker {
    /// Whether the page lights the face in colours, as it does in a flash: colours then tell nobody apart.
    pub fn set_coloured_light(&mut self, coloured: bool) {
        self.coloured_light = coloured;
    }

    /// Takes a frame at `now_ms`.
    pub fn push(&mut self, frame: &Frame<'_>, detector: &FaceDetector, now_ms: f64) -> TrackedFaces {
        let recent = self.last.filter(|(_, at_ms)| now_ms - at_ms <= GAP_MS);
        let followed = recent
            .filter(|_| self.since_full_detection < FULL_DETECTION_INTERVAL && !self.multiple_faces)
            .and_then(|(last, _)| detector.follow(frame, &last));
        self.since_full_detection += 1;
        let faces = match followed {
            Some(face) => vec![face],
            None => {
                self.since_full_detection = 0;
                let mut faces = detector.find(frame);
                // The largest is the person before the camera, a smaller one stands behind.
                crate::numeric::sort_by_key(&mut faces, |face| -face.bounds.area());
                self.multiple_faces = faces.len() > 1;
                if let Some(face) = faces.first_mut()
                    && let Some(closer) = detector.follow(frame, face)
                {
                    *face = closer;
                }
                faces
            }
        };
        self.track(frame, faces, now_ms)
    }

    fn track(&mut self, frame: &Frame<'_>, faces: Vec<Face>, now_ms: f64) -> TrackedFaces {
        let Some(face) = faces.first().copied() else { return TrackedFaces { faces, motion: None, changed: false } };
        let mut motion = None;
        if let Some((last, at_ms)) = self.last {
            let passed = (now_ms - at_ms).max(0.0) as f32;
            let moved = last.bounds.centre().distance(face.bounds.centre()) / last.bounds.height.max(1.0);
            if f64::from(passed) <= GAP_MS {
                motion = Some(moved / (passed / FRAME_MS).max(1.0));
                // Farther than a head can move: whoever is there now has to appearance the same at once.
                if moved > MAX_JUMP * (passed / 100.0).max(1.0) {
                    self.rotated = false;
                    self.mismatches = MISMATCH_FRAMES - 1;
                    self.last_mismatch_ms = now_ms;
                }
            } else {
                self.rotated = false;
            }
        }
        self.last = Some((face, now_ms));
        let changed = self.is_different_person(frame, &face, now_ms);
        TrackedFaces { faces, motion, changed }
    }

    /// Whether it is certain by now that another person is seen.
    fn is_different_person(&mut self, frame: &Frame<'_>, face: &Face, now_ms: f64) -> bool {
        let Some(reference) = &self.reference else {
            if face.yaw.abs() < MAX_REFERENCE_POSE_DEG && face.pitch.abs() < MAX_REFERENCE_POSE_DEG {
                self.reference =
                    FaceAppearance::measure(frame, face).map(|appearance| appearance.with_eyes(frame, face));
            }
            return false;
        };
        let away = reference.pose_difference(face);
        self.rotated |= away > MAX_REFERENCE_POSE_DEG;
        let (mismatches, max_pose_difference) = if self.rotated {
            (MISMATCH_FRAMES_AFTER_ROTATION, MAX_POSE_DIFFERENCE_AFTER_ROTATION_DEG)
        } else {
            (MISMATCH_FRAMES, MAX_POSE_DIFFERENCE_DEG)
        };
        let Some(appearance) = (away < max_pose_difference).then(|| FaceAppearance::measure(frame, face)).flatten()
        else {
            return false;
        };
        if reference.appearance_distance(&appearance, !self.coloured_light) <= MAX_APPEARANCE_DISTANCE {
            self.mismatches = 0;
            return false;
        }
        let appearance = appearance.with_eyes(frame, face);
        match reference.eyes_open_in(&appearance) {
            Some(EyesOpenIn::First) => return false,
            Some(EyesOpenIn::Second) => {
                // With open eyes the person appearances like the person.
                self.mismatches = 0;
                self.reference = Some(appearance);
                return false;
            }
            None => {}
        }
        if now_ms - self.last_mismatch_ms > MAX_MISMATCH_GAP_MS {
            self.mismatches = 0;
        }
        self.last_mismatch_ms = now_ms;
        self.mismatches += 1;
        if self.mismatches < mismatches {
            return false;
        }
        self.mismatches = 0;
        self.rotated = false;
        self.reference = Some(appearance);
        true
    }
}
