//! One report at a time for each client.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The clients whose report is in progress. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct ReportSlots(Arc<Mutex<HashSet<String>>>);

/// The slot of a client, until dropped.
#[derive(Debug)]
pub struct ReportSlot(ReportSlots, String);

impl ReportSlots {
    /// Takes the client's slot, or returns `None` if it is taken.
    pub fn take(&self, client_id: &str) -> Option<ReportSlot> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        clients.insert(client_id.to_owned()).then(|| ReportSlot(self.clone(), client_id.to_owned()))
    }
}

impl Drop for ReportSlot {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}
