//! Scenarios, event by event, and tables for rules with many cases.

use super::*;
use crate::document_type::DocumentType;
use crate::error::CoreError;
use crate::guidance::GuidanceCode;
use crate::guide::{GuideShape, guide};
use crate::model_asset::ModelAsset;
use crate::side::Side;
use crate::warning::Warning;

mod authentication;
mod hand_off;
mod liveness;
mod locating;

/// A flow under test with its clock and its last update.
struct Play {
    session: Session,
    now: f64,
    update: Update,
}

const PASSPORT: DocumentType = DocumentType::Passport;
const CARD: DocumentType = DocumentType::IdentificationCard;

impl Play {
    fn new() -> Self {
        Self::start(Session::new(&[]))
    }

    fn start(mut session: Session) -> Self {
        let update = session.on_event(&Event::Start, 0.0);
        Self { session, now: 0.0, update }
    }

    /// A flow that has just read this record.
    fn resumed(record: ServerState) -> Self {
        let mut play = Self::new();
        play.ok(Operation::ReadSession, Reply::Session(record));
        play
    }

    /// A flow that receives frames for the capture of the step after this record.
    fn capturing(record: ServerState) -> Self {
        let mut play = Self::resumed(record);
        play.locate();
        if play.update.view.step == Step::Liveness {
            play.ok(Operation::GenerateLiveness, Reply::Done);
        }
        play.open();
        play
    }

    fn event(&mut self, event: Event) -> &mut Self {
        self.now += 100.0;
        self.update = self.session.on_event(&event, self.now);
        self
    }

    fn requested(&self) -> Option<(u32, Operation)> {
        self.session.state.pending().map(|request| (request.id, request.operation))
    }

    #[track_caller]
    fn reply(&mut self, operation: Operation, reply: Result<Reply, RequestFailure>) -> &mut Self {
        let (id, wanted) = self.requested().expect("a request");
        assert_eq!(wanted, operation);
        self.update = self.session.on_reply(id, reply);
        self
    }

    #[track_caller]
    fn ok(&mut self, operation: Operation, reply: Reply) -> &mut Self {
        self.reply(operation, Ok(reply))
    }

    #[track_caller]
    fn fails(&mut self, operation: Operation, kind: FailureKind) -> &mut Self {
        self.reply(operation, Err(RequestFailure { code: "some_code", message: "said so".into(), kind }))
    }

    fn locate(&mut self) -> &mut Self {
        self.event(Event::Location { latitude: 43.24, longitude: 76.89 })
    }

    fn open(&mut self) -> &mut Self {
        self.event(Event::CameraOpened { width: 1280, height: 720, label: None, consistent: None })
    }

    fn capture(&mut self, source: CaptureSource, warnings: &[Warning]) -> &mut Self {
        self.now += 1000.0;
        let side = self.session.side().unwrap_or(Side::Front);
        let report = CaptureReport {
            side,
            source,
            width: 1000,
            height: 700,
            bytes: 200_000,
            images: 1,
            document_checks: Vec::new(),
            elapsed_ms: None,
            visible_ms: None,
            checks: Vec::new(),
            warnings: warnings.to_vec(),
            liveness: None,
        };
        self.update = self.session.on_capture(Capture { document: None, report }, self.now);
        self
    }

    #[track_caller]
    fn is_at(&self, step: Step, phase: Phase) -> &Self {
        assert_eq!((self.update.view.step, self.update.view.phase), (step, phase), "{:?}", self.update.view.error);
        self
    }

    #[track_caller]
    fn emits(&self, effects: &[Effect]) -> &Self {
        assert_eq!(self.update.effects, effects);
        self
    }

    #[track_caller]
    fn error(&self, code: &str, recovery: &[Recovery]) -> &Self {
        let error = self.update.view.error.as_ref().expect("an error");
        assert_eq!((error.code, error.recovery.as_slice()), (code, recovery));
        assert_eq!(error.retryable, recovery.contains(&Recovery::Retry));
        self
    }
}

