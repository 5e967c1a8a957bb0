//! The movements of active liveness: how a challenge is derived, and which change of pose completes a step.
//!
//! A challenge follows from the token of *liveness session generate* alone. A server that created the token knows the
//! order, and a recording for another token shows another order.

use serde::Serialize;

use crate::codes::codes;
use crate::face::Face;
use crate::geometry::Point;
use crate::thresholds::StepLimits;

codes! {
    /// A movement. Left and right are the person's own.
    ActiveStep {
        /// Turn the head to the left.
        TurnLeft = "turn_left",
        /// Turn the head to the right.
        TurnRight = "turn_right",
        /// Look up.
        LookUp = "look_up",
        /// Look down.
        LookDown = "look_down",
        /// Come closer to the camera.
        ComeCloser = "come_closer",
        /// Move away from it.
        MoveAway = "move_away",
        /// Close both eyes for a moment.
        Blink = "blink",
    }
}

impl ActiveStep {
    /// Whether the head turns, which a planar image cannot.
    pub fn is_turn(self) -> bool {
        matches!(self, Self::TurnLeft | Self::TurnRight | Self::LookUp | Self::LookDown)
    }
}

/// Maximum steps of a challenge: the API names four stored file types.
pub const MAX_STEPS: usize = 4;

/// Attempts for one token.
pub const MAX_ATTEMPTS: u32 = 3;

/// Derives the steps of an attempt (from 0) for a token: `count` distinct steps (1–[`MAX_STEPS`]), the first a head
/// rotation, and at least every second one.
///
/// FNV-1a of the bytes of the token and of the attempt (4 bytes, little-endian) seeds SplitMix64, which shuffles the
/// list. The order is not secret; it only cannot be known before the token exists.
pub fn derive_challenge(token: &str, attempt: u32, count: usize) -> Vec<ActiveStep> {
    let bytes = token.bytes().chain(attempt.to_le_bytes());
    let mut state = bytes.fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    let mut below = |n: usize| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    };
    let (mut turns, mut others): (Vec<_>, Vec<_>) = ActiveStep::ALL.iter().copied().partition(|step| step.is_turn());
    let count = count.clamp(1, MAX_STEPS);
    let mut steps = Vec::with_capacity(count);
    while steps.len() < count {
        let must_turn = steps.len() % 2 == 0;
        let from = if must_turn || below(2) == 0 { &mut turns } else { &mut others };
        let at = below(from.len());
        steps.push(from.swap_remove(at));
    }
    steps
}

/// Share of the limit of a rotation from which a head no longer faces the camera. A rotated head appears smaller and
/// its eyes narrower: it must not complete a step of distance or a blink. Measured on rendered heads
/// (`tests/native/liveness`): an upward nod shrinks the head to 0.82, below the limit of `move_away`.
const MAX_FACING_SHARE: f32 = 0.7;

/// Rotation about the other axis that a head may do beside its own, as a share of it and in degrees, and the ratios of
/// its size to the neutral one.
const CROSS_SHARE: f32 = 0.3;
const CROSS_DEG: f32 = 4.0;
const ROTATION_SIZES: std::ops::RangeInclusive<f32> = 0.75..=1.3;

/// Inter-eye distance of a frontal head, as a share of its size.
const INTER_EYE_SHARE: f32 = 0.4;

/// Factor of a step while the head does what belongs to another step: it cannot be completed, but shows progress.
const IMPURE_FACTOR: f32 = 0.6;

/// Factor of the depth of an upward nod relative to a downward one: the nose moves away from the mouth.
const LOOK_UP_DEPTH_FACTOR: f32 = 1.6;

/// The neutral pose of a person, from the frames before the steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NeutralPose {
    /// Degrees.
    pub yaw: f32,
    /// Degrees.
    pub pitch: f32,
    /// Size of the head, pixels.
    pub size: f32,
    /// Opening of the eyes, in distances between them; `None` if it cannot be measured.
    pub eyes: Option<f32>,
    /// The points, in the face's own upright axes, with the distance between the eyes as the unit.
    pub points: [Point; 6],
}

