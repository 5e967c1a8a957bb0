//! The operations of the group *Webhook*, and (in [`delivery`]) how events reach the integrator.

pub mod address;
pub mod delivery;

use axum::Json;
use axum::extract::{Request, State};
use kyc_capture::api::kyc::Empty;
use kyc_capture::api::kyc::webhook::{
    WebhookCreateRequest, WebhookDeleteRequest, WebhookListReply, WebhookListRequest, WebhookStatistics,
};

use crate::http::errors::ApiError;
use crate::http::requests::{self, JSON_LIMIT};
use crate::kyc::context::Backend;
use crate::kyc::idv_settings::own_client;
use crate::kyc::lists::{self, has_words};
use crate::store::webhooks;

/// Maximum number of webhooks of a client.
const WEBHOOKS_LIMIT: u64 = 100;
/// Maximum size in bytes of a name.
const NAME_LIMIT: usize = 256;

/// *webhook create*
///
/// # Errors
/// 400, 401, 403 (another client), 409 (too many), 413, 415, 422 (the address is none, or none that may be
/// called), 429.
pub async fn create(State(ctx): State<Backend>, request: Request) -> Result<Json<Empty>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: WebhookCreateRequest = requests::json(request, JSON_LIMIT).await?;
    own_client(&grant, body.client_id.as_deref())?;
    if body.name.trim().is_empty() {
        return Err(ApiError::missing_field("name"));
    }
    if body.name.len() > NAME_LIMIT {
        return Err(ApiError::invalid_value("name", &format!("at most {NAME_LIMIT} bytes")));
    }
    if body.url.is_empty() {
        return Err(ApiError::missing_field("url"));
    }
    address::check("url", &body.url, ctx.webhook_allow_private)?;
    let now_ms = ctx.clock.now_ms();
    ctx.store
        .run(move |c| -> Result<_, ApiError> {
            if webhooks::count(c, &grant.client_id)? >= WEBHOOKS_LIMIT {
                let message = format!("a client has at most {WEBHOOKS_LIMIT} webhooks");
                return Err(ApiError::step_conflict("client_id", &message));
            }
            Ok(webhooks::add(c, &grant.client_id, &body.name, &body.url, now_ms)?)
        })
        .await?;
    Ok(Json(Empty {}))
}

/// *webhook list*: the newest first, each with the key that signs its deliveries.
///
/// # Errors
/// 400, 401, 403 (another client), 413, 415, 422, 429.
pub async fn list(State(ctx): State<Backend>, request: Request) -> Result<Json<WebhookListReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: WebhookListRequest = requests::json(request, JSON_LIMIT).await?;
    own_client(&grant, body.client_id.as_deref())?;
    let page = lists::page(body.take, body.skip)?;
    let reply = ctx
        .store
        .run(move |c| -> Result<_, ApiError> {
            let mut found = webhooks::all(c, &grant.client_id)?;
            found.retain(|hook| has_words(&format!("{} {}", hook.name, hook.url), body.search_term.as_deref()));
            let total = found.len() as u64;
            let mut page = page.cut(found);
            for hook in &mut page {
                hook.statistics = webhooks::statistics(c, &grant.client_id, Some(&hook.id))?;
            }
            let statistics = WebhookStatistics {
                total,
                deliveries: webhooks::statistics(c, &grant.client_id, None)?,
                session_webhook_secret: Some(webhooks::client_secret(c, &grant.client_id)?),
            };
            Ok(WebhookListReply { webhooks: page, statistics })
        })
        .await?;
    Ok(Json(reply))
}

/// *webhook delete*
///
/// # Errors
/// 400, 401, 403, 404, 413, 415, 429.
pub async fn delete(State(ctx): State<Backend>, request: Request) -> Result<Json<Empty>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: WebhookDeleteRequest = requests::json(request, JSON_LIMIT).await?;
    if body.id.is_empty() {
        return Err(ApiError::missing_field("id"));
    }
    let now_ms = ctx.clock.now_ms();
    let removed = ctx.store.run(move |c| webhooks::remove(c, &grant.client_id, &body.id, now_ms)).await?;
    if removed { Ok(Json(Empty {})) } else { Err(ApiError::not_found("there is no such webhook")) }
}
