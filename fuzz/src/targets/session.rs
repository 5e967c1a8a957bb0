//! Random sequences of everything that can happen to a session, against a page that does what the effects say.

use kyc_capture::core::document_type::DocumentType;
use kyc_capture::core::model_asset::ModelAsset;
use kyc_capture::core::session::{
    CameraFailure, Capture, CaptureReport, CaptureSource, Effect, Event, FailureKind, FileFailure, FrameView,
    ImageRejection, LivenessMode, LivenessOptions, LocationFailure, Operation, Outcome, Phase, Recovery, Reply,
    RequestFailure, ServerState, Session, Step, Update,
};
use kyc_capture::core::side::Side;

use super::{Bytes, Target, no_repair};

pub(super) const TARGET: Target = Target {
    name: "session",
    weight: 16,
    max_len: 240,
    keep_len: 240,
    words: WORDS,
    seeds,
    repair: no_repair,
    execute,
};

/// A flow to its end, step by step: what the seeds are made of.
const WORDS: &[&[u8]] = &[
    &[START],
    &[REPLY, 0, 0, 0, 0, 0, 0, 0],
    &[LOCATION, 1],
    &[OPENED],
    &[CAPTURE, 0, 0],
    &[CONFIRM],
    &[REPLY, 0, 1],
    &[FAIL, 0, 2],
    &[RETRY],
    &[CANCEL],
];

const START: u8 = 0;
const REPLY: u8 = 1;
const LOCATION: u8 = 2;
const OPENED: u8 = 3;
const CAPTURE: u8 = 4;
const CONFIRM: u8 = 5;
const FAIL: u8 = 6;
const RETRY: u8 = 7;
const CANCEL: u8 = 8;
const KINDS: usize = 30;

fn seeds() -> Vec<Vec<u8>> {
    let begin = |kind: u8, mode: u8| vec![kind, mode, START];
    // Consent, type, location, front, back, liveness, sending.
    let mut full = begin(0, 0);
    full.extend([
        REPLY, 0, 0, 0, 0, 0, 0, 0, 9, REPLY, 0, 10, 1, REPLY, 0, LOCATION, 1, OPENED, CAPTURE, 0, 0, CONFIRM,
    ]);
    full.extend([REPLY, 0, OPENED, CAPTURE, 0, 1, CONFIRM, REPLY, 0, REPLY, 0, 3, OPENED, CAPTURE, 0, 2, CONFIRM]);
    full.extend([REPLY, 0, REPLY, 0, REPLY, 0, 1, 0]);
    let mut face = begin(1, 1);
    face.extend([REPLY, 0, 0, 0, 0, 0, 0, 0, LOCATION, 1, REPLY, 0, 3, OPENED, CAPTURE, 0, 2, CONFIRM, REPLY, 0]);
    face.extend([REPLY, 0, REPLY, 0, 0, REPLY, 0, 1, 1, 1, 1, 1]);
    let all: Vec<u8> = begin(0, 2).into_iter().chain((0..KINDS as u8).flat_map(|kind| [kind, 1, 2, 3])).collect();
    vec![full, face, all]
}

/// The page's side: what the effects requested.
#[derive(Default)]
struct Page {
    camera: bool,
    requests: u32,
    pending: Option<(u32, Operation)>,
    completed: u32,
    closed: bool,
}

fn execute(input: &[u8]) {
    let mut bytes = Bytes::new(input);
    let offered: &[DocumentType] =
        if bytes.flag() { &[] } else { &[DocumentType::Passport, DocumentType::DriverLicense] };
    let kind = input.first().copied().unwrap_or(0) / 2;
    let mut session = if kind % 3 == 1 { Session::authentication() } else { Session::new(offered) };
    let mode = bytes.byte();
    session = session.with_liveness(LivenessOptions {
        mode: [None, Some(LivenessMode::Passive), Some(LivenessMode::PassiveActive)][usize::from(mode % 3)],
        steps: (mode & 4 != 0).then_some(u32::from(mode)),
        flash: mode & 8 != 0,
        providers: if mode & 16 != 0 { vec!["other".into()] } else { Vec::new() },
    });
    let (mut page, mut now) = (Page::default(), 0.0);
    while !bytes.is_empty() {
        now += f64::from(bytes.rest.len() as u32 % 7) * 50.0;
        let Some(update) = step(&mut session, &mut bytes, &page, now) else { continue };
        page.follow(&session, &update);
    }
    // Whatever happened, the flow can be ended, and then holds nothing.
    let update = session.on_event(&Event::Cancel, now);
    page.follow(&session, &update);
    assert!(!page.camera, "the camera is open after the end");
}

