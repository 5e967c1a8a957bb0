//! A flow that another device continues.

use super::*;

fn handed_off(record: ServerState) -> Play {
    let mut play = Play::resumed(record);
    play.event(Event::HandOff);
    play
}

#[test]
fn what_belongs_to_the_other_device_is_ignored_here() {
    let mut play = handed_off(record(PASSPORT));
    play.ok(Operation::ReadSession, Reply::Session(record(PASSPORT)));
    for event in [Event::ChangeDocumentType, Event::Retake, Event::UseCamera, Event::CaptureNow, Event::Confirm] {
        play.event(event).is_at(Step::DocumentFront, Phase::HandedOff).emits(&[]);
    }
    play.event(Event::Cancel);
    assert_eq!(play.update.view.phase, Phase::Failed);
}

#[test]
fn a_verdict_that_is_not_there_yet_is_asked_for_once() {
    let given = ServerState { front_uploaded: true, liveness_detected: true, ..record(PASSPORT) };
    let mut play = handed_off(record(PASSPORT));
    for _ in 0..2 {
        play.ok(Operation::ReadSession, Reply::Session(given.clone())).event(Event::Follow);
    }
    play.ok(Operation::ReadSession, Reply::Session(given.clone())).ok(Operation::Finalize, Reply::Done);
    for _ in 0..3 {
        play.ok(Operation::ReadSession, Reply::Session(given.clone()))
            .is_at(Step::Sending, Phase::HandedOff)
            .emits(&[]);
        play.event(Event::Follow);
    }
}

#[test]
fn follows_the_other_device_to_its_verdict() {
    let mut play = Play::capturing(record(PASSPORT));
    play.event(Event::HandOff).is_at(Step::DocumentFront, Phase::HandedOff);
    assert!(play.update.effects.contains(&Effect::CameraClose));
    assert_eq!(play.requested().map(|(_, operation)| operation), Some(Operation::ReadSession));
    // One read at a time.
    play.event(Event::Follow).emits(&[]);
    play.ok(Operation::ReadSession, Reply::Session(record(PASSPORT))).is_at(Step::DocumentFront, Phase::HandedOff);
    let at_face = ServerState { front_uploaded: true, ..record(PASSPORT) };
    play.event(Event::Follow).ok(Operation::ReadSession, Reply::Session(at_face.clone()));
    play.is_at(Step::Liveness, Phase::HandedOff).emits(&[]);
    let given = ServerState { liveness_detected: true, ..at_face };
    for _ in 0..2 {
        // The other device sends its metadata and asks for the verdict.
        play.event(Event::Follow).ok(Operation::ReadSession, Reply::Session(given.clone()));
        play.is_at(Step::Sending, Phase::HandedOff).emits(&[]);
    }
    play.event(Event::Follow).ok(Operation::ReadSession, Reply::Session(given));
    play.ok(Operation::Finalize, Reply::Verdict(VERDICT)).is_at(Step::Result, Phase::Done);
    play.emits(&[Effect::Complete { result: VERDICT }]);
}

#[test]
fn a_verdict_that_is_being_made_is_asked_for_again() {
    let given = ServerState { front_uploaded: true, liveness_detected: true, ..record(PASSPORT) };
    let mut play = handed_off(record(PASSPORT));
    for _ in 0..3 {
        play.ok(Operation::ReadSession, Reply::Session(given.clone())).event(Event::Follow);
    }
    play.fails(Operation::Finalize, FailureKind::Transient).is_at(Step::Sending, Phase::HandedOff);
    play.event(Event::Follow).ok(Operation::ReadSession, Reply::Session(given));
    play.ok(Operation::Finalize, Reply::Verdict(VERDICT)).is_at(Step::Result, Phase::Done);
}

#[test]
fn continues_here_from_the_record() {
    let mut play = handed_off(ServerState { consented: true, ..ServerState::default() });
    play.is_at(Step::DocumentType, Phase::HandedOff);
    // Nothing else is taken meanwhile.
    for event in [Event::ConsentGiven, Event::DocumentTypeChosen { document_type: CARD }, Event::Confirm, Event::Retry]
    {
        play.event(event).is_at(Step::DocumentType, Phase::HandedOff).emits(&[]);
    }
    play.event(Event::TakeBack).is_at(Step::DocumentType, Phase::Uploading);
    play.ok(Operation::ReadSession, Reply::Session(ServerState { front_uploaded: true, ..record(CARD) }));
    play.is_at(Step::DocumentBack, Phase::CameraOpening);
}

#[test]
fn a_line_that_breaks_does_not_end_the_following_but_a_session_that_ends_does() {
    let mut play = handed_off(record(PASSPORT));
    for kind in [FailureKind::Network, FailureKind::Transient] {
        play.fails(Operation::ReadSession, kind).is_at(Step::DocumentFront, Phase::HandedOff);
        play.event(Event::Follow);
    }
    play.fails(Operation::ReadSession, FailureKind::Session).is_at(Step::DocumentFront, Phase::Failed);
}

#[test]
fn is_possible_where_the_person_acts() {
    let mut play = Play::new();
    play.event(Event::HandOff).is_at(Step::Starting, Phase::Uploading);
    // Without a camera above all.
    let mut play = Play::resumed(record(PASSPORT));
    play.event(Event::CameraFailed { code: CameraFailure::Missing });
    play.event(Event::HandOff).is_at(Step::DocumentFront, Phase::HandedOff);
}

#[test]
fn authentication_ends_when_the_record_has_the_verdict() {
    let same = Outcome::Authentication { authenticated: true };
    let mut play = Play::start(Session::authentication());
    play.ok(Operation::ReadSession, Reply::Session(ServerState::default())).event(Event::HandOff);
    let given = ServerState { liveness_detected: true, ..ServerState::default() };
    for _ in 0..5 {
        play.ok(Operation::ReadSession, Reply::Session(given.clone())).is_at(Step::Sending, Phase::HandedOff);
        play.event(Event::Follow);
    }
    play.ok(Operation::ReadSession, Reply::Session(ServerState { outcome: Some(same), ..given }));
    play.is_at(Step::Result, Phase::Done);
}
