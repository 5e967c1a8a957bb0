//! Operations of the group *IDV* by which a backend says what it asks of its sessions: requirements and weights.

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::Uri;
use kyc_capture::api::kyc::Empty;
use kyc_capture::api::kyc::enums::{DataSource, DocumentType};
use kyc_capture::api::kyc::requirements::{Requirements, RequirementsQuery, RequirementsReply};
use kyc_capture::api::kyc::weights::{WeightsQuery, WeightsReply, WeightsUpdateRequest};
use serde::de::DeserializeOwned;

use crate::http::errors::ApiError;
use crate::http::requests::{self, JSON_LIMIT};
use crate::kyc::context::Backend;
use crate::store::clients::Grant;
use crate::store::weights::Version;
use crate::store::{requirements, weights};
use crate::verification::weights::out_of_range;

/// Maximum size in bytes of a `user_id`.
const USER_LIMIT: usize = 256;

/// *get requirements*
///
/// # Errors
/// 400, 401, 403 (another client).
pub async fn requirements_get(
    State(ctx): State<Backend>,
    request: Request,
) -> Result<Json<RequirementsReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let query: RequirementsQuery = query(request.uri())?;
    own_client(&grant, query.client_id.as_deref())?;
    let user_id = user(query.user_id)?;
    let type_e = query.type_e;
    if type_e.as_ref().is_some_and(|t| !t.is_listed()) {
        return Err(ApiError::wrong_type("type_e", &DocumentType::LISTED.join(", ")));
    }
    let source = query.data_source_e;
    let list =
        move |c: &_| requirements::list(c, &grant.client_id, user_id.as_deref(), type_e.as_ref(), source.as_deref());
    let found = ctx.store.read(list).await?;
    Ok(Json(RequirementsReply { requirements: found }))
}

/// *update requirements*
///
/// # Errors
/// 400, 401, 403 (another client), 413, 415, 422 (a source that fields never come from).
pub async fn requirements_update(State(ctx): State<Backend>, request: Request) -> Result<Json<Empty>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let mut body: Requirements = requests::json(request, JSON_LIMIT).await?;
    own_client(&grant, body.client_id.as_deref())?;
    body.user_id = user(body.user_id)?;
    if !body.type_e.is_listed() {
        return Err(ApiError::wrong_type("type_e", &DocumentType::LISTED.join(", ")));
    }
    if !DataSource::from(body.data_source_e.as_str()).is_listed() {
        return Err(ApiError::invalid_value("data_source_e", &DataSource::LISTED.join(", ")));
    }
    let now_ms = ctx.clock.now_ms();
    ctx.store.run(move |c| requirements::set(c, &grant.client_id, &body, now_ms)).await?;
    Ok(Json(Empty {}))
}

/// *get weights*: those that would decide a session of this user now.
///
/// # Errors
/// 400, 401, 403 (another client).
pub async fn weights_get(State(ctx): State<Backend>, request: Request) -> Result<Json<WeightsReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let query: WeightsQuery = query(request.uri())?;
    own_client(&grant, query.client_id.as_deref())?;
    let user_id = user(query.user_id)?;
    let now_ms = ctx.clock.now_ms();
    let version = ctx.store.run(move |c| weights::present(c, &grant.client_id, user_id.as_deref(), now_ms)).await?;
    Ok(Json(reply(version)))
}

/// *update weights*: adds a version. Sessions that are finalized keep theirs.
///
/// # Errors
/// 400, 401, 403 (another client), 413, 415, 422 (a number outside its range).
pub async fn weights_update(State(ctx): State<Backend>, request: Request) -> Result<Json<Empty>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: WeightsUpdateRequest = requests::json(request, JSON_LIMIT).await?;
    own_client(&grant, body.client_id.as_deref())?;
    let values = body.values();
    let user_id = user(body.user_id)?;
    if let Some((name, most)) = out_of_range(&values) {
        return Err(ApiError::invalid_value(name, &format!("a number from 0 to {most}")));
    }
    let now_ms = ctx.clock.now_ms();
    ctx.store.run(move |c| weights::add(c, &grant.client_id, user_id.as_deref(), &values, now_ms)).await?;
    Ok(Json(Empty {}))
}

/// *get weights by id*
///
/// # Errors
/// 400 (no UUID), 401, 403, 404.
pub async fn weights_get_by_id(
    State(ctx): State<Backend>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<WeightsReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    if id.len() != 36 || !id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
        return Err(ApiError::wrong_type("id", "a UUID"));
    }
    let version = ctx.store.run(move |c| weights::read(c, &grant.client_id, &id)).await?;
    Ok(Json(reply(version.ok_or_else(|| ApiError::not_found("there are no weights of this id"))?)))
}

fn reply(version: Version) -> WeightsReply {
    WeightsReply::new(Some(version.client_id), version.user_id, &version.weights)
}

/// The query of an address.
fn query<T: DeserializeOwned>(uri: &Uri) -> Result<T, ApiError> {
    // The parser's sentence may quote the value.
    let Query(query) = Query::<T>::try_from_uri(uri).map_err(|_| ApiError::malformed_query())?;
    Ok(query)
}

/// A client speaks for itself alone.
///
/// # Errors
/// 403.
pub fn own_client(grant: &Grant, client_id: Option<&str>) -> Result<(), ApiError> {
    match client_id {
        Some(other) if other != grant.client_id => Err(ApiError::other_client()),
        Some(_) | None => Ok(()),
    }
}

/// A user's name as the client has it; an empty one is none.
fn user(user_id: Option<String>) -> Result<Option<String>, ApiError> {
    if user_id.as_ref().is_some_and(|user| user.len() > USER_LIMIT) {
        return Err(ApiError::invalid_value("user_id", &format!("at most {USER_LIMIT} bytes")));
    }
    Ok(user_id.filter(|user| !user.is_empty()))
}
