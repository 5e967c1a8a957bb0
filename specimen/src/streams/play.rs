//! Plays a stream to the capture and judges the hints that the person saw.

use kyc_core::capture::{Pipeline, Target};
use kyc_core::document_type::DocumentType;
use kyc_core::error::CoreError;
use kyc_core::frame::Frame;
use kyc_core::guidance::GuidanceCode;
use kyc_core::model_asset::ModelAsset;
use kyc_core::side::Side;
use kyc_core::thresholds::{Thresholds, TimingThresholds};

use super::kinds::{Disturbance, Need, StreamKind};
use super::render::{CameraStream, Truth};
use super::sheets::Subject;

/// Time of the first frame: milliseconds since 1970-01-01 UTC.
pub(super) const START_MS: f64 = 1_900_000_000_000.0;
/// A hint may stay this long after its reason has gone: its minimum time, and the votes of the frames before, ms.
const STAY_MS: f64 = 2_200.0;
/// Arrival of late models, ms.
const LATE_MS: f64 = 3_000.0;

/// Duration of an attempt in the streams that must not be captured, ms.
const IMPATIENT_MS: f64 = 3_500.0;

/// The weights that a capture loads.
#[derive(Debug, Clone, Copy)]
pub struct Models<'a> {
    /// `mrz.kycm`.
    pub mrz: &'a [u8],
    /// `face.kycm`.
    pub face: &'a [u8],
}

/// A stream that was played.
#[derive(Debug, Clone, Default)]
pub struct Played {
    /// When the capture was taken, ms from the first frame, or from the arrival of the models if these are late.
    pub taken_ms: Option<f64>,
    /// How long it was played, ms.
    pub played_ms: f64,
    /// The hints with their times, ms.
    pub hints: Vec<(f64, GuidanceCode)>,
    /// The hints that contradict what the subject needs.
    pub contradictions: Vec<(f64, GuidanceCode)>,
    /// Changes of the hint less than a second after the one before.
    pub quick_changes: usize,
}

/// Plays a stream until its capture or its end.
///
/// # Errors
/// [`CoreError::InvalidModel`].
pub fn play(kind: &StreamKind, seed: u64, models: Models<'_>) -> Result<Played, CoreError> {
    let stream = CameraStream::new(*kind, seed);
    let mut thresholds = Thresholds::default();
    if !kind.is_good() {
        // All attempts end within the stream: what is then captured is captured for want of patience.
        thresholds.timing.attempt_ms = IMPATIENT_MS;
    }
    let mut pipeline = Pipeline::new(thresholds);
    let late = kind.disturbance == Disturbance::LateModels;
    let load = |pipeline: &mut Pipeline| {
        pipeline.load_model(ModelAsset::Mrz, models.mrz)?;
        pipeline.load_model(ModelAsset::Face, models.face)
    };
    if !late {
        load(&mut pipeline)?;
    }
    prepare(&mut pipeline, kind, seed);
    pipeline.begin(Target { side: kind.side, kind: Some(kind.document) });
    let mut played = Played::default();
    let mut truths: Vec<(f64, Truth)> = Vec::new();
    let mut loaded = !late;
    for index in 0.. {
        let now = stream.time_ms(index);
        if now >= kind.duration_ms() {
            break;
        }
        if !loaded && now >= LATE_MS {
            load(&mut pipeline)?;
            loaded = true;
        }
        let (pixels, truth) = stream.frame(index);
        truths.push((now, truth));
        let frame = Frame::rgba(&pixels, kind.size.0, kind.size.1)?;
        let outcome = pipeline.push(&frame, START_MS + now);
        played.played_ms = now;
        if outcome.capture.is_some() {
            played.taken_ms = Some(if late { now - LATE_MS } else { now });
            break;
        }
        let Some(code) = outcome.view.guidance else { continue };
        if played.hints.last().is_none_or(|(_, shown)| *shown != code) {
            let least = TimingThresholds::default().hint_ms;
            played.quick_changes += usize::from(played.hints.last().is_some_and(|(at, _)| now - at < least));
            played.hints.push((now, code));
        }
        let recent = truths.iter().rev().take_while(|(at, _)| now - at <= STAY_MS);
        if !recent.map(|(_, truth)| truth).any(|truth| permits(code, kind, truth, now))
            && played.contradictions.last().is_none_or(|(_, last)| *last != code)
        {
            played.contradictions.push((now, code));
        }
    }
    Ok(played)
}

