//! Liveness on streams of rendered heads with known ground truth. Needs the face model (`cargo xtask models`); prints
//! `skipped: …` if it is absent.

use crate::support::{SIZE, capture, detector, each, face_model, first_stream, show, streams};
use kyc_capture::core::capture::{FaceStream, Pipeline};
use kyc_capture::core::frame::Frame;
use kyc_capture::core::liveness::steps::{ActiveStep, NeutralPose, PoseChange, derive_challenge};
use kyc_capture::core::liveness::{LivenessPlan, eye_aperture};
use kyc_capture::core::session::{CaptureReport, LivenessCaptureMode};
use kyc_capture::core::thresholds::{StepLimits, Thresholds};
use kyc_specimen::head::replay_attack::{Medium, presentation_motion, render_presentation};
use kyc_specimen::head::stream::{Fault, perform, person, with_tremor};
use kyc_specimen::head::{HeadScene, render};
use kyc_specimen::rng::Rng;

/// Frame interval, ms: a slow phone.
const FRAME_MS: f64 = 100.0;

/// Frame interval of replay attacks, ms: a very slow phone, for which fewer frames prove a movement.
const REPLAY_FRAME_MS: f64 = 200.0;

fn passive() -> LivenessPlan {
    LivenessPlan { token: "a token".into(), ..LivenessPlan::default() }
}

/// Returns the frames of a stream in which one frame of every ten is good, surrounded by a fault.
fn faulty_stream(seed: u64, frames: usize) -> Vec<(HeadScene, Fault)> {
    let mut rng = Rng::new(0x5E1EC7, seed);
    let scene = person(seed);
    // One good frame in each window of ten, at a random position.
    let mut good = Vec::new();
    for window in 0..frames.div_ceil(10) {
        good.push(window * 10 + 2 + rng.below(6));
    }
    let faults: Vec<Fault> = good.iter().map(|_| Fault::random(&mut rng)).collect();
    (0..frames)
        .map(|i| {
            let away = good[i / 10].abs_diff(i);
            let fault = if away == 0 { Fault::None } else { faults[i / 10].near(away) };
            (fault.on(with_tremor(&scene, seed, i as f64 * FRAME_MS)), fault)
        })
        .collect()
}

/// Plays the frames and returns the report of the first capture, if any.
fn first_capture(pipeline: &mut Pipeline, frames: impl Iterator<Item = Vec<u8>>) -> Option<CaptureReport> {
    for (i, rgba) in frames.enumerate() {
        if let Some(capture) = show(pipeline, &rgba, i as f64 * FRAME_MS).capture {
            return Some(capture.report);
        }
    }
    None
}

#[test]
fn selects_best_frames_of_each_stream() {
    let streams = streams(8, 24);
    const FRAMES: usize = 40;
    let Some(model) = face_model() else { return };
    let first = first_stream();
    let outcomes = each(streams, |number| {
        let stream = faulty_stream(first + number, FRAMES);
        let mut thresholds = Thresholds::default();
        thresholds.liveness.window_ms = (FRAMES - 2) as f64 * FRAME_MS;
        // The selection window starts with the first frame that passes; here the stream is one window.
        let mut pipeline = capture(&model, passive(), thresholds);
        let images: Vec<Vec<u8>> = stream.iter().map(|(scene, _)| render(scene, SIZE.0, SIZE.1).rgba).collect();
        let report = first_capture(&mut pipeline, images.iter().cloned())
            .or_else(|| Some(pipeline.capture_now(FRAMES as f64 * FRAME_MS)?.ok()?.report));
        let persons = report.and_then(|report| report.liveness).map(|liveness| liveness.persons_seen);
        // Identify the frames that were sent by their pixels: decode each one and compare it with the stream.
        let sent = pipeline.encoded_images(kyc_capture::core::side::Side::Liveness).to_vec();
        let chosen: Vec<usize> = sent.iter().map(|jpeg| nearest(&images, jpeg)).collect();
        let faults: Vec<Fault> = chosen.iter().map(|i| stream[*i].1).collect();
        (chosen, faults, persons)
    });
    let all: Vec<Fault> = outcomes.iter().flat_map(|(_, faults, _)| faults.clone()).collect();
    let worse: Vec<_> =
        (first..).zip(&outcomes).filter(|(_, (_, faults, _))| faults.iter().any(|f| *f != Fault::None)).collect();
    let several: Vec<_> = (first..).zip(&outcomes).filter(|(_, (.., persons))| *persons != Some(1)).collect();
    let best = all.iter().filter(|fault| **fault == Fault::None).count();
    println!(
        "{} frames chosen of {streams} streams, {best} among the best tenth of their stream; \
         streams with another: {worse:?}; \
         streams in which one person was taken for several: {several:?}",
        all.len()
    );
    assert!(outcomes.iter().all(|(chosen, ..)| !chosen.is_empty()), "a stream without a frame");
    assert!(all.len() as u64 >= 2 * streams, "{} frames of {streams} streams", all.len());
    assert!(all.iter().all(|fault| !matches!(fault, Fault::Blink(_))), "closed eyes were chosen");
    // Streams that no threshold was chosen by may have one in two hundred.
    let allowed = |all: usize| if first == 0 { 0 } else { all / 200 };
    assert!(all.len() - best <= allowed(all.len()), "frames that are not among the best were chosen");
    assert!(several.len() <= allowed(outcomes.len()), "one person is one person");
    for (mut chosen, ..) in outcomes {
        chosen.sort_unstable();
        assert!(chosen.windows(2).all(|w| w[1] - w[0] >= 5), "two of the same instant: {chosen:?}");
    }
}

