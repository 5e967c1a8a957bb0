//! The whole flow on rendered camera scenes, without a network: the test does the page's part and gives the server's
//! replies. Needs the model weights (`cargo xtask models`); without them it prints a notice and passes.

use std::path::{Path, PathBuf};

use crate::support::set_step;
use image::RgbImage;
use kyc_capture::core::document_type::DocumentType;
use kyc_capture::core::encode::decode;
use kyc_capture::core::flow::{Flow, FlowRequest};
use kyc_capture::core::frame::Frame;
use kyc_capture::core::inspect::checks::{CheckCode, CheckResult};
use kyc_capture::core::model_asset::ModelAsset;
use kyc_capture::core::session::{
    CaptureReport, CaptureSource, Effect, Event, FailureKind, Operation, Outcome, Phase, Reply, RequestFailure,
    ServerState, Step, Update,
};
use kyc_capture::core::side::Side;
use kyc_capture::core::thresholds::Thresholds;
use kyc_capture::core::warning::Warning;
use kyc_specimen::document::{card_back, card_front, licence_back, licence_front, passport};
use kyc_specimen::encode::{lighten, rgba};
use kyc_specimen::person::Person;
use kyc_specimen::scene::{Pose, brought_in, empty, with_document, with_face};

const SIZE: (u32, u32) = (1280, 960);

/// 2026-06-01, noon: every document of the generator is valid, but for the expired ones.
const NOON: f64 = 1_780_315_200_000.0;

/// A camera of 10 frames a second.
const FRAME_MS: f64 = 100.0;

fn weights(model: ModelAsset) -> Option<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory = match (std::env::var_os("KYC_MODELS_DIR"), std::env::var_os("CARGO_TARGET_DIR")) {
        (Some(directory), _) => PathBuf::from(directory),
        (None, Some(directory)) => root.join(directory).join("models"),
        (None, None) => root.join("target/models"),
    };
    std::fs::read(directory.join(format!("{}.kycm", model.as_str()))).ok()
}

/// A page with a camera and a server that remembers.
struct Page {
    flow: Flow,
    now: f64,
    update: Update,
    open: bool,
    pending: Option<(u32, Operation)>,
    sent: Vec<FlowRequest>,
    reports: Vec<CaptureReport>,
}

impl Page {
    /// Returns a page whose session has the server state `record`; `None` without the weights.
    fn new(record: ServerState) -> Option<Self> {
        Self::of(Flow::new(&[], Thresholds::default()), record)
    }

    fn of(mut flow: Flow, record: ServerState) -> Option<Self> {
        for model in ModelAsset::ALL {
            let Some(bytes) = weights(*model) else {
                println!("skipped: {}.kycm is absent (cargo xtask models makes it)", model.as_str());
                return None;
            };
            flow.load_model(*model, &bytes).expect("the model fits its reader");
        }
        let update = flow.snapshot();
        let mut page = Self { flow, now: NOON, update, open: false, pending: None, sent: vec![], reports: vec![] };
        page.event(Event::Start);
        page.answer(Reply::Session(record));
        Some(page)
    }

    fn take(&mut self, update: Update) {
        self.update = update;
        for effect in self.update.effects.clone() {
            match effect {
                Effect::Request { id, operation } => self.pending = Some((id, operation)),
                Effect::CameraOpen { .. } => self.open = true,
                Effect::CameraClose => self.open = false,
                Effect::Captured { report, .. } => self.reports.push(report),
                Effect::Locate => self.event(Event::Location { latitude: 43.238_949, longitude: 76.889_709 }),
                Effect::LoadModel { .. }
                | Effect::LivenessProvider { .. }
                | Effect::Token { .. }
                | Effect::Complete { .. } => {}
            }
        }
        if self.open && self.update.view.phase == Phase::CameraOpening {
            self.event(Event::CameraOpened { width: SIZE.0, height: SIZE.1, label: None, consistent: None });
        }
    }

