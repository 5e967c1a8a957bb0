//! A module of its own for `kyc-capture/backend`, which runs in Node, Deno and workers and never in a page: it says what to
//! send, when to send it again, and what a reply means, by the same Rust as the native clients. Conversions only; what it
//! asks for (`fetch`, waiting, the time, random numbers) is done in `pkg-template/src/backend`.
//!
//! Failures come as JSON: `{ "code", "message", "status"?, "field"?, "retryAfterMs"?, "conflicts"?, "documented" }`.

use kyc_capture::api::backend::call::{Call, CallInvalid, Credentials, InvalidSetting, Secret, Verb};
use kyc_capture::api::backend::flight::{self, Next, NoReply};
use kyc_capture::api::backend::idngo::{IdngoKeys, signed_headers};
use kyc_capture::api::backend::pace::Pace;
use kyc_capture::api::backend::refusal::{IdngoRefusal, NoRefusal, PersonsRefusal};
use kyc_capture::api::backend::token::{self, Stock, TokenCache};
use kyc_capture::api::backend::{BackendError, Refusal, call::BaseUrl, gbdfl, idngo, kyc, mrz, persons};
use kyc_capture::api::biometric::gbdfl::GbdflError;
use kyc_capture::api::biometric::mrz::MrzError;
use kyc_capture::api::errors::{ApiError, ApiErrorCode};
use kyc_capture::api::kyc::routes::RouteTable;
use kyc_capture::api::retry::RetryPolicy;
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

/// Whom a client talks to, and with what.
enum System {
    Kyc { routes: RouteTable, client_id: String, secret: Secret, tokens: TokenCache },
    Persons(Secret),
    Gbdfl(Secret),
    Mrz(Secret),
    Idngo(IdngoKeys),
}

/// A client without its network.
#[wasm_bindgen]
pub struct BackendCore {
    base: BaseUrl,
    system: System,
    policy: RetryPolicy,
    pace: Pace,
}

/// A request, ready to be sent.
#[wasm_bindgen]
pub struct BackendRequest {
    call: Call,
    url: String,
}

/// The attempts of one request.
#[wasm_bindgen]
pub struct BackendFlight(flight::Flight);

#[wasm_bindgen]
impl BackendCore {
    /// A client of `system` (`kyc`, `persons`, `gbdfl`, `mrz`, `idngo`). `settings` is an object: `baseUrl`, the credentials
    /// (`clientId` and `clientSecret`, `apiKey`, or `appToken` and `secretKey`), `routes`, `attempts`.
    ///
    /// # Errors
    /// A failure with the code `option_invalid`.
    #[wasm_bindgen(constructor)]
    pub fn new(system: &str, settings: &str) -> Result<BackendCore, String> {
        let settings: Value =
            serde_json::from_str(settings).map_err(|_| option_invalid("the options are no object"))?;
        let text = |name: &str| settings[name].as_str().unwrap_or_default().to_owned();
        let invalid = |setting: InvalidSetting| option_invalid(&setting.to_string());
        let key = |name: &'static str| Secret::new(name, text(name)).map_err(invalid);
        let system = match system {
            "kyc" => {
                let mut routes = RouteTable::default();
                for (name, path) in settings["routes"].as_object().into_iter().flatten() {
                    let path = path.as_str().unwrap_or_default();
                    routes.replace(name, path).map_err(|error| option_invalid(&error.to_string()))?;
                }
                let client_id = Secret::for_header("clientId", text("clientId")).map_err(invalid)?.expose().to_owned();
                System::Kyc { routes, client_id, secret: key("clientSecret")?, tokens: TokenCache::default() }
            }
            "persons" => System::Persons(key("apiKey")?),
            "gbdfl" => System::Gbdfl(key("apiKey")?),
            "mrz" => System::Mrz(key("apiKey")?),
            "idngo" => System::Idngo(IdngoKeys {
                app_token: Secret::for_header("appToken", text("appToken")).map_err(invalid)?,
                secret_key: key("secretKey")?,
            }),
            _ => return Err(option_invalid("there is no such system")),
        };
        let mut policy = RetryPolicy::default();
        if let Some(attempts) = settings["attempts"].as_u64() {
            policy.attempts = attempts.clamp(1, 10) as u32;
        }
        Ok(Self { base: BaseUrl::parse(&text("baseUrl")).map_err(invalid)?, system, policy, pace: Pace::default() })
    }

