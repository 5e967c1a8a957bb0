//! Operations of the group *IDV* by which a backend looks after its sessions: finding, locating, downloading, removing.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::Response;
use kyc_capture::api::kyc::Empty;
use kyc_capture::api::kyc::enums::{DocumentType, SessionStatus, StorageFileType};
use kyc_capture::api::kyc::idv_lists::{
    DocumentDownloadRequest, DocumentListReply, DocumentListRequest, LocationCaptureType, LocationReadReply,
    LocationReadRequest, SessionAnonymizeRequest, SessionDeleteRequest, SessionListReply, SessionListRequest,
};
use kyc_capture::api::kyc::lists::Counts;

use crate::http::errors::ApiError;
use crate::http::image_files;
use crate::http::requests::{self, JSON_LIMIT};
use crate::kyc::context::Backend;
use crate::kyc::idv;
use crate::kyc::lists::{self, Span, lets_pass};
use crate::store::images::{self, Kind};
use crate::store::listing::{self, Filter, Table};
use crate::store::{removal, sessions};

/// *session list*: the newest first.
///
/// # Errors
/// 400, 401, 403, 413, 415, 422 (a page or a date that is none), 429.
pub async fn session_list(State(ctx): State<Backend>, request: Request) -> Result<Json<SessionListReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: SessionListRequest = requests::json(request, JSON_LIMIT).await?;
    if body.status.as_ref().is_some_and(|status| !status.is_listed()) {
        return Err(ApiError::wrong_type("status", &SessionStatus::LISTED.join(", ")));
    }
    let page = lists::page(body.take, body.skip)?;
    let span = Span::of(flat(&body.start_date), flat(&body.end_date))?;
    let filter = Filter {
        from_ms: span.from_ms,
        to_ms: span.to_ms,
        identity_ids: lists::values("identity_id", body.identity_id.as_ref())?,
        user_ids: Some(lists::values("user_id", body.user_id.as_ref())?),
        words: lists::words(body.search_term.as_deref())?,
        metadata: body.metadata,
        client_id: grant.client_id,
        authenticated: None,
    };
    if !lets_pass(body.client_id.as_ref(), Some(&filter.client_id)) {
        return Ok(Json(SessionListReply::default()));
    }
    let now_ms = ctx.clock.now_ms();
    let reply =
        ctx.store
            .read(move |c| -> Result<_, ApiError> {
                let wanted = lists::wanted(body.status.as_ref());
                let found = listing::sessions(c, Table::Idv, &filter, wanted, page, now_ms)?;
                let meta_counts = lists::counts(&found);
                let sessions = found.ids.iter().map(|id| {
                    Ok(idv::session_reply(sessions::read(c, id, &filter.client_id)?, Vec::new(), now_ms).into())
                });
                Ok(SessionListReply { sessions: sessions.collect::<Result<_, ApiError>>()?, meta_counts })
            })
            .await?;
    Ok(Json(reply))
}

/// A date that is null is none.
fn flat(date: &Option<Option<String>>) -> Option<&str> {
    date.as_ref().and_then(Option::as_deref)
}

/// *session delete*
///
/// # Errors
/// 400, 401, 403, 404, 413, 415, 429.
pub async fn session_delete(State(ctx): State<Backend>, request: Request) -> Result<Json<Empty>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: SessionDeleteRequest = requests::json(request, JSON_LIMIT).await?;
    let session_id = idv::id_of(body.session_id)?;
    let now_ms = ctx.clock.now_ms();
    ctx.store.run(move |c| removal::delete(c, &sessions::read(c, &session_id, &grant.client_id)?, now_ms)).await?;
    ctx.store.scrub().await;
    Ok(Json(Empty {}))
}

/// *session anonymize*
///
/// # Errors
/// 400, 401, 403, 404, 413, 415, 429.
pub async fn session_anonymize(State(ctx): State<Backend>, request: Request) -> Result<Json<Empty>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: SessionAnonymizeRequest = requests::json(request, JSON_LIMIT).await?;
    let session_id = idv::id_of(body.session_id)?;
    let now_ms = ctx.clock.now_ms();
    ctx.store
        .run(move |c| {
            let session = sessions::read(c, &session_id, &grant.client_id)?;
            removal::anonymize(c, &session, now_ms)
        })
        .await?;
    ctx.store.scrub().await;
    Ok(Json(Empty {}))
}