    fn event(&mut self, event: Event) {
        self.now += 50.0;
        let update = self.flow.dispatch(&event, self.now);
        self.take(update);
    }

    /// The server answers the pending request.
    fn answer(&mut self, reply: Reply) {
        let (id, _) = self.pending.take().expect("a request");
        self.sent.push(self.flow.request(id).expect("a request with all that it carries"));
        let update = self.flow.reply(id, Ok(reply));
        self.take(update);
    }

    fn done(&mut self, operation: Operation) {
        assert_eq!(self.pending.map(|(_, operation)| operation), Some(operation));
        self.answer(Reply::Done);
    }

    /// Shows a scene for so many frames, or until something was taken.
    fn show(&mut self, scene: &RgbImage, frames: u32) {
        let still = rgba(scene);
        for i in 0..frames {
            self.now += FRAME_MS;
            // A lamp that flickers: no two frames of a camera are the same.
            let mut rgba = still.clone();
            lighten(&mut rgba, (i % 13) as u8);
            let frame = Frame::rgba(&rgba, scene.width(), scene.height()).unwrap();
            let update = self.flow.push_frame(&frame, self.now);
            self.take(update);
            if self.update.view.phase != Phase::Capturing {
                return;
            }
        }
    }

    #[track_caller]
    fn stands(&self, step: Step, phase: Phase) {
        let view = &self.update.view;
        assert_eq!((view.step, view.phase), (step, phase), "{:?} {:?}", view.guidance, view.error);
    }

    /// Everything after the documents, on a face.
    fn finish(&mut self) {
        self.done(Operation::GenerateLiveness);
        // It grows lighter: three frames that are the same would be sent once.
        for light in 0..4 {
            let mut face = with_face(SIZE);
            lighten(&mut face, light);
            self.show(&face, 15);
            if self.update.view.phase != Phase::Capturing {
                break;
            }
        }
        self.stands(Step::Liveness, Phase::Review);
        self.event(Event::Confirm);
        self.done(Operation::ProcessLiveness);
        self.done(Operation::UpdateMetadata);
        let verdict = Outcome::Verification { verified: true, on_sanction_list: false };
        self.answer(Reply::Verdict(verdict));
        self.stands(Step::Result, Phase::Done);
        let Some(FlowRequest::ProcessLiveness(photos, ..)) =
            self.sent.iter().find(|request| matches!(request, FlowRequest::ProcessLiveness(..)))
        else {
            panic!("frames were sent")
        };
        assert_eq!(photos.len(), 3);
        for photo in photos {
            assert!(decode(photo).is_ok());
        }
    }
}

fn record(kind: DocumentType) -> ServerState {
    ServerState { consented: true, document_type: Some(kind), ..ServerState::default() }
}

fn on_table(document: &RgbImage) -> RgbImage {
    with_document(SIZE, document, &Pose::default())
}

#[test]
fn a_passport_is_taken_by_itself_and_its_fields_are_shown() {
    let Some(mut page) = Page::new(record(DocumentType::Passport)) else { return };
    let person = Person::invented(1, false);
    page.show(&on_table(&passport(&person)), 60);
    page.stands(Step::DocumentFront, Phase::Review);
    let review = page.update.view.review.clone().unwrap();
    assert_eq!(review.warnings, []);
    let document = review.document.expect("the MRZ was read");
    assert_eq!(document.document_number, person.document_number);
    assert_eq!((document.primary, document.secondary), (person.surname, person.given_names));
    assert_eq!(document.expiry_date, Some(person.expiry.iso()));
    let report = &page.reports[0];
    assert_eq!((report.source, report.side), (CaptureSource::Automatic, Side::Front));
    assert!(report.checks.iter().all(|check| check.passed), "{:?}", report.checks);
    let still = decode(page.flow.preview().expect("a still")).unwrap();
    assert_eq!((still.width, still.height), (report.width, report.height));
    page.event(Event::Confirm);
    page.done(Operation::AddFront);
    page.finish();
}