impl NeutralPose {
    /// Measures the pose of a face. `eyes`: its eye openness.
    pub fn measure(face: &Face, eyes: Option<f32>) -> Self {
        Self { yaw: face.yaw, pitch: face.pitch, size: size(face), eyes, points: normalised(face) }
    }

    /// Returns the median of each value; `None` without poses.
    pub fn median(all: &[Self]) -> Option<Self> {
        let first = all.first()?;
        let median = |value: &dyn Fn(&Self) -> f32| {
            let mut values: Vec<f32> = all.iter().map(value).collect();
            crate::numeric::sort(&mut values);
            values[values.len() / 2]
        };
        let seen: Vec<Self> = all.iter().filter(|n| n.eyes.is_some()).copied().collect();
        Some(Self {
            yaw: median(&|n| n.yaw),
            pitch: median(&|n| n.pitch),
            size: median(&|n| n.size),
            eyes: if seen.is_empty() {
                first.eyes
            } else {
                let mut values: Vec<f32> = seen.iter().filter_map(|n| n.eyes).collect();
                crate::numeric::sort(&mut values);
                Some(values[values.len() / 2])
            },
            points: std::array::from_fn(|i| Point::new(median(&|n| n.points[i].x), median(&|n| n.points[i].y))),
        })
    }
}

/// A measured movement, relative to the neutral pose.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "StepChange"))]
#[serde(rename_all = "camelCase")]
pub struct PoseChange {
    /// Change of yaw, degrees.
    pub yaw: f32,
    /// Change of pitch, degrees.
    pub pitch: f32,
    /// Ratio of the head's size to its neutral size.
    pub size: f32,
    /// Ratio of the eyes' opening to the neutral opening; absent if it cannot be measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eyes: Option<f32>,
    /// Depth evidence: landmark residual against any planar view of the neutral face, in inter-eye distances.
    pub depth: f32,
}

impl PoseChange {
    /// Measures the change from the neutral pose to a face.
    pub fn measure(neutral: &NeutralPose, face: &Face, eyes: Option<f32>) -> Self {
        Self {
            yaw: face.yaw - neutral.yaw,
            pitch: face.pitch - neutral.pitch,
            size: size(face) / neutral.size.max(1.0),
            eyes: eyes.zip(neutral.eyes).map(|(now, own)| now / own.max(1e-3)),
            depth: depth(&neutral.points, &normalised(face)),
        }
    }

    /// Returns the fraction of a movement that is done; 1 and more completes the step. A rotation must be mainly about
    /// its own axis, and a step of distance or a blink needs a head that faces the camera, so that other movements do
    /// not complete it.
    pub fn share(&self, step: ActiveStep, limits: &StepLimits) -> f32 {
        let turned = |own: f32, other: f32, limit: f32, depth: f32| {
            // A rotating head nods a little and stays in place; an image moved by hand changes everything at once.
            let pure = other.abs() <= CROSS_SHARE * own.max(0.0) + CROSS_DEG && ROTATION_SIZES.contains(&self.size);
            let pure = if pure { 1.0 } else { IMPURE_FACTOR };
            // A sufficient rotation must have depth: the points of a planar image stay planar.
            let solid = (self.depth / depth).min(1.0);
            pure * (own / limit).clamp(0.0, 2.0) * if own >= limit { solid } else { 1.0 }
        };
        let faces_camera = self.yaw.abs() < MAX_FACING_SHARE * limits.yaw_deg
            && self.pitch.abs() < MAX_FACING_SHARE * limits.pitch_deg;
        let facing = |fraction: f32| match faces_camera {
            true => fraction.clamp(0.0, 2.0),
            false => fraction.clamp(0.0, IMPURE_FACTOR),
        };
        match step {
            ActiveStep::TurnLeft => turned(self.yaw, self.pitch, limits.yaw_deg, limits.yaw_depth),
            ActiveStep::TurnRight => turned(-self.yaw, self.pitch, limits.yaw_deg, limits.yaw_depth),
            ActiveStep::LookUp => {
                turned(self.pitch, self.yaw, limits.pitch_deg, LOOK_UP_DEPTH_FACTOR * limits.pitch_depth)
            }
            ActiveStep::LookDown => turned(-self.pitch, self.yaw, limits.pitch_deg, limits.pitch_depth),
            ActiveStep::ComeCloser => facing((self.size - 1.0) / (limits.closer - 1.0)),
            ActiveStep::MoveAway => facing((1.0 - self.size) / (1.0 - limits.farther)),
            ActiveStep::Blink => self.eyes.map_or(0.0, |eyes| facing((1.0 - eyes) / (1.0 - limits.closed))),
        }
    }