/// *idv session location read*: the address of the connection and what the device reported. There is no register of
/// addresses or places here, so everything that one would tell is null.
///
/// # Errors
/// 400, 401, 403, 404 (also where there is no such capture), 413, 415, 429.
pub async fn location_read(State(ctx): State<Backend>, request: Request) -> Result<Json<LocationReadReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: LocationReadRequest = requests::json(request, JSON_LIMIT).await?;
    let session_id = idv::id_of(body.session_id)?;
    let kind = match body.location_capture_type_e {
        LocationCaptureType::FrontDocImageCapture => Some(Kind::Front),
        LocationCaptureType::BackDocImageCapture => Some(Kind::Back),
        LocationCaptureType::SelfieImageCapture => Some(Kind::Liveness),
        LocationCaptureType::Unknown => None,
        LocationCaptureType::Unlisted(_) => {
            return Err(ApiError::wrong_type("location_capture_type_e", &LocationCaptureType::LISTED.join(", ")));
        }
    };
    let taken = ctx
        .store
        .read(move |c| {
            let session = sessions::read(c, &session_id, &grant.client_id)?;
            kind.map_or(Ok(None), |kind| images::taken_at(c, &session.session_id, kind))
        })
        .await?;
    let (place, address) = taken.ok_or_else(|| ApiError::not_found("this session has no such capture"))?;
    Ok(Json(LocationReadReply {
        ip_address: address,
        device_location: Some(format!("{},{}", place.latitude, place.longitude)),
        device_latitude: coordinate(&place.latitude, 90.0),
        device_longitude: coordinate(&place.longitude, 180.0),
        ..LocationReadReply::default()
    }))
}

/// The text comes from the device, and need not be a number.
fn coordinate(text: &str, most: f64) -> Option<f64> {
    text.trim().parse().ok().filter(|degrees: &f64| (-most..=most).contains(degrees))
}

/// *document list*: a session has one document, once finalization has read it.
///
/// # Errors
/// 400, 401, 403, 404, 413, 415, 422, 429.
pub async fn document_list(State(ctx): State<Backend>, request: Request) -> Result<Json<DocumentListReply>, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: DocumentListRequest = requests::json(request, JSON_LIMIT).await?;
    let page = lists::page(body.take, body.skip)?;
    let document = idv::read_document(&ctx, grant.client_id, body.session_id).await?;
    let all: Vec<_> = document.into_iter().collect();
    let meta_counts = Counts { total: all.len() as u64 };
    Ok(Json(DocumentListReply { documents: page.cut(all), meta_counts }))
}

/// *document download*: the file exactly as it came.
///
/// # Errors
/// 400, 401, 403, 404 (also where it was not given), 413, 415, 429.
pub async fn document_download(State(ctx): State<Backend>, request: Request) -> Result<Response, ApiError> {
    let grant = ctx.auth.backend_grant(request.headers()).await?;
    let body: DocumentDownloadRequest = requests::json(request, JSON_LIMIT).await?;
    let session_id = idv::id_of(body.session_id)?;
    let wanted = body.storage_file_type_e;
    if !wanted.is_listed() {
        return Err(ApiError::wrong_type("storage_file_type_e", &StorageFileType::LISTED.join(", ")));
    }
    let name = wanted.as_str().to_owned();
    let file = ctx
        .store
        .read(move |c| {
            let session = sessions::read(c, &session_id, &grant.client_id)?;
            let kind = match side_of(&wanted) {
                Some((document_type, kind)) if document_type == session.document_type => Some(kind),
                Some(_) => None,
                None => Some(Kind::Liveness),
            };
            kind.map_or(Ok(None), |kind| images::read_as(c, &session.session_id, kind, &wanted))
        })
        .await?
        .ok_or_else(|| ApiError::not_found("this session was not given such a file"))?;
    let mut response = image_files::file(file);
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    // The name is one of the listed words.
    if let Ok(disposition) = disposition {
        response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// The document and the side that a stored file shows; none for what shows the person, or nothing in particular.
fn side_of(wanted: &StorageFileType) -> Option<(DocumentType, Kind)> {
    Some(match wanted {
        StorageFileType::DriverLicenseFront => (DocumentType::DriverLicense, Kind::Front),
        StorageFileType::DriverLicenseBack => (DocumentType::DriverLicense, Kind::Back),
        StorageFileType::StateIdCardFront => (DocumentType::IdentificationCard, Kind::Front),
        StorageFileType::StateIdCardBack => (DocumentType::IdentificationCard, Kind::Back),
        StorageFileType::PassportFront => (DocumentType::Passport, Kind::Front),
        StorageFileType::PassportCardFront => (DocumentType::PassportCard, Kind::Front),
        StorageFileType::PassportCardBack => (DocumentType::PassportCard, Kind::Back),
        StorageFileType::Unknown
        | StorageFileType::Selfie
        | StorageFileType::LivenessPassive
        | StorageFileType::LivenessActiveStep1
        | StorageFileType::LivenessActiveStep2
        | StorageFileType::LivenessActiveStep3
        | StorageFileType::LivenessActiveStep4
        | StorageFileType::Unlisted(_) => return None,
    })
}
