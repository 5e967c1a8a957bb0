//! The table of routes: the one place that knows methods and paths. The text names operations only, so the defaults
//! below are this project's, and every path is replaceable, since a deployment may sit behind another prefix.

use std::fmt;

/// HTTP method of an operation: `POST` where there is a body, `GET` where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// No body.
    Get,
    /// With a body.
    Post,
}

impl Method {
    /// `GET` or `POST`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// An operation of the API: what a table of routes needs to know of it.
pub trait Routed: Copy {
    /// The stable name, which is the key in the `routes` option.
    fn name(self) -> &'static str;
    /// The HTTP method.
    fn method(self) -> Method;
    /// The path unless it is replaced.
    fn default_path(self) -> &'static str;
}

/// Defines the operations with name, method and default path, so that none can be listed without its route.
macro_rules! operations {
    ($(#[$enum_doc:meta])* $enum:ident { $($(#[$doc:meta])* $variant:ident = $name:literal, $method:ident $path:literal;)+ }) => {
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
            pub fn method(self) -> $crate::api::kyc::routes::Method {
                match self {
                    $(Self::$variant => $crate::api::kyc::routes::Method::$method,)+
                }
            }

            /// The path unless it is replaced.
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

        impl $crate::api::kyc::routes::Routed for $enum {
            fn name(self) -> &'static str {
                self.name()
            }

            fn method(self) -> $crate::api::kyc::routes::Method {
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

/// Why a route cannot be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteError {
    /// No operation has this name.
    UnknownOperation(String),
    /// The path does not begin with `/`, is longer than 512 bytes, or has a character that does not belong in a path.
    InvalidPath(&'static str),
}

impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOperation(name) => write!(f, "no operation is named `{name}`"),
            Self::InvalidPath(operation) => {
                write!(f, "the path of `{operation}` must begin with `/` and hold only visible ASCII")
            }
        }
    }
}

impl std::error::Error for RouteError {}

/// Where each operation is found; the defaults, with replacements. One table serves all tables of operations: their names
/// are distinct.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RouteTable {
    replaced: Vec<(&'static str, String)>,
}

impl RouteTable {
    /// The path of an operation, beginning with `/`.
    pub fn path(&self, operation: impl Routed) -> &str {
        self.replaced
            .iter()
            .find(|(candidate, _)| *candidate == operation.name())
            .map_or(operation.default_path(), |(_, path)| path)
    }

    /// Replaces the path of the operation named `name`.
    ///
    /// # Errors
    /// [`RouteError`] when no operation has the name, or the path would not be one.
    pub fn replace(&mut self, name: &str, path: &str) -> Result<(), RouteError> {
        let operation =
            known_name(name).ok_or_else(|| RouteError::UnknownOperation(name.chars().take(64).collect()))?;
        let clean = path.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'#' | b'\\' | b'"' | b'<' | b'>'));
        // `//host` would leave the origin that the token is meant for.
        if !path.starts_with('/') || path.starts_with("//") || path.len() > 512 || !clean {
            return Err(RouteError::InvalidPath(operation));
        }
        self.replaced.retain(|(candidate, _)| *candidate != operation);
        self.replaced.push((operation, path.to_owned()));
        Ok(())
    }
}

fn known_name(name: &str) -> Option<&'static str> {
    let operation = Operation::from_name(name).map(Operation::name);
    #[cfg(feature = "backend")]
    let operation = operation.or_else(|| {
        use super::backend_routes::BackendOperation;
        BackendOperation::from_name(name).map(BackendOperation::name)
    });
    operation
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_and_paths_are_unique() {
        let names: HashSet<_> = Operation::ALL.iter().map(|o| o.name()).collect();
        let paths: HashSet<_> = Operation::ALL.iter().map(|o| o.default_path()).collect();
        assert_eq!((names.len(), paths.len()), (Operation::ALL.len(), Operation::ALL.len()));
        for operation in Operation::ALL {
            assert_eq!(Operation::from_name(operation.name()), Some(*operation));
        }
    }

    #[test]
    fn a_route_is_replaceable() {
        let mut routes = RouteTable::default();
        assert_eq!(routes.path(Operation::SdkFinalize), "/idv/sdk/finalize");
        routes.replace("sdk_finalize", "/v2/finalize").unwrap();
        routes.replace("sdk_finalize", "/v3/finalize?strict=1").unwrap();
        assert_eq!(routes.path(Operation::SdkFinalize), "/v3/finalize?strict=1");
        assert_eq!(routes.path(Operation::SdkSessionRead), "/idv/sdk/session/read");
    }

    #[test]
    fn refuses_what_is_no_route() {
        let long = format!("/{}", "a".repeat(600));
        for path in ["", "finalize", "//other.example/x", "/a b", "/a\nb", "/a#b", "/ü", long.as_str()] {
            let error = RouteTable::default().replace("sdk_finalize", path).unwrap_err();
            assert_eq!(error, RouteError::InvalidPath("sdk_finalize"), "{path:?}");
        }
        let error = RouteTable::default().replace("sdk_finalise", "/x").unwrap_err();
        assert_eq!(error, RouteError::UnknownOperation("sdk_finalise".into()));
    }
}
