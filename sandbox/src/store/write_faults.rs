//! Writes of the database that fail on purpose: tests let the n-th one fail, for every n of a flow
//! (`cargo xtask torture`).

use std::sync::{Mutex, PoisonError};

use super::db_error::Error;

/// How a write fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteFault {
    /// The disk is full: nothing is done.
    Full,
    /// The connection breaks: a statement is not done; a `COMMIT` is done, but its answer is lost.
    Lost,
}

/// Counts the writes of a store (statements that change something, begins and commits of transactions that may), and
/// lets one of them fail.
#[derive(Debug, Default)]
pub struct WriteFaults(Mutex<Plan>);

#[derive(Debug, Default)]
struct Plan {
    seen: u64,
    /// Which write fails, counted from 1, and how.
    due: Option<(u64, WriteFault)>,
}

impl WriteFaults {
    /// Counts from zero; the `n`-th write from now on fails, counted from 1.
    pub fn fail(&self, n: u64, fault: WriteFault) {
        *self.plan() = Plan { seen: 0, due: Some((n, fault)) };
    }

    /// How many writes there were since counting began.
    pub fn seen(&self) -> u64 {
        self.plan().seen
    }

    /// Counts a write; how it fails if it is the one.
    pub(super) fn next(&self) -> Option<WriteFault> {
        let mut plan = self.plan();
        plan.seen += 1;
        plan.due.filter(|(n, _)| *n == plan.seen).map(|(_, fault)| fault)
    }

    /// Counts a write that is not done if it is the one.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.next().map_or(Ok(()), |fault| Err(fault.into()))
    }

    fn plan(&self) -> std::sync::MutexGuard<'_, Plan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<WriteFault> for Error {
    fn from(fault: WriteFault) -> Self {
        match fault {
            WriteFault::Full => Self::Full,
            WriteFault::Lost => Self::Lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_write_fails() {
        let faults = WriteFaults::default();
        assert_eq!(faults.check(), Ok(()));
        faults.fail(2, WriteFault::Full);
        assert_eq!([faults.check(), faults.check(), faults.check()], [Ok(()), Err(Error::Full), Ok(())]);
        assert_eq!(faults.seen(), 3);
    }
}