fn record(document_type: DocumentType) -> ServerState {
    ServerState { consented: true, document_type: Some(document_type), ..ServerState::default() }
}

fn request(id: u32, operation: Operation) -> Effect {
    Effect::Request { id, operation }
}

const VERDICT: Outcome = Outcome::Verification { verified: true, on_sanction_list: false };

#[test]
fn passport_from_start_to_verdict() {
    let mut play = Play::new();
    play.is_at(Step::Starting, Phase::Uploading).emits(&[request(1, Operation::ReadSession)]);
    play.ok(Operation::ReadSession, Reply::Session(ServerState::default())).is_at(Step::Consent, Phase::Idle);
    play.event(Event::ConsentGiven).emits(&[request(2, Operation::AddConsent)]);
    play.ok(Operation::AddConsent, Reply::Done).is_at(Step::DocumentType, Phase::Idle);
    play.event(Event::DocumentTypeChosen { document_type: PASSPORT }).is_at(Step::DocumentType, Phase::Uploading);
    play.ok(Operation::SetDocumentType, Reply::Done).is_at(Step::DocumentFront, Phase::CameraOpening).emits(&[
        Effect::Locate,
        Effect::LoadModel { model: ModelAsset::Mrz },
        Effect::LoadModel { model: ModelAsset::Face },
        Effect::CameraOpen { facing: Facing::Environment },
    ]);
    play.locate().is_at(Step::DocumentFront, Phase::CameraOpening).emits(&[]);
    play.open().is_at(Step::DocumentFront, Phase::Capturing);
    assert_eq!(play.update.view.guide.unwrap().shape, GuideShape::Passport);
    play.capture(CaptureSource::Automatic, &[]).is_at(Step::DocumentFront, Phase::Review);
    assert_eq!(play.update.effects[0], Effect::CameraClose);
    let Effect::Captured { side: Side::Front, report } = &play.update.effects[1] else { panic!("a captured effect") };
    assert_eq!(report.elapsed_ms, Some(1000));
    play.event(Event::Confirm).is_at(Step::DocumentFront, Phase::Uploading);
    // No back in a passport, and the location is known by now.
    play.ok(Operation::AddFront, Reply::Done).is_at(Step::Liveness, Phase::Uploading);
    play.ok(Operation::GenerateLiveness, Reply::Done)
        .is_at(Step::Liveness, Phase::CameraOpening)
        .emits(&[Effect::CameraOpen { facing: Facing::User }]);
    play.open();
    assert_eq!(play.update.view.guide.unwrap().shape, GuideShape::Oval);
    play.capture(CaptureSource::Automatic, &[]).is_at(Step::Liveness, Phase::Review);
    play.event(Event::Confirm).is_at(Step::Sending, Phase::Uploading);
    assert_eq!(play.update.view.progress, Some(Progress { done: 0, total: 3 }));
    play.ok(Operation::ProcessLiveness, Reply::Done);
    assert_eq!(play.update.view.progress, Some(Progress { done: 1, total: 3 }));
    play.ok(Operation::UpdateMetadata, Reply::Done);
    assert_eq!(play.update.view.progress, Some(Progress { done: 2, total: 3 }));
    assert_eq!(play.session.reports().iter().map(|r| r.side).collect::<Vec<_>>(), [Side::Front, Side::Liveness]);
    play.ok(Operation::Finalize, Reply::Verdict(VERDICT))
        .is_at(Step::Result, Phase::Done)
        .emits(&[Effect::Complete { result: VERDICT }]);
    assert_eq!(play.update.view.result, Some(VERDICT));
}

