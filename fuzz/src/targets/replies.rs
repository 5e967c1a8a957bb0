//! Replies of a server that may be anything: the client's reading of them, and the wire types.

use std::cell::Cell;
use std::fmt::Debug;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use kyc_capture::api::backend::token::TokenStore;
use kyc_capture::api::client::{CallError, Client, ClientOptions, TokenUse};
use kyc_capture::api::http::Method;
use kyc_capture::api::idngo::applicant::Applicant;
use kyc_capture::api::json::JsonObject;
use kyc_capture::api::kyc::flow::{failure, perform};
use kyc_capture::api::kyc::idv::{DocumentReadReply, SessionReadReply};
use kyc_capture::api::kyc::routes::RouteTable;
use kyc_capture::api::kyc::sdk::{SdkFinalizeReply, SdkLivenessReply, SdkSessionReadReply};
use kyc_capture::api::kyc::webhook::WebhookEvent;
use kyc_capture::api::transport::{HttpReply, HttpRequest, Transport, TransportError};
use kyc_capture::core::document_type::DocumentType;
use kyc_capture::core::flow::FlowRequest;
use kyc_capture::core::session::{Event, FlowKind, Phase, Session};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Bytes, Target, no_repair};

pub(super) const TARGET: Target = Target {
    name: "replies",
    weight: 10,
    max_len: 1_200,
    keep_len: 600,
    words: &[
        b"{",
        b"}",
        b"[",
        b"]",
        b"null",
        b"true",
        b"false",
        b"\"",
        b":",
        b",",
        b"\\u0000",
        b"1e999",
        b"-1",
        b"{}",
        b"\"error\":{\"code\":\"",
        b"session_expired",
        b"consent_required",
        b"\"status_e\":\"complete\"",
        b"\"document_type_e\":\"passport\"",
        b"\"consented\":true",
        b"\"document_front_given\":true",
        b"SECRET",
        b"\"liveness_detected\":true",
        b"\"liveness_provider_e\":\"x\"",
        b"\"settings\":{\"liveness_mode\":",
        b"\"passive_active\"",
        b"\"active_steps\":",
        b"\"verified\":true",
        b"\"on_sanction_list\":false",
        b"\"authenticated\":true",
        b"\"token\":\"",
        b"\"access_token\":\"",
        b"\"token_type\":\"Bearer\"",
        b"\"expires_in\":3600",
        b"Wed, 21 Oct 2026 07:28:00 GMT",
        b"120",
    ],
    seeds,
    repair: no_repair,
    execute,
};

const STATUSES: [u16; 20] =
    [200, 201, 204, 301, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 502, 503, 599, 100];

fn seeds() -> Vec<Vec<u8>> {
    let bodies: [&[u8]; 7] = [
        br#"{"session_id":"s","consented":true,"document_type_e":"passport","document_front_given":true,
            "document_back_given":false,"liveness_detected":false,"liveness_provider_e":"kyc_capture",
            "settings":{"liveness_mode":"passive_active","active_steps":2}}"#,
        br#"{"verified":true,"on_sanction_list":false}"#,
        br#"{"token":"abc","token_type":"bearer","access_token":"t","expires_in":3600}"#,
        br#"{"error":{"code":"session_expired","message":"SECRET","field":"session_id"}}"#,
        br#"{"status_e":"complete","authenticated":true,"liveness_detected":true,"sdk_metadata":{}}"#,
        br#"{"id":"1","createdAt":"2022-11-21 08:25:32","info":{"firstName":"A","x":{"y":[1]}},"review":{}}"#,
        b"",
    ];
    let mut out = Vec::new();
    for (body, operation) in bodies.iter().zip(0_u8..) {
        for status in [0, 10, 14, 17] {
            out.push([&[operation, status, 3], b"120".as_slice(), body].concat());
        }
    }
    out
}

/// A network that gives one reply again and again.
struct Line<'a> {
    status: u16,
    retry_after: Option<String>,
    body: &'a [u8],
    sent: Cell<u32>,
    waited_ms: Cell<u64>,
}

