//! What a transaction does with content outside of the database.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;

use super::error::StoreError;
use super::shared::Shared;

/// What a transaction did in the external store.
#[derive(Debug, Default)]
pub(super) struct BlobTransaction {
    pub(super) shared: Arc<Shared>,
    pub(super) put: RefCell<Vec<String>>,
    pub(super) removed: RefCell<Vec<String>>,
}

impl BlobTransaction {
    /// Creates one of a connection.
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        Self { shared: Arc::clone(shared), ..Self::default() }
    }

    /// Forgets what an earlier transaction did.
    pub(super) fn begin(&self) {
        self.put.borrow_mut().clear();
        self.removed.borrow_mut().clear();
    }

    /// The transaction was rolled back: deletes what it put outside. If that fails, it is an orphan at a later start.
    pub(super) fn undone(&self) {
        let put = std::mem::take(&mut *self.put.borrow_mut());
        if let Some(external) = self.shared.external.get() {
            for id in put {
                let _ = external.delete(&id);
            }
        }
    }

    /// The transaction was committed: deletes outside what it removed. Returns the ids that are deleted.
    pub(super) fn delete_removed(&self) -> Vec<String> {
        let removed = std::mem::take(&mut *self.removed.borrow_mut());
        let Some(external) = self.shared.external.get() else { return Vec::new() };
        removed.into_iter().filter(|id| external.delete(id).map_err(refused).is_ok()).collect()
    }
}

/// Logs the failure of an external store; its kind alone, since its message may name a path.
pub(super) fn refused(e: io::Error) -> StoreError {
    eprintln!("images: {}", e.kind());
    match e.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::ContentFull,
        _ => StoreError::ContentUnavailable,
    }
}
