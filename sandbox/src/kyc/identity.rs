//! The six operations of the group *Identity*: what is known of a person over all verified sessions.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::Response;
use kyc_capture::api::kyc::Empty;
use kyc_capture::api::kyc::enums::{CheckStatus, DocumentType, StorageFileType};
use kyc_capture::api::kyc::identity::{
    Identity as IdentityFields, IdentityAnonymizeRequest, IdentityDocumentReadReply, IdentityDocumentReadRequest,
    IdentityImageReadRequest, IdentityListReply, IdentityListRequest, IdentityReadReply, IdentityReadRequest,
    IdentityStatusReply, IdentityStatusRequest,
};
use kyc_capture::api::kyc::lists::Counts;

use crate::clock::iso8601;
use crate::http::errors::ApiError;
use crate::http::image_files;
use crate::http::requests::{self, JSON_LIMIT};
use crate::kyc::context::Backend;
use crate::kyc::lists::{self, Span, TAKE_MAX, has_entries, lets_pass};
use crate::store::db::Connection;
use crate::store::ida;
use crate::store::identities::{self, Identity};
use crate::store::images::{self, Kind};
use crate::store::listing::{self, Filter, Page};
use crate::store::outcome::{DocumentFields, Outcome};
use crate::store::removal;
use crate::store::sessions::Session;

/// *list identities*
///
/// # Errors
/// 400, 401, 403, 413, 415, 422, 429.
pub async fn list(State(ctx): State<Backend>, request: Request) -> Result<Json<IdentityListReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: IdentityListRequest = requests::json(request, JSON_LIMIT).await?;
    let page = lists::page(body.take, body.skip)?;
    let span = Span::of(body.start_date.as_deref(), body.end_date.as_deref())?;
    let user_ids = body.user_id.as_ref().map(|users| lists::values("user_id", Some(users))).transpose()?;
    let filter = Filter {
        from_ms: span.from_ms,
        to_ms: span.to_ms,
        user_ids,
        words: lists::words(body.search_term.as_deref())?,
        metadata: body.metadata,
        client_id: grant.client_id,
        ..Filter::default()
    };
    if !lets_pass(body.client_id.as_ref(), Some(&filter.client_id)) {
        return Ok(Json(IdentityListReply::default()));
    }
    let reply = ctx
        .store
        .read(move |c| -> Result<_, ApiError> {
            let (found, total) = listing::identities(c, &filter, page)?;
            let identities = found.iter().map(|identity| fields_of(c, identity)).collect::<Result<_, _>>()?;
            Ok(IdentityListReply { identities, meta_counts: Counts { total } })
        })
        .await?;
    Ok(Json(reply))
}

fn document_of(session: &Session) -> Option<&DocumentFields> {
    session.outcome.as_ref()?.document.as_ref()
}

/// What is known of an identity: the newest of its sessions counts.
fn fields_of(c: &Connection, identity: &Identity) -> Result<IdentityFields, ApiError> {
    let sessions = identities::sessions_of(c, identity)?;
    let mut fields = IdentityFields {
        identity_id: identity.identity_id.clone(),
        created_at: Some(iso8601(identity.created_ms)),
        ..IdentityFields::default()
    };
    let Some(newest) = sessions.first() else { return Ok(fields) };
    let outcome = newest.outcome.as_ref();
    let completed_at = newest.completed_ms.map(iso8601);
    if let Some(d) = document_of(newest) {
        fields.first_name = d.first_name.clone();
        fields.middle_name = d.middle_name.clone();
        fields.last_name = d.last_name.clone();
        fields.suffix_name = d.name_suffix.clone();
        fields.birth_date = d.birth_date.clone();
        fields.gender_e = d.gender.clone();
        fields.street = d.street.clone();
        fields.city = d.city.clone();
        fields.state = d.state.clone();
        fields.postal_code = d.postal_code.clone();
    }
    fields.document_front_given = newest.front_ms.is_some();
    fields.document_front_given_at = newest.front_ms.map(iso8601);
    fields.verified = outcome.is_some_and(|o| o.verified);
    fields.verified_at = completed_at.clone().filter(|_| fields.verified);
    fields.liveness_detected = outcome.is_some_and(Outcome::is_live);
    fields.liveness_detected_at = completed_at.clone().filter(|_| fields.liveness_detected);
    fields.ofac_status_e = match outcome {
        Some(o) if o.on_sanction_list => CheckStatus::Match,
        Some(o) if o.screened => CheckStatus::Clear,
        Some(_) | None => CheckStatus::Unknown,
    };
    fields.ofac_detected_at = completed_at.filter(|_| outcome.is_some_and(|o| o.screened));
    fields.score = outcome.map_or(0.0, |o| o.score);
    Ok(fields)
}

