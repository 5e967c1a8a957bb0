//! Whether liveness frames are what was asked for: a face in each, good enough, and the movements in the order drawn.
//! Nothing of this is certified presentation attack detection: what came is measured, and who sent it may have drawn
//! it.

use kyc_capture::api::kyc::JsonObject;
use kyc_capture::api::kyc::enums::{LivenessMode, StorageFileType};
use kyc_capture::api::kyc::flow::ACTIVE_STEPS_SETTING;
use kyc_capture::core::encode::Image;
use kyc_capture::core::face::Face;
use kyc_capture::core::liveness::signals::shows_screen;
use kyc_capture::core::liveness::steps::{
    ActiveStep, MAX_ATTEMPTS, MAX_STEPS, NeutralPose, PoseChange, derive_challenge,
};
use kyc_capture::core::liveness::{FaceQuality, eye_aperture};
use kyc_capture::core::session::DEFAULT_ACTIVE_STEPS;
use kyc_capture::core::thresholds::StepLimits;
use serde::{Deserialize, Serialize};

use super::weights::Weights;
use crate::error::ApiError;
use crate::models::Models;

/// The capture saw a movement while it was done; of its one frame a little less is asked.
const OF_ONE_FRAME: f32 = 0.8;

/// What the frames of active liveness are stored as, in their order.
const FILES: [StorageFileType; 1 + MAX_STEPS] = [
    StorageFileType::LivenessPassive,
    StorageFileType::LivenessActiveStep1,
    StorageFileType::LivenessActiveStep2,
    StorageFileType::LivenessActiveStep3,
    StorageFileType::LivenessActiveStep4,
];

/// The movements of each draw of a token, for a session of this mode; none where it is passive.
pub fn draws(mode: &LivenessMode, settings: &JsonObject, token: &str) -> Vec<Vec<ActiveStep>> {
    if *mode != LivenessMode::PassiveActive {
        return Vec::new();
    }
    let steps =
        settings.get(ACTIVE_STEPS_SETTING).and_then(serde_json::Value::as_u64).unwrap_or(DEFAULT_ACTIVE_STEPS.into());
    (0..MAX_ATTEMPTS).map(|attempt| derive_challenge(token, attempt, steps.min(16) as usize)).collect()
}

/// What the frames show.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Liveness {
    /// 0–1: the mean over the frames of what their sharpness, light and company are worth; 0 for a frame without a
    /// face.
    pub score: f64,
    /// The movements, where some were asked for.
    pub movements: Option<Movements>,
}

/// Movements that were asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Movements {
    /// Each was seen, in an order that was drawn.
    pub proven: bool,
    /// 0–1: how much of the least of them was seen; of the draw that fits best.
    pub share: f64,
}

impl Liveness {
    /// Measures frames, in the order in which they were sent. `draws`: the movements asked for, for each draw.
    ///
    /// # Errors
    /// 503 without the models.
    pub fn of(
        models: &Models,
        frames: impl Iterator<Item = Result<Image, ApiError>>,
        draws: &[Vec<ActiveStep>],
        weights: &Weights,
    ) -> Result<Self, ApiError> {
        let mut looks: Vec<Option<Look>> = Vec::new();
        for frame in frames {
            let last = looks.iter().flatten().last().map(|look| look.face);
            looks.push(look(models, &frame?, last, !draws.is_empty())?);
        }
        let worth: f64 = looks.iter().flatten().map(|look| look.worth).sum();
        let score = if looks.is_empty() { 0.0 } else { worth / looks.len() as f64 };
        Ok(Self { score, movements: (!draws.is_empty()).then(|| movements(&looks, draws, &limits(weights))) })
    }

    /// Which stored file each of so many frames is, from the first on: known where the movements were seen in them.
    pub fn files(&self, frames: usize) -> Vec<StorageFileType> {
        let proven = self.movements.as_ref().is_some_and(|movements| movements.proven);
        // The last frame looks straight again: there is no name for it.
        FILES[..frames.saturating_sub(1).min(FILES.len())].iter().filter(|_| proven).cloned().collect()
    }

    /// Whether the frames are good enough.
    pub fn is_enough(&self, weights: &Weights) -> bool {
        self.score >= weights.minimum_liveness_tolerance
    }

    /// Whether the movements were seen, or the frames are so good that the client does without them; `None` where none
    /// were asked for.
    pub fn moved(&self, weights: &Weights) -> Option<bool> {
        let movements = self.movements.as_ref()?;
        Some(movements.proven || self.score >= weights.passive_active_skip_tolerance)
    }
}