    /// The request of an operation by name, with its argument as JSON and a file where it takes one. `random` is four numbers
    /// for a boundary.
    ///
    /// # Errors
    /// A failure with the code `request_invalid`.
    pub fn call(
        &self,
        name: &str,
        json: &str,
        file: Option<Vec<u8>>,
        random: &[u32],
    ) -> Result<BackendRequest, String> {
        let file = file.as_deref();
        let mut random = random.iter().copied().cycle();
        let call = match &self.system {
            System::Kyc { routes, .. } => kyc::by_name(routes, name, json),
            System::Persons(key) => persons::by_name(key, name, json, file),
            System::Gbdfl(key) => gbdfl::by_name(key, name, json),
            System::Mrz(key) => mrz::by_name(key, name, file, || random.next().unwrap_or_default()),
            System::Idngo(_) => idngo::by_name(name, json, file),
        };
        call.map(|call| self.request(call)).map_err(|invalid| request_invalid(&invalid))
    }

    /// Milliseconds to wait before this request goes, by the documented rate limits.
    #[wasm_bindgen(js_name = takePace)]
    pub fn take_pace(&mut self, request: &BackendRequest, now_ms: f64) -> u32 {
        request.call.per_10_s.map_or(0, |limit| self.pace.take(request.call.name, limit, now_ms))
    }

    /// What there is of a token: `fresh`, `ending` (it serves, and should be renewed), `none`; `unused` where none is needed.
    #[wasm_bindgen(js_name = tokenStock)]
    pub fn token_stock(&self, request: &BackendRequest, now_ms: f64) -> String {
        match &self.system {
            System::Kyc { tokens, .. } if request.call.credentials == Credentials::Bearer => match tokens.stock(now_ms)
            {
                Stock::Fresh(_) => "fresh",
                Stock::Ending(_) => "ending",
                Stock::None => "none",
            },
            _ => "unused",
        }
        .into()
    }

    /// The request for a token: bound to a session where one is named, and for this client itself otherwise.
    #[wasm_bindgen(js_name = tokenRequest)]
    pub fn token_request(&self, session_id: Option<String>) -> Option<BackendRequest> {
        let System::Kyc { routes, client_id, secret, .. } = &self.system else { return None };
        let call = match session_id {
            Some(session) => token::session_request(routes, client_id, secret, &session),
            None => token::request(routes, client_id, secret),
        };
        Some(self.request(call))
    }

    /// Takes the reply to the request for a token that was sent at `asked_ms`.
    ///
    /// # Errors
    /// A failure where it holds none.
    #[wasm_bindgen(js_name = keepToken)]
    pub fn keep_token(&mut self, body: &[u8], asked_ms: f64) -> Result<(), String> {
        match &mut self.system {
            System::Kyc { tokens, .. } => tokens.keep(body, asked_ms).map(drop).map_err(local),
            _ => Ok(()),
        }
    }

    /// Forgets the token in this `Authorization`, which the server refused.
    #[wasm_bindgen(js_name = forgetToken)]
    pub fn forget_token(&mut self, authorization: &str) {
        if let (System::Kyc { tokens, .. }, Some(token)) = (&mut self.system, authorization.strip_prefix("Bearer ")) {
            tokens.forget(token);
        }
    }

    /// Header fields of one attempt at this time: names and values in turn.
    pub fn headers(&self, request: &BackendRequest, now_ms: f64) -> Vec<String> {
        let mut headers = vec!["Accept".to_owned(), "application/json, */*;q=0.5".to_owned()];
        let mut add = |name: &str, value: String| headers.extend([name.to_owned(), value]);
        if let Some(content_type) = &request.call.content_type {
            add("Content-Type", content_type.clone());
        }
        match &self.system {
            System::Kyc { tokens, client_id, .. } if request.call.credentials == Credentials::Bearer => {
                if let Stock::Fresh(token) | Stock::Ending(token) = tokens.stock(now_ms) {
                    add("Authorization", format!("Bearer {token}"));
                }
                add("X-Client-Id", client_id.clone());
            }
            System::Idngo(keys) => {
                for (name, value) in signed_headers(keys, &self.base, &request.call, now_ms) {
                    add(name, value);
                }
            }
            System::Kyc { .. } | System::Persons(_) | System::Gbdfl(_) | System::Mrz(_) => {}
        }
        headers
    }

    /// The attempts of this request.
    pub fn flight(&self, request: &BackendRequest) -> BackendFlight {
        let renewable = request.call.credentials == Credentials::Bearer;
        BackendFlight(flight::Flight::new(self.policy, request.call.repeat, renewable))
    }

    /// The JSON of a success, checked to be the documented reply.
    ///
    /// # Errors
    /// A failure where it is not.
    pub fn reply(&self, request: &BackendRequest, body: &[u8]) -> Result<String, String> {
        let name = request.call.name;
        match &self.system {
            System::Kyc { .. } => kyc::reply_by_name(name, body),
            System::Persons(_) => persons::reply_by_name(body),
            System::Gbdfl(_) => gbdfl::reply_by_name(body),
            System::Mrz(_) => mrz::reply_by_name(body),
            System::Idngo(_) => idngo::reply_by_name(name, body),
        }
        .map_err(local)
    }