#[test]
fn card_requires_back_image() {
    let mut play = Play::capturing(record(CARD));
    assert_eq!(play.update.view.guide.unwrap().shape, GuideShape::Card);
    play.capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    play.ok(Operation::AddFront, Reply::Done)
        .is_at(Step::DocumentBack, Phase::CameraOpening)
        .emits(&[Effect::CameraOpen { facing: Facing::Environment }]);
    play.open().capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    play.ok(Operation::AddBack, Reply::Done).is_at(Step::Liveness, Phase::Uploading);
    assert!(play.update.view.steps.contains(&Step::DocumentBack));
}

#[test]
fn resumes_at_step_of_server_record() {
    let done = ServerState { front_uploaded: true, back_uploaded: true, ..record(CARD) };
    let table = [
        (ServerState::default(), Step::Consent, Phase::Idle),
        (ServerState { consented: true, ..ServerState::default() }, Step::DocumentType, Phase::Idle),
        (record(PASSPORT), Step::DocumentFront, Phase::CameraOpening),
        (record(CARD), Step::DocumentFront, Phase::CameraOpening),
        (ServerState { front_uploaded: true, ..record(CARD) }, Step::DocumentBack, Phase::CameraOpening),
        (ServerState { front_uploaded: true, ..record(PASSPORT) }, Step::Liveness, Phase::WaitingLocation),
        (done.clone(), Step::Liveness, Phase::WaitingLocation),
        (ServerState { document_type: None, ..done.clone() }, Step::Liveness, Phase::WaitingLocation),
        (ServerState { liveness_detected: true, ..done.clone() }, Step::Sending, Phase::Uploading),
        // Consent comes before everything else.
        (ServerState { consented: false, ..done.clone() }, Step::Consent, Phase::Idle),
    ];
    for (record, step, phase) in table {
        let view = Play::resumed(record.clone()).update.view;
        assert_eq!((view.step, view.phase), (step, phase), "{record:?}");
    }
    let mut play = Play::resumed(ServerState { liveness_detected: true, ..done.clone() });
    assert_eq!(play.update.view.progress, Some(Progress { done: 0, total: 1 }));
    play.ok(Operation::Finalize, Reply::Verdict(VERDICT)).is_at(Step::Result, Phase::Done);
}

#[test]
fn accepts_only_offered_document_types() {
    let mut play = Play::start(Session::new(&[CARD, PASSPORT, CARD]));
    play.ok(Operation::ReadSession, Reply::Session(record(DocumentType::DriverLicense)));
    play.is_at(Step::DocumentType, Phase::Idle);
    assert_eq!(play.update.view.document_types, [CARD, PASSPORT]);
    play.event(Event::DocumentTypeChosen { document_type: DocumentType::DriverLicense });
    play.is_at(Step::DocumentType, Phase::Idle).emits(&[]);
    // Without a list, what the integrator's server declared counts, also if it is not offered by default.
    let play = Play::resumed(record(DocumentType::PassportCard));
    assert_eq!(play.update.view.step, Step::DocumentFront);
    // A single offered type is declared without a choice.
    let mut play = Play::start(Session::new(&[PASSPORT]));
    play.ok(Operation::ReadSession, Reply::Session(ServerState { consented: true, ..ServerState::default() }));
    play.is_at(Step::DocumentType, Phase::Uploading).emits(&[request(2, Operation::SetDocumentType)]);
}

#[test]
fn declined_consent_sends_nothing_and_can_be_retried() {
    let mut play = Play::resumed(ServerState::default());
    play.event(Event::ConsentDeclined).is_at(Step::Consent, Phase::Failed).emits(&[]);
    play.error("consent_declined", &[Recovery::Retry]);
    play.event(Event::Retry).is_at(Step::Consent, Phase::Idle);
    play.event(Event::ConsentDeclined);
    play.event(Event::ConsentGiven).is_at(Step::Consent, Phase::Uploading);
}

