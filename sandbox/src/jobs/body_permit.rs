//! Memory for the body of a request, reserved before the body is read.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedSemaphorePermit;

use crate::error::ApiError;
use crate::jobs::workers::Workers;

/// The memory reserved for the body of one request, released when its reply has been made.
#[derive(Debug, Clone)]
pub struct BodyPermit {
    workers: Workers,
    reserved: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
}

impl BodyPermit {
    /// Creates one that has reserved nothing yet.
    pub fn new(workers: &Workers) -> Self {
        Self { workers: workers.clone(), reserved: Arc::default() }
    }

    /// Reserves memory for a body of at most `bytes`.
    ///
    /// # Errors
    /// 503 with `Retry-After` if there is none within the queue timeout.
    pub async fn reserve(&self, bytes: usize) -> Result<(), ApiError> {
        let permit = self.workers.reserve_body(bytes).await?;
        *self.reserved.lock().unwrap_or_else(PoisonError::into_inner) = Some(permit);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn refuses_bodies_beyond_the_memory() {
        let workers = Workers::new(Duration::from_millis(50));
        let permits: Vec<_> = (0..8).map(|_| BodyPermit::new(&workers)).collect();
        for permit in &permits {
            permit.reserve(32 << 20).await.unwrap();
        }
        assert_eq!(BodyPermit::new(&workers).reserve(1).await.unwrap_err().status(), 503);
        drop(permits);
        BodyPermit::new(&workers).reserve(1).await.unwrap();
    }
}
