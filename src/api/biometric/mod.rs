//! The backend operations of biometric.kz: an organization's server calls them with its API key. The key must never
//! reach a browser.

#[cfg(feature = "backend")]
pub mod access;
#[cfg(feature = "backend")]
pub mod gbdfl;
pub mod mrz;
#[cfg(feature = "backend")]
pub mod persons;
