//! The native clients: against this server, and against one that misbehaves on purpose.

use std::path::Path;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{CLIENT, SECRET, Server, http, jpeg};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, TryStreamExt};
use kyc_capture::api::backend::native::{
    GbdflClient, IdngoClient, KycClient, MrzClient, PersonsClient, Progress, Settings,
};
use kyc_capture::api::backend::persons::NewPerson;
use kyc_capture::api::backend::{ApiRejection, BackendError};
use kyc_capture::api::biometric::gbdfl::{FailureDetail, GbdflError, GbdflStatus};
use kyc_capture::api::biometric::mrz::{MrzError, SessionStatus};
use kyc_capture::api::biometric::persons::{AliasType, NewAlias, PersonsError, PhotoType};
use kyc_capture::api::errors::ApiErrorCode;
use kyc_capture::api::idngo::{IdngoError, signing};
use kyc_capture::api::kyc::idv::{SessionCreateRequest, SessionReadRequest};
use kyc_capture::api::kyc::idv_lists::{DocumentDownloadRequest, SessionListRequest};
use kyc_capture::api::kyc::routes::RouteTable;
use kyc_capture::api::kyc::weights::WeightsQuery;
use kyc_capture::api::retry::RetryPolicy;
use kyc_sandbox::config::Config;
use kyc_sandbox::models::Models;
use kyc_sandbox::store::db::params;
use kyc_sandbox::store::organizations::{self, GBDFL, MRZ, PERSONS, Subscription};
use kyc_specimen::person::Person;
use kyc_specimen::scene::{self, Pose};
use kyc_specimen::{document, mrz_lines};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const KEY: &str = "an-api-key-of-an-organization-as-long-as-real-ones";

/// On a thread of its own: PostgreSQL's client has a runtime, which cannot start within that of a test.
fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}