#[test]
fn manual_capture_avoids_closed_eyes() {
    let Some(model) = face_model() else { return };
    let mut pipeline = capture(&model, passive(), Thresholds::default());
    // Turned too far for automatic capture; the person blinks while pressing the button.
    let images: Vec<Vec<u8>> = (0..8)
        .map(|i| {
            let scene = Fault::Turned(24.0).on(with_tremor(&person(3), 3, f64::from(i) * FRAME_MS));
            let scene = if i < 6 { scene } else { Fault::Blink(1.0).on(scene) };
            render(&scene, SIZE.0, SIZE.1).rgba
        })
        .collect();
    assert_eq!(first_capture(&mut pipeline, images.iter().cloned()), None, "no automatic capture");
    let pressed = pipeline.capture_now(8.0 * FRAME_MS).expect("a face was seen");
    assert!(pressed.is_ok_and(|capture| capture.report.images == 1));
    let sent = nearest(&images, &pipeline.encoded_images(kyc_capture::core::side::Side::Liveness)[0]);
    assert!(sent < 6, "frame {sent} has closed eyes");
}

#[test]
fn face_stream_reports_face_in_every_frame() {
    let Some(detector) = crate::support::detector() else { return };
    let mut stream = FaceStream::new(detector);
    for i in 0..40 {
        let at_ms = f64::from(i) * FRAME_MS;
        let image = render(&with_tremor(&person(3), 3, at_ms), SIZE.0, SIZE.1);
        let frame = Frame::rgba(&image.rgba, SIZE.0, SIZE.1).expect("a rendered image is a frame");
        let seen = stream.push(&frame, at_ms);
        assert!(seen.face.is_some() && !seen.checks.is_empty(), "frame {i}: {}", seen.guidance);
        let failed: Vec<_> = seen.checks.iter().filter(|check| !check.passed).map(|check| check.name).collect();
        assert!(failed.is_empty() || i == 0, "frame {i}: {failed:?}");
    }
}

/// Returns the index of the frame that a JPEG shows.
fn nearest(images: &[Vec<u8>], jpeg: &[u8]) -> usize {
    let sent = kyc_capture::core::encode::decode(jpeg).expect("what is sent is an image");
    let distance = |rgba: &Vec<u8>| -> u64 {
        rgba.iter().zip(&sent.data).step_by(997).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum()
    };
    (0..images.len()).min_by_key(|i| distance(&images[*i])).expect("a stream has frames")
}

/// A genuine person who follows the challenge: with delay, varying extent and tremor.
struct GenuinePerson {
    scene: HeadScene,
    seed: u64,
    rng: Rng,
    doing: Option<(ActiveStep, f64)>,
    vigour: f32,
    delay_ms: f64,
}