/// Before a back, takes the front from an image of it.
pub(super) fn prepare(pipeline: &mut Pipeline, kind: &StreamKind, seed: u64) {
    if kind.side != Side::Back {
        return;
    }
    let subject = match kind.document {
        DocumentType::DriverLicense => Subject::LicenceFront,
        _ => Subject::CardFront,
    };
    let front = StreamKind { side: Side::Front, subject, disturbance: Disturbance::None, ..*kind };
    let stream = CameraStream::new(front, seed);
    let (pixels, _) = stream.frame((4.0 * kind.fps) as u32);
    let target = Target { side: Side::Front, kind: Some(kind.document) };
    if let Ok(frame) = Frame::rgba(&pixels, kind.size.0, kind.size.1) {
        pipeline.begin(target);
        let _taken = pipeline.load_image(&frame, target, START_MS);
    }
}

/// Whether a hint helps with what a frame shows.
fn permits(code: GuidanceCode, kind: &StreamKind, truth: &Truth, now_ms: f64) -> bool {
    use GuidanceCode as G;
    let (x, y) = truth.offset;
    let good = kind.is_good();
    match code {
        G::NoDocument => !truth.whole,
        G::PlainBackground => !truth.whole || kind.disturbance == Disturbance::LightOnLight,
        G::MoveCloser => truth.fill < 0.75,
        G::MoveBack => !truth.whole || truth.fill > 1.02,
        G::MoveLeft => x > 0.05,
        G::MoveRight => x < -0.05,
        G::MoveUp => y > 0.05,
        G::MoveDown => y < -0.05,
        G::TiltTopAway | G::TiltTopCloser | G::TiltLeftAway | G::TiltRightAway => truth.slanted || truth.moving,
        G::HoldStill => truth.moving || kind.disturbance == Disturbance::Trembling,
        G::TooDark | G::UseTorch => truth.dim,
        G::TooBright => truth.glare,
        G::Glare => truth.glare,
        G::Blurred => truth.blurred || truth.moving,
        G::FingersInTheWay => truth.fingers,
        G::Capturing => good && truth.whole,
        G::Checking => truth.whole,
        G::UseButton => now_ms >= 8_000.0 && kind.need != Need::Document,
        G::OpenPhotoPage => kind.need == Need::PhotoPage,
        G::ShowMrz => matches!(kind.need, Need::Mrz | Need::IdentityDocument) && truth.whole,
        G::NotIdentityDocument => matches!(kind.need, Need::IdentityDocument | Need::OtherSide),
        // Two portraits may be of a document of another kind.
        G::WrongDocument => kind.need == Need::OtherDocument || kind.subject == Subject::TwoPortraits,
        G::TurnOver | G::WrongSide => kind.need == Need::OtherSide,
        _ => false,
    }
}

/// Sums over the streams of a kind, or of all kinds of one sort.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    /// Streams.
    pub streams: usize,
    /// Captures.
    pub taken: usize,
    /// Times of the captures, ms.
    pub times_ms: Vec<f64>,
    /// Changes of the hint.
    pub changes: usize,
    /// Changes less than a second after the one before.
    pub quick_changes: usize,
    /// Hints that contradict what is needed.
    pub contradictions: usize,
    /// Time of all streams, ms.
    pub played_ms: f64,
}

impl Totals {
    /// Adds a stream.
    pub fn add(&mut self, played: &Played) {
        self.streams += 1;
        self.taken += usize::from(played.taken_ms.is_some());
        self.times_ms.extend(played.taken_ms);
        self.changes += played.hints.len().saturating_sub(1);
        self.quick_changes += played.quick_changes;
        self.contradictions += played.contradictions.len();
        self.played_ms += played.played_ms;
    }

    /// The share of streams that were captured, 0–1.
    pub fn taken_share(&self) -> f64 {
        self.taken as f64 / self.streams.max(1) as f64
    }

    /// The median time of the captures, ms.
    pub fn median_ms(&self) -> Option<f64> {
        let mut times = self.times_ms.clone();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied()
    }

    /// Changes of the hint a second.
    pub fn changes_per_second(&self) -> f64 {
        self.changes as f64 / (self.played_ms / 1000.0).max(1e-9)
    }
}
