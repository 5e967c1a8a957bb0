//! Tracks one person over the frames of a stream, and detects that another person takes the place.

use super::appearance::{EyesOpenIn, FaceAppearance};
use crate::face::{Face, FaceDetector};
use crate::frame::Frame;

/// The parameters of the tracking.
struct TrackingParams {
    /// Frames between two full detections while a face is tracked: another person in the frame is detected within a
    /// third of a second at 30 frames per second.
    full_detection_interval: u32,
    /// Maximum gap without a face, ms, for which motion is reported.
    gap_ms: f64,
    /// Maximum displacement of the face centre, in face heights per 100 ms; a head does not move faster.
    max_jump: f32,
    /// Frame interval to which motion is normalised, ms (30 frames per second).
    frame_ms: f32,
    /// Maximum appearance distance of one person in a similar pose. Measured on 120 streams of rendered heads with
    /// every fault of the specimen streams: 99.5 % of the frames of one person are below; 100 of 120 pairs of persons
    /// are above.
    max_appearance_distance: f32,
    /// Consecutive mismatching frames that indicate another person: changes of light and hands in front of the face are
    /// shorter.
    mismatch_frames: u32,
    /// Maximum time between two consecutive mismatches, ms.
    max_mismatch_gap_ms: f64,
    /// Maximum difference of yaw and pitch, degrees, of two faces that are compared: at 6° images of one person
    /// correlate by 0.59.
    max_pose_difference_deg: f32,
    /// The same limits after the head was tracked through a rotation: its box is displaced and its images correlate by
    /// 0.71 (measured on videos of rendered heads), and the tracking itself is evidence for the same person.
    mismatch_frames_after_rotation: u32,
    max_pose_difference_after_rotation_deg: f32,
    /// Maximum yaw and pitch of the reference face, degrees.
    max_reference_pose_deg: f32,
}

const PARAMS: TrackingParams = TrackingParams {
    full_detection_interval: 8,
    gap_ms: 700.0,
    max_jump: 0.55,
    frame_ms: 33.0,
    max_appearance_distance: 0.26,
    mismatch_frames: 3,
    max_mismatch_gap_ms: 700.0,
    max_pose_difference_deg: 5.0,
    mismatch_frames_after_rotation: 4,
    max_pose_difference_after_rotation_deg: 3.5,
    max_reference_pose_deg: 12.0,
};

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
        let recent = self.last.filter(|(_, at_ms)| now_ms - at_ms <= PARAMS.gap_ms);
        let followed = recent
            .filter(|_| self.since_full_detection < PARAMS.full_detection_interval && !self.multiple_faces)
            .and_then(|(last, _)| detector.follow(frame, &last));
        self.since_full_detection += 1;
        let faces = match followed {
            Some(face) => vec![face],
            None => {
                self.since_full_detection = 0;
                let mut faces = detector.find(frame);
                // The largest is the person before the camera, a smaller one is behind.
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
            if f64::from(passed) <= PARAMS.gap_ms {
                motion = Some(moved / (passed / PARAMS.frame_ms).max(1.0));
                // Faster than a head moves: whoever is visible now must match at once.
                if moved > PARAMS.max_jump * (passed / 100.0).max(1.0) {
                    self.rotated = false;
                    self.mismatches = PARAMS.mismatch_frames - 1;
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
            if face.yaw.abs() < PARAMS.max_reference_pose_deg && face.pitch.abs() < PARAMS.max_reference_pose_deg {
                self.reference =
                    FaceAppearance::measure(frame, face).map(|appearance| appearance.with_eyes(frame, face));
            }
            return false;
        };
        let away = reference.pose_difference(face);
        self.rotated |= away > PARAMS.max_reference_pose_deg;
        let (mismatches, max_pose_difference) = if self.rotated {
            (PARAMS.mismatch_frames_after_rotation, PARAMS.max_pose_difference_after_rotation_deg)
        } else {
            (PARAMS.mismatch_frames, PARAMS.max_pose_difference_deg)
        };
        let Some(appearance) = (away < max_pose_difference).then(|| FaceAppearance::measure(frame, face)).flatten()
        else {
            return false;
        };
        if reference.appearance_distance(&appearance, !self.coloured_light) <= PARAMS.max_appearance_distance {
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
        if now_ms - self.last_mismatch_ms > PARAMS.max_mismatch_gap_ms {
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
