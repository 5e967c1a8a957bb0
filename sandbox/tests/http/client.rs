//! The client of `kyc-capture` against this server: the two sides of the wire meet, over HTTP, faults included.

use std::cell::Cell;
use std::rc::Rc;

use crate::support::{Http, Server, http, jpeg};
use kyc_capture::api::client::{CallError, Client, ClientOptions, TokenUse};
use kyc_capture::api::errors::ApiErrorCode;
use kyc_capture::api::kyc::JsonObject;
use kyc_capture::api::kyc::flow::perform;
use kyc_capture::api::kyc::routes::{Method, RouteTable};
use kyc_capture::api::transport::{HttpReply, HttpRequest, Transport, TransportError};
use kyc_capture::core::document_type::DocumentType;
use kyc_capture::core::flow::FlowRequest;
use kyc_capture::core::session::{FlowKind, Location, Reply};
use kyc_sandbox::config::Config;
use kyc_sandbox::models::Models;
use serde_json::json;

const PLACE: Option<Location> = Some(Location { latitude: 43.2, longitude: 76.9 });

/// HTTP by the tests' own client; waiting takes no time.
struct Wire {
    http: Http,
    sent: Rc<Cell<u32>>,
    random: Cell<u32>,
}

impl Transport for Wire {
    async fn send(&self, request: HttpRequest<'_>, _limit: usize) -> Result<HttpReply, TransportError> {
        self.sent.set(self.sent.get() + 1);
        let path = request.url.strip_prefix(&self.http.url).unwrap();
        let (mut http, mut content_type) = (self.http.clone(), "");
        for (name, value) in request.headers {
            match name.to_ascii_lowercase().as_str() {
                "content-type" => content_type = value,
                _ => http = http.header(name, value),
            }
        }
        let reply = match request.method {
            Method::Get => http.try_send("GET", path, None),
            method => http.try_send(method.as_str(), path, Some((content_type, request.body.to_vec()))),
        };
        let reply = reply.map_err(|_| TransportError::Network)?;
        let retry_after = reply.header("retry-after").map(str::to_owned);
        Ok(HttpReply { status: reply.status, retry_after, body: reply.body })
    }

    async fn sleep(&self, ms: u32) {
        // A time limit must not end before the call; a wait between attempts need not be waited out.
        if ms >= 20_000 {
            std::future::pending::<()>().await;
        }
    }

    fn random(&self) -> u32 {
        self.random.set(self.random.get().wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        self.random.get()
    }

    fn now_ms(&self) -> f64 {
        0.0
    }
}

/// A page: its client, and what it does.
struct Page {
    client: Client<Wire>,
    session_id: String,
    sent: Rc<Cell<u32>>,
}

impl Page {
    fn open(server: &Server) -> Self {
        let started = http(&server.url).post("/demo/session", "", vec![]).ok();
        let text = |name: &str| started[name].as_str().unwrap().to_owned();
        let options = ClientOptions::new(&server.url, &text("clientId"), RouteTable::default()).unwrap();
        let sent = Rc::new(Cell::new(0));
        let wire = Wire { http: http(&server.url), sent: Rc::clone(&sent), random: Cell::new(1) };
        let client = Client::new(options, wire, Some(text("accessToken")), true);
        Self { client, session_id: text("sessionId"), sent }
    }

    fn perform(&self, request: &FlowRequest) -> Result<Reply, CallError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut token_use = TokenUse::default();
        runtime.block_on(perform(
            &self.client,
            FlowKind::Idv,
            &self.session_id,
            &JsonObject::new(),
            request,
            &mut token_use,
        ))
    }

    fn code(&self, request: &FlowRequest) -> ApiErrorCode {
        match self.perform(request).unwrap_err() {
            CallError::Api(error) => error.code,
            CallError::TokenWanted => panic!("a token is wanted"),
        }
    }
}

fn server() -> Server {
    let demo_client_id = Some(crate::support::CLIENT.to_owned());
    Server::with(Config { demo_client_id, faults: true, ..Config::default() }, Models::default())
}

fn photo(number: u8) -> Rc<[u8]> {
    jpeg(number).into()
}

#[test]
fn every_request_of_the_flow_is_understood() {
    let server = server();
    let page = Page::open(&server);
    let Reply::Session(fresh) = page.perform(&FlowRequest::ReadSession).unwrap() else { panic!("no session") };
    assert!(!fresh.consented);
    for request in [
        FlowRequest::AddConsent,
        FlowRequest::SetDocumentType(DocumentType::IdentificationCard),
        FlowRequest::AddFront(photo(1), PLACE),
        FlowRequest::AddBack(photo(2), PLACE),
        FlowRequest::GenerateLiveness(PLACE),
        FlowRequest::ProcessLiveness(vec![photo(3), photo(4)], PLACE, String::new()),
        FlowRequest::UpdateMetadata(Vec::new()),
    ] {
        page.perform(&request).unwrap_or_else(|e| panic!("{request:?}: {e:?}"));
    }
    let Reply::Session(done) = page.perform(&FlowRequest::ReadSession).unwrap() else { panic!("no session") };
    assert!(done.consented);
    assert_eq!(done.document_type, Some(DocumentType::IdentificationCard));
}

