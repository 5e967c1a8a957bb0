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
pub mod operations;
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

/// The version of the documented API.
pub const API_VERSION: &str = "2.10.15";

pub use super::json::{Empty, JsonObject};
