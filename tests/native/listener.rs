//! A person who only hears, with a reaction of 200 ms and a hand that trembles: both sides of a document and the face
//! come into place by the hints alone, unseen.
//! `KYC_STREAMS=100` plays as many people in each test.

use kyc_capture::core::guidance::GuidanceCode;
use kyc_capture::core::liveness::LivenessPlan;
use kyc_capture::core::thresholds::Thresholds;
use kyc_specimen::head::stream::{person, with_tremor};
use kyc_specimen::head::{HeadScene, render};
use kyc_specimen::rng::Rng;
use kyc_specimen::streams::{Models, PATIENCE_MS, REACTION_MS, StreamKind, kinds, listen};

use crate::support::{SIZE, capture, each, face_model, show, streams};

/// How many of so many people may not come to an end: 95 of 100 must.
fn allowed(people: u64) -> usize {
    (people / 20) as usize
}

fn document(name: &str) {
    let Some(face) = face_model() else { return };
    let mrz = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/mrz.kycm")).expect("the repository has it");
    let kind: StreamKind = kinds().into_iter().find(|kind| kind.name == name).expect("a kind of stream");
    let people = streams(2, 100);
    let heard = each(people, |i| {
        (i, listen(&kind, 710 + i, Models { mrz: &mrz, face: &face }).expect("the weights are valid"))
    });
    let mut times: Vec<f64> = heard.iter().filter_map(|(_, heard)| heard.taken_ms).collect();
    times.sort_by(f64::total_cmp);
    let missed: Vec<_> = heard.iter().filter(|(_, heard)| heard.taken_ms.is_none()).collect();
    let pressed = heard.iter().filter(|(_, heard)| heard.by_button).count();
    println!(
        "{name}: {} of {people} by hearing, {pressed} of them with the button, median {:?} ms",
        times.len(),
        times.get(times.len() / 2)
    );
    missed.iter().for_each(|(i, heard)| println!("{i}: {:?}", heard.hints));
    assert!(missed.len() <= allowed(people), "{missed:#?}");
    assert!(!times.is_empty(), "no one came to an end");
}

#[test]
fn a_passport_is_taken_by_hearing() {
    document("passport, 720×1280");
}

#[test]
fn the_front_of_a_card_is_taken_by_hearing() {
    document("card front, 1280×720");
}

#[test]
fn the_back_of_a_card_is_taken_by_hearing() {
    document("card back, 640×480");
}

/// Moves the head for a while, in seconds, as a hint says. Who faces the camera has their left on its right.
fn follow(scene: &mut HeadScene, code: GuidanceCode, seconds: f32) {
    use GuidanceCode as G;
    let step = 0.15 * seconds;
    match code {
        G::MoveHeadLeft => scene.position[0] += step,
        G::MoveHeadRight => scene.position[0] -= step,
        G::MoveHeadUp => scene.position[1] -= step,
        G::MoveHeadDown => scene.position[1] += step,
        G::ComeCloser => scene.size *= 1.0 + 0.25 * seconds,
        G::MoveBackFace => scene.size /= 1.0 + 0.25 * seconds,
        G::LookStraight => {
            let left = 1.0 - seconds;
            (scene.pose.yaw, scene.pose.pitch, scene.pose.roll) =
                (scene.pose.yaw * left, scene.pose.pitch * left, scene.pose.roll * left);
        }
        _ => {}
    }
}

#[test]
fn the_face_is_taken_by_hearing() {
    let Some(model) = face_model() else { return };
    const FRAME_MS: f64 = 100.0;
    let people = streams(2, 100);
    let heard = each(people, |i| {
        let seed = 910 + i;
        let mut rng = Rng::new(0x11_57E5, seed);
        let mut scene = person(seed);
        scene.position = [rng.range(0.3, 0.7), rng.range(0.35, 0.65)];
        scene.size = rng.range(0.2, 0.62);
        (scene.pose.yaw, scene.pose.pitch) = (rng.range(-25.0, 25.0), rng.range(-15.0, 15.0));
        let mut pipeline = capture(&model, LivenessPlan::default(), Thresholds::default());
        let mut hints: Vec<(f64, GuidanceCode)> = Vec::new();
        for frame in 0..(PATIENCE_MS / FRAME_MS) as u32 {
            let now = f64::from(frame) * FRAME_MS;
            if let Some((_, code)) = hints.iter().rev().find(|(at, _)| now - at >= REACTION_MS) {
                follow(&mut scene, *code, (FRAME_MS / 1000.0) as f32);
            }
            let pixels = render(&with_tremor(&scene, seed, now), SIZE.0, SIZE.1).rgba;
            let seen = show(&mut pipeline, &pixels, now);
            if seen.capture.is_some() {
                return (i, Some(now), hints);
            }
            if let Some(code) = seen.view.guidance
                && hints.last().is_none_or(|(_, last)| *last != code)
            {
                hints.push((now, code));
            }
        }
        (i, None, hints)
    });
    let mut times: Vec<f64> = heard.iter().filter_map(|(_, taken, _)| *taken).collect();
    times.sort_by(f64::total_cmp);
    let missed: Vec<_> = heard.iter().filter(|(_, taken, _)| taken.is_none()).collect();
    println!("face: {} of {people} by hearing, median {:?} ms", times.len(), times.get(times.len() / 2));
    missed.iter().for_each(|missed| println!("{missed:?}"));
    assert!(missed.len() <= allowed(people), "{missed:#?}");
    assert!(!times.is_empty(), "no one came to an end");
}
