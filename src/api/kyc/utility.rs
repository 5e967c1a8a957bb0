//! Wire types of the group *Utility*. Where the text shows an empty object, the fields inside are this project's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::api::json::{JsonObject, null_as_default};

/// Reply of *Root endpoint*.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RootReply {
    /// Name of the service.
    pub service: String,
    /// What it is.
    #[serde(default, deserialize_with = "null_as_default")]
    pub description: String,
    /// Its version.
    #[serde(default, deserialize_with = "null_as_default")]
    pub version: String,
    /// The version of the program that answers, if it reports it; `version` is that of the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_version: Option<String>,
    /// As `production`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub environment: String,
    /// RFC 3339.
    #[serde(default, deserialize_with = "null_as_default")]
    pub timestamp: String,
    /// Where it is described.
    #[serde(default, deserialize_with = "null_as_default")]
    pub documentation: String,
    /// Address of *Health check*.
    #[serde(default, deserialize_with = "null_as_default")]
    pub health: String,
    /// Address of *API status*.
    #[serde(default, deserialize_with = "null_as_default")]
    pub status: String,
}

/// Reply of *Ping*.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PingReply {
    /// Always true.
    pub pong: bool,
    /// RFC 3339.
    #[serde(default, deserialize_with = "null_as_default")]
    pub timestamp: String,
}

/// Reply of *API status*.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatusReply {
    /// Name of the service.
    pub service: String,
    /// Its version.
    #[serde(default, deserialize_with = "null_as_default")]
    pub version: String,
    /// The version of the program that answers, if it reports it; `version` is that of the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_version: Option<String>,
    /// As `production`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub environment: String,
    /// RFC 3339.
    #[serde(default, deserialize_with = "null_as_default")]
    pub timestamp: String,
    /// Seconds since the start.
    #[serde(default, deserialize_with = "null_as_default")]
    pub uptime: f64,
    /// Method and path of each operation, by its name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub endpoints: JsonObject,
}

/// Reply of *System metrics*.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MetricsReply {
    /// RFC 3339.
    #[serde(default, deserialize_with = "null_as_default")]
    pub timestamp: String,
    /// What the process and its machine use.
    #[serde(default, deserialize_with = "null_as_default")]
    pub system: SystemMetrics,
    /// What the service runs as.
    #[serde(default, deserialize_with = "null_as_default")]
    pub environment: EnvironmentMetrics,
}

/// `system` of *System metrics*. What the machine does not tell is null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SystemMetrics {
    /// Seconds since the start.
    #[serde(default)]
    pub uptime: Option<f64>,
    /// Cores that the process may use.
    #[serde(default)]
    pub cpus: Option<u64>,
    /// Runnable tasks, averaged over one minute.
    #[serde(default)]
    pub load_average_1m: Option<f64>,
    /// Seconds of processor time that the process has used.
    #[serde(default)]
    pub cpu_seconds: Option<f64>,
    /// Bytes of memory in use by the process.
    #[serde(default)]
    pub memory_resident_bytes: Option<u64>,
    /// Most bytes that were in use at once.
    #[serde(default)]
    pub memory_peak_bytes: Option<u64>,
    /// Threads of the process.
    #[serde(default)]
    pub threads: Option<u64>,
    /// Bytes that are free where the data is kept; null where it is kept in memory.
    #[serde(default)]
    pub disk_free_bytes: Option<u64>,
    /// Bytes of that file system in all.
    #[serde(default)]
    pub disk_total_bytes: Option<u64>,
    /// Milliseconds that the database took to answer just now; null where it did not.
    #[serde(default)]
    pub database_ms: Option<f64>,
    /// Requests answered since the start.
    #[serde(default)]
    pub requests: Option<u64>,
    /// Webhook deliveries that wait.
    #[serde(default)]
    pub webhooks_pending: Option<u64>,
}

/// `environment` of *System metrics*.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnvironmentMetrics {
    /// As `production`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// Version of the service.
    #[serde(default, deserialize_with = "null_as_default")]
    pub version: String,
    /// The version of the program that answers, if it reports it; `version` is that of the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_version: Option<String>,
    /// Operating system.
    #[serde(default, deserialize_with = "null_as_default")]
    pub os: String,
    /// Kind of processor.
    #[serde(default, deserialize_with = "null_as_default")]
    pub arch: String,
}

/// Reply of *Liveness probe*.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LiveReply {
    /// `alive`.
    pub status: String,
    /// RFC 3339.
    #[serde(default, deserialize_with = "null_as_default")]
    pub timestamp: String,
    /// Seconds since the start.
    #[serde(default, deserialize_with = "null_as_default")]
    pub uptime: f64,
}

/// Reply of *Readiness probe*, with 503 where it is not ready.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadyReply {
    /// `ready` or `not_ready`.
    pub status: String,
    /// RFC 3339.
    #[serde(default, deserialize_with = "null_as_default")]
    pub timestamp: String,
    /// The state of each part that was checked.
    #[serde(default, deserialize_with = "null_as_default")]
    pub checks: BTreeMap<String, String>,
}

/// Reply of *Simple health check*.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HealthzReply {
    /// `healthy`, `degraded` or, with 503, `unhealthy`.
    pub status: String,
    /// RFC 3339.
    #[serde(default, deserialize_with = "null_as_default")]
    pub timestamp: String,
}

/// Reply of *Health check*.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HealthReply {
    /// `healthy`, `degraded` or, with 503, `unhealthy`.
    pub status: String,
    /// RFC 3339.
    #[serde(default, deserialize_with = "null_as_default")]
    pub timestamp: String,
    /// Seconds since the start.
    #[serde(default, deserialize_with = "null_as_default")]
    pub uptime: f64,
    /// Version of the service.
    #[serde(default, deserialize_with = "null_as_default")]
    pub version: String,
    /// The version of the program that answers, if it reports it; `version` is that of the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_version: Option<String>,
    /// As `production`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub environment: String,
    /// The state of each part that was checked.
    #[serde(default, deserialize_with = "null_as_default")]
    pub checks: BTreeMap<String, String>,
    /// More about them.
    #[serde(default, deserialize_with = "null_as_default")]
    pub details: JsonObject,
    /// What is wrong; null where nothing is.
    #[serde(default)]
    pub error: Option<String>,
}

/// Reply of *Get API version*.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionReply {
    /// The version.
    pub version: String,
    /// The version of the program that answers, if it reports it; `version` is that of the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_version: Option<String>,
}
