//! A video of a person who holds a neutral pose, performs movements one after the other and returns to neutral, or of a
//! replay attack with that person's photo.

use image::{Rgb, RgbImage};
use kyc_core::liveness::steps::ActiveStep;

use super::render::render;
use super::replay_attack::{Medium, PresentationPose, presentation_motion, render_presentation};
use super::scene::{HeadScene, Rendered};
use super::stream::{perform, person, with_tremor};

/// Neutral pose before the first movement, ms: a page needs time to receive its first frame.
const BEFORE_MS: f64 = 3_500.0;

/// Transition from neutral into a movement, and back, ms.
const TRANSITION_MS: f64 = 500.0;

/// Duration of a held movement, ms: a slow device receives three frames of it.
const HELD_MS: f64 = 1_900.0;

/// Neutral pose between movements, ms.
const BETWEEN_MS: f64 = 400.0;

/// Neutral pose after the last movement, ms.
const AFTER_MS: f64 = 2_500.0;

/// Content of a video.
#[derive(Debug, Clone, PartialEq)]
pub struct Video {
    /// Seed of the person.
    pub seed: u64,
    /// Movements, in order.
    pub steps: Vec<ActiveStep>,
    /// Whether the video is a replay attack with a print, moved by hand regardless of the challenge.
    pub replay_attack: bool,
    /// Light of the screen on the face: red, green, blue.
    pub flash: [f32; 3],
}

impl Video {
    /// Returns the length, ms.
    pub fn length_ms(&self) -> f64 {
        BEFORE_MS + self.steps.len() as f64 * STEP_MS + AFTER_MS
    }

    /// Renders all frames at `fps` frames per second.
    pub fn frames(&self, size: (u32, u32), fps: u32) -> impl Iterator<Item = RgbImage> {
        let count = (self.length_ms() / 1000.0 * f64::from(fps)) as u32;
        let image = self.replay_attack.then(|| render(&person(self.seed), size.0, size.1));
        let video = self.clone();
        (0..count).map(move |i| video.frame(size, f64::from(i) * 1000.0 / f64::from(fps), image.as_ref()))
    }

    /// Renders the frame at `t_ms`.
    pub fn frame_at(&self, size: (u32, u32), t_ms: f64) -> RgbImage {
        let image = self.replay_attack.then(|| render(&person(self.seed), size.0, size.1));
        self.frame(size, t_ms, image.as_ref())
    }

    fn frame(&self, (width, height): (u32, u32), t_ms: f64, image: Option<&Rendered>) -> RgbImage {
        let rgba = match image {
            Some(image) => render_presentation(image, &self.presentation_pose(t_ms), Medium::Paper, t_ms as u64),
            None => render(&self.scene(t_ms), width, height).rgba,
        };
        RgbImage::from_fn(width, height, |x, y| {
            let at = (y * width + x) as usize * 4;
            Rgb([rgba[at], rgba[at + 1], rgba[at + 2]])
        })
    }

    fn scene(&self, t_ms: f64) -> HeadScene {
        let mut scene = with_tremor(&person(self.seed), self.seed, t_ms);
        scene.flash = self.flash;
        match self.step_at(t_ms) {
            Some((step, share)) => perform(&scene, step, share, 1.0),
            None => scene,
        }
    }

    /// Returns the movement at a time and its completed share.
    fn step_at(&self, t_ms: f64) -> Option<(ActiveStep, f32)> {
        let since = t_ms - BEFORE_MS;
        let step = *self.steps.get((since >= 0.0).then_some((since / STEP_MS) as usize)?)?;
        let t = since % STEP_MS;
        let share = (t / TRANSITION_MS).min((2.0 * TRANSITION_MS + HELD_MS - t) / TRANSITION_MS).clamp(0.0, 1.0);
        (share > 0.0).then_some((step, share as f32))
    }

    fn presentation_pose(&self, t_ms: f64) -> PresentationPose {
        let quiet = PresentationPose { scale: 1.0, ..PresentationPose::default() };
        if t_ms < BEFORE_MS {
            quiet
        } else {
            presentation_motion(self.seed, ((t_ms - BEFORE_MS) / 8_000.0).fract() as f32)
        }
    }
}

const STEP_MS: f64 = 2.0 * TRANSITION_MS + HELD_MS + BETWEEN_MS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn movements_follow_their_order_with_neutral_pauses() {
        let steps = vec![ActiveStep::LookUp, ActiveStep::TurnLeft, ActiveStep::Blink];
        let video = Video { seed: 3, steps: steps.clone(), replay_attack: false, flash: [0.0; 3] };
        let mut seen: Vec<Option<ActiveStep>> = Vec::new();
        for t in (0..video.length_ms() as u32).step_by(50) {
            let now = video.step_at(f64::from(t)).map(|(step, _)| step);
            if seen.last() != Some(&now) {
                seen.push(now);
            }
        }
        let [a, b, c] = [0, 1, 2].map(|i| Some(steps[i]));
        assert_eq!(seen, [None, a, None, b, None, c, None]);
        assert!(video.step_at(BEFORE_MS + TRANSITION_MS + 0.5 * HELD_MS).is_some_and(|(_, share)| share == 1.0));
        assert_eq!(video.frames((64, 48), 2).count(), (video.length_ms() / 500.0) as usize);
    }
}
