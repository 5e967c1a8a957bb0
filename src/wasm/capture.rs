//! `CaptureCore`: one capture, from start to verdict. Lives in the worker, freed on close.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Object, Promise, Reflect, Uint8Array};
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::convert::{frame, from_js, model, to_js};
use super::error::{core_error, error, invalid_option};
use crate::api::client::{CallError, Client, ClientOptions, TokenUse, is_field_value};
use crate::api::gloo::GlooTransport;
use crate::api::kyc::JsonObject;
use crate::api::kyc::flow::{failure, perform};
use crate::api::kyc::routes::RouteTable;
use crate::core::document_type::DocumentType;
use crate::core::error::CoreError;
use crate::core::flow::Flow;
use crate::core::session::{Event, FlowKind, LivenessOptions};
use crate::core::thresholds::Thresholds;

/// Options of [`CaptureCore`], as JavaScript gives them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CoreOptions {
    base_url: String,
    client_id: String,
    session_id: String,
    routes: Option<HashMap<String, String>>,
    thresholds: Option<Thresholds>,
    access_token: Option<String>,
    #[serde(default)]
    token_is_refreshable: bool,
    per_attempt_timeout_ms: Option<f64>,
    flow: Option<FlowKind>,
    document_types: Option<Vec<DocumentType>>,
    sdk_metadata: Option<JsonObject>,
    liveness: Option<LivenessOptions>,
}

