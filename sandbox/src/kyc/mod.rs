//! The KYC protocol: IDV and IDA sessions, their SDK calls, identities, webhooks, utility routes.

pub mod context;
pub mod ida;
pub mod ida_sdk;
pub mod identity;
pub mod idv;
pub mod idv_lists;
pub mod idv_sdk;
pub mod idv_settings;
pub mod lists;
pub mod sdk_call;
pub mod sdk_liveness;
pub mod utility;
pub mod webhooks;
