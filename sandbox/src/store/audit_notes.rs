//! What a transaction notes for the audit log.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex};

/// A request, or a command of the operator.
#[derive(Debug)]
pub struct Request {
    pub(super) action: String,
    pub(super) who: Mutex<Option<String>>,
}

impl Request {
    /// A request whose caller is not known yet.
    pub fn new(action: impl Into<String>) -> Self {
        Self { action: action.into(), who: Mutex::default() }
    }

    /// A command on the machine itself.
    pub fn of_operator(action: &str) -> Self {
        Self { action: action.to_owned(), who: Mutex::new(Some("operator".to_owned())) }
    }
}

/// What a transaction notes.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) request: RefCell<Option<Arc<Request>>>,
    pub(super) subjects: RefCell<Vec<String>>,
    pub(super) changed: Cell<bool>,
}

impl Notes {
    /// Forgets what an earlier transaction noted.
    pub(super) fn begin(&self) {
        self.request.borrow_mut().take();
        self.subjects.borrow_mut().clear();
        self.changed.set(false);
    }
}
