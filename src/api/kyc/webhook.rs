//! Wire types of the group *Webhook*, and what a delivery carries.

use serde::{Deserialize, Serialize};

use crate::api::json::null_as_default;

/// Body of *webhook create*. The reply is `{ }`: the id and the secret stand in *webhook list*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookCreateRequest {
    /// The client that it is for; the caller's own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// A name for people.
    pub name: String,
    /// Where events are posted to.
    pub url: String,
}

/// Body of *webhook list*.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookListRequest {
    /// The client; the caller's own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// How many at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<u32>,
    /// How many to pass over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<u32>,
    /// Part of the name or of the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_term: Option<String>,
}

/// Reply of *webhook list*: the newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookListReply {
    /// A page of them.
    #[serde(default, deserialize_with = "null_as_default")]
    pub webhooks: Vec<Webhook>,
    /// What was delivered.
    #[serde(default, deserialize_with = "null_as_default")]
    pub statistics: WebhookStatistics,
}

/// A webhook in a list. The text does not show its fields; beyond those of *webhook create* they are this project's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Webhook {
    /// Its id, for *webhook delete*.
    pub id: String,
    /// The client that it is for.
    #[serde(default)]
    pub client_id: Option<String>,
    /// A name for people.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// Where events are posted to.
    #[serde(default, deserialize_with = "null_as_default")]
    pub url: String,
    /// Signs its deliveries: `whsec_` and the key in base64 (Standard Webhooks).
    #[serde(default)]
    pub secret: Option<String>,
    /// RFC 3339.
    #[serde(default)]
    pub created_at: Option<String>,
    /// Its deliveries.
    #[serde(default, deserialize_with = "null_as_default")]
    pub statistics: DeliveryCounts,
}

/// `statistics` of *webhook list*.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookStatistics {
    /// Webhooks on all pages.
    #[serde(default, deserialize_with = "null_as_default")]
    pub total: u64,
    /// All deliveries of the client: those of webhooks that are deleted by now, and those to the `webhook_url` of
    /// sessions included.
    #[serde(default, deserialize_with = "null_as_default")]
    pub deliveries: DeliveryCounts,
    /// Signs deliveries to the `webhook_url` of sessions.
    #[serde(default)]
    pub session_webhook_secret: Option<String>,
}

/// Deliveries by how they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeliveryCounts {
    /// Not delivered yet.
    #[serde(default, deserialize_with = "null_as_default")]
    pub pending: u64,
    /// Taken with a 2xx.
    #[serde(default, deserialize_with = "null_as_default")]
    pub delivered: u64,
    /// Given up.
    #[serde(default, deserialize_with = "null_as_default")]
    pub failed: u64,
    /// Requests made in all.
    #[serde(default, deserialize_with = "null_as_default")]
    pub attempts: u64,
    /// When one was taken last. RFC 3339.
    #[serde(default)]
    pub last_delivered_at: Option<String>,
    /// Why the last attempt that failed did: `status 500`, `timeout`, `connection`, `address refused`, `redirect`.
    #[serde(default)]
    pub last_error: Option<String>,
}

/// Body of *webhook delete*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookDeleteRequest {
    /// The webhook.
    pub id: String,
}

super::enums::open_enum! {
    /// The event of a delivery. The text leaves the events open; these are this project's.
    WebhookEventType {
        /// Finalized, whatever the outcome.
        SessionCompleted = "session.completed",
        /// Finalized, verified.
        SessionVerified = "session.verified",
        /// Finalized, not verified.
        SessionNotVerified = "session.not_verified",
        /// Past its life without being finalized.
        SessionExpired = "session.expired",
        /// Anonymized.
        SessionAnonymized = "session.anonymized",
        /// Deleted.
        SessionDeleted = "session.deleted",
    }
}

/// The body of a delivery. It names a session and no person: what is more is read with *session read*.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookEvent {
    /// The same in every attempt, as the header `webhook-id`: by it a receiver knows what it has already taken.
    pub id: String,
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: WebhookEventType,
    /// When. RFC 3339.
    pub timestamp: String,
    /// To what.
    pub data: WebhookEventData,
}

/// `data` of a [`WebhookEvent`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookEventData {
    /// The session.
    pub session_id: String,
    /// Its kind: `idv` or `ida`.
    pub session_type: String,
    /// Its client.
    pub client_id: String,
    /// Its status.
    pub status_e: super::enums::SessionStatus,
    /// Whether everything held; null where it was not finalized.
    #[serde(default)]
    pub verified: Option<bool>,
}
