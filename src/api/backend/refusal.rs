//! Errors of the clients: a refusal that a document lists, with its text; or any other failure, by the codes that all clients
//! share.

use std::fmt;

use crate::api::biometric::gbdfl::GbdflError;
use crate::api::biometric::mrz::MrzError;
use crate::api::biometric::persons::{AliasConflict, PersonsError, PersonsErrorReply};
use crate::api::errors::{ApiError, ApiErrorCode, ErrorBody, ErrorReply};
use crate::api::idngo::IdngoError;

/// A refusal that a document lists.
pub trait Refusal: Sized + fmt::Debug {
    /// The refusal that a reply of this status and body says, if it is one.
    fn of(status: u16, body: &[u8]) -> Option<Self>;
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
    /// The server refused in the document's words.
    Refused(R),
    /// Anything else: the network, a token, a status without documented words.
    Failed(ApiError),
}

impl<R: Refusal> BackendError<R> {
    /// The failure that a reply says.
    pub fn of_reply(failure: ApiError, body: &[u8]) -> Self {
        match failure.status.and_then(|status| R::of(status, body)) {
            Some(refusal) => Self::Refused(refusal),
            None => Self::Failed(failure),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Failed(error) => error.code.as_str(),
        }
    }

    /// The HTTP status, where there was a reply.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.status()),
            Self::Failed(error) => error.status,
        }
    }

    /// The field at fault, where the server named one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => refusal.field(),
            Self::Failed(error) => error.field.as_deref(),
        }
    }
}

impl<R> From<ApiErrorCode> for BackendError<R> {
    fn from(code: ApiErrorCode) -> Self {
        Self::Failed(ApiError::local(code))
    }
}

impl<R: Refusal> fmt::Display for BackendError<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::Refused(refusal) => {
                f.write_str(refusal.text())?;
                if let Some(field) = refusal.field() {
                    write!(f, " (`{field}`)")?;
                }
                write!(f, " (HTTP {})", refusal.status())
            }
        }
    }
}

impl<R: Refusal> std::error::Error for BackendError<R> {}

/// KYC lists no refusals: their codes are those of [`ApiErrorCode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRefusal {}

impl Refusal for NoRefusal {
    fn of(_status: u16, _body: &[u8]) -> Option<Self> {
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

/// A refusal of Persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonsRefusal {
    /// Which one.
    pub error: PersonsError,
    /// The field at fault.
    pub field: Option<String>,
    /// With [`PersonsError::AliasExists`]: the values that are taken, and by whom.
    pub conflicts: Vec<AliasConflict>,
}

impl Refusal for PersonsRefusal {
    fn of(status: u16, body: &[u8]) -> Option<Self> {
        let reply: PersonsErrorReply = serde_json::from_slice(body).ok()?;
        let error = PersonsError::of(status, &reply.error.message)?;
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

/// A refusal of IDnGO.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdngoRefusal {
    /// Which one.
    pub error: IdngoError,
    /// The parameter, field or header at fault.
    pub field: Option<String>,
}

impl Refusal for IdngoRefusal {
    fn of(status: u16, body: &[u8]) -> Option<Self> {
        let reply: ErrorReply = serde_json::from_slice(body).ok()?;
        let error = IdngoError::of(&reply.error.code).filter(|error| error.status() == status)?;
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

/// Refusals that are told by status and text alone.
macro_rules! by_text {
    ($($error:ident),+) => {
        $(impl Refusal for $error {
            fn of(status: u16, body: &[u8]) -> Option<Self> {
                let reply: ErrorReply = serde_json::from_slice(body).ok()?;
                $error::of(status, &reply.error.message)
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
    fn documented_refusals_are_typed_and_others_are_not_lost() {
        let body = br#"{"error": {"code": "alias_exists", "message": "Alias already exists"}, "statusCode": 400,
            "conflicts": [{"value": "x", "person_id": "p"}]}"#;
        let failure = |status, body: &[u8]| ApiError::from_reply(status, body, None);
        let error = BackendError::<PersonsRefusal>::of_reply(failure(400, body), body);
        let BackendError::Refused(refusal) = &error else { panic!("{error:?}") };
        assert_eq!((refusal.error, refusal.conflicts[0].person_id.as_str()), (PersonsError::AliasExists, "p"));
        assert_eq!(error.to_string(), "Alias already exists (HTTP 400)");
        let html = b"<html>ANNA</html>";
        let error = BackendError::<PersonsRefusal>::of_reply(failure(502, html), html);
        assert_eq!((error.code(), error.status()), ("unavailable", Some(502)));
        assert!(!error.to_string().contains("ANNA"));
    }
}