#[test]
fn refusals_become_the_same_codes() {
    let server = server();
    let page = Page::open(&server);
    assert_eq!(page.code(&FlowRequest::AddFront(photo(1), PLACE)), ApiErrorCode::ConsentRequired);
    page.perform(&FlowRequest::AddConsent).unwrap();
    assert_eq!(page.code(&FlowRequest::Finalize), ApiErrorCode::StepConflict);
    page.perform(&FlowRequest::SetDocumentType(DocumentType::Passport)).unwrap();
    assert_eq!(page.code(&FlowRequest::AddBack(photo(1), PLACE)), ApiErrorCode::StepConflict);
    let cut: Rc<[u8]> = jpeg(1)[..200].into();
    assert_eq!(page.code(&FlowRequest::AddFront(cut, PLACE)), ApiErrorCode::ImageInvalid);
    let text: Rc<[u8]> = b"no image"[..].into();
    assert_eq!(page.code(&FlowRequest::AddFront(text, PLACE)), ApiErrorCode::UnsupportedMediaType);
    let twice = FlowRequest::ProcessLiveness(vec![photo(1), photo(1)], PLACE, String::new());
    assert_eq!(page.code(&twice), ApiErrorCode::FieldInvalid);
    let nowhere = FlowRequest::GenerateLiveness(Some(Location { latitude: 95.0, longitude: 0.0 }));
    assert_eq!(page.code(&nowhere), ApiErrorCode::FieldInvalid);
    server.app.clock.advance_ms(server.app.config.session_token_life_ms);
    assert_eq!(page.perform(&FlowRequest::ReadSession), Err(CallError::TokenWanted));
}

#[test]
fn what_passes_is_tried_again() {
    let server = server();
    let page = Page::open(&server);
    page.perform(&FlowRequest::AddConsent).unwrap();
    page.perform(&FlowRequest::SetDocumentType(DocumentType::Passport)).unwrap();
    let front = FlowRequest::AddFront(photo(1), PLACE);
    for fault in ["drop", "drop_reply", "unavailable", "too_many_requests"] {
        let order = json!({ "route": "/idv/sdk/document/front/add", "fault": fault, "times": 2 });
        http(&server.url).json("/__faults", order).ok();
        let before = page.sent.get();
        page.perform(&front).unwrap_or_else(|e| panic!("{fault}: {e:?}"));
        assert_eq!(page.sent.get() - before, 3, "{fault}");
    }
    let order = json!({ "route": "/idv/sdk/document/front/add", "fault": "html" });
    http(&server.url).json("/__faults", order).ok();
    assert_eq!(page.code(&front), ApiErrorCode::ReplyNotJson);
    let order = json!({ "route": "/idv/sdk/document/front/add", "fault": "unauthorized" });
    http(&server.url).json("/__faults", order).ok();
    assert_eq!(page.perform(&front), Err(CallError::TokenWanted));
}

/// The documented service requires a location, and refuses without one by the code that the flow obeys.
#[test]
fn requests_without_a_location_lack_its_fields() {
    let server = server();
    let page = Page::open(&server);
    page.perform(&FlowRequest::AddConsent).unwrap();
    page.perform(&FlowRequest::SetDocumentType(DocumentType::IdentificationCard)).unwrap();
    for request in [
        FlowRequest::AddFront(photo(1), None),
        FlowRequest::AddBack(photo(2), None),
        FlowRequest::GenerateLiveness(None),
        FlowRequest::ProcessLiveness(vec![photo(3), photo(4)], None, String::new()),
    ] {
        assert_eq!(page.code(&request), ApiErrorCode::FieldMissing, "{request:?}");
    }
}

#[test]
fn a_phone_continues_the_session_by_a_code_for_one_use() {
    let server = server();
    let desktop = http(&server.url).post("/demo/session", "", vec![]).ok();
    let session_id = &desktop["sessionId"];
    let given = http(&server.url).json("/demo/handoff", json!({ "sessionId": session_id })).ok();
    let redeemed = http(&server.url).json("/demo/handoff/redeem", json!({ "code": given["code"] })).ok();
    assert_eq!(&redeemed["sessionId"], session_id);
    assert_ne!(redeemed["accessToken"], desktop["accessToken"]);
    for code in [given["code"].clone(), json!("another")] {
        http(&server.url).json("/demo/handoff/redeem", json!({ "code": code })).refused(404, "not_found", None);
    }
    let late = http(&server.url).json("/demo/handoff", json!({ "sessionId": session_id })).ok();
    server.app.clock.advance_ms(5 * 60 * 1000);
    http(&server.url).json("/demo/handoff/redeem", json!({ "code": late["code"] })).refused(404, "not_found", None);
    let stranger = json!({ "sessionId": "00000000-0000-4000-8000-000000000000" });
    http(&server.url).json("/demo/handoff", stranger).refused(404, "session_not_found", Some("session_id"));
}