/// No long waits in a test.
fn quick() -> Settings {
    let retry = RetryPolicy { attempts: 4, base_ms: 1, cap_ms: 5, longest_ms: 1_500 };
    Settings { retry, attempt_timeout: Duration::from_secs(30), ..Settings::default() }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

fn kyc(url: &str, secret: &str) -> KycClient {
    KycClient::with_settings(url, CLIENT, secret, RouteTable::default(), quick()).unwrap()
}

fn tokens(server: &Server) -> i64 {
    let count = "SELECT count(*) FROM token";
    aside(|| server.app.store.run_blocking(|c| Ok(c.query_row(count, params![], |row| row.get(0))?)).unwrap())
}

fn organization(models: Models) -> Server {
    let server = Server::with(Config::default(), models);
    let year = Subscription { starts_ms: 0, ends_ms: i64::MAX, max_attempts: 100 };
    server
        .app
        .store
        .run_blocking(|c| {
            organizations::add(c, "bank", KEY, 0)?;
            for technology in [MRZ, PERSONS, GBDFL] {
                organizations::allow(c, "bank", technology)?;
                organizations::subscribe(c, "bank", technology, Some(&year))?;
            }
            Ok(())
        })
        .unwrap();
    server
}

#[test]
fn kyc_asks_for_one_token_and_renews_it_when_it_must() {
    let server = Server::start();
    let client = kyc(&server.url, SECRET);
    run(async {
        // Ten at once: one of them asks, the others wait.
        let request = SessionCreateRequest::default();
        let made =
            futures_util::future::try_join_all((0..10).map(|_| client.idv_session_create(&request))).await.unwrap();
        assert_eq!(tokens(&server), 1);
        let read =
            client.idv_session_read(&SessionReadRequest { session_id: made[0].session_id.clone() }).await.unwrap();
        assert_eq!((read.session_id, read.client_id.as_deref()), (made[0].session_id.clone(), Some(CLIENT)));
        // The server forgets it: refused once, renewed once, and the call succeeds.
        aside(|| server.app.store.run_blocking(|c| Ok(c.execute("DELETE FROM token", params![])?)).unwrap());
        client.idv_session_create(&request).await.unwrap();
        assert_eq!(tokens(&server), 1);
        // A token for a browser is another one, and calls for that session alone.
        let token = client.session_token(&made[1].session_id).await.unwrap();
        let page = http(&server.url)
            .header("authorization", &format!("Bearer {}", token.access_token))
            .header("x-client-id", CLIENT);
        assert_eq!(page.json("/idv/sdk/session/read", json!({ "session_id": made[1].session_id })).status, 200);
        assert_eq!(page.json("/idv/sdk/session/read", json!({ "session_id": made[2].session_id })).status, 403);
    });
}

#[test]
fn kyc_renews_early_and_says_what_went_wrong() {
    let config = Config { client_token_life_ms: 5_000, ..Config::default() };
    let server = Server::with(config, Models::default());
    let client = kyc(&server.url, SECRET);
    run(async {
        client.idv_weights_get(&WeightsQuery::default()).await.unwrap();
        // The last fifth of five seconds.
        tokio::time::sleep(Duration::from_millis(4_100)).await;
        client.idv_weights_get(&WeightsQuery::default()).await.unwrap();
        assert_eq!(tokens(&server), 2);
        let error = client.idv_session_read(&SessionReadRequest { session_id: "none".into() }).await.unwrap_err();
        assert_eq!((error.code(), error.status(), error.field()), ("session_not_found", Some(404), Some("session_id")));
        let ping = client.utility_ping().await.unwrap();
        assert!(ping.pong);
        let wrong = kyc(&server.url, "not the secret").idv_weights_get(&WeightsQuery::default()).await.unwrap_err();
        assert_eq!(wrong.status(), Some(401));
        assert!(!format!("{wrong:?} {wrong} {client:?}").contains(SECRET));
        let gone = kyc("http://127.0.0.1:9", SECRET).utility_ping().await.unwrap_err();
        assert_eq!(gone.code(), ApiErrorCode::NetworkFailed.as_str());
    });
}

#[test]
fn persons_are_kept() {
    let server = organization(Models::default());
    let client = PersonsClient::with_settings(&server.url, KEY, quick()).unwrap();
    assert!(!format!("{client:?}").contains(KEY));
    let alias = |value: &str| NewAlias { value: value.into(), kind: AliasType::Phone };
    let image = jpeg(1);
    let person = NewPerson {
        image: &image,
        photo_type: PhotoType::Other,
        is_verified: false,
        aliases: vec![alias("+77071234567")],
    };
    run(async {
        let last = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&last);
        let progress: Progress = Arc::new(move |sent, all| {
            assert!(sent <= all && sent > seen.load(Ordering::SeqCst));
            seen.store(sent, Ordering::SeqCst);
        });
        let made = client.create_with_progress(&person, progress).await.unwrap();
        assert!(last.load(Ordering::SeqCst) as usize > image.len(), "progress covers the whole body");
        assert!(client.update(&made.id, true).await.unwrap().is_verified);
        let two = client.add_photo(&made.id, &jpeg(2), PhotoType::Digital, true).await.unwrap();
        assert_eq!((two.photos.len(), two.photos[1].is_default), (2, true));
        client.add_alias(&made.id, alias("+77071234568")).await.unwrap();
        let BackendError::Rejected(refusal) = client.create(&person).await.unwrap_err() else { panic!() };
        assert_eq!((refusal.error, refusal.text()), (PersonsError::AliasExists, "Alias already exists"));
        assert_eq!(refusal.conflicts[0].person_id, made.id);
        let text = NewPerson { image: b"no image", ..person.clone() };
        let BackendError::Rejected(refusal) = client.create(&text).await.unwrap_err() else { panic!() };
        assert_eq!((refusal.error, refusal.field.as_deref()), (PersonsError::InvalidImage, Some("image_b64")));
    });
}

