//! Flows played through, event by event; tables where one rule has many cases.

use super::*;
use crate::guide::GuideShape;
use crate::warning::Warning;

mod authentication;
mod liveness;

/// A flow under test: shows what it wants and answers its requests as a server that holds `record` would.
struct Play {
    session: Session,
    now: f64,
    update: Update,
}

const PASSPORT: DocumentType = DocumentType::Passport;
const CARD: DocumentType = DocumentType::IdentificationCard;

impl Play {
    fn new() -> Self {
        Self::of(Session::new(&[]))
    }

    fn of(mut session: Session) -> Self {
        let update = session.on_event(&Event::Start, 0.0);
        Self { session, now: 0.0, update }
    }

    /// A flow that has just read this record.
    fn at(record: ServerState) -> Self {
        let mut play = Self::new();
        play.ok(Operation::ReadSession, Reply::Session(record));
        play
    }

    /// A flow in which frames come for this step's capture.
    fn capturing(record: ServerState) -> Self {
        let mut play = Self::at(record);
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
        self.session.pending
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
    fn stands(&self, step: Step, phase: Phase) -> &Self {
        assert_eq!((self.update.view.step, self.update.view.phase), (step, phase), "{:?}", self.update.view.error);
        self
    }

    #[track_caller]
    fn wants(&self, effects: &[Effect]) -> &Self {
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
    play.stands(Step::Starting, Phase::Uploading).wants(&[request(1, Operation::ReadSession)]);
    play.ok(Operation::ReadSession, Reply::Session(ServerState::default())).stands(Step::Consent, Phase::Idle);
    play.event(Event::ConsentGiven).wants(&[request(2, Operation::AddConsent)]);
    play.ok(Operation::AddConsent, Reply::Done).stands(Step::DocumentType, Phase::Idle);
    play.event(Event::DocumentTypeChosen { document_type: PASSPORT }).stands(Step::DocumentType, Phase::Uploading);
    play.ok(Operation::SetDocumentType, Reply::Done)
        .stands(Step::DocumentFront, Phase::WaitingLocation)
        .wants(&[Effect::Locate]);
    play.locate().stands(Step::DocumentFront, Phase::CameraOpening).wants(&[
        Effect::LoadModel { model: ModelAsset::Mrz },
        Effect::LoadModel { model: ModelAsset::Face },
        Effect::CameraOpen { facing: Facing::Environment },
    ]);
    play.open().stands(Step::DocumentFront, Phase::Capturing);
    assert_eq!(play.update.view.guide.unwrap().shape, GuideShape::Passport);
    play.capture(CaptureSource::Automatic, &[]).stands(Step::DocumentFront, Phase::Review);
    assert_eq!(play.update.effects[0], Effect::CameraClose);
    let Effect::Captured { side: Side::Front, report } = &play.update.effects[1] else { panic!("a captured effect") };
    assert_eq!(report.elapsed_ms, Some(1000));
    play.event(Event::Confirm).stands(Step::DocumentFront, Phase::Uploading);
    // No back in a passport, and the location is known by now.
    play.ok(Operation::AddFront, Reply::Done).stands(Step::Liveness, Phase::Uploading);
    play.ok(Operation::GenerateLiveness, Reply::Done)
        .stands(Step::Liveness, Phase::CameraOpening)
        .wants(&[Effect::CameraOpen { facing: Facing::User }]);
    play.open();
    assert_eq!(play.update.view.guide.unwrap().shape, GuideShape::Oval);
    play.capture(CaptureSource::Automatic, &[]).stands(Step::Liveness, Phase::Review);
    play.event(Event::Confirm).stands(Step::Sending, Phase::Uploading);
    assert_eq!(play.update.view.progress, Some(Progress { done: 0, total: 3 }));
    play.ok(Operation::ProcessLiveness, Reply::Done);
    assert_eq!(play.update.view.progress, Some(Progress { done: 1, total: 3 }));
    play.ok(Operation::UpdateMetadata, Reply::Done);
    assert_eq!(play.update.view.progress, Some(Progress { done: 2, total: 3 }));
    assert_eq!(play.session.reports().iter().map(|r| r.side).collect::<Vec<_>>(), [Side::Front, Side::Liveness]);
    play.ok(Operation::Finalize, Reply::Verdict(VERDICT))
        .stands(Step::Result, Phase::Done)
        .wants(&[Effect::Complete { result: VERDICT }]);
    assert_eq!(play.update.view.result, Some(VERDICT));
}

#[test]
fn a_card_has_a_back() {
    let mut play = Play::capturing(record(CARD));
    assert_eq!(play.update.view.guide.unwrap().shape, GuideShape::Card);
    play.capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    play.ok(Operation::AddFront, Reply::Done)
        .stands(Step::DocumentBack, Phase::CameraOpening)
        .wants(&[Effect::CameraOpen { facing: Facing::Environment }]);
    play.open().capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    play.ok(Operation::AddBack, Reply::Done).stands(Step::Liveness, Phase::Uploading);
    assert!(play.update.view.steps.contains(&Step::DocumentBack));
}

#[test]
fn resumes_where_the_record_says() {
    let done = ServerState { front_uploaded: true, back_uploaded: true, ..record(CARD) };
    let table = [
        (ServerState::default(), Step::Consent, Phase::Idle),
        (ServerState { consented: true, ..ServerState::default() }, Step::DocumentType, Phase::Idle),
        (record(PASSPORT), Step::DocumentFront, Phase::WaitingLocation),
        (record(CARD), Step::DocumentFront, Phase::WaitingLocation),
        (ServerState { front_uploaded: true, ..record(CARD) }, Step::DocumentBack, Phase::WaitingLocation),
        (ServerState { front_uploaded: true, ..record(PASSPORT) }, Step::Liveness, Phase::WaitingLocation),
        (done.clone(), Step::Liveness, Phase::WaitingLocation),
        (ServerState { document_type: None, ..done.clone() }, Step::Liveness, Phase::WaitingLocation),
        (ServerState { liveness_detected: true, ..done.clone() }, Step::Sending, Phase::Uploading),
        // Without consent nothing else counts.
        (ServerState { consented: false, ..done.clone() }, Step::Consent, Phase::Idle),
    ];
    for (record, step, phase) in table {
        let view = Play::at(record.clone()).update.view;
        assert_eq!((view.step, view.phase), (step, phase), "{record:?}");
    }
    let mut play = Play::at(ServerState { liveness_detected: true, ..done.clone() });
    assert_eq!(play.update.view.progress, Some(Progress { done: 0, total: 1 }));
    play.ok(Operation::Finalize, Reply::Verdict(VERDICT)).stands(Step::Result, Phase::Done);
}

#[test]
fn only_offered_documents_are_taken() {
    let mut play = Play::of(Session::new(&[CARD, PASSPORT, CARD]));
    play.ok(Operation::ReadSession, Reply::Session(record(DocumentType::DriverLicense)));
    play.stands(Step::DocumentType, Phase::Idle);
    assert_eq!(play.update.view.document_types, [CARD, PASSPORT]);
    play.event(Event::DocumentTypeChosen { document_type: DocumentType::DriverLicense });
    play.stands(Step::DocumentType, Phase::Idle).wants(&[]);
    // One on offer is no choice.
    let mut play = Play::of(Session::new(&[PASSPORT]));
    play.ok(Operation::ReadSession, Reply::Session(ServerState { consented: true, ..ServerState::default() }));
    play.stands(Step::DocumentType, Phase::Uploading).wants(&[request(2, Operation::SetDocumentType)]);
}

#[test]
fn consent_declined_sends_nothing_and_is_not_the_end() {
    let mut play = Play::at(ServerState::default());
    play.event(Event::ConsentDeclined).stands(Step::Consent, Phase::Failed).wants(&[]);
    play.error("consent_declined", &[Recovery::Retry]);
    play.event(Event::Retry).stands(Step::Consent, Phase::Idle);
    play.event(Event::ConsentDeclined);
    play.event(Event::ConsentGiven).stands(Step::Consent, Phase::Uploading);
}

#[test]
fn location_failures_can_be_tried_again() {
    use Recovery::{Retry, Settings};
    let table: [(LocationFailure, &[Recovery]); 3] = [
        (LocationFailure::Denied, &[Settings, Retry]),
        (LocationFailure::Unavailable, &[Retry, Settings]),
        (LocationFailure::Timeout, &[Retry, Settings]),
    ];
    for (code, recovery) in table {
        let mut play = Play::at(record(PASSPORT));
        play.event(Event::LocationFailed { code }).stands(Step::DocumentFront, Phase::Failed);
        play.error(code.as_str(), recovery);
        // The protocol requires the location with the image: no image without it.
        assert!(!play.update.view.upload_available);
        play.event(Event::Retry).stands(Step::DocumentFront, Phase::WaitingLocation).wants(&[Effect::Locate]);
        play.locate().stands(Step::DocumentFront, Phase::CameraOpening);
    }
    for (latitude, longitude) in [(f64::NAN, 0.0), (91.0, 0.0), (0.0, -180.5), (f64::INFINITY, 0.0)] {
        let mut play = Play::at(record(PASSPORT));
        play.event(Event::Location { latitude, longitude }).error("location_invalid", &[Retry]);
    }
}

#[test]
fn every_camera_failure_has_a_way_on() {
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
            let mut play = Play::at(record.clone());
            play.locate();
            let step = play.update.view.step;
            if step == Step::Liveness {
                play.ok(Operation::GenerateLiveness, Reply::Done);
            }
            play.event(Event::CameraFailed { code }).stands(step, Phase::Failed).error(code.as_str(), recovery);
            assert!(play.update.view.upload_available);
            let mut upload = Play { session: play.session.clone(), now: play.now, update: play.update.clone() };
            upload.capture(CaptureSource::File, &[]).stands(step, Phase::Review);
            upload.event(Event::Confirm);
            assert_eq!(upload.update.view.phase, Phase::Uploading);
            play.event(Event::UseCamera).stands(step, Phase::CameraOpening);
        }
    }
}

