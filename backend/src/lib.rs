//! A module of its own for `kyc-capture/backend`, which runs in Node, Deno and workers and never in a page: it says
//! what to send, when to send it again, and what a reply means, by the same Rust as the native clients. Conversions
//! only; what it asks for (`fetch`, waiting, the time, random numbers) is done in `pkg-template/src/backend`.
//!
//! Failures come as JSON: `{ "code", "message", "status"?, "field"?, "retryAfterMs"?, "conflicts"?, "documented" }`.

use kyc_capture::api::backend::call::{Call, CallInvalid, Credentials, Secret};
use kyc_capture::api::backend::idngo::{IdngoKeys, signed_headers};
use kyc_capture::api::backend::rejection::{ApiRejection, BackendError, IdngoRejection, NoRejection, PersonsRejection};
use kyc_capture::api::backend::token::{self, TokenState, TokenStore};
use kyc_capture::api::backend::{gbdfl, idngo, kyc, mrz, persons};
use kyc_capture::api::biometric::gbdfl::GbdflError;
use kyc_capture::api::biometric::mrz::MrzError;
use kyc_capture::api::errors::{ApiError, ApiErrorCode};
use kyc_capture::api::http::{BaseUrl, InsecureHttp, InvalidOption, Method};
use kyc_capture::api::kyc::routes::RouteTable;
use kyc_capture::api::rate_limit::RateLimiter;
use kyc_capture::api::retry::{Next, NoReply, RetryPolicy, RetryState};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

/// Whom a client talks to, and with what.
enum System {
    Kyc { routes: RouteTable, client_id: String, secret: Secret, tokens: TokenStore },
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
    limiter: RateLimiter,
}

/// A request, ready to be sent.
#[wasm_bindgen]
pub struct BackendRequest {
    call: Call,
    url: String,
}

/// The attempts of one request.
#[wasm_bindgen]
pub struct BackendFlight(RetryState);

#[wasm_bindgen]
impl BackendCore {
    /// A client of `system` (`kyc`, `persons`, `gbdfl`, `mrz`, `idngo`). `settings` is an object: `baseUrl`, the
    /// credentials (`clientId` and `clientSecret`, `apiKey`, or `appToken` and `secretKey`), `routes`, `attempts`.
    ///
    /// # Errors
    /// A failure with the code `invalid_option`.
    #[wasm_bindgen(constructor)]
    pub fn new(system: &str, settings: &str) -> Result<BackendCore, String> {
        let settings: Value =
            serde_json::from_str(settings).map_err(|_| invalid_option("the options are no object"))?;
        let text = |name: &str| settings[name].as_str().unwrap_or_default().to_owned();
        let invalid = |setting: InvalidOption| invalid_option(&setting.to_string());
        let key = |name: &'static str| Secret::new(name, text(name)).map_err(invalid);
        let system = match system {
            "kyc" => {
                let mut routes = RouteTable::default();
                for (name, path) in settings["routes"].as_object().into_iter().flatten() {
                    let path = path.as_str().unwrap_or_default();
                    routes.replace(name, path).map_err(|error| invalid_option(&error.to_string()))?;
                }
                let client_id = Secret::for_header("clientId", text("clientId")).map_err(invalid)?.expose().to_owned();
                System::Kyc { routes, client_id, secret: key("clientSecret")?, tokens: TokenStore::default() }
            }
            "persons" => System::Persons(key("apiKey")?),
            "gbdfl" => System::Gbdfl(key("apiKey")?),
            "mrz" => System::Mrz(key("apiKey")?),
            "idngo" => System::Idngo(IdngoKeys {
                app_token: Secret::for_header("appToken", text("appToken")).map_err(invalid)?,
                secret_key: key("secretKey")?,
            }),
            _ => return Err(invalid_option("there is no such system")),
        };
        let mut policy = RetryPolicy::default();
        if let Some(attempts) = integer(&settings, "attempts", 1, MAX_ATTEMPTS)? {
            policy.attempts = attempts;
        }
        // The waits themselves are the caller's: its timers take 31 bits.
        integer(&settings, "attemptTimeoutMs", 1, MAX_TIMEOUT_MS)?;
        let insecure = match settings.get("allowInsecureHttp") {
            None | Some(Value::Bool(false)) => InsecureHttp::Loopback,
            Some(Value::Bool(true)) => InsecureHttp::Allowed,
            Some(_) => return Err(invalid(InvalidOption { name: "allowInsecureHttp", expected: "true or false" })),
        };
        let base = BaseUrl::parse(&text("baseUrl"), insecure).map_err(invalid)?;
        Ok(Self { base, system, policy, limiter: RateLimiter::default() })
    }