#[test]
fn a_card_is_taken_from_both_sides() {
    let Some(mut page) = Page::new(record(DocumentType::IdentificationCard)) else { return };
    let person = Person::invented(2, false);
    // The back first: not taken, and said so.
    page.show(&on_table(&card_back(&person)), 40);
    page.stands(Step::DocumentFront, Phase::Capturing);
    assert_eq!(page.update.view.guidance, Some("wrong_side"));
    page.show(&on_table(&card_front(&person)), 60);
    page.stands(Step::DocumentFront, Phase::Review);
    page.event(Event::Confirm);
    page.done(Operation::AddFront);
    page.show(&on_table(&card_front(&person)), 40);
    page.stands(Step::DocumentBack, Phase::Capturing);
    page.show(&on_table(&card_back(&person)), 60);
    page.stands(Step::DocumentBack, Phase::Review);
    assert_eq!(
        page.update.view.review.as_ref().unwrap().document.as_ref().unwrap().document_number,
        person.document_number
    );
    page.event(Event::Confirm);
    page.done(Operation::AddBack);
    page.finish();
}

#[test]
fn a_licence_is_taken_with_its_barcode_and_never_twice_from_the_front() {
    let Some(mut page) = Page::new(record(DocumentType::DriverLicense)) else { return };
    let person = Person::invented(2, false);
    page.show(&on_table(&licence_front(&person)), 60);
    page.stands(Step::DocumentFront, Phase::Review);
    page.event(Event::Confirm);
    page.done(Operation::AddFront);
    // The front again: not taken, and said so; not by the button either.
    page.show(&on_table(&licence_front(&person)), 40);
    page.stands(Step::DocumentBack, Phase::Capturing);
    assert_eq!(page.update.view.guidance, Some("turn_over"));
    page.event(Event::CaptureNow);
    page.stands(Step::DocumentBack, Phase::Failed);
    assert_eq!(page.update.view.error.as_ref().unwrap().code, "same_side");
    page.event(Event::Retake);
    page.show(&on_table(&licence_back(&person)), 60);
    page.stands(Step::DocumentBack, Phase::Review);
    let review = page.update.view.review.clone().unwrap();
    assert_eq!(review.warnings, []);
    let document = review.document.expect("the barcode was read");
    assert_eq!((document.document_number, document.format), (person.document_number, None));
    assert_eq!(document.expiry_date, Some(person.expiry.iso()));
    let report = page.reports.last().unwrap();
    let result = |code| report.document_checks.iter().find(|c| c.code == code).map(|c| c.result);
    for code in
        [CheckCode::DifferentSides, CheckCode::DeclaredType, CheckCode::NotExpired, CheckCode::BarcodeConsistency]
    {
        assert_eq!(result(code), Some(CheckResult::Passed), "{code:?}");
    }
    page.event(Event::Confirm);
    page.done(Operation::AddBack);
    page.finish();
}

#[test]
fn another_kind_of_document_is_told_and_never_taken_by_itself() {
    let Some(mut page) = Page::new(record(DocumentType::IdentificationCard)) else { return };
    let person = Person::invented(2, false);
    page.show(&on_table(&card_front(&person)), 60);
    page.event(Event::Confirm);
    page.done(Operation::AddFront);
    // Longer than two attempts of ten seconds each: a driving licence is no identity card.
    page.show(&on_table(&licence_back(&person)), 240);
    page.stands(Step::DocumentBack, Phase::Capturing);
    assert_eq!(page.update.view.guidance, Some("wrong_document"));
    page.event(Event::CaptureNow);
    page.stands(Step::DocumentBack, Phase::Review);
    let review = page.update.view.review.clone().unwrap();
    assert!(review.warnings.contains(&Warning::WrongDocument), "{:?}", review.warnings);
    assert!(review.retake_advised);
}