#[test]
fn a_lost_camera_comes_back() {
    let mut play = Play::capturing(record(PASSPORT));
    play.event(Event::CameraLost).stands(Step::DocumentFront, Phase::Failed).wants(&[Effect::CameraClose]);
    play.error("camera_lost", &[Recovery::Retry, Recovery::Upload]);
    play.event(Event::Retry).wants(&[Effect::CameraOpen { facing: Facing::Environment }]);
}

#[test]
fn retake_opens_the_camera_again() {
    let mut play = Play::capturing(record(PASSPORT));
    play.capture(CaptureSource::Manual, &[Warning::Blurred]).stands(Step::DocumentFront, Phase::Review);
    assert_eq!(play.update.view.review.as_ref().unwrap().warnings, [Warning::Blurred]);
    play.event(Event::Retake).stands(Step::DocumentFront, Phase::CameraOpening);
    assert_eq!(play.update.view.review, None);
    play.open().stands(Step::DocumentFront, Phase::Capturing);
}

#[test]
fn a_warning_does_not_block() {
    let mut play = Play::capturing(record(PASSPORT));
    play.capture(CaptureSource::Automatic, &[Warning::DocumentExpired]);
    assert_eq!(play.update.view.review.as_ref().unwrap().warnings, [Warning::DocumentExpired]);
    play.event(Event::Confirm).stands(Step::DocumentFront, Phase::Uploading);
    play.ok(Operation::AddFront, Reply::Done);
    assert_eq!(play.session.reports()[0].warnings, [Warning::DocumentExpired]);
}

