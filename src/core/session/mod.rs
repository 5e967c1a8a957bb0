//! The onboarding flow as a state machine: (event, now) → effects and a view.
//!
//! It knows no clock, no network, no pixels and no protocol. The page reports what happened ([`Event`]), the transport
//! reports how a request ended ([`Session::on_reply`]), the capture pipeline reports what a frame shows
//! ([`Session::on_frame`]) and what was taken ([`Session::on_capture`]); it answers with wishes ([`Effect`]) and with
//! everything that a user interface draws from ([`View`]). What does not fit the moment is passed over, so that a late
//! click or reply cannot harm.
//!
//! Which step is next follows from the record of what the server holds alone ([`ServerState`]), never from where the
//! flow came from: after a reload the same record leads to the same step.

mod event;
mod failure;
mod report;
#[cfg(test)]
mod tests;
mod transitions;
mod view;

pub use event::{CameraFailure, Effect, Event, LocationFailure, Operation, Update};
pub use failure::{FailureKind, FileFailure, FlowCode, RequestFailure};
pub use report::{CaptureReport, CaptureSource, LivenessCaptureMode, LivenessReport, ReviewDocument};
pub use view::{
    Facing, FlowError, FlowKind, LivenessMode, Outcome, Overlay, Phase, Progress, Recovery, Review, SharePoint,
    ShareRect, Step, View,
};

use failure::FailureSource;

use crate::document_type::DocumentType;
use crate::error::CoreError;
use crate::guidance::GuidanceCode;
use crate::guide::guide;
use crate::liveness::LivenessPlan;
use crate::liveness::challenge::ChallengeView;
use crate::liveness::steps::MAX_STEPS;
use crate::model_asset::ModelAsset;
use crate::side::Side;

/// What the server holds of this session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerState {
    /// Consent is recorded.
    pub consented: bool,
    /// The declared document; `None` where it is unknown, or one that this flow does not know.
    pub document_type: Option<DocumentType>,
    /// The front image is stored.
    pub front_uploaded: bool,
    /// The back image is stored.
    pub back_uploaded: bool,
    /// Liveness was found.
    pub liveness_detected: bool,
    /// Another provider that does liveness; `None` for this project.
    pub other_provider: Option<String>,
    /// The liveness mode, if the session sets it.
    pub liveness_mode: Option<LivenessMode>,
    /// The number of movements, if the session sets it.
    pub active_steps: Option<u32>,
    /// The verdict, if the session is complete and its record has one.
    pub outcome: Option<Outcome>,
}

/// What the integrator chooses of liveness; what is absent is as the session says.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LivenessOptions {
    /// The mode; passive by default.
    pub mode: Option<LivenessMode>,
    /// Movements in active liveness, 1–4; 3 by default.
    pub steps: Option<u32>,
    /// Whether the page shows colours, whose light is looked for on the face. Off by default: flashing light harms some
    /// people.
    pub flash: bool,
    /// Names of other providers whose component the page has.
    pub providers: Vec<String>,
}

/// Movements in active liveness by default.
const USUAL_STEPS: u32 = 3;

/// What a request brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Of [`Operation::ReadSession`].
    Session(ServerState),
    /// Of [`Operation::GenerateLiveness`]: the token.
    LivenessOpened(String),
    /// Of [`Operation::Finalize`] where it brings the verdict; that of an authentication is [`Reply::Done`].
    Verdict(Outcome),
    /// Of every other.
    Done,
}

/// Why an image is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageRejection {
    /// The core refuses the image.
    Unreadable(CoreError),
    /// The file could not be decoded.
    Undecodable(FileFailure),
    /// It lacks the face that it must have.
    NoFace,
    /// It shows the side that was taken before.
    SameSide,
}

impl From<CoreError> for ImageRejection {
    fn from(error: CoreError) -> Self {
        Self::Unreadable(error)
    }
}