#[test]
fn every_camera_failure_has_recovery_actions() {
    use Recovery::{Retry, Settings, Upload};
    let table: [(CameraFailure, &[Recovery]); 6] = [
        (CameraFailure::Denied, &[Upload, Settings, Retry]),
        (CameraFailure::Missing, &[Upload, Retry]),
        (CameraFailure::Busy, &[Retry, Upload]),
        (CameraFailure::InsecureContext, &[Upload]),
        (CameraFailure::Unsupported, &[Upload]),
        (CameraFailure::Failed, &[Retry, Upload]),
    ];
    for record in [record(PASSPORT), ServerState { front_uploaded: true, ..record(PASSPORT) }] {
        for (code, recovery) in table {
            let mut play = Play::resumed(record.clone());
            play.locate();
            let step = play.update.view.step;
            if step == Step::Liveness {
                play.ok(Operation::GenerateLiveness, Reply::Done);
            }
            play.event(Event::CameraFailed { code }).is_at(step, Phase::Failed).error(code.as_str(), recovery);
            assert!(play.update.view.upload_available);
            let mut upload = Play { session: play.session.clone(), now: play.now, update: play.update.clone() };
            upload.capture(CaptureSource::File, &[]).is_at(step, Phase::Review);
            upload.event(Event::Confirm);
            assert_eq!(upload.update.view.phase, Phase::Uploading);
            play.event(Event::UseCamera).is_at(step, Phase::CameraOpening);
        }
    }
}

#[test]
fn retry_reopens_lost_camera() {
    let mut play = Play::capturing(record(PASSPORT));
    play.event(Event::CameraLost).is_at(Step::DocumentFront, Phase::Failed).emits(&[Effect::CameraClose]);
    play.error("camera_lost", &[Recovery::Retry, Recovery::Upload]);
    play.event(Event::Retry).emits(&[Effect::CameraOpen { facing: Facing::Environment }]);
}

#[test]
fn retake_reopens_camera() {
    let mut play = Play::capturing(record(PASSPORT));
    play.capture(CaptureSource::Manual, &[Warning::Blurred]).is_at(Step::DocumentFront, Phase::Review);
    assert_eq!(play.update.view.review.as_ref().unwrap().warnings, [Warning::Blurred]);
    play.event(Event::Retake).is_at(Step::DocumentFront, Phase::CameraOpening);
    assert_eq!(play.update.view.review, None);
    play.open().is_at(Step::DocumentFront, Phase::Capturing);
}

#[test]
fn warnings_do_not_block_confirmation() {
    let mut play = Play::capturing(record(PASSPORT));
    play.capture(CaptureSource::Automatic, &[Warning::DocumentExpired]);
    assert_eq!(play.update.view.review.as_ref().unwrap().warnings, [Warning::DocumentExpired]);
    play.event(Event::Confirm).is_at(Step::DocumentFront, Phase::Uploading);
    play.ok(Operation::AddFront, Reply::Done);
    assert_eq!(play.session.reports()[0].warnings, [Warning::DocumentExpired]);
}

#[test]
fn frames_alone_do_not_capture() {
    let mut play = Play::capturing(record(PASSPORT));
    assert!(!play.update.view.manual_available);
    for _ in 0..100 {
        play.update =
            play.session.on_frame(FrameView { guidance: Some(GuidanceCode::NoDocument), ..FrameView::default() });
        play.is_at(Step::DocumentFront, Phase::Capturing).emits(&[]);
    }
    assert!(play.update.view.manual_available);
    assert_eq!(play.update.view.guidance, Some("no_document"));
}