impl Transport for Line<'_> {
    async fn send(&self, request: HttpRequest<'_>, limit: usize) -> Result<HttpReply, TransportError> {
        assert_eq!(request.method, Method::Post);
        assert!(request.url.starts_with("https://kyc.example/"), "{}", request.url);
        self.sent.set(self.sent.get() + 1);
        if self.body.len() > limit {
            return Err(TransportError::TooLarge);
        }
        Ok(HttpReply { status: self.status, retry_after: self.retry_after.clone(), body: self.body.to_vec() })
    }

    async fn sleep(&self, ms: u32) {
        self.waited_ms.set(self.waited_ms.get() + u64::from(ms));
    }

    fn random(&self) -> u32 {
        self.sent.get().wrapping_mul(2_654_435_761)
    }

    fn now_ms(&self) -> f64 {
        1_790_000_000_000.0
    }
}

/// Runs a future that never waits for anything outside.
fn finished<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the call waits for something that never comes"),
    }
}

fn execute(input: &[u8]) {
    let mut bytes = Bytes::new(input);
    let (operation, status) = (bytes.byte(), bytes.pick(&STATUSES));
    let retry_after = Some(bytes.text()).filter(|text| !text.is_empty());
    let body = bytes.rest;
    let line = Line { status, retry_after, body, sent: Cell::new(0), waited_ms: Cell::new(0) };
    call(operation, line);
    wire(body, operation);
}

fn call(operation: u8, line: Line<'_>) {
    let (success, has_secret) = ((200..300).contains(&line.status), line.body.windows(6).any(|w| w == b"SECRET"));
    let options = ClientOptions::new("https://kyc.example", "client", RouteTable::default()).expect("options");
    let policy = options.retry;
    let client = Client::new(options, line, Some("token".into()), operation & 64 != 0);
    let kind = if operation & 32 != 0 { FlowKind::Ida } else { FlowKind::Idv };
    let request = match operation % 5 {
        0 => FlowRequest::ReadSession,
        1 => FlowRequest::Finalize,
        2 => FlowRequest::AddConsent,
        3 => FlowRequest::SetDocumentType(DocumentType::Passport),
        _ => FlowRequest::UpdateMetadata(Vec::new()),
    };
    let done = finished(perform(&client, kind, "s", &JsonObject::new(), &request, &mut TokenUse::default()));
    let line = client.transport();
    assert!((1..=policy.attempts).contains(&line.sent.get()), "{} requests", line.sent.get());
    let waits_most = u64::from(policy.attempts) * u64::from(policy.longest_ms + policy.base_ms);
    // A wait for each reply is begun too, and given up.
    assert!(line.waited_ms.get() <= waits_most, "{} ms", line.waited_ms.get());
    match done {
        Ok(reply) => {
            assert!(success, "a reply of HTTP {} is a success", line.status);
            let mut session = if kind == FlowKind::Ida { Session::authentication() } else { Session::new(&[]) };
            session.on_event(&Event::Start, 0.0);
            let update = session.on_reply(1, Ok(reply));
            assert_eq!(update.view.phase == Phase::Failed, update.view.error.is_some());
            let text = serde_json::to_string(&update).expect("an update is JSON");
            assert!(text.len() <= 4 * line.body.len() + 8_192, "{} bytes", text.len());
        }
        Err(CallError::TokenWanted) => assert_eq!(line.status, 401),
        Err(CallError::Api(error)) => {
            let said = failure(&error);
            assert!(!said.message.is_empty() && !said.code.is_empty());
            assert!(!has_secret || !said.message.contains("SECRET"), "{}", said.message);
            assert!(error.field.as_ref().is_none_or(|field| field.len() <= 64));
        }
    }
}

fn wire(body: &[u8], which: u8) {
    match which % 8 {
        0 => round_trip::<SdkSessionReadReply>(body),
        1 => round_trip::<SessionReadReply>(body),
        2 => round_trip::<DocumentReadReply>(body),
        3 => round_trip::<WebhookEvent>(body),
        4 => round_trip::<Applicant>(body),
        5 => round_trip::<SdkFinalizeReply>(body),
        6 => round_trip::<SdkLivenessReply>(body),
        _ => {
            let mut store = TokenStore::default();
            if let Ok(token) = store.store(body, 0.0) {
                assert!(token.len() <= 16_384 && token.bytes().all(|b| b.is_ascii_graphic()), "{token:?}");
            }
        }
    }
}

/// What can be read can be written, and then reads the same.
fn round_trip<T: DeserializeOwned + Serialize + PartialEq + Debug>(body: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(body) else { return };
    let written = serde_json::to_vec(&value).expect("it can be written");
    let again = serde_json::from_slice::<T>(&written).expect("it can be read again");
    assert_eq!(again, value);
}
