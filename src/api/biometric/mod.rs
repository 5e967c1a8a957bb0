//! The backend operations of biometric.kz: an organization's server calls them with its API key. The key must never reach a
//! browser.

pub mod mrz;