    /// The request of an operation by name, with its argument as JSON and a file where it takes one. `random` is four
    /// numbers for a boundary.
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
        request.call.per_10_s.map_or(0, |limit| self.limiter.reserve(request.call.name, limit, now_ms))
    }

    /// What there is of a token: `fresh`, `ending` (it serves, and should be renewed), `none`; `unused` where none is
    /// needed.
    #[wasm_bindgen(js_name = tokenStock)]
    pub fn token_stock(&self, request: &BackendRequest, now_ms: f64) -> String {
        match &self.system {
            System::Kyc { tokens, .. } if request.call.credentials == Credentials::Bearer => match tokens.state(now_ms)
            {
                TokenState::Fresh(_) => "fresh",
                TokenState::Expiring(_) => "ending",
                TokenState::Missing => "none",
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
            System::Kyc { tokens, .. } => tokens.store(body, asked_ms).map(drop).map_err(local),
            _ => Ok(()),
        }
    }

    /// Forgets the token in this `Authorization`, which the server refused.
    #[wasm_bindgen(js_name = forgetToken)]
    pub fn forget_token(&mut self, authorization: &str) {
        if let (System::Kyc { tokens, .. }, Some(token)) = (&mut self.system, authorization.strip_prefix("Bearer ")) {
            tokens.invalidate(token);
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
                if let TokenState::Fresh(token) | TokenState::Expiring(token) = tokens.state(now_ms) {
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
        BackendFlight(RetryState::new(self.policy, request.call.idempotency, renewable))
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
            System::Kyc { .. } => told(&BackendError::<NoRejection>::from_reply(failure, body)),
            System::Persons(_) => told(&BackendError::<PersonsRejection>::from_reply(failure, body)),
            System::Gbdfl(_) => told(&BackendError::<GbdflError>::from_reply(failure, body)),
            System::Mrz(_) => told(&BackendError::<MrzError>::from_reply(failure, body)),
            System::Idngo(_) => told(&BackendError::<IdngoRejection>::from_reply(failure, body)),
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
        self.call.method.as_str().into()
    }

    /// The address.
    #[wasm_bindgen(getter)]
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The body; none for `GET`.
    #[wasm_bindgen(getter)]
    pub fn body(&self) -> Option<Vec<u8>> {
        (self.call.method != Method::Get).then(|| self.call.body.clone())
    }
}

#[wasm_bindgen]
impl BackendFlight {
    /// A reply came. `{ "next": "success" | "renew" | "again" | "failed", "waitMs"? }`
    pub fn reply(&mut self, status: u16, retry_after: Option<String>, body: &[u8], random: u32, now_ms: f64) -> String {
        next(&self.0.on_reply(status, retry_after.as_deref(), body, random, now_ms))
    }

    /// None came: `unsent`, `broken`, `late` or `too_large`. As [`BackendFlight::reply`], with `failure` where it is
    /// `failed`.
    #[wasm_bindgen(js_name = noReply)]
    pub fn no_reply(&mut self, why: &str, random: u32) -> String {
        let why = match why {
            "unsent" => NoReply::Connect,
            "late" => NoReply::Timeout,
            "too_large" => NoReply::TooLarge,
            _ => NoReply::Interrupted,
        };
        next(&self.0.on_no_reply(why, random))
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
        Next::Retry(wait_ms) => json!({ "next": "again", "waitMs": wait_ms }),
        Next::Failed(error) => json!({
            "next": "failed",
            "retryAfterMs": error.retry_after_ms,
            "failure": failure(&BackendError::<NoRejection>::Failed(error.clone())),
        }),
    }
    .to_string()
}

fn local(code: ApiErrorCode) -> String {
    told(&BackendError::<NoRejection>::from(code))
}

fn told<R: ApiRejection>(error: &BackendError<R>) -> String {
    failure(error).to_string()
}

fn failure<R: ApiRejection>(error: &BackendError<R>) -> Value {
    let (documented, retryable, conflicts) = match error {
        BackendError::Rejected(refusal) => (true, matches!(refusal.status(), 429 | 500..), refusal.conflicts()),
        BackendError::Failed(error) => (false, error.is_retryable(), [].as_slice()),
    };
    let message = match error {
        BackendError::Rejected(refusal) => refusal.text(),
        BackendError::Failed(error) => error.code.message(),
    };
    json!({
        "code": error.code(), "message": message, "status": error.status(), "field": error.field(),
        "documented": documented, "retryable": retryable, "conflicts": conflicts,
    })
}

/// Most attempts of a call.
const MAX_ATTEMPTS: u32 = 10;
/// Longest delay of a timer in JavaScript: a longer one fires at once.
const MAX_TIMEOUT_MS: u32 = i32::MAX as u32;

/// Returns the integer option of that name, or `None` if it is absent.
///
/// # Errors
/// A failure with the code `invalid_option` for another value. `NaN` and the infinities come as `null`.
fn integer(settings: &Value, name: &str, min: u32, max: u32) -> Result<Option<u32>, String> {
    let Some(value) = settings.get(name) else { return Ok(None) };
    value
        .as_u64()
        .and_then(|value| u32::try_from(value).ok())
        .filter(|value| (min..=max).contains(value))
        .map(Some)
        .ok_or_else(|| invalid_option(&format!("`{name}` is invalid: expected an integer from {min} to {max}")))
}

fn invalid_option(message: &str) -> String {
    json!({ "code": "invalid_option", "message": message, "documented": false, "retryable": false }).to_string()
}

fn request_invalid(invalid: &CallInvalid) -> String {
    let field = match invalid {
        CallInvalid::Argument(field) => field.as_deref(),
        CallInvalid::UnknownOperation | CallInvalid::FileMissing => None,
    };
    json!({
        "code": "request_invalid", "message": invalid.to_string(), "field": field,
        "documented": false, "retryable": false,
    })
    .to_string()
}
