//! KYC API 2.10.15: wire types (field names exactly as documented) and routes.
//!
//! Replies are read tolerantly (a missing field or `null` is the field's default, an unlisted enum value is kept as it
//! is, an unknown field is passed over), requests are written strictly. Replies are written (by the sandbox) with every
//! documented field, null where its value is not known.

#[cfg(feature = "backend")]
pub mod backend_routes;
pub mod endpoints;
pub mod enums;
pub mod flow;
#[cfg(feature = "backend")]
pub mod ida;
pub mod ida_sdk;
#[cfg(feature = "backend")]
pub mod identity;
pub mod idv;
#[cfg(feature = "backend")]
pub mod idv_lists;
#[cfg(feature = "backend")]
pub mod lists;
pub mod oauth;
#[cfg(feature = "backend")]
pub mod requirements;
pub mod routes;
pub mod sdk;
#[cfg(feature = "backend")]
pub mod utility;
#[cfg(feature = "backend")]
pub mod webhook;
#[cfg(feature = "backend")]
pub mod weights;

use serde::{Deserialize, Deserializer, Serialize};

/// A free JSON object: `metadata`, `sdk_metadata`, `settings`.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;

/// The reply `{ }`, and what is sent where nothing has to be said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Empty {}

/// Reads `null` as the default of the field's type: servers differ on whether an unset value is absent or `null`.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}
