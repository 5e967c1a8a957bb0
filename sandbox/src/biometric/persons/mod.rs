//! *Persons*: the four documented operations, and the removal of a photo, which the vendor offers in its cabinet alone.
//!
//! Refused is in this order: the key, the organization, its access and subscription, the fields (422), their documented
//! values, the image, and last what is stored.

mod photo;
mod refusal;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRef, Path, Request, State};
use axum::routing::post;
use kyc_capture::api::biometric::access::API_KEY_LENGTH;
use kyc_capture::api::biometric::persons::{
    ALIAS_PATH, AliasAddRequest, AliasType, CREATE_PATH, NewAlias, PHOTO_PATH, Person, PersonCreateRequest,
    PersonUpdateRequest, PersonsError, PhotoAddRequest, PhotoType, UPDATE_PATH,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use refusal::{Refusal, about};

use crate::biometric::context::Biometric;
use crate::http::requests::{self, IMAGE_LIMIT, JSON_LIMIT};
use crate::store::db::Connection;
use crate::store::error::StoreError;
use crate::store::organizations::{self, NotOpen, PERSONS, Subscription};
use crate::store::persons::{self, NewPhoto, Refused};

/// Maximum size in bytes of a body with an image in base64.
const PHOTO_LIMIT: usize = IMAGE_LIMIT / 3 * 4 + (64 << 10);
/// Maximum number of aliases in one request.
const ALIASES_LIMIT: usize = 32;
/// The sandbox's own operation of removing a photo.
pub const PHOTO_DELETE_PATH: &str = "/sandbox/persons/{person_id}/photo/{photo_id}/delete";

/// The routes of this area.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Biometric: FromRef<S>,
{
    Router::new()
        .route(CREATE_PATH, post(create))
        .route(UPDATE_PATH, post(update))
        .route(PHOTO_PATH, post(add_photo))
        .route(ALIAS_PATH, post(add_alias))
        .route(PHOTO_DELETE_PATH, post(delete_photo))
}

/// *Create a person*.
///
/// # Errors
/// The documented ones.
pub async fn create(State(ctx): State<Biometric>, request: Request) -> Result<Json<Person>, Refusal> {
    let (caller, body): (_, PersonCreateRequest) = receive(&ctx, request, PHOTO_LIMIT).await?;
    let kind = photo_type(body.photo_type)?;
    let aliases = body.aliases.unwrap_or_default();
    check_aliases(&aliases)?;
    let photo = NewPhoto { kind, bytes: photo::read(&ctx, body.image_b64).await? };
    let most = caller.subscription.max_attempts;
    change(&ctx, move |c, now_ms| {
        persons::create(c, &caller.organization, most, body.is_verified, &photo, &aliases, now_ms)
    })
    .await
}

/// *Update a person*.
///
/// # Errors
/// The documented ones.
pub async fn update(
    State(ctx): State<Biometric>,
    Path(person_id): Path<String>,
    request: Request,
) -> Result<Json<Person>, Refusal> {
    let (caller, body): (_, PersonUpdateRequest) = receive(&ctx, request, JSON_LIMIT).await?;
    change(&ctx, move |c, now_ms| persons::update(c, &caller.organization, &person_id, body.is_verified, now_ms)).await
}

/// *Add a photo*.
///
/// # Errors
/// The documented ones.
pub async fn add_photo(
    State(ctx): State<Biometric>,
    Path(person_id): Path<String>,
    request: Request,
) -> Result<Json<Person>, Refusal> {
    let (caller, body): (_, PhotoAddRequest) = receive(&ctx, request, PHOTO_LIMIT).await?;
    let kind = photo_type(body.photo_type)?;
    let photo = NewPhoto { kind, bytes: photo::read(&ctx, body.image_b64).await? };
    change(&ctx, move |c, now_ms| {
        persons::add_photo(c, &caller.organization, &person_id, &photo, body.is_default, now_ms)
    })
    .await
}

/// *Add an alias*.
///
/// # Errors
/// The documented ones.
pub async fn add_alias(
    State(ctx): State<Biometric>,
    Path(person_id): Path<String>,
    request: Request,
) -> Result<Json<Person>, Refusal> {
    let (caller, body): (_, AliasAddRequest) = receive(&ctx, request, JSON_LIMIT).await?;
    let alias = NewAlias { value: body.value, kind: body.kind };
    check_alias("", &alias)?;
    change(&ctx, move |c, now_ms| persons::add_alias(c, &caller.organization, &person_id, &alias, now_ms)).await
}

/// The removal of a photo: the sandbox's own operation.
///
/// # Errors
/// *Person not found*, also for a photo that the person has not; *Cannot delete default photo*.
pub async fn delete_photo(
    State(ctx): State<Biometric>,
    Path((person_id, photo_id)): Path<(String, String)>,
    request: Request,
) -> Result<Json<Person>, Refusal> {
    let (caller, _): (_, KeyAlone) = receive(&ctx, request, JSON_LIMIT).await?;
    change(&ctx, move |c, now_ms| persons::delete_photo(c, &caller.organization, &person_id, &photo_id, now_ms)).await
}

#[derive(Deserialize)]
struct KeyAlone {}

/// Who asks.
struct Caller {
    organization: String,
    subscription: Subscription,
}

/// The caller, by the key in the body, and then the body.
async fn receive<T: DeserializeOwned>(ctx: &Biometric, request: Request, limit: usize) -> Result<(Caller, T), Refusal> {
    let body: Bytes = requests::body(request, limit).await?;
    let object: serde_json::Map<String, serde_json::Value> = requests::parse_json(&body)?;
    let key = object.get("api_key").and_then(|key| key.as_str()).unwrap_or_default();
    if key.len() < API_KEY_LENGTH || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(about(PersonsError::InvalidApiKey, "api_key"));
    }
    let (key, now_ms) = (key.to_owned(), ctx.clock.now_ms());
    let access = ctx
        .store
        .run(move |c| -> Result<_, StoreError> {
            let Some(organization) = organizations::of_key(c, &key)? else { return Ok(None) };
            let subscription = organizations::subscription(c, &organization, PERSONS, now_ms)?;
            Ok(Some((organization, subscription)))
        })
        .await?;
    let (organization, subscription) = access.ok_or(PersonsError::OrganizationNotFound)?;
    ctx.limiter.take(&format!("organization {organization}"), now_ms)?;
    let subscription = subscription.map_err(|refused| match refused {
        NotOpen::NoAccess => PersonsError::NoAccess,
        NotOpen::Subscription(error) => error.into(),
    })?;
    Ok((Caller { organization, subscription }, requests::parse_json(&body)?))
}

