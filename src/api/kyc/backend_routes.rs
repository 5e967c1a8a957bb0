//! The operations that only a backend calls, with their default routes. Separate from [`super::operations`], so that
//! the browser's module does not contain them.

use super::operations::operations;

operations! {
    /// An operation that a backend calls, and a browser never.
    BackendOperation {
        /// Root endpoint.
        UtilityRoot = "utility_root", Get "/";
        /// Ping.
        UtilityPing = "utility_ping", Get "/ping";
        /// API status.
        UtilityStatus = "utility_status", Get "/status";
        /// System metrics.
        UtilityMetrics = "utility_metrics", Get "/metrics";
        /// Liveness probe.
        UtilityLive = "utility_liveness_probe", Get "/health/live";
        /// Readiness probe.
        UtilityReady = "utility_readiness_probe", Get "/health/ready";
        /// Health check.
        UtilityHealth = "utility_health", Get "/health";
        /// idv session list.
        IdvSessionList = "idv_session_list", Post "/idv/session/list";
        /// idv session delete.
        IdvSessionDelete = "idv_session_delete", Post "/idv/session/delete";
        /// idv session anonymize.
        IdvSessionAnonymize = "idv_session_anonymize", Post "/idv/session/anonymize";
        /// idv session location read.
        IdvSessionLocationRead = "idv_session_location_read", Post "/idv/session/location/read";
        /// idv document list.
        IdvDocumentList = "idv_document_list", Post "/idv/document/list";
        /// idv document download.
        IdvDocumentDownload = "idv_document_download", Post "/idv/document/download";
        /// get requirements.
        IdvRequirementsGet = "idv_requirements_get", Get "/idv/requirements";
        /// update requirements.
        IdvRequirementsUpdate = "idv_requirements_update", Post "/idv/requirements";
        /// get weights.
        IdvWeightsGet = "idv_weights_get", Get "/idv/weights";
        /// update weights.
        IdvWeightsUpdate = "idv_weights_update", Post "/idv/weights";
        /// get weights by id; `{id}` is the id.
        IdvWeightsGetById = "idv_weights_get_by_id", Get "/idv/weights/{id}";
        /// ida session create.
        IdaSessionCreate = "ida_session_create", Post "/ida/session/create";
        /// ida session read.
        IdaSessionRead = "ida_session_read", Post "/ida/session/read";
        /// ida session list.
        IdaSessionList = "ida_session_list", Post "/ida/session/list";
        /// ida session delete.
        IdaSessionDelete = "ida_session_delete", Post "/ida/session/delete";
        /// ida session location read.
        IdaSessionLocationRead = "ida_session_location_read", Post "/ida/session/location/read";
        /// download ida document.
        IdaDocumentDownload = "ida_document_download", Post "/ida/document/download";
        /// list identities.
        IdentityList = "identity_list", Post "/identity/list";
        /// read identities.
        IdentityRead = "identity_read", Post "/identity/read";
        /// anonymize identity.
        IdentityAnonymize = "identity_anonymize", Post "/identity/anonymize";
        /// get identity status for sdk.
        IdentitySdkStatus = "identity_sdk_status", Post "/identity/sdk/status";
        /// read completed identity document.
        IdentityDocumentRead = "identity_document_read", Post "/identity/document/read";
        /// read identity image.
        IdentityImageRead = "identity_image_read", Post "/identity/image/read";
        /// webhook create.
        WebhookCreate = "webhook_create", Post "/webhook/create";
        /// webhook list.
        WebhookList = "webhook_list", Post "/webhook/list";
        /// webhook delete.
        WebhookDelete = "webhook_delete", Post "/webhook/delete";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::api::http::Method;
    use crate::api::kyc::operations::Operation;
    use crate::api::kyc::routes::RouteTable;

    #[test]
    fn names_and_routes_are_unique_over_both_tables() {
        let browser = Operation::ALL.iter().map(|o| (o.name(), (o.method().as_str(), o.default_path())));
        let backend = BackendOperation::ALL.iter().map(|o| (o.name(), (o.method().as_str(), o.default_path())));
        let all: Vec<_> = browser.chain(backend).collect();
        let names: HashSet<_> = all.iter().map(|o| o.0).collect();
        let routes: HashSet<_> = all.iter().map(|o| o.1).collect();
        assert_eq!((names.len(), routes.len()), (all.len(), all.len()));
    }

    #[test]
    fn a_route_is_replaceable() {
        let mut routes = RouteTable::default();
        routes.replace("webhook_list", "/v2/hooks").unwrap();
        assert_eq!(routes.path(BackendOperation::WebhookList), "/v2/hooks");
        assert_eq!(routes.path(BackendOperation::IdvWeightsGetById), "/idv/weights/{id}");
        assert_eq!(BackendOperation::IdvWeightsGet.method(), Method::Get);
    }
}
