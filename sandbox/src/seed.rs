//! `--seed demo`: fills a store with invented data, by the documented operations themselves, called without a socket:
//! what is there afterwards is what calls would have made. Done once: a store that has been seeded is left as it is.
//!
//! The documents are drawn by the specimen generator, of people of Utopia; the face is the public-domain portrait that
//! comes with it.

use std::io::Cursor;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, FromRef};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use kyc_capture::api::idngo::IdngoRequest;
use kyc_specimen::document;
use kyc_specimen::person::Person;
use kyc_specimen::scene::{self, Pose};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::clock::SECOND_MS;
use crate::http::auth::Auth;
use crate::http::connection::ConnectionHandle;
use crate::http::errors::ApiError;
use crate::idngo::levels;
use crate::openapi;
use crate::params;
use crate::random;
use crate::router::router;
use crate::state::App;
use crate::store::clients;
use crate::store::db::OptionalExtension;
use crate::store::idngo::{self, DEMO_APP_TOKEN, DEMO_SECRET_KEY};
use crate::store::organizations::{self, DEMO_API_KEY, GBDFL, MRZ, PERSONS, Subscription};

/// The client that the examples use.
pub const CLIENT: &str = "demo";
/// A second client, whose things the first must not see.
pub const OTHER_CLIENT: &str = "demo-other";

const YEAR_MS: i64 = 365 * 86_400_000;
/// A photo's size, landscape.
const PHOTO: (u32, u32) = (1280, 960);

/// What was made, a line each for the terminal.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Seeded {
    /// Secrets, which are seen this once, and counts.
    pub lines: Vec<String>,
}

/// Seeds the demo's data, unless it is there.
///
/// # Errors
/// Errors of the store or of an operation.
pub async fn demo(app: &App) -> Result<Seeded, ApiError> {
    let mut seeded = Seeded::default();
    for client in [CLIENT, OTHER_CLIENT] {
        let secret = random::secret()?;
        let now_ms = app.clock.now_ms();
        let made = {
            let secret = secret.clone();
            app.store
                .run(move |c| -> Result<_, ApiError> {
                    let there: Option<i64> = c
                        .query_row("SELECT created_ms FROM client WHERE client_id = ?1", params![client], |row| {
                            row.get(0)
                        })
                        .optional()?;
                    if there.is_none() {
                        clients::add(c, client, &secret, now_ms)?;
                    }
                    Ok(there.is_none())
                })
                .await?
        };
        if made {
            seeded.lines.extend([format!("client id: {client}"), format!("client secret: {secret}")]);
        } else {
            seeded.lines.push(format!("client id: {client} (made before, with the secret printed then)"));
        }
    }
    organization(app).await?;
    idngo_app(app).await?;
    seeded.lines.extend([
        format!("organization api key: {DEMO_API_KEY}"),
        format!("idngo app token: {DEMO_APP_TOKEN}"),
        format!("idngo secret key: {DEMO_SECRET_KEY}"),
    ]);
    if is_filled(app).await? {
        seeded.lines.push("the demo's data is there already".to_owned());
        return Ok(seeded);
    }
    let caller = Caller::new(app, CLIENT).await?;
    for fill in [
        sessions(app, &caller).await?,
        webhooks(&caller).await?,
        authentications(&caller).await?,
        persons(&caller).await?,
        applicants(app, &caller).await?,
    ] {
        seeded.lines.extend(fill);
    }
    let other = Caller::new(app, OTHER_CLIENT).await?;
    other.json("/idv/session/create", json!({ "metadata": { "seed": "demo" } })).await?;
    Ok(seeded)
}

/// The organization of the examples, with every technology.
async fn organization(app: &App) -> Result<(), ApiError> {
    let now_ms = app.clock.now_ms();
    let subscription = Subscription { starts_ms: now_ms, ends_ms: now_ms + YEAR_MS, max_attempts: 100_000 };
    app.store
        .run(move |c| -> Result<_, ApiError> {
            organizations::add(c, CLIENT, DEMO_API_KEY, now_ms)?;
            for technology in [MRZ, PERSONS, GBDFL] {
                organizations::allow(c, CLIENT, technology)?;
                organizations::subscribe(c, CLIENT, technology, Some(&subscription))?;
            }
            Ok(())
        })
        .await
}