/// A face in a frame.
#[derive(Debug, Clone, Copy)]
struct Look {
    face: Face,
    eyes: Option<f32>,
    worth: f64,
    /// It is seen on a screen, which proves no movement; not searched for where none was asked for.
    on_screen: bool,
}

/// `last`: the face of the frame before. `moves`: movements were asked for, so that this one may be turned away from
/// there.
fn look(models: &Models, frame: &Image, last: Option<Face>, moves: bool) -> Result<Option<Look>, ApiError> {
    let mut faces = models.faces(frame)?;
    if faces.is_empty()
        && let Some(last) = last.filter(|_| moves)
    {
        faces.extend(models.follow(frame, &last)?);
    }
    // The largest is the person, as in the capture.
    faces.sort_by(|a, b| b.bounds.area().total_cmp(&a.bounds.area()));
    let frame = frame.frame().map_err(|_| ApiError::internal("a stored image is no frame"))?;
    let Some(quality) = FaceQuality::measure(&frame, &faces, None) else { return Ok(None) };
    // Of a movement neither pose nor lids count; how near the person is does not either.
    let worth =
        [quality.sharpness, quality.over_exposure, quality.under_exposure, quality.luminance, quality.single_face]
            .iter()
            .map(|measure| f64::from(measure.score) / 100.0)
            .fold(1.0, f64::min);
    let on_screen = moves && shows_screen(&frame, faces[0].bounds);
    Ok(Some(Look { face: faces[0], eyes: eye_aperture(&frame, &faces[0]), worth, on_screen }))
}

/// What a movement must measure. `direction_tolerance`: the least turn to the side, degrees; a nod is in proportion.
fn limits(weights: &Weights) -> StepLimits {
    let usual = StepLimits::default();
    #[expect(clippy::cast_possible_truncation, reason = "degrees need no double precision")]
    let yaw_deg = weights.direction_tolerance as f32;
    StepLimits { yaw_deg, pitch_deg: usual.pitch_deg * yaw_deg / usual.yaw_deg, ..usual.scaled(OF_ONE_FRAME) }
}

/// The draw that fits best: neutral, each movement in its order, neutral.
fn movements(looks: &[Option<Look>], draws: &[Vec<ActiveStep>], limits: &StepLimits) -> Movements {
    let best = draws.iter().map(|steps| share_of(looks, steps, limits)).fold(0.0, f32::max);
    Movements { proven: best >= 1.0, share: f64::from(best.min(1.0)) }
}

fn share_of(looks: &[Option<Look>], steps: &[ActiveStep], limits: &StepLimits) -> f32 {
    let Some(looks) = looks.iter().copied().collect::<Option<Vec<Look>>>() else { return 0.0 };
    let [before, middle @ .., after] = looks.as_slice() else { return 0.0 };
    if middle.len() != steps.len() || looks.iter().any(|look| look.on_screen) {
        return 0.0;
    }
    let neutral = NeutralPose::measure(&before.face, before.eyes);
    let change = |look: &Look| PoseChange::measure(&neutral, &look.face, look.eyes);
    // A turn that is kept to the end is no movement.
    let back = change(after);
    if back.yaw.abs() > limits.yaw_deg || back.pitch.abs() > 1.5 * limits.pitch_deg {
        return 0.0;
    }
    middle.iter().zip(steps).map(|(look, step)| change(look).share(*step, limits)).fold(f32::MAX, f32::min)
}

#[cfg(test)]
mod tests {
    use kyc_capture::core::geometry::{Point, Rect};

    use super::super::weights::DEFAULT;
    use super::*;

    /// A head turned and nodding: nose and ears lie before and behind the eyes.
    fn head(yaw: f32, pitch: f32, scale: f32) -> Option<Look> {
        let unit = 80.0 * scale;
        let at = |x: f32, y: f32, z: f32| {
            let (dx, dy) = (yaw.to_radians().sin() * z, -pitch.to_radians().sin() * z);
            Point::new(320.0 + (x + dx) * unit, 240.0 + (y + dy) * unit)
        };
        let keypoints = [
            at(-0.5, -0.3, 0.0),
            at(0.5, -0.3, 0.0),
            at(0.0, 0.25, 0.6),
            at(0.0, 0.7, 0.3),
            at(-1.15, 0.0, -1.0),
            at(1.15, 0.0, -1.0),
        ];
        let side = 2.5 * unit;
        let bounds = Rect { x: 320.0 - side / 2.0, y: 240.0 - side / 2.0, width: side, height: side };
        let face = Face { bounds, score: 0.9, keypoints, yaw, pitch, roll: 0.0 };
        Some(Look { face, eyes: Some(0.12), worth: 0.8, on_screen: false })
    }

