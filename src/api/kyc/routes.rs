//! The routes of a deployment. The vendor's text names operations only, so the default paths are this project's, and
//! every path is replaceable, since a deployment may use another prefix.

use std::fmt;

#[cfg(feature = "backend")]
use super::backend_routes::BackendOperation;
pub use super::operations::{Operation, Routed};
pub use crate::api::http::Method;

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

/// The path of each operation: the defaults with replacements. Names are distinct over all tables of operations.
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
    let operation = operation.or_else(|| BackendOperation::from_name(name).map(BackendOperation::name));
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
