//! The flow as one object: the pure [`Session`] beside the [`Pipeline`] that owns pixels and detectors. Frames, files
//! and events go in; a view, effects and ready requests come out. Still no clock, no network and no protocol.

use std::rc::Rc;

use crate::capture::{Pipeline, Target};
use crate::document_type::DocumentType;
use crate::encode::decode;
use crate::error::CoreError;
use crate::frame::Frame;
use crate::liveness::signals::CameraInfo;
use crate::model_asset::ModelAsset;
use crate::session::{
    Capture, CaptureReport, Effect, Event, FileFailure, ImageRejection, LivenessOptions, Location, Operation, Reply,
    RequestFailure, Session, Update, View,
};
use crate::side::Side;
use crate::thresholds::Thresholds;

/// A request with all that it carries, in the flow's own terms. Images are shared, not copied.
#[derive(Debug, Clone, PartialEq)]
pub enum FlowRequest {
    /// What is done already?
    ReadSession,
    /// ServerState the consent.
    AddConsent,
    /// ServerState how the captures were made.
    UpdateMetadata(Vec<CaptureReport>),
    /// ServerState which document will be shown.
    SetDocumentType(DocumentType),
    /// Send the front image (JPEG).
    AddFront(Rc<[u8]>, Location),
    /// Send the back image (JPEG).
    AddBack(Rc<[u8]>, Location),
    /// Open a liveness session.
    GenerateLiveness(Location),
    /// Send the liveness frames (JPEG): the best first, or those of the movements in their order. With the token of the
    /// liveness session.
    ProcessLiveness(Vec<Rc<[u8]>>, Location, String),
    /// Ask for the verdict.
    Finalize,
}

/// A flow with its pixels.
pub struct Flow {
    session: Session,
    pipeline: Pipeline,
}

impl Flow {
    /// A flow that offers these documents (all, when empty) and decides by these thresholds.
    pub fn new(document_types: &[DocumentType], thresholds: Thresholds) -> Self {
        Self { session: Session::new(document_types), pipeline: Pipeline::new(thresholds) }
    }

    /// A flow that holds the person against an identity that is known, and decides by these thresholds.
    pub fn authentication(thresholds: Thresholds) -> Self {
        Self { session: Session::authentication(), pipeline: Pipeline::new(thresholds) }
    }

    /// The same flow, with what the integrator chooses of liveness.
    pub fn with_liveness(mut self, options: LivenessOptions) -> Self {
        self.session = self.session.with_liveness(options);
        self
    }

    /// Returns the state of the flow.
    pub fn view(&self) -> View {
        self.session.view()
    }

    /// Returns the state of the flow, with no effects.
    pub fn snapshot(&self) -> Update {
        Update { view: self.view(), effects: Vec::new() }
    }

    /// Takes what happened on the page. `now_ms`: milliseconds since 1970-01-01 UTC, which also says what day it is.
    pub fn dispatch(&mut self, event: &Event, now_ms: f64) -> Update {
        if *event == Event::CaptureNow
            && self.session.is_capturing()
            && let Some(taken) = self.pipeline.capture_now(now_ms)
        {
            return self.finish_capture(taken, now_ms);
        }
        let without_steps = *event == Event::SkipActiveLiveness && self.view().passive_available;
        let update = self.session.on_event(event, now_ms);
        if without_steps && self.session.is_capturing() {
            self.pipeline.begin_liveness(self.session.liveness_plan());
        }
        let update = self.apply_effects(update);
        if let Event::CameraOpened { label, consistent, .. } = event {
            self.pipeline.set_camera(CameraInfo { label: label.clone(), consistent: *consistent });
        }
        update
    }

    /// Takes a camera frame. Outside of a capture it is passed over.
    pub fn push_frame(&mut self, frame: &Frame<'_>, now_ms: f64) -> Update {
        if !self.session.is_capturing() {
            return self.snapshot();
        }
        let seen = self.pipeline.push(frame, now_ms);
        match seen.capture {
            Some(capture) => self.session.on_capture(capture, now_ms),
            None => self.session.on_frame(seen.view),
        }
    }