impl Page {
    fn follow(&mut self, session: &Session, update: &Update) {
        let (view, error) = (&update.view, update.view.error.as_ref());
        for effect in &update.effects {
            assert!(!self.closed, "{effect:?} after the end");
            match effect {
                Effect::Request { id, operation } => {
                    assert!(*id == self.requests + 1, "request {id} after {}", self.requests);
                    self.requests = *id;
                    self.pending = Some((*id, *operation));
                }
                Effect::CameraOpen { .. } => self.camera = true,
                Effect::CameraClose => self.camera = false,
                Effect::Token { requests } => assert_eq!(requests.as_slice(), [self.requests]),
                Effect::Complete { result } => {
                    assert_eq!(view.result.as_ref(), Some(result));
                    self.completed += 1;
                }
                Effect::LoadModel { .. }
                | Effect::Locate
                | Effect::LivenessProvider { .. }
                | Effect::Captured { .. } => {}
            }
        }
        assert!(self.completed <= 1, "completed twice");
        self.pending = self.pending.filter(|(id, _)| session.pending(*id).is_some());
        assert_eq!(view.phase == Phase::Uploading, self.pending.is_some(), "{:?}", view.phase);
        let films = matches!(view.phase, Phase::CameraOpening | Phase::Capturing);
        assert_eq!(films, self.camera, "the camera in {:?} of {:?}", view.phase, view.step);
        assert_eq!(view.phase == Phase::Capturing, session.is_capturing());
        assert_eq!(view.phase == Phase::Failed, error.is_some());
        assert_eq!(view.phase == Phase::Done, view.result.is_some());
        assert_eq!(view.phase == Phase::Done, view.step == Step::Result);
        assert_eq!(view.upload_available, session.accepts_file());
        assert!(view.phase != Phase::Review || view.review.is_some());
        assert!(session.reports().len() <= 3, "one report a side");
        if let Some(error) = error {
            assert!(!error.recovery.is_empty(), "{}: no recovery action", error.code);
            assert_eq!(error.retryable, error.recovery.contains(&Recovery::Retry));
            assert!(!error.message.contains("SECRET"), "{}", error.message);
            self.closed |= error.code == "cancelled";
        }
        if view.phase == Phase::Done {
            assert!(view.review.is_none() && view.progress.is_none());
        }
    }
}