#[test]
fn request_failures_have_recovery_actions() {
    use FailureKind::{Cancelled, Image, Network, Permanent, Session as Gone, Transient};
    use Recovery::{Restart, Retake, Retry, Upload};
    let front = |play: &mut Play| {
        play.capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    };
    let none = |_: &mut Play| {};
    type Row<'a> = (Play, fn(&mut Play), Operation, FailureKind, &'a [Recovery]);
    let consent = |play: &mut Play| {
        play.event(Event::ConsentGiven);
    };
    let table: Vec<Row> = vec![
        (Play::new(), none, Operation::ReadSession, Network, &[Retry]),
        (Play::new(), none, Operation::ReadSession, Transient, &[Retry]),
        (Play::new(), none, Operation::ReadSession, Permanent, &[Recovery::None]),
        (Play::new(), none, Operation::ReadSession, Gone, &[Restart]),
        (Play::new(), none, Operation::ReadSession, Cancelled, &[Retry]),
        (Play::resumed(ServerState::default()), consent, Operation::AddConsent, Network, &[Retry]),
        (Play::capturing(record(PASSPORT)), front, Operation::AddFront, Network, &[Retry, Retake]),
        (Play::capturing(record(PASSPORT)), front, Operation::AddFront, Transient, &[Retry, Retake]),
        (Play::capturing(record(PASSPORT)), front, Operation::AddFront, Image, &[Retake, Upload]),
        (Play::capturing(record(PASSPORT)), front, Operation::AddFront, Gone, &[Restart]),
        (Play::capturing(record(PASSPORT)), front, Operation::AddFront, Permanent, &[Recovery::None]),
    ];
    for (mut play, lead, operation, kind, recovery) in table {
        lead(&mut play);
        let step = play.update.view.step;
        play.fails(operation, kind).is_at(step, Phase::Failed).error("some_code", recovery);
        let mut again = Play { session: play.session.clone(), now: play.now, update: play.update.clone() };
        again.event(Event::Retry);
        let sent = again.requested().map(|(_, operation)| operation);
        assert_eq!(sent, recovery.contains(&Retry).then_some(operation), "{operation:?} {kind:?}");
        if recovery.contains(&Retake) {
            play.event(Event::Retake).is_at(step, Phase::CameraOpening);
        }
        if recovery.contains(&Upload) {
            assert!(again.update.view.upload_available);
            again.capture(CaptureSource::File, &[]).is_at(step, Phase::Review);
        }
    }
}

#[test]
fn retries_automatically_when_network_returns() {
    let mut play = Play::new();
    play.fails(Operation::ReadSession, FailureKind::Network);
    play.event(Event::Offline).is_at(Step::Starting, Phase::Failed);
    play.event(Event::Online).emits(&[request(2, Operation::ReadSession)]);
    play.fails(Operation::ReadSession, FailureKind::Permanent);
    play.event(Event::Online).emits(&[]);
}

#[test]
fn conflict_is_resolved_by_reading_the_session_once() {
    // The reply to the upload was lost; the server has the image.
    let mut play = Play::capturing(record(PASSPORT));
    play.capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    play.fails(Operation::AddFront, FailureKind::Conflict).is_at(Step::DocumentFront, Phase::Uploading);
    play.ok(Operation::ReadSession, Reply::Session(ServerState { front_uploaded: true, ..record(PASSPORT) }));
    play.is_at(Step::Liveness, Phase::Uploading);
    // A second conflict ends the flow: no endless loop.
    let mut play = Play::resumed(ServerState::default());
    play.event(Event::ConsentGiven).fails(Operation::AddConsent, FailureKind::Conflict);
    play.ok(Operation::ReadSession, Reply::Session(ServerState::default())).is_at(Step::Consent, Phase::Idle);
    play.event(Event::ConsentGiven).fails(Operation::AddConsent, FailureKind::Conflict);
    play.error("flow_conflict", &[Recovery::Restart]);
}