/// *read identities*. Ids that are unknown are passed over where several are asked for.
///
/// # Errors
/// 400, 401, 403, 404 (one id, which is no one's), 413, 415, 422, 429.
pub async fn read(State(ctx): State<Backend>, request: Request) -> Result<Json<IdentityReadReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: IdentityReadRequest = requests::json(request, JSON_LIMIT).await?;
    let mut ids: Vec<String> = Vec::new();
    let named = body.identity_id.iter().flat_map(|ids| ids.values()).chain(body.identity_ids.iter().flatten());
    for id in named.filter(|id| !id.is_empty()) {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    if ids.is_empty() && body.metadata.is_none() {
        return Err(ApiError::missing_field("identity_id"));
    }
    if ids.len() > TAKE_MAX as usize {
        return Err(ApiError::invalid_value("identity_ids", &format!("at most {}", TAKE_MAX)));
    }
    let reply = ctx
        .store
        .run(move |c| -> Result<_, ApiError> {
            let single = ids.len() == 1;
            let found: Vec<Identity> = match ids.as_slice() {
                [] => {
                    let page = Page { take: TAKE_MAX, skip: 0 };
                    let filter =
                        Filter { client_id: grant.client_id, metadata: body.metadata.clone(), ..Filter::default() };
                    listing::identities(c, &filter, page)?.0
                }
                [only] => vec![identities::read(c, only, &grant.client_id)?],
                several => {
                    let each = several.iter().map(|id| identities::visible(c, id, &grant.client_id));
                    each.filter_map(Result::transpose).collect::<Result<_, _>>()?
                }
            };
            let mut kept = Vec::new();
            for identity in found {
                let wanted = body.metadata.as_ref();
                let meets = wanted.is_none()
                    || identities::sessions_of(c, &identity)?.iter().any(|s| has_entries(&s.metadata, wanted));
                if meets {
                    kept.push(fields_of(c, &identity)?);
                }
            }
            let identity = if single { kept.first().cloned() } else { None };
            Ok(IdentityReadReply { identities: kept, identity })
        })
        .await?;
    Ok(Json(reply))
}

/// *anonymize identity*: its sessions, those of IDA included, lose what shows or names the person, files included; the
/// identity stays as an id, without anybody.
///
/// # Errors
/// 400, 401, 403, 404, 413, 415, 429.
pub async fn anonymize(State(ctx): State<Backend>, request: Request) -> Result<Json<Empty>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: IdentityAnonymizeRequest = requests::json(request, JSON_LIMIT).await?;
    let now_ms = ctx.clock.now_ms();
    let identity_id = id_of(body.identity_id)?;
    ctx.store
        .run(move |c| {
            let identity = identities::read(c, &identity_id, &grant.client_id)?;
            removal::anonymize_identity(c, &identity, now_ms)?;
            ida::anonymize_of(c, &identity.identity_id, now_ms)
        })
        .await?;
    ctx.store.scrub().await;
    Ok(Json(Empty {}))
}

/// *get identity status for sdk*
///
/// # Errors
/// 400, 401, 403, 404, 413, 415, 429.
pub async fn sdk_status(State(ctx): State<Backend>, request: Request) -> Result<Json<IdentityStatusReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: IdentityStatusRequest = requests::json(request, JSON_LIMIT).await?;
    let identity_id = id_of(body.identity_id)?;
    let verified = ctx
        .store
        .run(move |c| -> Result<_, ApiError> {
            let identity = identities::read(c, &identity_id, &grant.client_id)?;
            Ok(fields_of(c, &identity)?.verified)
        })
        .await?;
    Ok(Json(IdentityStatusReply { verified }))
}

/// *read completed identity document*
///
/// # Errors
/// 400, 401, 403, 404 (also without a document of that type), 413, 415, 429.
pub async fn document_read(
    State(ctx): State<Backend>,
    request: Request,
) -> Result<Json<IdentityDocumentReadReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: IdentityDocumentReadRequest = requests::json(request, JSON_LIMIT).await?;
    let identity_id = id_of(body.identity_id)?;
    let wanted = body.document_type_e;
    if !wanted.is_listed() {
        return Err(ApiError::wrong_type("document_type_e", &DocumentType::LISTED.join(", ")));
    }
    let found = ctx
        .store
        .run(move |c| -> Result<_, ApiError> {
            let identity = identities::read(c, &identity_id, &grant.client_id)?;
            let sessions = identities::sessions_of(c, &identity)?;
            let of_type = sessions.into_iter().find(|s| s.document_type == wanted && document_of(s).is_some());
            Ok(of_type.and_then(|s| Some((s.document_type, s.outcome?.document?))))
        })
        .await?;
    let (kind, fields) = found.ok_or_else(|| ApiError::not_found("this identity has no document of that type"))?;
    Ok(Json(document_reply(kind, fields)))
}

