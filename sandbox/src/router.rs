//! The routes as a function of the state, so that the application can be called without a socket.

use std::time::Instant;

use axum::Router;
use axum::extract::{FromRef, MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method as HttpMethod};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use kyc_capture::api::kyc::backend_routes::BackendOperation;
use kyc_capture::api::kyc::routes::{Method, Operation};

use crate::biometric::{gbdfl, mrz, persons};
use crate::demo::sessions as demo;
use crate::http::client_addr::{TrustProxy, client_addr};
use crate::http::cors::Cors;
use crate::http::errors::ApiError;
use crate::http::faults::Faults;
use crate::http::{auth, cors, faults, static_files, unread_body};
use crate::jobs::body_permit::BodyPermit;
use crate::kyc::{ida, ida_sdk, identity, idv, idv_lists, idv_sdk, idv_settings, utility, webhooks};
use crate::state::App;
use crate::store::audit;
use crate::{idngo, openapi};

/// All routes of this state.
pub fn router(app: App) -> Router {
    let mut router = utility::routes()
        .route(kyc_capture::api::biometric::mrz::PATH, post(mrz::retrieve))
        .merge(persons::routes())
        .merge(gbdfl::routes())
        .merge(idngo::routes());
    for operation in Operation::ALL {
        if let Some(handler) = handler_of(*operation) {
            debug_assert_eq!(operation.method(), Method::Post);
            router = router.route(operation.default_path(), handler);
        }
    }
    for operation in BackendOperation::ALL {
        if let Some(handler) = backend_handler_of(*operation) {
            router = router.route(operation.default_path(), handler);
        }
    }
    router = router.merge(openapi::routes()).route("/oauth2/revoke", post(auth::revocation_endpoint));
    if app.config.demo_client_id.is_some() {
        router = router
            .route("/demo/session", post(demo::session))
            .route("/demo/token", post(demo::token))
            .route("/demo/session/read", post(demo::session_read))
            .route("/demo/handoff", post(demo::handoff))
            .route("/demo/handoff/redeem", post(demo::redeem))
            .route("/demo/ida/session", post(demo::ida_session))
            .route("/demo/ida/session/read", post(demo::ida_session_read));
    }
    if app.config.pkg.is_some() {
        router = router.route("/pkg/{*path}", get(static_files::package));
    }
    router = router
        .fallback(static_files::page)
        .method_not_allowed_fallback(|| async { ApiError::method_not_allowed() })
        .layer(middleware::from_fn(common_headers));
    if app.config.faults {
        router = router
            .route("/__faults", post(faults::schedule_fault))
            .layer(middleware::from_fn_with_state(Faults::from_ref(&app), faults::inject));
    }
    router
        .layer(middleware::from_fn_with_state(Cors::from_ref(&app), cors::answer))
        .layer(middleware::from_fn_with_state(app.clone(), in_time))
        .layer(middleware::from_fn(log))
        .layer(middleware::from_fn(unread_body::read_rest))
        .with_state(app)
}

/// The handler of an operation: exhaustive, so that a new operation in the shared table is noticed here.
fn handler_of(operation: Operation) -> Option<MethodRouter<App>> {
    Some(match operation {
        Operation::SdkMetadataUpdate => post(idv_sdk::metadata_update),
        Operation::SdkLivenessGenerate => post(idv_sdk::liveness_generate),
        Operation::SdkLivenessProcess => post(idv_sdk::liveness_process),
        Operation::SdkSessionRead => post(idv_sdk::session_read),
        Operation::SdkConsentAdd => post(idv_sdk::consent_add),
        Operation::SdkDocumentTypeUpdate => post(idv_sdk::document_type_update),
        Operation::SdkDocumentFrontAdd => post(idv_sdk::document_front_add),
        Operation::SdkDocumentBackAdd => post(idv_sdk::document_back_add),
        Operation::SdkFinalize => post(idv_sdk::finalize),
        Operation::IdvSessionCreate => post(idv::session_create),
        Operation::IdvSessionRead => post(idv::session_read),
        Operation::IdvDocumentRead => post(idv::document_read),
        Operation::IdvSessionTestRead => post(idv::session_test_read),
        Operation::Oauth2Token => post(auth::token_endpoint),
        Operation::IdaSdkSessionRead => post(ida_sdk::session_read),
        Operation::IdaSdkMetadataUpdate => post(ida_sdk::metadata_update),
        Operation::IdaSdkLivenessGenerate => post(ida_sdk::liveness_generate),
        Operation::IdaSdkLivenessProcess => post(ida_sdk::liveness_process),
        Operation::IdaSdkFinalize => post(ida_sdk::finalize),
        // Part of the utility routes.
        Operation::UtilityHealthz | Operation::UtilityVersion => return None,
    })
}

