//! Animates a synthetic person: holding still with natural tremor, capture faults, and the movements of a challenge.

use kyc_core::liveness::steps::ActiveStep;

use super::scene::{Background, HeadPose, HeadScene, Light};
use crate::rng::{Rng, smooth};

/// Returns the scene of the synthetic person of `seed`: identity, position and light.
pub fn person(seed: u64) -> HeadScene {
    let mut rng = Rng::new(0x9E50, seed);
    let warm = rng.range(0.92, 1.0);
    let side = rng.range(-0.7, 0.7);
    HeadScene {
        identity: seed,
        position: [0.5 + rng.range(-0.04, 0.04), 0.5 + rng.range(-0.03, 0.05)],
        size: rng.range(0.36, 0.46),
        lights: vec![Light {
            from: [side, rng.range(-0.7, -0.2), 0.9],
            colour: [0.68, 0.68 * warm, 0.68 * warm * warm],
        }],
        exposure: rng.range(-0.25, 0.25),
        noise: rng.range(1.0, 2.5),
        background: Background::Room(seed),
        ..HeadScene::default()
    }
}

/// Returns the scene at time `t_ms`, with the tremor of the head and of the hand that holds the phone.
pub fn with_tremor(scene: &HeadScene, seed: u64, t_ms: f64) -> HeadScene {
    let t = (t_ms / 1000.0) as f32;
    let wave =
        |channel: u64, amplitude: f32| amplitude * (2.0 * smooth(t * 2.2, 0.5, seed.wrapping_mul(31) + channel) - 1.0);
    let mut scene = scene.clone();
    scene.pose.yaw += wave(1, 2.5);
    scene.pose.pitch += wave(2, 2.0);
    scene.pose.roll += wave(3, 1.5);
    scene.position[0] += wave(4, 0.006);
    scene.position[1] += wave(5, 0.006);
    scene.noise_seed = (t_ms * 7.0) as u64 ^ seed;
    scene
}

/// Capture fault of a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// None.
    None,
    /// Defocus, standard deviation in pixels.
    Defocus(f32),
    /// Motion blur, pixels.
    Motion(f32),
    /// Underexposure, stops.
    Dark(f32),
    /// Overexposure, stops.
    Bright(f32),
    /// Closed eyes, share 0–1.
    Blink(f32),
    /// Yaw, degrees.
    Turned(f32),
    /// Pitch, degrees.
    Nod(f32),
}

impl Fault {
    /// Returns a random fault, strong enough that a frame with it must not be chosen.
    pub fn random(rng: &mut Rng) -> Self {
        match rng.below(7) {
            0 => Self::Defocus(rng.range(2.0, 5.0)),
            1 => Self::Motion(rng.range(9.0, 24.0)),
            2 => Self::Dark(rng.range(-3.0, -1.6)),
            3 => Self::Bright(rng.range(2.2, 3.0)),
            4 => Self::Blink(rng.range(0.8, 1.0)),
            5 => Self::Turned(rng.range(18.0, 40.0) * if rng.chance(0.5) { 1.0 } else { -1.0 }),
            _ => Self::Nod(rng.range(16.0, 25.0) * if rng.chance(0.5) { 1.0 } else { -1.0 }),
        }
    }

    /// Returns the fault `away` frames from a good frame: a head turns gradually, other faults occur at once.
    pub fn near(self, away: usize) -> Self {
        let share = if away == 1 { 0.65 } else { 1.0 };
        match self {
            Self::Turned(degrees) => Self::Turned(degrees * share),
            Self::Nod(degrees) => Self::Nod(degrees * share),
            other => other,
        }
    }

    /// Applies the fault to a scene.
    pub fn on(self, mut scene: HeadScene) -> HeadScene {
        match self {
            Self::None => {}
            Self::Defocus(pixels) => scene.defocus = pixels,
            Self::Motion(pixels) => scene.motion = [pixels, 0.3 * pixels],
            Self::Dark(stops) | Self::Bright(stops) => scene.exposure += stops,
            Self::Blink(share) => scene.blink = share,
            Self::Turned(degrees) => scene.pose.yaw += degrees,
            Self::Nod(degrees) => scene.pose.pitch += degrees,
        }
        scene
    }
}

/// Returns the scene with a challenge movement, `share` 0 (not begun) to 1 (complete); `vigour` scales its extent.
pub fn perform(scene: &HeadScene, step: ActiveStep, share: f32, vigour: f32) -> HeadScene {
    let mut scene = scene.clone();
    let turn = |degrees: f32| degrees * share * vigour;
    let HeadPose { yaw, pitch, .. } = &mut scene.pose;
    match step {
        ActiveStep::TurnLeft => *yaw += turn(32.0),
        ActiveStep::TurnRight => *yaw -= turn(32.0),
        ActiveStep::LookUp => *pitch += turn(21.0),
        ActiveStep::LookDown => *pitch -= turn(21.0),
        ActiveStep::ComeCloser => scene.size *= 1.0 + 0.42 * share * vigour,
        ActiveStep::MoveAway => scene.size *= 1.0 - 0.28 * share * vigour,
        ActiveStep::Blink => scene.blink = share,
    }
    scene
}