#[test]
fn frames_alone_never_capture() {
    let mut play = Play::capturing(record(PASSPORT));
    assert!(!play.update.view.manual_available);
    for _ in 0..100 {
        play.update =
            play.session.on_frame(FrameView { guidance: Some(GuidanceCode::NoDocument), ..FrameView::default() });
        play.stands(Step::DocumentFront, Phase::Capturing).wants(&[]);
    }
    assert!(play.update.view.manual_available);
    assert_eq!(play.update.view.guidance, Some("no_document"));
}

#[test]
fn failed_requests_and_their_ways_on() {
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
        (Play::at(ServerState::default()), consent, Operation::AddConsent, Network, &[Retry]),
        (Play::capturing(record(PASSPORT)), front, Operation::AddFront, Network, &[Retry, Retake]),
        (Play::capturing(record(PASSPORT)), front, Operation::AddFront, Transient, &[Retry, Retake]),
        (Play::capturing(record(PASSPORT)), front, Operation::AddFront, Image, &[Retake, Upload]),
        (Play::capturing(record(PASSPORT)), front, Operation::AddFront, Gone, &[Restart]),
        (Play::capturing(record(PASSPORT)), front, Operation::AddFront, Permanent, &[Recovery::None]),
    ];
    for (mut play, lead, operation, kind, recovery) in table {
        lead(&mut play);
        let step = play.update.view.step;
        play.fails(operation, kind).stands(step, Phase::Failed).error("some_code", recovery);
        let mut again = Play { session: play.session.clone(), now: play.now, update: play.update.clone() };
        again.event(Event::Retry);
        let sent = again.requested().map(|(_, operation)| operation);
        assert_eq!(sent, recovery.contains(&Retry).then_some(operation), "{operation:?} {kind:?}");
        if recovery.contains(&Retake) {
            play.event(Event::Retake).stands(step, Phase::CameraOpening);
        }
        if recovery.contains(&Upload) {
            assert!(again.update.view.upload_available);
            again.capture(CaptureSource::File, &[]).stands(step, Phase::Review);
        }
    }
}

