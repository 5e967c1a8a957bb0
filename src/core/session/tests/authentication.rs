//! The authentication flow: liveness only, and a verdict that is read from the record.

use super::*;

const SAME: Outcome = Outcome::Authentication { authenticated: true };

fn start() -> Play {
    Play::start(Session::authentication())
}

fn known() -> ServerState {
    ServerState::default()
}

/// A flow in the review of its liveness frames.
fn at_review() -> Play {
    let mut play = start();
    play.ok(Operation::ReadSession, Reply::Session(known()));
    play.locate().ok(Operation::GenerateLiveness, Reply::Done);
    play.open().capture(CaptureSource::Automatic, &[]);
    play
}

#[test]
fn requires_only_liveness() {
    let mut play = start();
    play.is_at(Step::Starting, Phase::Uploading);
    play.ok(Operation::ReadSession, Reply::Session(known()));
    play.is_at(Step::Liveness, Phase::WaitingLocation).emits(&[Effect::Locate]);
    let view = &play.update.view;
    assert_eq!(view.steps, [Step::Liveness, Step::Sending, Step::Result]);
    assert!(view.document_types.is_empty() && view.document_type.is_none());
    play.locate().is_at(Step::Liveness, Phase::Uploading);
    play.ok(Operation::GenerateLiveness, Reply::Done);
    play.is_at(Step::Liveness, Phase::CameraOpening);
    assert!(play.update.effects.contains(&Effect::LoadModel { model: ModelAsset::Face }));
    assert!(play.update.effects.contains(&Effect::CameraOpen { facing: Facing::User }));
    play.open().is_at(Step::Liveness, Phase::Capturing);
    play.capture(CaptureSource::Automatic, &[]).is_at(Step::Liveness, Phase::Review);
    play.event(Event::Confirm).is_at(Step::Sending, Phase::Uploading);
    play.ok(Operation::ProcessLiveness, Reply::Done);
    play.ok(Operation::UpdateMetadata, Reply::Done);
    // The reply to the finalization has no verdict: it is read from the record.
    play.ok(Operation::Finalize, Reply::Done).is_at(Step::Sending, Phase::Uploading);
    let complete = ServerState { liveness_detected: true, outcome: Some(SAME), ..known() };
    play.ok(Operation::ReadSession, Reply::Session(complete));
    play.is_at(Step::Result, Phase::Done).emits(&[Effect::Complete { result: SAME }]);
    assert_eq!(play.update.view.result, Some(SAME));
}

#[test]
fn ignores_events_of_verification_steps() {
    for event in [
        Event::ConsentGiven,
        Event::ConsentDeclined,
        Event::DocumentTypeChosen { document_type: PASSPORT },
        Event::ChangeDocumentType,
    ] {
        let mut play = at_review();
        play.event(event).is_at(Step::Liveness, Phase::Review).emits(&[]);
    }
}

#[test]
fn resumes_at_step_of_server_record() {
    // The frames were uploaded, and the page was reloaded.
    let mut play = start();
    play.ok(Operation::ReadSession, Reply::Session(ServerState { liveness_detected: true, ..known() }));
    play.is_at(Step::Sending, Phase::Uploading);
    assert_eq!(play.requested().map(|(_, operation)| operation), Some(Operation::Finalize));
    // The flow is complete already.
    let refused = Outcome::Authentication { authenticated: false };
    let mut play = start();
    play.ok(Operation::ReadSession, Reply::Session(ServerState { outcome: Some(refused), ..known() }));
    play.is_at(Step::Result, Phase::Done).emits(&[Effect::Complete { result: refused }]);
    // Another provider performs liveness.
    let mut play = start();
    play.ok(Operation::ReadSession, Reply::Session(ServerState { other_provider: Some("azure".into()), ..known() }));
    play.is_at(Step::Liveness, Phase::Failed).error("liveness_provider_unsupported", &[Recovery::None]);
}

#[test]
fn finalization_without_verdict_is_a_conflict() {
    let mut play = at_review();
    play.event(Event::Confirm).ok(Operation::ProcessLiveness, Reply::Done);
    play.ok(Operation::UpdateMetadata, Reply::Done).ok(Operation::Finalize, Reply::Done);
    play.ok(Operation::ReadSession, Reply::Session(ServerState { liveness_detected: true, ..known() }));
    play.is_at(Step::Sending, Phase::Failed).error("flow_conflict", &[Recovery::Restart]).emits(&[]);
}

#[test]
fn failures_before_the_verdict_can_be_retried() {
    let mut play = at_review();
    play.event(Event::Confirm).ok(Operation::ProcessLiveness, Reply::Done).ok(Operation::UpdateMetadata, Reply::Done);
    play.fails(Operation::Finalize, FailureKind::Network).is_at(Step::Sending, Phase::Failed);
    play.event(Event::Online).ok(Operation::Finalize, Reply::Done);
    play.fails(Operation::ReadSession, FailureKind::Transient).error("some_code", &[Recovery::Retry]);
    play.event(Event::Retry);
    play.ok(Operation::ReadSession, Reply::Session(ServerState { outcome: Some(SAME), ..known() }));
    play.is_at(Step::Result, Phase::Done);
    // Rejected frames: return to the camera with a new liveness session.
    let mut play = at_review();
    play.event(Event::Confirm).fails(Operation::ProcessLiveness, FailureKind::Image);
    play.is_at(Step::Liveness, Phase::Failed).error("some_code", &[Recovery::Retake, Recovery::Upload]);
    play.event(Event::Retake).ok(Operation::GenerateLiveness, Reply::Done);
    play.is_at(Step::Liveness, Phase::CameraOpening);
}