/// What running requests share with the object.
struct Shared {
    flow: RefCell<Flow>,
    client: Client<GlooTransport>,
    kind: FlowKind,
    session_id: String,
    metadata: JsonObject,
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
    /// A capture.
    ///
    /// # Errors
    /// `invalid_option`, naming the option.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<CaptureCore, JsValue> {
        let options: CoreOptions = from_js("options", &options)?;
        let mut routes = RouteTable::default();
        for (name, path) in options.routes.iter().flatten() {
            routes.replace(name, path).map_err(|error| invalid_option("routes", &error.to_string()))?;
        }
        let mut client_options = ClientOptions::new(&options.base_url, &options.client_id, routes)
            .map_err(|option| invalid_option(option.name, option.expected))?;
        if !is_field_value(&options.session_id, 256) {
            return Err(invalid_option("sessionId", "1 to 256 visible ASCII characters"));
        }
        if let Some(ms) = options.per_attempt_timeout_ms {
            if !(100.0..=600_000.0).contains(&ms) {
                return Err(invalid_option("perAttemptTimeoutMs", "100 to 600000"));
            }
            client_options.attempt_timeout_ms = ms as u32;
        }
        if options.access_token.is_none() && !options.token_is_refreshable {
            return Err(invalid_option("accessToken", "a token, or a function that gives one"));
        }
        let kind = options.flow.unwrap_or(FlowKind::Idv);
        let thresholds = options.thresholds.unwrap_or_default();
        let flow = match kind {
            FlowKind::Idv => Flow::new(options.document_types.as_deref().unwrap_or_default(), thresholds),
            FlowKind::Ida => Flow::authentication(thresholds),
        };
        let flow = flow.with_liveness(options.liveness.unwrap_or_default());
        let client = Client::new(client_options, GlooTransport, options.access_token, options.token_is_refreshable);
        Ok(Self {
            shared: Rc::new(Shared {
                flow: RefCell::new(flow),
                client,
                kind,
                session_id: options.session_id,
                metadata: options.sdk_metadata.unwrap_or_default(),
                tokens: RefCell::default(),
            }),
        })
    }

    /// Takes an event; answers with an update.
    ///
    /// # Errors
    /// `invalid_option` for an event that is not one.
    pub fn dispatch(&self, event: JsValue, now_ms: f64) -> Result<JsValue, JsValue> {
        let event: Event = from_js("event", &event)?;
        to_js(&self.shared.flow.borrow_mut().dispatch(&event, now_ms))
    }

    /// Takes a camera frame (RGBA); answers with an update.
    ///
    /// # Errors
    /// `image_empty`, `image_too_large`, `image_wrong_length`.
    pub fn push_frame(&self, rgba: &[u8], width: u32, height: u32, now_ms: f64) -> Result<JsValue, JsValue> {
        let frame = frame(rgba, width, height)?;
        to_js(&self.shared.flow.borrow_mut().push_frame(&frame, now_ms))
    }

    /// An image file could not be decoded: the code of the reason, `image_too_large`, `image_corrupt` or any other for a format
    /// that nobody decodes here.
    pub fn refuse_file(&self, code: &str) -> Result<JsValue, JsValue> {
        let error = match code {
            "image_too_large" => CoreError::ImageTooLarge { width: 0, height: 0 },
            "image_corrupt" => CoreError::CorruptImage { reason: "the file's pixels cannot be decoded".into() },
            _ => CoreError::UnknownImageFormat,
        };
        to_js(&self.shared.flow.borrow_mut().refuse_file(&error))
    }

    /// Takes the pixels (RGBA) of an image file instead of frames.
    ///
    /// # Errors
    /// `image_empty`, `image_too_large`, `image_wrong_length`.
    pub fn load_image(&self, rgba: &[u8], width: u32, height: u32, now_ms: f64) -> Result<JsValue, JsValue> {
        let frame = frame(rgba, width, height)?;
        to_js(&self.shared.flow.borrow_mut().load_image(&frame, now_ms))
    }

    /// Takes a model asset: `mrz` or `face`.
    ///
    /// # Errors
    /// `model_invalid`, `invalid_option`.
    pub fn load_model(&self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        let model = model(name)?;
        self.shared.flow.borrow_mut().load_model(model, bytes).map_err(|error| core_error(&error))
    }

    /// Takes a new access token.
    ///
    /// # Errors
    /// `token_unavailable` where it cannot stand in a header field.
    pub fn set_token(&self, token: &str) -> Result<(), JsValue> {
        if self.shared.client.set_token(token) {
            Ok(())
        } else {
            Err(error("token_unavailable", "the access token has characters that no token has", true))
        }
    }

    /// Sends request `id`; the promise brings the update that its end leads to. It is never rejected for what network or
    /// server do.
    pub fn run_request(&self, id: u32, now_ms: f64) -> Promise {
        let shared = Rc::clone(&self.shared);
        let _ = now_ms;
        future_to_promise(async move { to_js(&run(&shared, id).await) })
    }

    /// The still that waits for the person's word: `{ data }`, a JPEG file; or `undefined`.
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

/// Sends a request and feeds its end to the flow. The flow is borrowed only between the waits, so that frames and events
/// come through meanwhile.
async fn run(shared: &Shared, id: u32) -> crate::core::session::Update {
    let request = {
        let flow = shared.flow.borrow();
        match flow.request(id) {
            Some(request) => request,
            None => return flow.snapshot(),
        }
    };
    let mut token_use = {
        let mut tokens = shared.tokens.borrow_mut();
        let (running, token_use) = tokens.entry(id).or_default();
        if std::mem::replace(running, true) {
            return shared.flow.borrow().snapshot();
        }
        *token_use
    };
    let outcome =
        perform(&shared.client, shared.kind, &shared.session_id, &shared.metadata, &request, &mut token_use).await;
    let now_ms = js_sys::Date::now();
    let mut flow = shared.flow.borrow_mut();
    match outcome {
        Err(CallError::TokenWanted) => {
            shared.tokens.borrow_mut().insert(id, (false, token_use));
            flow.token_wanted(id)
        }
        Err(CallError::Api(error)) => {
            shared.tokens.borrow_mut().remove(&id);
            flow.reply(id, Err(failure(&error)), now_ms)
        }
        Ok(reply) => {
            shared.tokens.borrow_mut().remove(&id);
            flow.reply(id, Ok(reply), now_ms)
        }
    }
}