/// The caller of IDnGO that the examples use.
async fn idngo_app(app: &App) -> Result<(), ApiError> {
    let now_ms = app.clock.now_ms();
    app.store
        .run(move |c| idngo::add_app(c, CLIENT, DEMO_APP_TOKEN, DEMO_SECRET_KEY, &levels::standard(now_ms)?, now_ms))
        .await?;
    Ok(())
}

/// Whether this was done before.
async fn is_filled(app: &App) -> Result<bool, ApiError> {
    let found = app.store.run(|c| -> Result<_, ApiError> {
        Ok(c.query_row(
            "SELECT session_id FROM session WHERE client_id = ?1 AND metadata LIKE ?2 LIMIT 1",
            params![CLIENT, "%\"seed\":\"demo\"%"],
            |row| row.get::<String>(0),
        )
        .optional()?)
    });
    Ok(found.await?.is_some())
}

/// Calls operations in a client's name.
struct Caller {
    router: Router,
    client_id: String,
    token: String,
}

impl Caller {
    async fn new(app: &App, client_id: &str) -> Result<Self, ApiError> {
        let token = Auth::from_ref(app).issue(client_id.to_owned(), None).await?.access_token;
        Ok(Self { router: router(app.clone()), client_id: client_id.to_owned(), token })
    }

    async fn json(&self, path: &str, body: Value) -> Result<Value, ApiError> {
        self.send(Method::POST, path, "application/json", body.to_string().into_bytes()).await
    }