impl GenuinePerson {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::new(0x0BED, seed);
        let (vigour, delay_ms) = (rng.range(0.85, 1.25), f64::from(rng.range(300.0, 900.0)));
        Self { scene: person(seed), seed, rng, doing: None, vigour, delay_ms }
    }

    fn at(&mut self, asked: Option<ActiveStep>, now: f64) -> HeadScene {
        let scene = with_tremor(&self.scene, self.seed, now);
        match asked {
            Some(step) => {
                if self.doing.is_none_or(|(doing, _)| doing != step) {
                    self.doing = Some((step, now));
                    self.delay_ms = f64::from(self.rng.range(300.0, 900.0));
                }
                let since = self.doing.map_or(0.0, |(_, since)| now - since) - self.delay_ms;
                let share = (since / 700.0).clamp(0.0, 1.0) as f32;
                perform(&scene, step, share, self.vigour)
            }
            None => {
                self.doing = None;
                scene
            }
        }
    }
}

/// Plays an active capture; `frame` returns the image for the requested movement at a time.
fn play(
    model: &[u8],
    token: &str,
    steps: usize,
    frame_ms: f64,
    mut frame: impl FnMut(Option<ActiveStep>, f64) -> Vec<u8>,
) -> (Option<CaptureReport>, usize) {
    let plan = LivenessPlan { token: token.into(), steps, ..LivenessPlan::default() };
    let mut pipeline = capture(model, plan, Thresholds::default());
    let mut asked = None;
    for i in 0..600 {
        let now = f64::from(i) * frame_ms;
        let seen = show(&mut pipeline, &frame(asked, now), now);
        if let Some(capture) = seen.capture {
            let images = pipeline.encoded_images(kyc_capture::core::side::Side::Liveness).len();
            return (Some(capture.report), images);
        }
        if seen.view.challenge_failed {
            return (None, 0);
        }
        asked = seen.view.challenge.and_then(|challenge| challenge.step);
    }
    (None, 0)
}

#[test]
fn accepts_genuine_active_streams() {
    let people = streams(8, 24);
    let Some(model) = face_model() else { return };
    let outcomes = each(people, |seed| {
        let mut person = GenuinePerson::new(seed);
        let steps = 1 + (seed as usize % 4);
        let token = format!("session {seed}");
        let (report, images) =
            play(&model, &token, steps, FRAME_MS, |asked, now| render(&person.at(asked, now), SIZE.0, SIZE.1).rgba);
        let Some(report) = report else {
            return Err(format!("{seed}: {:?} not accepted", derive_challenge(&token, 0, steps)));
        };
        let liveness = report.liveness.expect("a liveness report");
        let challenge = liveness.challenge.expect("a challenge");
        let proven: Vec<ActiveStep> = challenge.steps.iter().map(|p| p.step).collect();
        assert_eq!(liveness.mode, LivenessCaptureMode::PassiveActive);
        assert_eq!(proven, derive_challenge(&token, challenge.attempt, steps), "the order asked for");
        assert_eq!(images, steps + 2, "neutral, each step, neutral");
        Ok(challenge.attempt)
    });
    let refused: Vec<_> = outcomes.iter().filter_map(|o| o.as_ref().err()).collect();
    let first = outcomes.iter().filter(|o| **o == Ok(0)).count();
    println!(
        "{} of {people} people accepted, {first} in the first draw; refused: {refused:?}",
        people as usize - refused.len()
    );
    assert!(refused.len() as f64 <= (0.02 * people as f64).max(1.0), "{refused:?}");
}