fn document_reply(document_type_e: DocumentType, f: DocumentFields) -> IdentityDocumentReadReply {
    IdentityDocumentReadReply {
        document_id: f.document_id,
        document_type_e,
        document_data_source_e: f.source,
        document_number: f.document_number,
        issue_date: f.issued_at,
        expiration_date: f.expires_at,
        ref_number: f.ref_number,
        issuing_country: f.issuing_country,
        issuing_state: f.issuing_state,
        birth_date: f.birth_date,
        gender_e: f.gender,
        first_name: f.first_name,
        middle_name: f.middle_name,
        last_name: f.last_name,
        suffix_name: f.name_suffix,
        street: f.street,
        city: f.city,
        state: f.state,
        postal_code: f.postal_code,
        height: f.height,
        weight: f.weight,
        eye_color: f.eye_color,
        hair_color: f.hair_color,
    }
}

/// *read identity image*: the newest image of that kind, exactly as it came.
///
/// # Errors
/// 400, 401, 403, 404 (also without such an image), 413, 415, 429.
pub async fn image_read(State(ctx): State<Backend>, request: Request) -> Result<Response, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: IdentityImageReadRequest = requests::json(request, JSON_LIMIT).await?;
    let identity_id = id_of(body.identity_id)?;
    let wanted = body.storage_file_type_e;
    if !wanted.is_listed() {
        return Err(ApiError::wrong_type("storage_file_type_e", &StorageFileType::LISTED.join(", ")));
    }
    let found = ctx
        .store
        .run(move |c| -> Result<_, ApiError> {
            let identity = identities::read(c, &identity_id, &grant.client_id)?;
            for session in identities::sessions_of(c, &identity)? {
                if let Some(image) = image_of(c, &session, &wanted)? {
                    return Ok(Some(image));
                }
            }
            Ok(None)
        })
        .await?;
    found.map(image_files::file).ok_or_else(|| ApiError::not_found("this identity has no such image"))
}

/// The image of a session that is stored as this type.
fn image_of(c: &Connection, s: &Session, wanted: &StorageFileType) -> Result<Option<Vec<u8>>, ApiError> {
    let side = |document: DocumentType, kind: Kind| (s.document_type == document).then_some((kind, 0));
    let place = match wanted {
        StorageFileType::DriverLicenseFront => side(DocumentType::DriverLicense, Kind::Front),
        StorageFileType::DriverLicenseBack => side(DocumentType::DriverLicense, Kind::Back),
        StorageFileType::StateIdCardFront => side(DocumentType::IdentificationCard, Kind::Front),
        StorageFileType::StateIdCardBack => side(DocumentType::IdentificationCard, Kind::Back),
        StorageFileType::PassportFront => side(DocumentType::Passport, Kind::Front),
        StorageFileType::PassportCardFront => side(DocumentType::PassportCard, Kind::Front),
        StorageFileType::PassportCardBack => side(DocumentType::PassportCard, Kind::Back),
        StorageFileType::Selfie | StorageFileType::LivenessPassive => Some((Kind::Liveness, 0)),
        StorageFileType::LivenessActiveStep1 => active_step(s, 1),
        StorageFileType::LivenessActiveStep2 => active_step(s, 2),
        StorageFileType::LivenessActiveStep3 => active_step(s, 3),
        StorageFileType::LivenessActiveStep4 => active_step(s, 4),
        StorageFileType::Unknown | StorageFileType::Unlisted(_) => None,
    };
    let Some((kind, position)) = place else { return Ok(None) };
    Ok(images::read(c, &s.session_id, kind)?.into_iter().nth(position))
}

/// Frames of active liveness come in the order of the steps, after a neutral one.
fn active_step(s: &Session, step: usize) -> Option<(Kind, usize)> {
    use kyc_capture::api::kyc::enums::LivenessMode;
    (s.liveness_mode == LivenessMode::PassiveActive).then_some((Kind::Liveness, step))
}

fn id_of(identity_id: String) -> Result<String, ApiError> {
    if identity_id.is_empty() { Err(ApiError::missing_field("identity_id")) } else { Ok(identity_id) }
}
