//! Whether the log of the database still has what was removed.

use std::sync::atomic::{AtomicBool, Ordering};

// A process begins as if something was owed: what one before it removed may still stand in the log.
static SCRUBBED: AtomicBool = AtomicBool::new(false);

/// Whether the log was emptied when something was last removed.
pub fn is_scrubbed() -> bool {
    SCRUBBED.load(Ordering::Relaxed)
}

pub(super) fn note_scrubbed(done: bool) {
    SCRUBBED.store(done, Ordering::Relaxed);
}
