//! `CaptureCore`: one capture, from start to verdict. Lives in the worker, freed on close.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::convert::{bytes, frame, from_js, input, to_js};
use super::error::{core_error, error, option_error};
use crate::api::client::{CallError, Client, TokenUse};
use crate::api::errors::ApiErrorCode;
use crate::api::gloo::{GlooTransport, upload_progress};
use crate::api::kyc::JsonObject;
use crate::api::kyc::flow::{failure, perform};
use crate::core::flow::Flow;
use crate::core::model_asset::ModelAsset;
use crate::core::session::{Event, FileFailure, FlowKind};
use crate::options::CaptureSetup;

/// What running requests share with the object.
struct Shared {
    flow: RefCell<Flow>,
    client: Client<GlooTransport>,
    kind: FlowKind,
    session_id: String,
    metadata: JsonObject,
    /// The upload that runs is ended in favour of a smaller image.
    ends_for_smaller: Cell<bool>,
    /// Requests that run, or wait for a token.
    tokens: RefCell<HashMap<u32, (bool, TokenUse)>>,
}

/// One capture.
#[wasm_bindgen]
pub struct CaptureCore {
    shared: Rc<Shared>,
}

#[wasm_bindgen]
impl CaptureCore {
    /// Starts a capture.
    ///
    /// # Errors
    /// `invalid_option`, with the path of the option, what was given and what is wanted.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<CaptureCore, JsValue> {
        let setup = CaptureSetup::parse(input(&options)).map_err(|error| option_error(&error))?;
        let client = Client::new(setup.client, GlooTransport, setup.access_token, setup.token_is_refreshable);
        Ok(Self {
            shared: Rc::new(Shared {
                flow: RefCell::new(setup.flow),
                client,
                kind: setup.kind,
                session_id: setup.session_id,
                metadata: setup.metadata,
                ends_for_smaller: Cell::new(false),
                tokens: RefCell::default(),
            }),
        })
    }

    /// Takes an event; returns an update.
    ///
    /// # Errors
    /// `invalid_option` for anything else.
    pub fn dispatch(&self, event: JsValue, now_ms: f64) -> Result<JsValue, JsValue> {
        let event: Event = from_js("event", &event)?;
        to_js(&self.shared.flow.borrow_mut().dispatch(&event, now_ms))
    }

    /// Takes a camera frame (RGBA); returns an update.
    ///
    /// # Errors
    /// `image_empty`, `image_too_large`, `image_wrong_length`, `invalid_option`.
    pub fn push_frame(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] rgba: JsValue,
        width: f64,
        height: f64,
        now_ms: f64,
    ) -> Result<JsValue, JsValue> {
        let rgba = bytes("rgba", &rgba)?;
        to_js(&self.shared.flow.borrow_mut().push_frame(&frame(&rgba, width, height)?, now_ms))
    }

    /// Reports an image file that could not be decoded, by the code of the reason: `image_too_large`, `image_corrupt`,
    /// or any other for a format without a decoder.
    ///
    /// # Errors
    /// `internal` only.
    pub fn refuse_file(&self, code: &str) -> Result<JsValue, JsValue> {
        to_js(&self.shared.flow.borrow_mut().refuse_file(FileFailure::from_code(code)))
    }

    /// Takes the pixels (RGBA) of an image file instead of frames.
    ///
    /// # Errors
    /// `image_empty`, `image_too_large`, `image_wrong_length`, `invalid_option`.
    pub fn load_image(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] rgba: JsValue,
        width: f64,
        height: f64,
        now_ms: f64,
    ) -> Result<JsValue, JsValue> {
        let rgba = bytes("rgba", &rgba)?;
        to_js(&self.shared.flow.borrow_mut().load_image(&frame(&rgba, width, height)?, now_ms))
    }

    /// Takes a model asset: `mrz` or `face`.
    ///
    /// # Errors
    /// `model_invalid`, `invalid_option`.
    pub fn load_model(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] name: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] asset: JsValue,
    ) -> Result<(), JsValue> {
        let model: ModelAsset = from_js("model", &name)?;
        let asset = bytes("asset", &asset)?;
        self.shared.flow.borrow_mut().load_model(model, &asset).map_err(|error| core_error(&error))
    }

    /// Takes a new access token.
    ///
    /// # Errors
    /// `token_unavailable` if it is no string, or has characters that a header field cannot carry.
    pub fn set_token(&self, #[wasm_bindgen(unchecked_param_type = "string")] token: JsValue) -> Result<(), JsValue> {
        if token.as_string().is_some_and(|token| self.shared.client.set_token(&token)) {
            Ok(())
        } else {
            Err(error("token_unavailable", "the access token is no string, or has characters that no token has", true))
        }
    }

    /// Sends request `id`; the promise brings the update that its end leads to. Failures of network and server are in
    /// the update: they never reject the promise.
    ///
    /// `may_shrink`: an upload that made no progress, that the server found too large, or that [`Self::end_upload`]
    /// ended brings `undefined` instead: encode its images again with [`Self::make_smaller`], then run the request
    /// again.
    pub fn run_request(&self, id: u32, may_shrink: bool) -> Promise {
        let shared = Rc::clone(&self.shared);
        future_to_promise(async move {
            match run(&shared, id, may_shrink).await {
                Some(update) => to_js(&update),
                None => Ok(JsValue::UNDEFINED),
            }
        })
    }

    /// Returns the images that request `id` uploads, as JPEG files; empty if it uploads none.
    pub fn upload_images(&self, id: u32) -> Array {
        self.shared.flow.borrow().upload_images(id).iter().map(|image| Uint8Array::from(&**image)).collect()
    }

    /// Encodes image `index` of the upload `id` again, smaller, from its decoded pixels (RGBA); `level` from 1.
    ///
    /// # Errors
    /// `image_empty`, `image_too_large`, `image_wrong_length`, `invalid_option`.
    pub fn make_smaller(
        &self,
        id: u32,
        index: u32,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] rgba: JsValue,
        width: f64,
        height: f64,
        level: u32,
    ) -> Result<(), JsValue> {
        let rgba = bytes("rgba", &rgba)?;
        let frame = frame(&rgba, width, height)?;
        let mut flow = self.shared.flow.borrow_mut();
        flow.make_smaller(id, index as usize, &frame, level as usize).map_err(|error| core_error(&error))
    }

    /// Returns the bytes sent and the bytes in all of the newest upload.
    pub fn upload_progress(&self) -> Array {
        let (sent, total) = upload_progress();
        Array::of2(&sent.into(), &total.into())
    }

    /// Ends the upload that runs, if it may be replaced by a smaller one.
    pub fn end_upload(&self) {
        self.shared.ends_for_smaller.set(true);
        self.shared.client.cancel();
    }

    /// Returns the still that awaits review: `{ data }`, a JPEG file; or `undefined`.
    ///
    /// # Errors
    /// `internal` only.
    pub fn preview(&self) -> Result<JsValue, JsValue> {
        let flow = self.shared.flow.borrow();
        let Some(bytes) = flow.preview() else { return Ok(JsValue::UNDEFINED) };
        let still = Object::new();
        Reflect::set(&still, &JsValue::from_str("data"), &Uint8Array::from(bytes))?;
        Ok(still.into())
    }

    /// Ends the requests that run.
    pub fn cancel(&self) {
        self.shared.client.cancel();
    }
}