    async fn send(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Result<Value, ApiError> {
        let headers = [("authorization", format!("Bearer {}", self.token)), ("x-client-id", self.client_id.clone())];
        self.send_with(method, path, kind, body, &headers).await
    }

    async fn send_with(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: Vec<u8>,
        headers: &[(&'static str, String)],
    ) -> Result<Value, ApiError> {
        let mut request = Request::builder().method(method).uri(path).header(CONTENT_TYPE, kind);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut request =
            request.body(Body::from(body)).map_err(|_| ApiError::internal("a request cannot be written"))?;
        request.extensions_mut().insert(ConnectInfo(ConnectionHandle::default()));
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .map_err(|_| ApiError::internal("a reply cannot be read"))?;
        if status != StatusCode::OK {
            eprintln!("seed: {path} answered {status}: {}", String::from_utf8_lossy(&bytes));
            return Err(ApiError::internal("the demo's data cannot be made"));
        }
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn upload(&self, path: &str, session: &str, image: RgbImage) -> Result<(), ApiError> {
        const BOUNDARY: &str = "seed-73-operations";
        let mut body = Vec::new();
        for (name, text) in [("session_id", session), ("latitude", "43.2389"), ("longitude", "76.8897")] {
            let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"image\"; filename=\"image.jpg\"\r\n\
             Content-Type: image/jpeg\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&jpeg(&image)?);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        self.send(Method::POST, path, &format!("multipart/form-data; boundary={BOUNDARY}"), body).await?;
        Ok(())
    }

    async fn session(&self, name: &str) -> Result<String, ApiError> {
        let body = json!({ "metadata": { "seed": "demo", "name": name }, "liveness_mode": "passive" });
        Ok(self.json("/idv/session/create", body).await?["session_id"].as_str().unwrap_or_default().to_owned())
    }

    async fn consent(&self, session: &str) -> Result<(), ApiError> {
        self.json("/idv/sdk/consent/add", json!({ "session_id": session, "consented": true })).await?;
        Ok(())
    }
}

/// Sessions in every status that a session can come to here.
async fn sessions(app: &App, caller: &Caller) -> Result<Vec<String>, ApiError> {
    caller.session("begun").await?;
    let consented = caller.session("consented").await?;
    caller.consent(&consented).await?;
    let expired = caller.session("expired").await?;
    let now_ms = app.clock.now_ms();
    app.store
        .run(move |c| -> Result<_, ApiError> {
            c.execute("UPDATE session SET expires_ms = ?1 WHERE session_id = ?2", params![now_ms - 1, expired])?;
            Ok(())
        })
        .await?;
    let mut lines = vec!["sessions: begun, consented, expired".to_owned()];
    // What needs its models is judged only where they are.
    if let Some(missing) = app.models.missing() {
        lines.push(format!("no finalized session: the model `{missing}` is missing"));
        return Ok(lines);
    }
    let people = [Person::invented(3, false), Person::invented(5, false), Person::invented(8, true)];
    for (i, (name, person)) in (1u8..).zip(["verified", "verified-licence", "refused"].iter().zip(&people)) {
        let session = caller.session(name).await?;
        caller.consent(&session).await?;
        let licence = *name == "verified-licence";
        let kind = if licence { "driver_license" } else { "passport" };
        let declared = json!({ "session_id": session, "document_type_e": kind });
        caller.json("/idv/sdk/document/type/update", declared).await?;
        let (front, back) = match licence {
            true => (document::licence_front(person), Some(document::licence_back(person))),
            false => (document::passport(person), None),
        };
        let on_table = |page: &RgbImage| scene::with_document(PHOTO, page, &Pose::default());
        caller.upload("/idv/sdk/document/front/add", &session, on_table(&front)).await?;
        if let Some(back) = back {
            caller.upload("/idv/sdk/document/back/add", &session, on_table(&back)).await?;
        }
        let images = frames(i)?;
        let process = json!({ "session_id": session, "latitude": 43.2389, "longitude": 76.8897, "images": images });
        caller.json("/idv/sdk/liveness/session/process", process).await?;
        let verdict = caller.json("/idv/sdk/finalize", json!({ "session_id": session })).await?;
        lines.push(format!("session of a {kind}: verified {}", verdict["verified"]));
    }
    Ok(lines)
}

/// Addresses of a host that cannot be (RFC 6761 section 6.4).
async fn webhooks(caller: &Caller) -> Result<Vec<String>, ApiError> {
    for name in ["results", "audit"] {
        let url = format!("https://hooks.invalid/{name}");
        caller.json("/webhook/create", json!({ "name": name, "url": url })).await?;
    }
    Ok(vec!["webhooks: 2".to_owned()])
}

/// A session that authenticates each identity, begun.
async fn authentications(caller: &Caller) -> Result<Vec<String>, ApiError> {
    let list = caller.json("/identity/list", json!({ "take": 10 })).await?;
    let identities = list["identities"].as_array().map(Vec::as_slice).unwrap_or_default();
    for identity in identities {
        let body = json!({ "identity_id": identity["identity_id"], "metadata": { "seed": "demo" } });
        caller.json("/ida/session/create", body).await?;
    }
    Ok(vec![format!("identities: {0}, with an authentication session each", identities.len())])
}

/// Two applicants, alike but for their numbers.
async fn applicants(app: &App, caller: &Caller) -> Result<Vec<String>, ApiError> {
    for _ in 0..2 {
        let seed = random::hash(random::secret()?.as_bytes());
        let (kind, zip) = openapi::page::archive(&seed)?;
        let request = IdngoRequest::applicant_import(zip);
        let seconds = app.clock.now_ms() / SECOND_MS;
        let headers = request.signed_headers(DEMO_APP_TOKEN, DEMO_SECRET_KEY, "", seconds);
        caller.send_with(Method::POST, &request.target.clone(), kind, request.body, &headers).await?;
    }
    Ok(vec!["applicants: 2".to_owned()])
}

/// Two people of the organization, one with an alias of each type.
async fn persons(caller: &Caller) -> Result<Vec<String>, ApiError> {
    let aliases = json!([
        { "value": "+77070000001", "type": "phone" },
        { "value": "000000000001", "type": "personal_number" },
        { "value": "UTO0000001", "type": "document_number" },
        { "value": "demo-1", "type": "custom" },
    ]);
    for (i, aliases) in [(1u8, aliases), (2, json!([]))] {
        let body = json!({
            "api_key": DEMO_API_KEY, "image_b64": STANDARD.encode(jpeg(&face(i, 0))?), "photo_type": "live",
            "is_verified": i == 1, "aliases": aliases,
        });
        caller.json("/api/v1/backend/persons/", body).await?;
    }
    Ok(vec!["persons: 2".to_owned()])
}

/// The portrait, in another file for each seed and number.
fn face(seed: u8, number: u8) -> RgbImage {
    let mut image = scene::with_face((640, 480));
    for x in 0..16 {
        image.put_pixel(x, 0, Rgb([seed.wrapping_mul(16), number.wrapping_mul(60), 77]));
    }
    image
}

/// Frames of a liveness capture, in base64.
fn frames(seed: u8) -> Result<Vec<String>, ApiError> {
    (0..3).map(|i| Ok(STANDARD.encode(jpeg(&face(seed, i))?))).collect()
}

fn jpeg(image: &RgbImage) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, 90)
        .encode_image(image)
        .map_err(|_| ApiError::internal("an image cannot be written"))?;
    Ok(bytes.into_inner())
}
