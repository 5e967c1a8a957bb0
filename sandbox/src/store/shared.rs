//! What all connections of a store share.

use std::sync::{Arc, OnceLock};

use super::blob_store::BlobStore;
use super::write_faults::WriteFaults;

/// What all connections of a store share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// The external store of content, once it is known; no connection begins before.
    pub(super) external: OnceLock<Arc<dyn BlobStore>>,
    /// Writes that fail on purpose.
    pub(super) faults: WriteFaults,
}