#[test]
fn gbdfl_and_mrz_answer() {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets");
    let server = organization(Models::load(Some(assets.as_path())).unwrap());
    let session = http(&server.url).json("/sandbox/gbdfl/face2face", json!({ "api_key": KEY })).ok();
    let session = session["backend_session_id"].as_str().unwrap();
    let person = Person::invented(7, false);
    let scene = scene::with_document((1280, 720), &document::card_back(&person), &Pose::default());
    let image = kyc_specimen::encode::png(&scene);
    run(async {
        let gbdfl = GbdflClient::with_settings(&server.url, KEY, quick()).unwrap();
        let reply = gbdfl.retrieve("950215301234", session).await.unwrap();
        assert_eq!(
            (reply.status, reply.result_json.unwrap().surname.as_deref()),
            (GbdflStatus::Valid, Some("Нурланов"))
        );
        let nobody = gbdfl.retrieve("000000000000", session).await.unwrap();
        assert_eq!(nobody.failure_reason.unwrap().detail, FailureDetail::NotFound);
        let unknown = gbdfl.retrieve("950215301234", "none").await.unwrap_err();
        assert_eq!(unknown, BackendError::Rejected(GbdflError::Face2FaceNotFound));

        let mrz = MrzClient::with_settings(&server.url, KEY, quick()).unwrap();
        let read = mrz.retrieve(&image).await.unwrap();
        assert_eq!(
            (read.status, read.mrz_string.unwrap()),
            (SessionStatus::Received, mrz_lines::td1(&person).join("\n"))
        );
        assert_eq!(mrz.retrieve(b"no image").await.unwrap_err(), BackendError::Rejected(MrzError::Unreadable));
    });
}

/// A server that answers from a list of statuses, and keeps what it was sent.
struct Script {
    url: String,
    state: Arc<Mutex<Vec<(u16, Value)>>>,
    seen: Arc<Mutex<Vec<(String, HeaderMap, Bytes)>>>,
}

type Shared = (Arc<Mutex<Vec<(u16, Value)>>>, Arc<Mutex<Vec<(String, HeaderMap, Bytes)>>>);