/// What the newest frame shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrameView {
    /// What the person should do for a better frame.
    pub guidance: Option<GuidanceCode>,
    /// What is seen.
    pub overlay: Overlay,
    /// The movement that is asked for.
    pub challenge: Option<ChallengeView>,
    /// The last draw of movements was not done in time.
    pub challenge_failed: bool,
    /// The colour to show.
    pub flash: Option<[u8; 3]>,
}

/// A still, without its pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Capture {
    /// What was read from it.
    pub document: Option<ReviewDocument>,
    /// How it came about and how good it is.
    pub report: CaptureReport,
}

/// Where the device is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Location {
    /// Degrees north, −90 to 90.
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    pub longitude: f64,
}

/// The flow of one session.
#[derive(Debug, Clone)]
pub struct Session {
    kind: FlowKind,
    document_types: Vec<DocumentType>,
    record: ServerState,
    /// Chosen, and not yet recorded by the server.
    chosen: Option<DocumentType>,
    step: Step,
    phase: Phase,
    location: Option<Location>,
    liveness: LivenessOptions,
    /// Of the open liveness session.
    liveness_token: Option<String>,
    /// The person chose to do without movements.
    without_steps: bool,
    liveness_sent: bool,
    metadata_sent: bool,
    /// Finalization was asked for and promised nothing: the record must tell the verdict now.
    finalized: bool,
    /// Asked for, and not failed since.
    models: Vec<ModelAsset>,
    pending: Option<(u32, Operation)>,
    waits_for_token: bool,
    last_id: u32,
    conflict: Option<Operation>,
    failed: Option<(FailureSource, FlowError)>,
    camera_open: bool,
    frame_size: Option<(u32, u32)>,
    frame: Option<FrameView>,
    review: Option<Capture>,
    reports: Vec<CaptureReport>,
    opened_ms: Option<f64>,
    result: Option<Outcome>,
    effects: Vec<Effect>,
}

/// Steps in which something is captured, with what.
fn side_of(step: Step) -> Option<Side> {
    match step {
        Step::DocumentFront => Some(Side::Front),
        Step::DocumentBack => Some(Side::Back),
        Step::Liveness => Some(Side::Liveness),
        Step::Starting | Step::Consent | Step::DocumentType | Step::Sending | Step::Result => None,
    }
}

impl Session {
    /// A flow that offers these documents; an empty list offers all.
    pub fn new(document_types: &[DocumentType]) -> Self {
        let mut offered: Vec<DocumentType> = Vec::new();
        for kind in if document_types.is_empty() { DocumentType::ALL } else { document_types } {
            if !offered.contains(kind) {
                offered.push(*kind);
            }
        }
        Self {
            kind: FlowKind::Idv,
            document_types: offered,
            record: ServerState::default(),
            chosen: None,
            step: Step::Starting,
            phase: Phase::Idle,
            location: None,
            liveness: LivenessOptions::default(),
            liveness_token: None,
            without_steps: false,
            liveness_sent: false,
            metadata_sent: false,
            finalized: false,
            models: Vec::new(),
            pending: None,
            waits_for_token: false,
            last_id: 0,
            conflict: None,
            failed: None,
            camera_open: false,
            frame_size: None,
            frame: None,
            review: None,
            reports: Vec::new(),
            opened_ms: None,
            result: None,
            effects: Vec::new(),
        }
    }

    /// A flow that holds the person against an identity that is known: neither consent nor a document.
    pub fn authentication() -> Self {
        Self { kind: FlowKind::Ida, document_types: Vec::new(), ..Self::new(&[]) }
    }

    /// The same flow, with what the integrator chooses of liveness.
    pub fn with_liveness(mut self, options: LivenessOptions) -> Self {
        self.liveness = options;
        self
    }

    /// What the capture of the face does.
    pub fn liveness_plan(&self) -> LivenessPlan {
        let steps = if self.is_active() && !self.without_steps { self.steps_asked() } else { 0 };
        LivenessPlan {
            token: self.liveness_token.clone().unwrap_or_default(),
            steps: steps as usize,
            flash: self.liveness.flash,
            fallback: self.is_active() && self.without_steps,
        }
    }

