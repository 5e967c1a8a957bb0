//! A film of a person before a camera, who looks straight ahead, does movements one after the other, and looks straight ahead again;
//! or of that person's image, which somebody holds and moves.

use image::{Rgb, RgbImage};
use kyc_core::liveness::steps::ActiveStep;

use super::render::render;
use super::replay_attack::{Medium, PresentationPose, presentation_motion, render_presentation};
use super::scene::{HeadScene, Rendered};
use super::stream::{perform, person, with_tremor};

/// How long the person looks straight ahead before the first movement, ms: a page takes a while to see its first frame.
const BEFORE_MS: f64 = 3_500.0;

/// From looking straight ahead into a movement, and back, ms.
const WAY_MS: f64 = 500.0;

/// How long a movement is held, ms: a slow device sees three frames of it.
const HELD_MS: f64 = 1_900.0;

/// How long the person looks straight ahead between movements, ms.
const BETWEEN_MS: f64 = 400.0;

/// The same after the last one, ms.
const AFTER_MS: f64 = 2_500.0;

/// What is before the camera.
#[derive(Debug, Clone, PartialEq)]
pub struct Video {
    /// Who.
    pub seed: u64,
    /// The movements, in their order.
    pub steps: Vec<ActiveStep>,
    /// The person's image in somebody's hand instead of the person. It is moved about, whatever is asked.
    pub still: bool,
    /// Light of the page itself on the face: red, green, blue.
    pub flash: [f32; 3],
}

impl Video {
    /// Length, ms.
    pub fn length_ms(&self) -> f64 {
        BEFORE_MS + self.steps.len() as f64 * STEP_MS + AFTER_MS
    }

    /// All frames, so many a second.
    pub fn frames(&self, size: (u32, u32), fps: u32) -> impl Iterator<Item = RgbImage> {
        let count = (self.length_ms() / 1000.0 * f64::from(fps)) as u32;
        let image = self.still.then(|| render(&person(self.seed), size.0, size.1));
        let film = self.clone();
        (0..count).map(move |i| film.frame(size, f64::from(i) * 1000.0 / f64::from(fps), image.as_ref()))
    }

    /// The frame of one moment.
    pub fn at(&self, size: (u32, u32), t_ms: f64) -> RgbImage {
        let image = self.still.then(|| render(&person(self.seed), size.0, size.1));
        self.frame(size, t_ms, image.as_ref())
    }

    fn frame(&self, (width, height): (u32, u32), t_ms: f64, image: Option<&Rendered>) -> RgbImage {
        let rgba = match image {
            Some(image) => render_presentation(image, &self.hold(t_ms), Medium::Paper, t_ms as u64),
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

    /// The movement of a moment, and how far it is done.
    fn step_at(&self, t_ms: f64) -> Option<(ActiveStep, f32)> {
        let since = t_ms - BEFORE_MS;
        let step = *self.steps.get((since >= 0.0).then_some((since / STEP_MS) as usize)?)?;
        let t = since % STEP_MS;
        let share = (t / WAY_MS).min((2.0 * WAY_MS + HELD_MS - t) / WAY_MS).clamp(0.0, 1.0);
        (share > 0.0).then_some((step, share as f32))
    }

    fn hold(&self, t_ms: f64) -> PresentationPose {
        let quiet = PresentationPose { scale: 1.0, ..PresentationPose::default() };
        if t_ms < BEFORE_MS {
            quiet
        } else {
            presentation_motion(self.seed, ((t_ms - BEFORE_MS) / 8_000.0).fract() as f32)
        }
    }
}

const STEP_MS: f64 = 2.0 * WAY_MS + HELD_MS + BETWEEN_MS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn movements_follow_their_order_with_neutral_pauses() {
        let steps = vec![ActiveStep::LookUp, ActiveStep::TurnLeft, ActiveStep::Blink];
        let film = Video { seed: 3, steps: steps.clone(), still: false, flash: [0.0; 3] };
        let mut seen: Vec<Option<ActiveStep>> = Vec::new();
        for t in (0..film.length_ms() as u32).step_by(50) {
            let now = film.step_at(f64::from(t)).map(|(step, _)| step);
            if seen.last() != Some(&now) {
                seen.push(now);
            }
        }
        let [a, b, c] = [0, 1, 2].map(|i| Some(steps[i]));
        assert_eq!(seen, [None, a, None, b, None, c, None]);
        assert!(film.step_at(BEFORE_MS + WAY_MS + 0.5 * HELD_MS).is_some_and(|(_, share)| share == 1.0));
        assert_eq!(film.frames((64, 48), 2).count(), (film.length_ms() / 500.0) as usize);
    }
}