#[test]
fn the_network_coming_back_tries_again_by_itself() {
    let mut play = Play::new();
    play.fails(Operation::ReadSession, FailureKind::Network);
    play.event(Event::Offline).stands(Step::Starting, Phase::Failed);
    play.event(Event::Online).wants(&[request(2, Operation::ReadSession)]);
    play.fails(Operation::ReadSession, FailureKind::Permanent);
    play.event(Event::Online).wants(&[]);
}

#[test]
fn a_conflict_is_settled_by_reading_the_session() {
    // The reply to the upload was lost; the server has the image.
    let mut play = Play::capturing(record(PASSPORT));
    play.capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    play.fails(Operation::AddFront, FailureKind::Conflict).stands(Step::DocumentFront, Phase::Uploading);
    play.ok(Operation::ReadSession, Reply::Session(ServerState { front_uploaded: true, ..record(PASSPORT) }));
    play.stands(Step::Liveness, Phase::Uploading);
    // The server insists: no endless loop.
    let mut play = Play::at(ServerState::default());
    play.event(Event::ConsentGiven).fails(Operation::AddConsent, FailureKind::Conflict);
    play.ok(Operation::ReadSession, Reply::Session(ServerState::default())).stands(Step::Consent, Phase::Idle);
    play.event(Event::ConsentGiven).fails(Operation::AddConsent, FailureKind::Conflict);
    play.error("flow_conflict", &[Recovery::Restart]);
}

/// A flow whose liveness frames are being sent.
fn sending() -> Play {
    let mut play = Play::capturing(ServerState { front_uploaded: true, ..record(PASSPORT) });
    play.capture(CaptureSource::Automatic, &[]).event(Event::Confirm);
    play
}

#[test]
fn refused_liveness_frames_are_taken_again_in_a_new_liveness_session() {
    let mut play = sending();
    play.fails(Operation::ProcessLiveness, FailureKind::Image).stands(Step::Liveness, Phase::Failed);
    let mut upload = Play { session: play.session.clone(), now: play.now, update: play.update.clone() };
    play.event(Event::Retake).stands(Step::Liveness, Phase::Uploading);
    play.ok(Operation::GenerateLiveness, Reply::Done).stands(Step::Liveness, Phase::CameraOpening);
    upload.capture(CaptureSource::File, &[]).event(Event::Confirm);
    upload.ok(Operation::GenerateLiveness, Reply::Done).stands(Step::Sending, Phase::Uploading);
    upload.ok(Operation::ProcessLiveness, Reply::Done).ok(Operation::UpdateMetadata, Reply::Done);
    // A passing failure keeps the frames.
    let mut play = sending();
    play.fails(Operation::ProcessLiveness, FailureKind::Network).stands(Step::Sending, Phase::Failed);
    play.event(Event::Retry).ok(Operation::ProcessLiveness, Reply::Done).stands(Step::Sending, Phase::Uploading);
}

#[test]
fn refused_metadata_do_not_stop_the_flow() {
    let mut play = sending();
    play.ok(Operation::ProcessLiveness, Reply::Done).fails(Operation::UpdateMetadata, FailureKind::Permanent);
    play.ok(Operation::Finalize, Reply::Verdict(VERDICT)).stands(Step::Result, Phase::Done);
    let mut play = sending();
    play.ok(Operation::ProcessLiveness, Reply::Done).fails(Operation::UpdateMetadata, FailureKind::Network);
    play.stands(Step::Sending, Phase::Failed).error("some_code", &[Recovery::Retry]);
}

#[test]
fn liveness_needs_its_model_and_its_provider() {
    let at_liveness = ServerState { front_uploaded: true, ..record(PASSPORT) };
    let mut play = Play::capturing(at_liveness.clone());
    play.event(Event::ModelFailed { model: ModelAsset::Face, message: String::new() });
    play.stands(Step::Liveness, Phase::Failed).error("model_failed", &[Recovery::Retry]);
    play.event(Event::Retry)
        .wants(&[Effect::LoadModel { model: ModelAsset::Face }, Effect::CameraOpen { facing: Facing::User }]);
    // A document goes on without its reader: by hand.
    let mut play = Play::capturing(record(PASSPORT));
    play.event(Event::ModelFailed { model: ModelAsset::Mrz, message: String::new() });
    play.stands(Step::DocumentFront, Phase::Capturing);
    let mut play = Play::at(ServerState { other_provider: Some("azure".into()), ..at_liveness });
    play.error("liveness_provider_unsupported", &[Recovery::None]);
    play.event(Event::Retry).stands(Step::Liveness, Phase::Failed).wants(&[]);
}

