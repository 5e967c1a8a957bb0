//! MRZ: the lines of the machine-readable zone in an image (`POST /api/v1/backend/mrz/retrieve/`, multipart in, JSON
//! out).
//!
//! The document's table of fields was pasted from another page; the request is the one of its examples. The reply's
//! session is `backend_session_id` in the list of fields and `backend_session` in the sample: both are written and
//! either is read.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The operation's default path.
pub const PATH: &str = "/api/v1/backend/mrz/retrieve/";

/// Names of the parts of the request.
pub mod fields {
    /// The organization's key, text.
    pub const API_KEY: &str = "api_key";
    /// The image, a file.
    pub const IMAGE: &str = "image";
}

/// How far a session of a technology is. The document names two and says that there are more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionStatus {
    /// It was begun.
    Created,
    /// Its result is there.
    Received,
    /// It came to no result; `failure_reason` says why.
    Failed,
    /// Another one.
    Other(String),
}

impl SessionStatus {
    /// The text on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Created => "CREATED",
            Self::Received => "RECEIVED",
            Self::Failed => "FAILED",
            Self::Other(text) => text,
        }
    }
}

impl From<String> for SessionStatus {
    fn from(text: String) -> Self {
        match text.as_str() {
            "CREATED" => Self::Created,
            "RECEIVED" => Self::Received,
            "FAILED" => Self::Failed,
            _ => Self::Other(text),
        }
    }
}

impl Serialize for SessionStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SessionStatus {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MrzSessionStatus".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "examples": ["CREATED", "RECEIVED", "FAILED"] })
    }
}

impl<'de> Deserialize<'de> for SessionStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// The reply; other fields are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(into = "Written", try_from = "Read")]
pub struct MrzRetrieveReply {
    /// The session, a UUID.
    pub backend_session_id: String,
    /// How far it is.
    pub status: SessionStatus,
    /// Whether lines were read.
    pub result: bool,
    /// The lines as printed, joined by line feeds; null where there are none.
    pub mrz_string: Option<String>,
    /// Why there are none; null where there are.
    pub failure_reason: Option<String>,
}

/// [`MrzRetrieveReply`] as it is written: with both names of the session.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Written {
    /// The session, a UUID.
    backend_session_id: String,
    /// The same by the sample's name.
    backend_session: String,
    /// Progress of the session.
    status: SessionStatus,
    /// Whether lines were read.
    result: bool,
    /// The lines as printed, joined by line feeds; null if there are none.
    mrz_string: Option<String>,
    /// Why there are none; null if there are.
    failure_reason: Option<String>,
}

/// [`MrzRetrieveReply`] as it is read: with either name of the session.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Read {
    backend_session_id: Option<String>,
    backend_session: Option<String>,
    status: SessionStatus,
    result: bool,
    mrz_string: Option<String>,
    failure_reason: Option<String>,
}

impl From<MrzRetrieveReply> for Written {
    fn from(reply: MrzRetrieveReply) -> Self {
        Self {
            backend_session_id: reply.backend_session_id.clone(),
            backend_session: reply.backend_session_id,
            status: reply.status,
            result: reply.result,
            mrz_string: reply.mrz_string,
            failure_reason: reply.failure_reason,
        }
    }
}

impl TryFrom<Read> for MrzRetrieveReply {
    type Error = &'static str;

    fn try_from(read: Read) -> Result<Self, Self::Error> {
        Ok(Self {
            backend_session_id: read
                .backend_session_id
                .or(read.backend_session)
                .ok_or("missing field `backend_session_id`")?,
            status: read.status,
            result: read.result,
            mrz_string: read.mrz_string,
            failure_reason: read.failure_reason,
        })
    }
}

/// The documented refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MrzError {
    /// The subscription begins later.
    SubscriptionNotStarted,
    /// No subscription for the technology that is active or still to come.
    NoSubscriptionForTechnology,
    /// No subscription at all.
    NoSubscription,
    /// The technology is not open to the client.
    NoAccess,
    /// The subscription's number of images is used up.
    AttemptsExceeded,
    /// No lines could be read.
    Unreadable,
    /// The reader is not there.
    Unavailable,
}

impl MrzError {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::SubscriptionNotStarted,
        Self::NoSubscriptionForTechnology,
        Self::NoSubscription,
        Self::NoAccess,
        Self::AttemptsExceeded,
        Self::Unreadable,
        Self::Unavailable,
    ];

    /// The documented HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::Unreadable => 422,
            Self::Unavailable => 503,
            _ => 400,
        }
    }

    /// The documented text.
    pub const fn text(self) -> &'static str {
        match self {
            Self::SubscriptionNotStarted => "Subscription has not started",
            Self::NoSubscriptionForTechnology => "No active or future subscription for technology",
            Self::NoSubscription => "Client does not have subscription",
            Self::NoAccess => "Client does not have access to MRZ technology",
            Self::AttemptsExceeded => "MRZ max attempts exceeded",
            Self::Unreadable => "Error while parsing MRZ",
            Self::Unavailable => "MRZ service not available now",
        }
    }

    /// A stable code, which the document does not have.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SubscriptionNotStarted => "subscription_not_started",
            Self::NoSubscriptionForTechnology => "no_subscription_for_technology",
            Self::NoSubscription => "no_subscription",
            Self::NoAccess => "no_access_to_technology",
            Self::AttemptsExceeded => "attempts_exceeded",
            Self::Unreadable => "mrz_unreadable",
            Self::Unavailable => "mrz_unavailable",
        }
    }

    /// The refusal with this status and text.
    pub fn from_reply(status: u16, text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.status() == status && e.text() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_sample_is_read() {
        let sample = r#"{"backend_session": "00000000-0000-0000-0000-000000000000", "status": "RECEIVED",
            "result": true,
            "mrz_string":
            "IDKAZ0123456789012345678901<<<\n0123456F0123456KAZ<<<<<<<<<<<0\nJHON<<DOE<<<<<<<<<<<<<<<<<<<<<",
            "failure_reason": null, "another": 1}"#;
        let reply: MrzRetrieveReply = serde_json::from_str(sample).unwrap();
        assert_eq!((reply.status, reply.result), (SessionStatus::Received, true));
        assert_eq!(reply.mrz_string.unwrap().lines().map(str::len).collect::<Vec<_>>(), [30, 30, 30]);
        let other = r#"{"backend_session_id": "a", "status": "PENDING", "result": false, "mrz_string": null,
            "failure_reason": "x"}"#;
        let reply: MrzRetrieveReply = serde_json::from_str(other).unwrap();
        assert_eq!(reply.status, SessionStatus::Other("PENDING".into()));
        // Written with both names, and read again.
        let written = serde_json::to_value(&reply).unwrap();
        assert_eq!((&written["backend_session_id"], &written["backend_session"]), (&"a".into(), &"a".into()));
        assert_eq!(serde_json::from_value::<MrzRetrieveReply>(written).unwrap(), reply);
    }

    #[test]
    fn refusals_are_told_apart_by_status_and_text() {
        for error in MrzError::ALL {
            assert_eq!(MrzError::from_reply(error.status(), error.text()), Some(error));
        }
        assert_eq!(MrzError::from_reply(500, "MRZ max attempts exceeded"), None);
    }
}
