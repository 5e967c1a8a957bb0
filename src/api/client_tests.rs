//! The client against a scripted transport.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, pending, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::api::kyc::endpoints::SdkDocumentFrontAdd;
use crate::api::kyc::enums::{DocumentType, LivenessProvider};
use crate::api::kyc::sdk::*;

/// What the transport does with the next request.
enum Act {
    Reply(u16, &'static str),
    Later(u16, &'static str),
    Broken,
    Huge,
    Hang,
}
use Act::{Broken, Hang, Huge, Later, Reply};

/// Address, header fields, body.
type Sent = (String, Vec<(String, String)>, Vec<u8>);

#[derive(Default)]
struct Script {
    acts: RefCell<VecDeque<Act>>,
    sent: RefCell<Vec<Sent>>,
    slept: RefCell<Vec<u32>>,
    clock_stands: bool,
    /// How often the line moves within a time limit before it is idle.
    moves: Cell<u32>,
}

const TIMEOUT: u32 = 20_000;

impl Transport for Script {
    async fn send(&self, request: HttpRequest<'_>, limit: usize) -> Result<HttpReply, TransportError> {
        let headers = request.headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        self.sent.borrow_mut().push((request.url.to_owned(), headers, request.body.to_owned()));
        let act = self.acts.borrow_mut().pop_front().expect("a scripted act");
        let reply = |status, body: &str, retry_after: Option<&str>| {
            Ok(HttpReply { status, retry_after: retry_after.map(str::to_owned), body: body.into() })
        };
        match act {
            Reply(status, body) => reply(status, body, None),
            Later(status, after) => reply(status, "{}", Some(after)),
            Broken => Err(TransportError::Network),
            Huge => reply(200, &" ".repeat(limit + 1), None),
            Hang => pending().await,
        }
    }

    async fn sleep(&self, ms: u32) {
        if self.clock_stands {
            pending().await
        }
        if ms != TIMEOUT {
            self.slept.borrow_mut().push(ms);
        }
        self.moves.set(self.moves.get().saturating_sub(1));
        ready(()).await
    }

    fn activity(&self) -> u32 {
        self.moves.get()
    }

    fn random(&self) -> u32 {
        u32::MAX
    }

    fn now_ms(&self) -> f64 {
        784_111_777_000.0
    }
}

fn client(acts: impl IntoIterator<Item = Act>, refreshable: bool) -> Client<Script> {
    let mut routes = RouteTable::default();
    routes.replace("sdk_finalize", "/v9/finalize").unwrap();
    let options = ClientOptions::new("https://api.example/kyc/", "client-1", routes).unwrap();
    let script = Script { acts: RefCell::new(acts.into_iter().collect()), ..Script::default() };
    Client::new(options, script, Some("tok-en".into()), refreshable)
}

fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[track_caller]
fn run<F: Future>(future: F) -> F::Output {
    match poll(pin!(future)) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a scripted call does not wait"),
    }
}

fn read() -> SdkSessionReadRequest {
    SdkSessionReadRequest { session_id: "s-1".into() }
}

fn call(client: &Client<Script>) -> Result<SdkSessionReadReply, CallError> {
    run(client.call(&read(), &mut TokenUse::default()))
}

fn code(outcome: Result<SdkSessionReadReply, CallError>) -> ApiErrorCode {
    match outcome {
        Err(CallError::Api(error)) => error.code,
        other => panic!("an error, not {other:?}"),
    }
}

#[test]
fn says_who_it_is_and_where_it_calls() {
    let finalize = SdkFinalizeRequest { session_id: "s-1".into(), settings: None };
    let client = client([Reply(200, r#"{"verified":true,"on_sanction_list":false}"#)], false);
    let verdict = run(client.call(&finalize, &mut TokenUse::default())).unwrap();
    assert_eq!(verdict, SdkFinalizeReply { verified: true, on_sanction_list: false });
    let sent = client.transport().sent.borrow();
    let (url, headers, body) = &sent[0];
    assert_eq!(url, "https://api.example/kyc/v9/finalize");
    assert_eq!(body, br#"{"session_id":"s-1"}"#);
    for (name, value) in
        [("Authorization", "Bearer tok-en"), ("X-Client-Id", "client-1"), ("Content-Type", "application/json")]
    {
        assert!(headers.contains(&(name.into(), value.into())), "{name}");
    }
}

#[test]
fn reads_replies_tolerantly() {
    let body = r#"{"session_id":"s-1","document_type_e":"hunting_licence","consented":true,
        "document_front_given":null,"sdk_metadata":null,"news":[1,{"a":2}]}"#;
    let reply = call(&client([Reply(200, body)], false)).unwrap();
    assert!(reply.consented && !reply.document_front_given && !reply.liveness_detected);
    assert_eq!(reply.document_type_e, DocumentType::Unlisted("hunting_licence".into()));
    assert_eq!(reply.liveness_provider_e, LivenessProvider::KycCapture);
}

#[test]
fn tries_again_what_may_pass() {
    let ok = || Reply(200, r#"{"session_id":"s-1"}"#);
    let table: Vec<(Vec<Act>, Vec<u32>)> = vec![
        (vec![ok()], vec![]),
        (vec![Broken, ok()], vec![500]),
        (vec![Hang, ok()], vec![500]),
        (vec![Reply(408, ""), Reply(500, "<html>"), Reply(503, "{}"), Broken, ok()], vec![500, 1000, 2000, 4000]),
        (vec![Later(429, "2"), ok()], vec![2500]),
        (vec![Later(503, "Sun, 06 Nov 1994 08:49:38 GMT"), ok()], vec![1500]),
        (vec![Later(429, "nonsense"), ok()], vec![500]),
    ];
    for (acts, slept) in table {
        let client = client(acts, false);
        assert_eq!(call(&client).map(|reply| reply.session_id), Ok("s-1".to_owned()));
        assert_eq!(*client.transport().slept.borrow(), slept);
    }
}

#[test]
fn gives_up_with_a_code() {
    use ApiErrorCode as Code;
    let consent = r#"{"error":{"code":"consent_required","message":"of ANNA"},"statusCode":403}"#;
    let table: Vec<(Vec<Act>, Code, usize)> = vec![
        ((0..5).map(|_| Broken).collect(), Code::NetworkFailed, 5),
        ((0..5).map(|_| Hang).collect(), Code::Timeout, 5),
        ((0..5).map(|_| Reply(500, "")).collect(), Code::ServerError, 5),
        (vec![Later(429, "3600")], Code::RateLimited, 1),
        (vec![Reply(400, "<html>")], Code::ReplyNotJson, 1),
        (vec![Reply(401, "{}")], Code::Unauthorized, 1),
        (vec![Reply(403, consent)], Code::ConsentRequired, 1),
        (vec![Reply(404, "null")], Code::NotFound, 1),
        (vec![Reply(409, "[]")], Code::StepConflict, 1),
        (vec![Reply(413, "")], Code::PayloadTooLarge, 1),
        (vec![Reply(422, "7")], Code::FieldInvalid, 1),
        (vec![Reply(302, "")], Code::Rejected, 1),
        (vec![Reply(200, "<!doctype html><p>Sign in to the airport")], Code::ReplyNotJson, 1),
        (vec![Reply(200, "{\"session_id\":")], Code::ReplyNotJson, 1),
        (vec![Reply(200, "{}")], Code::ReplyInvalid, 1),
        (vec![Reply(200, r#"{"session_id":7}"#)], Code::ReplyInvalid, 1),
        (vec![Huge], Code::ReplyTooLarge, 1),
    ];
    for (acts, expected, requests) in table {
        let client = client(acts, false);
        assert_eq!(code(call(&client)), expected);
        assert_eq!(client.transport().sent.borrow().len(), requests, "{expected:?}");
    }
}

#[test]
fn a_refreshable_token_is_asked_for_once_more_after_a_401() {
    let client = client([Reply(401, "{}"), Reply(200, r#"{"session_id":"s-1"}"#), Reply(401, "{}")], true);
    let mut token_use = TokenUse::default();
    assert_eq!(run(client.call(&read(), &mut token_use)), Err(CallError::TokenWanted));
    assert!(client.set_token("fresh"));
    assert!(run(client.call(&read(), &mut token_use)).is_ok());
    // A second 401 of the same request is the server's last word.
    assert_eq!(code(run(client.call(&read(), &mut token_use))), ApiErrorCode::Unauthorized);
    let sent = client.transport().sent.borrow();
    assert!(sent[1].1.contains(&("Authorization".into(), "Bearer fresh".into())));
}

#[test]
fn without_a_token_nothing_is_sent() {
    let options = || ClientOptions::new("http://localhost:1", "c", RouteTable::default()).unwrap();
    let fixed = Client::new(options(), Script::default(), None, false);
    assert_eq!(code(call(&fixed)), ApiErrorCode::TokenUnavailable);
    // A line break would smuggle in a header field.
    let hostile = Client::new(options(), Script::default(), Some("a\r\nX: y".into()), true);
    assert_eq!(call(&hostile), Err(CallError::TokenWanted));
    assert!(!hostile.set_token("b c"));
    assert_eq!(hostile.transport().sent.borrow().len(), 0);
}

#[test]
fn cancelling_ends_what_runs_and_nothing_later() {
    let mut client = client([Hang, Reply(200, r#"{"session_id":"s-1"}"#)], false);
    client.transport.clock_stands = true;
    {
        let request = read();
        let mut token_use = TokenUse::default();
        let mut running = pin!(client.call(&request, &mut token_use));
        assert!(poll(running.as_mut()).is_pending());
        client.cancel();
        let Poll::Ready(outcome) = poll(running) else { panic!("cancelled at once") };
        assert_eq!(code(outcome), ApiErrorCode::Cancelled);
    }
    assert!(call(&client).is_ok());
}

#[test]
fn sends_images_as_multipart() {
    let request = SdkDocumentImageAddRequest {
        session_id: "s-1".into(),
        latitude: "43.24".into(),
        longitude: "76.89".into(),
        image: b"\xff\xd8picture".to_vec(),
        mime: "image/jpeg".into(),
    };
    let client = client([Broken, Reply(200, "{}")], false);
    run(client.call(&SdkDocumentFrontAdd(&request), &mut TokenUse::default())).unwrap();
    let sent = client.transport().sent.borrow();
    assert_eq!(sent[0], sent[1], "the same body is sent again");
    let (url, headers, body) = &sent[0];
    assert!(url.ends_with("/idv/sdk/document/front/add"));
    let (_, content_type) = headers.iter().find(|(name, _)| name == "Content-Type").unwrap();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let text = String::from_utf8_lossy(body);
    assert_eq!(text.matches(boundary).count(), 5);
    for field in ["session_id", "latitude", "longitude", "image"] {
        assert!(text.contains(&format!("name=\"{field}\"")), "{field}");
    }
}

#[test]
fn an_attempt_ends_when_it_stands_still_not_when_it_takes_long() {
    let client = client([Hang, Reply(200, "{}")], false);
    client.transport().moves.set(7);
    let _ = call(&client);
    assert_eq!(client.transport().moves.get(), 0, "waited while the line moved");
    assert_eq!(client.transport().sent.borrow().len(), 2);
}

#[test]
fn a_large_body_is_not_sent_again_after_a_standstill() {
    let request = SdkDocumentImageAddRequest {
        session_id: "s-1".into(),
        latitude: "43.24".into(),
        longitude: "76.89".into(),
        image: vec![7; LARGE_BODY],
        mime: "image/jpeg".into(),
    };
    let client = client([Hang], false);
    let outcome = run(client.call(&SdkDocumentFrontAdd(&request), &mut TokenUse::default()));
    assert!(matches!(outcome, Err(CallError::Api(error)) if error.code == ApiErrorCode::Timeout));
    assert_eq!(client.transport().sent.borrow().len(), 1);
}

#[test]
fn errors_repeat_nothing_that_a_server_wrote() {
    let body = r#"{"error":{"code":"field_invalid","message":"ANNA 740812","field":"birth_date"},"statusCode":422}"#;
    let Err(CallError::Api(error)) = call(&client([Reply(422, body)], false)) else { panic!("an error") };
    let text = format!("{error} {error:?}");
    assert!(!text.contains("ANNA") && !text.contains("tok-en"), "{text}");
    assert_eq!(error.field.as_deref(), Some("birth_date"));
}

#[test]
fn options_are_checked() {
    let table = [
        ("ftp://a", "c", "baseUrl"),
        ("", "c", "baseUrl"),
        ("/kyc", "c", "baseUrl"),
        ("https://", "c", "baseUrl"),
        ("https:///x", "c", "baseUrl"),
        ("https://user:pass@a", "c", "baseUrl"),
        ("https://a?b", "c", "baseUrl"),
        ("https://a b", "c", "baseUrl"),
        ("https://a", "", "clientId"),
        ("https://a", "c\r\nX: y", "clientId"),
    ];
    for (base_url, client_id, name) in table {
        let error = ClientOptions::new(base_url, client_id, RouteTable::default()).unwrap_err();
        assert_eq!(error.name, name, "{base_url} {client_id}");
    }
}