    /// The failure that a reply says.
    pub fn refusal(&self, status: u16, body: &[u8]) -> String {
        let failure = ApiError::from_reply(status, body, None);
        match &self.system {
            System::Kyc { .. } => told(&BackendError::<NoRefusal>::of_reply(failure, body)),
            System::Persons(_) => told(&BackendError::<PersonsRefusal>::of_reply(failure, body)),
            System::Gbdfl(_) => told(&BackendError::<GbdflError>::of_reply(failure, body)),
            System::Mrz(_) => told(&BackendError::<MrzError>::of_reply(failure, body)),
            System::Idngo(_) => told(&BackendError::<IdngoRefusal>::of_reply(failure, body)),
        }
    }

    fn request(&self, call: Call) -> BackendRequest {
        BackendRequest { url: format!("{}{}", self.base.as_str(), call.target), call }
    }
}

#[wasm_bindgen]
impl BackendRequest {
    /// `GET`, `POST` or `PATCH`.
    #[wasm_bindgen(getter)]
    pub fn method(&self) -> String {
        self.call.verb.as_str().into()
    }

    /// The address.
    #[wasm_bindgen(getter)]
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The body; none for `GET`.
    #[wasm_bindgen(getter)]
    pub fn body(&self) -> Option<Vec<u8>> {
        (self.call.verb != Verb::Get).then(|| self.call.body.clone())
    }
}

#[wasm_bindgen]
impl BackendFlight {
    /// A reply came. `{ "next": "success" | "renew" | "again" | "failed", "waitMs"? }`
    pub fn reply(&mut self, status: u16, retry_after: Option<String>, body: &[u8], random: u32, now_ms: f64) -> String {
        next(&self.0.reply(status, retry_after.as_deref(), body, random, now_ms))
    }

    /// None came: `unsent`, `broken`, `late` or `too_large`. As [`BackendFlight::reply`], with `failure` where it is `failed`.
    #[wasm_bindgen(js_name = noReply)]
    pub fn no_reply(&mut self, why: &str, random: u32) -> String {
        let why = match why {
            "unsent" => NoReply::Unsent,
            "late" => NoReply::Late,
            "too_large" => NoReply::TooLarge,
            _ => NoReply::Broken,
        };
        next(&self.0.no_reply(why, random))
    }
}

/// A failure of the caller's own, by the code that all clients share.
#[wasm_bindgen(js_name = localFailure)]
pub fn local_failure(code: &str) -> String {
    let code = ApiErrorCode::ALL.iter().copied().find(|known| known.as_str() == code);
    local(code.unwrap_or(ApiErrorCode::NetworkFailed))
}

fn next(next: &Next) -> String {
    match next {
        Next::Success => json!({ "next": "success" }),
        Next::Renew => json!({ "next": "renew" }),
        Next::Again(wait_ms) => json!({ "next": "again", "waitMs": wait_ms }),
        Next::Failed(error) => json!({
            "next": "failed",
            "retryAfterMs": error.retry_after_ms,
            "failure": failure(&BackendError::<NoRefusal>::Failed(error.clone())),
        }),
    }
    .to_string()
}

fn local(code: ApiErrorCode) -> String {
    told(&BackendError::<NoRefusal>::from(code))
}

fn told<R: Refusal>(error: &BackendError<R>) -> String {
    failure(error).to_string()
}

fn failure<R: Refusal>(error: &BackendError<R>) -> Value {
    let (documented, retryable, conflicts) = match error {
        BackendError::Refused(refusal) => (true, matches!(refusal.status(), 429 | 500..), refusal.conflicts()),
        BackendError::Failed(error) => (false, error.is_retryable(), [].as_slice()),
    };
    let message = match error {
        BackendError::Refused(refusal) => refusal.text(),
        BackendError::Failed(error) => error.code.message(),
    };
    json!({
        "code": error.code(), "message": message, "status": error.status(), "field": error.field(),
        "documented": documented, "retryable": retryable, "conflicts": conflicts,
    })
}

fn option_invalid(message: &str) -> String {
    json!({ "code": "option_invalid", "message": message, "documented": false, "retryable": false }).to_string()
}

fn request_invalid(invalid: &CallInvalid) -> String {
    let field = match invalid {
        CallInvalid::Argument(field) => field.as_deref(),
        CallInvalid::UnknownOperation | CallInvalid::FileMissing => None,
    };
    json!({
        "code": "request_invalid", "message": invalid.to_string(), "field": field, "documented": false, "retryable": false,
    })
    .to_string()
}