impl Script {
    async fn start() -> Self {
        async fn answer(State((state, seen)): State<Shared>, request: Request) -> Response {
            let target = request.uri().to_string();
            let headers = request.headers().clone();
            let body = axum::body::to_bytes(request.into_body(), 1 << 24).await.unwrap();
            if target == "/oauth2/token" {
                let token = json!({ "access_token": "t", "token_type": "Bearer", "expires_in": 3600 });
                return axum::Json(token).into_response();
            }
            seen.lock().unwrap().push((target.clone(), headers, body.clone()));
            if target == "/idv/document/download" {
                let body = axum::body::Body::from_stream(futures_util::stream::iter(
                    (0..64u8).map(|i| Ok::<_, std::io::Error>(Bytes::from(vec![i; 10_000]))),
                ));
                return ([("content-type", "image/jpeg")], body).into_response();
            }
            if target == "/idv/session/list" {
                // Never more than two to a page, whatever was asked for.
                let asked: Value = serde_json::from_slice(&body).unwrap();
                let skip = asked["skip"].as_u64().unwrap();
                let page: Vec<_> = (skip..5.min(skip + 2)).map(|i| json!({ "session_id": format!("s{i}") })).collect();
                return axum::Json(json!({ "sessions": page, "meta_counts": { "total": 5 } })).into_response();
            }
            let mut state = state.lock().unwrap();
            let (status, reply) = if state.len() > 1 { state.remove(0) } else { state[0].clone() };
            let mut response = (StatusCode::from_u16(status).unwrap(), axum::Json(reply)).into_response();
            if status == 429 {
                response.headers_mut().insert("retry-after", "1".parse().unwrap());
            }
            response
        }
        let (state, seen) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let router = Router::new().fallback(answer).with_state((Arc::clone(&state), Arc::clone(&seen)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, state, seen }
    }

    /// The replies to come; the last one stays. Forgets what was seen.
    fn say(&self, replies: &[(u16, Value)]) {
        *self.state.lock().unwrap() = replies.to_vec();
        self.seen.lock().unwrap().clear();
    }

    fn requests(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

#[test]
fn only_what_is_harmless_is_repeated() {
    run(async {
        let script = Script::start().await;
        let client = kyc(&script.url, SECRET);
        let (read, create) = (SessionReadRequest { session_id: "s".into() }, SessionCreateRequest::default());
        let session = json!({ "session_id": "s" });
        script.say(&[(503, json!({})), (500, json!({})), (200, session.clone())]);
        client.idv_session_read(&read).await.unwrap();
        assert_eq!(script.requests(), 3);
        script.say(&[(503, json!({}))]);
        assert_eq!(client.idv_session_read(&read).await.unwrap_err().status(), Some(503));
        assert_eq!(script.requests(), 4, "attempts end");
        script.say(&[(503, json!({})), (200, session.clone())]);
        assert_eq!(client.idv_session_create(&create).await.unwrap_err().status(), Some(503));
        assert_eq!(script.requests(), 1, "it may have been made");
        script.say(&[(429, json!({})), (200, session)]);
        client.idv_session_create(&create).await.unwrap();
        assert_eq!(script.requests(), 2, "429: surely not made");
        script.say(&[(404, json!({}))]);
        client.idv_session_read(&read).await.unwrap_err();
        assert_eq!(script.requests(), 1);
        script.say(&[(200, json!([]))]);
        assert_eq!(client.idv_session_create(&create).await.unwrap_err().code(), "reply_invalid");
    });
}

#[test]
fn lists_are_read_page_by_page_and_files_piece_by_piece() {
    run(async {
        let script = Script::start().await;
        let client = kyc(&script.url, SECRET);
        let list = SessionListRequest { take: Some(3), ..SessionListRequest::default() };
        let ids: Vec<String> = client.idv_sessions(list.clone()).map_ok(|s| s.session_id).try_collect().await.unwrap();
        assert_eq!(ids, ["s0", "s1", "s2", "s3", "s4"]);
        assert_eq!(script.requests(), 3);
        script.seen.lock().unwrap().clear();
        let mut two = pin!(client.idv_sessions(SessionListRequest { skip: Some(3), ..list }).take(1));
        assert_eq!(two.next().await.unwrap().unwrap().session_id, "s3");
        assert_eq!(script.requests(), 1, "a page is asked for when it is wanted");

        let request = DocumentDownloadRequest { session_id: "s".into(), storage_file_type_e: "selfie".into() };
        let file = client.idv_document_download(&request).await.unwrap();
        assert_eq!(file.content_type(), Some("image/jpeg"));
        let pieces: Vec<Bytes> = file.into_stream().try_collect().await.unwrap();
        assert!(pieces.len() > 1);
        assert_eq!(pieces.iter().map(Bytes::len).sum::<usize>(), 640_000);
        let small = client.idv_document_download(&request).await.unwrap().bytes(1000).await.unwrap_err();
        assert_eq!(small.code, ApiErrorCode::ReplyTooLarge);
    });
}

#[test]
fn idngo_is_signed_anew_each_time_and_refused_in_its_words() {
    run(async {
        let script = Script::start().await;
        let client = IdngoClient::with_settings(&format!("{}/kyc/", script.url), "token", "key", quick()).unwrap();
        script.say(&[(503, json!({})), (200, json!({ "list": { "items": [], "totalItems": 0 } }))]);
        client.levels().await.unwrap();
        script.state.lock().unwrap()[0] = (200, json!({ "id": "a" }));
        client.import(b"PK".to_vec(), None).await.unwrap();
        let seen = script.seen.lock().unwrap().clone();
        assert_eq!(seen.len(), 3);
        for (target, headers, body) in seen {
            let header = |name: &str| headers[name].to_str().unwrap();
            let method = if body.is_empty() { "GET" } else { "POST" };
            let (stamp, signature) = (header(signing::TIMESTAMP_HEADER), header(signing::SIGNATURE_HEADER));
            assert!(signing::verify(b"key", stamp, method, &target, &body, signature), "{target}");
            assert!(target.starts_with("/kyc/resources/"), "{target}");
            assert_eq!(header(signing::TOKEN_HEADER), "token");
        }
        let error =
            json!({ "error": { "code": "no_email", "message": IdngoError::NoEmail.text() }, "statusCode": 400 });
        script.say(&[(400, error)]);
        let BackendError::Rejected(refusal) = client.status_email("a").await.unwrap_err() else { panic!() };
        assert_eq!(refusal.error, IdngoError::NoEmail);
        script.say(&[(503, json!({}))]);
        client.status_email("a").await.unwrap_err();
        assert_eq!(script.requests(), 1, "an e-mail is not sent twice");
    });
}
