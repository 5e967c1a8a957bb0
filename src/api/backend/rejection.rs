//! Errors of the clients: a rejection that the vendor documents, with its text, or any other failure with a code that
//! all clients share.

use std::fmt;

use crate::api::biometric::gbdfl::GbdflError;
use crate::api::biometric::mrz::MrzError;
use crate::api::biometric::persons::{AliasConflict, PersonsError, PersonsErrorReply};
use crate::api::errors::{ApiError, ApiErrorCode, ErrorBody, ErrorReply};
use crate::api::http::json_text;
use crate::api::idngo::IdngoError;

/// A documented rejection.
pub trait ApiRejection: Sized + fmt::Debug {
    /// Parses the rejection in a reply; `None` if the reply has no documented one.
    fn from_reply(status: u16, body: &[u8]) -> Option<Self>;
    /// The stable code.
    fn code(&self) -> &'static str;
    /// The documented text.
    fn text(&self) -> &'static str;
    /// The HTTP status.
    fn status(&self) -> u16;
    /// The field at fault.
    fn field(&self) -> Option<&str> {
        None
    }
    /// Values that are taken, and by whom.
    fn conflicts(&self) -> &[AliasConflict] {
        &[]
    }
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackendError<R> {
    /// A documented rejection.
    Rejected(R),
    /// Anything else: the network, a token, a status without documented words.
    Failed(ApiError),
}

impl<R: ApiRejection> BackendError<R> {
    /// Parses a failed reply.
    pub fn from_reply(failure: ApiError, body: &[u8]) -> Self {
        match failure.status.and_then(|status| R::from_reply(status, body)) {
            Some(rejection) => Self::Rejected(rejection),
            None => Self::Failed(failure),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rejected(rejection) => rejection.code(),
            Self::Failed(error) => error.code.as_str(),
        }
    }

    /// The HTTP status, where there was a reply.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Rejected(rejection) => Some(rejection.status()),
            Self::Failed(error) => error.status,
        }
    }

    /// The field at fault, where the server named one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Rejected(rejection) => rejection.field(),
            Self::Failed(error) => error.field.as_deref(),
        }
    }
}

impl<R> From<ApiErrorCode> for BackendError<R> {
    fn from(code: ApiErrorCode) -> Self {
        Self::Failed(ApiError::local(code))
    }
}

impl<R: ApiRejection> fmt::Display for BackendError<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::Rejected(rejection) => {
                f.write_str(rejection.text())?;
                if let Some(field) = rejection.field() {
                    write!(f, " (`{field}`)")?;
                }
                write!(f, " (HTTP {})", rejection.status())
            }
        }
    }
}

impl<R: ApiRejection> std::error::Error for BackendError<R> {}

/// KYC documents no rejections: the codes are those of [`ApiErrorCode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRejection {}

impl ApiRejection for NoRejection {
    fn from_reply(_status: u16, _body: &[u8]) -> Option<Self> {
        None
    }

    fn code(&self) -> &'static str {
        match *self {}
    }

    fn text(&self) -> &'static str {
        match *self {}
    }

    fn status(&self) -> u16 {
        match *self {}
    }
}

/// A rejection of Persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonsRejection {
    /// Which one.
    pub error: PersonsError,
    /// The field at fault.
    pub field: Option<String>,
    /// With [`PersonsError::AliasExists`]: the values that are taken, and by whom.
    pub conflicts: Vec<AliasConflict>,
}

impl ApiRejection for PersonsRejection {
    fn from_reply(status: u16, body: &[u8]) -> Option<Self> {
        let reply: PersonsErrorReply = serde_json::from_slice(json_text(body)).ok()?;
        let error = PersonsError::from_reply(status, &reply.error.message)?;
        Some(Self { error, field: plain(reply.error), conflicts: reply.conflicts })
    }

    fn code(&self) -> &'static str {
        self.error.code()
    }

    fn text(&self) -> &'static str {
        self.error.text()
    }

    fn status(&self) -> u16 {
        self.error.status()
    }

    fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    fn conflicts(&self) -> &[AliasConflict] {
        &self.conflicts
    }
}

/// A rejection of IDnGO.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdngoRejection {
    /// Which one.
    pub error: IdngoError,
    /// The parameter, field or header at fault.
    pub field: Option<String>,
}

impl ApiRejection for IdngoRejection {
    fn from_reply(status: u16, body: &[u8]) -> Option<Self> {
        let reply: ErrorReply = serde_json::from_slice(json_text(body)).ok()?;
        let error = IdngoError::from_code(&reply.error.code).filter(|error| error.status() == status)?;
        Some(Self { error, field: plain(reply.error) })
    }

    fn code(&self) -> &'static str {
        self.error.code()
    }

    fn text(&self) -> &'static str {
        self.error.text()
    }

    fn status(&self) -> u16 {
        self.error.status()
    }

    fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }
}

/// Rejections that status and text identify.
macro_rules! by_text {
    ($($error:ident),+) => {
        $(impl ApiRejection for $error {
            fn from_reply(status: u16, body: &[u8]) -> Option<Self> {
                let reply: ErrorReply = serde_json::from_slice(json_text(body)).ok()?;
                $error::from_reply(status, &reply.error.message)
            }

            fn code(&self) -> &'static str {
                $error::code(*self)
            }

            fn text(&self) -> &'static str {
                $error::text(*self)
            }

            fn status(&self) -> u16 {
                $error::status(*self)
            }
        })+
    };
}

by_text!(GbdflError, MrzError);

/// The name of a field, where it is no more than one: `aliases[0].value`, `externalUserId`, `X-App-Token`.
fn plain(error: ErrorBody) -> Option<String> {
    let fits =
        |field: &String| field.len() <= 64 && field.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-[].".contains(&b));
    error.field.filter(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_rejections_are_typed_and_other_failures_keep_their_status() {
        let body = br#"{"error": {"code": "alias_exists", "message": "Alias already exists"}, "statusCode": 400,
            "conflicts": [{"value": "x", "person_id": "p"}]}"#;
        let failure = |status, body: &[u8]| ApiError::from_reply(status, body, None);
        let error = BackendError::<PersonsRejection>::from_reply(failure(400, body), body);
        let BackendError::Rejected(rejection) = &error else { panic!("{error:?}") };
        assert_eq!((rejection.error, rejection.conflicts[0].person_id.as_str()), (PersonsError::AliasExists, "p"));
        assert_eq!(error.to_string(), "Alias already exists (HTTP 400)");
        let html = b"<html>ANNA</html>";
        let error = BackendError::<PersonsRejection>::from_reply(failure(502, html), html);
        assert_eq!((error.code(), error.status()), ("unavailable", Some(502)));
        assert!(!error.to_string().contains("ANNA"));
    }
}
