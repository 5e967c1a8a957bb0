//! The flow of a known identity: the person alone, and a verdict that is read.

use super::*;

const SAME: Outcome = Outcome::Authentication { authenticated: true };

fn start() -> Play {
    Play::of(Session::authentication())
}

fn known() -> ServerState {
    ServerState::default()
}

/// A flow whose frames wait for the person's word.
fn at_review() -> Play {
    let mut play = start();
    play.ok(Operation::ReadSession, Reply::Session(known()));
    play.locate().ok(Operation::GenerateLiveness, Reply::Done);
    play.open().capture(CaptureSource::Automatic, &[]);
    play
}

#[test]
fn the_person_is_all_that_is_asked_for() {
    let mut play = start();
    play.stands(Step::Starting, Phase::Uploading);
    play.ok(Operation::ReadSession, Reply::Session(known()));
    play.stands(Step::Liveness, Phase::WaitingLocation).wants(&[Effect::Locate]);
    let view = &play.update.view;
    assert_eq!(view.steps, [Step::Liveness, Step::Sending, Step::Result]);
    assert!(view.document_types.is_empty() && view.document_type.is_none());
    play.locate().stands(Step::Liveness, Phase::Uploading);
    play.ok(Operation::GenerateLiveness, Reply::Done);
    play.stands(Step::Liveness, Phase::CameraOpening);
    assert!(play.update.effects.contains(&Effect::LoadModel { model: ModelAsset::Face }));
    assert!(play.update.effects.contains(&Effect::CameraOpen { facing: Facing::User }));
    play.open().stands(Step::Liveness, Phase::Capturing);
    play.capture(CaptureSource::Automatic, &[]).stands(Step::Liveness, Phase::Review);
    play.event(Event::Confirm).stands(Step::Sending, Phase::Uploading);
    play.ok(Operation::ProcessLiveness, Reply::Done);
    play.ok(Operation::UpdateMetadata, Reply::Done);
    // The verdict is not in the answer to the finalization: it is read.
    play.ok(Operation::Finalize, Reply::Done).stands(Step::Sending, Phase::Uploading);
    let complete = ServerState { liveness_detected: true, outcome: Some(SAME), ..known() };
    play.ok(Operation::ReadSession, Reply::Session(complete));
    play.stands(Step::Result, Phase::Done).wants(&[Effect::Complete { result: SAME }]);
    assert_eq!(play.update.view.result, Some(SAME));
}

#[test]
fn events_of_steps_that_it_lacks_change_nothing() {
    for event in [
        Event::ConsentGiven,
        Event::ConsentDeclined,
        Event::DocumentTypeChosen { document_type: PASSPORT },
        Event::ChangeDocumentType,
    ] {
        let mut play = at_review();
        play.event(event).stands(Step::Liveness, Phase::Review).wants(&[]);
    }
}

#[test]
fn it_goes_on_from_where_the_record_stands() {
    // The frames were sent, and the page was reloaded.
    let mut play = start();
    play.ok(Operation::ReadSession, Reply::Session(ServerState { liveness_detected: true, ..known() }));
    play.stands(Step::Sending, Phase::Uploading);
    assert_eq!(play.requested().map(|(_, operation)| operation), Some(Operation::Finalize));
    // It is over already.
    let refused = Outcome::Authentication { authenticated: false };
    let mut play = start();
    play.ok(Operation::ReadSession, Reply::Session(ServerState { outcome: Some(refused), ..known() }));
    play.stands(Step::Result, Phase::Done).wants(&[Effect::Complete { result: refused }]);
    // Somebody else does liveness.
    let mut play = start();
    play.ok(Operation::ReadSession, Reply::Session(ServerState { other_provider: Some("azure".into()), ..known() }));
    play.stands(Step::Liveness, Phase::Failed).error("liveness_provider_unsupported", &[Recovery::None]);
}

#[test]
fn a_finalization_without_a_verdict_is_a_conflict_and_no_circle() {
    let mut play = at_review();
    play.event(Event::Confirm).ok(Operation::ProcessLiveness, Reply::Done);
    play.ok(Operation::UpdateMetadata, Reply::Done).ok(Operation::Finalize, Reply::Done);
    play.ok(Operation::ReadSession, Reply::Session(ServerState { liveness_detected: true, ..known() }));
    play.stands(Step::Sending, Phase::Failed).error("flow_conflict", &[Recovery::Restart]).wants(&[]);
}

#[test]
fn what_fails_on_the_way_to_the_verdict_can_be_tried_again() {
    let mut play = at_review();
    play.event(Event::Confirm).ok(Operation::ProcessLiveness, Reply::Done).ok(Operation::UpdateMetadata, Reply::Done);
    play.fails(Operation::Finalize, FailureKind::Network).stands(Step::Sending, Phase::Failed);
    play.event(Event::Online).ok(Operation::Finalize, Reply::Done);
    play.fails(Operation::ReadSession, FailureKind::Transient).error("some_code", &[Recovery::Retry]);
    play.event(Event::Retry);
    play.ok(Operation::ReadSession, Reply::Session(ServerState { outcome: Some(SAME), ..known() }));
    play.stands(Step::Result, Phase::Done);
    // Frames that the server does not take: back to the camera, with a new liveness session.
    let mut play = at_review();
    play.event(Event::Confirm).fails(Operation::ProcessLiveness, FailureKind::Image);
    play.stands(Step::Liveness, Phase::Failed).error("some_code", &[Recovery::Retake, Recovery::Upload]);
    play.event(Event::Retake).ok(Operation::GenerateLiveness, Reply::Done);
    play.stands(Step::Liveness, Phase::CameraOpening);
}
