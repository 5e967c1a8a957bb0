//! Tracks one person over the frames of a stream, and detects that another person takes the place.

use super::appearance::{EyesOpenIn, FaceAppearance};
use crate::face::{Face, FaceDetector};
use crate::frame::Frame;

/// Frames between two full detections while a face is tracked: another person in the frame is detected within a third
/// of a second at 30 frames per second.
const FULL_DETECTION_INTERVAL: u32 = 8;

/// Maximum gap without a face, ms, for which motion is reported.
const GAP_MS: f64 = 700.0;

/// Maximum displacement of the face centre, in face heights per 100 ms; a head does not move faster.
const MAX_JUMP: f32 = 0.55;

/// Frame interval to which motion is normalised, ms (30 frames per second).
const FRAME_MS: f32 = 33.0;

/// Maximum appearance distance of one person in a similar pose. Measured on 120 streams of rendered heads with every
/// fault of the specimen streams: 99.5 % of the frames of one person are below; 100 of 120 pairs of persons are above.
const MAX_APPEARANCE_DISTANCE: f32 = 0.26;

/// Consecutive mismatching frames that indicate another person: changes of light and hands in front of the face are
/// shorter.
const MISMATCH_FRAMES: u32 = 3;

/// Maximum time between two consecutive mismatches, ms.
const MAX_MISMATCH_GAP_MS: f64 = 700.0;

/// Maximum difference of yaw and pitch, degrees, of two faces that are compared: at 6° images of one person correlate
/// by 0.59.
const MAX_POSE_DIFFERENCE_DEG: f32 = 5.0;

/// The same limits after the head was tracked through a rotation: its box is displaced and its images correlate by
/// 0.71 (measured on videos of rendered heads), and the tracking itself is evidence for the same person.
const MISMATCH_FRAMES_AFTER_ROTATION: u32 = 4;
const MAX_POSE_DIFFERENCE_AFTER_ROTATION_DEG: f32 = 3.5;

/// Maximum yaw and pitch of the reference face, degrees.
const MAX_REFERENCE_POSE_DEG: f32 = 12.0;

/// The faces of a frame.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrackedFaces {
    /// All faces, the person's first.
    pub faces: Vec<Face>,
    /// Movement of the face's centre in 33 ms, as a share of its height; `None` in a first frame.
    pub motion: Option<f32>,
    /// Another person is visible: what was kept belongs to the person before.
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
    /// Consecutive mismatches with the reference, and the time of the newest.
    mismatches: u32,
    last_mismatch_ms: f64,
    /// The head was tracked through a rotation.
    rotated: bool,
    /// The page lights the face in colours.
    coloured_light: bool,
    since_full_detection: u32,
    /// The last full detection found more than one face.
    multiple_faces: bool,
}

impl FaceTracker {
    /// Sets whether the page illuminates the face in colours: then chromaticity does not distinguish persons.
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
                // Faster than a head moves: whoever is visible now must match at once.
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

    /// Returns whether another person is visible.
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
                // With open eyes the person becomes the reference.
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
