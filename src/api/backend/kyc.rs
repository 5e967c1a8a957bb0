//! The calls of KYC API 2.10.15 that a backend makes. `kyc_operations` is the one list of them: the typed functions
//! here, the calls by name and the methods of the native client are all made of it.

use super::call::{Call, CallInvalid, Credentials, argument, checked, with_query};
use crate::api::errors::ApiErrorCode;
use crate::api::http::{Method, percent_encode};
use crate::api::json::Empty;
use crate::api::kyc::backend_routes::BackendOperation;
use crate::api::kyc::ida::*;
use crate::api::kyc::identity::*;
use crate::api::kyc::idv::*;
use crate::api::kyc::idv_lists::*;
use crate::api::kyc::operations::{Operation, Routed};
use crate::api::kyc::requirements::*;
use crate::api::kyc::routes::RouteTable;
use crate::api::kyc::utility::*;
use crate::api::kyc::webhook::*;
use crate::api::kyc::weights::{WeightsQuery, WeightsReply, WeightsUpdateRequest};
use crate::api::retry::Idempotency;

/// The operations of a backend, by kind: `post` (JSON in and out), `get` (a query in, JSON out), `utility` (nothing in,
/// no token), `download` (JSON in, a file out). Each `post` states whether it is idempotent.
macro_rules! kyc_operations {
    ($then:ident) => {
        $then! {
            post {
                /// *idv session create*.
                idv_session_create(SessionCreateRequest) -> SessionCreateReply,
                    Operation::IdvSessionCreate, NonIdempotent;
                /// *idv session read*.
                idv_session_read(SessionReadRequest) -> SessionReadReply, Operation::IdvSessionRead, Idempotent;
                /// *idv session list*, one page; all of them by `idv_sessions`.
                idv_session_list(SessionListRequest) -> SessionListReply, BackendOperation::IdvSessionList, Idempotent;
                /// *idv session delete*. If its first reply was lost, the repetition returns `session_not_found`.
                idv_session_delete(SessionDeleteRequest) -> Empty, BackendOperation::IdvSessionDelete, Idempotent;
                /// *idv session anonymize*.
                idv_session_anonymize(SessionAnonymizeRequest) -> Empty,
                    BackendOperation::IdvSessionAnonymize, Idempotent;
                /// *idv session location read*.
                idv_session_location_read(LocationReadRequest) -> LocationReadReply,
                    BackendOperation::IdvSessionLocationRead, Idempotent;
                /// *idv session test read*.
                idv_session_test_read(SessionTestReadRequest) -> SessionTestReadReply,
                    Operation::IdvSessionTestRead, Idempotent;
                /// *idv document read*.
                idv_document_read(DocumentReadRequest) -> DocumentReadReply, Operation::IdvDocumentRead, Idempotent;
                /// *idv document list*, one page; all of them by `idv_documents`.
                idv_document_list(DocumentListRequest) -> DocumentListReply,
                    BackendOperation::IdvDocumentList, Idempotent;
                /// *update requirements*.
                idv_requirements_update(Requirements) -> Empty, BackendOperation::IdvRequirementsUpdate, Idempotent;
                /// *update weights*: each makes a version of its own.
                idv_weights_update(WeightsUpdateRequest) -> Empty, BackendOperation::IdvWeightsUpdate, NonIdempotent;
                /// *ida session create*.
                ida_session_create(IdaSessionCreateRequest) -> IdaSessionCreateReply,
                    BackendOperation::IdaSessionCreate, NonIdempotent;
                /// *ida session read*.
                ida_session_read(IdaSessionReadRequest) -> IdaSessionReadReply,
                    BackendOperation::IdaSessionRead, Idempotent;
                /// *ida session list*, one page; all of them by `ida_sessions`.
                ida_session_list(IdaSessionListRequest) -> IdaSessionListReply,
                    BackendOperation::IdaSessionList, Idempotent;
                /// *ida session delete*. If its first reply was lost, the repetition returns `session_not_found`.
                ida_session_delete(IdaSessionDeleteRequest) -> Empty, BackendOperation::IdaSessionDelete, Idempotent;
                /// *ida session location read*.
                ida_session_location_read(LocationReadRequest) -> LocationReadReply,
                    BackendOperation::IdaSessionLocationRead, Idempotent;
                /// *list identities*, one page; all of them by `identities`.
                identity_list(IdentityListRequest) -> IdentityListReply, BackendOperation::IdentityList, Idempotent;
                /// *read identities*.
                identity_read(IdentityReadRequest) -> IdentityReadReply, BackendOperation::IdentityRead, Idempotent;
                /// *anonymize identity*.
                identity_anonymize(IdentityAnonymizeRequest) -> Empty, BackendOperation::IdentityAnonymize, Idempotent;
                /// *get identity status for sdk*.
                identity_sdk_status(IdentityStatusRequest) -> IdentityStatusReply,
                    BackendOperation::IdentitySdkStatus, Idempotent;
                /// *read completed identity document*.
                identity_document_read(IdentityDocumentReadRequest) -> IdentityDocumentReadReply,
                    BackendOperation::IdentityDocumentRead, Idempotent;
                /// *webhook create*.
                webhook_create(WebhookCreateRequest) -> Empty, BackendOperation::WebhookCreate, NonIdempotent;
                /// *webhook list*, one page; all of them by `webhooks`.
                webhook_list(WebhookListRequest) -> WebhookListReply, BackendOperation::WebhookList, Idempotent;
                /// *webhook delete*.
                webhook_delete(WebhookDeleteRequest) -> Empty, BackendOperation::WebhookDelete, Idempotent;
            }
            get {
                /// *get requirements*.
                idv_requirements_get(RequirementsQuery) -> RequirementsReply, BackendOperation::IdvRequirementsGet;
                /// *get weights*.
                idv_weights_get(WeightsQuery) -> WeightsReply, BackendOperation::IdvWeightsGet;
            }
            utility {
                /// *root*.
                utility_root() -> RootReply, BackendOperation::UtilityRoot;
                /// *ping*.
                utility_ping() -> PingReply, BackendOperation::UtilityPing;
                /// *API status*.
                utility_status() -> StatusReply, BackendOperation::UtilityStatus;
                /// *system metrics*.
                utility_metrics() -> MetricsReply, BackendOperation::UtilityMetrics;
                /// *liveness probe*.
                utility_live() -> LiveReply, BackendOperation::UtilityLive;
                /// *readiness probe*.
                utility_ready() -> ReadyReply, BackendOperation::UtilityReady;
                /// *simple health*.
                utility_healthz() -> HealthzReply, Operation::UtilityHealthz;
                /// *health*.
                utility_health() -> HealthReply, BackendOperation::UtilityHealth;
                /// *version*.
                utility_version() -> VersionReply, Operation::UtilityVersion;
            }
            download {
                /// *idv document download*: the file as it was stored.
                idv_document_download(DocumentDownloadRequest), BackendOperation::IdvDocumentDownload;
                /// *download ida document*: the best photo of the person.
                ida_document_download(IdaDocumentDownloadRequest), BackendOperation::IdaDocumentDownload;
                /// *read identity image*.
                identity_image_read(IdentityImageReadRequest), BackendOperation::IdentityImageRead;
            }
        }
    };
}

