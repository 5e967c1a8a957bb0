//! The location beside the camera, by policy.

use super::*;

/// A flow with this policy, at the review of a passport, before the device has answered.
fn at_review(policy: LocationPolicy) -> Play {
    let mut play = Play::start(Session::new(&[]).with_location(policy));
    play.ok(Operation::ReadSession, Reply::Session(record(PASSPORT)));
    play.open().capture(CaptureSource::Automatic, &[]).is_at(Step::DocumentFront, Phase::Review);
    play
}

#[test]
fn camera_does_not_wait_for_the_location() {
    let mut play = Play::resumed(record(PASSPORT));
    assert!(play.update.effects.contains(&Effect::Locate));
    play.open().is_at(Step::DocumentFront, Phase::Capturing);
    play.capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    // Only the upload waits; the image is kept.
    play.is_at(Step::DocumentFront, Phase::WaitingLocation).emits(&[]);
    play.locate().is_at(Step::DocumentFront, Phase::Uploading);
    assert!(play.update.view.review.is_some(), "the image is shown while it is sent");
    play.ok(Operation::AddFront, Reply::Done).is_at(Step::Liveness, Phase::Uploading);
    assert!(play.session.location().is_some());
}

#[test]
fn a_failure_is_told_when_the_image_is_to_be_sent() {
    use Recovery::{Retry, Settings};
    let table: [(LocationFailure, &[Recovery]); 3] = [
        (LocationFailure::Denied, &[Settings, Retry]),
        (LocationFailure::Unavailable, &[Retry, Settings]),
        (LocationFailure::Timeout, &[Retry, Settings]),
    ];
    for (code, recovery) in table {
        let mut play = at_review(LocationPolicy::Required);
        play.event(Event::LocationFailed { code }).is_at(Step::DocumentFront, Phase::Review);
        play.event(Event::Confirm).is_at(Step::DocumentFront, Phase::Failed).error(code.as_str(), recovery);
        // Without the policy `preferred` the flow needs it.
        play.event(Event::SkipLocation).is_at(Step::DocumentFront, Phase::Failed);
        play.event(Event::Retry).is_at(Step::DocumentFront, Phase::WaitingLocation).emits(&[Effect::Locate]);
        // The same image is sent.
        play.locate().is_at(Step::DocumentFront, Phase::Uploading);
    }
    for (latitude, longitude) in [(f64::NAN, 0.0), (91.0, 0.0), (0.0, -180.5), (f64::INFINITY, 0.0)] {
        let mut play = at_review(LocationPolicy::Required);
        play.event(Event::Location { latitude, longitude }).event(Event::Confirm).error("location_invalid", &[Retry]);
    }
}

#[test]
fn liveness_waits_because_its_session_needs_the_location() {
    use Recovery::{Retry, Settings};
    let mut play = Play::resumed(ServerState { front_uploaded: true, ..record(PASSPORT) });
    play.is_at(Step::Liveness, Phase::WaitingLocation).emits(&[Effect::Locate]);
    play.event(Event::LocationFailed { code: LocationFailure::Denied });
    play.error("location_denied", &[Settings, Retry]);
    play.event(Event::Retry).emits(&[Effect::Locate]);
    play.locate().is_at(Step::Liveness, Phase::Uploading);
}

#[test]
fn preferred_lets_the_person_go_on_without() {
    use Recovery::{Retry, Settings, Skip};
    // Refused.
    let mut play = at_review(LocationPolicy::Preferred);
    play.event(Event::LocationFailed { code: LocationFailure::Denied }).event(Event::Confirm);
    play.error("location_denied", &[Skip, Settings, Retry]);
    play.event(Event::SkipLocation).is_at(Step::DocumentFront, Phase::Uploading);
    play.ok(Operation::AddFront, Reply::Done).is_at(Step::Liveness, Phase::Uploading);
    assert_eq!(play.session.location(), None);
    // Not answered yet. A late answer is not sent: the person was promised to go on without.
    let mut play = at_review(LocationPolicy::Preferred);
    play.event(Event::Confirm).is_at(Step::DocumentFront, Phase::WaitingLocation);
    play.event(Event::SkipLocation).is_at(Step::DocumentFront, Phase::Uploading);
    play.locate().ok(Operation::AddFront, Reply::Done);
    assert_eq!(play.session.location(), None);
}

#[test]
fn off_never_asks() {
    let mut play = Play::start(Session::new(&[]).with_location(LocationPolicy::Off));
    play.ok(Operation::ReadSession, Reply::Session(record(PASSPORT)));
    assert!(!play.update.effects.contains(&Effect::Locate));
    play.open().capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    play.is_at(Step::DocumentFront, Phase::Uploading);
    play.ok(Operation::AddFront, Reply::Done).is_at(Step::Liveness, Phase::Uploading);
}

#[test]
fn a_service_that_requires_the_location_is_obeyed() {
    for policy in [LocationPolicy::Off, LocationPolicy::Preferred] {
        let mut play = at_review(policy);
        if policy == LocationPolicy::Preferred {
            play.event(Event::LocationFailed { code: LocationFailure::Denied });
        }
        play.event(Event::Confirm).event(Event::SkipLocation).is_at(Step::DocumentFront, Phase::Uploading);
        let refused =
            RequestFailure { code: "field_missing", message: "latitude".into(), kind: FailureKind::Permanent };
        play.reply(Operation::AddFront, Err(refused)).is_at(Step::DocumentFront, Phase::Failed);
        play.error("location_unavailable", &[Recovery::Retry, Recovery::Settings]);
        play.event(Event::SkipLocation).is_at(Step::DocumentFront, Phase::Failed);
        play.event(Event::Retry).emits(&[Effect::Locate]);
        play.locate().is_at(Step::DocumentFront, Phase::Uploading);
    }
}

#[test]
fn a_cancelled_upload_returns_to_the_review() {
    let mut play = Play::capturing(record(PASSPORT));
    play.capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    let (late, _) = play.requested().unwrap();
    play.event(Event::CancelUpload).is_at(Step::DocumentFront, Phase::Review);
    play.update = play.session.on_reply(late, Ok(Reply::Done));
    play.is_at(Step::DocumentFront, Phase::Review);
    play.event(Event::Confirm).ok(Operation::AddFront, Reply::Done).is_at(Step::Liveness, Phase::Uploading);
    // No image is being sent.
    play.event(Event::CancelUpload).is_at(Step::Liveness, Phase::Uploading);
    // The frames of the face as well.
    let mut play = sending();
    play.event(Event::CancelUpload).is_at(Step::Liveness, Phase::Review);
    play.event(Event::Confirm).is_at(Step::Sending, Phase::Uploading);
}
