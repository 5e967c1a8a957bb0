//! Memory for request bodies, shared fairly: each caller has a part of it, those who have not said who they are have
//! one together, so that no one's slow uploads keep out the others'.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Maximum memory for request bodies at a time, in KiB.
const ALL_KIB: usize = 256 << 10;
/// That of callers without a credential in the head, together.
const ANONYMOUS_KIB: usize = 128 << 10;
/// That of one address without a credential in the head.
const ADDRESS_KIB: usize = 32 << 10;
/// That of one caller with a credential.
const CALLER_KIB: usize = 64 << 10;
/// Parts of callers from which on those that no one uses are forgotten.
const PARTS: usize = 1_024;

/// Who sends a body.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Caller {
    /// Whose credential in the head is known: its kind and id.
    Known(String),
    /// Whose credential, if any, is in the body; none without a connection.
    Anonymous(Option<IpAddr>),
}

impl Caller {
    fn limit_kib(&self) -> usize {
        match self {
            Self::Known(_) => CALLER_KIB,
            Self::Anonymous(_) => ADDRESS_KIB,
        }
    }
}

/// The memory for bodies.
#[derive(Debug)]
pub struct Bodies {
    all: Arc<Semaphore>,
    anonymous: Arc<Semaphore>,
    parts: Mutex<HashMap<Caller, Weak<Semaphore>>>,
}

/// Memory reserved for one body, until dropped.
#[derive(Debug)]
pub struct BodyMemory {
    _permits: Vec<OwnedSemaphorePermit>,
    // Keeps the caller's part known.
    _part: Arc<Semaphore>,
}

impl Default for Bodies {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(ALL_KIB)),
            anonymous: Arc::new(Semaphore::new(ANONYMOUS_KIB)),
            parts: Mutex::default(),
        }
    }
}

impl Bodies {
    /// Reserves memory for a body of at most `bytes`, however long that takes. The caller's own part comes first: who
    /// waits for it holds nothing of the others'. A body larger than a part takes the whole part.
    pub async fn reserve(&self, caller: &Caller, bytes: usize) -> BodyMemory {
        let part = self.part_of(caller);
        let mut permits = Vec::with_capacity(3);
        let anonymous = matches!(caller, Caller::Anonymous(_));
        let shares = [(&part, caller.limit_kib())]
            .into_iter()
            .chain(anonymous.then_some((&self.anonymous, ANONYMOUS_KIB)))
            .chain([(&self.all, ALL_KIB)]);
        for (share, limit_kib) in shares {
            let kib = u32::try_from(bytes.div_ceil(1 << 10).clamp(1, limit_kib)).unwrap_or(u32::MAX);
            // The semaphores are never closed.
            if let Ok(permit) = Arc::clone(share).acquire_many_owned(kib).await {
                permits.push(permit);
            }
        }
        BodyMemory { _permits: permits, _part: part }
    }

    fn part_of(&self, caller: &Caller) -> Arc<Semaphore> {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = parts.get(caller).and_then(Weak::upgrade) {
            return part;
        }
        if parts.len() >= PARTS {
            parts.retain(|_, part| part.strong_count() > 0);
        }
        let part = Arc::new(Semaphore::new(caller.limit_kib()));
        parts.insert(caller.clone(), Arc::downgrade(&part));
        part
    }
}
