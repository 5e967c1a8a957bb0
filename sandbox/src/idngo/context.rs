//! The parts that the handlers of IDnGO need, and its transactions.

use std::sync::Arc;

use kyc_capture::core::date::Date;

use crate::clock::Clock;
use crate::http::auth::Auth;
use crate::http::client_addr::TrustProxy;
use crate::http::errors::ApiError;
use crate::http::limits::Limiter;
use crate::http::static_files::StaticFiles;
use crate::idngo::refusal::Refusal;
use crate::idngo::report_slots::ReportSlots;
use crate::jobs::workers::Workers;
use crate::kyc::context::Backend;
use crate::models::Models;
use crate::store::Store;
use crate::store::db::Connection;

/// What the operations of IDnGO need.
#[derive(Debug, Clone)]
pub struct Idngo {
    /// Records.
    pub store: Store,
    /// Time.
    pub clock: Clock,
    /// Requests per client.
    pub limiter: Limiter,
    /// The models found at start.
    pub models: Arc<Models>,
    /// Permits for recognition, reports and videos.
    pub workers: Workers,
    /// Reports in progress, by client.
    pub report_slots: ReportSlots,
    /// Access tokens for the page of a WebSDK link.
    pub auth: Auth,
    /// Makes the IDV session of a WebSDK link.
    pub backend: Backend,
    /// Whether a proxy in front reports the caller's address and scheme.
    pub trust_proxy: TrustProxy,
    /// The content security policy of the page.
    pub static_files: StaticFiles,
}

/// The present day in UTC.
///
/// # Errors
/// 500 after the year 9999.
pub fn today(ctx: &Idngo) -> Result<Date, ApiError> {
    crate::clock::day_of(ctx.clock.now_ms()).ok_or_else(|| ApiError::internal("the clock is beyond the year 9999"))
}

/// Runs `work` in one transaction, which is undone where it refuses.
///
/// # Errors
/// The error of `work`; 500 where the database refuses.
pub async fn run<T: Send + 'static>(
    ctx: &Idngo,
    work: impl FnOnce(&Connection) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    ctx.store.run(work).await
}
