//! *Generate external WebSDK link*, and the page behind it: the capture flow in a session that the link begins.
//!
//! The link's token is behind `#`, which a browser sends to no one; the page gives it to three small routes of its own
//! under `/idensic/`. It opens one session, and no token is given once the link has ended.

use axum::extract::{FromRef, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use kyc_capture::api::idngo::enums::{Answer, ApplicantType, LevelType, ReviewStatus};
use kyc_capture::api::idngo::levels::{Level, WebSdkLinkReply};
use kyc_capture::api::idngo::{IdngoError, LINK_LIFE_S};
use kyc_capture::api::kyc::idv::SessionCreateRequest;
use serde::{Deserialize, Serialize};

use super::call::{Origin, Signed};
use super::context::run;
use super::import::{is_external_id, is_language};
use super::refusal::Refusal;
use super::timeline::{self, Subject};
use super::{applicants as shared, complete_review};
use crate::clock::SECOND_MS;
use crate::http::client_addr::TrustProxy;
use crate::http::errors::ApiError;
use crate::http::requests::{self, JSON_LIMIT};
use crate::idngo::context::Idngo;
use crate::kyc::idv;
use crate::random;
use crate::store::db::Connection;
use crate::store::idngo::applicants::{self, Applicant, Link, ReviewState};
use crate::store::idngo::session_client;

/// Maximum number of seconds of a link's life: 30 days.
const LIFE_MAX_S: u32 = 30 * 86_400;
/// Characters of a link's token.
const TOKEN_LEN: usize = 16;

/// *Generate external WebSDK link*. Somebody who is not known yet becomes an applicant.
///
/// # Errors
/// Those of a signed request; `level_not_found`, `parameter_missing`, `parameter_invalid`.
pub async fn create(State(ctx): State<Idngo>, call: Signed) -> Result<Json<WebSdkLinkReply>, Refusal> {
    let level_name = call.path("levelName");
    let invalid = |name: &str| Refusal::about(IdngoError::ParameterInvalid, name);
    let external = call.query("externalUserId")?.map(str::to_owned);
    let action = call.query("externalActionId")?.map(str::to_owned);
    for (name, text) in [("externalUserId", &external), ("externalActionId", &action)] {
        if text.as_deref().is_some_and(|text| !is_external_id(text)) {
            return Err(invalid(name));
        }
    }
    let locale = call.query("locale")?.map(str::to_owned);
    if locale.as_deref().is_some_and(|locale| !is_language(locale)) {
        return Err(invalid("locale"));
    }
    let life_s = match call.query("ttlInSecs")? {
        Some(text) => text.parse().ok().filter(|s| (1..=LIFE_MAX_S).contains(s)).ok_or_else(|| invalid("ttlInSecs"))?,
        None => LINK_LIFE_S,
    };
    let base = base_of(&call.headers, ctx.trust_proxy);
    let now_ms = ctx.clock.now_ms();
    let token = run(&ctx, move |c| {
        let (level, _) = shared::level(c, &call.client.client_id, &level_name)?;
        let external = external.ok_or_else(|| Refusal::about(IdngoError::ParameterMissing, "externalUserId"))?;
        match (level.kind == LevelType::Actions, &action) {
            (true, None) => return Err(Refusal::about(IdngoError::ParameterMissing, "externalActionId")),
            (false, Some(_)) => return Err(Refusal::about(IdngoError::ParameterInvalid, "externalActionId")),
            (true, Some(_)) | (false, None) => {}
        }
        let applicant = applicant_for(c, &call, external, &level, locale.as_deref(), now_ms)?;
        let token = random::token(TOKEN_LEN)?;
        let link = Link {
            client_id: applicant.client_id.clone(),
            applicant_id: applicant.applicant_id.clone(),
            action_id: action,
            level_name,
            locale,
            expires_ms: now_ms + i64::from(life_s) * SECOND_MS,
            session_id: None,
            tracking: None,
            settled_ms: None,
        };
        applicants::insert_link(c, &token, &link, now_ms)?;
        let item = timeline::item(&applicant, "user:created:websdkLink", Subject::Backend, Some(&call.origin));
        timeline::write(c, &applicant, now_ms, item)?;
        Ok(token)
    })
    .await?;
    Ok(Json(WebSdkLinkReply { url: format!("{base}/idensic/l/#/{token}") }))
}

/// The applicant of that external identifier, made where there is none.
fn applicant_for(
    c: &Connection,
    call: &Signed,
    external: String,
    level: &Level,
    locale: Option<&str>,
    now_ms: i64,
) -> Result<Applicant, Refusal> {
    let client_id = &call.client.client_id;
    if let Some(applicant) = applicants::read_external(c, client_id, &external)? {
        return Ok(applicant);
    }
    let applicant = Applicant {
        applicant_id: random::object_id(now_ms)?,
        client_id: client_id.clone(),
        inspection_id: random::object_id(now_ms)?,
        external_user_id: external,
        level_name: level.name.clone(),
        kind: match level.applicant_type {
            ApplicantType::Company => ApplicantType::Company,
            ApplicantType::Individual | ApplicantType::Unlisted(_) => ApplicantType::Individual,
        },
        platform: "API".to_owned(),
        email: None,
        lang: locale.unwrap_or("en").to_owned(),
        info: Default::default(),
        review: ReviewState { status: ReviewStatus::Init, create_ms: now_ms, ..ReviewState::default() },
        deleted: false,
        blacklisted: false,
        created_ms: now_ms,
    };
    applicants::insert(c, &applicant, &[])?;
    let made = timeline::item(&applicant, "user:created:applicant", Subject::Backend, Some(&call.origin));
    timeline::write(c, &applicant, now_ms, made)?;
    Ok(applicant)
}

/// Where the caller reached this server: the host that it named, by the scheme that a trusted proxy before it reports.
fn base_of(headers: &HeaderMap, trust_proxy: TrustProxy) -> String {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let plain = |host: &&str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]_".contains(&b));
    let host = text(&HOST).filter(plain).unwrap_or("localhost");
    let forwarded = text(&HeaderName::from_static("x-forwarded-proto"));
    let scheme = if trust_proxy.0 && forwarded == Some("https") { "https" } else { "http" };
    format!("{scheme}://{host}")
}