/// Runs a change in one transaction.
async fn change(
    ctx: &Biometric,
    work: impl FnOnce(&Connection, i64) -> Result<Result<Person, Refused>, StoreError> + Send + 'static,
) -> Result<Json<Person>, Refusal> {
    let now_ms = ctx.clock.now_ms();
    Ok(Json(ctx.store.run(move |c| work(c, now_ms)).await??))
}

fn photo_type(kind: PhotoType) -> Result<PhotoType, Refusal> {
    if kind.is_listed() { Ok(kind) } else { Err(about(PersonsError::InvalidPhotoType, "photo_type")) }
}

fn check_aliases(aliases: &[NewAlias]) -> Result<(), Refusal> {
    if aliases.len() > ALIASES_LIMIT {
        return Err(about(PersonsError::Validation, "aliases"));
    }
    for (i, alias) in aliases.iter().enumerate() {
        check_alias(&format!("aliases[{i}]."), alias)?;
        if aliases[..i].iter().any(|earlier| earlier.value == alias.value) {
            return Err(about(PersonsError::Validation, format!("aliases[{i}].value")));
        }
    }
    Ok(())
}

fn check_alias(prefix: &str, alias: &NewAlias) -> Result<(), Refusal> {
    match alias.kind {
        AliasType::SystemId => Err(about(PersonsError::SystemIdAlias, format!("{prefix}type"))),
        AliasType::Unlisted(_) => Err(about(PersonsError::InvalidAliasType, format!("{prefix}type"))),
        _ if alias.kind.accepts(&alias.value) => Ok(()),
        _ => Err(about(PersonsError::Validation, format!("{prefix}value"))),
    }
}
