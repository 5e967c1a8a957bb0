//! One person over the frames of a stream: followed cheaply, and noticed when another takes the place.

use super::look::{Awake, Look};
use crate::face::{Face, FaceDetector};
use crate::frame::Frame;

/// Frames between two looks at the whole picture while a face is followed: somebody else who comes in is seen within a third of a
/// second.
const WHOLE_EVERY: u32 = 8;

/// Longest gap without a face, ms, after which motion is not told.
const GAP_MS: f64 = 700.0;

/// Farthest jump of a face's centre between two frames, in heights of the face, for each 100 ms and at least once: a head moves less.
const FARTHEST_JUMP: f32 = 0.55;

/// Movement is told for a frame of a camera of 30 frames a second, so that slow phones are not held to more.
const FRAME_MS: f32 = 33.0;

/// How unlike two looks of one person are at most whose head is turned alike. Measured on 120 streams of rendered heads with every fault of
/// `specimen`'s streams: 99.5 of 100 frames of one person are less unlike to a straight one; of 120 pairs of people 100 are unlike by more.
const MOST_UNLIKE: f32 = 0.26;

/// Frames in a row that must look another way: a lamp that is switched on, or a hand before the face, is gone sooner.
const STRIKES: u32 = 3;

/// Longest time between two such frames, ms: what is far apart is not in a row.
const STRIKE_MS: f64 = 700.0;

/// Largest difference of yaw and pitch, degrees, at which two faces are compared: at 6° pictures of one person correlate
/// by 0.59 (measured as above).
const ALIKE_DEG: f32 = 5.0;

/// The same two for a head that was followed through a turn and back: its box lies a little elsewhere afterwards, and its
/// pictures correlate by 0.71 (measured on films of rendered heads); that it was followed speaks for the person besides.
const STRIKES_AFTER_TURN: u32 = 4;
const ALIKE_AFTER_TURN_DEG: f32 = 3.5;

/// Largest yaw and pitch, degrees, of a face that others are compared with.
const STRAIGHT_DEG: f32 = 12.0;

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

/// Follows one person.
#[derive(Debug, Clone, Default)]
pub struct FaceTracker {
    last: Option<(Face, f64)>,
    /// The person looking straight at the camera.
    reference: Option<Look>,
    /// Frames in a row that look another way than the reference, and when the newest of them was seen.
    strikes: u32,
    strike_ms: f64,
    /// The head was followed through a turn.
    turned: bool,
    /// The page lights the face in colours.
    coloured_light: bool,
    since_whole: u32,
    /// More than one face was seen in the last whole look.
    company: bool,
}

impl FaceTracker {
    /// Whether the page lights the face in colours, as it does in a flash: colours then tell nobody apart.
    pub fn set_coloured_light(&mut self, coloured: bool) {
        self.coloured_light = coloured;
    }

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
                crate::numeric::sort_by_key(&mut faces, |face| -face.bounds.area());
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
                    self.strike_ms = now_ms;
                }
            } else {
                self.turned = false;
            }
        }
        self.last = Some((face, now_ms));
        let changed = self.is_another(frame, &face, now_ms);
        Seen { faces, motion, changed }
    }

    /// Whether it is certain by now that another person is seen.
    fn is_another(&mut self, frame: &Frame<'_>, face: &Face, now_ms: f64) -> bool {
        let Some(reference) = &self.reference else {
            if face.yaw.abs() < STRAIGHT_DEG && face.pitch.abs() < STRAIGHT_DEG {
                self.reference = Look::of(frame, face).map(|look| look.with_eyes(frame, face));
            }
            return false;
        };
        let away = reference.turned_from(face);
        self.turned |= away > STRAIGHT_DEG;
        let (strikes, alike_deg) =
            if self.turned { (STRIKES_AFTER_TURN, ALIKE_AFTER_TURN_DEG) } else { (STRIKES, ALIKE_DEG) };
        let Some(look) = (away < alike_deg).then(|| Look::of(frame, face)).flatten() else { return false };
        if reference.unlike(&look, !self.coloured_light) <= MOST_UNLIKE {
            self.strikes = 0;
            return false;
        }
        let look = look.with_eyes(frame, face);
        match reference.awake(&look) {
            Some(Awake::First) => return false,
            Some(Awake::Second) => {
                // With open eyes the person looks like the person.
                self.strikes = 0;
                self.reference = Some(look);
                return false;
            }
            None => {}
        }
        if now_ms - self.strike_ms > STRIKE_MS {
            self.strikes = 0;
        }
        self.strike_ms = now_ms;
        self.strikes += 1;
        if self.strikes < strikes {
            return false;
        }
        self.strikes = 0;
        self.turned = false;
        self.reference = Some(look);
        true
    }
}
