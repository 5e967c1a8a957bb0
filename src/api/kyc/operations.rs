//! The operations that a browser calls or that its integration needs, with their default routes. The macro also makes
//! the table of the operations that only a backend calls.

use crate::api::http::Method;

/// An operation that has a route.
pub trait Routed: Copy {
    /// The stable name, which is the key in the `routes` option.
    fn name(self) -> &'static str;
    /// The HTTP method.
    fn method(self) -> Method;
    /// The default path.
    fn default_path(self) -> &'static str;
}

/// Defines the operations with name, method and default path, so that none can be listed without its route.
macro_rules! operations {
    ($(#[$enum_doc:meta])* $enum:ident {
        $($(#[$doc:meta])* $variant:ident = $name:literal, $method:ident $path:literal;)+
    }) => {
        $(#[$enum_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $enum {
            $($(#[$doc])* $variant,)+
        }

        impl $enum {
            /// Every operation of this table, in the order of the text.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name, which is the key in the `routes` option.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The HTTP method.
            pub fn method(self) -> $crate::api::http::Method {
                match self {
                    $(Self::$variant => $crate::api::http::Method::$method,)+
                }
            }

            /// The default path.
            pub fn default_path(self) -> &'static str {
                match self {
                    $(Self::$variant => $path,)+
                }
            }

            /// The operation of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|operation| operation.name() == name)
            }
        }

        impl $crate::api::kyc::operations::Routed for $enum {
            fn name(self) -> &'static str {
                self.name()
            }

            fn method(self) -> $crate::api::http::Method {
                self.method()
            }

            fn default_path(self) -> &'static str {
                self.default_path()
            }
        }

        impl ::std::fmt::Display for $enum {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
#[cfg(feature = "backend")]
pub(super) use operations;

operations! {
    /// An operation that the browser calls, or that its integration cannot do without.
    Operation {
        /// Simple health check.
        UtilityHealthz = "utility_simple_health", Get "/healthz";
        /// Get API version.
        UtilityVersion = "utility_version", Get "/version";
        /// sdk metadata update.
        SdkMetadataUpdate = "sdk_metadata_update", Post "/idv/sdk/metadata/update";
        /// sdk liveness session generate.
        SdkLivenessGenerate = "sdk_liveness_session_generate", Post "/idv/sdk/liveness/session/generate";
        /// sdk liveness session process.
        SdkLivenessProcess = "sdk_liveness_session_process", Post "/idv/sdk/liveness/session/process";
        /// sdk session read.
        SdkSessionRead = "sdk_session_read", Post "/idv/sdk/session/read";
        /// sdk add identity consent.
        SdkConsentAdd = "sdk_consent_add", Post "/idv/sdk/consent/add";
        /// sdk document type update.
        SdkDocumentTypeUpdate = "sdk_document_type_update", Post "/idv/sdk/document/type/update";
        /// sdk document front image add.
        SdkDocumentFrontAdd = "sdk_document_front_add", Post "/idv/sdk/document/front/add";
        /// sdk document back image add.
        SdkDocumentBackAdd = "sdk_document_back_add", Post "/idv/sdk/document/back/add";
        /// sdk idv finalization.
        SdkFinalize = "sdk_finalize", Post "/idv/sdk/finalize";
        /// session read of IDA, with `X-Client-Id`.
        IdaSdkSessionRead = "ida_sdk_session_read", Post "/ida/sdk/session/read";
        /// sdk metadata update of IDA.
        IdaSdkMetadataUpdate = "ida_sdk_metadata_update", Post "/ida/sdk/metadata/update";
        /// sdk liveness session generate of IDA.
        IdaSdkLivenessGenerate = "ida_sdk_liveness_session_generate", Post "/ida/sdk/liveness/session/generate";
        /// sdk liveness session process of IDA.
        IdaSdkLivenessProcess = "ida_sdk_liveness_session_process", Post "/ida/sdk/liveness/session/process";
        /// identity authentication finalize.
        IdaSdkFinalize = "ida_sdk_finalize", Post "/ida/sdk/finalize";
        /// idv session create.
        IdvSessionCreate = "idv_session_create", Post "/idv/session/create";
        /// idv session read.
        IdvSessionRead = "idv_session_read", Post "/idv/session/read";
        /// idv document read.
        IdvDocumentRead = "idv_document_read", Post "/idv/document/read";
        /// idv session test read.
        IdvSessionTestRead = "idv_session_test_read", Post "/idv/session/test/read";
        /// Token by client credentials.
        Oauth2Token = "oauth2_token", Post "/oauth2/token";
    }
}