/// Sends a request and passes its outcome to the flow. The flow is borrowed only between the awaits: frames and events
/// are taken meanwhile.
async fn run(shared: &Shared, id: u32, may_shrink: bool) -> Option<crate::core::session::Update> {
    let request = {
        let flow = shared.flow.borrow();
        match flow.request(id) {
            Some(request) => request,
            None => return Some(flow.snapshot()),
        }
    };
    let mut token_use = {
        let mut tokens = shared.tokens.borrow_mut();
        let (running, token_use) = tokens.entry(id).or_default();
        if std::mem::replace(running, true) {
            return Some(shared.flow.borrow().snapshot());
        }
        *token_use
    };
    let outcome =
        perform(&shared.client, shared.kind, &shared.session_id, &shared.metadata, &request, &mut token_use).await;
    let mut flow = shared.flow.borrow_mut();
    let ended = shared.ends_for_smaller.take();
    if let Err(CallError::Api(error)) = &outcome
        && may_shrink
        && !flow.upload_images(id).is_empty()
        && (matches!(error.code, ApiErrorCode::Timeout | ApiErrorCode::RequestTimeout | ApiErrorCode::PayloadTooLarge)
            || (ended && error.code == ApiErrorCode::Cancelled))
    {
        shared.tokens.borrow_mut().remove(&id);
        return None;
    }
    Some(match outcome {
        Err(CallError::TokenWanted) => {
            shared.tokens.borrow_mut().insert(id, (false, token_use));
            flow.token_wanted(id)
        }
        Err(CallError::Api(error)) => {
            shared.tokens.borrow_mut().remove(&id);
            flow.reply(id, Err(failure(&error)))
        }
        Ok(reply) => {
            shared.tokens.borrow_mut().remove(&id);
            flow.reply(id, Ok(reply))
        }
    })
}