#[test]
fn confirmed_image_is_sent_again_if_the_record_lacks_it_after_a_conflict() {
    let mut play = Play::capturing(record(PASSPORT));
    play.capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    play.fails(Operation::AddFront, FailureKind::Conflict);
    play.ok(Operation::ReadSession, Reply::Session(record(PASSPORT))).is_at(Step::DocumentFront, Phase::Uploading);
    play.ok(Operation::AddFront, Reply::Done).is_at(Step::Liveness, Phase::Uploading);
    // The second conflict is reported.
    let mut play = Play::capturing(record(PASSPORT));
    play.capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    play.fails(Operation::AddFront, FailureKind::Conflict);
    play.ok(Operation::ReadSession, Reply::Session(record(PASSPORT)));
    play.fails(Operation::AddFront, FailureKind::Conflict).error("flow_conflict", &[Recovery::Restart]);
}

/// A flow whose liveness frames are being sent.
fn sending() -> Play {
    let mut play = Play::capturing(ServerState { front_uploaded: true, ..record(PASSPORT) });
    play.capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    play
}

#[test]
fn rejected_liveness_frames_are_retaken_in_new_liveness_session() {
    let mut play = sending();
    play.fails(Operation::ProcessLiveness, FailureKind::Image).is_at(Step::Liveness, Phase::Failed);
    let mut upload = Play { session: play.session.clone(), now: play.now, update: play.update.clone() };
    play.event(Event::Retake).is_at(Step::Liveness, Phase::Uploading);
    play.ok(Operation::GenerateLiveness, Reply::Done).is_at(Step::Liveness, Phase::CameraOpening);
    upload.capture(CaptureSource::File, &[]).event(Event::Confirm);
    upload.ok(Operation::GenerateLiveness, Reply::Done).is_at(Step::Sending, Phase::Uploading);
    upload.ok(Operation::ProcessLiveness, Reply::Done).ok(Operation::UpdateMetadata, Reply::Done);
    // A transient failure keeps the frames.
    let mut play = sending();
    play.fails(Operation::ProcessLiveness, FailureKind::Network).is_at(Step::Sending, Phase::Failed);
    play.event(Event::Retry).ok(Operation::ProcessLiveness, Reply::Done).is_at(Step::Sending, Phase::Uploading);
}

#[test]
fn rejected_metadata_do_not_stop_the_flow() {
    let mut play = sending();
    play.ok(Operation::ProcessLiveness, Reply::Done).fails(Operation::UpdateMetadata, FailureKind::Permanent);
    play.ok(Operation::Finalize, Reply::Verdict(VERDICT)).is_at(Step::Result, Phase::Done);
    let mut play = sending();
    play.ok(Operation::ProcessLiveness, Reply::Done).fails(Operation::UpdateMetadata, FailureKind::Network);
    play.is_at(Step::Sending, Phase::Failed).error("some_code", &[Recovery::Retry]);
}

#[test]
fn liveness_requires_face_model_and_supported_provider() {
    let at_liveness = ServerState { front_uploaded: true, ..record(PASSPORT) };
    let mut play = Play::capturing(at_liveness.clone());
    play.event(Event::ModelFailed { model: ModelAsset::Face, message: String::new() });
    play.is_at(Step::Liveness, Phase::Failed).error("model_failed", &[Recovery::Retry]);
    play.event(Event::Retry)
        .emits(&[Effect::LoadModel { model: ModelAsset::Face }, Effect::CameraOpen { facing: Facing::User }]);
    // A document can be captured manually without the MRZ model.
    let mut play = Play::capturing(record(PASSPORT));
    play.event(Event::ModelFailed { model: ModelAsset::Mrz, message: String::new() });
    play.is_at(Step::DocumentFront, Phase::Capturing);
    let mut play = Play::resumed(ServerState { other_provider: Some("azure".into()), ..at_liveness });
    play.error("liveness_provider_unsupported", &[Recovery::None]);
    play.event(Event::Retry).is_at(Step::Liveness, Phase::Failed).emits(&[]);
}

