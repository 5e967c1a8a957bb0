//! Clients over reqwest. All are cheap to clone, may be shared between tasks, and send keys over TLS alone (plain HTTP
//! is for this machine).
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use kyc_capture::api::backend::native::KycClient;
//!
//! let kyc = KycClient::new("https://kyc.example", "client", "secret")?;
//! let session = kyc.idv_session_create(&Default::default()).await?;
//! println!("{}", session.session_id);
//! # Ok(())
//! # }
//! ```

mod download;
mod http;
mod idngo;
mod kyc;
mod organization;

pub use download::Download;
pub use http::{Progress, Settings};
pub use idngo::IdngoClient;
pub use kyc::KycClient;
pub use organization::{GbdflClient, MrzClient, PersonsClient};