    /// Returns whether the movement completes the step.
    pub fn proves(&self, step: ActiveStep, limits: &StepLimits) -> bool {
        self.share(step, limits) >= 1.0
    }
}

/// Returns the size of a head, pixels, which yaw hardly changes.
fn size(face: &Face) -> f32 {
    face.bounds.width.max(face.bounds.height)
}

/// Returns the keypoints in upright axes, in units of the inter-eye distance of a frontal head.
fn normalised(face: &Face) -> [Point; 6] {
    let unit = (size(face) * INTER_EYE_SHARE).max(1.0);
    let axes = super::patch::FaceAxes::new(face, face.eye_middle());
    face.keypoints.map(|p| {
        let (along, below) = axes.face_position(p);
        Point::new(along / unit, below / unit)
    })
}

/// Returns the distance of points from every affine image of others: the RMS residual of the best affine map.
///
/// A planar image, however it is moved, tilted or scaled, is an affine image of itself, apart from perspective, which
/// is small at arm's length. The nose and the ears of a rotating head are not.
pub fn depth(from: &[Point; 6], to: &[Point; 6]) -> f32 {
    let mean = |p: &[Point; 6]| {
        let n = p.len() as f32;
        (p.iter().map(|p| p.x).sum::<f32>() / n, p.iter().map(|p| p.y).sum::<f32>() / n)
    };
    let ((fx, fy), (tx, ty)) = (mean(from), mean(to));
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    let mut with = [[0.0f32; 2]; 2];
    for (a, b) in from.iter().zip(to) {
        let (x, y) = (a.x - fx, a.y - fy);
        (xx, xy, yy) = (xx + x * x, xy + x * y, yy + y * y);
        for (row, v) in with.iter_mut().zip([b.x - tx, b.y - ty]) {
            row[0] += v * x;
            row[1] += v * y;
        }
    }
    let determinant = xx * yy - xy * xy;
    if determinant < 1e-6 {
        return 0.0;
    }
    let map = with.map(|[x, y]| [(x * yy - y * xy) / determinant, (y * xx - x * xy) / determinant]);
    let left: f32 = from
        .iter()
        .zip(to)
        .map(|(a, b)| {
            let (x, y) = (a.x - fx, a.y - fy);
            (b.x - tx - map[0][0] * x - map[0][1] * y).powi(2) + (b.y - ty - map[1][0] * x - map[1][1] * y).powi(2)
        })
        .sum();
    (left / from.len() as f32).sqrt()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::patch::tests::face_at;
    use super::*;

    #[test]
    fn challenges_follow_from_the_token_and_differ() {
        let mut orders = HashSet::new();
        for i in 0..400 {
            let token = format!("token-{i}");
            for count in 0..7 {
                let steps = derive_challenge(&token, 0, count);
                assert_eq!(steps.len(), count.clamp(1, MAX_STEPS));
                assert_eq!(steps, derive_challenge(&token, 0, count));
                assert_eq!(steps.iter().collect::<HashSet<_>>().len(), steps.len(), "{steps:?}");
                assert!(steps[0].is_turn() && steps.iter().step_by(2).all(|step| step.is_turn()), "{steps:?}");
            }
            orders.insert(derive_challenge(&token, 0, 3));
            assert!((0..MAX_ATTEMPTS).map(|n| derive_challenge(&token, n, 4)).collect::<HashSet<_>>().len() >= 2);
        }
        assert!(orders.len() > 50, "{}", orders.len());
        let firsts: HashSet<_> = orders.iter().map(|steps| steps[0]).collect();
        assert_eq!(firsts.len(), 4);
    }

    #[test]
    fn each_movement_proves_itself_alone() {
        let face = face_at(200.0, 200.0, 80.0, 0.0);
        let neutral = NeutralPose::measure(&face, Some(0.15));
        let limits = StepLimits::default();
        let solid = PoseChange { size: 1.0, eyes: Some(1.0), depth: 0.2, ..PoseChange::default() };
        let cases = [
            (PoseChange { yaw: 20.0, ..solid }, ActiveStep::TurnLeft),
            (PoseChange { yaw: -20.0, ..solid }, ActiveStep::TurnRight),
            (PoseChange { pitch: 15.0, ..solid }, ActiveStep::LookUp),
            (PoseChange { pitch: -15.0, ..solid }, ActiveStep::LookDown),
            (PoseChange { size: 1.4, ..solid }, ActiveStep::ComeCloser),
            (PoseChange { size: 0.7, ..solid }, ActiveStep::MoveAway),
            (PoseChange { eyes: Some(0.3), ..solid }, ActiveStep::Blink),
        ];
        for (change, meant) in cases {
            for step in ActiveStep::ALL {
                assert_eq!(change.proves(*step, &limits), *step == meant, "{change:?} {step:?}");
            }
        }
        let still = PoseChange::measure(&neutral, &face, Some(0.15));
        assert!(ActiveStep::ALL.iter().all(|step| !still.proves(*step, &limits)), "{still:?}");
        // A sheet that is tilted both ways, or brought away at the same time.
        assert!(!PoseChange { pitch: -14.0, yaw: 9.0, ..solid }.proves(ActiveStep::LookDown, &limits));
        assert!(!PoseChange { yaw: 20.0, size: 0.6, ..solid }.proves(ActiveStep::TurnLeft, &limits));
        // A nod makes the head smaller and the eyes narrower.
        let nod = PoseChange { pitch: 15.0, size: 0.7, eyes: Some(0.3), ..solid };
        assert!(!nod.proves(ActiveStep::MoveAway, &limits) && !nod.proves(ActiveStep::Blink, &limits));
        // Eyes that are not visible prove no blink; a turn without depth is that of a planar image.
        assert_eq!(PoseChange { eyes: None, ..solid }.share(ActiveStep::Blink, &limits), 0.0);
        assert!(!PoseChange { yaw: 40.0, depth: 0.01, ..solid }.proves(ActiveStep::TurnLeft, &limits));
        assert!(PoseChange { yaw: 15.0, ..solid }.proves(ActiveStep::TurnLeft, &limits.scaled(0.8)));
    }

    #[test]
    fn planar_images_have_no_depth() {
        let points = normalised(&face_at(200.0, 200.0, 80.0, 0.0));
        // Tilted, sheared, turned, larger.
        let flat = points.map(|p| Point::new(0.6 * p.x + 0.2 * p.y + 3.0, 1.3 * p.y - 0.1 * p.x));
        assert!(depth(&points, &flat) < 1e-4);
        let mut turned = points;
        turned[2].x += 0.25; // the nose
        assert!(depth(&points, &turned) > 0.045);
        assert_eq!(depth(&[Point::default(); 6], &points), 0.0);
    }

    #[test]
    fn the_middle_of_several_is_not_led_by_one() {
        let mut all = vec![NeutralPose::measure(&face_at(200.0, 200.0, 80.0, 0.0), Some(0.15)); 5];
        all[1].yaw = 60.0;
        all[2].eyes = None;
        all[3].size = 1.0;
        let middle = NeutralPose::median(&all).unwrap();
        assert_eq!((middle.yaw, middle.eyes, middle.size), (0.0, Some(0.15), 200.0));
        assert_eq!(NeutralPose::median(&[]), None);
    }
}