    /// The token of the liveness session that is open.
    pub fn liveness_token(&self) -> Option<&str> {
        self.liveness_token.as_deref()
    }

    fn is_active(&self) -> bool {
        self.liveness.mode.or(self.record.liveness_mode) == Some(LivenessMode::PassiveActive)
    }

    fn steps_asked(&self) -> u32 {
        self.liveness.steps.or(self.record.active_steps).unwrap_or(USUAL_STEPS).clamp(1, MAX_STEPS as u32)
    }

    /// Whether the person may do without the movements.
    fn may_go_without_steps(&self) -> bool {
        let reachable = matches!(self.phase, Phase::CameraOpening | Phase::Capturing)
            || matches!(self.failed, Some((FailureSource::Camera, _)));
        self.step == Step::Liveness && self.is_active() && !self.without_steps && reachable
    }

    /// Takes what happened on the page at `now_ms` (milliseconds of any steady or wall clock).
    pub fn on_event(&mut self, event: &Event, now_ms: f64) -> Update {
        if !matches!(self.failed, Some((FailureSource::Closed, _))) {
            self.handle_event(event, now_ms);
        }
        self.update()
    }

    /// Applies the outcome of request `id`. A reply to a request that is no longer pending is ignored.
    pub fn on_reply(&mut self, id: u32, reply: Result<Reply, RequestFailure>) -> Update {
        if let Some((_, operation)) = self.pending.filter(|(pending, _)| *pending == id) {
            match reply {
                Ok(reply) => self.request_done(operation, reply),
                Err(failure) => self.request_failed(operation, &failure),
            }
        }
        self.update()
    }

    /// Request `id` wants a (new) access token and is to be sent again with it.
    pub fn on_token_wanted(&mut self, id: u32) -> Update {
        if self.pending.is_some_and(|(pending, _)| pending == id) {
            self.waits_for_token = true;
            self.effects.push(Effect::Token { requests: vec![id] });
        }
        self.update()
    }

    /// Takes what the newest frame shows.
    pub fn on_frame(&mut self, frame: FrameView) -> Update {
        if self.phase == Phase::Capturing {
            let failed = frame.challenge_failed;
            self.frame = Some(frame);
            if failed {
                // Other movements, for another token.
                self.close_camera();
                self.liveness_token = None;
                self.fail(FailureSource::Camera, FlowError::challenge_failed());
            }
        }
        self.update()
    }

    /// Takes a still, automatic, by the button, or from a file.
    pub fn on_capture(&mut self, mut capture: Capture, now_ms: f64) -> Update {
        let welcome = match capture.report.source {
            CaptureSource::Automatic | CaptureSource::Manual => self.phase == Phase::Capturing,
            CaptureSource::File => self.accepts_file(),
        };
        if welcome && side_of(self.step) == Some(capture.report.side) {
            if capture.report.source != CaptureSource::File {
                capture.report.elapsed_ms = self.opened_ms.map(|opened| (now_ms - opened).max(0.0) as u32);
            }
            self.close_camera();
            self.failed = None;
            self.phase = Phase::Review;
            self.effects.push(Effect::Captured { side: capture.report.side, report: capture.report.clone() });
            self.review = Some(capture);
        }
        self.update()
    }

    /// Applies the rejection of an image. The camera is closed, so that the person sees the reason and can take
    /// another.
    pub fn on_rejected(&mut self, refusal: &ImageRejection) -> Update {
        if self.accepts_file() {
            self.review = None;
            let error = match refusal {
                ImageRejection::Unreadable(error) => FlowError::image(error),
                ImageRejection::Undecodable(failure) => FlowError::file(*failure),
                ImageRejection::NoFace => FlowError::face_not_found(),
                ImageRejection::SameSide => FlowError::same_side(),
            };
            self.fail(FailureSource::Camera, error);
        }
        self.update()
    }

    /// What is captured at the moment.
    pub fn side(&self) -> Option<Side> {
        side_of(self.step)
    }

