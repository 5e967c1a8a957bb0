//! The flow as one object: the state machine [`Session`] with the [`Pipeline`] that owns pixels and detectors. Inputs
//! are frames, files and events; outputs are a view, effects and complete requests. It has no clock, network or
//! protocol.

use std::rc::Rc;

use crate::capture::{Pipeline, Target};
use crate::document_type::DocumentType;
use crate::encode::decode;
use crate::error::CoreError;
use crate::frame::Frame;
use crate::liveness::signals::CameraInfo;
use crate::model_asset::ModelAsset;
use crate::session::{
    Capture, CaptureReport, Effect, Event, FileFailure, ImageRejection, LivenessOptions, Location, LocationPolicy,
    Operation, Reply, RequestFailure, Session, Update, View,
};
use crate::side::Side;
use crate::thresholds::Thresholds;

/// A request with its content, independent of the protocol. Images are shared, not copied.
#[derive(Debug, Clone, PartialEq)]
pub enum FlowRequest {
    /// Reads the record of the session.
    ReadSession,
    /// Records the consent.
    AddConsent,
    /// Records the reports of the captures.
    UpdateMetadata(Vec<CaptureReport>),
    /// Declares the document type.
    SetDocumentType(DocumentType),
    /// Uploads the front image (JPEG), with the location of the device if there is one.
    AddFront(Rc<[u8]>, Option<Location>),
    /// Uploads the back image (JPEG).
    AddBack(Rc<[u8]>, Option<Location>),
    /// Opens a liveness session.
    GenerateLiveness(Option<Location>),
    /// Uploads the liveness frames (JPEG) with the token of the liveness session: the best frame first, or those of the
    /// movements in order.
    ProcessLiveness(Vec<Rc<[u8]>>, Option<Location>, String),
    /// Requests the verdict.
    Finalize,
}

/// A flow with its capture pipeline.
pub struct Flow {
    session: Session,
    pipeline: Pipeline,
}

impl Flow {
    /// Creates a verification flow that offers these document types ([`DocumentType::OFFERED`] if empty), with these
    /// thresholds.
    pub fn new(document_types: &[DocumentType], thresholds: Thresholds) -> Self {
        Self { session: Session::new(document_types), pipeline: Pipeline::new(thresholds) }
    }

    /// Creates an authentication flow, which compares the face with a known identity, with these thresholds.
    pub fn authentication(thresholds: Thresholds) -> Self {
        Self { session: Session::authentication(), pipeline: Pipeline::new(thresholds) }
    }

    /// Sets the integrator's options for liveness.
    pub fn with_liveness(mut self, options: LivenessOptions) -> Self {
        self.session = self.session.with_liveness(options);
        self
    }

    /// Sets whether images are sent with the location of the device.
    pub fn with_location(mut self, policy: LocationPolicy) -> Self {
        self.session = self.session.with_location(policy);
        self
    }

    /// Returns the view of the current state.
    pub fn view(&self) -> View {
        self.session.view()
    }

    /// Returns the current view without effects.
    pub fn snapshot(&self) -> Update {
        Update { view: self.view(), effects: Vec::new() }
    }

    /// Handles an event of the page. `now_ms`: milliseconds since 1970-01-01 UTC, which also determines the current
    /// date.
    pub fn dispatch(&mut self, event: &Event, now_ms: f64) -> Update {
        if *event == Event::CaptureNow
            && self.session.is_capturing()
            && let Some(taken) = self.pipeline.capture_now(now_ms)
        {
            return self.finish_capture(taken, now_ms);
        }
        let skips_movements = *event == Event::SkipActiveLiveness && self.view().passive_available;
        let update = self.session.on_event(event, now_ms);
        if skips_movements && self.session.is_capturing() {
            self.pipeline.begin_liveness(self.session.liveness_plan());
        }
        let update = self.apply_effects(update);
        if let Event::CameraOpened { label, consistent, .. } = event {
            self.pipeline.set_camera(CameraInfo { label: label.clone(), consistent: *consistent });
        }
        update
    }

    /// Handles a camera frame. It is ignored unless a capture is active.
    pub fn push_frame(&mut self, frame: &Frame<'_>, now_ms: f64) -> Update {
        if !self.session.is_capturing() {
            return self.snapshot();
        }
        let outcome = self.pipeline.push(frame, now_ms);
        match outcome.capture {
            Some(capture) => self.session.on_capture(capture, now_ms),
            None => self.session.on_frame(outcome.view),
        }
    }

    /// Handles the bytes of an image file. The view reports why it is rejected.
    pub fn load_file(&mut self, bytes: &[u8], now_ms: f64) -> Update {
        let Some(target) = self.target().filter(|_| self.session.accepts_file()) else { return self.snapshot() };
        let decoded = decode(bytes);
        let taken = decoded
            .map_err(ImageRejection::from)
            .and_then(|image| self.pipeline.load_image(&image.frame()?, target, now_ms));
        self.finish_capture(taken, now_ms)
    }