/// A verifier of encoded frames asks for 0.8 of the limits: what it accepts must still tell movements apart.
#[test]
fn a_movement_completes_no_other_step() {
    let people = streams(8, 24);
    let Some(detector) = detector() else { return };
    let limits = StepLimits::default().scaled(0.8);
    let measured = each(people, |seed| {
        let measure = |scene: &HeadScene| {
            let image = render(scene, SIZE.0, SIZE.1).rgba;
            let frame = Frame::rgba(&image, SIZE.0, SIZE.1).expect("a rendered image is a frame");
            let face = detector.detect(&frame).into_iter().next()?;
            let eyes = eye_aperture(&frame, &face);
            Some((face, eyes))
        };
        let scene = person(seed);
        let (face, eyes) = measure(&scene).expect("the neutral face is detected");
        let neutral = NeutralPose::measure(&face, eyes);
        let mut completed = Vec::new();
        for (i, &performed) in ActiveStep::ALL.iter().enumerate() {
            let at_ms = 1_000.0 * i as f64;
            let Some((face, eyes)) = measure(&perform(&with_tremor(&scene, seed, at_ms), performed, 1.0, 1.0)) else {
                continue;
            };
            let change = PoseChange::measure(&neutral, &face, eyes);
            let steps = ActiveStep::ALL.iter().filter(|step| change.proves(**step, &limits));
            completed.extend(steps.map(|step| (seed, performed, *step, change)));
        }
        completed
    });
    let (own, other): (Vec<_>, Vec<_>) =
        measured.into_iter().flatten().partition(|(_, performed, step, _)| performed == step);
    println!("{} of {} movements complete their own step", own.len(), people as usize * ActiveStep::ALL.len());
    assert!(own.len() as f64 >= 0.9 * (people as usize * ActiveStep::ALL.len()) as f64);
    assert!(other.is_empty(), "movements that complete another step: {other:#?}");
}

#[test]
fn rejects_replayed_photos_and_screens() {
    let attacks = streams(8, 24);
    let Some(model) = face_model() else { return };
    let accepted = each(attacks, |seed| {
        // The attacker moves the instrument freely: tilts, nods, bends, comes closer.
        let image = render(&person(1000 + seed), SIZE.0, SIZE.1);
        let medium = if seed % 3 == 0 { Medium::Screen } else { Medium::Paper };
        let steps = 1 + (seed as usize % 4);
        let (report, _) = play(&model, &format!("still {seed}"), steps, REPLAY_FRAME_MS, |asked, now| {
            let mut pose = presentation_motion(seed, (now / 8000.0).fract() as f32);
            match asked {
                None => pose = kyc_specimen::head::replay_attack::PresentationPose { scale: 1.0, ..Default::default() },
                // The attacker also follows the challenge as far as a flat image can.
                Some(ActiveStep::ComeCloser) => pose.scale = 1.4,
                Some(ActiveStep::MoveAway) => pose.scale = 0.7,
                Some(ActiveStep::TurnLeft) => pose.yaw = pose.yaw.abs(),
                Some(ActiveStep::TurnRight) => pose.yaw = -pose.yaw.abs(),
                Some(ActiveStep::LookUp) => pose.pitch = pose.pitch.abs(),
                Some(ActiveStep::LookDown) => pose.pitch = -pose.pitch.abs(),
                Some(ActiveStep::Blink) => {}
            }
            render_presentation(&image, &pose, medium, now as u64)
        });
        report.map(|report| (seed, report.liveness))
    });
    let accepted: Vec<_> = accepted.into_iter().flatten().collect();
    println!("{} of {attacks} replay attacks accepted", accepted.len());
    assert!(accepted.is_empty(), "{accepted:?}");
}

#[test]
fn detects_person_swap_within_stream() {
    let pairs = streams(4, 12);
    let Some(model) = face_model() else { return };
    let outcomes = each(pairs, |seed| {
        let (first, second) = (person(seed), HeadScene { identity: seed + 40, ..person(seed) });
        let mut pipeline = capture(&model, passive(), Thresholds::default());
        let report = first_capture(
            &mut pipeline,
            (0..45).map(|i| {
                let scene = if i < 9 { &first } else { &second };
                render(&with_tremor(scene, seed, f64::from(i) * FRAME_MS), SIZE.0, SIZE.1).rgba
            }),
        );
        let alone = first_capture(
            &mut capture(&model, passive(), Thresholds::default()),
            (0..45).map(|i| render(&with_tremor(&first, seed, f64::from(i) * FRAME_MS), SIZE.0, SIZE.1).rgba),
        );
        let persons = |report: Option<CaptureReport>| report.and_then(|r| r.liveness).map(|l| l.persons_seen);
        (persons(report), persons(alone))
    });
    let noticed = outcomes.iter().filter(|(two, _)| *two == Some(2)).count();
    println!("{noticed} of {pairs} changes noticed; persons seen of two, and of one: {outcomes:?}");
    assert!(noticed as f64 >= 0.8 * pairs as f64, "{noticed} of {pairs} changes noticed");
    assert!(outcomes.iter().all(|(_, one)| *one == Some(1)), "one person is one person");
}