    #[test]
    fn movements_count_in_an_order_that_was_drawn() {
        use ActiveStep as A;
        let limits = limits(&DEFAULT);
        let draws = [vec![A::TurnLeft, A::LookUp], vec![A::TurnRight, A::ComeCloser]];
        let straight = || head(0.0, 0.0, 1.0);
        let table = [
            (vec![straight(), head(25.0, 0.0, 1.0), head(0.0, 14.0, 1.0), straight()], true),
            (vec![straight(), head(-25.0, 0.0, 1.0), head(0.0, 0.0, 1.4), straight()], true),
            // The order of no draw, one movement of each, the other way round.
            (vec![straight(), head(0.0, 14.0, 1.0), head(25.0, 0.0, 1.0), straight()], false),
            (vec![straight(), head(25.0, 0.0, 1.0), head(0.0, 0.0, 1.4), straight()], false),
            // Too few frames, one without a face, not far enough, never back.
            (vec![straight(), head(25.0, 0.0, 1.0), straight()], false),
            (vec![straight(), None, head(0.0, 14.0, 1.0), straight()], false),
            (vec![straight(), head(8.0, 0.0, 1.0), head(0.0, 14.0, 1.0), straight()], false),
            (vec![straight(), head(25.0, 0.0, 1.0), head(0.0, 14.0, 1.0), head(25.0, 0.0, 1.0)], false),
            (vec![], false),
        ];
        for (i, (looks, proven)) in table.into_iter().enumerate() {
            let movements = movements(&looks, &draws, &limits);
            assert_eq!(movements.proven, proven, "case {i}: {movements:?}");
            assert!((0.0..=1.0).contains(&movements.share));
        }
    }

    #[test]
    fn the_tolerances_of_the_weights_decide() {
        let mut weights = DEFAULT;
        let looks = [head(0.0, 0.0, 1.0), head(14.0, 0.0, 1.0), head(0.0, 0.0, 1.0)];
        let draws = [vec![ActiveStep::TurnLeft]];
        assert!(movements(&looks, &draws, &limits(&weights)).proven);
        let on_screen = looks.map(|look| look.map(|look| Look { on_screen: true, ..look }));
        assert!(!movements(&on_screen, &draws, &limits(&weights)).proven);
        weights.direction_tolerance = 20.0;
        let seen = movements(&looks, &draws, &limits(&weights));
        assert!(!seen.proven && seen.share > 0.6);

        let liveness = Liveness { score: 0.7, movements: Some(seen) };
        assert_eq!((liveness.is_enough(&weights), liveness.moved(&weights)), (true, Some(false)));
        weights.passive_active_skip_tolerance = 0.65;
        weights.minimum_liveness_tolerance = 0.75;
        assert_eq!((liveness.is_enough(&weights), liveness.moved(&weights)), (false, Some(true)));
        assert_eq!(Liveness { score: 0.7, movements: None }.moved(&weights), None);
    }

    #[test]
    fn frames_are_named_where_the_movements_were_seen() {
        use StorageFileType as F;
        let of = |proven| Liveness { score: 0.9, movements: Some(Movements { proven, share: 1.0 }) };
        let two = [F::LivenessPassive, F::LivenessActiveStep1, F::LivenessActiveStep2];
        assert_eq!(of(true).files(4), two);
        assert_eq!(of(true).files(6).last(), Some(&F::LivenessActiveStep4));
        assert!(of(true).files(0).is_empty() && of(false).files(4).is_empty());
        assert!(Liveness { score: 0.9, movements: None }.files(4).is_empty());
    }

    #[test]
    fn draws_are_those_of_the_capture() {
        let settings: JsonObject = serde_json::from_str(r#"{"active_steps":2}"#).unwrap();
        let drawn = draws(&LivenessMode::PassiveActive, &settings, "a token");
        assert_eq!(drawn, (0..MAX_ATTEMPTS).map(|n| derive_challenge("a token", n, 2)).collect::<Vec<_>>());
        assert_eq!(draws(&LivenessMode::PassiveActive, &JsonObject::new(), "t")[0].len(), 3);
        assert!(draws(&LivenessMode::Passive, &settings, "a token").is_empty());
    }
}