/// The page and its routes.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Idngo: FromRef<S>,
{
    Router::new()
        .route("/idensic/l/", get(page))
        .route("/idensic/page.js", get(script))
        .route("/idensic/page.css", get(style))
        .route("/idensic/session", post(session))
        .route("/idensic/token", post(token))
        .route("/idensic/status", post(status))
}

async fn page(State(ctx): State<Idngo>) -> Response {
    let policy = ctx.static_files.policy();
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let mut response = text_file("text/html; charset=utf-8", include_str!("page/page.html"));
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let permissions = HeaderValue::from_static("camera=(self), geolocation=(self), microphone=()");
    headers.insert(HeaderName::from_static("permissions-policy"), permissions);
    response
}

async fn script() -> Response {
    text_file("text/javascript; charset=utf-8", include_str!("page/page.js"))
}

async fn style() -> Response {
    text_file("text/css; charset=utf-8", include_str!("page/page.css"))
}

fn text_file(media_type: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static(media_type))], text).into_response()
}

/// Body of the page's requests.
#[derive(Debug, Deserialize)]
struct LinkToken {
    token: String,
}

/// Reply of `POST /idensic/session`: what `createCapture` wants.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionReply {
    client_id: String,
    session_id: String,
    access_token: String,
    /// Language of the page, ISO 639-1.
    locale: Option<String>,
}

/// Reply of `POST /idensic/token`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenReply {
    access_token: String,
}

/// Reply of `POST /idensic/status`: what the page shows at the end.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusReply {
    applicant_id: String,
    review_status: ReviewStatus,
    review_answer: Option<Answer>,
    moderation_comment: Option<String>,
}

/// The link of a token that lives, for the page; wrong tokens share one bucket.
async fn live_link(ctx: &Idngo, token: &str) -> Result<Link, ApiError> {
    let now_ms = ctx.clock.now_ms();
    ctx.limiter.take("(idngo link)", now_ms)?;
    let token = token.to_owned();
    let link = ctx.store.run(move |c| applicants::link(c, &token)).await?;
    let link = link.ok_or_else(|| ApiError::not_found("there is no such link"))?;
    if now_ms >= link.expires_ms {
        return Err(ApiError::session_expired());
    }
    Ok(link)
}

async fn session(State(ctx): State<Idngo>, request: Request) -> Result<Json<SessionReply>, ApiError> {
    let origin = Origin::of(&request, ctx.trust_proxy);
    let body: LinkToken = requests::json(request, JSON_LIMIT).await?;
    let link = live_link(&ctx, &body.token).await?;
    let client_id = session_client(&link.client_id);
    let session_id = match link.session_id {
        Some(session_id) => session_id,
        None => {
            let made = idv::create(&ctx.backend, client_id.clone(), SessionCreateRequest::default()).await?;
            let tracking = serde_json::to_string(&origin).unwrap_or_default();
            let now_ms = ctx.clock.now_ms();
            ctx.store
                .run(move |c| -> Result<_, ApiError> {
                    // Of two pages at once, the first counts.
                    let session_id = applicants::set_session(c, &body.token, &made, &tracking)?;
                    if let Some(applicant) = applicants::read(c, &link.client_id, &link.applicant_id)? {
                        let item = timeline::item(&applicant, "user:opened:websdk", Subject::Person, Some(&origin));
                        timeline::write(c, &applicant, now_ms, item)?;
                    }
                    session_id.ok_or_else(|| ApiError::internal("a link without its session"))
                })
                .await?
        }
    };
    let token = ctx.auth.issue(client_id.clone(), Some(session_id.clone())).await?;
    Ok(Json(SessionReply { client_id, session_id, access_token: token.access_token, locale: link.locale }))
}

async fn token(State(ctx): State<Idngo>, request: Request) -> Result<Json<TokenReply>, ApiError> {
    let body: LinkToken = requests::json(request, JSON_LIMIT).await?;
    let link = live_link(&ctx, &body.token).await?;
    let session_id = link.session_id.ok_or_else(|| ApiError::not_found("the link has no session yet"))?;
    let token = ctx.auth.issue(session_client(&link.client_id), Some(session_id)).await?;
    Ok(Json(TokenReply { access_token: token.access_token }))
}

async fn status(State(ctx): State<Idngo>, request: Request) -> Result<Json<StatusReply>, Refusal> {
    let body: LinkToken = requests::json(request, JSON_LIMIT).await?;
    let link = live_link(&ctx, &body.token).await?;
    let applicant = complete_review::read(&ctx, &link.client_id, &link.applicant_id).await?;
    let result = applicant.review.result;
    Ok(Json(StatusReply {
        applicant_id: applicant.applicant_id,
        review_status: applicant.review.status,
        review_answer: result.as_ref().map(|result| result.review_answer.clone()),
        moderation_comment: result.and_then(|result| result.moderation_comment),
    }))
}