fn step(session: &mut Session, bytes: &mut Bytes<'_>, page: &Page, now: f64) -> Option<Update> {
    let event = match bytes.below(KINDS) as u8 {
        START => Event::Start,
        REPLY => {
            let (id, operation) = request(bytes, page)?;
            return Some(session.on_reply(id, Ok(reply(bytes, operation))));
        }
        FAIL => {
            let (id, _) = request(bytes, page)?;
            let kind = bytes.pick(&[
                FailureKind::Network,
                FailureKind::Transient,
                FailureKind::Image,
                FailureKind::Conflict,
                FailureKind::Session,
                FailureKind::Cancelled,
                FailureKind::Permanent,
            ]);
            return Some(
                session.on_reply(id, Err(RequestFailure { code: "some_code", message: "it said".into(), kind })),
            );
        }
        LOCATION => {
            let (latitude, longitude) = bytes.pick(&[(f64::NAN, 0.0), (43.2, 76.9), (91.0, 0.0), (-90.0, 180.0)]);
            Event::Location { latitude, longitude }
        }
        OPENED => Event::CameraOpened { width: 1280, height: 720, label: None, consistent: Some(true) },
        CAPTURE => {
            let source = bytes.pick(&[CaptureSource::Automatic, CaptureSource::Manual, CaptureSource::File]);
            let side = bytes.pick(&[Side::Front, Side::Back, Side::Liveness]);
            return Some(session.on_capture(capture(side, source), now));
        }
        CONFIRM => Event::Confirm,
        RETRY => Event::Retry,
        CANCEL if bytes.byte() > 200 => Event::Cancel,
        CANCEL => Event::Retake,
        9 => Event::ConsentGiven,
        10 => Event::DocumentTypeChosen { document_type: bytes.pick(DocumentType::ALL) },
        11 => Event::ConsentDeclined,
        12 => Event::LocationFailed { code: bytes.pick(LocationFailure::ALL) },
        13 => Event::CameraFailed { code: bytes.pick(CameraFailure::ALL) },
        14 => Event::CameraLost,
        15 => Event::CaptureNow,
        16 => Event::SkipActiveLiveness,
        17 => Event::ProviderDone,
        18 => Event::ProviderFailed { message: "the component's own words".into() },
        19 => Event::ChangeDocumentType,
        20 => Event::UseCamera,
        21 => Event::ModelLoaded { model: bytes.pick(ModelAsset::ALL) },
        22 => Event::ModelFailed { model: bytes.pick(ModelAsset::ALL), message: "SECRET".into() },
        23 => Event::TokenFailed { message: "SECRET".into() },
        24 => Event::Online,
        25 => Event::Offline,
        26 => {
            let (id, _) = request(bytes, page)?;
            return Some(session.on_token_wanted(id));
        }
        27 => {
            let frame = FrameView { challenge_failed: bytes.byte() > 240, ..FrameView::default() };
            return Some(session.on_frame(frame));
        }
        28 => {
            let rejections =
                [ImageRejection::NoFace, ImageRejection::SameSide, ImageRejection::Undecodable(FileFailure::Corrupt)];
            return Some(session.on_rejected(&rejections[bytes.below(rejections.len())]));
        }
        // An event as the page sends it.
        _ => serde_json::from_slice(bytes.run()).ok()?,
    };
    Some(session.on_event(&event, now))
}

/// Mostly the pending request; sometimes an old or unknown one.
fn request(bytes: &mut Bytes<'_>, page: &Page) -> Option<(u32, Operation)> {
    match bytes.byte() {
        0..=239 => page.pending,
        other => Some((u32::from(other % 16), Operation::ReadSession)),
    }
}

fn reply(bytes: &mut Bytes<'_>, operation: Operation) -> Reply {
    // Sometimes the reply of another operation: a server may be wrong.
    let operation = if bytes.byte() > 250 { bytes.pick(Operation::ALL) } else { operation };
    match operation {
        Operation::ReadSession => {
            let flags = bytes.byte();
            Reply::Session(ServerState {
                consented: flags & 1 != 0,
                document_type: (flags & 2 != 0).then(|| bytes.pick(DocumentType::ALL)),
                front_uploaded: flags & 4 != 0,
                back_uploaded: flags & 8 != 0,
                liveness_detected: flags & 16 != 0,
                other_provider: (flags & 32 != 0).then(|| "other".to_owned()),
                liveness_mode: (flags & 64 != 0).then_some(LivenessMode::PassiveActive),
                active_steps: (flags & 64 != 0).then(|| u32::from(bytes.byte())),
                outcome: (flags & 128 != 0).then_some(Outcome::Authentication { authenticated: flags & 1 != 0 }),
            })
        }
        Operation::GenerateLiveness => Reply::LivenessOpened(bytes.text()),
        Operation::Finalize if bytes.flag() => {
            Reply::Verdict(Outcome::Verification { verified: bytes.flag(), on_sanction_list: bytes.flag() })
        }
        _ => Reply::Done,
    }
}

fn capture(side: Side, source: CaptureSource) -> Capture {
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
        warnings: Vec::new(),
        liveness: None,
    };
    Capture { document: None, report }
}
