//! What every protocol needs of HTTP: authentication, bodies, limits, errors, cross-origin answers, static files.

pub mod auth;
pub mod client_addr;
pub mod connection;
pub mod cors;
pub mod errors;
pub mod faults;
pub mod image_files;
pub mod json_object;
pub mod limits;
pub mod requests;
pub mod static_files;
pub mod unread_body;
