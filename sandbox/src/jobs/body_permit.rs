//! Memory for the body of a request, reserved before the body is read.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::ApiError;
use crate::jobs::bodies::{BodyMemory, Caller};
use crate::jobs::workers::Workers;

/// The memory reserved for the body of one request, released when its reply has been made.
#[derive(Debug, Clone)]
pub struct BodyPermit {
    workers: Workers,
    address: Option<IpAddr>,
    reserved: Arc<Mutex<Option<BodyMemory>>>,
}

impl BodyPermit {
    /// Creates one that has reserved nothing yet, for a request from this address.
    pub fn new(workers: &Workers, address: Option<IpAddr>) -> Self {
        Self { workers: workers.clone(), address, reserved: Arc::default() }
    }

    /// Reserves memory for a body of at most `bytes`. `caller`: whose credential was found in the head, if one was.
    ///
    /// # Errors
    /// 503 with `Retry-After` if there is none within the queue timeout.
    pub async fn reserve(&self, caller: Option<String>, bytes: usize) -> Result<(), ApiError> {
        let caller = caller.map_or(Caller::Anonymous(self.address), Caller::Known);
        let permit = self.workers.reserve_body(&caller, bytes).await?;
        *self.reserved.lock().unwrap_or_else(PoisonError::into_inner) = Some(permit);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const MIB: usize = 1 << 20;

    async fn reserved(
        workers: &Workers,
        caller: Option<&str>,
        address: u8,
        bytes: usize,
    ) -> Result<BodyPermit, ApiError> {
        let permit = BodyPermit::new(workers, Some(IpAddr::from([192, 0, 2, address])));
        permit.reserve(caller.map(str::to_owned), bytes).await.map(|()| permit)
    }

    #[tokio::test]
    async fn refuses_bodies_beyond_the_memory() {
        let workers = Workers::new(Duration::from_millis(50));
        let mut permits = Vec::new();
        for caller in ["a", "a", "b", "b", "c", "c", "d", "d"] {
            permits.push(reserved(&workers, Some(caller), 1, 32 * MIB).await.unwrap());
        }
        assert_eq!(reserved(&workers, Some("e"), 1, 1).await.unwrap_err().status(), 503);
        drop(permits);
        reserved(&workers, Some("e"), 1, 1).await.unwrap();
    }

    #[tokio::test]
    async fn no_caller_takes_the_part_of_another() {
        let workers = Workers::new(Duration::from_millis(50));
        let mut permits = Vec::new();
        for address in 1..=4 {
            permits.push(reserved(&workers, None, address, 32 * MIB).await.unwrap());
            assert_eq!(reserved(&workers, None, address, 1).await.unwrap_err().status(), 503, "one address");
        }
        assert_eq!(reserved(&workers, None, 5, 1).await.unwrap_err().status(), 503, "all that are anonymous");
        permits.push(reserved(&workers, Some("a"), 1, 64 * MIB).await.unwrap());
        assert_eq!(reserved(&workers, Some("a"), 1, 1).await.unwrap_err().status(), 503, "one caller");
        reserved(&workers, Some("b"), 1, 64 * MIB).await.unwrap();
    }
}
