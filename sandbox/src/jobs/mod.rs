//! Work that fills a core or goes on without a caller.

pub mod background;
pub mod work;