#[test]
fn rejected_file_can_be_replaced_by_file_or_camera() {
    let mut play = Play::capturing(record(PASSPORT));
    play.update = play.session.on_rejected(&ImageRejection::Unreadable(CoreError::UnknownImageFormat));
    play.is_at(Step::DocumentFront, Phase::Failed).emits(&[Effect::CameraClose]);
    play.error("image_unknown_format", &[Recovery::Upload, Recovery::Retake]);
    play.capture(CaptureSource::File, &[]).is_at(Step::DocumentFront, Phase::Review);
    let mut play = Play::capturing(ServerState { front_uploaded: true, ..record(PASSPORT) });
    play.update = play.session.on_rejected(&ImageRejection::NoFace);
    play.error("face_not_found", &[Recovery::Retake, Recovery::Upload]);
    play.event(Event::Retake).is_at(Step::Liveness, Phase::CameraOpening);
}

#[test]
fn missing_access_token_can_be_retried() {
    let mut play = Play::new();
    play.update = play.session.on_token_wanted(1);
    play.is_at(Step::Starting, Phase::Uploading).emits(&[Effect::Token { requests: vec![1] }]);
    assert_eq!(play.session.pending(1), Some(Operation::ReadSession));
    play.event(Event::TokenFailed { message: "no".into() }).error("token_unavailable", &[Recovery::Retry]);
    play.event(Event::Retry).emits(&[request(2, Operation::ReadSession)]);
    // No token is requested this time.
    play.event(Event::TokenFailed { message: "no".into() }).is_at(Step::Starting, Phase::Uploading);
}

#[test]
fn document_type_can_change_until_front_is_uploaded() {
    let mut play = Play::capturing(record(PASSPORT));
    play.event(Event::ChangeDocumentType).is_at(Step::DocumentType, Phase::Idle).emits(&[Effect::CameraClose]);
    play.event(Event::DocumentTypeChosen { document_type: CARD });
    play.ok(Operation::SetDocumentType, Reply::Done).is_at(Step::DocumentFront, Phase::CameraOpening);
    assert_eq!(play.update.view.document_type, Some(CARD));
    let mut play = Play::resumed(ServerState { front_uploaded: true, ..record(CARD) });
    play.event(Event::ChangeDocumentType).is_at(Step::DocumentBack, Phase::CameraOpening);
}

#[test]
fn ignores_events_that_do_not_apply() {
    let events = || {
        [
            Event::Start,
            Event::ConsentGiven,
            Event::ConsentDeclined,
            Event::DocumentTypeChosen { document_type: PASSPORT },
            Event::Location { latitude: 0.0, longitude: 0.0 },
            Event::LocationFailed { code: LocationFailure::Denied },
            Event::CameraFailed { code: CameraFailure::Denied },
            Event::CameraLost,
            Event::CaptureNow,
            Event::Confirm,
            Event::Retake,
            Event::Retry,
            Event::ChangeDocumentType,
            Event::UseCamera,
            Event::TokenFailed { message: String::new() },
            Event::Offline,
            Event::Online,
        ]
    };
    let mut play = Play::new();
    for event in events() {
        play.event(event).is_at(Step::Starting, Phase::Uploading).emits(&[]);
    }
    play.capture(CaptureSource::File, &[]).is_at(Step::Starting, Phase::Uploading);
    play.update = play.session.on_reply(77, Ok(Reply::Done));
    play.is_at(Step::Starting, Phase::Uploading);
    // A camera that opens too late is closed again.
    play.open().emits(&[Effect::CameraClose]);
    // A cancelled flow ignores every event.
    let mut play = Play::capturing(record(PASSPORT));
    play.event(Event::Cancel).is_at(Step::DocumentFront, Phase::Failed).emits(&[Effect::CameraClose]);
    for event in events() {
        play.event(event).error("cancelled", &[Recovery::Restart]).emits(&[]);
    }
}