    /// Handles the failure to decode an image file outside of the core.
    pub fn refuse_file(&mut self, failure: FileFailure) -> Update {
        if self.target().is_none() || !self.session.accepts_file() {
            return self.snapshot();
        }
        self.session.on_rejected(&ImageRejection::Undecodable(failure))
    }

    fn finish_capture(&mut self, taken: Result<Capture, ImageRejection>, now_ms: f64) -> Update {
        match taken {
            Ok(capture) => self.session.on_capture(capture, now_ms),
            Err(rejection) => {
                let update = self.session.on_rejected(&rejection);
                self.apply_effects(update)
            }
        }
    }

    /// Handles the pixels of an image file that the browser decoded.
    pub fn load_image(&mut self, frame: &Frame<'_>, now_ms: f64) -> Update {
        let Some(target) = self.target().filter(|_| self.session.accepts_file()) else { return self.snapshot() };
        let taken = self.pipeline.load_image(frame, target, now_ms);
        self.finish_capture(taken, now_ms)
    }

    /// Loads a model asset.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`].
    pub fn load_model(&mut self, model: ModelAsset, bytes: &[u8]) -> Result<(), CoreError> {
        self.pipeline.load_model(model, bytes)
    }

    /// Returns the image in review, or being uploaded, as JPEG.
    pub fn preview(&self) -> Option<&[u8]> {
        let side = self.session.view().review?.side;
        self.pipeline.encoded_images(side).first().map(|image| &**image)
    }

    /// Returns request `id` with its content while it is pending.
    pub fn request(&self, id: u32) -> Option<FlowRequest> {
        let encoded_image = |side| self.pipeline.encoded_images(side).first().cloned();
        let location = self.session.location();
        Some(match self.session.pending(id)? {
            Operation::ReadSession => FlowRequest::ReadSession,
            Operation::AddConsent => FlowRequest::AddConsent,
            Operation::UpdateMetadata => FlowRequest::UpdateMetadata(self.session.reports().to_vec()),
            Operation::SetDocumentType => FlowRequest::SetDocumentType(self.session.document_type()?),
            Operation::AddFront => FlowRequest::AddFront(encoded_image(Side::Front)?, location),
            Operation::AddBack => FlowRequest::AddBack(encoded_image(Side::Back)?, location),
            Operation::GenerateLiveness => FlowRequest::GenerateLiveness(location),
            Operation::ProcessLiveness => {
                let token = self.session.liveness_token().unwrap_or_default().to_owned();
                FlowRequest::ProcessLiveness(self.pipeline.encoded_images(Side::Liveness).to_vec(), location, token)
            }
            Operation::Finalize => FlowRequest::Finalize,
        })
    }

    /// Returns the images that request `id` uploads (JPEG); empty if it uploads none.
    pub fn upload_images(&self, id: u32) -> &[Rc<[u8]>] {
        self.upload_side(id).map_or(&[], |side| self.pipeline.encoded_images(side))
    }

    /// Encodes image `index` of the upload `id` again, smaller, from its decoded pixels; level from 1. The report
    /// states the new size.
    ///
    /// # Errors
    /// As [`crate::encode::encode`].
    pub fn make_smaller(&mut self, id: u32, index: usize, frame: &Frame<'_>, level: usize) -> Result<(), CoreError> {
        let Some(side) = self.upload_side(id) else { return Ok(()) };
        if let Some(size) = self.pipeline.replace_by_smaller(side, index, frame, level)? {
            let bytes = self.pipeline.encoded_images(side).iter().map(|image| image.len() as u32).sum();
            self.session.report_smaller_image((index == 0).then_some(size), bytes);
        }
        Ok(())
    }

    fn upload_side(&self, id: u32) -> Option<Side> {
        match self.session.pending(id)? {
            Operation::AddFront => Some(Side::Front),
            Operation::AddBack => Some(Side::Back),
            Operation::ProcessLiveness => Some(Side::Liveness),
            _ => None,
        }
    }

    /// Handles the reply to request `id`.
    pub fn reply(&mut self, id: u32, reply: Result<Reply, RequestFailure>) -> Update {
        let update = self.session.on_reply(id, reply);
        self.apply_effects(update)
    }

    /// Handles the need of request `id` for a (new) access token.
    pub fn token_wanted(&mut self, id: u32) -> Update {
        self.session.on_token_wanted(id)
    }

    fn target(&self) -> Option<Target> {
        Some(Target { side: self.session.side()?, kind: self.session.document_type() })
    }

    /// Applies effects to the pipeline: an opening camera starts a capture, and uploaded images are released.
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