#[test]
fn a_refused_file_says_so_and_leaves_both_ways_open() {
    let mut play = Play::capturing(record(PASSPORT));
    play.update = play.session.on_rejected(&ImageRejection::Unreadable(CoreError::UnknownImageFormat));
    play.stands(Step::DocumentFront, Phase::Failed).wants(&[Effect::CameraClose]);
    play.error("image_unknown_format", &[Recovery::Upload, Recovery::Retake]);
    play.capture(CaptureSource::File, &[]).stands(Step::DocumentFront, Phase::Review);
    let mut play = Play::capturing(ServerState { front_uploaded: true, ..record(PASSPORT) });
    play.update = play.session.on_rejected(&ImageRejection::NoFace);
    play.error("face_not_found", &[Recovery::Retake, Recovery::Upload]);
    play.event(Event::Retake).stands(Step::Liveness, Phase::CameraOpening);
}

#[test]
fn a_token_is_asked_for_and_its_absence_is_not_the_end() {
    let mut play = Play::new();
    play.update = play.session.on_token_wanted(1);
    play.stands(Step::Starting, Phase::Uploading).wants(&[Effect::Token { requests: vec![1] }]);
    assert_eq!(play.session.pending(1), Some(Operation::ReadSession));
    play.event(Event::TokenFailed { message: "no".into() }).error("token_unavailable", &[Recovery::Retry]);
    play.event(Event::Retry).wants(&[request(2, Operation::ReadSession)]);
    // No request is pending this time.
    play.event(Event::TokenFailed { message: "no".into() }).stands(Step::Starting, Phase::Uploading);
}

#[test]
fn the_document_may_be_changed_until_its_front_is_sent() {
    let mut play = Play::capturing(record(PASSPORT));
    play.event(Event::ChangeDocumentType).stands(Step::DocumentType, Phase::Idle).wants(&[Effect::CameraClose]);
    play.event(Event::DocumentTypeChosen { document_type: CARD });
    play.ok(Operation::SetDocumentType, Reply::Done).stands(Step::DocumentFront, Phase::CameraOpening);
    assert_eq!(play.update.view.document_type, Some(CARD));
    let mut play = Play::at(ServerState { front_uploaded: true, ..record(CARD) });
    play.event(Event::ChangeDocumentType).stands(Step::DocumentBack, Phase::WaitingLocation);
}

#[test]
fn what_does_not_fit_the_moment_is_passed_over() {
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
        play.event(event).stands(Step::Starting, Phase::Uploading).wants(&[]);
    }
    play.capture(CaptureSource::File, &[]).stands(Step::Starting, Phase::Uploading);
    play.update = play.session.on_reply(77, Ok(Reply::Done));
    play.stands(Step::Starting, Phase::Uploading);
    // A camera that opens after all is closed again.
    play.open().wants(&[Effect::CameraClose]);
    // Over is over.
    let mut play = Play::capturing(record(PASSPORT));
    play.event(Event::Cancel).stands(Step::DocumentFront, Phase::Failed).wants(&[Effect::CameraClose]);
    for event in events() {
        play.event(event).error("cancelled", &[Recovery::Restart]).wants(&[]);
    }
}

/// Every event in every order that the walk reaches: no panic, and the invariants of a view hold.
#[test]
fn a_random_walk_keeps_the_invariants() {
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
    for _ in 0..300 {
        let mut play = Play::new();
        let mut open = false;
        for _ in 0..500 {
            match next(24) {
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
                choice => match play.requested() {
                    Some((_, operation)) if choice == 20 => play.fails(operation, kinds[next(5)]),
                    Some((_, operation)) => {
                        let reply = match operation {
                            Operation::ReadSession => Reply::Session(play.session.record.clone()),
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
            assert_eq!(open, watching, "the camera runs only during a capture: {view:?}");
            assert_eq!(view.phase == Phase::Failed, view.error.is_some(), "{view:?}");
            assert_eq!(view.phase == Phase::Review, view.review.is_some(), "{view:?}");
            assert_eq!(view.phase == Phase::Uploading, play.requested().is_some(), "{view:?}");
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
fn guides_lie_inside_every_frame() {
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