/// Random orders of events cause no panic and keep the invariants of the view.
#[test]
fn random_walk_keeps_view_invariants() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n as u64) as usize
    };
    let kinds = [
        FailureKind::Network,
        FailureKind::Transient,
        FailureKind::Image,
        FailureKind::Conflict,
        FailureKind::Permanent,
    ];
    let mut finished = 0;
    for _ in 0..1_500 {
        let mut play = Play::new();
        let mut open = false;
        for _ in 0..500 {
            match next(28) {
                0 => play.event(Event::ConsentGiven),
                1 => play.event(Event::ConsentDeclined),
                2 => play.event(Event::DocumentTypeChosen { document_type: DocumentType::ALL[next(4)] }),
                3 => play.event(Event::LocationFailed { code: LocationFailure::Timeout }),
                4..=6 => play.locate(),
                7 => play.event(Event::CameraFailed { code: CameraFailure::ALL[next(6)] }),
                8 => play.event(Event::CameraLost),
                9 | 10 => play.event(Event::Confirm),
                11 => play.event(Event::Retake),
                12 => play.event(Event::Retry),
                13 => play.event(Event::ChangeDocumentType),
                14..=16 => play.capture(CaptureSource::ALL[next(3)], &[]),
                17 => play.event(Event::ModelFailed { model: ModelAsset::ALL[next(2)], message: String::new() }),
                18 | 19 => play.open(),
                24 => play.event(Event::HandOff),
                25 => play.event(Event::TakeBack),
                26 => play.event(Event::Follow),
                27 => play.event(Event::CancelUpload),
                choice => match play.requested() {
                    Some((_, operation)) if choice == 20 => play.fails(operation, kinds[next(5)]),
                    Some((_, operation)) => {
                        let reply = match operation {
                            Operation::ReadSession => Reply::Session(play.session.server.clone()),
                            Operation::Finalize => Reply::Verdict(VERDICT),
                            _ => Reply::Done,
                        };
                        play.ok(operation, reply)
                    }
                    None => play.event(Event::Online),
                },
            };
            for effect in &play.update.effects {
                match effect {
                    Effect::CameraOpen { .. } => open = true,
                    Effect::CameraClose => open = false,
                    _ => {}
                }
            }
            let view = &play.update.view;
            let watching = matches!(view.phase, Phase::CameraOpening | Phase::Capturing);
            assert_eq!(open, watching, "the camera is open only while its frames are used: {view:?}");
            assert_eq!(view.phase == Phase::Failed, view.error.is_some(), "{view:?}");
            let requested = play.requested().map(|(_, operation)| operation);
            let uploads = requested.is_some_and(Operation::uploads_images);
            // The image stays on the screen while it is sent.
            let reviewed = view.phase == Phase::Review || (view.phase == Phase::Uploading && uploads);
            assert_eq!(reviewed, view.review.is_some(), "{view:?}");
            match view.phase {
                // A flow that another device continues reads the session, or asks for the verdict.
                Phase::HandedOff => {
                    let reads = [None, Some(Operation::ReadSession), Some(Operation::Finalize)];
                    assert!(reads.contains(&requested), "{requested:?}");
                }
                phase => assert_eq!(phase == Phase::Uploading, requested.is_some(), "{view:?}"),
            }
            assert_eq!(view.phase == Phase::Done, view.result.is_some(), "{view:?}");
            if view.phase == Phase::Done {
                finished += 1;
                break;
            }
        }
    }
    assert!(finished > 20, "the walk reaches the end: {finished}");
}

#[test]
fn guides_are_inside_every_frame() {
    for (width, height) in [(1920, 1080), (1080, 1920), (640, 480), (1, 1), (0, 7), (4000, 10)] {
        for side in Side::ALL {
            for kind in DocumentType::ALL {
                let g = guide(*side, Some(*kind), width, height);
                let inside = g.x >= 0.0 && g.y >= 0.0 && g.x + g.width <= 1.0 && g.y + g.height <= 1.0;
                assert!(inside && g.width > 0.0, "{width}x{height} {side:?} {g:?}");
            }
        }
    }
}