/// Makes the typed functions and the calls by name.
macro_rules! calls {
    (
        post {
            $($(#[$post_doc:meta])* $post:ident($post_in:ty)
                -> $post_out:ty, $post_table:ident::$post_op:ident, $idempotency:ident;)*
        }
        get { $($(#[$get_doc:meta])* $get:ident($get_in:ty) -> $get_out:ty, $get_table:ident::$get_op:ident;)* }
        utility {
            $($(#[$utility_doc:meta])* $utility:ident() -> $utility_out:ty, $utility_table:ident::$utility_op:ident;)*
        }
        download {
            $($(#[$download_doc:meta])* $download:ident($download_in:ty), $download_table:ident::$download_op:ident;)*
        }
    ) => {
        $($(#[$post_doc])*
        pub fn $post(routes: &RouteTable, request: &$post_in) -> Call {
            let operation = $post_table::$post_op;
            Call::json(operation.name(), routes.path(operation).to_owned(), request, Idempotency::$idempotency)
                .with(Credentials::Bearer)
        })*

        $($(#[$get_doc])*
        pub fn $get(routes: &RouteTable, query: &$get_in) -> Call {
            let operation = $get_table::$get_op;
            let target = with_query(routes.path(operation), query);
            Call::bare(operation.name(), Method::Get, target, Idempotency::Idempotent).with(Credentials::Bearer)
        })*

        $($(#[$utility_doc])*
        pub fn $utility(routes: &RouteTable) -> Call {
            bare(routes, $utility_table::$utility_op)
        })*

        $($(#[$download_doc])*
        pub fn $download(routes: &RouteTable, request: &$download_in) -> Call {
            let operation = $download_table::$download_op;
            Call::json(operation.name(), routes.path(operation).to_owned(), request, Idempotency::Idempotent)
                .with(Credentials::Bearer)
        })*

        /// A call by name, of JSON.
        ///
        /// # Errors
        /// [`CallInvalid`]
        pub fn by_name(routes: &RouteTable, name: &str, json: &str) -> Result<Call, CallInvalid> {
            $(if name == $post_table::$post_op.name() {
                return Ok($post(routes, &argument(json)?));
            })*
            $(if name == $get_table::$get_op.name() {
                return Ok($get(routes, &argument(json)?));
            })*
            $(if name == $utility_table::$utility_op.name() {
                return Ok($utility(routes));
            })*
            $(if name == $download_table::$download_op.name() {
                return Ok($download(routes, &argument(json)?));
            })*
            if name == BackendOperation::IdvWeightsGetById.name() {
                #[derive(serde::Deserialize)]
                struct ById {
                    id: String,
                }
                return Ok(idv_weights_get_by_id(routes, &argument::<ById>(json)?.id));
            }
            Err(CallInvalid::UnknownOperation)
        }

        /// The reply to a call by name, checked and as JSON. Downloads are no JSON.
        ///
        /// # Errors
        /// The code where it is not as documented.
        pub fn reply_by_name(name: &str, body: &[u8]) -> Result<String, ApiErrorCode> {
            $(if name == $post_table::$post_op.name() {
                return checked::<$post_out>(body);
            })*
            $(if name == $get_table::$get_op.name() {
                return checked::<$get_out>(body);
            })*
            $(if name == $utility_table::$utility_op.name() {
                return checked::<$utility_out>(body);
            })*
            if name == BackendOperation::IdvWeightsGetById.name() {
                return checked::<WeightsReply>(body);
            }
            Err(ApiErrorCode::ReplyInvalid)
        }

        /// Names of all operations of a backend.
        pub fn names() -> Vec<&'static str> {
            vec![
                $($post_table::$post_op.name(),)*
                $($get_table::$get_op.name(),)*
                $($utility_table::$utility_op.name(),)*
                $($download_table::$download_op.name(),)*
                BackendOperation::IdvWeightsGetById.name(),
            ]
        }
    };
}

kyc_operations!(calls);

/// A list that is read page by page.
pub trait Paged: Clone {
    /// One page.
    type Reply;
    /// What is listed.
    type Item;
    /// The request for a page.
    fn page(&self, skip: u32, take: u32) -> Self;
    /// What was asked for: how many to skip, and how many to a page.
    fn begin(&self) -> (u32, Option<u32>);
    /// What is on a page, and how many there are on all.
    fn items(reply: Self::Reply) -> (Vec<Self::Item>, u64);
}

/// Items to a page where the request does not say.
pub const PAGE: u32 = 100;

/// Makes lists of their requests: reply, item, the reply's field, and where the reply counts.
macro_rules! paged {
    ($($request:ident => $reply:ident, $item:ident, $field:ident, $counts:ident;)+) => {
        $(impl Paged for $request {
            type Reply = $reply;
            type Item = $item;

            fn page(&self, skip: u32, take: u32) -> Self {
                Self { skip: Some(skip), take: Some(take), ..self.clone() }
            }

            fn begin(&self) -> (u32, Option<u32>) {
                (self.skip.unwrap_or(0), self.take)
            }

            fn items(reply: $reply) -> (Vec<$item>, u64) {
                (reply.$field, reply.$counts.total)
            }
        })+
    };
}

paged! {
    SessionListRequest => SessionListReply, SessionSummary, sessions, meta_counts;
    DocumentListRequest => DocumentListReply, DocumentReadReply, documents, meta_counts;
    IdaSessionListRequest => IdaSessionListReply, IdaSessionSummary, sessions, meta_counts;
    IdentityListRequest => IdentityListReply, Identity, identities, meta_counts;
    WebhookListRequest => WebhookListReply, Webhook, webhooks, statistics;
}

/// *get weights by id*.
pub fn idv_weights_get_by_id(routes: &RouteTable, id: &str) -> Call {
    let operation = BackendOperation::IdvWeightsGetById;
    let target = routes.path(operation).replace("{id}", &percent_encode(id).to_string());
    Call::bare(operation.name(), Method::Get, target, Idempotency::Idempotent).with(Credentials::Bearer)
}

fn bare(routes: &RouteTable, operation: impl Routed) -> Call {
    Call::bare(operation.name(), Method::Get, routes.path(operation).to_owned(), Idempotency::Idempotent)
}

#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub(super) use kyc_operations;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_operation_of_a_backend_has_a_call() {
        let names = names();
        let unique: HashSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len());
        for operation in BackendOperation::ALL {
            assert!(names.contains(&operation.name()), "{} has no call", operation.name());
        }
        // 53 operations but the nine and the four that a browser calls, and its session read of IDA.
        assert_eq!(names.len(), 53 - 9 - 4 - 1, "{names:?}");
    }

    #[test]
    fn calls_by_name_are_those_by_type() {
        let routes = RouteTable::default();
        let typed = idv_session_read(&routes, &SessionReadRequest { session_id: "s".into() });
        let named = by_name(&routes, "idv_session_read", r#"{"session_id": "s"}"#).unwrap();
        assert!(typed == named);
        let query = by_name(&routes, "idv_weights_get", r#"{"client_id": "a b"}"#).unwrap();
        assert_eq!((query.target.as_str(), query.method), ("/idv/weights?client_id=a%20b", Method::Get));
        let id = by_name(&routes, "idv_weights_get_by_id", r#"{"id": "../x"}"#).unwrap();
        assert_eq!(id.target, "/idv/weights/..%2Fx");
        assert_eq!(
            by_name(&routes, "idv_session_read", "{}").unwrap_err(),
            CallInvalid::Argument(Some("session_id".into()))
        );
        assert_eq!(by_name(&routes, "sdk_finalize", "{}").unwrap_err(), CallInvalid::UnknownOperation);
    }
}