    /// Returns whether frames are analysed.
    pub fn is_capturing(&self) -> bool {
        self.phase == Phase::Capturing
    }

    /// Whether a file would be taken instead of a frame.
    pub fn accepts_file(&self) -> bool {
        if side_of(self.step).is_none() || self.location.is_none() {
            return false;
        }
        match self.phase {
            Phase::CameraOpening | Phase::Capturing | Phase::Review => true,
            Phase::Failed => self.can_recapture(),
            Phase::Idle | Phase::WaitingLocation | Phase::Provider | Phase::Uploading | Phase::Done => false,
        }
    }

    /// The document that is being captured: recorded, or chosen and being recorded.
    pub fn document_type(&self) -> Option<DocumentType> {
        self.chosen.or(self.record.document_type)
    }

    /// Where the device is, once it said so.
    pub fn location(&self) -> Option<Location> {
        self.location
    }

    /// The reports of the stills that were sent in this flow.
    pub fn reports(&self) -> &[CaptureReport] {
        &self.reports
    }

    /// The request of that id, while it is waited for.
    pub fn pending(&self, id: u32) -> Option<Operation> {
        self.pending.filter(|(pending, _)| *pending == id).map(|(_, operation)| operation)
    }

    /// Returns the state of the flow.
    pub fn view(&self) -> View {
        let side = side_of(self.step);
        let capturing = self.phase == Phase::Capturing;
        let facing = side.map(|side| match side {
            Side::Front | Side::Back => Facing::Environment,
            Side::Liveness => Facing::User,
        });
        let guide = match (capturing, side, self.frame_size) {
            (true, Some(side), Some((width, height))) => Some(guide(side, self.document_type(), width, height)),
            _ => None,
        };
        let frame = self.frame.as_ref().filter(|_| capturing);
        View {
            step: self.step,
            phase: self.phase,
            steps: self.steps(),
            document_type: self.document_type(),
            document_types: self.document_types.clone(),
            facing,
            guide,
            guidance: frame.and_then(|frame| frame.guidance).map(GuidanceCode::as_str),
            overlay: frame.map(|frame| frame.overlay.clone()),
            challenge: frame.and_then(|frame| frame.challenge),
            passive_available: self.may_go_without_steps(),
            flash: frame.and_then(|frame| frame.flash).map(|[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}")),
            manual_available: frame.is_some_and(|frame| frame.challenge.is_none()),
            upload_available: self.accepts_file(),
            review: self.review.as_ref().filter(|_| self.phase == Phase::Review).map(|capture| Review {
                side: capture.report.side,
                document: capture.document.clone(),
                warnings: capture.report.warnings.clone(),
            }),
            progress: (self.step == Step::Sending).then(|| self.progress()),
            error: self.failed.as_ref().map(|(_, error)| error.clone()),
            result: self.result,
        }
    }

    fn steps(&self) -> Vec<Step> {
        if self.kind == FlowKind::Ida {
            return vec![Step::Liveness, Step::Sending, Step::Result];
        }
        let back = match self.document_type() {
            Some(kind) => kind.has_back(),
            None => self.document_types.iter().all(|kind| kind.has_back()),
        };
        [
            Step::Consent,
            Step::DocumentType,
            Step::DocumentFront,
            Step::DocumentBack,
            Step::Liveness,
            Step::Sending,
            Step::Result,
        ]
        .into_iter()
        .filter(|step| back || *step != Step::DocumentBack)
        .collect()
    }

    fn progress(&self) -> Progress {
        let needs_metadata = !self.reports.is_empty() || self.review.is_some();
        let sends_liveness = self.liveness_sent || !self.record.liveness_detected;
        let total = u32::from(sends_liveness) + u32::from(needs_metadata) + 1;
        let done = u32::from(self.liveness_sent)
            + u32::from(needs_metadata && self.metadata_sent)
            + u32::from(self.result.is_some());
        Progress { done, total }
    }

    fn update(&mut self) -> Update {
        Update { view: self.view(), effects: std::mem::take(&mut self.effects) }
    }
}