#[test]
fn two_documents_do_not_make_one() {
    let Some(mut page) = Page::new(record(DocumentType::DriverLicense)) else { return };
    let (one, other) = (Person::invented(2, false), Person::invented(9, false));
    // A licence with an MRZ on its front, and the barcode of another person on its back.
    page.show(&on_table(&card_back(&one)), 10);
    page.event(Event::CaptureNow);
    page.stands(Step::DocumentFront, Phase::Review);
    page.event(Event::Confirm);
    page.done(Operation::AddFront);
    page.show(&on_table(&licence_back(&other)), 60);
    page.stands(Step::DocumentBack, Phase::Review);
    let warnings = page.update.view.review.as_ref().unwrap().warnings.clone();
    assert!(warnings.contains(&Warning::SidesDisagree), "{warnings:?}");
}

#[test]
fn a_document_that_is_brought_in_by_hand_is_taken_soon() {
    let mut times = Vec::new();
    for seed in (11..=15).step_by(set_step(2)) {
        let Some(mut page) = Page::new(record(DocumentType::Passport)) else { return };
        let person = Person::invented(seed, false);
        for frame in brought_in((1280, 720), &passport(&person), 60, seed) {
            page.show(&frame, 1);
            if page.update.view.phase != Phase::Capturing {
                break;
            }
        }
        page.stands(Step::DocumentFront, Phase::Review);
        let document = page.update.view.review.as_ref().unwrap().document.clone().expect("the MRZ was read");
        assert_eq!(document.document_number, person.document_number, "stream {seed}");
        times.push(page.reports[0].visible_ms.expect("a document was seen"));
    }
    times.sort_unstable();
    eprintln!("from a visible document to a good frame, at ten frames a second: {times:?} ms");
    assert!(times[times.len() / 2] <= 2500, "{times:?}");
}

#[test]
fn an_expired_document_is_warned_of() {
    let Some(mut page) = Page::new(record(DocumentType::Passport)) else { return };
    page.show(&on_table(&passport(&Person::invented(3, true))), 60);
    page.stands(Step::DocumentFront, Phase::Review);
    assert_eq!(page.update.view.review.as_ref().unwrap().warnings, [Warning::DocumentExpired]);
}

#[test]
fn what_is_no_document_and_no_face_is_never_taken_by_itself() {
    for kind in DocumentType::ALL {
        let Some(mut page) = Page::new(record(*kind)) else { return };
        for scene in [empty(SIZE), with_face(SIZE)] {
            page.show(&scene, 40);
            page.stands(Step::DocumentFront, Phase::Capturing);
        }
        // The button takes it all the same, and says what is missing.
        page.show(&empty(SIZE), 1);
        assert!(page.update.view.manual_available);
        page.event(Event::CaptureNow);
        page.stands(Step::DocumentFront, Phase::Review);
        assert!(page.update.view.review.as_ref().unwrap().warnings.contains(&Warning::DocumentNotFound));
    }
    let at_liveness = ServerState { front_uploaded: true, ..record(DocumentType::Passport) };
    let Some(mut page) = Page::new(at_liveness) else { return };
    page.done(Operation::GenerateLiveness);
    page.show(&empty(SIZE), 60);
    page.stands(Step::Liveness, Phase::Capturing);
    // Without a face not even the button takes one.
    page.event(Event::CaptureNow);
    page.stands(Step::Liveness, Phase::Capturing);
}

