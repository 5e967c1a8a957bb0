//! A person who sees nothing of the screen and does what is said: moves the document by the spoken hints alone.

use kyc_core::capture::{Pipeline, Target};
use kyc_core::error::CoreError;
use kyc_core::frame::Frame;
use kyc_core::geometry::Point;
use kyc_core::guidance::GuidanceCode;
use kyc_core::model_asset::ModelAsset;
use kyc_core::thresholds::Thresholds;

use super::kinds::StreamKind;
use super::play::{Models, START_MS};
use super::render::{CameraStream, Placement};
use crate::rng::{Rng, wave};

/// From the begin of a hint to what the person does about it, ms.
pub const REACTION_MS: f64 = 200.0;
/// How long the person tries, ms.
pub const PATIENCE_MS: f64 = 20_000.0;

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// When the document was taken, ms from the first frame.
    pub taken_ms: Option<f64>,
    /// It was taken with the button, which a hint had named.
    pub by_button: bool,
    /// The hints with their times, ms.
    pub hints: Vec<(f64, GuidanceCode)>,
}

/// Hands that hold a document somewhere before the camera.
struct Hands {
    size: (f32, f32),
    seed: u64,
    placement: Placement,
    /// Where to look for the camera while nothing is seen: a step to the side, in frames a second.
    search: Point,
    rng: Rng,
}

impl Hands {
    fn new(kind: &StreamKind, seed: u64) -> Self {
        let size = (kind.size.0 as f32, kind.size.1 as f32);
        let mut rng = Rng::new(0x11_57E4, seed);
        let placement = Placement {
            centre: Point::new(size.0 * rng.range(0.25, 0.75), size.1 * rng.range(0.25, 0.75)),
            scale: rng.range(0.45, 1.3),
            rotation_deg: rng.range(-6.0, 6.0),
            tilt: rng.range(-0.12, 0.12),
        };
        Self { size, seed, placement, search: Point::default(), rng }
    }

    /// Does for a while, in seconds, what a hint says.
    fn follow(&mut self, code: GuidanceCode, seconds: f32) {
        use GuidanceCode as G;
        let (w, h) = self.size;
        let at = &mut self.placement;
        // A hand's width in a second, and a fifth nearer or farther.
        let step = 0.14 * w.min(h) * seconds;
        match code {
            G::MoveCloser => at.scale *= 1.0 + 0.2 * seconds,
            G::MoveBack => at.scale /= 1.0 + 0.2 * seconds,
            G::MoveLeft => at.centre.x -= step,
            G::MoveRight => at.centre.x += step,
            G::MoveUp => at.centre.y -= step,
            G::MoveDown => at.centre.y += step,
            // The hints tilt the camera: its top goes away from the narrower upper edge's side.
            G::TiltTopAway => at.tilt -= 0.08 * seconds,
            G::TiltTopCloser => at.tilt += 0.08 * seconds,
            G::NoDocument | G::PlainBackground => {
                // Nothing is seen: further away more of it is in view; the hands try another place.
                at.scale = (at.scale / (1.0 + 0.15 * seconds)).max(0.55);
                if self.search == Point::default() || self.rng.chance(0.5 * seconds) {
                    self.search = Point::new(self.rng.range(-0.1, 0.1), self.rng.range(-0.1, 0.1));
                }
                at.centre.x = (at.centre.x + self.search.x * w * seconds).clamp(0.2 * w, 0.8 * w);
                at.centre.y = (at.centre.y + self.search.y * h * seconds).clamp(0.2 * h, 0.8 * h);
            }
            _ => {}
        }
    }

    /// How the document is held at a time: no hand is still.
    fn held(&self, now: f64) -> Placement {
        let t = now as f32 / 1000.0;
        let phase = (self.seed % 17) as f32;
        let strength = self.size.0.min(self.size.1) / 720.0;
        let tremor = |rate: f32, shift: f32| {
            strength * (1.1 * wave(t * rate + shift + phase) + 2.4 * wave(t * rate * 0.11 + 2.0 * shift + phase))
        };
        let at = self.placement;
        Placement {
            centre: Point::new(at.centre.x + tremor(51.0, 0.4), at.centre.y + tremor(46.0, 1.9)),
            rotation_deg: at.rotation_deg + 0.12 * wave(t * 33.0 + phase),
            ..at
        }
    }
}

/// Shows the subject of a kind of stream, held as the hints say, until it is taken or the person gives up.
///
/// # Errors
/// [`CoreError::InvalidModel`].
pub fn listen(kind: &StreamKind, seed: u64, models: Models<'_>) -> Result<Heard, CoreError> {
    let stream = CameraStream::new(*kind, seed);
    let mut pipeline = Pipeline::new(Thresholds::default());
    pipeline.load_model(ModelAsset::Mrz, models.mrz)?;
    pipeline.load_model(ModelAsset::Face, models.face)?;
    super::play::prepare(&mut pipeline, kind, seed);
    pipeline.begin(Target { side: kind.side, kind: Some(kind.document) });
    let mut hands = Hands::new(kind, seed);
    let mut heard = Heard::default();
    let mut before = hands.held(0.0);
    for index in 0.. {
        let now = stream.time_ms(index);
        if now >= PATIENCE_MS {
            break;
        }
        let understood = heard.hints.iter().rev().find(|(at, _)| now - at >= REACTION_MS);
        if let Some((_, code)) = understood {
            // Said where another hint has not helped for long.
            if *code == GuidanceCode::UseButton && matches!(pipeline.capture_now(START_MS + now), Some(Ok(_))) {
                heard.taken_ms = Some(now);
                heard.by_button = true;
                break;
            }
            hands.follow(*code, (1.0 / kind.fps) as f32);
        }
        let held = hands.held(now);
        // The movement of 40 ms, as the exposure sees it.
        let share = (kind.fps / 25.0) as f32;
        let earlier = Placement {
            centre: Point::new(
                held.centre.x + (before.centre.x - held.centre.x) * share,
                held.centre.y + (before.centre.y - held.centre.y) * share,
            ),
            scale: held.scale + (before.scale - held.scale) * share,
            ..held
        };
        let (pixels, _) = stream.frame_of(&held, &earlier, index);
        before = held;
        let outcome = pipeline.push(&Frame::rgba(&pixels, kind.size.0, kind.size.1)?, START_MS + now);
        if outcome.capture.is_some() {
            heard.taken_ms = Some(now);
            break;
        }
        if let Some(code) = outcome.view.guidance
            && heard.hints.last().is_none_or(|(_, last)| *last != code)
        {
            heard.hints.push((now, code));
        }
    }
    Ok(heard)
}