/// The same of the operations that only a backend calls.
fn backend_handler_of(operation: BackendOperation) -> Option<MethodRouter<App>> {
    use BackendOperation as Backend;
    Some(match operation {
        Backend::IdvRequirementsGet => get(idv_settings::requirements_get),
        Backend::IdvRequirementsUpdate => post(idv_settings::requirements_update),
        Backend::IdvWeightsGet => get(idv_settings::weights_get),
        Backend::IdvWeightsUpdate => post(idv_settings::weights_update),
        Backend::IdvWeightsGetById => get(idv_settings::weights_get_by_id),
        Backend::IdvSessionList => post(idv_lists::session_list),
        Backend::IdvSessionDelete => post(idv_lists::session_delete),
        Backend::IdvSessionAnonymize => post(idv_lists::session_anonymize),
        Backend::IdvSessionLocationRead => post(idv_lists::location_read),
        Backend::IdvDocumentList => post(idv_lists::document_list),
        Backend::IdvDocumentDownload => post(idv_lists::document_download),
        Backend::WebhookCreate => post(webhooks::create),
        Backend::WebhookList => post(webhooks::list),
        Backend::WebhookDelete => post(webhooks::delete),
        Backend::IdaSessionCreate => post(ida::session_create),
        Backend::IdaSessionRead => post(ida::session_read),
        Backend::IdaSessionList => post(ida::session_list),
        Backend::IdaSessionDelete => post(ida::session_delete),
        Backend::IdaSessionLocationRead => post(ida::location_read),
        Backend::IdaDocumentDownload => post(ida::document_download),
        Backend::IdentityList => post(identity::list),
        Backend::IdentityRead => post(identity::read),
        Backend::IdentityAnonymize => post(identity::anonymize),
        Backend::IdentitySdkStatus => post(identity::sdk_status),
        Backend::IdentityDocumentRead => post(identity::document_read),
        Backend::IdentityImageRead => post(identity::image_read),
        // Part of the utility routes.
        Backend::UtilityRoot
        | Backend::UtilityPing
        | Backend::UtilityStatus
        | Backend::UtilityMetrics
        | Backend::UtilityLive
        | Backend::UtilityReady
        | Backend::UtilityHealth => return None,
    })
}

/// Replies are not to be guessed at or kept, unless a handler says otherwise.
async fn common_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A request that takes too long is given up, and gets no more room for its body than there is.
async fn in_time(State(app): State<App>, mut request: Request, next: Next) -> Response {
    // Held until the reply has been made.
    let address = client_addr(TrustProxy(app.config.trust_proxy), request.headers(), request.extensions());
    let permit = BodyPermit::new(&app.workers, address);
    request.extensions_mut().insert(permit.clone());
    let limit = app.config.request_timeout;
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.unwrap_or_else(|_| ApiError::timed_out(limit.as_secs()).into_response())
}

/// One line per request: method, route template, status, milliseconds. Never an address with its values, never a body.
async fn log(method: HttpMethod, path: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let action = format!("{method} {}", path.as_ref().map_or("(page)", MatchedPath::as_str));
    let response = audit::during(audit::Request::new(action), next.run(request)).await;
    let route = path.as_ref().map_or("(page)", MatchedPath::as_str);
    utility::count_answer();
    eprintln!("{method} {route} {} {} ms", response.status().as_u16(), began.elapsed().as_millis());
    response
}