#[test]
fn a_file_goes_the_same_way() {
    let Some(mut page) = Page::new(record(DocumentType::Passport)) else { return };
    let mut file = std::io::Cursor::new(Vec::new());
    on_table(&passport(&Person::invented(4, false))).write_to(&mut file, image::ImageFormat::Png).unwrap();
    for refused in [&b"no image"[..], &file.get_ref()[..5000]] {
        let update = page.flow.load_file(refused, page.now);
        page.take(update);
        page.stands(Step::DocumentFront, Phase::Failed);
        assert!(page.update.view.error.as_ref().unwrap().code.starts_with("image_"));
    }
    let update = page.flow.load_file(file.get_ref(), page.now);
    page.take(update);
    page.stands(Step::DocumentFront, Phase::Review);
    assert_eq!(page.update.view.review.as_ref().unwrap().warnings, []);
    assert_eq!(page.reports[0].source, CaptureSource::File);
    page.event(Event::Confirm);
    // The network fails; the image is kept for another attempt.
    let (id, _) = page.pending.take().unwrap();
    let lost = RequestFailure { code: "network_failed", message: String::new(), kind: FailureKind::Network };
    let update = page.flow.reply(id, Err(lost));
    page.take(update);
    page.stands(Step::DocumentFront, Phase::Failed);
    page.event(Event::Retry);
    page.done(Operation::AddFront);
    let Some(FlowRequest::AddFront(photo, _)) = page.sent.last() else { panic!("the front was sent") };
    assert!(decode(photo).is_ok());
    page.stands(Step::Liveness, Phase::Uploading);
}

#[test]
fn a_known_person_shows_a_face_and_nothing_else() {
    let Some(mut page) = Page::of(Flow::authentication(Thresholds::default()), ServerState::default()) else { return };
    page.stands(Step::Liveness, Phase::Uploading);
    page.done(Operation::GenerateLiveness);
    // A document alone is not taken.
    page.show(&on_table(&licence_back(&Person::invented(2, false))), 30);
    page.stands(Step::Liveness, Phase::Capturing);
    page.show(&with_face(SIZE), 60);
    page.stands(Step::Liveness, Phase::Review);
    page.event(Event::Confirm);
    page.done(Operation::ProcessLiveness);
    page.done(Operation::UpdateMetadata);
    page.done(Operation::Finalize);
    let outcome = Outcome::Authentication { authenticated: true };
    page.answer(Reply::Session(ServerState {
        liveness_detected: true,
        outcome: Some(outcome),
        ..ServerState::default()
    }));
    page.stands(Step::Result, Phase::Done);
    assert_eq!(page.update.view.result, Some(outcome));
    let Some(FlowRequest::ProcessLiveness(photos, ..)) =
        page.sent.iter().find(|request| matches!(request, FlowRequest::ProcessLiveness(..)))
    else {
        panic!("frames were sent")
    };
    assert!(!photos.is_empty() && photos.iter().all(|photo| decode(photo).is_ok()));
    assert_eq!(page.reports.iter().map(|report| report.side).collect::<Vec<_>>(), [Side::Liveness]);
}

#[test]
fn hostile_frames_and_clocks_do_no_harm() {
    let mut flow = Flow::new(&[], Thresholds::default());
    flow.dispatch(&Event::Start, f64::NAN);
    flow.reply(1, Ok(Reply::Session(record(DocumentType::Passport))));
    flow.dispatch(&Event::Location { latitude: 0.0, longitude: 0.0 }, f64::INFINITY);
    flow.dispatch(&Event::CameraOpened { width: 0, height: u32::MAX, label: None, consistent: None }, -1.0);
    for (width, height) in [(1, 1), (3, 700), (700, 3), (64, 48), (17, 31)] {
        let pixels: Vec<u8> = (0..width * height * 4).map(|i| (i * 37 % 251) as u8).collect();
        let frame = Frame::rgba(&pixels, width, height).unwrap();
        for now in [f64::NAN, f64::NEG_INFINITY, 0.0, -5.0, f64::MAX] {
            let update = flow.push_frame(&frame, now);
            assert_eq!(update.view.phase, Phase::Capturing, "{width}x{height} at {now}");
        }
    }
    flow.dispatch(&Event::CaptureNow, f64::NAN);
    assert!(flow.preview().is_some());
}