    /// Takes the bytes of an image file instead of frames. The view reports what is wrong with it.
    pub fn load_file(&mut self, bytes: &[u8], now_ms: f64) -> Update {
        let Some(target) = self.target().filter(|_| self.session.accepts_file()) else { return self.snapshot() };
        let decoded = decode(bytes);
        let taken = decoded
            .map_err(ImageRejection::from)
            .and_then(|image| self.pipeline.load_image(&image.frame()?, target, now_ms));
        self.finish_capture(taken, now_ms)
    }

    /// An image file could not be decoded.
    pub fn refuse_file(&mut self, failure: FileFailure) -> Update {
        if self.target().is_none() || !self.session.accepts_file() {
            return self.snapshot();
        }
        self.session.on_rejected(&ImageRejection::Undecodable(failure))
    }

    fn finish_capture(&mut self, taken: Result<Capture, ImageRejection>, now_ms: f64) -> Update {
        match taken {
            Ok(capture) => self.session.on_capture(capture, now_ms),
            Err(refusal) => {
                let update = self.session.on_rejected(&refusal);
                self.apply_effects(update)
            }
        }
    }

    /// Takes the pixels of an image file that the browser decoded.
    pub fn load_image(&mut self, frame: &Frame<'_>, now_ms: f64) -> Update {
        let Some(target) = self.target().filter(|_| self.session.accepts_file()) else { return self.snapshot() };
        let taken = self.pipeline.load_image(frame, target, now_ms);
        self.finish_capture(taken, now_ms)
    }

    /// Takes a model asset.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`].
    pub fn load_model(&mut self, model: ModelAsset, bytes: &[u8]) -> Result<(), CoreError> {
        self.pipeline.load_model(model, bytes)
    }

    /// The still that waits for the person's word, as JPEG.
    pub fn preview(&self) -> Option<&[u8]> {
        let side = self.session.view().review?.side;
        self.pipeline.encoded_images(side).first().map(|image| &**image)
    }

    /// The request of that id with all that it carries, while it is waited for.
    pub fn request(&self, id: u32) -> Option<FlowRequest> {
        let encoded_image = |side| self.pipeline.encoded_images(side).first().cloned();
        let location = self.session.location();
        Some(match self.session.pending(id)? {
            Operation::ReadSession => FlowRequest::ReadSession,
            Operation::AddConsent => FlowRequest::AddConsent,
            Operation::UpdateMetadata => FlowRequest::UpdateMetadata(self.session.reports().to_vec()),
            Operation::SetDocumentType => FlowRequest::SetDocumentType(self.session.document_type()?),
            Operation::AddFront => FlowRequest::AddFront(encoded_image(Side::Front)?, location?),
            Operation::AddBack => FlowRequest::AddBack(encoded_image(Side::Back)?, location?),
            Operation::GenerateLiveness => FlowRequest::GenerateLiveness(location?),
            Operation::ProcessLiveness => {
                let token = self.session.liveness_token().unwrap_or_default().to_owned();
                FlowRequest::ProcessLiveness(self.pipeline.encoded_images(Side::Liveness).to_vec(), location?, token)
            }
            Operation::Finalize => FlowRequest::Finalize,
        })
    }

    /// Takes how request `id` ended.
    pub fn reply(&mut self, id: u32, reply: Result<Reply, RequestFailure>) -> Update {
        let update = self.session.on_reply(id, reply);
        self.apply_effects(update)
    }

    /// Request `id` wants a (new) access token.
    pub fn token_wanted(&mut self, id: u32) -> Update {
        self.session.on_token_wanted(id)
    }

    fn target(&self) -> Option<Target> {
        Some(Target { side: self.session.side()?, kind: self.session.document_type() })
    }

    /// Does the pipeline's part of the effects: a camera that opens begins a capture, an image that the server has is
    /// let go.
    fn apply_effects(&mut self, update: Update) -> Update {
        if update.effects.iter().any(|effect| matches!(effect, Effect::CameraOpen { .. }))
            && let Some(target) = self.target()
        {
            match target.side {
                Side::Liveness => self.pipeline.begin_liveness(self.session.liveness_plan()),
                Side::Front | Side::Back => self.pipeline.begin(target),
            }
        }
        for report in self.session.reports() {
            self.pipeline.forget(report.side);
        }
        update
    }
}
